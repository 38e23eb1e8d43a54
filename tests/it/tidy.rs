//! The house rules that the compiler cannot check: direction of imports, doors, sizes, a purpose for each file.

use std::fs;
use std::path::{Path, PathBuf};

use super::support::repository;

/// The stages in the order of the flow. A module may use those before it, never one behind it.
const ORDER: &[&[&str]] = &[
    &["data"],
    &["model"],
    &["error"],
    &["archive"],
    &["ingest"],
    &["status"],
    &["collect", "net"],
    &["memory"],
    &["run"],
    &["plan"],
    &["contact"],
    &["triage"],
    &["retry"],
    &["diff"],
    &["assemble"],
    &["redact"],
    &["ci"],
    &["render", "schema"],
    &["verify", "inspect"],
    &["write"],
    &["voice"],
    &["lib", "outcome", "filter", "again", "compared", "ran", "receive"],
    &["cli"],
    &["main"],
];

/// Where the file system, the environment and processes may be touched.
const DOORS: &[&str] = &[
    "collect/host",
    "collect/inputs/",
    "archive/file.rs",
    "memory/files.rs",
    "plan/output.rs",
    "run/",
    "write/",
    "main.rs",
];

/// Stages that handle captured text before it is redacted.
const MAY_EXPOSE: &[&str] = &[
    "model/",
    "error.rs",
    "plan/",
    "ingest/",
    "collect/",
    "memory/",
    "net/",
    "contact/",
    "run/",
    "triage/",
    "retry/",
    "diff/",
    "assemble/",
    "redact/",
    "voice.rs",
    "lib.rs",
    "outcome.rs",
    "filter.rs",
    "again.rs",
    "receive.rs",
    "write/seal.rs",
];

struct Source {
    name: String,
    text: String,
}

impl Source {
    /// The text without its unit tests, which may do what they need.
    fn code(&self) -> &str {
        self.text.split("#[cfg(test)]").next().unwrap_or_default()
    }

    /// The files below this one's folder that it declares for tests only.
    fn test_modules(&self) -> Vec<String> {
        let (stem, _) = self.name.rsplit_once('.').unwrap_or_default();
        let folder = stem.strip_suffix("/mod").unwrap_or(stem);
        let mut lines = self.text.lines().peekable();
        let mut modules = Vec::new();
        while let Some(line) = lines.next() {
            let next = lines.peek().map(|next| next.trim_start_matches("pub(crate) ").trim_start_matches("pub "));
            let module = next.and_then(|next| next.strip_prefix("mod ")).and_then(|next| next.strip_suffix(';'));
            if let (true, Some(module)) = (line.trim() == "#[cfg(test)]", module) {
                modules.push(format!("{folder}/{module}"));
            }
        }
        modules
    }

    fn module(&self) -> &str {
        self.name.split(['/', '.']).next().unwrap_or_default()
    }
}

/// The sources that are not for tests only.
fn program() -> Vec<Source> {
    let all = sources();
    let tests: Vec<String> = all.iter().flat_map(Source::test_modules).collect();
    let is_test =
        |name: &str| tests.iter().any(|test| name == format!("{test}.rs") || name.starts_with(&format!("{test}/")));
    all.into_iter().filter(|source| !is_test(&source.name)).collect()
}

fn sources() -> Vec<Source> {
    fn walk(dir: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                out.push(path);
            }
        }
    }
    let base = repository("src");
    let mut paths = Vec::new();
    walk(&base, &mut paths);
    let name = |path: &Path| path.strip_prefix(&base).unwrap().to_string_lossy().replace('\\', "/");
    paths.iter().map(|path| Source { name: name(path), text: fs::read_to_string(path).unwrap() }).collect()
}

#[track_caller]
fn none(problems: &[String]) {
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|stage| stage.contains(&module))
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<_> = sources().into_iter().filter(|s| !s.text.starts_with("//! ")).map(|s| s.name).collect();
    none(&silent);
}

#[test]
fn imports_run_one_way() {
    let mut problems = Vec::new();
    for source in &program() {
        let Some(own) = rank(source.module()) else {
            problems.push(format!("{}: a module that has no place in the order", source.name));
            continue;
        };
        for part in source.code().split("crate::").skip(1) {
            let module: String = part.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if rank(&module).is_some_and(|other| other > own) {
                problems.push(format!("{} uses crate::{module}, which comes later", source.name));
            }
        }
    }
    none(&problems);
}

#[test]
fn the_system_is_touched_only_at_the_doors() {
    let mut problems = Vec::new();
    for source in &program() {
        if DOORS.iter().any(|door| source.name.starts_with(door)) {
            continue;
        }
        for banned in ["std::fs", "fs::", "std::env", "env::var", "std::process", "Command::new(", "File::"] {
            if source.code().lines().any(|line| !line.trim_start().starts_with("//") && contains_word(line, banned)) {
                problems.push(format!("{} uses {banned}", source.name));
            }
        }
    }
    none(&problems);
}

/// `fs::` inside a longer word, such as `prefs::`, is no use of it.
fn contains_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[test]
fn captured_text_is_exposed_only_before_redaction() {
    let mut problems = Vec::new();
    for source in &program() {
        let may = MAY_EXPOSE.iter().any(|place| source.name.starts_with(place));
        if !may && (source.code().contains(".expose()") || source.code().contains("into_exposed()")) {
            problems.push(format!("{} exposes captured text", source.name));
        }
    }
    none(&problems);
}

#[test]
fn files_stay_short_and_finished() {
    let mut problems = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > 420 {
            problems.push(format!("{} has {lines} lines", source.name));
        }
        for word in ["todo!(", "unimplemented!(", "dbg!(", "FIXME"] {
            if source.text.contains(word) {
                problems.push(format!("{} has {word}", source.name));
            }
        }
    }
    none(&problems);
}
