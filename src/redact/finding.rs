//! A finding: a stretch of the original text that must go, and the union of overlapping ones.

use std::ops::Range;
use std::sync::Arc;

/// How certain a finding is, and which one gives its name to a union of overlapping ones (the highest).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// A name that an audience may not see.
    Identity,
    /// A value in credential position: what it is called says that it is secret.
    Named,
    /// A shape that only secrets have.
    Shape,
    /// A value that is known to be secret.
    Known,
    /// Prompt content.
    Content,
}

/// What stands in place of the removed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Substitute {
    /// A numbered placeholder of the finding's kind.
    Numbered,
    /// A description of the shape of what was removed; it must be one of the forms that `placeholder` recognises.
    Shape(String),
    /// The shape of a text of so many characters.
    Characters(usize),
}

/// A stretch of the original text that must go.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    /// Where, in bytes of the original text.
    pub(super) range: Range<usize>,
    /// Id of the rule.
    pub(super) rule: Arc<str>,
    /// Kind for the placeholder.
    pub(super) kind: Arc<str>,
    /// How certain.
    pub(super) rank: Rank,
    /// What takes its place.
    pub(super) substitute: Substitute,
    /// Which of equally certain findings names a union that begins in one place: the lowest.
    pub(super) order: u32,
    /// The value itself where the text shows it in another form, so that equal values get equal placeholders.
    pub(super) value: Option<Arc<str>>,
}

impl Finding {
    pub(super) fn new(range: Range<usize>, rule: &Arc<str>, kind: &Arc<str>, rank: Rank) -> Self {
        Self {
            range,
            rule: Arc::clone(rule),
            kind: Arc::clone(kind),
            rank,
            substitute: Substitute::Numbered,
            order: 0,
            value: None,
        }
    }
}

/// Joins overlapping findings, so that no tail of an overlapped match survives. A union is named by its highest rank;
/// among equals by the one that starts first, then by the rule that stands first.
pub(super) fn union(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|finding| !finding.range.is_empty());
    if findings.len() < 2 {
        return findings;
    }
    findings.sort_by(|a, b| a.range.start.cmp(&b.range.start).then(b.range.end.cmp(&a.range.end)));
    let mut joined: Vec<Finding> = Vec::with_capacity(findings.len());
    for next in findings {
        match joined.last_mut() {
            Some(last) if next.range.start < last.range.end => {
                let end = last.range.end.max(next.range.end);
                let start = last.range.start;
                let same_extent = next.range.start == start && next.range.end == end;
                let grows = end > last.range.end;
                let more_specific = next.rank == last.rank && next.range.start == start && next.order < last.order;
                if next.rank > last.rank || more_specific {
                    *last = next;
                }
                if !same_extent || grows {
                    // A union that is larger than the finding that names it is not that value alone.
                    if (last.range.start != start || last.range.end != end)
                        && !matches!(last.substitute, Substitute::Numbered)
                    {
                        last.substitute = Substitute::Shape("[text]".to_owned());
                    }
                    last.range = start..end;
                }
            }
            _ => joined.push(next),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(range: Range<usize>, rule: &str, rank: Rank) -> Finding {
        Finding::new(range, &Arc::from(rule), &Arc::from("kind"), rank)
    }

    #[test]
    fn overlapping_findings_become_one_with_the_highest_rank() {
        let joined = union(vec![
            finding(4..9, "b", Rank::Shape),
            finding(0..5, "a", Rank::Named),
            finding(9..12, "c", Rank::Named),
            finding(5..6, "d", Rank::Identity),
        ]);
        let shown: Vec<_> = joined.iter().map(|f| (f.range.clone(), &*f.rule)).collect();
        assert_eq!(shown, [(0..9, "b"), (9..12, "c")]);
    }
}
