//! JSON in an input: rows, bodies over several lines, records of structured loggers, lists of errors.

use serde_json::Value;

use super::draft::{Draft, Weight};
use super::event::Event;
use super::text::{Doc, Mend};
use super::{body, classes, claude_json, deep, facts, loose, node, plain, time, words};
use crate::model::vocabulary::{InputFormat, Surface};

/// Longest row that is parsed.
const ROW_LIMIT: usize = 4 << 20;
/// Most lines of a pretty-printed body.
const PRETTY: usize = 120;
/// Keys of requests and conversations: what stands under them is content, and ids in it are decoys.
pub(super) const CONTENT: &[&str] = &[
    "messages",
    "prompt",
    "system",
    "content",
    "input",
    "tools",
    "text",
    "completion",
    "arguments",
    "choices",
    "locals",
    "env",
    "toolUseResult",
    "request_body",
    "postData",
];

/// Reads a row of JSON, if the line is one.
pub(super) fn read_row(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let start = line.text.find(['{', '['])?;
    // AWS Lambda puts its own columns before the row.
    let lambda = || line.text[..start].contains("Invoke Error") && line.text.contains("\"errorMessage\"");
    if !line.text[..start].trim().is_empty() && !lambda() {
        return None;
    }
    let raw = doc.raw(at);
    let row = if raw.len() > super::text::LINE_LIMIT {
        words::cut(&raw[raw.find(['{', '['])?..], ROW_LIMIT)
    } else {
        &line.text[start..]
    };
    if row.len() < 3 || matches!(row.as_bytes().get(1), Some(b'l')) && row.starts_with("[log_") {
        return None;
    }
    // Terms of Erlang have no keys.
    if !row.contains([':', '=']) && row.len() < 1024 {
        return None;
    }
    let opens_list = row.starts_with('[') && !row[1..].trim_start().starts_with(['{', '"']);
    if opens_list {
        return None;
    }
    let value = parse(doc, row)?;
    if claude_json::read(doc, at, &value, out) {
        return Some(at + 1);
    }
    let before = out.len();
    record(doc, at, &value, &line.head, out);
    let speaks =
        words::has_any(row, &["\"log\":", "\"msg\":", "\"message\":", "\"stderr\":", "\"stack\":", "\"exception\":"]);
    if out.len() == before && row.trim_end().ends_with(['}', ']']) && row.len() > 24 && !speaks {
        return Some(at + 1);
    }
    if let (true, Some(Event::Failed(draft))) = (out.len() == before + 1, out.last_mut()) {
        status_line(doc, at, draft);
    }
    (out.len() > before).then_some(at + 1)
}

fn parse(doc: &Doc<'_>, row: &str) -> Option<Value> {
    if let Ok(value) = serde_json::from_str::<Value>(row.trim_end().trim_end_matches(',')) {
        return (value.is_object() || value.is_array()).then_some(value);
    }
    if doc.patience() == 0 {
        return None;
    }
    let read = loose::read(words::cut(row, 256 * 1024));
    doc.tire(read.length);
    let any = match &read.value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    if any && read.curly {
        doc.mend(Mend::CurlyQuotes);
    }
    // A line that opens an object and ends is the start of a pretty print.
    (any && row.len() > 24).then_some(read.value)
}

/// Whether a line begins an object or a list, and not a word in brackets.
fn opens(text: &str) -> bool {
    let list = |rest: &str| !rest.starts_with(|c: char| c.is_alphabetic());
    text.starts_with('{') || text.strip_prefix('[').is_some_and(list)
}

/// Reads a body that is printed over several lines around this one.
pub(super) fn read_pretty(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.clean(at);
    if !line.trim_start().starts_with(['"', '\'', '{', '“']) || !line.contains([':', '{']) {
        return None;
    }
    if doc.tried(at) || doc.patience() == 0 {
        return None;
    }
    let is_part = |n: usize| {
        let line = doc.clean(n);
        let text = line.trim();
        text.is_empty() || text.starts_with(['"', '\'', '}', ']', '“']) || opens(text)
    };
    let mut top = at;
    while top > 0 && at - top < PRETTY && is_part(top - 1) {
        top -= 1;
    }
    // The line that opens the object may hold words before it: `Unhandled Exception: ClientException({`.
    if top > 0 && ["({", ": {"].iter().any(|open| doc.clean(top - 1).trim_end().ends_with(open)) {
        top -= 1;
    }
    if let Some(next) = claude_json::headless(doc, top, out) {
        return Some(next);
    }
    let start = (top..=at).find(|n| opens(doc.clean(*n).trim_start()) || doc.clean(*n).trim_end().ends_with('{'))?;
    let text = doc.window(start, PRETTY, 64 * 1024);
    let first = text.lines().next().unwrap_or_default().trim_end();
    let open = if opens(first.trim_start()) { text.find(['{', '['])? } else { first.len().checked_sub(1)? };
    let read = loose::read(&text[open..]);
    let lines = text[..(open + read.length).min(text.len())].matches('\n').count();
    doc.note_tried(start + lines.max(1));
    if start + lines < at {
        doc.tire(text.len());
        return None;
    }
    let before = out.len();
    let mut found = Vec::new();
    record(doc, at, &read.value, &doc.line(start).head, &mut found);
    if found.is_empty() && claude_json::read(doc, at, &read.value, out) {
        return Some(start + lines + 1);
    }
    for mut event in found {
        if let Event::Failed(draft) = &mut event {
            draft.first = start;
            draft.last = start + lines;
            status_line(doc, start, draft);
        }
        out.push(event);
    }
    if out.len() == before {
        doc.tire(text.len());
        return None;
    }
    Some(start + lines + 1)
}

/// A status that stands in the lines right before a body: `Status Code: 404`, `HTTP/1.1 404`, `-> 404`.
pub(super) fn status_line(doc: &Doc<'_>, start: usize, draft: &mut Draft) {
    if draft.status.is_some() {
        return;
    }
    for n in (start.saturating_sub(8)..start).rev() {
        let line = doc.clean(n);
        let named =
            words::has_any(&line, &["tatus", "HTTP/", "HTTP ", "Error code", "API Error", "<Response [", "failed ("])
                || facts::is_reason(&line);
        if let Some(code) = facts::status(&line).filter(|code| named && *code >= 400) {
            draft.status = Some(code);
            draft.first = draft.first.min(n);
            return;
        }
    }
}

/// Reports failures of a JSON value: an error body, a log record, or a list of errors.
pub(super) fn record(doc: &Doc<'_>, at: usize, value: &Value, head: &super::prefix::Head, out: &mut Vec<Event>) {
    let mut time = head.time.clone();
    match value {
        Value::Array(items) => {
            for item in items.iter().take(1000).filter(|item| item.is_object()) {
                record(doc, at, item, head, out);
            }
            return;
        }
        Value::Object(map) => {
            let stamped = ["timestamp", "time", "ts", "@timestamp", "asctime"]
                .iter()
                .filter_map(|key| map.get(*key))
                .find_map(Value::as_str);
            time = stamped.and_then(time::read).map(|read| read.at).or(time);
        }
        _ => return,
    }
    if is_healthy(value) {
        return;
    }
    let mut draft = Draft::at(at, InputFormat::Json);
    draft.time = time;
    let direct = error_text(value);
    if let Some(found) = body::of_value(value, 0).filter(|found| direct.is_none() && is_error(value, found)) {
        let shown = serde_json::to_string(value).unwrap_or_default();
        facts::apply_body(&mut draft, &found, &shown, doc);
        if level(value).is_some() && value.get("error").is_some_and(Value::is_string) {
            // A logger's row tells what was answered, and is not the answer.
            (draft.body, draft.body_text) = (None, None);
        }
        draft.error_string = Some(words::cut(&shown, 2048).to_owned());
        draft.weight = if found.kind == Some(crate::model::failure::BodyKind::AnthropicError) {
            Weight::Strong
        } else {
            Weight::Plain
        };
        fields(&mut draft, value);
        out.push(Event::failed(draft));
        return;
    }
    if let Some(text) = direct
        .or_else(|| nested_text(value, 0))
        .or_else(|| deep::answer(value))
        .or_else(|| deep::text(value))
        .or_else(|| deep::code(value))
    {
        describe(&mut draft, text, doc);
        fields(&mut draft, value);
        if is_about_request(&draft, value, text.split("\n    at ").next().unwrap_or(text)) {
            out.push(Event::failed(draft));
        }
    }
}

/// Whether a record with an error's text is about a request.
fn is_about_request(draft: &Draft, value: &Value, headline: &str) -> bool {
    let class = draft.class.as_deref().unwrap_or_default();
    let answered = draft.status.is_some_and(|code| code >= 400) || draft.body.is_some();
    let named = || words::has_any(value.get("provider").and_then(Value::as_str).unwrap_or_default(), &["nthropic"]);
    let about =
        answered || classes::is_about_request(class, headline) || named() && super::wordings::says(headline).any();
    // Lists of errors that Claude Code keeps hold its local trouble, too.
    let local = draft.surface == Some(Surface::ClaudeCode) && plain::is_noise(words::cut(headline, 400));
    about && !local
}

/// The level of a logger's row.
fn level(value: &Value) -> Option<&str> {
    ["level", "severity", "levelname", "lvl"].iter().filter_map(|key| value.get(*key)).find_map(Value::as_str)
}

/// Whether the row tells that all went well.
fn is_healthy(value: &Value) -> bool {
    let quiet =
        level(value).is_some_and(|level| matches!(level.to_ascii_lowercase().as_str(), "info" | "debug" | "trace"));
    quiet && value.get("error").is_none() && value.get("err").is_none()
}

/// Whether a body that was recognised by its fields is an error, and not an answer that has the same fields.
fn is_error(value: &Value, found: &body::Body) -> bool {
    let typed = found.error_type.is_some() || found.status.is_some();
    let headline = found.message.as_deref().and_then(|text| text.split("\n    at ").next());
    let about = classes::is_about_request("", headline.unwrap_or_default());
    if !typed && value.get("error").is_some_and(Value::is_string) {
        return about;
    }
    let keyed =
        ["error", "Error", "detail", "__type"].iter().any(|key| value.get(*key).is_some_and(|inner| !inner.is_null()));
    typed || keyed || value.as_object().is_some_and(|map| map.len() == 1)
}

/// The text of an error under the keys that loggers use, when it is a text with more to tell (a class, a status, a stack).
fn error_text(value: &Value) -> Option<&str> {
    let map = value.as_object()?;
    let texts = [
        "error",
        "err",
        "exc_value",
        "exception",
        "exc_info",
        "stack",
        "stack_trace",
        "msg",
        "message",
        "event",
        "Message",
        "errorMessage",
        "event_message",
        "textPayload",
    ]
    .iter()
    .filter_map(|key| map.get(*key))
    .filter_map(Value::as_str);
    let mut telling = texts.filter(|text| {
        classes::find(words::cut(text, 400)).is_some()
            || (facts::status(words::cut(text, 400)).is_some_and(|code| code >= 400)
                && words::has_any(text, &["rror", "tatus", "HTTP"]))
            || words::has_any(text, &["API Error", "req_0"])
    });
    let first = telling.next()?;
    // Of several, one that holds a body tells more than a stack that was cut.
    let holds = |text: &&str| text.contains('{') && text.contains("error") && body::find(text).is_some();
    if holds(&first) { Some(first) } else { telling.find(holds).or(Some(first)) }
}

/// The text of an error one or two objects further in, never under keys of content.
fn nested_text(value: &Value, depth: usize) -> Option<&str> {
    let map = value.as_object().filter(|_| depth < 3)?;
    for (key, inner) in map {
        if CONTENT.contains(&key.as_str()) || !inner.is_object() {
            continue;
        }
        let named = inner
            .get("message")
            .and_then(Value::as_str)
            .filter(|_| matches!(key.as_str(), "error" | "err" | "cause" | "exception"));
        if let Some(text) = error_text(inner).or_else(|| nested_text(inner, depth + 1)).or(named) {
            return Some(text);
        }
    }
    None
}

fn describe(draft: &mut Draft, text: &str, doc: &Doc<'_>) {
    let first = text.split("\n    at ").next().unwrap_or(text);
    let stack = &text[first.len()..];
    let traceback = text.rfind("Traceback (most recent").map(|_| text.trim_end().rsplit('\n').next().unwrap_or(text));
    let headline = traceback.unwrap_or(first);
    if let Some(found) = classes::find(headline).filter(|found| found.at < 40) {
        node::finish(draft, found.class, found.message, stack, doc);
    } else {
        facts::apply(draft, headline.strip_prefix("Error: ").unwrap_or(headline), doc);
        draft.error_string = Some(words::cut(headline, 2048).to_owned());
    }
    if stack.contains("/$bunfs/root") || headline.contains("API Error") {
        draft.surface = Some(Surface::ClaudeCode);
    }
}

/// Fields of a record beside its message.
fn fields(draft: &mut Draft, value: &Value) {
    let inner =
        ["error", "err", "cause", "exception"].iter().filter_map(|key| value.get(*key)).find(|inner| inner.is_object());
    for object in [Some(value), inner].into_iter().flatten() {
        let code = ["status", "statusCode", "status_code", "api_error_status", "error_status"]
            .iter()
            .filter_map(|key| object.get(*key))
            .find_map(Value::as_u64);
        draft.status = draft
            .status
            .or_else(|| code.and_then(|code| u16::try_from(code).ok()).filter(|code| (400..=599).contains(code)));
        let named = ["exc_type", "name", "type", "class"]
            .iter()
            .filter_map(|key| object.get(*key))
            .filter_map(Value::as_str)
            .find(|name| classes::is_error_class(name));
        draft.class = draft.class.take().or_else(|| named.map(str::to_owned));
        for id in object.as_object().map(super::ids::of_object).unwrap_or_default() {
            if id.starts_with("req_") || draft.ids.is_empty() && draft.status.is_some() {
                facts::push_id(draft, id);
            }
        }
        let system =
            object.get("code").and_then(Value::as_str).filter(|code| code.starts_with('E') || code.starts_with("UND_"));
        let cause = object.get("cause").filter(|cause| cause.get("code").is_some_and(Value::is_string));
        if let (Some(cause), true) = (cause, draft.causes.is_empty()) {
            let text = |key: &str| cause.get(key).and_then(Value::as_str).map(str::to_owned);
            let message = text("message").unwrap_or_default();
            draft.causes.push(super::draft::Cause {
                class: text("type").or(text("name")),
                message,
                code: text("code"),
            });
        }
        if let (Some(code), true) = (system, draft.causes.is_empty()) {
            draft.causes.push(super::draft::Cause { class: None, message: String::new(), code: Some(code.to_owned()) });
        }
    }
}

/// Reads an error body that stands inside a line of words.
pub(super) fn read_inline(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let open = line.text.find('{')?;
    if !words::has_any(&line.text[open..], &["error", "Error", "message", "Exception"]) {
        return None;
    }
    let telling = words::has_any(&line.text, &["request_id", "API Error", "\"type\":\"error\""]);
    let patience = doc.patience();
    if patience == 0 && !telling {
        return None;
    }
    let window = doc.window(at, patience.max(1), 32 * 1024);
    let found = body::find(&window).filter(|found| found.place.0 < line.text.len());
    if found.is_none() {
        doc.tire(window.len());
    }
    let found = found?;
    let kept = found.error_type.is_some()
        || found.status.is_some()
        || facts::status(&line.text[..found.place.0]).is_some_and(|code| code >= 400)
        || facts::last_number(&line.text[..found.place.0], 400).is_some();
    if !kept {
        return None;
    }
    let end = (found.place.0 + found.place.1).min(window.len());
    let lines = window[..end].matches('\n').count();
    let mut draft = Draft::at(at, InputFormat::Json);
    draft.time.clone_from(&line.head.time);
    facts::apply(&mut draft, &window[..end], doc);
    draft.status = draft.status.filter(|code| *code >= 400);
    draft.error_string = Some(words::cut(window[..end].trim(), 2048).to_owned());
    draft.last = at + lines;
    // An address may stand before it.
    if line.text[..open].trim().is_empty() || line.text[..open].contains("://") {
        status_line(doc, at, &mut draft);
    }
    out.push(Event::failed(draft));
    Some(at + lines + 1)
}
