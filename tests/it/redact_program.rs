//! `evpack redact` among other programs: a real terminal, full disks, pipes that close, packed and broken inputs, several files at once.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::support::secret::api_key;

fn evpack(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evpack"));
    command.current_dir(dir).env_clear().env("HOME", dir).env("PATH", std::env::var_os("PATH").unwrap()).arg("redact");
    command
}

fn words(done: &Output) -> String {
    String::from_utf8_lossy(&done.stderr).into_owned()
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text).unwrap();
    packed.finish().unwrap()
}

/// What the program shows on a terminal as its standard error (and input), with standard output in a file.
#[cfg(unix)]
fn on_terminal(dir: &Path, script: &str) -> String {
    use portable_pty::{CommandBuilder, PtySize, native_pty_system};
    let pair = native_pty_system().openpty(PtySize { rows: 30, cols: 100, ..PtySize::default() }).unwrap();
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", script]);
    command.cwd(dir);
    command.env("EVPACK", env!("CARGO_BIN_EXE_evpack"));
    command.env("TERM", "xterm");
    command.env_remove("NO_COLOR");
    command.env_remove("CI");
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let reading = std::thread::spawn(move || {
        let (mut seen, mut chunk) = (Vec::new(), [0; 4096]);
        while let Ok(count @ 1..) = reader.read(&mut chunk) {
            seen.extend_from_slice(&chunk[..count]);
        }
        String::from_utf8_lossy(&seen).into_owned()
    });
    assert!(child.wait().unwrap().success());
    drop(pair.master);
    reading.join().unwrap()
}

/// A rename by root would put a file in the place of a device, as it would of this socket.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_never_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    std::fs::write(at("app.log"), "plain\n").unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
    std::os::unix::fs::symlink(at("socket"), at("link")).unwrap();
    for args in [
        &["app.log", "-o", "socket", "--force"][..],
        &["app.log", "-o", "link", "--force"],
        &["app.log", "--report", "socket", "--force"],
    ] {
        let done = evpack(dir.path()).args(args).output().unwrap();
        assert_eq!(done.status.code(), Some(2), "{args:?}");
        assert!(words(&done).contains("the output is a device or a pipe"), "{}", words(&done));
    }
    std::fs::create_dir(at("clean")).unwrap();
    let _other = std::os::unix::net::UnixListener::bind(at("clean/app.log")).unwrap();
    let done = evpack(dir.path()).args(["app.log", "-o", "clean", "--force"]).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    for name in ["socket", "clean/app.log"] {
        assert!(std::fs::metadata(at(name)).unwrap().file_type().is_socket(), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn in_place_goes_through_a_link_to_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let secret = api_key(7);
    std::fs::create_dir(at("logs")).unwrap();
    std::fs::write(at("logs/today.log"), format!("sent {secret}\n")).unwrap();
    std::os::unix::fs::symlink("logs/today.log", at("current.log")).unwrap();
    let done = evpack(dir.path()).args(["--in-place", "current.log"]).output().unwrap();
    assert!(done.status.success(), "{}", words(&done));
    assert!(std::fs::symlink_metadata(at("current.log")).unwrap().is_symlink());
    assert!(!std::fs::read_to_string(at("logs/today.log")).unwrap().contains(&secret));
    assert!(std::fs::read_to_string(at("logs/today.log.bak")).unwrap().contains(&secret));
}

#[cfg(unix)]
#[test]
fn a_bar_shows_the_progress_of_a_large_file_on_a_terminal_alone() {
    let dir = tempfile::tempdir().unwrap();
    let line = "2026-11-20T10:00:00Z INFO app: the queue was empty\n";
    std::fs::write(dir.path().join("big.log"), line.repeat((33 << 20) / line.len())).unwrap();
    let seen = on_terminal(dir.path(), "$EVPACK redact big.log >clean.log");
    assert!(
        seen.contains(" of 33.00 MiB") && seen.contains(" left"),
        "{:?}",
        seen.chars().take(400).collect::<String>()
    );
    let (before, after) = (dir.path().join("big.log"), dir.path().join("clean.log"));
    assert!(std::fs::read(before).unwrap() == std::fs::read(after).unwrap());
    let done = evpack(dir.path()).arg("big.log").output().unwrap();
    assert_eq!(words(&done), "nothing to redact\n");
}

#[cfg(unix)]
#[test]
fn explain_marks_the_placeholder_on_a_terminal_alone() {
    let dir = tempfile::tempdir().unwrap();
    let key = api_key(7);
    std::fs::write(dir.path().join("app.log"), format!("one\nwith {key} in it\n")).unwrap();
    let seen = on_terminal(dir.path(), "$EVPACK redact --explain app.log >clean.log");
    assert!(seen.contains("line 2: anthropic-api-key"), "{seen:?}");
    assert!(seen.contains("with \u{1b}[1;31m[anthropic-api-key]\u{1b}[0m in it"), "{seen:?}");
    assert!(!seen.contains(&key));
    let done = evpack(dir.path()).args(["--explain", "app.log"]).output().unwrap();
    assert!(words(&done).contains("with [anthropic-api-key] in it"), "{}", words(&done));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("app.log"), "a line\n".repeat(1000)).unwrap();
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let done = evpack(dir.path()).arg("app.log").stdout(full()).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(words(&done).starts_with("error: the output cannot be written") && words(&done).contains("hint:"));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("app.log"), "a line of a log\n".repeat(200_000)).unwrap();
    let mut child = evpack(dir.path()).arg("app.log").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 16];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let done = child.wait_with_output().unwrap();
    assert_eq!((first.as_slice(), done.status.code()), (b"a line of a log\n".as_slice(), Some(0)));
    assert!(!words(&done).contains("error"), "{}", words(&done));
}

#[test]
fn packed_inputs_are_unpacked_and_broken_ones_are_said() {
    let dir = tempfile::tempdir().unwrap();
    let text = format!("key {}\n", api_key(3));
    let gzip = packed(text.repeat(500).as_bytes());
    let zstd = ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
    std::fs::write(dir.path().join("a.gz"), &gzip).unwrap();
    std::fs::write(dir.path().join("b.zst"), zstd).unwrap();
    std::fs::write(dir.path().join("cut.gz"), &gzip[..gzip.len() / 2]).unwrap();
    let done = evpack(dir.path()).arg("b.zst").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&done.stdout), "key [anthropic-api-key-1]\n");
    let done = evpack(dir.path()).arg("a.gz").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&done.stdout), "key [anthropic-api-key-1]\n".repeat(500));
    let done = evpack(dir.path()).args(["cut.gz", "-o", "cut.log"]).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(words(&done).starts_with("error: cannot read the input `cut.gz`"), "{}", words(&done));
    assert!(words(&done).contains("hint: check that the file is whole"), "{}", words(&done));
    assert!(!dir.path().join("cut.log").exists(), "a part of an output is left");
}

#[test]
fn several_files_at_once_are_what_each_is_by_itself_and_one_error_loses_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..9).map(|number| format!("{number}.log")).collect();
    for (number, name) in (0u32..).zip(&names) {
        let lines =
            (0..50 * (9 - number)).map(|line| format!("line {line} of {number}, key {}\n", api_key(number + 1)));
        std::fs::write(dir.path().join(name), lines.collect::<String>()).unwrap();
    }
    std::fs::write(dir.path().join("3.log"), &packed(b"cut off")[..12]).unwrap();
    std::fs::remove_file(dir.path().join("6.log")).unwrap();
    let done = evpack(dir.path()).args(&names).args(["-o", "clean/", "--report", "report.json"]).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    let words = words(&done);
    let (third, sixth) = (words.find("`3.log`"), words.find("`6.log`"));
    assert!(third.is_some() && third < sixth, "errors in the order of the inputs: {words}");
    let mut places = Vec::new();
    for name in names.iter().filter(|name| !["3.log", "6.log"].contains(&name.as_str())) {
        let alone = evpack(dir.path()).arg(name).output().unwrap();
        assert!(alone.status.success());
        assert_eq!(std::fs::read(dir.path().join("clean").join(name)).unwrap(), alone.stdout, "{name}");
        places.push(name.clone());
    }
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(dir.path().join("report.json")).unwrap()).unwrap();
    let seen: Vec<&str> =
        report["entries"].as_array().unwrap().iter().filter_map(|entry| entry["place"].as_str()).collect();
    assert_eq!(seen, places, "{report}");
    assert!(!dir.path().join("clean/3.log").exists() && !dir.path().join("clean/6.log").exists());
}

#[test]
fn own_rules_and_those_of_gitleaks_are_added_with_their_allow_lists() {
    let dir = tempfile::tempdir().unwrap();
    let rules = "[[rules]]\nid = \"acme-token\"\ndescription = \"d\"\nregex = '''\\b(acme_[a-z0-9]{12})\\b'''\nkeywords = [\"acme_\"]\n\
                 [[rules.allowlists]]\nregexes = ['''acme_example''']\n";
    std::fs::write(dir.path().join("rules.toml"), rules).unwrap();
    std::fs::write(dir.path().join("app.log"), "use acme_0a1b2c3d4e5f not acme_example0000\n").unwrap();
    let done = evpack(dir.path()).args(["--rules", "rules.toml", "app.log"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&done.stdout), "use [acme-token-1] not acme_example0000\n", "{}", words(&done));
    std::fs::write(dir.path().join("bad.yaml"), "rules:\n- id: x\n").unwrap();
    let done = evpack(dir.path()).args(["--rules", "bad.yaml", "app.log"]).output().unwrap();
    assert_eq!((done.status.code(), done.stdout.len()), (Some(2), 0));
    assert!(words(&done).contains("bad.yaml:"), "{}", words(&done));
}

#[test]
fn the_last_value_of_twenty_thousand_is_known_too() {
    let dir = tempfile::tempdir().unwrap();
    let value = |number: u32| {
        format!("v{:08x}-{number}/{:08x}+Q", number.wrapping_mul(0x9e37_79b9), number.wrapping_mul(0x85eb_ca6b))
    };
    let lines: Vec<String> = (0..20_000).map(|number| format!("SVC_{number}_TOKEN={}", value(number))).collect();
    std::fs::write(dir.path().join(".env"), lines.join("\n")).unwrap();
    let log = format!("a {} b\nplain\nc {} d\n", value(0), value(19_999).replace('/', "%2F").replace('+', "%2B"));
    std::fs::write(dir.path().join("app.log"), log).unwrap();
    let done = evpack(dir.path()).arg("app.log").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&done.stdout), "a [token-1] b\nplain\nc [token-2] d\n", "{}", words(&done));
}
