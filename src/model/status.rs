//! The status page at one time: its own words on the components that a client uses, and on incidents and maintenance.
//!
//! A status page is a hint about time, and no verdict: a green page clears nobody, and a red one convicts nobody.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Evidence;
use super::safe::Timestamp;
use super::vocabulary::vocabulary;
use crate::{staged, textless};

vocabulary! {
    /// A component of the page that a client may use; the page's own names change.
    StatusPart {
        /// The API, `api.anthropic.com`.
        ClaudeApi = "claude-api",
        /// Claude Code.
        ClaudeCode = "claude-code",
        /// claude.ai, through which Claude Code logs in.
        ClaudeAi = "claude-ai",
    }
}

vocabulary! {
    /// The page's overall indicator. Source: the status page's JSON API, `status.indicator`.
    StatusIndicator {
        /// No component is reported as disturbed.
        None = "none",
        /// Minor disturbance.
        Minor = "minor",
        /// Major disturbance.
        Major = "major",
        /// Critical disturbance.
        Critical = "critical",
        /// Maintenance.
        Maintenance = "maintenance",
        /// A word that this version does not know, or none.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// State of a component. Source: the status page's JSON API, `components[].status`, with hyphens.
    ComponentState {
        /// Operational.
        Operational = "operational",
        /// Degraded performance.
        DegradedPerformance = "degraded-performance",
        /// Partial outage.
        PartialOutage = "partial-outage",
        /// Major outage.
        MajorOutage = "major-outage",
        /// Under maintenance.
        UnderMaintenance = "under-maintenance",
        /// A word that this version does not know, or none.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// State of an incident or of maintenance. Source: `incidents[].status` and `scheduled_maintenances[].status`, with hyphens.
    EventState {
        /// Being looked into.
        Investigating = "investigating",
        /// The reason is known.
        Identified = "identified",
        /// A remedy is being watched.
        Monitoring = "monitoring",
        /// Over.
        Resolved = "resolved",
        /// Over, with a report.
        Postmortem = "postmortem",
        /// Maintenance that has not begun.
        Scheduled = "scheduled",
        /// Maintenance that has begun.
        InProgress = "in-progress",
        /// Maintenance whose result is being watched.
        Verifying = "verifying",
        /// Maintenance that is over.
        Completed = "completed",
        /// A word that this version does not know, or none.
        Unknown = "unknown",
    }
}

impl EventState {
    /// Whether it is over.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Resolved | Self::Postmortem | Self::Completed)
    }
}

vocabulary! {
    /// How the time of an incident or of maintenance lies to the time of the failure.
    Overlap {
        /// The failure falls into it.
        During = "during",
        /// The failure falls shortly before its start or after its end; pages are often late.
        Close = "close",
        /// The failure falls outside.
        Apart = "apart",
        /// One of the times is not known, or not known with its zone.
        Unknown = "unknown",
    }
}

staged! {
    /// A component that the failing client uses.
    #[schemars(rename = "Status_component")]
    pub struct StatusComponent<S> {
        /// Which one it is.
        pub component: StatusPart,
        /// The page's name for it.
        pub name: S::Text,
        /// Its state.
        pub state: ComponentState,
        /// When the page last changed the state.
        pub updated_at: Evidence<S, Timestamp>,
    }
}

staged! {
    /// An incident, or maintenance.
    #[schemars(rename = "Status_event")]
    pub struct StatusEvent<S> {
        /// Its title.
        pub name: S::Text,
        /// Its state.
        pub state: EventState,
        /// Its impact, as the page rates it.
        pub impact: StatusIndicator,
        /// When it began, or will begin.
        pub started_at: Evidence<S, Timestamp>,
        /// When it ended, or maintenance will end; absent while an incident is open.
        pub ended_at: Evidence<S, Timestamp>,
        /// The components that the page names with it and the failing client uses.
        pub components: Vec<StatusPart>,
        /// How its time lies to the failure's.
        pub overlap: Overlap,
    }
}

impl<S: super::Stage> StatusEvent<S> {
    /// Whether it names a component that the client uses, at or close to the time of the failure.
    #[must_use]
    pub fn touches_failure(&self) -> bool {
        !self.components.is_empty() && matches!(self.overlap, Overlap::During | Overlap::Close)
    }
}

staged! {
    /// What the status page said at one time.
    #[schemars(rename = "Status_snapshot")]
    pub struct StatusSnapshot<S> {
        /// Where it comes from: the URL, or the file.
        pub source: S::Text,
        /// When evpack fetched it; not known of a file.
        pub fetched_at: Evidence<S, Timestamp>,
        /// The page's own time; it moves when the page changes, not when it is fetched.
        pub page_updated_at: Evidence<S, Timestamp>,
        /// The page's overall indicator.
        pub indicator: StatusIndicator,
        /// The page's own summary.
        pub description: Evidence<S, S::Text>,
        /// The components that the failing client uses.
        pub components: Vec<StatusComponent<S>>,
        /// Incidents: the unresolved ones, and those whose time touches the failure's.
        pub incidents: Vec<StatusEvent<S>>,
        /// Maintenance that is not over, or whose time touches the failure's.
        pub maintenance: Vec<StatusEvent<S>>,
        /// Incidents and maintenance beyond the limit, left out.
        pub left_out: u32,
        /// Whether past incidents were looked through too.
        pub history: bool,
    }
}
