//! The values that a statement of SQL is given, as a log shows them: texts go, and ids, models, numbers and states stay.
//!
//! What is not understood goes to the end: a text may hold the marks that stand between values.

use std::ops::Range;

use super::walker;
use crate::model::SafeShape as _;
use crate::model::safe::{ErrorType, ModelName, RequestId};
use crate::redact::quoted;

/// Most values that are told apart.
const MOST: usize = 256;
/// Words that say nothing of a text.
const STATES: [&[u8]; 10] =
    [b"null", b"NULL", b"None", b"nil", b"true", b"false", b"True", b"False", b"default", b"undefined"];

/// The parts of a list of values that go.
pub(super) fn hidden(text: &[u8], list: Range<usize>) -> Vec<Range<usize>> {
    let text = &text[..list.end];
    let mut all = Vec::new();
    let mut at = list.start;
    for _ in 0..MOST {
        at = walker::skip_blank(text, at);
        // One of several rows.
        let open = text.get(at..).unwrap_or_default();
        at += open.iter().take(2).take_while(|b| matches!(b, b'(' | b'[' | b'{')).count();
        if at >= list.end {
            return all;
        }
        at = number_of(text, at);
        let (value, end) = match quoted::opening_at(text, at) {
            Some((quote, start)) => {
                let Some(end) = quoted::closing(text, start, quote) else { break };
                (start..end, (end + quote.len()).min(text.len()))
            }
            None => bare(text, at),
        };
        let next = walker::skip_blank(text, end);
        // The name of a value.
        if text.get(next) == Some(&b':') && value.end < end {
            at = next + 1;
            continue;
        }
        if !matches!(text.get(next), None | Some(b',' | b')' | b']' | b'}')) {
            break;
        }
        let quoted = value.end < end;
        if !value.is_empty() && !stays(&text[value.clone()], quoted) {
            all.push(value);
        }
        at = next + 1;
    }
    // What is left was not understood.
    if at < list.end {
        all.push(at..list.end);
    }
    all
}

/// The place behind the number of a value: `$2 = `.
fn number_of(text: &[u8], at: usize) -> usize {
    let Some(rest) = text[at..].strip_prefix(b"$") else { return at };
    let digits = rest.iter().take(4).take_while(|b| b.is_ascii_digit()).count();
    if rest[digits..].starts_with(b" = ") { at + 1 + digits + 3 } else { at }
}

/// A value without quotation marks: to the next comma.
fn bare(text: &[u8], at: usize) -> (Range<usize>, usize) {
    let end = memchr::memchr(b',', &text[at..]).map_or(text.len(), |comma| at + comma);
    let value = text[at..end].trim_ascii_end();
    (at..at + value.len(), at + value.len())
}

/// Whether a value is no text.
fn stays(value: &[u8], quoted: bool) -> bool {
    // MyBatis says what kind a value is: `529(Integer)`.
    let kind = value.iter().rposition(|b| *b == b'(').filter(|_| value.ends_with(b")"));
    let (bare, typed) = kind.map_or((value, false), |open| (&value[..open], true));
    let Ok(word) = std::str::from_utf8(bare) else { return false };
    let number = !bare.is_empty()
        && bare.len() <= 12
        && bare.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'))
        && bare[0].is_ascii_digit();
    let of_number = !typed
        || [&b"(Integer)"[..], b"(Long)", b"(Double)", b"(Float)", b"(Short)"].iter().any(|kind| value.ends_with(kind));
    let short = number && of_number && !(quoted && bare.len() > 4);
    short
        || STATES.contains(&bare)
        || RequestId::parse(word).is_some()
        || ErrorType::parse(word).is_some()
        || ModelName::parse(word).is_some()
        || is_uuid(bare)
        || is_time(bare)
}

fn is_uuid(word: &[u8]) -> bool {
    word.len() == 36
        && word.iter().enumerate().all(
            |(at, b)| {
                if matches!(at, 8 | 13 | 18 | 23) { *b == b'-' } else { b.is_ascii_hexdigit() }
            },
        )
}

/// Whether a value is a date, with or without a time.
fn is_time(word: &[u8]) -> bool {
    word.len() >= 10
        && word.len() <= 35
        && word[..10]
            .iter()
            .enumerate()
            .all(|(at, b)| if matches!(at, 4 | 7) { *b == b'-' } else { b.is_ascii_digit() })
        && word[10..].iter().all(|b| b.is_ascii_digit() || b" T:.,+-Z".contains(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_go_and_what_is_not_understood_goes_with_them() {
        for (list, gone) in [
            ("'req_011CSHoEeqs5C35K2UUqR7Fy', 'a text', 529", &["a text"][..]),
            ("'id': '8a1b2c3d-4e5f-6789-abcd-ef0123456789', 'note': \"it's\", 'n': None", &["it's"]),
            ("'it''s, 12', 7", &["it''s, 12"]),
            ("$1 = 'a', $2 = '529'", &["a"]),
            ("claude-opus-4-6(String), x, 12(String), 529(Integer)", &["x", "12(String)"]),
            ("2026-11-29 10:00:00, 'never closed, 12", &["'never closed, 12"]),
        ] {
            let found: Vec<&str> =
                hidden(list.as_bytes(), 0..list.len()).into_iter().map(|range| &list[range]).collect();
            assert_eq!(found, gone, "{list}");
        }
    }
}
