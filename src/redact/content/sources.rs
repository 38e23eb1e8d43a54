//! Source lines in tracebacks and stacks: the string literals in them are prompt content, the code around them is evidence.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::keys::Keys;
use super::{BY_SOURCE, KIND_NAME, shape_of};
use crate::redact::finding::{Finding, Rank};
use crate::redact::{literals, placeholder, quoted};

/// Folders of code that everyone has: its literals are public.
const LIBRARIES: &[&[u8]] = &[
    b"site-packages/",
    b"dist-packages/",
    b"/lib/python",
    b"\\Lib\\",
    b"node_modules",
    b"node:",
    b"<frozen",
    b"/usr/lib/",
];

static FILE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"File "));
static LINE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b", line "));

/// Adds the string literals of all source lines.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    let has_frames = memchr::memmem::find(text, b", line ").is_some();
    if !has_frames && memchr::memchr(b'^', text).is_none() && memchr::memmem::find(text, "❱".as_bytes()).is_none() {
        return;
    }
    let mut frame: Option<Frame> = None;
    let mut before = Line::default();
    let mut header = Line::default();
    for line in Lines::of(text) {
        if let Some(new) = frame_header(text, line) {
            frame = Some(new);
        } else if let Some(open) = &frame {
            if open.holds(text, line) {
                if !open.library {
                    strings_of(text, line, found);
                }
            } else {
                frame = None;
            }
        }
        if frame.is_none() && is_caret_line(&text[line.start..line.end]) && !is_library(&text[header.start..header.end])
        {
            strings_of(text, before, found);
        }
        if memchr::memmem::find(&text[line.start..line.end], "❱".as_bytes()).is_some() {
            strings_of(text, line, found);
        }
        header = before;
        before = line;
    }
}

/// Whether a path leads into code that everyone has.
fn is_library(path: &[u8]) -> bool {
    LIBRARIES.iter().any(|folder| memchr::memmem::find(path, folder).is_some())
}

/// A frame of a traceback whose source lines follow.
struct Frame {
    indent: usize,
    library: bool,
    /// Whether its lines have their numbers before them, as those of a notebook do, and an arrow before that one of them.
    numbered: bool,
}

impl Frame {
    /// Whether a line is one of those below the head.
    fn holds(&self, text: &[u8], line: Line) -> bool {
        indentation(text, line) > self.indent || self.numbered && is_numbered(&text[line.start..line.end])
    }
}

/// A line, without its end.
#[derive(Clone, Copy, Default)]
struct Line {
    start: usize,
    end: usize,
}

/// Lines that end in a line break, real or escaped. Of one that begins or ends in a string, where breaks are escaped, what stands outside is no part.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    /// The end of the string that the line begins in.
    inside: Option<usize>,
    strings: literals::Line,
}

impl<'a> Lines<'a> {
    fn of(text: &'a [u8]) -> Self {
        Self { text, at: 0, inside: None, strings: literals::Line::default() }
    }

    /// The line up to a place, which the end of the string that it begins in comes before.
    fn line(&mut self, start: usize, end: usize, next: usize) -> Line {
        let inside = self.inside.take().filter(|inside| *inside < end);
        self.at = inside.unwrap_or(next);
        Line { start, end: inside.unwrap_or(end) }
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;
    fn next(&mut self) -> Option<Line> {
        if self.at >= self.text.len() {
            return None;
        }
        let start = self.at;
        let mut from = start;
        while let Some(found) = memchr::memchr2(b'\n', b'\\', &self.text[from..]).map(|offset| from + offset) {
            if self.text[found] == b'\n' {
                return Some(self.line(start, found, found + 1));
            }
            let run = self.text[found..].iter().take(64).take_while(|b| **b == b'\\').count();
            if self.text.get(found + run) == Some(&b'n') {
                let line = self.line(start, found, found + run + 1);
                if line.end < found {
                    return Some(line);
                }
                let string = self.strings.string_around(self.text, found);
                self.inside = string.as_ref().map(|string| string.end);
                return Some(Line { start: string.map_or(start, |string| start.max(string.start)), ..line });
            }
            from = found + run;
        }
        Some(self.line(start, self.text.len(), self.text.len()))
    }
}

fn indentation(text: &[u8], line: Line) -> usize {
    text[line.start..line.end].iter().take_while(|b| b.is_ascii_whitespace() || **b == b'|').count()
}

/// `File "/srv/app/ask.py", line 12, in main`, also behind a log prefix and inside a JSON string; `Cell In[2], line 11` in a notebook.
fn frame_header(text: &[u8], line: Line) -> Option<Frame> {
    let content = &text[line.start..line.end];
    if let Some(cell) = of_notebook(content) {
        return Some(Frame { indent: cell, library: false, numbered: true });
    }
    let file = FILE.find(content)?;
    let number = LINE.find(content)?;
    let quote = quoted::closing_at(content, file + 5)?;
    (number > file + quote.len()).then(|| {
        let path = &content[file..number];
        Frame { indent: file, library: is_library(path), numbered: false }
    })
}

/// How the head of a frame of a notebook begins.
const CELL: &[u8] = b"Cell In[";

/// Whether what stands before `, line ` may be the head of a frame.
pub(in crate::redact) fn leads_to_frame(before: &[u8]) -> bool {
    FILE.find(before).is_some() || memchr::memmem::find(before, CELL).is_some()
}

/// Where the head of a frame of a notebook begins: `Cell In[2], line 11`, with the name of the function behind it where one was called.
fn of_notebook(line: &[u8]) -> Option<usize> {
    let blank = line.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let rest = line[blank..].strip_prefix(CELL)?;
    let digits = |rest: &[u8]| rest.iter().take(9).take_while(|b| b.is_ascii_digit()).count();
    let count = digits(rest);
    let number = rest[count..].strip_prefix(b"], line ")?;
    (count > 0 && digits(number) > 0).then_some(blank)
}

/// Whether a line of source has its number before it: `---> 11 ask("text")`, `     12 done()`.
fn is_numbered(line: &[u8]) -> bool {
    let arrow = line.iter().take_while(|b| **b == b'-').count();
    let rest = if arrow > 0 { line[arrow..].strip_prefix(b">").unwrap_or_default() } else { line };
    let blank = rest.iter().take_while(|b| **b == b' ').count();
    let digits = rest[blank..].iter().take(9).take_while(|b| b.is_ascii_digit()).count();
    digits > 0 && matches!(rest.get(blank + digits), None | Some(b' ' | b'\r'))
}

/// Whether a line is the head of a frame.
pub(super) fn heads_frame(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    frame_header(line, Line { start: 0, end: line.len() }).is_some()
}

/// Whether a line is indented deeper than the head of a frame.
pub(super) fn is_deeper(head: &[u8], line: &[u8]) -> bool {
    let frame = frame_header(head, Line { start: 0, end: head.len() });
    frame.is_some_and(|frame| frame.holds(line, Line { start: 0, end: line.len() }))
}

/// A line of `^`, `~` and blanks alone.
fn is_caret_line(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.first().is_some_and(|b| matches!(b, b'^' | b'~'))
        && line.contains(&b'^')
        && line.iter().all(|b| matches!(b, b'^' | b'~' | b' ' | b'|'))
}

/// Adds the string literals of one line of code. One that does not end on the line goes to the line's end.
fn strings_of(text: &[u8], line: Line, found: &mut Vec<Finding>) {
    let mut at = line.start;
    while let Some(mark) =
        text[at..line.end].iter().position(|b| matches!(b, b'"' | b'\'' | b'`')).map(|offset| at + offset)
    {
        let depth = text[line.start..mark].iter().rev().take_while(|b| **b == b'\\').count();
        let start = mark + 1;
        let end = literal_end(&text[..line.end], start, text[mark], depth);
        let value = &text[start..end];
        if value.iter().any(|b| !b.is_ascii_whitespace())
            && !placeholder::is_shape(value)
            && !is_public(value)
            && !is_index(text, &(start..end))
        {
            let mut finding = Finding::new(start..end, &BY_SOURCE, &KIND_NAME, Rank::Content);
            finding.substitute = shape_of(value);
            found.push(finding);
        }
        at = (end + depth + 1).min(line.end);
        if at >= line.end {
            break;
        }
    }
}

/// Where a literal ends: before the backslashes of the mark that closes it.
fn literal_end(line: &[u8], start: usize, mark: u8, depth: usize) -> usize {
    let mut at = start;
    while let Some(close) = memchr::memchr(mark, &line[at..]).map(|offset| at + offset) {
        let run = line[start..close].iter().rev().take_while(|b| **b == b'\\').count();
        if run == depth || (run > depth && (run - depth).is_multiple_of(2 * (depth + 1))) {
            return close - depth;
        }
        at = close + 1;
    }
    line.len()
}

/// Longest name that code looks up, and most digits of it: one with more may be of somebody.
const LONGEST_INDEX: usize = 40;
const MOST_DIGITS: usize = 3;

/// Whether a literal is the name that code looks up a value by, and no text: `row["user_id"]`, `st.session_state['store']`.
fn is_index(text: &[u8], literal: &Range<usize>) -> bool {
    let name = &text[literal.clone()];
    let mark = text[literal.start - 1];
    let unescaped = |b: &&u8| **b != b'\\';
    let mut before = text[..literal.start - 1].iter().rev().take(LONGEST_INDEX).filter(unescaped);
    let opens = before.next() == Some(&b'[')
        && before.next().is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b')' | b']'));
    let mut after = text[literal.end..].iter().take(LONGEST_INDEX).filter(unescaped);
    let closes = after.next() == Some(&mark) && after.next() == Some(&b']');
    opens
        && closes
        && name.len() <= LONGEST_INDEX
        && name.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        && name.iter().filter(|b| b.is_ascii_digit()).count() <= MOST_DIGITS
}

/// Words of the interface that code names: roles, keys, models.
fn is_public(value: &[u8]) -> bool {
    let text = std::str::from_utf8(value).unwrap_or_default();
    let is_model = <crate::model::safe::ModelName as crate::model::SafeShape>::parse(text).is_some();
    is_model || Keys::get().is_some_and(|keys| keys.is_of_interface(value))
}
