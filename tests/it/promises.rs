//! `SECURITY.md` names a test for each promise. A promise whose test is gone is none.

use std::fs;
use std::path::Path;

use super::support::repository;

/// What stands in backticks in a text.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// All Rust sources below a folder.
fn sources(folder: &Path, out: &mut String) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            out.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_promise_names_a_test_that_is_there() {
    let page = fs::read_to_string(repository("SECURITY.md")).unwrap();
    let mut code = String::new();
    sources(&repository("src"), &mut code);
    sources(&repository("tests"), &mut code);
    let promises: Vec<&str> = page
        .split("\n## ")
        .filter(|section| section.starts_with("Promises"))
        .flat_map(|section| section.lines().filter(|line| line.starts_with("| ")).skip(1))
        .collect();
    assert!(promises.len() >= 12, "{promises:#?}");
    for promise in promises {
        let by = promise.trim_end_matches(" |").rsplit("| ").next().unwrap();
        let tests: Vec<&str> = quoted(by).filter(|word| word.starts_with("fn ")).collect();
        assert!(!tests.is_empty(), "no test is named: {promise}");
        for test in tests {
            let attribute = format!("{test}(");
            assert!(code.contains(&attribute), "{test} is gone: {promise}");
            let before = &code[..code.find(&attribute).unwrap()];
            let near = &before[before.len().saturating_sub(200)..];
            assert!(near.contains("#[test]") || near.contains("proptest"), "{test} is no test: {promise}");
        }
    }
    for path in quoted(&page).filter(|word| {
        word.contains('/') && (word.ends_with('/') || Path::new(word).extension().is_some_and(|ext| ext == "rs"))
    }) {
        assert!(repository(path).exists(), "{path} is gone");
    }
}
