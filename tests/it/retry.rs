//! Retries with real processes on loopback: one stated change, what really changed, and what that proves.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

use super::support::secret;

const BODY: &str = r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"},"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}"#;

/// Headers that the edge of the API adds.
const API: &str = "request-id: req_011CSHoEeqs5C35K2UUqR7Fy\r\nserver: cloudflare\r\ncf-ray: 9a1b2c3d4e5f6a7b-FRA\r\n";

/// A server that answers each request with the same status and an error body of the API's form.
pub fn stub(status: &'static str, body: &'static str) -> u16 {
    serve(status, API, body)
}

/// A proxy that refuses every request.
pub fn refusing_proxy() -> u16 {
    serve("407 Proxy Authentication Required", "proxy-authenticate: Basic realm=\"proxy\"\r\n", "")
}

fn serve(status: &'static str, headers: &'static str, body: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream, status, headers, body));
        }
    });
    port
}

fn answer(mut stream: TcpStream, status: &str, headers: &str, body: &str) {
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while !seen.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(length) => seen.extend_from_slice(&buffer[..length]),
        }
    }
    let head = format!("content-type: application/json\r\n{headers}connection: close");
    let _ = write!(stream, "HTTP/1.1 {status}\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    // A connection that is closed with a body unread is reset, and the client may lose the answer.
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let _ = stream.set_read_timeout(Some(std::time::Duration::from_secs(2)));
    while matches!(stream.read(&mut buffer), Ok(1..)) {}
}

/// One folder, one home, one environment: the path of several attempts.
pub struct Bench {
    dir: TempDir,
    env: BTreeMap<String, String>,
}

impl Bench {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("home")).unwrap();
        let home = dir.path().join("home").to_string_lossy().into_owned();
        let env = [("HOME", home.as_str()), ("PATH", "/usr/bin:/bin"), ("TZ", "UTC"), ("USER", "dana")];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self { dir, env }
    }

    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.env.insert(name.to_owned(), value.into());
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn evpack(&self, args: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_evpack"), args).output().unwrap()
    }

    pub fn command(&self, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(args).env_clear().envs(&self.env).current_dir(self.dir.path());
        command
    }

    pub fn evpack_with(&self, env: &[(&str, &str)], args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_evpack"));
        command.args(args).env_clear().envs(&self.env).envs(env.iter().copied()).current_dir(self.dir.path());
        command.output().unwrap()
    }

    pub fn packet(&self, name: &str) -> Value {
        serde_json::from_slice(&fs::read(self.path(name)).unwrap()).unwrap()
    }

    /// `evpack retry` against `from`, into `to`; the last attempt of the new packet.
    #[track_caller]
    pub fn retry(&self, from: &str, to: &str, args: &[&str]) -> Value {
        let mut all = vec!["retry", "--against", from, "--offline", "-o", to];
        all.extend(args);
        let output = self.evpack(&all);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let attempts = self.packet(to)["attempts"].as_array().unwrap().clone();
        let told = attempts.iter().rev().find(|a| a["conclusion"].is_string() && a["changed"].is_array());
        told.unwrap().clone()
    }

    #[track_caller]
    pub fn run(&self, to: &str, command: &[&str]) {
        let mut all = vec!["run", "--offline", "-o", to, "--"];
        all.extend(command);
        let output = self.evpack(&all);
        assert!(self.path(to).exists(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

pub fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}/v1/messages")
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn tree(dir: &Path, out: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(dir).unwrap().flatten() {
        if entry.path().is_dir() {
            tree(&entry.path(), out);
        } else {
            out.push((entry.path(), fs::read(entry.path()).unwrap()));
        }
    }
}

#[test]
fn a_proxy_that_is_removed_between_attempts_is_the_branch() {
    let (api, proxy) = (stub("401 Unauthorized", BODY), refusing_proxy());
    let mut bench = Bench::new();
    bench.set("http_proxy", format!("http://127.0.0.1:{proxy}"));
    bench.run("a.json", &["curl", "-sS", "-v", "--fail-with-body", &url(api)]);
    // The command comes from this machine's memory.
    let told = bench.retry("a.json", "b.json", &["--unset", "http_proxy"]);
    assert_eq!(told["changed"], serde_json::json!(["HTTP_PROXY"]), "{told}");
    let conclusion = text(&told, "conclusion");
    assert!(conclusion.starts_with("one-change: HTTP_PROXY removed, same payload: reached the API"), "{conclusion}");
    assert!(conclusion.ends_with("proxy branch"), "{conclusion}");
    let packet = bench.packet("b.json");
    assert_eq!((packet["attempts"][0]["n"].as_u64(), told["n"].as_u64()), (Some(1), Some(2)));
    for attempt in packet["attempts"].as_array().unwrap() {
        let pointer = attempt["failure"].as_str().unwrap();
        assert!(packet.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
    assert_eq!((&packet["verdict"]["reached_api"], &packet["verdict"]["cause"]), (&"yes".into(), &"auth".into()));
}

#[test]
fn nothing_changed_is_a_repeat_and_is_counted() {
    let api = stub("529 Overloaded", r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#);
    let bench = Bench::new();
    bench.run("a.json", &["curl", "-sS", "-v", "--fail-with-body", &url(api)]);
    let told = bench.retry("a.json", "b.json", &[]);
    assert_eq!(
        (text(&told, "conclusion").as_str(), &told["repeats"]["of"]),
        ("repeat", &serde_json::json!(2)),
        "{told}"
    );
    let told = bench.retry("b.json", "c.json", &[]);
    assert_eq!(told["repeats"], serde_json::json!({"kind": "persistent", "failed": 3, "of": 3}), "{told}");
    let markdown = bench.evpack(&["retry", "--against", "c.json", "--offline", "-o", "d.md"]);
    let said = String::from_utf8(markdown.stderr).unwrap();
    assert!(said.contains("repeat (persistent, 4 of 4 failed)"), "{said}");
    assert!(fs::read_to_string(bench.path("d.md")).unwrap().contains("4 of 4 failed"));
}

#[test]
fn an_intermittent_failure_is_told_as_such() {
    let bench = Bench::new();
    let script = "if [ -e ok ]; then echo fine; else touch ok; \
                  echo 'curl: (7) Failed to connect to api.anthropic.com port 443: Connection refused'; exit 7; fi";
    bench.run("a.json", &["sh", "-c", script]);
    let told = bench.retry("a.json", "b.json", &[]);
    assert_eq!(told["repeats"], serde_json::json!({"kind": "intermittent", "failed": 1, "of": 2}), "{told}");
    assert_eq!(told["failure"], Value::Null);
    // What failed before stays in the packet.
    assert_eq!(bench.packet("b.json")["verdict"]["cause"], "tcp-refused");
}

#[test]
fn more_than_one_change_proves_nothing_and_each_is_named() {
    let (api, proxy) = (stub("401 Unauthorized", BODY), refusing_proxy());
    let mut bench = Bench::new();
    bench.set("http_proxy", format!("http://127.0.0.1:{proxy}"));
    bench.run("a.json", &["curl", "-sS", "-v", "--fail-with-body", &url(api)]);
    bench.set("SSL_CERT_FILE", "/etc/ssl/other.pem");
    bench.set("TZ", "Asia/Tokyo");
    let told = bench.retry("a.json", "b.json", &["--change", "http_proxy="]);
    let conclusion = text(&told, "conclusion");
    assert!(conclusion.starts_with("inconclusive: 3 variables changed: "), "{conclusion}");
    for name in ["HTTP_PROXY", "SSL_CERT_FILE", "time zone"] {
        assert!(conclusion.contains(name) && told["changed"].as_array().unwrap().contains(&name.into()), "{told}");
    }
}

#[test]
fn another_command_is_another_path() {
    let api = stub("401 Unauthorized", BODY);
    let bench = Bench::new();
    bench.run("a.json", &["curl", "-sS", "-v", "--fail-with-body", &url(api)]);
    let other = format!("{}?x", url(api));
    let told = bench.retry("a.json", "b.json", &["--", "curl", "-sS", "-v", "--fail-with-body", &other]);
    assert_eq!(text(&told, "conclusion"), "different path");
}

#[test]
fn a_change_that_changes_nothing_is_a_repeat() {
    let api = stub("401 Unauthorized", BODY);
    let bench = Bench::new();
    bench.run("a.json", &["curl", "-sS", "-v", "--fail-with-body", &url(api)]);
    let told = bench.retry("a.json", "b.json", &["--unset", "HTTPS_PROXY"]);
    assert_eq!(text(&told, "conclusion"), "repeat", "{told}");
}

#[test]
fn a_secret_that_changed_is_named_and_neither_it_nor_anything_made_of_it_is_kept() {
    let api = stub("401 Unauthorized", BODY);
    let (one, other) = (secret::api_key(4711), secret::api_key(4712));
    let mut bench = Bench::new();
    bench.set("ANTHROPIC_API_KEY", one.as_str());
    bench.run(
        "a.json",
        &["sh", "-c", &format!("curl -sS -v --fail-with-body -H \"x-api-key: $ANTHROPIC_API_KEY\" {}", url(api))],
    );
    let told = bench.retry("a.json", "b.json", &["--set", &format!("ANTHROPIC_API_KEY={other}")]);
    assert_eq!(told["changed"], serde_json::json!(["key identity"]), "{told}");
    assert!(text(&told, "conclusion").starts_with("one-change: key identity changed"), "{told}");
    let mut files = Vec::new();
    tree(bench.dir.path(), &mut files);
    assert!(files.iter().any(|(path, _)| path.ends_with("key")), "no key was made");
    let prints: Vec<String> = files
        .iter()
        .filter(|(path, _)| path.to_string_lossy().contains("/paths/"))
        .flat_map(|(_, bytes)| {
            let record: Value = serde_json::from_slice(bytes).unwrap();
            let marks = record["marks"].as_array().unwrap().clone();
            marks.into_iter().filter_map(|mark| mark["print"].as_str().map(str::to_owned)).collect::<Vec<_>>()
        })
        .collect();
    assert!(prints.len() > 20);
    for (path, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        for value in [&one, &other] {
            for (form, coded) in secret::forms(value) {
                assert!(!text.contains(&coded), "{}: the key came out ({form})", path.display());
            }
        }
        let kept_here = path.to_string_lossy().contains("/paths/");
        assert!(kept_here || !prints.iter().any(|print| text.contains(print)), "{}: a print left", path.display());
    }
}

#[test]
fn without_a_record_private_values_are_said_to_be_open() {
    let api = stub("401 Unauthorized", BODY);
    let mut bench = Bench::new();
    bench.run("a.json", &["curl", "-sS", "-v", "--fail-with-body", &url(api)]);
    bench.set("HOME", "/nonexistent-home");
    let output = bench.evpack(&["retry", "--against", "a.json", "--offline", "-o", "b.json"]);
    assert_eq!(output.status.code(), Some(2), "the command is not known there");
    let command = ["--", "curl", "-sS", "-v", "--fail-with-body", &url(api)];
    let told = bench.retry("a.json", "b.json", &command);
    let conclusion = text(&told, "conclusion");
    assert!(conclusion.contains("cannot be compared on this machine"), "{conclusion}");
    assert!(told["not_compared"].as_array().unwrap().contains(&"working directory".into()), "{told}");
    let path = &bench.packet("b.json")["path"];
    assert_eq!(path["kept_here"], false);
    assert!(path["not_kept_because"].as_str().unwrap().contains("no home"));
}

#[test]
fn the_plan_proposes_one_change_at_a_time_and_auto_stops_where_the_api_answers() {
    let (api, proxy) = (stub("401 Unauthorized", BODY), refusing_proxy());
    let mut bench = Bench::new();
    bench.set("http_proxy", format!("http://127.0.0.1:{proxy}"));
    bench.run("a.json", &["curl", "-sS", "-v", "--fail-with-body", &url(api)]);
    let plan = bench.evpack(&["retry", "--against", "a.json", "--plan"]);
    let plan = String::from_utf8(plan.stdout).unwrap();
    assert!(plan.contains("1. baseline") && plan.contains("bill tokens"), "{plan}");
    assert!(!bench.path("b.json").exists());
    let output = bench.evpack(&["retry", "--against", "a.json", "--auto", "--max", "2", "--offline", "-o", "b.json"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let (note, rest) = said.split_at(said.find("Attempt").unwrap());
    assert!(note.contains("bill tokens") && rest.contains("repeat"), "{said}");
    let attempts = bench.packet("b.json")["attempts"].as_array().unwrap().len();
    assert!((2..=3).contains(&attempts), "{attempts}");
}

#[test]
fn bad_use_is_told() {
    let bench = Bench::new();
    fs::write(bench.path("no.json"), "{}").unwrap();
    let code = |args: &[&str]| bench.evpack(args).status.code();
    assert_ne!(code(&["retry", "--against", "missing.json", "--", "true"]), Some(0));
    assert_ne!(code(&["retry", "--against", "no.json", "--", "true"]), Some(0));
    assert_eq!(code(&["retry", "--against", "no.json", "--unset", "A", "--changed", "b"]), Some(2));
}

/// The Python SDK itself, where it is installed: a proxy between it and the API is removed.
#[test]
fn the_python_sdk_with_and_without_a_proxy() {
    let python = super::support::repository("target/real/venv/bin/python");
    if !python.exists() {
        println!("skipped: target/real/venv has no Python SDK");
        return;
    }
    let (api, proxy) = (stub("401 Unauthorized", BODY), refusing_proxy());
    let mut bench = Bench::new();
    bench.set("HTTP_PROXY", format!("http://127.0.0.1:{proxy}"));
    bench.set("ANTHROPIC_BASE_URL", format!("http://127.0.0.1:{api}"));
    bench.set("ANTHROPIC_API_KEY", secret::api_key(7));
    let program = "import anthropic\nanthropic.Anthropic(max_retries=0).messages.create(model='claude-opus-4-6', \
                   max_tokens=8, messages=[{'role': 'user', 'content': 'Say hello.'}])\n";
    fs::write(bench.path("app.py"), program).unwrap();
    bench.run("a.json", &[&python.to_string_lossy(), "app.py"]);
    let told = bench.retry("a.json", "b.json", &["--unset", "HTTP_PROXY"]);
    assert_eq!(told["changed"], serde_json::json!(["HTTP_PROXY"]), "{told}");
    assert!(text(&told, "conclusion").starts_with("one-change: HTTP_PROXY removed, same payload"), "{told}");
    assert_eq!(bench.packet("b.json")["failure"]["http_status"], 401);
}
