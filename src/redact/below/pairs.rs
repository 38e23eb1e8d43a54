//! Pairs whose value stands in a line before their name (`"value": "..."`, then `"name": "DB_PASSWORD"`), and cookies that an HTTP archive lists with their
//! names and values.

use std::ops::Range;

use super::requests::{field_of, text_of};
use super::{Below, RULE, Reader, Rest, SECRET, Said, What, lead_with, line_of_text};
use crate::redact::content;
use crate::redact::finding::{Finding, Rank};
use crate::redact::names::Names;
use crate::redact::quoted;
use crate::redact::state_words::is_plain_state;
use crate::redact::stream_open::begins_with_time;

/// Most lines between the value of a pair and its name.
const MOST_BETWEEN: usize = 4;
/// Longest line between them.
const LONGEST_BETWEEN: usize = 1024;
/// The key of a pair's value in a list of YAML.
const OF_LIST: &[u8] = b"- value: ";

/// Whether the value of a pair stands alone on its line.
pub(super) fn may_begin(text: &[u8], word: &Range<usize>) -> bool {
    let lead = text[..word.start].iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count();
    matches!(text[..word.start - lead].last(), None | Some(b'\n'))
}

/// Adds the value that a word begins, where a line below it names a credential; where the text ends before one does, it waits.
pub(super) fn find(names: &Names, text: &[u8], word: &Range<usize>, below: &mut Below) {
    let Some(line) = line_of_text(text, word.start) else { return };
    let of_list = text[word.clone()].ends_with(OF_LIST);
    let value = if of_list { after_dash(&text[line.clone()]) } else { text_of(&text[line.clone()]) };
    let Some(value) = value.map(|value| line.start + value.start..line.start + value.end) else { return };
    if value.len() < 2 || is_plain_state(&text[value.clone()]) {
        return;
    }
    let indent = content::indentation(&text[line.clone()]) + if of_list { 2 } else { 0 };
    let mut at = line.end + text[line.end..].iter().take(2).take_while(|b| b"\r\n".contains(b)).count();
    for _ in 0..MOST_BETWEEN {
        if at >= text.len() {
            below.open = text.ends_with(b"\n").then(|| Rest { context: Vec::new(), waits: MOST_BETWEEN });
            return;
        }
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline);
        let here = &text[at..end];
        let depth = content::indentation(here);
        if here.len() > LONGEST_BETWEEN || depth < indent || begins_with_time(here) {
            return;
        }
        if depth == indent
            && let Some(name) = name_of(here)
        {
            if names.judge(name).is_some() {
                below.findings.push(Finding::new(value, &RULE, &SECRET, Rank::Named));
            }
            return;
        }
        at = end + 1;
    }
}

/// The value behind `- value: `.
fn after_dash(line: &[u8]) -> Option<Range<usize>> {
    let start = memchr::memmem::find(line, OF_LIST)? + OF_LIST.len();
    let value = line[start..].trim_ascii_end();
    let quoted = value.len() > 1 && b"\"'".contains(&value[0]) && value.ends_with(&value[..1]);
    let inset = usize::from(quoted);
    (!value.is_empty()).then_some(start + inset..start + value.len() - inset)
}

/// The name that a line gives a pair: `"name": "NAME"`, `name: NAME`.
fn name_of(line: &[u8]) -> Option<&[u8]> {
    let (key, value) = field_of(line)?;
    let key = &line[key];
    let is_name = Names::get()?.pair_keys().iter().any(|known| known.as_bytes() == key);
    let value = line[value..].trim_ascii();
    let value = value.strip_suffix(b",").unwrap_or(value);
    let bare = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value);
    is_name.then_some(bare)
}

/// The cookies of a request or an answer in an HTTP archive.
pub(super) struct Jar {
    lead: Vec<u8>,
    lines: usize,
}

/// Most lines of a list of cookies.
const MOST_LINES: usize = 2000;

impl Jar {
    /// Takes the cookies of this line; there is no more where their list ends in it.
    pub(super) fn new(text: &[u8], word: &Range<usize>, push: &mut dyn FnMut(Range<usize>)) -> Option<Self> {
        let line = line_of_text(text, word.start)?;
        let end = memchr::memchr(b']', &text[word.end..line.end]).map(|end| word.end + end);
        let near = word.end..end.unwrap_or(line.end);
        for key in memchr::memmem::find_iter(&text[near.clone()], b"\"value\":") {
            if let Some(value) = value_at(&text[..near.end], near.start + key + b"\"value\":".len()) {
                push(value);
            }
        }
        end.is_none().then(|| Self { lead: lead_with(text, word, b"\n"), lines: 0 })
    }
}

/// The string behind a colon.
fn value_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    let at = at + text[at..].iter().take_while(|b| **b == b' ').count();
    let (quote, start) = quoted::opening_at(text, at)?;
    let end = quoted::closing(text, start, quote)?;
    (end > start + 1 && !is_plain_state(&text[start..end])).then_some(start..end)
}

impl Reader for Jar {
    fn line(&mut self, line: &[u8]) -> Said {
        self.lines += 1;
        let body = line.trim_ascii_start();
        if body.starts_with(b"]") || self.lines > MOST_LINES {
            return Said::Ended;
        }
        let at = line.len() - body.len() + b"\"value\":".len();
        match value_at(line, at.min(line.len())).filter(|_| body.starts_with(b"\"value\":")) {
            Some(value) => Said::Value(value, What::Secret),
            None => Said::Nothing,
        }
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }

    fn longest(&self) -> usize {
        super::LONGEST_TEXT
    }
}
