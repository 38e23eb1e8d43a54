//! A clock that goes backwards: each time that anyone asks, it is an hour earlier.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::{Evpack, capture};

/// Stands before the C library's own function; the monotonic clock is left alone.
const BACKWARDS: &str = "
#define _GNU_SOURCE
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static atomic_long calls;
int clock_gettime(clockid_t id, struct timespec *at) {
    int failed = (int) syscall(SYS_clock_gettime, id, at);
    if (!failed && id == CLOCK_REALTIME) at->tv_sec -= 3600 * atomic_fetch_add(&calls, 1);
    return failed;
}
";

/// The library, or the reason why the test is skipped.
fn library(dir: &std::path::Path) -> Option<PathBuf> {
    if !cfg!(target_os = "linux") {
        println!("skipped: only Linux puts a library before another by LD_PRELOAD in this way");
        return None;
    }
    let (source, library) = (dir.join("clock.c"), dir.join("clock.so"));
    fs::write(&source, BACKWARDS).unwrap();
    let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&library, &source]).status();
    if !built.is_ok_and(|status| status.success()) {
        println!("skipped: there is no C compiler");
        return None;
    }
    Some(library)
}

#[test]
fn a_clock_that_goes_backwards_gives_no_negative_time_and_no_packet_that_fails() {
    let dir = tempfile::tempdir().unwrap();
    let Some(library) = library(dir.path()) else { return };
    let preload = library.to_string_lossy().into_owned();
    let script = "sleep 0.1; echo 'anthropic.APIConnectionError: Connection error.'; exit 3";
    let run = Evpack::new(["run", "-q", "--offline", "-o", "p.json", "--", "sh", "-c", script]);
    let output = run.env("LD_PRELOAD", &preload).run().code(3);
    let bytes = &output.files["p.json"];
    let packet: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    let ran = &packet["reproduction"]["run"];
    let time = |text: &serde_json::Value| chrono::DateTime::parse_from_rfc3339(text.as_str().unwrap()).unwrap();
    // The test could not fail if the clock had not been turned back.
    assert!(time(&packet["created_at"]) < time(&ran["started_at"]), "{ran}");
    let took = ran["duration_seconds"].as_f64().unwrap();
    assert!((0.05..600.0).contains(&took), "{ran}");
    Evpack::new(["verify", "p.json"]).file("p.json", bytes).run().code(0);
    // And the other way of making one, in every form, with the clock still running backwards at the receiver's end.
    for name in ["p.md", "p.json", "p.zip"] {
        let made = Evpack::new(["collect", "--offline", "-o", name])
            .arg(capture("python-sdk/conn_refused.txt"))
            .env("LD_PRELOAD", &preload)
            .run()
            .code(0);
        let bytes = &made.files[name];
        Evpack::new(["verify", name]).file(name, bytes).env("LD_PRELOAD", &preload).run().code(0);
        Evpack::new(["show", name]).file(name, bytes).env("LD_PRELOAD", &preload).run().code(0);
    }
}

/// Times outside of what a zip or a calendar of four digits can hold.
#[test]
fn a_clock_far_from_now_gives_a_packet_that_passes() {
    for (seconds, what) in [("0", "1970"), ("4102444800", "2100"), ("253402300799", "9999")] {
        for name in ["p.md", "p.json", "p.zip"] {
            let made = Evpack::new(["collect", "--offline", "-o", name])
                .arg(capture("curl/dns.txt"))
                .env("SOURCE_DATE_EPOCH", seconds)
                .run()
                .code(0);
            let checked = Evpack::new(["verify", name]).file(name, &made.files[name]).run();
            assert_eq!(checked.code, Some(0), "{what} in {name}: {}", checked.text());
        }
    }
    for bad in ["253402300800", "-1", "99999999999999", "1e9", "9223372036854775808"] {
        let output = Evpack::new(["collect", "--offline", "-o", "p.md"])
            .arg(capture("curl/dns.txt"))
            .env("SOURCE_DATE_EPOCH", bad)
            .run()
            .code(2);
        assert!(output.files.is_empty() && output.stderr.contains("SOURCE_DATE_EPOCH"), "{bad}: {}", output.stderr);
    }
}
