//! Prompt content between the marks of a chat template (`<|im_start|>user`, `[INST]`) or the tags of a prompt (`<prompt>`).

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::keys::{Frame, Keys};
use super::{BY_FRAME, KIND_NAME, records, shape_of};
use crate::redact::finding::{Finding, Rank, Substitute};
use crate::redact::placeholder;

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
    for hit in openings.find_iter(text).filter(|hit| hit.end() < text.len()) {
        if hit.start() < done {
            continue;
        }
        let frame = &frames()[hit.pattern().as_usize()];
        let start = hit.end() + blanks(&text[hit.end()..]);
        let closed = memchr::memmem::find(&text[start..text.len().min(start + LONGEST)], frame.close.as_bytes());
        done = match closed {
            Some(length) => start + length,
            None if frame.template => records::end(text, start),
            None => continue,
        };
        let end = start + text[start..done].trim_ascii_end().len();
        if start < end && !placeholder::is_shape(&text[start..end]) {
            let mut finding = Finding::new(start..end, &BY_FRAME, &KIND_NAME, Rank::Content);
            // How long a text is that nothing closes, nobody knows.
            let cut = || Substitute::Shape("[text]".to_owned());
            finding.substitute = if closed.is_some() { shape_of(&text[start..end]) } else { cut() };
            found.push(finding);
        }
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
    (!closed && (frame.template || is_tag)).then_some(frame.close.as_bytes())
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
