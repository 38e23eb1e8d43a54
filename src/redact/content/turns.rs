//! What was said under lines that head it: the steps of agents, the turns of transcripts, and what tests compare.
//!
//! A text is read line by line, and what a line heads is known from the head alone, so that a stream needs no more than that to look at the next line.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::bare_lines::{is_of_aider, lead, without_end, without_side};
use super::compared::{blanks, changed, is_echo, shown, texts};
use super::evidence::complains as is_check;
use super::labelled::{self, Step, is_rule};
use super::labels::{self, Label};
use super::messages::Messages;
use super::said::{complains, declares, finding, is_code, is_failed_request, is_said, says_failure, warns};
use super::{records, routes, spoken, tagged};
use crate::redact::finding::Finding;
use crate::redact::placeholder;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    heads: Vec<Head>,
    ends: Vec<String>,
    whole: Vec<String>,
    stays: Vec<String>,
    brackets: Vec<String>,
    fields: Vec<String>,
}

/// A line that heads what was said.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    #[serde(default)]
    begins: String,
    #[serde(default)]
    holds: String,
    #[serde(default)]
    ends: String,
    #[serde(default)]
    words: usize,
    #[serde(default)]
    bare: bool,
    #[serde(default)]
    cautious: bool,
    #[serde(default)]
    boxed: bool,
    #[serde(default)]
    prose: bool,
    body: Body,
}

/// What goes of the lines below a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Body {
    Line,
    Paragraph,
    All,
    /// All lines up to the next history of aider; what it says itself stays among them.
    History,
    Changes,
    Lines,
    Snapshot,
    Source,
    Texts,
    Echo,
    /// All lines from the one on that says that the person speaks.
    Asked,
    /// The line below, where it is a text of several words.
    Next,
    /// The running texts of a form, in the first line that holds one.
    Form,
    /// The running texts among the fields of a record, up to a blank line or the bracket that closes it.
    Fields,
}

/// Longest line that is taken for a head.
const LONGEST_HEAD: usize = 8 * 1024;
/// The head of what a tool gave.
const OBSERVED: &str = "Observation: ";
/// Who speaks, where a body shows several turns.
const ROLES: [&str; 5] = ["system: ", "user: ", "assistant: ", "tool: ", "human: "];

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| crate::data::read(data!("redact/rules/turns")).ok());
/// What heads hold that may begin in any way.
static HELD: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let heads = TABLE.iter().flat_map(|table| &table.heads).filter(|head| head.begins.is_empty());
    AhoCorasick::new(heads.map(|head| &head.holds)).ok()
});
static WORDS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(words().chain(labels::words())).ok());

impl Head {
    /// Whether what stands below is what a test or a shell shows, in which labels are a part of texts.
    const fn compares(&self) -> bool {
        matches!(self.body, Body::Changes | Body::Lines | Body::Snapshot | Body::Source | Body::Texts | Body::Echo)
    }

    /// Whether what stands below is a difference.
    const fn shows_changes(&self) -> bool {
        matches!(self.body, Body::Changes | Body::Lines)
    }

    /// The word that the gate looks for.
    fn word(&self) -> &str {
        if self.holds.len() < self.begins.len() { &self.begins } else { &self.holds }
    }

    /// What follows the head on its line, where this is one.
    fn rest<'t>(&self, line: &'t [u8]) -> Option<&'t [u8]> {
        // There are many heads, and to compare one byte of each is cheap.
        if self.begins.as_bytes().first().is_some_and(|first| line.first() != Some(first)) {
            return None;
        }
        let rest = line.strip_prefix(self.begins.as_bytes())?;
        let held = memchr::memmem::find(rest, self.holds.as_bytes())?;
        let said = without_side(rest).trim_ascii();
        let whole = match (self.bare, self.holds.is_empty()) {
            // A heading, alone on its line.
            (true, true) => matches!(said, b"" | b":") || !self.ends.is_empty(),
            // The name of who speaks.
            (true, false) => !self.begins.is_empty() || !rest[..held].contains(&b' '),
            _ => true,
        };
        // What stands there may have been removed before.
        let after = if self.bare { rest } else { &rest[held + self.holds.len()..] };
        let said = if self.holds.is_empty() { said } else { without_side(after).trim_ascii() };
        let is_text = placeholder::is_shape(without_side(after).trim_ascii())
            || self.words == 0
            || blanks(said) + 1 >= self.words
                && !says_failure(said)
                && !(self.prose && is_code(said) || self.begins.is_empty() && declares(said))
                && !(self.cautious
                    && (warns(said) || is_check(said) || !self.holds.is_empty() && complains(&rest[..held], said)));
        (whole && is_text && rest.ends_with(self.ends.as_bytes())).then_some(after)
    }
}

/// The words of the gate.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    TABLE.iter().flat_map(|table| &table.heads).map(Head::word).chain(labels::words_as_written())
}

/// Whether a head stands on the line that holds the word at `at`.
pub(super) fn may_begin(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(LONGEST_HEAD);
    let start = memchr::memrchr(b'\n', &text[from..at]).map_or(from, |newline| from + newline + 1);
    let near = text.len().min(at + LONGEST_HEAD);
    let end = memchr::memchr(b'\n', &text[at..near]).map_or(near, |end| at + end);
    let line = &text[start..end];
    head(line).is_some() || label(line).is_some() || tagged::in_string(line).is_some()
}

/// The label on a line, without the break at its end.
fn label(line: &[u8]) -> Option<Label> {
    labels::at(without_end(line), lead(line))
}

/// What is open below a line: what a head says, or the text of a label.
enum Open {
    Head(&'static Head),
    Label(labelled::Body),
}

/// The head on a line, and where what it says begins.
fn head(line: &[u8]) -> Option<(&'static Head, usize)> {
    let at = lead(line);
    let said = without_end(&line[at..]);
    let said = said.strip_suffix(b"[0m").map_or(said, |said| said.strip_suffix(b"\x1b").unwrap_or(said));
    let boxed = memchr::memmem::find(&line[..at], "\u{2502}".as_bytes()).is_some();
    let holds_one = HELD.as_ref()?.is_match(said);
    let may_be = |head: &&Head| (boxed || !head.boxed) && (holds_one || !head.begins.is_empty());
    let mut heads = TABLE.as_ref()?.heads.iter().filter(may_be);
    let found = heads.find_map(|head| head.rest(said).map(|rest| (head, at + said.len() - rest.len())));
    found.or_else(|| head_in_bracket(line, at))
}

/// The head that a bracket begins which was taken for the name of a part of a program: `[tool_result] text`.
fn head_in_bracket(line: &[u8], lead: usize) -> Option<(&'static Head, usize)> {
    let bracket = line[..lead].trim_ascii_end().strip_suffix(b"]").and_then(|lead| memchr::memrchr(b'[', lead))?;
    let said = without_end(&line[bracket..]);
    let mut heads = TABLE.as_ref()?.heads.iter().filter(|head| head.begins.starts_with('['));
    heads.find_map(|head| head.rest(said).map(|rest| (head, bracket + said.len() - rest.len())))
}

/// Adds what stands under heads.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    if WORDS.as_ref().is_some_and(|words| words.is_match(text)) {
        walk(text, &mut |range| push(text, range, found));
    }
}

/// What the next line must be seen with, where the text ends in what a head says.
pub(in crate::redact) fn context(before: &[u8], held: &[u8]) -> Option<Vec<u8>> {
    let words = WORDS.as_ref()?;
    if !words.is_match(before) && !words.is_match(held) {
        return None;
    }
    let open = match walk(&[before, held].concat(), &mut |_| ())? {
        Open::Head(open) => open,
        Open::Label(body) => return Some(body.context()),
    };
    // What may stand before the rest of a open.
    let before: &[u8] = if open.begins.is_empty() { b"x" } else { open.begins.as_bytes() };
    let side = if open.boxed { "\u{2502} " } else { "" };
    // One that must be followed by words is known by the shape of what was removed.
    let text = if open.words > 0 { "[text]" } else { "" };
    // `input:` is a key of content, too: what the next line begins with must not look like its value.
    let below: &[u8] = if open.holds.ends_with("put:") { b"[text]\n" } else { b"" };
    let parts = [side.as_bytes(), before, open.holds.as_bytes(), text.as_bytes(), open.ends.as_bytes(), b"\n", below];
    Some(parts.concat())
}

/// Gives all that was said to `take`, and the head that is still open at the end.
fn walk(text: &[u8], take: &mut dyn FnMut(Range<usize>)) -> Option<Open> {
    let mut open: Option<&Head> = None;
    let mut below: Option<labelled::Body> = None;
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |newline| start + newline);
        let line = &text[start..end];
        let at = lead(line);
        let said = line[at..].trim_ascii_end();
        // In source an error is only named; what failed stands behind a mark.
        let labelled = label(line).filter(|_| {
            open.is_none_or(|open| !open.compares()) && !below.as_ref().is_some_and(labelled::Body::is_block)
        });
        let logged = labelled.as_ref().is_some_and(|label| label.form == labels::Form::Logged);
        let in_source = open.is_some_and(|open| open.body == Body::Source) && !line.starts_with(b"E ");
        if let Some(label) = labelled.filter(|_| logged || head(line).is_none()) {
            if !label.alone {
                take(start + label.from..end);
            }
            (open, below) = (None, Some(label.body().of_key(line)));
        } else if let Some((head, from)) = head(line).filter(|(head, _)| !in_source || head.body == Body::Source) {
            below = None;
            // A report has the end of one failure and the head of the next on one line.
            if let Some(before) = open.filter(|open| open.shows_changes())
                && let Some(close) = memchr::memmem::find(line, b"</")
            {
                changed(text, start + at..start + close.max(at), before.body == Body::Lines, take);
            }
            open = (!matches!(head.body, Body::Line | Body::Texts)).then_some(head);
            behind_head(head, text, start + at..end, start + from, take);
        } else if let Some(said) = tagged::in_string(line) {
            take(start + said.start..start + said.end);
        } else if let Some(body) = &mut below {
            let level = body.level_length(line);
            let (at, said) = if level > 0 { (level, line[level..].trim_ascii_end()) } else { (at, said) };
            match body.step(line, said, || level == 0 && ends(Body::All, line, said)) {
                Step::Goes => take(start + at..end),
                Step::Stays => {}
                Step::Ends => below = None,
            }
        } else if let Some(head) = open {
            open = below_head(head, text, start..end, at, take);
        }
        start = end + 1;
    }
    below.map(Open::Label).or(open.map(Open::Head))
}

/// Takes what stands on the line of a head, of which the text begins at `from`.
fn behind_head(head: &Head, text: &[u8], line: Range<usize>, from: usize, take: &mut dyn FnMut(Range<usize>)) {
    match head.body {
        _ if head.bare || matches!(head.body, Body::Asked | Body::Fields | Body::Form) => {}
        // The quotation mark may be a part of the head.
        Body::Changes | Body::Lines | Body::Source | Body::Texts | Body::Echo => texts(text, line, take),
        _ if head.begins == OBSERVED && is_failed_request(&text[from..line.end]) => {}
        _ => take(from..line.end),
    }
}

/// Takes what a line below a head holds behind its lead; gives the head that is open then.
fn below_head(
    head: &'static Head,
    text: &[u8],
    whole: Range<usize>,
    lead: usize,
    take: &mut dyn FnMut(Range<usize>),
) -> Option<&'static Head> {
    let line = &text[whole.clone()];
    let said = line[lead..].trim_ascii_end();
    // The rule above a difference that has numbers before its lines.
    if head.shows_changes() && memchr::memmem::find(line, "\u{252c}".as_bytes()).is_some() {
        return Some(head);
    }
    if head.body == Body::Asked {
        return below_header(head, said);
    }
    if head.body == Body::History && is_of_aider(line) {
        return Some(head);
    }
    if ends(head.body, line, said) {
        return None;
    }
    let body = whole.start + lead..whole.end;
    if head.body == Body::Next {
        if is_said(said) {
            take(body);
        }
        return None;
    }
    if head.body == Body::Form {
        return (!routes::form(text, body, take)).then_some(head);
    }
    if head.body == Body::Fields {
        let goes_on = spoken::goes_on(head.begins.as_bytes(), said);
        spoken::fields(text, body, take);
        return goes_on.then_some(head);
    }
    match head.body {
        Body::Source if line.starts_with(b"E ") => {}
        Body::Echo if !is_echo(said) => {}
        Body::Source | Body::Echo => texts(text, body, take),
        Body::Snapshot => shown(text, body, take),
        _ if stays(said) => {}
        Body::Changes | Body::Lines => changed(text, body, head.body == Body::Lines, take),
        _ => take(body),
    }
    Some(head)
}

/// What is open below a line of the header that Codex prints before what it was told: the same, up to the line that says that the person speaks.
fn below_header(header: &'static Head, said: &[u8]) -> Option<&'static Head> {
    match said {
        b"user" => TABLE.as_ref()?.heads.iter().find(|head| head.begins == "codex"),
        _ => (said.iter().all(|b| *b == b'-') || memchr::memmem::find(said, b": ").is_some()).then_some(header),
    }
}

/// Whether a line is no part any more of what a head says.
fn ends(body: Body, line: &[u8], said: &[u8]) -> bool {
    let Some(table) = TABLE.as_ref() else { return true };
    let outside = || {
        let first = line.first().is_some_and(u8::is_ascii_alphanumeric) && !line.starts_with(b"E  ");
        first && !said.ends_with(b":")
    };
    match body {
        Body::Paragraph if said.is_empty() => true,
        Body::Snapshot => said == b"`;",
        Body::Changes | Body::Lines if outside() => true,
        // The rule between two frames has blanks in it.
        Body::Source => is_rule(said) && !said.starts_with(b"_ ") || records::is_place_of_failure(said),
        // The rule between what is looked for in a file and what takes its place.
        Body::History if said == b"=======" => false,
        _ if is_of_aider(line) => true,
        _ => {
            is_rule(said)
                || table.whole.iter().any(|whole| said == whole.as_bytes())
                || table.ends.iter().any(|lead| said.starts_with(lead.as_bytes()))
                || begins(table, line, said)
        }
    }
}

/// Whether a line stays among those of a body.
fn stays(said: &[u8]) -> bool {
    let Some(table) = TABLE.as_ref() else { return false };
    // The end of the block on a page that what was said stands in.
    said == b"```"
        || says_failure(said)
        || names_call(said)
        || table.stays.iter().any(|lead| said.starts_with(lead.as_bytes()))
}

/// Whether a line names a tool and the id of its call, as LangChain does: `search (toolu_01)`.
fn names_call(said: &[u8]) -> bool {
    let part = |b: &&u8| b.is_ascii_alphanumeric() || b"_-".contains(b);
    let name = said.iter().take_while(part).count();
    let id = said[name..].strip_prefix(b" (").and_then(|rest| rest.strip_suffix(b")")).unwrap_or_default();
    name > 0 && Messages::get().is_some_and(|words| words.is_call_id(id)) && id.iter().all(|b| part(&b))
}

/// Whether a line begins a record of a log, told from lines that a text may have as well.
fn begins(table: &Table, line: &[u8], said: &[u8]) -> bool {
    if !records::begins(line) && !records::begins(said) {
        return false;
    }
    let said = if line.trim_ascii_start().starts_with(b"[") { line.trim_ascii() } else { said };
    let rest = said.strip_prefix(b"[").unwrap_or_default().to_ascii_lowercase();
    match said.first() {
        Some(b'>' | b'*' | b'<') => false,
        Some(b'[') => table.brackets.iter().any(|lead| rest.starts_with(lead.as_bytes())),
        Some(b'{') => table.fields.iter().any(|field| memchr::memmem::find(said, field.as_bytes()).is_some()),
        _ => true,
    }
}

/// Adds what was said, without the side of a box behind it and the name of who speaks before it.
fn push(text: &[u8], range: Range<usize>, found: &mut Vec<Finding>) {
    let value = without_side(&text[range.clone()]);
    let blank = value.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let role = ROLES.iter().find(|role| value[blank..].starts_with(role.as_bytes())).map_or(0, |role| role.len());
    let range = range.start + blank + role..range.start + value.len();
    found.extend(finding(text, range));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_loads() {
        assert!(TABLE.as_ref().is_some_and(|table| table.heads.iter().all(|head| head.word().len() > 3)));
    }
}
