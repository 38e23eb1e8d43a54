//! Pairs whose name and value stand on lines of their own with other fields between them: `- name: API_TOKEN`, `optional: false`, `value: x`.

use std::ops::Range;

use super::requests::field_of;
use super::{Below, Reader, Rest, Said, What, as_context, line_of_text};
use super::{RULE, SECRET};
use crate::redact::content;
use crate::redact::finding::{Finding, Rank};
use crate::redact::names::Names;
use crate::redact::quoted;
use crate::redact::state_words::{is_plain_state, is_short_number};

/// Most fields between the name and the value.
const MOST_BETWEEN: usize = 5;
/// Longest line that names a pair.
const LONGEST_NAME_LINE: usize = 256;

/// The fields below a name.
struct Pair<'n> {
    names: &'n Names,
    lead: Vec<u8>,
    /// How far its fields are indented.
    depth: usize,
    between: usize,
}

/// The value below the line that a stem stands in, where that line names a credential and ends with it.
pub(in crate::redact) fn find(names: &Names, text: &[u8], stem: &Range<usize>) -> Option<Below> {
    ends_line(&text[stem.end..]).then_some(())?;
    let line = line_of_text(text, stem.start).filter(|line| line.len() <= LONGEST_NAME_LINE)?;
    let here = &text[line.clone()];
    let dash = content::indentation(here);
    let body = here.get(dash..)?;
    let depth = dash + if body.starts_with(b"- ") { 2 } else { 0 };
    let Some((key, value)) = field_of(&here[depth..]) else { return refused(names, text, &line, stem) };
    let is_name = names.pair_keys().iter().any(|known| known.as_bytes() == &here[depth..][key.clone()]);
    let value = here[depth + value..].trim_ascii();
    let value = value.strip_suffix(b",").unwrap_or(value);
    let bare = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value);
    let of_credential = || !bare.contains(&b' ') && names.judge(bare).is_some();
    if !is_name || !of_credential() {
        return None;
    }
    let mut pair = Pair { names, lead: as_context(here), depth, between: 0 };
    let from = line.end + text[line.end..].iter().take(2).take_while(|b| b"\r\n".contains(b)).count();
    let mut below = Below { findings: Vec::new(), end: stem.end, open: None };
    let mut push = |range: Range<usize>, _: What| {
        below.findings.push(Finding::new(range, &RULE, &SECRET, Rank::Named));
    };
    let (_, goes_on) = super::read(&mut pair, text, from, false, &mut push);
    below.open = (goes_on && text.ends_with(b"\n")).then(|| Rest { context: pair.context(), waits: 0 });
    Some(below)
}

/// What a check of pydantic says below the name of a field, with the input that it refuses.
struct Refused {
    lead: Vec<u8>,
}

/// How the input begins.
const INPUT: [&[u8]; 2] = [b"input_value='", b"input_value=\""];

/// The input that is refused below a line that is the name of a credential and nothing else.
fn refused(names: &Names, text: &[u8], line: &Range<usize>, stem: &Range<usize>) -> Option<Below> {
    let here = &text[line.clone()];
    let is_name = here.iter().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(b));
    if !is_name || names.judge(here).is_none() {
        return None;
    }
    let from = line.end + text[line.end..].iter().take(2).take_while(|b| b"\r\n".contains(b)).count();
    let mut below = Below { findings: Vec::new(), end: stem.end, open: None };
    let mut reader = Refused { lead: as_context(here) };
    let mut push = |range: Range<usize>, _: What| {
        below.findings.push(Finding::new(range, &RULE, &SECRET, Rank::Named));
    };
    let (_, goes_on) = super::read(&mut reader, text, from, false, &mut push);
    below.open = (goes_on && text.ends_with(b"\n")).then(|| Rest { context: reader.context(), waits: 0 });
    Some(below)
}

impl Reader for Refused {
    fn line(&mut self, line: &[u8]) -> Said {
        if !line.starts_with(b"  ") {
            return Said::Ended;
        }
        let mark = INPUT.iter().find_map(|mark| memchr::memmem::find(line, mark).map(|at| at + mark.len() - 1));
        let value = mark
            .and_then(|mark| quoted::opening_at(line, mark))
            .and_then(|(quote, start)| quoted::closing(line, start, quote).map(|end| start..end));
        value
            .filter(|value| value.len() > 2 && !is_plain_state(&line[value.clone()]))
            .map_or(Said::Ended, |value| Said::Last(value, What::Secret))
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}

/// Whether the rest of a name ends its line, with a quotation mark and a comma at most: a quick look.
fn ends_line(rest: &[u8]) -> bool {
    let name = rest.iter().take(96).take_while(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b)).count();
    let marks = rest[name..].iter().take(3).take_while(|b| b"\"',\r".contains(b)).count();
    matches!(rest.get(name + marks), Some(b'\n'))
}

impl Reader for Pair<'_> {
    fn line(&mut self, line: &[u8]) -> Said {
        if content::indentation(line) != self.depth {
            return Said::Ended;
        }
        // Wireshark says the length of a value before it.
        if line.trim_ascii_start().starts_with(b"Value Length: ") {
            self.lead.extend(as_context(line));
            return Said::Nothing;
        }
        let Some((key, value)) = field_of(line) else { return Said::Ended };
        let held = line[value..].trim_ascii();
        let held = held.strip_suffix(b",").unwrap_or(held);
        if held.is_empty() || held.starts_with(b"{") || held.starts_with(b"[") {
            return Said::Ended;
        }
        let is_key = |keys: &[String]| keys.iter().any(|known| known.as_bytes() == &line[key.clone()]);
        if !is_key(self.names.value_keys()) {
            self.between += 1;
            self.lead.extend(as_context(line));
            return if is_key(self.names.pair_keys()) || self.between > MOST_BETWEEN {
                Said::Ended
            } else {
                Said::Nothing
            };
        }
        let quoted = held.len() > 1 && b"\"'".contains(&held[0]) && held.last() == held.first();
        let inset = usize::from(quoted);
        let start = line.len() - line[value..].trim_ascii_start().len();
        let range = start + inset..start + held.len() - inset;
        if range.len() < 2 || is_short_number(held) && !quoted || is_plain_state(&line[range.clone()]) {
            return Said::Ended;
        }
        Said::Last(range, What::Secret)
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}
