//! What a tool is called with in YAML: the mapping below `input:`, beside the id or the type of the call.

use std::ops::Range;

use super::messages::Messages;
use super::yaml::{block_end, ends_line, indentation, indentation_of, is_lead, with_marks, without_marks};
use super::{BY_KEY, KIND_NAME, characters};
use crate::redact::finding::{Finding, Rank, Substitute};
use crate::redact::line_leads::without_time;

/// Most lines beside the key that are looked at, in each direction.
const MOST_LINES: usize = 64;

/// A key below which calls may stand in a list, or what a tool is called with.
#[derive(Clone, Copy, Debug)]
pub(in crate::redact) struct List {
    /// How far its line is indented.
    indent: usize,
    /// Whether it stands behind the dash of another list: the lines that belong to it are then indented deeper.
    is_inner: bool,
    /// Whether it is a key of a call, to which the keys beside it belong as well.
    is_call: bool,
}

impl List {
    /// What a line begins.
    pub(in crate::redact) fn opened_by(line: &[u8]) -> Option<Self> {
        let line = without_time(line.trim_ascii_end().strip_suffix(b":")?);
        let lead = line.iter().take_while(|b| is_lead(**b)).count();
        let name = &line[without_marks(line, lead..line.len())];
        let indent = indentation(line);
        let words = Messages::get()?;
        let is_call = lead > 0 && words.is_input(name);
        (is_call || words.is_list_of_calls(name)).then_some(Self { indent, is_inner: lead > indent, is_call })
    }

    /// Whether a line belongs to it. JSON may stand in the line below its key as well.
    pub(in crate::redact) fn has(self, line: &[u8]) -> bool {
        let depth = indentation(line);
        let body = without_time(line).trim_ascii();
        let is_beside = depth == self.indent && !self.is_inner;
        body.is_empty()
            || depth > self.indent
            || is_beside && (self.is_call || matches!(body[0], b'-' | b'"' | b'\'' | b'[' | b'{'))
    }
}

/// Whether a key holds what a tool is called with.
pub(super) fn is_input(text: &[u8], name: &Range<usize>) -> bool {
    Messages::get().is_some_and(|words| words.is_input(&text[name.clone()]))
}

/// So far below a key the line is looked for that says that it is one of a call.
const FARTHEST: usize = 64 * 1024;

/// Takes the mapping below a key; gives its end.
pub(super) fn take(text: &[u8], name: &Range<usize>, found: &mut Vec<Finding>) -> Option<usize> {
    if !is_input(text, name) || !ends_line(text, name) {
        return None;
    }
    let key = with_marks(text, name);
    let indent = indentation_of(text, key.start)?;
    let line_end = memchr::memchr(b'\n', &text[key.end..]).map(|newline| key.end + newline)?;
    let is_below = || {
        let near = &text[..text.len().min(line_end + FARTHEST)];
        is_call_below(text, block_end(near, line_end, indent, true), indent)
    };
    if !is_call_above(text, key.start, indent) && !is_below() {
        return None;
    }
    let end = block_end(text, line_end, indent, true);
    let to = text[..end].trim_ascii_end().len();
    if to <= line_end {
        return None;
    }
    let mut finding = Finding::new(key.end + 1..to, &BY_KEY, &KIND_NAME, Rank::Content);
    let count = characters(text[line_end..to].trim_ascii());
    finding.substitute = Substitute::Shape(format!(" \"[removed {count} characters]\""));
    found.push(finding);
    Some(to)
}

/// Whether a line of the same mapping says that it is a call, above its key.
fn is_call_above(text: &[u8], key: usize, indent: usize) -> bool {
    let start = memchr::memrchr(b'\n', &text[..key]).map_or(0, |newline| newline + 1);
    if text[start..key].contains(&b'-') {
        return false;
    }
    let above = text[..start].split(|b| *b == b'\n').rev().skip(1).take(MOST_LINES);
    for place in above.map_while(|line| Place::of(line, indent)) {
        match place {
            Place::Same(line) if says_call(line) => return true,
            Place::First(line) => return says_call(line),
            _ => {}
        }
    }
    false
}

/// The same below its mapping.
fn is_call_below(text: &[u8], end: usize, indent: usize) -> bool {
    let below = text.get(end + 1..).unwrap_or_default().split(|b| *b == b'\n').take(MOST_LINES);
    below
        .map_while(|line| Place::of(line, indent))
        .take_while(|place| !matches!(place, Place::First(_)))
        .any(|place| matches!(place, Place::Same(line) if says_call(line)))
}

/// Where a line stands, seen from a mapping whose keys are indented so far.
enum Place<'a> {
    /// It holds a key of the mapping.
    Same(&'a [u8]),
    /// It holds the first one, behind the dash of a list.
    First(&'a [u8]),
    /// It belongs to the value of a key, or is empty.
    Deeper,
}

impl<'a> Place<'a> {
    /// `None` outside the mapping.
    fn of(line: &'a [u8], indent: usize) -> Option<Self> {
        let blanks = line.iter().take_while(|b| **b == b' ').count();
        let lead = line.iter().take_while(|b| matches!(b, b' ' | b'-')).count();
        let body = line[lead..].trim_ascii_end();
        match lead {
            _ if body.is_empty() => Some(Self::Deeper),
            _ if lead > indent => Some(Self::Deeper),
            _ if lead < indent => None,
            _ if blanks == lead => Some(Self::Same(body)),
            _ => Some(Self::First(body)),
        }
    }
}

/// Whether a pair of a key and a value is the type or the id of a call.
fn says_call(line: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', line) else { return false };
    let bare = |part: &'_ [u8]| -> Vec<u8> { part.iter().copied().filter(|b| !b" \"'".contains(b)).collect() };
    let (key, value) = (bare(&line[..colon]), bare(&line[colon + 1..]));
    Messages::get().is_some_and(|words| words.says_call(&key, &value))
}
