//! The SDKs of compiled languages: Go, Java and Kotlin, C#.

use std::path::{Path, PathBuf};

use super::{scan, source, with_file};
use crate::collect::files;
use crate::collect::host::Host;
use crate::model::client::Sdk;
use crate::model::vocabulary::Language;
use crate::model::{Collected, Raw};

const GO_MODULE: &str = "github.com/anthropics/anthropic-sdk-go";
const JAVA_GROUP: &str = "com.anthropic";
const JAVA_ARTIFACT: &str = "anthropic-java";
/// The package on `NuGet`, and its companions for other providers. `Anthropic.SDK` is another author's.
const CSHARP_PACKAGES: &[&str] = &["Anthropic", "Anthropic.Bedrock", "Anthropic.Foundry", "Anthropic.Vertex"];
/// Entries listed of a project folder, to find project files.
const MAX_ENTRIES: usize = 500;

/// All sources of a language, those that show what is built first.
pub(super) fn find(host: &dyn Host, folders: &[PathBuf], language: Language) -> Vec<Sdk<Collected>> {
    match language {
        Language::Go => go(host, folders),
        Language::Java => java(host, folders),
        _ => csharp(host, folders),
    }
}

fn each<'a>(
    host: &'a dyn Host,
    folders: &'a [PathBuf],
    file: &'a str,
    read: impl Fn(&str, &Path) -> Option<Sdk<Collected>> + 'a,
) -> Option<Sdk<Collected>> {
    with_file(folders, file).find_map(|path| read(files::large(host, &path)?.expose(), &path))
}

fn go(host: &dyn Host, folders: &[PathBuf]) -> Vec<Sdk<Collected>> {
    let line = |installed| {
        move |text: &str, path: &Path| {
            go_version(text).map(|version| source(Language::Go, GO_MODULE, version, files::shown(path), installed))
        }
    };
    let vendored = each(host, folders, "vendor/modules.txt", line(true));
    // A build takes exactly what `go.mod` requires; `go.sum` may list versions that no build takes.
    let required = each(host, folders, "go.mod", line(false));
    let summed = if required.is_none() { each(host, folders, "go.sum", line(false)) } else { None };
    [vendored, required, summed].into_iter().flatten().collect()
}

/// The version behind the module's name, without `v`, of the first line that has one.
fn go_version(text: &str) -> Option<&str> {
    text.lines().find_map(|line| {
        let words = line.trim().trim_start_matches("# ").trim_start_matches("require ");
        let rest = words.strip_prefix(GO_MODULE)?.strip_prefix(' ')?;
        let version = rest.split_whitespace().next()?.split('/').next()?;
        version.strip_prefix('v')
    })
}

fn java(host: &dyn Host, folders: &[PathBuf]) -> Vec<Sdk<Collected>> {
    let mut sources = Vec::new();
    sources.extend(each(host, folders, "pom.xml", |text, path| {
        let (artifact, version) = pom(text)?;
        Some(source(Language::Java, &format!("{JAVA_GROUP}:{artifact}"), &version, files::shown(path), false))
    }));
    for file in ["gradle.lockfile", "build.gradle.kts", "build.gradle", "app/build.gradle.kts", "app/build.gradle"] {
        sources.extend(each(host, folders, file, |text, path| {
            let (artifact, version) = coordinates(text)?;
            Some(source(Language::Java, &format!("{JAVA_GROUP}:{artifact}"), version, files::shown(path), false))
        }));
    }
    sources.extend(each(host, folders, "gradle/libs.versions.toml", |text, path| {
        let (artifact, version) = catalogue(text)?;
        Some(source(Language::Java, &format!("{JAVA_GROUP}:{artifact}"), &version, files::shown(path), false))
    }));
    sources
}

/// `com.anthropic:anthropic-java:2.57.0`, in Gradle's short form or in its lock file.
fn coordinates(text: &str) -> Option<(&str, &str)> {
    let start = format!("{JAVA_GROUP}:{JAVA_ARTIFACT}");
    text.match_indices(&start).find_map(|(at, _)| {
        let rest = &text[at + JAVA_GROUP.len() + 1..];
        let (artifact, rest) = rest.split_once(':')?;
        let version = scan::version_run(rest)?;
        artifact.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-').then_some((artifact, version))
    })
}

/// The dependency in a Maven file, its version from a property where it names one.
fn pom(text: &str) -> Option<(String, String)> {
    let document = roxmltree::Document::parse(text).ok()?;
    let child = |node: &roxmltree::Node<'_, '_>, name: &str| {
        node.children()
            .find(|child| child.tag_name().name() == name)
            .and_then(|child| child.text())
            .map(|text| text.trim().to_owned())
    };
    let is_ours = |node: &roxmltree::Node<'_, '_>| {
        node.tag_name().name() == "dependency"
            && child(node, "groupId").as_deref() == Some(JAVA_GROUP)
            && child(node, "artifactId").is_some_and(|artifact| artifact.starts_with(JAVA_ARTIFACT))
    };
    document.descendants().filter(is_ours).find_map(|node| {
        let version = child(&node, "version")?;
        let version = match version.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
            Some(property) => {
                let holder = document.descendants().find(|node| node.tag_name().name() == "properties")?;
                child(&holder, property)?
            }
            None => version,
        };
        Some((child(&node, "artifactId")?, version))
    })
}

/// A version catalogue of Gradle: the library's own version, or the one it refers to.
fn catalogue(text: &str) -> Option<(String, String)> {
    let toml: toml::Table = text.parse().ok()?;
    toml.get("libraries")?.as_table()?.values().find_map(|library| {
        let short = library.as_str().and_then(coordinates);
        if let Some((artifact, version)) = short {
            return Some((artifact.to_owned(), version.to_owned()));
        }
        let module = library.get("module").and_then(|module| module.as_str()).map(str::to_owned);
        let module = module
            .or_else(|| Some(format!("{}:{}", library.get("group")?.as_str()?, library.get("name")?.as_str()?)))?;
        let artifact = module.strip_prefix(JAVA_GROUP)?.strip_prefix(':')?.to_owned();
        let version = library.get("version")?;
        let named = version.as_str().or_else(|| toml.get("versions")?.get(version.get("ref")?.as_str()?)?.as_str())?;
        artifact.starts_with(JAVA_ARTIFACT).then(|| (artifact, named.to_owned()))
    })
}

fn csharp(host: &dyn Host, folders: &[PathBuf]) -> Vec<Sdk<Collected>> {
    let mut sources = Vec::new();
    for (file, installed) in [("obj/project.assets.json", true), ("packages.lock.json", false)] {
        sources.extend(each(host, folders, file, |text, path| resolved(text, path, installed)));
    }
    for folder in folders {
        let names = host.list(folder, MAX_ENTRIES).unwrap_or_default();
        let is_project = |name: &&String| {
            name.ends_with(".csproj") || name.ends_with(".fsproj") || *name == "Directory.Packages.props"
        };
        for name in names.iter().filter(is_project) {
            let path = folder.join(name);
            let text = files::small(host, &path).unwrap_or_default();
            sources.extend(reference(&text, &path));
        }
    }
    sources
}

/// `"Anthropic/10.1.0"` in the assets of a build, or `"Anthropic": { ... "resolved": "10.1.0"` in a lock file.
fn resolved(text: &str, path: &Path, installed: bool) -> Option<Sdk<Collected>> {
    CSHARP_PACKAGES.iter().find_map(|package| {
        let version = match text.find(&format!("\"{package}/")) {
            Some(at) => scan::version_run(&text[at + package.len() + 2..]),
            None => {
                text.find(&format!("\"{package}\": {{")).and_then(|at| scan::value_of(&text[at..], "\"resolved\":"))
            }
        }?;
        Some(source(Language::Csharp, package, version, files::shown(path), installed))
    })
}

fn reference(text: &Raw<String>, path: &Path) -> Option<Sdk<Collected>> {
    let document = roxmltree::Document::parse(text.expose()).ok()?;
    document
        .descendants()
        .filter(|node| matches!(node.tag_name().name(), "PackageReference" | "PackageVersion"))
        .find_map(|node| {
            let name = node.attribute("Include").or_else(|| node.attribute("Update"))?;
            let package = CSHARP_PACKAGES.iter().find(|package| package.eq_ignore_ascii_case(name))?;
            let inner =
                || node.children().find(|child| child.tag_name().name() == "Version").and_then(|child| child.text());
            let version = node.attribute("Version").or_else(inner)?;
            Some(source(Language::Csharp, package, version.trim().trim_matches(['[', ']']), files::shown(path), false))
        })
}
