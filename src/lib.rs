//! evpack turns a failed Claude API call into a minimal, redacted **evidence packet**: Markdown, JSON or zip.
//!
//! # Bird's eye view
//!
//! A packet is built in stages, in one direction:
//!
//! ```text
//! cli -> plan -> ingest -> collect -> contact -> triage -> assemble -> redact -> render -> verify -> write
//! ```
//!
//! [`collect()`] below is that pipeline in one function. All stages depend on [`model`]; none on a later stage
//! (`tests/it/tidy.rs` fails on an import that runs backwards).
//!
//! - [`plan`]: what was typed, the configuration and the clock become a `Plan`; nothing later asks for the time or a random number.
//! - [`ingest`]: bytes of a log become the failures seen in it. Pure; it never fails as a whole.
//! - [`mod@collect`]: probes of the surroundings, each with a time and size limit, through one door ([`collect::host::Host`]).
//! - [`net`]: the way to the API, phase by phase; the one door to the network.
//! - [`contact`]: the probe of the route and the status page, side by side within the budget.
//! - [`triage`]: failures and surroundings become a verdict.
//! - [`assemble`]: all of it becomes one packet, with checklist and reproduction.
//! - [`redact`]: the packet becomes one whose text is clean.
//! - [`render`]: a clean packet becomes files. The words stand in `templates/`.
//! - [`verify`]: the finished bytes are scanned again.
//! - [`mod@write`]: verified files leave, by this door only.
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
pub mod contact;
pub mod error;
pub mod filter;
pub mod ingest;
pub mod model;
pub mod net;
pub mod plan;
pub mod redact;
pub mod render;
pub mod schema;
pub mod status;
pub mod triage;
pub mod verify;
pub mod write;

mod voice;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use crate::assemble::Parts;
use crate::collect::host::{BlindHost, Host};
use crate::collect::{Scene, Scope, Touch, inputs};
use crate::contact::Found;
use crate::error::Error;
use crate::ingest::Ingested;
use crate::model::safe::Timestamp;
use crate::model::vocabulary::Surface;
use crate::model::{AbsenceReason, Evidence, Packet, Provenance, Raw};
use crate::plan::{Plan, RulePlan, TemplateChoice};
use crate::redact::{Clean, Policy, Redacted, RuleHit, RuleProblem, Ruleset};
use crate::render::UserTemplate;
use crate::triage::Facts;

pub use voice::clean_words;

/// What came of a collection.
#[derive(Debug)]
pub struct Outcome {
    packet: Packet<Redacted>,
    place: String,
    /// Inputs that could not be used, although others could: an error message each.
    pub refused: Vec<Clean>,
    /// Whether every item of the checklist was captured.
    pub complete: bool,
}

impl Outcome {
    /// A short summary for people.
    ///
    /// # Errors
    /// Only where a built-in template is at fault.
    pub fn summary(&self) -> Result<String, Error> {
        render::summary(&self.packet, Some(&self.place)).map_err(|error| voice::rendering_failed(&error))
    }

    /// What was read and what is missing, at length.
    ///
    /// # Errors
    /// Only where a built-in template is at fault.
    pub fn detail(&self) -> Result<String, Error> {
        render::detail(&self.packet).map_err(|error| voice::rendering_failed(&error))
    }
}

/// The pipeline: builds the packet that the plan asks for, and writes it.
///
/// # Errors
/// No input could be used, a leak was found in the finished bytes, or the packet could not be written.
///
/// `hear` is told what is going to be contacted before it is, in clean words.
pub fn collect(plan: &Plan, host: Arc<dyn Host>, hear: &dyn Fn(&str)) -> Result<Outcome, Error> {
    let end = Instant::now() + plan.budget;
    let policy = policy(&plan.rules)?;
    let files = inputs::attached(&plan.attachments)?;
    let inputs = inputs::read(&plan.inputs)?;
    let ingested = ingest::ingest(&inputs.texts);
    let mut scene = collect::collect(Arc::clone(&host), Arc::new(scope(plan, &ingested)));
    let wanted = contact::wanted(&plan.network, &scene, failed_at(&ingested));
    if let Some(words) = voice::contacting(&wanted, &scene.sensitive) {
        hear(words.as_str());
    }
    let network = contact::contact(&wanted, &contact::network(host), plan.now, end);
    scene.sensitive.extend(network.sensitive.clone());
    let verdict = triage::judge(&facts(&ingested, &scene, &network));
    let refused = inputs.refused.iter().map(inputs::Refused::record).collect();
    let (packet, sensitive) = assemble::assemble(plan, Parts { ingested, refused, files, scene, network, verdict });
    let (mut packet, watch) =
        redact::redact(packet, &policy, &sensitive).map_err(|error| voice::redaction_failed(&error))?;
    // It is rendered before the scan, and never written if the scan finds anything.
    packet.redaction.verified = true;
    let artifact = render::render(&packet, plan.format, template(plan).as_ref())
        .map_err(|error| voice::rendering_failed(&error))?;
    let verified = verify::verify(artifact, &watch).map_err(|error| voice::leak(&error))?;
    write::write(&verified, &plan.target)?;
    Ok(Outcome {
        refused: inputs.refused.iter().map(|refused| voice::words(&refused.error().message(), &sensitive)).collect(),
        complete: packet
            .checklist
            .iter()
            .all(|item| item.captured || item.absent == Some(AbsenceReason::NotApplicable)),
        place: voice::target(&plan.target, &sensitive),
        packet,
    })
}

/// The verdict alone: the same stages over the inputs, without looking at this machine and without contacting anything.
/// Gives the inputs that could not be used, an error message each.
///
/// # Errors
/// No input could be used, a leak was found in the finished bytes, or standard output cannot be written.
pub fn classify(plan: &Plan, host: &dyn Host) -> Result<Vec<Clean>, Error> {
    let policy = policy(&plan.rules)?;
    let inputs = inputs::read(&plan.inputs)?;
    let ingested = ingest::ingest(&inputs.texts);
    let scope = Scope { run_commands: false, ..scope(plan, &ingested) };
    let mut scene = collect::collect(Arc::new(BlindHost), Arc::new(scope));
    scene.sensitive.extend(collect::credential_values(host));
    let network = Found::nothing(AbsenceReason::NotRequested);
    let verdict = triage::judge(&facts(&ingested, &scene, &network));
    let refused = inputs.refused.iter().map(inputs::Refused::record).collect();
    let files = Vec::new();
    let (packet, sensitive) = assemble::assemble(plan, Parts { ingested, refused, files, scene, network, verdict });
    let (packet, watch) =
        redact::redact(packet, &policy, &sensitive).map_err(|error| voice::redaction_failed(&error))?;
    let artifact = render::verdict(&packet, plan.format).map_err(|error| voice::rendering_failed(&error))?;
    let verified = verify::verify(artifact, &watch).map_err(|error| voice::leak(&error))?;
    write::write(&verified, &plan.target)?;
    Ok(inputs.refused.iter().map(|refused| voice::words(&refused.error().message(), &sensitive)).collect())
}

/// What a probe is about to contact, to be said before it does.
pub fn probe_announcement(ready: &net::Ready) -> Clean {
    voice::probe_announcement(ready)
}

/// Walks the way to the API and writes what was met. Gives whether the path is up.
///
/// # Errors
/// A leak was found in the finished bytes, or standard output cannot be written.
pub fn probe(plan: &Plan, ready: net::Ready, host: &dyn Host) -> Result<bool, Error> {
    let policy = policy(&plan.rules)?;
    let known = ready.sensitive.clone();
    let result = ready.walk(host);
    let up = result.verdict.path_up;
    let ingested = Ingested::default();
    let scope = Scope { run_commands: false, ..scope(plan, &ingested) };
    let mut scene = collect::collect(Arc::new(BlindHost), Arc::new(scope));
    scene.sensitive.extend(known);
    let network = Found::nothing(AbsenceReason::NotRequested);
    let verdict = triage::judge(&facts(&ingested, &scene, &network));
    let parts = Parts { ingested, refused: Vec::new(), files: Vec::new(), scene, network, verdict };
    let (mut packet, sensitive) = assemble::assemble(plan, parts);
    packet.probe = Evidence::captured(result, Provenance::derived("evpack probe"));
    let (packet, watch) =
        redact::redact(packet, &policy, &sensitive).map_err(|error| voice::redaction_failed(&error))?;
    let artifact = render::probe(&packet, plan.format).map_err(|error| voice::rendering_failed(&error))?;
    let verified = verify::verify(artifact, &watch).map_err(|error| voice::leak(&error))?;
    write::write(&verified, &plan.target)?;
    Ok(up)
}

/// What [`collect()`] would read, run, write and contact, one a line. `planned` is what making the plan has touched.
///
/// Which files matter depends on what the inputs say, so local files are read to learn that; nothing is run, written or
/// contacted, and standard input is left alone.
pub fn dry_run(plan: &Plan, host: &Arc<dyn Host>, planned: Vec<Touch>) -> Clean {
    let files: Vec<_> = plan.inputs.iter().filter(|path| path.as_os_str() != "-").cloned().collect();
    let ingested = inputs::read(&files).map_or_else(|_| Ingested::default(), |inputs| ingest::ingest(&inputs.texts));
    let mut touched = planned;
    let (surveyed, scene) = collect::survey(Arc::clone(host), &scope(plan, &ingested));
    touched.extend(surveyed);
    let wanted = contact::wanted(&plan.network, &scene, failed_at(&ingested));
    touched.extend(contact::survey(&wanted, Arc::clone(host)));
    touched.sort_unstable();
    touched.dedup();
    voice::dry_run(plan, &touched, &wanted, host.as_ref())
}

/// Makes Ctrl-C and termination leave nothing partial.
pub fn clean_up_on_interrupt() {
    write::clean_up_on_interrupt();
}

/// What to remove and for whom; the rules load whole or not at all.
pub(crate) fn policy(plan: &RulePlan) -> Result<Policy, Error> {
    let (rules, _) = rules_of(plan)?;
    Ok(Policy { audience: plan.audience, rules, personal: plan.personal.clone(), allow: plan.allow.clone() })
}

/// The built-in rules and those of the files, with what an import does differently.
pub(crate) fn rules_of(plan: &RulePlan) -> Result<(Ruleset, Vec<RuleProblem>), Error> {
    let rules =
        Ruleset::builtin().map_err(|_| Error::failed("the built-in rules do not load", "report this as a bug"))?;
    if plan.rules.is_empty() {
        return Ok((rules, Vec::new()));
    }
    let own: Vec<_> = plan.rules.iter().map(|file| (shown(&file.path), file.text.expose().clone())).collect();
    rules.with_user_rules_and_notes(&own).map_err(|error| voice::bad_rules(&error))
}

/// Which rule hits where in one input, for those who write rules.
pub(crate) fn rule_hits(plan: &RulePlan, input: &Path) -> Result<Vec<RuleHit>, Error> {
    let policy = policy(plan)?;
    let read = inputs::read(&[input.to_path_buf()])?;
    let mut hits = Vec::new();
    for text in &read.texts {
        let skipped = usize::try_from(text.skipped_lines.unwrap_or(0)).unwrap_or(0);
        let text = Raw::new(String::from_utf8_lossy(text.bytes.expose()).into_owned());
        let mut found = redact::rule_hits(&text, &policy).map_err(|error| voice::redaction_failed(&error))?;
        for hit in &mut found {
            hit.line += skipped;
            hit.end_line += skipped;
        }
        hits.append(&mut found);
    }
    Ok(hits)
}

/// When the last failure happened, where the input tells.
fn failed_at(ingested: &Ingested) -> Option<&Timestamp> {
    ingested.failures.last().and_then(|failure| failure.occurred_at.value())
}

const fn facts<'a>(ingested: &'a Ingested, scene: &'a Scene, network: &'a Found) -> Facts<'a> {
    Facts {
        failures: ingested.failures.as_slice(),
        clues: &ingested.clues,
        client: &scene.client,
        route: &scene.route,
        network: &scene.network_env,
        probe: network.probe.value(),
        status: network.status.value(),
    }
}

fn scope(plan: &Plan, ingested: &Ingested) -> Scope {
    let failed = ingested.failures.last().map(|failure| failure.surface).filter(|surface| *surface != Surface::Unknown);
    let named = ingested.clues.surfaces.last().map(|seen| seen.value);
    Scope {
        clues: ingested.clues.clone(),
        surface: failed.or(named).unwrap_or(Surface::Unknown),
        extra_env: plan.extra_env.clone(),
        credential_files: plan.credential_files.clone(),
        run_commands: true,
        // What is read from this machine leaves time for the network.
        budget: if plan.contacts() { plan.budget / 6 * 5 } else { plan.budget },
        audience: plan.rules.audience,
    }
}

fn template(plan: &Plan) -> Option<UserTemplate> {
    match plan.template.as_ref()? {
        TemplateChoice::BuiltIn(name) => UserTemplate::builtin(name),
        TemplateChoice::User(file) => {
            let name = file.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            Some(UserTemplate::Own { name, source: file.text.expose().clone() })
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
