//! Assembly: everything that was found becomes one packet, still as it was captured.

mod attempts;
mod checklist;
mod path;
pub mod reproduction;

pub use attempts::Tried;

use crate::collect::Scene;
use crate::contact::Found;
use crate::ingest::Ingested;
use crate::memory::Lost;
use crate::model::command_run::CommandRun;
use crate::model::packet::{Attachment, InputRecord, MetadataEntry, Tool};
use crate::model::path::PathReading;
use crate::model::safe::Timestamp;
use crate::model::verdict::Verdict;
use crate::model::{
    AbsenceReason, Collected, Evidence, NotYetRedacted, Packet, Provenance, Raw, SCHEMA_VERSION, Sensitive,
};
use crate::plan::Plan;
use reproduction::Observed;

/// Failures of the start that a packet holds; one log may show thousands.
const FIRST_KEPT: usize = 10;
/// Failures of the end that a packet holds.
const LAST_KEPT: usize = 40;

/// What the earlier stages found.
pub struct Parts {
    /// What ingest found in the inputs.
    pub ingested: Ingested,
    /// Inputs that could not be read.
    pub refused: Vec<InputRecord<Collected>>,
    /// Files that the configuration attaches.
    pub files: Vec<Attachment<Collected>>,
    /// What collection found.
    pub scene: Scene,
    /// What the network said.
    pub network: Found,
    /// What triage made of it.
    pub verdict: Verdict<Collected>,
    /// How the command ran, where evpack ran it itself.
    pub run: Option<CommandRun<Collected>>,
    /// The path of the call.
    pub path: Vec<PathReading>,
    /// Why this machine keeps no prints of it, where it does not.
    pub not_kept: Option<Lost>,
    /// The attempts before this one, where it is a retry.
    pub tried: Option<Tried>,
}

impl Parts {
    /// What was found and judged, with nothing run and no file attached.
    #[must_use]
    pub fn of(ingested: Ingested, scene: Scene, network: Found, verdict: Verdict<Collected>) -> Self {
        let (refused, files, path) = (Vec::new(), Vec::new(), Vec::new());
        Self { ingested, refused, files, scene, network, verdict, run: None, path, not_kept: None, tried: None }
    }
}

/// Puts a packet together, and gathers what must be removed from it.
pub fn assemble(plan: &Plan, parts: Parts) -> (Packet<Collected>, Sensitive) {
    let Parts { mut ingested, refused, files, scene, network, verdict, run, path, not_kept, tried } = parts;
    bound(&mut ingested);
    // The last failure is one of a former attempt where a retry shows none of its own.
    if let Some(run) = run.as_ref().filter(|_| tried.as_ref().is_none_or(|tried| tried.new > 0)) {
        attempts::date(&mut ingested.failures, run);
    }
    let failure = last_failure(&ingested);
    let mut sensitive = scene.sensitive;
    sensitive.extend(ingested.sensitive);
    let metadata: Vec<_> =
        plan.metadata.iter().map(|(key, value)| MetadataEntry { key: key.clone(), value: value.clone() }).collect();
    let mut host = scene.host;
    host.clock_source = plan.clock_source;
    let reproduction = reproduction::reproduction(&Observed {
        failure: failure.value(),
        route: &scene.route,
        client: &scene.client,
        network: &scene.network_env,
        clues: &ingested.clues,
        metadata: &metadata,
        run: run.as_ref(),
    });
    let attempts = match (tried, &run) {
        (Some(tried), Some(run)) => attempts::with_former(tried, run, &ingested.failures),
        (None, Some(run)) if ingested.failures.is_empty() => vec![attempts::of_run(run)],
        _ => attempts::attempts(&ingested.failures),
    };
    let mut packet = Packet {
        schema_version: SCHEMA_VERSION,
        packet_id: plan.packet_id.clone(),
        created_at: Timestamp::new(plan.now),
        timezone: scene.timezone,
        tool: Tool::THIS,
        audience: plan.rules.audience,
        attempts,
        path: path::fingerprint(path, not_kept),
        verdict,
        failure,
        failures: ingested.failures,
        client: scene.client,
        host,
        route: scene.route,
        network_env: scene.network_env,
        status: network.status,
        probe: network.probe,
        reproduction,
        inputs: ingested.records.into_iter().chain(refused).collect(),
        note: plan.note.clone(),
        metadata,
        attachments: numbered(ingested.attachments.into_iter().chain(files)),
        redaction: NotYetRedacted,
        checklist: Vec::new(),
    };
    packet.checklist = checklist::checklist(&packet);
    (packet, sensitive)
}

/// Keeps the first and the last failures, and says in the record of each input how many of its own are left out. The
/// counts of the records stay those of the input.
fn bound(ingested: &mut Ingested) {
    let all = ingested.failures.len();
    if all > FIRST_KEPT + LAST_KEPT {
        ingested.failures.drain(FIRST_KEPT..all - LAST_KEPT);
    }
    for record in &mut ingested.records {
        let kept = ingested.failures.iter().filter(|failure| failure.source.input == record.name).count();
        let own = u64::from(record.failures).saturating_sub(kept as u64);
        if own == 0 {
            continue;
        }
        let said =
            format!("{own} of its {} failures, neither among the first nor the last, were left out", record.failures);
        record.truncated = Some(match record.truncated.take() {
            Some(before) => Raw::new(format!("{}; {said}", before.expose())),
            None => Raw::new(said),
        });
    }
}

fn last_failure(ingested: &Ingested) -> Evidence<Collected, crate::model::failure::Failure<Collected>> {
    match ingested.failures.last() {
        Some(failure) => {
            let seen = Provenance::input(failure.source.input.clone(), failure.source.deciding_line);
            Evidence::captured(failure.clone(), seen)
        }
        None => Evidence::absent(AbsenceReason::NotInInput, "failure"),
    }
}

/// Numbers attachments in order; a file name in the packet never holds captured text.
fn numbered(attachments: impl Iterator<Item = Attachment<Collected>>) -> Vec<Attachment<Collected>> {
    attachments
        .enumerate()
        .map(|(at, attachment)| Attachment { file: attachment.file.renumbered(at + 1), ..attachment })
        .collect()
}
