//! Redaction: the one way from collected to showable text, and the only place that can make it.
//!
//! Every text is looked at twice. The first look learns: credentials that rules recognise and prompts that structure shows
//! join the values that collection knew. The second look runs all detectors on the original text, takes the union of what they find, and splices
//! once. What cannot be redacted with certainty is replaced whole.

mod ahead;
mod below;
mod clean;
mod cold;
mod cold_events;
mod collected;
mod content;
mod encodings;
mod engine;
mod escapes;
mod finding;
mod folded;
mod gate;
#[doc(hidden)]
pub mod harness;
mod hex_rows;
mod identity;
mod known;
mod lanes;
mod lanes_group;
mod lanes_loop;
mod lanes_portable;
#[cfg(target_arch = "x86_64")]
mod lanes_x86;
mod learn;
mod line_leads;
mod literals;
mod named;
mod names;
mod needles;
mod own;
mod placeholder;
mod quoted;
mod readings;
mod received;
mod redactor;
mod rule;
mod rules;
mod ruleset;
mod shapes;
mod soft_breaks;
mod splice;
mod split_records;
mod state_words;
mod steps;
mod stream;
mod stream_open;
mod strings;
mod tails;
#[cfg(test)]
mod tests;
mod text_edges;
mod view;
mod walk;
mod watch;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use regex::bytes::RegexBuilder;

pub use clean::{Clean, Redacted};
pub use received::{CleanJson, redact_received, watch};
pub use redactor::{Explanation, Redactor, RedactorBuilder, StreamError, Summary};
pub use rules::hits::{RuleHit, rule_hits};
pub use rules::problems::RuleProblem;
pub use ruleset::{RuleInfo, Ruleset};
pub use watch::Watch;

use crate::model::vocabulary::{Audience, PersonalKind};
use crate::model::{Collected, Packet, Raw, RedactionReport, Restage, Sensitive, Texts};
use engine::Engine;
use finding::Rank;
use identity::IdentitySet;
use known::{Entry, KnownSet};
use learn::Lessons;
use placeholder::Ledger;
use walk::Walk;

/// What to remove, and for whom.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Who will read the packet.
    pub audience: Audience,
    /// The rules.
    pub rules: Ruleset,
    /// Personal data: the audiences that do not see a kind, where that differs from its default.
    pub personal: BTreeMap<PersonalKind, Vec<Audience>>,
    /// Regular expressions for evidence that must stay although a rule matches it. They never spare known values or prompt content.
    pub allow: Vec<String>,
}

/// Why nothing could be redacted. None of these says anything of the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedactError {
    /// An allow-list entry is no regular expression.
    #[error("allow-list entry {index} is not a valid regular expression")]
    BadAllow {
        /// Its index in the list, counted from 0.
        index: usize,
    },
    /// The automata could not be built.
    #[error("the values to remove are too many or too large to search for")]
    TooLarge,
    /// The built-in tables do not load.
    #[error("the built-in tables of the redactor do not load")]
    Tables,
}

/// Redacts a packet. The watch that comes with it names everything that must not stand in the finished bytes.
///
/// # Errors
/// The policy cannot be made ready. A single text that cannot be redacted is no error: it is left out, and says so.
pub fn redact(
    packet: Packet<Collected>,
    policy: &Policy,
    sensitive: &Sensitive,
) -> Result<(Packet<Redacted>, Watch), RedactError> {
    let (mut packet, report, watch) = redact_all(packet, policy, sensitive)?;
    packet.redaction = report;
    Ok((packet, watch))
}

/// Redacts any value that holds captured text, with the report of it.
///
/// # Errors
/// As [`redact`].
pub fn redact_all<T: Texts + Restage<Redacted>>(
    value: T,
    policy: &Policy,
    sensitive: &Sensitive,
) -> Result<(T::Out, RedactionReport, Watch), RedactError> {
    let (blind, by_name) = sort_known(sensitive);
    let first = engine(policy, sensitive, blind.clone())?;
    let mut lessons = Lessons::already(&blind);
    let mut ledger = Ledger::default();
    value.texts(&mut |raw| {
        ledger.reserve(raw.expose().as_bytes());
        // A text that cannot be looked at teaches nothing, and is left out in the second look.
        let _ = lessons.learn(&first, raw.expose());
    });
    let mut entries = blind;
    entries.append(&mut lessons.entries);
    let second = engine(policy, sensitive, entries.clone())?;
    let mut walk = Walk::new(&second, ledger);
    let value = value.restage(&mut walk);
    let left_out = walk.left_out;
    let mut ledger = walk.ledger;
    let names = by_name
        .iter()
        .map(|place| redact_with(&second, place, &mut ledger, "/redaction/not_removed_blindly").to_string())
        .collect();
    let mut report = ledger.into_report(ruleset::VERSION, names);
    if left_out > 0 {
        report.counts.insert("not-redactable".to_owned(), left_out);
    }
    let watch = Watch::new(&entries, policy.rules.clone(), second.allow).ok_or(RedactError::TooLarge)?;
    Ok((value, report, watch))
}

/// Redacts one text with the same engine, for messages that are shown beside a packet.
pub fn redact_text(text: &Raw<String>, policy: &Policy, sensitive: &Sensitive) -> Clean {
    let (blind, _) = sort_known(sensitive);
    let Ok(engine) = engine(policy, sensitive, blind) else { return Clean::not_redactable() };
    let mut ledger = Ledger::default();
    ledger.reserve(text.expose().as_bytes());
    redact_with(&engine, text, &mut ledger, "")
}

fn redact_with(engine: &Engine, text: &Raw<String>, ledger: &mut Ledger, place: &str) -> Clean {
    engine.clean(text.expose(), None, ledger, place).map_or_else(|_| Clean::not_redactable(), Clean::new)
}

/// Known values that are removed wherever they appear, and the places of those that are too short or too common for that.
fn sort_known(sensitive: &Sensitive) -> (Vec<Entry>, Vec<Raw<String>>) {
    let mut blind = Vec::new();
    let mut by_name: Vec<Raw<String>> = Vec::new();
    let mut named = HashSet::new();
    for known in &sensitive.values {
        let value = known.value.expose();
        if known::is_blind_safe(value) {
            blind.push(Entry {
                value: Arc::from(value.as_str()),
                kind: Arc::from(known.kind),
                rule: Arc::from(known::RULE),
                rank: Rank::Known,
            });
        } else if is_short(value) && named.insert(known.place.expose()) {
            by_name.push(known.place.clone());
        }
    }
    (blind, by_name)
}

/// Whether a known value is a secret, but too short or too common to be removed wherever it appears.
fn is_short(value: &str) -> bool {
    !known::is_blind_safe(value) && !state_words::is_plain_state(value.as_bytes())
}

fn engine(policy: &Policy, sensitive: &Sensitive, entries: Vec<Entry>) -> Result<Engine, RedactError> {
    let mut allow = Vec::with_capacity(policy.allow.len());
    for (index, pattern) in policy.allow.iter().enumerate() {
        allow
            .push(RegexBuilder::new(pattern).size_limit(1 << 20).build().map_err(|_| RedactError::BadAllow { index })?);
    }
    let short = sensitive.values.iter().map(|known| known.value.expose().as_str()).filter(|value| is_short(value));
    let known = KnownSet::new(entries).ok_or(RedactError::TooLarge)?.with_short(short);
    let identities = IdentitySet::new(policy, &sensitive.identities).map_err(|_| RedactError::TooLarge)?;
    Engine::new(policy.rules.clone(), known, identities, allow).ok_or(RedactError::Tables)
}
