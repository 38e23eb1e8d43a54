//! What a debugger or an interpreter printed of a variable that the line above names: `(gdb) p cfg->password`, `>>> os.environ["API_KEY"]`.

use std::ops::Range;

use super::{Reader, Said, What, as_context, line_around};
use crate::redact::line_leads::without_time;
use crate::redact::names::Names;
use crate::redact::quoted;
use crate::redact::state_words::is_plain_state;

/// What may stand before the text that was printed: `=> `, `$1 = 0x55d0c3 `, `Out[3]: `, `(String) $0 = `.
const LONGEST_LEAD: usize = 48;

/// The line below such a command.
pub(super) struct Printed {
    lead: Vec<u8>,
}

impl Printed {
    pub(super) fn new(names: &Names, text: &[u8], word: &Range<usize>) -> Option<Self> {
        let line = line_around(text, word.start)?;
        let bare = without_time(&text[line.clone()]);
        let begins = line.end - bare.len() == word.start;
        // R names an element of a list above what it holds: `$api_key` and `[1] "value"`.
        let of_r = text[word.start] == b'$';
        let expression = if of_r { word.start + 1 } else { word.end };
        if of_r && text[expression..line.end].trim_ascii_end().iter().any(|b| !b.is_ascii_alphanumeric() && *b != b'_')
        {
            return None;
        }
        names_credential(names, &text[expression..line.end]).then_some(())?;
        // Redis says at its prompt where it is.
        let of_redis = || !text[line.start..word.start].iter().any(u8::is_ascii_whitespace);
        (begins || of_redis()).then(|| Self { lead: as_context(&text[line]) })
    }
}

/// Whether an expression ends in the name of a credential.
fn names_credential(names: &Names, expression: &[u8]) -> bool {
    let marks = |b: &u8| b"\"'])`; ".contains(b);
    let end = expression.iter().rposition(|b| !marks(b)).map_or(0, |last| last + 1);
    let body = &expression[..end];
    let length = body.iter().rev().take(96).take_while(|b| b.is_ascii_alphanumeric() || b"_-".contains(b)).count();
    // An assignment prints nothing.
    let assigns = memchr::memmem::find(expression, b" = ").is_some();
    !assigns && names.judge(&body[body.len() - length..]).is_some()
}

impl Reader for Printed {
    fn line(&mut self, line: &[u8]) -> Said {
        let bare = without_time(line);
        let from = line.len() - bare.len();
        let near = &bare[..bare.len().min(LONGEST_LEAD)];
        let Some(mark) = near.iter().position(|b| b"\"'".contains(b)) else { return Said::Ended };
        let lead = bare[..mark].trim_ascii();
        let lead = lead.strip_suffix(b"b").or_else(|| lead.strip_suffix(b"u")).unwrap_or(lead);
        let fits =
            lead.is_empty() || [&b"=>"[..], b"$", b"Out[", b"(", b"[1]"].iter().any(|sign| lead.starts_with(sign));
        let value = quoted::opening_at(bare, mark)
            .and_then(|(quote, start)| quoted::closing(bare, start, quote).map(|end| start..end));
        match value.filter(|value| fits && value.len() > 2 && !is_plain_state(&bare[value.clone()])) {
            Some(value) => Said::Last(from + value.start..from + value.end, What::Secret),
            None => Said::Ended,
        }
    }

    fn context(&self) -> Vec<u8> {
        self.lead.clone()
    }
}
