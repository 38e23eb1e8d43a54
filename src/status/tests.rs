//! Tests of the status page: its forms, its bounds, and the relation to the failure's time.

use super::*;
use crate::model::status::{ComponentState, EventState, StatusPart};
use serde_json::{Value, json};

fn at(text: &str) -> Timestamp {
    Timestamp::new(chrono::DateTime::parse_from_rfc3339(text).unwrap())
}

fn read_json(value: &Value) -> Result<Page, Unreadable> {
    read(value.to_string().as_bytes())
}

fn seen(value: &Value, surface: Surface, failed_at: Option<&Timestamp>) -> StatusSnapshot<Collected> {
    let fetched_at = Some(at("2026-11-22T20:00:00Z"));
    let context = Context { source: "https://status.claude.com".into(), fetched_at, surface, failed_at };
    snapshot(read_json(value).unwrap_or_else(|why| panic!("{}", why.words())), &context)
}

fn summary() -> Value {
    json!({
        "page": {"id": "tymt9n04zgry", "name": "Claude", "url": "https://status.claude.com", "updated_at": "2026-11-22T18:31:07.412Z"},
        "components": [
            {"id": "rwppv331jlwc", "name": "claude.ai", "status": "operational"},
            {"id": "yyzkbfz2thpt", "name": "Claude Code", "status": "operational", "updated_at": "2026-11-22T10:00:00.000Z"},
            {"id": "k8w3r06qmzrp", "name": "Claude API (api.anthropic.com)", "status": "partial_outage"},
            {"id": "group", "name": "Claude API", "status": "major_outage", "group": true},
            {"id": "new", "name": "Something new", "status": "on_fire", "future": {"a": [1]}}
        ],
        "incidents": [{
            "id": "a", "name": "Elevated errors on Claude API", "status": "investigating", "impact": "major",
            "started_at": "2026-11-22T18:15:00.000Z", "created_at": "2026-11-22T18:18:00.000Z", "resolved_at": null,
            "components": [{"id": "k8w3r06qmzrp", "name": "Claude API (api.anthropic.com)"}]
        }],
        "scheduled_maintenances": [{
            "id": "m", "name": "Console", "status": "scheduled", "impact": "maintenance",
            "scheduled_for": "2026-11-24T02:00:00Z", "scheduled_until": "2026-11-24T03:00:00Z", "components": []
        }],
        "status": {"indicator": "major", "description": "Partial System Outage"}
    })
}

#[test]
fn a_summary_becomes_what_matters_to_the_client() {
    let failed = at("2026-11-22T18:40:00Z");
    let sdk = seen(&summary(), Surface::PythonSdk, Some(&failed));
    let states: Vec<_> = sdk.components.iter().map(|one| (one.component, one.state)).collect();
    assert_eq!(states, [(StatusPart::ClaudeApi, ComponentState::PartialOutage)]);
    assert_eq!((sdk.indicator, sdk.incidents.len(), sdk.maintenance.len()), (StatusIndicator::Major, 1, 1));
    assert_eq!(sdk.incidents[0].overlap, Overlap::During);
    assert!(sdk.incidents[0].touches_failure() && !sdk.maintenance[0].touches_failure());
    let code = seen(&summary(), Surface::ClaudeCode, None);
    let parts: Vec<_> = code.components.iter().map(|one| one.component).collect();
    assert_eq!(parts, [StatusPart::ClaudeApi, StatusPart::ClaudeCode, StatusPart::ClaudeAi]);
    assert_eq!(code.incidents[0].overlap, Overlap::Unknown);
}

#[test]
fn every_form_of_the_page_is_read_and_other_documents_are_refused() {
    let page = json!({"id": "tymt9n04zgry"});
    for form in [
        json!({"page": page, "status": {"indicator": "none"}}),
        json!({"page": page, "components": []}),
        json!({"page": page, "incidents": []}),
        json!({"page": page, "scheduled_maintenances": []}),
        json!({"status": {}}),
    ] {
        assert!(read_json(&form).is_ok(), "{form}");
    }
    let wrong = |bytes: &[u8]| read(bytes).err().unwrap();
    assert_eq!(wrong(b" \n"), Unreadable::Empty);
    assert_eq!(wrong(b"\xef\xbb\xbf<!DOCTYPE html>"), Unreadable::Html);
    assert_eq!(wrong(b"{\"status\": "), Unreadable::NotJson);
    assert_eq!(wrong(b"[1]"), Unreadable::OtherJson);
    assert_eq!(wrong(b"{\"status\": \"ok\"}"), Unreadable::OtherJson);
    let other = json!({"page": {"id": "other", "name": "Weather", "url": "https://status.example.com"}, "status": {}});
    assert_eq!(read_json(&other).err(), Some(Unreadable::OtherPage));
}

#[test]
fn fields_of_the_wrong_type_are_passed_over() {
    let odd = json!({
        "page": {"id": 7, "updated_at": "yesterday"},
        "status": {"indicator": ["major"], "description": 9},
        "components": ["x", null, {"id": ["k8w3r06qmzrp"], "name": "Claude API", "status": {}}],
        "incidents": [{"name": null, "status": 1, "components": "k8w3r06qmzrp", "started_at": "0001-01-01T00:00:00Z"}]
    });
    let found = seen(&odd, Surface::Curl, Some(&at("2026-11-22T18:40:00Z")));
    assert!(!found.description.is_captured() && !found.page_updated_at.is_captured());
    assert_eq!(found.components[0].state, ComponentState::Unknown);
    assert_eq!((found.incidents[0].state, found.incidents[0].overlap), (EventState::Unknown, Overlap::Unknown));
}

#[test]
fn a_hostile_page_stays_small() {
    let incident = |n: usize| json!({"id": n.to_string(), "name": format!("\u{1b}[31m{}\r\n# x", "n".repeat(9_000)), "status": "investigating"});
    let many: Vec<_> = (0..5_000).map(incident).collect();
    let found = seen(&json!({"status": {"description": "d".repeat(50_000)}, "incidents": many}), Surface::Curl, None);
    assert_eq!((found.incidents.len(), found.left_out), (MOST_EVENTS, 4_994));
    let name = found.incidents[0].name.expose();
    assert!(name.chars().count() <= 121 && !name.chars().any(char::is_control), "{name}");
    assert!(found.description.value().unwrap().expose().chars().count() <= 201);
}

fn overlap_of(incident: &Value, failed: Option<&Timestamp>) -> Option<Overlap> {
    let found = seen(&json!({"incidents": [incident.clone()]}), Surface::Curl, failed);
    found.incidents.first().map(|incident| incident.overlap)
}

#[test]
fn times_are_compared_and_what_is_over_and_far_is_dropped() {
    let past = json!({"id": "p", "status": "resolved", "started_at": "2026-11-22T18:00:00+02:00", "resolved_at": "2026-11-22T17:00:00Z"});
    let of = |time: &str| overlap_of(&past, Some(&at(time)));
    assert_eq!(of("2026-11-22T16:30:00Z"), Some(Overlap::During));
    assert_eq!(of("2026-11-22T15:45:00Z"), Some(Overlap::Close));
    assert_eq!(of("2026-11-22T17:20:00Z"), Some(Overlap::Close));
    assert_eq!(of("2026-11-22T12:00:00Z"), None);
    let open = json!({"id": "o", "status": "monitoring", "started_at": "2026-11-22T18:00:00Z"});
    let of = |time: &str| overlap_of(&open, Some(&at(time)));
    assert_eq!(of("2026-11-22T19:59:00Z"), Some(Overlap::During));
    assert_eq!(of("2026-11-22T12:00:00Z"), Some(Overlap::Apart));
    // The page was read at 20:00; of the next day it says nothing.
    assert_eq!(of("2026-11-23T12:00:00Z"), Some(Overlap::Unknown));
    assert_eq!(overlap_of(&open, None), Some(Overlap::Unknown));
}

#[test]
fn a_time_without_its_zone_decides_only_where_every_zone_agrees() {
    let local = |text: &str| Timestamp::local(text.parse().unwrap());
    let open = |start: &str| json!({"id": "o", "status": "identified", "started_at": start});
    assert_eq!(overlap_of(&open("2026-11-22T18:00:00Z"), Some(&local("2026-11-22T18:30:00"))), Some(Overlap::Unknown));
    assert_eq!(overlap_of(&open("2026-11-22T18:00:00Z"), Some(&local("2026-11-20T18:30:00"))), Some(Overlap::Apart));
    assert_eq!(overlap_of(&open("2026-11-01T18:00:00Z"), Some(&local("2026-11-20T18:30:00"))), Some(Overlap::During));
}

#[test]
fn documents_of_one_page_add_up_without_doubles() {
    let mut page = read_json(&summary()).ok().unwrap();
    let more = json!({"incidents": [
        {"id": "a", "name": "Elevated errors on Claude API", "status": "investigating"},
        {"id": "b", "name": "Past", "status": "resolved", "started_at": "2026-11-22T18:35:00Z", "resolved_at": "2026-11-22T18:50:00Z"}
    ]});
    page.add(read_json(&more).ok().unwrap());
    let failed = at("2026-11-22T18:40:00Z");
    let context = Context {
        source: "x".into(),
        fetched_at: Some(at("2026-11-22T20:00:00Z")),
        surface: Surface::Curl,
        failed_at: Some(&failed),
    };
    let found = snapshot(page, &context);
    assert_eq!(found.incidents.len(), 2);
    assert!(found.history && found.incidents[0].touches_failure());
}
