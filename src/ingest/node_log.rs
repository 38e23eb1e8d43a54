//! The log of the TypeScript SDK: `[log_1a2b3c] ...` lines with their object prints.

use serde_json::Value;

use super::draft::{Draft, Sent};
use super::event::Event;
use super::text::Doc;
use super::{facts, ids, loose, python_log, shape, words};
use crate::model::vocabulary::{InputFormat, Surface};

/// Longest object print, in lines.
const PRINT: usize = 300;

/// Reads a line of the SDK's log with the object that follows it, if it is one.
pub(super) fn read(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let start = line.text.find("[log_")?;
    let (tag, rest) = line.text[start..].split_once("] ")?;
    let mut draft = Draft::at(at, InputFormat::TypescriptLog);
    draft.surface = Some(Surface::TypescriptSdk);
    draft.time.clone_from(&line.head.time);
    draft.ids.extend(words::after(tag, "request-id: \"").and_then(|rest| rest.split('"').next()).and_then(ids::clean));
    draft.error_string = Some(rest.trim_end_matches(['{', ' ']).to_owned());
    let (print, end) = object(doc, at, rest);
    draft.last = end - 1;
    let left = words::between(rest, "retrying, ", " attempts").and_then(words::small);
    let logged_object = rest.trim_end().ends_with('{');
    if rest.starts_with("sending request") {
        let (sent, timeout, retry) = sending(&print);
        out.push(Event::Sent { sent, timeout, retry });
    } else if let Some(code) = words::after(rest, "with status ").and_then(words::small) {
        draft.status = u16::try_from(code).ok();
        draft.sent = target(rest);
        draft.message = Some(words::collapse(rest));
        push(out, draft, left, rest, false);
    } else if rest.starts_with("response start") || rest.starts_with("response error") {
        draft.status = print.get("status").and_then(Value::as_u64).and_then(|n| u16::try_from(n).ok());
        draft.sent.url = print.get("url").and_then(Value::as_str).map(str::to_owned);
        if let Some(headers) = print.get("headers") {
            python_log::take_headers(&mut draft, headers);
        }
        if let Some(body) = print.get("body").and_then(|body| super::body::of_value(body, 0)) {
            facts::apply_body(&mut draft, &body, "", doc);
            draft.body_text = None;
        }
        out.push(Event::Answer(Box::new(draft)));
    } else if rest.starts_with("connection failed") || rest.starts_with("connection timed out") {
        if logged_object {
            // The same once more, with details: `message` is the cause's.
            return Some(end);
        }
        let timed_out = rest.starts_with("connection timed out");
        draft.message = Some(if timed_out { "Request timed out." } else { "Connection error." }.to_owned());
        push(out, draft, left, rest, true);
    }
    Some(end)
}

fn push(out: &mut Vec<Event>, draft: Draft, left: Option<u32>, rest: &str, unanswered: bool) {
    if left.is_some() {
        out.push(Event::Retry { draft: Box::new(draft), number: None, max: None, left });
    } else if unanswered || (rest.contains("error; ") && draft.status.is_some_and(|code| code >= 400)) {
        out.push(Event::failed(draft));
    } else {
        out.push(Event::Answer(Box::new(draft)));
    }
}

/// The object that is printed after the line, and the line after it.
fn object(doc: &Doc<'_>, at: usize, rest: &str) -> (Value, usize) {
    let trimmed = rest.trim_end();
    if !trimmed.ends_with('{') {
        let value = trimmed.find('{').map_or(Value::Null, |start| loose::read(&trimmed[start..]).value);
        return (value, at + 1);
    }
    let last = (at + 1..doc.len().min(at + PRINT)).find(|n| doc.clean(*n).starts_with('}'));
    let end = last.map_or(at + 1, |n| n + 1);
    let text = doc.window(at, end - at, 64 * 1024);
    let start = text.find(" {\n").map_or(0, |start| start + 1);
    (loose::read(&text[start..]).value, end)
}

fn target(rest: &str) -> Sent {
    let mut parts = rest.split_whitespace();
    let method = parts
        .next()
        .filter(|word| word.len() < 8 && word.bytes().all(|b| b.is_ascii_alphabetic()))
        .map(str::to_uppercase);
    let url = parts.next().filter(|url| url.contains("://")).map(str::to_owned);
    Sent { method, url, ..Sent::default() }
}

fn sending(print: &Value) -> (Sent, Option<f64>, Option<u32>) {
    let options = print.get("options");
    let mut sent = options.and_then(|options| options.get("body")).map(shape::of_request).unwrap_or_default();
    sent.method = print.get("method").and_then(Value::as_str).map(str::to_uppercase);
    sent.url = print.get("url").and_then(Value::as_str).map(str::to_owned);
    sent.stream = sent.stream.or_else(|| options.and_then(|options| options.get("stream")).and_then(Value::as_bool));
    let timeout =
        options.and_then(|options| options.get("timeout")).and_then(Value::as_f64).map(|millis| millis / 1000.0);
    let retry = print
        .get("headers")
        .and_then(|headers| headers.get("x-stainless-retry-count"))
        .and_then(Value::as_str)
        .and_then(words::small);
    (sent, timeout, retry)
}
