//! Requests in documents of JSON and YAML: what was said goes, the document stays one, and what says which call it was stays where it stood.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::assert_gone;
use crate::redact::Redactor;

/// Keys whose values stay.
const KEPT: [&str; 7] = ["request_id", "status", "model", "role", "type", "id", "name"];

/// What was said: words that stand nowhere else, with marks that documents quote or escape.
fn said() -> impl Strategy<Value = String> {
    let word = "zq[a-z]{4,9}";
    let end = prop::sample::select(vec!["", "\n", ": so", "? it's \"so\"", " {\"a\": 1}", " é中", "\n- more\n"]);
    (prop::sample::select(vec!["", "# ", "- ", "\""]), proptest::collection::vec(word, 3..20), end)
        .prop_map(|(lead, words, end)| format!("{lead}{}{end}", words.join(" ")))
}

fn message() -> impl Strategy<Value = Value> {
    (said(), 0..4).prop_map(|(text, form)| match form {
        0 => json!({"role": "user", "content": text}),
        1 => json!({"role": "user", "content": [{"type": "text", "text": text}]}),
        2 => json!({"role": "assistant", "content": [
            {"type": "tool_use", "id": "toolu_01Titom5wegvWj99X4YLxfSq", "name": "look_up", "input": {"q": text, "n": 3}}
        ]}),
        _ => json!({"content": [{"type": "tool_result", "tool_use_id": "toolu_01A", "content": text}], "role": "user"}),
    })
}

fn document() -> impl Strategy<Value = Value> {
    let call = proptest::collection::vec(message(), 1..4).prop_map(|messages| {
        json!({"model": "claude-sonnet-4-5", "messages": messages, "request_id": "req_011CSHoEeqs5C35K2UUqR7Fy", "status": 529})
    });
    (call, 0..3).prop_map(|(call, form)| match form {
        0 => call,
        1 => json!({"attempts": [{"call": call}], "type": "overloaded_error"}),
        _ => json!({"id": "batch-7", "body": call.to_string(), "status": 500}),
    })
}

/// A document as a text, and how that is read again.
fn written(document: &Value, form: usize) -> (String, fn(&str) -> Option<Value>) {
    match form {
        0 => (document.to_string(), |text| serde_json::from_str(text).ok()),
        1 => (serde_json::to_string_pretty(document).unwrap(), |text| serde_json::from_str(text).ok()),
        2 => (serde_yaml::to_string(document).unwrap(), |text| serde_yaml::from_str(text).ok()),
        // A document in a string of another.
        3 => (json!({"stderr": serde_yaml::to_string(document).unwrap()}).to_string(), |text| {
            serde_yaml::from_str(serde_json::from_str::<Value>(text).ok()?["stderr"].as_str()?).ok()
        }),
        _ => (serde_yaml::to_string(&json!({"files": {"a.json": document.to_string()}})).unwrap(), |text| {
            serde_json::from_str(serde_yaml::from_str::<Value>(text).ok()?["files"]["a.json"].as_str()?).ok()
        }),
    }
}

/// Every value that stays, with the keys that lead to it.
fn kept(value: &Value, path: &str, all: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let path = format!("{path}/{key}");
                if KEPT.contains(&key.as_str()) {
                    all.push((path.clone(), value.clone()));
                }
                kept(value, &path, all);
            }
        }
        Value::Array(list) => list.iter().enumerate().for_each(|(at, value)| kept(value, &format!("{path}/{at}"), all)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn what_was_said_goes_and_the_document_stays_one(document in document(), form in 0usize..5) {
        let redactor = Redactor::builder().build().unwrap();
        let (text, read) = written(&document, form);
        let shown = redactor.redact_str(&text);
        prop_assert!(!shown.contains("zq"), "{text}\n{shown}");
        let after = read(&shown);
        prop_assert!(after.is_some(), "{text}\n{shown}");
        let (mut stays, mut stayed) = (Vec::new(), Vec::new());
        kept(&document, "", &mut stays);
        kept(&after.unwrap_or_default(), "", &mut stayed);
        prop_assert_eq!(&stays, &stayed, "{}\n{}", text, shown);
        let mut streamed = Vec::new();
        redactor.redact_stream(text.as_bytes(), &mut streamed).unwrap();
        prop_assert_eq!(String::from_utf8(streamed).unwrap(), shown);
    }
}

/// What `PyYAML`, js-yaml and people write that no library of this program does; `§` stands for what was said.
const CASES: [&str; 12] = [
    "messages:\n- content:\n  - type: thinking\n    thinking: §\n    signature: EqQB4711merger\n  role: assistant\nstatus: 529\n",
    "messages:\n- content:\n  - signature: EqQB4711merger\n    thinking: § and so\n    type: thinking\nstatus: 529\n",
    "messages:\n- \"content\": \"§ and it's so\"\n  \"role\": user\nstatus: 529\n",
    "\"messages\":\n- \"content\": |-\n    §\n\n    and so\n  \"role\": \"user\"\nstatus: 529\n",
    "messages:\n- content:\n  - id: toolu_01A\n    input:\n      q: '§\n\n        and so'\n    name: look_up\n    type: tool_use\n  role: assistant\nstatus: 529\n",
    "- role: assistant\n  content:\n  - type: tool_use\n    input:\n      \"q\": \"§ \\\n        \\ and so\"\nstatus: 529\n",
    "call:\n  arguments:\n    q: §\n  id: call_7\nstatus: 529\n",
    "data:\n  payload: '{\"stream\": true,\n    \"messages\": [{\"role\": \"user\", \"content\": \"§\n    and so\"}], \"n\": 1}'\nstatus: 529\n",
    "body: >-\n  {\"messages\":[{\"role\":\"user\",\"content\":\"so it\n  was § there\"}],\"model\":\n  \"claude-sonnet-4-5\"}\nstatus: 529\n",
    "messages:\n- {content: § and so, role: user}\n- {role: assistant, content: §}\nstatus: 529\n",
    "content: !!str |\n  §\nstatus: 529\n",
    "{messages: [{content: [{text: § and\n      so, type: text}], role: user}], n: 4}\nstatus: 529\n",
];

#[test]
fn what_was_said_goes_from_yaml_of_other_programs() {
    let texts = CASES.map(|case| case.replace('§', "plan of the merger 4711"));
    assert_gone(
        texts.iter().map(|text| (text.as_str(), &["4711", "merger", "and so"][..], &["status: 529", "\n"][..])),
    );
}

/// What other notations make of a call; `§` stands for what was said.
const OTHERS: [&str; 7] = [
    "sent map[content:§ role:user] in 3 s\n",
    "call map[max_tokens:9 model:m prompt:§ request_id:req_011CSHoEeqs5C35K2UUqR7Fy stream:true]\n",
    "{SystemPrompt:\"§\" UserMessage:\"§\" MaxTokens:9}\n",
    "<dict>\n\t<key>prompt</key>\n\t<string>§\nand so</string>\n\t<key>n</key>\n\t<integer>3</integer>\n</dict>\n",
    "<property><name>system_prompt</name><value>§</value></property>\n",
    "array(1) {\n  [\"prompt\"]=>\n  string(31) \"a\" \"plan of the merger 4711 {b}\"\n}\n",
    "role       : user\ncontent    : § and\n             so on and so\nmax_tokens : 9\n",
];

#[test]
fn what_was_said_goes_from_other_notations() {
    let texts = OTHERS.map(|case| case.replace('§', "plan of the merger 4711"));
    assert_gone(texts.iter().map(|text| (text.as_str(), &["4711", "merger", "and so"][..], &["\n"][..])));
    let shown = super::redacted(&OTHERS[1].replace('§', "plan: of the merger 4711"));
    assert!(shown.ends_with(" request_id:req_011CSHoEeqs5C35K2UUqR7Fy stream:true]\n"), "{shown}");
    for stays in ["map[prompt:none] map[content:text/html type:x]\n", "status : 529\ncontent : 12 bytes\n"] {
        assert_eq!(super::redacted(stays), stays);
    }
}

#[test]
fn mappings_that_no_tool_is_called_with_stay() {
    for text in [
        "input:\n  type: log\n  paths: [/var/log/app.log]\noutput:\n  hosts: [\"es:9200\"]\n",
        "on:\n  workflow_call:\n    inputs:\n      ref:\n        type: string\njobs: 1\n",
        "{content: application/json, length: 5}\n",
        "note: >-\n  the gateway said 529\n  and then 503\nstatus: 1\n",
    ] {
        assert_eq!(super::redacted(text), text);
    }
}

#[test]
fn credentials_in_blocks_go_and_their_siblings_stay() {
    let token = ["tn9kVHcNDXYq", "U89zPh7vRfHF"].concat();
    let texts = [
        "- \"api_key\": >-\n    §\n  \"status\": 529\n",
        "  - password: |-\n      §\n    status: 529\n",
        "token: !!str |\n  §\nstatus: 529\n",
        "2026-11-20T10:00:00.1234567Z - api_key: |\n2026-11-20T10:00:00.1234567Z     §\n2026-11-20T10:00:00.1234567Z   status: 529\n",
    ]
    .map(|text| text.replace('§', &token));
    let gone = [token.as_str()];
    assert_gone(texts.iter().map(|text| (text.as_str(), &gone[..], &["status", "529", "\n"][..])));
    let marked = [&token[..12], "@#", &token[12..16]].concat();
    for text in ["x-api-key: §\n", "{client_secret: §, a: 1}\n", "token=§ # remark\n"] {
        let shown = super::redacted(&text.replace('§', &marked));
        assert!(!shown.contains(&marked[13..]), "{shown}");
    }
}
