//! HTML pages that stand alone: all that is left of an answer where only its body was pasted.

use super::draft::{Draft, Weight};
use super::event::Event;
use super::text::Doc;
use super::{facts, words};
use crate::model::failure::BodyKind;
use crate::model::vocabulary::InputFormat;

/// Most lines of one page that are read.
const LIMIT: usize = 60;
/// Most bytes before a page on its line: a status, or a word and a status.
const BEFORE: usize = 24;
/// Titles of pages that refuse: of proxies, firewalls and challenge pages.
const REFUSALS: &[&str] = &[
    "ccess Denied",
    "ccess denied",
    "locked",
    "Just a moment",
    "Attention Required",
    "Forbidden",
    "nternet Security by",
    "Error",
    "Unavailable",
    "Bad Gateway",
];

/// Reads a page that starts at a line, alone or behind a status, and that tells an error by its title or first heading.
pub(super) fn read(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let start = facts::html_start(&line.text)?;
    let before = line.text[..start].trim();
    // A print of an answer labels its body.
    let before = ["body:", "Body:", "response:", "Response:"]
        .iter()
        .find_map(|label| before.strip_suffix(label))
        .unwrap_or(before);
    let shown = facts::status(before).filter(|code| *code >= 400);
    if !before.is_empty() && (shown.is_none() || before.len() > BEFORE) {
        return None;
    }
    let mut page = line.text[start..].to_owned();
    let mut last = at;
    while last + 1 < doc.len().min(at + LIMIT) && !page.contains("</html>") && !page.contains("</HTML>") {
        last += 1;
        page.push('\n');
        page.push_str(&doc.clean(last));
    }
    let heading = |open: &str, close: &str| words::between(&page, open, close).map(words::collapse);
    let titles = [facts::html_title(&page), heading("<h1>", "</h1>"), heading("<H1>", "</H1>")];
    let title = titles.into_iter().flatten().find(|title| !title.is_empty())?;
    let code = shown.or_else(|| facts::status(&title)).filter(|code| *code >= 400);
    if code.is_none() && !words::has_any(&title, REFUSALS) {
        return None;
    }
    let mut draft = Draft::at(at, InputFormat::PlainText);
    draft.weight = Weight::Plain;
    draft.status = code;
    draft.body = Some(BodyKind::Html);
    draft.body_text = Some(words::cut(&page, 4096).to_owned());
    draft.message = Some(title.clone());
    draft.message_of_body = true;
    draft.error_string = Some(words::cut(&page, 2048).to_owned());
    draft.time.clone_from(&line.head.time);
    draft.last = last;
    out.push(Event::failed(draft));
    Some(last + 1)
}
