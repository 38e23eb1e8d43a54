//! The whole process of `evpack collect --offline`, beside `evpack --version` as the floor, where no interpreter has to be
//! asked for its version. Goal: under 30 ms.

#![allow(missing_docs, clippy::expect_used)]

use std::path::Path;
use std::process::{Command, Stdio};

fn main() {
    divan::main();
}

fn evpack(args: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_evpack"))
        .args(args)
        .env_clear()
        .envs([("HOME", "/nonexistent-home"), ("PATH", "/usr/bin:/bin")])
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("evpack starts");
    assert!(status.success());
}

fn capture(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/captures").join(name).to_string_lossy().into_owned()
}

#[divan::bench]
fn floor_version() {
    evpack(&["--version"]);
}

#[divan::bench(args = ["python-sdk/conn_refused.txt", "python-sdk/http_529.txt", "typescript-sdk/conn_refused.txt"])]
fn collect_offline(name: &str) {
    evpack(&["collect", "--offline", "-q", "-o", "-", &capture(name)]);
}

#[divan::bench]
fn collect_zip() {
    evpack(&["collect", "--offline", "-q", "-f", "zip", "-o", "-", &capture("python-sdk/conn_refused.txt")]);
}
