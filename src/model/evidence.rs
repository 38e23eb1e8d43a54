//! Evidence and absence: a value with where it came from, or the reason why it is not there.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

use super::{Collected, Provenance, Raw, Restage, Stage, Texts, Via, guidance};
use crate::{staged, textless};

/// Why a value is not in the packet. The set is closed: a reader can route on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AbsenceReason {
    /// The probe that would have found it was not asked for.
    NotRequested,
    /// It was looked for where it should be, and is not there.
    NotFound,
    /// The input that was given does not show it.
    NotInInput,
    /// It does not apply to this failure (a request id where no answer came, say).
    NotApplicable,
    /// The operating system refused access.
    Denied,
    /// The probe did not end within its time limit.
    TimedOut,
    /// It is larger than the limit for this kind of evidence.
    TooLarge,
    /// It exists, and is not text or not in a form that can be read.
    Unreadable,
    /// This version of evpack, or this operating system, has no way to learn it.
    Unsupported,
    /// Network use was switched off with `--offline`.
    Offline,
    /// The probe itself failed.
    Failed,
    /// It could not be redacted with certainty, so it was left out.
    NotRedactable,
}

textless!(AbsenceReason);

impl AbsenceReason {
    /// The word used in `packet.json`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotRequested => "not-requested",
            Self::NotFound => "not-found",
            Self::NotInInput => "not-in-input",
            Self::NotApplicable => "not-applicable",
            Self::Denied => "denied",
            Self::TimedOut => "timed-out",
            Self::TooLarge => "too-large",
            Self::Unreadable => "unreadable",
            Self::Unsupported => "unsupported",
            Self::Offline => "offline",
            Self::Failed => "failed",
            Self::NotRedactable => "not-redactable",
        }
    }
}

staged! {
    /// A value that is not there: why, and how to get it.
    #[schemars(rename = "Absence")]
    pub struct Absence<S> {
        /// Why it is not there.
        pub absent: AbsenceReason,
        /// What to do to get it; the words stand in `guidance.yaml`.
        pub how_to_get_it: &'static str,
        /// What the system said, where that helps.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub detail: Option<S::Text>,
    }
}

impl Absence<Collected> {
    /// An absence whose advice is the entry `topic` of `guidance.yaml`.
    #[must_use]
    pub fn new(absent: AbsenceReason, topic: &str) -> Self {
        Self { absent, how_to_get_it: guidance::how_to_get(topic), detail: None }
    }

    /// Adds what the system said; it is captured text.
    #[must_use]
    pub fn because(mut self, detail: impl Into<Raw<String>>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

/// A value and where it came from, or the reason why it is absent.
///
/// Serialised, a captured value is the value itself, and an absent one is `{"absent": ..., "how_to_get_it": ...}`:
/// never an empty string, never a missing key. Provenance is told by the checklist and the `source` fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence<S: Stage, T> {
    /// It was captured.
    Captured {
        /// What was captured.
        value: T,
        /// Where it was captured.
        provenance: Provenance<S>,
    },
    /// It was not captured.
    Absent(Absence<S>),
}

impl<S: Stage, T> Evidence<S, T> {
    /// A captured value.
    pub const fn captured(value: T, provenance: Provenance<S>) -> Self {
        Self::Captured { value, provenance }
    }

    /// The value, where it was captured.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Captured { value, .. } => Some(value),
            Self::Absent(_) => None,
        }
    }

    /// Where the value came from, if it was captured.
    pub const fn provenance(&self) -> Option<&Provenance<S>> {
        match self {
            Self::Captured { provenance, .. } => Some(provenance),
            Self::Absent(_) => None,
        }
    }

    /// Why the value is absent, if it is.
    pub const fn absence(&self) -> Option<&Absence<S>> {
        match self {
            Self::Captured { .. } => None,
            Self::Absent(absence) => Some(absence),
        }
    }

    /// Whether the value was captured.
    pub const fn is_captured(&self) -> bool {
        matches!(self, Self::Captured { .. })
    }
}

impl<T> Evidence<Collected, T> {
    /// An absent value; `topic` names its advice in `guidance.yaml`.
    #[must_use]
    pub fn absent(reason: AbsenceReason, topic: &str) -> Self {
        Self::Absent(Absence::new(reason, topic))
    }

    /// A captured value, or an absence where there is none.
    #[must_use]
    pub fn from_option(
        value: Option<T>,
        provenance: Provenance<Collected>,
        reason: AbsenceReason,
        topic: &str,
    ) -> Self {
        match value {
            Some(value) => Self::captured(value, provenance),
            None => Self::absent(reason, topic),
        }
    }
}

impl<To: Stage, T: Restage<To>> Restage<To> for Evidence<Collected, T> {
    type Out = Evidence<To, T::Out>;
    fn restage(self, via: &mut dyn Via<To>) -> Self::Out {
        match self {
            Self::Captured { value, provenance } => {
                Evidence::Captured { value: value.restage(via), provenance: provenance.restage(via) }
            }
            Self::Absent(absence) => Evidence::Absent(absence.restage(via)),
        }
    }
}

impl<T: Texts> Texts for Evidence<Collected, T> {
    fn texts(&self, visit: &mut dyn FnMut(&Raw<String>)) {
        match self {
            Self::Captured { value, provenance } => {
                value.texts(visit);
                provenance.texts(visit);
            }
            Self::Absent(absence) => absence.texts(visit),
        }
    }
}

impl<S: Stage, T: Serialize> Serialize for Evidence<S, T>
where
    S::Text: Serialize,
    S::Report: Serialize,
{
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        match self {
            Self::Captured { value, .. } => value.serialize(serializer),
            Self::Absent(absence) => absence.serialize(serializer),
        }
    }
}

impl<S: Stage, T: JsonSchema> JsonSchema for Evidence<S, T>
where
    S::Text: JsonSchema,
    S::Report: JsonSchema,
{
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Evidence_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<T>();
        let absence = generator.subschema_for::<Absence<S>>();
        schemars::json_schema!({ "anyOf": [value, absence] })
    }
}
