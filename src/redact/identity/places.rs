//! Where on earth people are: coordinates as decimal numbers and in degrees.

use std::ops::Range;

use super::Push;
use crate::model::vocabulary::PersonalKind::Address;
use crate::redact::text_edges::starts_token;

/// Most digits before the point, and fewest behind it, of a coordinate that tells a place.
const MOST_DEGREES: usize = 3;
const FEWEST_DECIMALS: usize = 3;

/// The coordinate that begins behind a name and what parts it from that.
fn coordinate(text: &[u8], at: usize) -> Option<Range<usize>> {
    let lead = text[at..].iter().take(12).take_while(|b| b" :=>\"'\\([".contains(b)).count();
    let start = at + lead;
    let sign = usize::from(text.get(start) == Some(&b'-'));
    let digits = |from: usize| text[from..].iter().take(20).take_while(|b| b.is_ascii_digit()).count();
    let degrees = digits(start + sign);
    let point = start + sign + degrees;
    if !(1..=MOST_DEGREES).contains(&degrees) || text.get(point) != Some(&b'.') {
        return None;
    }
    let end = point + 1 + digits(point + 1);
    let ends = text.get(end).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'.');
    (end - point > FEWEST_DECIMALS && ends).then_some(start..end)
}

/// Adds the coordinates of a place behind a word that means nothing else, or behind a short one with its companion before it.
pub(super) fn place(text: &[u8], word: &Range<usize>, push: &mut Push<'_>) {
    let short = text[word.clone()].len() <= 5;
    let Some(first) = coordinate(text, word.end).filter(|_| !short || starts_token(text, word.start)) else { return };
    if short {
        let from = word.start.saturating_sub(48);
        let lead = text[from..word.start].to_ascii_lowercase();
        let before = memchr::memmem::rfind(&lead, b"lat").map(|at| from + at + 3);
        let rest = text[first.end..text.len().min(first.end + 24)].to_ascii_lowercase();
        let after = memchr::memmem::find(&rest, b"lat").map(|at| first.end + at + 3);
        let Some(other) = before.or(after).and_then(|at| coordinate(text, at)) else { return };
        push(other, Address);
    }
    let second = text[first.end..].starts_with(b",").then(|| coordinate(text, first.end + 1)).flatten();
    push(first, Address);
    if let Some(second) = second {
        push(second, Address);
    }
}

/// Adds a pair of coordinates behind a word that leads other things too.
pub(super) fn pair(text: &[u8], word: &Range<usize>, push: &mut Push<'_>) {
    let blank = |at: usize| at + usize::from(text.get(at) == Some(&b' '));
    let Some(first) = coordinate(text, word.end).filter(|_| begins(text, word)) else { return };
    // A point of a map in text has no comma between its numbers.
    let of_map = text[word.clone()].ends_with(b"(");
    let parted = text.get(first.end).is_some_and(|b| b",;".contains(b) || of_map && *b == b' ');
    let second = parted.then(|| coordinate(text, blank(first.end + 1))).flatten();
    // A scale of a drawing has numbers beyond those of a globe.
    let whole =
        |range: &Range<usize>| text[range.clone()].iter().filter(|b| **b != b'-').take_while(|b| **b != b'.').count();
    if let Some(second) = second.filter(|second| whole(&first) < 3 && whole(second) <= MOST_DEGREES) {
        push(first, Address);
        push(second, Address);
    }
}

/// Whether a word that a letter begins begins a name too.
fn begins(text: &[u8], word: &Range<usize>) -> bool {
    !text[word.start].is_ascii_alphabetic() || starts_token(text, word.start)
}

/// How minutes and seconds of a degree are written.
const MINUTES: [&[u8]; 4] = [b"'", "\u{2032}".as_bytes(), b"\\'", b"\\u2032"];
const SECONDS: [&[u8]; 6] = [b"\"", "\u{2033}".as_bytes(), b"\\\"", b"''", b"\\u2033", b"\\'\\'"];

/// Adds a place in degrees, minutes and seconds, around the sign of the first: `50°56'15.0"N`. A temperature has no quarter of the sky behind it.
pub(super) fn degrees(text: &[u8], word: &Range<usize>, push: &mut Push<'_>) {
    let before = text[..word.start].iter().rev().take(MOST_DEGREES).take_while(|b| b.is_ascii_digit()).count();
    let number = |at: usize| at + text[at..].iter().take(12).take_while(|b| b.is_ascii_digit() || **b == b'.').count();
    let blank = |at: usize| at + usize::from(text.get(at) == Some(&b' '));
    let mark =
        |at: usize, marks: &[&[u8]]| marks.iter().find(|mark| text[at..].starts_with(mark)).map(|mark| at + mark.len());
    let minutes = number(blank(word.end));
    let Some(at) = mark(minutes, &MINUTES).filter(|_| before > 0 && minutes > word.end) else { return };
    let seconds = number(blank(at));
    let at = mark(seconds, &SECONDS).filter(|_| seconds > at).unwrap_or(at);
    let at = blank(at);
    let quarter = text.get(at).is_some_and(|b| b"NSEWO".contains(b));
    if quarter && text.get(at + 1).is_none_or(|b| !b.is_ascii_alphanumeric()) {
        push(word.start - before..at + 1, Address);
    }
}
