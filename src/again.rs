//! A retry: the same path with one stated change, and what really changed.

use std::sync::Arc;

use crate::collect::Scene;
use crate::collect::host::Host;
use crate::collect::path::{self, PathParts};
use crate::ingest::Ingested;
use crate::memory::{Lost, Memory};
use crate::model::path::PathReading;
use crate::model::safe::Timestamp;
use crate::model::{Raw, Sensitive};
use crate::plan::Plan;

/// Programs whose arguments are a script, which has spaces by nature.
const SHELLS: &[&str] = &["sh", "bash", "dash", "zsh", "fish", "ksh", "cmd", "pwsh", "powershell"];

/// The path of the call, as far as this machine shows it.
pub(crate) fn read_path(
    plan: &Plan,
    host: &Arc<dyn Host>,
    ingested: &Ingested,
    scene: &Scene,
    command: Option<&[String]>,
) -> Vec<PathReading> {
    let parts = PathParts {
        scene: scene.clone(),
        failure: ingested.failures.last().cloned(),
        command: command.map(|words| words.iter().map(|word| Raw::text(word.as_str())).collect()),
        network: !plan.offline,
    };
    path::read(host, &crate::scope(plan, ingested), parts)
}

/// Keeps the keyed prints of a packet's path on this machine.
pub(crate) fn remember(
    plan: &Plan,
    host: &dyn Host,
    readings: &[PathReading],
    command: Option<&[String]>,
    sensitive: &Sensitive,
) -> Result<(), Lost> {
    let memory = Memory::open(host)?;
    let command = command.filter(|words| may_be_kept(words, sensitive)).map(<[String]>::to_vec);
    let at = Timestamp::new(plan.now);
    memory.keep(&memory.record(plan.packet_id.as_str(), at.as_str(), readings, command))
}

/// Whether a command line may be kept on this machine: nothing in it would be removed from a packet, and no argument looks
/// like a prompt. A script given to a shell has spaces by nature.
fn may_be_kept(words: &[String], sensitive: &Sensitive) -> bool {
    let shell = words.first().is_some_and(|program| {
        let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
        SHELLS.contains(&name.trim_end_matches(".exe"))
    });
    let plain = |word: &String| shell || (word.len() <= 256 && !word.trim().contains(char::is_whitespace));
    let line = Raw::new(words.join("\n"));
    words.iter().all(plain) && crate::voice::words(&line, sensitive).as_str() == line.expose()
}
