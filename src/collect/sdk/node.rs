//! The TypeScript SDK: `node_modules`, lock files, `package.json`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{scan, source, with_file};
use crate::collect::files;
use crate::collect::host::Host;
use crate::model::Collected;
use crate::model::client::Sdk;
use crate::model::vocabulary::Language;

/// The SDK, and its companions for other providers; the first is the one that makes the calls.
const PACKAGES: &[&str] = &[
    "@anthropic-ai/sdk",
    "@anthropic-ai/bedrock-sdk",
    "@anthropic-ai/vertex-sdk",
    "@anthropic-ai/foundry-sdk",
    "@anthropic-ai/aws-sdk",
    "@anthropic-ai/claude-agent-sdk",
];
const LOCKS: &[&str] =
    &["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "deno.lock"];

/// All sources, those that show what is installed first.
pub(super) fn find(host: &dyn Host, folders: &[PathBuf]) -> Vec<Sdk<Collected>> {
    let mut sources: Vec<Sdk<Collected>> = Vec::new();
    for package in PACKAGES {
        let file = Path::new("node_modules").join(package).join("package.json");
        sources.extend(folders.iter().find_map(|folder| installed(host, package, &folder.join(&file))));
    }
    for lock in LOCKS {
        let Some((path, text)) =
            with_file(folders, lock).find_map(|path| Some((path.clone(), files::large(host, &path)?)))
        else {
            continue;
        };
        for package in PACKAGES {
            if let Some(version) = locked(text.expose(), package) {
                sources.push(source(Language::Typescript, package, version, files::shown(&path), false));
            }
        }
    }
    sources.extend(with_file(folders, "package.json").find_map(|path| asked(host, &path)));
    sources
}

fn installed(host: &dyn Host, package: &str, path: &Path) -> Option<Sdk<Collected>> {
    let text = files::small(host, path)?;
    let json: Value = serde_json::from_str(text.expose()).ok()?;
    Some(source(Language::Typescript, package, json.get("version")?.as_str()?, files::shown(path), true))
}

fn asked(host: &dyn Host, path: &Path) -> Option<Sdk<Collected>> {
    let text = files::small(host, path)?;
    let json: Value = serde_json::from_str(text.expose()).ok()?;
    let sections = ["dependencies", "devDependencies", "peerDependencies"];
    let range = sections.iter().find_map(|section| json.get(section)?.get(PACKAGES[0])?.as_str())?;
    Some(source(Language::Typescript, PACKAGES[0], range, files::shown(path), false))
}

/// The version in a lock file of any of the package managers.
pub(super) fn locked<'a>(text: &'a str, package: &str) -> Option<&'a str> {
    text.match_indices(package).find_map(|(at, _)| {
        let before = &text[..at];
        let rest = &text[at + package.len()..];
        let line = before.rsplit('\n').next().unwrap_or(before);
        match rest.as_bytes().first()? {
            // npm: `"node_modules/@anthropic-ai/sdk": {` and then `"version": "1.2.3"`; the first version lock: `"@anthropic-ai/sdk": {`.
            b'"' if rest.trim_start_matches('"').trim_start().starts_with(':')
                && line.trim_start().starts_with('"') =>
            {
                let value = rest.trim_start_matches('"').trim_start().trim_start_matches(':').trim_start();
                let object = value.strip_prefix('{')?;
                scan::value_of(&object[..object.find('}').unwrap_or(object.len())], "\"version\":")
            }
            // pnpm 5 and 6: `/@anthropic-ai/sdk/0.20.0:`.
            b'/' => scan::version_run(&rest[1..]),
            b'@' => after_at(&rest[1..]),
            _ => None,
        }
    })
}

/// What follows `package@`: the version itself (pnpm, Bun, Deno), or a range and then a line with the version (yarn).
fn after_at(rest: &str) -> Option<&str> {
    let line_end = rest.find('\n').unwrap_or(rest.len());
    let (line, next) = rest.split_at(line_end);
    let yarn = next.trim_start().strip_prefix("version").filter(|_| line.trim_end().ends_with(':'));
    if let Some(version) = yarn {
        return scan::version_run(version.trim_start_matches([':', ' ', '"']));
    }
    scan::version_run(line)
}
