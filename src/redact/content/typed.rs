//! Containers behind what a program says of their type: `array(2) {` and `array:2 [` of PHP, `Object {` and `Array [` of Rust's `serde_json`.

use super::keys::{Class, Keys};

/// Longest type that is read.
const LONGEST: usize = 96;

/// Where the bracket stands of a value that goes whole, where its type stands before it.
pub(super) fn bracket_of_removed(text: &[u8], name: &[u8], value: usize) -> Option<usize> {
    let type_length = type_length(text.get(value..)?)?;
    let removed = Keys::get().is_none_or(|keys| keys.class_of(name) == Some(Class::Removed));
    removed.then_some(value + type_length)
}

/// Length of a type up to the bracket behind it.
fn type_length(rest: &[u8]) -> Option<usize> {
    let near = &rest[..rest.len().min(LONGEST)];
    let is_count = |count: &[u8]| !count.is_empty() && count.iter().all(u8::is_ascii_digit);
    let opens = |word: &[u8], bracket: u8| near.starts_with(word) && near.get(word.len()) == Some(&bracket);
    if opens(b"Object ", b'{') || opens(b"Array ", b'[') || opens(b"array ", b'(') {
        return near.iter().position(|b| *b == b' ').map(|blank| blank + 1);
    }
    if let Some(inner) = near.strip_prefix(b"array(") {
        let close = inner.iter().position(|b| *b == b')').filter(|close| is_count(&inner[..*close]))?;
        return inner[close..].starts_with(b") {").then_some(b"array(".len() + close + b") ".len());
    }
    if let Some(inner) = near.strip_prefix(b"array:") {
        let blank = inner.iter().position(|b| *b == b' ').filter(|blank| is_count(&inner[..*blank]))?;
        return inner[blank..].starts_with(b" [").then_some(b"array:".len() + blank + 1);
    }
    // `object(stdClass)#3 (2) {`
    let inner = near.strip_prefix(b"object(")?;
    let brace = memchr::memmem::find(inner, b") {")?;
    let line = &inner[..brace];
    (!line.contains(&b'\n') && memchr::memmem::find(line, b")#").is_some()).then_some(b"object(".len() + brace + 2)
}

/// Where the value begins that PHP's `serialize` writes behind a key: `s:4:"text";s:12:"..."`, `s:5:"input";a:2:{...}`.
pub(super) fn serialized(text: &[u8], semicolon: usize) -> Option<usize> {
    let rest = text.get(semicolon..)?;
    let kind = matches!(rest, [b';', b's' | b'a', b':', ..]);
    let digits = rest.iter().skip(3).take(8).take_while(|b| b.is_ascii_digit()).count();
    let value = semicolon + 3 + digits + 1;
    let colon = kind && digits > 0 && text.get(value - 1) == Some(&b':');
    let fits = match rest.get(1) {
        Some(b's') => matches!(text.get(value), Some(b'"' | b'\\')),
        _ => text.get(value) == Some(&b'{'),
    };
    (colon && fits).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_from_values() {
        for (text, length) in [
            ("array(2) {\n", Some(9)),
            ("array:2 [\n", Some(8)),
            ("array (\n", Some(6)),
            ("Object {\"a\": 1}", Some(7)),
            ("object(stdClass)#3 (2) {", Some(23)),
            ("array(2)", None),
            ("array of texts", None),
            ("Object.keys", None),
        ] {
            assert_eq!(type_length(text.as_bytes()), length, "{text}");
        }
    }

    #[test]
    fn values_of_php_are_told_by_their_letters() {
        assert_eq!(serialized(b";s:4:\"text\"", 0), Some(5));
        assert_eq!(serialized(b";a:2:{i:0;", 0), Some(5));
        assert_eq!(serialized(b";i:3;", 0), None);
    }
}
