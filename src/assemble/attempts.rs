//! Attempts: what was tried, in order, and what came of it.

use crate::model::command_run::CommandRun;
use crate::model::failure::Failure;
use crate::model::packet::{Attempt, Repeats};
use crate::model::safe::Timestamp;
use crate::model::{AbsenceReason, Collected, Evidence, Provenance, Raw};
use crate::retry::{Comparison, Judged};

/// Longest outcome, in characters: a few words, the whole text stands in the failure.
const OUTCOME: usize = 120;
/// The conclusion of an attempt that changed nothing.
const REPEAT: &str = "repeat";

/// An attempt that evpack made itself, and what it found out about it.
pub struct Tried {
    /// The attempts before it, as the former packet tells them.
    pub former: Vec<Attempt<Collected>>,
    /// How many of the last failures are its own.
    pub new: usize,
    /// What differs from the attempt it is compared with.
    pub found: Comparison,
    /// What that proves.
    pub judged: Judged,
}

/// The attempts that the failures show. Each failure is one; retries that the client made by itself are a line of their own
/// right after it, because they changed nothing.
#[must_use]
pub fn attempts(failures: &[Failure<Collected>]) -> Vec<Attempt<Collected>> {
    let mut attempts: Vec<Attempt<Collected>> = Vec::new();
    for (at, failure) in failures.iter().enumerate() {
        let n = number(attempts.len());
        attempts.push(attempt(n, failure.occurred_at.clone(), told(failure), Some(format!("/failures/{at}"))));
        attempts.extend(hidden_retries(n.saturating_add(1), at, failure));
    }
    attempts
}

/// The one attempt of a command whose output shows no failure of an API call.
pub(super) fn of_run(run: &CommandRun<Collected>) -> Attempt<Collected> {
    attempt(1, Evidence::captured(run.ended_at.clone(), Provenance::derived(RUN)), run_outcome(run), None)
}

/// What came of a run whose output shows no failure of an API call.
fn run_outcome(run: &CommandRun<Collected>) -> Raw<String> {
    match (run.signal, run.exit_code) {
        (Some(signal), _) => Raw::new(format!("ended by signal {signal}, and no failure of an API call in the output")),
        (None, 0) => Raw::text("succeeded: exit code 0, and no failure of an API call in the output"),
        (None, code) => Raw::new(format!("exit code {code}, and no failure of an API call in the output")),
    }
}

/// The place that the time of a command's end comes from.
const RUN: &str = "the end of the command";

/// Gives the last failure the time at which the command ended, where its output tells none.
pub(super) fn date(failures: &mut [Failure<Collected>], run: &CommandRun<Collected>) {
    if let Some(last) = failures.last_mut().filter(|last| !last.occurred_at.is_captured()) {
        last.occurred_at = Evidence::captured(run.ended_at.clone(), Provenance::derived(RUN));
    }
}

/// The attempts of a former packet, and the one that was made now. `failures` has those of both.
#[must_use]
pub(super) fn with_former(
    tried: Tried,
    run: &CommandRun<Collected>,
    failures: &[Failure<Collected>],
) -> Vec<Attempt<Collected>> {
    let Tried { former, new, found, judged } = tried;
    let mut attempts = former;
    let n = attempts.iter().map(|attempt| attempt.n).max().unwrap_or(0).saturating_add(1);
    let last = (new > 0).then(|| failures.last()).flatten();
    let index = failures.len().saturating_sub(1);
    let outcome = last.map_or_else(|| run_outcome(run), told);
    let at = Evidence::captured(run.started_at.clone(), Provenance::derived("the start of the command"));
    let mut this = attempt(n, at, outcome, last.map(|_| format!("/failures/{index}")));
    let texts = |names: Vec<String>| names.into_iter().map(Raw::new).collect();
    this.repeats = (judged.conclusion == REPEAT).then(|| repeats(&attempts, this.failure.is_some()));
    this.changed = texts(judged.changed);
    this.followed = texts(judged.followed);
    this.not_compared = texts(found.not_compared);
    this.conclusion = Some(Raw::new(judged.conclusion));
    attempts.push(this);
    attempts.extend(last.and_then(|failure| hidden_retries(n.saturating_add(1), index, failure)));
    attempts
}

fn attempt(
    n: u32,
    at: Evidence<Collected, Timestamp>,
    outcome: Raw<String>,
    failure: Option<String>,
) -> Attempt<Collected> {
    Attempt {
        n,
        at,
        outcome,
        failure,
        changed: Vec::new(),
        followed: Vec::new(),
        not_compared: Vec::new(),
        repeats: None,
        conclusion: None,
    }
}

/// The line of retries that the client made by itself.
fn hidden_retries(n: u32, at: usize, failure: &Failure<Collected>) -> Option<Attempt<Collected>> {
    let count = failure.retry_count.value().copied().filter(|count| *count > 0)?;
    let word = if count == 1 { "retry" } else { "retries" };
    let unknown = Evidence::absent(AbsenceReason::NotInInput, "failure.occurred_at");
    let said = Raw::new(format!("{count} {word} by the client itself, same result"));
    Some(Attempt { conclusion: Some(Raw::text(REPEAT)), ..attempt(n, unknown, said, Some(format!("/failures/{at}"))) })
}

/// How often the same path failed: this attempt, and those before it back to the one that changed something last.
fn repeats(former: &[Attempt<Collected>], failed_now: bool) -> Repeats {
    let (mut failed, mut of) = (u32::from(failed_now), 1);
    for (at, attempt) in former.iter().enumerate().rev() {
        let before = at.checked_sub(1).and_then(|at| former.get(at));
        // The client's own retries are part of the attempt before them.
        if attempt.failure.is_some() && before.is_some_and(|before| before.failure == attempt.failure) {
            continue;
        }
        of += 1;
        failed += u32::from(attempt.failure.is_some());
        if attempt.conclusion.as_ref().is_none_or(|conclusion| conclusion.expose() != REPEAT) {
            break;
        }
    }
    Repeats::new(failed, of)
}

fn number(before: usize) -> u32 {
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}

/// What came of it, and whether the program went on after it.
fn told(failure: &Failure<Collected>) -> Raw<String> {
    let words = outcome(failure);
    match failure.handled {
        Some(true) => Raw::new(format!("{}, caught by the program", words.expose())),
        _ => words,
    }
}

/// What came of it, in a few words: status and type where something answered, else the words of the error.
fn outcome(failure: &Failure<Collected>) -> Raw<String> {
    use crate::model::OrText;
    let status = failure.http_status.value().map(|status| format!("HTTP {status}"));
    let word = failure.error_type.value().map(|word| match word {
        OrText::Safe(word) => word.as_str().to_owned(),
        OrText::Text(text) => text.expose().clone(),
    });
    let known: Vec<String> = status.into_iter().chain(word).collect();
    if !known.is_empty() {
        return Raw::new(known.join(" "));
    }
    let innermost = failure.cause_chain.last().map(|link| link.message.expose()).filter(|text| !text.is_empty());
    let own = [&failure.error_message, &failure.error_string, &failure.exception_class];
    let text = innermost.or_else(|| own.into_iter().find_map(|text| text.value().map(Raw::expose)));
    let words = text.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default();
    if words.is_empty() {
        return Raw::text("failed, and the input does not say how");
    }
    match words.char_indices().nth(OUTCOME) {
        Some((end, _)) => Raw::new(format!("{} ...", &words[..end])),
        None => Raw::new(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::OrText;
    use crate::model::safe::HttpStatus;
    use crate::model::vocabulary::{InputFormat, Surface};

    fn overloaded(retries: u32) -> Failure<Collected> {
        let seen = || Provenance::input("a.log", 7);
        let mut failure = Failure::at(Surface::PythonSdk, Raw::text("a.log"), InputFormat::PythonTraceback, 7);
        failure.http_status = HttpStatus::new(529).map_or(failure.http_status, |s| Evidence::captured(s, seen()));
        failure.error_type = Evidence::captured(OrText::parse("overloaded_error"), seen());
        failure.retry_count = Evidence::captured(retries, seen());
        failure
    }

    #[test]
    fn hidden_retries_are_one_line_and_change_nothing() {
        let failures = [overloaded(3), overloaded(0)];
        let attempts = attempts(&failures);
        let outcomes: Vec<&str> = attempts.iter().map(|attempt| attempt.outcome.expose().as_str()).collect();
        let repeat = "3 retries by the client itself, same result";
        assert_eq!(outcomes, ["HTTP 529 overloaded_error", repeat, "HTTP 529 overloaded_error"]);
        assert_eq!(attempts.iter().map(|attempt| attempt.n).collect::<Vec<_>>(), [1, 2, 3]);
        assert!(attempts.iter().all(|attempt| attempt.changed.is_empty()));
        let conclusions: Vec<_> =
            attempts.iter().map(|a| a.conclusion.as_ref().map(|text| text.expose().as_str())).collect();
        assert_eq!(conclusions, [None, Some("repeat"), None]);
    }

    fn tried(former: Vec<Attempt<Collected>>, new: usize, conclusion: &str) -> Tried {
        let judged = Judged { changed: vec![], followed: vec![], conclusion: conclusion.into() };
        Tried { former, new, found: Comparison::default(), judged }
    }

    fn run(exit_code: i32) -> CommandRun<Collected> {
        let at = Timestamp::new(chrono::DateTime::parse_from_rfc3339("2026-11-28T06:00:00Z").unwrap());
        CommandRun {
            command: Raw::text("curl"),
            started_at: at.clone(),
            ended_at: at,
            duration_seconds: None,
            exit_code,
            signal: None,
            output_bytes: 0,
            on_terminal: false,
            environment_of: None,
            changed_meanwhile: Vec::new(),
        }
    }

    #[test]
    fn repeats_are_counted_back_to_the_last_change_and_hidden_retries_are_not() {
        let failures = [overloaded(2)];
        let first = attempts(&failures);
        let second = with_former(tried(first, 1, "repeat"), &run(1), &[overloaded(2), overloaded(0)]);
        assert_eq!(second.last().unwrap().repeats, Some(Repeats::new(2, 2)));
        assert_eq!(second.last().unwrap().failure.as_deref(), Some("/failures/1"));
        let third = with_former(tried(second.clone(), 0, "repeat"), &run(0), &failures);
        let last = third.last().unwrap();
        assert_eq!((last.n, last.failure.as_deref(), last.repeats), (4, None, Some(Repeats::new(2, 3))));
        assert_eq!(last.repeats.unwrap().kind, "intermittent");
        let changed = with_former(tried(second, 0, "one-change: x"), &run(0), &failures);
        let again = with_former(tried(changed, 0, "repeat"), &run(0), &failures);
        assert_eq!(again.last().unwrap().repeats, Some(Repeats::new(0, 2)));
    }
}
