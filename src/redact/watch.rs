//! What must not stand in finished bytes: the values, prompts and shapes that redaction removed.

use std::fmt;

use aho_corasick::AhoCorasick;
use regex::bytes::Regex;

use super::finding::Rank;
use super::known::Entry;
use super::ruleset::Ruleset;
use super::shapes;

/// Everything that must not stand in finished bytes. It holds secrets: its `Debug` shows a count only.
pub struct Watch {
    values: Vec<Watched>,
    plain: AhoCorasick,
    rules: Ruleset,
    allow: Vec<Regex>,
}

/// A watched value and the rule that removed it.
struct Watched {
    value: Box<str>,
    rule: Box<str>,
    /// Whether its base64 and hexadecimal forms are watched too.
    coded: bool,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Watch({} values)", self.values.len())
    }
}

/// A hit of the watch: the rule, and where. It holds nothing of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) rule: String,
    pub(crate) at: usize,
}

impl Watch {
    pub(super) fn new(entries: &[Entry], rules: Ruleset, allow: Vec<Regex>) -> Option<Self> {
        let values: Vec<Watched> = entries
            .iter()
            .filter(|entry| entry.value.trim().len() >= 8)
            .map(|entry| Watched {
                value: squeeze(&entry.value).into(),
                rule: entry.rule.as_ref().into(),
                coded: entry.rank != Rank::Content,
            })
            .filter(|watched| watched.value.len() >= 8)
            .collect();
        let plain = AhoCorasick::builder().build(values.iter().map(|watched| watched.value.as_bytes())).ok()?;
        Some(Self { values, plain, rules, allow })
    }

    /// The first watched value in a text from which white space was taken out.
    pub(crate) fn value_in(&self, squeezed: &[u8]) -> Option<Hit> {
        self.plain
            .find(squeezed)
            .map(|hit| Hit { rule: self.values[hit.pattern().as_usize()].rule.to_string(), at: hit.start() })
    }

    /// The first watched credential in decoded bytes; prompts are not looked for there.
    pub(crate) fn coded_value_in(&self, decoded: &[u8]) -> Option<Hit> {
        self.plain
            .find_overlapping_iter(decoded)
            .find(|hit| self.values[hit.pattern().as_usize()].coded)
            .map(|hit| Hit { rule: self.values[hit.pattern().as_usize()].rule.to_string(), at: hit.start() })
    }

    /// The first match of a rule that is certain by its shape alone, outside what the allow-list declares to be evidence.
    pub(crate) fn shape_in(&self, bytes: &[u8]) -> Option<Hit> {
        let mut found = Vec::new();
        if shapes::find(&self.rules, bytes, true, &mut found).is_err() {
            return Some(Hit { rule: "rules-broken".to_owned(), at: 0 });
        }
        let allowed = |range: &std::ops::Range<usize>| {
            self.allow
                .iter()
                .any(|pattern| pattern.find_iter(bytes).any(|hit| hit.start() <= range.start && range.end <= hit.end()))
        };
        let placeholder = |range: &std::ops::Range<usize>| {
            super::placeholder::standing(&bytes[range.start.saturating_sub(1)..bytes.len().min(range.end + 64)])
                .iter()
                .any(|(standing, _, _)| standing.start <= 1)
        };
        found
            .into_iter()
            .find(|finding| !allowed(&finding.range) && !placeholder(&finding.range))
            .map(|finding| Hit { rule: finding.rule.to_string(), at: finding.range.start })
    }
}

/// The text without white space.
pub(crate) fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
