//! Attempts: what was tried, in order, and what came of it.

use crate::model::command_run::CommandRun;
use crate::model::failure::Failure;
use crate::model::packet::Attempt;
use crate::model::verdict::Verdict;
use crate::model::{AbsenceReason, Collected, Evidence, Provenance, Raw};

/// Longest outcome, in characters: a few words, the whole text stands in the failure.
const OUTCOME: usize = 120;

/// The attempts that the failures show. Each failure is one; retries that the client made by itself are a line of their own
/// right after it, because they changed nothing.
#[must_use]
pub fn attempts(failures: &[Failure<Collected>], verdict: &Verdict<Collected>) -> Vec<Attempt<Collected>> {
    let mut attempts: Vec<Attempt<Collected>> = Vec::new();
    let last = failures.len().saturating_sub(1);
    for (at, failure) in failures.iter().enumerate() {
        let conclusion = (at == last).then(|| Raw::new(format!("{} / {}", verdict.branch, verdict.cause)));
        let retries = failure.retry_count.value().copied().filter(|count| *count > 0);
        let pointer = Some(format!("/failures/{at}"));
        let first = Attempt {
            n: number(attempts.len()),
            at: failure.occurred_at.clone(),
            outcome: outcome(failure),
            failure: pointer.clone(),
            changed: Vec::new(),
            conclusion: if retries.is_none() { conclusion.clone() } else { None },
        };
        attempts.push(first);
        if let Some(count) = retries {
            let word = if count == 1 { "retry" } else { "retries" };
            attempts.push(Attempt {
                n: number(attempts.len()),
                at: Evidence::absent(AbsenceReason::NotInInput, "failure.occurred_at"),
                outcome: Raw::new(format!("{count} {word} by the client itself, same result")),
                failure: pointer,
                changed: Vec::new(),
                conclusion,
            });
        }
    }
    attempts
}

/// The one attempt of a command whose output shows no failure of an API call.
pub(super) fn of_run(run: &CommandRun<Collected>) -> Attempt<Collected> {
    let outcome = run.signal.map_or_else(
        || format!("exit code {}, and no failure of an API call in the output", run.exit_code),
        |signal| format!("ended by signal {signal}, and no failure of an API call in the output"),
    );
    Attempt {
        n: 1,
        at: Evidence::captured(run.ended_at.clone(), Provenance::derived(RUN)),
        outcome: Raw::new(outcome),
        failure: None,
        changed: Vec::new(),
        conclusion: None,
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

fn number(before: usize) -> u32 {
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
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
    use crate::model::clues::Clues;
    use crate::model::safe::HttpStatus;
    use crate::model::vocabulary::{InputFormat, Surface};
    use crate::triage::judge_failure;

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
        let verdict = judge_failure(&failures[1], &Clues::default(), None, None);
        let attempts = attempts(&failures, &verdict);
        let outcomes: Vec<&str> = attempts.iter().map(|attempt| attempt.outcome.expose().as_str()).collect();
        let repeat = "3 retries by the client itself, same result";
        assert_eq!(outcomes, ["HTTP 529 overloaded_error", repeat, "HTTP 529 overloaded_error"]);
        assert_eq!(attempts.iter().map(|attempt| attempt.n).collect::<Vec<_>>(), [1, 2, 3]);
        assert!(attempts.iter().all(|attempt| attempt.changed.is_empty()));
        assert_eq!(
            attempts[2].conclusion.as_ref().map(|c| c.expose().as_str()),
            Some("returned-api-error / overloaded")
        );
        assert!(attempts[0].conclusion.is_none());
    }
}
