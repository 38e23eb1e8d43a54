//! Every form in which a status is written is read, and what only looks like a failure is none: `fixtures/forms` lists both.

use std::fs;

use evpack::ingest::{Ingested, InputText, ingest};
use evpack::model::Raw;
use evpack::triage::judge_failure;

use super::support::repository;

fn read(text: &str) -> Ingested {
    let bytes = text.as_bytes().to_vec();
    let total_bytes = bytes.len() as u64;
    let label = Raw::text("input");
    ingest(&[InputText { label, bytes: Raw::new(bytes), total_bytes, skipped_before: 0, skipped_lines: None }])
}

/// One form a line: the status, a tab, and the text, in which `\n` stands for the end of a line.
#[test]
fn statuses_are_read_in_every_form() {
    let file = fs::read_to_string(repository("fixtures/forms/statuses.txt")).unwrap();
    let forms: Vec<(&str, String)> = file
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(code, text)| (code, text.replace("\\n", "\n")))
        .collect();
    assert!(forms.len() > 150, "{} forms", forms.len());
    let wrong: Vec<String> = forms
        .iter()
        .filter_map(|(code, text)| {
            let found = read(text);
            let status =
                found.failures.last().and_then(|failure| failure.http_status.value()).map(|s| s.code().to_string());
            (status.as_deref() != Some(code)).then(|| format!("{code} <> {status:?}: {text}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Texts apart by `---`, of which none is a failed call.
#[test]
fn what_only_looks_like_a_failure_is_none() {
    let file = fs::read_to_string(repository("fixtures/forms/no_failures.txt")).unwrap();
    let texts: Vec<&str> = file.split("\n---\n").collect();
    assert!(texts.len() > 120, "{} texts", texts.len());
    let wrong: Vec<String> = texts
        .iter()
        .filter_map(|text| {
            let found = read(text);
            let verdict = judge_failure(found.failures.last()?, &found.clues, None, None);
            let branch = verdict.branch.to_string();
            (branch != "unknown").then(|| format!("{branch}/{}: {text}", verdict.cause))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
