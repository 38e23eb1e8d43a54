//! Tests of the whole redactor: rules by their examples, evidence that must stay, content in every shape, properties.

mod captures;
mod content;
mod evidence;
mod mutation;
mod packet;
mod properties;
mod rules;
mod stream;
mod walk;

use super::{Policy, Ruleset, redact_text};
use crate::model::vocabulary::Audience;
use crate::model::{KnownValue, Raw, Sensitive};

pub(super) fn policy(audience: Audience) -> Policy {
    Policy { audience, rules: Ruleset::builtin().unwrap(), allow: Vec::new() }
}

/// A text redacted for the vendor, with no known value.
pub(super) fn redacted(text: &str) -> String {
    redact_text(&Raw::text(text), &policy(Audience::Vendor), &Sensitive::default()).to_string()
}

/// A text redacted for the vendor, with one known value.
pub(super) fn redacted_with(text: &str, value: &str) -> String {
    let known = KnownValue { value: Raw::text(value), kind: "gateway-key", place: Raw::text("GATEWAY_KEY") };
    let sensitive = Sensitive { values: vec![known], identities: Vec::new() };
    redact_text(&Raw::text(text), &policy(Audience::Vendor), &sensitive).to_string()
}

/// Random-looking characters of a class, the same for the same seed: secrets of tests are made when a test runs, so that the
/// repository holds none.
pub(super) fn fill(count: usize, class: &str, seed: u64) -> String {
    let set: &[u8] = match class {
        "h" => b"0123456789abcdef",
        "d" => b"0123456789",
        "l" => b"abcdefghijklmnopqrstuvwxyz",
        "A" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "b" => b"abcdefghijklmnopqrstuvwxyz0123456789",
        "w" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-",
        _ => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    };
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let pick = |bits: u64| char::from(set[usize::try_from(bits >> 33).unwrap_or(0) % set.len()]);
    let mut out: String = (0..count).map(|_| pick(next())).collect();
    // The ends are letters or digits, so that a wrapped or quoted secret is a clean token.
    if class == "w" && count > 1 {
        out.replace_range(0..1, "Q");
        out.replace_range(count - 1..count, "7");
    }
    out
}

/// Expands `<fill:N:class>` marks; gives the text and what was filled in.
pub(super) fn expand(example: &str) -> (String, Vec<String>) {
    let mut text = String::new();
    let mut filled = Vec::new();
    let mut rest = example;
    while let Some((before, mark)) = rest.split_once("<fill:") {
        text.push_str(before);
        let (inner, after) = mark.split_once('>').unwrap();
        let (count, class) = inner.split_once(':').unwrap();
        let value = fill(count.parse().unwrap(), class, 41 + filled.len() as u64);
        text.push_str(&value);
        filled.push(value);
        rest = after;
    }
    text.push_str(rest);
    (text, filled)
}
