//! Hostile packets, read by the real program within 64 MiB of memory and two seconds of processor time. The system itself enforces the
//! memory: whoever wants more is ended. `-- --nocapture` prints what each took; `EVPACK_LIMITS=all` takes every way of showing, and more
//! of each. `EVPACK_PROGRAM=target/release/evpack` measures another build, by its full path.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use crate::support::{Evpack, repository};

/// Memory that the program may have, in KiB.
const MEMORY: u64 = 64 << 10;
/// Seconds of processor time.
const SECONDS: f64 = 2.0;
/// The same for unoptimised code, which takes several times as long; it still finds what is not linear.
const SECONDS_UNOPTIMISED: f64 = 16.0;
/// Bytes of a packet that is as large as may be.
const FULL: usize = 8 << 20;

/// An optimised build that is to be measured in the place of the one that the tests were built with.
fn other_program() -> Option<std::ffi::OsString> {
    std::env::var_os("EVPACK_PROGRAM")
}

fn everything() -> bool {
    std::env::var_os("EVPACK_LIMITS").is_some()
}

fn packet(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut packet: Value =
        serde_json::from_slice(&std::fs::read(repository("fixtures/packets/v1.json")).unwrap()).unwrap();
    change(&mut packet);
    serde_json::to_vec(&packet).unwrap()
}

/// A packet with texts that nobody expects: each piece over and over, in texts of nearly the largest size, some two million bytes
/// of each where everything is tried.
fn with_texts(pieces: &[&str]) -> Vec<u8> {
    let texts: Vec<Vec<String>> =
        pieces.iter().map(|piece| vec![long(piece, 250_000); if everything() { 8 } else { 3 }]).collect();
    packet(|packet| packet["later"] = json!(texts))
}

fn long(piece: &str, bytes: usize) -> String {
    piece.repeat(bytes / piece.len())
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("evpack-1/packet.json", SimpleFileOptions::default()).unwrap();
    zip.write_all(bytes).unwrap();
    zip.finish().unwrap().into_inner()
}

/// Name, file name, bytes, and whether it is refused.
fn hostile() -> Vec<(&'static str, &'static str, Vec<u8>, bool)> {
    let repeated = |key: &str, times: usize| {
        packet(|packet| {
            let one = packet[key][0].clone();
            packet[key] = vec![one; times].into();
        })
    };
    let short = |piece: &str, count: usize| json!(vec![piece; count]);
    let just_fits = [vec![b' '; 11 << 20], packet(|_| ())].concat();
    let markdown = std::fs::read_to_string(repository("fixtures/packets/v1.md")).unwrap();
    vec![
        ("zip bomb", "p.zip", zipped(&vec![b' '; 200 << 20]), true),
        ("zip just within", "p.zip", zipped(&just_fits), false),
        ("file too large", "p.json", vec![b' '; FULL + 1], true),
        ("deep JSON", "p.json", format!("{{\"schema_version\":1,\"x\":{}", "[".repeat(FULL - 100)).into_bytes(), true),
        ("numbers without end", "p.json", format!("[{}", "0,".repeat(FULL / 2 - 10)).into_bytes(), true),
        ("a text too long", "p.json", packet(|packet| packet["later"] = long("x", 3 << 20).into()), true),
        ("many numbers", "p.json", packet(|packet| packet["later"] = json!(vec![0; 38_000])), false),
        ("many objects", "p.json", packet(|packet| packet["later"] = json!(vec![json!({"a": 1}); 19_000])), false),
        (
            "many texts",
            "p.json",
            packet(|packet| packet["later"] = short("a text of some words and no secret, as there are many", 38_000)),
            false,
        ),
        ("many failures", "p.json", repeated("failures", 400), false),
        ("many items of a checklist", "p.json", repeated("checklist", 4_500), false),
        (
            "long attachments",
            "p.json",
            packet(|packet| {
                packet["attachments"][0]["text"] = long("a line of a log\n", 50_000).into();
                let one = packet["attachments"][0].clone();
                packet["attachments"] = vec![one; 100].into();
            }),
            false,
        ),
        ("base64 and hexadecimal", "p.json", with_texts(&["QUJD", "4142"]), false),
        ("escapes", "p.json", with_texts(&["\\", "&#x41;", "%41"]), false),
        ("openers", "p.json", with_texts(&["[{", "\"'", "<!--"]), false),
        ("starts of keys", "p.json", with_texts(&["sk-ant-api03- ", "Bearer ", "key=x "]), false),
        ("starts of private keys", "p.json", with_texts(&["-----BEGIN RSA PRIVATE KEY-----\n"]), false),
        ("digits", "p.json", with_texts(&["4111 1111 1111 1111 ", "1234567890"]), false),
        ("addresses", "p.json", with_texts(&["a@b.co ", "http://u:p@h/ "]), false),
        ("hidden characters", "p.json", with_texts(&["\u{202e}\u{200b}"]), false),
        ("prompts in texts", "p.json", with_texts(&[r#"{"role":"user","content":"x"},"#]), false),
        ("marks of a block", "p.md", long("<!-- evpack-data 2 ", FULL - 10).into_bytes(), true),
        ("marks of a block on lines", "p.md", long("<!-- evpack-data 2 \n", FULL - 10).into_bytes(), true),
        ("long Markdown", "p.md", (long("x\n", FULL - 100_000) + &markdown).into_bytes(), false),
    ]
}

/// What a run took: code, highest resident memory in KiB as it was seen, seconds of processor time.
struct Took {
    code: Option<i32>,
    resident: u64,
    seconds: f64,
    said: String,
}

#[cfg(target_os = "linux")]
fn run(evpack: &Evpack) -> Took {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let inner = evpack.command();
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -d {MEMORY}; exec \"$@\""), "sh"]);
    command.arg(other_program().unwrap_or_else(|| inner.get_program().to_owned()));
    command.args(inner.get_args()).current_dir(evpack.dir.path()).env_clear().env("PATH", "/usr/bin:/bin");
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let said = std::thread::spawn(move || std::io::read_to_string(&mut stderr).unwrap());
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    let about = |file: &str| std::fs::read_to_string(format!("/proc/{}/{file}", child.id())).unwrap_or_default();
    let mut resident = 0;
    loop {
        let high = about("status")
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        resident = resident.max(high.unwrap_or(0_u64));
        let wait = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        if waitid(WaitId::Pid(pid), wait).unwrap().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    // It has ended and is not yet waited for, so its times are still told: fields 14 and 15, in hundredths of a second.
    let stat = about("stat");
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    let ticks: f64 = fields[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap()).sum();
    Took { code: child.wait().unwrap().code(), resident, seconds: ticks / 100.0, said: said.join().unwrap() }
}

#[cfg(target_os = "linux")]
#[test]
fn hostile_packets_stay_within_memory_and_time() {
    // The first three do the most.
    const WAYS: &[&[&str]] = &[
        &["verify"],
        &["show", "--format", "html"],
        &["show", "--format", "zip", "-o", "out.zip"],
        &["show"],
        &["show", "--format", "md"],
        &["show", "--format", "json"],
        &["show", "--field", "verdict.cause"],
    ];
    let ways = if everything() { WAYS } else { &WAYS[..3] };
    let optimised = !cfg!(debug_assertions) || other_program().is_some();
    let seconds = if optimised { SECONDS } else { SECONDS_UNOPTIMISED };
    let (mut most, mut longest) = ((0, String::new()), (0.0, String::new()));
    for (what, name, bytes, refused) in hostile() {
        let mut line = format!("{what:30}");
        for way in ways {
            let took = run(&Evpack::new(way.iter().copied()).arg(name).file(name, &bytes));
            let shown = format!("{what}: {}", way.join(" "));
            // Whoever asks for more memory than there is ends by a signal, and says so.
            assert!(matches!(took.code, Some(0..=3)), "{shown}: {:?} {}", took.code, took.said);
            assert!(took.seconds <= seconds, "{shown}: {} s", took.seconds);
            assert!(!refused || (took.code == Some(1) && took.said.contains("hint: ")), "{shown}: {}", took.said);
            let _ = write!(line, " {:>3} MiB {:>5.2} s", took.resident >> 10, took.seconds);
            if took.resident > most.0 {
                most = (took.resident, shown.clone());
            }
            if took.seconds > longest.0 {
                longest = (took.seconds, shown);
            }
        }
        println!("{line}");
    }
    println!("most memory: {} MiB resident, {}; longest: {:.2} s, {}", most.0 >> 10, most.1, longest.0, longest.1);
    // The test could not fail if the limit did not hold.
    let bounded = Command::new("sh").args(["-c", &format!("ulimit -d {MEMORY}; ulimit -d")]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&bounded.stdout).trim(), MEMORY.to_string());
}
