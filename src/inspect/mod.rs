//! The checks of a packet that somebody sent. A report holds names, places and words of evpack's own, never text of the
//! packet, so it can be shown as it is.

mod checksums;
mod consistency;
mod shape;
mod verdict;

use serde::Serialize;
use serde_json::Value;

use crate::archive::{Form, Received};
use crate::redact::Watch;
use crate::verify;

/// What came of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// This form of packet has nothing to check it by.
    NotPossible,
}

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where: a JSON pointer, or a file of the zip.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// What came of it.
    pub outcome: Outcome,
    /// What does not hold.
    pub faults: Vec<Fault>,
}

/// How much of what support asks for was captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Completeness {
    /// Items that were captured.
    pub captured: usize,
    /// Items that apply to the failure.
    pub of: usize,
    /// The same in percent, rounded down.
    pub percent: usize,
}

/// Whether the packet is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signature {
    /// There is no signature beside it.
    None,
    /// There is one, and no key was given to check it with.
    NotChecked,
    /// It is by the key that was given, over these bytes.
    Good,
    /// It is not.
    Bad,
}

/// What the checks of one packet say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Form of the packet.
    pub form: &'static str,
    /// Whether all checks passed.
    pub passed: bool,
    /// The checks.
    pub checks: Vec<Check>,
    /// How much was captured.
    pub completeness: Completeness,
    /// Whether it is signed.
    pub signature: Signature,
}

/// Most faults that one check reports; a hostile packet may have a hundred thousand.
const MOST_FAULTS: usize = 20;

/// What a check found wrong so far.
#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, place: impl Into<String>, what: impl Into<String>) {
        if self.0.len() < MOST_FAULTS {
            self.0.push(Fault { place: place.into(), what: what.into() });
        }
    }

    fn check(self, name: &'static str) -> Check {
        let outcome = if self.0.is_empty() { Outcome::Passed } else { Outcome::Failed };
        Check { name, outcome, faults: self.0 }
    }
}

/// All checks of one packet. `required` are fields that must hold a value, such as `failure.request_id`; `signature` is
/// what was found beside the packet, and `key_given` whether it must be good.
pub fn inspect(
    received: &Received,
    watch: &Watch,
    required: &[String],
    signature: Signature,
    key_given: bool,
) -> Report {
    let mut checks = vec![
        checksums::check(received),
        shape::check(received),
        consistency::check(received),
        leaks(received, watch),
        signed(signature, key_given),
    ];
    if !required.is_empty() {
        checks.push(fields(received.value(), required));
    }
    Report {
        form: received.form().word(),
        passed: checks.iter().all(|check| check.outcome != Outcome::Failed),
        checks,
        completeness: completeness(received.value()),
        signature,
    }
}

/// The value of a field that was captured: not `null`, not an absence, and no empty text or list.
#[must_use]
pub fn field<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let pointer = if path.starts_with('/') { path.to_owned() } else { format!("/{}", path.replace('.', "/")) };
    value.pointer(&pointer).filter(|value| is_captured(value))
}

fn is_captured(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(entries) => !(entries.contains_key("absent") && entries.contains_key("how_to_get_it")),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn leaks(received: &Received, watch: &Watch) -> Check {
    let mut faults = Faults::default();
    let mut look = |name: &str, bytes: &[u8]| {
        if let Err(leak) = verify::scan(watch, name, bytes) {
            faults.add(name, format!("line {}: rule {} finds something that must not be there", leak.line, leak.rule));
        }
    };
    if received.form() != Form::Zip {
        let text = serde_json::to_vec_pretty(received.value()).unwrap_or_default();
        look("packet.json", &text);
    }
    if let Some(prose) = received.prose() {
        look("packet.md", prose.words.as_bytes());
    }
    for member in received.members() {
        look(&member.name, &member.bytes);
    }
    faults.check("leaks")
}

fn signed(signature: Signature, key_given: bool) -> Check {
    let mut faults = Faults::default();
    match signature {
        Signature::None if key_given => faults.add("", "there is no signature beside the packet"),
        Signature::Bad => faults.add("", "the signature is not of this key over this packet"),
        Signature::None | Signature::NotChecked => {
            return Check { name: "signature", outcome: Outcome::NotPossible, faults: Vec::new() };
        }
        Signature::Good => {}
    }
    faults.check("signature")
}

fn fields(value: &Value, required: &[String]) -> Check {
    let mut faults = Faults::default();
    for path in required.iter().filter(|path| field(value, path).is_none()) {
        faults.add(path.as_str(), "is required here, and not captured");
    }
    faults.check("required")
}

fn completeness(value: &Value) -> Completeness {
    let items = value["checklist"].as_array().map(Vec::as_slice).unwrap_or_default();
    let captured = items.iter().filter(|item| item["captured"] == true).count();
    let moot = items.iter().filter(|item| item["captured"] != true && item["absent"] == "not-applicable").count();
    let of = items.len() - moot;
    Completeness { captured, of, percent: (captured * 100).checked_div(of).unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_and_empty_values_are_not_captured() {
        let value =
            serde_json::json!({"a": {"b": 0, "c": "", "d": {"absent": "denied", "how_to_get_it": "x"}, "e": null}});
        assert_eq!(field(&value, "a.b"), Some(&Value::from(0)));
        assert!(["a.c", "a.d", "a.e", "a.f", "/a/x"].iter().all(|path| field(&value, path).is_none()));
        assert!(field(&value, "/a/b").is_some() && field(&value, "a").is_some());
    }

    #[test]
    fn items_that_do_not_apply_do_not_count() {
        let items = serde_json::json!({"checklist": [{"captured": true}, {"captured": false, "absent": "not-applicable"}, {"captured": false, "absent": "denied"}]});
        assert_eq!(completeness(&items), Completeness { captured: 1, of: 2, percent: 50 });
        assert_eq!(completeness(&Value::Null), Completeness { captured: 0, of: 0, percent: 0 });
    }
}
