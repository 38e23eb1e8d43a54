//! Where escapes stand that may hide a separator or a part of a value from a rule.

use std::ops::Range;

use super::quotes::doubled_quote;
use super::{entity, percent};
use crate::redact::lanes::Lanes;

/// Bytes before and after an anchor in which an escape may hide what belongs to it.
const BEFORE: usize = 128;
pub(in crate::redact) const AFTER: usize = 256;
/// How far beyond what is asked the search for escapes goes.
const FAR: usize = 4096;

/// The part of a text in which an escape may hide a separator or a part of a value from a rule that stands at a place.
fn nearby(text: &[u8], range: &Range<usize>) -> Range<usize> {
    range.start.saturating_sub(BEFORE)..text.len().min(range.end + AFTER)
}

/// Whether an escape stands so near to a place that it may hide a separator or a part of a value from a rule.
pub(in crate::redact) fn are_near(text: &[u8], range: &Range<usize>) -> bool {
    let near = nearby(text, range);
    first_escape(text, near.start, near.end).is_some()
}

/// Where the first escape begins between two places.
fn first_escape(text: &[u8], from: usize, to: usize) -> Option<usize> {
    let mut from = from;
    let seen = &text[..text.len().min(to + 1)];
    while let Some(at) = next_mark(seen, from).filter(|at| *at < to) {
        let rest = &text[at..];
        let escapes = match rest[0] {
            b'\\' => rest.get(1).is_some_and(|b| b"\"'\\/`ut".contains(b)),
            b'%' => percent(rest, true).is_some(),
            b'&' => entity(rest).is_some(),
            _ => doubled_quote(text, at).is_some(),
        };
        if escapes {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// What is known of the escapes of a text, so that each of its stretches is searched once.
#[derive(Clone, Debug, Default)]
pub(in crate::redact) struct Searched {
    /// A stretch in which none begins.
    plain: Range<usize>,
    /// Whether one begins where it ends.
    ends_in_one: bool,
}

impl Searched {
    /// Whether an escape may hide something near a place, as `are_near` tells.
    pub(in crate::redact) fn are_near(&mut self, text: &[u8], range: &Range<usize>) -> bool {
        let near = nearby(text, range);
        if near.start < self.plain.start || self.plain.end < near.start {
            *self = Self { plain: near.start..near.start, ends_in_one: false };
        }
        if self.plain.end < near.end && !self.ends_in_one {
            let limit = text.len().min(near.end + FAR);
            let escape = first_escape(text, self.plain.end, limit);
            self.plain.end = escape.unwrap_or(limit);
            self.ends_in_one = escape.is_some();
        }
        self.plain.end < near.end
    }
}

/// The first place from `from` on where an escape may begin: a backslash, a percent sign, an ampersand, or two equal quotation marks.
fn next_mark(text: &[u8], from: usize) -> Option<usize> {
    Lanes::best().widely(|| next_mark_from(text, from))
}

#[inline(always)]
#[allow(
    clippy::inline_always,
    clippy::needless_bitwise_bool,
    reason = "it must be compiled with the instructions of its lane, and a branch for each byte would keep the compiler from making wide ones"
)]
fn next_mark_from(text: &[u8], from: usize) -> Option<usize> {
    const BLOCK: usize = 64;
    let is_mark = |byte: u8, next: u8| {
        (byte == b'\\') | (byte == b'%') | (byte == b'&') | ((byte == next) & ((byte == b'"') | (byte == b'\'')))
    };
    let mut at = from;
    // Blocks without a mark, which are most, are passed over without a branch for each byte: the compiler makes wide instructions of this.
    while let Some(block) = text.get(at..).and_then(<[u8]>::first_chunk::<{ BLOCK + 1 }>) {
        if (0..BLOCK).fold(false, |any, place| any | is_mark(block[place], block[place + 1])) {
            break;
        }
        at += BLOCK;
    }
    (at..text.len()).find(|at| is_mark(text[*at], text.get(at + 1).copied().unwrap_or(0)))
}
