//! Golden test: the facts read from every file of `fixtures/captures` equal those in `fixtures/expected/ingest`.
//!
//! `UPDATE_GOLDEN=1 cargo test --lib golden` writes them anew; each change is to be read by eye.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Ingested, InputText, ingest};
use crate::model::failure::{CauseLink, Failure};
use crate::model::{Collected, Evidence, OrText, Raw};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn read(bytes: Vec<u8>) -> Ingested {
    let total_bytes = bytes.len() as u64;
    ingest(&[InputText {
        label: Raw::text("input"),
        bytes: Raw::new(bytes),
        total_bytes,
        skipped_before: 0,
        skipped_lines: None,
    }])
}

fn captured<T>(evidence: &Evidence<Collected, T>, show: impl Fn(&T) -> Value) -> Value {
    evidence.value().map_or(Value::Null, show)
}

fn text(raw: &Raw<String>) -> Value {
    json!(raw.expose())
}

fn word<T: std::fmt::Display>(value: &OrText<Collected, T>) -> Value {
    match value {
        OrText::Safe(safe) => json!(safe.to_string()),
        OrText::Text(raw) => text(raw),
    }
}

fn cause(link: &CauseLink<Collected>) -> Value {
    json!({ "class": link.class.as_ref().map(text), "message": text(&link.message), "code": link.code.as_ref().map(text) })
}

fn facts(failure: &Failure<Collected>) -> Value {
    let source = &failure.source;
    json!({
        "surface": failure.surface,
        "format": source.format,
        "lines": [source.first_line, source.last_line, source.deciding_line],
        "exception_class": captured(&failure.exception_class, text),
        "error_string": captured(&failure.error_string, text),
        "http_status": captured(&failure.http_status, |status| json!(status)),
        "error_type": captured(&failure.error_type, word),
        "error_message": captured(&failure.error_message, text),
        "request_ids": failure.request_ids.iter().map(word).collect::<Vec<_>>(),
        "retry_count": captured(&failure.retry_count, |count| json!(count)),
        "max_retries": captured(&failure.max_retries, |count| json!(count)),
        "timeout_seconds": captured(&failure.timeout_seconds, |seconds| json!(seconds)),
        "occurred_at": captured(&failure.occurred_at, |at| json!(at)),
        "causes": failure.cause_chain.iter().map(cause).collect::<Vec<_>>(),
        "response": captured(&failure.response, |response| json!({
            "body": response.body,
            "accepted": response.accepted,
            "headers": response.headers.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect::<serde_json::Map<_, _>>(),
        })),
        "request": captured(&failure.request, |request| json!({
            "method": request.method.as_ref().map(text),
            "url": request.url.as_ref().map(text),
            "model": request.model.as_ref().map(word),
            "stream": request.stream,
            "max_tokens": request.max_tokens,
            "messages": request.messages,
            "tools": request.tools,
            "blocks": request.blocks,
        })),
    })
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files(&entry));
        } else {
            found.push(entry);
        }
    }
    found.sort();
    found
}

#[test]
fn every_capture_tells_what_it_should() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let captures = root().join("captures");
    let all = files(&captures);
    assert!(all.len() >= 60, "the captures are missing");
    for path in all {
        let name = path.strip_prefix(&captures).unwrap().with_extension("json");
        let golden = root().join("expected/ingest").join(&name);
        let read = read(fs::read(&path).unwrap());
        let got = json!({ "failures": read.failures.iter().map(facts).collect::<Vec<_>>(), "mended": read.records[0].mended });
        if update {
            fs::create_dir_all(golden.parent().unwrap()).unwrap();
            fs::write(&golden, serde_json::to_string_pretty(&got).unwrap() + "\n").unwrap();
            continue;
        }
        let want: Value = serde_json::from_str(&fs::read_to_string(&golden).unwrap_or_default()).unwrap_or(Value::Null);
        assert_eq!(got, want, "{}", name.display());
    }
}

/// What may never be in a fact: the prompt of the captures.
#[test]
fn no_fact_holds_the_prompt() {
    for path in files(&root().join("captures")) {
        let read = read(fs::read(&path).unwrap());
        for failure in &read.failures {
            assert!(!facts(failure).to_string().contains("PRIVATE PROMPT"), "{}", path.display());
        }
        if path.extension().is_some_and(|kind| kind == "jsonl") {
            for attachment in &read.attachments {
                let text = attachment.text.expose();
                assert!(!text.contains("\"content\"") && !text.contains("/home/"), "{}", path.display());
            }
        }
    }
}

#[test]
fn damage_changes_no_fact() {
    let key = |bytes: Vec<u8>| {
        let read = read(bytes);
        let last = read.failures.last().map(|failure| {
            (
                captured(&failure.exception_class, text),
                captured(&failure.http_status, |status| json!(status)),
                captured(&failure.error_type, word),
                failure.request_ids.len(),
                captured(&failure.error_message, text),
            )
        });
        (last, read.records[0].mended.clone())
    };
    for name in [
        "python-sdk/conn_refused.txt",
        "python-sdk/http_429.txt",
        "typescript-sdk/http_400.txt",
        "typescript-sdk/conn_refused.txt",
        "claude-code/http_529.txt",
        "curl/http529.txt",
    ] {
        let plain = fs::read_to_string(root().join("captures").join(name)).unwrap().replace("\r\n", "\n");
        let want = key(plain.clone().into_bytes()).0;
        assert!(want.is_some(), "{name}");
        let utf16: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let prefixed = |prefix: &str| plain.lines().flat_map(|line| [prefix, line, "\n"]).collect::<String>();
        for (mend, bytes) in [
            ("crlf", plain.replace('\n', "\r\n").into_bytes()),
            ("utf-16", utf16),
            (
                "ansi",
                plain.lines().flat_map(|line| ["\u{1b}[31m", line, "\u{1b}[0m\n"]).collect::<String>().into_bytes(),
            ),
            ("invalid-utf-8", [b"\xff\xfe\xfd noise\n", plain.as_bytes()].concat()),
            ("prefix", prefixed("app-1  | ").into_bytes()),
            ("prefix", prefixed("2026-11-22T18:46:03.1234567Z ").into_bytes()),
            ("prefix", prefixed("Nov 22 18:00:00 box app[12]: ").into_bytes()),
        ] {
            // Four leading bytes that are a UTF-16 mark would make another encoding of it.
            let bytes = if mend == "invalid-utf-8" { [b"x", bytes.as_slice()].concat() } else { bytes };
            let (got, mended) = key(bytes);
            assert_eq!(got, want, "{name} {mend}");
            assert!(mended.contains(&mend), "{name} {mend} {mended:?}");
        }
    }
}

#[test]
fn junk_is_read_without_failure_or_panic() {
    for bytes in [
        &b""[..],
        b"\n\n",
        b"{",
        b"\xff\xff\xff",
        b"Traceback (most recent call last):",
        b"[log_",
        b"> POST ",
        b"API Error: ",
        b"\x7fELF\0\0\0\0\x01",
        b"event: error",
        b"data: {\"error\":",
        b"curl: (",
        b"cause[9] name=x message=y",
    ] {
        assert!(read(bytes.to_vec()).failures.len() <= 1);
    }
}
