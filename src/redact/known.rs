//! Known values: each is removed wherever it appears, in any form, also wrapped over lines or coloured.

mod wrapped;
mod written;

use std::collections::HashSet;
use std::sync::Arc;

use super::escapes::Reading;
use super::finding::{Finding, Rank};
use super::line_leads;
use super::needles::{Needles, PIECE, Pieces};
use super::shapes::is_mixed;
use super::state_words::is_plain_state;
use super::tails::Tails;
use super::view;
use written::Written;

/// Shortest value that is removed wherever it appears.
const SHORTEST: usize = 8;
/// Shortest value that is searched for in the bare text, so also across line breaks.
const SHORTEST_BARE: usize = 12;
/// Rule id in the report.
pub(super) const RULE: &str = "known-value";

/// A value that must go.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) value: Arc<str>,
    pub(super) kind: Arc<str>,
    pub(super) rule: Arc<str>,
    pub(super) rank: Rank,
}

/// Known values and the tables that find them.
#[derive(Debug, Default)]
pub(super) struct KnownSet {
    entries: Vec<Entry>,
    /// Values as they are, and all forms of those that are too short to be searched for in the bare text.
    exact: Forms,
    /// Bare values, and their base64 and hexadecimal forms, which are searched for in the bare text.
    bare: Forms,
    /// Bare forms without their first bytes: of a value that is wrapped so near to its start, too little is left in the line before to be told.
    rests: Forms,
    /// Bare forms in order, to tell a value that breaks off at the end of a line.
    sorted: Vec<u32>,
    tails: Tails,
    /// The two bytes that bare forms begin with.
    heads: Tails,
    pieces: Pieces,
    /// Values too short or too common to be removed wherever they appear.
    short: HashSet<Box<[u8]>>,
    longest_short: usize,
}

/// Forms, each with the entry that it belongs to.
#[derive(Debug, Default)]
struct Forms {
    needles: Needles,
    owner: Vec<u32>,
}

impl Forms {
    fn new(forms: Vec<(Box<[u8]>, u32)>) -> Self {
        let (needles, owner) = forms.into_iter().unzip();
        Self { needles: Needles::new(needles), owner }
    }
}

/// Length of the beginning by which a value that breaks off is recognised.
const HEAD: usize = 6;
/// Bytes of a text in which that beginning stands in most forms.
const FIRST: usize = 32;
/// Up to this many pieces are words of the gate; more are searched for by themselves, so that the gate stays as fast as it is.
const MOST_WORDS: usize = 4096;

/// Whether a value is long and unusual enough to be removed wherever it appears, without shredding other text.
pub(super) fn is_blind_safe(value: &str) -> bool {
    let value = value.trim();
    let bytes = value.as_bytes();
    let is_address = value.contains("://")
        || value.starts_with('/')
        || value.starts_with("~/")
        || value.parse::<std::net::IpAddr>().is_ok();
    let digits_only = bytes.iter().all(u8::is_ascii_digit);
    let one_word = bytes.iter().all(u8::is_ascii_alphabetic) && !super::shapes::is_mixed(bytes);
    if is_plain_state(bytes) || is_address || (digits_only && bytes.len() < 12) || (one_word && bytes.len() < 24) {
        return false;
    }
    let hyphened_words = bytes.iter().all(|b| b.is_ascii_lowercase() || b"-_.".contains(b)) && bytes.len() < 20;
    bytes.len() >= SHORTEST && (!hyphened_words || is_mixed(bytes))
}

impl KnownSet {
    /// Makes the tables. `None` where there are too many values; the caller fails closed.
    pub(super) fn new(entries: Vec<Entry>) -> Option<Self> {
        let mut written = Written::default();
        for (index, entry) in entries.iter().enumerate() {
            written.add(entry, u32::try_from(index).ok()?);
        }
        let Written { exact, bare, pieces } = written;
        let mut sorted: Vec<u32> = (0..u32::try_from(bare.len()).ok()?).collect();
        sorted.sort_unstable_by(|left, right| bare[*left as usize].0.cmp(&bare[*right as usize].0));
        let tails = Tails::new(bare.iter().map(|(form, _)| &**form), HEAD);
        let heads = Tails::new(bare.iter().filter_map(|(form, _)| form.get(..2)), 2);
        let long = bare.iter().filter(|(form, _)| form.len() >= SHORTEST_BARE + HEAD);
        let rests = Forms::new(long.map(|(form, index)| (form[HEAD - 1..].into(), *index)).collect());
        let (exact, bare) = (Forms::new(exact), Forms::new(bare));
        Some(Self {
            entries,
            exact,
            bare,
            rests,
            sorted,
            tails,
            heads,
            pieces: Pieces::new(pieces),
            short: HashSet::new(),
            longest_short: 0,
        })
    }

    /// With values that go only where a name says that they are credentials.
    pub(super) fn with_short<'v>(self, values: impl Iterator<Item = &'v str>) -> Self {
        let short: HashSet<Box<[u8]>> = values.map(|value| value.trim().as_bytes().into()).collect();
        Self { longest_short: short.iter().map(|value| value.len()).max().unwrap_or(0), short, ..self }
    }

    /// Whether this is such a value.
    pub(super) fn is_short(&self, value: &[u8]) -> bool {
        value.len() <= self.longest_short && self.short.contains(value)
    }

    /// Whether there is nothing to find.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Pieces one of which stands wherever a value does, as words for the gate; none where there are so many that they are searched for by themselves.
    pub(super) fn words(&self) -> &[[u8; PIECE]] {
        if self.is_many() { &[] } else { self.pieces.all() }
    }

    fn is_many(&self) -> bool {
        self.pieces.all().len() > MOST_WORDS
    }

    /// Where a value may begin, of those whose pieces are no words of the gate.
    pub(super) fn first_in(&self, text: &[u8]) -> Option<usize> {
        if self.is_many() { self.pieces.first_in(text) } else { None }
    }

    /// Adds all places where a value stands.
    pub(super) fn find(&self, text: &[u8], found: &mut Vec<Finding>) {
        if self.is_empty() {
            return;
        }
        self.exact.needles.find(text, |form, start| {
            let end = start + self.exact.needles.get(form).len();
            found.push(self.finding(self.exact.owner[form], with_base64_edges(text, start, end)));
        });
        let mut readings = vec![Reading::bare(text)];
        if line_leads::next_break(text, 0).is_some() {
            // A value that begins a line may look like what programs put there.
            readings.push(Reading::bare_line(text));
        }
        readings.extend(Reading::bare_before(text, |rest| self.may_begin(rest)));
        for bare in readings {
            self.bare.needles.find(&bare.text, |form, start| {
                let range = bare.original(start..start + self.bare.needles.get(form).len());
                found.push(self.finding(self.bare.owner[form], with_base64_edges(text, range.start, range.end)));
            });
            self.rests.needles.find(&bare.text, |form, start| {
                let range = bare.original(start..start + self.rests.needles.get(form).len());
                found.push(self.finding(self.rests.owner[form], with_base64_edges(text, range.start, range.end)));
            });
        }
        if let Some(view) = view::without_colours(text) {
            // What stands before a colour may look like an escape together with what stands after it.
            self.bare.needles.find(&view.text, |form, start| {
                let range = view.original(start..start + self.bare.needles.get(form).len());
                found.push(self.finding(self.bare.owner[form], with_base64_edges(text, range.start, range.end)));
            });
        }
        self.find_wrapped(text, &mut |form, range| {
            let range = with_base64_edges(text, range.start, range.end);
            found.push(self.finding(self.bare.owner[form as usize], range));
        });
    }

    /// Whether a text may begin with a value in some form.
    fn may_begin(&self, text: &[u8]) -> bool {
        let Some(first) = text.first_chunk::<2>() else { return false };
        if first.iter().all(u8::is_ascii_alphanumeric) && !self.heads.may_end(first) {
            return false;
        }
        let bare = Reading::bare_line(&text[..text.len().min(FIRST)]).text;
        let Some(head) = bare.get(..HEAD.min(bare.len())).filter(|head| head.len() > 2) else { return false };
        let from = self.sorted.partition_point(|index| self.bare.needles.get(*index as usize) < head);
        self.sorted.get(from).is_some_and(|index| self.bare.needles.get(*index as usize).starts_with(head))
    }

    fn finding(&self, index: u32, range: std::ops::Range<usize>) -> Finding {
        let entry = &self.entries[index as usize];
        let mut finding = Finding::new(range, &entry.rule, &entry.kind, entry.rank);
        if entry.rank == Rank::Content {
            finding.substitute = super::finding::Substitute::Shape("[text]".to_owned());
        }
        finding.value = Some(Arc::clone(&entry.value));
        finding
    }
}

/// The match with the base64 characters right beside it that also hold bits of the value.
fn with_base64_edges(text: &[u8], start: usize, end: usize) -> std::ops::Range<usize> {
    let padding = text[end..].iter().take(2).take_while(|b| **b == b'=').count();
    start..end + padding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::encodings;

    fn set(value: &str) -> KnownSet {
        KnownSet::new(vec![Entry { value: value.into(), kind: "secret".into(), rule: RULE.into(), rank: Rank::Known }])
            .unwrap()
    }

    #[test]
    fn a_value_is_found_wrapped_and_coloured() {
        let known = set("s3cr3t-Value-0123456789");
        for text in [
            "a s3cr3t-Value-0123456789 b",
            "a s3cr3t-Val\n    ue-01234567\r\n89 b",
            "s3cr\x1b[1m3t-Value-\x1b[0m0123456789",
            "s3cr3t-Value-\\\n0123456789",
        ] {
            let mut found = Vec::new();
            known.find(text.as_bytes(), &mut found);
            assert!(!found.is_empty(), "{text:?}");
        }
    }

    #[test]
    fn twenty_thousand_values_cost_no_more_a_value_than_two_hundred() {
        let entry = |index: usize| {
            // All begin alike, as the keys of one vendor do.
            let value = format!("svc-key-{:016x}/{index}", (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            Entry { value: value.as_str().into(), kind: "secret".into(), rule: RULE.into(), rank: Rank::Known }
        };
        let of = |count: usize| KnownSet::new((0..count).map(entry).collect()).unwrap();
        let (few, many) = (of(200), of(20_000));
        let size = |set: &KnownSet| set.exact.owner.len() + set.bare.owner.len();
        assert!(size(&few) / 200 <= 12 && size(&many) / 20_000 <= 12, "{} and {}", size(&few), size(&many));
        // The gate does not grow with them.
        assert!(!few.words().is_empty() && few.first_in(b"svc-key-").is_none());
        assert!(many.words().is_empty());
        // The same beginning leads to no more than the values that have all of a piece in common.
        assert!(many.bare.needles.most_alike() < 20, "{}", many.bare.needles.most_alike());
        for index in [0, 7, 19_999] {
            let value = entry(index).value.to_string();
            for text in
                [format!("a {value} b"), format!("a {} b", value.replace('/', "%2F")), value.replace('/', "\\/")]
            {
                let mut found = Vec::new();
                many.find(text.as_bytes(), &mut found);
                assert!(many.first_in(text.as_bytes()).is_some(), "{text}");
                assert!(found.iter().any(|finding| finding.value.as_deref() == Some(&value)), "{text}");
            }
        }
    }

    #[test]
    fn a_value_is_found_in_every_form_and_depth() {
        let value = "gw-\"71fe/0c2a'9b&Known\\Value+8é";
        let known = set(value);
        let json = |text: &str| serde_json::Value::from(text).to_string();
        let mut texts = vec![value.to_owned()];
        for _ in 0..6 {
            texts.push(json(texts.last().unwrap()));
        }
        texts.extend(encodings::forms(value));
        texts.extend([
            value.replace('"', "\"\""),
            value.replace('\'', "''"),
            "gw-\"71fe/0c\napp-1  | 2a'9b&Known\\Value+8é".to_owned(),
            "gw-\"71fe/0c2a'9b&Kn\n2026-11-20T10:00:00.1Z own\\Value+8é".to_owned(),
            "gw-\"71fe/0c2a'9b&amp;Known\\Va\u{1b}[1mlue+8é".to_owned(),
            format!("%\u{1b}[1m{}", encodings::coded_forms(value)[0]),
            format!("|\n {} |\n", encodings::coded_forms(value)[0]),
        ]);
        for text in texts {
            let mut found = Vec::new();
            known.find(format!("x {text} y").as_bytes(), &mut found);
            assert!(!found.is_empty(), "{text}");
        }
    }

    #[test]
    fn common_values_are_not_removed_blindly() {
        for common in [
            "true",
            "admin",
            "1234",
            "password",
            "production",
            "12345678",
            "/run/secrets/key",
            "http://localhost:8080",
            "my-gateway-key",
            "$TOKEN",
        ] {
            assert!(!is_blind_safe(common), "{common}");
        }
        for secret in ["hunter2!x9", "p@ssw0rd1", "0123456789abcdef", "Tr0ub4dor&3"] {
            assert!(is_blind_safe(secret), "{secret}");
        }
    }
}
