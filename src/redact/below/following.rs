//! A value a few lines below the words that say it is a secret, under a key that says nothing: outputs of Terraform, secrets of Key Vault, parameters of SSM.

use std::ops::Range;

use super::{Reader, Said, WORDS, What, as_context, line_around};
use crate::redact::line_leads::without_time;
use crate::redact::names::Names;
use crate::redact::state_words::is_plain_state;

/// Most lines between the words and the value.
const MOST_BETWEEN: usize = 12;
/// Most bytes of them that are kept.
const MOST_KEPT: usize = 2048;

/// The lines below such words.
pub(super) struct Following {
    lead: Vec<u8>,
    signs: &'static [String],
    left: usize,
}

impl Following {
    pub(super) fn new(names: &Names, text: &[u8], word: &Range<usize>) -> Option<Self> {
        let line = line_around(text, word.start)?;
        let key = text[word.clone()].to_ascii_lowercase();
        let signs = WORDS.as_ref()?.table.following.get(std::str::from_utf8(&key).ok()?)?;
        // The name of a field of Swift stands before its value.
        let field = key.starts_with(b": ");
        let name = text[line.start..word.start].rsplit(|b| *b == b' ').next()?;
        let judged = |name: &[u8]| names.judge(name).is_some();
        if field && !judged(name) {
            return None;
        }
        let left = if field { 1 } else { MOST_BETWEEN };
        Some(Self { lead: as_context(&text[line]), signs, left })
    }
}

impl Following {
    /// Goes on behind a line that says nothing.
    fn pass(&mut self, line: &[u8]) -> Said {
        self.left -= 1;
        if self.left == 0 || self.lead.len() + line.len() > MOST_KEPT || line.trim_ascii().is_empty() {
            return Said::Ended;
        }
        self.lead.extend(as_context(line));
        Said::Nothing
    }
}

impl Reader for Following {
    fn line(&mut self, line: &[u8]) -> Said {
        let time = line.len() - without_time(line).len();
        let body = time + line[time..].iter().take_while(|b| b" \t|".contains(b)).count();
        let behind = |sign: &'static String| Some((sign, line[body..].strip_prefix(sign.as_bytes())?));
        if let Some((sign, rest)) = self.signs.iter().find_map(behind) {
            let blank = rest.iter().take_while(|b| b" |".contains(b)).count();
            let start = line.len() - rest.len() + blank;
            let ends = |b: &u8| if sign.ends_with('"') { b"\"\\".contains(b) } else { b" |".contains(b) };
            let end = line[start..].iter().position(ends).map_or(line.len(), |length| start + length);
            let fits = end > start + 1 && !is_plain_state(&line[start..end]);
            // A mark alone leads the value that fills its line; the attributes of a key chain begin with one too.
            let is_mark = sign == "\"";
            let fills = line[end..].trim_ascii_end() == b"\"";
            if is_mark && !fills {
                return self.pass(line);
            }
            return if fits { Said::Last(start..end, What::Secret) } else { Said::Ended };
        }
        self.pass(line)
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}
