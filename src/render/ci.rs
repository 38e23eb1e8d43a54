//! What a CI job is told of a packet: lines for its log, outputs for later steps, and a summary.

use serde::Serialize;

use super::{Artifact, Member, RenderError, markdown};
use crate::ci::{Told, Vendor};
use crate::model::Packet;
use crate::model::packet::Shown;

/// Names of the members, in their order.
pub const LOG: &str = "log.txt";
/// Outputs for later steps.
pub const OUTPUTS: &str = "outputs.env";
/// The summary in Markdown.
pub const SUMMARY: &str = "summary.md";

/// The words for a vendor; `path` is where the packet is, if it is a file.
///
/// # Errors
/// Only where a built-in template is at fault.
pub fn ci_words<S>(packet: &Packet<S>, vendor: &Vendor, path: Option<&str>) -> Result<Artifact, RenderError>
where
    S: Shown,
    S::Text: Serialize,
{
    let json = serde_json::to_value(packet)?;
    let verdict = &packet.verdict;
    let said = |key: &str| json["verdict"][key].as_str().unwrap_or_default().to_owned();
    let mut outputs = vec![
        ("branch", verdict.branch.word().to_owned()),
        ("cause", verdict.cause.word().to_owned()),
        ("reached_api", said("reached_api")),
        ("signature", verdict.signature.clone()),
    ];
    outputs.extend(path.map(|path| ("packet", path.to_owned())));
    let told = Told {
        title: format!("Claude API: {} / {}", verdict.branch, verdict.cause),
        message: said("next_step"),
        text: markdown::summary(packet, path)?,
        summary: markdown::ci_summary(json, path)?,
        outputs,
        path: path.map(str::to_owned),
    };
    let words = vendor.words(&told);
    let member = |name: &str, text: String| Member { name: name.to_owned(), bytes: text.into_bytes() };
    Ok(Artifact::notes(vec![member(LOG, words.log), member(OUTPUTS, words.outputs), member(SUMMARY, words.summary)]))
}
