//! The runtime of the failing program, told by the input and by files; an interpreter is started only where no file tells.

mod ask;
mod machines;
mod node;
pub(crate) mod pythons;

use std::path::PathBuf;
use std::time::Duration;

use super::host::Host;
use super::{Scope, files, project};
use crate::model::client::Runtime;
use crate::model::safe::Version;
use crate::model::vocabulary::{Language, Surface};
use crate::model::{AbsenceReason, Collected, Evidence, OrText, Provenance, Raw};

const TOPIC: &str = "client.runtime";
const OPENSSL_TOPIC: &str = "client.openssl";

/// What the probe found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) runtime: Evidence<Collected, Runtime<Collected>>,
    pub(crate) openssl: Evidence<Collected, Raw<String>>,
}

impl Found {
    /// Nothing, where the probe was lost: what the input says still stands.
    pub(crate) fn lost(scope: &Scope, language: Option<Language>, reason: AbsenceReason) -> Self {
        let runtime = match clue(scope, language) {
            Some(runtime) => told_by_input(runtime),
            None => Evidence::absent(reason, TOPIC),
        };
        Self { runtime, openssl: Evidence::absent(reason, OPENSSL_TOPIC) }
    }
}

/// A runtime that files told, and the program that would tell more.
pub(crate) struct Local {
    pub(crate) name: &'static str,
    /// The version, where a file tells it.
    pub(crate) version: Option<(String, Provenance<Collected>)>,
    pub(crate) program: Option<PathBuf>,
    /// OpenSSL's version text, where a file tells it.
    pub(crate) openssl: Option<(String, Provenance<Collected>)>,
}

/// Finds the runtime of `language`, which is that of the failing SDK.
pub(crate) fn collect(host: &dyn Host, scope: &Scope, language: Option<Language>, run_limit: Duration) -> Found {
    let told = clue(scope, language);
    let Some(language) = language else {
        let reason = if matches!(scope.surface, Surface::Curl | Surface::ClaudeCode) {
            AbsenceReason::NotApplicable
        } else {
            AbsenceReason::NotInInput
        };
        let runtime = told.map_or_else(|| Evidence::absent(reason, TOPIC), told_by_input);
        return Found { runtime, openssl: Evidence::absent(reason, OPENSSL_TOPIC) };
    };
    if let Some(told) = told.filter(|_| project::ran_elsewhere(host, scope)) {
        return Found {
            runtime: told_by_input(told),
            openssl: Evidence::absent(AbsenceReason::NotInInput, OPENSSL_TOPIC),
        };
    }
    let folders = project::folders(host, scope);
    let local = match language {
        Language::Python => pythons::local(host, &folders),
        Language::Typescript => node::local(host, &folders, told.map(|runtime| runtime.name)),
        other => machines::local(host, &folders, other),
    };
    let run = scope.run_commands.then_some(run_limit);
    assemble(host, told, local, run)
}

/// Joins what the input proves with what this machine has. Only a runtime that agrees with the input speaks for it.
fn assemble(host: &dyn Host, told: Option<&Runtime<Collected>>, local: Local, run: Option<Duration>) -> Found {
    let mut answer = None;
    let needs_openssl = local.openssl.is_none() && matches!(local.name, "CPython" | "Node.js");
    let needs_version = local.version.is_none() && told.is_none_or(|told| !is_full(told));
    if let (Some(limit), Some(program)) = (run.filter(|_| needs_version || needs_openssl), &local.program) {
        answer = ask::interpreter(host, local.name, program, limit);
    }
    let version = match (&local.version, &answer) {
        (Some((version, provenance)), _) => Some((version.clone(), provenance.clone())),
        (None, Some(answer)) => Some((answer.version.clone(), answer.provenance.clone())),
        (None, None) => None,
    };
    let same = match (told, &version) {
        (Some(told), Some((version, _))) => told.name == local.name && refines(told, version),
        _ => true,
    };
    let runtime = match (told, version) {
        (Some(told), Some((version, provenance))) if same && !is_full(told) => {
            captured(local.name, &version, provenance)
        }
        (Some(told), _) => told_by_input(told),
        (None, Some((version, provenance))) => captured(local.name, &version, provenance),
        (None, None) => Evidence::absent(
            if run.is_none() && local.program.is_some() {
                AbsenceReason::NotRequested
            } else {
                AbsenceReason::NotFound
            },
            TOPIC,
        ),
    };
    let said = local.openssl.or_else(|| answer.and_then(|answer| answer.openssl.map(|text| (text, answer.provenance))));
    let openssl = match said.filter(|_| same) {
        Some((text, provenance)) => Evidence::captured(Raw::new(text), provenance),
        None if !matches!(local.name, "CPython" | "Node.js" | "Ruby" | "PHP") => {
            Evidence::absent(AbsenceReason::NotApplicable, OPENSSL_TOPIC)
        }
        // The input proves another runtime than this machine has, or none may be started.
        None if !same => Evidence::absent(AbsenceReason::NotInInput, OPENSSL_TOPIC),
        None if run.is_none() => Evidence::absent(AbsenceReason::NotRequested, OPENSSL_TOPIC),
        None => Evidence::absent(AbsenceReason::NotFound, OPENSSL_TOPIC),
    };
    Found { runtime, openssl }
}

fn captured(
    name: &'static str,
    version: &str,
    provenance: Provenance<Collected>,
) -> Evidence<Collected, Runtime<Collected>> {
    let source = provenance.place.clone();
    Evidence::captured(Runtime { name, version: OrText::parse(version), source }, provenance)
}

fn told_by_input(runtime: &Runtime<Collected>) -> Evidence<Collected, Runtime<Collected>> {
    Evidence::captured(
        runtime.clone(),
        Provenance { origin: crate::model::Origin::Input, place: runtime.source.clone(), line: None },
    )
}

/// Version of Node for programs of the working directory, where files tell it.
pub(crate) fn node_version(host: &dyn Host) -> Option<String> {
    let folders: Vec<_> = host.cwd().into_iter().collect();
    node::local(host, &folders, Some("Node.js")).version.map(|(version, _)| version)
}

/// The last runtime that the input shows, of the failing language where that is known.
fn clue(scope: &Scope, language: Option<Language>) -> Option<&Runtime<Collected>> {
    let fits =
        |runtime: &&Runtime<Collected>| language.is_none_or(|language| names_of(language).contains(&runtime.name));
    let all = || scope.clues.runtimes.iter().rev().filter(fits);
    // Of a log that shows `3.11` in paths and `3.11.7` in a header, the fuller one says more.
    all().find(|runtime| is_full(runtime)).or_else(|| all().next())
}

fn names_of(language: Language) -> &'static [&'static str] {
    match language {
        Language::Python => &["CPython", "PyPy", "Python"],
        Language::Typescript => &["Node.js", "Bun", "Deno"],
        Language::Go => &["Go"],
        Language::Java => &["JVM"],
        Language::Ruby => &["Ruby"],
        Language::Csharp => &[".NET"],
        Language::Php => &["PHP"],
    }
}

fn version_text(runtime: &Runtime<Collected>) -> &str {
    match &runtime.version {
        OrText::Safe(version) => version.as_str(),
        OrText::Text(text) => text.expose(),
    }
}

/// Whether the version has three parts.
fn is_full(runtime: &Runtime<Collected>) -> bool {
    version_text(runtime).split('.').count() >= 3
}

/// Whether `version` is the told one, or a fuller form of it.
fn refines(told: &Runtime<Collected>, version: &str) -> bool {
    let told = version_text(told).trim_start_matches('v');
    let version = version.trim_start_matches('v');
    version.strip_prefix(told).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '+']))
}

/// The first word of a file that is a version with at least `parts` parts, without `v` in front.
pub(crate) fn version_in_file(
    host: &dyn Host,
    path: &std::path::Path,
    parts: usize,
) -> Option<(String, Provenance<Collected>)> {
    use crate::model::SafeShape;
    let text = files::small(host, path)?;
    let line = text.expose().lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let word = line.split_whitespace().next()?.trim_start_matches('v');
    let word = ["python-", "node-", "ruby-", "go"].iter().find_map(|prefix| word.strip_prefix(prefix)).unwrap_or(word);
    Version::parse(word)?;
    (word.split('.').count() >= parts).then(|| (word.to_owned(), Provenance::file(files::shown(path))))
}

/// The version that `.tool-versions` (asdf, mise) names for a tool.
pub(crate) fn tool_version(
    host: &dyn Host,
    folders: &[PathBuf],
    tools: &[&str],
) -> Option<(String, Provenance<Collected>)> {
    folders.iter().find_map(|folder| {
        let path = folder.join(".tool-versions");
        let text = files::small(host, &path)?;
        let version = text.expose().lines().find_map(|line| {
            let (tool, rest) = line.trim().split_once(' ')?;
            tools.contains(&tool).then(|| rest.split_whitespace().next().map(str::to_owned)).flatten()
        })?;
        version.starts_with(|c: char| c.is_ascii_digit()).then(|| (version, Provenance::file(files::shown(&path))))
    })
}

#[cfg(test)]
mod tests;
