//! Quoted fields of CSV, whose marks stand for one each however they stand beside other marks (RFC 4180, section 2).

use super::{Reading, Unit, slashes_and_quotes};

/// The text with all marks inside its quoted fields halved, and then its backslashes and colours read; `None` where it has no such field.
pub(super) fn reading(text: &[u8]) -> Option<Reading> {
    let pairs = pairs(text);
    let halved = |text: &[u8], at: usize| -> Option<Unit> {
        (text[at] == b'"' && pairs.binary_search(&at).is_ok()).then_some((Some(b'"'), 2))
    };
    let fields = Reading::layer(text, halved)?;
    Some(match Reading::of(&fields.text, slashes_and_quotes) {
        Some(read) => fields.below(read),
        None => fields,
    })
}

/// Where doubled marks begin inside the quoted fields of a text, in order. A field that another mark ends than that before a comma or the end of a line is
/// none of CSV.
fn pairs(text: &[u8]) -> Vec<usize> {
    let mut pairs = Vec::new();
    let mut at = 0;
    while let Some(open) = next_field(text, at) {
        let kept = pairs.len();
        let (end, is_field) = field(text, open + 1, &mut pairs);
        if !is_field {
            pairs.truncate(kept);
        }
        at = end;
    }
    pairs
}

/// The next mark that a quoted field may begin with.
fn next_field(text: &[u8], from: usize) -> Option<usize> {
    memchr::memchr_iter(b'"', &text[from..])
        .map(|at| from + at)
        .find(|at| at.checked_sub(1).is_none_or(|before| matches!(text[before], b',' | b'\n' | b';' | b'\t')))
}

/// Adds the doubled marks from the start of a field to its end; gives where it ends, and whether it ends as a field does.
fn field(text: &[u8], start: usize, pairs: &mut Vec<usize>) -> (usize, bool) {
    let mut at = start;
    while let Some(mark) = memchr::memchr(b'"', &text[at..]).map(|next| at + next) {
        if text.get(mark + 1) != Some(&b'"') {
            let after = text.get(mark + 1);
            return (mark + 1, matches!(after, None | Some(b',' | b'\n' | b'\r' | b';' | b'\t')));
        }
        pairs.push(mark);
        at = mark + 2;
    }
    (text.len(), false)
}
