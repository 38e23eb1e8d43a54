//! `show` on a real terminal: colours, pager, width.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use unicode_width::UnicodeWidthStr as _;

use super::packet;
use crate::support::{Evpack, repository};

/// What came on the terminal, and the exit code.
struct Shown {
    text: String,
    code: u32,
}

impl Shown {
    /// The text without the codes of colours.
    fn plain(&self) -> String {
        let mut out = String::new();
        let mut rest = self.text.as_str();
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            out.push_str(before);
            rest = after.split_once(|c: char| c.is_ascii_alphabetic()).map_or("", |(_, rest)| rest);
        }
        out + rest
    }
}

/// Shows a packet on a terminal of so many rows. Where the words of `wait` come, the keys are typed.
fn on_terminal(rows: u16, args: &[&str], env: &[(&str, &str)], keys: Option<(&str, &str)>) -> Shown {
    let evpack = Evpack::new(["show"]).file("p.zip", packet("zip"));
    let pair = native_pty_system().openpty(PtySize { rows, cols: 80, ..PtySize::default() }).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_evpack"));
    command.arg("show");
    command.args(args);
    command.arg("p.zip");
    command.cwd(evpack.dir.path());
    command.env_clear();
    for (name, value) in [("PATH", "/usr/bin:/bin"), ("TERM", "xterm"), ("HOME", "/nonexistent")].iter().chain(env) {
        command.env(name, value);
    }
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut writer = pair.master.take_writer().unwrap();
    let (sender, parts) = mpsc::channel();
    std::thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(read @ 1..) = reader.read(&mut chunk) {
            let _ = sender.send(chunk[..read].to_vec());
        }
    });
    let mut text = String::new();
    let mut typed = keys.is_none();
    while let Ok(part) = parts.recv_timeout(Duration::from_mins(1)) {
        text.push_str(&String::from_utf8_lossy(&part));
        if let Some((_, keys)) = keys.filter(|(wait, _)| !typed && text.contains(wait)) {
            writer.write_all(keys.as_bytes()).unwrap();
            typed = true;
        }
    }
    assert!(typed, "what was waited for did not come: {text}");
    Shown { text, code: child.wait().unwrap().exit_code() }
}

fn less() -> bool {
    let there = Command::new("less").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !there {
        println!("skipped: `less` is not installed here");
    }
    there
}

#[test]
fn the_verdict_stands_first_and_in_colour_and_every_line_fits() {
    for pager in ["cat", ""] {
        let shown = on_terminal(24, &[], &[("PAGER", pager)], None);
        assert_eq!(shown.code, 0);
        assert!(shown.text.starts_with("\u{1b}[1;31mCONNECTION FAILURE: "), "{:?}", &shown.text[..80]);
        assert!(shown.text.contains("\u{1b}[1mNEXT STEP\u{1b}[0m"), "{}", shown.text);
        for line in shown.plain().lines() {
            assert!(line.width() <= 80, "{line}");
        }
        assert!(shown.plain().contains("PACKET"), "to its end: {}", shown.text);
    }
    let shown = on_terminal(24, &["--no-pager"], &[("PAGER", "sed s/^/paged:/")], None);
    assert!(!shown.text.contains("paged:"), "{}", shown.text);
}

#[test]
fn no_colour_where_it_is_not_wanted_or_the_terminal_has_none() {
    for without in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let shown = on_terminal(24, &["--no-pager"], &[without], None);
        assert!(!shown.text.contains('\u{1b}') && shown.text.starts_with("CONNECTION"), "{without:?}: {}", shown.text);
    }
    // An empty value is none: https://no-color.org
    assert!(on_terminal(24, &["--no-pager"], &[("NO_COLOR", "")], None).text.contains('\u{1b}'));
}

#[test]
fn the_pager_is_the_one_that_is_named() {
    let named = |env: &[(&str, &str)]| on_terminal(24, &[], env, None).text;
    assert!(named(&[("PAGER", "sed s/^/paged:/")]).starts_with("paged:"));
    let own = named(&[("PAGER", "sed s/^/paged:/"), ("EVPACK_PAGER", "sed s/^/own:/")]);
    assert!(own.starts_with("own:") && !own.contains("paged:"), "{own}");
    assert!(!named(&[("PAGER", "sed s/^/paged:/"), ("EVPACK_PAGER", "cat")]).contains("paged:"));
    // What git gives to `less`: it ends where the text fits, keeps colours, and leaves the screen alone. Your own options stay.
    assert!(named(&[("PAGER", "cat >/dev/null; printenv LESS")]).starts_with("FRX"));
    assert!(named(&[("PAGER", "cat >/dev/null; printenv LESS"), ("LESS", "-S")]).starts_with("-S"));
}

#[test]
fn a_pager_that_ends_early_or_is_not_there_is_no_trouble() {
    let shown = on_terminal(24, &[], &[("PAGER", "head -n 1")], None);
    assert_eq!((shown.code, shown.plain().trim_end().lines().count()), (0, 1), "{}", shown.text);
    let shown = on_terminal(24, &[], &[("PAGER", "exec true")], None);
    assert_eq!(shown.code, 0, "{}", shown.text);
    let shown = on_terminal(24, &[], &[("PAGER", "no-such-pager-here")], None);
    assert_eq!(shown.code, 0);
    assert!(shown.plain().contains("CONNECTION FAILURE") && shown.plain().contains("PACKET"), "{}", shown.text);
}

#[test]
fn less_waits_where_the_text_is_longer_than_the_screen_and_ends_where_it_fits() {
    if !less() {
        return;
    }
    let shown = on_terminal(500, &[], &[], None);
    assert!(shown.code == 0 && shown.plain().contains("PACKET"), "{}", shown.text);
    // The last line of a full screen is where less asks; `q` ends it before the end was shown.
    let shown = on_terminal(8, &[], &[], Some((":", "q")));
    assert!(shown.code == 0 && !shown.plain().contains("PACKET"), "{}", shown.text);
}

#[test]
fn without_a_terminal_there_is_neither_pager_nor_colour_and_a_closed_pipe_is_no_error() {
    let run = Evpack::new(["show", "p.zip"]).file("p.zip", packet("zip")).env("PAGER", "sed s/^/paged:/");
    let output = run.run().code(0);
    assert!(!output.text().contains("paged:") && !output.text().contains('\u{1b}'), "{}", output.text());
    let packet = repository("fixtures/packets/v1.zip");
    let script = "{ \"$1\" show \"$2\"; echo \"code $?\" >&2; } | head -c 1";
    let done =
        Command::new("sh").args(["-c", script, "sh", env!("CARGO_BIN_EXE_evpack")]).arg(packet).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&done.stderr), "code 0\n");
}
