//! Rows that stand alone: a cell with the name of a text, and one with the text. `content | text` as `psql` shows wide records, `| prompt | text |` in reports.

use std::ops::Range;

use super::said;
use super::tables::{SIDES, is_content};

/// Longest name of a text.
const LONGEST: usize = 64;
/// Fewest blanks of a text beside the name of a column.
const FEWEST_BLANKS: usize = 4;

/// The text of such a row.
pub(super) fn field(line: &[u8]) -> Option<Range<usize>> {
    between_bars(line).or_else(|| beside(line))
}

/// The text behind the name of a column and a bar: `content | text`.
fn beside(line: &[u8]) -> Option<Range<usize>> {
    let bar = memchr::memchr(b'|', &line[..line.len().min(LONGEST)])?;
    let value = &line[bar + 1..];
    let is_text =
        value.starts_with(b" ") && memchr::memchr_iter(b' ', value).count() >= FEWEST_BLANKS && !value.contains(&b'|');
    (is_text && line[..bar].ends_with(b" ") && is_content(line[..bar].trim_ascii())).then_some(bar + 1..line.len())
}

/// The text in the second of two cells between bars, the first of which names it: `| User prompt | text |`.
fn between_bars(line: &[u8]) -> Option<Range<usize>> {
    let lead = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let side = [b"|".as_slice()].into_iter().chain(SIDES.iter().map(|side| side.as_bytes()));
    let side = side.into_iter().find(|side| line[lead..].starts_with(side))?;
    let name = lead + side.len();
    let near = &line[name..line.len().min(name + LONGEST)];
    let title = near[..memchr::memmem::find(near, side)?].trim_ascii();
    let start = name + memchr::memmem::find(near, side)? + side.len();
    let end = line.trim_ascii_end().len().checked_sub(side.len()).filter(|end| *end > start)?;
    let value = line.get(start..end)?.trim_ascii();
    let closed = line[end..].starts_with(side) && memchr::memmem::find(value, side).is_none();
    let is_text = || said::is_running(value);
    (closed && is_named(title) && is_text()).then_some(start..end)
}

/// Whether a cell is the name of a text, in bold type or behind a symbol too.
fn is_named(title: &[u8]) -> bool {
    let bare = |b: &u8| !b.is_ascii() || b"*_` ".contains(b);
    let from = title.iter().take_while(|b| bare(b)).count();
    let to = title.len() - title.iter().rev().take_while(|b| bare(b) || **b == b':').count();
    let Some(title) = title.get(from..to) else { return false };
    let joined: Vec<u8> = title.iter().map(|b| if *b == b' ' { b'_' } else { b.to_ascii_lowercase() }).collect();
    is_content(title) || is_content(&joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_name_and_a_text_are_known() {
        for (line, text) in [
            ("| prompt | who sold the old mill |", Some(" who sold the old mill ")),
            ("| **User prompt** | who sold the old mill |", Some(" who sold the old mill ")),
            ("\u{2502} Question \u{2502} who sold the old mill \u{2502}", Some(" who sold the old mill ")),
            ("content | who sold the old mill", Some(" who sold the old mill")),
            ("| model | a name of some words |", None),
            ("| prompt | 512 tokens |", None),
            ("| response | Error code: 529 - overloaded |", None),
            ("| prompt | who sold the old mill | 529 |", None),
        ] {
            assert_eq!(field(line.as_bytes()).map(|at| &line[at]), text, "{line}");
        }
    }
}
