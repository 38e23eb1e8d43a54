//! Entries of a `.netrc` file over lines: `machine host`, and below it `login name` and `password value`.

use std::ops::Range;

use super::{Reader, Said, What, lead_with, line_around};
use crate::model::vocabulary::PersonalKind::User;
use crate::redact::identity::is_name_of_user;
use crate::redact::state_words::is_plain_state;

/// The lines of one entry.
pub(super) struct Entry {
    lead: Vec<u8>,
}

/// The one word behind a key that begins a line.
fn value_of(line: &[u8], key: &[u8]) -> Option<Range<usize>> {
    let body = line.trim_ascii();
    let rest = body.strip_prefix(key).filter(|rest| rest.first().is_some_and(u8::is_ascii_whitespace))?;
    let value = rest.trim_ascii_start();
    let start = line.trim_ascii_end().len() - value.len();
    (!value.is_empty() && !value.iter().any(u8::is_ascii_whitespace)).then_some(start..start + value.len())
}

impl Entry {
    /// Of a line that names a machine and nothing else.
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Option<Self> {
        let line = line_around(text, word.start)?;
        let host = value_of(&text[line.clone()], b"machine")?;
        Some(Self { lead: lead_with(text, word, &[&text[line][host], b"\n"].concat()) })
    }
}

impl Reader for Entry {
    fn line(&mut self, line: &[u8]) -> Said {
        if let Some(name) = value_of(line, b"login") {
            return if is_name_of_user(&line[name.clone()]) {
                Said::Value(name, What::Person(User))
            } else {
                Said::Nothing
            };
        }
        if let Some(value) = value_of(line, b"password") {
            return if is_plain_state(&line[value.clone()]) { Said::Ended } else { Said::Last(value, What::Secret) };
        }
        if value_of(line, b"account").is_some() { Said::Nothing } else { Said::Ended }
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}
