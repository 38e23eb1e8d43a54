//! One failure that several sources tell: what was printed, the debug log of the client, the record of a hook, a second input.
//!
//! A request id that two of them share is the same call, wherever it stands. Without one, a source of another kind may tell of the
//! same failure where nothing contradicts and class, status, code or words agree; one telling of a source is paired with one of
//! another, from the last back, so that several failures of one source stay several.

use std::ops::Range;

use super::words;
use crate::model::failure::{BodyKind, Failure};
use crate::model::safe::Timestamp;
use crate::model::vocabulary::{InputFormat, Surface};
use crate::model::{Collected, Evidence, OrText, Raw};

/// Failures that are looked at; the last ones. More are a log of hours, not one call told twice.
const MOST: usize = 300;
/// How far apart, in milliseconds, the clocks of two sources may be for one failure.
const NEAR: i64 = 10_000;

/// Who tells of a failure; the last one leads where several do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Teller {
    /// A log that the client keeps for debugging.
    Log,
    /// A hook of `evpack run --trace`.
    Hook,
    /// What the program printed.
    Print,
}

fn teller(failure: &Failure<Collected>) -> Teller {
    match failure.source.format {
        InputFormat::SdkHook => Teller::Hook,
        InputFormat::ClaudeCodeDebug
        | InputFormat::ClaudeCodeTranscript
        | InputFormat::PythonLog
        | InputFormat::TypescriptLog => Teller::Log,
        _ => Teller::Print,
    }
}

/// Makes one failure of those that tell of the same call. `one_run`: all inputs come from one run of one command, so that
/// what has no time is of the same time.
pub(super) fn join(failures: &mut Vec<Failure<Collected>>, one_run: bool) {
    let from = failures.len().saturating_sub(MOST);
    let mut recent: Vec<Option<Failure<Collected>>> = failures.drain(from..).map(Some).collect();
    // Prints lead; then hooks, where nothing was printed.
    for lead in [Teller::Print, Teller::Hook, Teller::Log] {
        for at in (0..recent.len()).rev() {
            if recent.get(at).and_then(Option::as_ref).is_some_and(|failure| teller(failure) == lead) {
                absorb(&mut recent, at, one_run);
            }
        }
    }
    failures.extend(recent.into_iter().flatten());
}

/// Takes into the failure at a place what others tell of it.
fn absorb(all: &mut [Option<Failure<Collected>>], at: usize, one_run: bool) {
    let Some(mut lead) = all.get_mut(at).and_then(Option::take) else { return };
    let whole = 0..all.len();
    for kind in [Teller::Print, Teller::Hook, Teller::Log] {
        let same_call = |other: &Failure<Collected>| teller(other) == kind && shares_id(&lead, other);
        let alike = |other: &Failure<Collected>| {
            teller(other) == kind && kind < teller(&lead) && is_same(&lead, other, one_run)
        };
        let place = last(all, whole.clone(), same_call).or_else(|| last(all, whole.clone(), alike));
        if let Some(other) = place.and_then(|place| all.get_mut(place)).and_then(Option::take) {
            fill(&mut lead, other);
        }
    }
    if let Some(slot) = all.get_mut(at) {
        *slot = Some(lead);
    }
}

/// The last failure that fits.
fn last(
    all: &[Option<Failure<Collected>>],
    range: Range<usize>,
    fits: impl Fn(&Failure<Collected>) -> bool,
) -> Option<usize> {
    range.rev().find(|at| all.get(*at).and_then(Option::as_ref).is_some_and(&fits))
}

fn shares_id(a: &Failure<Collected>, b: &Failure<Collected>) -> bool {
    a.request_ids.iter().any(|id| b.request_ids.contains(id))
}

/// Whether nothing contradicts, the times are near, and something decides.
fn is_same(a: &Failure<Collected>, b: &Failure<Collected>, one_run: bool) -> bool {
    fn differ<T: PartialEq>(a: &Evidence<Collected, T>, b: &Evidence<Collected, T>) -> bool {
        a.value().zip(b.value()).is_some_and(|(a, b)| a != b)
    }
    let other_client = a.surface != b.surface && ![a.surface, b.surface].contains(&Surface::Unknown);
    let other_ids = !a.request_ids.is_empty() && !b.request_ids.is_empty();
    if other_client || other_ids || differ(&a.http_status, &b.http_status) || differ(&a.error_type, &b.error_type) {
        return false;
    }
    let near = match a.occurred_at.value().zip(b.occurred_at.value()).and_then(|(a, b)| gap(a, b)) {
        Some(gap) => gap <= NEAR,
        None => one_run,
    };
    let classes = class(a).zip(class(b));
    near && classes.is_none_or(|(a, b)| a == b) && decides(a, b, classes.is_some())
}

/// Whether something that both tell is the same: the status, a machine code, or the words.
fn decides(a: &Failure<Collected>, b: &Failure<Collected>, same_class: bool) -> bool {
    let status = a.http_status.is_captured() && a.http_status.value() == b.http_status.value();
    let codes = |failure: &Failure<Collected>| -> Vec<String> {
        failure.cause_chain.iter().filter_map(|link| Some(link.code.as_ref()?.expose().clone())).collect()
    };
    let code = codes(a).iter().any(|code| codes(b).contains(code));
    let (mine, theirs) = (texts(a), texts(b));
    let words = mine.iter().any(|x| {
        theirs
            .iter()
            .any(|y| x == y || (x.len() >= 16 && y.contains(x.as_str())) || (y.len() >= 16 && x.contains(y.as_str())))
    });
    let unanswered =
        |failure: &Failure<Collected>| !failure.http_status.is_captured() && failure.request_ids.is_empty();
    status || code || words || (same_class && unanswered(a) && unanswered(b))
}

fn texts(failure: &Failure<Collected>) -> Vec<String> {
    let own = [&failure.error_message, &failure.error_string].into_iter().filter_map(Evidence::value);
    let causes = failure.cause_chain.iter().map(|link| &link.message);
    own.chain(causes).map(|text| words::collapse(text.expose())).filter(|text| text.len() >= 8).collect()
}

/// The name of the class without its module.
fn class(failure: &Failure<Collected>) -> Option<&str> {
    let name = failure.exception_class.value()?.expose();
    Some(name.rsplit(['.', ':']).next().unwrap_or(name))
}

/// Milliseconds between two times whose offsets are known.
fn gap(a: &Timestamp, b: &Timestamp) -> Option<i64> {
    let read = |time: &Timestamp| chrono::DateTime::parse_from_rfc3339(time.as_str()).ok();
    Some(read(a)?.signed_duration_since(read(b)?).num_milliseconds().abs())
}

/// Fills what a failure lacks from another telling of it.
fn fill(lead: &mut Failure<Collected>, mut other: Failure<Collected>) {
    fn take<T>(mine: &mut Evidence<Collected, T>, theirs: Evidence<Collected, T>) {
        if !mine.is_captured() && theirs.is_captured() {
            *mine = theirs;
        }
    }
    let body = |failure: &Failure<Collected>| {
        failure.response.value().is_some_and(|response| response.body == Some(BodyKind::AnthropicError))
            || failure.error_type.is_captured()
    };
    // What the body says is more than what the client makes of it.
    if body(&other) && !body(lead) && other.error_message.is_captured() {
        lead.error_message = other.error_message.clone();
    }
    if body(&other) && lead.response.value().is_some_and(|response| response.body.is_none()) {
        lead.response = other.response.clone();
    }
    if lead.surface == Surface::Unknown {
        lead.surface = other.surface;
    }
    // The ids of all attempts, in their order: the longer list has those of the attempts before.
    let (mut ids, more) = if other.request_ids.len() > lead.request_ids.len() {
        (std::mem::take(&mut other.request_ids), std::mem::take(&mut lead.request_ids))
    } else {
        (std::mem::take(&mut lead.request_ids), std::mem::take(&mut other.request_ids))
    };
    ids.extend(more.into_iter().filter(|id| !ids.contains(id)).collect::<Vec<OrText<Collected, _>>>());
    lead.request_ids = ids;
    if lead.retry_count.value() < other.retry_count.value() {
        lead.retry_count = other.retry_count.clone();
    }
    let detail = |failure: &Failure<Collected>| {
        failure.cause_chain.iter().filter(|link| link.class.as_ref().map(Raw::expose).is_some()).count()
    };
    let (more, mine) = (other.cause_chain.len(), lead.cause_chain.len());
    if mine == 0 || (more >= mine && detail(&other) > detail(lead)) {
        lead.cause_chain = other.cause_chain;
    }
    take(&mut lead.exception_class, other.exception_class);
    take(&mut lead.error_string, other.error_string);
    take(&mut lead.http_status, other.http_status);
    take(&mut lead.error_type, other.error_type);
    take(&mut lead.error_message, other.error_message);
    take(&mut lead.request_id, other.request_id);
    take(&mut lead.max_retries, other.max_retries);
    take(&mut lead.timeout_seconds, other.timeout_seconds);
    let zoned = |time: &Evidence<Collected, Timestamp>| time.value().is_some_and(|time| gap(time, time).is_some());
    if zoned(&other.occurred_at) && !zoned(&lead.occurred_at) {
        // A clock that says its zone tells more than one that does not.
        lead.occurred_at = other.occurred_at;
    } else {
        take(&mut lead.occurred_at, other.occurred_at);
    }
    take(&mut lead.response, other.response);
    take(&mut lead.request, other.request);
    lead.handled = lead.handled.or(other.handled);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Provenance;
    use crate::model::safe::HttpStatus;

    fn told(format: InputFormat, status: Option<u16>, words: &str) -> Failure<Collected> {
        let mut failure = Failure::at(Surface::PythonSdk, Raw::text("in"), format, 1);
        let seen = || Provenance::derived("test");
        failure.error_string = Evidence::captured(Raw::text(words), seen());
        if let Some(status) = status.and_then(HttpStatus::new) {
            failure.http_status = Evidence::captured(status, seen());
        }
        failure
    }

    fn with_id(mut failure: Failure<Collected>, id: &str) -> Failure<Collected> {
        failure.request_ids = vec![OrText::parse(id)];
        failure
    }

    fn at(mut failure: Failure<Collected>, time: &str) -> Failure<Collected> {
        let time = chrono::DateTime::parse_from_rfc3339(time).unwrap();
        failure.occurred_at = Evidence::captured(Timestamp::new(time), Provenance::derived("test"));
        failure
    }

    fn joined(mut all: Vec<Failure<Collected>>, one_run: bool) -> Vec<Failure<Collected>> {
        join(&mut all, one_run);
        all
    }

    #[test]
    fn log_print_and_hook_of_one_run_are_one_failure_that_knows_all() {
        let id = "req_011CSHoEeqs5C35K2UUqR7Fa";
        let log = with_id(told(InputFormat::ClaudeCodeDebug, Some(529), "API error after retries"), id);
        let print = told(InputFormat::PythonTraceback, Some(529), "Repeated 529 Overloaded errors");
        let hook = with_id(told(InputFormat::SdkHook, Some(529), "another wording of it"), id);
        let mut hook = at(hook, "2026-11-28T09:00:00Z");
        hook.handled = Some(false);
        let found = joined(vec![log, print, hook], true);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].source.format, InputFormat::PythonTraceback);
        assert!(found[0].occurred_at.is_captured());
        assert_eq!((found[0].request_ids.len(), found[0].handled), (1, Some(false)));
    }

    #[test]
    fn several_failures_of_one_source_stay_several() {
        let print = || told(InputFormat::PythonTraceback, None, "Connection error.");
        let hook = || told(InputFormat::SdkHook, None, "Connection error.");
        assert_eq!(joined(vec![print(), print(), hook(), hook()], true).len(), 2);
        assert_eq!(joined(vec![print(), hook(), hook()], true).len(), 2);
        assert_eq!(joined(vec![print(), print()], true).len(), 2);
    }

    #[test]
    fn what_contradicts_or_is_far_apart_is_not_joined() {
        let print = || told(InputFormat::PythonTraceback, Some(529), "Overloaded");
        let other = told(InputFormat::SdkHook, Some(429), "Slow down");
        assert_eq!(joined(vec![print(), other], true).len(), 2);
        let id = |n: char| format!("req_011CSHoEeqs5C35K2UUqR7F{n}");
        let two = vec![with_id(print(), &id('a')), with_id(told(InputFormat::SdkHook, Some(529), "x"), &id('b'))];
        assert_eq!(joined(two, true).len(), 2);
        let log = |time| at(told(InputFormat::PythonLog, Some(529), "Overloaded"), time);
        let now = || at(print(), "2026-11-28T09:00:00Z");
        assert_eq!(joined(vec![log("2026-11-28T09:00:04Z"), now()], false).len(), 1);
        assert_eq!(joined(vec![log("2026-11-28T09:00:40Z"), now()], false).len(), 2);
        // Two inputs without times are not known to be of one run.
        assert_eq!(joined(vec![told(InputFormat::PythonLog, Some(529), "Overloaded"), print()], false).len(), 2);
    }

    #[test]
    fn a_request_id_is_one_call_wherever_it_stands() {
        let id = "req_011CSHoEeqs5C35K2UUqR7Fa";
        let one = || with_id(told(InputFormat::PlainText, Some(529), "Overloaded"), id);
        let other =
            with_id(told(InputFormat::PythonTraceback, Some(529), "Overloaded"), "req_011CSHoEeqs5C35K2UUqR7Fz");
        assert_eq!(joined(vec![one(), other, one()], false).len(), 2);
    }
}
