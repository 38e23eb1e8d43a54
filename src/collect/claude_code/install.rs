//! Finds the installed Claude Code and its version, from files where they tell it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::collect::files;
use crate::collect::host::Host;
use crate::model::safe::Version;
use crate::model::{AbsenceReason, Collected, Evidence, OrText, Provenance, Raw, SafeShape};

/// Package names that carry the version of Claude Code: the package itself and its native builds.
const PACKAGE: &str = "@anthropic-ai/claude-code";

/// An installed Claude Code.
pub(crate) struct Installed {
    /// `npm-global`, `npm-local`, `native`, `homebrew` or `unknown`.
    pub(crate) kind: &'static str,
    /// Its version.
    pub(crate) version: Evidence<Collected, OrText<Collected, Version>>,
    /// The file that told it, or the program.
    pub(crate) place: Raw<String>,
}

/// Looks for Claude Code on the search path and at its usual places; `run` allows to start it where no file tells.
pub(crate) fn find(host: &dyn Host, run: Option<Duration>) -> Option<Installed> {
    let programs = candidates(host);
    if let Some(found) = programs.iter().find_map(|program| from_files(host, program)) {
        return Some(found);
    }
    let program = programs.into_iter().find(|program| host.exists(program))?;
    let version = match run {
        None => Evidence::absent(AbsenceReason::NotRequested, "client.claude_code"),
        Some(limit) => ask(host, &program, limit),
    };
    Some(Installed { kind: "unknown", version, place: files::shown(&program) })
}

/// Where the program, or its package, may lie; those on the search path first.
fn candidates(host: &dyn Host) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = files::program(host, "claude").into_iter().collect();
    if let Some(home) = host.home() {
        for place in
            [".local/bin/claude", ".claude/local/claude", ".claude/local/node_modules/@anthropic-ai/claude-code/cli.js"]
        {
            all.push(home.join(place));
        }
        all.push(home.join(".npm-global/lib/node_modules").join(PACKAGE).join("cli.js"));
    }
    for place in ["/usr/local/lib/node_modules", "/usr/lib/node_modules", "/opt/homebrew/lib/node_modules"] {
        all.push(Path::new(place).join(PACKAGE).join("cli.js"));
    }
    all
}

fn from_files(host: &dyn Host, program: &Path) -> Option<Installed> {
    let real = host.real_path(program);
    let real = real.as_deref().or_else(|| program.ends_with("cli.js").then_some(program))?;
    from_path(real).or_else(|| from_package(host, real)).or_else(|| beside(host, program))
}

/// A native install or a cask has the version in its path: `.../claude/versions/2.1.330`, `.../Caskroom/claude-code/2.1.330/claude`.
fn from_path(real: &Path) -> Option<Installed> {
    let parts: Vec<&str> = real.iter().filter_map(|part| part.to_str()).collect();
    let (kind, version) = parts.windows(3).find_map(|window| match window {
        ["claude", "versions", version] => Some(("native", *version)),
        ["Caskroom", "claude-code" | "claude-code@latest", version] => Some(("homebrew", *version)),
        _ => None,
    })?;
    Version::parse(version)?;
    let place = files::shown(real);
    Some(Installed {
        kind,
        version: Evidence::captured(OrText::parse(version), Provenance::file(place.clone())),
        place,
    })
}

/// An npm install has a `package.json` above the program.
fn from_package(host: &dyn Host, real: &Path) -> Option<Installed> {
    real.ancestors().skip(1).take(4).find_map(|folder| read_package(host, &folder.join("package.json")))
}

/// On Windows npm writes a `.cmd` shim, and the package lies in `node_modules` beside it.
fn beside(host: &dyn Host, program: &Path) -> Option<Installed> {
    read_package(host, &program.parent()?.join("node_modules").join(PACKAGE).join("package.json"))
}

fn read_package(host: &dyn Host, path: &Path) -> Option<Installed> {
    let text = files::small(host, path)?;
    let package: Value = serde_json::from_str(text.expose()).ok()?;
    package.get("name")?.as_str().filter(|name| name.starts_with(PACKAGE))?;
    let version = package.get("version")?.as_str()?;
    let place = files::shown(path);
    let local = path.iter().any(|part| part == ".claude");
    let kind = if local { "npm-local" } else { "npm-global" };
    Some(Installed {
        kind,
        version: Evidence::captured(OrText::parse(version), Provenance::file(place.clone())),
        place,
    })
}

/// `claude --version` prints `2.1.330 (Claude Code)`.
fn ask(host: &dyn Host, program: &Path, limit: Duration) -> Evidence<Collected, OrText<Collected, Version>> {
    let topic = "client.claude_code";
    let ran = match host.run(program, &["--version"], limit) {
        Ok(ran) => ran,
        Err(error) => return Evidence::absent(error.reason(), topic),
    };
    let output = String::from_utf8_lossy(ran.stdout.expose());
    match output.split_whitespace().next().filter(|word| Version::parse(word).is_some()) {
        Some(word) => Evidence::captured(OrText::parse(word), Provenance::command("claude --version")),
        None => Evidence::absent(AbsenceReason::Failed, topic),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::host::fake::FakeHost;

    fn version(found: &Installed) -> Option<&str> {
        found.version.value().and_then(OrText::safe).map(Version::as_str)
    }

    #[test]
    fn a_native_install_is_told_by_its_path_and_is_never_started() {
        let host = FakeHost::new()
            .var("HOME", "/home/dana")
            .var("PATH", "/home/dana/.local/bin")
            .link("/home/dana/.local/bin/claude", "/home/dana/.local/share/claude/versions/2.1.330")
            .file("/home/dana/.local/share/claude/versions/2.1.330", "")
            .prints("/home/dana/.local/bin/claude --version", "9.9.9 (Claude Code)");
        let found = find(&host, Some(Duration::from_secs(1))).unwrap();
        assert_eq!((found.kind, version(&found)), ("native", Some("2.1.330")));
    }

    #[test]
    fn a_program_without_files_is_asked_only_where_allowed() {
        let host = FakeHost::new()
            .var("PATH", "relative:/opt/bin")
            .file("/opt/bin/claude", "")
            .prints("/opt/bin/claude --version", "2.1.104 (Claude Code)\n");
        assert_eq!(version(&find(&host, Some(Duration::from_secs(1))).unwrap()), Some("2.1.104"));
        let silent = find(&host, None).unwrap();
        assert_eq!(silent.version.absence().map(|a| a.absent), Some(AbsenceReason::NotRequested));
    }
}
