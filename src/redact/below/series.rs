//! Texts of a column as pandas prints it: its name stands below them, so that the rows wait for it.

use std::ops::Range;

use super::{Below, Rest, line_around};
use crate::redact::content;
use crate::redact::line_leads::next_break;

/// Most rows that wait.
const MOST_ROWS: usize = 80;
/// Longest row, and longest of a column inside a string, where many may seem to begin on one line.
const LONGEST: usize = super::LONGEST_TEXT;
const LONGEST_INSIDE: usize = 2 * 1024;

/// Whether the first row of a column may stand here: at the start of its line, or behind the blank that a log puts there.
pub(super) fn may_begin(text: &[u8], word: &Range<usize>) -> bool {
    let digits = text[..word.start].iter().rev().take(8).take_while(|b| b.is_ascii_digit()).count();
    let before = &text[..word.start - digits];
    let escaped = before.ends_with(b"\\n") || before.ends_with(b"\"");
    let first = before.last().is_none_or(|b| *b == b'\n') || escaped || is_behind_level(before) || compared(before) > 0;
    first && text.get(word.end).is_some_and(|b| !b.is_ascii_digit())
}

/// Whether a log begins what it says behind these bytes.
fn is_behind_level(before: &[u8]) -> bool {
    let before = &before[before.len().saturating_sub(16)..];
    [&b"INFO "[..], b"DEBUG ", b"ERROR ", b"WARNING ", b": ", b"] "].iter().any(|level| before.ends_with(level))
}

/// Length of what pytest puts before a line.
fn compared(before: &[u8]) -> usize {
    let blanks = before.iter().rev().take(16).take_while(|b| **b == b' ').count();
    let line = &before[..before.len() - blanks];
    let is_mark = blanks > 1 && (line == b"E" || line.ends_with(b"\nE"));
    if is_mark { blanks + 1 } else { 0 }
}

/// Adds the rows below a first one, where the line behind them names a column of content; where the text ends before it, they wait.
pub(super) fn find(text: &[u8], word: &Range<usize>, below: &mut Below) {
    let mut rows = Vec::new();
    let mut at = word.start - text[..word.start].iter().rev().take(8).take_while(|b| b.is_ascii_digit()).count();
    let mark = compared(&text[..at]);
    let mark = &text[at - mark..at];
    let longest = if matches!(text[..at - mark.len()].last(), None | Some(b'\n')) { LONGEST } else { LONGEST_INSIDE };
    for _ in 0..MOST_ROWS {
        let most = text.len().min(at + longest);
        let (end, next) = match next_break(&text[..most], at) {
            Some(found) => found,
            None if most == text.len() => (most, most),
            None => return,
        };
        let line = &text[at..end];
        if let Some(name) = name_of(line) {
            if content::is_column(name) {
                below.findings.extend(rows.into_iter().filter_map(|row| content::finding_of_said(text, row)));
                below.end = end;
            }
            return;
        }
        // From the rows that were read no other look has to begin.
        let Some(row) = row_of(line) else { return };
        below.end = at.max(word.end);
        if !row.is_empty() {
            rows.push(at + row.start..at + row.end);
        }
        if next >= text.len() {
            // With its end the name of the column may come.
            if text.ends_with(b"\n") {
                below.open = Some(Rest { context: Vec::new(), waits: MOST_ROWS });
            }
            return;
        }
        if !text[next..].starts_with(mark) {
            return;
        }
        at = next + mark.len();
    }
}

/// The text of a row: behind its number and four blanks. Empty for the dots that stand for rows left out.
fn row_of(line: &[u8]) -> Option<Range<usize>> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.trim_ascii() == b"..." {
        return Some(0..0);
    }
    let digits = line.iter().take_while(|b| b.is_ascii_digit()).count();
    let blanks = line[digits..].iter().take_while(|b| **b == b' ').count();
    let start = digits + blanks;
    let letters = line[start..].iter().any(|b| b.is_ascii_alphabetic() || !b.is_ascii());
    (digits > 0 && blanks > 2 && letters && line.len() < LONGEST).then_some(start..line.len())
}

/// The name of the column, in the line behind its rows: `Name: prompt, dtype: object`.
fn name_of(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"Name: ")?;
    let name = &rest[..memchr::memchr(b',', rest)?];
    memchr::memmem::find(rest, b"dtype: ").map(|_| name)
}

/// Adds the rows above the line that names their column.
pub(super) fn above(text: &[u8], word: &Range<usize>, below: &mut Below) {
    let Some(line) = line_around(text, word.start) else { return };
    let start = line.start;
    let name = text[start..word.start].strip_prefix(b"Name: ").unwrap_or_default();
    let name = &name[..memchr::memchr(b',', name).unwrap_or(name.len())];
    let of_column = content::is_column(name);
    let of_row = !name.is_empty() && name.iter().all(u8::is_ascii_digit);
    let mut start = start;
    for _ in 0..MOST_ROWS {
        let Some(end) = start.checked_sub(1).filter(|_| of_column || of_row) else { return };
        start = memchr::memrchr(b'\n', &text[..end]).map_or(0, |newline| newline + 1);
        let line = text[start..end].strip_suffix(b"\r").unwrap_or(&text[start..end]);
        let word = line.iter().take_while(|b| !b.is_ascii_whitespace()).count();
        let blanks = line[word..].iter().take_while(|b| **b == b' ').count();
        if line.trim_ascii() == b"..." {
            continue;
        }
        if word == 0 || blanks < 2 || line.len() >= LONGEST {
            return;
        }
        if of_column || content::is_column(&line[..word]) {
            below.findings.extend(content::finding_of_said(text, start + word + blanks..start + line.len()));
        }
    }
}
