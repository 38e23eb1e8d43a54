//! The debug log of Claude Code.

use super::draft::{Cause, Draft, Sent, Weight};
use super::event::Event;
use super::text::Doc;
use super::{facts, words};
use crate::model::vocabulary::{InputFormat, Surface};

/// Reads a line of the debug log, if it is one about the API.
pub(super) fn read(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    line.head.level?;
    let text = line.text.as_ref();
    let mut draft = Draft::at(at, InputFormat::ClaudeCodeDebug);
    draft.surface = Some(Surface::ClaudeCode);
    draft.weight = Weight::Strong;
    draft.time.clone_from(&line.head.time);
    if let Some(rest) = text.strip_prefix("[API REQUEST] ") {
        let url = rest.split(' ').next().map(str::to_owned);
        out.push(Event::Sent {
            sent: Sent { method: Some("POST".to_owned()), url, ..Sent::default() },
            timeout: None,
            retry: None,
        });
    } else if let Some(rest) = words::after(text, "dispatching to ").filter(|_| text.starts_with("[API:timing]")) {
        let model = words::after(rest, "model=").map(|rest| rest.split(' ').next().unwrap_or(rest).to_owned());
        out.push(Event::Sent { sent: Sent { model, ..Sent::default() }, timeout: None, retry: Some(u32::MAX) });
    } else if text.starts_with("Stream started") {
        draft.accepted = true;
        draft.status = Some(200);
        out.push(Event::Answer(Box::new(draft)));
    } else if let Some(rest) = text.strip_prefix("API error (attempt ") {
        let (attempt, rest) = words::number(rest)?;
        let max = rest.strip_prefix('/').and_then(words::small);
        let message = words::after(rest, "): ").unwrap_or(rest);
        let again = max.is_none_or(|max| attempt < u64::from(max));
        describe(&mut draft, text, message, doc);
        let number = u32::try_from(attempt).ok();
        let retries = if again { number } else { number.map(|n| n.saturating_sub(1)) };
        let max = max.map(|max| max.saturating_sub(1));
        out.push(Event::Retry { draft: Box::new(draft), number: retries, max, left: None });
    } else if text.starts_with("Stream connection error (") || text.starts_with("Error streaming, falling back") {
        let message = words::between(text, "(", ")").or_else(|| words::after(text, "mode: ")).unwrap_or(text);
        describe(&mut draft, text, message, doc);
        draft.sent.stream = Some(true);
        out.push(Event::Retry { draft: Box::new(draft), number: None, max: None, left: None });
    } else if let Some(rest) = text.strip_prefix("Connection error details: code=") {
        let (code, message) = rest.split_once(", message=").unwrap_or((rest, ""));
        describe(&mut draft, text, message, doc);
        draft.causes = vec![Cause { class: None, message: message.to_owned(), code: Some(code.to_owned()) }];
        draft.error_string = None;
        out.push(Event::failed(draft));
    } else if text.starts_with("Error in API request: ")
        || (text.starts_with("API ") && text.contains(" after retries: "))
    {
        let message = words::after(text, ": ").unwrap_or(text);
        describe(&mut draft, text, message, doc);
        out.push(Event::failed(draft));
    } else {
        return None;
    }
    Some(at + 1)
}

fn describe(draft: &mut Draft, text: &str, message: &str, doc: &Doc<'_>) {
    let message = message.strip_prefix("undefined ").unwrap_or(message);
    // `529 529 {...}`: the status and then the SDK's message, which starts with it.
    let message = match words::number(message) {
        Some((code, rest)) if rest.trim_start().starts_with(&format!("{code} ")) => rest.trim_start(),
        _ => message,
    };
    facts::apply(draft, message, doc);
    draft.error_string = Some(words::cut(text, 2048).to_owned());
    let code = words::run(message, |b| b.is_ascii_uppercase() || b == b'_' || b.is_ascii_digit());
    if code.len() > 4 && message[code.len()..].starts_with(": ") {
        let message = message[code.len() + 2..].to_owned();
        draft.causes.push(Cause { class: None, message, code: Some(code.to_owned()) });
    }
}
