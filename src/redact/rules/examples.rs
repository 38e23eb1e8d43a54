//! Examples of rules: `<fill:N:class>` stands for random-looking characters, made when they are needed, so that no file holds a secret.

use crate::redact::rule::{Rule, RuleText};
use crate::redact::ruleset::Ruleset;
use crate::redact::shapes;

/// Longest run that one mark may stand for.
const LONGEST: usize = 4096;

/// Random-looking characters of a class, the same for the same seed.
pub(in crate::redact) fn fill(count: usize, class: &str, seed: u64) -> String {
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

/// Expands `<fill:N:class>` marks; gives the text and what was filled in. `None` where a mark is not well formed.
pub(in crate::redact) fn expand(example: &str) -> Option<(String, Vec<String>)> {
    let mut text = String::new();
    let mut filled = Vec::new();
    let mut rest = example;
    while let Some((before, mark)) = rest.split_once("<fill:") {
        text.push_str(before);
        let (inner, after) = mark.split_once('>')?;
        let (count, class) = inner.split_once(':')?;
        let count = count.parse().ok().filter(|count| (1..=LONGEST).contains(count))?;
        let value = fill(count, class, 41 + filled.len() as u64);
        text.push_str(&value);
        filled.push(value);
        rest = after;
    }
    text.push_str(rest);
    Some((text, filled))
}

/// What is wrong with a rule by its own examples: the key, the index under it, and what.
pub(in crate::redact) fn failures(rule: &RuleText) -> Vec<(&'static str, usize, &'static str)> {
    let mut wrong = Vec::new();
    let set = Ruleset::build(vec![Rule::new(rule.clone())]);
    let finds = |text: &str| {
        let mut found = Vec::new();
        shapes::find(&set, text.as_bytes(), &mut found).is_ok() && !found.is_empty()
    };
    let lists = [("must_match", &rule.must_match, true), ("must_stay", &rule.must_stay, false)];
    for (key, examples, wanted) in lists {
        for (index, example) in examples.iter().enumerate() {
            match expand(example) {
                None => wrong.push((key, index, "has a `<fill:N:class>` mark that is not well formed")),
                Some((text, _)) if finds(&text) == wanted => {}
                Some(_) if wanted => wrong.push((key, index, "is not found by the rule")),
                Some(_) => wrong.push((key, index, "is found by the rule, and must stay")),
            }
        }
    }
    wrong
}
