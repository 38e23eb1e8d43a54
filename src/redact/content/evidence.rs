//! Values under keys of content that are evidence after all.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};
use serde::Deserialize;

use super::keyed::Key;
use super::keys::{Class, Keys};
use super::walker;
use crate::redact::quoted;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    systems: Vec<String>,
    batches: Vec<String>,
    jobs: Vec<String>,
    tasks: Vec<String>,
    requests: Vec<String>,
    errors: Vec<String>,
    checks: Vec<String>,
    prompt_checks: Vec<String>,
    field_checks: Vec<String>,
}

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| crate::data::read(data!("redact/rules/evidence")).ok());
static MIME_TYPE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"mimeType"));
static INVALID_URL: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"ERR_INVALID_URL"));

/// Whether one of the marks of a list of the table stands in a text.
fn holds(text: &[u8], list: fn(&Table) -> &[String]) -> bool {
    TABLE.as_ref().is_some_and(|table| list(table).iter().any(|mark| memmem::find(text, mark.as_bytes()).is_some()))
}

/// So many bytes from a place on, and before it.
fn behind(text: &[u8], at: usize, most: usize) -> &[u8] {
    &text[at..text.len().min(at + most)]
}

fn before(text: &[u8], at: usize, most: usize) -> &[u8] {
    &text[at.saturating_sub(most)..at]
}

/// Whether a value under a key of content is evidence after all: a URL that could not be parsed, the name of a system.
pub(super) fn is_evidence(keys: &Keys, text: &[u8], class: Class, key: &Key) -> bool {
    let lead = &text[..key.name.start];
    let is_object = text.get(key.value) == Some(&b'{');
    match &text[key.name.clone()] {
        // What clients of C# call the body of an answer.
        // An object is what they tell of that body; a text in it stands under a key of its own.
        b"Content" if is_object || is_body_of_error(&text[key.value..]) => true,
        // `"gen_ai.system": "anthropic"` names the vendor.
        b"system" if lead.ends_with(b"gen_ai.") => true,
        // The time that a task of Ansible took.
        b"delta" if is_duration(text, key.value) => true,
        // What a server of JSON-RPC says of itself, what became of a request of a batch; the texts in it stand under keys of their own.
        b"result" if is_object => {
            memmem::rfind(before(text, key.name.start, 60), b"jsonrpc").is_some()
                || holds(behind(text, key.value, 32), |table| &table.batches)
        }
        // A log of Bedrock says of a call what it counted; the bodies stand under keys of their own.
        b"input" | b"output" if is_object && memmem::find(behind(text, key.value, 64), b"putContentType").is_some() => {
            true
        }
        // What a server of MCP can do, and no list of tools.
        b"tools" if is_object => memmem::find(behind(text, key.value, 24), b"listChanged").is_some(),
        // The values of a statement, and no names of other things.
        b"bind" | b"bindings" => !opens_values(text, key.value),
        // Claude Code's log shows what a hook is given: its texts stand under keys of their own.
        b"input" if !key.quoted && memmem::rfind(before(text, key.name.start, 48), b"Hook ").is_some() => true,
        b"content" if !key.quoted => is_of_page(before(text, key.name.start, 120)),
        b"args" => !is_called_with(text, key),
        b"summary" => !is_summary_record(lead),
        name => is_string_of_evidence(keys, text, name, class, key),
    }
}

/// Whether a string is evidence by what it says, or by what stands beside it.
fn is_string_of_evidence(keys: &Keys, text: &[u8], name: &[u8], class: Class, key: &Key) -> bool {
    let short = !key.quoted && matches!(name, b"signature" | b"result" | b"output" | b"display" | b"reasoning");
    let common = [&b"input"[..], b"system", b"System", b"text", b"body", b"data", b"bytes", b"image_url", b"query"];
    if !short && !common.contains(&name) && name != b"input_value" {
        return false;
    }
    let Some((quote, start)) = quoted::opening_at(text, key.value) else { return false };
    // To find the end of a long value takes a while, and most first bytes decide.
    let decides = match name {
        b"system" | b"System" => may_name_system(&text[start..]),
        b"text" => text.get(start).is_none_or(|b| b"{[<ed\\\"'`\n".contains(b)) || keys.is_server_text(&text[start..]),
        _ => true,
    };
    if !decides {
        return false;
    }
    let end = quoted::closing(text, start, quote).unwrap_or(start);
    let value = &text[start..end];
    let says = |mark: &Finder<'_>| {
        mark.find(before(text, key.name.start, 400)).is_some() || mark.find(behind(text, end, 200)).is_some()
    };
    match name {
        b"input" => !value.contains(&b' ') && (says(&INVALID_URL) || (!key.quoted && ends_in_path_of_api(value))),
        b"system" | b"System" => names_system(value),
        // What SuperAgent calls the body of an answer.
        b"text" if !key.quoted && is_body_of_failure(&text[start..]) => true,
        b"text" => is_body(keys, value) && (says(&MIME_TYPE) || is_body_of_call(value)),
        // A request's parameters, not what a person asked.
        b"query" | b"input_value" => !value.contains(&b' ') || is_statement(value),
        b"data" if is_plain_document(&text[..key.name.start]) => false,
        b"body" | b"data" => {
            value.len() < 64 || matches!(value.first(), Some(b'{' | b'<')) || keys.is_server_text(value)
        }
        b"bytes" | b"image_url" => value.len() < 64,
        _ => class != Class::Walk && value.len() < 4,
    }
}

/// Whether a value is the name of a system.
fn names_system(value: &[u8]) -> bool {
    let is = |name: &String| value.eq_ignore_ascii_case(name.as_bytes());
    TABLE.as_ref().is_some_and(|table| table.systems.iter().any(is))
}

/// Whether a value may be one, by its first byte.
fn may_name_system(value: &[u8]) -> bool {
    let may = |name: &String| value.iter().zip(name.bytes()).take(1).any(|(a, b)| a.eq_ignore_ascii_case(&b));
    TABLE.as_ref().is_some_and(|table| table.systems.iter().any(may))
}

/// Whether a string begins as a body does: JSON, a page, events of a stream, what a server answers in plain text.
fn is_body(keys: &Keys, value: &[u8]) -> bool {
    matches!(value.first(), Some(b'{' | b'[' | b'<') | None)
        || value.starts_with(b"event:")
        || value.starts_with(b"data:")
        || keys.is_server_text(value)
}

/// Whether a query is one for a database, which holds no text.
fn is_statement(value: &[u8]) -> bool {
    let verbs = [&b"SELECT "[..], b"WITH ", b"SHOW ", b"EXPLAIN "];
    verbs.iter().any(|verb| value.starts_with(verb)) && memchr::memchr2(b'\'', b'"', value).is_none()
}

/// Whether a list of numbers or texts begins here.
fn opens_values(text: &[u8], at: usize) -> bool {
    let first = walker::skip_blank(text, at + 1);
    text[at] == b'[' && text.get(first).is_some_and(|b| b.is_ascii_digit() || b"\\\"'`".contains(b))
}

/// Whether a tag stands open that says of a page when it reloads: `<meta http-equiv="refresh" content="360">` of a block page.
fn is_of_page(before: &[u8]) -> bool {
    memchr::memrchr(b'<', before).is_some_and(|at| before[at..].starts_with(b"<meta "))
}

/// Whether arguments are those that a task, a job or a tool is called with: those of a program are evidence.
fn is_called_with(text: &[u8], key: &Key) -> bool {
    let near = behind(text, key.value, 1024);
    near[0] == b'(' && holds(near, |table| &table.tasks)
        || holds(before(text, key.name.start, 200), |table| &table.jobs)
}

/// Whether a string holds the body of a request or of an answer, whose texts stand under keys of their own.
fn is_body_of_call(value: &[u8]) -> bool {
    let has = |key: &String| memmem::find(value, key.as_bytes()).is_some();
    let is_request = || TABLE.as_ref().is_some_and(|table| table.requests.iter().all(has));
    value.starts_with(b"{") && (is_body_of_error(value) || is_request())
}

/// Whether a string holds the body of an answer that says what failed; what it holds is looked at by itself.
pub(super) fn is_body_of_error(value: &[u8]) -> bool {
    let near = value[..value.len().min(64)].iter().filter(|b| !b" \\\"".contains(b)).copied().collect::<Vec<u8>>();
    TABLE.as_ref().is_some_and(|table| table.errors.iter().any(|opening| near.starts_with(opening.as_bytes())))
}

/// Whether a string is the body of an answer that failed, or the page of a gateway that says so in its title.
fn is_body_of_failure(value: &[u8]) -> bool {
    const LONGEST_HEAD: usize = 512;
    let near = &value[..value.len().min(LONGEST_HEAD)];
    let title = || memmem::find(near, b"<title>").and_then(|at| near.get(at + b"<title>".len()));
    is_body_of_error(value) || near.starts_with(b"<") && matches!(title(), Some(b'4' | b'5'))
}

/// Whether a key stands in the source of a document whose data is the text itself.
fn is_plain_document(before: &[u8]) -> bool {
    memmem::rfind(&before[before.len().saturating_sub(60)..], b"text/plain").is_some()
}

/// Whether the key `summary` stands in a transcript's record of that type; elsewhere it says what a report or an incident is.
fn is_summary_record(before: &[u8]) -> bool {
    let near = &before[before.len().saturating_sub(40)..];
    memmem::rfind(near, b"type").is_some_and(|at| memmem::find(&near[at..], b"summary").is_some())
}

/// Whether a text ends as the address of a call does, which Node prints under `input` where it cannot parse it.
fn ends_in_path_of_api(value: &[u8]) -> bool {
    memmem::rfind(value, b"/v1/")
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

/// Whether a check says of a field that it takes no such value.
pub(super) fn complains(said: &[u8]) -> bool {
    TABLE.as_ref().is_some_and(|table| table.checks.iter().any(|lead| said.starts_with(lead.as_bytes())))
}

/// Whether a check or a server says of a prompt what is wrong with it.
pub(super) fn complains_of_prompt(said: &[u8]) -> bool {
    holds(said, |table| &table.prompt_checks)
}

/// Whether what stands behind the name of a field begins as what a check says of it: `prompt: must not be empty`.
pub(super) fn complains_of_field(said: &[u8]) -> bool {
    holds(&said[..said.len().min(48)].to_ascii_lowercase(), |table| &table.field_checks)
}
