//! A URL that a terminal wrapped inside its user and password.

use std::ops::Range;

use super::{Below, RULE, Rest, URL_PASSWORD};
use crate::redact::finding::{Finding, Rank};
use crate::redact::line_leads::{break_length, lead_of};

/// Longest half of such a password.
const LONGEST: usize = 256;

/// Whether a URL breaks off where its user or the name of its host stands.
pub(super) fn is_cut(text: &[u8], at: usize) -> bool {
    let first = run(&text[at..]);
    cut_length(&text[at + first..]) > 0
}

/// Length of a line break and of the side of a box before it.
fn cut_length(rest: &[u8]) -> usize {
    // Most addresses go on with a path.
    if !matches!(rest.first(), Some(b' ' | b'|' | 0xe2)) {
        return break_length(rest);
    }
    let blanks = rest.iter().take(256).take_while(|b| **b == b' ').count();
    let side = ["\u{2502}", "|"].iter().find(|side| rest[blanks..].starts_with(side.as_bytes()));
    let before = side.map_or(0, |side| blanks + side.len());
    let length = break_length(&rest[before..]);
    if length > 0 { before + length } else { 0 }
}

/// Adds the user and password of a URL that goes on in the next line.
pub(super) fn find(text: &[u8], word: &Range<usize>, below: &mut Below) {
    let first = run(&text[word.end..]);
    let half = &text[word.end..word.end + first];
    let rest = &text[word.end + first..];
    // Behind the name of a host stands the number of its port.
    let Some(colon) = memchr::memchr(b':', half) else { return };
    let password = &half[colon + 1..];
    let length = cut_length(rest);
    if length == 0 || password.iter().all(u8::is_ascii_digit) {
        return;
    }
    let next = word.end + first + length;
    if next >= text.len() {
        below.open = Some(Rest { context: text[word.start..].to_vec(), waits: super::MOST_CUT });
        return;
    }
    let line = &text[next..text.len().min(next + 2 * LONGEST)];
    let lead = lead_of(line).length;
    let second = run(&line[lead..]);
    let host = line[lead + second..].strip_prefix(b"@").and_then(|host| host.first());
    if second > 0 && host.is_some_and(u8::is_ascii_alphanumeric) {
        below.end = next + lead + second;
        below.findings.push(Finding::new(word.end..below.end, &RULE, &URL_PASSWORD, Rank::Shape));
    }
}

/// What no user and password hold unencoded.
static ENDS: [bool; 256] = {
    let ends = b" \t\n\x0c\r/@\"'`<>?#\\,;()[]{}|";
    let mut table = [false; 256];
    let mut at = 0;
    while at < ends.len() {
        table[ends[at] as usize] = true;
        at += 1;
    }
    table
};

/// Length of the bytes of a user and a password.
fn run(text: &[u8]) -> usize {
    let near = &text[..text.len().min(LONGEST)];
    near.iter().position(|byte| ENDS[usize::from(*byte)]).unwrap_or(near.len())
}
