//! Values that stand in the lines below their name: blocks of YAML, and the credential behind the scheme that a line ends in.

use std::ops::Range;

use super::ends::line_end;
use super::{LONGEST_NAME, LONGEST_VALUE, is_name_byte, is_scheme};
use crate::redact::content::{indentation, untagged};
use crate::redact::line_leads::without_time;
use crate::redact::names::Names;
use crate::redact::quoted::{self, Quote};
use crate::redact::shapes::is_mixed;

/// How far the key of YAML is indented whose value, a credential, stands in the lines below: `password: |`.
pub(in crate::redact) fn opens_block(names: &Names, line: &[u8]) -> Option<usize> {
    let may_open = line.last().is_some_and(|b| b"|>+-".contains(b) || b.is_ascii_digit());
    let colon = memchr::memrchr(b':', line).filter(|colon| may_open && is_block(&line[colon + 1..]))?;
    let key = &line[..colon];
    let key = key.strip_suffix(b"\"").or_else(|| key.strip_suffix(b"'")).unwrap_or(key);
    let length = key.iter().rev().take(LONGEST_NAME).take_while(|b| is_name_byte(**b)).count();
    names.trust(&key[key.len() - length..]).map(|_| indentation(line))
}

/// Whether a line ends in the constructor of a value whose name is around a stem, as Rust shows one over several lines: `api_key: Some(`.
pub(in crate::redact) fn opens_constructor(names: &Names, line: &[u8], stem: &Range<usize>) -> bool {
    let line = line.trim_ascii_end();
    let lead = super::without_constructors(line);
    let opens = lead.len() < line.len() && stem.end <= lead.len() && super::ends_open(lead.trim_ascii_end());
    opens && names.trust(&line[super::whole_name(line, stem.start, stem.end)]).is_some()
}

/// The header whose credential stands behind a scheme.
const HEADER: &[u8] = b"authorization";

/// Whether a line ends in the scheme of a credential alone, which then stands in the next line: `'authorization': 'Bearer '`, `authorization: Bearer`.
pub(in crate::redact) fn ends_in_scheme(line: &[u8]) -> bool {
    let blank = memchr::memrchr(b' ', &line[line.len().saturating_sub(16)..]);
    let last = blank.map(|blank| line.len().min(16) - blank).map(|tail| line.split_at(line.len() - tail));
    let is_header = |lead: &[u8]| {
        let name = lead.strip_suffix(b":").and_then(|lead| lead.last_chunk::<{ HEADER.len() }>());
        name.is_some_and(|name| name.eq_ignore_ascii_case(HEADER))
    };
    if last.is_some_and(|(lead, word)| is_scheme(&word[1..]) && is_header(lead)) {
        return true;
    }
    let scheme = line.strip_suffix(b" '").or_else(|| line.strip_suffix(b" \""));
    scheme.is_some_and(|line| {
        let word = line.iter().rev().take(16).take_while(|b| b.is_ascii_alphabetic()).count();
        let (lead, word) = line.split_at(line.len() - word);
        lead.last().is_some_and(|mark| b"\"'".contains(mark)) && is_scheme(word)
    })
}

/// Whether a value of YAML stands in the lines below: `password: |`, `token: >-`.
fn is_block(value: &[u8]) -> bool {
    matches!(untagged(value.trim_ascii()), [b'|' | b'>', rest @ ..] if rest.len() < 3 && rest.iter().all(|b| b"+-123456789".contains(b)))
}

/// The lines below a key that are indented deeper, where its value is such a block; nothing where there are none.
pub(super) fn block_below(text: &[u8], name: &Range<usize>, at: usize) -> Option<Range<usize>> {
    let line_end = line_end(text, at);
    if !is_block(&text[at..line_end]) {
        return None;
    }
    let near = &text[name.start.saturating_sub(LONGEST_NAME)..name.start];
    let lead = memchr::memrchr(b'\n', near).map_or(near, |newline| &near[newline + 1..]);
    // Behind the dash of a list, the other keys of the mapping stand as deep as this one.
    let lead = without_time(lead);
    let dash = lead.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'-')).count();
    let indent = if lead[..dash].ends_with(b"- ") { dash } else { indentation(lead) };
    let first = line_end + text[line_end..].iter().take(2).take_while(|b| b"\r\n".contains(b)).count();
    let (mut start, mut end) = (line_end, line_end);
    let mut next = first;
    while next < text.len().min(at + LONGEST_VALUE) {
        let stop = memchr::memchr(b'\n', &text[next..]).map_or(text.len(), |newline| next + newline);
        let line = text[next..stop].trim_ascii_end();
        let depth = indentation(line);
        if !line.is_empty() && depth <= indent {
            break;
        }
        if !line.is_empty() {
            let lead = line.len() - without_time(line).len();
            start = if end == line_end { next + lead + depth } else { start };
            end = next + line.len();
        }
        next = stop + 1;
    }
    Some(start..end)
}

/// Fewest characters of a credential that YAML folds behind its scheme.
const SHORTEST: usize = 16;

/// The credential in the line below its scheme, which is indented: `authorization: Bearer` that YAML folds before a long token.
pub(super) fn token_below(text: &[u8], header: Range<usize>) -> Option<Range<usize>> {
    is_scheme(text[header.clone()].trim_ascii()).then_some(())?;
    let rest = text[header.end..].trim_ascii_start();
    let start = text.len() - rest.len();
    let gap = &text[header.end..start];
    let length = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || b"-._~+/=".contains(b)).count();
    let ends = rest.get(length).is_none_or(|b| b"\r\n,}".contains(b));
    let deeper = gap.contains(&b'\n') && gap.ends_with(b" ");
    (deeper && ends && length >= SHORTEST && is_mixed(&rest[..length])).then_some(start..start + length)
}

/// The credential behind a scheme that stands alone in its string, where the next line goes on, as `pprint` breaks long ones: `'Bearer '` and `'token'`.
pub(super) fn behind_scheme(window: &[u8], scheme: Range<usize>, quote: Quote) -> Option<Range<usize>> {
    let word = window[scheme.clone()].strip_suffix(b" ").filter(|word| is_scheme(word))?;
    let next = scheme.start + word.len() + 1 + quote.len();
    let rest = window.get(next..)?;
    let at = next + rest.len() - rest.trim_ascii_start().len();
    let (inner, start) =
        quoted::opening_at(window, at).filter(|_| rest.starts_with(b"\n") || rest.starts_with(b"\r"))?;
    quoted::closing(window, start, inner).map(|end| start..end)
}
