//! Bad use: output without end, daemons, files that are no programs, runs beside each other.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{FAILURE, packet, sh};
use crate::support::Evpack;
use crate::support::secret::random;

fn start(evpack: &Evpack) -> Child {
    evpack.command().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

fn packets(evpack: &Evpack) -> Vec<serde_json::Value> {
    let files = std::fs::read_dir(evpack.dir.path()).unwrap().flatten();
    let files = files.filter(|file| file.file_name().to_string_lossy().starts_with("evpack-"));
    files.map(|file| packet(&std::fs::read(file.path()).unwrap())).collect()
}

/// Most memory that a process had at once, in KiB, where the system tells.
fn peak_memory(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// 1 GB here; `EVPACK_TEST_OUTPUT_BYTES=5000000000` is the size that is promised.
#[test]
fn output_of_any_size_is_passed_on_in_bounded_memory() {
    let bytes: u64 = std::env::var("EVPACK_TEST_OUTPUT_BYTES").map_or(1_000_000_000, |text| text.parse().unwrap());
    let script = format!("yes 'a line of no meaning' | head -c {bytes}; echo; echo \"{FAILURE}\"; exit 9");
    let evpack = sh(&["--json"], &script);
    let mut child = start(&evpack);
    let mut out = child.stdout.take().unwrap();
    let (mut chunk, mut passed, mut peak) = (vec![0; 1 << 20], 0, None);
    loop {
        match out.read(&mut chunk).unwrap() {
            0 => break,
            read => passed += read as u64,
        }
        peak = peak_memory(child.id()).or(peak);
    }
    assert_eq!(child.wait().unwrap().code(), Some(9));
    assert_eq!(passed, bytes + FAILURE.len() as u64 + 2);
    let packet = &packets(&evpack)[0];
    assert_eq!(packet["reproduction"]["run"]["output_bytes"], passed);
    assert_eq!(packet["verdict"]["cause"], "rate-limit");
    assert!(peak.is_none_or(|peak| peak < 200 << 10), "{peak:?} KiB");
}

#[test]
fn output_that_never_ends_is_ended_by_an_interrupt() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let evpack = sh(&["--json"], "echo begin; exec yes");
        let mut child = start(&evpack);
        let mut out = child.stdout.take().unwrap();
        let mut first = [0; 6];
        out.read_exact(&mut first).unwrap();
        let reader = std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()).unwrap());
        std::thread::sleep(Duration::from_millis(300));
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signal}");
        assert!(reader.join().unwrap() > 0);
        let packets = packets(&evpack);
        assert_eq!((packets.len(), packets[0]["reproduction"]["run"]["exit_code"].as_i64()), (1, Some(code.into())));
    }
}

#[test]
fn a_limit_of_time_from_outside_ends_the_command_too() {
    let evpack = sh(&["-q", "--json"], "echo begin; exec sleep 60");
    let mut command = Command::new("timeout");
    let inner = evpack.command();
    command.arg("1").arg(inner.get_program()).args(inner.get_args()).current_dir(evpack.dir.path());
    command.env_clear().env("PATH", "/usr/bin:/bin").stdin(Stdio::null()).stdout(Stdio::null());
    let begin = Instant::now();
    command.status().unwrap();
    assert!(begin.elapsed() < Duration::from_secs(40), "the command outlived its limit");
    assert_eq!(packets(&evpack)[0]["reproduction"]["run"]["signal"], 15);
}

#[test]
fn a_daemon_that_goes_on_writing_is_left_behind() {
    let script = "setsid sh -c 'while echo tick; do sleep 0.05; done' & echo \"started\"; exit 3";
    let begin = Instant::now();
    let out = sh(&["--json"], script).run().code(3);
    assert!(out.stderr.contains("still holds its output"), "{}", out.stderr);
    assert!(out.text().contains("started\n"));
    assert!(begin.elapsed() < Duration::from_secs(40));
}

#[test]
fn a_file_without_the_right_to_run_is_no_program() {
    let evpack = Evpack::new(["run", "--", "./notes.txt"]).file("notes.txt", "echo no\n");
    let path = evpack.dir.path().join("notes.txt");
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let out = evpack.run().code(126);
    assert!(out.stderr.contains("error: the command cannot be run") && out.files.is_empty(), "{}", out.stderr);
}

#[test]
fn runs_beside_each_other_in_one_folder_keep_apart() {
    let evpack = sh(&["--trace", "--json"], "echo \"mark $MARK\"; ls \"$EVPACK_TRACE_DIR\" >&2; sleep 0.3; exit 1");
    let marks: Vec<String> = (0..4).map(|number| random(830 + number, 12)).collect();
    let start = |mark: &String| {
        let mut command = evpack.command();
        command.env("MARK", mark).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let all: Vec<Child> = marks.iter().map(start).collect();
    for (child, mark) in all.into_iter().zip(&marks) {
        let done = child.wait_with_output().unwrap();
        assert_eq!(done.status.code(), Some(1));
        assert_eq!(String::from_utf8(done.stdout).unwrap(), format!("mark {mark}\n"));
    }
    let names: std::collections::BTreeSet<String> =
        packets(&evpack).iter().map(|packet| packet["packet_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names.len(), 4, "four packets of four ids: {names:?}");
    // Nothing else is left: no lock, no temporary file.
    assert_eq!(std::fs::read_dir(evpack.dir.path()).unwrap().count(), 4);
}
