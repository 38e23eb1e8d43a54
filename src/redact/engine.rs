//! The engine: all detectors on one original text, the union of what they find, and one splice.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use regex::bytes::Regex;

use super::content;
use super::finding::{Finding, Rank, union};
use super::identity::IdentitySet;
use super::known::KnownSet;
use super::named;
use super::names::Names;
use super::placeholder::{self, Ledger};
use super::ruleset::Ruleset;
use super::shapes;
use super::state_words::is_plain_state;
use super::view;

/// Largest text that is redacted; a larger one becomes an absence.
const LARGEST: usize = 1 << 30;

static BY_PLACE: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("named-by-place"));

/// A text could not be redacted with certainty. It says nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault;

/// Everything that detectors need, made ready once.
pub(super) struct Engine {
    pub(super) rules: Ruleset,
    pub(super) known: KnownSet,
    pub(super) identities: IdentitySet,
    pub(super) allow: Vec<Regex>,
    names: &'static Names,
}

/// Whether content is that of evpack's own reproduction.
fn is_own(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(crate::model::packet::is_harmless_content)
}

impl Engine {
    pub(super) fn new(rules: Ruleset, known: KnownSet, identities: IdentitySet, allow: Vec<Regex>) -> Option<Self> {
        Some(Self { rules, known, identities, allow, names: Names::get()? })
    }

    /// What must go from a text, without overlaps, in order. `name` is what the place says the whole text is the value of.
    pub(super) fn find(&self, text: &str, name: Option<&str>) -> Result<Vec<Finding>, Fault> {
        let bytes = text.as_bytes();
        if bytes.len() > LARGEST {
            return Err(Fault);
        }
        let mut found = Vec::new();
        self.detect(bytes, &mut found)?;
        for view in [view::without_colours(bytes), view::with_quotes_read(bytes)].into_iter().flatten() {
            let mut seen = Vec::new();
            self.detect(&view.text, &mut seen)?;
            found.extend(
                seen.into_iter().map(|finding| Finding { range: view.original(finding.range.clone()), ..finding }),
            );
        }
        self.known.find(bytes, &mut found);
        if let Some(finding) = name.and_then(|name| self.whole_value(bytes, name)) {
            found.push(finding);
        }
        self.keep_allowed(bytes, &mut found);
        let found = outside_placeholders(bytes, found);
        Ok(union(found.into_iter().map(|finding| on_char_boundaries(text, finding)).collect()))
    }

    fn detect(&self, bytes: &[u8], found: &mut Vec<Finding>) -> Result<(), Fault> {
        shapes::find(&self.rules, bytes, false, found).map_err(|_| Fault)?;
        named::find(self.names, bytes, found);
        let before = found.len();
        content::find(bytes, found).map_err(|_| Fault)?;
        let mut index = 0;
        found.retain(|finding| {
            index += 1;
            index <= before || !is_own(&bytes[finding.range.clone()])
        });
        self.identities.find(bytes, found).map_err(|_| Fault)
    }

    /// The whole text, where the name of its place says that it is a credential.
    fn whole_value(&self, bytes: &[u8], name: &str) -> Option<Finding> {
        self.names.judge(name)?;
        let number = bytes.iter().all(u8::is_ascii_digit);
        (!is_plain_state(bytes) && !number)
            .then(|| Finding::new(0..bytes.len(), &BY_PLACE, &Arc::from("secret"), Rank::Named))
    }

    /// Drops findings that lie wholly inside what the configuration declares to be evidence; known values and content always go.
    fn keep_allowed(&self, bytes: &[u8], found: &mut Vec<Finding>) {
        for pattern in &self.allow {
            let kept: Vec<Range<usize>> =
                pattern.find_iter(bytes).map(|hit| hit.range()).filter(|range| !range.is_empty()).collect();
            found.retain(|finding| {
                finding.rank >= Rank::Known
                    || !kept.iter().any(|range| range.start <= finding.range.start && finding.range.end <= range.end)
            });
        }
    }
}

/// Most rounds until nothing more is found.
const ROUNDS: usize = 4;

impl Engine {
    /// The text without what must go. What a removal uncovers (a name that only its neighbour hid from the boundary test)
    /// goes too, so redacting twice equals redacting once.
    pub(super) fn clean(
        &self,
        text: &str,
        name: Option<&str>,
        ledger: &mut Ledger,
        place: &str,
    ) -> Result<String, Fault> {
        let mut shown = text.to_owned();
        for _ in 0..ROUNDS {
            let found = self.find(&shown, name)?;
            if found.is_empty() {
                return Ok(shown);
            }
            let next = splice(&shown, &found, ledger, place);
            if next == shown {
                return Ok(shown);
            }
            shown = next;
        }
        Ok(shown)
    }
}

/// Replaces what was found; the rest of the text stays byte for byte.
fn splice(text: &str, found: &[Finding], ledger: &mut Ledger, place: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for finding in found {
        out.push_str(&text[at..finding.range.start]);
        out.push_str(&ledger.substitute(finding, &text[finding.range.clone()], place));
        at = finding.range.end;
    }
    out.push_str(&text[at..]);
    out
}

fn on_char_boundaries(text: &str, finding: Finding) -> Finding {
    let start = text.floor_char_boundary(finding.range.start);
    let end = text.ceil_char_boundary(finding.range.end);
    Finding { range: start..end, ..finding }
}

/// Takes placeholders that stand in the text already out of what was found: redacting twice must equal redacting once.
fn outside_placeholders(bytes: &[u8], found: Vec<Finding>) -> Vec<Finding> {
    let standing = placeholder::standing(bytes);
    if standing.is_empty() {
        return found;
    }
    let mut out = Vec::with_capacity(found.len());
    for finding in found {
        if finding.rank == Rank::Known {
            out.push(finding);
            continue;
        }
        let mut start = finding.range.start;
        for (range, _, _) in &standing {
            if range.end <= start || range.start >= finding.range.end {
                continue;
            }
            push_piece(bytes, &finding, start..range.start.max(start), &mut out);
            start = range.end;
        }
        if start == finding.range.start {
            out.push(finding);
        } else {
            let end = finding.range.end.max(start);
            push_piece(bytes, &finding, start..end, &mut out);
        }
    }
    out
}

/// What is left of a finding beside a placeholder; marks and scheme words alone say nothing.
fn push_piece(bytes: &[u8], finding: &Finding, range: Range<usize>, out: &mut Vec<Finding>) {
    let piece = bytes[range.clone()].trim_ascii();
    let scheme = [&b"bearer"[..], b"basic", b"token", b"digest", b"negotiate", b"ntlm"]
        .iter()
        .any(|scheme| piece.eq_ignore_ascii_case(scheme));
    if !scheme && piece.iter().any(|b| b.is_ascii_alphanumeric() || *b >= 0x80) {
        out.push(Finding { range, value: None, ..finding.clone() });
    }
}
