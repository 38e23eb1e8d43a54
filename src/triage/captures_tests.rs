//! Every captured failure of `fixtures/captures` gets the verdict that stands in `fixtures/expected/verdict.tsv`.
//!
//! The file was reviewed by hand against what each capture did; `UPDATE_GOLDEN=1` writes it anew for another review.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::judge_failure;
use crate::ingest::{InputText, ingest};
use crate::model::Raw;

const HEADER: &str = "# capture\tbranch\tcause\treached_api\tresponder\tsurface\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// All captures below a folder, as paths with `/`, in order.
fn captures(folder: &Path, prefix: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            captures(&entry.path(), &format!("{name}/"), found);
        } else {
            found.push(name);
        }
    }
}

/// The verdict on a capture, as a line of the table.
fn line(name: &str) -> String {
    let bytes = std::fs::read(folder().join("captures").join(name)).unwrap();
    let total_bytes = bytes.len() as u64;
    let (label, bytes) = (Raw::text(name), Raw::new(bytes));
    let found = ingest(&[InputText { label, bytes, total_bytes, skipped_before: 0, skipped_lines: None }]);
    let Some(failure) = found.failures.last() else { return format!("{name}\tnone\tnone\t-\t-\t-\n") };
    let verdict = judge_failure(failure, &found.clues, None, None);
    assert!(!verdict.because.is_empty(), "{name}");
    for because in &verdict.because {
        assert!(because.pointer.starts_with("/failure"), "{name}: {}", because.pointer);
        assert!(because.statement.expose().ends_with('.'), "{name}");
    }
    let (branch, cause, reached) = (verdict.branch, verdict.cause, verdict.reached_api);
    format!("{name}\t{branch}\t{cause}\t{reached}\t{}\t{}\n", verdict.responder, verdict.surface)
}

#[test]
fn captures_get_their_verdicts() {
    let mut names = Vec::new();
    captures(&folder().join("captures"), "", &mut names);
    names.sort();
    assert!(names.len() > 60, "captures are missing");
    let mut table = HEADER.to_owned();
    for name in &names {
        write!(table, "{}", line(name)).unwrap();
    }
    let path = folder().join("expected/verdict.tsv");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    let wrong: Vec<&str> = table.lines().filter(|line| !expected.lines().any(|other| other == *line)).collect();
    assert!(wrong.is_empty(), "unexpected verdicts:\n{}", wrong.join("\n"));
    assert_eq!(
        expected.lines().count(),
        table.lines().count(),
        "captures and expected verdicts do not match in number"
    );
}
