//! Walks a document once: finds the lines that may matter, and asks each format reader in turn.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input};

use super::alike::{Alike, Line};
use super::draft::Weight;
use super::event::Event;
use super::fold::{Folded, Folder};
use super::text::Doc;
use super::{
    claude_debug, claude_text, curl, hook, json, node, node_log, page, plain, python, python_log, sse, stacks, vitest,
    wordings, words,
};

/// Words of which at least one stands in every line that starts something; all other lines are skipped.
const MARKERS: &[&str] = &[
    "rror",
    "RROR",
    "xception",
    "Traceback",
    "HTTP/",
    "HTTP Re",
    "[log_",
    "curl: (",
    "* Trying",
    "*   Trying",
    "* Could not",
    "* Connected",
    "* Host ",
    "Retrying",
    "retries left",
    "retry left",
    "request_id",
    "request-id",
    "requestId",
    "Request options",
    "Sending HTTP",
    "event: ",
    "event:",
    "data:",
    "[API",
    "API error",
    "Stream started",
    "Stream connection",
    "is_error",
    "api_retry",
    "isApiErrorMessage",
    "Timeout",
    "timed out",
    "imeout",
    "ECONN",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "ENETUNREACH",
    "EHOSTUNREACH",
    "EADDRNOTAVAIL",
    "EPIPE",
    "refused",
    "Invalid API key",
    "Not logged in",
    "Credit balance",
    "selected model",
    "too large",
    "Unable to connect",
    "Failed to ",
    "failed",
    "OAuth",
    "Login expired",
    "been disabled",
    "apiKeyHelper",
    "CUSTOM_HEADERS",
    "mid-response",
    "mid-stream",
    "too long",
    "Connection ",
    "Can't reach",
    "Couldn't connect",
    "No internet",
    "You've hit",
    "usage limit",
    "Waiting for API",
    "temporarily limiting",
    "Could not",
    "expired",
    "certificate",
    "capability_rejected",
    "upstream",
    "Streaming is",
    "socket",
    "cause[",
    "exceeded",
    "status",
    "Status",
    "no body)",
    "page not found",
    "no such host",
    "no route to host",
    "dial tcp",
    "unreachable",
    "terminated",
    "Uncaught",
    "credits",
    "limit reached",
    "too low",
    "context limit",
    "ANTHROPIC_API_KEY",
    "browser-like",
    "积极拒绝",
    "concurrent",
    "\"detail\"",
    "Fault",
    "resolve",
    "Abort",
    "by peer",
    "POST \"http",
    "Post \"http",
    "Get \"http",
    "POST “http",
    "Post “http",
    "Get “http",
    "TimedOut",
    "Unable to",
    "tunnel",
    "Exhausted",
    "onnectionRefused",
    "reading a body",
    "ve hit your",
    "ve reached your",
    "t reach the API",
    "an't connect",
    "service not known",
    "t connect through",
    "no healthy",
    "No endpoints",
    "No available",
    "no available",
    "Quota",
    "quota",
    "overloaded",
    "Overloaded",
    "unexpected EOF",
    "<html",
    "<HTML",
    "<title>",
    "<!DOCTYPE",
    "<!doctype",
    "denied",
    "Denied",
    "blocked",
    "$metadata",
    "[Errno ",
    "[WinError ",
    "UnsupportedProtocol",
    "InvalidURL",
    "NSURLErrorDomain",
    "net::ERR_",
    "existing domain",
    "rror code: 10",
    "subscription access",
    "Service Temporarily",
    "validation error",
    "无可用",
    "余额不足",
    "额度",
    "负载",
    "限流",
    "请求过于频繁",
    "response... 4",
    "response... 5",
    "Remoteserver",
    "serveur distant",
    "servidor remoto",
    "server remoto",
    "远程服务器",
    "遠端伺服器",
    "リモート サーバー",
    "원격 서버",
    "Удаленный сервер",
    "状态码",
    "错误码",
    "ステータスコード",
    hook::MARK,
];

/// Bytes from which on the automaton that is slow to build and quick to run pays.
const LONG: usize = 1 << 20;

fn marked(kind: Option<AhoCorasickKind>) -> Option<AhoCorasick> {
    AhoCorasick::builder().kind(kind).build(MARKERS.iter().copied().chain(wordings::foreign())).ok()
}

static MARKED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| marked(None));
static MARKED_LONG: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| marked(Some(AhoCorasickKind::DFA)));

/// The index of the first line at or after `from` that holds a marker.
fn next_marked(doc: &Doc<'_>, from: usize) -> Option<usize> {
    let start = doc.start(from);
    if from >= doc.len() || start >= doc.text().len() {
        return None;
    }
    let text = doc.text();
    let markers = if text.len() < LONG { MARKED.as_ref() } else { MARKED_LONG.as_ref() };
    let Some(markers) = markers else { return Some(from) };
    let mut at = start;
    while let Some(hit) = markers.find(Input::new(text).range(at..)) {
        let marker = MARKERS.get(hit.pattern().as_usize()).copied().unwrap_or_default();
        let after = &text.as_bytes()[hit.end()..];
        let healthy = match marker {
            "status" | "Status" => !is_bad_status(after),
            "rror" => is_no_error(after),
            _ => false,
        };
        if !healthy {
            return Some(doc.line_at(hit.start()).max(from));
        }
        at = hit.end();
    }
    None
}

/// Whether a key `error` says that there was none: whole logs are of such rows.
fn is_no_error(after: &[u8]) -> bool {
    let none: [&[u8]; 6] = [b"\":null", b"\": null", b"\":false", b"\": false", b"\":\"\"", b"\": \"\""];
    none.iter().any(|words| after.starts_with(words))
}

/// Whether what follows the word `status` can be one of an error: healthy answers fill whole logs.
fn is_bad_status(after: &[u8]) -> bool {
    let near = &after[..after.len().min(24)];
    let digit = near.iter().position(u8::is_ascii_digit);
    digit.is_none_or(|at| matches!(near[at], b'4' | b'5'))
}

/// A format reader: looks at a line, reports what it finds, and tells the line to go on from.
type Reader = fn(&Doc<'_>, usize, &mut Vec<Event>) -> Option<usize>;

/// Readers that know their own lines for sure, in the order in which they are asked.
const SURE: &[Reader] = &[
    hook::read,
    vitest::read,
    curl::read,
    python::read,
    python_log::read,
    node_log::read,
    claude_debug::read,
    sse::read,
    json::read_row,
];
/// Readers that recognise an error by its words.
const LIKELY: &[Reader] = &[
    claude_text::read,
    node::read,
    plain::printed,
    python_log::bare_code,
    stacks::read,
    json::read_pretty,
    json::read_inline,
    page::read,
    plain::read,
];

/// Events that wait at most, and how many of them readers may still look back at.
const WAITING: usize = 512;
const TAIL: usize = 16;

/// All failures of a document, in order.
pub(super) fn scan(doc: &Doc<'_>) -> Folded {
    let mut walk = Walk::default();
    let mut at = 0;
    while let Some(line) = next_marked(doc, at) {
        at = line + 1;
        match walk.alike.look(line, doc.raw(line)) {
            Line::Quiet | Line::Held(None) => {}
            Line::Held(Some(gone)) => walk.let_go(doc, gone),
            Line::Read(shape) => {
                walk.held(doc);
                at = walk.read(doc, line, shape);
            }
        }
    }
    walk.held(doc);
    for event in walk.out {
        walk.folder.push(event);
    }
    walk.folder.finish()
}

/// The state of a walk over the lines of a document.
#[derive(Default)]
struct Walk {
    folder: Folder,
    out: Vec<Event>,
    alike: Alike,
    /// The line before.
    gone: String,
}

impl Walk {
    /// Counts a line that is not read; one that says the same as the one before tells of the same failure.
    fn let_go(&mut self, doc: &Doc<'_>, (line, weight): (usize, Weight)) {
        let text = doc.clean(line);
        if self.gone != text {
            self.folder.leave_out(weight);
            self.gone.clear();
            self.gone.push_str(&text);
        }
    }

    /// Reads a line, notes what its shape tells, and tells the line to go on from.
    fn read(&mut self, doc: &Doc<'_>, line: usize, shape: Option<u64>) -> usize {
        let before = self.out.len();
        let next = read(doc, line, &mut self.out).max(line + 1);
        self.gone.clear();
        self.gone.push_str(&doc.clean(line));
        if let Some(shape) = shape {
            self.alike.note(shape, self.out.get(before..).unwrap_or_default(), next == line + 1);
        }
        if self.out.len() > WAITING {
            let folder = &mut self.folder;
            self.out.drain(..self.out.len() - TAIL).for_each(|event| folder.push(event));
        }
        next
    }

    /// Reads the lines that wait.
    fn held(&mut self, doc: &Doc<'_>) {
        let mut at = 0;
        for (line, _) in self.alike.release() {
            if line >= at {
                at = self.read(doc, line, None);
            }
        }
    }
}

fn read(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> usize {
    if let Some(next) = SURE.iter().find_map(|reader| reader(doc, at, out)) {
        return next;
    }
    let text = doc.clean(at);
    if let Some((cause, line)) = python::linked_above(doc, at, &text) {
        out.push(Event::Linked { cause, line });
        return at + 1;
    }
    if let Some((number, cause)) = node::printed_cause(&text) {
        if let Some(Event::Failed(draft)) = out.last_mut() {
            node::add_printed(draft, number, cause);
            draft.last = at;
        }
        return at + 1;
    }
    if plain::is_noise(words::cut(&text, 2048)) || is_source(&text) || claude_text::is_talk(&text) {
        return at + 1;
    }
    LIKELY.iter().find_map(|reader| reader(doc, at, out)).unwrap_or(at + 1)
}

/// Whether a line is source text that a runtime shows above an error, or a frame of a stack.
fn is_source(line: &str) -> bool {
    let text = line.trim_start();
    text.len() < line.len()
        && (text.starts_with("throw ")
            || text.starts_with("at ")
            || text.starts_with("File \"")
            || text.starts_with("raise ")
            || text.starts_with("return "))
        || text.starts_with("throw new ")
}
