//! `evpack run`: real commands, real terminals, real SDKs.

#![cfg(unix)]
// A test that is skipped says why.
#![allow(clippy::print_stderr)]

mod action;
mod bad_use;
mod child;
mod ci;
mod ci_jobs;
mod claude;
mod environment;
mod pty;
mod sdk;
mod trace;
mod tunnel;

use std::path::PathBuf;
use std::process::Command;

use super::support::{Evpack, repository};

/// A failure as the Python SDK prints it.
pub const FAILURE: &str = "anthropic.RateLimitError: Error code: 429 - {'type': 'error', 'error': {'type': 'rate_limit_error', 'message': 'Slow down'}, 'request_id': 'req_011CSHoEeqs5C35K2UUqR7Fy'}";

/// `evpack run OPTIONS -- sh -c SCRIPT`.
pub fn sh(options: &[&str], script: &str) -> Evpack {
    let args = ["run", "--offline"].iter().chain(options).copied().chain(["--", "sh", "-c", script]);
    Evpack::new(args)
}

/// The one packet of a run with `--json`.
#[track_caller]
pub fn packet(bytes: &[u8]) -> serde_json::Value {
    serde_json::from_slice(bytes).expect("the packet is JSON")
}

/// Where `.ci/install-sdks` puts a second, newer Node.
pub const NEWER_NODE: &str = "node24/node_modules/.bin/node";

/// The programs named `node` that are there.
pub fn nodes() -> Vec<String> {
    let usual = Command::new("node").arg("--version").output().map(|_| "node".to_owned());
    let newer = installed(NEWER_NODE).map(|path| path.to_string_lossy().into_owned());
    if usual.is_err() {
        eprintln!("skipped: there is no node");
    }
    usual.into_iter().chain(newer).collect()
}

/// A program of `.ci/install-sdks`, or a printed reason.
pub fn installed(path: &str) -> Option<PathBuf> {
    let path = repository("target/real").join(path);
    if !path.exists() {
        eprintln!("skipped: {} is not there; .ci/install-sdks puts it there", path.display());
        return None;
    }
    Some(path)
}
