//! evpack turns a failed Claude API call into a minimal, redacted **evidence packet**: Markdown, JSON or zip.
//!
//! # Bird's eye view
//!
//! A packet is built in stages, in one direction:
//!
//! ```text
//! cli -> plan -> ingest -> collect -> triage -> assemble -> redact -> render -> verify -> write
//! ```
//!
//! [`collect()`] below is that pipeline in one function. All stages depend on [`model`]; none on a later stage
//! (`tests/it/tidy.rs` fails on an import that runs backwards).
//!
//! - [`plan`]: what was typed, the configuration and the clock become a `Plan`; nothing later asks for the time or a random number.
//! - [`ingest`]: bytes of a log become the failures seen in it. Pure; it never fails as a whole.
//! - [`mod@collect`]: probes of the surroundings, each with a time and size limit, through one door ([`collect::host::Host`]).
//! - [`triage`]: failures and surroundings become a verdict.
//! - [`assemble`]: all of it becomes one packet, with checklist and reproduction.
//! - [`redact`]: the packet becomes one whose text is clean.
//! - [`render`]: a clean packet becomes files. The words stand in `templates/`.
//! - [`verify`]: the finished bytes are scanned again.
//! - [`write`]: verified files leave, by this door only.
//!
//! # Invariants
//!
//! - **Only redacted evidence can be rendered.** `Packet<S: Stage>`; rendering takes `Packet<Redacted>`, whose text is
//!   [`redact::Clean`], and only `redact` can make that.
//! - **Raw text is never shown by accident.** [`model::Raw`] has no `Display`, `Serialize` or `Deref`.
//! - **Nothing unverified leaves.** [`write::write`] takes a `Verified`, and only [`verify`] makes one.
//! - **Absence is data.** [`model::Evidence`] is a value with provenance, or a reason from a closed set with advice.
//! - **What must survive survives by type.** Request ids, statuses, versions parse strictly ([`model::safe`]) or stay raw.
//! - **No error, log or panic carries captured text.** [`error::Error`] holds it as `Raw`; what is printed goes through redaction.

pub mod assemble;
pub mod cli;
pub mod collect;
pub mod error;
pub mod ingest;
pub mod model;
pub mod plan;
pub mod redact;
pub mod render;
pub mod schema;
pub mod triage;
pub mod verify;
pub mod write;

use std::path::Path;
use std::sync::Arc;

use crate::assemble::Parts;
use crate::collect::Scope;
use crate::collect::host::{Host, SystemHost};
use crate::error::Error;
use crate::ingest::Ingested;
use crate::model::vocabulary::{Audience, Surface};
use crate::model::{Raw, Sensitive};
use crate::plan::{Plan, Target};
use crate::redact::{Clean, Policy};
use crate::triage::Facts;

/// What came of a collection.
#[derive(Debug)]
pub struct Outcome {
    /// A short summary for people.
    pub summary: Clean,
    /// Inputs that could not be used, although others could: an error message each.
    pub refused: Vec<Clean>,
    /// Whether every item of the checklist was captured.
    pub complete: bool,
}

/// The pipeline: builds the packet that the plan asks for, and writes it.
///
/// # Errors
/// No input could be used, a leak was found in the finished bytes, or the packet could not be written.
pub fn collect(plan: &Plan, host: Arc<dyn Host>) -> Result<Outcome, Error> {
    let policy = Policy::load(plan.audience, &plan.rules, &plan.allow)?;
    let files = collect::inputs::attached(&plan.attachments)?;
    let inputs = collect::inputs::read(&plan.inputs)?;
    let ingested = ingest::ingest(&inputs.texts);
    let scene = collect::collect(host, Arc::new(scope(plan, &ingested)));
    let verdict = triage::judge(&Facts {
        failures: &ingested.failures,
        clues: &ingested.clues,
        client: &scene.client,
        route: &scene.route,
        network: &scene.network_env,
    });
    let refused = inputs.refused.iter().map(collect::inputs::Refused::record).collect();
    let (packet, sensitive) = assemble::assemble(plan, Parts { ingested, refused, files, scene, verdict });
    let (packet, watch) = redact::redact(packet, &policy, &sensitive)?;
    let artifact = render::render(&packet, plan.format, plan.template.as_ref())?;
    write::write(&verify::verify(artifact, &watch)?, &plan.target)?;
    let words = |raw: &Raw<String>| redact::words(raw, &policy, &sensitive);
    let place = words(&place(&plan.target));
    Ok(Outcome {
        summary: render::summary(&packet, &place)?,
        refused: inputs.refused.iter().map(|refused| words(&refused.error().message())).collect(),
        complete: packet.checklist.iter().all(|item| item.captured),
    })
}

fn scope(plan: &Plan, ingested: &Ingested) -> Scope {
    let named = ingested.failures.last().map(|failure| failure.surface).filter(|surface| *surface != Surface::Unknown);
    Scope {
        clues: ingested.clues.clone(),
        surface: named.or_else(|| ingested.clues.surfaces.last().map(|seen| seen.value)).unwrap_or(Surface::Unknown),
        extra_env: plan.extra_env.clone(),
        credential_files: plan.credential_files.clone(),
        run_commands: true,
        budget: plan.budget,
        audience: plan.audience,
    }
}

fn place(target: &Target) -> Raw<String> {
    match target {
        Target::Stdout => Raw::text("standard output"),
        Target::File { path, .. } => Raw::new(path.display().to_string()),
    }
}
