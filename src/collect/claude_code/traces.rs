//! Traces that Claude Code leaves: its latest debug log, and the number of API errors in its latest transcript.
//!
//! A transcript holds private prompts. Nothing of it is kept but a number.

use std::path::{Path, PathBuf};

use memchr::memmem;

use crate::collect::files;
use crate::collect::host::Host;
use crate::model::{AbsenceReason, Collected, Evidence, Provenance, Raw};

/// Bytes read at the end of a transcript.
const TAIL: usize = 512 * 1024;
/// Entries looked at in a folder.
const MAX_ENTRIES: usize = 2000;
const TOPIC: &str = "client.claude_code";
/// Marks of a row about a failed call. Inside a JSON string the quotation marks would be escaped, so text cannot match.
const ERROR_ROWS: &[&[u8]] = &[b"\"subtype\":\"api_error\"", b"\"isApiErrorMessage\":true"];

/// The path of the latest debug log.
pub(crate) fn debug_log(host: &dyn Host) -> Evidence<Collected, Raw<String>> {
    let chosen = host.env("CLAUDE_CODE_DEBUG_LOGS_DIR").map(|path| PathBuf::from(path.into_exposed()));
    if let Some(path) = chosen.filter(|path| host.exists(path)) {
        return Evidence::captured(files::shown(&path), Provenance::env("CLAUDE_CODE_DEBUG_LOGS_DIR"));
    }
    let Some(folder) = super::config_dir(host).map(|dir| dir.join("debug")) else {
        return Evidence::absent(AbsenceReason::NotFound, TOPIC);
    };
    let latest = host.real_path(&folder.join("latest")).or_else(|| newest(host, &folder, ".txt"));
    match latest {
        Some(path) => Evidence::captured(files::shown(&path), Provenance::file(files::shown(&folder))),
        None => Evidence::absent(AbsenceReason::NotFound, TOPIC),
    }
}

/// Number of API-error rows at the end of the latest transcript of this working directory.
pub(crate) fn transcript_errors(host: &dyn Host) -> Evidence<Collected, u32> {
    let folder =
        super::config_dir(host).zip(host.cwd()).map(|(dir, cwd)| dir.join("projects").join(project_name(&cwd)));
    let Some(path) = folder.and_then(|folder| newest(host, &folder, ".jsonl")) else {
        return Evidence::absent(AbsenceReason::NotFound, TOPIC);
    };
    match host.read_tail(&path, TAIL) {
        Err(error) => Evidence::absent(error.reason(), TOPIC),
        Ok(tail) => Evidence::captured(count(tail.bytes.expose()), Provenance::file(files::shown(&path))),
    }
}

fn count(bytes: &[u8]) -> u32 {
    let finders: Vec<_> = ERROR_ROWS.iter().map(memmem::Finder::new).collect();
    let rows = bytes.split(|byte| *byte == b'\n');
    let errors = rows.filter(|row| finders.iter().any(|finder| finder.find(row).is_some())).count();
    u32::try_from(errors).unwrap_or(u32::MAX)
}

/// Claude Code names a project's folder after its path, with a hyphen for every character that is no letter or digit.
fn project_name(cwd: &Path) -> String {
    cwd.to_string_lossy().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

fn newest(host: &dyn Host, folder: &Path, ending: &str) -> Option<PathBuf> {
    let names = host.list(folder, MAX_ENTRIES).ok()?;
    let paths = names.into_iter().filter(|name| name.ends_with(ending)).map(|name| folder.join(name));
    paths.max_by_key(|path| host.modified(path).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::host::fake::FakeHost;

    #[test]
    fn error_rows_of_the_newest_transcript_are_counted_and_quoted_ones_are_not() {
        let rows = concat!(
            r#"{"type":"system","subtype":"api_error","level":"error"}"#,
            "\n",
            r#"{"type":"user","message":"\"isApiErrorMessage\":true and \"subtype\":\"api_error\""}"#,
            "\n",
            r#"{"type":"assistant","isApiErrorMessage":true,"error":"unknown"}"#,
            "\n",
        );
        let host = FakeHost::new()
            .var("HOME", "/home/dana")
            .var("PWD", "/home/dana/my.app")
            .file("/home/dana/.claude/projects/-home-dana-my-app/old.jsonl", "")
            .time("/home/dana/.claude/projects/-home-dana-my-app/old.jsonl", 5)
            .file("/home/dana/.claude/projects/-home-dana-my-app/new.jsonl", rows)
            .time("/home/dana/.claude/projects/-home-dana-my-app/new.jsonl", 9);
        assert_eq!(transcript_errors(&host).value(), Some(&2));
    }

    #[test]
    fn the_latest_debug_log_is_found_with_and_without_the_link() {
        let plain = FakeHost::new()
            .var("HOME", "/h")
            .file("/h/.claude/debug/a.txt", "")
            .file("/h/.claude/debug/b.txt", "")
            .time("/h/.claude/debug/a.txt", 9);
        // Windows joins paths by its own separator.
        let found = |host: &FakeHost| debug_log(host).value().map(|path| path.expose().replace('\\', "/"));
        assert_eq!(found(&plain).as_deref(), Some("/h/.claude/debug/a.txt"));
        let linked = plain.link("/h/.claude/debug/latest", "/h/.claude/debug/b.txt");
        assert_eq!(found(&linked).as_deref(), Some("/h/.claude/debug/b.txt"));
        assert_eq!(debug_log(&FakeHost::new()).absence().map(|a| a.absent), Some(AbsenceReason::NotFound));
    }
}
