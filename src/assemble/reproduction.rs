//! The redacted reproduction: the smallest request of the same shape on the same route, and the steps as observed.
//!
//! Variables stand in place of every secret. Captured URLs and names enter only as literals of the target language
//! (`literal`), so no captured text can become a command.

mod literal;
mod program;
mod shape;
#[cfg(test)]
mod tests;

use crate::model::client::Client;
use crate::model::clues::{Clues, Seen};
use crate::model::command_run::CommandRun;
use crate::model::failure::Failure;
use crate::model::packet::{MetadataEntry, Reproduction};
use crate::model::route::{NetworkEnv, Route};
use crate::model::vocabulary::{RouteKind, Surface};
use crate::model::{AbsenceReason, Collected, Evidence, Provenance, Raw};

use literal::Syntax;
use shape::{Endpoint, Shape};

/// What is known of the failing call.
#[derive(Clone, Copy)]
pub struct Observed<'a> {
    /// The failure, where the inputs show one.
    pub failure: Option<&'a Failure<Collected>>,
    /// The route.
    pub route: &'a Route<Collected>,
    /// The client.
    pub client: &'a Client<Collected>,
    /// Network settings; proxy and certificate variables are kept by name.
    pub network: &'a NetworkEnv<Collected>,
    /// What the inputs say.
    pub clues: &'a Clues,
    /// What the user said. The keys `command`, `exit_code` and `working_directory` are read.
    pub metadata: &'a [MetadataEntry<Collected>],
    /// How the command ran, where evpack ran it itself.
    pub run: Option<&'a CommandRun<Collected>>,
}

/// The reproduction of a failing call; what cannot be known or written is absent with its reason.
#[must_use]
pub fn reproduction(seen: &Observed<'_>) -> Reproduction<Collected> {
    let mut out = Reproduction {
        curl: Evidence::absent(AbsenceReason::NotInInput, "reproduction"),
        language: None,
        code: Evidence::absent(AbsenceReason::NotInInput, "reproduction"),
        command: command(seen),
        working_directory: working_directory(seen),
        exit_code: exit_code(seen),
        run: run(seen),
        unknown: Vec::new(),
    };
    if seen.failure.is_none() && seen.clues.urls.is_empty() {
        return out;
    }
    let shape = shape::shape(seen);
    out.curl = curl(&shape);
    out.language = shape.language;
    out.code = code(seen, &shape);
    out.unknown = shape.unknown;
    out
}

fn derived(text: Option<Raw<String>>) -> Evidence<Collected, Raw<String>> {
    let provenance = Provenance::derived("the failure, the route and the client");
    Evidence::from_option(text, provenance, AbsenceReason::Failed, "reproduction")
}

fn curl(shape: &Shape) -> Evidence<Collected, Raw<String>> {
    match shape.kind {
        RouteKind::Bedrock | RouteKind::Vertex | RouteKind::Foundry => {
            Evidence::absent(AbsenceReason::Unsupported, "reproduction.curl")
        }
        _ if shape.endpoint == Endpoint::Other => Evidence::absent(AbsenceReason::Unsupported, "reproduction"),
        RouteKind::Direct | RouteKind::Gateway => derived(program::program("curl", Syntax::Shell, shape)),
    }
}

fn code(seen: &Observed<'_>, shape: &Shape) -> Evidence<Collected, Raw<String>> {
    match shape.language {
        _ if seen.client.surface == Surface::ClaudeCode => {
            derived(program::program("claude-code", Syntax::Shell, shape))
        }
        None if seen.client.surface == Surface::Curl => {
            Evidence::absent(AbsenceReason::NotApplicable, "reproduction.code")
        }
        None => Evidence::absent(AbsenceReason::NotInInput, "client.sdk"),
        Some(language) if shape.endpoint != Endpoint::Messages || !program::supports(language, shape.kind) => {
            Evidence::absent(AbsenceReason::Unsupported, "reproduction.code")
        }
        Some(language) => {
            let (name, syntax) = program::of(language);
            derived(program::program(name, syntax, shape))
        }
    }
}

fn said<'a>(seen: &Observed<'a>, key: &str) -> Option<&'a Raw<String>> {
    seen.metadata.iter().find(|entry| entry.key.expose() == key).map(|entry| &entry.value)
}

fn from_clue<T>(clue: Seen<T>) -> Evidence<Collected, T> {
    Evidence::captured(clue.value, clue.provenance)
}

/// The command: the user's word, then the last one that the inputs show.
fn command(seen: &Observed<'_>) -> Evidence<Collected, Raw<String>> {
    if let Some(command) = said(seen, "command") {
        return Evidence::captured(command.clone(), Provenance::user("--metadata command"));
    }
    if let Some(run) = seen.run {
        return Evidence::captured(run.command.clone(), Provenance::user("evpack run"));
    }
    let missing = || Evidence::absent(AbsenceReason::NotInInput, "reproduction.command");
    seen.clues.commands.last().cloned().map_or_else(missing, from_clue)
}

fn run(seen: &Observed<'_>) -> Evidence<Collected, CommandRun<Collected>> {
    let provenance = Provenance::user("evpack run");
    Evidence::from_option(seen.run.cloned(), provenance, AbsenceReason::NotInInput, "reproduction.command")
}

fn exit_code(seen: &Observed<'_>) -> Evidence<Collected, i32> {
    if let Some(code) = said(seen, "exit_code").and_then(|text| text.expose().trim().parse().ok()) {
        return Evidence::captured(code, Provenance::user("--metadata exit_code"));
    }
    if let Some(run) = seen.run {
        return Evidence::captured(run.exit_code, Provenance::derived("the end of the command"));
    }
    let missing = || Evidence::absent(AbsenceReason::NotInInput, "reproduction.exit_code");
    seen.clues.exit_codes.last().cloned().map_or_else(missing, from_clue)
}

/// Marks in paths that tell what kind of folder a program ran in.
const ROLES: &[(&str, &str)] = &[
    ("node_modules", "a project with node_modules"),
    ("site-packages", "a project with a Python environment"),
    ("venv", "a project with a virtual environment"),
    ("go.mod", "a Go module"),
    ("pom.xml", "a Maven project"),
    ("gradle", "a Gradle project"),
    ("Gemfile", "a project with a Gemfile"),
    ("composer", "a Composer project"),
];

/// What kind of folder the command ran in, told from the paths in the evidence; never the path itself.
fn working_directory(seen: &Observed<'_>) -> Evidence<Collected, Raw<String>> {
    if let Some(role) = said(seen, "working_directory") {
        return Evidence::captured(role.clone(), Provenance::user("--metadata working_directory"));
    }
    let sdk = seen.client.sdk.value().map(|sdk| &sdk.source);
    let paths = || sdk.into_iter().chain(seen.clues.folders.iter().map(|clue| &clue.value));
    let role = ROLES.iter().find(|(mark, _)| paths().any(|path| path.expose().contains(mark)));
    Evidence::from_option(
        role.map(|(_, role)| Raw::text(*role)),
        Provenance::derived("paths in the evidence"),
        AbsenceReason::NotInInput,
        "reproduction.command",
    )
}
