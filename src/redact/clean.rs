//! `Clean` text and the redacted stage: the only text that may leave, made only in this folder.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::packet::Shown;
use crate::model::{RedactionReport, Stage};

/// A packet after redaction: all its text is [`Clean`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redacted {}

impl Stage for Redacted {
    type Text = Clean;
    type Report = RedactionReport;
}

impl Shown for Redacted {}

/// Text that went through redaction. There is no way to make one outside `redact`.
///
/// ```compile_fail
/// let clean = evpack::redact::Clean(String::from("captured"));
/// ```
/// ```compile_fail
/// let clean: evpack::redact::Clean = String::from("captured").into();
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Clean(String);

impl Clean {
    /// What stands where a text could not be redacted with certainty.
    pub(super) const NOT_REDACTABLE: &'static str = "[not-redactable]";

    pub(super) const fn new(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn not_redactable() -> Self {
        Self(Self::NOT_REDACTABLE.to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
