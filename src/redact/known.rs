//! Known values: each is removed wherever it appears, in any form, also wrapped over lines or coloured.

use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

use super::encodings;
use super::finding::{Finding, Rank};
use super::shapes::is_mixed;
use super::state_words::is_plain_state;
use super::tails::Tails;
use super::view::squeezed;

/// Shortest value that is removed wherever it appears.
const SHORTEST: usize = 8;
/// Shortest value that is also searched for across line breaks.
const SHORTEST_SQUEEZED: usize = 12;
/// Rule id in the report.
pub(super) const RULE: &str = "known-value";

/// A value that must go.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) value: Arc<str>,
    pub(super) kind: Arc<str>,
    pub(super) rule: Arc<str>,
    pub(super) rank: Rank,
}

/// Known values and the automata that find them.
#[derive(Debug, Default)]
pub(super) struct KnownSet {
    entries: Vec<Entry>,
    plain: Option<(AhoCorasick, Vec<u32>)>,
    squeezed: Option<(AhoCorasick, Vec<u32>)>,
    /// Beginnings of the forms, to tell a value that breaks off at the end of a line.
    heads: Vec<String>,
    tails: Tails,
    forms: Vec<String>,
}

/// Length of the beginning by which a value that breaks off is recognised.
const HEAD: usize = 6;

/// Whether a value is long and unusual enough to be removed wherever it appears, without shredding other text.
pub(super) fn is_blind_safe(value: &str) -> bool {
    let value = value.trim();
    let bytes = value.as_bytes();
    let is_address = value.contains("://")
        || value.starts_with('/')
        || value.starts_with("~/")
        || value.parse::<std::net::IpAddr>().is_ok();
    let digits_only = bytes.iter().all(u8::is_ascii_digit);
    let one_word = bytes.iter().all(u8::is_ascii_alphabetic) && !super::shapes::is_mixed(bytes);
    if is_plain_state(bytes) || is_address || (digits_only && bytes.len() < 12) || (one_word && bytes.len() < 24) {
        return false;
    }
    let hyphened_words = bytes.iter().all(|b| b.is_ascii_lowercase() || b"-_.".contains(b)) && bytes.len() < 20;
    bytes.len() >= SHORTEST && (!hyphened_words || is_mixed(bytes))
}

impl KnownSet {
    /// Builds the automata. `None` where they would be too large; the caller fails closed.
    pub(super) fn new(entries: Vec<Entry>) -> Option<Self> {
        if entries.is_empty() {
            return Some(Self::default());
        }
        let mut plain = (Vec::new(), Vec::new());
        let mut squeezed = (Vec::new(), Vec::new());
        for (index, entry) in entries.iter().enumerate() {
            let index = u32::try_from(index).ok()?;
            let forms =
                if entry.rank == Rank::Content { content_forms(&entry.value) } else { encodings::forms(&entry.value) };
            for form in forms {
                let tight: String = form.chars().filter(|c| !c.is_ascii_whitespace()).collect();
                let tight = tight.replace("\\n", "").replace("\\r", "").replace("\\t", "");
                if tight.len() >= SHORTEST_SQUEEZED {
                    squeezed.0.push(tight);
                    squeezed.1.push(index);
                }
                plain.0.push(form);
                plain.1.push(index);
            }
        }
        let build = |(patterns, owner): (Vec<String>, Vec<u32>)| {
            let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(patterns).ok()?;
            Some((automaton, owner))
        };
        let mut heads: Vec<String> = squeezed.0.iter().filter(|form| form.is_ascii()).cloned().collect();
        heads.sort_unstable();
        heads.dedup();
        let forms = plain.0.iter().chain(&squeezed.0).cloned().collect();
        let tails = Tails::new(heads.iter().map(String::as_bytes), HEAD);
        Some(Self { entries, forms, heads, tails, plain: Some(build(plain)?), squeezed: Some(build(squeezed)?) })
    }

    /// Whether there is nothing to find.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All forms of all values, with and without white space.
    pub(super) fn all_forms(&self) -> &[String] {
        &self.forms
    }

    /// Whether a line ends in the beginning of a value.
    pub(super) fn breaks_off(&self, line: &[u8]) -> bool {
        if !self.tails.may_end(line) {
            return false;
        }
        let tail = &line[line.len().saturating_sub(512)..];
        self.heads.iter().any(|form| {
            let form = form.as_bytes();
            memchr::memmem::rfind(tail, &form[..HEAD]).is_some_and(|at| {
                let rest = &tail[at..];
                rest.len() < form.len() && form.starts_with(rest)
            })
        })
    }

    /// Adds all places where a value stands.
    pub(super) fn find(&self, text: &[u8], found: &mut Vec<Finding>) {
        if self.is_empty() {
            return;
        }
        if let Some((automaton, owner)) = &self.plain {
            for hit in automaton.find_iter(text) {
                found.push(
                    self.finding(owner[hit.pattern().as_usize()], with_base64_edges(text, hit.start(), hit.end())),
                );
            }
        }
        if let Some((automaton, owner)) = &self.squeezed {
            let view = squeezed(text);
            for hit in automaton.find_iter(&*view.text) {
                found.push(self.finding(owner[hit.pattern().as_usize()], view.original(hit.range())));
            }
        }
    }

    fn finding(&self, index: u32, range: std::ops::Range<usize>) -> Finding {
        let entry = &self.entries[index as usize];
        let mut finding = Finding::new(range, &entry.rule, &entry.kind, entry.rank);
        if entry.rank == Rank::Content {
            finding.substitute = super::finding::Substitute::Shape("[text]".to_owned());
        }
        finding.value = Some(Arc::clone(&entry.value));
        finding
    }
}

/// Prompt text is searched for as it stands, and as JSON and Python write it; base64 of whole prompts does not occur.
fn content_forms(value: &str) -> Vec<String> {
    let json = serde_json::Value::from(value).to_string();
    let json = json[1..json.len() - 1].to_owned();
    let mut forms = vec![value.to_owned()];
    if json != value {
        forms.push(json);
    }
    forms
}

/// The match with the base64 characters right beside it that also hold bits of the value.
fn with_base64_edges(text: &[u8], start: usize, end: usize) -> std::ops::Range<usize> {
    let padding = text[end..].iter().take(2).take_while(|b| **b == b'=').count();
    start..end + padding
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(value: &str) -> KnownSet {
        KnownSet::new(vec![Entry { value: value.into(), kind: "secret".into(), rule: RULE.into(), rank: Rank::Known }])
            .unwrap()
    }

    #[test]
    fn a_value_is_found_wrapped_and_coloured() {
        let known = set("s3cr3t-Value-0123456789");
        for text in [
            "a s3cr3t-Value-0123456789 b",
            "a s3cr3t-Val\n    ue-01234567\r\n89 b",
            "s3cr\x1b[1m3t-Value-\x1b[0m0123456789",
            "s3cr3t-Value-\\\n0123456789",
        ] {
            let mut found = Vec::new();
            known.find(text.as_bytes(), &mut found);
            assert!(!found.is_empty(), "{text:?}");
        }
    }

    #[test]
    fn common_values_are_not_removed_blindly() {
        for common in [
            "true",
            "admin",
            "1234",
            "password",
            "production",
            "12345678",
            "/run/secrets/key",
            "http://localhost:8080",
            "my-gateway-key",
            "$TOKEN",
        ] {
            assert!(!is_blind_safe(common), "{common}");
        }
        for secret in ["hunter2!x9", "p@ssw0rd1", "0123456789abcdef", "Tr0ub4dor&3"] {
            assert!(is_blind_safe(secret), "{secret}");
        }
    }
}
