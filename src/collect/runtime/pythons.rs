//! Python environments of a project, and the version of their interpreter, from files.

use std::path::{Path, PathBuf};

use super::{Local, tool_version, version_in_file};
use crate::collect::files;
use crate::collect::host::Host;
use crate::model::{Collected, Provenance};

/// Names that a project gives its virtual environment.
const NAMES: &[&str] = &[".venv", "venv", "env", ".env", "virtualenv"];
/// Variables that name an active environment.
const ACTIVE: &[&str] = &["VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "CONDA_PREFIX"];
/// Folders that may hold `python3.X` folders with packages, outside any environment.
const SHARED: &[&str] = &["/usr/local/lib", "/usr/lib", "/opt/homebrew/lib"];

/// Virtual environments, nearest first: those that the input's paths lie in, the project's own, the active one.
///
/// The project's own comes before the active one: an active environment may belong to another project.
pub(crate) fn environments(host: &dyn Host, folders: &[PathBuf]) -> Vec<PathBuf> {
    let is_environment =
        |path: &PathBuf| host.exists(&path.join("pyvenv.cfg")) || host.exists(&path.join("conda-meta"));
    let own = folders
        .iter()
        .flat_map(|folder| std::iter::once(folder.clone()).chain(NAMES.iter().map(|name| folder.join(name))));
    let active = ACTIVE.iter().filter_map(|name| host.env(name)).map(|path| PathBuf::from(path.into_exposed()));
    let mut all: Vec<PathBuf> = Vec::new();
    for path in own.chain(active).filter(is_environment) {
        if !all.contains(&path) {
            all.push(path);
        }
    }
    all
}

/// The package folders of an environment or an installation: `lib/python3.X/site-packages`, on Windows `Lib/site-packages`.
pub(crate) fn site_packages(host: &dyn Host, env: &Path) -> Vec<PathBuf> {
    let windows = env.join("Lib").join("site-packages");
    if host.os() == "windows" {
        return vec![windows];
    }
    versioned(host, &env.join("lib")).into_iter().map(|folder| folder.join("site-packages")).collect()
}

fn versioned(host: &dyn Host, lib: &Path) -> Vec<PathBuf> {
    let mut names = host.list(lib, 2000).unwrap_or_default();
    names.retain(|name| {
        name.strip_prefix("python3.").is_some_and(|minor| minor.bytes().all(|byte| byte.is_ascii_digit()))
    });
    // The highest version first: `python3.9` stands after `python3.10` in the alphabet.
    names.sort_by_key(|name| std::cmp::Reverse(name.trim_start_matches("python3.").parse::<u32>().unwrap_or(0)));
    names.into_iter().map(|name| lib.join(name)).collect()
}

/// Package folders that no environment owns: pyenv's, the user's, the system's.
pub(crate) fn shared_site_packages(host: &dyn Host, folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = pyenv(host, folders).iter().flat_map(|root| site_packages(host, root)).collect();
    if let Some(home) = host.home() {
        all.extend(site_packages(host, &home.join(".local")));
    }
    for lib in SHARED {
        for folder in versioned(host, Path::new(lib)) {
            all.push(folder.join("site-packages"));
            all.push(folder.join("dist-packages"));
        }
    }
    all.push(PathBuf::from("/usr/lib/python3/dist-packages"));
    all
}

/// The installation that pyenv takes for this project.
fn pyenv(host: &dyn Host, folders: &[PathBuf]) -> Option<PathBuf> {
    let root = match host.env("PYENV_ROOT") {
        Some(root) => PathBuf::from(root.into_exposed()),
        None => host.home()?.join(".pyenv"),
    };
    let named =
        host.env("PYENV_VERSION").map(|version| version.expose().split(':').next().unwrap_or_default().to_owned());
    let named = named.or_else(|| {
        folders
            .iter()
            .map(|folder| folder.join(".python-version"))
            .chain([root.join("version")])
            .find_map(|path| version_in_file(host, &path, 1))
            .map(|(version, _)| version)
    })?;
    let versions = root.join("versions");
    let exact = versions.join(&named);
    if host.exists(&exact) {
        return Some(exact);
    }
    // `3.11` stands for the highest installed `3.11.x`.
    let installed = host.list(&versions, 200).ok()?;
    let patch = |name: &String| name.strip_prefix(&named)?.strip_prefix('.')?.parse::<u32>().ok();
    installed.into_iter().filter_map(|name| Some((patch(&name)?, name))).max().map(|(_, name)| versions.join(name))
}

/// The project's interpreter.
pub(super) fn local(host: &dyn Host, folders: &[PathBuf]) -> Local {
    let env = environments(host, folders).into_iter().next();
    let in_bin = |root: &Path| {
        if host.os() == "windows" { root.join("Scripts").join("python.exe") } else { root.join("bin").join("python") }
    };
    let installed = if env.is_none() { pyenv(host, folders) } else { None };
    let program = match (&env, &installed) {
        (Some(root), _) | (None, Some(root)) => Some(in_bin(root)).filter(|program| host.exists(program)),
        (None, None) => None,
    };
    let program = program.or_else(|| files::program(host, "python3")).or_else(|| files::program(host, "python"));
    let version = match &env {
        Some(root) => from_cfg(host, root).or_else(|| from_conda(host, root)),
        None => installed.as_deref().and_then(from_path),
    };
    let version = version
        .or_else(|| {
            folders
                .iter()
                .find_map(|folder| version_in_file(host, &folder.join(".python-version"), 3))
                .filter(|_| env.is_none())
        })
        .or_else(|| tool_version(host, folders, &["python"]).filter(|_| env.is_none()));
    Local { name: "CPython", version, program, openssl: None }
}

/// `version = 3.11.7`, or uv's `version_info = 3.11.7`; virtualenv adds `.final.0`.
fn from_cfg(host: &dyn Host, env: &Path) -> Option<(String, Provenance<Collected>)> {
    let path = env.join("pyvenv.cfg");
    let text = files::small(host, &path)?;
    let mut pairs = text.expose().lines().filter_map(|line| line.split_once('='));
    let value =
        pairs.find(|(key, _)| matches!(key.trim(), "version" | "version_info")).map(|(_, value)| value.trim())?;
    let version: Vec<&str> = value.split('.').take(3).collect();
    let version = version.join(".");
    version.starts_with(|c: char| c.is_ascii_digit()).then(|| (version, Provenance::file(files::shown(&path))))
}

/// conda keeps a record a package: `conda-meta/python-3.11.7-h955ad1f_0.json`.
fn from_conda(host: &dyn Host, env: &Path) -> Option<(String, Provenance<Collected>)> {
    let folder = env.join("conda-meta");
    let names = host.list(&folder, 5000).ok()?;
    let name = names
        .iter()
        .find(|name| name.strip_prefix("python-").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())))?;
    let version = name.strip_prefix("python-")?.split('-').next()?;
    Some((version.to_owned(), Provenance::file(files::shown(&folder.join(name)))))
}

/// pyenv's folder is named after the version.
fn from_path(root: &Path) -> Option<(String, Provenance<Collected>)> {
    let name = root.file_name()?.to_str()?;
    name.starts_with(|c: char| c.is_ascii_digit()).then(|| (name.to_owned(), Provenance::file(files::shown(root))))
}
