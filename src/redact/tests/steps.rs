//! The programs of rules are held to their regular expressions: the same matches, at every anchor of every example, whole and cut off.

use std::collections::BTreeSet;

use proptest::prelude::*;
use regex::bytes::Regex;

use super::expand;
use crate::redact::Ruleset;
use crate::redact::rules::builtin;
use crate::redact::steps::{GaveUp, Match, Steps};

/// What the expression itself finds at the start of a text.
fn by_expression(pattern: &str, text: &[u8]) -> Option<Match> {
    let regex = Regex::new(&format!("(?-u)\\A(?:{pattern})")).unwrap();
    regex.captures(text).map(|captures| {
        let whole = captures.get(0).unwrap();
        Match { whole: whole.range(), part: captures.name("v").unwrap_or(whole).range() }
    })
}

/// All examples of all rules, between other text.
fn examples() -> Vec<String> {
    let mut all = BTreeSet::new();
    for (_, file) in builtin::examples() {
        for example in file.values().flat_map(|proof| proof.must_match.iter().chain(&proof.must_stay)) {
            all.insert(expand(example).0);
        }
    }
    all.into_iter().collect()
}

#[test]
fn programs_find_what_their_expressions_find() {
    let set = Ruleset::builtin().unwrap();
    let examples = examples();
    let (mut programs, mut matches, mut gave_up) = (0, 0, 0);
    for rule in set.rules.iter() {
        let Some(steps) = rule.steps() else { continue };
        programs += 1;
        let regex = Regex::new(&format!("(?-u)\\A(?:{})", rule.text.pattern)).unwrap();
        let anchors: Vec<String> = rule.text.anchors.iter().map(|anchor| anchor.to_ascii_lowercase()).collect();
        for example in &examples {
            let lower = example.to_ascii_lowercase();
            let places = anchors.iter().flat_map(|anchor| lower.match_indices(anchor.as_str()).map(|(at, _)| at));
            for at in places.filter(|at| example.is_char_boundary(*at)) {
                let start = (0..=at.saturating_sub(rule.text.back)).rev().find(|at| example.is_char_boundary(*at));
                let text = &example.as_bytes()[start.unwrap_or(0)..];
                for end in [text.len(), text.len() * 3 / 4, text.len() / 2] {
                    let text = [&text[..end], &b" and more"[..if end == text.len() { 0 } else { 4 }]].concat();
                    let expected = regex.captures(&text).map(|captures| {
                        let whole = captures.get(0).unwrap();
                        Match { whole: whole.range(), part: captures.name("v").unwrap_or(whole).range() }
                    });
                    matches += usize::from(expected.is_some());
                    match steps.at_start(&text) {
                        Ok(found) => assert_eq!(found, expected, "{} in {example:?}", rule.id),
                        Err(GaveUp) => gave_up += 1,
                    }
                }
            }
        }
    }
    assert!(programs > 230, "{programs} of {} rules have a program", set.rules.len());
    assert!(matches > 800 && gave_up * 50 < matches, "{matches} matches, {gave_up} given up");
}

#[test]
fn programs_go_back_where_they_must_and_give_up_in_time() {
    let steps = Steps::of("a(?P<v>[a-z]{1,9})(?:z|[0-9]+?)$").unwrap();
    for text in ["abcz", "abc12", "az", "a1", "abcz ", "azz"] {
        let expected = by_expression("a(?P<v>[a-z]{1,9})(?:z|[0-9]+?)$", text.as_bytes());
        assert_eq!(steps.at_start(text.as_bytes()), Ok(expected), "{text}");
    }
    let steps = Steps::of("(?:a+b?)+c").unwrap();
    assert_eq!(steps.at_start("a".repeat(4000).as_bytes()), Err(GaveUp));
    for unsaid in ["a*", "\\bword", "(?:a|b?)*c"] {
        assert!(Steps::of(unsaid).is_none(), "{unsaid}");
    }
}

#[test]
fn matches_around_a_place_follow_each_other() {
    let steps = Steps::of("[a-z]{2}=[0-9]+").unwrap();
    let around = |first, last| steps.around(b"aa=1 bb=22 cc=3", first, last).unwrap().map(|found| found.whole);
    assert_eq!(
        [around(0, 3), around(5, 7), around(11, 14), around(4, 4)],
        [Some(0..4), Some(5..10), Some(11..15), Some(0..4)]
    );
    assert_eq!(steps.around(b"aa= bb", 0, 6), Ok(None));
}

#[test]
fn what_may_stand_before_an_anchor_leaves_out_no_match() {
    let set = Ruleset::builtin().unwrap();
    let examples = examples();
    let mut found = 0;
    for rule in set.rules.iter().filter(|rule| rule.text.back > 0) {
        let (Some(steps), Some(all)) = (rule.steps(), Steps::of(&rule.text.pattern)) else { continue };
        let places = |text: &str| -> Vec<(usize, usize)> {
            let lower = text.to_ascii_lowercase();
            let anchors = rule.text.anchors.iter().map(|anchor| anchor.to_ascii_lowercase());
            anchors
                .flat_map(|anchor| {
                    lower.match_indices(&anchor).map(|(at, word)| (at, at + word.len())).collect::<Vec<_>>()
                })
                .collect()
        };
        for text in &examples {
            for (first, last) in places(text) {
                let of_all = all.around(text.as_bytes(), first, last);
                // A match that ends where the anchor begins belongs to an anchor before it.
                if !matches!(&of_all, Ok(Some(found)) if found.whole.end < last) {
                    found += usize::from(matches!(of_all, Ok(Some(_))));
                    assert!(steps.around(text.as_bytes(), first, last) == of_all, "{} in {text}", rule.id);
                }
            }
        }
    }
    assert!(found > 40, "{found} matches");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_program_finds_what_its_expression_finds(
        parts in prop::collection::vec(prop::sample::select(PARTS), 1..7),
        text in "[abc]{0,12}",
    ) {
        let pattern = parts.concat();
        prop_assume!(pattern.matches("?P<v>").count() < 2);
        if let Some(steps) = Steps::of(&pattern)
            && let Ok(found) = steps.at_start(text.as_bytes())
        {
            prop_assert_eq!(found, by_expression(&pattern, text.as_bytes()), "{} in {}", pattern, text);
        }
    }
}

/// Parts of expressions.
const PARTS: &[&str] = &[
    "a",
    "b",
    "[ab]",
    "[bc]{1,3}",
    "[a-c]*",
    "[ac]+?",
    "(?:ab|a)",
    "(?:bc|b)?",
    "(?P<v>b+)",
    "(?:ab?){1,2}",
    "(?:a|bc)+",
    "(?:c|$)",
    "(?:ca|b|$)",
    "$",
];
