//! What an error text tells, whoever printed it: status, error type, message, request ids, kind of body.

use super::draft::Draft;
pub(super) use super::status::{find as status, is_reason, last_number};
use super::text::{Doc, Mend};
use super::{body, ids, words};
use crate::model::failure::BodyKind;

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
        // The Go SDK names the id before the body, which may be cut or escaped.
        if let ([id], true) = (ids::all(around).as_slice(), draft.ids.is_empty()) {
            draft.ids.push(id.clone());
        }
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
        // A body that was cut short leaves the status before it.
        let cut = || text.find('{').and_then(|open| last_number(&text[..open], 400));
        draft.status = status(text).or_else(cut).or(draft.status);
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
    fn hints_are_no_part_of_the_message() {
        assert_eq!(plain_message("529 Overloaded. This is a server-side issue, usually temporary"), "Overloaded");
        assert_eq!(plain_message("Connection error."), "Connection error.");
    }
}
