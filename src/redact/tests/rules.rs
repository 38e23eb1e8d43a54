//! Every built-in rule is held to its own examples; user rules are refused whole.

use std::collections::BTreeSet;

use super::{expand, redacted};
use crate::redact::Ruleset;
use crate::redact::rules::builtin;
use crate::redact::rules::user_file::check;
use crate::redact::shapes;

#[test]
fn every_rule_is_well_formed_and_has_examples() {
    let mut ids = BTreeSet::new();
    let mut problems = Vec::new();
    let rules = builtin::rules().unwrap();
    for (file, mut examples) in builtin::examples() {
        for mut rule in rules.iter().filter(|rule| *rule.family == *file).cloned() {
            let proof = examples.remove(&rule.id).unwrap_or_default();
            (rule.must_match, rule.must_stay) = (proof.must_match, proof.must_stay);
            check(&rule, &mut |key, problem| problems.push(format!("{file}: {key}: {problem}")));
            if rule.must_match.len() < 2 || rule.must_stay.len() < 2 {
                problems.push(format!("{file}: {}: two examples of each kind", rule.id));
            }
            assert!(ids.insert(rule.id.clone()), "{file}: {} twice", rule.id);
        }
        assert!(examples.is_empty(), "{file}: examples without a rule: {:?}", examples.keys());
    }
    assert!(problems.is_empty(), "{problems:#?}");
    assert!(ids.len() >= 250, "{} rules", ids.len());
}

#[test]
fn every_rule_finds_its_examples_and_leaves_its_look_alikes() {
    let set = Ruleset::builtin().unwrap();
    let mut wrong = Vec::new();
    for (_, examples) in builtin::examples() {
        for (id, examples) in examples {
            for example in &examples.must_match {
                let (text, filled) = expand(example);
                let mut found = Vec::new();
                shapes::find(&set, text.as_bytes(), &mut found).unwrap();
                if !found.iter().any(|finding| *finding.rule == *id) {
                    wrong.push(format!("{id} does not find {example}"));
                }
                let shown = redacted(&text);
                for secret in filled.iter().filter(|secret| secret.len() >= 4) {
                    if shown.contains(secret.as_str()) {
                        wrong.push(format!(
                            "{id} leaves a part of {example}: {}",
                            shown.replace(secret.as_str(), "<SECRET>")
                        ));
                    }
                }
            }
            for example in &examples.must_stay {
                let (text, _) = expand(example);
                if redacted(&text) != text {
                    wrong.push(format!("{id} removes from {example}: {}", redacted(&text)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Whitespace around a secret is no part of it: lines stay lines, and columns columns.
#[test]
fn no_rule_takes_what_stands_around_its_examples() {
    let mut wrong = Vec::new();
    for (_, examples) in builtin::examples() {
        for (rule, examples) in examples {
            // What is cut off goes to the end of what may be a part of it.
            if rule == "private-key-cut-off" {
                continue;
            }
            for example in &examples.must_match {
                let (text, _) = expand(example);
                let lines = redacted(&format!("the line before\n{text}\nthe line after it\n"));
                let id = redacted(&format!("{text}\nreq_011CSHoEeqs5C35K2UUqR7Fy\nstatus=401"));
                let words = redacted(&format!("{text} status=401"));
                if !(lines.starts_with("the line before\n") && lines.ends_with("\nthe line after it\n")) {
                    wrong.push(format!("{rule} takes of the lines around {example}: {lines}"));
                } else if !id.ends_with("\nreq_011CSHoEeqs5C35K2UUqR7Fy\nstatus=401") {
                    wrong.push(format!("{rule} takes an id in the line after {example}: {id}"));
                } else if !words.ends_with(" status=401") {
                    wrong.push(format!("{rule} takes of the words behind {example}: {words}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

const GOOD: &str = "rules:\n- id: acme-key\n  description: Key of Acme\n  anchors: [acme_]\n  pattern: 'acme_[a-z0-9]{8,}'\n  source: our wiki\n  examples:\n    find: ['acme_<fill:12:b>']\n    stay: ['acme_']\n";

#[test]
fn a_good_user_rule_loads() {
    let set = Ruleset::builtin().unwrap();
    let more = set.clone().with_user_rules(&[("acme.yaml".into(), GOOD.into())]).unwrap();
    assert_eq!(more.len(), set.len() + 1);
}

#[test]
fn every_problem_of_every_file_is_named() {
    let bad = "rules:\n- id: Bad Id\n  description: ''\n  anchors: []\n  pattern: '('\n  source: x\n- id: empty-match\n  description: d\n  anchors: [zz]\n  pattern: 'z*'\n  source: x\n  examples: {find: [a], stay: [b]}\n- id: github-token\n  description: d\n  anchors: [zz]\n  pattern: 'zz'\n  source: x\n  examples: {find: [zz], stay: [b]}\n";
    let unknown = "rules:\n- id: acme-key\n  colour: red\n";
    let problems = Ruleset::builtin()
        .unwrap()
        .with_user_rules(&[("bad.yaml".into(), bad.into()), ("unknown.yaml".into(), unknown.into())])
        .unwrap_err();
    let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
    for part in [
        "bad.yaml:2: id `Bad Id`",
        "needs anchors",
        "needs a description",
        "needs examples",
        "pattern is not valid",
        "bad.yaml:10: rule `empty-match`: the pattern matches nothing",
        "bad.yaml:13: rule `github-token` is already defined",
        "unknown.yaml:3: unknown key `colour`",
        "unknown.yaml:2: the key `pattern` is missing",
    ] {
        assert!(shown.iter().any(|line| line.contains(part)), "{part} in {shown:#?}");
    }
}
