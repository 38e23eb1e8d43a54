//! What programs write on lines of their own, in strings that hold these lines: what goes from the lines goes from the string, and the string stays one.

use serde_json::{Value, json};

use crate::redact::Redactor;

/// What stands for the private part.
const PRIVATE: &str = "quokka";

/// Lines as programs write them; what they say of the failure stays.
const LINES: [&str; 10] = [
    "Human: Tell me how the quokka merger ends\n\nAssistant: The quokka merger ends in June.\n\nstatus 529\n",
    "2026-11-20 10:00:00 INFO app: Prompt: Tell me how the quokka merger ends\nand the quokka price\n2026-11-20 10:00:01 ERROR 529 overloaded\n",
    "## Prompt\n\nTell me how the quokka merger ends\n\n## Error\n\nstatus 529\n",
    " id | prompt | status\n----+--------+-------\n  1 | Tell me how the quokka merger ends | 529\n(1 row)\n",
    "| role | content | status |\n|---|---|---|\n| user | Tell me how the quokka merger ends | 529 |\n",
    "    Expected: \"The quokka merger ends in June\"\n    Received: \"529\"\n",
    "model: m\nmessages:\n- role: user\n  content: Tell me how the quokka merger ends\nstatus: 529\n",
    "[request]\nprompt = \"\"\"\nTell me how the quokka merger ends\n\"\"\"\nstatus = 529\n",
    "POST /ask HTTP/1.1\nhost: a\n\nprompt=Tell+me+how+the+quokka+merger+ends&model=m\nstatus 529\n",
    "+ claude -p 'Tell me how the quokka merger ends'\nAPI Error: 529 overloaded\n",
];

/// The values of all strings of a document, those of documents in strings too.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => serde_json::from_str(text).map_or_else(|_| vec![text.clone()], |inner| texts(&inner)),
        Value::Array(all) => all.iter().flat_map(texts).collect(),
        Value::Object(all) => all.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn lines_in_strings_of_json_lose_what_the_lines_lose() {
    let redactor = Redactor::builder().build().unwrap();
    for lines in LINES {
        assert!(!redactor.redact_str(lines).contains(PRIVATE), "{lines}");
        let inner = json!({"stderr": lines, "rc": 1});
        for text in [
            inner.to_string(),
            serde_json::to_string_pretty(&inner).unwrap(),
            json!({"event": inner.to_string(), "status": 1}).to_string(),
        ] {
            let shown = redactor.redact_str(&text);
            assert!(!shown.contains(PRIVATE) && shown.contains("529"), "{shown}");
            let value: Value = serde_json::from_str(&shown).expect(&shown);
            let count = |text: &String| text.matches('\n').count();
            let before = texts(&serde_json::from_str(&text).unwrap());
            assert!(texts(&value).iter().map(count).sum::<usize>() + 2 >= before.iter().map(count).sum(), "{shown}");
            assert_eq!(redactor.redact_str(&shown), shown);
        }
    }
}

#[test]
fn lines_in_strings_of_logs_and_records_of_docker_lose_it_too() {
    let redactor = Redactor::builder().build().unwrap();
    for lines in LINES {
        let string = Value::from(lines).to_string();
        let record = |line: &str| {
            let log = Value::from(format!("{line}\n"));
            format!("{{\"log\":{log},\"stream\":\"stderr\",\"time\":\"2026-11-20T10:00:00.123456789Z\"}}\n")
        };
        let records: String = lines.lines().map(record).collect();
        let is_toml = lines.starts_with("[request]");
        for text in [format!("level=error msg={string} rc=1\n"), if is_toml { String::new() } else { records }] {
            let mut shown = Vec::new();
            redactor.redact_stream(text.as_bytes(), &mut shown).unwrap();
            let shown = String::from_utf8(shown).unwrap();
            assert!(!shown.contains(PRIVATE) && shown.contains("529") == text.contains("529"), "{shown}");
            for record in shown.lines().filter(|line| line.starts_with('{')) {
                assert!(serde_json::from_str::<Value>(record).is_ok(), "{shown}");
            }
        }
    }
}

/// A page, a report and a field of CSV begin before the first line; what stands in TOML there is not told yet.
#[test]
fn lines_behind_what_a_page_or_a_record_opens_lose_it_too() {
    let redactor = Redactor::builder().build().unwrap();
    for lines in LINES.iter().filter(|lines| !lines.starts_with("[request]")) {
        let escaped = lines.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        for text in [
            format!("<pre>{escaped}</pre>\n<p>HTTP 503</p>\n"),
            format!("<testcase>\n<system-out><![CDATA[{lines}]]></system-out>\n</testcase>\n<!-- 503 -->\n"),
            format!("id,stderr,status\n1,\"{}\",503\n2,\"none\",503\n", lines.replace('"', "\"\"")),
        ] {
            let mut shown = Vec::new();
            redactor.redact_stream(text.as_bytes(), &mut shown).unwrap();
            let shown = String::from_utf8(shown).unwrap();
            assert!(!shown.contains(PRIVATE) && shown.contains("503"), "{shown}");
        }
    }
}

#[test]
fn what_lines_in_strings_say_of_a_failure_stays() {
    let redactor = Redactor::builder().build().unwrap();
    for lines in [
        "Error: 529 Overloaded\nrequest_id: req_011CUabcdefghijklmnopqrs\n  at ask (/srv/app.js:12:3)\n",
        "2026-11-20 10:00:00 INFO app: sending request\n2026-11-20 10:00:01 ERROR APIStatusError 529\n",
        "usage: ask [--model MODEL]\n  --model  the model to ask\n",
    ] {
        let text = json!({"stderr": lines, "rc": 1}).to_string();
        assert_eq!(redactor.redact_str(&text), text);
    }
}
