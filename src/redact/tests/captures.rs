//! The filter over real captured output: of a failure's text nothing goes but the keys and prompts that were put into it.

use std::path::{Path, PathBuf};

use crate::model::vocabulary::Audience;
use crate::redact::Redactor;

/// What the captured calls were made with, and what the mock API answered where it did not fail.
const PLANTED: &[&str] = &["DUMMY", "PRIVATE PROMPT", "4711", "café", "REDACTED"];
/// Short prompts and answers of the same calls, whole.
const SHORT: &[&str] = &["hi", "Hello", "\"hi\"", "'hi'"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// The pieces of a line that are placeholders in the shown line.
fn removed<'a>(line: &'a str, shown: &str) -> Vec<&'a str> {
    let placeholder = regex::Regex::new(
        r#"\[(?:[a-z]+(?:-[a-z]+)*-[0-9]+|text(?: of [0-9]+ characters)?|key)\]|\\*"\[removed [0-9]+ characters\]\\*""#,
    )
    .unwrap();
    let mut kept = placeholder.split(shown);
    let mut rest = line.strip_prefix(kept.next().unwrap()).expect("the line begins as before");
    let mut out = Vec::new();
    for piece in kept {
        let at = if piece.is_empty() { rest.len() } else { rest.find(piece).expect("what is kept stands there") };
        out.push(&rest[..at]);
        rest = &rest[at + piece.len()..];
    }
    assert!(rest.is_empty(), "the line ends as before");
    out
}

#[test]
fn of_captured_failures_only_what_was_planted_goes() {
    let mut paths = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/captures"), &mut paths);
    let redactor = Redactor::builder().audience(Audience::Internal).build().unwrap();
    let mut wrong = Vec::new();
    for path in &paths {
        let text = std::fs::read(path).unwrap();
        let mut shown = Vec::new();
        redactor.redact_stream(&text[..], &mut shown).unwrap();
        let (text, shown) = (String::from_utf8_lossy(&text), String::from_utf8_lossy(&shown));
        if PLANTED[..3].iter().any(|mark| shown.contains(mark)) {
            wrong.push(format!("{}: something planted is left", path.display()));
        }
        assert_eq!(text.lines().count(), shown.lines().count(), "{}", path.display());
        for (line, shown) in text.lines().zip(shown.lines()).filter(|(line, shown)| line != shown) {
            for piece in removed(line, shown) {
                // The list of tools tells what a person has installed.
                let tools = piece.starts_with("[\"Task\",");
                if !tools && !PLANTED.iter().any(|mark| piece.contains(mark)) && !SHORT.contains(&piece) {
                    wrong.push(format!("{}: {piece}", path.display()));
                }
            }
        }
    }
    assert!(
        paths.len() > 100 && wrong.is_empty(),
        "{} files, {} wrong:\n{}",
        paths.len(),
        wrong.len(),
        wrong.join("\n")
    );
}
