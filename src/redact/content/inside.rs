//! Values that were cut off in a string: the rest of them does not stand in the strings beside it. A log of Docker holds each line of a pretty-printed
//! request in a record of its own.

use super::keyed::Key;
use super::keys::{Class, Keys};
use super::{Taken, take};
use crate::redact::finding::Finding;
use crate::redact::literals;
use crate::redact::quoted::{self, Quote};

/// Takes values that were cut off.
#[derive(Default)]
pub(super) struct Inside {
    strings: literals::Line,
    /// Up to where values are looked for in their strings alone: one of the line was cut off.
    to: usize,
}

impl Inside {
    /// Takes the value of a key.
    pub(super) fn take(
        &mut self,
        keys: &Keys,
        text: &[u8],
        class: Class,
        key: &Key,
        found: &mut Vec<Finding>,
    ) -> Option<Taken> {
        let before = found.len();
        // A key may be a string itself.
        let mark = if key.quoted { quoted::before(text, key.name.start).map_or(0, Quote::len) } else { 0 };
        let begin = key.name.start - mark;
        if self.to <= key.name.start {
            let taken = take(keys, text, class, key, found);
            if !matches!(taken, Some(Taken::CutOff(_))) {
                return taken;
            }
            self.to = memchr::memchr(b'\n', &text[key.name.end..]).map_or(text.len(), |end| key.name.end + end);
            if self.strings.bounds_around(text, begin).is_none() {
                return taken;
            }
            found.truncate(before);
        }
        let Some(string) = self.strings.bounds_around(text, begin) else {
            return take(keys, text, class, key, found);
        };
        take(keys, &text[..string.end], class, key, found)?;
        Some(Taken::Whole(string.end))
    }
}

#[cfg(test)]
mod tests {
    use crate::redact::Redactor;

    #[test]
    fn a_list_that_a_record_only_begins_leaves_the_record_whole() {
        let redactor = Redactor::builder().build().unwrap();
        for text in [
            "{\"log\":\"  messages: [\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-20T10:00:00.2Z\"}\n",
            "{'msg': 'instructions: [', 'status': 529}\n",
            "{\"a\":\"messages: [\",\"b\":\"messages: [\",\"c\":\"messages: [\",\"status\":529}\n",
        ] {
            assert_eq!(redactor.redact_str(text), text);
        }
        let text = "{\"log\":\"messages: [{role: 'user', content: 'of the merger 4711\",\"status\":529}\n";
        let shown = redactor.redact_str(text);
        assert!(!shown.contains("4711") && shown.ends_with("\"status\":529}\n"), "{shown}");
    }
}
