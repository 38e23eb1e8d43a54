//! Output of curl: `-v` dialogues, `-i` answers, and its closing error line. A proxy's answer to CONNECT is no status.

use std::ops::Range;

use super::draft::{Draft, Sent, Weight};
use super::event::Event;
use super::text::Doc;
use super::{body, facts, headers, words};
use crate::model::failure::BodyKind;
use crate::model::vocabulary::{InputFormat, Surface};

/// Most lines of one dialogue.
const LIMIT: usize = 4000;
/// Most lines of a body.
const BODY: usize = 80;

/// What a dialogue has shown so far.
#[derive(Default)]
struct Dialogue {
    sent: Sent,
    host: Option<String>,
    tunnel: bool,
    status: Option<u16>,
    status_line: Option<(usize, String)>,
    headers: Vec<(String, String)>,
    error: Option<(usize, String)>,
    notes: Vec<String>,
    body_from: Option<usize>,
}

impl Dialogue {
    /// Whether its answer says that the request failed.
    fn is_bad(&self) -> bool {
        self.status.is_some_and(|code| code >= 400)
    }
}

fn is_verbose(line: &str) -> bool {
    line.starts_with("* ")
        || line.starts_with("> ")
        || line.starts_with("< ")
        || line == ">"
        || line == "<"
        || line.starts_with("} [")
        || line.starts_with("{ [")
}

fn is_request(line: &str) -> bool {
    ["> POST ", "> GET ", "> CONNECT ", "> PUT ", "> HEAD ", "> DELETE ", "> OPTIONS "]
        .iter()
        .any(|start| line.starts_with(start))
}

fn starts(doc: &Doc<'_>, at: usize) -> bool {
    let line = doc.clean(at);
    let verbose = line.starts_with("*   Trying ")
        || line.starts_with("* Trying ")
        || line.starts_with("* Host ")
        || is_request(&line)
        || line.starts_with("< HTTP/")
        || line.starts_with("* Could not resolve")
        || line.starts_with("* Connected to ");
    verbose
        || line.starts_with("HTTP/1.")
        || line.starts_with("HTTP/2 ")
        || line.starts_with("HTTP/3 ")
        || line.starts_with("curl: (")
}

/// Reads the dialogue that starts at a line, if one does.
pub(super) fn read(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    if !starts(doc, at) {
        return read_quoted(doc, at, out);
    }
    let first = doc.clean(at);
    let curl = first.starts_with(['*', '>', '<']) || first.starts_with("curl: (");
    let mut talk = Dialogue::default();
    let end = doc.len().min(at + LIMIT);
    let mut n = at;
    while n < end {
        let line = doc.clean(n);
        let text = line.as_ref();
        if text.starts_with("curl: (") {
            talk.error = Some((n, text.to_owned()));
            // Of a dialogue that was cut the last line may be the only one that names the tunnel.
            talk.tunnel |= text.contains("CONNECT tunnel failed") || text.contains("from proxy after CONNECT");
            n += 1;
            break;
        }
        let new_call = n > at
            && (text.starts_with("*   Trying") || text.starts_with("* Host "))
            && talk.status.is_some()
            && !talk.tunnel;
        if new_call || !step(doc, n, text, &mut talk) {
            break;
        }
        n += 1;
        if let Some(from) = talk.body_from.take() {
            n = body_end(doc, from);
        }
    }
    let n = n.max(at + 1);
    close(doc, at, n, &talk, curl, out);
    Some(n)
}

/// Takes one line into the dialogue; false where the dialogue is over.
fn step(doc: &Doc<'_>, n: usize, text: &str, talk: &mut Dialogue) -> bool {
    if is_request(text) {
        let mut words = text[2..].split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        talk.tunnel = method == "CONNECT";
        talk.sent = Sent { method: Some(method.to_owned()), url: Some(path.to_owned()), ..Sent::default() };
        return true;
    }
    let answer = text.strip_prefix("< ").unwrap_or(text);
    if let Some(rest) = answer.strip_prefix("HTTP/") {
        talk.status =
            rest.split_once(' ').and_then(|(_, rest)| words::small(rest)).and_then(|code| u16::try_from(code).ok());
        talk.status_line = Some((n, answer.trim().to_owned()));
        if !talk.tunnel {
            talk.headers.clear();
        }
        return true;
    }
    if let Some((name, value)) = text.strip_prefix("> ").and_then(headers::pair) {
        if name.eq_ignore_ascii_case("host") {
            talk.host = Some(value.to_owned());
        }
        return true;
    }
    if let Some(note) = text.strip_prefix("* ") {
        if note.contains("CONNECT tunnel established") || note.contains("CONNECT phase completed") {
            talk.tunnel = false;
            talk.status = None;
            talk.status_line = None;
            talk.headers.clear();
        }
        if talk.notes.len() < 400 {
            talk.notes.push(note.trim().to_owned());
        }
        return true;
    }
    let plain = talk.status.is_some() && !text.starts_with(['<', '>', '*']);
    if let Some((name, value)) =
        headers::pair(answer).filter(|_| talk.status.is_some() && (text.starts_with('<') || plain))
    {
        talk.headers.push((name.to_owned(), value.to_owned()));
        return true;
    }
    if text.trim_end() == "<" || (plain && text.trim().is_empty()) {
        if !talk.tunnel || talk.status.is_none_or(|code| code >= 300) {
            talk.body_from = Some(n + 1);
        }
        return true;
    }
    is_verbose(text) || text.trim().is_empty() || is_meter(doc, n)
}

/// curl's progress table.
fn is_meter(doc: &Doc<'_>, n: usize) -> bool {
    let line = doc.clean(n);
    let text = line.trim_start();
    text.starts_with("% Total")
        || text.starts_with("Dload")
        || (text.contains("--:--:--") && text.starts_with(|c: char| c.is_ascii_digit()))
}

fn body_end(doc: &Doc<'_>, from: usize) -> usize {
    (from..doc.len().min(from + BODY))
        .find(|n| {
            is_verbose(&doc.clean(*n)) || doc.clean(*n).starts_with("curl: (") || doc.clean(*n).starts_with("exit=")
        })
        .unwrap_or(doc.len().min(from + BODY))
}

/// Takes the headers that a print shows above the status, instead of below it.
fn above(doc: &Doc<'_>, at: usize, draft: &mut Draft) {
    const MOST: usize = 12;
    for n in (at.saturating_sub(MOST)..at).rev() {
        let line = doc.clean(n);
        let Some((name, value)) = headers::pair(&line).filter(|(name, _)| headers::allowed(name).is_some()) else {
            return;
        };
        headers::take(draft, name, value);
    }
}

/// Ends a dialogue: it failed, or all went well, or it tells nothing.
fn close(doc: &Doc<'_>, at: usize, end: usize, talk: &Dialogue, curl: bool, out: &mut Vec<Event>) {
    let mut draft = Draft::at(at, if curl { InputFormat::CurlVerbose } else { InputFormat::PlainText });
    draft.surface = curl.then_some(Surface::Curl);
    draft.weight = Weight::Strong;
    draft.last = end - 1;
    draft.time.clone_from(&doc.line(at).head.time);
    for (name, value) in &talk.headers {
        headers::take(&mut draft, name, value);
    }
    if talk.headers.is_empty() && !curl {
        above(doc, at, &mut draft);
    }
    draft.sent.clone_from(&talk.sent);
    if let (Some(host), Some(path), false) = (&talk.host, &talk.sent.url, talk.tunnel) {
        let secure =
            talk.notes.iter().any(|note| note.starts_with("SSL connection using") || note.contains("TLS handshake"));
        draft.sent.url = Some(format!("{}://{host}{path}", if secure { "https" } else { "http" }));
    }
    if talk.tunnel {
        draft.ids.clear();
        draft.answered = false;
    } else {
        draft.status = talk.status;
        draft.accepted = talk.status.is_some_and(|code| (200..300).contains(&code));
        if talk.is_bad() {
            answer_body(doc, at, end, &mut draft);
        }
    }
    if failed(doc, at..end, talk, &mut draft) {
        out.push(Event::failed(draft));
    } else if draft.accepted && talk.status.is_some() {
        out.push(Event::Done);
    }
}

/// Takes what a dialogue says of its failure: curl's own words, the status of a bad answer, or a note. Gives whether it failed.
fn failed(doc: &Doc<'_>, lines: Range<usize>, talk: &Dialogue, draft: &mut Draft) -> bool {
    match (&talk.error, &talk.status_line) {
        (Some((line, text)), _) => {
            draft.deciding = *line;
            draft.error_string = Some(text.clone());
            // With `--fail` curl tells the status, and nothing else of the answer.
            let failed = words::after(text, "returned error: ").and_then(words::small);
            draft.status = draft.status.or_else(|| failed.and_then(|code| u16::try_from(code).ok()));
            draft.message = draft
                .message
                .take()
                .filter(|_| draft.message_of_body)
                .or_else(|| Some(words::after(text, ") ").unwrap_or(text).to_owned()));
        }
        (None, Some((line, text))) if talk.is_bad() => {
            draft.deciding = *line;
            draft.error_string = Some(text.clone());
            let reason = text.splitn(3, ' ').nth(2).unwrap_or_default().trim().to_owned();
            draft.message = draft.message.take().or(Some(reason).filter(|reason| !reason.is_empty()));
        }
        _ => {
            let note = talk.notes.iter().rev().find(|note| words::has_any(note, PROBLEMS) && !note.contains("ALPN"));
            let Some(note) = note else { return false };
            draft.error_string = Some(note.clone());
            draft.message = Some(note.clone());
            let told = lines.clone().rev().find(|n| doc.clean(*n).contains(note.as_str()));
            draft.deciding = told.unwrap_or(lines.start);
        }
    }
    true
}

/// What curl notes of a connection that fails.
const PROBLEMS: &[&str] = &[
    "Could not resolve",
    "Failed to connect",
    "SSL certificate problem",
    "timed out",
    "reset by peer",
    "Empty reply",
    "CONNECT tunnel failed",
    "connect to ",
];

/// The body of a bad answer.
fn answer_body(doc: &Doc<'_>, at: usize, end: usize, draft: &mut Draft) {
    let text: String = (at..end)
        .map(|n| doc.clean(n))
        .filter(|line| !is_verbose(line) && headers::pair(line).is_none_or(|(name, _)| name.starts_with('"')))
        .take(BODY)
        .collect::<Vec<_>>()
        .join("\n");
    let text = text.trim();
    if let Some(found) = body::find(text) {
        let (start, length) = found.place;
        facts::apply_body(draft, &found, &text[start..start + length], doc);
    } else if let Some(start) = facts::html_start(text) {
        draft.body = Some(BodyKind::Html);
        draft.body_text = Some(words::cut(&text[start..], 2048).to_owned());
        draft.message = facts::html_title(text);
        draft.message_of_body = draft.message.is_some();
    }
}

/// `curl: (56) ...` inside the message of another program.
fn read_quoted(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let start = line.text.find("curl: (")?;
    let rest = words::after(&line.text[start..], ") ")?;
    words::number(&line.text[start + "curl: (".len()..])?;
    let mut draft = Draft::at(at, InputFormat::PlainText);
    draft.time.clone_from(&line.head.time);
    let found = super::classes::find(&line.text[..start]);
    draft.class = found.as_ref().map(|found| found.class.to_owned());
    draft.surface = Some(if found.is_some() { Surface::Other } else { Surface::Curl });
    draft.error_string = Some(line.text.trim().to_owned());
    draft.message = Some(found.map_or(rest, |found| &line.text[found.at + found.class.len() + 1..]).trim().to_owned());
    out.push(Event::failed(draft));
    Some(at + 1)
}
