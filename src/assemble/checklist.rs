//! The checklist: each field that support asks for, captured or not, and how to get it. The items are data: `model/checklist.yaml`.

use crate::model::checklist::{ITEMS, Item};
use crate::model::packet::{Attempt, ChecklistItem, Packet};
use crate::model::vocabulary::{Branch, Responder, Surface};
use crate::model::{Absence, AbsenceReason, Collected, Evidence, Provenance, Raw, guidance};

/// Whether a value was captured, from where, or why not.
enum State<'a> {
    Captured(Option<&'a Provenance<Collected>>),
    Absent(Option<&'a Absence<Collected>>),
}

fn of<T>(evidence: &Evidence<Collected, T>) -> State<'_> {
    match evidence {
        Evidence::Captured { provenance, .. } => State::Captured(Some(provenance)),
        Evidence::Absent(absence) => State::Absent(Some(absence)),
    }
}

/// The checklist of a packet.
#[must_use]
pub fn checklist(packet: &Packet<Collected>) -> Vec<ChecklistItem<Collected>> {
    ITEMS.iter().map(|item| entry(item, packet)).collect()
}

fn entry(item: &'static Item, packet: &Packet<Collected>) -> ChecklistItem<Collected> {
    let row = |captured, source, absent, how_to_get_it| ChecklistItem {
        item: item.id,
        label: item.label,
        pointer: pointer(item, packet),
        captured,
        source,
        absent,
        how_to_get_it,
    };
    if unanswered(item.id, packet) {
        let topic = "failure.request_id.unanswered";
        return row(false, None, Some(AbsenceReason::NotApplicable), Some(guidance::how_to_get(topic)));
    }
    match state(item.id, packet) {
        State::Captured(provenance) => row(true, provenance.map(source), None, None),
        State::Absent(absence) => {
            let how = absence.map_or_else(|| guidance::how_to_get(item.topic), |absence| absence.how_to_get_it);
            let own = (packet.verdict.surface == Surface::ClaudeCode).then(|| guidance::how_in_claude_code(item.topic));
            let how = own.flatten().unwrap_or(how);
            let reason = absence.map_or(AbsenceReason::NotInInput, |absence| absence.absent);
            row(false, None, Some(reason), Some(how))
        }
    }
}

/// Where the value stands: for Claude Code, which has no SDK in the project, in its own part of the packet.
fn pointer(item: &'static Item, packet: &Packet<Collected>) -> &'static str {
    let client = &packet.client;
    let (sdk, claude) = (client.sdk.value(), client.claude_code.value());
    match item.id {
        "client" if claude.is_some() && sdk.is_none() => "/client/claude_code",
        "client-version"
            if claude.is_some_and(|claude| claude.version.is_captured() || sdk.is_none())
                && !sdk.is_some_and(|sdk| sdk.version.is_captured()) =>
        {
            "/client/claude_code/version"
        }
        _ => item.pointer,
    }
}

/// Status, type and id belong to an answer: where nobody answered there is none to look for.
fn unanswered(item: &str, packet: &Packet<Collected>) -> bool {
    let of_answer = matches!(item, "http-status" | "error-type" | "request-id");
    let nobody = packet.verdict.responder == Responder::None || packet.verdict.branch == Branch::ClientSide;
    of_answer && nobody && matches!(state(item, packet), State::Absent(_))
}

fn state<'a>(item: &str, packet: &'a Packet<Collected>) -> State<'a> {
    if let Some(state) = of_failure(item, packet) {
        return state;
    }
    let client = &packet.client;
    match item {
        "timezone" => of(&packet.timezone),
        "client" if client.claude_code.is_captured() && !client.sdk.is_captured() => of(&client.claude_code),
        "client" => of(&client.sdk),
        "client-version" => match (client.sdk.value(), client.claude_code.value()) {
            (Some(sdk), _) if sdk.version.is_captured() => of(&sdk.version),
            (_, Some(claude)) if claude.version.is_captured() => of(&claude.version),
            (Some(sdk), _) => of(&sdk.version),
            (_, Some(claude)) => of(&claude.version),
            _ => of(&client.sdk),
        },
        "runtime" => of(&client.runtime),
        "host" => of(&packet.host.os_version),
        "region" => of(&packet.host.region),
        "route" => of(&packet.route.kind),
        "base-url" => of(&packet.route.base_url),
        "probe" => of(&packet.probe),
        "status-page" => of(&packet.status),
        "same-path-retry" if packet.attempts.iter().any(is_controlled) => State::Captured(None),
        "reproduction" => of(&packet.reproduction.curl),
        _ => State::Absent(None),
    }
}

/// Whether an attempt changed one thing, by what evpack measured.
fn is_controlled(attempt: &Attempt<Collected>) -> bool {
    attempt.conclusion.as_ref().is_some_and(|words| words.expose().starts_with("one-change"))
}

/// State of an item that is a field of the failure.
fn of_failure<'a>(item: &str, packet: &'a Packet<Collected>) -> Option<State<'a>> {
    const ITEMS: [&str; 8] = [
        "timestamp",
        "exception-class",
        "error-string",
        "http-status",
        "error-type",
        "error-message",
        "request-id",
        "retries",
    ];
    if !ITEMS.contains(&item) {
        return None;
    }
    let Some(failure) = packet.failure.value() else { return Some(State::Absent(packet.failure.absence())) };
    Some(match item {
        "timestamp" => of(&failure.occurred_at),
        "exception-class" => of(&failure.exception_class),
        "error-string" => of(&failure.error_string),
        "http-status" => of(&failure.http_status),
        "error-type" => of(&failure.error_type),
        "error-message" => of(&failure.error_message),
        "request-id" => of(&failure.request_id),
        _ => of(&failure.retry_count),
    })
}

/// Where a value was captured, in words.
fn source(provenance: &Provenance<Collected>) -> Raw<String> {
    let place = provenance.place.expose();
    match provenance.line {
        Some(line) => Raw::new(format!("{place}, line {line}")),
        None => Raw::text(place),
    }
}
