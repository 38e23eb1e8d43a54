//! Placeholders: what stands in the place of removed text, and the numbers that tell equal values from different ones.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher, RandomState};
use std::ops::Range;
use std::sync::Arc;

use super::finding::{Finding, Substitute};
use crate::model::{RedactionEntry, RedactionReport};

/// Whether a text is what redaction puts in the place of content.
pub(super) fn is_shape(value: &[u8]) -> bool {
    let Some(inner) = value.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")) else { return false };
    if matches!(inner, b"text" | b"key" | b"not-redactable") {
        return true;
    }
    // Earlier versions wrote a colon, which a plain text of YAML cannot hold.
    let leads = [&b"text of "[..], b"removed ", b"text: ", b"removed: "];
    let count = leads.iter().find_map(|lead| inner.strip_prefix(*lead));
    count
        .and_then(|rest| rest.strip_suffix(b" characters"))
        .is_some_and(|n| !n.is_empty() && n.len() < 12 && n.iter().all(u8::is_ascii_digit))
}

/// Writes what takes the place of a text of so many characters.
fn write_characters(count: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(b"[text of ");
    write_number(count, out);
    out.extend_from_slice(b" characters]");
}

/// What takes the place of a text of so many characters.
pub(super) fn of_characters(count: usize) -> String {
    format!("[text of {count} characters]")
}

/// The placeholders that stand in a text already, with kind and number: from an earlier redaction, or by chance.
pub(super) fn standing(text: &[u8]) -> Vec<(Range<usize>, &str, u32)> {
    let mut all = Vec::new();
    for open in memchr::memchr_iter(b'[', text) {
        let rest = &text[open + 1..text.len().min(open + 80)];
        if !rest.first().is_some_and(u8::is_ascii_lowercase) {
            continue;
        }
        let Some(close) = memchr::memchr(b']', rest) else { continue };
        let inner = &rest[..close];
        let range = open..open + close + 2;
        if is_shape(&text[range.clone()]) {
            all.push((range, "", 0));
            continue;
        }
        let Ok(inner) = std::str::from_utf8(inner) else { continue };
        let Some((kind, number)) = inner.rsplit_once('-') else { continue };
        let is_kind = kind.len() >= 3
            && kind.starts_with(|c: char| c.is_ascii_lowercase())
            && kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if let (true, true, Ok(number)) = (is_kind, number.len() <= 5, number.parse()) {
            all.push((range, kind, number));
        }
    }
    all
}

/// Gives out placeholders and keeps the account.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Kind (its place in `next`) and number of each value, by a hash of it with a key of this run's own: no value is kept, and no text can make many of
    /// them collide.
    given: HashMap<u64, (usize, u32), BuildHasherDefault<Hashed>>,
    keys: RandomState,
    /// The last number of each kind; there are few.
    next: Vec<(Box<str>, u32)>,
    entries: Vec<RedactionEntry>,
    places: HashMap<(String, String, String), usize>,
    lines: Vec<Line>,
    bounded: bool,
}

/// A hasher for what is a hash already.
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0 << 8 | u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// The account of one rule and kind.
#[derive(Debug)]
struct Line {
    rule: Arc<str>,
    kind: Arc<str>,
    /// What the report shows for it, where that is the same for all values, with its place: the entry's index.
    entry: Option<(String, usize)>,
    count: u32,
}

/// Most values whose numbers a stream remembers; beyond, it starts to give new numbers to values that it forgot.
const MOST_REMEMBERED: usize = 7_000;

impl Ledger {
    /// A ledger for a stream of any length: it remembers a bounded number of values, and counts by rule and kind.
    pub(super) fn bounded() -> Self {
        Self { bounded: true, ..Self::default() }
    }

    /// Keeps numbers free that a text uses already.
    pub(super) fn reserve(&mut self, text: &[u8]) {
        for (_, kind, number) in standing(text) {
            if number > 0 {
                let kind = self.place_of(kind);
                let (_, last) = &mut self.next[kind];
                *last = (*last).max(number);
            }
        }
    }

    /// Writes what takes the place of a finding; it is entered in the account.
    pub(super) fn substitute(&mut self, finding: &Finding, original: &[u8], place: &str, out: &mut Vec<u8>) {
        let start = out.len();
        match &finding.substitute {
            Substitute::Shape(shape) => out.extend_from_slice(shape.as_bytes()),
            Substitute::Characters(count) => write_characters(*count, out),
            Substitute::Numbered => {
                let (kind, number) = match finding.value.as_deref() {
                    Some(value) => self.number(&canonical(value.as_bytes()), &finding.kind),
                    None => self.number(&canonical(original), &finding.kind),
                };
                out.push(b'[');
                out.extend_from_slice(self.next[kind].0.as_bytes());
                out.push(b'-');
                write_number(number as usize, out);
                out.push(b']');
            }
        }
        let numbered = matches!(finding.substitute, Substitute::Numbered);
        self.account(finding, numbered, place, &out[start..]);
    }

    /// Enters a finding in the account; `shown` is what takes its place.
    fn account(&mut self, finding: &Finding, numbered: bool, place: &str, shown: &[u8]) {
        let (rule, kind) = (&finding.rule, &finding.kind);
        let known = self.lines.iter().position(|l| Arc::ptr_eq(&l.rule, rule) && Arc::ptr_eq(&l.kind, kind));
        let known = known.or_else(|| self.lines.iter().position(|l| l.rule == *rule && l.kind == *kind));
        let line = known.unwrap_or_else(|| {
            let (rule, kind) = (Arc::clone(&finding.rule), Arc::clone(&finding.kind));
            self.lines.push(Line { rule, kind, entry: None, count: 0 });
            self.lines.len() - 1
        });
        self.lines[line].count += 1;
        if numbered && !self.bounded {
            self.enter(&finding.rule, String::from_utf8_lossy(shown).into_owned(), place);
            return;
        }
        match &self.lines[line].entry {
            // Two empty names are not compared as bytes: that of no bytes at no address, as wide instructions do it, costs more than all else here.
            Some((known, index)) if known.len() == place.len() && (place.is_empty() || known == place) => {
                self.entries[*index].count += 1;
            }
            _ => {
                let entered = if self.bounded { format!("[{}]", finding.kind) } else { "[text]".to_owned() };
                let index = self.enter(&finding.rule, entered, place);
                self.lines[line].entry = Some((place.to_owned(), index));
            }
        }
    }

    /// Enters content that was removed to the end of its record.
    pub(super) fn cut(&mut self, place: &str) {
        self.enter("content-cut-off", "[text]".to_owned(), place);
        let (rule, kind) = (Arc::from("content-cut-off"), Arc::from(super::content::KIND));
        self.lines.push(Line { rule, kind, entry: None, count: 1 });
    }

    /// The kind of a value, as its place in `next`, and its number.
    fn number(&mut self, value: &str, kind: &str) -> (usize, u32) {
        let key = self.keys.hash_one(value);
        if let Some(given) = self.given.get(&key) {
            return *given;
        }
        let kind = self.place_of(kind);
        let (_, last) = &mut self.next[kind];
        *last += 1;
        let number = *last;
        if self.bounded && self.given.len() >= MOST_REMEMBERED {
            self.given.clear();
        }
        self.given.insert(key, (kind, number));
        (kind, number)
    }

    /// Where in `next` a kind stands.
    fn place_of(&mut self, kind: &str) -> usize {
        self.next.iter().position(|(known, _)| **known == *kind).unwrap_or_else(|| {
            self.next.push((kind.into(), 0));
            self.next.len() - 1
        })
    }

    /// Adds one to an entry of the report; gives its index.
    fn enter(&mut self, rule: &str, placeholder: String, place: &str) -> usize {
        let key = (rule.to_owned(), placeholder, place.to_owned());
        if let Some(&index) = self.places.get(&key) {
            self.entries[index].count += 1;
            return index;
        }
        self.entries.push(RedactionEntry {
            rule: key.0.clone(),
            placeholder: key.1.clone(),
            place: key.2.clone(),
            count: 1,
        });
        self.places.insert(key, self.entries.len() - 1);
        self.entries.len() - 1
    }

    /// The report, entries in the order in which they were made.
    pub(super) fn into_report(self, rules: &str, not_removed_blindly: Vec<String>) -> RedactionReport {
        let mut counts = BTreeMap::new();
        for line in &self.lines {
            *counts.entry(line.kind.to_string()).or_insert(0) += line.count;
        }
        RedactionReport { entries: self.entries, counts, rules: rules.to_owned(), verified: false, not_removed_blindly }
    }
}

/// Writes a number in decimal.
fn write_number(mut number: usize, out: &mut Vec<u8>) {
    let start = out.len();
    loop {
        out.push(b'0' + u8::try_from(number % 10).unwrap_or(0));
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out[start..].reverse();
}

/// One form for values that differ only in white space, control sequences and escaped line ends.
#[allow(
    clippy::needless_bitwise_bool,
    reason = "a branch for each byte would keep the compiler from making wide instructions"
)]
pub(super) fn canonical(value: &[u8]) -> Cow<'_, str> {
    // All bytes are looked at, without a branch for each.
    let squeezed = value.iter().fold(false, |any, b| any | (*b <= b' ') | (*b == b'\\') | (*b >= 0x7f));
    if !squeezed {
        // Nearly all values are whole, which is told sooner than where they are not.
        return std::str::from_utf8(value).map_or_else(|_| String::from_utf8_lossy(value), Cow::Borrowed);
    }
    let text = String::from_utf8_lossy(value);
    let view = super::view::squeezed(text.as_bytes());
    Cow::Owned(String::from_utf8_lossy(&view.text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standing_placeholders_are_seen() {
        for shape in ["[text of 24 characters]", "[removed 24 characters]", "[text: 24 characters]", "[text]"] {
            let text = format!("a [api-key-3] b {shape} c [12] d [x-y] e[home-1]/f");
            let seen = standing(text.as_bytes());
            let seen: Vec<_> = seen.iter().map(|(_, kind, number)| (*kind, *number)).collect();
            assert_eq!(seen, [("api-key", 3), ("", 0), ("home", 1)], "{shape}");
        }
    }
}
