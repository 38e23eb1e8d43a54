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

/// A page with a probe, attempts and excerpts, as `show` makes it.
fn full_page() -> String {
    let mut packet: serde_json::Value =
        serde_json::from_slice(&fs::read(super::support::repository("fixtures/packets/v1.json")).unwrap()).unwrap();
    packet["probe"] = serde_json::json!({"phases": [
        {"phase": "dns", "ms": 12, "outcome": "ok"}, {"phase": "tcp", "ms": 30, "outcome": "failed"}]});
    packet["attempts"] = serde_json::json!([
        {"n": 1, "at": "2026-01-01T00:00:00Z", "outcome": "refused", "failure": "/failures/0"},
        {"n": 2, "at": "2026-01-01T00:01:00Z", "outcome": "answered", "failure": null}]);
    let second = packet["attachments"][0].clone();
    packet["attachments"].as_array_mut().unwrap().push(second);
    let run = Evpack::new(["show", "-f", "html", "p.json"]).file("p.json", packet.to_string());
    run.run().code(0).text().to_owned()
}

/// The values of the colours that a rule set names, after those that it inherits.
fn colours(css: &str, from: &[(String, [f64; 3])]) -> Vec<(String, [f64; 3])> {
    let mut all = from.to_vec();
    for (name, value) in css.split("--").skip(1).filter_map(|rest| rest.split_once(": #")) {
        let digit = |at: usize| f64::from(u8::from_str_radix(&value[at..at + 2], 16).unwrap()) / 255.0;
        all.retain(|(known, _)| known != name);
        all.push((name.to_owned(), [digit(0), digit(2), digit(4)]));
    }
    all
}

/// The contrast of two colours by WCAG 2.2: <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
    let luminance = |[r, g, b]: [f64; 3]| 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

#[test]
fn the_page_can_be_read_light_dark_and_on_paper() {
    let page = full_page();
    let block = |start: &str| page.split_once(start).unwrap_or_else(|| panic!("{start}")).1.split('}').next().unwrap();
    let light = colours(block("<style>\n:root {"), &[]);
    let dark = colours(block("(prefers-color-scheme: dark) { :root {"), &light);
    let paper = colours(block("@media print { :root {"), &dark);
    for (mode, colours) in [("light", light), ("dark", dark), ("paper", paper)] {
        let of = |name: &str| colours.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}")).1;
        for ground in ["paper", "card"] {
            for text in ["ink", "soft"] {
                let ratio = contrast(of(text), of(ground));
                assert!(ratio >= 4.5, "{mode}: {text} on {ground} has {ratio:.2}");
            }
            for drawn in ["bar", "bad", "good"] {
                let ratio = contrast(of(drawn), of(ground));
                assert!(ratio >= 3.0, "{mode}: {drawn} on {ground} has {ratio:.2}");
            }
        }
    }
    // What is closed on the screen is open on paper.
    assert!(
        page.split_once("@media print").unwrap().1.contains("details::details-content { content-visibility: visible")
    );
}

#[test]
fn the_page_can_be_heard_and_needs_no_mouse() {
    let page = full_page();
    assert!(page.contains("<html lang=\"en\">") && page.contains("<title>Evidence packet "));
    assert_eq!((page.matches("<h1").count(), page.matches("<main>").count()), (1, 1));
    assert!(!["<h3", "tabindex", "onclick", "accesskey"].iter().any(|bad| page.contains(bad)), "{page}");
    // Every part has a heading that names it, and every drawing has a name and its content in words.
    let sections = page.split("<section ").skip(1);
    let mut drawings = 0;
    for section in sections {
        let id = section.strip_prefix("aria-labelledby=\"").and_then(|rest| rest.split('"').next()).unwrap();
        assert!(section.contains(&format!("<h2 id=\"{id}\">")), "{id}");
        if let Some((_, svg)) = section.split_once("<svg ") {
            let (head, rest) = svg.split_once('>').unwrap();
            assert!(head.contains("role=\"img\"") && head.contains("aria-label=\""), "{head}");
            assert!(rest.contains("<figcaption>"), "{id}");
            drawings += 1;
        }
    }
    assert_eq!(drawings, 2);
    // A row's head says that it is one; colour alone says nothing.
    assert!(
        page.matches("<th ").count() > 2 && page.matches("<th ").count() == page.matches("<th scope=\"row\">").count()
    );
    assert!(page.contains("(failed)") && page.contains("captured:") && page.contains("missing:"));
    // What can be opened can be reached and seen by keyboard.
    assert_eq!(page.matches("<details").count(), page.matches("<summary>").count());
    assert!(page.contains("summary:focus-visible { outline:"));
}

/// Pages of paper that Chromium prints; `None` where it prints nothing here.
fn printed_pages(browser: &str, dir: &Path, html: &str) -> Option<usize> {
    let (page, pdf) = (dir.join("print.html"), dir.join("print.pdf"));
    let _ = fs::remove_file(&pdf);
    fs::write(&page, html).unwrap();
    let data = format!("--user-data-dir={}", dir.join("profile").display());
    let (to, url) = (format!("--print-to-pdf={}", pdf.display()), format!("file://{}", page.display()));
    let flags = FLAGS.iter().filter(|flag| **flag != "--dump-dom");
    let _ =
        Command::new(browser).args(flags).args([&data, &to, &url]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let pdf = fs::read(pdf).ok()?;
    let mark = b"/Type /Page";
    Some(pdf.windows(mark.len() + 1).filter(|at| at.starts_with(mark) && !at[mark.len()].is_ascii_alphabetic()).count())
}

/// Nobody can open an excerpt on paper, so all are open there.
#[test]
fn what_is_closed_on_the_screen_is_open_on_paper() {
    let Some(browser) = chromium() else {
        eprintln!("skipped: no Chromium is installed here");
        return;
    };
    let mut packet: serde_json::Value =
        serde_json::from_slice(&fs::read(super::support::repository("fixtures/packets/v1.json")).unwrap()).unwrap();
    let mut second = packet["attachments"][0].clone();
    second["text"] = "a line of the second excerpt\n".repeat(400).into();
    packet["attachments"].as_array_mut().unwrap().push(second);
    let run = Evpack::new(["show", "-f", "html", "p.json"]).file("p.json", packet.to_string()).run().code(0);
    let page = run.text();
    let rule = "details::details-content { content-visibility: visible; block-size: auto; }";
    assert!(page.contains(rule));
    let dir = tempfile::tempdir().unwrap();
    let Some(pages) = printed_pages(browser, dir.path(), page) else {
        eprintln!("skipped: Chromium prints nothing here");
        return;
    };
    let without = printed_pages(browser, dir.path(), &page.replace(rule, "")).unwrap();
    assert!(pages >= without + 4, "{pages} pages with the rule, {without} without");
}
