//! A command and what it printed as fields of one record: `{"cmd":"whoami","stdout":"..."}`, `CompletedProcess(args=[...], stdout='...')`.

use std::ops::Range;

use super::joined::Printed;
use super::{Reader, Said, What, each_of, line_around};
use crate::redact::names::Names;
use crate::redact::quoted;

/// How far from a command its output may stand.
const NEAR: usize = 2048;
/// How far before a word its field may stand.
const BEFORE: usize = 320;
/// Most lines between a command and its output where a record is written over several.
const MOST_LINES: usize = 12;
/// Most elements of a command or an output that is a list.
const MOST_PARTS: usize = 40;

/// A command that is a field of a record.
struct Command {
    printed: Printed,
    range: Range<usize>,
    /// Whether it stands without quotation marks, as in YAML.
    plain: bool,
}

/// Adds what the command printed that a word stands in; gives a reader for the lines below where the record goes on there.
pub(super) fn find(
    names: &Names,
    text: &[u8],
    word: &Range<usize>,
    push: &mut dyn FnMut(Range<usize>, What),
) -> Option<Ran> {
    let command = command_around(names, text, word)?;
    let end = (command.range.end + NEAR).min(text.len());
    let end = memchr::memchr(b'\n', &text[command.range.end..end]).map_or(end, |newline| command.range.end + newline);
    let start = command.range.start.saturating_sub(NEAR);
    let start = memchr::memrchr(b'\n', &text[start..command.range.start]).map_or(start, |newline| start + newline + 1);
    outputs(&text[..end], command.range.end, &command.printed, push);
    outputs(&text[..command.range.start], start, &command.printed, push);
    let line = line_around(text, word.start)?;
    let goes_on = (text[..line.end].trim_ascii_end().ends_with(b",") || command.plain) && line.end < text.len();
    goes_on.then(|| Ran { printed: command.printed, lead: text[line].to_vec(), lines: 0 })
}

/// The command that a word stands in.
fn command_around(names: &Names, text: &[u8], word: &Range<usize>) -> Option<Command> {
    let from = word.start.saturating_sub(BEFORE);
    let from = memchr::memrchr(b'\n', &text[from..word.start]).map_or(from, |newline| from + newline + 1);
    let near = each_of(|table| &table.command_fields).filter_map(|name| {
        memchr::memmem::rfind_iter(&text[from..word.start], name).map(|at| from + at).find_map(|at| {
            let value = value_of(text, at, name.len())?;
            let plain = is_plain(text, at, value);
            let end = if plain { line_end(text, value) } else { 0 };
            let (command, end) = if plain { (text[value..end].to_vec(), end) } else { joined_texts(text, value)? };
            (value < word.end && word.start < end).then_some((command, at..end))
        })
    });
    let (command, range) = near.max_by_key(|(_, range)| range.start)?;
    let printed = Printed::of(names, &shell(&command))?;
    let plain = range.end == line_end(text, range.start) && !text[..range.end].ends_with(b"\"");
    Some(Command { printed, range, plain })
}

/// Where a line ends, or what is looked at of it.
fn line_end(text: &[u8], at: usize) -> usize {
    let most = text.len().min(at + 2 * NEAR);
    memchr::memchr(b'\n', &text[at..most]).map_or(most, |newline| at + newline)
}

/// Whether a value is a text without quotation marks behind a key that begins its line.
fn is_plain(text: &[u8], key: usize, value: usize) -> bool {
    let lead = text[..key].iter().rev().take(80).take_while(|b| b" -\t".contains(b)).count();
    let begins = key == lead || text[key - lead - 1] == b'\n';
    begins && text[..value].ends_with(b": ") && text.get(value).is_some_and(u8::is_ascii_alphanumeric)
}

/// Where the value of a field begins whose name stands at `at`.
fn value_of(text: &[u8], at: usize, length: usize) -> Option<usize> {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    if at > 0 && is_part(text[at - 1]) {
        return None;
    }
    let mut next = at + length;
    if let Some(quote) = quoted::closing_at(text, next) {
        next += quote.len();
    }
    let blanks = |at: usize| at + text[at..].iter().take(8).take_while(|b| **b == b' ').count();
    next = blanks(next);
    matches!(text.get(next), Some(b':' | b'=')).then(|| blanks(next + 1))
}

/// The text of a value, or the texts of a list with blanks between them, and where it ends.
fn joined_texts(text: &[u8], at: usize) -> Option<(Vec<u8>, usize)> {
    let mut all = Vec::new();
    let end = texts(text, at, &mut |range| {
        all.push(b' ');
        all.extend_from_slice(&text[range]);
    })?;
    Some((all, end))
}

/// Gives the text of a value, or the texts of a list; tells where the value ends.
fn texts(text: &[u8], at: usize, take: &mut dyn FnMut(Range<usize>)) -> Option<usize> {
    let is_list = matches!(text.get(at), Some(b'[' | b'('));
    let mut at = at + usize::from(is_list);
    for _ in 0..MOST_PARTS {
        at += text[at..].iter().take(16).take_while(|b| b" ,".contains(b)).count();
        let Some((quote, start)) = quoted::opening_at(text, at) else { break };
        let end = quoted::closing(text, start, quote)
            .unwrap_or_else(|| memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |newline| start + newline));
        take(start..end);
        at = (end + quote.len()).min(text.len());
        if !is_list {
            return Some(at);
        }
    }
    is_list.then_some(at)
}

/// A command without escapes and the shell that runs it: `bash -c "..."`.
fn shell(command: &[u8]) -> Vec<u8> {
    let bare: Vec<u8> = command.iter().copied().filter(|b| *b != b'\\').collect();
    let bare = bare.trim_ascii();
    let shells = [
        &b"bash -c "[..],
        b"bash -lc ",
        b"sh -c ",
        b"zsh -c ",
        b"zsh -lc ",
        b"/bin/bash -c ",
        b"/bin/bash -lc ",
        b"/bin/sh -c ",
    ];
    let inner = shells.iter().find_map(|shell| bare.strip_prefix(*shell)).unwrap_or(bare);
    let quote = inner.first().filter(|b| b"\"'".contains(b));
    let inner = quote.and_then(|quote| inner[1..].strip_suffix(&[*quote])).unwrap_or(inner);
    inner.to_vec()
}

/// Gives what fields of output hold from a place on.
fn outputs(text: &[u8], from: usize, printed: &Printed, push: &mut dyn FnMut(Range<usize>, What)) {
    for name in each_of(|table| &table.output_fields) {
        for at in memchr::memmem::find_iter(&text[from..], name).map(|at| from + at) {
            let Some(value) = value_of(text, at, name.len()) else { continue };
            let mut printed = printed.clone();
            if is_plain(text, at, value) {
                lines(text, value..line_end(text, value), &mut printed, push);
                continue;
            }
            texts(text, value, &mut |range| lines(text, range, &mut printed, push));
        }
    }
}

/// Gives what the lines of an output say, which escaped breaks stand between.
fn lines(text: &[u8], range: Range<usize>, printed: &mut Printed, push: &mut dyn FnMut(Range<usize>, What)) {
    let mut start = range.start;
    while start < range.end && !printed.is_done() {
        let here = &text[start..range.end];
        let next = memchr::memchr(b'\\', here).map_or(range.end, |at| start + at);
        let line = text[start..next].trim_ascii_end();
        if !line.is_empty()
            && let Some((value, what)) = printed.take(line)
        {
            push(start + value.start..start + value.end, what);
        }
        let marks = text[next..range.end].iter().take_while(|b| **b == b'\\').count();
        let is_break = marks > 0 && text.get(next + marks).is_some_and(|b| b"nrt".contains(b));
        start = next + marks + usize::from(is_break);
    }
}

/// The lines of a record below its command.
pub(super) struct Ran {
    printed: Printed,
    lead: Vec<u8>,
    lines: usize,
}

impl Reader for Ran {
    fn line(&mut self, line: &[u8]) -> Said {
        self.lines += 1;
        if line.trim_ascii().starts_with(b"}") || self.lines > MOST_LINES {
            return Said::Ended;
        }
        let mut found = None;
        outputs(line, 0, &self.printed, &mut |range, what| found = found.take().or(Some((range, what))));
        found.map_or(Said::Nothing, |(range, what)| Said::Value(range, what))
    }

    fn context(&self) -> Vec<u8> {
        [&self.lead[..], b"\n", &b"\n".repeat(self.lines)].concat()
    }
}
