//! Error bodies: finds one in a text, and tells its type, message and ids. The innermost body wins, since gateways wrap.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{ids, loose, words};
use crate::model::failure::BodyKind;

/// Longest body that is read.
pub(super) const BODY_LIMIT: usize = 64 * 1024;
/// How many levels of bodies inside messages are opened.
const NESTING: usize = 4;

/// An error body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Body {
    /// Its form.
    pub(super) kind: Option<BodyKind>,
    /// `error.type`, or the provider's code.
    pub(super) error_type: Option<String>,
    /// The message.
    pub(super) message: Option<String>,
    /// A status that the body itself tells.
    pub(super) status: Option<u16>,
    /// Request ids, the outer one first.
    pub(super) ids: Vec<String>,
    /// Where it stands in the text: byte offset and length.
    pub(super) place: (usize, usize),
    /// Whether its end was found.
    pub(super) complete: bool,
    /// Whether typographic quotes were mended.
    pub(super) curly: bool,
    /// Whether broken lines were mended.
    pub(super) wrapped: bool,
}

/// Finds the first error body in a text.
pub(super) fn find(text: &str) -> Option<Body> {
    find_at(text, 0)
}

fn find_at(text: &str, nesting: usize) -> Option<Body> {
    let text = words::cut(text, BODY_LIMIT);
    if !words::has_any(text, &["error", "message", "detail", "Message", "title"]) {
        return None;
    }
    let mut from = 0;
    for _ in 0..4 {
        let at = from + text[from..].find('{')?;
        let (literal, escaped) = literal(&text[at..]);
        let read = loose::read(&literal);
        if let Some(mut body) = of_value(&read.value, nesting) {
            let length = if escaped { closing(&text[at..]) } else { read.length };
            body.place = (at, length.min(text.len() - at));
            body.complete = read.complete;
            body.curly |= read.curly;
            body.wrapped |= read.wrapped;
            return Some(body);
        }
        from = at + 1;
    }
    None
}

/// The literal without the escapes of the string that it stands in.
fn literal(text: &str) -> (Cow<'_, str>, bool) {
    let after = text[1..].trim_start_matches([' ', '\n', '{', '[']);
    let after = after.strip_prefix("\\n").unwrap_or(after).trim_start();
    if after.starts_with("\\\"") || after.starts_with("\\\\") {
        let once = loose::unescape(text);
        return if once.contains("\\\"") && literal(&once).1 {
            (Cow::Owned(literal(&once).0.into_owned()), true)
        } else {
            (Cow::Owned(once), true)
        };
    }
    (Cow::Borrowed(text), false)
}

/// Length of an escaped literal: up to the quotation mark that ends its string.
fn closing(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\\' => escaped = !escaped,
            b'"' if !escaped => return at,
            _ => escaped = false,
        }
    }
    text.len()
}

/// The error body that a value is, if it is one.
pub(super) fn of_value(value: &Value, nesting: usize) -> Option<Body> {
    let mut body = match value {
        Value::Array(items) => of_value(items.first()?, nesting)?,
        Value::Object(map) => of_object(map)?,
        _ => return None,
    };
    open_message(&mut body, nesting);
    Some(body)
}

/// Gateways put the body that they got into their message: the inner one tells more.
fn open_message(body: &mut Body, nesting: usize) {
    let Some(message) = body.message.clone() else { return };
    if nesting < NESTING
        && message.contains('{')
        && let Some(inner) = find_at(&message, nesting + 1)
        && inner.message.is_some()
    {
        let outer = std::mem::take(body);
        let mut all = outer.ids;
        all.extend(inner.ids.iter().cloned());
        *body = Body { ids: all, status: outer.status.or(inner.status), ..inner };
        body.curly |= outer.curly;
        body.wrapped |= outer.wrapped;
        return;
    }
    if let Some(id) = ids::in_message(&message) {
        body.ids.push(id);
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() && text != "None" => Some(text.clone()),
        _ => None,
    }
}

fn status(value: Option<&Value>) -> Option<u16> {
    let code = match value? {
        Value::Number(number) => number.as_u64().and_then(|n| u16::try_from(n).ok())?,
        Value::String(text) if text.len() == 3 => text.parse().ok()?,
        _ => return None,
    };
    (400..=599).contains(&code).then_some(code)
}

/// A word that can be an error type: no sentence, no number.
fn word(value: Option<&Value>) -> Option<String> {
    // A terminal that breaks a line inside a word leaves its indentation there: `api_erro    r`.
    let whole = |word: String| {
        let squeezed: String = word.split_whitespace().collect();
        if squeezed.ends_with("_error") && word.split_whitespace().count() == 2 { squeezed } else { word }
    };
    text(value).map(whole).filter(|word| {
        word.len() <= 64
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.:#".contains(&b))
            && word.bytes().any(|b| b.is_ascii_alphabetic())
            && !word.starts_with("http")
    })
}

/// Keys under which an answer or a record of one tells its status.
const STATUS_KEYS: &[&str] =
    &["status", "code", "statusCode", "status_code", "httpStatus", "http_status", "httpStatusCode", "upstream_status"];
/// Keys that stand beside the message of an error and say nothing else.
const BESIDE: &[&str] = &[
    "message",
    "Message",
    "status",
    "statusCode",
    "status_code",
    "code",
    "error_code",
    "success",
    "ok",
    "request_id",
    "requestId",
    "requestID",
    "requestid",
    "traceId",
    "trace_id",
    "timestamp",
    "path",
    "type",
    "details",
    "title",
];

/// The status that an object tells of itself.
fn own_status(map: &Map<String, Value>) -> Option<u16> {
    STATUS_KEYS.iter().find_map(|key| status(map.get(*key)))
}

const WRAPPERS: &[&str] = &["error", "detail", "body", "response", "data", "Error"];

fn of_object(map: &Map<String, Value>) -> Option<Body> {
    if let Some(body) = carried(map) {
        return Some(body);
    }
    let is_error_row = map.get("type").and_then(Value::as_str) == Some("error");
    let ids = ids::of_object(map);
    for key in WRAPPERS {
        let Some(inner) = map.get(*key) else { continue };
        let inner = match inner {
            Value::Object(inner) => inner,
            Value::Array(items) => match items.first() {
                Some(Value::Object(inner)) if *key != "data" => inner,
                _ => continue,
            },
            _ => continue,
        };
        if inner.get("error").is_some_and(Value::is_object)
            && let Some(mut body) = of_object(inner)
        {
            body.ids.splice(0..0, ids);
            body.status = body.status.or_else(|| own_status(map));
            return Some(body);
        }
        let Some(mut body) = of_inner(inner) else { continue };
        body.kind = Some(if is_error_row && body.error_type.is_some() {
            BodyKind::AnthropicError
        } else {
            BodyKind::OtherJson
        });
        body.ids.extend(ids);
        body.status = body.status.or_else(|| own_status(map));
        return Some(body);
    }
    of_flat(map, ids)
}

/// An answer as an object: `{'status_code': 400, 'headers': {...}, 'body': b'{"message":...}'}`, as the Bedrock client prints it.
fn carried(map: &Map<String, Value>) -> Option<Body> {
    let code = status(map.get("status_code")).or_else(|| status(map.get("statusCode")))?;
    let mut body = text(map.get("body")).filter(|body| body.contains('{')).and_then(|body| find_at(&body, NESTING))?;
    body.status = Some(code);
    let named = map
        .get("headers")
        .and_then(|headers| word(headers.get(":exception-type")).or_else(|| word(headers.get("x-amzn-errortype"))));
    body.error_type = body.error_type.take().or(named);
    Some(body)
}

/// The inner object of an error: type or code, message, status.
fn of_inner(map: &Map<String, Value>) -> Option<Body> {
    let message = text(map.get("message")).or_else(|| text(map.get("msg"))).or_else(|| text(map.get("error")));
    let error_type = word(map.get("type")).or_else(|| word(map.get("code"))).or_else(|| word(map.get("status")));
    let code = status(map.get("code")).or_else(|| status(map.get("status"))).or_else(|| status(map.get("status_code")));
    let known = error_type.is_some() || code.is_some() || map.contains_key("type") || map.contains_key("code");
    if message.is_none() && error_type.is_none() || (!known && map.len() > 2) {
        return None;
    }
    Some(Body { error_type, message, status: code, ids: ids::of_object(map), ..Body::default() })
}

/// Bodies without an inner object: the bare error, problem details, `FastAPI`, AWS, plain `error` text.
fn of_flat(map: &Map<String, Value>, ids: Vec<String>) -> Option<Body> {
    let code = own_status(map);
    let mut body = Body { kind: Some(BodyKind::OtherJson), status: code, ids, ..Body::default() };
    let message = text(map.get("message")).or_else(|| text(map.get("Message")));
    if let (Some(detail), Some(_)) = (text(map.get("detail")), map.get("title")) {
        body.message = Some(detail);
        body.error_type = word(map.get("error_name")).or_else(|| word(map.get("type")));
    } else if let (Some(message), Some(kind)) = (&message, word(map.get("type")).or_else(|| word(map.get("__type")))) {
        let kind = kind.rsplit('#').next().unwrap_or_default().to_owned();
        if !(kind.ends_with("error") || kind.ends_with("Error") || kind.ends_with("Exception") || code.is_some()) {
            return None;
        }
        body.error_type = Some(kind);
        body.message = Some(message.clone());
    } else if let (Some(named), Some(details)) = (word(map.get("error")), map.get("details").and_then(Value::as_object))
        && let Some(title) = text(details.get("title")).or_else(|| text(details.get("detail")))
    {
        body.error_type = Some(named);
        body.message = Some(title);
    } else if let Some(error) = text(map.get("error")) {
        body.message = Some(message.unwrap_or(error));
    } else if let Some(detail) = text(map.get("detail")) {
        body.message = Some(detail);
    } else if message.is_some()
        && (code.is_some() || map.contains_key("code") || map.keys().all(|key| BESIDE.contains(&key.as_str())))
    {
        body.message = message;
        body.error_type = word(map.get("code")).or_else(|| word(map.get("error_code")));
    } else {
        return None;
    }
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> (Option<String>, Option<String>, Option<u16>, Vec<String>) {
        let body = find(text).unwrap_or_default();
        (body.error_type, body.message, body.status, body.ids)
    }

    #[test]
    fn bodies_of_many_gateways_are_read() {
        let s = |text: &str| Some(text.to_owned());
        for (text, kind, message, status) in [
            (r#"{"type":"error","error":{"type":"api_error","message":"M"}}"#, s("api_error"), s("M"), None),
            (
                r#"x: {"error":{"code":429,"message":"M","status":"RESOURCE_EXHAUSTED"}}"#,
                s("RESOURCE_EXHAUSTED"),
                s("M"),
                Some(429),
            ),
            (r#"[{"error":{"code":404,"message":"M","status":"NOT_FOUND"}}]"#, s("NOT_FOUND"), s("M"), Some(404)),
            (r#"{"error":{"code":"DeploymentNotFound","message":"M"}}"#, s("DeploymentNotFound"), s("M"), None),
            (
                r#"{"error":{"message":"M","type":"auth_error","param":"None","code":"401"}}"#,
                s("auth_error"),
                s("M"),
                Some(401),
            ),
            (r#"{"message":"M"}"#, None, s("M"), None),
            (r#"{"__type":"com.amazon#ThrottlingException","message":"M"}"#, s("ThrottlingException"), s("M"), None),
            (r#"{"detail":"M"}"#, None, s("M"), None),
            (
                r#"{"type":"https://e.x/522","title":"T","status":522,"detail":"M","error_name":"connection_timeout"}"#,
                s("connection_timeout"),
                s("M"),
                Some(522),
            ),
            (r#"{"success":false,"error":[{"code":2009,"message":"M"}]}"#, None, s("M"), None),
            (r#"{"type":"not_found_error","message":"M"}"#, s("not_found_error"), s("M"), None),
            (r#"{"error":"M","status":404}"#, None, s("M"), Some(404)),
        ] {
            let got = facts(text);
            assert_eq!((got.0, got.1, got.2), (kind, message, status), "{text}");
        }
        for text in
            [r#"{"message":"hi","role":"user","content":"x"}"#, r#"{"type":"message","id":"m"}"#, "{}", "no body"]
        {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn the_innermost_body_wins_and_all_ids_are_kept() {
        let inner = r#"{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"M\"},\"request_id\":\"req_vrtx_011CzqmBQKUZ2A3kMb0v4Oli\"}"#;
        let text =
            format!(r#"API Error: 400 {{"error":{{"message":"{inner}. Received Model Group=x","code":"400"}}}}"#);
        let got = facts(&text);
        assert_eq!((got.0.as_deref(), got.1.as_deref(), got.2), (Some("invalid_request_error"), Some("M"), Some(400)));
        assert_eq!(got.3, ["req_vrtx_011CzqmBQKUZ2A3kMb0v4Oli"]);
        let escaped = format!(r#"[{{"error":"Error: 500 {inner}\n    at x"}}]"#);
        let at = escaped.find("500 {").unwrap_or_default();
        assert_eq!(facts(&escaped[at..]).0.as_deref(), Some("invalid_request_error"));
    }
}
