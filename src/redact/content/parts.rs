//! The lines of the data stream of the AI SDK of Vercel: `0:"text"`, `g:"reasoning"`, `9:{"toolCallId":...,"args":{...}}`.
//!
//! What a line holds is told by the code before its colon; that of an error stays.

use std::ops::Range;

use super::walker;
use super::{BY_KEY, KIND_NAME, push_text};
use crate::redact::finding::Finding;
use crate::redact::finding::Rank;
use crate::redact::placeholder;
use crate::redact::quoted;

/// The words of the gate.
pub(in crate::redact) const WORDS: [&str; 11] = [
    "0:\"",
    "0:\\\"",
    "g:\"",
    "g:\\\"",
    ":{\"toolCallId",
    ":{\\\"toolCallId",
    "h:{\"source",
    "2:[{\"",
    "8:[{\"",
    "{\"type\":\"data-",
    "{\"type\":\"source-",
];
/// Codes of lines that hold a text.
const TEXTS: &[u8] = b"0g";
/// Fields of the use of a tool, and of what it gave.
const FIELDS: [&[u8]; 4] = [b"args", b"result", b"argsTextDelta", b"title"];
const FIELDS_OF_DATA: [&[u8]; 1] = [b"data"];
/// Words before a line that a log shows.
const LEADS: [&[u8]; 8] = [b"chunk", b"part", b"line", b"data", b"stream", b"frame", b"delta", b"received"];

/// Whether such a line begins at a word of the gate.
pub(in crate::redact) fn may_begin(text: &[u8], word: &Range<usize>) -> bool {
    begins(text, word.start).is_some()
}

/// Where the value of a line begins whose code stands at a place, or right before the colon there.
fn begins(text: &[u8], word: usize) -> Option<(u8, usize)> {
    if text[word..].starts_with(b"{\"type\":\"data-") {
        return Some((b'd', word));
    }
    if text[word..].starts_with(b"{\"type\":\"source-") {
        return Some((b's', word));
    }
    let code = if text[word] == b':' { word.checked_sub(1)? } else { word };
    let before = &text[code.saturating_sub(64)..code];
    let escaped = before.ends_with(b"\\n");
    let word = before.trim_ascii_end();
    let apart = word.len() < before.len();
    let log = apart
        && LEADS
            .iter()
            .any(|lead| word.len() >= lead.len() && word[word.len() - lead.len()..].eq_ignore_ascii_case(lead));
    let mark = apart && word.last().is_some_and(|b| b":>|]".contains(b));
    let begins = before.iter().rev().find(|b| !matches!(b, b' ' | b'\t')).map_or(code < 64, |b| *b == b'\n');
    let fits = begins || escaped || log || mark || before.ends_with(b"\"");
    fits.then_some((text[code], code + 2))
}

/// Adds what such lines hold.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    let mut done = 0;
    for (word, length) in WORDS
        .iter()
        .flat_map(|word| memchr::memmem::find_iter(text, word.as_bytes()).map(|at| (at, word.len())))
        .collect::<std::collections::BTreeSet<_>>()
    {
        let Some((code, value)) = begins(text, word).filter(|_| word + length > done) else { continue };
        if TEXTS.contains(&code) {
            if let Some(range) = text_at(text, value) {
                done = range.end;
                push(text, range, found);
            }
            continue;
        }
        let end = container_end(text, value);
        done = end;
        if matches!(code, b'2' | b'8') {
            push(text, value..end, found);
            continue;
        }
        let names = if code == b'd' { &FIELDS_OF_DATA[..] } else { &FIELDS[..] };
        for range in names.iter().flat_map(|name| values(&text[..end], value, name)).collect::<Vec<_>>() {
            push(text, range, found);
        }
    }
}

/// Where the object or list at a place ends; of one that is cut off, its line.
fn container_end(text: &[u8], at: usize) -> usize {
    walker::balanced(text, at).unwrap_or_else(|_| line_end(text, at))
}

fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline)
}

/// The text of a string; of one that is cut off, to the end of its line.
fn text_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    let (quote, start) = quoted::opening_at(text, at)?;
    Some(start..quoted::closing(text, start, quote).unwrap_or_else(|| line_end(text, start)))
}

/// The texts and containers that are the values of a key in an object.
fn values(object: &[u8], from: usize, name: &[u8]) -> Vec<Range<usize>> {
    let mut done = from;
    let mut all = Vec::new();
    for at in memchr::memmem::find_iter(&object[from..], name).map(|at| from + at) {
        let close = at + name.len();
        let value =
            quoted::before(object, at).filter(|quote| at >= done && quote.stands_at(object, close)).and_then(|quote| {
                let colon = walker::skip_blank(object, close + quote.len());
                (object.get(colon) == Some(&b':')).then(|| walker::skip_blank(object, colon + 1))
            });
        let range = value.and_then(|at| match object.get(at)? {
            b'{' | b'[' => Some(at..container_end(object, at)),
            _ => text_at(object, at),
        });
        if let Some(range) = range {
            done = range.end;
            all.push(range);
        }
    }
    all
}

fn push(text: &[u8], range: Range<usize>, found: &mut Vec<Finding>) {
    let value = &text[range.clone()];
    if !matches!(value.first(), Some(b'{' | b'[')) || placeholder::is_shape(value) {
        return push_text(text, range, found);
    }
    let mark = value.iter().position(|b| *b == b'"').unwrap_or(0);
    let depth = value[..mark].iter().rev().take_while(|b| **b == b'\\').count();
    let mut finding = Finding::new(range, &BY_KEY, &KIND_NAME, Rank::Content);
    finding.substitute = walker::shape_of_all(value, quoted::Quote { mark: b'"', depth, triple: false });
    found.push(finding);
}
