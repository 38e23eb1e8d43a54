//! Records of the hooks of `evpack run --trace`: one JSON object a line, an error of an SDK as the program saw it.

use serde::Deserialize;

use super::draft::{Cause, Draft, Weight};
use super::event::Event;
use super::text::Doc;
use super::{ids, time};
use crate::model::vocabulary::{InputFormat, Surface};

/// What every record begins with.
pub(super) const MARK: &str = "{\"evpack_hook\":";

#[derive(Deserialize)]
struct Record {
    runtime: String,
    how: Option<String>,
    at: Option<String>,
    class: Option<String>,
    message: Option<String>,
    status: Option<u16>,
    error_type: Option<String>,
    error_message: Option<String>,
    request_id: Option<String>,
    retries: Option<u32>,
    max_retries: Option<u32>,
    timeout_seconds: Option<f64>,
    #[serde(default)]
    causes: Vec<Link>,
}

#[derive(Deserialize)]
struct Link {
    class: Option<String>,
    #[serde(default)]
    message: String,
    code: Option<String>,
}

/// Reads a record, if the line is one.
pub(super) fn read(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let row = doc.raw(at).trim();
    // `json.dumps` puts a blank after the colon.
    if !row.starts_with(MARK) {
        return None;
    }
    let record: Record = serde_json::from_str(row).ok()?;
    let mut draft = Draft::at(at, InputFormat::SdkHook);
    draft.surface = match record.runtime.as_str() {
        "python" => Some(Surface::PythonSdk),
        "node" => Some(Surface::TypescriptSdk),
        _ => None,
    };
    draft.weight = Weight::Strong;
    draft.error_string = match (&record.class, record.message.as_deref().or(record.error_message.as_deref())) {
        (Some(class), Some(message)) => Some(format!("{class}: {message}")),
        (class, message) => class.clone().or(message.map(str::to_owned)),
    };
    draft.class = record.class;
    draft.status = record.status;
    draft.answered = record.status.is_some();
    draft.error_type = record.error_type;
    draft.message_of_body = record.error_message.is_some();
    draft.message = record.error_message.or(record.message);
    draft.ids.extend(record.request_id.as_deref().and_then(ids::clean));
    (draft.retries, draft.max_retries) = (record.retries, record.max_retries);
    draft.timeout = record.timeout_seconds;
    draft.time = record.at.as_deref().and_then(time::read).map(|read| read.at);
    let cause = |link: Link| Cause { class: link.class, message: link.message, code: link.code };
    draft.handled = record.how.map(|how| how != "uncaught");
    draft.causes = record.causes.into_iter().map(cause).collect();
    out.push(Event::failed(draft));
    Some(at + 1)
}
