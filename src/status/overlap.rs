//! Whether the time of an incident touches the time of the failure.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::page::Event;
use crate::model::safe::Timestamp;
use crate::model::status::Overlap;

/// How long before its start, or after its end, a failure still counts as close: pages are filled in by hand, and late.
const SLACK: TimeDelta = TimeDelta::minutes(30);
/// The zones of the world: a local time without its zone lies in UTC between these bounds (offsets +14:00 and -12:00).
const EARLIEST: TimeDelta = TimeDelta::hours(-14);
const LATEST: TimeDelta = TimeDelta::hours(12);

/// When something happened, as exactly as that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    first: DateTime<Utc>,
    last: DateTime<Utc>,
}

impl Span {
    /// The time of a failure: a point, or a span where its zone is not known.
    pub(super) fn of_failure(at: &Timestamp) -> Option<Self> {
        if let Some(at) = instant(at) {
            return Some(Self { first: at, last: at });
        }
        let local: NaiveDateTime = at.as_str().parse().ok()?;
        let (first, last) = (local.checked_add_signed(EARLIEST)?, local.checked_add_signed(LATEST)?);
        Some(Self { first: first.and_utc(), last: last.and_utc() })
    }
}

/// The point of a time that has its zone.
pub(super) fn instant(at: &Timestamp) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(at.as_str()).ok().map(|at| at.to_utc())
}

/// How an event lies to the failure. `until` is the time that the page speaks for: what is open at that time has no end yet, and
/// of a later failure the page cannot know.
pub(super) fn of(event: &Event, failed: Option<Span>, until: Option<DateTime<Utc>>) -> Overlap {
    let start = event.started_at.as_ref().and_then(instant);
    let end = event.ended_at.as_ref().and_then(instant);
    let (Some(failed), Some(start)) = (failed, start) else { return Overlap::Unknown };
    let end = match end {
        Some(end) => Some(end),
        // Over, and nobody says since when.
        None if event.state.is_over() => return Overlap::Unknown,
        None => None,
    };
    if end.is_none() && until.is_none_or(|until| failed.last > until + SLACK) && failed.first >= start {
        return Overlap::Unknown;
    }
    let inside = |slack: TimeDelta| {
        let after = |at: DateTime<Utc>| at >= start - slack;
        let before = |at: DateTime<Utc>| end.is_none_or(|end| at <= end + slack);
        let whole = after(failed.first) && before(failed.last);
        let none = !after(failed.last) || !before(failed.first);
        (whole, none)
    };
    match (inside(TimeDelta::zero()), inside(SLACK)) {
        ((true, _), _) => Overlap::During,
        (_, (true, _)) => Overlap::Close,
        (_, (_, true)) => Overlap::Apart,
        _ => Overlap::Unknown,
    }
}
