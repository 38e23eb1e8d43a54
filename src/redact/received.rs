//! Redaction of a packet that somebody sent: a JSON value of any shape, with keys that nobody knows.

use serde_json::{Map, Value};

use super::clean::Clean;
use super::learn::Lessons;
use super::placeholder::Ledger;
use super::walk::Walk;
use super::{Policy, RedactError, Watch, engine, sort_known};
use crate::model::{Raw, Sensitive, Via as _, guidance};

/// A JSON value whose texts and keys went through redaction. There is no way to make one outside `redact`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CleanJson(Value);

impl CleanJson {
    /// The value.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.0
    }

    /// The value, for good.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.0
    }
}

/// Redacts all texts and keys of a packet that somebody sent. What is clean stays as it is: ids, times and the words of
/// evpack match no rule, and placeholders stand.
///
/// # Errors
/// The policy cannot be made ready.
pub fn redact_received(
    value: Value,
    policy: &Policy,
    sensitive: &Sensitive,
) -> Result<(CleanJson, Watch), RedactError> {
    let (blind, _) = sort_known(sensitive);
    let first = engine(policy, sensitive, blind.clone())?;
    let mut lessons = Lessons::already(&blind);
    let mut ledger = Ledger::default();
    texts(&value, &mut |text| {
        ledger.reserve(text.as_bytes());
        // A text that cannot be looked at teaches nothing, and is left out in the second look.
        let _ = lessons.learn(&first, text);
    });
    let mut entries = blind;
    entries.append(&mut lessons.entries);
    let second = engine(policy, sensitive, entries.clone())?;
    let mut walk = Walk::new(&second, ledger);
    let clean = cleaned(value, &mut walk);
    let watch = Watch::new(&entries, policy.rules.clone(), second.allow).ok_or(RedactError::TooLarge)?;
    Ok((CleanJson(clean), watch))
}

/// What must not stand in any packet: the shapes of the rules, the receiver's own among them, and the values that are known here.
///
/// # Errors
/// The policy cannot be made ready.
pub fn watch(policy: &Policy, sensitive: &Sensitive) -> Result<Watch, RedactError> {
    let (blind, _) = sort_known(sensitive);
    let engine = engine(policy, sensitive, blind.clone())?;
    let watch = Watch::new(&blind, policy.rules.clone(), engine.allow).ok_or(RedactError::TooLarge)?;
    Ok(watch.with_own_rules())
}

fn texts(value: &Value, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, visit)),
        Value::Object(entries) => {
            for (key, inner) in entries {
                visit(key);
                texts(inner, visit);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Takes the value, as a hostile packet is large and need not be there twice.
fn cleaned(value: Value, walk: &mut Walk<'_>) -> Value {
    match value {
        Value::String(text) => Value::String(text_of(walk, &text)),
        Value::Array(items) => {
            let each = |(index, item): (usize, Value)| {
                walk.enter(&index.to_string());
                let clean = cleaned(item, walk);
                walk.leave();
                clean
            };
            Value::Array(items.into_iter().enumerate().map(each).collect())
        }
        Value::Object(entries) => {
            let mut out = Map::new();
            for (key, inner) in entries {
                walk.enter("key-of-object");
                let key = text_of(walk, &key);
                walk.leave();
                walk.enter(&key);
                let inner = cleaned(inner, walk);
                walk.leave();
                out.insert(key, inner);
            }
            Value::Object(out)
        }
        other => other,
    }
}

fn text_of(walk: &mut Walk<'_>, text: &str) -> String {
    // Words of evpack's own, which name commands: to a rule, what follows `claude --debug-file` may be a prompt.
    if guidance::topic_of(text).is_some() {
        return text.to_owned();
    }
    let clean: Clean = walk.text(Raw::text(text));
    clean.as_str().to_owned()
}
