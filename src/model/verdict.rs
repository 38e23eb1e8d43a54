//! The verdict: which road the case goes down, who answered, why, and the one next step.

use super::vocabulary::{Branch, Cause, Confidence, ReachedApi, Responder, Surface};
use crate::staged;

staged! {
    /// One reason for the verdict, with a pointer to its evidence.
    #[schemars(rename = "Because")]
    pub struct Because<S> {
        /// The reason, in one sentence; it may quote captured text.
        pub statement: S::Text,
        /// JSON pointer into the packet, such as `/failure/request_id`.
        pub pointer: &'static str,
        /// Name of the input and line, where the evidence stands in an input.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub line: Option<u64>,
    }
}

staged! {
    /// What the evidence says.
    #[schemars(rename = "Verdict")]
    pub struct Verdict<S> {
        /// The road.
        pub branch: Branch,
        /// What went wrong.
        pub cause: Cause,
        /// Whether the request reached the API.
        pub reached_api: ReachedApi,
        /// Who produced the answer.
        pub responder: Responder,
        /// The client that failed.
        pub surface: Surface,
        /// How sure this is.
        pub confidence: Confidence,
        /// What this kind of failure means, in one sentence.
        pub summary: S::Text,
        /// Why: each reason with a pointer to its evidence. Never empty.
        pub because: Vec<Because<S>>,
        /// Exactly one variable to change, or one piece of evidence to collect, on the same path.
        pub next_step: S::Text,
        /// Moves to avoid.
        pub not_this: Vec<S::Text>,
        /// When to escalate, and to whom.
        pub escalate: S::Text,
        /// The same words for the same failure: normalised class, cause, responder and role of the host. No id, no secret.
        pub signature: String,
    }
}
