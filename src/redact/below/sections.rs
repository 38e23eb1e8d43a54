//! Lines of a section whose head tells what its values are: hosts and tokens in `auth.json` of Composer, the settings of a host of SSH.

use std::ops::Range;

use super::requests::{field_of, text_of};
use super::{Reader, Said, What, as_context, line_around};
use crate::model::vocabulary::PersonalKind::User;
use crate::redact::identity::is_name_of_user;
use crate::redact::state_words::is_plain_state;

/// The tokens of hosts: `"github-oauth": {`, and below it `"github.com": "..."`.
pub(super) struct Section {
    lead: Vec<u8>,
}

impl Section {
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Option<Self> {
        line_around(text, word.start).map(|line| Self { lead: as_context(&text[line]) })
    }
}

impl Reader for Section {
    fn line(&mut self, line: &[u8]) -> Said {
        // Other objects are called so too: their keys are no hosts.
        let of_host = field_of(line).is_some_and(|(key, _)| line[key].contains(&b'.'));
        match text_of(line).filter(|_| of_host) {
            Some(value) if is_plain_state(&line[value.clone()]) => Said::Nothing,
            Some(value) => Said::Value(value, What::Secret),
            None => Said::Ended,
        }
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}

/// The settings of a host of SSH, below its address or the file of its key.
pub(super) struct Host {
    lead: Vec<u8>,
}

impl Host {
    /// Of a line that is indented, as those of a host are.
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Option<Self> {
        let line = line_around(text, word.start)?;
        let lead = &text[line.start..word.start];
        let value = text[word.end..line.end].trim_ascii();
        let fits = !lead.is_empty() && lead.iter().all(u8::is_ascii_whitespace);
        (fits && !value.is_empty() && !value.contains(&b' ')).then(|| Self { lead: as_context(&text[line]) })
    }
}

impl Reader for Host {
    fn line(&mut self, line: &[u8]) -> Said {
        let body = line.trim_ascii();
        let Some(blank) = body.iter().position(|b| matches!(b, b' ' | b'\t')).filter(|_| line != body) else {
            return Said::Ended;
        };
        let value = body[blank..].trim_ascii_start();
        let end = line.trim_ascii_end().len();
        let is_user = body[..blank].eq_ignore_ascii_case(b"user") && is_name_of_user(value);
        if is_user && !value.contains(&b' ') && value != b"git" {
            Said::Value(end - value.len()..end, What::Person(User))
        } else {
            Said::Nothing
        }
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}
