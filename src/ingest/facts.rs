//! What an error text tells, whoever printed it: status, error type, message, request ids, kind of body.

use super::draft::Draft;
use super::text::{Doc, Mend};
use super::words::Finder;
use super::{body, ids, words};
use crate::model::failure::BodyKind;

/// Words that stand right before a status.
const BEFORE_STATUS: &[&str] = &[
    "rror code: ",
    "API Error: ",
    "API error: ",
    "API Error (",
    "API error (",
    "API Error:",
    "status code ",
    "status code: ",
    "Status Code: ",
    "Status code: ",
    "status_code=",
    ":status=>",
    "status=>",
    "StatusCode\": ",
    "StatusCode\":",
    "status_code: ",
    "'status_code': ",
    "statusCode: ",
    "statusCode=",
    "StatusCode: ",
    "StatusCode=",
    "\"status\":",
    "\"status\": ",
    "\"status_code\":",
    "\"status_code\": ",
    "\"statusCode\":",
    "\"statusCode\": ",
    "\"api_error_status\":",
    "\"api_error_status\": ",
    "\"error_status\":",
    "\"error_status\": ",
    "status: ",
    "Status: ",
    "status=",
    "with status ",
    "HTTP/1.1 ",
    "HTTP/1.0 ",
    "HTTP/2 ",
    "HTTP/2.0 ",
    "HTTP/3 ",
    "HTTP ",
    "HTTP status ",
    "Client error '",
    "Server error '",
    "rejected (",
    "failed with ",
    "Failed with ",
    "ailed: ",
    "error (",
    "rror: ",
    "error ",
    "Error ",
    "Repeated ",
    "returned ",
    " | ",
    "response: ",
    "attempt 1/1): ",
];

/// Reason phrases that follow a status.
static REASONS: Finder = Finder::new(&[
    "Bad Request",
    "Unauthorized",
    "Payment Required",
    "Forbidden",
    "Not Found",
    "Request Timeout",
    "Conflict",
    "Payload Too Large",
    "Content Too Large",
    "Request Entity Too Large",
    "Unprocessable",
    "Too Many Requests",
    "Internal Server Error",
    "Bad Gateway",
    "Service Unavailable",
    "Gateway Timeout",
    "Gateway Time-out",
    "Overloaded",
    "status code (no body)",
]);

fn three_digits(text: &str) -> Option<u16> {
    let (code, rest) = words::number(text)?;
    let word = rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '%');
    let fraction = rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    // People cut the space: `status code 404model: claude-...`.
    let glued = rest.starts_with("model: ");
    let ends = (!word || glued) && !fraction;
    u16::try_from(code).ok().filter(|code| ends && (100..=599).contains(code))
}

/// All numbers of a text that can be a status, with their places, in order.
fn codes(text: &str) -> impl Iterator<Item = (usize, u16)> + '_ {
    let bytes = text.as_bytes();
    let starts = move |at: &usize| bytes[*at].is_ascii_digit() && (*at == 0 || !bytes[*at - 1].is_ascii_digit());
    (0..bytes.len()).filter(starts).filter_map(|at| Some((at, three_digits(&text[at..])?)))
}

/// Whether three digits stand together: without, nothing can be a status.
fn has_code(text: &str) -> bool {
    text.as_bytes().windows(3).any(|window| window.iter().all(u8::is_ascii_digit))
}

/// Whether what stands before a number says that it is a status; quotation marks and brackets may stand between.
fn is_labelled(before: &str, code: u16) -> bool {
    let error = (400..=599).contains(&code);
    let mut before = before;
    loop {
        let label = |marker: &&&str| {
            before.ends_with(**marker) && (error || marker.contains("HTTP") || marker.contains("tatus"))
        };
        if BEFORE_STATUS.iter().any(|marker| label(&marker)) {
            return true;
        }
        let Some(rest) = before.strip_suffix(['\'', '"', '(']) else { return false };
        before = rest;
    }
}

/// Statuses of errors that servers really give.
const USUAL: [u16; 24] = [
    400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 422, 429, 431, 499, 500, 501, 502, 503, 504, 520, 521, 522, 524,
    529,
];

/// Whether a number in brackets is a status: `Server error: Overloaded (529): ...`.
fn is_bracketed(text: &str, at: usize, code: u16) -> bool {
    let before = text[..at].ends_with(" (") && text[at + 3..].starts_with(')');
    before && USUAL.contains(&code) && words::has_any(&text[..at], &["rror", "ailed", "verloaded", "equest"])
}

/// Names of statuses as .NET prints them: `Status Code: TooManyRequests`.
const NAMED: &[(&str, u16)] = &[
    ("BadRequest", 400),
    ("Unauthorized", 401),
    ("PaymentRequired", 402),
    ("Forbidden", 403),
    ("NotFound", 404),
    ("RequestEntityTooLarge", 413),
    ("UnprocessableEntity", 422),
    ("TooManyRequests", 429),
    ("InternalServerError", 500),
    ("BadGateway", 502),
    ("ServiceUnavailable", 503),
    ("GatewayTimeout", 504),
];

/// Whether a status and its reason phrase begin the text: `503 Service Temporarily Unavailable`.
pub(super) fn is_reason(text: &str) -> bool {
    let Some((_, rest)) = words::number(text.trim_start()) else { return false };
    let rest = rest.trim_start();
    REASONS.places(rest).next() == Some(0) || rest.starts_with("Service Temporarily Unavailable")
}

fn named_status(text: &str) -> Option<u16> {
    let label = ["tatus Code: ", "tatusCode: ", "tatus code: "].iter().find_map(|label| words::after(text, label))?;
    let name = words::run(label, |b| b.is_ascii_alphabetic());
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, code)| *code)
}

/// Whether what stands before a number says that it is a proxy's answer to `CONNECT`, which is no status of the request.
fn is_of_tunnel(before: &str) -> bool {
    let near = before.trim_end_matches([' ', '"', '\'', '(']);
    ["unnel connection failed:", "from proxy after CONNECT:", "CONNECT tunnel failed, response"]
        .iter()
        .any(|words| near.ends_with(words))
}

/// The first HTTP status that a text tells as such.
pub(super) fn status(text: &str) -> Option<u16> {
    if let Some(code) = three_digits(text.trim_start()).filter(|code| (400..=599).contains(code)) {
        return Some(code);
    }
    if let Some(code) = named_status(text) {
        return Some(code);
    }
    if !has_code(text) {
        return None;
    }
    let labelled = codes(text).find(|(at, code)| is_labelled(&text[..*at], *code) && !is_of_tunnel(&text[..*at]));
    let mut phrased = REASONS.places(text).filter_map(|at| {
        let at = Some(at).filter(|at| *at >= 4 && text.is_char_boundary(at - 4))?;
        text[..at].ends_with(' ').then(|| three_digits(&text[at - 4..at])).flatten().map(|code| (at - 4, code))
    });
    let mut phrased = phrased.by_ref().filter(|(at, _)| !is_of_tunnel(&text[..*at]));
    let told = labelled.into_iter().chain(phrased.next()).min_by_key(|(at, _)| *at);
    told.or_else(|| codes(text).find(|(at, code)| is_bracketed(text, *at, *code))).map(|(_, code)| code)
}

/// A number right before a body: `... - 429 {"error": ...}`, `Status Code 400, {...}`.
fn last_number(before: &str, least: u16) -> Option<u16> {
    let before = before.trim_end_matches([' ', ',', ':', '-', '=', '(', '\n']);
    let start = before.len().checked_sub(3).filter(|at| before.is_char_boundary(*at))?;
    let alone = before[..start].chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric() && c != '.');
    three_digits(&before[start..]).filter(|code| alone && (least..=599).contains(code))
}

/// The title of an HTML page.
pub(super) fn html_title(text: &str) -> Option<String> {
    let tagged = words::between(text, "<title>", "</title>").or_else(|| words::between(text, "<h1>", "</h1>"));
    let title = match tagged {
        Some(title) => words::collapse(title),
        None if text.contains("</body>") => words::collapse(&without_tags(words::cut(text, 1024))),
        None => return None,
    };
    (!title.is_empty()).then_some(title)
}

/// The words of a page.
fn without_tags(text: &str) -> String {
    let mut out = String::new();
    for part in text.split('<') {
        out.push_str(part.split_once('>').map_or("", |(_, words)| words));
        out.push(' ');
    }
    words::cut(&out, 200).to_owned()
}

/// Whether the text is an HTML page, or starts one.
pub(super) fn is_html(text: &str) -> bool {
    let start = words::cut(text.trim_start(), 64).to_ascii_lowercase();
    start.starts_with("<!doctype")
        || start.starts_with("<html")
        || start.starts_with("<head")
        || start.starts_with("<body")
}

/// Where an HTML page starts in a text.
pub(super) fn html_start(text: &str) -> Option<usize> {
    ["<!DOCTYPE", "<!doctype", "<html", "<HTML"].iter().filter_map(|tag| text.find(tag)).min()
}

/// Puts what an error text tells into a draft. The text is the message without its class.
pub(super) fn apply(draft: &mut Draft, text: &str, doc: &Doc<'_>) {
    if let Some(body) = body::find(text) {
        let (start, length) = body.place;
        apply_body(draft, &body, &text[start..start + length], doc);
        let around = &text[..start];
        draft.status = status(around).or_else(|| last_number(around, 400)).or(draft.status).or(body.status);
    } else if let Some(start) = html_start(text) {
        let page = &text[start..];
        draft.body = Some(BodyKind::Html);
        draft.body_text = Some(words::cut(page, 2048).to_owned());
        draft.status = status(&text[..start]).or_else(|| last_number(&text[..start], 200)).or(draft.status);
        if let Some(title) = html_title(page) {
            draft.status = draft.status.or_else(|| status(&title));
            draft.message = Some(title);
            draft.message_of_body = true;
        }
    } else {
        draft.status = status(text).or(draft.status);
        if draft.message.is_none() {
            draft.message = Some(plain_message(text));
        }
        let bare = text.strip_prefix("Error code: ").is_some_and(|rest| rest.trim().len() == 3);
        if text.contains("(no body)") || bare {
            draft.body = Some(BodyKind::Empty);
        }
        for id in ids::all(text).into_iter().chain(ids::in_message(text)) {
            push_id(draft, id);
        }
    }
}

/// Puts what a body tells into a draft.
pub(super) fn apply_body(draft: &mut Draft, body: &body::Body, text: &str, doc: &Doc<'_>) {
    draft.body = body.kind;
    draft.body_text = Some(words::cut(text, 2048).to_owned());
    draft.error_type = body.error_type.clone().or(draft.error_type.take());
    if let Some(message) = &body.message {
        draft.message = Some(words::cut(message, 4096).to_owned());
        draft.message_of_body = true;
    }
    draft.status = draft.status.or(body.status);
    for id in &body.ids {
        push_id(draft, id.clone());
    }
    if body.curly {
        doc.mend(Mend::CurlyQuotes);
    }
    if body.wrapped {
        doc.mend(Mend::Wrapped);
    }
}

/// Adds an id, once.
pub(super) fn push_id(draft: &mut Draft, id: String) {
    if !draft.ids.contains(&id) {
        draft.ids.push(id);
    }
}

/// A message without the status before it and the hints that clients add after it.
fn plain_message(text: &str) -> String {
    let mut text = text.trim();
    for label in ["Error code: ", "API Error: ", "API Error:", "API Error：", "Request rejected (429) · "] {
        text = text.strip_prefix(label).unwrap_or(text).trim_start();
    }
    if let Some((code, rest)) = words::number(text).filter(|(code, _)| (400..=599).contains(code)) {
        let rest = rest.trim_start_matches([' ', ':', '-', '·']);
        text = if rest.is_empty() { text } else { rest };
        let _ = code;
    }
    for hint in [". This is a server-side issue", " · Retrying in", " Retrying in ", " · attempt "] {
        text = text.find(hint).map_or(text, |at| &text[..at]);
    }
    words::collapse(words::cut(text, 4096))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_told_from_other_numbers() {
        for (text, code) in [
            ("API Error: 529 Overloaded", Some(529)),
            ("Error code: 404 - {}", Some(404)),
            ("POST \"https://x/v1/messages\": 400 Bad Request (Request-ID: req_1)", Some(400)),
            ("Client error '401 Unauthorized' for url", Some(401)),
            ("malformed response (HTTP 200) - check", Some(200)),
            ("Request rejected (429) · x", Some(429)),
            ("api.anthropic.com | 520: Web server", Some(520)),
            ("File \"file.py\", line 529, in x", None),
            ("error after 500ms", None),
            ("Proxy response (407) !== 200", None),
            ("CONNECT tunnel failed, response 403", None),
            ("port 18700: connection refused", None),
            ("prompt is too long: 209353 tokens", None),
            ("Errno 111", None),
        ] {
            assert_eq!(status(text), code, "{text}");
        }
    }

    #[test]
    fn hints_are_no_part_of_the_message() {
        assert_eq!(plain_message("529 Overloaded. This is a server-side issue, usually temporary"), "Overloaded");
        assert_eq!(plain_message("Connection error."), "Connection error.");
    }
}
