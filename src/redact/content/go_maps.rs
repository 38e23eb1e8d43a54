//! Texts in the maps of Go, as `%v` prints them: `map[content:text role:user]`. The keys come in order, so that the role of a message stands behind its text.

use std::ops::Range;

use super::messages::Messages;
use super::{cut, push_text, walker};
use crate::redact::finding::Finding;

/// What a map begins with.
const MAP: &[u8] = b"map[";

/// Most bytes of a map before a key, and of a text.
const LONGEST_LEAD: usize = 2000;
const LONGEST: usize = 64 * 1024;

/// Where the text of a key begins, in a map.
pub(super) fn value(text: &[u8], name: &Range<usize>) -> Option<usize> {
    let is_text = |b: &u8| !b.is_ascii_whitespace() && !b"\"'`[<{".contains(b);
    let rest = text[name.end..].strip_prefix(b":").filter(|rest| rest.first().is_some_and(is_text))?;
    let lead = &text[name.start.saturating_sub(LONGEST_LEAD)..name.start];
    let is_key = lead.ends_with(MAP) || lead.ends_with(b" ");
    let in_map = || walker::bracket_around(lead).is_some_and(|open| lead[..=open].ends_with(MAP));
    (is_key && in_map() && !rest.starts_with(MAP) && is_text_of_map(rest)).then_some(name.end + 1)
}

/// Whether several words stand before the next key of a map, or its end, or one that the role of a message follows.
fn is_text_of_map(rest: &[u8]) -> bool {
    let line = &rest[..rest.len().min(NEAR)];
    let word = line.iter().position(|b| b" ]\n".contains(b)).unwrap_or(line.len());
    let next = line[word..].strip_prefix(b" ").unwrap_or_default();
    let key = next.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(**b, b'_' | b'-')).count();
    let is_next = key > 0 && next[key..].starts_with(b":");
    !next.is_empty() && (!is_next || ends_with_role(&line[word..]))
}

/// Whether the map of a message ends here.
fn ends_with_role(text: &[u8]) -> bool {
    Messages::get().is_some_and(|words| words.ends_map(text))
}

/// So much of a text tells whether it has several words.
const NEAR: usize = 256;

/// Takes such a text; gives its end: before the role of a message, or before the pairs of single words that a map ends with. Where there are none, nothing says where it ends.
pub(super) fn take(text: &[u8], name: &Range<usize>, found: &mut Vec<Finding>) -> Option<usize> {
    let start = value(text, name)?;
    let line = &text[start..text.len().min(start + LONGEST)];
    let line = &line[..memchr::memchr(b'\n', line).unwrap_or(line.len())];
    let role = memchr::memchr_iter(b' ', line).find(|blank| ends_with_role(&line[*blank..]));
    let Some(end) = role.or_else(|| last_pairs(line, &text[name.clone()])).map(|at| start + at) else {
        return Some(cut::off(text, start, start, start, found));
    };
    push_text(text, start..end, found);
    Some(end)
}

/// Most closing brackets that are taken for the end of a map.
const MOST_ENDS: usize = 32;

/// Where the pairs begin that a map ends with: a name and one word each, in order, and behind the key of the text.
fn last_pairs(line: &[u8], key: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b']', line).take(MOST_ENDS).find_map(|close| {
        let (mut end, mut last) = (close, None);
        while let Some(blank) = memchr::memrchr(b' ', &line[..end]) {
            let pair = &line[blank + 1..end];
            let name = &pair[..memchr::memchr(b':', pair).filter(|colon| colon + 1 < pair.len()).unwrap_or(0)];
            let is_name = !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(b));
            if !is_name || name <= key || last.is_some_and(|last| name >= last) {
                break;
            }
            (end, last) = (blank, Some(name));
        }
        last.map(|_| end)
    })
}
