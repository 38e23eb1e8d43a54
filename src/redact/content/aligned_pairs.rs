//! Texts in lists of pairs whose colons stand below each other, as `Format-List` of PowerShell prints them: `content    : text`. A text that is too wide goes on below
//! its first line.

use std::ops::Range;

use super::evidence::complains;
use super::keys::{Class, Keys};

/// Fewest blanks of a text: states and names have less.
const FEWEST_BLANKS: usize = 2;

/// The text of the key at a place.
pub(super) fn value(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let begins = name.start == 0 || text[name.start - 1] == b'\n';
    let rest = text[name.end..].strip_prefix(b" ").filter(|_| begins)?.trim_ascii_start().strip_prefix(b": ")?;
    let is_text = |keys: &Keys| matches!(keys.class_of(&text[name.clone()]), Some(Class::Text | Class::Walk));
    let start = text.len() - rest.len();
    let gap = &text[name.end..start];
    if gap.contains(&b'\n') || !Keys::get().is_some_and(is_text) {
        return None;
    }
    let mut end = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let first = &text[start..end];
    if memchr::memchr_iter(b' ', first.trim_ascii()).count() < FEWEST_BLANKS || complains(first) || first[0] == b'[' {
        return None;
    }
    let column = start - name.start;
    let goes_on =
        |line: &[u8]| line.len() > column && line[..column].iter().all(|b| *b == b' ') && line[column] != b' ';
    while let Some(next) = text.get(end + 1..) {
        let line = &next[..memchr::memchr(b'\n', next).unwrap_or(next.len())];
        if !goes_on(line) {
            break;
        }
        end += 1 + line.len();
    }
    Some(start..start + text[start..end].trim_ascii_end().len())
}
