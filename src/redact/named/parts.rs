//! The secret parts of a header whose other parts are evidence: the parameters of `Authorization` by a signature or a digest, and the attributes of `Set-Cookie`.

use std::ops::Range;

use super::ends::line_end;
use crate::redact::names::Names;
use crate::redact::quoted;
use crate::redact::state_words::is_plain_state;

/// Longest name of a parameter, a cookie or a scheme.
const LONGEST: usize = 64;
/// Most parameters or pieces of one header.
const MOST: usize = 128;

/// The parts of a value that go; `None` where all of it does.
pub(super) fn secret_parts(
    text: &[u8],
    name: &Range<usize>,
    kind: &str,
    value: &Range<usize>,
) -> Option<Vec<Range<usize>>> {
    match kind {
        "authorization" => of_scheme(text, value),
        _ if text[name.clone()].eq_ignore_ascii_case(b"credential") => id_of_scope(&text[value.clone()], value.start),
        "header" => of_headers(text, value),
        "cookie" if is_set_cookie(&text[name.clone()]) => of_cookies(text, value),
        _ => None,
    }
}

const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Where the parameters begin behind a scheme of the table: in the value, or in front of it where the name of the scheme was left out already.
fn behind_scheme(text: &[u8], value: &Range<usize>) -> Option<usize> {
    let names = Names::get()?;
    let here = &text[value.clone()];
    let word = here.iter().take(LONGEST).take_while(|b| is_token_byte(**b)).count();
    if names.has_parameters(&here[..word]) && here.get(word) == Some(&b' ') {
        return Some(value.start + word + 1);
    }
    let before = text[..value.start].strip_suffix(b" ")?;
    let word = before.iter().rev().take(LONGEST).take_while(|b| is_token_byte(**b)).count();
    names.has_parameters(&before[before.len() - word..]).then_some(value.start)
}

/// The id of the key in the scope of a signature of AWS, `ID/20261122/us-east-1/bedrock/aws4_request`: the date, the region and the service stay.
fn id_of_scope(value: &[u8], start: usize) -> Option<Vec<Range<usize>>> {
    let slash = memchr::memchr(b'/', value)?;
    let date = value.get(slash + 1..slash + 9)?;
    let is_scope = date.iter().all(u8::is_ascii_digit) && value.ends_with(b"_request");
    is_scope.then(|| std::iter::once(start..start + slash).collect())
}

/// The values of the parameters that are not told to be evidence: `Signature=...`, `response="..."`. A value may seem to end at the first of them
/// that has quotation marks; the list goes on with those that are known.
fn of_scheme(text: &[u8], value: &Range<usize>) -> Option<Vec<Range<usize>>> {
    let mut at = behind_scheme(text, value)?;
    let names = Names::get()?;
    let window = &text[..line_end(text, at).max(value.end)];
    let mut parts = Vec::new();
    for pairs in 0..MOST {
        at += window[at..].iter().take_while(|b| matches!(b, b' ' | b',' | b'\t')).count();
        let length = window[at..].iter().take(LONGEST).take_while(|b| is_token_byte(**b)).count();
        let start = at + length + 1;
        let name = &window[at..at + length];
        let is_pair = length > 0 && window.get(at + length) == Some(&b'=');
        if !is_pair || at >= value.end && !names.is_told_parameter(name) && !names.is_secret_parameter(name) {
            // What is no parameter goes, with all of the value that follows.
            parts.push(at.min(value.end)..value.end);
            return (pairs > 0).then_some(parts);
        }
        let bare = || start + window[start..].iter().take_while(|b| !b" ,\t".contains(b)).count();
        let (held, end) = match quoted::opening_at(window, start).filter(|(_, inner)| *inner <= window.len()) {
            Some((quote, inner)) => {
                let close = quoted::closing(window, inner, quote).unwrap_or(window.len());
                (inner..close, (close + quote.len()).min(window.len()))
            }
            None => (start..bare(), bare()),
        };
        // The date, the region and the service stand behind the id of the key.
        let scope = memchr::memchr(b'/', &window[held.clone()]).filter(|_| name.eq_ignore_ascii_case(b"credential"));
        let held = held.start..scope.map_or(held.end, |slash| held.start + slash);
        if !names.is_told_parameter(name) {
            parts.push(held);
        }
        at = end;
    }
    None
}

/// The values of headers that are told one a line, without their names: `X-Gateway-Key: ...`.
fn of_headers(text: &[u8], value: &Range<usize>) -> Option<Vec<Range<usize>>> {
    let mut parts = Vec::new();
    let mut at = value.start;
    for _ in 0..MOST {
        let here = &text[at..value.end];
        let (end, next) = line_of_headers(here);
        let colon = memchr::memchr(b':', &here[..end])?;
        let name = here[..colon].trim_ascii();
        // What else may stand before a colon is no name but a part of the value.
        let is_name = name.len() <= LONGEST && name.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_'));
        if name.is_empty() || !is_name {
            return None;
        }
        let held = here[colon + 1..end].trim_ascii_end();
        let blank = held.iter().take_while(|b| **b == b' ').count();
        let start = at + colon + 1 + blank;
        if !is_plain_state(&held[blank..]) {
            parts.push(start..start + held.len() - blank);
        }
        at += next;
        if at == value.end {
            return Some(parts);
        }
    }
    None
}

/// Where the first line ends, at a break that may be escaped, and where the next one begins.
fn line_of_headers(text: &[u8]) -> (usize, usize) {
    let mut from = 0;
    while let Some(at) = memchr::memchr2(b'\n', b'\\', &text[from..]).map(|at| from + at) {
        let run = text[at..].iter().take_while(|b| **b == b'\\').count();
        let end = at + run;
        if run == 0 || text.get(end) == Some(&b'n') {
            return (at, end + 1);
        }
        from = end;
    }
    (text.len(), text.len())
}

/// Attributes of a cookie, which say how long and where it is valid.
const ATTRIBUTES: [&[u8]; 9] =
    [b"path", b"domain", b"expires", b"max-age", b"secure", b"httponly", b"samesite", b"partitioned", b"priority"];

fn is_set_cookie(name: &[u8]) -> bool {
    let letters = name.iter().filter(|b| b.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect::<Vec<u8>>();
    letters.ends_with(b"setcookie")
}

/// The values of cookies, without their names and attributes.
fn of_cookies(text: &[u8], value: &Range<usize>) -> Option<Vec<Range<usize>>> {
    let mut parts = Vec::new();
    // Go writes the values of a header in brackets.
    let bracketed = text[value.clone()].starts_with(b"[") && text[value.clone()].ends_with(b"]");
    let value = if bracketed { value.start + 1..value.end - 1 } else { value.clone() };
    let mut at = value.start;
    for _ in 0..MOST {
        let end = end_of_string(text, at, value.end)?;
        let mut fresh = true;
        let mut piece = at;
        for part in text[at..end.start].split(|b| *b == b';') {
            of_piece(text, piece..piece + part.len(), fresh, &mut parts);
            piece += part.len() + 1;
            fresh = false;
        }
        if end.end >= value.end {
            return Some(parts);
        }
        at = end.end;
    }
    None
}

/// Where a string ends in a list of strings and where the next one begins; `None` at a quotation mark that stands for something else.
fn end_of_string(text: &[u8], at: usize, limit: usize) -> Option<Range<usize>> {
    let Some(mark) = memchr::memchr2(b'"', b'\'', &text[at..limit]).map(|mark| at + mark) else {
        return Some(limit..limit);
    };
    let depth = text[at..mark].iter().rev().take_while(|b| **b == b'\\').count();
    let rest = text[mark + 1..limit].trim_ascii_start().strip_prefix(b",")?.trim_ascii_start();
    let next = limit - rest.len() + depth;
    (text.get(next) == Some(&text[mark])).then_some(mark - depth..next + 1)
}

/// Adds what goes of a cookie, or of what follows it: attributes stay, and behind one of them a comma may lead to the next cookie.
fn of_piece(text: &[u8], piece: Range<usize>, fresh: bool, parts: &mut Vec<Range<usize>>) {
    let here = &text[piece.clone()];
    let equals = memchr::memchr(b'=', here);
    let key = here[..equals.unwrap_or(here.len())].trim_ascii();
    let is_attribute = ATTRIBUTES.iter().any(|known| key.eq_ignore_ascii_case(known));
    let held = if fresh {
        let named = equals.filter(|_| !key.is_empty() && key.len() <= LONGEST && key.iter().all(|b| is_token_byte(*b)));
        piece.start + named.map_or(0, |equals| equals + 1)..piece.end
    } else if is_attribute {
        let next = memchr::memchr_iter(b',', here).find_map(|comma| {
            let rest = here[comma + 1..].trim_ascii_start();
            let name = rest.iter().take(LONGEST).take_while(|b| is_token_byte(**b)).count();
            (name > 0 && rest.get(name) == Some(&b'=')).then_some(here.len() - rest.len() + name + 1)
        });
        piece.start + next.unwrap_or(here.len())..piece.end
    } else {
        piece
    };
    if !is_plain_state(&text[held.clone()]) {
        parts.push(held);
    }
}
