//! A failure as it was seen: what the client printed, what answered, and the chain of causes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::safe::{ErrorType, HttpStatus, ModelName, RequestId, Seconds, Timestamp};
use super::vocabulary::{InputFormat, Surface};
use super::{AbsenceReason, Collected, Evidence, OrText, Raw};
use crate::{staged, textless};

staged! {
    /// One link of a chain of causes, outermost exception excluded, in the order from the outer to the innermost.
    #[schemars(rename = "Cause_link")]
    pub struct CauseLink<S> {
        /// Class or type name, such as `httpx2.ConnectError`.
        pub class: Option<S::Text>,
        /// Its message.
        pub message: S::Text,
        /// Its machine code, such as `ECONNREFUSED` or `UND_ERR_SOCKET`.
        pub code: Option<S::Text>,
        /// Its line in the input, counted from 1, where the text shows it on a line of its own.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub line: Option<u64>,
    }
}

/// What kind of body an answer had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BodyKind {
    /// `{"type":"error","error":{"type":...,"message":...}}`, the form of Anthropic's API.
    AnthropicError,
    /// JSON of another form.
    OtherJson,
    /// An HTML page.
    Html,
    /// Other text.
    Text,
    /// No body.
    Empty,
}

textless!(BodyKind);

staged! {
    /// The answer to the request, as far as the input shows one.
    #[schemars(rename = "Response")]
    pub struct Response<S> {
        /// Kind of the body, where a body is shown.
        pub body: Option<BodyKind>,
        /// The body as far as the input shows it, bounded.
        pub body_text: Option<S::Text>,
        /// Headers of the allow-list in `ingest::headers`, lower-case names.
        pub headers: BTreeMap<&'static str, S::Text>,
        /// Whether headers of a successful (2xx) answer were seen before the failure.
        pub accepted: bool,
    }
}

staged! {
    /// The request, as far as the input shows it: its shape, never its content.
    #[schemars(rename = "Request")]
    pub struct Request<S> {
        /// HTTP method.
        pub method: Option<S::Text>,
        /// URL.
        pub url: Option<S::Text>,
        /// Model name.
        pub model: Option<OrText<S, ModelName>>,
        /// Whether it asked for a stream.
        pub stream: Option<bool>,
        /// `max_tokens`.
        pub max_tokens: Option<u64>,
        /// Number of messages.
        pub messages: Option<u64>,
        /// Number of tools.
        pub tools: Option<u64>,
        /// Number of content blocks, all messages together.
        pub blocks: Option<u64>,
    }
}

staged! {
    /// Where a failure stands in the input.
    #[schemars(rename = "Failure_source")]
    pub struct FailureSource<S> {
        /// Name of the input.
        pub input: S::Text,
        /// Form of the text it was found in.
        pub format: InputFormat,
        /// First line, counted from 1.
        pub first_line: u64,
        /// Last line, counted from 1.
        pub last_line: u64,
        /// The line that decides: that of the outermost error itself.
        pub deciding_line: u64,
    }
}

staged! {
    /// One failure, with what the input shows of it.
    #[schemars(rename = "Failure")]
    pub struct Failure<S> {
        /// The client that printed it.
        pub surface: Surface,
        /// Full name of the exception class, such as `anthropic.APIConnectionError`.
        pub exception_class: Evidence<S, S::Text>,
        /// The exact error text, without stack.
        pub error_string: Evidence<S, S::Text>,
        /// HTTP status. A proxy's answer to CONNECT is not one.
        pub http_status: Evidence<S, HttpStatus>,
        /// `error.type` of the body, or the provider's code.
        pub error_type: Evidence<S, OrText<S, ErrorType>>,
        /// `error.message` of the body; where there is no body, the message of the innermost cause or of the error.
        pub error_message: Evidence<S, S::Text>,
        /// Request id of the last answer.
        pub request_id: Evidence<S, OrText<S, RequestId>>,
        /// All request ids seen for this failure, in order, retries included.
        pub request_ids: Vec<OrText<S, RequestId>>,
        /// Retries that were made before this failure was reported.
        pub retry_count: Evidence<S, u32>,
        /// Configured maximum of retries.
        pub max_retries: Evidence<S, u32>,
        /// Configured timeout in seconds.
        pub timeout_seconds: Evidence<S, Seconds>,
        /// When it happened, by the input's own clock.
        pub occurred_at: Evidence<S, Timestamp>,
        /// Chain of causes from the outer to the innermost.
        pub cause_chain: Vec<CauseLink<S>>,
        /// The answer, where one came.
        pub response: Evidence<S, Response<S>>,
        /// The request, where the input shows it.
        pub request: Evidence<S, Request<S>>,
        /// Whether the program caught the error, where a hook of `evpack run --trace` saw that.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub handled: Option<bool>,
        /// Where it stands.
        pub source: FailureSource<S>,
    }
}

impl Failure<Collected> {
    /// A failure of which nothing is known but the place: every field is absent because the input does not show it.
    #[must_use]
    pub fn at(surface: Surface, input: Raw<String>, format: InputFormat, line: u64) -> Self {
        fn missing<T>(topic: &str) -> Evidence<Collected, T> {
            Evidence::absent(AbsenceReason::NotInInput, topic)
        }
        Self {
            surface,
            exception_class: missing("failure.exception_class"),
            error_string: missing("failure.error_string"),
            http_status: missing("failure.http_status"),
            error_type: missing("failure.error_type"),
            error_message: missing("failure.error_message"),
            request_id: missing("failure.request_id"),
            request_ids: Vec::new(),
            retry_count: missing("failure.retry_count"),
            max_retries: missing("failure.max_retries"),
            timeout_seconds: missing("failure.timeout_seconds"),
            occurred_at: missing("failure.occurred_at"),
            cause_chain: Vec::new(),
            response: missing("failure.response"),
            request: missing("failure.endpoint"),
            handled: None,
            source: FailureSource { input, format, first_line: line, last_line: line, deciding_line: line },
        }
    }
}
