//! The status page's JSON: bytes in, a snapshot out. Pure; tolerant of what is missing or new, bounded against what is hostile.

mod known;
mod overlap;
mod page;

use crate::model::safe::Timestamp;
use crate::model::status::{Overlap, StatusComponent, StatusEvent, StatusIndicator, StatusSnapshot};
use crate::model::vocabulary::Surface;
use crate::model::{AbsenceReason, Collected, Evidence, Provenance, Raw};
use overlap::Span;

pub use known::{Known, known};
pub use page::{Page, Unreadable, read};

/// Incidents, and maintenances, that a snapshot holds at most, each.
const MOST_EVENTS: usize = 6;

/// What a snapshot is made for.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// Where the page comes from: the URL, or the file.
    pub source: Raw<String>,
    /// When it was fetched; `None` for a file.
    pub fetched_at: Option<Timestamp>,
    /// The client that failed.
    pub surface: Surface,
    /// When it failed.
    pub failed_at: Option<&'a Timestamp>,
}

/// The part of a page that matters to one failure.
#[must_use]
pub fn snapshot(page: Page, context: &Context<'_>) -> StatusSnapshot<Collected> {
    let seen = match context.fetched_at {
        Some(_) => Seen(Provenance::contact(context.source.clone())),
        None => Seen(Provenance::file(context.source.clone())),
    };
    let failed = context.failed_at.and_then(Span::of_failure);
    let until = context.fetched_at.as_ref().or(page.updated_at.as_ref()).and_then(overlap::instant);
    let mut left_out = page.left_out;
    let mut events = |found: Vec<page::Event>| {
        let judged = found.into_iter().map(|event| {
            let overlap = overlap::of(&event, failed, until);
            seen.event(event, overlap, context.surface)
        });
        let (kept, over) = most_telling(judged.collect());
        left_out = left_out.saturating_add(over);
        kept
    };
    let (incidents, maintenance) = (events(page.incidents), events(page.maintenance));
    let components = page.components.into_iter().filter_map(|component| {
        let known = known().component(component.id.as_deref(), &component.name)?;
        known.surfaces.contains(&context.surface).then(|| StatusComponent {
            component: known.component,
            name: Raw::new(component.name),
            state: component.state,
            updated_at: seen.or_absent(component.updated_at, "status.time"),
        })
    });
    let mut components: Vec<_> = components.collect();
    components.sort_by_key(|component| known().rank(component.component));
    components.dedup_by_key(|component| component.component);
    StatusSnapshot {
        source: context.source.clone(),
        fetched_at: seen.or_absent(context.fetched_at.clone(), "status.fetched_at"),
        page_updated_at: seen.or_absent(page.updated_at, "status.time"),
        indicator: page.indicator.unwrap_or(StatusIndicator::Unknown),
        description: seen.or_absent(page.description.map(Raw::new), "status.summary"),
        components,
        incidents,
        maintenance,
        left_out,
        history: page.history,
    }
}

/// Those that touch the failure's time first, then those that name a component of the client, then the newest. What is over
/// and far from the failure tells nothing of it, and is dropped without being counted.
fn most_telling(mut events: Vec<StatusEvent<Collected>>) -> (Vec<StatusEvent<Collected>>, u32) {
    let near = |event: &StatusEvent<Collected>| matches!(event.overlap, Overlap::During | Overlap::Close);
    events.retain(|event| !event.state.is_over() || near(event));
    let start = |event: &StatusEvent<Collected>| event.started_at.value().and_then(overlap::instant);
    events.sort_by_key(|event| {
        let newest = std::cmp::Reverse(start(event));
        (!event.touches_failure(), !near(event), event.components.is_empty(), newest)
    });
    let over = events.len().saturating_sub(MOST_EVENTS);
    events.truncate(MOST_EVENTS);
    (events, u32::try_from(over).unwrap_or(u32::MAX))
}

/// Where the parts of a page were seen.
struct Seen(Provenance<Collected>);

impl Seen {
    fn or_absent<T>(&self, value: Option<T>, topic: &str) -> Evidence<Collected, T> {
        Evidence::from_option(value, self.0.clone(), AbsenceReason::NotFound, topic)
    }

    fn event(&self, event: page::Event, overlap: Overlap, surface: Surface) -> StatusEvent<Collected> {
        let named = event.components.iter().filter_map(|(id, name)| known().component(id.as_deref(), name));
        let mut components: Vec<_> =
            named.filter(|known| known.surfaces.contains(&surface)).map(|known| known.component).collect();
        components.sort_unstable();
        components.dedup();
        StatusEvent {
            name: Raw::new(event.name),
            state: event.state,
            impact: event.impact,
            started_at: self.or_absent(event.started_at, "status.time"),
            ended_at: self.or_absent(event.ended_at, "status.time"),
            components,
            overlap,
        }
    }
}

#[cfg(test)]
mod tests;
