//! The SDK that failed, among all sources: what was loaded beats what is installed, and that beats what is asked for.

use super::{Found, failing_language};
use crate::collect::Scope;
use crate::model::client::Sdk;
use crate::model::safe::Version;
use crate::model::vocabulary::{Language, Surface};
use crate::model::{AbsenceReason, Collected, Evidence, OrText, Provenance, Raw};

const TOPIC: &str = "client.sdk";

/// Chooses; the clues of the input stand first in `sources`.
pub(super) fn among(scope: &Scope, sources: Vec<Sdk<Collected>>) -> Found {
    let clues = scope.clues.sdks.len().min(sources.len());
    let sdk = match scope.surface {
        // These clients use no SDK that a project installs.
        Surface::ClaudeCode | Surface::Curl => Evidence::absent(AbsenceReason::NotApplicable, TOPIC),
        _ => match failing_language(scope).or_else(|| only_language(scope, &sources)) {
            Some(language) => best(scope, &sources, clues, language),
            None => Evidence::absent(AbsenceReason::NotFound, TOPIC),
        },
    };
    let disagreement = sdk.value().and_then(|sdk| disagreement(sdk, &sources));
    Found { sdk, sources, disagreement }
}

/// Where nothing tells the client, the project's language does, if it has just one. A client that the input names as
/// something else is never given the project's SDK.
fn only_language(scope: &Scope, sources: &[Sdk<Collected>]) -> Option<Language> {
    let first = sources.first().filter(|_| scope.surface == Surface::Unknown)?;
    sources.iter().all(|sdk| sdk.language == first.language).then_some(first.language)
}

/// The SDK as the input names it, without a version.
fn named_by_input(scope: &Scope, language: Language) -> Option<Sdk<Collected>> {
    let seen = scope.clues.surfaces.iter().rev().find(|seen| seen.value == scope.surface)?;
    Some(Sdk {
        language,
        package: Raw::text(package(language)),
        version: Evidence::absent(AbsenceReason::NotInInput, TOPIC),
        source: seen.provenance.place.clone(),
        installed: true,
    })
}

/// Name of Anthropic's package in the package registry of a language.
const fn package(language: Language) -> &'static str {
    match language {
        Language::Python | Language::Ruby => "anthropic",
        Language::Typescript => "@anthropic-ai/sdk",
        Language::Go => "github.com/anthropics/anthropic-sdk-go",
        Language::Java => "com.anthropic:anthropic-java",
        Language::Csharp => "Anthropic",
        Language::Php => "anthropic-ai/sdk",
    }
}

fn best(
    scope: &Scope,
    sources: &[Sdk<Collected>],
    clues: usize,
    language: Language,
) -> Evidence<Collected, Sdk<Collected>> {
    let of_language = |sdk: &&Sdk<Collected>| sdk.language == language;
    let exact = |sdk: &&Sdk<Collected>| exact_version(sdk).is_some();
    let (loaded, found) = sources.split_at(clues);
    // The last clue stands nearest to the last failure; of the project's sources the first is nearest to the program.
    let chosen = (loaded.iter().rev().filter(of_language).find(exact))
        .or_else(|| found.iter().filter(of_language).filter(|sdk| sdk.installed).find(exact))
        .or_else(|| found.iter().filter(of_language).find(exact))
        .or_else(|| sources.iter().find(of_language));
    // That this SDK failed is proved by the input even where no source tells its version.
    let unversioned = || named_by_input(scope, language);
    match chosen.cloned().or_else(unversioned).as_ref() {
        Some(sdk) => {
            let provenance = sdk.version.provenance().cloned().unwrap_or_else(|| Provenance::file(sdk.source.clone()));
            Evidence::captured(sdk.clone(), provenance)
        }
        None => Evidence::absent(AbsenceReason::NotFound, TOPIC),
    }
}

/// The version, where it is one and not a range.
fn exact_version(sdk: &Sdk<Collected>) -> Option<&str> {
    sdk.version.value().and_then(OrText::safe).map(Version::as_str)
}

/// One sentence, where other sources name another version of the same package.
fn disagreement(chosen: &Sdk<Collected>, sources: &[Sdk<Collected>]) -> Option<Raw<String>> {
    let version = exact_version(chosen)?;
    let same = |sdk: &&Sdk<Collected>| sdk.language == chosen.language && sdk.package == chosen.package;
    let plain = |version: &str| version.trim_start_matches('v').to_owned();
    let mut others: Vec<String> = Vec::new();
    for sdk in sources.iter().filter(same) {
        if let Some(other) = exact_version(sdk).filter(|other| plain(other) != plain(version)) {
            let words = format!("{} {} {other}", sdk.source.expose(), if sdk.installed { "has" } else { "asks for" });
            if !others.contains(&words) {
                others.push(words);
            }
        }
    }
    let verb = if chosen.installed { "has" } else { "asks for" };
    (!others.is_empty()).then(|| {
        let words = format!(
            "of {}, {} {verb} {version}; {}",
            chosen.package.expose(),
            chosen.source.expose(),
            others.join("; ")
        );
        Raw::new(words)
    })
}
