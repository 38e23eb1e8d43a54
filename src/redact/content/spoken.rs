//! Records in which a field says who speaks: `{speaker: "user", words: "text"}`, `Turn {who = User, said = "text"}`, `speaker=user line="text"`, and rows with a cell
//! that does: `17|user|text|529`. What such a record has of running text was said, whatever its key is called.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input};
use serde::Deserialize;

use super::said::is_running;
use super::{push_text, walker};
use crate::redact::finding::Finding;
use crate::redact::quoted;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    fields: Vec<String>,
    joints: Vec<String>,
    people: Vec<String>,
    rows: Vec<String>,
    others: Vec<String>,
    logged: Vec<String>,
    levels: Vec<String>,
}

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| crate::data::read(data!("redact/rules/speakers")).ok());
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| TABLE.as_ref().map(all_words).unwrap_or_default());
/// What words begin with: rows whole, and behind them the fields. An automaton of all words takes long to build.
static BEGINNINGS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let table = TABLE.as_ref()?;
    AhoCorasick::builder().ascii_case_insensitive(true).build(table.rows.iter().chain(&table.fields)).ok()
});

/// How far from who speaks a record is looked at.
const FAR: usize = 8 * 1024;
/// How far before it the record opens.
const BEFORE: usize = 2 * 1024;
/// Most cells of a row that are looked at behind who speaks.
const MOST_CELLS: usize = 16;
/// Longest name of a field.
const LONGEST_NAME: usize = 64;

fn all_words(table: &Table) -> Vec<String> {
    let mut all = table.rows.clone();
    for field in &table.fields {
        for joint in &table.joints {
            all.extend(table.people.iter().map(|who| format!("{field}{joint}{who}")));
        }
    }
    all
}

/// The words of the gate, in any case.
pub(in crate::redact) fn words() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(String::as_str)
}

/// Whether something was said in the record around a word. `looked`: the record that was looked at last, in which further words tell nothing new.
pub(in crate::redact) fn may_begin(text: &[u8], word: &Range<usize>, looked: &mut Range<usize>) -> bool {
    let mut some = false;
    if !looked.contains(&word.start) && !is_message(text, word) {
        let end = told(text, word, &mut |_| some = true);
        *looked = word.start + 1..end;
    }
    some
}

/// Whether a message of the API stands around a word: `content` is its only other field, which its key tells.
fn is_message(text: &[u8], word: &Range<usize>) -> bool {
    const NEAR: usize = 16;
    let is_mark = |b: &&u8| b"\"'\\, ".contains(b);
    let before = &text[word.start.saturating_sub(NEAR)..word.start];
    let marks = before.iter().rev().take_while(is_mark).count();
    let before = &before[..before.len() - marks];
    let after = &text[word.end..text.len().min(word.end + NEAR)];
    let after = &after[after.iter().take_while(is_mark).count()..];
    before.ends_with(b"{") && after.starts_with(b"content") || before.ends_with(b"]") && after.starts_with(b"}")
}

/// Adds what was said in such records.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    let (Some(table), Some(beginnings)) = (TABLE.as_ref(), BEGINNINGS.as_ref()) else { return };
    let mut from = 0;
    while let Some(hit) = beginnings.find(Input::new(text).range(from..)) {
        let is_row = hit.pattern().as_usize() < table.rows.len();
        let end = if is_row { Some(hit.end()) } else { word_end(table, text, hit.end()) };
        let told = end.map(|end| told(text, &(hit.start()..end), &mut |range| push_text(text, range, found)));
        from = told.map_or(hit.end(), |told| told.max(hit.end()));
    }
}

/// Where the longest word ends whose field ends at a place.
fn word_end(table: &Table, text: &[u8], field: usize) -> Option<usize> {
    let after = |at: usize, part: &str| {
        let end = at + part.len();
        text.get(at..end).filter(|here| here.eq_ignore_ascii_case(part.as_bytes())).map(|_| end)
    };
    let joints = table.joints.iter().filter_map(|joint| after(field, joint));
    joints.filter_map(|at| table.people.iter().find_map(|who| after(at, who))).max()
}

/// Gives what was said in the record around a word; tells how far the record was looked at.
fn told(text: &[u8], word: &Range<usize>, take: &mut dyn FnMut(Range<usize>)) -> usize {
    let from = word.start.saturating_sub(BEFORE);
    let start = memchr::memrchr(b'\n', &text[from..word.start]).map_or(from, |newline| from + newline + 1);
    let far = text.len().min(word.end + FAR);
    let end = memchr::memchr(b'\n', &text[word.end..far]).map_or(far, |newline| word.end + newline);
    if text[word.clone()].first().is_some_and(|b| !b.is_ascii_alphabetic()) {
        row(text, word, end, take);
        return word.end;
    }
    let part = |at: usize| text.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    if part(word.end) || word.start > 0 && part(word.start - 1) {
        return word.end;
    }
    let open = walker::bracket_around(&text[start..word.start]).map(|open| start + open);
    let Some(open) = open else {
        // A line of pairs, as logs have them: a role is one of accounts, too.
        let is_role = text[word.start..].get(..4).is_some_and(|field| field.eq_ignore_ascii_case(b"role"));
        if text[word.clone()].contains(&b'=') && !is_role {
            walk(text, start..end, true, take);
            return end;
        }
        return word.end;
    };
    let record = open + 1..walker::balanced(&text[..end], open).unwrap_or(end);
    let done = record.end;
    let mut texts = Vec::new();
    walk(text, record, false, &mut |range| texts.push(range));
    // A text may tell of a role itself: `Error('... with role=assistant')`.
    if !texts.iter().any(|said| said.contains(&word.start)) {
        texts.into_iter().for_each(take);
    }
    done
}

/// Gives the cells of a row behind the one that says who speaks.
fn row(text: &[u8], word: &Range<usize>, end: usize, take: &mut dyn FnMut(Range<usize>)) {
    let sides = [&b"|"[..], b"\t", "\u{2502}".as_bytes()];
    let Some(side) = sides.iter().find(|side| text[word.clone()].starts_with(side)) else { return };
    // The word ends with what separates the cells, or with what stands before it.
    let closed = text[word.clone()].len() > side.len() && text[..word.end].ends_with(side);
    let gap = text[word.end..end].iter().take(64).take_while(|b| b.is_ascii_digit() || **b == b' ').count();
    let mut start = if closed { word.end } else { word.end + gap + side.len() };
    if !closed && !text[word.end + gap..end].starts_with(side) {
        return;
    }
    for _ in 0..MOST_CELLS {
        if start >= end {
            return;
        }
        let stop = memchr::memmem::find(&text[start..end], side).map_or(end, |at| start + at);
        let cell = &text[start..stop];
        let blank = cell.len() - cell.trim_ascii_start().len();
        let cell = cell.trim_ascii();
        if is_running(cell) {
            take(start + blank..start + blank + cell.len());
        }
        start = stop + side.len();
    }
}

/// Whether a field may hold what was said.
fn may_hold(table: &Table, name: &[u8], logged: bool) -> bool {
    let is = |list: &[String]| list.iter().any(|other| other.as_bytes().eq_ignore_ascii_case(name));
    !(is(&table.others) || logged && is(&table.logged))
}

/// Whether a record goes on below a line: not behind the bracket that closes it, and an entry of a list with a name and a value not behind its value.
pub(super) fn goes_on(head: &[u8], line: &[u8]) -> bool {
    let is_entry = [&b"- name"[..], b"- type"].iter().any(|lead| head.starts_with(lead));
    let ends = is_entry && (line.starts_with(b"value:") || line.starts_with(b"- "));
    !ends && !line.iter().all(|b| b"}]),;".contains(b))
}

/// Gives the running texts among the fields of a record.
pub(super) fn fields(text: &[u8], record: Range<usize>, take: &mut dyn FnMut(Range<usize>)) {
    walk(text, record, false, take);
}

/// The same; of a line of pairs only what stands in quotation marks is a text.
fn walk(text: &[u8], record: Range<usize>, of_pairs: bool, take: &mut dyn FnMut(Range<usize>)) {
    let Some(table) = TABLE.as_ref() else { return };
    let all = &text[record.clone()];
    let logged = table.levels.iter().any(|level| memchr::memmem::find(all, level.as_bytes()).is_some());
    let text = &text[..record.end];
    let mut name: Option<Range<usize>> = None;
    let mut at = record.start;
    while at < record.end {
        let holds = || name.clone().is_none_or(|name| may_hold(table, &text[name], logged));
        match text[at] {
            b'"' | b'\'' | b'`' | b'\\' => {
                let inside = at > record.start && text[at - 1].is_ascii_alphanumeric();
                let Some((quote, start)) = quoted::opening_at(text, at).filter(|_| !inside) else {
                    at += 1;
                    continue;
                };
                // What is cut off goes by the rules for that.
                let Some(end) = quoted::closing(text, start, quote) else { return };
                let after = (end + quote.len()).min(record.end);
                let next = walker::skip_blank(text, after);
                if matches!(text.get(next), Some(b':' | b'=')) {
                    name = Some(start..end);
                    at = next + 1 + usize::from(text[next..].starts_with(b"=>"));
                    continue;
                }
                if holds() && is_running(&text[start..end]) {
                    take(start..end);
                }
                at = after.max(at + 1);
            }
            b':' | b'=' => {
                name = bare_name(text, record.start, at);
                let value = walker::skip_blank(text, at + 1 + usize::from(text[at + 1..].starts_with(b">")));
                at = value.max(at + 1);
                let opens = text.get(value).is_none_or(|b| b"\"'`\\{[(:".contains(b));
                if !opens && !of_pairs {
                    let holds = name.clone().is_none_or(|name| may_hold(table, &text[name], logged));
                    let end = bare_end(text, value, text[..value].ends_with(b":"));
                    if holds && name.is_some() && is_running(&text[value..end]) {
                        take(value..end);
                    }
                    at = end.max(at);
                }
            }
            b'{' | b'(' if name.is_some() && !holds() => at = walker::balanced(text, at).unwrap_or(record.end),
            b'{' | b'(' | b',' => {
                name = None;
                at += 1;
            }
            _ => at += 1,
        }
    }
}

/// The name of a field without marks that ends before a place.
fn bare_name(text: &[u8], from: usize, at: usize) -> Option<Range<usize>> {
    let end = from + text[from..at].trim_ascii_end().len();
    let part = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'_';
    let length = text[from..end].iter().rev().take(LONGEST_NAME).take_while(part).count();
    (length > 0).then(|| end - length..end)
}

/// Where a value without marks ends: before the next field, the bracket that closes its record, or with its line.
fn bare_end(text: &[u8], start: usize, of_go: bool) -> usize {
    let mut open = 0usize;
    let mut at = start;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' if open > 0 => open -= 1,
            b'\n' | b')' | b']' | b'}' => break,
            b' ' if of_go && begins_field_of_go(&text[at + 1..]) => break,
            b',' if begins_field(&text[at + 1..]) => break,
            // The end of a string that the record stands in.
            b'"' if matches!(text.get(at + 1), Some(b',' | b')' | b']' | b'}')) => break,
            _ => {}
        }
        at += 1;
    }
    start + text[start..at].trim_ascii_end().len()
}

/// Whether a field stands behind a blank, as Go prints one: `MaxTokens:512`.
fn begins_field_of_go(rest: &[u8]) -> bool {
    let name = rest.iter().take(LONGEST_NAME).take_while(|b| b.is_ascii_alphanumeric()).count();
    let is_name = name > 0 && rest[0].is_ascii_uppercase() && rest.get(name) == Some(&b':');
    is_name && rest.get(name + 1).is_some_and(|b| !b.is_ascii_whitespace())
}

/// Whether a field stands behind a comma.
fn begins_field(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    let name = rest.iter().take(LONGEST_NAME).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    name > 0 && matches!(rest[name..].trim_ascii_start().first(), Some(b'=' | b':'))
        || matches!(rest.first(), Some(b'"' | b'\''))
}
