//! Pairs of turns in a log and in the objects of a program: `user="text" assistant="text"`, `Turn(user='text', assistant='text')`.

use std::ops::Range;

use super::{push_text, said};
use crate::redact::finding::Finding;
use crate::redact::quoted;

/// The words of the gate: who answers.
pub(in crate::redact) const WORDS: [&str; 2] = ["assistant=\"", "assistant='"];
/// Who asks, before it on its line.
const ASKERS: [&[u8]; 4] = [b"user=", b"human=", b"question=", b"customer="];
/// How far before an answer its question begins.
const FAR: usize = 8 * 1024;

/// Whether an answer follows a word.
pub(in crate::redact) fn may_begin(text: &[u8], word: &Range<usize>) -> bool {
    value(text, word.end - 1).is_some()
}

/// Adds both texts of a pair.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    let mut done = 0;
    for at in memchr::memmem::find_iter(text, b"assistant=") {
        let Some(answer) = value(text, at + b"assistant=".len()) else { continue };
        let from = done.max(at.saturating_sub(FAR));
        let start = memchr::memrchr(b'\n', &text[from..at]).map_or(from, |newline| from + newline + 1);
        let line = &text[start..at];
        let asker =
            ASKERS.iter().filter_map(|asker| memchr::memmem::rfind(line, asker).map(|at| at + asker.len())).max();
        if let Some(question) = asker.and_then(|asker| value(text, start + asker)) {
            push_text(text, question, found);
        }
        done = answer.end;
        push_text(text, answer, found);
    }
}

/// The text in quotation marks at a place, where somebody said it.
fn value(text: &[u8], at: usize) -> Option<Range<usize>> {
    let (quote, start) = quoted::opening_at(text, at)?;
    let line_end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |newline| start + newline);
    let end = quoted::closing(&text[..line_end], start, quote)?;
    said::is_turn(&text[start..end]).then_some(start..end)
}
