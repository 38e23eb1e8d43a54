//! `evpack classify`: the verdict of every capture, its two forms, its errors, and what it may never print.

use std::fmt::Write as _;
use std::fs;

use super::support::{Evpack, capture, repository};

#[test]
fn every_capture_gets_its_verdict_in_json() {
    let table = fs::read_to_string(repository("fixtures/expected/verdict.tsv")).unwrap();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let output = Evpack::new(["classify", "--json"]).arg(capture(fields[0])).run().code(0);
        assert!(output.files.is_empty() && output.stderr.is_empty(), "{line}: {}", output.stderr);
        let json = output.json();
        let mut keys: Vec<&String> = json.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["client", "failure", "failures", "verdict"], "{line}");
        for forbidden in ["PRIVATE PROMPT", "sk-ant-", "/home/dana"] {
            assert!(!output.text().contains(forbidden), "{line}: {forbidden}");
        }
        if fields[1] == "none" {
            assert!(json["failure"]["absent"].is_string(), "{line}");
            continue;
        }
        let word = |key: &str| json["verdict"][key].as_str().unwrap().to_owned();
        let found = [word("branch"), word("cause"), word("reached_api"), word("responder"), word("surface")];
        assert_eq!(found.each_ref().map(String::as_str), fields[1..6], "{line}");
        let signature = word("signature");
        assert!(signature.contains(&format!("/{}/{}/", fields[2], fields[4])), "{line}: {signature}");
    }
}

#[test]
fn the_text_says_why_where_and_what_next() {
    let output = Evpack::new(["classify"]).arg(capture("python-sdk/conn_refused.txt")).run().code(0);
    let text = output.text();
    for part in
        ["branch:      connection", "cause:       tcp-refused", "reached_api: no", "responder:   none", "(line "]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    for part in
        ["surface:     python-sdk", "confidence:  ", "Because:", "Next step: ", "Moves to avoid:", "signature:   "]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_pipe_several_inputs_and_no_input_are_read() {
    let text =
        "API Error: 529 {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n";
    for run in [Evpack::new(["classify"]), Evpack::new(["classify", "-"])] {
        assert!(run.stdin(text).run().code(0).text().contains("cause:       overloaded"));
    }
    let two = Evpack::new(["classify", "--json"])
        .arg(capture("curl/http529.txt"))
        .arg(capture("python-sdk/conn_refused.txt"))
        .run()
        .code(0);
    assert!(two.json()["failures"].as_array().unwrap().len() > 1);
    assert_eq!(two.json()["verdict"]["cause"], "tcp-refused");
    let quiet = Evpack::new(["classify", "-"]).stdin("all went well\n").run().code(0);
    assert!(quiet.text().starts_with("No failure in the evidence yet."), "{}", quiet.text());
}

#[test]
fn bad_input_is_named_with_a_hint() {
    let missing = Evpack::new(["classify", "nowhere.log"]).run().code(1);
    assert!(missing.stdout.is_empty() && missing.stderr.contains("nowhere.log") && missing.stderr.contains("hint: "));
    let one_of_two = Evpack::new(["classify", "nowhere.log"]).arg(capture("curl/http529.txt")).run().code(0);
    assert!(one_of_two.stderr.starts_with("warning: ") && one_of_two.text().contains("overloaded"));
    Evpack::new(["classify", "-", "-"]).run().code(2);
    Evpack::new(["classify", "--nonsense"]).run().code(2);
}

#[test]
fn secrets_of_the_input_and_of_the_environment_do_not_come_out() {
    let key = format!("sk-ant-{}", "api03-Q7dWmX2bT5vN8rK1yZ4cL6hJ9sF3gA0pE2uI5oB8nM1qR4tV7wY0zC3xD6kH9jG2lS5aPAA");
    let own = "correct-horse-battery-staple-4711";
    let text = format!(
        "anthropic.AuthenticationError: Error code: 401 - {{'type': 'error', 'error': {{'type': 'authentication_error', 'message': 'invalid x-api-key {key} {own}'}}}}\n"
    );
    for form in [vec!["classify"], vec!["classify", "--json"]] {
        let output = Evpack::new(form).env("MY_SERVICE_TOKEN", own).stdin(text.as_str()).run().code(0);
        assert!(!output.text().contains(&key[..24]) && !output.text().contains(own), "{}", output.text());
        assert!(output.text().contains("auth"));
    }
}

#[test]
fn equal_failures_of_different_people_have_one_signature() {
    let signature = |host: &str, id: &str| {
        let text = format!(
            "anthropic.RateLimitError: Error code: 429 - {{'type': 'error', 'error': {{'type': 'rate_limit_error', 'message': 'slow down {host}'}}, 'request_id': '{id}'}}\n"
        );
        let output = Evpack::new(["classify", "--json"]).stdin(text).run().code(0);
        output.json()["verdict"]["signature"].as_str().unwrap().to_owned()
    };
    let one = signature("alpha", "req_011CSHoEeqs5C35K2UUqR7Fy");
    assert_eq!(one, signature("beta", "req_011CkZGkenyjeQqtBlQUXvwS"));
    assert!(one.starts_with("ratelimiterror/rate-limit/api/"), "{one}");
}

#[test]
fn thousands_of_failures_are_bounded_and_said() {
    let mut log = String::new();
    for n in 0..300 {
        log += "API Error: 500 {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"failure number ";
        let _ = write!(log, "{n}\"}},\"request_id\":\"req_011CkZGkenyjeQqtBlQUX{n:03}\"}}\n\nnext\n\n");
    }
    let json = Evpack::new(["collect", "--json", "-o", "-", "-"]).stdin(log).run().code(0).json();
    assert_eq!(json["failures"].as_array().unwrap().len(), 50);
    assert_eq!(json["inputs"][0]["failures"], 300);
    let said = json["inputs"][0]["truncated"].as_str().unwrap();
    assert!(said.contains("250 of its 300 failures"), "{said}");
    assert!(json["attempts"].as_array().unwrap().len() <= 100);
}

#[test]
fn advice_comes_out_as_it_was_written() {
    // Words of our own pass through the redaction like all others, and it may not take them for a prompt.
    let texts = std::fs::read_to_string(repository("fixtures/texts.jsonl")).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for line in texts.lines() {
        let text: serde_json::Value = serde_json::from_str(line).unwrap();
        if !seen.insert((text["branch"].to_string(), text["cause"].to_string())) {
            continue;
        }
        let verdict = Evpack::new(["classify", "--json"]).stdin(text["text"].as_str().unwrap()).run().code(0).json();
        let words =
            [&verdict["verdict"]["next_step"], &verdict["verdict"]["escalate"], &verdict["verdict"]["not_this"]];
        for words in words {
            assert!(!words.to_string().contains("characters]"), "{}: {words}", text["id"]);
        }
    }
    assert!(seen.len() > 25);
}

/// A log of 100 MB without a failure, but for one at this line.
fn large_log(at: usize) -> Vec<u8> {
    const LINES: usize = 1_600_000;
    let mut log = Vec::with_capacity(110 << 20);
    for n in 0..LINES {
        if n == at {
            log.extend_from_slice(b"anthropic.APIConnectionError: Connection error.\n");
        }
        log.extend_from_slice(b"2026-11-22T18:46:03.123Z INFO  worker-7 handled one item in 12 ms\n");
    }
    assert!(log.len() > 100_000_000);
    log
}

#[test]
fn a_failure_anywhere_in_a_large_log_is_found_at_its_line_and_in_bounded_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.log");
    for at in [0, 700_000, 1_599_999] {
        fs::write(&path, large_log(at)).unwrap();
        // 384 MiB of addresses: far less than the log and what would be made of it.
        let limited = "ulimit -v 393216; exec \"$0\" classify --json \"$1\"";
        let output = std::process::Command::new("sh")
            .args(["-c", if cfg!(target_os = "linux") { limited } else { "exec \"$0\" classify --json \"$1\"" }])
            .args([std::path::Path::new(env!("CARGO_BIN_EXE_evpack")), &path])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["failures"].as_array().unwrap().len(), 1, "line {at}");
        assert_eq!(json["failure"]["source"]["deciding_line"], at + 1);
        assert_eq!(json["verdict"]["branch"], "connection");
    }
}
