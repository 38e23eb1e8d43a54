//! The data of a secret of Vault, all of whose values are secrets whatever their names: the table that `vault kv get` shows, and an answer in JSON.

use std::ops::Range;

use super::requests::text_of;
use super::{Reader, Said, What, as_context, line_around};
use crate::redact::content;
use crate::redact::quoted;
use crate::redact::state_words::is_plain_state;

/// Most rows of a table, and most lines of an answer.
const MOST_ROWS: usize = 400;
/// How far the values of an answer on one line reach.
const FARTHEST: usize = 16 * 1024;

/// The rows below `====== Data ======`: `Key   Value`, `---   -----`, and a name and a value in each further one.
pub(super) struct Rows {
    lead: Vec<u8>,
    rows: usize,
}

impl Rows {
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Option<Self> {
        let line = line_around(text, word.start)?;
        // A string may begin on its line.
        let begin = text[line.start..word.start]
            .iter()
            .rposition(|b| b"\"'".contains(b))
            .map_or(line.start, |at| line.start + at + 1);
        let drawn = text[begin..line.end].trim_ascii();
        let bare = drawn.iter().all(|b| b"= Dat".contains(b)) && drawn.ends_with(b"=");
        bare.then(|| Self { lead: as_context(&text[line]), rows: 0 })
    }
}

impl Reader for Rows {
    fn line(&mut self, line: &[u8]) -> Said {
        let body = line.trim_ascii_end();
        let name = body.iter().position(|b| *b == b' ').unwrap_or(body.len());
        let value = name + body[name..].iter().take_while(|b| **b == b' ').count();
        self.rows += 1;
        if name == 0 || value < name + 2 || value == body.len() || self.rows > MOST_ROWS {
            return Said::Ended;
        }
        let held = &body[value..];
        let of_head = held == b"Value" || held.iter().all(|b| *b == b'-');
        if of_head || is_plain_state(held) { Said::Nothing } else { Said::Value(value..body.len(), What::Secret) }
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}

/// The lines of an answer of Vault in JSON, from the id of its lease on.
pub(super) struct Stored {
    lead: Vec<u8>,
    /// How far the values are indented, once they have begun.
    depth: Option<usize>,
    lines: usize,
}

impl Stored {
    /// What stands on the same line is pushed at once.
    pub(super) fn new(text: &[u8], word: &Range<usize>, push: &mut dyn FnMut(Range<usize>)) -> Option<Self> {
        let near = &text[word.end..text.len().min(word.end + FARTHEST)];
        let near = &near[..memchr::memchr(b'\n', near).unwrap_or(near.len())];
        if let Some(data) = memchr::memmem::find(near, b"\"data\":{") {
            let begin = word.end + data + b"\"data\":{".len();
            // The second version of the store puts the values one object deeper.
            let inner = text[begin..].strip_prefix(b"\"data\":{").map_or(begin, |rest| text.len() - rest.len());
            on_one_line(&text[..word.end + near.len()], inner, push);
            return None;
        }
        let line = line_around(text, word.start)?;
        Some(Self { lead: as_context(&text[line]), depth: None, lines: 0 })
    }
}

/// The texts of an object that begins here.
fn on_one_line(text: &[u8], mut at: usize, push: &mut dyn FnMut(Range<usize>)) {
    for _ in 0..MOST_ROWS {
        let Some((quote, key)) = quoted::opening_at(text, at) else { return };
        let Some(end) = quoted::closing(text, key, quote) else { return };
        let value = end + quote.len() + 1;
        let Some((quote, start)) = quoted::opening_at(text, value) else { return };
        let end = quoted::closing(text, start, quote).unwrap_or(text.len());
        if end > start && !is_plain_state(&text[start..end]) {
            push(start..end);
        }
        at = (end + quote.len() + 1).min(text.len());
    }
}

impl Reader for Stored {
    fn line(&mut self, line: &[u8]) -> Said {
        let body = line.trim_ascii();
        let indent = content::indentation(line);
        self.lines += 1;
        if self.lines > MOST_ROWS || body.is_empty() || body.starts_with(b"\"metadata\"") {
            return Said::Ended;
        }
        if body == b"\"data\": {" {
            self.depth = Some(indent);
            self.lead.extend(as_context(line));
            return Said::Nothing;
        }
        let Some(depth) = self.depth else { return Said::Nothing };
        if indent <= depth {
            return Said::Ended;
        }
        match text_of(line).filter(|value| !is_plain_state(&line[value.clone()])) {
            Some(value) => Said::Value(value, What::Secret),
            None => Said::Nothing,
        }
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}
