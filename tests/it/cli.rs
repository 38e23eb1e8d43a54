//! The contract of the command line: streams, exit codes, file names, and what bad input gets.

use std::fs;
use std::io::{Read, Write};
use std::process::Stdio;

use super::support::{Evpack, Output, capture};

const REFUSED: &str = "python-sdk/conn_refused.txt";

#[track_caller]
fn says(output: &Output, words: &[&str]) {
    for word in words {
        assert!(output.stderr.contains(word), "`{word}` is not in: {}", output.stderr);
    }
}

#[test]
fn the_default_is_a_private_markdown_file_with_a_speaking_name() {
    let output = Evpack::new(["collect".to_owned(), capture(REFUSED)]).run().code(0);
    let (name, bytes) = output.only_file();
    let stem = name.strip_prefix("evpack-").and_then(|rest| rest.strip_suffix(".md")).unwrap();
    let (time, id) = stem.split_once('-').unwrap();
    assert_eq!((time.len(), id.len()), (16, 8), "{name}");
    assert!(time.ends_with('Z') && !name.contains(':'));
    assert!(String::from_utf8_lossy(bytes).contains("TCP connection refused"));
    assert!(output.stdout.is_empty());
    says(&output, &[name, "Review it before you send it"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(output.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn the_format_follows_the_extension_and_a_folder_takes_the_default_name() {
    for (output, start) in [("a.md", "# "), ("a.json", "{"), ("a.zip", "PK")] {
        let output = Evpack::new(["collect", "-o", output]).arg(capture(REFUSED)).run().code(0);
        assert!(output.only_file().1.starts_with(start.as_bytes()));
    }
    let output =
        Evpack::new(["collect", "-f", "zip", "-o", "out"]).arg(capture(REFUSED)).file("out/keep", "").run().code(0);
    assert!(output.only_file().0.starts_with("out/evpack-"));
}

#[test]
fn data_goes_to_standard_output_and_words_to_standard_error() {
    let output = Evpack::new(["collect", "--json", "-o", "-"]).arg(capture(REFUSED)).run().code(0);
    assert_eq!(output.json()["verdict"]["branch"], "connection");
    assert!(output.files.is_empty());
    says(&output, &["connection"]);
    let quiet = Evpack::new(["collect", "--json", "-o", "-", "-q"]).arg(capture(REFUSED)).run().code(0);
    assert!(quiet.stderr.is_empty(), "{}", quiet.stderr);
}

#[test]
fn an_existing_file_is_kept_without_force() {
    let asked = |extra: &[&str]| {
        let args = ["collect", "-o", "p.md"].iter().chain(extra).map(|arg| (*arg).to_owned());
        Evpack::new(args).arg(capture(REFUSED)).file("p.md", "mine").run()
    };
    let kept = asked(&[]).code(2);
    says(&kept, &["p.md", "exists already", "--force"]);
    assert!(kept.files.is_empty());
    assert_ne!(asked(&["--force"]).code(0).only_file().1, b"mine");
}

#[test]
fn bad_input_gets_its_name_and_a_hint_and_writes_nothing() {
    let bad: &[(&[&str], i32, &[&str])] = &[
        (&["missing.log"], 1, &["missing.log", "hint: "]),
        (&["folder"], 1, &["folder", "hint: "]),
        (&["empty.log"], 1, &["empty.log", "empty", "hint: "]),
        (&["binary.log"], 1, &["binary.log", "not text", "hint: "]),
        (&["good.log", "-f", "pdf"], 2, &["pdf", "md", "json", "zip"]),
        (&["good.log", "-o", "no/such/folder/p.md"], 2, &["no/such/folder", "does not exist", "hint: "]),
        (&["good.log", "-o", "p.pdf"], 2, &["p.pdf", "hint: "]),
        (&["good.log", "-f", "zip", "-o", "p.md"], 2, &["disagree", "hint: "]),
        (&["good.log", "--config", "broken.yaml"], 2, &["broken.yaml", "line 1", "hint: "]),
        (&["good.log", "--config", "none.yaml"], 2, &["none.yaml", "hint: "]),
        (&["good.log", "--template", "bad.j2"], 2, &["bad.j2", "hint: "]),
        (&["good.log", "--metadata", "novalue"], 2, &["KEY=VALUE", "hint: "]),
        (&["good.log", "--timeout", "0"], 2, &["--timeout", "hint: "]),
    ];
    for (args, code, words) in bad {
        let output = Evpack::new(["collect"].iter().chain(*args).map(|arg| (*arg).to_owned()))
            .file("folder/x", "")
            .file("empty.log", "")
            .file("binary.log", b"\x7fELF\x02\x01\0\0\0\x01\0")
            .file("good.log", "anthropic.APIConnectionError: Connection error.\n")
            .file("broken.yaml", "audience: [vendor\n")
            .file("bad.j2", "{{ nonsense.field }}")
            .run()
            .code(*code);
        assert!(output.stderr.starts_with("error: "), "{args:?}: {}", output.stderr);
        says(&output, words);
        assert!(output.files.is_empty() && output.stdout.is_empty(), "{args:?}");
    }
}

#[test]
fn one_bad_input_among_good_ones_is_listed() {
    let output = Evpack::new(["collect", "--json", "-o", "-", "gone.log"]).arg(capture(REFUSED)).run().code(0);
    says(&output, &["warning: ", "gone.log"]);
    let packet = output.json();
    assert_eq!(packet["verdict"]["cause"], "tcp-refused");
    let gone =
        &packet["inputs"].as_array().unwrap().iter().find(|input| input["name"] == "gone.log").unwrap()["format"];
    assert_eq!(gone["absent"], "not-found");
}

#[test]
fn standard_input_is_an_input() {
    let text = fs::read(capture(REFUSED)).unwrap();
    let output = Evpack::new(["collect", "--json", "-o", "-", "-"]).stdin(text).run().code(0);
    assert_eq!(output.json()["failure"]["exception_class"], "anthropic.APIConnectionError");
    says(&Evpack::new(["collect", "-"]).run().code(1), &["empty", "hint: "]);
    says(&Evpack::new(["collect", "-", "-"]).run().code(2), &["twice"]);
}

#[test]
fn without_input_the_surroundings_are_packed_and_the_gaps_are_named() {
    let output = Evpack::new(["collect", "--json", "-o", "-"]).run().code(0);
    let packet = output.json();
    assert_eq!(packet["verdict"]["branch"], "unknown");
    assert!(packet["failure"]["absent"].is_string() && packet["failure"]["how_to_get_it"].is_string());
    assert!(packet["checklist"].as_array().unwrap().iter().any(|item| item["captured"] == true));
    let missing = packet["checklist"].as_array().unwrap().iter().find(|item| item["item"] == "error-string").unwrap();
    assert_eq!(missing["captured"], false);
    assert!(missing["how_to_get_it"].as_str().unwrap().len() > 10);
}

#[test]
fn an_incomplete_packet_is_an_error_only_on_request() {
    let output = Evpack::new(["collect", "--require-complete", "-o", "p.md"]).arg(capture(REFUSED)).run().code(4);
    assert_eq!(output.only_file().0, "p.md");
}

#[test]
fn a_dry_run_lists_and_does_nothing() {
    let output = Evpack::new(["collect", "--dry-run", "-o", "p.md"]).arg(capture(REFUSED)).run().code(0);
    assert!(output.files.is_empty());
    for word in ["read", "conn_refused.txt", "contact"] {
        assert!(output.text().contains(word), "`{word}` is not in: {}", output.text());
    }
}

#[test]
fn init_writes_a_configuration_that_is_accepted() {
    let output = Evpack::new(["init"]).run().code(0);
    let config = output.only_file().1.to_vec();
    assert_eq!(output.only_file().0, "evpack.yaml");
    Evpack::new(["collect", "-o", "p.md"]).arg(capture(REFUSED)).file("evpack.yaml", &config).run().code(0);
    Evpack::new(["init"]).file("evpack.yaml", "mine").run().code(1);
    assert_eq!(Evpack::new(["init", "-o", "-"]).run().code(0).stdout, config);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let asked = Evpack::new(["collect", "--json", "-o", "-", "-q"]).arg(capture(REFUSED));
    let mut command = asked.command();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut words = String::new();
    child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
    assert_eq!((child.wait().unwrap().code(), words.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_a_read_only_folder_are_named() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let asked = Evpack::new(["collect", "--json", "-o", "-"]).arg(capture(REFUSED));
    let output = asked.command().stdin(Stdio::null()).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("hint: "));
    let read_only = Evpack::new(["collect", "-o", "/proc/packet.md"]).arg(capture(REFUSED)).run().code(1);
    says(&read_only, &["/proc/packet.md", "hint: "]);
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing_and_exits_with_130() {
    let asked = Evpack::new(["collect", "-o", "p.md", "-"]);
    let mut command = asked.command();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // evpack waits for the end of its input, with its handler in place once it has taken the first megabytes.
    let line = "anthropic.APIConnectionError: Connection error.\n".repeat(1 << 17);
    child.stdin.as_mut().unwrap().write_all(line.as_bytes()).unwrap();
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(fs::read_dir(asked.dir.path()).unwrap().count(), 0);
}
