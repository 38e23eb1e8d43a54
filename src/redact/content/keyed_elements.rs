//! Texts in elements of XML behind an element that holds their key: `<key>prompt</key><string>text</string>` of property lists,
//! `<name>prompt</name><value>text</value>`.

use std::ops::Range;

/// The elements of a key, and those of its text behind it.
const PAIRS: [(&[u8], &[u8]); 3] = [(b"key", b"string"), (b"name", b"value"), (b"key", b"value")];

/// Longest text that is looked at.
const LONGEST: usize = 256 * 1024;

/// The text of the key at a place.
pub(super) fn value(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let lead = text[..name.start].strip_suffix(b">")?;
    let rest = text[name.end..].strip_prefix(b"</")?;
    PAIRS.iter().find_map(|(key, value)| {
        lead.strip_suffix(*key).filter(|lead| lead.ends_with(b"<"))?;
        let rest = rest.strip_prefix(*key)?.strip_prefix(b">")?.trim_ascii_start();
        let body = rest.strip_prefix(b"<")?.strip_prefix(*value)?.strip_prefix(b">")?;
        let start = text.len() - body.len();
        let end = memchr::memmem::find(&body[..body.len().min(LONGEST)], b"</")?;
        Some(start..start + end)
    })
}

/// Whether the text of the key at a place is still to come.
pub(super) fn opens(text: &[u8], name: &Range<usize>) -> bool {
    let near = &text[name.end..text.len().min(name.end + 32)];
    text[..name.start].ends_with(b">")
        && PAIRS.iter().any(|(key, _)| {
            near.strip_prefix(b"</").and_then(|rest| rest.strip_prefix(*key)).is_some_and(|rest| rest.starts_with(b">"))
        })
}
