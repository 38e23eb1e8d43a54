//! Whether a text is what a person or a model said, or what a program or a server says of a call.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::compared::{FEWEST_BLANKS, blanks};
use super::keys::Keys;
use super::{BY_TURN, KIND_NAME, shape_of};
use crate::redact::finding::{Finding, Rank};
use crate::redact::names::Names;
use crate::redact::placeholder;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    failures: Vec<String>,
    said_cautions: Vec<String>,
    complaints: Vec<String>,
    cautions: Vec<String>,
    log_words: Vec<String>,
    code_words: Vec<String>,
    told: HashMap<String, Vec<String>>,
    asked: HashMap<String, Vec<String>>,
    asides: Vec<String>,
    launchers: Vec<String>,
}

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| crate::data::read(data!("redact/rules/said")).ok());
static FAILURES: LazyLock<Marks> = LazyLock::new(|| Marks::new(|table| &table.failures, false));
static COMPLAINTS: LazyLock<Marks> = LazyLock::new(|| Marks::new(|table| &table.complaints, false));
static CAUTIONS: LazyLock<Marks> = LazyLock::new(|| Marks::new(|table| &table.cautions, true));
static SAID_CAUTIONS: LazyLock<Marks> = LazyLock::new(|| Marks::new(|table| &table.said_cautions, true));

/// The marks of a list, looked for all at once.
struct Marks(Option<AhoCorasick>);

impl Marks {
    fn new(list: fn(&Table) -> &Vec<String>, in_any_case: bool) -> Self {
        let build = |table| AhoCorasick::builder().ascii_case_insensitive(in_any_case).build(list(table)).ok();
        Self(TABLE.as_ref().and_then(build))
    }

    /// Whether one of them stands in a text; yes where they cannot be looked for.
    fn stand_in(&self, text: &[u8]) -> bool {
        self.0.as_ref().is_none_or(|marks| marks.is_match(text))
    }
}

/// Whether a text is one of several words that no server says of a call.
pub(in crate::redact) fn is_said(said: &[u8]) -> bool {
    has_words(said, FEWEST_BLANKS) && !says_failure(said) && !warns(said) && !SAID_CAUTIONS.stand_in(said)
}

/// Whether a log shows behind this word and the one before it what somebody asked or was told: `sending prompt: `. Behind some, the text must tell it.
pub(super) fn is_told(before: &[u8], name: &[u8], is_asked: impl FnOnce() -> bool) -> bool {
    let Some((table, name)) = TABLE.as_ref().zip(std::str::from_utf8(name).ok()) else { return false };
    let listed = |words: &HashMap<String, Vec<String>>| {
        words.get(name).is_some_and(|words| words.iter().any(|word| before.eq_ignore_ascii_case(word.as_bytes())))
    };
    listed(&table.told) || listed(&table.asked) && is_asked()
}

/// Fewest words of a running text: names, states and calls have less.
const FEWEST_WORDS: usize = 4;

/// Whether a text is a running one that no server says of a call, where its name says little of it.
pub(super) fn is_running(said: &[u8]) -> bool {
    let is_word = |word: &&[u8]| {
        word.iter().find(|b| !b"\"'([".contains(b)).is_some_and(|b| b.is_ascii_alphabetic() || !b.is_ascii())
    };
    let words = said.split(|b| *b == b' ').filter(is_word).take(FEWEST_WORDS).count();
    (words == FEWEST_WORDS || has_unspaced_words(said)) && is_said(said)
}

/// Whether a text has so many words, which some scripts put no blanks between.
pub(super) fn has_words(said: &[u8], fewest: usize) -> bool {
    blanks(said) + 1 >= fewest || has_unspaced_words(said)
}

/// Whether a text goes on as a log does behind the name of a part of a program.
pub(super) fn is_of_log(said: &[u8]) -> bool {
    let length = said.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let first = said[..length].to_ascii_lowercase();
    // A person begins with other words than these, but for the little ones.
    let is_begun =
        said.first().is_some_and(u8::is_ascii_lowercase) || first.ends_with(b"ing") || first.ends_with(b"ed");
    is_begun && TABLE.as_ref().is_none_or(|table| table.log_words.iter().any(|word| word.as_bytes() == first))
}

/// Whether a text of two words or more is what somebody said where only people and models speak: a server is told by how it begins.
pub(in crate::redact) fn is_turn(said: &[u8]) -> bool {
    let begins = |b: &u8| b.is_ascii_alphabetic() || !b.is_ascii() || b"\"'([*#".contains(b);
    has_words(said, 2) && !says_failure(said) && said.first().is_some_and(begins)
}

/// Whether a line that a person entered is one of a program, by its first word or its marks.
pub(super) fn is_code(line: &[u8]) -> bool {
    let first = line.split(|b| *b == b' ').next().unwrap_or_default();
    let known = |table: &Table| table.code_words.iter().any(|word| word.as_bytes() == first);
    line.iter().any(|b| b"=(){}[];_".contains(b)) || TABLE.as_ref().is_none_or(known)
}

/// Whether code goes on behind a name and its colon: with the type of what it names, or behind the string that it ends, `prompt: str = None`, `"prompt: " << x`.
pub(super) fn declares(said: &[u8]) -> bool {
    let length = said.iter().take(LONGEST_BEFORE).take_while(|b| b.is_ascii_alphabetic()).count();
    let (word, rest) = said.split_at(length);
    let of_type =
        rest.first().is_none_or(|b| b",)=;?|[]".contains(b)) || rest.starts_with(b" =") || rest.starts_with(b" |");
    let closes = matches!(said, [b'"' | b'\'' | b'`', b' ', b'+' | b'<' | b'.' | b'|' | b'&', ..]);
    closes || of_type && Names::get().is_some_and(|names| names.is_plain_type(word))
}

/// Whether a sentence that names a command goes on with a word: `Run claude --debug to see more`.
pub(super) fn is_aside(word: &[u8]) -> bool {
    let word = word.trim_ascii_end().strip_suffix(b",").unwrap_or(word);
    TABLE.as_ref().is_some_and(|table| table.asides.iter().any(|known| known.as_bytes() == word))
}

/// Longest word before a command that is looked at.
const LONGEST_BEFORE: usize = 32;

/// Whether a word of a sentence stands before a command, and none that starts it as a shell does.
pub(super) fn is_sentence_before(head: &[u8]) -> bool {
    let near = &head[head.len().saturating_sub(LONGEST_BEFORE)..];
    let Some(near) = near.strip_suffix(b" ") else { return false };
    let word = &near[memchr::memrchr2(b' ', b'\n', near).map_or(0, |blank| blank + 1)..];
    let starts = |table: &Table| table.launchers.iter().any(|known| known.as_bytes() == word);
    word.len() > 1 && word.iter().all(u8::is_ascii_alphabetic) && !TABLE.as_ref().is_none_or(starts)
}

/// Fewest letters of a text in a script that puts no blanks between words.
const FEWEST_LETTERS: usize = 6;

/// Whether a text has several letters of a script that puts no blanks between words.
fn has_unspaced_words(said: &[u8]) -> bool {
    if said.is_ascii() {
        return false;
    }
    let text = String::from_utf8_lossy(&said[..said.len().min(256)]);
    let unspaced =
        |c: &char| matches!(u32::from(*c), 0x0E00..=0x0EFF | 0x1780..=0x17FF | 0x3040..=0x9FFF | 0xAC00..=0xD7AF);
    text.chars().filter(unspaced).take(FEWEST_LETTERS).count() >= FEWEST_LETTERS
}

/// Whether a text says what failed.
pub(in crate::redact) fn says_failure(said: &[u8]) -> bool {
    FAILURES.stand_in(said) || Keys::get().is_none_or(|keys| keys.is_server_text(said) || keys.is_failed_call(said))
}

/// Whether a text may be what a server answered, or what an account may not do.
pub(super) fn warns(said: &[u8]) -> bool {
    !said.first().is_some_and(|b| b.is_ascii_alphabetic() || !b.is_ascii() || *b == b'"') || CAUTIONS.stand_in(said)
}

/// Whether what a tool gave is the answer of a server that failed: a status, behind the class of an error too.
pub(super) fn is_failed_request(said: &[u8]) -> bool {
    let said = said.trim_ascii();
    let class = said.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'.').count();
    let is_error = said[..class].ends_with(b"Error") && said[class..].starts_with(b": ");
    let rest = if is_error { &said[class + 2..] } else { said };
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    digits == 3 && matches!(rest[0], b'4' | b'5') && rest.get(3) == Some(&b' ')
        || Keys::get().is_none_or(|keys| !is_error && keys.is_server_text(rest))
}

/// Whether a text, or what stands before it, says of a value that it was not taken.
pub(super) fn complains(before: &[u8], said: &[u8]) -> bool {
    memchr::memmem::find(before, b"nvalid").is_some() || COMPLAINTS.stand_in(said)
}

/// What was said, as a finding; `None` where it has gone before.
pub(in crate::redact) fn finding(text: &[u8], range: Range<usize>) -> Option<Finding> {
    let value = &text[range.clone()];
    if value.is_empty() || placeholder::is_shape(value) {
        return None;
    }
    let mut finding = Finding::new(range, &BY_TURN, &KIND_NAME, Rank::Content);
    finding.substitute = shape_of(value);
    Some(finding)
}
