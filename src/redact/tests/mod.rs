//! Tests of the whole redactor: rules by their examples, evidence that must stay, content in every shape, properties.

mod accounts;
mod agents;
mod apart;
mod around;
mod below;
mod blind;
mod captures;
mod chats;
mod containers;
mod content;
mod documents;
mod evidence;
mod families;
mod forms;
mod frames;
mod generated;
mod hunted;
mod in_strings;
mod interpreters;
mod kept;
mod labels;
mod made_up;
mod met;
mod owners;
mod packet;
mod pasted;
mod people;
mod personal;
mod printed;
mod properties;
mod real;
mod requests;
mod rules;
mod screen;
mod spoken;
mod steps;
mod stores;
mod stream;
mod tools;
mod turns;
mod walk;
mod written;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::engine::Engine;
use super::placeholder::Ledger;
pub(super) use super::rules::examples::fill;
use super::{Policy, Redactor, Ruleset, redact_text};
use crate::model::vocabulary::Audience;
use crate::model::{KnownValue, Raw, Sensitive};

pub(super) fn policy(audience: Audience) -> Policy {
    Policy { audience, rules: Ruleset::builtin().unwrap(), personal: BTreeMap::new(), allow: Vec::new() }
}

/// Made once: to make it takes longer than to redact a short text.
static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| super::engine(&policy(Audience::Vendor), &Sensitive::default(), Vec::new()).unwrap());

/// A text redacted for the vendor, with no known value.
pub(super) fn redacted(text: &str) -> String {
    let mut ledger = Ledger::default();
    ledger.reserve(text.as_bytes());
    super::redact_with(&ENGINE, &Raw::text(text), &mut ledger, "").to_string()
}

/// The same for streams.
static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| Redactor::builder().build().unwrap());

/// The same, line by line.
pub(super) fn streamed(text: &str) -> String {
    let mut out = Vec::new();
    REDACTOR.redact_stream(text.as_bytes(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A text redacted for one audience, with no known value.
pub(super) fn shown(text: &str, audience: Audience) -> String {
    redact_text(&Raw::text(text), &policy(audience), &Sensitive::default()).to_string()
}

/// The first texts become what stands beside them for the vendor and stay for the people inside, the others go for everyone.
pub(super) fn assert_hidden(hidden: &[(&str, &str)], hidden_from_all: &[(&str, &str)]) {
    assert_each(hidden.iter().copied(), Audience::Vendor);
    assert_each(hidden.iter().map(|(text, _)| (*text, *text)), Audience::Internal);
    for audience in Audience::ALL {
        assert_each(hidden_from_all.iter().copied(), *audience);
    }
}

/// The texts stay as they are for all who do not belong to the house.
pub(super) fn assert_stays(texts: &[&str]) {
    for audience in [Audience::Vendor, Audience::Public] {
        assert_each(texts.iter().map(|text| (*text, *text)), audience);
    }
}

/// Each text becomes what stands beside it.
pub(super) fn assert_each<'t>(cases: impl Iterator<Item = (&'t str, &'t str)>, audience: Audience) {
    let wrong: Vec<String> = cases
        .map(|(text, meant)| (text, shown(text, audience), meant))
        .filter(|(_, out, meant)| out != meant)
        .map(|(text, out, _)| format!("{audience}: {text} -> {out}"))
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// A text redacted for the vendor, with one known value.
pub(super) fn redacted_with(text: &str, value: &str) -> String {
    let known = KnownValue { value: Raw::text(value), kind: "gateway-key", place: Raw::text("GATEWAY_KEY") };
    let sensitive = Sensitive { values: vec![known], identities: Vec::new() };
    redact_text(&Raw::text(text), &policy(Audience::Vendor), &sensitive).to_string()
}

/// From each text goes what must, in one piece and line by line, and the evidence beside it stays; what was redacted stays as it is.
pub(super) fn assert_gone<'t>(cases: impl Iterator<Item = (&'t str, &'t [&'t str], &'t [&'t str])>) {
    let mut wrong = Vec::new();
    for (text, gone, stay) in cases {
        for out in [redacted(text), streamed(text)] {
            let leaks = gone.iter().filter(|mark| out.contains(**mark)).count();
            let lost = stay.iter().filter(|mark| !out.contains(**mark)).count();
            if leaks + lost > 0 || streamed(&out) != out {
                wrong.push(format!("{leaks} leak, {lost} lost: {text}\n -> {out}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Expands `<fill:N:class>` marks; gives the text and what was filled in.
pub(super) fn expand(example: &str) -> (String, Vec<String>) {
    super::rules::examples::expand(example).unwrap()
}
