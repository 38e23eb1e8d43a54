//! Prompt content as PHP's `print_r` shows it, which says nowhere where a text ends: `[content] => some text`.

use std::ops::Range;

use super::assigned::{LONGEST_LEAD, LONGEST_TEXT, line_end, over_lines};
use super::records;

/// Where the value begins that `print_r` shows for a key that ends here, or for a field with who may see it: `[prompt:protected] => `.
pub(super) fn value_at(text: &[u8], end: usize) -> Option<usize> {
    let near = &text[end..text.len().min(end + LONGEST_LEAD)];
    let close = memchr::memchr(b']', near)?;
    let seen = &near[..close];
    let visible =
        seen.is_empty() || seen.starts_with(b":") && (seen.ends_with(b":protected") || seen.ends_with(b":private"));
    (visible && near[close..].starts_with(b"] => ")).then_some(end + close + b"] => ".len())
}

/// What PHP's `print_r` prints for a key, where it is no container: to the next key or the bracket that closes the list, if the key is one of a list.
pub(super) fn printed(text: &[u8], at: usize, name: usize) -> Option<(Range<usize>, bool)> {
    let value = text[at..line_end(text, at)].trim_ascii_end();
    let container = value == b"Array" || value.ends_with(b" Object");
    if container && is_removed(&text[name..at]) {
        return printed_container(text, at);
    }
    if container || value.is_empty() {
        return None;
    }
    let is_key = |line: &[u8]| {
        line == b")"
            || records::begins(line)
            || line.starts_with(b"[")
                && line.iter().take(64).any(|b| *b == b']')
                && memchr::memmem::find(line, b"] => ").is_some()
    };
    // With its line breaks escaped the text stands on one line.
    let in_list = text[..name - 1].ends_with(b"    ") && memchr::memmem::find(value, b"\\n").is_none();
    let (end, open) = if in_list { over_lines(text, at, is_key, |_| false) } else { (line_end(text, at), false) };
    Some((at..at + text[at..end].trim_ascii_end().len(), open))
}

/// Whether the value of a key of `print_r` goes whole; what a program is called with is evidence.
fn is_removed(key: &[u8]) -> bool {
    let length = key.iter().take_while(|b| !b"]:".contains(b)).count();
    &key[..length] != b"args"
        && super::keys::Keys::get()
            .is_some_and(|keys| keys.class_of(&key[..length]) == Some(super::keys::Class::Removed))
}

/// What `print_r` prints of an array below the line of its key: all between its brackets, which stand alone on lines of one indentation.
fn printed_container(text: &[u8], at: usize) -> Option<(Range<usize>, bool)> {
    let first = line_end(text, at) + 1;
    if first >= text.len() {
        return Some((text.len()..text.len(), true));
    }
    let end = line_end(text, first);
    let bracket = &text[first..end];
    let indent = bracket.iter().take_while(|b| **b == b' ').count();
    let start = (bracket.trim_ascii() == b"(").then_some(end)?;
    let limit = text.len().min(start + LONGEST_TEXT);
    let mut close = b"\n".to_vec();
    close.resize(indent + 1, b' ');
    close.push(b')');
    let found = memchr::memmem::find(&text[start..limit], &close).map(|at| start + at);
    let inner = start + text[start..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let end = found.unwrap_or(text.len());
    Some((inner.min(end)..end, found.is_none()))
}
