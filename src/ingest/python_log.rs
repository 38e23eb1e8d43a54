//! The debug log of the Python SDK: requests, answers with headers, retries.

use serde_json::Value;

use super::draft::{Draft, Sent};
use super::event::Event;
use super::text::Doc;
use super::{facts, headers, ids, loose, shape, words};
use crate::model::vocabulary::{InputFormat, Surface};

/// What every line of the SDK's log that tells something holds.
static LINES: words::Finder = words::Finder::new(&[
    "Request options: ",
    "HTTP Request: ",
    "HTTP Response: ",
    "request_id: ",
    "Retrying request to ",
    " retries left",
    " retry left",
]);

/// Reads a line of the SDK's log, if it is one.
pub(super) fn read(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let text = line.text.as_ref();
    if !LINES.has(text) {
        return None;
    }
    let mut draft = Draft::at(at, InputFormat::PythonLog);
    draft.surface = Some(Surface::PythonSdk);
    draft.time.clone_from(&line.head.time);
    if let Some(rest) = words::after(text, "Request options: ") {
        let (sent, timeout) = options(rest);
        out.push(Event::Sent { sent, timeout, retry: None });
    } else if let Some(rest) = words::after(text, "Sending HTTP Request: ") {
        out.push(Event::Sent { sent: target(rest), timeout: None, retry: None });
    } else if let Some(rest) = words::after(text, "HTTP Request: ").filter(|rest| rest.contains("\"HTTP/")) {
        draft.sent = target(rest);
        draft.status = words::after(rest, "\"HTTP/")
            .and_then(|rest| rest.split_once(' '))
            .and_then(|(_, rest)| words::small(rest))
            .and_then(|n| u16::try_from(n).ok());
        if !is_api(draft.sent.url.as_deref().unwrap_or_default()) {
            return Some(at + 1);
        }
        draft.error_string = Some(text.trim().to_owned());
        out.push(Event::Answer(Box::new(draft)));
    } else if let Some(rest) = words::after(text, "HTTP Response: ") {
        draft.sent = target(rest);
        draft.status = words::after(rest, " \"").and_then(words::small).and_then(|n| u16::try_from(n).ok());
        if let Some(block) = rest.find("Headers(").and_then(|start| rest[start..].find('{').map(|at| start + at)) {
            take_headers(&mut draft, &loose::read(&rest[block..]).value);
        }
        out.push(Event::Answer(Box::new(draft)));
    } else if let Some(rest) = text.strip_prefix("request_id: ") {
        draft.ids.extend(ids::clean(rest.trim()).filter(|id| id != "None"));
        out.push(Event::Answer(Box::new(draft)));
    } else if text.starts_with("Retrying request to ") {
        out.push(Event::Retry { draft: Box::new(draft), number: None, max: None, left: None });
    } else if let Some(left) = words::number(text)
        .and_then(|(n, rest)| (rest.starts_with(" retries left") || rest.starts_with(" retry left")).then_some(n))
    {
        let left = u32::try_from(left).ok();
        out.push(Event::Retry { draft: Box::new(draft), number: Some(0), max: None, left });
    } else {
        return None;
    }
    Some(at + 1)
}

/// Whether a URL is one that a model is called at; telemetry and package indexes are not.
pub(super) fn is_api(url: &str) -> bool {
    words::has_any(
        url,
        &[
            "/v1/messages",
            "/v1/complete",
            "/invoke",
            "rawPredict",
            "RawPredict",
            "/chat/completions",
            "/v1/models",
            "/v1/files",
            "/converse",
            "/v1/responses",
        ],
    )
}

/// Method and URL: `POST http://... `.
fn target(text: &str) -> Sent {
    let mut parts = text.split_whitespace();
    let method = parts.next().filter(|word| word.bytes().all(|b| b.is_ascii_uppercase())).map(str::to_owned);
    let url = parts.next().filter(|url| url.contains("://")).map(str::to_owned);
    Sent { method, url, ..Sent::default() }
}

/// The shape of `Request options: {...}`; the content stays where it is.
fn options(text: &str) -> (Sent, Option<f64>) {
    let value = loose::read(words::cut(text, 4 << 20)).value;
    let mut sent = value.get("json_data").map(shape::of_request).unwrap_or_default();
    sent.method = value.get("method").and_then(Value::as_str).map(str::to_uppercase);
    sent.url = value.get("url").and_then(Value::as_str).map(str::to_owned);
    let timeout = value.get("timeout").and_then(|timeout| timeout.get("read").unwrap_or(timeout).as_f64());
    (sent, timeout)
}

/// Takes headers from an object literal.
pub(super) fn take_headers(draft: &mut Draft, value: &Value) {
    let Value::Object(map) = value else { return };
    for (name, value) in map {
        match value {
            Value::String(text) => headers::take(draft, name, text),
            Value::Number(number) => headers::take(draft, name, &number.to_string()),
            _ => {}
        }
    }
}

/// A line such as `Error code: 529 - {...}` without a class.
pub(super) fn bare_code(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let start = line.text.find("rror code: ")?.saturating_sub(1);
    let text = &line.text[start..];
    words::number(&text["Error code: ".len()..])?;
    let window = doc.window(at, 12, 16 * 1024);
    let window = window.get(start..).unwrap_or(text);
    let mut draft = Draft::at(at, InputFormat::PlainText);
    facts::apply(&mut draft, window, doc);
    draft.status?;
    let named = super::classes::find(&line.text[..start + "Error code:".len()]);
    draft.class = named.as_ref().map(|found| found.class.to_owned());
    draft.surface = named.as_ref().and_then(|found| super::classes::surface(found.class, ""));
    if draft.surface == Some(Surface::PythonSdk) {
        draft.weight = super::draft::Weight::Strong;
    }
    draft.retries = super::claude_text::retry(&line.text).map(|(number, _)| number);
    let whole = named.map_or(text, |found| &line.text[found.at..]);
    draft.error_string = Some(words::cut(whole.trim(), 2048).to_owned());
    draft.time.clone_from(&line.head.time);
    out.push(Event::failed(draft));
    Some(at + 1)
}
