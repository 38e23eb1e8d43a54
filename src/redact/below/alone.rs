//! Credentials that stand alone on a line below the one that announces them: what a program made for its user, the answers of a dialogue of mail, a file of
//! user and password inside a profile.

use std::ops::Range;

use super::{Reader, Said, What, as_context, line_around};
use crate::model::vocabulary::PersonalKind::User;
use crate::redact::identity::{is_full_name, is_name_of_user};
use crate::redact::line_leads::without_time;
use crate::redact::shapes::{is_evidence_id, is_mixed, is_random};
use crate::redact::state_words::is_plain_state;

/// Most empty lines, and lines of words, between the announcement and the credential.
const MOST_EMPTY: usize = 2;
/// Fewest characters of a credential.
const SHORTEST: usize = 6;

/// The line that an announcement stands in, as what the next one must be seen with.
fn lead_of(text: &[u8], word: &Range<usize>) -> Option<Vec<u8>> {
    line_around(text, word.start).map(|line| as_context(&text[line]))
}

/// The credential below its announcement: `Your new API token:`, an empty line, and the token.
pub(super) struct Alone {
    lead: Vec<u8>,
    empty: usize,
}

impl Alone {
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Option<Self> {
        let line = line_around(text, word.start)?;
        let rest = text[word.end..line.end].trim_ascii();
        // Words that end in a colon end their line; the others lead a sentence or a command.
        let open = !text[..word.end].ends_with(b":") && (rest.ends_with(b":") || rest.starts_with(b"-n"));
        (rest.is_empty() || open).then(|| Self { lead: as_context(&text[line]), empty: 0 })
    }
}

impl Reader for Alone {
    fn line(&mut self, line: &[u8]) -> Said {
        let bare = without_time(line).trim_ascii_start();
        let bare = without_quotation(bare);
        let value = bare.trim_ascii_end();
        if value.is_empty() && self.empty < MOST_EMPTY {
            self.empty += 1;
            self.lead.push(b'\n');
            return Said::Nothing;
        }
        if let Some(item) = item_of(bare) {
            let from = line.len() - bare.len();
            return Said::Value(from + item.start..from + item.end, What::Secret);
        }
        let from = line.len() - bare.len();
        let whole =
            value.len() >= SHORTEST && !value.iter().any(|b| b.is_ascii_whitespace() || b"\"'<>(){}".contains(b));
        let path = value.contains(&b'/') && !value.ends_with(b"=") || value.ends_with(b":");
        let fits = whole && !path && is_mixed(value) && !is_evidence_id(value) && !is_plain_state(value);
        if fits { Said::Last(from..from + value.len(), What::Secret) } else { Said::Ended }
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}

/// Fewest characters of a credential in a list.
const SHORTEST_ITEM: usize = 12;

/// The credential that is an item of a list, or what stands behind the name in it: `- value`, `- openrouter=value`.
fn item_of(line: &[u8]) -> Option<Range<usize>> {
    let item = line.strip_prefix(b"- ")?.trim_ascii();
    let mark = item.first().filter(|mark| b"\"'".contains(mark));
    let inner = mark.and_then(|mark| item[1..].strip_suffix(&[*mark])).unwrap_or(item);
    let is_name = |name: &[u8]| !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(b));
    let named = inner.iter().position(|b| *b == b'=').filter(|at| is_name(&inner[..*at]) && at + 2 < inner.len());
    let value = &inner[named.map_or(0, |sign| sign + 1)..];
    let plain = |b: &u8| b.is_ascii_graphic() && !b"\"'`:<>(){}[],/".contains(b);
    let whole = value.len() >= SHORTEST_ITEM && value.iter().all(plain) && !is_evidence_id(value);
    let made = if named.is_some() { is_mixed(value) } else { is_random(value) || is_hexadecimal(value) };
    let end = line.trim_ascii_end().len() - usize::from(inner.len() < item.len());
    (whole && made && !is_plain_state(value)).then(|| end - value.len()..end)
}

/// Whether a value is a key of 32 digits or more in hexadecimal.
fn is_hexadecimal(value: &[u8]) -> bool {
    value.len() >= 32 && is_mixed(value) && value.iter().all(u8::is_ascii_hexdigit)
}

/// A line without the marks of a mail that is quoted: `> > value`.
fn without_quotation(line: &[u8]) -> &[u8] {
    &line[line.iter().take(MOST_MARKS).take_while(|b| b"> ".contains(b)).count()..]
}

/// Most such marks, with the blanks between them.
const MOST_MARKS: usize = 16;

/// What programs write before a line that they sent.
const SENT: [&[u8]; 8] = [b"C: ", b"send: '", b"send: b'", b"~> ", b"-> ", b">>> ", b"> ", b"=> "];

/// The answer to the question of a server for a name or a password, in base64: `334 VXNlcm5hbWU6`.
pub(super) struct Answer {
    lead: Vec<u8>,
}

impl Answer {
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Option<Self> {
        Some(Self { lead: lead_of(text, word)? })
    }
}

impl Reader for Answer {
    fn line(&mut self, line: &[u8]) -> Said {
        let body = line.trim_ascii_start();
        let sent = SENT.iter().find_map(|lead| body.strip_prefix(*lead)).unwrap_or(body);
        let length = sent.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b)).count();
        let ends = sent.get(length).is_none_or(|b| b"\\'\"\r ".contains(b));
        let from = line.len() - sent.len();
        if ends && length > 3 && sent[..length].iter().any(|b| !b.is_ascii_digit()) {
            Said::Last(from..from + length, What::Secret)
        } else {
            Said::Ended
        }
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}

/// The user and the password inside a profile of `OpenVPN`: `<auth-user-pass>`, a line for each.
pub(super) struct Pasted {
    lead: Vec<u8>,
    user: bool,
}

impl Pasted {
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Option<Self> {
        Some(Self { lead: lead_of(text, word)?, user: true })
    }
}

impl Reader for Pasted {
    fn line(&mut self, line: &[u8]) -> Said {
        let value = line.trim_ascii();
        let from = line.len() - line.trim_ascii_start().len();
        let range = from..from + value.len();
        if value.is_empty() || value.starts_with(b"<") {
            return Said::Ended;
        }
        if !self.user {
            return Said::Last(range, What::Secret);
        }
        self.user = false;
        self.lead.extend(b"-\n");
        if is_name_of_user(value) { Said::Value(range, What::Person(User)) } else { Said::Nothing }
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}

/// Longest name below a greeting.
const LONGEST_NAME: usize = 64;

/// The name of a person below the greeting that ends a letter.
pub(super) struct Signed {
    lead: Vec<u8>,
    empty: usize,
}

impl Signed {
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Option<Self> {
        let line = line_around(text, word.start)?;
        let rest = text[word.end..line.end].trim_ascii();
        (rest.is_empty() || rest == b",").then(|| Self { lead: as_context(&text[line]), empty: 0 })
    }
}

impl Reader for Signed {
    fn line(&mut self, line: &[u8]) -> Said {
        let bare = without_quotation(without_time(line).trim_ascii_start());
        let name = bare.trim_ascii_end();
        if name.is_empty() && self.empty < MOST_EMPTY {
            self.empty += 1;
            self.lead.push(b'\n');
            return Said::Nothing;
        }
        let from = line.len() - bare.len();
        let capital = name.first().is_some_and(|b| b.is_ascii_uppercase() || !b.is_ascii());
        let one = capital
            && name.len() > 1
            && name.iter().all(|b| b.is_ascii_alphabetic() || !b.is_ascii() || *b == b'-')
            && is_name_of_user(name);
        if name.len() <= LONGEST_NAME && (one || is_full_name(name)) {
            Said::Last(from..from + name.len(), What::Person(User))
        } else {
            Said::Ended
        }
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}
