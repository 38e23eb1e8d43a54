//! A real proxy that is removed between two attempts: what the failure says, and what one change proves.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::installed;
use crate::probe::pki::{Flaw, Pki};
use crate::probe::servers::{NO_KEY, https};
use crate::retry::Bench;
use crate::support::secret::api_key;

/// A tinyproxy on loopback, or the reason why the test is skipped.
struct Tinyproxy {
    child: Child,
    port: u16,
}

impl Tinyproxy {
    fn start(folder: &Path, may_connect_to: u16) -> Option<Self> {
        let found = ["/usr/bin/tinyproxy", "/usr/sbin/tinyproxy"].into_iter().find(|path| Path::new(path).exists());
        let Some(program) = found else {
            eprintln!("skipped: tinyproxy is not installed; .ci/install-programs installs it");
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = folder.join("tinyproxy.conf");
        let text = format!("Port {port}\nListen 127.0.0.1\nTimeout 20\nConnectPort {may_connect_to}\n");
        fs::write(&config, text).unwrap();
        let mut command = Command::new(program);
        command.args(["-d", "-c"]).arg(&config).stdout(Stdio::null()).stderr(Stdio::null());
        let started = Self { child: command.spawn().unwrap(), port };
        let up = (0..100).any(|_| {
            thread::sleep(Duration::from_millis(50));
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        assert!(up, "tinyproxy did not start");
        Some(started)
    }
}

impl Drop for Tinyproxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const PYTHON: &str = "import anthropic\nanthropic.Anthropic(max_retries=0, timeout=20).messages.create(\
                      model='claude-opus-4-6', max_tokens=8, messages=[{'role': 'user', 'content': 'Say hello.'}])\n";

/// The attempts of a client: through the proxy, then with the proxy gone, then without it.
fn attempts(client: &str, command: &dyn Fn(&str) -> Vec<String>) {
    let pki = Pki::new("Corp");
    let server = https(pki.server(Flaw::None), NO_KEY);
    let mut bench = Bench::new();
    fs::write(bench.path("ca.pem"), pki.pem()).unwrap();
    fs::write(bench.path("app.py"), PYTHON).unwrap();
    let ca = bench.path("ca.pem").to_string_lossy().into_owned();
    let Some(proxy) = Tinyproxy::start(bench.path("").as_path(), server.port) else { return };
    bench.set("HTTPS_PROXY", format!("http://127.0.0.1:{}", proxy.port));
    bench.set("CURL_CA_BUNDLE", ca.as_str());
    bench.set("SSL_CERT_FILE", ca.as_str());
    bench.set("ANTHROPIC_BASE_URL", server.tls_url());
    bench.set("ANTHROPIC_API_KEY", api_key(77));
    let command = command(&server.tls_url());
    let words: Vec<&str> = command.iter().map(String::as_str).collect();
    // The proxy lets the call through, and the API answers.
    bench.run("a.json", &words);
    assert_eq!(bench.packet("a.json")["verdict"]["reached_api"], "yes", "{client}");
    drop(proxy);
    // The same again, and the proxy has gone: nothing of the path differs, so it is a repeat with another outcome.
    let told = bench.retry("a.json", "b.json", &[]);
    assert_eq!((&told["conclusion"], &told["changed"]), (&"repeat".into(), &serde_json::json!([])), "{client} {told}");
    let verdict = bench.packet("b.json")["verdict"].clone();
    assert_eq!(verdict["reached_api"], "no", "{client} {verdict:#}");
    let told = bench.retry("b.json", "c.json", &["--unset", "HTTPS_PROXY"]);
    assert_eq!(told["changed"], serde_json::json!(["HTTPS_PROXY"]), "{client} {told}");
    let conclusion = told["conclusion"].as_str().unwrap();
    assert_eq!(
        conclusion, "one-change: HTTPS_PROXY removed, same payload: reached the API: proxy branch",
        "{client} {told}"
    );
    // All three attempts are told, in Markdown too.
    let packet = bench.packet("c.json");
    let numbers: Vec<_> = packet["attempts"].as_array().unwrap().iter().filter_map(|a| a["n"].as_u64()).collect();
    assert!(numbers.len() >= 3 && numbers.is_sorted(), "{numbers:?}");
    let shown = bench.evpack(&["show", "--format", "md", "c.json"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("one-change: HTTPS_PROXY removed"), "{client} {shown}");
}

#[test]
fn a_real_proxy_that_is_removed_is_the_branch() {
    attempts("curl", &|url| {
        let url = format!("{url}/v1/messages");
        ["curl", "-sS", "-v", "--fail-with-body", &url].map(str::to_owned).to_vec()
    });
    if let Some(python) = installed("venv/bin/python") {
        let python = python.to_string_lossy().into_owned();
        attempts("the Python SDK", &|_| vec![python.clone(), "app.py".to_owned()]);
    }
}
