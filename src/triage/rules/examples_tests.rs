//! Every example of `examples.yaml` leads to its kind, and every kind that names a failure has an example.

use std::collections::BTreeMap;

use super::super::kind::{KINDS, named};
use super::super::passage::Passage;
use super::KINDS as WORDINGS;

fn examples() -> BTreeMap<String, Vec<String>> {
    serde_yaml::from_str(include_str!("examples.yaml")).unwrap()
}

/// The kind that leads: specific before generic, then by row.
fn leading(text: &str) -> Option<&'static str> {
    let passage = Passage::new("/failure/error_string", None, text);
    let kinds = WORDINGS.hits(passage.folded()).into_iter().filter_map(|hit| named(hit.name));
    let row = |word: &str| KINDS.iter().position(|kind| kind.word == word);
    kinds.min_by_key(|kind| (std::cmp::Reverse(kind.weight), row(kind.word))).map(|kind| kind.word)
}

#[test]
fn every_example_leads_to_its_kind() {
    let mut wrong = Vec::new();
    for (kind, texts) in examples() {
        for text in texts {
            let found = leading(&text);
            if found != Some(kind.as_str()) {
                wrong.push(format!("{kind}: {found:?}: {text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kind_is_exemplified() {
    let examples = examples();
    let rare =
        ["bad-argument", "proxy-unreachable", "acceleration", "tool-pairs", "stream-exception", "upstream-failed"];
    for kind in KINDS.iter().filter(|kind| !rare.contains(&kind.word)) {
        assert!(examples.contains_key(kind.word), "{}", kind.word);
    }
}

#[test]
fn healthy_text_leads_to_nothing() {
    for text in [
        "Hello! How can I help you today?",
        "HTTP Request: POST https://api.anthropic.com/v1/messages \"HTTP/1.1 200 OK\"",
        "src/app.py:529: DeprecationWarning: use the new name",
        "listening on 127.0.0.1:3456, 404 lines read in 500 ms",
        "Documentation is written in Markdown; the timeoutSeconds field is optional",
    ] {
        assert_eq!(leading(text), None, "{text}");
    }
}
