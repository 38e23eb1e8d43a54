//! What the probe and the status page add to a finding: reasons, and trust in it. They never change what the failure's own text
//! decides: both tell of now, and the failure is past. The words are data: `now.yaml`.

use super::finding::{Finding, Reason};
use crate::model::Collected;
use crate::model::probe::{InterceptionKind, ProbeResult};
use crate::model::status::{ComponentState, StatusPart, StatusSnapshot};
use crate::model::vocabulary::{Branch, Cause, Confidence, ReachedApi, RouteKind};

const SOURCE: &str = include_str!("now.yaml");

/// The setting of a finding whose path is up by now.
const PATH_UP: &str = "path-up-now";

/// The sentence of a name, with what is filled in.
fn sentence(name: &str, filled: &[(&str, &str)]) -> String {
    let of_name = |line: &'static str| line.strip_prefix(name)?.strip_prefix(": ");
    let template = SOURCE.lines().find_map(of_name).unwrap_or_default();
    let mut out = String::with_capacity(template.len() + 64);
    let mut rest = template;
    // What is filled in is captured text: it is put in once, and never read as a template.
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (key, tail) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(filled.iter().find(|(known, _)| *known == key).map_or("", |(_, value)| *value));
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn reason(name: &str, filled: &[(&str, &str)], pointer: &'static str) -> Reason {
    Reason { statement: format!("{}.", sentence(name, filled).trim_end_matches('.')), pointer, line: None }
}

/// The next step of a finding whose path is up by now; `None` for any other.
pub(super) fn next_step(setting: Option<&'static str>) -> Option<String> {
    (setting == Some(PATH_UP)).then(|| sentence("next-path-up", &[]))
}

/// Adds what the network says now. `route` is the provider: the status page tells of Anthropic's own services only.
pub(super) fn add(
    finding: &mut Finding,
    probe: Option<&ProbeResult<Collected>>,
    status: Option<&StatusSnapshot<Collected>>,
    route: Option<RouteKind>,
) {
    // A client that refused to send has no path to look at.
    if finding.branch == Branch::ClientSide {
        return;
    }
    if let Some(probe) = probe {
        probed(finding, probe);
    }
    let elsewhere = matches!(route, Some(RouteKind::Bedrock | RouteKind::Vertex | RouteKind::Foundry));
    if let Some(status) = status.filter(|_| !elsewhere) {
        page(finding, status);
    }
}

fn probed(finding: &mut Finding, probe: &ProbeResult<Collected>) {
    let verdict = &probe.verdict;
    let (target, client, cause) = (probe.target.expose().as_str(), probe.client.word(), verdict.cause.word());
    let filled = [("target", target), ("client", client), ("cause", cause)];
    let lost_on_the_way = matches!(finding.branch, Branch::Connection | Branch::Timeout);
    if verdict.path_up {
        if !lost_on_the_way || finding.reached == ReachedApi::Yes {
            return;
        }
        if verdict.reached_api == ReachedApi::Yes {
            finding.because(reason("probe-reached", &filled, "/probe/verdict/reached_api"));
        } else {
            finding.because(reason("probe-answered", &filled, "/probe/verdict/responder"));
        }
        // A particular explanation has a next step of its own, and goes before.
        finding.setting = finding.setting.or(Some(PATH_UP));
        return;
    }
    if verdict.cause == finding.cause && verdict.cause != Cause::Unknown {
        finding.because(reason("probe-same", &filled, "/probe/verdict/cause"));
        finding.confidence = match finding.confidence {
            Confidence::Low => Confidence::Medium,
            Confidence::Medium | Confidence::High => Confidence::High,
        };
    } else if lost_on_the_way {
        finding.because(reason("probe-other", &filled, "/probe/verdict/cause"));
    } else {
        finding.because(reason("probe-down", &filled, "/probe/verdict/cause"));
    }
    intercepted(finding, probe);
}

/// The certificates that are shown now may explain a chain that was not trusted.
fn intercepted(finding: &mut Finding, probe: &ProbeResult<Collected>) {
    let telling = |kind| !matches!(kind, InterceptionKind::None | InterceptionKind::Unknown);
    let seen = probe.interception.as_ref().filter(|seen| telling(seen.verdict));
    if let (Cause::TlsUntrusted | Cause::TlsOther, Some(seen)) = (finding.cause, seen) {
        let why = seen.why.expose().trim_end_matches('.');
        finding.because(reason("interception", &[("why", why)], "/probe/interception/verdict"));
    }
}

const fn part(part: StatusPart) -> &'static str {
    match part {
        StatusPart::ClaudeApi => "the Claude API",
        StatusPart::ClaudeCode => "Claude Code",
        StatusPart::ClaudeAi => "claude.ai",
    }
}

/// An entry at the time of the failure, or else the state of a component. A page that is green adds nothing.
fn page(finding: &mut Finding, status: &StatusSnapshot<Collected>) {
    let lists = [(&status.incidents, "/status/incidents"), (&status.maintenance, "/status/maintenance")];
    for (events, pointer) in lists {
        if let Some(event) = events.iter().find(|event| event.touches_failure()) {
            let part = event.components.first().copied().map_or("a component", part);
            let filled = [("name", event.name.expose().as_str()), ("state", event.state.word()), ("part", part)];
            finding.because(reason("status-event", &filled, pointer));
            return;
        }
    }
    let steady = [ComponentState::Operational, ComponentState::Unknown];
    if let Some(component) = status.components.iter().find(|component| !steady.contains(&component.state)) {
        let filled = [("part", part(component.component)), ("state", component.state.word())];
        finding.because(reason("status-component", &filled, "/status/components"));
    }
}

#[cfg(test)]
mod tests;
