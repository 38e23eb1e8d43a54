//! Claude Code as it is installed here: version, settings files, and the traces it leaves of failures.

mod install;
pub(crate) mod settings;
mod traces;

use std::path::PathBuf;
use std::time::Duration;

use super::Scope;
use super::host::Host;
use crate::model::client::ClaudeCode;
use crate::model::vocabulary::Surface;
use crate::model::{AbsenceReason, Collected, Evidence, Provenance};
use settings::Settings;

/// The folder of Claude Code's own files: `CLAUDE_CONFIG_DIR`, or `~/.claude`.
pub(crate) fn config_dir(host: &dyn Host) -> Option<PathBuf> {
    match host.env("CLAUDE_CONFIG_DIR").filter(|dir| !dir.expose().trim().is_empty()) {
        Some(dir) => Some(PathBuf::from(dir.into_exposed())),
        None => Some(host.home()?.join(".claude")),
    }
}

/// Collects what there is of Claude Code; absent where it is neither installed nor named by the input.
pub(crate) fn collect(
    host: &dyn Host,
    scope: &Scope,
    settings: &Settings,
    run_limit: Duration,
) -> Evidence<Collected, ClaudeCode<Collected>> {
    let concerned = scope.surface == Surface::ClaudeCode;
    let found = install::find(host, if scope.run_commands && concerned { Some(run_limit) } else { None });
    let named = scope.clues.claude_code.last();
    if found.is_none() && named.is_none() && !concerned {
        return Evidence::absent(AbsenceReason::NotFound, "client.claude_code");
    }
    let provenance = match (named, &found) {
        (Some(seen), _) => seen.provenance.clone(),
        (None, Some(found)) => Provenance::file(found.place.clone()),
        (None, None) => Provenance::derived("the failing client"),
    };
    let version = match (named, &found) {
        (Some(seen), _) => Evidence::captured(seen.value.clone(), seen.provenance.clone()),
        (None, Some(found)) => found.version.clone(),
        (None, None) => Evidence::absent(AbsenceReason::NotFound, "client.claude_code"),
    };
    let claude_code = ClaudeCode {
        version,
        install: found.as_ref().map_or("unknown", |found| found.kind),
        settings: settings.files.clone(),
        debug_log: traces::debug_log(host),
        transcript_errors: traces::transcript_errors(host),
    };
    Evidence::captured(claude_code, provenance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::host::fake::FakeHost;

    #[test]
    fn it_is_absent_where_nothing_speaks_of_it() {
        let host = FakeHost::new().var("HOME", "/home/dana");
        let found = collect(&host, &Scope::for_test(Surface::PythonSdk), &Settings::default(), Duration::ZERO);
        assert_eq!(found.absence().map(|absence| absence.absent), Some(AbsenceReason::NotFound));
    }

    #[test]
    fn an_npm_install_tells_its_version_from_its_package_file() {
        let host = FakeHost::new()
            .var("HOME", "/home/dana")
            .var("PATH", "/usr/local/bin")
            .link("/usr/local/bin/claude", "/usr/local/lib/node_modules/@anthropic-ai/claude-code/cli.js")
            .file("/usr/local/lib/node_modules/@anthropic-ai/claude-code/cli.js", "")
            .file(
                "/usr/local/lib/node_modules/@anthropic-ai/claude-code/package.json",
                r#"{"name":"@anthropic-ai/claude-code","version":"2.1.330"}"#,
            );
        let found = collect(&host, &Scope::for_test(Surface::Unknown), &Settings::default(), Duration::ZERO);
        let value = found.value().unwrap();
        assert_eq!(value.install, "npm-global");
        assert_eq!(
            value.version.value().and_then(crate::model::OrText::safe).map(crate::model::safe::Version::as_str),
            Some("2.1.330")
        );
        assert_eq!(config_dir(&host), Some(PathBuf::from("/home/dana/.claude")));
    }
}
