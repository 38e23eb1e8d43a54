//! The former attempts, as a packet tells them. The packet may come from anyone: every text of it is captured text again.

use chrono::{DateTime, NaiveDateTime};
use serde_json::Value;

use super::{Outcome, Seen, seen_in_packet};
use crate::model::failure::{CauseLink, Failure};
use crate::model::packet::{Attempt, Repeats};
use crate::model::safe::{HttpStatus, Seconds, Timestamp};
use crate::model::vocabulary::{InputFormat, ReachedApi, Surface};
use crate::model::{AbsenceReason, Collected, Evidence, OrText, Provenance, Raw, SafeShape};

/// Failures that are carried on; the last ones.
const MOST_FAILURES: usize = 10;
/// Attempts that are carried on; the last ones.
const MOST_ATTEMPTS: usize = 50;
/// Links of a chain of causes that are carried on.
const MOST_CAUSES: usize = 12;

/// What a packet tells of the attempts before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    /// Id of the packet.
    pub packet_id: String,
    /// When it was made.
    pub created_at: String,
    /// The client that failed.
    pub surface: Surface,
    /// What came of its last attempt.
    pub outcome: Outcome,
    /// The cause of its verdict.
    pub cause: String,
    /// Failures, so that pointers of attempts still lead somewhere.
    pub failures: Vec<Failure<Collected>>,
    /// Attempts.
    pub attempts: Vec<Attempt<Collected>>,
    /// Its path, as far as the packet itself tells it.
    pub seen: Vec<Seen>,
    /// The command, where the packet tells it.
    pub command: Option<Raw<String>>,
}

impl Former {
    /// Reads it from `packet.json`.
    #[must_use]
    pub fn read(packet: &Value) -> Self {
        let text = |pointer: &str| words(packet, pointer).unwrap_or_default();
        // A packet read from Markdown carries its last failure only.
        let last: Vec<Value> =
            packet.get("failure").filter(|failure| failure.get("absent").is_none()).cloned().into_iter().collect();
        let listed = packet.get("failures").and_then(Value::as_array).map(Vec::as_slice);
        let all = listed.unwrap_or(&last);
        let attempts = packet.get("attempts").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let left_out = match listed {
            Some(all) => all.len().saturating_sub(MOST_FAILURES),
            None => attempts.iter().filter_map(failure_of).max().unwrap_or(0),
        };
        let failures: Vec<_> = all[all.len().saturating_sub(MOST_FAILURES)..].iter().map(failure).collect();
        let first = attempts.len().saturating_sub(MOST_ATTEMPTS);
        let mut attempts: Vec<_> = attempts[first..].iter().map(|one| attempt(one, left_out, failures.len())).collect();
        if attempts.is_empty() && !failures.is_empty() {
            attempts.push(attempt(&only_attempt(&all[all.len() - 1], failures.len() - 1), 0, failures.len()));
        }
        let surface = Surface::from_word(&text("/verdict/surface")).unwrap_or(Surface::Unknown);
        let last = attempts.last().map(|attempt| attempt.failure.is_some());
        let outcome = match (last, all.is_empty()) {
            (Some(false), false) => Outcome::Succeeded,
            (_, true) => Outcome::FailedOtherwise,
            _ => Outcome::Failed {
                reached: ReachedApi::from_word(&text("/verdict/reached_api")).unwrap_or(ReachedApi::Unknown),
                signature: text("/verdict/signature"),
                cause: text("/verdict/cause"),
            },
        };
        Self {
            packet_id: text("/packet_id"),
            created_at: text("/created_at"),
            surface,
            outcome,
            cause: text("/verdict/cause"),
            failures,
            attempts,
            seen: seen_in_packet(packet),
            command: words(packet, "/reproduction/command").map(Raw::new),
        }
    }

    /// The number of the next attempt.
    #[must_use]
    pub fn next(&self) -> u32 {
        self.attempts.iter().map(|attempt| attempt.n).max().unwrap_or(0).saturating_add(1)
    }
}

fn words(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

/// The index of the failure that an attempt points to.
fn failure_of(attempt: &Value) -> Option<usize> {
    words(attempt, "/failure")?.strip_prefix("/failures/")?.parse().ok()
}

/// The attempt of a failure where the packet lists none.
fn only_attempt(failure: &Value, index: usize) -> Value {
    let status = failure.get("http_status").and_then(Value::as_u64).map(|status| format!("HTTP {status}"));
    let outcome = status.or_else(|| words(failure, "/error_string")).unwrap_or_else(|| "failed".to_owned());
    let outcome: String = outcome.chars().take(120).collect();
    serde_json::json!({
        "n": 1, "at": failure.get("occurred_at"), "outcome": outcome, "failure": format!("/failures/{index}"),
    })
}

fn attempt(value: &Value, left_out: usize, carried: usize) -> Attempt<Collected> {
    let list = |key: &str| {
        let names = value.get(key).and_then(Value::as_array);
        names.into_iter().flatten().filter_map(Value::as_str).map(Raw::text).collect()
    };
    let number = |pointer: &str| value.pointer(pointer).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let index = failure_of(value);
    let index = index.and_then(|index| index.checked_sub(left_out)).filter(|index| *index < carried);
    Attempt {
        n: number("/n").unwrap_or(0),
        at: time(value.get("at"), "failure.occurred_at"),
        outcome: Raw::new(words(value, "/outcome").unwrap_or_default()),
        failure: index.map(|index| format!("/failures/{index}")),
        changed: list("changed"),
        followed: list("followed"),
        not_compared: list("not_compared"),
        repeats: number("/repeats/failed")
            .zip(number("/repeats/of"))
            .map(|(failed, of)| Repeats::new(failed.min(of), of)),
        conclusion: words(value, "/conclusion").map(Raw::new),
    }
}

fn time(value: Option<&Value>, topic: &str) -> Evidence<Collected, Timestamp> {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    let zoned = DateTime::parse_from_rfc3339(text).ok().map(Timestamp::new);
    let parsed =
        zoned.or_else(|| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(Timestamp::local));
    Evidence::from_option(parsed, seen(), AbsenceReason::NotInInput, topic)
}

fn seen() -> Provenance<Collected> {
    Provenance::derived("the former packet")
}

fn safe<T: SafeShape>(value: &Value, pointer: &str, topic: &str) -> Evidence<Collected, OrText<Collected, T>> {
    let text = words(value, pointer).map(|text| OrText::parse(&text));
    Evidence::from_option(text, seen(), AbsenceReason::NotInInput, topic)
}

fn failure(value: &Value) -> Failure<Collected> {
    let text = |pointer: &str| words(value, pointer);
    let surface = text("/surface").and_then(|word| Surface::from_word(&word)).unwrap_or(Surface::Unknown);
    let format = text("/source/format").and_then(|word| InputFormat::from_word(&word));
    let line = |key: &str| value.pointer(key).and_then(Value::as_u64).unwrap_or(1);
    let input = Raw::new(text("/source/input").unwrap_or_else(|| "the former packet".to_owned()));
    let mut out = Failure::at(surface, input, format.unwrap_or(InputFormat::PlainText), line("/source/first_line"));
    out.source.last_line = line("/source/last_line");
    out.source.deciding_line = line("/source/deciding_line");
    let evidence = |pointer: &str, topic: &str| {
        Evidence::from_option(text(pointer).map(Raw::new), seen(), AbsenceReason::NotInInput, topic)
    };
    out.exception_class = evidence("/exception_class", "failure.exception_class");
    out.error_string = evidence("/error_string", "failure.error_string");
    out.error_message = evidence("/error_message", "failure.error_message");
    out.error_type = safe(value, "/error_type", "failure.error_type");
    out.request_id = safe(value, "/request_id", "failure.request_id");
    let number = |pointer: &str| value.pointer(pointer).and_then(Value::as_u64);
    let count = |pointer: &str, topic: &str| {
        let count = number(pointer).and_then(|count| u32::try_from(count).ok());
        Evidence::from_option(count, seen(), AbsenceReason::NotInInput, topic)
    };
    let status = number("/http_status").and_then(|code| u16::try_from(code).ok()).and_then(HttpStatus::new);
    out.http_status = Evidence::from_option(status, seen(), AbsenceReason::NotInInput, "failure.http_status");
    out.retry_count = count("/retry_count", "failure.retry_count");
    out.max_retries = count("/max_retries", "failure.max_retries");
    let seconds = value.pointer("/timeout_seconds").and_then(Value::as_f64).and_then(Seconds::new);
    out.timeout_seconds = Evidence::from_option(seconds, seen(), AbsenceReason::NotInInput, "failure.timeout_seconds");
    out.occurred_at = time(value.get("occurred_at"), "failure.occurred_at");
    let ids = value.get("request_ids").and_then(Value::as_array);
    out.request_ids =
        ids.into_iter().flatten().filter_map(Value::as_str).take(MOST_CAUSES).map(OrText::parse).collect();
    let chain = value.get("cause_chain").and_then(Value::as_array);
    let cause = |link: &Value| CauseLink {
        class: words(link, "/class").map(Raw::new),
        message: Raw::new(words(link, "/message").unwrap_or_default()),
        code: words(link, "/code").map(Raw::new),
        // The line counts in an input of the former packet, not of this one.
        line: None,
    };
    out.cause_chain = chain.into_iter().flatten().take(MOST_CAUSES).map(cause).collect();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_of_anyone_gives_attempts_whose_pointers_lead_somewhere() {
        let failures: Vec<Value> = (0..12).map(|n| serde_json::json!({"error_string": format!("e{n}")})).collect();
        let attempts: Vec<Value> = (0..12)
            .map(|n| serde_json::json!({"n": n + 1, "outcome": "x", "failure": format!("/failures/{n}")}))
            .collect();
        let former = Former::read(&serde_json::json!({"failures": failures, "attempts": attempts}));
        assert_eq!((former.failures.len(), former.next()), (10, 13));
        assert_eq!(former.attempts[0].failure, None);
        assert_eq!(former.attempts[2].failure.as_deref(), Some("/failures/0"));
        let last = Former::read(&serde_json::json!({"failure": {"http_status": 529}, "attempts": [
            {"n": 1, "outcome": "x", "failure": "/failures/0"}, {"n": 2, "outcome": "y", "failure": "/failures/1"}]}));
        assert_eq!((last.failures.len(), last.attempts[1].failure.as_deref()), (1, Some("/failures/0")));
        let alone = Former::read(&serde_json::json!({"failure": {"http_status": 529}}));
        assert_eq!((alone.next(), alone.attempts[0].outcome.expose().as_str()), (2, "HTTP 529"));
        for hostile in
            [serde_json::json!(null), serde_json::json!([1]), serde_json::json!({"attempts": 7, "failures": {}})]
        {
            assert_eq!(Former::read(&hostile).next(), 1);
        }
    }
}
