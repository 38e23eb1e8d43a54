//! The path fingerprint: one reading of each variable that two attempts must share. Values stay captured text; what may be
//! shown of them, and how the others are compared, is decided later.

mod client;
mod meanwhile;
mod named_files;
mod network;
mod place;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use meanwhile::Before;

use super::claude_code::settings;
use super::credentials::names as credential_names;
use super::host::Host;
use super::probe;
use super::vars::Vars;
use super::{Scene, Scope};
use crate::model::failure::Failure;
use crate::model::path::{PathReading, Reading, VARIABLES};
use crate::model::{AbsenceReason, Collected, Evidence, Raw};

/// Time for all readings together; most are made of what was collected before.
const LIMIT: Duration = Duration::from_secs(2);
/// Time for the resolver; a name that takes longer stays unknown.
const DNS_LIMIT: Duration = Duration::from_millis(500);
/// Variables of an environment that are read beyond the known ones.
const MOST_SETTINGS: usize = 60;
/// Beginnings of the names of variables that the SDKs, their runtimes and Claude Code read.
const SETTINGS: &[&str] =
    &["ANTHROPIC_", "CLAUDE_CODE_", "API_TIMEOUT_MS", "NODE_OPTIONS", "NODE_USE_", "PYTHONHTTPSVERIFY", "OPENSSL_CONF"];
/// Of those, variables that are another one at each start and say nothing of the path.
const VOLATILE: &[&str] =
    &["SSE_PORT", "SESSION", "ENTRYPOINT", "TRACE", "_LOG", "EXECPATH", "ACTION", "REMOTE", "DEBUG"];

/// What the readings are made of.
#[derive(Clone)]
pub struct PathParts {
    /// What was collected.
    pub scene: Scene,
    /// The failure, where one was seen.
    pub failure: Option<Failure<Collected>>,
    /// The command that was run, where it is known: program and arguments.
    pub command: Option<Vec<Raw<String>>>,
    /// Whether a name may be resolved.
    pub network: bool,
}

/// Reads all variables; none takes longer than a moment, and a machine that hangs leaves all of them unknown.
#[must_use]
pub fn read(host: &Arc<dyn Host>, scope: &Scope, parts: PathParts) -> Vec<PathReading> {
    let (host, scope) = (Arc::clone(host), scope.clone());
    let start = Instant::now();
    let until = start + LIMIT.min(scope.budget);
    let dns_until = start + DNS_LIMIT.min(scope.budget);
    let dns = network::public_answer(&parts);
    let job = probe::start("path", move || readings(host.as_ref(), &scope, &parts));
    let mut all = job.wait(until).unwrap_or_else(unknown);
    let answer = match dns {
        Ok(pending) => pending.wait(dns_until).unwrap_or_else(Reading::Unknown),
        Err(reading) => reading,
    };
    all.push(PathReading { name: "public DNS answer".to_owned(), reading: answer });
    all
}

fn unknown(reason: AbsenceReason) -> Vec<PathReading> {
    let names = VARIABLES.iter().filter(|known| known.name != "public DNS answer");
    names.map(|known| PathReading { name: known.name.to_owned(), reading: Reading::Unknown(reason) }).collect()
}

fn readings(host: &dyn Host, scope: &Scope, parts: &PathParts) -> Vec<PathReading> {
    let settings = settings::read(host);
    let vars = Vars { host, settings: &settings, surface: scope.surface };
    let mut known = Vec::new();
    place::read(host, parts, &mut known);
    client::read(&vars, parts, &mut known);
    network::read(host, parts, &mut known);
    let reading = |name: &str| known.iter().find(|(other, _)| *other == name).map(|(_, reading)| reading.clone());
    let mut all: Vec<PathReading> = VARIABLES
        .iter()
        .filter(|variable| variable.name != "public DNS answer")
        .map(|variable| PathReading {
            name: variable.name.to_owned(),
            reading: reading(variable.name).unwrap_or_else(|| variable_of_client(&vars, variable.name)),
        })
        .collect();
    all.extend(other_settings(&vars));
    all
}

/// An environment variable as the client has it, in upper and lower case where both are read.
fn variable_of_client(vars: &Vars<'_>, name: &str) -> Reading {
    let lower = name.to_ascii_lowercase();
    let both = name.ends_with("_PROXY");
    let found: Vec<String> = [name, lower.as_str()]
        .into_iter()
        .take(if both { 2 } else { 1 })
        .filter_map(|name| vars.effective_text(name))
        .map(|var| var.value.expose().trim().to_owned())
        .collect();
    match found.as_slice() {
        [] => Reading::Unset,
        [one] => Reading::Set(Raw::text(one.as_str())),
        // A client reads one of them; both with one value are no other path than one.
        [one, other] if one == other => Reading::Set(Raw::text(one.as_str())),
        several => Reading::Set(Raw::new(several.join("\n"))),
    }
}

/// Further settings in the environment: those of the SDKs, of Claude Code and of their runtimes, credentials aside.
fn other_settings(vars: &Vars<'_>) -> Vec<PathReading> {
    let mut names: BTreeSet<String> = vars.host.env_names().into_iter().collect();
    names.extend(vars.settings.vars.iter().map(|var| var.name.clone()));
    names.retain(|name| {
        SETTINGS.iter().any(|start| name.starts_with(start))
            && !VOLATILE.iter().any(|word| name.contains(word))
            && (name == credential_names::CUSTOM_HEADERS || !credential_names::looks_like_credential(name))
            && crate::model::path::known(name).is_none()
    });
    let value = |name: &String| vars.effective_text(name).map(|var| var.value);
    let readings = names.iter().filter_map(|name| Some((name, value(name)?))).take(MOST_SETTINGS);
    readings.map(|(name, value)| PathReading { name: name.clone(), reading: Reading::Set(value) }).collect()
}

/// A reading of evidence. What was looked for and is not there counts as unset only where that is certain.
fn of_evidence<T>(evidence: &Evidence<Collected, T>, text: impl Fn(&T) -> String) -> Reading {
    match evidence {
        Evidence::Captured { value, .. } => Reading::Set(Raw::new(text(value))),
        Evidence::Absent(absence) if absence.absent == AbsenceReason::NotFound => Reading::Unset,
        Evidence::Absent(absence) => Reading::Unknown(absence.absent),
    }
}

/// The same for what is found only if one knows where to look: not found is unknown.
fn of_search<T>(evidence: &Evidence<Collected, T>, text: impl Fn(&T) -> String) -> Reading {
    match of_evidence(evidence, text) {
        Reading::Unset => Reading::Unknown(AbsenceReason::NotFound),
        other => other,
    }
}

/// A reading of words that may be none.
fn of_text(text: Option<String>) -> Reading {
    text.filter(|text| !text.trim().is_empty()).map_or(Reading::Unset, |text| Reading::Set(Raw::new(text)))
}

#[cfg(test)]
mod tests;
