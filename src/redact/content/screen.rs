//! A conversation copied from the screen of Claude Code: what the person asked and what was answered goes, what the program says of a failure stays.
//!
//! The program marks an answer or the use of a tool with a bullet and what a tool gave with a corner; lines that belong to them are indented. A line of
//! the person begins with an angle bracket, as a shell's does, so it counts only where a marked line comes next.

use std::ops::Range;

use super::keys::Keys;
use super::{BY_SCREEN, KIND_NAME, shape_of};
use crate::redact::finding::{Finding, Rank};
use crate::redact::placeholder;

/// Marks of lines that only this program writes.
const MARKS: [&str; 3] = ["⏺", "⎿", SPINNER];
/// What the program does at the moment; a thought may stand below it.
const SPINNER: &str = "✻";
/// A bullet that other programs write too; it counts where the text has one of the marks or a prompt above it.
const BULLET: &str = "●";
/// What a line of the person begins with.
const PROMPTS: [&str; 2] = ["❯ ", "> "];
/// Words of the gate.
pub(super) const WORDS: [&str; 5] = ["⏺", "⎿", SPINNER, BULLET, "❯"];
/// Fewer columns are no indentation of a line that belongs to a marked one.
const INDENT: usize = 2;
/// A word so long, alone on its line, is a command to the program.
const LONGEST_COMMAND: usize = 24;

/// So much of a marked line tells what becomes of the lines below it.
const LONGEST_HEAD: usize = 256;
/// Most lines that a person's question is followed over.
const MOST_ASKED: usize = 24;

/// What the text of an error of the API holds.
const ANSWERED: [&[u8]; 2] = [b"_error)", b"\"type\":\"error\""];

/// What becomes of a line, and of the indented ones below it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// All of it stays.
    Stays,
    /// It stays, the lines below it go.
    FirstStays,
    Goes,
}

/// A line without its end, and how far it is indented.
#[derive(Clone, Copy)]
struct Line<'t> {
    /// Where the text of the line begins, after its indentation.
    at: usize,
    text: &'t [u8],
    indent: usize,
}

impl<'t> Line<'t> {
    fn of(text: &'t [u8], start: usize, end: usize) -> Self {
        let line = text[start..end].trim_ascii_end();
        let indent = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        Self { at: start + indent, text: &line[indent..], indent }
    }

    /// The line behind a mark, without the blanks after it.
    fn behind(self, mark: &str) -> Option<Self> {
        let rest = self.text.strip_prefix(mark.as_bytes())?;
        let blank = blanks(rest);
        (blank > 0 || rest.is_empty()).then(|| Self {
            at: self.at + mark.len() + blank,
            text: &rest[blank.min(rest.len())..],
            indent: self.indent,
        })
    }

    /// Whether it may belong to a line above it.
    const fn belongs_to_another(self) -> bool {
        self.text.is_empty() || self.indent >= INDENT
    }

    fn marked(self, bullets: bool) -> Option<Self> {
        let bullet = if bullets { self.behind(BULLET) } else { None };
        MARKS.iter().find_map(|mark| self.behind(mark)).or(bullet)
    }

    fn prompt(self) -> Option<Self> {
        PROMPTS.iter().find_map(|mark| {
            let text = self.text.strip_prefix(mark.as_bytes())?;
            Some(Self { at: self.at + mark.len(), text, indent: self.indent })
        })
    }
}

/// The length of the blanks behind a mark, those that do not break included.
fn blanks(text: &[u8]) -> usize {
    let mut rest = text;
    while let Some(next) = rest.strip_prefix(b" ").or_else(|| rest.strip_prefix("\u{a0}".as_bytes())) {
        rest = next;
    }
    text.len() - rest.len()
}

/// Adds what was said on a screen.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    let Some(keys) = Keys::get() else { return };
    if !may_stand_in(text) {
        return;
    }
    let bullets = is_screen(text);
    let mut below = Fate::Stays;
    let mut asked: Vec<Line<'_>> = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |newline| start + newline);
        let line = Line::of(text, start, end);
        start = end + 1;
        if line.text.is_empty() {
            continue;
        }
        if let Some(marked) = line.marked(bullets || !asked.is_empty()) {
            asked.drain(..).for_each(|line| push(text, line, found));
            let spins = line.text.starts_with(SPINNER.as_bytes());
            below = if spins { Fate::Goes } else { said(keys, text, marked, found) };
        } else if let Some(prompt) = line.prompt() {
            below = Fate::Stays;
            asked.clear();
            asked.extend((!is_command(prompt.text)).then_some(prompt));
        } else if line.indent < INDENT {
            below = Fate::Stays;
            asked.clear();
        } else if below != Fate::Stays {
            push(text, line, found);
        } else if !asked.is_empty() {
            asked.push(line);
        }
    }
}

fn may_stand_in(text: &[u8]) -> bool {
    // None of the marks is of ASCII, as most lines are: to make a search ready costs more than to look through a line.
    !text.is_ascii() && MARKS.iter().chain([&BULLET]).any(|mark| memchr::memmem::find(text, mark.as_bytes()).is_some())
}

/// Whether a text has a mark that no other program writes at the start of its lines.
fn is_screen(text: &[u8]) -> bool {
    !text.is_ascii() && ["⎿", "⏺", "❯"].iter().any(|mark| memchr::memmem::find(text, mark.as_bytes()).is_some())
}

/// Adds what a marked line says; tells what becomes of the lines below it.
fn said(keys: &Keys, text: &[u8], line: Line<'_>, found: &mut Vec<Finding>) -> Fate {
    let fate = fate_of(keys, line.text);
    if fate == Fate::Goes {
        match arguments(line.text) {
            Some(open) => push(text, Line { at: line.at + open, text: &line.text[open..], ..line }, found),
            None => push(text, line, found),
        }
    }
    if fate == Fate::FirstStays { Fate::Goes } else { fate }
}

fn fate_of(keys: &Keys, said: &[u8]) -> Fate {
    if keys.is_screen_text(said) || is_failure(said) {
        return Fate::Stays;
    }
    if keys.is_screen_state(said) { Fate::FirstStays } else { Fate::Goes }
}

/// Whether a line begins with a status or with the class of an error and its message, or holds an error of the API as it was answered.
fn is_failure(said: &[u8]) -> bool {
    let class = said.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    let is_class = said[..class].ends_with(b"Error") && said[class..].starts_with(b" (");
    let is_status = said.get(..3).is_some_and(|code| code.iter().all(u8::is_ascii_digit));
    is_class || is_status || ANSWERED.iter().any(|mark| memchr::memmem::find(said, mark).is_some())
}

/// Where the arguments of a tool begin: `Bash(npm test)`, `mcp__server__tool(...)`.
fn arguments(said: &[u8]) -> Option<usize> {
    let name = said.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
    (name > 0 && said.get(name) == Some(&b'(') && said.len() > name + 1).then_some(name + 1)
}

/// Whether a line of the person is a command to the program or to a shell: `/status`, `!ls`, `init`.
fn is_command(text: &[u8]) -> bool {
    text.starts_with(b"/") || text.starts_with(b"!") || (text.len() <= LONGEST_COMMAND && !text.contains(&b' '))
}

fn push(text: &[u8], line: Line<'_>, found: &mut Vec<Finding>) {
    let closed = line.text.strip_suffix(b")").filter(|rest| !rest.contains(&b'(')).map_or(line.text.len(), <[u8]>::len);
    let range = line.at..line.at + closed;
    // How a command ended is evidence.
    let Some(code) = exit_code(&text[range.clone()]) else { return push_part(text, range, found) };
    push_part(text, range.start..range.start + code.start, found);
    push_part(text, range.start + code.end..range.end, found);
}

/// Where a line says the exit code of a command, with the blank before it.
fn exit_code(said: &[u8]) -> Option<Range<usize>> {
    let start = memchr::memmem::find(said, b" exit code ")?;
    let from = start + b" exit code ".len();
    let digits = said[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    ((1..=3).contains(&digits)).then(|| start..from + digits)
}

fn push_part(text: &[u8], range: Range<usize>, found: &mut Vec<Finding>) {
    if text[range.clone()].iter().all(u8::is_ascii_whitespace) || placeholder::is_shape(&text[range.clone()]) {
        return;
    }
    let mut finding = Finding::new(range.clone(), &BY_SCREEN, &KIND_NAME, Rank::Content);
    finding.substitute = shape_of(&text[range]);
    found.push(finding);
}

/// What the next line of a screen must be seen with, where the text ends in a marked line and what belongs to it.
pub(in crate::redact) fn context(before: &[u8], held: &[u8]) -> Option<Vec<u8>> {
    if !may_stand_in(held) && !may_stand_in(before) {
        return None;
    }
    let text = [before, held].concat();
    let bullets = is_screen(&text) || ends_in_prompt(before) || held.starts_with(b"> ");
    let line = lines_back(&text).find(|line| !line.belongs_to_another() || line.marked(true).is_some())?;
    line.marked(bullets)?;
    let start = &line.text[..line.text.len().min(LONGEST_HEAD)];
    Some([MARKS[1].as_bytes(), b"\n", start, b"\n"].concat())
}

/// Whether a text ends in what a person may have asked: then the next line tells.
pub(in crate::redact) fn ends_in_prompt(text: &[u8]) -> bool {
    lines_back(text)
        .take(MOST_ASKED)
        .find(|line| !line.belongs_to_another() || line.prompt().is_some())
        .and_then(Line::prompt)
        .is_some_and(|line| !is_command(line.text))
}

/// The lines of a text from its end on.
fn lines_back(text: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mut end = text.strip_suffix(b"\n").unwrap_or(text).len();
    let mut done = text.is_empty();
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let start = memchr::memrchr(b'\n', &text[..end]).map_or(0, |newline| newline + 1);
        let line = Line::of(text, start, end);
        done = start == 0;
        end = start.saturating_sub(1);
        Some(line)
    })
}

/// The first line that may be what a person asked.
pub(in crate::redact) fn next_prompt(text: &[u8]) -> Option<usize> {
    if text.starts_with(b"> ") {
        return Some(0);
    }
    memchr::memmem::find(text, b"\n> ").map(|newline| newline + 1)
}
