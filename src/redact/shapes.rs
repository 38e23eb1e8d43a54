//! Finds what the shape rules describe: one pass of the anchor automaton, then the rule's expression where an anchor stands.

use std::ops::Range;

use super::finding::{Finding, Rank};
use super::rule::Rule;
use super::ruleset::Ruleset;
use super::state_words::is_plain_state;
use super::text_edges::{starts_token, wrapped_tail};

/// How far a match may reach beyond its anchor, in bytes.
const WINDOW: usize = 16 * 1024;

/// A rule could not be compiled, so nothing may be shown.
#[derive(Debug)]
pub(super) struct RuleBroken;

/// All matches of the rules in a text.
pub(super) fn find(rules: &Ruleset, text: &[u8], found: &mut Vec<Finding>) -> Result<(), RuleBroken> {
    // Where the last match of each rule ended: anchors inside it are not tried again, which keeps the work linear.
    let mut done = vec![0usize; rules.rules.len()];
    for hit in rules.anchors.find_overlapping_iter(text) {
        let index = rules.owner[hit.pattern().as_usize()] as usize;
        let rule = &rules.rules[index];
        if hit.start() < done[index] {
            continue;
        }
        if rule.text.boundary && rule.text.back == 0 && !starts_token(text, hit.start()) {
            continue;
        }
        if let Some(mut finding) = match_at(rule, text, hit.start(), hit.end())? {
            finding.order = rules.owner[hit.pattern().as_usize()];
            done[index] = finding.range.end.max(hit.end());
            found.push(finding);
        }
    }
    Ok(())
}

/// Of what rules found at their anchors, in order: what begins inside the last match of the same rule is not taken again.
pub(super) fn keep_first(hits: Vec<(Range<usize>, Finding)>, found: &mut Vec<Finding>) {
    let mut done: Vec<(u32, usize)> = Vec::new();
    for (anchor, finding) in hits {
        let end = finding.range.end.max(anchor.end);
        match done.iter_mut().find(|(rule, _)| *rule == finding.order) {
            Some((_, last)) if anchor.start < *last => continue,
            Some((_, last)) => *last = end,
            None => done.push((finding.order, end)),
        }
        found.push(finding);
    }
}

/// What a rule finds around an anchor.
pub(super) fn match_at(
    rule: &Rule,
    text: &[u8],
    anchor: usize,
    anchor_end: usize,
) -> Result<Option<Finding>, RuleBroken> {
    match_or_clear(rule, text, anchor, anchor_end, &mut 0)
}

/// The same; `clear` is told up to where no match of the rule begins, from the first place where this one could.
pub(super) fn match_or_clear(
    rule: &Rule,
    text: &[u8],
    anchor: usize,
    anchor_end: usize,
    clear: &mut usize,
) -> Result<Option<Finding>, RuleBroken> {
    let compiled = rule.compiled().ok_or(RuleBroken)?;
    let from = anchor.saturating_sub(rule.text.back);
    let window = &text[from..text.len().min(anchor + WINDOW)];
    let mut first = None;
    let covers = |start: usize, end: usize| from + start <= anchor_end && from + end >= anchor;
    let found = if compiled.has_group {
        compiled
            .regex
            .captures_iter(window)
            .filter_map(|captures| {
                let whole = captures.get(0)?;
                // Where the marked part took no part, all of it goes.
                Some((whole.range(), captures.name("v").unwrap_or(whole).range()))
            })
            .inspect(|(whole, _)| first = first.or(Some(whole.start)))
            .take_while(|(whole, _)| from + whole.start <= anchor_end)
            .find(|(whole, _)| covers(whole.start, whole.end))
    } else {
        compiled
            .regex
            .find_iter(window)
            .map(|whole| (whole.range(), whole.range()))
            .inspect(|(whole, _)| first = first.or(Some(whole.start)))
            .take_while(|(whole, _)| from + whole.start <= anchor_end)
            .find(|(whole, _)| covers(whole.start, whole.end))
    };
    // A match that begins in the second half of the window may end beyond it.
    *clear = from + first.unwrap_or(window.len().saturating_sub(WINDOW / 2));
    let Some((whole, range)) = found else { return Ok(None) };
    let whole = from + whole.start..from + whole.end;
    let mut range = from + range.start..from + range.end;
    if rule.lets_pass(text, &whole, &range) {
        return Ok(None);
    }
    if rule.text.back > 0 && rule.text.boundary && !starts_token(text, range.start) {
        return Ok(None);
    }
    let value = &text[range.clone()];
    if (rule.text.named && is_plain_state(value)) || (rule.text.mixed && !is_mixed(value)) {
        return Ok(None);
    }
    if rule.text.wraps {
        range.end = wrapped_tail(text, range.start, range.end);
    }
    let rank = if rule.text.named { Rank::Named } else { Rank::Shape };
    Ok(Some(Finding::new(range, &rule.id, &rule.kind, rank)))
}

/// Whether a value mixes letters and digits, or cases, as random text does and words do not.
pub(super) fn is_mixed(value: &[u8]) -> bool {
    let digit = value.iter().filter(|b| b.is_ascii_digit()).count();
    let upper = value.iter().any(u8::is_ascii_uppercase);
    let lower = value.iter().any(u8::is_ascii_lowercase);
    let mark = value.iter().any(|b| b"+/=~!@#$%^*".contains(b));
    (digit >= 2 && (upper || lower))
        || (upper && lower && (digit > 0 || mark || inner_upper(value)))
        || value.len() >= 64
}

/// Whether an upper-case letter follows a lower-case one more than once, as in no common word.
fn inner_upper(value: &[u8]) -> bool {
    value.windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()).count() > 2
}
