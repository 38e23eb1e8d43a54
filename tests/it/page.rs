//! The HTML page in headless Chromium: no request leaves it, and no script from captured text runs.

use std::fs;
use std::io::Read as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::support::{Evpack, capture};

const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=2000",
    "--dump-dom",
];

fn chromium() -> Option<&'static str> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok())
}

/// A server that counts who calls.
fn counter() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            counted.fetch_add(1, Ordering::SeqCst);
            let mut stream = stream;
            let _ = stream.set_read_timeout(Some(Duration::from_millis(100)));
            let _ = stream.read(&mut [0; 512]);
        }
    });
    (port, calls)
}

fn dom(browser: &str, page: &Path) -> String {
    let profile = tempfile::tempdir().unwrap();
    let data = format!("--user-data-dir={}", profile.path().display());
    let url = format!("file://{}", page.display());
    let done = Command::new(browser).args(FLAGS).args([&data, &url]).stderr(Stdio::null()).output().unwrap();
    String::from_utf8_lossy(&done.stdout).into_owned()
}

#[test]
fn no_request_leaves_the_page_and_no_captured_script_runs() {
    let Some(browser) = chromium() else {
        eprintln!("skipped: no Chromium is installed here");
        return;
    };
    let (port, calls) = counter();
    let evil = format!(
        "<script>document.title='ran'</script><img src=\"http://127.0.0.1:{port}/i\" onerror=\"document.title='ran'\"><link rel=stylesheet href=\"http://127.0.0.1:{port}/c\"></pre></details>"
    );
    let dir = tempfile::tempdir().unwrap();
    // The same text in a page that does nothing against it: the browser must run it, or this test could not fail.
    let naive = dir.path().join("naive.html");
    fs::write(&naive, format!("<!doctype html><title>x</title>{evil}")).unwrap();
    let ran = dom(browser, &naive);
    if ran.is_empty() {
        eprintln!("skipped: Chromium does not start here");
        return;
    }
    assert!(ran.contains("<title>ran</title>"), "{ran}");
    assert!(calls.load(Ordering::SeqCst) > 0);
    let before = calls.load(Ordering::SeqCst);
    let folder = fs::read_dir(capture("curl")).unwrap().next().unwrap().unwrap().path();
    let made =
        Evpack::new(["collect", "--offline", "-o", "-", "-f", "json"]).arg(folder.to_string_lossy()).run().code(0);
    let mut packet = made.json();
    packet["verdict"]["summary"] = evil.clone().into();
    packet["attachments"][0]["text"] = evil.into();
    let shown = Evpack::new(["show", "-f", "html", "p.json"]).file("p.json", packet.to_string()).run().code(0);
    let page = dir.path().join("page.html");
    fs::write(&page, &shown.stdout).unwrap();
    let shown = dom(browser, &page);
    assert!(shown.contains("Evidence packet") && !shown.contains("<title>ran</title>"), "{shown}");
    assert_eq!(calls.load(Ordering::SeqCst), before, "the page called out");
}
