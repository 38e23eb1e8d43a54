//! Reads the page's JSON in any of its forms: `summary.json`, `status.json`, `components.json`, `incidents.json`,
//! `scheduled-maintenances.json`. What is missing, new or of another type is passed over; a wrong document is refused.

use chrono::DateTime;
use serde_json::{Map, Value};

use super::known::known;
use crate::model::safe::Timestamp;
use crate::model::status::{ComponentState, EventState, StatusIndicator};

/// Characters of a title or name that are kept.
const NAME_LIMIT: usize = 120;
/// Characters of the page's summary that are kept.
const DESCRIPTION_LIMIT: usize = 200;
/// Components, incidents and maintenances that are looked at, each.
const LIST_LIMIT: usize = 400;

/// What a page says, before it is put in relation to a failure. Its texts are captured text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Page {
    pub(super) updated_at: Option<Timestamp>,
    pub(super) indicator: Option<StatusIndicator>,
    pub(super) description: Option<String>,
    pub(super) components: Vec<Component>,
    pub(super) incidents: Vec<Event>,
    pub(super) maintenance: Vec<Event>,
    /// Entries beyond the limit.
    pub(super) left_out: u32,
    /// Whether past incidents are among them.
    pub(super) history: bool,
}

/// A component of the page.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) state: ComponentState,
    pub(super) updated_at: Option<Timestamp>,
}

/// An incident, or maintenance.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) state: EventState,
    pub(super) impact: StatusIndicator,
    pub(super) started_at: Option<Timestamp>,
    /// When it ended, or maintenance is to end.
    pub(super) ended_at: Option<Timestamp>,
    /// Ids and names of its components.
    pub(super) components: Vec<(Option<String>, String)>,
}

/// Why a document is no status page. The words are evpack's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing in it.
    Empty,
    /// An HTML page: a challenge, a login, or the page for people.
    Html,
    /// Not JSON.
    NotJson,
    /// JSON of another kind.
    OtherJson,
    /// The status page of another service.
    OtherPage,
}

impl Unreadable {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Empty => "an empty body where JSON was expected",
            Self::Html => "an HTML page where JSON was expected",
            Self::NotJson => "text that is not JSON",
            Self::OtherJson => "JSON that is no status page",
            Self::OtherPage => "the status page of another service",
        }
    }
}

impl Page {
    /// Adds what another document of the same page says; what stands here already stays.
    pub fn add(&mut self, other: Self) {
        self.updated_at = self.updated_at.take().or(other.updated_at);
        self.indicator = self.indicator.or(other.indicator);
        self.description = self.description.take().or(other.description);
        if self.components.is_empty() {
            self.components = other.components;
        }
        merge(&mut self.incidents, other.incidents);
        merge(&mut self.maintenance, other.maintenance);
        self.left_out = self.left_out.saturating_add(other.left_out);
        self.history |= other.history;
    }
}

fn merge(events: &mut Vec<Event>, others: Vec<Event>) {
    for other in others {
        if other.id.is_none() || events.iter().all(|event| event.id != other.id) {
            events.push(other);
        }
    }
}

/// Reads a document of the page.
///
/// # Errors
/// It is no such document.
pub fn read(bytes: &[u8]) -> Result<Page, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    if bytes[0] == b'<' {
        return Err(Unreadable::Html);
    }
    // The parser refuses a depth of more than 128.
    let document: Value = serde_json::from_slice(bytes).map_err(|_| Unreadable::NotJson)?;
    let Value::Object(document) = document else { return Err(Unreadable::OtherJson) };
    let has = |key: &str, is: fn(&Value) -> bool| document.get(key).is_some_and(is);
    let lists = ["components", "incidents", "scheduled_maintenances"];
    if !(has("status", Value::is_object) || lists.iter().any(|key| has(key, Value::is_array))) {
        return Err(Unreadable::OtherJson);
    }
    if !is_the_page(&document) {
        return Err(Unreadable::OtherPage);
    }
    Ok(page(&document))
}

/// Whether the document is of the page that evpack knows, as far as it says.
fn is_the_page(document: &Map<String, Value>) -> bool {
    let Some(page) = document.get("page").and_then(Value::as_object) else { return true };
    let said: Vec<&str> = ["id", "name", "url"].iter().filter_map(|key| page.get(*key)?.as_str()).collect();
    let named = |text: &&str| {
        let text = text.to_lowercase();
        known().page_names.iter().any(|name| text.contains(name.as_str()))
    };
    said.is_empty() || said.contains(&known().page_id.as_str()) || said.iter().any(named)
}

fn page(document: &Map<String, Value>) -> Page {
    let mut left_out = 0;
    let mut list = |key: &str| {
        let all = document.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let over = all.len().saturating_sub(LIST_LIMIT);
        left_out = u32::try_from(over).unwrap_or(u32::MAX).saturating_add(left_out);
        all.iter().take(LIST_LIMIT).filter_map(Value::as_object)
    };
    let incidents: Vec<Event> = list("incidents").map(event).collect();
    let maintenance = list("scheduled_maintenances").map(event).collect();
    // The sections of the page are listed as components too; they have no state of their own.
    let single = |one: &&Map<String, Value>| one.get("group").and_then(Value::as_bool) != Some(true);
    let components = list("components").filter(single).map(component).collect();
    let status = document.get("status").and_then(Value::as_object);
    Page {
        updated_at: document.get("page").and_then(Value::as_object).and_then(|page| time(page, "updated_at")),
        indicator: status.map(|status| word(status, "indicator", StatusIndicator::from_word)),
        description: status.and_then(|status| text(status, "description", DESCRIPTION_LIMIT)),
        components,
        // `summary.json` lists unresolved incidents only.
        history: incidents.iter().any(|incident| incident.state.is_over()),
        incidents,
        maintenance,
        left_out,
    }
}

fn component(source: &Map<String, Value>) -> Component {
    Component {
        id: text(source, "id", NAME_LIMIT),
        name: text(source, "name", NAME_LIMIT).unwrap_or_else(|| "unnamed".to_owned()),
        state: word(source, "status", ComponentState::from_word),
        updated_at: time(source, "updated_at"),
    }
}

fn event(source: &Map<String, Value>) -> Event {
    let state = word(source, "status", EventState::from_word);
    let begun = [time(source, "scheduled_for"), time(source, "started_at"), time(source, "created_at")];
    // Maintenance has a planned end, which counts until it has an end of its own; once begun it may last longer.
    let planned = time(source, "scheduled_until").filter(|_| !matches!(state, EventState::InProgress));
    Event {
        id: text(source, "id", NAME_LIMIT),
        name: text(source, "name", NAME_LIMIT).unwrap_or_else(|| "unnamed".to_owned()),
        state,
        impact: word(source, "impact", StatusIndicator::from_word),
        started_at: begun.into_iter().flatten().next(),
        ended_at: time(source, "resolved_at").or(planned),
        components: components_of(source),
    }
}

/// Ids and names of the components that an event names, in its list or in its updates.
fn components_of(source: &Map<String, Value>) -> Vec<(Option<String>, String)> {
    let list = |from: &Map<String, Value>, key: &str, id: &str| -> Vec<(Option<String>, String)> {
        let all = from.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let one = |part: &Map<String, Value>| {
            (text(part, id, NAME_LIMIT), text(part, "name", NAME_LIMIT).unwrap_or_default())
        };
        all.iter().take(LIST_LIMIT).filter_map(Value::as_object).map(one).collect()
    };
    let mut found = list(source, "components", "id");
    if found.is_empty() {
        let updates = source.get("incident_updates").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let updates = updates.iter().take(LIST_LIMIT).filter_map(Value::as_object);
        found = updates.flat_map(|update| list(update, "affected_components", "code")).take(LIST_LIMIT).collect();
    }
    found
}

/// One line of text, bounded; `None` where there is none.
fn text(source: &Map<String, Value>, key: &str, limit: usize) -> Option<String> {
    let text = source.get(key)?.as_str()?;
    // Only so much of it is looked at, whatever its length.
    let visible = text.chars().take(limit * 4).map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let mut words = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((at, _)) = words.char_indices().nth(limit) {
        words.truncate(at);
        words.push('…');
    }
    (!words.is_empty()).then_some(words)
}

/// A time with its offset, within what a status page can mean.
fn time(source: &Map<String, Value>, key: &str) -> Option<Timestamp> {
    let text = source.get(key)?.as_str().filter(|text| text.len() <= 40)?;
    let at = DateTime::parse_from_rfc3339(text).ok()?;
    let sane = 946_684_800..4_102_444_800; // the years 2000 to 2099
    sane.contains(&at.timestamp()).then(|| Timestamp::new(at))
}

/// A word of a closed vocabulary; the page writes `_` where evpack writes `-`.
fn word<T: From<Unknown>>(source: &Map<String, Value>, key: &str, from_word: fn(&str) -> Option<T>) -> T {
    let said = source.get(key).and_then(Value::as_str).filter(|text| text.len() <= 40);
    said.and_then(|said| from_word(&said.replace('_', "-"))).unwrap_or_else(|| T::from(Unknown))
}

/// A word that this version does not know, or none.
struct Unknown;

impl From<Unknown> for StatusIndicator {
    fn from(_: Unknown) -> Self {
        Self::Unknown
    }
}

impl From<Unknown> for ComponentState {
    fn from(_: Unknown) -> Self {
        Self::Unknown
    }
}

impl From<Unknown> for EventState {
    fn from(_: Unknown) -> Self {
        Self::Unknown
    }
}
