//! Values as literals of a shell or a programming language: captured text can end no string and start no code.

use std::fmt::Write as _;

use serde_json::Value;

/// Languages that a value can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// POSIX shell, in single quotes.
    Shell,
    /// JSON, and with it strings of Go, Java and C#.
    Json,
    /// Python.
    Python,
    /// TypeScript.
    Typescript,
    /// Ruby.
    Ruby,
    /// PHP.
    Php,
}

/// Control characters have no place in a URL or a name; they could end a line or a literal.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { '\u{fffd}' } else { c }).collect()
}

fn is_plain_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:@".contains(&b))
}

/// A string literal.
pub(super) fn string(text: &str, syntax: Syntax) -> String {
    let text = one_line(text);
    match syntax {
        // A plain word, such as a model's name, needs no quotes.
        Syntax::Shell if is_plain_word(&text) => text,
        // Nothing has a meaning between single quotes; a quote itself stands outside, escaped.
        Syntax::Shell => format!("'{}'", text.replace('\'', r"'\''")),
        // Double quotes would interpolate; between single ones only `\` and `'` have a meaning.
        Syntax::Ruby | Syntax::Php => format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'")),
        // Without control characters, `\` and `"` are all that JSON escapes, and the other four languages read both alike.
        Syntax::Json | Syntax::Python | Syntax::Typescript => {
            format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
        }
    }
}

/// A whole value on one line. Keys are evpack's own.
pub(super) fn value(value: &Value, syntax: Syntax) -> String {
    let mut out = String::new();
    write_value(&mut out, value, syntax);
    out
}

/// A list with one item a line where it has several; all four languages take the last comma.
pub(super) fn lines(value: &Value, syntax: Syntax, indent: usize) -> String {
    match value.as_array() {
        Some(items) if items.len() > 1 => {
            let item = |item| format!("{:indent$}{},\n", "", self::value(item, syntax), indent = indent * 2);
            format!("[\n{}{:indent$}]", items.iter().map(item).collect::<String>(), "")
        }
        _ => self::value(value, syntax),
    }
}

fn write_value(out: &mut String, value: &Value, syntax: Syntax) {
    match value {
        Value::String(text) => out.push_str(&string(text, syntax)),
        Value::Bool(truth) if syntax == Syntax::Python => out.push_str(if *truth { "True" } else { "False" }),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                write_value(out, item, syntax);
            }
            out.push(']');
        }
        Value::Object(entries) => {
            // An empty PHP array is a list, and would be sent as one.
            if syntax == Syntax::Php && entries.is_empty() {
                return out.push_str("new stdClass()");
            }
            let (open, close) = if syntax == Syntax::Php { ('[', ']') } else { ('{', '}') };
            let inner = if syntax == Syntax::Typescript && !entries.is_empty() { " " } else { "" };
            out.push(open);
            out.push_str(inner);
            for (index, (key, item)) in entries.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                // Writing to a String cannot fail.
                let _ = match syntax {
                    Syntax::Typescript | Syntax::Ruby => write!(out, "{key}: "),
                    Syntax::Php => write!(out, "'{key}' => "),
                    _ => write!(out, "\"{key}\": "),
                };
                write_value(out, item, syntax);
            }
            out.push_str(inner);
            out.push(close);
        }
        scalar => {
            let _ = write!(out, "{scalar}");
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use std::process::Command;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn one_value_in_every_language() {
        let v = json!({"role": "user", "stream": true, "list": [1, "it's"], "none": {}});
        assert_eq!(value(&v, Syntax::Json), r#"{"role": "user", "stream": true, "list": [1, "it's"], "none": {}}"#);
        assert_eq!(value(&v, Syntax::Python), r#"{"role": "user", "stream": True, "list": [1, "it's"], "none": {}}"#);
        assert_eq!(value(&v, Syntax::Typescript), r#"{ role: "user", stream: true, list: [1, "it's"], none: {} }"#);
        assert_eq!(value(&v, Syntax::Ruby), r"{role: 'user', stream: true, list: [1, 'it\'s'], none: {}}");
        assert_eq!(
            value(&v, Syntax::Php),
            r"['role' => 'user', 'stream' => true, 'list' => [1, 'it\'s'], 'none' => new stdClass()]"
        );
    }

    proptest! {
        #[test]
        fn a_json_literal_reads_back(text in "\\PC{0,30}|[\"'\\\\$`{}#]{0,12}") {
            prop_assert_eq!(serde_json::from_str::<String>(&string(&text, Syntax::Json)).ok(), Some(one_line(&text)));
        }

        /// Every character between the outer quotes is either plain, or one half of an escape.
        #[test]
        fn no_literal_ends_early(text in "\\PC{0,20}|[\"'\\\\$`{}#\n]{0,12}") {
            for (syntax, quote) in [(Syntax::Json, '"'), (Syntax::Ruby, '\''), (Syntax::Php, '\'')] {
                let literal = string(&text, syntax);
                let inner = &literal[1..literal.len() - 1];
                let mut chars = inner.chars();
                while let Some(c) = chars.next() {
                    prop_assert!(c != quote && !c.is_control(), "{}", literal);
                    if c == '\\' {
                        prop_assert!(matches!(chars.next(), Some('\\' | '"' | '\'')), "{}", literal);
                    }
                }
            }
        }
    }

    /// The shell itself reads hostile text back as one word.
    #[cfg(unix)]
    #[test]
    #[allow(clippy::disallowed_methods)]
    fn the_shell_reads_hostile_text_back_as_it_is() {
        for text in [
            "https://x/$(id)",
            "a'b",
            "'; touch /x; '",
            "`id`",
            "a\\'b",
            "!x",
            "$HOME \"q\"",
            "a:b@c.d-e",
            "-x",
            "~x",
            "",
        ] {
            let script = format!("printf %s {}", string(text, Syntax::Shell));
            let out = Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(out.stdout).unwrap(), text);
        }
    }
}
