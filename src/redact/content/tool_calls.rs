//! What a log says that a tool was called with and what it gave: `Calling tool search with args {...}`, `Tool search returned: text`.

use std::ops::Range;

use super::{push_text, said, walker};
use crate::redact::finding::Finding;

/// What stands before the arguments.
const CALLED: [&str; 8] = [
    " with args {",
    " with args: {",
    " with arguments {",
    " with arguments: {",
    " with input {",
    " with input: {",
    " with parameters {",
    " with parameters: {",
];
/// What begins a sentence that says what a tool gave, and what stands behind its name.
const TOOLS: [&str; 2] = ["Tool ", "Function "];
const GAVE: [&[u8]; 6] = [b" returned: ", b" result: ", b" output: ", b" responded: ", b" returned ", b" -> "];
/// The words of the gate.
pub(in crate::redact) const WORDS: [&str; 10] =
    [CALLED[0], CALLED[1], CALLED[2], CALLED[3], CALLED[4], CALLED[5], CALLED[6], CALLED[7], TOOLS[0], TOOLS[1]];
/// How far before its arguments a tool is named, and so much of what it gave is judged.
const NEAR: usize = 160;
/// Longest name of a tool.
const LONGEST_NAME: usize = 80;

/// Whether such a text follows a word.
pub(in crate::redact) fn may_begin(text: &[u8], word: &Range<usize>) -> bool {
    at(text, word).is_some()
}

/// Adds the texts.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    let mut done = 0;
    for word in WORDS {
        for start in memchr::memmem::find_iter(text, word.as_bytes()) {
            if start >= done
                && let Some(value) = at(text, &(start..start + word.len()))
            {
                done = value.end;
                push_text(text, value, found);
            }
        }
        done = 0;
    }
}

fn at(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    if text[word.clone()].ends_with(b"{") { arguments(text, word) } else { result(text, word.end) }
}

/// The arguments of a tool, up to the bracket that closes them or to the end of the line.
fn arguments(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let near = text[word.start.saturating_sub(NEAR)..word.start].to_ascii_lowercase();
    let line = near.rsplit(|b| *b == b'\n').next()?;
    let of_tool = [&b"tool"[..], b"function"].iter().any(|name| memchr::memmem::find(line, name).is_some());
    let open = word.end - 1;
    let line_end = memchr::memchr(b'\n', &text[open..]).map_or(text.len(), |newline| open + newline);
    let end = walker::balanced(&text[..line_end], open).map_or(line_end, |end| end - 1);
    let inner = text.get(word.end..end)?;
    (of_tool && !inner.trim_ascii().is_empty()).then_some(word.end..end)
}

/// What a tool gave, behind its name, where that is a text of several words and no failure.
fn result(text: &[u8], name: usize) -> Option<Range<usize>> {
    let part = |b: &&u8| b.is_ascii_alphanumeric() || b"_-.:'\"`/()".contains(b);
    let length = text[name..].iter().take(LONGEST_NAME).take_while(part).count();
    let gave = GAVE.iter().find(|gave| text[name + length..].starts_with(gave)).filter(|_| length > 0)?;
    let start = name + length + gave.len();
    // A line may hold many such words: its first bytes tell.
    let near = &text[start..text.len().min(start + NEAR)];
    let near = &near[..memchr::memchr(b'\n', near).unwrap_or(near.len())];
    let end = || memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |newline| start + newline);
    said::is_said(near).then(|| start..end())
}
