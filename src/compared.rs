//! Two packets compared: read as hostile input, redacted, rendered and scanned like a packet.

use std::path::Path;

use crate::archive;
use crate::collect::host::Host;
use crate::diff::{Side, diff as differences};
use crate::error::Error;
use crate::memory::{Memory, Record};
use crate::plan::RulePlan;
use crate::render::{self, DiffForm};
use crate::{redact, verify, voice};

/// What differs, as finished text, and whether nothing does.
///
/// # Errors
/// One of them is no packet, or the answer cannot be redacted or rendered.
pub fn diff(first: &Path, second: &Path, form: DiffForm, host: &dyn Host) -> Result<(String, bool), Error> {
    let policy = crate::policy(&RulePlan::resolve(&[], None, host)?)?;
    let (first, second) = (archive::read(first)?, archive::read(second)?);
    let memory = Memory::open(host).ok();
    let records = [recall(memory.as_ref(), first.value()), recall(memory.as_ref(), second.value())];
    let found = differences(
        Side { packet: first.value(), record: records[0].as_ref() },
        Side { packet: second.value(), record: records[1].as_ref() },
    );
    let same = found.same;
    let sensitive = crate::collect::credential_values(host);
    let (found, _, watch) =
        redact::redact_all(found, &policy, &sensitive).map_err(|error| voice::redaction_failed(&error))?;
    let artifact = render::diff(&found, form).map_err(|error| voice::rendering_failed(&error))?;
    let verified = verify::verify(artifact, &watch).map_err(|error| voice::leak(&error))?;
    let bytes = verified.artifact().members().first().map(|member| member.bytes.clone()).unwrap_or_default();
    Ok((String::from_utf8_lossy(&bytes).into_owned(), same))
}

fn recall(memory: Option<&Memory>, packet: &serde_json::Value) -> Option<Record> {
    let text = |key: &str| packet.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
    memory?.recall(text("packet_id"), text("created_at"))
}
