//! Tables of names and values, as PowerShell shows the environment, the password in a here-document that a command reads, and the prompt below its name in a list.

use std::ops::Range;

use super::{Reader, Said, What, is_in, lead_with, line_around};
use crate::model::vocabulary::PersonalKind;
use crate::redact::content;
use crate::redact::identity::is_name_of_user;
use crate::redact::line_leads::without_time;
use crate::redact::names::Names;
use crate::redact::state_words::is_plain_state;

/// Most rows of a table.
const MOST_ROWS: usize = 400;

/// The rows below the head of such a table.
pub(super) struct Variables {
    lead: Vec<u8>,
    rows: usize,
}

impl Variables {
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Self {
        Self { lead: lead_with(text, word, b"\n"), rows: 0 }
    }
}

impl Reader for Variables {
    fn line(&mut self, line: &[u8]) -> Said {
        let body = line.trim_ascii_end();
        let name = body.iter().position(|b| *b == b' ').unwrap_or(body.len());
        let value = name + body[name..].iter().take_while(|b| **b == b' ').count();
        self.rows += 1;
        if body.is_empty() || body.starts_with(b" ") || self.rows > MOST_ROWS {
            return Said::Ended;
        }
        let text = &body[value..];
        let lower = body[..name].to_ascii_lowercase();
        if text.is_empty() || is_plain_state(text) || text.starts_with(b"{") || text.starts_with(b"[") {
            return Said::Nothing;
        }
        let is_credential = Names::get().is_some_and(|names| names.judge(&body[..name]).is_some());
        let what = if is_credential {
            What::Secret
        } else if is_in(|table| &table.user_variables, &lower) && is_name_of_user(text) {
            What::Person(PersonalKind::User)
        } else if is_in(|table| &table.machine_variables, &lower) && is_name_of_user(text) {
            What::Person(PersonalKind::Host)
        } else if content::is_key(&lower) && text.contains(&b' ') {
            What::Content
        } else {
            return Said::Nothing;
        };
        Said::Value(value..body.len(), what)
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}

/// What ends a here-document, in its usual marks.
const MARKS: &[u8] = b"-~'\" \\";

/// The first line of a here-document that a command reads a password from.
pub(super) struct Input {
    lead: Vec<u8>,
}

impl Input {
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Option<Self> {
        let line = line_around(text, word.start)?;
        let rest = &text[word.start..line.end];
        let open = memchr::memmem::find(rest, b"<<")? + 2;
        let mark = rest[open..].iter().take_while(|b| MARKS.contains(b)).count();
        let named = rest.get(open + mark).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
        // `-s` runs a shell, and `-S` reads a password.
        let of_shell = text[word.clone()].ends_with(b"-s ");
        (named && !of_shell).then(|| Self { lead: [&text[word.start..line.end], b"\n"].concat() })
    }
}

impl Reader for Input {
    fn line(&mut self, line: &[u8]) -> Said {
        let blanks = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let value = line[blanks..].trim_ascii_end();
        // `chpasswd` reads the name of the user before it.
        let user = memchr::memchr(b':', value).filter(|_| memchr::memmem::find(&self.lead, b"chpasswd").is_some());
        let from = user.map_or(0, |colon| colon + 1);
        if value[from..].is_empty() || value.starts_with(b"$") || is_plain_state(value) {
            return Said::Ended;
        }
        Said::Last(blanks + from..blanks + value.len(), What::Secret)
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}

/// The line below the name of a prompt: the next argument of a list, or the value of a variable.
pub(super) struct Item {
    lead: Vec<u8>,
    of_pair: bool,
    /// Whether the option is one of JSON, whose elements have no dash, and whether it means other things to other programs.
    of_json: bool,
    means_more: bool,
}

impl Item {
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Option<Self> {
        let line = line_around(text, word.start)?;
        let here = &text[line];
        let body = bare(here).strip_prefix(b"- ").unwrap_or_else(|| bare(here));
        let of_pair = body.starts_with(b"name: ") || body.starts_with(b"Name: ") || body.starts_with(b"name = ");
        (of_pair || body.starts_with(b"-") || body.starts_with(b"\"-")).then(|| Self {
            lead: [here, b"\n"].concat(),
            of_pair,
            of_json: body.starts_with(b"\"-"),
            means_more: matches!(body, b"-p" | b"--print" | b"\"-p\"," | b"\"--print\","),
        })
    }
}

/// A line without the time and the blanks around it.
fn bare(line: &[u8]) -> &[u8] {
    without_time(line).trim_ascii()
}

impl Reader for Item {
    fn line(&mut self, line: &[u8]) -> Said {
        let body = bare(line);
        let body = if self.of_json { body.strip_suffix(b",").unwrap_or(body) } else { body };
        let value = match (self.of_pair, self.of_json) {
            (true, _) => body.strip_prefix(b"value:"),
            (_, true) => Some(body).filter(|body| body.starts_with(b"\"")),
            _ => body.strip_prefix(b"- "),
        };
        let Some(value) = value.map(<[u8]>::trim_ascii_start).filter(|value| !value.starts_with(b"-")) else {
            return Said::Ended;
        };
        let all = line.trim_ascii_end();
        let end = all.len() - usize::from(self.of_json && all.ends_with(b","));
        let start = end - value.len();
        let quoted = value.len() > 1 && b"\"'".contains(&value[0]) && value.last() == value.first();
        let text = start + usize::from(quoted)..end - usize::from(quoted);
        // A version, a path, a template.
        let is_text = line[text.clone()].contains(&b' ') && !value.starts_with(b"$") && !value.starts_with(b"{");
        let is_text = is_text && (!self.means_more || content::is_said(&line[text.clone()]));
        if is_text { Said::Last(text, What::Content) } else { Said::Ended }
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}
