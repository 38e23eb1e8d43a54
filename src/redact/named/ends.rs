//! Where values end that have no quotation marks: passwords with blanks, credentials of headers, settings behind semicolons.

use std::ops::Range;

use super::Position;
use crate::redact::shapes::{is_mixed, is_random};
use crate::redact::text_edges::begins_pair;

/// So much of a line is looked at.
const LONGEST_LINE: usize = 16 * 1024;

/// Where a value without blanks ends: before another setting behind a semicolon, as connection strings have it.
pub(super) fn setting_end(value: &[u8]) -> usize {
    let begins_setting = |at: &usize| {
        let name = value[at + 1..].iter().take(32).take_while(|b| b.is_ascii_alphabetic()).count();
        name > 3 && value.get(at + 1 + name) == Some(&b'=')
    };
    let end = memchr::memchr_iter(b';', value).find(begins_setting).unwrap_or(value.len());
    next_pair(&value[..end]).unwrap_or(end)
}

/// Where a mark stands behind which another pair begins, as forms, layouts of logs and LEEF have it: `value&grant_type=x`, `value|status=529`; and the
/// byte that ends a variable in the environment of a process.
pub(super) fn next_pair(value: &[u8]) -> Option<usize> {
    let begins_pair = |at: &usize| {
        let name = value[at + 1..].iter().take(32).take_while(|b| b.is_ascii_alphabetic() || **b == b'_').count();
        name > 2 && value.get(at + 1 + name) == Some(&b'=')
    };
    let nul = memchr::memchr(0, value);
    let end = nul.unwrap_or(value.len());
    memchr::memchr3_iter(b'&', b'|', b'^', &value[..end]).take(MOST_BREAKS).find(begins_pair).or(nul)
}

/// Where an escaped line break stands behind which another setting begins, or the text ends: `x\nSTATUS=503\n`.
pub(super) fn escaped_break(line: &[u8]) -> Option<usize> {
    let ends = |at: &usize| {
        let rest = line[*at..].iter().position(|b| *b != b'\\').map_or(&[][..], |next| &line[at + next..]);
        let Some(rest) = rest.strip_prefix(b"n").or_else(|| rest.strip_prefix(b"r")) else { return false };
        rest.is_empty() || matches!(rest[0], b'"' | b'\'' | b'\\') || begins_pair(rest)
    };
    memchr::memchr_iter(b'\\', line).take(MOST_BREAKS).find(ends)
}

/// Most backslashes of a line that are looked at: a limit to the work on hostile input.
const MOST_BREAKS: usize = 64;

/// Where a password ends that may hold blanks: at the end of its line, or before the next field, or before the command that the shell is to run with it.
/// `word` is where its first word ends.
pub(super) fn password_end(line: &[u8], word: usize, variable: bool) -> usize {
    let options = || line[word..].split(|b| *b == b' ').any(|part| part.starts_with(b"-") && part.len() > 1);
    if variable && line.get(word) == Some(&b' ') && options() {
        return word;
    }
    let is_setting = |at: &usize| {
        let rest = &line[at + 1..];
        let name = rest.iter().take(32).take_while(|b| b.is_ascii_lowercase() || **b == b'_').count();
        name > 3 && rest.get(name) == Some(&b'=') && rest.get(name + 1).is_some_and(|b| *b != b' ')
            || rest.starts_with(b"--") && rest.get(2).is_some_and(u8::is_ascii_lowercase) && rest.contains(&b'=')
    };
    let line = &line[..memchr::memchr_iter(b' ', line).find(is_setting).unwrap_or(line.len())];
    let is_field = |at: &usize| {
        let rest = line[at + 1..].strip_prefix(b" ").unwrap_or(&line[at + 1..]);
        let rest = rest.strip_prefix(b"0").filter(|_| line[*at] == b'\\').unwrap_or(rest);
        let name = rest.iter().take(32).take_while(|b| b.is_ascii_alphabetic() || b"_ ".contains(b)).count();
        name > 3 && rest.get(name) == Some(&b'=')
    };
    let end = memchr::memchr3_iter(b';', b',', b'\\', line).find(is_field).unwrap_or(line.len());
    next_pair(&line[..end]).unwrap_or(end)
}

/// Where the credential of a header ends that stands in the middle of a line: before ` status=401` or ` request-id: req_...`.
/// Parameters of the header itself are pairs with `=` and follow a comma, a semicolon or the name of the scheme.
pub(super) fn credential_end(value: &[u8]) -> usize {
    let (mut scheme, mut goes_on) = (false, true);
    let mut at = 0;
    for (index, token) in value.split(|b| *b == b' ').enumerate() {
        let name = token.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(**b, b'_' | b'.' | b'-')).count();
        let pair = name > 0 && token.get(name) == Some(&b'=') && token.len() > name + 1;
        let header = name > 1 && &token[name..] == b":" && !(index == 1 && scheme);
        if index > 0 && (header || (pair && !goes_on)) {
            let credential = value[..at - 1].trim_ascii_end();
            return credential.strip_suffix(b",").unwrap_or(credential).len();
        }
        scheme |= index == 0 && name == token.len() && !is_random(token);
        goes_on = (index == 0 && scheme) || token.is_empty() || matches!(token.last(), Some(b',' | b';'));
        at += token.len() + 1;
    }
    value.len()
}

/// The end of a header's value: the line's end, real or escaped, or the quotation mark that the whole header stands in.
pub(super) fn header_end(text: &[u8], at: usize, name: &Range<usize>) -> usize {
    let around = text[..name.start].last().copied().filter(|b| b"\"'`".contains(b));
    let rest = &text[at..line_end(text, at)];
    // The values of a header in a map that Go prints: `Authorization:[Bearer ...] X-Request-Id:[...]`.
    if let Some(end) = end_of_go_values(rest) {
        return at + end;
    }
    let stop = rest.iter().enumerate().position(|(index, byte)| match byte {
        b'\\' => matches!(rest.get(index + 1), Some(b'r' | b'n' | b'"' | b'\'')),
        b'"' | b'\'' | b'`' => around == Some(*byte) || rest.get(index + 1).is_none_or(|b| b" ,)}]\\".contains(b)),
        _ => false,
    });
    at + stop.unwrap_or(rest.len())
}

/// Length of the values in brackets that begin here, where another field or the end of the map follows them.
pub(super) fn end_of_go_values(rest: &[u8]) -> Option<usize> {
    if rest.first() != Some(&b'[') {
        return None;
    }
    let mut depth = 0usize;
    let closes = |byte: &u8| {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    };
    let end = rest.iter().position(closes)? + 1;
    let after = &rest[end..];
    let name = after.strip_prefix(b" ").map_or(0, |field| {
        field.iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || matches!(**b, b'-' | b'_')).count()
    });
    let goes_on = name > 0 && after[1 + name..].starts_with(b":");
    (goes_on || matches!(after.first(), None | Some(b']' | b'}' | b')'))).then_some(end)
}

/// The end of a line, or of as much of it as is looked at.
pub(super) fn line_end(text: &[u8], at: usize) -> usize {
    let most = text.len().min(at + LONGEST_LINE);
    memchr::memchr2(b'\n', b'\r', &text[at..most]).map_or(most, |end| at + end)
}

/// Longest value in braces.
const LONGEST_BRACED: usize = 128;

/// The password between the braces that connection strings of ODBC and JDBC put around one with marks in it: `PWD={value};`. A closing brace in it is doubled.
pub(super) fn in_braces(text: &[u8], position: &Position, kind: &str, at: usize) -> Option<Range<usize>> {
    let near = &text[at..text.len().min(at + LONGEST_BRACED)];
    let inner = near.strip_prefix(b"{").filter(|_| kind == "password" && !position.colon)?;
    let mut close = memchr::memchr2(b'}', b'\n', inner)?;
    while inner[close] == b'}' && inner.get(close + 1) == Some(&b'}') {
        close += 2 + memchr::memchr2(b'}', b'\n', &inner[close + 2..])?;
    }
    let plain = !inner[..close].iter().any(|b| b"{\"' ".contains(b)) && inner[close] == b'}';
    let ends = inner.get(close + 1).is_none_or(|b| b";&\"'\r\n\\".contains(b));
    // A name in braces is what a program will put there.
    let is_name = inner[..close].iter().all(|b| b.is_ascii_alphabetic() || b"_.".contains(b));
    (plain && ends && !is_name && is_mixed(&inner[..close])).then_some(at + 1..at + 1 + close)
}
