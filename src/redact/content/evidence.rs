//! Values under keys of content that are evidence after all.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::keyed::Key;
use super::keys::{Class, Keys};
use super::walker;
use crate::redact::quoted;

static MIME_TYPE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"mimeType"));
static INVALID_URL: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"ERR_INVALID_URL"));
/// Systems that a key `system` may name.
const SYSTEMS: [&[u8]; 5] = [b"linux", b"darwin", b"windows", b"macos", b"freebsd"];

/// Whether a value under a key of content is evidence after all: a URL that could not be parsed, the name of a system.
pub(super) fn is_evidence(keys: &Keys, text: &[u8], class: Class, key: &Key) -> bool {
    let name = &text[key.name.clone()];
    // What clients of C# call the body of an answer.
    // An object is what they tell of that body; a text in it stands under a key of its own.
    if name == b"Content" && (text[key.value] == b'{' || is_body_of_error(&text[key.value..])) {
        return true;
    }
    // `"gen_ai.system": "anthropic"` names the vendor.
    if name == b"system" && text[..key.name.start].ends_with(b"gen_ai.") {
        return true;
    }
    // The time that a task of Ansible took.
    if name == b"delta" && is_duration(text, key.value) {
        return true;
    }
    // What a server of JSON-RPC says of itself; the texts in it stand under keys of their own.
    if name == b"result" && text.get(key.value) == Some(&b'{') {
        let before = &text[key.name.start.saturating_sub(60)..key.name.start];
        let near = &text[key.value..text.len().min(key.value + 32)];
        // What became of a request of a batch.
        let of_batch = [&b"errored"[..], b"succeeded", b"expired", b"canceled"];
        return memchr::memmem::rfind(before, b"jsonrpc").is_some()
            || of_batch.iter().any(|word| memchr::memmem::find(near, word).is_some());
    }
    // A log of Bedrock says of a call what it counted; the bodies stand under keys of their own.
    if matches!(name, b"input" | b"output") && text[key.value] == b'{' {
        let near = &text[key.value..text.len().min(key.value + 64)];
        if memchr::memmem::find(near, b"putContentType").is_some() {
            return true;
        }
    }
    if name == b"tools" && text[key.value] == b'{' {
        // What a server of MCP can do, and no list of tools.
        return memchr::memmem::find(&text[key.value..text.len().min(key.value + 24)], b"listChanged").is_some();
    }
    if matches!(name, b"bind" | b"bindings") {
        // The values of a statement, and no names of other things.
        let first = walker::skip_blank(text, key.value + 1);
        return text[key.value] != b'['
            || !text.get(first).is_some_and(|b| b.is_ascii_digit() || b"\\\"'`".contains(b));
    }
    // Claude Code's log shows what a hook is given: its texts stand under keys of their own.
    if name == b"input" && text[..key.name.start].ends_with(b"Hook ") {
        return true;
    }
    let unquoted = matches!(name, b"signature" | b"result" | b"output" | b"display" | b"reasoning") && !key.quoted;
    if name == b"content" && !key.quoted {
        // `<meta http-equiv="refresh" content="360">` of a block page.
        let tag = &text[key.name.start.saturating_sub(120)..key.name.start];
        return memchr::memrchr(b'<', tag).is_some_and(|at| tag[at..].starts_with(b"<meta "));
    }
    if name == b"args" {
        return !is_called_with(text, key);
    }
    if name == b"summary" {
        return !is_summary_record(&text[..key.name.start]);
    }
    let common = matches!(
        name,
        b"input"
            | b"system"
            | b"System"
            | b"text"
            | b"body"
            | b"data"
            | b"bytes"
            | b"image_url"
            | b"query"
            | b"input_value"
    );
    if !unquoted && !common {
        return false;
    }
    let Some((quote, start)) = quoted::opening_at(text, key.value) else { return false };
    // To find the end of a long value takes a while, and most first bytes decide.
    let first = text.get(start).copied();
    let decides = match name {
        b"system" | b"System" => SYSTEMS.iter().any(|os| first.is_some_and(|b| b.eq_ignore_ascii_case(&os[0]))),
        b"text" => first.is_none_or(|b| b"{[<ed\\\"'`\n".contains(&b)) || keys.is_server_text(&text[start..]),
        _ => true,
    };
    if !decides {
        return false;
    }
    let end = quoted::closing(text, start, quote).unwrap_or(start);
    let value = &text[start..end];
    let says = |mark: &Finder<'_>| {
        let before = &text[key.name.start.saturating_sub(400)..key.name.start];
        let after = &text[end..text.len().min(end + 200)];
        mark.find(before).is_some() || mark.find(after).is_some()
    };
    match name {
        b"input" => !value.contains(&b' ') && (says(&INVALID_URL) || (!key.quoted && ends_in_path_of_api(value))),
        b"system" | b"System" => SYSTEMS.iter().any(|os| value.eq_ignore_ascii_case(os)),
        // What SuperAgent calls the body of an answer.
        b"text" if !key.quoted && is_body_of_failure(&text[start..]) => true,
        b"text" => {
            (matches!(value.first(), Some(b'{' | b'[' | b'<') | None)
                || value.starts_with(b"event:")
                || value.starts_with(b"data:")
                || keys.is_server_text(value))
                && (says(&MIME_TYPE) || is_body_of_call(value))
        }
        // A request's parameters, not what a person asked.
        b"query" | b"input_value" => !value.contains(&b' '),
        b"data" if is_plain_document(&text[..key.name.start]) => false,
        b"body" | b"data" => {
            value.len() < 64 || matches!(value.first(), Some(b'{' | b'<')) || keys.is_server_text(value)
        }
        b"bytes" | b"image_url" => value.len() < 64,
        _ => class != Class::Walk && value.len() < 4,
    }
}

/// Whether arguments are those that a task, a job or a tool is called with: those of a program are evidence.
fn is_called_with(text: &[u8], key: &Key) -> bool {
    let before = &text[key.name.start.saturating_sub(200)..key.name.start];
    let near = &text[key.value..text.len().min(key.value + 1024)];
    // Celery shows both kinds of them.
    let named = [&b") kwargs={"[..], b") kwargs: {"];
    if near[0] == b'(' && named.iter().any(|mark| memchr::memmem::find(near, mark).is_some()) {
        return true;
    }
    // Sidekiq and Resque show them behind the class of the job.
    let marks = [&b"tool_name="[..], b"tool_call", b"\"class\"", b"\\\"class\\\""];
    marks.iter().any(|mark| memchr::memmem::rfind(before, mark).is_some())
}

/// Whether a string holds the body of a request or of an answer, whose texts stand under keys of their own.
fn is_body_of_call(value: &[u8]) -> bool {
    const REQUEST: [&[u8]; 3] = [b"\\\"model\\\":", b"\\\"messages\\\":", b"\\\"max_tokens\\\":"];
    let has = |key: &&[u8]| memchr::memmem::find(value, key).is_some();
    value.starts_with(b"{") && (is_body_of_error(value) || REQUEST.iter().all(has))
}

/// Whether a string holds the body of an answer that says what failed; what it holds is looked at by itself.
pub(super) fn is_body_of_error(value: &[u8]) -> bool {
    const OPENINGS: [&[u8]; 3] = [b"{type:error", b"{error:{", b"{Error:{"];
    let near = value[..value.len().min(64)].iter().filter(|b| !b" \\\"".contains(b)).copied().collect::<Vec<u8>>();
    OPENINGS.iter().any(|opening| near.starts_with(opening))
}

/// Whether a string is the body of an answer that failed, or the page of a gateway that says so in its title.
fn is_body_of_failure(value: &[u8]) -> bool {
    const LONGEST_HEAD: usize = 512;
    let near = &value[..value.len().min(LONGEST_HEAD)];
    let title = || memchr::memmem::find(near, b"<title>").and_then(|at| near.get(at + b"<title>".len()));
    is_body_of_error(value) || near.starts_with(b"<") && matches!(title(), Some(b'4' | b'5'))
}

/// Whether a key stands in the source of a document whose data is the text itself.
fn is_plain_document(before: &[u8]) -> bool {
    memchr::memmem::rfind(&before[before.len().saturating_sub(60)..], b"text/plain").is_some()
}

/// Whether the key `summary` stands in a transcript's record of that type; elsewhere it says what a report or an incident is.
fn is_summary_record(before: &[u8]) -> bool {
    let near = &before[before.len().saturating_sub(40)..];
    memchr::memmem::rfind(near, b"type").is_some_and(|at| memchr::memmem::find(&near[at..], b"summary").is_some())
}

/// Whether a text ends as the address of a call does, which Node prints under `input` where it cannot parse it.
fn ends_in_path_of_api(value: &[u8]) -> bool {
    memchr::memmem::rfind(value, b"/v1/")
        .is_some_and(|at| value[at + 4..].iter().all(|b| b.is_ascii_lowercase() || matches!(b, b'/' | b'_')))
}

/// Whether an object under `content` is a body of an HTTP archive, whose own `text` is looked at instead.
pub(super) fn is_har_body(text: &[u8], at: usize) -> bool {
    text[at] == b'{' && MIME_TYPE.find(&text[at..text.len().min(at + 200)]).is_some()
}

/// Whether the class of an error stands here in brackets, and nothing else.
pub(super) fn is_class_in_brackets(value: &[u8]) -> bool {
    let Some(inner) = value.strip_prefix(b"[") else { return false };
    let length = inner.iter().take(80).take_while(|b| b.is_ascii_alphanumeric() || b"_.".contains(b)).count();
    let name = &inner[..length];
    inner.get(length) == Some(&b']') && (name.ends_with(b"Error") || name.ends_with(b"Exception"))
}

/// Whether a text is a time that passed: `"0:00:00.021"`.
fn is_duration(text: &[u8], at: usize) -> bool {
    let Some((quote, start)) = quoted::opening_at(text, at) else { return false };
    let length = text[start..].iter().take(24).take_while(|b| b.is_ascii_digit() || b":.".contains(b)).count();
    text[start..start + length].contains(&b':') && quote.stands_at(text, start + length)
}

/// How a check begins that says of a field that it takes no such value.
const COMPLAINTS: [&[u8]; 7] = [
    b"Input should ",
    b"String should ",
    b"List should ",
    b"Field required",
    b"Extra inputs",
    b"Value error",
    b"must ",
];

/// Whether a check says of a field that it takes no such value.
pub(super) fn complains(said: &[u8]) -> bool {
    COMPLAINTS.iter().any(|lead| said.starts_with(lead))
}
