//! Evaluates triage: `eval CASES.jsonl|- [CAPTURES_FOLDER EXPECTED.tsv]`. Prints a table by branch, cause and client, and the
//! mismatches by id. Cases are one JSON object a line with `text`, `branch` and `cause`; the expected verdicts are lines of
//! `path<TAB>branch<TAB>cause`, where `none` stands for no failure and `|` parts accepted words.
#![allow(clippy::print_stdout, clippy::expect_used)]

#[path = "../tests/it/damage.rs"]
mod damage;

use std::collections::BTreeMap;
use std::path::Path;

use evpack::ingest::{InputText, ingest};
use evpack::model::failure::Failure;
use evpack::model::safe::RequestId;
use evpack::model::vocabulary::Branch;
use evpack::model::{Collected, OrText, Raw};
use evpack::triage::judge_failure;
use serde_json::Value;

/// Hits and tries by group.
#[derive(Default)]
struct Table(BTreeMap<String, [u32; 3]>);

impl Table {
    fn add(&mut self, group: String, branch: bool, cause: bool) {
        let row = self.0.entry(group).or_default();
        row[0] += 1;
        row[1] += u32::from(branch);
        row[2] += u32::from(cause);
    }

    fn print(&self) {
        println!("{:34} {:>5} {:>8} {:>8}", "group", "n", "branch", "cause");
        for (group, [n, branch, cause]) in &self.0 {
            let share = |hits: u32| f64::from(hits) * 100.0 / f64::from(*n);
            println!("{group:34} {n:>5} {:>7.1}% {:>7.1}%", share(*branch), share(*cause));
        }
    }
}

/// Facts of a failure that labels tell, too.
#[derive(Default)]
struct Fields {
    status: Option<u64>,
    error_type: Option<String>,
    class: Option<String>,
    message: String,
    ids: Vec<String>,
}

impl Fields {
    fn of(failure: &Failure<Collected>) -> Self {
        let id = |id: &OrText<Collected, RequestId>| match id {
            OrText::Safe(safe) => safe.to_string(),
            OrText::Text(raw) => raw.expose().clone(),
        };
        let error_type = failure.error_type.value().map(|kind| match kind {
            OrText::Safe(safe) => safe.to_string(),
            OrText::Text(raw) => raw.expose().clone(),
        });
        let texts = [&failure.error_message, &failure.error_string].into_iter().filter_map(|text| text.value());
        let causes = failure.cause_chain.iter().map(|link| link.message.expose().as_str());
        let all: Vec<&str> = texts.map(|text| text.expose().as_str()).chain(causes).collect();
        Self {
            status: failure.http_status.value().map(|status| u64::from(status.code())),
            error_type,
            class: failure.exception_class.value().map(|class| class.expose().clone()),
            message: collapsed(&all.join(" ")),
            ids: failure.request_ids.iter().map(id).collect(),
        }
    }

    /// Adds to the table how many labelled fields are read exactly; a status that is labelled absent may not be made up.
    fn score(&self, line: &Value, table: &mut Table) {
        let mut add = |name: &str, right: bool| table.add(format!("field {name}"), right, right);
        if line.get("http_status").is_some() {
            add("http_status", self.status == line["http_status"].as_u64());
        }
        if let Some(id) = line["request_id"].as_str() {
            add("request_id", self.ids.iter().any(|known| known == id));
        }
        if let Some(kind) = line["error_type"].as_str() {
            add("error_type", self.error_type.as_deref() == Some(kind));
        }
        if let Some(class) = line["exception_class"].as_str() {
            add("exception_class", self.class.as_deref() == Some(class));
        }
        if let Some(message) = line["error_message"].as_str() {
            add("error_message", self.message.contains(&collapsed(message)));
        }
    }
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What triage says of a text.
struct Said {
    /// Whether the first and the last line hold what decided.
    ends: (bool, bool),
    fields: Fields,
    branch: &'static str,
    cause: &'static str,
    shown: String,
}

fn say(name: &str, bytes: &[u8]) -> Said {
    let input = InputText {
        label: Raw::text(name),
        bytes: Raw::new(bytes.to_vec()),
        total_bytes: bytes.len() as u64,
        skipped_before: 0,
        skipped_lines: None,
    };
    let found = ingest(&[input]);
    let Some(failure) = found.failures.last() else {
        return Said {
            ends: (false, false),
            fields: Fields::default(),
            branch: "none",
            cause: "none",
            shown: "no failure".to_owned(),
        };
    };
    let verdict = judge_failure(failure, &found.clues, None, None);
    let why = verdict.because.first().map(|because| because.statement.expose().clone()).unwrap_or_default();
    let shown = format!(
        "reached={} responder={} surface={} status={:?} | {why}",
        verdict.reached_api,
        verdict.responder,
        verdict.surface,
        failure.http_status.value().map(|status| status.code())
    );
    let text = String::from_utf8_lossy(bytes);
    let inner = failure.cause_chain.iter().flat_map(|link| {
        [Some(&link.message), link.class.as_ref()].into_iter().flatten().map(|text| text.expose().clone())
    });
    // So do the message and the codes, and an address, which tells who answered.
    let codes = failure.cause_chain.iter().filter_map(|link| link.code.as_ref());
    let told = failure.error_message.value().into_iter().chain(codes).map(|text| text.expose().clone());
    let inner: Vec<String> = inner.chain(told).filter(|text| text.len() > 5).collect();
    let holds = |line: Option<&str>| {
        line.is_some_and(|line| {
            line.contains("://") || inner.iter().any(|text| line.contains(text.lines().next().unwrap_or(text)))
        })
    };
    let (deciding, lines) = (failure.source.deciding_line, text.lines().count() as u64);
    let ends = (deciding <= 1 || holds(text.lines().next()), deciding >= lines || holds(text.lines().last()));
    Said { ends, fields: Fields::of(failure), branch: verdict.branch.word(), cause: verdict.cause.word(), shown }
}

/// The same verdict after every kind of damage.
fn robust(name: &str, text: &str, said: &Said, table: &mut Table, wrong: &mut Vec<String>) {
    for (kind, damaged) in damage::all(text, said.ends.0, said.ends.1) {
        let again = say(name, damaged.as_bytes());
        let (branch, cause) = (again.branch == said.branch, again.cause == said.cause);
        table.add(format!("robust {kind}"), branch, cause);
        table.add("robust all".to_owned(), branch, cause);
        if !(branch && cause) {
            wrong.push(format!(
                "{kind} {name}: {}/{} <> {}/{} | {}",
                said.branch, said.cause, again.branch, again.cause, again.shown
            ));
        }
    }
}

fn fits(expected: &str, found: &str) -> bool {
    expected.split('|').any(|word| word == found)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut table = Table::default();
    let mut wrong: Vec<String> = Vec::new();
    if let Some(path) = arguments.first().filter(|path| *path != "-") {
        cases(path, &mut table, &mut wrong);
    }
    if let [_, folder, expected] = arguments.as_slice() {
        captures(Path::new(folder), expected, &mut table, &mut wrong);
    }
    table.print();
    println!("\n{} mismatches", wrong.len());
    for line in &wrong {
        println!("{line}");
    }
}

fn cases(path: &str, table: &mut Table, wrong: &mut Vec<String>) {
    let text = std::fs::read_to_string(path).expect("cases");
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let line: Value = serde_json::from_str(line).expect("one JSON object a line");
        let field = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        let (id, road, cause) = (field("id"), field("branch"), field("cause"));
        let said = say(&id, field("text").as_bytes());
        // No failure is how `unknown` looks where nothing was found.
        let unknown = Branch::Unknown.word();
        let none = said.branch == "none" && road == unknown;
        let negative = line["negative"].as_bool().unwrap_or_default();
        let quiet = negative && matches!(said.branch, "none" | "unknown") && road == unknown;
        let (right_branch, right_cause) = (none || said.branch == road, none || quiet || said.cause == cause);
        for group in ["all cases".to_owned(), format!("branch {road}"), format!("client {}", field("client"))] {
            table.add(group, right_branch, right_cause);
        }
        table.add(format!("cause {cause}"), right_branch, right_cause);
        if negative {
            table.add("negative".to_owned(), right_branch, right_cause);
        }
        if line.get("text_fidelity").is_some() {
            let recomposed = field("text_fidelity") == "recomposed";
            table.add(format!("fidelity {}", field("text_fidelity")), right_branch, right_cause);
            if !recomposed {
                table.add("all cases, none recomposed".to_owned(), right_branch, right_cause);
            }
        }
        said.fields.score(&line, table);
        robust(&id, &field("text"), &said, table, wrong);
        if !(right_branch && right_cause) {
            wrong.push(format!("{id}: {road}/{cause} <> {}/{} | {}", said.branch, said.cause, said.shown));
        }
    }
}

fn captures(folder: &Path, expected: &str, table: &mut Table, wrong: &mut Vec<String>) {
    let list = std::fs::read_to_string(expected).expect("expected verdicts");
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [path, branch, cause, ..] = fields.as_slice() else { continue };
        let Ok(bytes) = std::fs::read(folder.join(path)) else { continue };
        let said = say(path, &bytes);
        let (right_branch, right_cause) = (fits(branch, said.branch), fits(cause, said.cause));
        let client = path.split('/').next().unwrap_or_default();
        for group in ["all captures".to_owned(), format!("captures {client}")] {
            table.add(group, right_branch, right_cause);
        }
        if let Ok(text) = std::str::from_utf8(&bytes) {
            robust(path, text, &said, table, wrong);
        }
        if !(right_branch && right_cause) {
            wrong.push(format!("{path}: {branch}/{cause} <> {}/{} | {}", said.branch, said.cause, said.shown));
        }
    }
}
