//! A comparison of two packets, and the next tests, as finished text.

use serde::Serialize;

use super::{Artifact, RenderError, markdown, to_json};
use crate::model::Stage;
use crate::model::diff::Diff;
use crate::model::packet::Shown;

/// Form of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffForm {
    /// Plain text for a terminal.
    Text,
    /// Markdown for a ticket.
    Markdown,
    /// JSON for a program.
    Json,
}

impl DiffForm {
    /// All forms.
    pub const ALL: &'static [Self] = &[Self::Text, Self::Markdown, Self::Json];

    /// Its word on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }

    /// The form of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|form| form.word() == word)
    }
}

/// Renders a comparison.
///
/// # Errors
/// Only where a built-in template is at fault.
pub fn diff<S>(diff: &Diff<S>, form: DiffForm) -> Result<Artifact, RenderError>
where
    S: Stage + Shown,
    S::Text: Serialize,
{
    let json = serde_json::to_value(diff)?;
    match form {
        DiffForm::Json => Ok(Artifact::single("diff.json", to_json(&json)?.into_bytes())),
        DiffForm::Text => Ok(Artifact::single("diff.txt", markdown::builtin("diff.txt.j2", &json)?.into_bytes())),
        DiffForm::Markdown => Ok(Artifact::single("diff.md", markdown::builtin("diff.md.j2", &json)?.into_bytes())),
    }
}

/// Renders the next controlled tests as text or as JSON; their words are evpack's own. `packet` is the packet's path as a
/// shell takes it.
///
/// # Errors
/// Only where a built-in template is at fault.
pub fn proposals(tests: &[impl Serialize], packet: &str, json: bool) -> Result<String, RenderError> {
    let value = serde_json::json!({ "packet": packet, "each_attempt_may_bill_tokens": true, "tests": tests });
    if json { Ok(to_json(&value)?) } else { markdown::builtin("proposals.txt.j2", &value) }
}
