//! Prompt content in statements of SQL: what they insert into columns of content, or into tables of messages.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{credentials, people, push_text, said, tables, walker};
use crate::redact::finding::Finding;
use crate::redact::names::Trust;

/// How statements end their first words; each is a word of the gate.
pub(super) const WORDS: [&str; 5] =
    ["insert into ", "replace into ", "ignore into ", "overwrite into ", "then insert "];
/// Most bytes of the name of a table and of its columns.
const LONGEST_HEAD: usize = 4096;
/// Fewest blanks of a text in a table whose columns are not named.
const FEWEST_BLANKS: usize = 2;

static STARTS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(WORDS).ok());

/// Which values of a row are content.
enum Hidden {
    /// The columns of content, those of credentials, and those of names of people.
    Columns(Vec<usize>, Vec<(usize, Trust)>, Vec<usize>),
    /// All texts of several words: the table is one of messages, and its columns are not named.
    Texts,
    /// The running texts that somebody said.
    Said,
}

/// How far a statement was understood.
enum Read {
    /// Its head says that nothing of it is content.
    Harmless,
    /// To this place.
    To(usize),
    /// It goes on beyond the end of the text.
    Open,
}

/// Whether a statement whose first words end here may hold content.
pub(super) fn may_begin(text: &[u8], end: usize) -> bool {
    head(text, end).is_some()
}

/// Adds what statements insert; says whether one goes on beyond the end.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) -> bool {
    let Some(starts) = STARTS.as_ref() else { return false };
    let mut done = 0;
    for start in starts.find_iter(text) {
        if start.start() < done {
            continue;
        }
        match read(text, start.end(), found) {
            Read::Harmless => {}
            Read::To(end) => done = end,
            Read::Open => return true,
        }
    }
    false
}

/// The columns of a statement that are content, and where its values begin.
fn head(text: &[u8], at: usize) -> Option<(Hidden, usize)> {
    let near = &text[..text.len().min(at + LONGEST_HEAD)];
    let name = near[at..].iter().take_while(|b| !b.is_ascii_whitespace() && **b != b'(').count();
    let table = &near[at..at + name];
    let list = walker::skip_blank(near, at + name);
    if near.get(list) == Some(&b'(') {
        let close = list + memchr::memchr(b')', &near[list..])?;
        let columns: Vec<&[u8]> = near[list + 1..close].split(|b| *b == b',').map(bare).collect();
        let hidden: Vec<usize> = (0..columns.len()).filter(|at| tables::is_content(columns[*at])).collect();
        let credentials = credentials::columns(&columns);
        let people = people::columns(&columns);
        let some = !hidden.is_empty() || !credentials.is_empty() || !people.is_empty();
        // In a table of chats other columns hold what was said, too.
        let other = || tables::holds_content(table).then_some((Hidden::Said, close + 1));
        return if some { Some((Hidden::Columns(hidden, credentials, people), close + 1)) } else { other() };
    }
    (name > 0 && tables::holds_content(table)).then_some((Hidden::Texts, list))
}

/// A name without the marks around it.
fn bare(name: &[u8]) -> &[u8] {
    let is_mark = |b: &u8| b.is_ascii_whitespace() || b"\"'`[]\\".contains(b);
    let start = name.iter().take_while(|b| is_mark(b)).count();
    let end = name.len() - name.iter().rev().take_while(|b| is_mark(b)).count();
    name.get(start..end).unwrap_or_default()
}

/// Reads the rows of a statement whose table begins at `at`.
fn read(text: &[u8], at: usize, found: &mut Vec<Finding>) -> Read {
    let Some((hidden, mut at)) = head(text, at) else { return Read::Harmless };
    at = walker::skip_blank(text, at);
    if at >= text.len() {
        return Read::Open;
    }
    if text[at..].get(..7).is_some_and(|word| word.eq_ignore_ascii_case(b"select ")) {
        return Read::To(selected(text, at, found));
    }
    if !text[at..].get(..6).is_some_and(|word| word.eq_ignore_ascii_case(b"values")) {
        return Read::Harmless;
    }
    at = walker::skip_blank(text, at + 6);
    loop {
        match text.get(at) {
            None => return Read::Open,
            Some(b'(') => {}
            Some(_) => return Read::To(at),
        }
        let Some(end) = row(text, at + 1, &hidden, found) else { return Read::Open };
        let next = walker::skip_blank(text, end);
        if text.get(next) != Some(&b',') {
            return Read::To(end);
        }
        at = walker::skip_blank(text, next + 1);
    }
}

/// Adds the texts of several words that a statement selects, to its end or that of its line; gives that.
fn selected(text: &[u8], at: usize, found: &mut Vec<Finding>) -> usize {
    let end = memchr::memchr2(b';', b'\n', &text[at..]).map_or(text.len(), |end| at + end);
    let mut from = at;
    while let Some(mark) = memchr::memchr(b'\'', &text[from..end]).map(|mark| from + mark) {
        let close = closing(&text[..end], mark + 1).unwrap_or(end);
        if blanks(&text[mark + 1..close]) >= FEWEST_BLANKS {
            push_text(text, mark + 1..close, found);
        }
        from = (close + 1).min(end);
    }
    end
}

/// Adds the values of one row that are content; gives its end. One that does not end goes from its first content on.
fn row(text: &[u8], start: usize, hidden: &Hidden, found: &mut Vec<Finding>) -> Option<usize> {
    let mut at = start;
    for index in 0.. {
        at = walker::skip_blank(text, at);
        let (string, end) = value(text, at);
        let inner = string.clone().unwrap_or(at..end.unwrap_or(text.len()));
        let goes = match hidden {
            Hidden::Columns(columns, credentials, people) => {
                if string.is_some() && people.contains(&index) {
                    people::push(text, inner.clone(), found);
                }
                if let Some((_, trust)) = credentials.iter().find(|(at, _)| *at == index).filter(|_| string.is_some()) {
                    credentials::push(text, inner.clone(), *trust, found);
                }
                columns.contains(&index) && (string.is_some() || text[inner.clone()].contains(&b'\''))
            }
            Hidden::Said => string.is_some() && said::is_running(&text[inner.clone()]),
            Hidden::Texts => string.is_some() && blanks(&text[inner.clone()]) >= FEWEST_BLANKS,
        };
        if goes {
            push_text(text, inner, found);
        }
        let end = end?;
        match text.get(end)? {
            b',' => at = end + 1,
            _ => return Some(end + 1),
        }
    }
    None
}

/// A value of a row: the text in it, where it is one string, and the comma or bracket behind it.
fn value(text: &[u8], at: usize) -> (Option<Range<usize>>, Option<usize>) {
    let prefix = text[at..].iter().take(10).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let mut string = None;
    let mut from = at;
    if text.get(at + prefix) == Some(&b'\'') {
        let start = at + prefix + 1;
        let Some(close) = closing(text, start) else { return (Some(start..text.len()), None) };
        string = Some(start..close);
        from = close + 1;
    }
    let mut depth = 0usize;
    while let Some(&byte) = text.get(from) {
        match byte {
            b'\'' => match closing(text, from + 1) {
                Some(close) => from = close,
                None => return (string, None),
            },
            b'(' | b'[' => depth += 1,
            b')' | b']' if depth > 0 => depth -= 1,
            b',' | b')' | b';' if depth == 0 => return (string, Some(from)),
            _ => {}
        }
        from += 1;
    }
    (string, None)
}

/// The mark that closes a string: two of them, or one behind a backslash, are a part of it.
fn closing(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        let mark = at + memchr::memchr(b'\'', text.get(at..)?)?;
        let escaped = text[start..mark].iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1;
        if text.get(mark + 1) == Some(&b'\'') {
            at = mark + 2;
        } else if escaped {
            at = mark + 1;
        } else {
            return Some(mark);
        }
    }
}

fn blanks(text: &[u8]) -> usize {
    memchr::memchr_iter(b' ', text).count()
}
