//! Whether a verdict stands on the evidence of its packet: its words belong together, and what it says of an answer is there.

use serde_json::Value;

use super::{Faults, is_captured};
use crate::triage::explain;

pub(super) fn check(packet: &Value, faults: &mut Faults) {
    let (verdict, failure) = (&packet["verdict"], &packet["failure"]);
    belongs_together(verdict, faults);
    signature(verdict, faults);
    answer(verdict, failure, faults);
}

fn word<'a>(verdict: &'a Value, key: &str) -> &'a str {
    verdict[key].as_str().unwrap_or_default()
}

/// A cause belongs to some of the branches: those that there is advice for.
fn belongs_together(verdict: &Value, faults: &mut Faults) {
    let (branch, cause) = (word(verdict, "branch"), word(verdict, "cause"));
    if cause != "unknown" && !explain::all().iter().any(|e| e.branch.word() == branch && e.cause.word() == cause) {
        faults.add("/verdict/cause", "is no cause of this branch");
    }
}

/// The signature repeats cause and responder.
fn signature(verdict: &Value, faults: &mut Faults) {
    let parts: Vec<&str> = word(verdict, "signature").split('/').collect();
    if !matches!(parts.as_slice(), [_, cause, responder, _] if *cause == word(verdict, "cause") && *responder == word(verdict, "responder"))
    {
        faults.add("/verdict/signature", "is not of this cause and this responder");
    }
}

fn answer(verdict: &Value, failure: &Value, faults: &mut Faults) {
    let has = |key: &str| failure.get(key).is_some_and(is_captured);
    let (branch, reached, responder) =
        (word(verdict, "branch"), word(verdict, "reached_api"), word(verdict, "responder"));
    if responder == "api" && reached == "no" {
        faults.add("/verdict/responder", "says that the API answered a request that did not reach it");
    }
    if branch == "returned-api-error" && reached == "no" {
        faults.add("/verdict/branch", "says that the API answered, and the request did not reach it");
    }
    // The API gives the id of a request: where there is one, the request has arrived.
    if reached == "no" && responder == "api" && has("request_id") {
        faults.add("/verdict/reached_api", "says `no`, and the API answered with a request id");
    }
    if responder == "none" && has("http_status") {
        faults.add("/verdict/responder", "says that nobody answered, and there is a status");
    }
    if branch == "returned-api-error"
        && !["http_status", "error_type", "request_id", "error_message", "error_string"].iter().any(|key| has(key))
    {
        faults.add("/verdict/branch", "says that the API answered, and nothing of an answer is there");
    }
    if branch != "unknown" && !is_captured(failure) {
        faults.add("/verdict/branch", "judges a failure, and there is none");
    }
}
