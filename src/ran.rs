//! A command that evpack ran itself: what the pipeline gets of it.

use std::sync::Arc;

use crate::again;
use crate::collect::host::{Host, Overlay};
use crate::collect::inputs::Inputs;
use crate::collect::path::Before;
use crate::error::Error;
use crate::ingest::{self, InputText};
use crate::model::command_run::CommandRun;
use crate::model::failure::Failure;
use crate::model::safe::{Seconds, Timestamp};
use crate::model::vocabulary::Surface;
use crate::model::{Collected, Raw};
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::run::processes::Whose;
use crate::run::{self, Ended, Order};

/// What evpack ran itself.
pub(crate) struct Made {
    pub(crate) run: CommandRun<Collected>,
    /// Program and arguments.
    pub(crate) words: Vec<String>,
    /// What it is compared with, where it is a retry.
    pub(crate) against: Option<again::Against>,
}

/// Looks at the path of a command that is about to start.
pub fn before(order: &Order, host: Arc<dyn Host>) -> Before {
    let (changes, _) = order.changes(&run::processes::Processes::default(), None);
    Before::look(Arc::new(Overlay::new(host, changes)), words(order))
}

/// The pipeline over what a command put out.
///
/// # Errors
/// As [`crate::collect()`].
pub fn collect_run(
    plan: &Plan,
    host: Arc<dyn Host>,
    order: &Order,
    ended: Ended,
    hear: &dyn Fn(&str),
) -> Result<Outcome, Error> {
    let (host, inputs, made) = made(host, order, ended);
    crate::pack(plan, host, inputs, Some(made), hear)
}

/// The host as the command had it, what it put out, and how it ran.
pub(crate) fn made(host: Arc<dyn Host>, order: &Order, ended: Ended) -> (Arc<dyn Host>, Inputs, Made) {
    let (changes, whose) = order.changes(&ended.processes, ended.failed_process);
    let run = CommandRun {
        command: run::shown(&order.argv),
        started_at: Timestamp::new(ended.started),
        ended_at: Timestamp::new(ended.ended),
        duration_seconds: Seconds::new(ended.took.as_secs_f64()),
        exit_code: i32::from(ended.how.shell_code()),
        signal: ended.how.signal(),
        output_bytes: ended.bytes,
        on_terminal: ended.on_terminal,
        environment_of: Some(whose.words()),
        changed_meanwhile: ended.changed_meanwhile.iter().map(|name| Raw::text(name.as_str())).collect(),
    };
    // What a process was seen with is whole; what the command line says is a part of it.
    let host: Arc<dyn Host> =
        if whose == Whose::Nobody && changes.is_empty() { host } else { Arc::new(Overlay::new(host, changes)) };
    let inputs = Inputs { texts: ended.outputs, ..Inputs::default() };
    (host, inputs, Made { run, words: words(order), against: None })
}

fn words(order: &Order) -> Vec<String> {
    order.argv.iter().map(|word| word.to_string_lossy().into_owned()).collect()
}

/// Whether a failure of an API call is seen in what a command put out.
pub fn shows_failure(outputs: &[InputText]) -> bool {
    let of_a_call = |failure: &Failure<Collected>| {
        failure.surface != Surface::Unknown
            || failure.http_status.is_captured()
            || failure.error_type.is_captured()
            || failure.request_id.is_captured()
    };
    ingest::ingest_run(outputs).failures.iter().any(of_a_call)
}
