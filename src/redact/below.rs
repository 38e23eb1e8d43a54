//! Values in the lines below the one that tells what they are: what a command printed, codes under their heading, entries of a manifest, the default of
//! a variable, a part of a form, the rest of a URL.
//!
//! A text is read line by line from where a word of the table stands. Where it ends before the reading does, what must stand before the next line for
//! that to go on is kept, so that a stream needs no more of what has left.

mod accounts;
mod alone;
mod blocks;
mod columns;
mod commands;
mod following;
mod how;
mod joined;
mod manifests;
mod named_pairs;
mod netrc;
mod pairs;
mod parameters;
mod printed;
mod ran;
mod requests;
mod sections;
mod series;
mod shown;
mod speakers;
mod stored;
mod urls;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use super::content;
use super::finding::{Finding, Rank};
use super::identity::IdentitySet;
use super::names::Names;
use super::stream_open::begins_with_time;
use crate::model::vocabulary::PersonalKind;
use how::How;
pub(super) use named_pairs::find as find_named_pair;

/// Rule id in the report.
static RULE: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("value-below"));
static SECRET: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("secret"));
static URL_PASSWORD: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("url-password"));

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    words: BTreeMap<How, Vec<String>>,
    following: BTreeMap<String, Vec<String>>,
    filters: HashSet<String>,
    files: HashSet<String>,
    sections: HashSet<String>,
    silent: HashSet<String>,
    of_one_line: HashSet<String>,
    command_fields: Vec<String>,
    output_fields: Vec<String>,
    roles: HashSet<String>,
    said_fields: HashSet<String>,
    evidence_fields: HashSet<String>,
    beside_message: HashSet<String>,
    beside_asker: HashSet<String>,
    unless_message: HashSet<String>,
    user_variables: HashSet<String>,
    machine_variables: HashSet<String>,
    models_of_message: Vec<String>,
}

/// Whether a list of the table has a word.
fn is_in(list: fn(&Table) -> &HashSet<String>, word: &[u8]) -> bool {
    let word = std::str::from_utf8(word);
    WORDS.as_ref().zip(word.ok()).is_some_and(|(words, word)| list(&words.table).contains(word))
}

/// The words of a list of the table.
fn each_of(list: fn(&Table) -> &Vec<String>) -> impl Iterator<Item = &'static [u8]> {
    WORDS.as_ref().into_iter().flat_map(move |words| list(&words.table)).map(String::as_bytes)
}

struct Words {
    table: Table,
    by_word: HashMap<Box<[u8]>, How>,
}

static WORDS: LazyLock<Option<Words>> = LazyLock::new(|| {
    let table: Table = crate::data::read(data!("redact/rules/below")).ok()?;
    let pairs = table.words.iter().flat_map(|(how, words)| words.iter().map(|word| (Box::from(word.as_bytes()), *how)));
    let by_word = pairs.collect();
    Some(Words { table, by_word })
});

/// Longest line that a value is looked for in and that is kept for the next one, and longest line that holds what was said.
const LONGEST_LINE: usize = 1024;
const LONGEST_TEXT: usize = 64 * 1024;
/// Most lines in a row that may each end inside the password of a URL.
const MOST_CUT: usize = 3;

/// All words of the table, with what must follow them.
pub(super) fn words() -> impl Iterator<Item = (&'static [u8], Option<&'static [u8]>)> {
    let all = WORDS.as_ref().into_iter().flat_map(|words| words.table.words.iter());
    all.flat_map(|(how, words)| words.iter().map(|word| (word.as_bytes(), how.next(word))))
}

/// What a part of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Secret,
    Person(PersonalKind),
    Content,
}

/// What a line below a lead says.
enum Said {
    /// Nothing, and the lines go on.
    Nothing,
    /// A value, and the lines go on.
    Value(Range<usize>, What),
    /// A value, and no more.
    Last(Range<usize>, What),
    /// The lines do not belong to the lead any more.
    Ended,
}

/// Reads the lines below a lead.
trait Reader {
    /// Takes the next line, without its line break.
    fn line(&mut self, line: &[u8]) -> Said;
    /// What must stand before the next line so that it is read as one of these.
    fn context(&self) -> Vec<u8>;
    /// Longest line that it reads.
    fn longest(&self) -> usize {
        LONGEST_LINE
    }
}

/// What is looked for below one word.
pub(super) struct Below {
    pub(super) findings: Vec<Finding>,
    /// Where the reading ended.
    pub(super) end: usize,
    /// What the next line must be seen with.
    pub(super) open: Option<Rest>,
}

/// What a text leaves open for the line after it.
#[derive(Debug)]
pub(super) struct Rest {
    pub(super) context: Vec<u8>,
    /// Where what stands in the text goes only if a line below says so, how many lines are waited for.
    pub(super) waits: usize,
}

/// How far behind a word its line may end in an escaped break.
const NEAR: usize = 256;

/// Whether the lines below a word are told apart by escapes.
pub(super) fn is_escaped(text: &[u8], word: &Range<usize>) -> bool {
    // Most words that stand in URLs are of no use here, and such a break is seen as it is.
    let near = &text[word.end..text.len().min(word.end + NEAR)];
    let near = &near[..memchr::memchr(b'\n', near).unwrap_or(near.len())];
    !text[word.clone()].ends_with(b"://")
        && memchr::memchr_iter(b'\\', near).any(|at| near.get(at + 1).is_some_and(|b| b"nr\\".contains(b)))
}

/// Whether lines below may go on with what stands behind a word: a quick look, for the mark of URLs is in most lines of some logs.
pub(super) fn may_begin(text: &[u8], word: &Range<usize>) -> bool {
    // A key of that name is in every line of some logs.
    let is_key = || matches!(text.get(word.end..word.end + 2), Some([b'"' | b'\'', b':']));
    match &text[word.clone()] {
        here if here.ends_with(b"://") => urls::is_cut(text, word.end),
        here if here.ends_with(b"    ") => series::may_begin(text, word),
        here if requests::is_word(here) => requests::may_begin(text, word),
        b"\"value\": \"" | b"- value: " => pairs::may_begin(text, word),
        here if parameters::is_word(here) => parameters::may_begin(text, word),
        _ => !is_key(),
    }
}

/// What the lines below a word hold that stands in a text.
pub(super) fn find(names: &Names, identities: &IdentitySet, text: &[u8], word: Range<usize>) -> Option<Below> {
    if !may_begin(text, &word) {
        return None;
    }
    let how = *WORDS.as_ref()?.by_word.get(&*text[word.clone()].to_ascii_lowercase())?;
    let mut below = Below { findings: Vec::new(), end: word.end, open: None };
    if read_at_once(names, how, text, &word, &mut below) {
        return (!below.findings.is_empty() || below.end > word.end || below.open.is_some()).then_some(below);
    }
    let mut end = word.end;
    let mut push = |range: Range<usize>, what| {
        below.findings.extend(match what {
            What::Secret => Some(Finding::new(range, &RULE, &SECRET, Rank::Named)),
            What::Person(kind) => identities.finding(text, range, kind),
            What::Content => content::finding_of_said(text, range),
        });
    };
    let Some(mut reader) = reader(names, how, text, &word, &mut end, &mut push) else {
        below.end = end;
        return (!below.findings.is_empty()).then_some(below);
    };
    let from = memchr::memchr(b'\n', &text[word.end..]).map_or(text.len(), |newline| word.end + newline + 1);
    let timed = line_around(text, word.start).is_some_and(|line| begins_with_time(&text[line]));
    let (end, goes_on) = read(reader.as_mut(), text, from, timed, &mut push);
    below.end = end;
    let context = if goes_on { reader.context() } else { Vec::new() };
    below.open = (!context.is_empty()).then_some(Rest { context, waits: 0 });
    Some(below)
}

/// Reads what must be seen together with its lines; says whether the word is one of these.
fn read_at_once(names: &Names, how: How, text: &[u8], word: &Range<usize>, below: &mut Below) -> bool {
    match how {
        How::Userinfo => urls::find(text, word, below),
        How::Parameter => parameters::find(names, text, word, below),
        How::Row => series::find(text, word, below),
        How::Column => series::above(text, word, below),
        How::Beforehand => pairs::find(names, text, word, below),
        How::Message => {
            let found = requests::find(text, word, below);
            below.findings.extend(found);
        }
        _ => return false,
    }
    true
}

/// What reads the lines below a word; what stands on its own line is pushed at once, up to `end`.
fn reader(
    names: &Names,
    how: How,
    text: &[u8],
    word: &Range<usize>,
    end: &mut usize,
    push: &mut dyn FnMut(Range<usize>, What),
) -> Option<Box<dyn Reader>> {
    Some(match how {
        How::Beside => Box::new(requests::Request::new(text, word, &mut |range| push(range, What::Content))?),
        How::Speaker => {
            let turn;
            (*end, turn) = speakers::find(text, word, &mut |range| push(range, What::Content));
            Box::new(turn?)
        }
        How::Manifest => {
            manifests::on_this_line(text, word, &mut |range| push(range, What::Secret));
            Box::new(manifests::Manifest::new(text, word)?)
        }
        How::Signed => Box::new(alone::Signed::new(text, word)?),
        How::Accounts => Box::new(accounts::Accounts::new(text, word)?),
        How::Keys => Box::new(accounts::Keys::new(text, word)?),
        How::Columns => Box::new(columns::Columns::new(text, word)?),
        How::Printed => Box::new(printed::Printed::new(names, text, word)?),
        How::Alone => Box::new(alone::Alone::new(text, word)?),
        How::Answer => Box::new(alone::Answer::new(text, word)?),
        How::Pasted => Box::new(alone::Pasted::new(text, word)?),
        How::Following => Box::new(following::Following::new(names, text, word)?),
        How::Data => Box::new(stored::Rows::new(text, word)?),
        How::Stored => Box::new(stored::Stored::new(text, word, &mut |range| push(range, What::Secret))?),
        How::Hosts => Box::new(sections::Host::new(text, word)?),
        How::Section => Box::new(sections::Section::new(text, word)?),
        How::Jar => Box::new(pairs::Jar::new(text, word, &mut |range| push(range, What::Secret))?),
        How::Machines => Box::new(netrc::Entry::new(text, word)?),
        How::Shown => Box::new(shown::Variables::new(text, word)),
        How::Input => Box::new(shown::Input::new(text, word)?),
        How::Item => Box::new(shown::Item::new(text, word)?),
        How::Block => Box::new(blocks::Block::new(names, text, word)?),
        How::Part => Box::new(blocks::Part::new(names, text, word)?),
        How::Person => Box::new(blocks::Person::new(text, word)),
        How::Codes => Box::new(blocks::Codes::new(text, word)?),
        _ => of_command(names, how, text, word, push)?,
    })
}

/// What reads the lines below a command, alone, joined with others, or as a field of a record, whose other fields are read at once.
fn of_command(
    names: &Names,
    how: How,
    text: &[u8],
    word: &Range<usize>,
    push: &mut dyn FnMut(Range<usize>, What),
) -> Option<Box<dyn Reader>> {
    if let Some(joined) = joined::Joined::new(names, text, word) {
        return Some(Box::new(joined));
    }
    if let Some(output) = commands::Output::new(names, how, text, word) {
        return Some(Box::new(output));
    }
    ran::find(names, text, word, push).map(|ran| Box::new(ran) as Box<dyn Reader>)
}

/// All that is found below the words of a text.
#[cfg(test)]
pub(super) fn find_all(names: &Names, identities: &IdentitySet, text: &[u8], found: &mut Vec<Finding>) {
    static ALL: LazyLock<aho_corasick::AhoCorasick> = LazyLock::new(|| {
        let mut builder = aho_corasick::AhoCorasick::builder();
        builder.ascii_case_insensitive(true).build(words().map(|(word, _)| word)).unwrap()
    });
    let mut done = 0;
    for hit in ALL.find_overlapping_iter(text) {
        let below = if hit.start() < done { None } else { find(names, identities, text, hit.range()) };
        if let Some(below) = below {
            done = below.end;
            found.extend(below.findings);
        }
    }
}

/// Reads lines from `at` on; gives where that ended, and whether it goes on beyond the text.
fn read(
    reader: &mut dyn Reader,
    text: &[u8],
    mut at: usize,
    timed: bool,
    push: &mut dyn FnMut(Range<usize>, What),
) -> (usize, bool) {
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline);
        let line = text[at..end].strip_suffix(b"\r").unwrap_or(&text[at..end]);
        if line.len() > reader.longest() || begins_with_time(line) && !timed {
            return (at, false);
        }
        let here = |range: Range<usize>| at + range.start..at + range.end;
        match reader.line(line) {
            Said::Nothing => {}
            Said::Value(range, what) => push(here(range), what),
            Said::Last(range, what) => {
                push(here(range), what);
                return (end, false);
            }
            Said::Ended => return (at, false),
        }
        at = end + 1;
    }
    (text.len(), true)
}

/// The line that a text begins in soon after its start, however long that is.
fn line_of_text(text: &[u8], at: usize) -> Option<Range<usize>> {
    let from = at.saturating_sub(LONGEST_LINE);
    let newline = memchr::memrchr(b'\n', &text[from..at]).map(|newline| from + newline + 1);
    let start = newline.or_else(|| (from == 0).then_some(0))?;
    let near = &text[at..text.len().min(at + LONGEST_TEXT)];
    let end = match memchr::memchr(b'\n', near) {
        Some(newline) => at + newline,
        None if at + near.len() == text.len() => text.len(),
        None => return None,
    };
    Some(start..end - usize::from(text[start..end].ends_with(b"\r")))
}

/// The line that a place stands in, where it is short: its start and its end.
fn line_around(text: &[u8], at: usize) -> Option<Range<usize>> {
    let from = at.saturating_sub(LONGEST_LINE);
    let start = match memchr::memrchr(b'\n', &text[from..at]) {
        Some(newline) => from + newline + 1,
        None if from == 0 => 0,
        None => return None,
    };
    let near = &text[at..text.len().min(at + LONGEST_LINE)];
    let end = match memchr::memchr(b'\n', near) {
        Some(newline) => at + newline,
        None if at + near.len() == text.len() => text.len(),
        None => return None,
    };
    let end = end - usize::from(text[start..end].ends_with(b"\r"));
    Some(start..end)
}

/// The word with the time that its line begins with, and what follows the word.
fn lead_with(text: &[u8], word: &Range<usize>, rest: &[u8]) -> Vec<u8> {
    let line = line_around(text, word.start).filter(|line| begins_with_time(&text[line.clone()]));
    let start = line.map_or(word.start, |line| line.start);
    [&text[start..word.end], rest].concat()
}

/// A line as what must stand before the next one.
fn as_context(line: &[u8]) -> Vec<u8> {
    [line, b"\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_loads_and_no_word_stands_twice() {
        let words = WORDS.as_ref().unwrap();
        assert_eq!(super::words().count(), words.by_word.len());
        assert!(super::words().all(|(word, _)| word.len() > 2 && !word.iter().any(u8::is_ascii_uppercase)));
    }
}
