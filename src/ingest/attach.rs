//! Excerpts: the lines around the failures of an input, bounded, with what was left out said.

use super::InputText;
use super::draft::Draft;
use super::text::Doc;
use super::words;
use crate::model::packet::{Attachment, AttachmentName};
use crate::model::vocabulary::InputFormat;
use crate::model::{Collected, Raw};

/// Most lines of an excerpt.
const LINES: usize = 120;
/// Most bytes of an excerpt.
const BYTES: usize = 12 * 1024;
/// Longest line of an excerpt.
const LINE: usize = 2000;
/// Lines of an earlier failure.
const EARLIER: usize = 6;
/// Lines before the last failure.
const BEFORE: usize = 15;
/// Lines after it.
const AFTER: usize = 5;

/// The excerpt of an input; none where it shows no failure.
pub(super) fn excerpt(
    doc: &Doc<'_>,
    input: &InputText,
    drafts: &[Draft],
    format: InputFormat,
    number: usize,
) -> Option<Attachment<Collected>> {
    let last = drafts.last()?;
    if format == InputFormat::Har {
        return Some(archive(doc, input, drafts, number));
    }
    let picked = pick(doc, drafts);
    let (mut text, mut kept) = (String::new(), Vec::new());
    for at in picked {
        let row = show(doc, at, format);
        // The lines of the last failure come last; the budget is spent from the end in `pick`, so nothing here is dropped silently.
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&row);
        kept.push(at);
    }
    let (first, end) = (*kept.first()?, *kept.last()?);
    let kind = kind(last.format.unwrap_or(format));
    Some(Attachment {
        file: AttachmentName::new(number, kind),
        source: input.label.clone(),
        first_line: doc.number(first),
        last_line: doc.number(end),
        truncated: left_out(doc, input, &kept).map(Raw::text),
        text: Raw::new(text),
    })
}

/// An archive is shown by one line a failed request, made of its facts: its own lines hold bodies and headers.
fn archive(doc: &Doc<'_>, input: &InputText, drafts: &[Draft], number: usize) -> Attachment<Collected> {
    let shown = &drafts[drafts.len().saturating_sub(20)..];
    let rows: Vec<String> = shown
        .iter()
        .map(|draft| {
            let time = draft.time.as_ref().map(ToString::to_string).unwrap_or_default();
            let status = draft.status.map_or_else(|| "no answer".to_owned(), |code| code.to_string());
            let headers: Vec<String> =
                draft.headers.iter().map(|(name, value)| format!("\n  {name}: {value}")).collect();
            let headers = headers.concat();
            let (method, url) =
                (draft.sent.method.as_deref().unwrap_or_default(), draft.sent.url.as_deref().unwrap_or_default());
            format!("{time} {method} {url} -> {status}{headers}")
        })
        .collect();
    let line = |draft: Option<&Draft>| draft.map_or(1, |draft| doc.number(draft.deciding));
    Attachment {
        file: AttachmentName::new(number, kind(InputFormat::Har)),
        source: input.label.clone(),
        first_line: line(shown.first()),
        last_line: line(shown.last()),
        truncated: Some(Raw::text("bodies, request headers and requests that did not fail left out")),
        text: Raw::text(words::cut(&rows.join("\n"), BYTES)),
    }
}

fn kind(format: InputFormat) -> &'static str {
    match format {
        InputFormat::PythonTraceback => "traceback",
        InputFormat::NodeStack | InputFormat::OtherStack => "stack",
        InputFormat::ClaudeCodeTranscript => "transcript-errors",
        InputFormat::Har => "har-errors",
        InputFormat::CurlVerbose => "curl",
        InputFormat::Json | InputFormat::ServerSentEvents => "body",
        _ => "log",
    }
}

/// Lines to show, in order: those of the last failure with context, and of earlier failures in short.
fn pick(doc: &Doc<'_>, drafts: &[Draft]) -> Vec<usize> {
    let Some(last) = drafts.last() else { return Vec::new() };
    let end = doc.len();
    let mut order: Vec<usize> = Vec::new();
    let mut want = |at: usize| {
        if at < end && !order.contains(&at) {
            order.push(at);
        }
    };
    // Most wanted first: the deciding line, the lines next to it, the whole of the last failure, context, earlier failures.
    want(last.deciding);
    for distance in 1..=20 {
        want(last.deciding.saturating_sub(distance).max(last.first));
        want((last.deciding + distance).min(last.last));
    }
    want(last.first);
    for draft in drafts.iter().rev().skip(1).take(8) {
        want(draft.deciding);
        want(draft.first);
    }
    (last.first..=last.last.min(last.first + 4 * LINES)).rev().for_each(&mut want);
    for distance in 1..=BEFORE {
        want(last.first.saturating_sub(distance));
        if distance <= AFTER {
            want(last.last + distance);
        }
    }
    for draft in drafts.iter().rev().skip(1).take(8) {
        (draft.first..=draft.last).take(EARLIER).for_each(&mut want);
    }
    let mut bytes = 0;
    order.truncate(LINES);
    order.retain(|at| {
        bytes += doc.raw(*at).len().min(LINE) + 1;
        bytes <= BYTES
    });
    order.sort_unstable();
    order
}

/// A line as it may be shown: rows of transcripts by allow-listed fields only.
fn show(doc: &Doc<'_>, at: usize, format: InputFormat) -> String {
    let raw = doc.raw(at);
    // Rows of Claude Code hold prompts, whatever stands around them.
    let private = raw.trim_start().starts_with('{')
        && words::has_any(raw, &["\"parentUuid\"", "\"sessionId\"", "\"session_id\""]);
    match format {
        _ if private => super::rows::show(raw),
        InputFormat::ClaudeCodeTranscript | InputFormat::ClaudeCodeJson => super::rows::show(raw),
        _ if raw.len() > LINE => format!(
            "{} [... {} bytes of this line left out]",
            words::cut(raw, LINE),
            raw.len() - words::cut(raw, LINE).len()
        ),
        _ => raw.to_owned(),
    }
}

/// Which lines are not in the excerpt.
fn left_out(doc: &Doc<'_>, input: &InputText, kept: &[usize]) -> Option<String> {
    let mut gaps: Vec<(u64, u64)> = Vec::new();
    let mut next = 0;
    for at in kept.iter().copied().chain(std::iter::once(doc.len())) {
        if at > next {
            gaps.push((doc.number(next), doc.number(at - 1)));
        }
        next = at + 1;
    }
    let mut parts: Vec<String> = Vec::new();
    if input.skipped_before > 0 {
        parts.push(format!("the first {} bytes of the file", input.skipped_before));
    }
    let total = doc.number(doc.len().saturating_sub(1));
    if !gaps.is_empty() {
        let shown: Vec<String> = gaps
            .iter()
            .take(12)
            .map(|(from, to)| if from == to { format!("{from}") } else { format!("{from}-{to}") })
            .collect();
        let more = if gaps.len() > 12 { " and more" } else { "" };
        parts.push(format!("lines {}{more} of {total}", shown.join(", ")));
    }
    (!parts.is_empty()).then(|| format!("{} left out", parts.join(" and ")))
}
