//! Literals that stand in every match of an expression: the anchors of a rule whose author named none that can be relied on.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Most literals of one set.
const MOST: usize = 64;
/// Farthest that an anchor may stand behind the start of a match whose beginning has no greatest length.
pub(super) const FAR: usize = 256;

/// Literals, one of which stands in every match, and how many bytes of the match may come before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::redact) struct Required {
    /// In lower case.
    pub(in crate::redact) literals: Vec<String>,
    /// Bytes before it.
    pub(in crate::redact) back: usize,
}

/// The expression as a tree; bytes, not characters.
pub(in crate::redact) fn parse(pattern: &str) -> Option<Hir> {
    ParserBuilder::new().utf8(false).unicode(false).build().parse(pattern).ok()
}

/// The best set of literals that every match must hold. `None` where there is none of two bytes or more.
pub(in crate::redact) fn required(hir: &Hir) -> Option<Required> {
    best(hir).filter(|found| score(found) >= 2)
}

/// Whether a capturing group takes part in every match.
pub(super) fn always_takes_part(hir: &Hir, group: u32) -> bool {
    match hir.kind() {
        HirKind::Capture(capture) => capture.index == group || always_takes_part(&capture.sub, group),
        HirKind::Concat(parts) => parts.iter().any(|part| always_takes_part(part, group)),
        HirKind::Repetition(repetition) => repetition.min > 0 && always_takes_part(&repetition.sub, group),
        _ => false,
    }
}

/// The groups that hold what a match is about: the outermost ones that stand in it at most once and are more than a choice of words. None where a group
/// that may stand in it more often holds something too: then no group tells which part may stay.
pub(super) fn value_groups(hir: &Hir) -> Vec<u32> {
    let mut groups = Vec::new();
    let told = add_value_groups(hir, false, &mut groups);
    if told { groups } else { Vec::new() }
}

fn add_value_groups(hir: &Hir, repeated: bool, groups: &mut Vec<u32>) -> bool {
    match hir.kind() {
        HirKind::Capture(capture) if exact(&capture.sub).is_some() => true,
        HirKind::Capture(capture) => {
            groups.push(capture.index);
            !repeated
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().all(|part| add_value_groups(part, repeated, groups))
        }
        HirKind::Repetition(repetition) => {
            add_value_groups(&repetition.sub, repeated || repetition.max != Some(1), groups)
        }
        _ => true,
    }
}

/// The index of the group that is named `v`.
pub(super) fn group_named_v(hir: &Hir) -> Option<u32> {
    match hir.kind() {
        HirKind::Capture(capture) if capture.name.as_deref() == Some("v") => Some(capture.index),
        HirKind::Capture(capture) => group_named_v(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().find_map(group_named_v),
        HirKind::Repetition(repetition) => group_named_v(&repetition.sub),
        _ => None,
    }
}

/// Sets of short literals are worth less; long ones are worth the same from eight bytes on.
fn score(found: &Required) -> usize {
    found.literals.iter().map(String::len).min().unwrap_or(0).min(8)
}

fn best(hir: &Hir) -> Option<Required> {
    if let Some(literals) = exact(hir) {
        return (!literals.iter().any(String::is_empty)).then_some(Required { literals, back: 0 });
    }
    match hir.kind() {
        HirKind::Capture(capture) => best(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => best(&repetition.sub),
        HirKind::Alternation(branches) => {
            branches.iter().map(best).try_fold(Required { literals: Vec::new(), back: 0 }, |mut all, branch| {
                let branch = branch?;
                all.literals.extend(branch.literals);
                all.back = all.back.max(branch.back);
                (all.literals.len() <= MOST).then_some(all)
            })
        }
        HirKind::Concat(parts) => best_of_sequence(parts),
        _ => None,
    }
}

/// The best of all runs of neighbours that are exact, and of the parts that are not.
fn best_of_sequence(parts: &[Hir]) -> Option<Required> {
    let mut candidates: Vec<Required> = Vec::new();
    let mut run: Option<Required> = None;
    let mut before = Some(0usize);
    for part in parts {
        let here = before.map_or(FAR, |before| before.min(FAR));
        if let Some(literals) = exact(part) {
            let joined = run.as_ref().and_then(|run| product(&run.literals, &literals));
            run = match (run.take(), joined) {
                (Some(run), Some(literals)) => Some(Required { literals, ..run }),
                (Some(run), None) => {
                    candidates.push(run);
                    Some(Required { literals, back: here })
                }
                (None, _) => Some(Required { literals, back: here }),
            };
        } else {
            candidates.extend(run.take());
            candidates.extend(best(part).map(|found| Required { back: (found.back + here).min(FAR), ..found }));
        }
        before = before.and_then(|before| Some(before + part.properties().maximum_len()?));
    }
    candidates.extend(run);
    candidates.retain(|found| score(found) > 0);
    // Among equals the one nearest to the start.
    candidates.into_iter().rev().max_by_key(score)
}

fn product(left: &[String], right: &[String]) -> Option<Vec<String>> {
    (left.len() * right.len() <= MOST)
        .then(|| left.iter().flat_map(|l| right.iter().map(move |r| format!("{l}{r}"))).collect())
}

/// All texts that a part can match, in lower case, where they are few.
fn exact(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(vec![String::new()]),
        HirKind::Literal(literal) => Some(vec![String::from_utf8(literal.0.to_ascii_lowercase()).ok()?]),
        HirKind::Class(class) => few(class),
        HirKind::Capture(capture) => exact(&capture.sub),
        HirKind::Concat(parts) => parts.iter().try_fold(vec![String::new()], |all, part| product(&all, &exact(part)?)),
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(exact(branch)?);
            }
            all.sort();
            all.dedup();
            (all.len() <= MOST).then_some(all)
        }
        HirKind::Repetition(repetition) if repetition.max == Some(repetition.min) && repetition.min <= 8 => {
            let one = exact(&repetition.sub)?;
            (0..repetition.min).try_fold(vec![String::new()], |all, _| product(&all, &one))
        }
        HirKind::Repetition(_) => None,
    }
}

/// The few bytes of a class, or `None`: a digit or a letter of any kind is no anchor.
fn few(class: &Class) -> Option<Vec<String>> {
    let Class::Bytes(class) = class else { return None };
    let mut bytes = Vec::new();
    for range in class.ranges() {
        for byte in range.start()..=range.end() {
            let byte = byte.to_ascii_lowercase();
            if !byte.is_ascii() || byte.is_ascii_control() {
                return None;
            }
            if !bytes.contains(&byte) {
                bytes.push(byte);
            }
            if bytes.len() > 4 {
                return None;
            }
        }
    }
    Some(bytes.into_iter().map(|byte| char::from(byte).to_string()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pattern: &str) -> Option<(Vec<String>, usize)> {
        required(&parse(pattern).unwrap()).map(|found| (found.literals, found.back))
    }

    #[test]
    fn literals_of_every_match_are_found() {
        assert_eq!(of(r"\b(acme_[a-z0-9]{8})\b"), Some((vec!["acme_".into()], 0)));
        assert_eq!(of("(?i)Key[0-9]"), Some((vec!["key".into()], 0)));
        assert_eq!(of("[0-9]{3}-(?:live|test)_[a-z]+"), Some((vec!["-live_".into(), "-test_".into()], 3)));
        assert_eq!(of("(?:abc|def)?x{3}[a-z]"), Some((vec!["xxx".into()], 3)));
        assert_eq!(of("[a-z]+_key=[a-z]+"), Some((vec!["_key=".into()], FAR)));
    }

    #[test]
    fn groups_that_hold_something_are_told_from_choices_and_repeated_parts() {
        for (pattern, groups) in [
            (r"\b(acme_[a-z0-9]{8})\b", vec![1]),
            ("sonar[_.-]?(login|token)[=:]([a-z0-9]{40})", vec![2]),
            ("lob=((live|test)_[a-f0-9]{35})", vec![1]),
            ("jira=([a-z]{20})|(ATATT3[a-z]{9})", vec![1, 2]),
            ("hooks/([a-z0-9]{4}-){3}x/([a-z]{8})", vec![]),
            ("(a_)?key=([a-z]{8})?", vec![2]),
            ("acme_[a-z]{9}", vec![]),
        ] {
            assert_eq!(value_groups(&parse(pattern).unwrap()), groups, "{pattern}");
        }
    }

    #[test]
    fn an_expression_without_a_literal_has_none() {
        assert_eq!(of("[0-9a-f]{32}"), None);
        assert_eq!(of("(?:abc|[0-9]+)x"), None);
    }
}
