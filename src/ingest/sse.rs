//! Streams of server-sent events, as they are dumped by clients and proxies.

use super::draft::{Draft, Weight};
use super::event::Event;
use super::text::Doc;
use super::{body, facts, words};
use crate::model::vocabulary::InputFormat;

/// Reads an `error` event, or notes that a stream began.
pub(super) fn read(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let text = line.text.trim_start();
    if text.starts_with("event: message_start") || text.starts_with("event:message_start") {
        let mut draft = Draft::at(at, InputFormat::ServerSentEvents);
        draft.accepted = true;
        out.push(Event::Answer(Box::new(draft)));
        return Some(at + 1);
    }
    if text.starts_with("event: message_stop") || text.starts_with("event:message_stop") {
        out.push(Event::Done);
        return Some(at + 1);
    }
    let named = text.starts_with("event: error") || text.starts_with("event:error");
    let data = text.strip_prefix("data:");
    let row = if named {
        (at + 1..doc.len().min(at + 4)).find(|n| doc.clean(*n).trim_start().starts_with("data:"))?
    } else {
        at
    };
    if !named && !data.is_some_and(|data| words::has_any(data, &["\"error\"", "'error'"])) {
        return None;
    }
    let window = doc.window(row, 10, 16 * 1024);
    let found = body::find(&window).filter(|found| found.error_type.is_some() || found.message.is_some())?;
    let (start, length) = found.place;
    let mut draft = Draft::at(at, InputFormat::ServerSentEvents);
    draft.weight = Weight::Strong;
    draft.last = row;
    draft.deciding = row;
    draft.time.clone_from(&line.head.time);
    facts::apply_body(&mut draft, &found, &window[start..start + length], doc);
    draft.error_string = Some(window[start..start + length].to_owned());
    draft.sent.stream = Some(true);
    out.push(Event::failed(draft));
    Some(row + 1)
}
