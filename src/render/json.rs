//! `packet.json`: pretty-printed, keys in the order of the model, a line break at the end.

use std::fmt::Write as _;

use serde::Serialize;

use super::visible::is_hidden;

/// A value as JSON text. Characters that hide or act on a terminal are written as `\uXXXX`: the value is the same, and
/// the file can be shown as it is.
///
/// # Errors
/// A value that cannot be serialised.
pub fn to_json(value: &impl Serialize) -> serde_json::Result<String> {
    let mut text = escape_hidden(serde_json::to_string_pretty(value)?);
    text.push('\n');
    Ok(text)
}

/// Columns after which a line of [`to_json_lines`] ends at the next comma.
const FULL_LINE: usize = 100;

/// The same without white space, in lines that end at commas between values: short, and no line so long that mail breaks it, as
/// far as no text is. Each line begins with a brace, a bracket, a quote, a digit, a minus or a letter.
pub(super) fn to_json_lines(value: &impl Serialize) -> serde_json::Result<String> {
    let text = escape_hidden(serde_json::to_string(value)?);
    let mut out = String::with_capacity(text.len() + text.len() / 64);
    let (mut in_string, mut escaped, mut columns) = (false, false, 0);
    for c in text.chars() {
        out.push(c);
        columns += 1;
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => in_string = !in_string,
            ',' if !in_string && columns >= FULL_LINE => {
                out.push('\n');
                columns = 0;
            }
            _ => {}
        }
    }
    Ok(out)
}

/// Outside strings, JSON text has no such characters but the line breaks that are kept here.
fn escape_hidden(text: String) -> String {
    let hidden = |c: char| c != '\n' && is_hidden(c);
    if !text.contains(hidden) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_escaped_and_mean_the_same() {
        let value = serde_json::json!({"a": "\u{1b}[31m \u{9b} \u{202e} \u{e0041} ü 日本 \n"});
        let text = to_json(&value).unwrap();
        assert!(text.chars().all(|c| c == '\n' || !is_hidden(c)));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&to_json_lines(&value).unwrap()).unwrap(), value);
        assert!(text.contains("\\u001b[31m \\u009b \\u202e \\udb40\\udc41 ü 日本 \\n") && text.ends_with("}\n"));
    }

    #[test]
    fn lines_end_between_values_alone() {
        let text = "~~~ , \\\" , ".repeat(30);
        let value = serde_json::json!({"a": [text, text, 1, null], "~~~": {"~~~json": text}});
        let lines = to_json_lines(&value).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&lines).unwrap(), value);
        assert!(lines.lines().count() == 3 && lines.lines().all(|line| !line.starts_with('~')), "{lines}");
    }
}
