//! Finds what the shape rules describe: one pass of the anchor automaton, then the rule's expression where an anchor stands.

use std::ops::Range;

use super::finding::{Finding, Rank};
use super::rule::{Rule, part_of};
use super::ruleset::Ruleset;
use super::state_words::is_plain_state;
use super::steps::{GaveUp, Match};
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
    let anchors = rules.anchors().ok_or(RuleBroken)?;
    for hit in anchors.automaton.find_overlapping_iter(text) {
        let order = anchors.owner[hit.pattern().as_usize()];
        let index = order as usize;
        let rule = &rules.rules[index];
        if hit.start() < done[index] {
            continue;
        }
        if rule.text.boundary && rule.text.back == 0 && !starts_token(text, hit.start()) {
            continue;
        }
        if let Some(mut finding) = match_at(rule, text, hit.start(), hit.end())? {
            finding.order = order;
            done[index] = finding.range.end.max(hit.end());
            found.push(finding);
        }
    }
    Ok(())
}

/// Of what rules found at their anchors, in order: what begins inside the last match of the same rule is not taken again.
pub(super) fn keep_first(hits: Vec<(Range<usize>, Finding)>, found: &mut Vec<Finding>) {
    if hits.len() < 2 {
        found.extend(hits.into_iter().map(|(_, finding)| finding));
        return;
    }
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
    let from = anchor.saturating_sub(rule.text.back);
    let window = &text[from..text.len().min(anchor + WINDOW)];
    *clear = anchor_end;
    let found = match quick_match(rule, window, anchor - from, anchor_end - from) {
        Ok(found) => found,
        Err(GaveUp) => slow_match(rule, window, anchor - from, anchor_end - from, from, clear)?,
    };
    let Some(Match { whole, part }) = found else { return Ok(None) };
    let whole = from + whole.start..from + whole.end;
    // Blanks and line breaks at its ends are no part of a secret, also where an imported rule takes them.
    let taken = &window[part.clone()];
    let lead = taken.len() - taken.trim_ascii_start().len();
    let mut range = from + part.start + lead..from + part.start + lead + taken.trim_ascii().len();
    if rule.lets_pass(text, &whole, &range) {
        return Ok(None);
    }
    if rule.text.back > 0 && rule.text.boundary && !starts_token(text, range.start) {
        // Nor does anything that begins further on in the same token.
        let run = text[range.clone()].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        *clear = (*clear).max(range.start + run);
        return Ok(None);
    }
    let value = &text[range.clone()];
    if (rule.text.named && is_plain_state(value))
        || (rule.text.mixed && (!is_mixed(value) || is_evidence_id(value)))
        || (rule.text.random && !is_random(value))
    {
        return Ok(None);
    }
    if rule.text.wraps {
        range.end = wrapped_tail(text, range.start, range.end);
    }
    let rank = if rule.text.named { Rank::Named } else { Rank::Shape };
    Ok(Some(Finding::new(range, &rule.id, &rule.kind, rank)))
}

/// The match around an anchor, by the steps of the rule.
fn quick_match(rule: &Rule, window: &[u8], anchor: usize, anchor_end: usize) -> Result<Option<Match>, GaveUp> {
    let steps = rule.steps().ok_or(GaveUp)?;
    if rule.text.back == 0 { steps.at_start(window) } else { steps.around(window, anchor, anchor_end) }
}

/// The same by the regular expression.
fn slow_match(
    rule: &Rule,
    window: &[u8],
    anchor: usize,
    anchor_end: usize,
    from: usize,
    clear: &mut usize,
) -> Result<Option<Match>, RuleBroken> {
    let compiled = rule.compiled().ok_or(RuleBroken)?;
    let mut first = None;
    let covers = |found: &Match| found.whole.start <= anchor_end && found.whole.end >= anchor;
    let mut all: Box<dyn Iterator<Item = Match>> = if compiled.parts.is_empty() {
        Box::new(compiled.regex.find_iter(window).map(|whole| Match { whole: whole.range(), part: whole.range() }))
    } else {
        Box::new(compiled.regex.captures_iter(window).filter_map(|captures| {
            Some(Match { whole: captures.get(0)?.range(), part: part_of(&captures, &compiled.parts)? })
        }))
    };
    let found = all
        .by_ref()
        .inspect(|found| first = first.or(Some(found.whole.start)))
        .take_while(|found| found.whole.start <= anchor_end)
        .find(covers);
    drop(all);
    // A match that begins in the second half of the window may end beyond it.
    *clear = from + first.unwrap_or(window.len().saturating_sub(WINDOW / 2));
    Ok(found)
}

/// Whether a value mixes letters and digits, or cases, as random text does and words do not.
pub(super) fn is_mixed(value: &[u8]) -> bool {
    if value.len() >= 64 {
        return true;
    }
    let (mut digits, mut classes) = (0, 0u8);
    for byte in value {
        digits += u32::from(byte.is_ascii_digit());
        classes |= CLASSES[usize::from(*byte)];
    }
    let is = |class: u8| classes & class == class;
    (digits >= 2 && classes & (UPPER | LOWER) != 0)
        || (is(UPPER | LOWER) && (digits > 0 || is(MARK) || inner_upper(value)))
}

/// Ids of the API and of others that look random and are evidence.
const EVIDENCE_IDS: &[&[u8]] =
    &[b"req_", b"msg_", b"toolu_", b"msgbatch_", b"file_", b"srvtoolu_", b"chatcmpl-", b"Root="];

/// Longest value that is asked whether it looks random.
pub(super) const LONGEST_RANDOM: usize = 512;

/// Whether a value can only be a generated one: long, of one piece, of small and capital letters and digits.
pub(super) fn is_random(value: &[u8]) -> bool {
    let digits = || value.iter().filter(|b| b.is_ascii_digit()).count();
    let has = |class: fn(&u8) -> bool| value.iter().any(class);
    (12..=LONGEST_RANDOM).contains(&value.len())
        && digits() >= 2
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && value.iter().all(|b| b.is_ascii_alphanumeric() || b"_-+=~".contains(b))
        && !is_evidence_id(value)
}

/// Whether an id of the API stands here.
pub(super) fn is_evidence_id(value: &[u8]) -> bool {
    EVIDENCE_IDS.iter().any(|id| value.starts_with(id))
}

const UPPER: u8 = 1;
const LOWER: u8 = 2;
const MARK: u8 = 4;

/// The classes of bytes that tell random text from words.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            b'+' | b'/' | b'=' | b'~' | b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'*' => MARK,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// Whether an upper-case letter follows a lower-case one more than once, as in no common word.
fn inner_upper(value: &[u8]) -> bool {
    value.windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()).count() > 2
}
