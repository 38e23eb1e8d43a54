//! Tables of names and values whose columns stand below each other, as `vault`, `pulumi config` and `az` show them.

use std::ops::Range;

use super::{Reader, Said, What, lead_with, line_of_text};
use crate::redact::names::Names;
use crate::redact::state_words::{is_plain_state, is_short_number};

/// Most rows of a table.
const MOST_ROWS: usize = 400;
/// Names of the first column.
const FIRST: [&[u8]; 6] = [b"name", b"key", b"variable", b"option", b"setting", b"parameter"];

/// The rows below a head whose first column names what the last one holds.
pub(super) struct Columns {
    names: &'static Names,
    lead: Vec<u8>,
    /// Where the last column begins.
    at: usize,
    rows: usize,
}

impl Columns {
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Option<Self> {
        let line = line_of_text(text, word.start)?;
        let head = text[line.clone()].trim_ascii_end();
        let first = head.split(|b| *b == b' ').next()?.to_ascii_lowercase();
        let apart = head.split(|b| *b == b' ').all(|part| part.iter().all(u8::is_ascii_alphanumeric));
        let ends = line.start + head.len() == word.end && head.len() > first.len() + 2;
        (FIRST.contains(&&*first) && apart && ends).then_some(())?;
        Some(Self {
            names: Names::get()?,
            lead: lead_with(text, &line, b"\n"),
            at: head.len() - b"value".len(),
            rows: 0,
        })
    }
}

impl Reader for Columns {
    fn line(&mut self, line: &[u8]) -> Said {
        let row = line.trim_ascii_end();
        let name = row.iter().position(|b| *b == b' ').unwrap_or(row.len());
        self.rows += 1;
        if name == 0 || row.starts_with(b"=") || name == row.len() || self.rows > MOST_ROWS {
            return Said::Ended;
        }
        let apart = row.get(self.at - 1) == Some(&b' ') && row.get(self.at).is_some_and(|b| *b != b' ');
        let is_credential = || self.names.judge(&row[..name]).is_some();
        let value = row.get(self.at..).unwrap_or_default();
        if !apart || is_short_number(value) || is_plain_state(value) || value.starts_with(b"[") || !is_credential() {
            return Said::Nothing;
        }
        Said::Value(self.at..row.len(), What::Secret)
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}
