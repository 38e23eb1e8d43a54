//! A failure while it is being read, and how it becomes a [`Failure`].

use std::collections::BTreeMap;

use super::text::Doc;
use super::words;
use crate::model::failure::{BodyKind, CauseLink, Failure, Request, Response};
use crate::model::safe::{HttpStatus, Seconds, Timestamp};
use crate::model::vocabulary::{InputFormat, Surface};
use crate::model::{Collected, Evidence, OrText, Provenance, Raw};

/// How much a text says that this is the failure of an API call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// An error, and nothing ties it to a request.
    Weak,
    /// An error that a request made.
    #[default]
    Plain,
    /// The client's own final word.
    Strong,
}

/// One link of a chain of causes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cause {
    pub(super) class: Option<String>,
    pub(super) message: String,
    pub(super) code: Option<String>,
}

/// The request as far as it is seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) method: Option<String>,
    pub(super) url: Option<String>,
    pub(super) model: Option<String>,
    pub(super) stream: Option<bool>,
    pub(super) max_tokens: Option<u64>,
    pub(super) messages: Option<u64>,
    pub(super) tools: Option<u64>,
    pub(super) blocks: Option<u64>,
}

impl Sent {
    /// Whether anything is known.
    pub(super) fn any(&self) -> bool {
        *self != Self::default()
    }

    /// Fills what is missing from another.
    pub(super) fn fill(&mut self, other: &Self) {
        fn take<T: Clone>(mine: &mut Option<T>, theirs: Option<&T>) {
            if mine.is_none() {
                *mine = theirs.cloned();
            }
        }
        take(&mut self.method, other.method.as_ref());
        // A whole URL outranks a path.
        if self.url.as_ref().is_none_or(|url| url.starts_with('/')) && other.url.is_some() {
            self.url.clone_from(&other.url);
        }
        take(&mut self.model, other.model.as_ref());
        take(&mut self.stream, other.stream.as_ref());
        take(&mut self.max_tokens, other.max_tokens.as_ref());
        take(&mut self.messages, other.messages.as_ref());
        take(&mut self.tools, other.tools.as_ref());
        take(&mut self.blocks, other.blocks.as_ref());
    }
}

/// A failure while it is being read; lines are indexes into the document.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) surface: Option<Surface>,
    pub(super) format: Option<InputFormat>,
    pub(super) weight: Weight,
    pub(super) class: Option<String>,
    pub(super) error_string: Option<String>,
    pub(super) status: Option<u16>,
    pub(super) error_type: Option<String>,
    pub(super) message: Option<String>,
    pub(super) message_of_body: bool,
    pub(super) ids: Vec<String>,
    pub(super) retries: Option<u32>,
    pub(super) max_retries: Option<u32>,
    pub(super) timeout: Option<f64>,
    pub(super) time: Option<Timestamp>,
    pub(super) causes: Vec<Cause>,
    pub(super) body: Option<BodyKind>,
    pub(super) body_text: Option<String>,
    pub(super) headers: BTreeMap<&'static str, String>,
    pub(super) accepted: bool,
    pub(super) answered: bool,
    pub(super) sent: Sent,
    pub(super) handled: Option<bool>,
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) deciding: usize,
}

impl Draft {
    /// A draft at a line.
    pub(super) fn at(line: usize, format: InputFormat) -> Self {
        Self { format: Some(format), first: line, last: line, deciding: line, ..Self::default() }
    }

    /// The message that the packet shows: of the body, else of the innermost cause, else of the error itself.
    fn shown_message(&self) -> Option<&str> {
        let own = self.message.as_deref().filter(|text| !text.is_empty());
        let inner = self.causes.iter().rev().map(|cause| cause.message.as_str()).find(|text| !text.is_empty());
        if self.message_of_body { own.or(inner) } else { inner.or(own) }
    }

    fn response(&self) -> Option<Response<Collected>> {
        let any = !self.headers.is_empty() || self.body.is_some() || self.accepted || self.status.is_some();
        any.then(|| Response {
            body: self.body,
            body_text: self.body_text.as_deref().map(Raw::text),
            headers: self.headers.iter().map(|(name, value)| (*name, Raw::text(value.as_str()))).collect(),
            accepted: self.accepted,
        })
    }

    fn request(&self) -> Option<Request<Collected>> {
        let sent = &self.sent;
        sent.any().then(|| Request {
            method: sent.method.as_deref().map(Raw::text),
            url: sent.url.as_deref().map(Raw::text),
            model: sent.model.as_deref().map(OrText::parse),
            stream: sent.stream,
            max_tokens: sent.max_tokens,
            messages: sent.messages,
            tools: sent.tools,
            blocks: sent.blocks,
        })
    }

    /// The failure, with what is unknown said to be absent.
    pub(super) fn finish(self, doc: &Doc<'_>, label: &Raw<String>) -> Failure<Collected> {
        let surface = self.surface.unwrap_or(Surface::Unknown);
        let format = self.format.unwrap_or(InputFormat::PlainText);
        let line = doc.number(self.deciding);
        let mut failure = Failure::at(surface, label.clone(), format, line);
        failure.source.first_line = doc.number(self.first);
        failure.source.last_line = doc.number(self.last.max(self.deciding));
        let at = || Provenance::input(label.clone(), line);
        fill(&mut failure.http_status, self.status.and_then(HttpStatus::new), at());
        fill(&mut failure.error_message, self.shown_message().map(Raw::text), at());
        fill(&mut failure.response, self.response(), at());
        fill(&mut failure.request, self.request(), at());
        fill(&mut failure.exception_class, self.class.map(Raw::new), at());
        fill(&mut failure.error_string, self.error_string.map(Raw::new), at());
        fill(&mut failure.error_type, self.error_type.as_deref().map(OrText::parse), at());
        failure.handled = self.handled;
        failure.request_ids = self.ids.iter().map(|id| OrText::parse(id)).collect();
        fill(&mut failure.request_id, failure.request_ids.last().cloned(), at());
        fill(&mut failure.retry_count, self.retries, at());
        fill(&mut failure.max_retries, self.max_retries, at());
        fill(&mut failure.timeout_seconds, self.timeout.and_then(Seconds::new), at());
        fill(&mut failure.occurred_at, self.time, at());
        let (first, last) = (self.first, self.last.max(self.deciding));
        let chained = |cause: Cause| CauseLink {
            line: line_of(&cause, doc, first, last).map(|at| doc.number(at)),
            class: cause.class.map(Raw::new),
            message: Raw::new(cause.message),
            code: cause.code.map(Raw::new),
        };
        failure.cause_chain = self.causes.into_iter().map(chained).collect();
        failure
    }
}

/// Most lines of one failure in which the links of its chain are looked for.
const CHAIN_LINES: usize = 400;

/// The line of a failure that shows this cause: its class and the beginning of its message, or its code.
fn line_of(cause: &Cause, doc: &Doc<'_>, first: usize, last: usize) -> Option<usize> {
    let message = words::cut(cause.message.lines().next().unwrap_or_default().trim(), 60);
    let told = if message.is_empty() { cause.code.as_deref().unwrap_or_default() } else { message };
    let class = cause.class.as_deref().unwrap_or_default();
    let shows = |at: &usize| {
        let line = doc.clean(*at);
        line.contains(told) && line.contains(class)
    };
    (!told.is_empty() || !class.is_empty())
        .then(|| (first..doc.len().min(last + 1).min(first + CHAIN_LINES)).find(shows))
        .flatten()
}

fn fill<T>(slot: &mut Evidence<Collected, T>, value: Option<T>, provenance: Provenance<Collected>) {
    if let Some(value) = value {
        *slot = Evidence::captured(value, provenance);
    }
}
