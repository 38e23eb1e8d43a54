//! Rows of Claude Code: `--output-format json`, `stream-json`, and the rows of a transcript that may be read.

use serde_json::Value;

use super::draft::{Cause, Draft, Weight};
use super::event::Event;
use super::text::Doc;
use super::{claude_text, facts, ids, time};
use crate::model::vocabulary::{InputFormat, Surface};

fn string<'a>(row: &'a Value, keys: &[&str]) -> Option<&'a str> {
    keys.iter().filter_map(|key| row.get(*key)).find_map(Value::as_str)
}

fn number(row: &Value, keys: &[&str]) -> Option<u32> {
    keys.iter().filter_map(|key| row.get(*key)).find_map(Value::as_u64).and_then(|n| u32::try_from(n).ok())
}

fn flag(row: &Value, keys: &[&str]) -> bool {
    keys.iter().filter_map(|key| row.get(*key)).any(|value| value.as_bool() == Some(true))
}

/// Whether a row is one of Claude Code's, and whether of a transcript.
pub(super) fn format(row: &Value) -> Option<InputFormat> {
    // A report may show a part of the row only.
    let retried = || row.get("retryAttempt").or_else(|| row.get("max_retries")).and(Some("system"));
    let kind = row.get("type").and_then(Value::as_str).or_else(retried)?;
    let known = matches!(
        kind,
        "system"
            | "assistant"
            | "user"
            | "result"
            | "summary"
            | "attachment"
            | "file-history-snapshot"
            | "queue-operation"
    );
    if known && ["parentUuid", "sessionId", "retryAttempt"].iter().any(|key| row.get(*key).is_some()) {
        return Some(InputFormat::ClaudeCodeTranscript);
    }
    let stream = matches!(kind, "system" | "assistant" | "user" | "result")
        && ["session_id", "subtype", "is_error", "api_error_status"].iter().any(|key| row.get(*key).is_some());
    stream.then_some(InputFormat::ClaudeCodeJson)
}

/// Reports what a row tells. Rows of prompts, tools and answers tell nothing.
pub(super) fn read(doc: &Doc<'_>, at: usize, row: &Value, out: &mut Vec<Event>) -> bool {
    let Some(format) = format(row) else { return false };
    let mut draft = Draft::at(at, format);
    draft.surface = Some(Surface::ClaudeCode);
    draft.weight = Weight::Strong;
    draft.time = string(row, &["timestamp"]).and_then(time::read).map(|read| read.at);
    match (string(row, &["type"]), string(row, &["subtype"])) {
        (_, Some("api_retry")) => stream_retry(draft, row, out),
        (_, Some("api_error")) => transcript_retry(doc, draft, row, out),
        (Some("assistant"), _)
            if flag(row, &["isApiErrorMessage", "is_api_error_message"]) || row.get("api_error_status").is_some() =>
        {
            let text = row.pointer("/message/content/0/text").and_then(Value::as_str).unwrap_or_default();
            failed(doc, draft, row, text, out);
        }
        (Some("result"), _) if flag(row, &["is_error"]) => {
            let listed = row.pointer("/errors/0").and_then(Value::as_str);
            let text = string(row, &["result", "error"]).or(listed).unwrap_or_default();
            failed(doc, draft, row, text, out);
        }
        (Some("result"), _) => out.push(Event::Done),
        _ => {}
    }
    true
}

/// Reads a row of Claude Code whose first line, the bracket that opens it, was not pasted.
pub(super) fn headless(doc: &Doc<'_>, top: usize, out: &mut Vec<Event>) -> Option<usize> {
    const LINES: usize = 120;
    let first = doc.clean(top);
    let told = ["type", "subtype", "parentUuid", "is_error"]
        .iter()
        .any(|key| first.trim_start().get(1..).is_some_and(|rest| rest.starts_with(key)));
    if top > 0 || !told || !first.trim_start().starts_with(['"', '“']) {
        return None;
    }
    let text = format!("{{{}", doc.window(top, LINES, 64 * 1024));
    let found = super::loose::read(&text);
    let lines = text[..found.length.min(text.len())].matches('\n').count();
    let before = out.len();
    (read(doc, top, &found.value, out) && out.len() > before).then_some(top + lines + 1)
}

fn stream_retry(mut draft: Draft, row: &Value, out: &mut Vec<Event>) {
    draft.status = number(row, &["error_status"]).and_then(|code| u16::try_from(code).ok());
    // `error` is a word of Claude Code here (`overloaded`, `unknown`), not the type of the body.
    draft.message = string(row, &["error"]).filter(|word| *word != "unknown").map(str::to_owned);
    out.push(Event::Retry {
        draft: Box::new(draft),
        number: number(row, &["attempt"]),
        max: number(row, &["max_retries"]),
        left: None,
    });
}

fn transcript_retry(doc: &Doc<'_>, mut draft: Draft, row: &Value, out: &mut Vec<Event>) {
    let error = row.get("error").unwrap_or(&Value::Null);
    if let Some(message) = string(error, &["message"]) {
        facts::apply(&mut draft, message, doc);
    }
    draft.error_string = string(error, &["formatted", "message"]).map(str::to_owned);
    draft.status = number(error, &["status"]).and_then(|code| u16::try_from(code).ok()).or(draft.status);
    if let Some(headers) = error.get("headers") {
        super::python_log::take_headers(&mut draft, headers);
    }
    if let Some(body) = error.get("error").and_then(|body| super::body::of_value(body, 0)) {
        facts::apply_body(&mut draft, &body, "", doc);
        draft.body_text = None;
    }
    if let Some(id) = string(error, &["requestId", "requestID", "request_id"]).and_then(ids::clean) {
        facts::push_id(&mut draft, id);
    }
    let connection = error
        .get("connection")
        .filter(|value| value.is_object())
        .or_else(|| error.get("cause"))
        .or_else(|| row.get("cause"));
    if let Some(cause) = connection.filter(|value| value.is_object()) {
        let code = string(cause, &["code"]).map(str::to_owned);
        let message = string(cause, &["message"]).unwrap_or_default().to_owned();
        draft.causes.push(Cause { class: None, message, code });
    }
    out.push(Event::Retry {
        draft: Box::new(draft),
        number: number(row, &["retryAttempt"]),
        max: number(row, &["maxRetries"]),
        left: None,
    });
}

fn failed(doc: &Doc<'_>, mut draft: Draft, row: &Value, text: &str, out: &mut Vec<Event>) {
    claude_text::describe(&mut draft, text, doc);
    let status =
        number(row, &["apiErrorStatus", "api_error_status", "error_status"]).and_then(|code| u16::try_from(code).ok());
    draft.status = status.or(draft.status);
    let kind = string(row, &["apiErrorType", "api_error_type"]).or(draft.error_type.as_deref());
    let kind = kind
        .map(str::to_owned)
        .or_else(|| string(row, &["error"]).filter(|_| draft.status.is_some()).map(str::to_owned));
    draft.error_type = kind.filter(|kind| !matches!(kind.as_str(), "unknown" | "server_error"));
    if let Some(code) = string(row, &["apiError", "api_error"])
        && draft.causes.is_empty()
    {
        let message = draft.message.clone().unwrap_or_default();
        draft.causes.push(Cause { class: None, message, code: Some(code.to_owned()) });
    }
    for id in [string(row, &["requestId", "request_id"])].into_iter().flatten().filter_map(ids::clean) {
        facts::push_id(&mut draft, id);
    }
    out.push(Event::failed(draft));
}
