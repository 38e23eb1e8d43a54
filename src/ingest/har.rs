//! HTTP archives: requests that failed, by status or by having none. Bodies are read for the error, and never kept.

use serde_json::Value;

use super::draft::{Draft, Weight};
use super::event::Event;
use super::text::Doc;
use super::{body, facts, headers, python_log, shape, time};
use crate::model::vocabulary::InputFormat;

/// Whether the text is an HTTP archive.
pub(super) fn is_har(text: &str) -> bool {
    let start = super::words::cut(text.trim_start(), 4096);
    start.starts_with('{')
        && start.contains("\"log\"")
        && (start.contains("\"entries\"") || start.contains("\"creator\"") || start.contains("\"pages\""))
}

/// Reads an archive; false where it does not parse.
pub(super) fn read(doc: &Doc<'_>, out: &mut Vec<Event>) -> bool {
    let text = doc.text().trim_start_matches('\u{feff}');
    let value = serde_json::from_str::<Value>(text).unwrap_or_else(|_| super::loose::read(text).value);
    let Some(entries) = value.pointer("/log/entries").and_then(Value::as_array) else { return false };
    let mut line = 0;
    for entry in entries {
        line = line_of(doc, entry, line);
        one(doc, entry, line, out);
    }
    true
}

/// The line of an entry: that of its start time, searched from the entry before it.
fn line_of(doc: &Doc<'_>, entry: &Value, from: usize) -> usize {
    let Some(started) = entry.get("startedDateTime").and_then(Value::as_str) else { return from };
    let start = doc.start(from);
    doc.text()
        .get(start..)
        .and_then(|rest| memchr::memmem::find(rest.as_bytes(), started.as_bytes()))
        .map_or(from, |at| doc.line_at(start + at))
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

fn one(doc: &Doc<'_>, entry: &Value, line: usize, out: &mut Vec<Event>) {
    let url = text(entry, "/request/url").unwrap_or_default();
    let status = entry
        .pointer("/response/status")
        .and_then(Value::as_u64)
        .and_then(|code| u16::try_from(code).ok())
        .unwrap_or(0);
    if !python_log::is_api(url) {
        return;
    }
    if (200..400).contains(&status) && text(entry, "/response/_error").is_none() {
        out.push(Event::Done);
        return;
    }
    let mut draft = Draft::at(line, InputFormat::Har);
    draft.weight = Weight::Strong;
    draft.time = text(entry, "/startedDateTime").and_then(time::read).map(|read| read.at);
    draft.status = (status >= 100).then_some(status);
    let posted = text(entry, "/request/postData/text").and_then(|body| serde_json::from_str::<Value>(body).ok());
    draft.sent = posted.as_ref().map(shape::of_request).unwrap_or_default();
    draft.sent.method = text(entry, "/request/method").map(str::to_owned);
    draft.sent.url = Some(url.to_owned());
    let listed = entry.pointer("/response/headers").and_then(Value::as_array);
    for header in listed.into_iter().flatten() {
        if let (Some(name), Some(value)) = (text(header, "/name"), text(header, "/value")) {
            headers::take(&mut draft, name, value);
        }
    }
    let answer = text(entry, "/response/content/text").unwrap_or_default();
    let reason = text(entry, "/response/_error").or_else(|| text(entry, "/response/statusText")).unwrap_or_default();
    if let Some(found) = body::find(answer) {
        let (start, length) = found.place;
        facts::apply_body(&mut draft, &found, &answer[start..start + length], doc);
    } else if facts::is_html(answer) {
        draft.body = Some(crate::model::failure::BodyKind::Html);
        draft.message = facts::html_title(answer);
        draft.message_of_body = draft.message.is_some();
    }
    draft.message = draft.message.take().or_else(|| Some(reason.to_owned()).filter(|reason| !reason.is_empty()));
    draft.error_string =
        Some(if status == 0 { reason.to_owned() } else { format!("{status} {reason}").trim().to_owned() })
            .filter(|text| !text.is_empty());
    out.push(Event::failed(draft));
}
