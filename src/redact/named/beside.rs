//! Values that stand beside their name without an assignment.

use std::ops::Range;

use super::skip;
use super::written::is_hexadecimal;
use crate::redact::names::{Names, Trust};
use crate::redact::quoted::{self, Quote};
use crate::redact::shapes::{is_evidence_id, is_mixed, is_random};
use crate::redact::state_words::{is_plain_state, is_short_number};

/// A value that looks random and stands beside a name of several words without an assignment: in a table (`| API_KEY | value |`),
/// in columns (`API_KEY,value`), after `(set): ` or an arrow, in `ENV API_KEY value`, in `key="ApiKey" value="..."`.
pub(super) fn beside(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let word = &text[name.clone()];
    let compound = word.iter().any(|b| matches!(b, b'_' | b'-'))
        || word.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    if !compound {
        return None;
    }
    if let Some(value) = set_by_command(text, name)
        .or_else(|| behind_tab(text, name))
        .or_else(|| in_next_cell(text, name))
        .or_else(|| in_next_quotes(text, name))
    {
        return Some(value);
    }
    // A table that a shell draws has a bar of its own.
    let mut at = skip(text, name.end, b" \t\"'`|,;\xe2\x94\x82\x83");
    for between in [&b"(set)"[..], b"is ", b"value=", b"Value=", b"-b", b"--body", b"-> ", b"REG_SZ", b"REG_EXPAND_SZ"]
    {
        if text[at..].starts_with(between) {
            at += between.len();
        }
    }
    at = skip(text, at, b" \t\"'`|:");
    if at == name.end || at > name.end + 80 {
        return None;
    }
    let length =
        text[at..].iter().take(512).take_while(|b| b.is_ascii_alphanumeric() || b"_-+=~/.".contains(b)).count();
    let length = text[at..at + length].trim_ascii_end().strip_suffix(b".").map_or(length, <[u8]>::len);
    let value = &text[at..at + length];
    let blanks = || text[name.end..at].iter().all(|b| *b == b' ');
    (is_random(value) || is_uuid(value) && blanks() || is_hexadecimal(value) && names_credential(word))
        .then_some(at..at + length)
}

fn names_credential(name: &[u8]) -> bool {
    Names::get().is_some_and(|names| names.trust(name) == Some(Trust::Strong))
}

/// Most bytes of a cell of a table that holds a name or a value.
const LONGEST_CELL: usize = 4096;

/// The word in the cell behind the one that is a name and nothing else: `| SecretAccessKey | value |`, also where the borders of tables stand in others.
fn in_next_cell(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let before = text[..name.start].iter().rev().take(64).find(|b| **b != b' ');
    let bar = skip(text, name.end, b" ");
    if before != Some(&b'|') || text.get(bar) != Some(&b'|') {
        return None;
    }
    let start = skip(text, bar + 1, b" ");
    let near = &text[start..text.len().min(start + LONGEST_CELL)];
    let end = memchr::memchr2(b'|', b'\n', near).filter(|end| near[*end] == b'|')?;
    let value = near[..end].trim_ascii_end();
    let plain = |b: &u8| b.is_ascii_graphic() && !b"()<>`\"'".contains(b);
    let whole = value.len() >= 8 && value.iter().all(plain) && is_mixed(value);
    (whole && !is_plain_state(value) && !is_evidence_id(value) && names_credential(&text[name.clone()]))
        .then_some(start..start + value.len())
}

/// Forms of Lisp that give a name a value.
const LISP: [&[u8]; 6] = [b"(setq ", b"(setopt ", b"(defvar ", b"(defconst ", b"(defcustom ", b"(def "];

/// The text between quotation marks behind the name between such marks and a blank, as commands and Lisp have it: `set "Anthropic:ApiKey" "value"`.
fn in_next_quotes(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let quote = quoted::closing_at(text, name.end);
    let next = name.end + quote.map_or(0, Quote::len);
    let (other, start) = quoted::opening_at(text, next + 1).filter(|_| text.get(next) == Some(&b' '))?;
    // Without marks around the name, only a form of Lisp tells.
    let of_lisp = || LISP.iter().any(|form| text[..name.start].ends_with(form));
    if quote.is_none() && !of_lisp() || quote.is_some_and(|quote| quote != other) {
        return None;
    }
    let end = quoted::closing(&text[..text.len().min(start + LONGEST_CELL)], start, other)?;
    let value = &text[start..end];
    let whole = value.len() >= 8 && !value.iter().any(u8::is_ascii_whitespace) && is_mixed(value);
    (whole && !is_plain_state(value) && !is_evidence_id(value) && names_credential(&text[name.clone()]))
        .then_some(start..end)
}

/// What stands behind a variable and a tab, to the end of the line, as tables of variables are copied from a page: `DB_PASSWORD\tvalue`.
fn behind_tab(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let word = &text[name.clone()];
    let is_variable = word.contains(&b'_') && !word.iter().any(u8::is_ascii_lowercase);
    let begins = name.start == 0 || text[name.start - 1] == b'\n';
    if !is_variable || !begins || text.get(name.end) != Some(&b'\t') {
        return None;
    }
    let start = name.end + 1;
    let near = &text[start..text.len().min(start + 512)];
    let value = near[..memchr::memchr2(b'\n', b'\r', near).unwrap_or(near.len())].trim_ascii_end();
    let is_one = value.len() > 3 && !value.iter().any(u8::is_ascii_whitespace);
    (is_one && !is_plain_state(value) && !is_short_number(value)).then_some(start..start + value.len())
}

/// Commands and directives that set a variable or a header to the word behind its name: Apache, csh, Dockerfiles, nginx, `HAProxy`, Caddy, Windows.
const SETTERS: [&[u8]; 12] = [
    b"SetEnv",
    b"setenv",
    b"ENV",
    b"fastcgi_param",
    b"set -gx",
    b"set -x",
    b"setx",
    b"proxy_set_header",
    b"grpc_set_header",
    b"RequestHeader set",
    b"header_up",
    b"set-header",
];

/// The word behind a name that a command sets: `SetEnv DB_PASSWORD value`.
fn set_by_command(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let before = text[..name.start].strip_suffix(b" ")?.trim_ascii_end();
    let at = skip(text, name.end, b" \t");
    if at == name.end || !SETTERS.iter().any(|setter| before.ends_with(setter)) {
        return None;
    }
    let quote = text.get(at).filter(|b| b"\"'".contains(b));
    let start = at + usize::from(quote.is_some());
    let ends = |b: &u8| quote.map_or_else(|| b.is_ascii_whitespace() || b"\"';".contains(b), |quote| b == quote);
    let length = text[start..].iter().take(512).position(ends).unwrap_or_else(|| text.len().min(start + 512) - start);
    let value = &text[start..start + length];
    (value.len() > 3 && !is_plain_state(value) && !value.contains(&b'\n')).then_some(start..start + length)
}

fn is_uuid(value: &[u8]) -> bool {
    let marks = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let fits = |(at, b): (usize, &u8)| if marks(at) { *b == b'-' } else { b.is_ascii_hexdigit() };
    value.len() == 36 && value.iter().enumerate().all(fits)
}
