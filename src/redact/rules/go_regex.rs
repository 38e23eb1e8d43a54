//! Expressions in the syntax of Go (RE2) put into the syntax of this program; both run in linear time.
//!
//! The differences are small: inside a class Go knows no nested classes and no set operations, a brace that is no count is
//! itself, `\Q...\E` quotes, `\C` is any byte, and `\<` is the character (<https://github.com/google/re2/wiki/Syntax>).

use std::fmt::Write as _;

use crate::redact::rule::PART;

/// The expression, and how many capturing groups it has.
pub(super) fn translate(go: &str) -> Result<(String, u32), &'static str> {
    let mut out = String::with_capacity(go.len() + 8);
    let mut groups = 0;
    let mut rest = go;
    while let Some(c) = rest.chars().next() {
        let tail = &rest[c.len_utf8()..];
        rest = match c {
            '\\' => escape(tail, &mut out, false)?,
            '[' => class(tail, &mut out)?,
            '(' => {
                groups += u32::from(!tail.starts_with('?') || tail.starts_with("?P<") || tail.starts_with("?<"));
                if ["?=", "?!", "?<=", "?<!"].iter().any(|look| tail.starts_with(look)) {
                    return Err("look-around is not part of this syntax");
                }
                // Names are not needed, and the name `v` has a meaning of its own.
                if let Some(name_end) = tail.strip_prefix("?P<").or_else(|| tail.strip_prefix("?<")) {
                    out.push('(');
                    name_end.split_once('>').ok_or("a group's name does not end")?.1
                } else {
                    out.push('(');
                    tail
                }
            }
            '{' if !is_count(tail) => {
                out.push_str("\\{");
                tail
            }
            other => {
                out.push(other);
                tail
            }
        };
    }
    Ok((out, groups))
}

/// Names the groups with these numbers as the parts to remove. The expression is one that `translate` made.
pub(super) fn name_groups(pattern: &str, wanted: &[u32]) -> String {
    let bytes = pattern.as_bytes();
    let mut out = String::with_capacity(pattern.len() + 8 * wanted.len());
    let (mut seen, mut named) = (0, 0);
    let mut in_class = false;
    let mut copied = 0;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'(' if !in_class && bytes.get(at + 1) != Some(&b'?') => {
                seen += 1;
                if wanted.contains(&seen) {
                    out.push_str(&pattern[copied..at]);
                    out.push_str(&part_group(named));
                    named += 1;
                    copied = at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    out.push_str(&pattern[copied..]);
    out
}

/// The beginning of a group that is a part to remove.
fn part_group(number: usize) -> String {
    if number == 0 { format!("(?P<{PART}>") } else { format!("(?P<{PART}_{number}>") }
}

/// Whether a brace begins a count such as `{3}`, `{3,}` or `{3,5}`.
fn is_count(tail: &str) -> bool {
    let Some((inner, _)) = tail.split_once('}') else { return false };
    let (low, high) = inner.split_once(',').unwrap_or((inner, "0"));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    !low.is_empty() && digits(low) && digits(high)
}

/// One escape, after its backslash; gives what follows.
fn escape<'t>(tail: &'t str, out: &mut String, in_class: bool) -> Result<&'t str, &'static str> {
    let Some(c) = tail.chars().next() else { return Err("the expression ends in a backslash") };
    let after = &tail[c.len_utf8()..];
    match c {
        'Q' => {
            let (quoted, after) = after.split_once("\\E").unwrap_or((after, ""));
            for c in quoted.chars() {
                push_literal(c, out);
            }
            return Ok(after);
        }
        'C' if !in_class => out.push_str("(?s:.)"),
        '1'..='9' => return Err("back references are not part of this syntax"),
        'a' | 'f' | 't' | 'n' | 'r' | 'v' | 'd' | 'D' | 's' | 'S' | 'w' | 'W' | 'x' | 'p' | 'P' => {
            out.push('\\');
            out.push(c);
        }
        'b' | 'B' | 'A' | 'z' if !in_class => {
            out.push('\\');
            out.push(c);
        }
        '0' => return octal(after, out),
        c if c.is_ascii_alphanumeric() => return Err("an escape that is not part of this syntax"),
        c => push_literal(c, out),
    }
    Ok(after)
}

/// `\012`.
fn octal<'t>(after: &'t str, out: &mut String) -> Result<&'t str, &'static str> {
    let digits = after.bytes().take(2).take_while(|b| (b'0'..=b'7').contains(b)).count();
    let value = if digits == 0 { Ok(0) } else { u8::from_str_radix(&after[..digits], 8) };
    let value = value.map_err(|_| "an octal escape that is no byte")?;
    let _ = write!(out, "\\x{value:02x}");
    Ok(&after[digits..])
}

fn push_literal(c: char, out: &mut String) {
    if c.is_ascii() && !c.is_ascii_alphanumeric() {
        let _ = write!(out, "\\x{:02x}", u32::from(c));
    } else {
        out.push(c);
    }
}

/// A class, after its opening bracket; gives what follows its end.
fn class<'t>(tail: &'t str, out: &mut String) -> Result<&'t str, &'static str> {
    out.push('[');
    let mut rest = tail;
    if let Some(after) = rest.strip_prefix('^') {
        out.push('^');
        rest = after;
    }
    let mut first = true;
    loop {
        let Some(c) = rest.chars().next() else { return Err("a class does not end") };
        let tail = &rest[c.len_utf8()..];
        rest = match c {
            ']' if !first => {
                out.push(']');
                return Ok(tail);
            }
            '\\' => escape(tail, out, true)?,
            '[' if tail.starts_with(':') => {
                let (name, after) = tail[1..].split_once(":]").ok_or("a named class does not end")?;
                out.push_str("[:");
                out.push_str(name);
                out.push_str(":]");
                after
            }
            // A dash stays a dash: it makes a range, or stands at an end of the class. A second one would be a difference.
            '-' if !tail.starts_with('-') => {
                out.push('-');
                tail
            }
            '^' | '[' | ']' | '&' | '~' | '-' => {
                push_literal(c, out);
                tail
            }
            other => {
                out.push(other);
                tail
            }
        };
        first = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(go: &str, text: &str) -> bool {
        let (pattern, _) = translate(go).unwrap();
        let regex = regex::bytes::Regex::new(&format!("(?-u){pattern}"));
        regex.unwrap_or_else(|error| panic!("{go} -> {pattern}: {error}")).is_match(text.as_bytes())
    }

    #[test]
    fn the_same_texts_match() {
        for (go, yes, no) in [
            (r"[[a]x", "[x", "bx"),
            (r"[]a]x", "]x", "bx"),
            (r"[a&&b]x", "&x", "cx"),
            (r"[\w.-]{3}=", "a.-=", "a =."),
            (r#"{"auth":"#, r#"{"auth":"#, "auth"),
            (r"\Qa.b\E+", "a.bb", "axb"),
            (r"\<k\>", "<k>", "k"),
            (r#"(?i)[\x60'"\s=]k"#, "`K", "xk"),
            (r"a{,3}", "a{,3}", "aaa"),
            (r"[[:alpha:]_]{2}1", "a_1", "1_1"),
            (r"a\012b", "a\nb", "ab"),
            (r"[^\]\[]z", "az", "[z"),
        ] {
            assert!(matches(go, yes), "{go} on {yes}");
            assert!(!matches(go, no), "{go} on {no}");
        }
    }

    #[test]
    fn groups_are_counted_and_named() {
        assert_eq!(translate(r"(a)(?:b)(?P<n>c)[(]\((?i)d").unwrap().1, 2);
        let (pattern, _) = translate(r"[(](?:k)(?P<n>x)=(y+)").unwrap();
        assert!(name_groups(&pattern, &[2]).ends_with("(?P<v>y+)"), "{}", name_groups(&pattern, &[2]));
    }

    #[test]
    fn what_go_has_not_is_refused() {
        for go in [r"(?=a)b", r"(a)\1", "[a", r"a\"] {
            assert!(translate(go).is_err(), "{go}");
        }
    }
}
