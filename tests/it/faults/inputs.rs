//! Inputs that move: gone, growing, cut while they are read, without permission, or a pipe.

use std::fs;
use std::io::Write as _;
#[cfg(unix)]
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::Evpack;
use crate::support::secret::api_key;

const LINE: &str = "anthropic.APIConnectionError: Connection error.\n";

fn collect(inputs: &[&str]) -> Evpack {
    Evpack::new(["collect", "--offline", "-o", "p.json"].iter().chain(inputs).copied())
}

#[test]
fn an_input_that_vanished_is_said_and_the_others_are_used() {
    let output = collect(&["gone.log"]).run().code(1);
    assert!(output.files.is_empty() && output.stderr.contains("no such input"), "{}", output.stderr);
    let output = collect(&["gone.log", "app.log"]).file("app.log", LINE).run().code(0);
    let packet: serde_json::Value = serde_json::from_slice(&output.files["p.json"]).unwrap();
    assert_eq!(packet["inputs"].as_array().unwrap().len(), 2);
    assert!(packet["failure"]["exception_class"].is_string());
}

/// Somebody writes to the log for as long as evpack reads it, or starts it anew.
fn while_it_changes(change: impl Fn(&fs::File) + Send + 'static) -> crate::support::Output {
    let key = api_key(61);
    let run = collect(&["app.log"]).file("app.log", format!("{}key {key}\n{LINE}", "a line before\n".repeat(20_000)));
    let log = fs::OpenOptions::new().append(true).open(run.dir.path().join("app.log")).unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&done);
    let writer = std::thread::spawn(move || {
        let mut times = 0;
        while !seen.load(Ordering::Relaxed) && times < 3_000 {
            change(&log);
            times += 1;
        }
        times
    });
    let output = run.run();
    done.store(true, Ordering::Relaxed);
    assert!(writer.join().unwrap() > 0);
    let packet = output.files.get("p.json").map(|bytes| String::from_utf8_lossy(bytes));
    assert!(packet.is_none_or(|packet| !packet.contains(&key)));
    output
}

#[test]
fn a_log_that_grows_while_it_is_read_ends() {
    let block = LINE.repeat(40);
    let output = while_it_changes(move |mut log| log.write_all(block.as_bytes()).unwrap()).code(0);
    let packet: serde_json::Value = serde_json::from_slice(&output.files["p.json"]).unwrap();
    assert!(packet["failure"]["exception_class"].is_string(), "{packet}");
}

#[test]
fn a_log_that_is_cut_while_it_is_read_gives_a_packet_or_a_reason() {
    let output = while_it_changes(|mut log| {
        log.set_len(0).unwrap();
        log.write_all(LINE.as_bytes()).unwrap();
    });
    match output.code {
        Some(0) => drop(serde_json::from_slice::<serde_json::Value>(&output.files["p.json"]).unwrap()),
        Some(1) => assert!(output.stderr.contains("app.log") && output.stderr.contains("hint: "), "{}", output.stderr),
        code => panic!("{code:?}: {}", output.stderr),
    }
}

/// A named pipe whose writer is slow, and goes away in the middle of a line.
#[cfg(unix)]
#[test]
fn a_pipe_with_a_slow_writer_is_read_to_its_end() {
    let run = collect(&["pipe"]);
    let made = Command::new("mkfifo").arg(run.dir.path().join("pipe")).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("skipped: there is no mkfifo");
        return;
    }
    let path = run.dir.path().join("pipe");
    let child = run.command().stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut pipe = fs::OpenOptions::new().write(true).open(path).unwrap();
    for part in ["anthropic.API", "ConnectionError: Conn", "ection error.\n", "and half of a li"] {
        pipe.write_all(part.as_bytes()).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    drop(pipe);
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let packet: serde_json::Value = serde_json::from_slice(&fs::read(run.dir.path().join("p.json")).unwrap()).unwrap();
    assert_eq!(packet["failure"]["error_string"], LINE.trim_end());
}
