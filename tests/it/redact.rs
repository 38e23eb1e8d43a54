//! `evpack redact`: the filter as a program, in pipes, on files, in place.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::Command as Assert;

/// A dummy key, put together here so that the repository holds none.
fn key() -> String {
    format!("sk-ant-{}03-{}-AA", "api", "Ab3dEf6hIj9".repeat(8))
}

fn evpack(dir: &Path) -> Assert {
    let mut command = Assert::new(env!("CARGO_BIN_EXE_evpack"));
    command.current_dir(dir).env_clear().env("HOME", dir).env("PATH", std::env::var_os("PATH").unwrap()).arg("redact");
    command
}

#[test]
fn a_pipe_is_redacted_and_the_words_go_to_standard_error() {
    let dir = tempfile::tempdir().unwrap();
    let done = evpack(dir.path()).write_stdin(format!("a {} b\r\nplain\n", key())).assert().success();
    done.stdout("a [anthropic-api-key-1] b\r\nplain\n").stderr("redacted 1 place: anthropic-api-key 1\n");
    evpack(dir.path())
        .write_stdin("plain, no newline")
        .assert()
        .success()
        .stdout("plain, no newline")
        .stderr("nothing to redact\n");
    evpack(dir.path()).arg("-").write_stdin("").assert().success().stdout("");
}

#[test]
fn a_line_shows_as_soon_as_it_is_complete() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evpack"));
    let mut child =
        command.arg("redact").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let (send, lines) = std::sync::mpsc::channel();
    let output = child.stdout.take().unwrap();
    std::thread::spawn(move || {
        BufReader::new(output).lines().map_while(Result::ok).for_each(|line| drop(send.send(line)))
    });
    for (line, expected) in [
        ("first\n", "first".to_owned()),
        (&format!("key {}\n", key()), "key [anthropic-api-key-1]".to_owned()),
        ("x", String::new()),
    ] {
        let start = Instant::now();
        input.write_all(line.as_bytes()).unwrap();
        input.flush().unwrap();
        if line.ends_with('\n') {
            assert_eq!(lines.recv_timeout(Duration::from_secs(20)).unwrap(), expected);
            assert!(start.elapsed() < Duration::from_secs(20));
        }
    }
    drop(input);
    assert_eq!(lines.recv_timeout(Duration::from_secs(20)).unwrap(), "x");
    assert!(child.wait().unwrap().success());
}

#[test]
fn several_files_go_to_a_folder_and_packed_ones_are_unpacked() {
    let dir = tempfile::tempdir().unwrap();
    let text = format!("password={}\n", "hunter2!Rufus");
    std::fs::write(dir.path().join("a.log"), &text).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    std::fs::write(dir.path().join("b.log.gz"), packed.finish().unwrap()).unwrap();
    evpack(dir.path())
        .args(["a.log", "b.log.gz", "-o", "clean", "--report", "report.json"])
        .assert()
        .success()
        .stdout("");
    for name in ["a.log", "b.log"] {
        assert_eq!(std::fs::read_to_string(dir.path().join("clean").join(name)).unwrap(), "password=[password-1]\n");
    }
    let report = std::fs::read_to_string(dir.path().join("report.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(json["counts"]["password"], 2);
    assert!(!report.contains("hunter2"));
    evpack(dir.path()).args(["a.log", "-o", "clean/"]).assert().code(1);
    evpack(dir.path()).args(["a.log", "-o", "clean/", "--force"]).assert().success();
}

#[test]
fn in_place_keeps_a_backup_and_never_overwrites_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("app.log");
    std::fs::write(&path, format!("key {}\n", key())).unwrap();
    evpack(dir.path()).args(["--in-place", "app.log"]).assert().success().stdout("");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "key [anthropic-api-key-1]\n");
    assert!(std::fs::read_to_string(dir.path().join("app.log.bak")).unwrap().contains("sk-ant-"));
    evpack(dir.path()).args(["--in-place", "app.log"]).assert().code(1);
    evpack(dir.path()).args(["--in-place", "-"]).assert().code(2);
}

#[test]
fn known_values_go_in_every_encoding() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(".env"), "GATEWAY_TOKEN=gw.Zx81-Known+Value/9\n").unwrap();
    std::fs::write(dir.path().join("pw.txt"), "Third:Value~77x\n").unwrap();
    let text = "a gw.Zx81-Known+Value/9 b gw.Zx81-Known%2BValue%2F9 c 67772e5a7838312d4b6e6f776e2b56616c75652f39 d other-Secret9 e Third:Value~77x\n";
    let done = evpack(dir.path())
        .env("SOME_NAME", "other-Secret9")
        .args(["--secret-from-env", "SOME_NAME", "--secret-file", "pw.txt"])
        .write_stdin(text)
        .assert()
        .success();
    let shown = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    for leak in ["Zx81", "67772e5a", "other-Secret9", "Value~77x"] {
        assert!(!shown.contains(leak), "{shown}");
    }
    evpack(dir.path()).args(["--secret-from-env", "NOT_SET"]).write_stdin("x").assert().code(2).stdout("");
    evpack(dir.path()).args(["--secret-file", "none.txt"]).write_stdin("x").assert().code(2).stdout("");
}

#[test]
fn explain_shows_the_rule_in_clean_context() {
    let dir = tempfile::tempdir().unwrap();
    let done = evpack(dir.path())
        .arg("--explain")
        .write_stdin(format!("one\nuser {} and {}\n", key(), key()))
        .assert()
        .success();
    let words = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    assert!(
        words.contains("line 2: anthropic-api-key") && words.contains("user ") && !words.contains("sk-ant-"),
        "{words}"
    );
}

#[test]
fn a_missing_input_is_an_error_with_a_hint() {
    let dir = tempfile::tempdir().unwrap();
    let done = evpack(dir.path()).arg("none.log").assert().code(1).stdout("");
    let words = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    assert!(
        words.starts_with("error: cannot read the input `none.log`") && words.contains("\n\nhint: check the path\n"),
        "{words}"
    );
}
