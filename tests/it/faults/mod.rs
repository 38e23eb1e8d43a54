//! Faults of the system: killed at any moment, full disks, odd environments. At the final name there is a whole and
//! redacted packet, or nothing.

#[cfg(unix)]
mod clock;
mod inputs;
#[cfg(target_os = "linux")]
mod namespaces;
#[cfg(target_os = "linux")]
mod surroundings;

use std::fs;
use std::process::Stdio;

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
    let prepared = || Evpack::new(["collect", "--offline", "-o", "p.json", "app.log"]).file("app.log", log_with(&key));
    // Moments are spread over a quarter more than the time that a whole run takes here.
    let start = std::time::Instant::now();
    prepared().run().code(0);
    let span = start.elapsed() * 5 / 4;
    let (mut whole, mut nothing, mut temporary) = (0, 0, 0);
    for round in 0..rounds {
        let run = prepared();
        let mut child = run.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(span * u32::try_from(round * 37 % 101).unwrap() / 100);
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

/// The signals that can be caught: nothing partial is left, not even a temporary file, and the exit code says what happened.
#[cfg(unix)]
#[test]
fn interrupted_at_any_moment_it_leaves_a_whole_packet_or_nothing() {
    let rounds: u64 = std::env::var("EVPACK_KILL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let key = api_key(5);
    let prepared = || Evpack::new(["collect", "--offline", "-o", "p.zip", "app.log"]).file("app.log", log_with(&key));
    let start = std::time::Instant::now();
    prepared().run().code(0);
    let span = start.elapsed();
    for round in 0..rounds {
        let signal = ["INT", "TERM", "HUP"][usize::try_from(round % 3).unwrap()];
        let run = prepared();
        let mut child = run.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(span * u32::try_from(round * 37 % 101).unwrap() / 100);
        let kill = format!("kill -{signal} {}", child.id());
        let _ = std::process::Command::new("sh").args(["-c", &kill]).stderr(Stdio::null()).status();
        let status = child.wait().unwrap();
        // Without a code, the signal came before there was a handler, and therefore before there was anything to clean up.
        assert!(matches!(status.code(), Some(0 | 130) | None), "round {round}, {signal}: {status}");
        let mut left: Vec<_> = fs::read_dir(run.dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        match left.as_slice() {
            [log] => assert!(log == "app.log" && !status.success(), "round {round}, {signal}: {log}"),
            [log, packet] => {
                assert!(log == "app.log" && packet == "p.zip", "round {round}, {signal}: {left:?}");
                let bytes = fs::read(run.dir.path().join(packet)).unwrap();
                assert!(evpack::archive::read_bytes(&bytes).is_ok(), "round {round}, {signal}: not whole");
            }
            _ => panic!("round {round}, {signal}: {left:?}"),
        }
    }
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
