//! A finding: the verdict before the advice, with the reasons that led to it.

use super::kind::Kind;
use super::passage::Passage;
use super::scene::Scene;
use crate::model::vocabulary::{Branch, Cause, Confidence, ReachedApi, Responder};

/// One reason, with its place in the packet. Its text is captured text: it leaves only inside `Raw`.
#[derive(Clone)]
pub(crate) struct Reason {
    /// The sentence.
    pub(crate) statement: String,
    /// JSON pointer.
    pub(crate) pointer: &'static str,
    /// Line in the input.
    pub(crate) line: Option<u64>,
}

impl Reason {
    /// A reason that quotes the text it rests on.
    #[must_use]
    pub(crate) fn quoting(passage: &Passage, at: usize, what: &str) -> Self {
        let statement = format!("The text says \"{}\", {what}.", passage.quote(at));
        Self { statement, pointer: passage.pointer, line: passage.line }
    }

    /// A reason in words of its own about a field of the failure.
    #[must_use]
    pub(crate) fn stating(scene: &Scene<'_>, pointer: &'static str, what: &str) -> Self {
        let mut letters = what.chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
        let statement = format!("{first}{}.", letters.as_str());
        Self { statement, pointer, line: Some(line_of(scene, pointer)) }
    }

    /// The reason that an HTTP status is.
    #[must_use]
    pub(crate) fn status(scene: &Scene<'_>) -> Self {
        let code = scene.status.unwrap_or_default();
        Self::stating(scene, "/failure/http_status", &format!("something answered with HTTP status {code}"))
    }
}

/// The line of a field, or the line that decides the failure.
fn line_of(scene: &Scene<'_>, pointer: &str) -> u64 {
    let failure = scene.failure;
    let provenance = match pointer {
        "/failure/request_id" => failure.request_id.provenance(),
        "/failure/http_status" => failure.http_status.provenance(),
        "/failure/error_type" => failure.error_type.provenance(),
        "/failure/error_message" => failure.error_message.provenance(),
        "/failure/exception_class" => failure.exception_class.provenance(),
        "/failure/response" => failure.response.provenance(),
        _ => failure.error_string.provenance(),
    };
    provenance.and_then(|provenance| provenance.line).unwrap_or(failure.source.deciding_line)
}

/// The verdict before the advice.
#[derive(Clone)]
pub(crate) struct Finding {
    /// The road.
    pub(crate) branch: Branch,
    /// What went wrong.
    pub(crate) cause: Cause,
    /// Whether the request reached the API.
    pub(crate) reached: ReachedApi,
    /// Who answered.
    pub(crate) responder: Responder,
    /// How sure this is.
    pub(crate) confidence: Confidence,
    /// The kind that decided, which may have advice of its own.
    pub(crate) kind: Option<&'static Kind>,
    /// Name of the responder, such as `litellm`.
    pub(crate) name: Option<&'static str>,
    /// A name of the surroundings that has advice of its own, such as `dead-loopback`; it goes before the kind's.
    pub(crate) setting: Option<&'static str>,
    /// Why.
    pub(crate) reasons: Vec<Reason>,
}

impl Default for Finding {
    fn default() -> Self {
        Self {
            branch: Branch::Unknown,
            cause: Cause::Unknown,
            reached: ReachedApi::Unknown,
            responder: Responder::Unknown,
            confidence: Confidence::Low,
            kind: None,
            name: None,
            setting: None,
            reasons: Vec::new(),
        }
    }
}

impl Finding {
    /// Adds a reason.
    pub(crate) fn because(&mut self, reason: Reason) {
        self.reasons.push(reason);
    }
}
