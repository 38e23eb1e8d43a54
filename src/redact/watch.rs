//! What must not stand in finished bytes: the values, prompts and shapes that redaction removed.

use std::fmt;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use regex::bytes::Regex;

use super::finding::Rank;
use super::known::Entry;
use super::rule::{Rule, part_of, parts_of};
use super::ruleset::Ruleset;
use super::shapes::{is_mixed, is_random};
use super::state_words::is_plain_state;

/// Everything that must not stand in finished bytes. It holds secrets: its `Debug` shows a count only.
pub struct Watch {
    values: Vec<Watched>,
    plain: AhoCorasick,
    rules: Ruleset,
    allow: Vec<Regex>,
    /// Whether rules of the user's own count, although they may not be certain by their shape alone.
    own: bool,
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
        Some(Self { values, plain, rules, allow, own: false })
    }

    /// The same, with every rule of the user's own: whoever gives one to a check wants to know of each find.
    pub(super) fn with_own_rules(self) -> Self {
        Self { own: true, ..self }
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
    ///
    /// This is not the code that removes: each rule whose anchor stands in the text runs by itself over all of it, without gates, windows or splices.
    pub(crate) fn shape_in(&self, bytes: &[u8]) -> Option<Hit> {
        let rules = &self.rules.rules;
        let broken = || Hit { rule: "rules-broken".to_owned(), at: 0 };
        let mut present = vec![false; rules.len()];
        let Some(anchors) = self.rules.anchors() else { return Some(broken()) };
        for hit in anchors.automaton.find_overlapping_iter(bytes) {
            present[anchors.owner[hit.pattern().as_usize()] as usize] = true;
        }
        let counts = |rule: &Rule| rule.text.certain || (self.own && matches!(&*rule.text.family, "own" | "gitleaks"));
        for (rule, _) in rules.iter().zip(present).filter(|(rule, present)| *present && counts(rule)) {
            let Ok(plain) = Regex::new(&format!("(?-u)(?:{})", rule.text.pattern)) else {
                return Some(broken());
            };
            let parts = parts_of(&plain);
            let hits = plain
                .captures_iter(bytes)
                .filter_map(|captures| Some((part_of(&captures, &parts)?, captures.get(0)?.range())));
            for (value, whole) in hits {
                if self.is_leak(rule, bytes, &value, &whole) {
                    return Some(Hit { rule: rule.id.to_string(), at: value.start });
                }
            }
        }
        None
    }

    /// Whether a match is one that must not stand in finished bytes.
    fn is_leak(&self, rule: &Rule, bytes: &[u8], value: &Range<usize>, whole: &Range<usize>) -> bool {
        let first = if rule.text.back > 0 { value.start } else { whole.start };
        let glued = first > 0 && (bytes[first - 1].is_ascii_alphanumeric() || bytes[first - 1] == b'_');
        let text = &bytes[value.clone()];
        let plain = rule.text.named && is_plain_state(text);
        if (rule.text.boundary && glued)
            || plain
            || (rule.text.mixed && !is_mixed(text))
            || (rule.text.random && !is_random(text))
        {
            return false;
        }
        let allowed = self
            .allow
            .iter()
            .any(|pattern| pattern.find_iter(bytes).any(|hit| hit.start() <= value.start && value.end <= hit.end()));
        let near = &bytes[value.start.saturating_sub(1)..bytes.len().min(value.end + 64)];
        let placeholder = || super::placeholder::standing(near).iter().any(|(standing, _, _)| standing.start <= 1);
        !allowed && !rule.lets_pass(bytes, whole, value) && !placeholder()
    }
}

/// The text without white space.
pub(crate) fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
