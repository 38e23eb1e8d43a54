//! What a first look at all texts teaches: credentials that rules recognised and prompts that structure showed go wherever they appear.

use std::collections::HashSet;
use std::sync::Arc;

use super::engine::{Engine, Fault};
use super::finding::{Finding, Rank};
use super::known::{Entry, is_blind_safe};
use super::placeholder::canonical;
use crate::model::SafeShape;
use crate::model::safe::{ModelName, RequestId};

/// Most values that are learned from one packet.
const MOST: usize = 4000;
/// Shortest credential that is learned.
const SHORTEST_SECRET: usize = 12;
/// Shortest piece of a prompt that is searched for elsewhere.
const SHORTEST_PROMPT: usize = 20;

/// Collects values.
#[derive(Default)]
pub(super) struct Lessons {
    seen: HashSet<String>,
    pub(super) entries: Vec<Entry>,
}

impl Lessons {
    /// Values that are known from elsewhere need not be learned.
    pub(super) fn already(entries: &[Entry]) -> Self {
        Self { seen: entries.iter().map(|entry| entry.value.to_string()).collect(), entries: Vec::new() }
    }

    /// Learns from one text.
    pub(super) fn learn(&mut self, engine: &Engine, text: &str) -> Result<(), Fault> {
        for finding in engine.find(text, None)? {
            let original = &text[finding.range.clone()];
            match finding.rank {
                Rank::Shape | Rank::Named => self.secret(&finding, original),
                Rank::Content => self.prompt(&finding, original),
                Rank::Known | Rank::Identity => {}
            }
        }
        Ok(())
    }

    fn secret(&mut self, finding: &Finding, original: &str) {
        let value = canonical(original.as_bytes()).into_owned();
        let is_id = RequestId::parse(&value).is_some() || ModelName::parse(&value).is_some();
        if value.len() >= SHORTEST_SECRET && value.len() <= 4096 && is_blind_safe(&value) && !is_id {
            self.add(value, finding);
        }
    }

    /// Learns the lines of a removed text that are long enough to be told from chance.
    fn prompt(&mut self, finding: &Finding, original: &str) {
        let inner = original.trim_matches(['"', '\'', '`', '\\']);
        let plain = unescaped(inner);
        if plain.starts_with(['{', '[', '<']) {
            return;
        }
        for line in plain.lines().map(str::trim) {
            let words = line.split_ascii_whitespace().count();
            if line.len() >= SHORTEST_PROMPT && line.len() <= 2000 && words >= 3 {
                self.add(line.to_owned(), finding);
            }
        }
    }

    fn add(&mut self, value: String, finding: &Finding) {
        if self.entries.len() < MOST && self.seen.insert(value.clone()) {
            self.entries.push(Entry {
                value: Arc::from(value),
                kind: Arc::clone(&finding.kind),
                rule: Arc::clone(&finding.rule),
                rank: finding.rank,
            });
        }
    }
}

/// The text with its escapes read, however often it was escaped.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        while rest.peek() == Some(&'\\') {
            rest.next();
        }
        match rest.next() {
            Some('n' | 'r') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}
