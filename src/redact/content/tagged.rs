//! Labels of who speaks in brackets, behind ornaments and at the start of a string: `[user] text`, `> User: text`, `{"message":"User: text"}`.

use std::ops::Range;

use super::labelled::{DEEPEST, Doubt};
use super::labels::{FEWEST_BLANKS, Form, LONGEST, Label, is_of_protocol, is_speaking, plain};
use super::said::{has_words, is_of_log, is_said};
use crate::redact::placeholder;

/// Most bytes of a record before a string that begins with a label.
const FAR: usize = 2048;

/// The text behind a label that begins a string of a record: `{"message":"User: text"}`, `msg="User: text"`.
pub(super) fn in_string(line: &[u8]) -> Option<Range<usize>> {
    let opens = |mark: &usize| *mark > 0 && matches!(line[mark - 1], b':' | b'=') || line[..*mark].ends_with(b": ");
    let mut marks = memchr::memchr_iter(b'"', &line[..line.len().min(FAR)]).filter(opens);
    marks.find_map(|mark| {
        let start = mark + 1;
        let end = start + memchr::memchr_iter(b'"', &line[start..]).find(|at| !line[..start + at].ends_with(b"\\"))?;
        let said = line[start..end].strip_suffix(b"\\n").unwrap_or(&line[start..end]);
        let label = tagged(said).or_else(|| plain(said, false)).filter(|label| !label.alone)?;
        let blank = said[label.from..].iter().take_while(|b| **b == b' ').count();
        Some(start + label.from + blank..start + said.len())
    })
}

/// Length of what decorates a line: an emoji, the mark of a quotation, a comment or a list.
pub(super) fn ornament(rest: &[u8]) -> usize {
    let marks = [&b"> "[..], b"# ", b"// ", b"* ", b"- ", b"+ ", b"-- "];
    if let Some(mark) = marks.into_iter().find(|mark| rest.starts_with(mark)) {
        return mark.len() + ornament(&rest[mark.len()..]);
    }
    // The sign of a difference.
    if matches!(rest, [b'-' | b'+', next, ..] if next.is_ascii_alphabetic()) {
        return 1;
    }
    symbols(rest)
}

/// Length of the symbols that begin a text, with the blank behind them.
pub(super) fn symbols(rest: &[u8]) -> usize {
    let near = &rest[..rest.len().min(LONGEST)];
    let near = near.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let is_symbol = |c: char| matches!(u32::from(c), 0x2190..=0x2bff | 0xfe0f | 0x200d | 0x1f000..=0x1faff);
    let symbols: usize = near.chars().take_while(|c| is_symbol(*c)).map(char::len_utf8).sum();
    if symbols > 0 && rest.get(symbols) == Some(&b' ') { symbols + 1 } else { 0 }
}

/// Whether a program shows an object, whose texts stand under names of their own: `root=Request(id=1)`.
pub(super) fn is_object(said: &[u8]) -> bool {
    let name = said.iter().take_while(|b| b.is_ascii_alphanumeric() || b"_.".contains(b)).count();
    matches!(said.get(name), Some(b'=' | b'(' | b'{' | b'[' | b'<')) || said.starts_with(b"expected ")
}

/// A label in brackets: `[user] text`, `<assistant> text`, `[USER]: text`.
pub(super) fn tagged(rest: &[u8]) -> Option<Label> {
    let close = match rest.first()? {
        b'[' => b']',
        b'<' => b'>',
        _ => return None,
    };
    let end = memchr::memchr(close, &rest[..rest.len().min(LONGEST)])?;
    let title = rest[1..end].to_ascii_lowercase();
    let after = rest[end + 1..].strip_prefix(b":").unwrap_or(&rest[end + 1..]);
    let said = after.trim_ascii();
    let is_text = after.starts_with(b" ")
        && is_speaking(&title)
        && (placeholder::is_shape(said) || has_words(said, FEWEST_BLANKS) && is_said(said) && !is_of_log(said))
        && !is_object(said)
        && !is_of_protocol(said);
    is_text.then_some(Label {
        form: Form::Bare,
        from: rest.len() - after.len(),
        alone: false,
        doubt: Doubt::Lines,
        level: DEEPEST,
    })
}
