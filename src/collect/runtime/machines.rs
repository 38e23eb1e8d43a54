//! Go, the JVM, .NET, Ruby and PHP: the version from files.

use std::path::{Path, PathBuf};

use super::{Local, tool_version, version_in_file};
use crate::collect::files;
use crate::collect::host::Host;
use crate::model::vocabulary::Language;
use crate::model::{Collected, Provenance};

type Told = Option<(String, Provenance<Collected>)>;

/// The runtime of a language other than Python and TypeScript.
pub(super) fn local(host: &dyn Host, folders: &[PathBuf], language: Language) -> Local {
    let (name, program, version) = match language {
        Language::Go => {
            let program = files::program(host, "go");
            let version =
                go_root(host, program.as_deref()).and_then(|root| version_in_file(host, &root.join("VERSION"), 2));
            ("Go", program, version.or_else(|| go_mod(host, folders)))
        }
        Language::Java => ("JVM", None, java(host)),
        Language::Csharp => (".NET", files::program(host, "dotnet"), global_json(host, folders)),
        Language::Ruby => {
            let pinned = folders.iter().find_map(|folder| version_in_file(host, &folder.join(".ruby-version"), 3));
            ("Ruby", files::program(host, "ruby"), pinned.or_else(|| tool_version(host, folders, &["ruby"])))
        }
        _ => ("PHP", files::program(host, "php"), tool_version(host, folders, &["php"])),
    };
    Local { name, version, program, openssl: None }
}

/// The root of an installation: two folders above the real program.
fn root_of(host: &dyn Host, program: Option<&Path>) -> Option<PathBuf> {
    Some(host.real_path(program?)?.parent()?.parent()?.to_path_buf())
}

fn go_root(host: &dyn Host, program: Option<&Path>) -> Option<PathBuf> {
    host.env("GOROOT").map(|root| PathBuf::from(root.into_exposed())).or_else(|| root_of(host, program))
}

/// `toolchain go1.25.1` names what a build takes at least; `go 1.25` only the language.
fn go_mod(host: &dyn Host, folders: &[PathBuf]) -> Told {
    folders.iter().find_map(|folder| {
        let path = folder.join("go.mod");
        let text = files::small(host, &path)?;
        let version =
            text.expose().lines().find_map(|line| line.trim().strip_prefix("toolchain go"))?.trim().to_owned();
        Some((version, Provenance::file(files::shown(&path))))
    })
}

/// A JDK has a file `release` at its root: `JAVA_VERSION="17.0.15"`.
fn java(host: &dyn Host) -> Told {
    let home = host.env("JAVA_HOME").map(|home| PathBuf::from(home.into_exposed()));
    let on_path = root_of(host, files::program(host, "java").as_deref());
    home.into_iter().chain(on_path).find_map(|root| {
        // A JRE inside a JDK 8 has it one folder higher.
        [root.join("release"), root.join("../release")].into_iter().find_map(|path| {
            let text = files::small(host, &path)?;
            let version = text
                .expose()
                .lines()
                .find_map(|line| line.strip_prefix("JAVA_VERSION=\""))?
                .trim_end_matches('"')
                .to_owned();
            Some((version, Provenance::file(files::shown(&path))))
        })
    })
}

/// `global.json` pins the SDK of .NET.
fn global_json(host: &dyn Host, folders: &[PathBuf]) -> Told {
    folders.iter().find_map(|folder| {
        let path = folder.join("global.json");
        let json: serde_json::Value = serde_json::from_str(files::small(host, &path)?.expose()).ok()?;
        let version = json.get("sdk")?.get("version")?.as_str()?.to_owned();
        Some((version, Provenance::file(files::shown(&path))))
    })
}
