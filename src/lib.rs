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
//! - [`mod@run`]: the failing command itself is run, where that is asked for; its output is an input like any other.
//! - [`ingest`]: bytes of a log become the failures seen in it. Pure; it never fails as a whole.
//! - [`mod@collect`]: probes of the surroundings, each with a time and size limit, through one door ([`collect::host::Host`]).
//! - [`net`]: the way to the API, phase by phase; the door to the network. (`collect::path` asks the system resolver for one address.)
//! - [`contact`]: the probe of the route and the status page, side by side within the budget.
//! - [`triage`]: failures and surroundings become a verdict.
//! - [`assemble`]: all of it becomes one packet, with checklist and reproduction.
//! - [`redact`]: the packet becomes one whose text is clean.
//! - [`render`]: a clean packet becomes files. The words stand in `templates/`.
//! - [`verify`]: the finished bytes are scanned again.
//! - [`mod@write`]: verified files leave, by this door only.
//! - [`archive`]: a packet that somebody sent comes back in, as hostile input; it is redacted and verified anew.
//! - [`inspect`]: the checks of such a packet, and [`receive`]: what the receiver does with it.
//!
//! - [`retry`] and [`diff`]: what a change proved, and what differs between two packets; pure. [`memory`] keeps keyed prints of
//!   private values on this machine, [`again`] and [`compared`] are the two pipelines around them.
//! - Rules, vocabulary and advice are YAML beside the code that reads them; `build.rs` makes JSON of it and lays
//!   out the words of the redactor, so that a start is quick.
//! - [`ci`]: the words of CI vendors, as data. [`filter`] is the redactor as a stream.
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

#[macro_use]
mod data;

pub mod again;
pub mod archive;
pub mod assemble;
pub mod ci;
pub mod cli;
pub mod collect;
pub mod compared;
pub mod contact;
pub mod diff;
pub mod error;
pub mod filter;
pub mod ingest;
pub mod inspect;
pub mod memory;
pub mod model;
pub mod net;
pub mod plan;
pub mod receive;
pub mod redact;
pub mod render;
pub mod retry;
pub mod run;
pub mod schema;
pub mod status;
pub mod triage;
pub mod verify;
pub mod write;

mod outcome;
mod ran;
mod voice;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use crate::assemble::Parts;
use crate::collect::host::{BlindHost, Host};
use crate::collect::inputs::{self, Inputs};
use crate::collect::{Scene, Scope, Touch};
use crate::contact::Found;
use crate::error::Error;
use crate::ingest::Ingested;
use crate::model::safe::Timestamp;
use crate::model::vocabulary::Surface;
use crate::model::{AbsenceReason, Evidence, Packet, Provenance, Raw, Sensitive};
use crate::plan::{Plan, RulePlan, TemplateChoice};
use crate::ran::Made;
use crate::redact::{Clean, Policy, Redacted, RuleHit, RuleProblem, Ruleset, Watch};
use crate::render::{Artifact, RenderError, UserTemplate};
use crate::triage::Facts;

pub use outcome::Outcome;
pub use ran::{before, collect_run, shows_failure};
pub use voice::clean_words;

/// The pipeline: builds the packet that the plan asks for, and writes it.
///
/// # Errors
/// No input could be used, a leak was found in the finished bytes, or the packet could not be written.
///
/// `hear` is told what is going to be contacted before it is, in clean words.
pub fn collect(plan: &Plan, host: Arc<dyn Host>, hear: &dyn Fn(&str)) -> Result<Outcome, Error> {
    pack(plan, host, inputs::read(&plan.inputs)?, None, hear)
}

#[allow(clippy::needless_pass_by_value)] // the callers hand both over for good
pub(crate) fn pack(
    plan: &Plan,
    host: Arc<dyn Host>,
    inputs: Inputs,
    made: Option<Made>,
    hear: &dyn Fn(&str),
) -> Result<Outcome, Error> {
    plan.seal.check()?;
    let end = Instant::now() + plan.budget;
    let policy = policy(&plan.rules)?;
    let files = inputs::attached(&plan.attachments)?;
    let mut ingested = if made.is_some() { ingest::ingest_run(&inputs.texts) } else { ingest::ingest(&inputs.texts) };
    let new = ingested.failures.len();
    let newest = ingested.failures.last().cloned();
    let (run, words, against) =
        made.map_or((None, None, None), |made| (Some(made.run), Some(made.words), made.against));
    let mut scope = scope(plan, &ingested);
    if let Some(against) = &against {
        // What failed before stays in the packet; a retry that succeeds shows nothing else.
        ingested.failures.splice(0..0, against.former.failures.iter().cloned());
        if scope.surface == Surface::Unknown {
            scope.surface = against.former.surface;
        }
    }
    let scope = Arc::new(scope);
    let mut scene = collect::collect(Arc::clone(&host), Arc::clone(&scope));
    let wanted = contact::wanted(&plan.network, &scene, failed_at(&ingested));
    if let Some(words) = voice::contacting(&wanted, &scene.sensitive) {
        hear(words.as_str());
    }
    let network = contact::contact(&wanted, &contact::network(Arc::clone(&host)), plan.now, end);
    scene.sensitive.extend(network.sensitive.clone());
    let verdict = triage::judge(&facts(&ingested, &scene, &network));
    let path = again::read_path(plan, &host, &scope, newest, &scene, words.as_deref());
    let not_kept = again::remember(plan, host.as_ref(), &path, words.as_deref(), &scene.sensitive).err();
    let tried = against
        .zip(run.as_ref())
        .map(|(against, run)| against.tried(&policy, host.as_ref(), &path, &scene.sensitive, (&verdict, new), run));
    let refused = inputs.refused.iter().map(inputs::Refused::record).collect();
    let parts = Parts { ingested, refused, files, scene, network, verdict, run, path, not_kept, tried };
    let Finished { packet, sensitive, watch } =
        finish(plan, &policy, parts, |packet| render::render(packet, plan.format, template(plan).as_ref()))?;
    Ok(Outcome {
        refused: inputs.refused.iter().map(|refused| voice::words(&refused.error().message(), &sensitive)).collect(),
        complete: packet
            .checklist
            .iter()
            .all(|item| item.captured || item.absent == Some(AbsenceReason::NotApplicable)),
        place: voice::target(&plan.target, &sensitive),
        target: plan.target.clone(),
        watch,
        packet,
    })
}

/// What the last stages leave: the packet as it was written, what was removed from it, and what must not be in any words about it.
struct Finished {
    packet: Packet<Redacted>,
    sensitive: Sensitive,
    watch: Watch,
}

/// The last stages, the same for all that is written: assemble, redact, render, verify, write.
fn finish(
    plan: &Plan,
    policy: &Policy,
    parts: Parts,
    render: impl FnOnce(&Packet<Redacted>) -> Result<Artifact, RenderError>,
) -> Result<Finished, Error> {
    let (packet, sensitive) = assemble::assemble(plan, parts);
    let (mut packet, watch) =
        redact::redact(packet, policy, &sensitive).map_err(|error| voice::redaction_failed(&error))?;
    // It is rendered before the scan, and never written if the scan finds anything.
    packet.redaction.verified = true;
    let artifact = render(&packet).map_err(|error| voice::rendering_failed(&error))?;
    let verified = verify::verify(artifact, &watch).map_err(|error| voice::leak(&error))?;
    write::write_sealed(&verified, &plan.target, &plan.seal)?;
    Ok(Finished { packet, sensitive, watch })
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
    let parts = Parts { refused, ..Parts::of(ingested, scene, network, verdict) };
    let Finished { sensitive, .. } = finish(plan, &policy, parts, |packet| render::verdict(packet, plan.format))?;
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
    let probe = Evidence::captured(result, Provenance::derived("evpack probe"));
    let verdict = triage::judge(&facts(&ingested, &scene, &Found::nothing(AbsenceReason::NotRequested)));
    let network = Found { probe, ..Found::nothing(AbsenceReason::NotRequested) };
    let parts = Parts::of(ingested, scene, network, verdict);
    finish(plan, &policy, parts, |packet| render::probe(packet, plan.format))?;
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

/// The CI vendor whose job this is.
pub fn ci_vendor(host: &dyn Host) -> Option<ci::Vendor> {
    collect::ci_vendor(host).map(ci::Vendor::named)
}

/// The words that make the vendor hide the credentials of the environment from its log, or nothing.
pub fn ci_masks(vendor: &ci::Vendor, host: &dyn Host) -> String {
    collect::credential_values(host).values.iter().map(|known| vendor.mask(known.value.expose())).collect()
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
