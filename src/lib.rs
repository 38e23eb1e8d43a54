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
//! - [`mod@run`]: the failing command itself is run, where that is asked for; its output is an input like any other.
//! - [`ingest`]: bytes of a log become the failures seen in it. Pure; it never fails as a whole.
//! - [`mod@collect`]: probes of the surroundings, each with a time and size limit, through one door ([`collect::host::Host`]).
//! - [`triage`]: failures and surroundings become a verdict.
//! - [`assemble`]: all of it becomes one packet, with checklist and reproduction.
//! - [`redact`]: the packet becomes one whose text is clean.
//! - [`render`]: a clean packet becomes files. The words stand in `templates/`.
//! - [`verify`]: the finished bytes are scanned again.
//! - [`mod@write`]: verified files leave, by this door only.
//! - [`archive`]: a packet that somebody sent comes back in, as hostile input; it is redacted and verified anew.
//! - [`inspect`]: the checks of such a packet, and [`receive`]: what the receiver does with it.
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

pub mod again;
pub mod archive;
pub mod assemble;
pub mod ci;
pub mod cli;
pub mod collect;
pub mod compared;
pub mod diff;
pub mod error;
pub mod filter;
pub mod ingest;
pub mod inspect;
pub mod memory;
pub mod model;
pub mod plan;
pub mod receive;
pub mod redact;
pub mod render;
pub mod retry;
pub mod run;
pub mod schema;
pub mod triage;
pub mod verify;
pub mod write;

mod voice;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::assemble::Parts;
use crate::collect::host::{BlindHost, Host};
use crate::collect::inputs::{self, Inputs};
use crate::collect::{Scene, Scope, Touch};
use crate::error::Error;
use crate::ingest::{Ingested, InputText};
use crate::model::command_run::CommandRun;
use crate::model::failure::Failure;
use crate::model::safe::{Seconds, Timestamp};
use crate::model::vocabulary::Surface;
use crate::model::{AbsenceReason, Collected, Packet, Raw};
use crate::plan::{Plan, RulePlan, Target, TemplateChoice};
use crate::redact::{Clean, Policy, Redacted, RuleHit, RuleProblem, Ruleset, Watch};
use crate::render::UserTemplate;
use crate::triage::Facts;
use crate::write::Seal;

pub use voice::clean_words;

/// What came of a collection.
#[derive(Debug)]
pub struct Outcome {
    packet: Packet<Redacted>,
    place: String,
    target: Target,
    watch: Watch,
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

    /// Tells the CI job of the packet: outputs and summary go to the vendor's files, what belongs into the log is given back.
    ///
    /// # Errors
    /// The words hold something that must not leave, or a file of the vendor cannot be written.
    pub fn tell_ci(&self, vendor: &ci::Vendor, host: &dyn Host) -> Result<String, Error> {
        let path = if self.target == Target::Stdout { None } else { Some(self.place.as_str()) };
        let artifact = render::ci_words(&self.packet, vendor, path).map_err(|error| voice::rendering_failed(&error))?;
        let verified = verify::verify(artifact, &self.watch).map_err(|error| voice::leak(&error))?;
        let named = |name: &Option<String>| {
            let value = name.as_deref().and_then(|name| host.env(name))?;
            Some(PathBuf::from(value.expose()))
        };
        write::ci_words(&verified, named(&vendor.outputs_file), named(&vendor.summary_file))
    }

    /// Whether the verdict is one of these branches or causes.
    pub fn is_one_of(&self, words: &[String]) -> bool {
        let verdict = &self.packet.verdict;
        let named = |word: &String| word == "any" || word == verdict.branch.word() || word == verdict.cause.word();
        words.iter().any(named)
    }

    /// The last attempt in one line, where it is a retry.
    ///
    /// # Errors
    /// Only where a built-in template is at fault.
    pub fn attempt_line(&self) -> Result<String, Error> {
        render::attempt_line(&self.packet).map_err(|error| voice::rendering_failed(&error))
    }

    /// Whether the last attempt reached the API, so that no further test is needed.
    #[must_use]
    pub fn decides(&self) -> bool {
        let told = self.packet.attempts.iter().rev().find_map(|attempt| attempt.conclusion.as_ref());
        told.is_some_and(|words| words.as_str().contains(": reached the API"))
            || self.packet.attempts.last().is_some_and(|attempt| attempt.failure.is_none())
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
pub fn collect(plan: &Plan, host: Arc<dyn Host>) -> Result<Outcome, Error> {
    collect_sealed(plan, host, &Seal::default())
}

/// The same, and the packet is signed or encrypted before it is written.
///
/// # Errors
/// As [`collect()`]; or the key or recipient cannot be used. Then nothing is written.
pub fn collect_sealed(plan: &Plan, host: Arc<dyn Host>, seal: &Seal) -> Result<Outcome, Error> {
    seal.check()?;
    pack(plan, host, inputs::read(&plan.inputs)?, None, seal)
}

/// The pipeline over what a command put out; the host must tell the environment that the command had.
///
/// # Errors
/// As [`collect()`].
pub fn collect_run(plan: &Plan, host: Arc<dyn Host>, argv: &[OsString], ended: run::Ended) -> Result<Outcome, Error> {
    let (inputs, made) = made(argv, ended);
    pack(plan, host, inputs, Some(made), &Seal::default())
}

/// What evpack ran itself.
struct Made {
    run: CommandRun<Collected>,
    /// Program and arguments.
    words: Vec<String>,
    /// What it is compared with, where it is a retry.
    against: Option<again::Against>,
}

fn made(argv: &[OsString], ended: run::Ended) -> (Inputs, Made) {
    let run = CommandRun {
        command: run::shown(argv),
        started_at: Timestamp::new(ended.started),
        ended_at: Timestamp::new(ended.ended),
        duration_seconds: Seconds::new(ended.took.as_secs_f64()),
        exit_code: i32::from(ended.how.shell_code()),
        signal: ended.how.signal(),
        output_bytes: ended.bytes,
        on_terminal: ended.on_terminal,
    };
    let words = argv.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    (Inputs { texts: ended.outputs, ..Inputs::default() }, Made { run, words, against: None })
}

/// Whether a failure of an API call is seen in what a command put out.
pub fn shows_failure(outputs: &[InputText]) -> bool {
    let of_a_call = |failure: &Failure<Collected>| {
        failure.surface != Surface::Unknown
            || failure.http_status.is_captured()
            || failure.error_type.is_captured()
            || failure.request_id.is_captured()
    };
    ingest::ingest(outputs).failures.iter().any(of_a_call)
}

#[allow(clippy::needless_pass_by_value)] // the callers hand both over for good
fn pack(plan: &Plan, host: Arc<dyn Host>, inputs: Inputs, made: Option<Made>, seal: &Seal) -> Result<Outcome, Error> {
    let policy = policy(&plan.rules)?;
    let files = inputs::attached(&plan.attachments)?;
    let mut ingested = ingest::ingest(&inputs.texts);
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
    let scene = collect::collect(Arc::clone(&host), Arc::clone(&scope));
    let verdict = triage::judge(&facts(&ingested, &scene));
    let path = again::read_path(plan, &host, &scope, newest, &scene, words.as_deref());
    let not_kept = again::remember(plan, host.as_ref(), &path, words.as_deref(), &scene.sensitive).err();
    let tried = against
        .zip(run.as_ref())
        .map(|(against, run)| against.tried(&policy, host.as_ref(), &path, &scene.sensitive, (&verdict, new), run));
    let refused = inputs.refused.iter().map(inputs::Refused::record).collect();
    let parts = Parts { ingested, refused, files, scene, verdict, run, path, not_kept, tried };
    let (packet, sensitive) = assemble::assemble(plan, parts);
    let (mut packet, watch) =
        redact::redact(packet, &policy, &sensitive).map_err(|error| voice::redaction_failed(&error))?;
    // It is rendered before the scan, and never written if the scan finds anything.
    packet.redaction.verified = true;
    let artifact = render::render(&packet, plan.format, template(plan).as_ref())
        .map_err(|error| voice::rendering_failed(&error))?;
    let verified = verify::verify(artifact, &watch).map_err(|error| voice::leak(&error))?;
    write::write_sealed(&verified, &plan.target, seal)?;
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
    let verdict = triage::judge(&facts(&ingested, &scene));
    let refused = inputs.refused.iter().map(inputs::Refused::record).collect();
    let files = Vec::new();
    let (run, path, not_kept, tried) = (None, Vec::new(), None, None);
    let parts = Parts { ingested, refused, files, scene, verdict, run, path, not_kept, tried };
    let (packet, sensitive) = assemble::assemble(plan, parts);
    let (packet, watch) =
        redact::redact(packet, &policy, &sensitive).map_err(|error| voice::redaction_failed(&error))?;
    let artifact = render::verdict(&packet, plan.format).map_err(|error| voice::rendering_failed(&error))?;
    let verified = verify::verify(artifact, &watch).map_err(|error| voice::leak(&error))?;
    write::write(&verified, &plan.target)?;
    Ok(inputs.refused.iter().map(|refused| voice::words(&refused.error().message(), &sensitive)).collect())
}

/// What [`collect()`] would read, run, write and contact, one a line. `planned` is what making the plan has touched.
///
/// Which files matter depends on what the inputs say, so local files are read to learn that; nothing is run, written or
/// contacted, and standard input is left alone.
pub fn dry_run(plan: &Plan, host: &Arc<dyn Host>, planned: Vec<Touch>) -> Clean {
    let files: Vec<_> = plan.inputs.iter().filter(|path| path.as_os_str() != "-").cloned().collect();
    let ingested = inputs::read(&files).map_or_else(|_| Ingested::default(), |inputs| ingest::ingest(&inputs.texts));
    let mut touched = planned;
    touched.extend(collect::survey(Arc::clone(host), &scope(plan, &ingested)));
    voice::dry_run(plan, &touched, host.as_ref())
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

const fn facts<'a>(ingested: &'a Ingested, scene: &'a Scene) -> Facts<'a> {
    Facts {
        failures: ingested.failures.as_slice(),
        clues: &ingested.clues,
        client: &scene.client,
        route: &scene.route,
        network: &scene.network_env,
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
        budget: plan.budget,
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
