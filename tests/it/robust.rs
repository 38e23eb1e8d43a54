//! The verdict is that of the failure, and not of how its text was pasted: every capture and every text of our own keeps its
//! verdict after each kind of damage. The library is called directly; it is the same that the program calls.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use evpack::ingest::{InputText, ingest};
use evpack::model::safe::RequestId;
use evpack::model::{Collected, OrText, Raw};
use evpack::triage::judge_failure;
use serde_json::Value;

use super::damage;
use super::support::repository;

/// What is said of a text, and which of its ends hold what decided.
struct Said {
    verdict: (String, String),
    first_decides: bool,
    last_decides: bool,
}

fn say(text: &str) -> Said {
    let bytes = text.as_bytes().to_vec();
    let total_bytes = bytes.len() as u64;
    let label = Raw::text("input");
    let found =
        ingest(&[InputText { label, bytes: Raw::new(bytes), total_bytes, skipped_before: 0, skipped_lines: None }]);
    let Some(failure) = found.failures.last() else {
        return Said { verdict: ("none".to_owned(), "none".to_owned()), first_decides: false, last_decides: false };
    };
    let verdict = judge_failure(failure, &found.clues, None, None);
    let (first, last) = (text.lines().next().unwrap_or_default(), text.lines().last().unwrap_or_default());
    let (deciding, lines) = (failure.source.deciding_line, text.lines().count() as u64);
    // The innermost cause decides, too, and may stand at either end.
    let inner = failure.cause_chain.iter().flat_map(|link| {
        [Some(&link.message), link.class.as_ref()].into_iter().flatten().map(|text| text.expose().clone())
    });
    // So do the message and the codes, and an address, which tells who answered.
    let codes = failure.cause_chain.iter().filter_map(|link| link.code.as_ref());
    let told = failure.error_message.value().into_iter().chain(codes).map(|text| text.expose().clone());
    let inner: Vec<String> = inner.chain(told).filter(|text| text.len() > 5).collect();
    let holds = |line: &str| {
        line.contains("://") || inner.iter().any(|text| line.contains(text.lines().next().unwrap_or(text)))
    };
    Said {
        verdict: (verdict.branch.to_string(), verdict.cause.to_string()),
        first_decides: deciding <= 1 || holds(first),
        last_decides: deciding >= lines || holds(last),
    }
}

fn captures() -> BTreeMap<String, String> {
    fn walk(base: &Path, folder: &Path, out: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(base, &path, out);
            } else if let Ok(text) = fs::read_to_string(&path) {
                out.insert(path.strip_prefix(base).unwrap().to_string_lossy().replace('\\', "/"), text);
            }
        }
    }
    let base = repository("fixtures/captures");
    let mut out = BTreeMap::new();
    walk(&base, &base, &mut out);
    assert!(out.len() > 100, "the captures are missing");
    out
}

fn texts() -> Vec<Value> {
    let file = fs::read_to_string(repository("fixtures/texts.jsonl")).unwrap();
    file.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Texts that lose what decides, most of them with their last line: the only one that names the missing key, the proxy or the router.
const KNOWN: &[(&str, &str)] = &[
    ("last-line-gone", "own-396"),
    ("last-line-gone", "own-1529"),
    ("last-line-gone", "own-1637"),
    ("last-line-gone", "own-1754"),
    // So it is with the first line of these, which names the status.
    ("first-line-gone", "own-2570"),
    ("first-line-gone", "own-2753"),
    // Only the model's name on their last line tells whose failure these are; a thousand lines after it are not its line.
    ("last-line-gone", "own-2921"),
    ("chatter", "own-2921"),
    ("last-line-gone", "own-2943"),
    ("last-line-gone", "own-2977"),
    ("last-line-gone", "own-3021"),
    ("last-line-gone", "own-3027"),
    // A row of a list of changes is known by its first sign, which a prefix hides.
    ("ci-prefix", "own-3038"),
    ("job-prefix", "own-3038"),
    // The class and its message come to stand on two lines.
    ("wrap-80-words", "own-3067"),
    // Inside the text of an escaped stack the line breaks so that a frame seems to begin.
    ("wrap-80", "own-2536"),
    // The place in `(_ssl.c:1000)` comes to stand on a line of its own, between the cause and the class that it led to.
    ("wrap-80-words", "own-2379"),
];

fn check(all: impl Iterator<Item = (String, String)>) {
    let mut tried: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lost: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, text) in all {
        let said = say(&text);
        for (kind, damaged) in damage::all(&text, said.first_decides, said.last_decides) {
            *tried.entry(kind).or_default() += 1;
            let again = say(&damaged).verdict;
            if again != said.verdict && !KNOWN.contains(&(kind, name.as_str())) {
                lost.entry(kind).or_default().push(format!("{name}: {:?} became {again:?}", said.verdict));
            }
        }
    }
    assert!(tried.len() >= 12, "{tried:?}");
    let lines: Vec<String> = lost.iter().map(|(kind, names)| format!("{kind}:\n{}", names.join("\n"))).collect();
    assert!(lost.is_empty(), "{}", lines.join("\n"));
}

#[test]
fn captures_keep_their_verdict_however_they_are_pasted() {
    check(captures().into_iter());
}

#[test]
fn our_own_texts_keep_their_verdict_however_they_are_pasted() {
    check(
        texts()
            .into_iter()
            .map(|text| (text["id"].as_str().unwrap().to_owned(), text["text"].as_str().unwrap().to_owned())),
    );
}

/// Clients, wrappers, libraries and languages; labelled before they were first run, see `fixtures/README.md`.
#[test]
fn texts_of_every_client_and_language_get_their_verdict() {
    let all = texts();
    let mut wrong = Vec::new();
    for text in &all {
        let (branch, cause) = say(text["text"].as_str().unwrap()).verdict;
        let quiet = branch == "none" || branch == "unknown";
        let right = match text["negative"].as_bool() {
            Some(true) => quiet,
            _ => {
                branch == text["branch"] && cause == text["cause"] || (branch == "none" && text["branch"] == "unknown")
            }
        };
        if !right {
            wrong.push(format!(
                "{} {}: {}/{} <> {branch}/{cause}",
                text["id"], text["client"], text["branch"], text["cause"]
            ));
        }
    }
    assert!(all.len() > 150 && wrong.len() <= 2, "{}", wrong.join("\n"));
}

#[test]
fn status_and_request_id_are_read_exactly_where_a_text_shows_them() {
    let mut wrong = Vec::new();
    for text in texts() {
        let bytes = text["text"].as_str().unwrap().as_bytes().to_vec();
        let total_bytes = bytes.len() as u64;
        let label = Raw::text("input");
        let found =
            ingest(&[InputText { label, bytes: Raw::new(bytes), total_bytes, skipped_before: 0, skipped_lines: None }]);
        let Some(failure) = found.failures.last() else { continue };
        let status = failure.http_status.value().map(|status| u64::from(status.code()));
        if let Some(want) = text["http_status"].as_u64().filter(|want| Some(*want) != status) {
            wrong.push(format!("{}: status {want} <> {status:?}", text["id"]));
        }
        let shown = |id: &OrText<Collected, RequestId>| match id {
            OrText::Safe(safe) => safe.to_string(),
            OrText::Text(raw) => raw.expose().clone(),
        };
        let ids: Vec<String> = failure.request_ids.iter().map(shown).collect();
        if let Some(want) = text["request_id"].as_str().filter(|want| !ids.iter().any(|id| id == want)) {
            wrong.push(format!("{}: id {want} <> {ids:?}", text["id"]));
        }
        let class = failure.exception_class.value().map(|class| class.expose().clone());
        if let Some(want) = text["exception_class"].as_str().filter(|want| class.as_deref() != Some(*want)) {
            wrong.push(format!("{}: class {want} <> {class:?}", text["id"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
