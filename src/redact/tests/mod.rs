//! Tests of the whole redactor: rules by their examples, evidence that must stay, content in every shape, properties.

mod accounts;
mod around;
mod below;
mod captures;
mod content;
mod evidence;
mod frames;
mod generated;
mod packet;
mod people;
mod personal;
mod properties;
mod rules;
mod screen;
mod steps;
mod stream;
mod tools;
mod turns;
mod walk;

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

/// The same, line by line.
pub(super) fn streamed(text: &str) -> String {
    let mut out = Vec::new();
    Redactor::builder().build().unwrap().redact_stream(text.as_bytes(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A text redacted for the vendor, with one known value.
pub(super) fn redacted_with(text: &str, value: &str) -> String {
    let known = KnownValue { value: Raw::text(value), kind: "gateway-key", place: Raw::text("GATEWAY_KEY") };
    let sensitive = Sensitive { values: vec![known], identities: Vec::new() };
    redact_text(&Raw::text(text), &policy(Audience::Vendor), &sensitive).to_string()
}

/// Expands `<fill:N:class>` marks; gives the text and what was filled in.
pub(super) fn expand(example: &str) -> (String, Vec<String>) {
    super::rules::examples::expand(example).unwrap()
}
