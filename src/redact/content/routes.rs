//! Requests of people on routes of chats, as servers log them: `POST /api/chat {"message":"text"}`, `Parameters: {"message"=>"text"}`. Under such keys other
//! records have what a program says, so the route, the framework or the type of an event must tell.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::keyed::key_at;
use super::{brackets, push_text, said};
use crate::redact::finding::Finding;
use crate::redact::quoted;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    routes: Vec<String>,
    chatting: Vec<String>,
    parameters: Vec<String>,
    gateways: Vec<String>,
    events: Vec<String>,
    objects: Vec<String>,
    keys: Vec<String>,
    answers: Vec<String>,
    others: Vec<String>,
    asked: Vec<String>,
}

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| crate::data::read(data!("redact/rules/routes")).ok());
static LEADS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words().map(|(word, _)| word)).ok()
});
static KEYS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| TABLE.as_ref().and_then(|table| AhoCorasick::new(&table.keys).ok()));

/// How far from its lead a text is looked for, and how far behind a route the body of a request begins.
const FAR: usize = 8 * 1024;
const NEAR: usize = 256;
/// How far behind the word for parameters a key stands.
const NEAREST: usize = 1024;
/// How far behind the type of an event its text begins.
const BESIDE: usize = 128;
/// Longest path before its end.
const LONGEST_PATH: usize = 128;

/// The words of the gate, and what must follow them.
pub(in crate::redact) fn words() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    let all = |list: &'static [String], next: &'static [u8]| list.iter().map(move |word| (word.as_str(), next));
    TABLE.iter().flat_map(move |table| {
        let quoted = all(&table.gateways, b"\"\\").chain(all(&table.events, b"\"\\'"));
        let quoted = quoted.chain(all(&table.objects, b"({["));
        let letters = &b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%"[..];
        let quoted = quoted.chain(all(&table.asked, letters));
        all(&table.routes, b" \"'\\").chain(all(&table.parameters, b"\"' abcdefghijklmnopqrstuvwxyz")).chain(quoted)
    })
}

/// Whether a text follows a word, or stands beside it.
pub(in crate::redact) fn may_begin(text: &[u8], word: &Range<usize>) -> bool {
    // Most lines that hold such a path say no more than that it was called.
    let near = &text[word.end..text.len().min(word.end + NEAR)];
    let is_path = text[word.start] == b'/';
    let of_api = text[word.clone()] == *b"/messages" && text[..word.start].ends_with(b"/v1");
    let may_be = !is_path || !of_api && memchr::memchr(b'{', near).is_some();
    may_be && TABLE.as_ref().is_some_and(|table| !texts(table, text, word).is_empty())
}

/// Adds the texts.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    let (Some(leads), Some(table)) = (LEADS.as_ref(), TABLE.as_ref()) else { return };
    let mut done = 0;
    for hit in leads.find_iter(text) {
        if hit.start() < done {
            continue;
        }
        for value in texts(table, text, &hit.range()) {
            done = done.max(value.end);
            push_text(text, value, found);
        }
    }
}

/// The texts behind a word, or beside it.
fn texts(table: &Table, text: &[u8], word: &Range<usize>) -> Vec<Range<usize>> {
    let (low, high) = (word.start.saturating_sub(FAR), text.len().min(word.end + FAR));
    let start = memchr::memrchr(b'\n', &text[low..word.start]).map_or(low, |newline| low + newline + 1);
    let end = memchr::memchr(b'\n', &text[word.end..high]).map_or(high, |newline| word.end + newline);
    let is = |list: &[String]| list.iter().any(|known| known.as_bytes() == &text[word.clone()]);
    let line = &text[..end];
    let next = words().find(|(known, _)| known.as_bytes() == &text[word.clone()]).map(|(_, next)| next);
    if !text.get(word.end).zip(next).is_some_and(|(byte, next)| next.contains(byte)) {
        return Vec::new();
    }
    if is(&table.routes) {
        return of_route(table, line, start, word).unwrap_or_default();
    }
    if is(&table.asked) {
        return parameter(line, word.end).into_iter().collect();
    }
    if is(&table.gateways) {
        return if holds(&line[start..], &table.others) { Vec::new() } else { values(line, start..end, false) };
    }
    if is(&table.events) {
        let near = end.min(word.end + BESIDE);
        // A key has another value behind it.
        let is_value = quoted::closing_at(line, word.end)
            .is_some_and(|quote| !matches!(line.get(word.end + quote.len()), Some(b':' | b'=')));
        let first = if is_value { values_from(line, word.end..near, false).next() } else { None };
        return first.into_iter().collect();
    }
    if is(&table.objects) {
        return field(table, line, word.end + 1).into_iter().collect();
    }
    values(line, word.end - 1..end.min(word.end + NEAREST), false)
}

/// How far behind the bracket of an object its text begins.
const FIRST: usize = 256;
/// Longest name of a parameter, and most of them that a form is read for.
const LONGEST_NAME: usize = 64;
const MOST_PARAMETERS: usize = 64;

/// The text of a field without quotation marks, to the next field or the bracket that closes the object.
fn field(table: &Table, line: &[u8], from: usize) -> Option<Range<usize>> {
    let near = &line[from..line.len().min(from + FIRST)];
    let begins = |at: usize| at == 0 || near[..at].ends_with(b", ");
    let value = |key: &String| {
        let at = memchr::memmem::find(near, key.as_bytes())
            .filter(|at| begins(*at) && near[at + key.len()..].starts_with(b"="))?;
        Some(from + at + key.len() + 1)
    };
    let Some(start) = table.keys.iter().filter_map(value).min() else { return positional(line, from) };
    if quoted::opening_at(line, start).is_some() {
        return None;
    }
    let close = brackets::end(line, start)?;
    let is_field = |comma: &usize| {
        let rest = &line[start + comma + 2..close];
        let name = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        name > 0 && rest.get(name) == Some(&b'=')
    };
    let end = memchr::memmem::find_iter(&line[start..close], b", ").find(is_field).map_or(close, |comma| start + comma);
    said::is_turn(&line[start..end]).then_some(start..end)
}

/// The text of a parameter, in which marks stand for its blanks.
fn parameter(line: &[u8], start: usize) -> Option<Range<usize>> {
    let ends = |b: &u8| b.is_ascii_whitespace() || b"&#\"'<>`\\".contains(b);
    let end = start + line[start..].iter().position(ends).unwrap_or(line.len() - start);
    let read = String::from_utf8_lossy(&line[start..end]).replace("%20", " ").replace('+', " ");
    // What a server says of a failure it hands on in an address, too.
    let from = line[..start].iter().rposition(u8::is_ascii_whitespace).unwrap_or(0);
    let near = &line[from.max(start.saturating_sub(LONGEST_PATH))..line.len().min(end + LONGEST_PATH)];
    let fails = memchr::memmem::find(near, b"error").is_some();
    (!fails && said::is_running(read.as_bytes())).then_some(start..end)
}

/// Gives the texts of a line that is a form; says whether it is one.
pub(super) fn form(text: &[u8], line: Range<usize>, take: &mut dyn FnMut(Range<usize>)) -> bool {
    let shown = text[line.clone()].trim_ascii_end();
    let name =
        shown.iter().take(LONGEST_NAME).take_while(|b| b.is_ascii_alphanumeric() || b"_.-[]%".contains(b)).count();
    if name == 0 || shown.get(name) != Some(&b'=') || shown.contains(&b' ') {
        return false;
    }
    let all = &text[..line.start + shown.len()];
    for equals in memchr::memchr_iter(b'=', shown).take(MOST_PARAMETERS) {
        if let Some(value) = parameter(all, line.start + equals + 1) {
            take(value);
        }
    }
    true
}

/// The running text among fields without names, as Scala prints an object: `AskCommand(c-12,some text,Some(m-1))`.
fn positional(line: &[u8], from: usize) -> Option<Range<usize>> {
    let close = brackets::end(line, from)?;
    let mut start = from;
    // Behind a comma of the text itself stands a blank.
    let commas = memchr::memchr_iter(b',', &line[from..close]).map(|at| from + at);
    for end in commas.filter(|at| line[at + 1..].first().is_none_or(|b| *b != b' ')).chain([close]) {
        let field = &line[start..end];
        if said::is_running(field) && !field.contains(&b'=') {
            return Some(start..end);
        }
        start = end + 1;
    }
    None
}

/// The texts in the body of a request on a route that ends at a word.
fn of_route(table: &Table, line: &[u8], start: usize, word: &Range<usize>) -> Option<Vec<Range<usize>>> {
    let from = start.max(word.start.saturating_sub(LONGEST_PATH));
    let path = line[from..word.end].rsplit(|b| b" \"'".contains(b)).next()?;
    if !holds(path, &table.chatting) || path.ends_with(b"/v1/messages") {
        return None;
    }
    let near = &line[word.end..line.len().min(word.end + NEAR)];
    let open = word.end + memchr::memchr(b'{', near)?;
    let between = line[word.end..open].to_ascii_lowercase();
    let is_status = |word: &[u8]| word.len() == 3 && b"45".contains(&word[0]) && word.iter().all(u8::is_ascii_digit);
    if between.split(|b| !b.is_ascii_alphanumeric()).any(is_status) {
        return None;
    }
    let others = table.others.iter().filter_map(|mark| memchr::memmem::find(&line[open..], mark.as_bytes()));
    let end = others.min().map_or(line.len(), |at| open + at);
    Some(values(&line[..end], open..end, holds(&between, &table.answers)))
}

fn holds(text: &[u8], marks: &[String]) -> bool {
    marks.iter().any(|mark| memchr::memmem::find(text, mark.as_bytes()).is_some())
}

fn values(line: &[u8], range: Range<usize>, doubtful: bool) -> Vec<Range<usize>> {
    values_from(line, range, doubtful).collect()
}

/// The texts of several words under the keys of a stretch; where it may be an answer, only those that no server says.
fn values_from(line: &[u8], range: Range<usize>, doubtful: bool) -> impl Iterator<Item = Range<usize>> {
    let hits = KEYS.iter().flat_map(move |keys| {
        keys.find_iter(&line[range.clone()])
            .map(move |hit| hit.range())
            .map(move |hit| range.start + hit.start..range.start + hit.end)
            .collect::<Vec<_>>()
    });
    hits.filter_map(move |name| {
        let key = key_at(line, name)?;
        let (quote, start) = quoted::opening_at(line, key.value)?;
        let end = quoted::closing(line, start, quote).unwrap_or(line.len());
        let value = line.get(start..end)?;
        (if doubtful { said::is_said(value) } else { said::is_turn(value) }).then_some(start..end)
    })
}
