//! The SDK: every source that names one, and the one that failed.

mod choose;
mod compiled;
mod node;
mod python;
mod scan;
mod scripting;

use std::path::PathBuf;

use super::host::Host;
use super::{Scope, project};
use crate::model::client::Sdk;
use crate::model::vocabulary::{Language, Surface};
use crate::model::{AbsenceReason, Collected, Evidence, OrText, Provenance, Raw};

/// What the probe found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) sdk: Evidence<Collected, Sdk<Collected>>,
    pub(crate) sources: Vec<Sdk<Collected>>,
    pub(crate) disagreement: Option<Raw<String>>,
}

impl Found {
    /// Major version of the failing SDK.
    pub(crate) fn major(&self) -> Option<u32> {
        let version = self.sdk.value()?.version.value()?.safe()?.as_str();
        version.trim_start_matches('v').split('.').next()?.parse().ok()
    }

    /// Nothing, where the probe was lost: what the input says still stands.
    pub(crate) fn lost(scope: &Scope, reason: AbsenceReason) -> Self {
        let mut found = choose::among(scope, scope.clues.sdks.clone());
        if !found.sdk.is_captured() {
            found.sdk = Evidence::absent(reason, "client.sdk");
        }
        found
    }
}

/// Looks at the input's clues and at the project's folders.
pub(crate) fn collect(host: &dyn Host, scope: &Scope) -> Found {
    let folders = project::folders(host, scope);
    let mut sources = scope.clues.sdks.clone();
    for language in languages(scope) {
        let more = match language {
            Language::Python => python::find(host, &folders),
            Language::Typescript => node::find(host, &folders),
            Language::Go | Language::Java | Language::Csharp => compiled::find(host, &folders, language),
            Language::Ruby | Language::Php => scripting::find(host, &folders, language),
        };
        sources.extend(more);
    }
    choose::among(scope, sources)
}

/// The language of the failing SDK, where the client or the input tells it.
pub(crate) fn failing_language(scope: &Scope) -> Option<Language> {
    match scope.surface {
        Surface::PythonSdk => Some(Language::Python),
        Surface::TypescriptSdk => Some(Language::Typescript),
        Surface::GoSdk => Some(Language::Go),
        Surface::JavaSdk => Some(Language::Java),
        Surface::Other | Surface::Unknown => scope.clues.sdks.last().map(|sdk| sdk.language),
        Surface::ClaudeCode | Surface::Curl => None,
    }
}

/// Languages worth looking for: the failing one alone where it is known, and all of them where it is not.
fn languages(scope: &Scope) -> Vec<Language> {
    match failing_language(scope) {
        Some(language) => vec![language],
        None => Language::ALL.to_vec(),
    }
}

/// A source that names a version, exact or as asked for.
pub(crate) fn source(
    language: Language,
    package: &str,
    version: &str,
    place: Raw<String>,
    installed: bool,
) -> Sdk<Collected> {
    Sdk {
        language,
        package: Raw::text(package),
        version: Evidence::captured(OrText::parse(version), Provenance::file(place.clone())),
        source: place,
        installed,
    }
}

/// Folders with the name of a file in them, in the order of the folders.
pub(crate) fn with_file<'a>(folders: &'a [PathBuf], name: &'a str) -> impl Iterator<Item = PathBuf> + 'a {
    folders.iter().map(move |folder| folder.join(name))
}

#[cfg(test)]
mod tests;
