//! Faults of the system: killed at any moment, full disks, odd environments. At the final name there is a whole and
//! redacted packet, or nothing.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use super::support::Evpack;
use super::support::secret::api_key;

fn log_with(key: &str) -> String {
    format!("{}anthropic.APIConnectionError: Connection error. key {key}\n", "a line before\n".repeat(2000))
}

/// `EVPACK_KILL_ROUNDS=500 cargo test --test it faults::killed` is the long run.
#[cfg(unix)]
#[test]
fn killed_at_any_moment_it_leaves_no_part_and_no_secret() {
    let rounds: u64 = std::env::var("EVPACK_KILL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(16);
    let key = api_key(4);
    let (mut whole, mut nothing, mut temporary) = (0, 0, 0);
    for round in 0..rounds {
        let run = Evpack::new(["collect", "--offline", "-o", "p.json", "app.log"]).file("app.log", log_with(&key));
        let mut child = run.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Moments spread over the time that a run takes, on fast and on slow machines.
        std::thread::sleep(Duration::from_micros(round * 7919 % 400_000));
        let _ = child.kill();
        child.wait().unwrap();
        for entry in fs::read_dir(run.dir.path()).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name == "app.log" {
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            assert!(!String::from_utf8_lossy(&bytes).contains(&key), "round {round}: {name} holds the key");
            if name == "p.json" {
                serde_json::from_slice::<serde_json::Value>(&bytes).expect("a packet at its final name is whole");
            } else {
                temporary += 1;
            }
        }
        if run.dir.path().join("p.json").exists() { whole += 1 } else { nothing += 1 }
    }
    eprintln!("{rounds} rounds: {whole} whole, {nothing} nothing, {temporary} temporary files of clean text");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_a_read_only_folder_are_said() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run = Evpack::new(["collect", "--offline", "-o", "-", "app.log"]).file("app.log", "x: Connection error.");
    let done = run.command().stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&done.stderr).contains("standard output cannot be written"));
    // /proc takes no new file, whoever asks.
    let output = Evpack::new(["collect", "--offline", "-o", "/proc/p.md", "app.log"])
        .file("app.log", "x: Connection error.")
        .run();
    assert_eq!(output.code, Some(1), "{}", output.stderr);
    assert!(output.stderr.contains("/proc/p.md"), "{}", output.stderr);
}

#[test]
fn an_input_that_vanished_and_a_system_without_home_or_locale_are_no_panic() {
    let output = Evpack::new(["collect", "--offline", "-o", "p.md", "gone.log"]).run().code(1);
    assert!(output.files.is_empty());
    let run = Evpack::new(["collect", "--offline", "-o", "p.md", "app.log"]).file("app.log", "x: Connection error.");
    let mut command = run.command();
    command.env_clear().env("LC_ALL", "xx_XX.no-such").env("LANG", "\u{fffd}");
    let done = command.output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
}
