//! What stays of a dump without quotation marks whose texts go: fields behind a text that say how a call was made, and what a log says after the dump.
//!
//! Where such a text ends nobody knows, so a field stays only where its value has a form that tells nothing of a text.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    numbers: Vec<String>,
    words: BTreeMap<String, Vec<String>>,
}

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| crate::data::read(data!("redact/rules/fields")).ok());

/// Longest name of a model and longest sequence at which a model stops.
const LONGEST_MODEL: usize = 64;
const LONGEST_STOP: usize = 16;

/// Adds what stays of a removed text.
pub(super) fn evidence(text: &[u8], kept: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while let Some(equals) = memchr::memchr(b'=', &text[at..]).map(|equals| at + equals) {
        // C# has blanks around it.
        let spaced = usize::from(text[..equals].ends_with(b" ") && text.get(equals + 1) == Some(&b' '));
        at = equals + 1 + spaced;
        let equals = equals - spaced;
        let length =
            text[..equals].iter().rev().take(40).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let name = &text[equals - length..equals];
        let start = equals - length;
        // A field begins behind a comma or a bracket.
        let begins = text[..start].ends_with(b", ") || start > 0 && b"{[(".contains(&text[start - 1]);
        if let Some(value) = value_of(name, &text[at..]).filter(|_| begins && length > 0) {
            at += value;
            // With the comma before it, it is known again.
            kept.push(start - if text[..start].ends_with(b", ") { 2 } else { 0 }..at);
        }
    }
    kept.extend(after_all(text));
    kept.sort_by_key(|range| range.start);
    kept.dedup_by(|next, before| next.start < before.end);
}

/// The parts of a dump that go from a text on that no quotation mark closes.
pub(in crate::redact) fn texts(text: &[u8], range: Range<usize>) -> Vec<Range<usize>> {
    let mut kept = Vec::new();
    evidence(&text[range.clone()], &mut kept);
    let mut from = range.start;
    let mut all = Vec::new();
    for kept in kept {
        all.push(from..range.start + kept.start);
        from = range.start + kept.end;
    }
    let rest = text[from..range.end].trim_ascii_end();
    let brackets = rest.iter().rev().take_while(|b| b")]}".contains(b)).count();
    all.push(from..from + rest.len() - brackets);
    all.retain(|part| !part.is_empty());
    all
}

/// Length of the value of a field that stays.
pub(super) fn value_of(name: &[u8], rest: &[u8]) -> Option<usize> {
    let ends = |length: usize| rest.get(length).is_none_or(|b| b",}])[".contains(b) || b.is_ascii_whitespace());
    let run = |is: fn(&u8) -> bool| rest.iter().take(LONGEST_MODEL + 1).take_while(|b| is(b)).count();
    let table = TABLE.as_ref()?;
    if table.numbers.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes())) {
        let length = run(|b| b.is_ascii_digit() || *b == b'.');
        return ((1..=12).contains(&length) && ends(length)).then_some(length);
    }
    if name.eq_ignore_ascii_case(b"model") {
        let length = run(|b| b.is_ascii_alphanumeric() || b"-._:/@".contains(b));
        let names_one = rest[..length].iter().any(u8::is_ascii_digit) && rest[..length].contains(&b'-');
        return (length <= LONGEST_MODEL && names_one && ends(length)).then_some(length);
    }
    if matches!(name, b"stopSequences" | b"stop_sequences") {
        let close = rest.iter().take(80).position(|b| *b == b']').filter(|_| rest.starts_with(b"["))?;
        let short = |stop: &[u8]| {
            stop.len() <= LONGEST_STOP && !stop.iter().any(|b| b.is_ascii_whitespace() || b"=[{(".contains(b))
        };
        let all = rest[1..close].split(|b| *b == b',').map(<[u8]>::trim_ascii).all(short);
        return all.then_some(close + 1);
    }
    let words = table.words.get(std::str::from_utf8(name).ok()?)?;
    words.iter().find(|word| rest.starts_with(word.as_bytes()) && ends(word.len())).map(String::len)
}

/// What a log says behind the bracket that closes all: `...}} failed: 529`.
fn after_all(text: &[u8]) -> Option<Range<usize>> {
    const FAILED: [&[u8]; 6] = [b" failed", b" with status", b" status", b" -> ", b" took ", b" returned"];
    const MOST_WORDS: usize = 6;
    let close = memchr::memrchr3(b'}', b']', b')', text)?;
    let rest = &text[close + 1..];
    if !FAILED.iter().any(|word| rest.starts_with(word)) {
        return None;
    }
    let words = || rest.split(|b| !b.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let is_status = |word: &[u8]| word.len() == 3 && b"45".contains(&word[0]) && word.iter().all(u8::is_ascii_digit);
    let says_status = words().take(MOST_WORDS + 1).count() <= MOST_WORDS && words().any(is_status);
    says_status.then_some(close + 1..close + 1 + rest.trim_ascii_end().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> Vec<&str> {
        let mut kept = Vec::new();
        evidence(text.as_bytes(), &mut kept);
        kept.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn fields_that_tell_nothing_of_a_text_stay() {
        assert_eq!(
            kept("a text, role=user}], model=claude-opus-4-6, maxTokens=64, stopSequences=[END, X]}} failed: 529"),
            [", role=user", ", model=claude-opus-4-6", ", maxTokens=64", ", stopSequences=[END, X]", " failed: 529"]
        );
        assert_eq!(
            kept("the x=1, model=none of it, role=the boss, maxTokens=a few, stopSequences=[some long text]"),
            [""; 0]
        );
    }
}
