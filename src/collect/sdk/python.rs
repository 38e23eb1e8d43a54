//! The Python SDK: virtual environments, site-packages, lock and requirement files.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{scan, source, with_file};
use crate::collect::files;
use crate::collect::host::Host;
use crate::collect::runtime::pythons;
use crate::model::Collected;
use crate::model::client::Sdk;
use crate::model::vocabulary::Language;

const PACKAGE: &str = "anthropic";
/// Names listed of a `site-packages` folder.
const MAX_ENTRIES: usize = 8000;
/// Lock files in TOML.
const TOML_LOCKS: &[&str] = &["uv.lock", "poetry.lock", "pdm.lock"];
/// Files that ask for packages, one a line or in a list.
const REQUIREMENTS: &[&str] = &[
    "requirements.txt",
    "requirements.lock",
    "requirements-dev.txt",
    "requirements/base.txt",
    "pyproject.toml",
    "setup.cfg",
    "environment.yml",
    "Pipfile",
];

/// All sources, those that show what is installed first.
pub(super) fn find(host: &dyn Host, folders: &[PathBuf]) -> Vec<Sdk<Collected>> {
    let mut sources: Vec<_> =
        pythons::environments(host, folders).iter().filter_map(|env| in_environment(host, env)).collect();
    if sources.is_empty() {
        sources.extend(pythons::shared_site_packages(host, folders).iter().find_map(|site| in_site(host, site)));
    }
    for lock in TOML_LOCKS {
        sources.extend(with_file(folders, lock).find_map(|path| {
            let text = files::large(host, &path)?;
            scan::toml_version(text.expose(), PACKAGE).map(|version| asked(version, &path))
        }));
    }
    sources.extend(with_file(folders, "Pipfile.lock").find_map(|path| pipfile_lock(host, &path)));
    for file in REQUIREMENTS {
        sources.extend(with_file(folders, file).find_map(|path| {
            let text = files::small(host, &path)?;
            requirement(text.expose()).map(|version| asked(version, &path))
        }));
    }
    sources
}

fn asked(version: &str, path: &Path) -> Sdk<Collected> {
    source(Language::Python, PACKAGE, version, files::shown(path), false)
}

fn in_environment(host: &dyn Host, env: &Path) -> Option<Sdk<Collected>> {
    pythons::site_packages(host, env).iter().find_map(|site| in_site(host, site))
}

/// `anthropic/_version.py` tells what is loaded; the metadata folder's name is the second choice, since it needs a listing.
fn in_site(host: &dyn Host, site: &Path) -> Option<Sdk<Collected>> {
    let file = site.join("anthropic").join("_version.py");
    if let Some(text) = files::small(host, &file)
        && let Some(version) = scan::value_of(text.expose(), "__version__ =")
    {
        return Some(source(Language::Python, PACKAGE, version, files::shown(&file), true));
    }
    if !host.exists(&site.join("anthropic")) {
        return None;
    }
    let names = host.list(site, MAX_ENTRIES).ok()?;
    let name = names.iter().find(|name| name.starts_with("anthropic-") && name.ends_with(".dist-info"))?;
    let version = name.strip_prefix("anthropic-")?.strip_suffix(".dist-info")?;
    Some(source(Language::Python, PACKAGE, version, files::shown(&site.join(name)), true))
}

fn pipfile_lock(host: &dyn Host, path: &Path) -> Option<Sdk<Collected>> {
    let text = files::large(host, path)?;
    let lock: Value = serde_json::from_str(text.expose()).ok()?;
    let version =
        ["default", "develop"].iter().find_map(|section| lock.get(section)?.get(PACKAGE)?.get("version")?.as_str())?;
    Some(asked(version.trim_start_matches("=="), path))
}

/// What a file asks for: `anthropic==2.1.0`, `anthropic[bedrock]>=0.40,<1`, `anthropic = "^0.40"`; an exact version without its `==`.
pub(super) fn requirement(text: &str) -> Option<&str> {
    text.lines().find_map(|line| {
        let line = line.trim().trim_start_matches(['"', '\'', '-', ' ']);
        let rest = line.strip_prefix(PACKAGE)?;
        let rest = match rest.strip_prefix('[') {
            Some(extras) => extras.split_once(']')?.1,
            None => rest,
        };
        // Another package may begin with the same letters.
        if rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')) {
            return None;
        }
        let end = rest.find(['#', ';', '\\']).unwrap_or(rest.len());
        let asked = rest[..end].split(" --").next().unwrap_or_default();
        let asked = asked.trim().trim_end_matches([',', '"', '\'', ' ']);
        // `anthropic = "^0.40"` and `anthropic = {version = "^0.40"}` are Poetry's and Pipenv's forms.
        let asked = match asked.strip_prefix("= ") {
            Some(rest) => scan::value_of(rest, "version =").unwrap_or(rest.trim_matches(['"', '\'', ' '])),
            None => asked,
        };
        let asked = asked.strip_prefix("==").or_else(|| asked.strip_prefix('=')).unwrap_or(asked).trim();
        Some(asked).filter(|asked| asked.starts_with(|c: char| c.is_ascii_digit() || "<>=~!^*".contains(c)))
    })
}
