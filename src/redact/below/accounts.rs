//! Files of accounts that a program shows below their name: `userlist.txt` of pgbouncer, `chap-secrets` and `pap-secrets` of pppd; and the keys of a service
//! in a table below `Key1`.

use std::ops::Range;

use super::{Reader, Said, What, as_context, line_around};
use crate::redact::line_leads::without_time;
use crate::redact::shapes::is_mixed;
use crate::redact::state_words::is_plain_state;

/// Most lines of such a file, and most that say something else before its first account.
const MOST_ROWS: usize = 400;
const MOST_OTHERS: usize = 3;
/// Most fields of a line that are looked at.
const MOST_FIELDS: usize = 8;

/// The lines of a file of accounts.
pub(super) struct Accounts {
    lead: Vec<u8>,
    /// Whether each line is a user and a password in quotation marks; the password is the third of more fields elsewhere.
    of_pairs: bool,
    rows: usize,
    others: usize,
}

impl Accounts {
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Option<Self> {
        let line = line_around(text, word.start)?;
        let of_pairs = text[word.clone()].to_ascii_lowercase().starts_with(b"userlist");
        Some(Self { lead: as_context(&text[line]), of_pairs, rows: 0, others: 0 })
    }
}

/// The fields of a line, without their quotation marks.
fn fields(line: &[u8], from: usize) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut at = from;
    while all.len() < MOST_FIELDS {
        at += line[at..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let Some(first) = line.get(at) else { break };
        let quoted = usize::from(b"\"'".contains(first));
        let start = at + quoted;
        let ends = |b: &u8| if quoted > 0 { b == first } else { matches!(b, b' ' | b'\t') };
        let end = line[start..].iter().position(ends).map_or(line.len(), |length| start + length);
        all.push(start..end);
        at = (end + quoted).min(line.len());
    }
    all
}

impl Reader for Accounts {
    fn line(&mut self, line: &[u8]) -> Said {
        let bare = without_time(line);
        let bare = &bare[bare.iter().take(8).take_while(|b| b"> \t+".contains(b)).count()..];
        let body = bare.trim_ascii_end();
        let from = line.len() - bare.len();
        self.rows += 1;
        if self.rows > MOST_ROWS {
            return Said::Ended;
        }
        if body.is_empty() || body.starts_with(b"#") || body.starts_with(b";") {
            return Said::Nothing;
        }
        let fields = fields(&line[..from + body.len()], from);
        let marked = memchr::memchr_iter(b'"', body).count() == 4 && body.starts_with(b"\"");
        let value = match (self.of_pairs, fields.len()) {
            (true, 2) if marked => fields.get(1),
            (false, 3 | 4) => fields.get(2),
            _ => None,
        };
        match value.filter(|value| value.len() > 2 && !is_plain_state(&line[(*value).clone()])) {
            Some(value) => Said::Value(value.clone(), What::Secret),
            None if self.others < MOST_OTHERS => {
                self.others += 1;
                Said::Nothing
            }
            None => Said::Ended,
        }
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}

/// Fewest characters of the key of a service.
const SHORTEST_KEY: usize = 24;

/// The row below a head whose columns are the keys of a service, as `az` shows them: `Key1    Key2`.
pub(super) struct Keys {
    lead: Vec<u8>,
    lines: usize,
}

impl Keys {
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Option<Self> {
        let line = line_around(text, word.start)?;
        let head = without_time(&text[line.clone()]);
        let of_names = head.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'\r' | b'_'));
        of_names.then(|| Self { lead: as_context(&text[line]), lines: 0 })
    }
}

impl Reader for Keys {
    fn line(&mut self, line: &[u8]) -> Said {
        let bare = without_time(line);
        let from = line.len() - bare.len();
        self.lines += 1;
        if self.lines > 2 {
            return Said::Ended;
        }
        if bare.trim_ascii().iter().all(|b| matches!(b, b'-' | b' ')) {
            self.lead.extend(as_context(line));
            return Said::Nothing;
        }
        let is_key = |field: &&Range<usize>| {
            let value = &line[(*field).clone()];
            value.len() >= SHORTEST_KEY
                && is_mixed(value)
                && value.iter().all(|b| b.is_ascii_alphanumeric() || b"+/=_-".contains(b))
        };
        let fields = fields(line.trim_ascii_end(), from);
        let (first, last) = (fields.iter().find(is_key), fields.iter().rev().find(is_key));
        match first.zip(last) {
            Some((first, last)) => Said::Last(first.start..last.end, What::Secret),
            None => Said::Ended,
        }
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}
