//! Prompts in the ids that pytest gives to the cases of one test: `tests/test_ask.py::test_ask[tell me of it] FAILED`.

use std::ops::Range;

use super::{BY_SOURCE, KIND_NAME, shape_of};
use crate::redact::finding::{Finding, Rank};
use crate::redact::placeholder;

/// The words of the gate: what stands behind the file of a test, and behind its id where a report has it in a line or an attribute of its own.
pub(in crate::redact) const WORDS: [&str; 3] = [FILE, "] ____", "]\" time=\""];

const FILE: &str = ".py::";
/// What the name of a test stands behind there.
const LEADS: [&[u8]; 2] = [b"____ ", b" name=\""];
/// Most bytes of an id.
const LONGEST_ID: usize = 4096;
/// Fewest blanks of an id that is a text.
const FEWEST_BLANKS: usize = 3;
/// Longest name of a test before its id.
const LONGEST_NAME: usize = 200;

/// What became of a test, behind its id.
const OUTCOMES: [&[u8]; 6] = [b"] PASSED", b"] FAILED", b"] SKIPPED", b"] ERROR", b"] XFAIL", b"] XPASS"];

/// Whether an id that is a text follows a word, or stands before it.
pub(in crate::redact) fn may_begin(text: &[u8], word: &Range<usize>) -> bool {
    if text[word.clone()].starts_with(b"]") { before(text, word.start) } else { id(text, word.end) }.is_some()
}

/// Adds the ids that are texts.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    for at in memchr::memmem::find_iter(text, FILE.as_bytes()) {
        found.extend(id(text, at + FILE.len()).and_then(|id| finding(text, id)));
    }
    for word in &WORDS[1..] {
        let mut done = 0;
        for at in memchr::memmem::find_iter(text, word.as_bytes()) {
            let id = before(&text[..at], at).filter(|id| done <= id.start);
            done = at;
            found.extend(id.and_then(|id| finding(text, id)));
        }
    }
}

fn finding(text: &[u8], id: Range<usize>) -> Option<Finding> {
    if placeholder::is_shape(&text[id.clone()]) {
        return None;
    }
    let mut finding = Finding::new(id.clone(), &BY_SOURCE, &KIND_NAME, Rank::Content);
    finding.substitute = shape_of(&text[id]);
    Some(finding)
}

/// The id that ends at a place, behind the name of a test.
fn before(text: &[u8], end: usize) -> Option<Range<usize>> {
    let from = end.saturating_sub(LONGEST_ID);
    let near = &text[from..end];
    let name = LEADS.iter().filter_map(|lead| memchr::memmem::rfind(near, lead).map(|at| at + lead.len())).max()?;
    let length = near[name..].iter().take_while(|b| b.is_ascii_alphanumeric() || b"_.:".contains(b)).count();
    let start = name + length + 1;
    let is_id = length > 0 && near.get(start - 1) == Some(&b'[') && !near[start..].contains(&b'\n');
    is_id.then(|| told(text, from + start..end)).flatten()
}

/// The id behind the name of a test, to the last bracket before what became of it.
fn id(text: &[u8], at: usize) -> Option<Range<usize>> {
    let name =
        text[at..].iter().take(LONGEST_NAME).take_while(|b| b.is_ascii_alphanumeric() || b"_:".contains(b)).count();
    let start = at + name + 1;
    if text.get(start - 1) != Some(&b'[') {
        return None;
    }
    let line = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |newline| start + newline);
    let place = |mark: &&[u8]| memchr::memmem::find(&text[start..line], mark).map(|at| start + at);
    let line = OUTCOMES.iter().filter_map(place).min().unwrap_or(line);
    let said = memchr::memmem::find(&text[start..line], b" - ").map_or(line, |dash| start + dash);
    // A long id may have a dash of its own.
    if line < text.len() && text[line] == b']' {
        return told(text, start..line);
    }
    let close = [said, line].into_iter().find_map(|to| memchr::memrchr(b']', &text[start..to]))?;
    told(text, start..start + close)
}

fn told(text: &[u8], id: Range<usize>) -> Option<Range<usize>> {
    (memchr::memchr_iter(b' ', &text[id.clone()]).count() >= FEWEST_BLANKS).then_some(id)
}
