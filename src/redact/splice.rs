//! From findings to clean text: what is left of them beside placeholders, whole characters, and the one splice.

use std::ops::Range;

use super::finding::{Finding, Rank};
use super::placeholder::{self, Ledger};
use super::view::{self, View};

/// Content of fewer bytes is not worth a text without it.
const LITTLE: usize = 64;
/// What stands for content while the rest of a text is looked at.
const MARK: &[u8] = b"[text]";

/// Findings of a text that follows a context of `skip` bytes, as places in the text alone.
pub(super) fn within(skip: usize, findings: Vec<Finding>) -> Vec<Finding> {
    if skip == 0 {
        return findings;
    }
    let inside = findings.into_iter().filter(|finding| finding.range.end > skip);
    inside
        .map(|mut finding| {
            finding.range = finding.range.start.saturating_sub(skip)..finding.range.end - skip;
            finding
        })
        .collect()
}

/// Replaces what was found; the rest of the text stays byte for byte.
pub(super) fn splice(text: &[u8], found: &[Finding], ledger: &mut Ledger, place: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    splice_into(text, found, ledger, place, &mut out);
    out
}

/// The same, added to what is shown already.
pub(super) fn splice_into(text: &[u8], found: &[Finding], ledger: &mut Ledger, place: &str, out: &mut Vec<u8>) {
    let mut at = 0;
    for finding in found {
        out.extend_from_slice(&text[at..finding.range.start]);
        ledger.substitute(finding, &text[finding.range.clone()], place, out);
        at = finding.range.end;
    }
    out.extend_from_slice(&text[at..]);
}

/// The finding widened to whole characters, so that no half of one is left.
pub(super) fn on_char_boundaries(text: &[u8], finding: Finding) -> Finding {
    let continues = |at: usize| text.get(at).is_some_and(|b| b & 0xc0 == 0x80);
    let Range { mut start, mut end } = finding.range;
    let (lowest, highest) = (start.saturating_sub(3), end + 3);
    while start > lowest && continues(start) {
        start -= 1;
    }
    while end < highest && continues(end) {
        end += 1;
    }
    Finding { range: start..end, ..finding }
}

/// The text with prompt content taken out, where that leaves the other detectors less to look at.
pub(super) fn without(text: &[u8], content: &[Finding]) -> Option<View<'static>> {
    let removed: usize = content.iter().map(|finding| finding.range.len()).sum();
    (removed > LITTLE).then(|| view::with_marks(text, content.iter().map(|f| f.range.clone()), MARK))
}

/// Takes placeholders that stand in the text already out of what was found: redacting twice must equal redacting once.
pub(super) fn outside_placeholders(bytes: &[u8], mut found: Vec<Finding>) -> Vec<Finding> {
    // White space alone tells nothing, and a record keeps its end.
    found.retain(|finding| !bytes[finding.range.clone()].trim_ascii().is_empty());
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
        let first = standing.partition_point(|(range, _, _)| range.end <= start);
        let inside = standing[first..].iter().take_while(|(range, _, _)| range.start < finding.range.end);
        for (range, _, _) in inside {
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
