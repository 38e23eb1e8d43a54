//! Placeholders: what stands in the place of removed text, and the numbers that tell equal values from different ones.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::finding::{Finding, Substitute};
use crate::model::{RedactionEntry, RedactionReport};

/// Whether a text is what redaction puts in the place of content.
pub(super) fn is_shape(value: &[u8]) -> bool {
    let Some(inner) = value.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")) else { return false };
    if matches!(inner, b"text" | b"key" | b"not-redactable") {
        return true;
    }
    let count = inner.strip_prefix(b"text: ").or_else(|| inner.strip_prefix(b"removed: "));
    count
        .and_then(|rest| rest.strip_suffix(b" characters"))
        .is_some_and(|n| !n.is_empty() && n.len() < 12 && n.iter().all(u8::is_ascii_digit))
}

/// The placeholders that stand in a text already, with kind and number: from an earlier redaction, or by chance.
pub(super) fn standing(text: &[u8]) -> Vec<(Range<usize>, &str, u32)> {
    let mut all = Vec::new();
    for open in memchr::memchr_iter(b'[', text) {
        let rest = &text[open + 1..text.len().min(open + 80)];
        let Some(close) = memchr::memchr(b']', rest) else { continue };
        let inner = &rest[..close];
        let range = open..open + close + 2;
        if is_shape(&text[range.clone()]) {
            all.push((range, "", 0));
            continue;
        }
        let Ok(inner) = std::str::from_utf8(inner) else { continue };
        let Some((kind, number)) = inner.rsplit_once('-') else { continue };
        let is_kind = kind.len() >= 3
            && kind.starts_with(|c: char| c.is_ascii_lowercase())
            && kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if let (true, true, Ok(number)) = (is_kind, number.len() <= 5, number.parse()) {
            all.push((range, kind, number));
        }
    }
    all
}

/// Gives out placeholders and keeps the account.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    given: HashMap<String, String>,
    next: HashMap<String, u32>,
    entries: Vec<RedactionEntry>,
    places: HashMap<(String, String, String), usize>,
    counts: BTreeMap<String, u32>,
    bounded: bool,
}

/// Most values whose numbers a stream remembers; beyond, it starts to give new numbers to values that it forgot.
const MOST_REMEMBERED: usize = 20_000;

/// Longest value that a stream remembers as it is; of a longer one it remembers a digest.
const LONGEST_REMEMBERED: usize = 256;

fn digest(value: &str) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(value.as_bytes())
        .iter()
        .fold(String::with_capacity(64), |hex, byte| hex + &format!("{byte:02x}"))
}

impl Ledger {
    /// A ledger for a stream of any length: it remembers a bounded number of values, and counts by rule and kind.
    pub(super) fn bounded() -> Self {
        Self { bounded: true, ..Self::default() }
    }

    /// Keeps numbers free that a text uses already.
    pub(super) fn reserve(&mut self, text: &[u8]) {
        for (_, kind, number) in standing(text) {
            if number > 0 {
                let next = self.next.entry(kind.to_owned()).or_insert(0);
                *next = (*next).max(number);
            }
        }
    }

    /// The text that takes the place of a finding; it is entered in the account.
    pub(super) fn substitute(&mut self, finding: &Finding, original: &[u8], place: &str) -> String {
        let (shown, entered) = match &finding.substitute {
            Substitute::Shape(shape) => (shape.clone(), "[text]".to_owned()),
            Substitute::Numbered => {
                let value =
                    finding.value.as_deref().map_or_else(|| canonical(&String::from_utf8_lossy(original)), canonical);
                let placeholder = self.number(value, &finding.kind);
                (placeholder.clone(), placeholder)
            }
        };
        let entered = if self.bounded { format!("[{}]", finding.kind) } else { entered };
        self.enter(&finding.rule, entered, place);
        *self.counts.entry(finding.kind.to_string()).or_insert(0) += 1;
        shown
    }

    /// Enters content that was removed to the end of its record.
    pub(super) fn cut(&mut self, place: &str) {
        self.enter("content-cut-off", "[text]".to_owned(), place);
        *self.counts.entry(super::content::KIND.to_owned()).or_insert(0) += 1;
    }

    fn number(&mut self, value: String, kind: &str) -> String {
        let value = if self.bounded && value.len() > LONGEST_REMEMBERED { digest(&value) } else { value };
        if let Some(placeholder) = self.given.get(&value) {
            return placeholder.clone();
        }
        let next = self.next.entry(kind.to_owned()).or_insert(0);
        *next += 1;
        let placeholder = format!("[{kind}-{next}]");
        if self.bounded && self.given.len() >= MOST_REMEMBERED {
            self.given.clear();
        }
        self.given.insert(value, placeholder.clone());
        placeholder
    }

    fn enter(&mut self, rule: &str, placeholder: String, place: &str) {
        let key = (rule.to_owned(), placeholder, place.to_owned());
        if let Some(&index) = self.places.get(&key) {
            self.entries[index].count += 1;
            return;
        }
        self.entries.push(RedactionEntry {
            rule: key.0.clone(),
            placeholder: key.1.clone(),
            place: key.2.clone(),
            count: 1,
        });
        self.places.insert(key, self.entries.len() - 1);
    }

    /// The report, entries in the order in which they were made.
    pub(super) fn into_report(self, rules: &str, not_removed_blindly: Vec<String>) -> RedactionReport {
        RedactionReport {
            entries: self.entries,
            counts: self.counts,
            rules: rules.to_owned(),
            verified: false,
            not_removed_blindly,
        }
    }
}

/// One form for values that differ only in white space, control sequences and escaped line ends.
pub(super) fn canonical(value: &str) -> String {
    let view = super::view::squeezed(value.as_bytes());
    String::from_utf8_lossy(&view.text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standing_placeholders_are_seen() {
        let seen = standing(b"a [api-key-3] b [text: 24 characters] c [12] d [x-y] e[home-1]/f");
        let seen: Vec<_> = seen.iter().map(|(_, kind, number)| (*kind, *number)).collect();
        assert_eq!(seen, [("api-key", 3), ("", 0), ("home", 1)]);
    }
}
