//! The text of a request or a notice that is written over several lines: what its key means is told by the keys beside it.
//!
//! `"message"` is what a person said beside `"chat_history"` (Cohere), and `"data"` in a notice of an MCP server or `"params"` of a log of Sentry is what
//! a program said, which may be of a prompt.

use std::ops::Range;

use super::{Below, LONGEST_TEXT, Reader, Rest, Said, What, each_of, is_in, line_of_text};
use crate::redact::content;
use crate::redact::finding::Finding;
use crate::redact::quoted;
use crate::redact::stream_open::begins_with_time;

/// Most lines that are looked at, and that a message waits for.
const MOST_LINES: usize = 40;
const MOST_WAITING: usize = 24;

/// What a key at the level of the message says of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tells {
    Nothing,
    Content,
    Log,
}

/// Names of who asks and of who answers, which are keys of a pair of turns.
const ASKERS: [&[u8]; 2] = [b"user", b"human"];
const ANSWERER: &[u8] = b"assistant";

/// What a line says of the text under a key beside its own.
fn tells_of(name: &[u8], line: &[u8]) -> Tells {
    if !ASKERS.contains(&name) {
        return tells(line);
    }
    let is_answer = field_of(line).is_some_and(|(key, _)| is_in(|table| &table.beside_asker, &line[key]));
    if is_answer && text_of(line).is_some_and(|value| content::is_turn(&line[value])) {
        Tells::Content
    } else {
        Tells::Nothing
    }
}

fn tells(line: &[u8]) -> Tells {
    let Some((key, value)) = field_of(line) else { return Tells::Nothing };
    let key = &line[key];
    let is_model = |value: &[u8]| {
        let name = value.trim_ascii_start().strip_prefix(b"\"").unwrap_or_default();
        each_of(|table| &table.models_of_message).any(|lead| name.starts_with(lead))
    };
    if is_in(|table| &table.unless_message, key) {
        Tells::Log
    } else if is_in(|table| &table.beside_message, key) || key == b"model" && is_model(&line[value..]) {
        Tells::Content
    } else {
        Tells::Nothing
    }
}

/// The key of a line of JSON, and where its value begins.
pub(super) fn field_of(line: &[u8]) -> Option<(Range<usize>, usize)> {
    let start = content::indentation(line);
    let start = start + (line.len() - crate::redact::line_leads::without_time(line).len());
    let inner = line.get(start..)?;
    // Node shows keys without quotation marks.
    let bare = inner.iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    if bare > 0 {
        let value = inner[bare..].starts_with(b": ").then_some(start + bare + 2)?;
        return Some((start..start + bare, value));
    }
    let inner = inner.strip_prefix(b"\"")?;
    let length = inner.iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b)).count();
    let rest = inner[length..].strip_prefix(b"\"")?;
    let colon = rest.iter().position(|b| *b != b' ').filter(|at| rest[*at] == b':')?;
    Some((start + 1..start + 1 + length, start + 2 + length + colon + 1))
}

/// The text of a line of JSON whose value is one.
pub(super) fn text_of(line: &[u8]) -> Option<Range<usize>> {
    let (_, value) = field_of(line)?;
    let value = value + line[value..].iter().take_while(|b| **b == b' ').count();
    let (quote, start) = quoted::opening_at(line, value)?;
    Some(start..quoted::closing(line, start, quote).unwrap_or(line.len()))
}

/// Whether a word is a key at the start of a line with the mark of its text.
pub(super) fn is_word(word: &[u8]) -> bool {
    word.starts_with(b"  ") && word.ends_with(b"\"") || word.starts_with(b"\t\"") || word.ends_with(b": '")
}

/// Whether a message stands on its own line.
pub(super) fn may_begin(text: &[u8], word: &Range<usize>) -> bool {
    let lead = text[..word.start].iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count();
    matches!(text[..word.start - lead].last(), None | Some(b'\n'))
        || text[word.start - lead - 1].is_ascii_digit()
        || text[word.start - lead - 1] == b'Z'
}

/// Adds the message that a word begins, where a key below it tells that a person said it; where the text ends before one does, it waits.
pub(super) fn find(text: &[u8], word: &Range<usize>, below: &mut Below) -> Option<Finding> {
    let line = line_of_text(text, word.start)?;
    let range = text_of(&text[line.clone()])?;
    let value = line.start + range.start..line.start + range.end;
    let name =
        field_of(&text[line.clone()]).map_or(&b""[..], |(key, _)| &text[line.start + key.start..line.start + key.end]);
    if name != b"message" && !content::is_turn(&text[value.clone()]) {
        return None;
    }
    if name == ANSWERER {
        return content::finding_of_said(text, value);
    }
    let indent = content::indentation(&text[line.clone()]);
    let timed = begins_with_time(&text[line.clone()]);
    let mut at = line.end + 1;
    for _ in 0..MOST_LINES {
        if at >= text.len() {
            below.open = text.ends_with(b"\n").then(|| Rest { context: Vec::new(), waits: MOST_WAITING });
            return None;
        }
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline);
        let here = &text[at..end];
        let depth = content::indentation(here);
        let blank = here.trim_ascii().is_empty();
        if here.len() > LONGEST_TEXT || begins_with_time(here) && !timed || !blank && depth < indent {
            return None;
        }
        match tells_of(name, here) {
            Tells::Content if depth == indent => return content::finding_of_said(text, value),
            Tells::Log if depth == indent => return None,
            _ => at = end + 1,
        }
    }
    None
}

/// What the lines below a key hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The message of a request, on the level of the key.
    Message,
    /// What a program said: the texts of several words under `data` or `params`.
    Notice,
}

/// The lines of the object around a key that tells what its texts are.
pub(super) struct Request {
    kind: Kind,
    lead: Vec<u8>,
    indent: usize,
    /// Indentation of the key whose container is open.
    open: Option<usize>,
    opened: Vec<u8>,
    lines: usize,
}

impl Request {
    pub(super) fn new(text: &[u8], word: &Range<usize>, push: &mut dyn FnMut(Range<usize>)) -> Option<Self> {
        let line = line_of_text(text, word.start)?;
        let here = &text[line.clone()];
        let message = tells(here) == Tells::Content;
        if message {
            let indent = content::indentation(here);
            return (indent > 0).then(|| Self {
                kind: Kind::Message,
                lead: here.to_vec(),
                indent,
                open: None,
                opened: Vec::new(),
                lines: 0,
            });
        }
        let is_notice = memchr::memmem::find(here, b"notifications/message").is_some()
            || memchr::memmem::find(here, b"logentry").is_some();
        if !is_notice {
            return None;
        }
        on_this_line(text, word, &line, push);
        let ends = matches!(here.trim_ascii_end().last(), Some(b',' | b'{'));
        let indent = content::indentation(here);
        ends.then(|| Self { kind: Kind::Notice, lead: here.to_vec(), indent, open: None, opened: Vec::new(), lines: 0 })
    }

    fn notice(&mut self, line: &[u8], indent: usize) -> Said {
        if let Some(outer) = self.open {
            if indent > outer {
                let range = text_of(line).or_else(|| element_of(line)).filter(|range| is_said(&line[range.clone()]));
                return range.map_or(Said::Nothing, |range| Said::Value(range, What::Content));
            }
            self.open = None;
        }
        let Some((key, value)) = field_of(line) else { return Said::Nothing };
        if !matches!(&line[key], b"data" | b"params") {
            return Said::Nothing;
        }
        if matches!(line[value..].trim_ascii(), b"{" | b"[") {
            self.open = Some(indent);
            self.opened = line.to_vec();
        }
        // Params of a call hold the data.
        if self.open.is_some()
            && memchr::memmem::find(&self.lead, b"notifications/message").is_some()
            && line[..value].ends_with(b"params\":")
        {
            self.open = None;
        }
        let range = text_of(line).or_else(|| {
            element_of(line[value..].trim_ascii_start().strip_prefix(b"[")?).map(|range| {
                let start = line.len() - line[value..].trim_ascii_start().len() + 1;
                start + range.start..start + range.end
            })
        });
        let range = range.filter(|range| is_said(&line[range.clone()]));
        range.map_or(Said::Nothing, |range| Said::Value(range, What::Content))
    }
}

/// The text of an element of a list.
fn element_of(line: &[u8]) -> Option<Range<usize>> {
    let at = line.len() - line.trim_ascii_start().len();
    let (quote, start) = quoted::opening_at(line, at)?;
    Some(start..quoted::closing(line, start, quote).unwrap_or(line.len()))
}

/// Whether a text is one of several words that says nothing of a failure.
fn is_said(value: &[u8]) -> bool {
    content::is_said(value)
}

/// Adds the texts of a notice that is written on one line.
fn on_this_line(text: &[u8], word: &Range<usize>, line: &Range<usize>, push: &mut dyn FnMut(Range<usize>)) {
    let near = line.start.max(word.start.saturating_sub(4096))..line.end;
    let is_notice = text[word.clone()].starts_with(b"notif");
    let name: &[u8] = if is_notice { b"data" } else { b"params" };
    // The nearest on each side: a line may hold many notices.
    let before = memchr::memmem::rfind(&text[near.start..word.start], name).map(|at| near.start + at);
    let after = memchr::memmem::find(&text[word.end..near.end], name).map(|at| word.end + at);
    for at in before.into_iter().chain(after) {
        let Some(quote) = quoted::before(text, at).filter(|quote| quote.stands_at(text, at + name.len())) else {
            continue;
        };
        let mut value = at + name.len() + quote.len();
        value += text[value..line.end].iter().take_while(|b| b" :".contains(b)).count();
        let end = match text.get(value) {
            Some(b'{' | b'[') => content::balanced(text, value).unwrap_or(line.end).min(line.end),
            _ => line.end,
        };
        let all = matches!(text.get(value), Some(b'{' | b'['));
        // What was said may stand in the message of the log, too.
        let mut everywhere = |range: Range<usize>| {
            let places = memchr::memmem::find_iter(&text[near.clone()], &text[range.clone()]);
            places.for_each(|at| push(near.start + at..near.start + at + range.len()));
        };
        texts(&text[..end], value, quote, all, &mut everywhere);
    }
}

/// Gives the texts of several words of a value, or the value alone.
fn texts(text: &[u8], at: usize, quote: quoted::Quote, all: bool, push: &mut dyn FnMut(Range<usize>)) {
    let mut at = at;
    while let Some(mark) = memchr::memchr(quote.mark, &text[at..]).map(|mark| at + mark) {
        let start = mark + 1;
        let end = quoted::closing(text, start, quote).unwrap_or(text.len());
        if is_said(&text[start..end]) {
            push(start..end);
        }
        at = (end + quote.len()).min(text.len());
        if !all {
            return;
        }
    }
}

impl Reader for Request {
    fn line(&mut self, line: &[u8]) -> Said {
        self.lines += 1;
        let body = line.trim_ascii();
        let indent = content::indentation(line);
        let closes = !body.is_empty() && indent < self.indent;
        if closes || self.lines > MOST_LINES {
            return Said::Ended;
        }
        if self.kind == Kind::Notice {
            return self.notice(line, indent);
        }
        if indent != self.indent {
            return Said::Nothing;
        }
        if tells(line) == Tells::Log {
            return Said::Ended;
        }
        let is_message = field_of(line).is_some_and(|(key, _)| line[key] == b"message"[..]);
        match text_of(line).filter(|_| is_message) {
            Some(range) => Said::Last(range, What::Content),
            None => Said::Nothing,
        }
    }

    fn longest(&self) -> usize {
        LONGEST_TEXT
    }

    fn context(&self) -> Vec<u8> {
        let blank = b"\n".repeat(self.lines);
        let opened = if self.open.is_some() { [&self.opened[..], b"\n"].concat() } else { Vec::new() };
        [&self.lead[..], b"\n", &blank, &opened].concat()
    }
}
