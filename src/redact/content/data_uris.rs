//! Images and documents in addresses that hold them: `data:image/png;base64,...`.

use std::ops::Range;

use super::{BY_SOURCE, KIND_NAME, shape_of};
use crate::redact::finding::{Finding, Rank};

/// The word of the gate.
pub(in crate::redact) const WORDS: [&str; 1] = [";base64,"];
/// Most bytes between the beginning of such an address and its data.
const LONGEST_HEAD: usize = 128;
/// Fewest characters of data: what is shorter is an icon of a page.
const SHORTEST: usize = 64;

/// Whether the data of an address follows a word.
pub(in crate::redact) fn may_begin(text: &[u8], word: &Range<usize>) -> bool {
    data(text, word.end).is_some()
}

/// Adds the data of all addresses.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    for at in memchr::memmem::find_iter(text, WORDS[0].as_bytes()) {
        if let Some(range) = data(text, at + WORDS[0].len()) {
            let mut finding = Finding::new(range.clone(), &BY_SOURCE, &KIND_NAME, Rank::Content);
            finding.substitute = shape_of(&text[range]);
            found.push(finding);
        }
    }
}

/// The data behind the mark before it.
fn data(text: &[u8], at: usize) -> Option<Range<usize>> {
    let head = &text[at.saturating_sub(LONGEST_HEAD)..at];
    let head = &head[memchr::memmem::rfind(head, b"data:")?..];
    let of_base64 = |b: &u8| b.is_ascii_alphanumeric() || b"+/=_-\\%".contains(b);
    let length = text[at..].iter().take_while(|b| of_base64(b)).count();
    (!head.iter().any(u8::is_ascii_whitespace) && length >= SHORTEST).then_some(at..at + length)
}
