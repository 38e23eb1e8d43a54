//! Prompt content between the marks of a chat template (`<|im_start|>user`, `[INST]`) or the tags of a prompt (`<prompt>`).

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::keys::Keys;
use super::{BY_FRAME, KIND_NAME, params, records, said, shape_of};
use crate::redact::finding::{Finding, Rank, Substitute};
use crate::redact::line_leads::without_time;
use crate::redact::{literals, placeholder};

/// What opens prompt content, and what closes it.
pub(super) struct Frame {
    pub(super) open: String,
    pub(super) close: String,
    pub(super) kind: FrameKind,
}

/// How sure the marks of a frame make that they hold content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameKind {
    /// Nothing else is written in them: those of a chat template.
    Certain,
    /// They also stand in running text where nothing closes them.
    Closed,
    /// Documents of other kinds have them too: they hold content where that is running text.
    Loose,
    /// They hold a variable, which is content where it is a text of several words.
    Variable,
    /// The same behind a name that is padded to a fixed width.
    Padded,
    /// They hold what was to be read, which is content where it reads like an answer and none of a server.
    Read,
    /// They hold the quoted beginning of what was to be read.
    Snippet,
}

/// Fewest blanks in a text that nothing but its place says to be one.
const FEWEST_BLANKS: usize = 3;

/// Longest text in a frame that is waited for.
const LONGEST: usize = 64 * 1024;

static OPENINGS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words()).ok());

/// The words of the gate.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    frames().iter().map(|frame| frame.open.as_str())
}

fn frames() -> &'static [Frame] {
    Keys::get().map_or(&[], Keys::frames)
}

/// Adds what stands in frames. One that nothing closes ends with its record, where its marks are those of a template: `<prompt>` alone also says
/// what a command takes.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    let Some(openings) = OPENINGS.as_ref() else { return };
    let mut done = 0;
    let mut strings = literals::Line::default();
    let mut closings = vec![Closing::default(); frames().len()];
    for hit in openings.find_iter(text).filter(|hit| hit.end() < text.len()) {
        if hit.start() < done {
            continue;
        }
        let frame = &frames()[hit.pattern().as_usize()];
        // The name of a tool is evidence.
        let tag_end = if frame.open.starts_with('<') && frame.open.ends_with('"') {
            end_of_tag(text, hit.end())
        } else {
            hit.end()
        };
        let start = tag_end + blanks(&text[tag_end..]);
        let closed = closings[hit.pattern().as_usize()].after(text, start, frame.close.as_bytes());
        // What stands in a string ends with it.
        let string = strings.string_around(text, hit.start()).map(|string| string.end.max(start));
        let closed = closed.filter(|close| string.is_none_or(|end| *close <= end));
        done = match closed {
            Some(close) => close,
            None if frame.kind == FrameKind::Certain => string.unwrap_or_else(|| records::end(text, start)),
            None if frame.close == "\n" => string.unwrap_or(text.len()),
            None => continue,
        };
        let end = start + text[start..done].trim_ascii_end().len();
        let is_variable = matches!(frame.kind, FrameKind::Variable | FrameKind::Padded);
        let says_little = is_variable && memchr::memchr_iter(b' ', &text[start..end]).count() < FEWEST_BLANKS;
        let ends_here = closed.is_some() || string == Some(done) || frame.close.ends_with('\n') && done == text.len();
        if start < end && ends_here && holds_values(&frame.open) {
            let bracket = frame.close.trim_end().as_bytes();
            let end = end - if text[start..end].ends_with(bracket) { bracket.len() } else { 0 };
            for value in params::hidden(text, start..end) {
                push(text, value, true, found);
            }
            continue;
        }
        if frame.kind == FrameKind::Snippet {
            if let Some(snippet) = snippet(text, start..end) {
                push(text, snippet, true, found);
            }
            continue;
        }
        let fits = match frame.kind {
            FrameKind::Padded => is_local_of_pytest(text, &hit.range()),
            FrameKind::Read => said::is_said(&text[start..end]),
            FrameKind::Loose => is_running_text(&text[start..end]),
            _ => true,
        };
        if start < end && !says_little && fits {
            push(text, start..end, closed.is_some(), found);
        } else if frame.kind == FrameKind::Loose {
            // Elements of a document may hold prompts.
            done = hit.end();
        }
    }
}

/// Fewest words of running text between tags that other documents have, and longest text that a program may say there.
const FEWEST_WORDS: usize = 3;
const LONGEST_SAID: usize = 200;

/// Whether what stands between tags is running text, and no element of a document nor what a program says.
fn is_running_text(text: &[u8]) -> bool {
    let plain = text.first().is_some_and(|b| !b"<{[&".contains(b));
    let of_program =
        || if text.len() < LONGEST_SAID { !said::is_said(text) } else { said::says_failure(&text[..LONGEST_SAID]) };
    plain && said::has_words(text, FEWEST_WORDS) && !of_program()
}

/// Longest name of a tool in a tag.
const LONGEST_TOOL: usize = 80;

/// The place behind a tag whose attribute begins at a place and is the name of a tool: `<invoke name="search">`.
fn end_of_tag(text: &[u8], at: usize) -> usize {
    let name =
        text[at..].iter().take(LONGEST_TOOL).take_while(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b)).count();
    if name > 0 && text[at + name..].starts_with(b"\">") { at + name + 2 } else { at }
}

/// So many characters pytest pads the name of a variable to.
const PADDED: usize = 10;
/// Longest line up to the equals sign behind such a name, with the time of a log before it.
const LONGEST_LEAD: usize = 64;

/// Whether a variable is shown as pytest does, its name padded: `question   = 'text'`.
fn is_local_of_pytest(text: &[u8], open: &Range<usize>) -> bool {
    let equals = open.end - b"= '".len();
    let near = &text[equals.saturating_sub(LONGEST_LEAD)..equals];
    let line = memchr::memrchr(b'\n', near).map_or(near, |newline| &near[newline + 1..]);
    let line = without_time(line);
    let name = line.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    name > 0 && line.len() == PADDED + 1 && line[name..].iter().all(|b| *b == b' ')
}

/// Longest message that shows the beginning of a text, and shortest beginning that says something.
const LONGEST_SNIPPET: usize = 64;
const SHORTEST_SNIPPET: usize = 3;

/// The quoted beginning of a text in a message of a parser, `'T', "The answer"...`, where it may be that of an answer.
fn snippet(text: &[u8], message: Range<usize>) -> Option<Range<usize>> {
    let said = &text[message.clone()];
    if said.len() > LONGEST_SNIPPET {
        return None;
    }
    let open = memchr::memchr(b'"', said)? + 1;
    let close = memchr::memrchr(b'"', said).filter(|close| *close >= open)?;
    let escapes = said[open..close].iter().rev().take_while(|b| **b == b'\\').count();
    let range = message.start + open..message.start + close - escapes;
    let shown = &text[range.clone()];
    let letters = shown.iter().filter(|b| b.is_ascii_alphabetic() || !b.is_ascii()).count();
    let of_server = Keys::get().is_none_or(|keys| keys.may_be_server_text(shown)) || said::warns(shown);
    (letters >= SHORTEST_SNIPPET && !of_server && shown != b"undefined").then_some(range)
}

/// Whether a frame is that of the values of a statement.
fn holds_values(open: &str) -> bool {
    ["arameters: ", "PARAMETERS: [", "arams: [", "args=(", "row contains (", "VARCHAR", ":CLOB"]
        .iter()
        .any(|mark| open.contains(mark))
}

fn push(text: &[u8], range: Range<usize>, closed: bool, found: &mut Vec<Finding>) {
    if placeholder::is_shape(&text[range.clone()]) {
        return;
    }
    let mut finding = Finding::new(range.clone(), &BY_FRAME, &KIND_NAME, Rank::Content);
    // How long a text is that nothing closes, nobody knows.
    let cut = || Substitute::Shape("[text]".to_owned());
    finding.substitute = if closed { shape_of(&text[range]) } else { cut() };
    found.push(finding);
}

/// What is known of where a frame closes, so that each stretch of a text is searched once for it.
#[derive(Clone, Default)]
struct Closing {
    searched: Range<usize>,
    /// The close that begins where the search ended.
    found: bool,
}

impl Closing {
    /// The close of a frame whose text begins at `start`.
    fn after(&mut self, text: &[u8], start: usize, close: &[u8]) -> Option<usize> {
        if start < self.searched.start || self.searched.end < start {
            *self = Self { searched: start..start, found: false };
        }
        let limit = text.len().min(start + LONGEST);
        if !self.found && self.searched.end < limit {
            let from = self.searched.end;
            let hit = memchr::memmem::find(&text[from..limit], close);
            self.found = hit.is_some();
            // One may begin at the end of what was searched.
            self.searched.end = hit.map_or((limit + 1).saturating_sub(close.len()).max(from), |hit| from + hit);
        }
        (self.found && self.searched.end + close.len() <= limit).then_some(self.searched.end)
    }
}

/// What closes the frame that a text leaves open, if it does: the lines to come belong to it.
pub(in crate::redact) fn open_frame(held: &[u8]) -> Option<&'static [u8]> {
    if held.len() > LONGEST {
        return None;
    }
    let hit = OPENINGS.as_ref()?.find_iter(held).last()?;
    let frame = &frames()[hit.pattern().as_usize()];
    let closed = memchr::memmem::find(&held[hit.end()..], frame.close.as_bytes()).is_some();
    let line = &held[memchr::memrchr(b'\n', &held[..hit.start()]).map_or(0, |newline| newline + 1)..hit.start()];
    // What a command takes is told as `<prompt>   the question`.
    let is_tag = line.trim_ascii().is_empty() && !matches!(held.get(hit.end()), Some(b' ' | b'\t'));
    // A mark that begins a line is seen without the end of the line before it.
    let mark = frame.close.trim_start_matches('\n').as_bytes();
    (!closed && !mark.is_empty() && (frame.kind == FrameKind::Certain || is_tag)).then_some(mark)
}

fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|b| b.is_ascii_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_waited_for_only_where_a_frame_is_open() {
        for (held, close) in [
            ("<|user|>\n", Some("<|end|>")),
            ("x <|user|> ask\n", Some("<|end|>")),
            ("  <prompt>\nask\n", Some("</prompt>")),
            ("<prompt>ask\n", Some("</prompt>")),
            ("<prompt>ask</prompt>\n", None),
            ("  <prompt>   the question\n", None),
            ("claude -p <prompt>\n", None),
        ] {
            assert_eq!(open_frame(held.as_bytes()), close.map(str::as_bytes), "{held}");
        }
    }
}
