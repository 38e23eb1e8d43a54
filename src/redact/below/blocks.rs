//! Codes under their heading, the default of a variable of HCL, a part of a form.

use std::ops::Range;

use super::{Reader, Said, What, lead_with, line_around};
use crate::model::vocabulary::PersonalKind::User;
use crate::redact::identity::{is_full_name, is_name_of_user};
use crate::redact::line_leads::lead_of;
use crate::redact::names::Names;
use crate::redact::state_words::is_plain_state;

/// Most lines of other text between a heading and its codes.
const MOST_OTHERS: usize = 2;
/// Most codes of one list.
const MOST_CODES: usize = 40;

/// Codes that recover an account, each on its line or several beside each other.
pub(super) struct Codes {
    others: usize,
    seen: usize,
    lead: Vec<u8>,
    /// What stands before the heading on its line, behind a time: the level of a log.
    prefix: Vec<u8>,
    /// The last line of codes.
    last: Vec<u8>,
}

impl Codes {
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Option<Self> {
        let line = line_around(text, word.start)?;
        // A heading ends soon after its words, and what stands before them is short.
        let short = word.start - line.start <= 80 && line.end.saturating_sub(word.end) <= 60;
        let head = &text[line.start..word.start];
        let own = lead_of(head);
        let prefix = if own.of_program { head[own.length.min(head.len())..].to_vec() } else { Vec::new() };
        short.then(|| Self { prefix, others: 0, seen: 0, lead: lead_with(text, word, b"\n"), last: Vec::new() })
    }
}

impl Reader for Codes {
    fn line(&mut self, line: &[u8]) -> Said {
        let lead = lead_of(line);
        let from = if lead.of_program { lead.length } else { 0 };
        let from = from + if line[from..].starts_with(&self.prefix) { self.prefix.len() } else { 0 };
        let body = line[from..].trim_ascii();
        if body.is_empty() {
            return Said::Nothing;
        }
        let marks = marks_of_list(&line[from..]);
        let value = line[from + marks..].trim_ascii_end();
        if is_codes(value) && self.seen < MOST_CODES {
            self.seen += 1;
            self.last = [line, b"\n"].concat();
            return Said::Value(from + marks..from + marks + value.len(), What::Secret);
        }
        self.others += 1;
        if self.seen > 0 || self.others > MOST_OTHERS { Said::Ended } else { Said::Nothing }
    }

    fn context(&self) -> Vec<u8> {
        [&self.lead, &b".\n".repeat(self.others)[..], &self.last].concat()
    }
}

/// Length of what stands before an entry of a list: blanks, a dash, a number with a dot, a box.
fn marks_of_list(line: &[u8]) -> usize {
    let blanks = |at: usize| at + line[at..].iter().take_while(|b| b" \t*-+|>[]".contains(b)).count();
    let at = blanks(0);
    let digits = line[at..].iter().take(2).take_while(|b| b.is_ascii_digit()).count();
    let mark = line.get(at + digits).is_some_and(|b| b".):".contains(b)) && line.get(at + digits + 1) == Some(&b' ');
    if digits > 0 && mark { blanks(at + digits + 1) } else { at }
}

/// Whether a line holds codes and nothing else.
fn is_codes(line: &[u8]) -> bool {
    let mut parts = line.split(|b| b" \t|,".contains(b)).filter(|part| !part.is_empty());
    let code = |part: &[u8]| {
        let digits = part.iter().filter(|b| b.is_ascii_digit()).count();
        let halves = part.split(|b| *b == b'-').all(|half| (3..=20).contains(&half.len()));
        digits > 0 && halves && part.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    };
    let digits = line.iter().filter(|b| b.is_ascii_digit()).count();
    let dated = line.get(4) == Some(&b'-') && line.get(7) == Some(&b'-');
    is_device_code(line) || (6..=160).contains(&line.len()) && digits > 1 && !dated && parts.all(code)
}

/// Whether a line is the code of a device that is about to be authorized: `ABCD-EFGH`.
fn is_device_code(line: &[u8]) -> bool {
    let fits = |(at, b): (usize, &u8)| if at == 4 { *b == b'-' } else { b.is_ascii_uppercase() || b.is_ascii_digit() };
    line.len() == 9 && line.iter().enumerate().all(fits)
}

/// Most lines of a block.
const MOST_LINES: usize = 40;

/// `variable "db_password" {`, and the same of other blocks: a value stands under a name that says nothing.
pub(super) struct Block {
    lead: Vec<u8>,
    lines: usize,
}

impl Block {
    pub(super) fn new(names: &Names, text: &[u8], word: &Range<usize>) -> Option<Self> {
        let rest = &text[word.end..text.len().min(word.end + 128)];
        let name = &rest[..memchr::memchr(b'"', rest)?];
        let opens = rest[name.len() + 1..].trim_ascii_start().starts_with(b"{");
        let is_credential = names.judge(name).is_some();
        (opens && is_credential).then(|| Self { lead: lead_with(text, word, &[name, b"\" {\n"].concat()), lines: 0 })
    }
}

impl Reader for Block {
    fn line(&mut self, line: &[u8]) -> Said {
        let lead = lead_of(line);
        let body = if lead.of_program { &line[lead.length..] } else { line };
        // A plan shows what it adds and changes.
        let body = body.trim_ascii_start();
        let body = body.strip_prefix(b"+ ").or_else(|| body.strip_prefix(b"~ ")).unwrap_or(body).trim_ascii_start();
        self.lines += 1;
        if body.starts_with(b"}") || self.lines > MOST_LINES {
            return Said::Ended;
        }
        let Some(rest) = body.strip_prefix(b"default").or_else(|| body.strip_prefix(b"value")) else {
            return Said::Nothing;
        };
        let Some(rest) = rest.trim_ascii_start().strip_prefix(b"=") else { return Said::Nothing };
        let Some(inner) = rest.trim_ascii_start().strip_prefix(b"\"") else { return Said::Nothing };
        let end = memchr::memchr(b'"', inner).unwrap_or(inner.len());
        let start = line.len() - inner.len();
        let value = &inner[..end];
        if value.is_empty() || is_plain_state(value) || value.starts_with(b"${") {
            return Said::Nothing;
        }
        Said::Value(start..start + end, What::Secret)
    }

    fn context(&self) -> Vec<u8> {
        [&self.lead[..], &b"\n".repeat(self.lines)].concat()
    }
}

/// A part of a form whose name is a credential's.
pub(super) struct Part {
    lead: Vec<u8>,
    /// Whether the blank line was seen behind which the value begins.
    opened: bool,
    lines: usize,
}

/// Most headers of a part.
const MOST_HEADERS: usize = 6;

impl Part {
    pub(super) fn new(names: &Names, text: &[u8], word: &Range<usize>) -> Option<Self> {
        let rest = &text[word.end..text.len().min(word.end + 128)];
        let inner = rest.strip_prefix(b"\"").unwrap_or(rest);
        let name = &inner[..inner.iter().position(|b| b"\"\r\n;".contains(b))?];
        let is_credential = names.judge(name).is_some();
        let lead = lead_with(text, word, &[b"\"", name, b"\"\n"].concat());
        is_credential.then_some(Self { lead, opened: false, lines: 0 })
    }
}

impl Reader for Part {
    fn line(&mut self, line: &[u8]) -> Said {
        let lead = lead_of(line);
        let sent =
            usize::from(line.first().is_some_and(|b| b"<>".contains(b)) && line.get(1).is_none_or(|b| *b == b' '));
        let from = if lead.of_program { lead.length } else { sent };
        let from = from + line[from..].iter().take_while(|b| **b == b' ').count();
        let body = line[from..].trim_ascii();
        self.lines += 1;
        if !self.opened {
            self.opened = body.is_empty();
            let header = body.is_empty() || memchr::memmem::find(body, b": ").is_some();
            return if header && self.lines <= MOST_HEADERS { Said::Nothing } else { Said::Ended };
        }
        if body.is_empty() || body.starts_with(b"--") || is_plain_state(body) {
            return Said::Ended;
        }
        Said::Last(from..from + line[from..].trim_ascii_end().len(), What::Secret)
    }

    fn context(&self) -> Vec<u8> {
        let blank: &[u8] = if self.opened { b"\n" } else { b"" };
        [&self.lead, &b"-: -\n".repeat(self.lines - usize::from(self.opened))[..], blank].concat()
    }
}

/// Most lines of an object that says who someone is.
const MOST_OF_PERSON: usize = 12;

/// `"author": {`, with the name of a person in a line below.
pub(super) struct Person {
    lead: Vec<u8>,
    lines: usize,
}

impl Person {
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Self {
        Self { lead: lead_with(text, word, b"\n"), lines: 0 }
    }
}

impl Reader for Person {
    fn line(&mut self, line: &[u8]) -> Said {
        self.lines += 1;
        let body = line.trim_ascii();
        if body.starts_with(b"}") || self.lines > MOST_OF_PERSON {
            return Said::Ended;
        }
        let keys = [&b"\"name\":"[..], b"\"displayName\":", b"name:"];
        let value = keys.iter().find_map(|key| body.strip_prefix(*key));
        let Some(value) = value.and_then(|rest| rest.trim_ascii_start().strip_prefix(b"\"")) else {
            return Said::Nothing;
        };
        // A product has no account of its own.
        let of_account = body.starts_with(b"\"d") && self.lead.to_ascii_lowercase().starts_with(b"oauth");
        let end = memchr::memchr(b'"', value).unwrap_or(value.len());
        let start = line.len() - (line.len() - line.trim_ascii_end().len()) - value.len();
        if is_full_name(&value[..end]) || of_account && is_name_of_user(&value[..end]) {
            Said::Last(start..start + end, What::Person(User))
        } else {
            Said::Ended
        }
    }

    fn context(&self) -> Vec<u8> {
        [&self.lead[..], &b"\n".repeat(self.lines)].concat()
    }
}
