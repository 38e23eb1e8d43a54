//! README is true: its commands work, its sample is real output, and its lists are those of the program.

use std::fs;

use super::support::{Evpack, repository};

fn readme() -> String {
    fs::read_to_string(repository("README.md")).unwrap()
}

/// The packet of README's first command, with a fixed clock, made in an empty folder.
fn sample() -> String {
    let output = Evpack::new(["collect", "-o", "-", "fixtures/captures/python-sdk/conn_refused.txt"])
        .file(
            "fixtures/captures/python-sdk/conn_refused.txt",
            fs::read(repository("fixtures/captures/python-sdk/conn_refused.txt")).unwrap(),
        )
        .fixed()
        .run()
        .code(0);
    let top = output.text().split("\n## ").next().unwrap().trim_end().to_owned();
    // What the test runs inside (a container, a CI job) is not what the reader's machine is.
    let (before, rest) = top.split_once("Route: ").unwrap();
    let (_, after) = rest.split_once(".\n").unwrap();
    format!("{before}Route: direct to Anthropic's API.\n{after}")
}

/// Set `UPDATE=1` to write the sample anew.
#[test]
fn the_sample_is_what_the_program_prints() {
    let readme = readme();
    let (before, rest) = readme.split_once("<!-- sample -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- /sample -->").unwrap();
    let expected = format!("{before}<!-- sample -->\n```markdown\n{}\n```\n<!-- /sample -->{after}", sample());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(repository("README.md"), &expected).unwrap();
    }
    assert_eq!(readme, expected);
}

#[test]
fn the_two_commands_stand_at_the_top_and_name_what_exists() {
    let readme = readme();
    let block = readme.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let commands: Vec<&str> = block.lines().collect();
    assert_eq!(commands.len(), 2, "{commands:?}");
    let fixture = commands[0].rsplit(' ').next().unwrap();
    assert!(repository(fixture).exists(), "{fixture}");
    assert_eq!(commands[1], "cargo test");
}

#[test]
fn exit_codes_are_those_of_the_help() {
    let help = Evpack::new(["--help"]).run().code(0);
    let codes = |text: &str, separator: char| -> Vec<String> {
        let cells = text.lines().filter_map(|line| line.trim_start_matches(['|', ' ']).split(separator).next());
        cells.map(|cell| cell.trim().to_owned()).filter(|cell| cell.parse::<u8>().is_ok()).collect()
    };
    let table = readme().split("| exit code |").nth(1).unwrap().split("\n\n").next().unwrap().to_owned();
    let listed = help.text().split("Exit codes:").nth(1).unwrap().to_owned();
    assert_eq!(codes(&table, '|'), codes(&listed, ' '));
}

#[test]
fn every_option_that_is_named_exists() {
    let mut help = String::new();
    for command in
        [&["collect"][..], &["classify"], &["probe"], &["redact"], &["rules", "check"], &["rules", "test"], &["init"]]
    {
        help += Evpack::new(command.iter().copied().chain(["--help"])).run().code(0).text();
    }
    let readme = readme();
    for option in readme.split("--").skip(1).filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase())) {
        let name: String = option.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
        let cargo = ["release", "path"].contains(&name.as_str());
        assert!(cargo || help.contains(&format!("--{name}")), "--{name}");
    }
}
