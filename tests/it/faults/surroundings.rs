//! Odd environments: none at all, hostile locales, a hundred thousand variables.

use std::process::Command;

use serde_json::Value;

use crate::support::secret::{api_key, random};
use crate::support::{Evpack, capture};

fn collect() -> Evpack {
    Evpack::new(["collect", "--offline", "-o", "p.json"]).arg(capture("python-sdk/conn_refused.txt"))
}

fn packet(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn without_any_variable_there_is_a_packet() {
    let run = collect();
    let done = run.command().env_clear().output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Turkish has another capital of `i`; the others are no locales at all. Words and numbers of a packet are the same in all.
#[test]
fn no_locale_changes_the_evidence_or_acts() {
    let made = |locale: &[u8]| {
        use std::os::unix::ffi::OsStrExt as _;
        let run = collect().fixed();
        let mut command = run.command();
        for name in ["LC_ALL", "LANG", "LC_NUMERIC", "LANGUAGE"] {
            command.env(name, std::ffi::OsStr::from_bytes(locale));
        }
        let done = command.output().unwrap();
        assert_eq!(done.status.code(), Some(0), "{locale:?}: {}", String::from_utf8_lossy(&done.stderr));
        let bytes = std::fs::read(run.dir.path().join("p.json")).unwrap();
        assert!(!bytes.contains(&0x1b) && !done.stderr.contains(&0x1b), "{locale:?}");
        let mut packet = packet(&bytes);
        packet["host"]["locale"] = Value::Null;
        packet["path"] = Value::Null;
        packet["redaction"] = Value::Null;
        packet
    };
    let plain = made(b"C.UTF-8");
    assert_eq!(plain["verdict"]["cause"], "tcp-refused");
    for locale in [
        b"tr_TR.UTF-8".as_slice(),
        b"de_DE.UTF-8",
        b"garbage",
        b"../../../../etc/passwd",
        b"\xff\xfe\xfd",
        b"\x1b[31mred\x1b]0;title\x07",
        "\u{202e}drow".as_bytes(),
        &[b'x'; 4096],
    ] {
        assert_eq!(made(locale), plain, "{}", String::from_utf8_lossy(locale));
    }
}

/// As many variables as the system starts a program with, thousands of them named as credentials are.
#[test]
fn a_hundred_thousand_variables_are_no_trouble_and_no_leak() {
    let key = api_key(9);
    let secret = random(10, 20);
    let log = format!("anthropic.APIConnectionError: Connection error. {key} and {secret}\n");
    let run = Evpack::new(["collect", "--offline", "-o", "p.json", "app.log"]).file("app.log", log);
    let build = |entries: usize, tokens: usize| {
        let mut command: Command = run.command();
        command.env("ANTHROPIC_API_KEY", &key).env("LAST_TOKEN", &secret);
        command.envs((0..entries - tokens).map(|n| (format!("E{n:x}"), "")));
        command.envs((0..tokens).map(|n| (format!("T{n}_TOKEN"), random(u32::try_from(n).unwrap() + 100, 12))));
        command
    };
    // The limit of the system is a quarter of the stack, 2 MiB as a rule, with the pointers counted.
    let done = match build(100_000, 3_000).output() {
        Ok(done) => done,
        Err(error) if error.kind() == std::io::ErrorKind::ArgumentListTooLong => {
            println!("with fewer variables: this system starts no program with 100,000");
            build(20_000, 3_000).output().unwrap()
        }
        Err(error) => panic!("{error}"),
    };
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let bytes = std::fs::read(run.dir.path().join("p.json")).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(!text.contains(&key) && !text.contains(&secret));
    assert!(bytes.len() < 200_000, "{} bytes: the variables are not in the packet", bytes.len());
    assert_eq!(packet(&bytes)["failure"]["exception_class"], "anthropic.APIConnectionError");
    println!("{} bytes", bytes.len());
}
