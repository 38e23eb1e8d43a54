//! Samples of a status page: one with an incident, one on which all is green.

use super::{Collected, Ev, none, system};
use crate::model::AbsenceReason;
use crate::model::safe::Timestamp;
use crate::model::status::*;

fn time(text: &str) -> Ev<Timestamp> {
    system(Timestamp::new(chrono::DateTime::parse_from_rfc3339(text).unwrap()))
}

fn component(component: StatusPart, name: &str, state: ComponentState) -> StatusComponent<Collected> {
    StatusComponent { component, name: name.into(), state, updated_at: time("2026-11-22T18:20:11Z") }
}

/// A page with an incident at the time of the failure, and maintenance to come.
pub(in crate::render) fn disturbed(fetched_at: &Timestamp) -> StatusSnapshot<Collected> {
    let incident = StatusEvent {
        name: "Elevated errors on Claude API".into(),
        state: EventState::Investigating,
        impact: StatusIndicator::Major,
        started_at: time("2026-11-22T18:15:00Z"),
        ended_at: none(AbsenceReason::NotFound, "status.time"),
        components: vec![StatusPart::ClaudeApi],
        overlap: Overlap::During,
    };
    let maintenance = StatusEvent {
        name: "Change of the console's database".into(),
        state: EventState::Scheduled,
        impact: StatusIndicator::Maintenance,
        started_at: time("2026-11-24T02:00:00Z"),
        ended_at: time("2026-11-24T03:00:00Z"),
        components: vec![],
        overlap: Overlap::Apart,
    };
    StatusSnapshot {
        indicator: StatusIndicator::Major,
        description: system("Partial System Outage".into()),
        components: vec![
            component(StatusPart::ClaudeApi, "Claude API (api.anthropic.com)", ComponentState::PartialOutage),
            component(StatusPart::ClaudeCode, "Claude Code", ComponentState::Operational),
        ],
        incidents: vec![incident],
        maintenance: vec![maintenance],
        left_out: 2,
        ..green(fetched_at)
    }
}

/// A page on which all is green.
pub(in crate::render) fn green(fetched_at: &Timestamp) -> StatusSnapshot<Collected> {
    StatusSnapshot {
        source: "https://status.claude.com/api/v2/summary.json".into(),
        fetched_at: system(fetched_at.clone()),
        page_updated_at: time("2026-11-22T18:31:07Z"),
        indicator: StatusIndicator::None,
        description: system("All Systems Operational".into()),
        components: vec![component(
            StatusPart::ClaudeApi,
            "Claude API (api.anthropic.com)",
            ComponentState::Operational,
        )],
        incidents: vec![],
        maintenance: vec![],
        left_out: 0,
        history: true,
    }
}
