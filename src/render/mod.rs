//! A shown packet becomes finished bytes: Markdown, JSON or the members of a zip. Pure; nothing here reads or writes.
//!
//! **Invariant:** only a packet at a [`Shown`] stage renders, so collected text cannot get here.
//! **Invariant:** captured text is escaped by the formatter of the template engine; a template that does nothing
//! special is safe to paste.

mod artifact;
mod bundle;
mod chat;
mod ci;
mod context;
mod diff;
mod environment;
mod error;
mod escape;
mod excerpt;
#[cfg(test)]
mod hostile_tests;
mod json;
mod markdown;
mod page;
mod received;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod template_tests;
#[cfg(test)]
mod tests;
mod visible;
mod waterfall;

use serde::Serialize;

use crate::model::Packet;
use crate::model::packet::Shown;
use crate::model::vocabulary::Format;

pub use artifact::{Artifact, Container, Member};
pub use bundle::media_type;
pub use ci::ci_words;
pub use diff::{DiffForm, diff, proposals};
pub use error::RenderError;
pub use json::to_json;
use json::to_json_lines;
pub use markdown::{BUILTIN_TEMPLATES, UserTemplate, attempt_line, detail, summary};
pub use received::{View, received, table};

/// Keys of the packet that tell the verdict alone.
const VERDICT_KEYS: [&str; 4] = ["verdict", "failure", "failures", "client"];

/// Renders a packet. The template stands in for the built-in Markdown one, also inside a zip; JSON has none.
///
/// # Errors
/// A user template that does not parse or names what does not exist; see [`RenderError`].
pub fn render<S>(packet: &Packet<S>, format: Format, template: Option<&UserTemplate>) -> Result<Artifact, RenderError>
where
    S: Shown,
    S::Text: Serialize,
{
    let json = serde_json::to_value(packet)?;
    match format {
        Format::Json => Ok(Artifact::single("packet.json", to_json(&json)?.into_bytes())),
        Format::Markdown => Ok(Artifact::single("packet.md", markdown::markdown(&json, template)?.into_bytes())),
        Format::Zip => bundle::bundle(packet.packet_id.as_str(), &json, template),
    }
}

/// Renders the probe alone: as JSON the object under `probe`, in any other format as plain text.
///
/// # Errors
/// Only where a built-in template is at fault.
pub fn probe<S>(packet: &Packet<S>, format: Format) -> Result<Artifact, RenderError>
where
    S: Shown,
    S::Text: Serialize,
{
    let json = serde_json::to_value(packet)?;
    if format == Format::Json {
        return Ok(Artifact::single("probe.json", to_json(&json["probe"])?.into_bytes()));
    }
    Ok(Artifact::single("probe.txt", markdown::builtin("probe.txt.j2", &json)?.into_bytes()))
}

/// Renders the verdict alone: as JSON with the keys of [`VERDICT_KEYS`], in any other format as plain text.
///
/// # Errors
/// Only where a built-in template is at fault.
pub fn verdict<S>(packet: &Packet<S>, format: Format) -> Result<Artifact, RenderError>
where
    S: Shown,
    S::Text: Serialize,
{
    let json = serde_json::to_value(packet)?;
    if format == Format::Json {
        let parts: serde_json::Map<_, _> =
            VERDICT_KEYS.iter().filter_map(|key| Some(((*key).to_owned(), json.get(*key)?.clone()))).collect();
        return Ok(Artifact::single("verdict.json", to_json(&parts)?.into_bytes()));
    }
    Ok(Artifact::single("verdict.txt", markdown::builtin("classify.txt.j2", &json)?.into_bytes()))
}

/// Renders explanations of causes: as JSON, as a list of all, or one after the other in full.
///
/// # Errors
/// Only where a built-in template is at fault.
pub fn explanations(all: &[impl Serialize], list: bool, json: bool) -> Result<String, RenderError> {
    if json {
        return Ok(to_json(&all)?);
    }
    let json = serde_json::json!({ "all": all, "list": list });
    Ok(format!("{}\n", markdown::builtin("explain.txt.j2", &json)?.trim_end()))
}
