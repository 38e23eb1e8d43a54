//! Triage: facts in, verdict out. Which road the case goes down, who answered, why, and the one next step.
//!
//! The order of questions is fixed: was it a proxy that refused; did an answer come, and whose; did the client refuse;
//! how did the way fail. Wordings, marks and advice are data in `rules/` and `advice/`; a new wording of a client is one
//! line there and one in `rules/examples.yaml`. Nothing is guessed: what the evidence does not decide is `unknown`.

pub mod advice;
mod answered;
pub mod explain;
mod finding;
mod kind;
mod now;
mod passage;
mod refine;
mod responder;
mod route;
mod rules;
mod scene;
mod signature;
mod unanswered;
mod wording;

use crate::model::client::Client;
use crate::model::clues::Clues;
use crate::model::failure::Failure;
use crate::model::probe::ProbeResult;
use crate::model::route::{NetworkEnv, Route};
use crate::model::status::StatusSnapshot;
use crate::model::verdict::{Because, Verdict};
use crate::model::vocabulary::{Branch, Surface};
use crate::model::{Collected, Raw};
use finding::{Finding, Reason};

/// Everything that a verdict rests on.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// Failures, in order; the last one counts.
    pub failures: &'a [Failure<Collected>],
    /// What else the inputs say.
    pub clues: &'a Clues,
    /// The client.
    pub client: &'a Client<Collected>,
    /// The route of this machine's settings.
    pub route: &'a Route<Collected>,
    /// Network settings of this machine.
    pub network: &'a NetworkEnv<Collected>,
    /// The probe of the route, where one was made.
    pub probe: Option<&'a ProbeResult<Collected>>,
    /// The status page, where it was read.
    pub status: Option<&'a StatusSnapshot<Collected>>,
}

/// The verdict on all facts: that on the last failure, or an honest `unknown` where there is none.
#[must_use]
pub fn judge(facts: &Facts<'_>) -> Verdict<Collected> {
    let Some(failure) = facts.failures.last() else { return no_failure(facts.client.surface) };
    let mut finding = find(failure, facts.clues, Some(facts.route), Some(facts.network));
    refine::credential(&mut finding, facts.client);
    now::add(&mut finding, facts.probe, facts.status, facts.route.kind.value().copied());
    let surface = match failure.surface {
        Surface::Unknown => facts.client.surface,
        surface => surface,
    };
    worded(finding, surface, Some((failure, facts.clues)))
}

/// The verdict on one failure; without route and network, on the text alone.
#[must_use]
pub fn judge_failure(
    failure: &Failure<Collected>,
    clues: &Clues,
    route: Option<&Route<Collected>>,
    network: Option<&NetworkEnv<Collected>>,
) -> Verdict<Collected> {
    let surface = match failure.surface {
        Surface::Unknown => clues.surfaces.last().map_or(Surface::Unknown, |seen| seen.value),
        surface => surface,
    };
    worded(find(failure, clues, route, network), surface, Some((failure, clues)))
}

fn find(
    failure: &Failure<Collected>,
    clues: &Clues,
    route: Option<&Route<Collected>>,
    network: Option<&NetworkEnv<Collected>>,
) -> Finding {
    let texts = scene::Texts::of(failure);
    let scene = scene::Scene::read(failure, clues, &texts);
    let found = unanswered::proxy(&scene).or_else(|| answered::judge(&scene)).or_else(|| unanswered::judge(&scene));
    let mut finding = found.unwrap_or_else(|| {
        let mut open = Finding::default();
        open.because(Reason::stating(
            &scene,
            "/failure/error_string",
            "the text names neither an answer nor a cause that is known",
        ));
        open
    });
    refine::surroundings(&mut finding, failure, route, network);
    finding
}

/// The verdict where no failure was found.
fn no_failure(surface: Surface) -> Verdict<Collected> {
    let statement = "No failed API call was found in the inputs.".to_owned();
    let mut finding = Finding { setting: Some("no-failure"), ..Finding::default() };
    finding.because(Reason { statement, pointer: "/failure", line: None });
    worded(finding, surface, None)
}

/// Adds the advice and the signature.
fn worded(finding: Finding, surface: Surface, failed: Option<(&Failure<Collected>, &Clues)>) -> Verdict<Collected> {
    let vendor = finding.branch == Branch::Unknown && finding.name.is_some();
    let open = finding.branch == Branch::Unknown && finding.reasons.iter().any(|r| r.pointer == "/failure/http_status");
    let general = if vendor {
        Some("other-vendor")
    } else if open {
        Some("unclear-responder")
    } else {
        None
    };
    let kind = finding.kind.map(|kind| kind.word);
    let names: Vec<&str> = [finding.setting, general, kind].into_iter().flatten().collect();
    let advice = advice::advice(finding.branch, finding.cause, &names);
    let because =
        |reason: Reason| Because { statement: Raw::new(reason.statement), pointer: reason.pointer, line: reason.line };
    Verdict {
        branch: finding.branch,
        cause: finding.cause,
        reached_api: finding.reached,
        responder: finding.responder,
        surface,
        confidence: finding.confidence,
        summary: Raw::new(advice.summary),
        because: finding.reasons.into_iter().map(because).collect(),
        next_step: Raw::new(now::next_step(finding.setting).unwrap_or(advice.next_step)),
        not_this: advice.not_this.into_iter().map(Raw::new).collect(),
        escalate: Raw::new(advice.escalate),
        signature: signature::signature(failed, finding.cause, finding.responder),
    }
}

#[cfg(test)]
mod captures_tests;
#[cfg(test)]
mod left_out_tests;
#[cfg(test)]
mod scenario_tests;
