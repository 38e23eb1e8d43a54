//! The network part of `collect`: what is contacted is said first, a dead network costs no more than the budget, and nothing
//! that a page or a proxy says leaks.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use super::support::secret::{api_key, forms, random};
use super::support::{Evpack, Output, capture};

const REFUSED: &str = "python-sdk/conn_refused.txt";

/// A server on loopback that does this with every connection; gives its port.
fn server(serve: fn(&mut TcpStream)) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || serve(&mut stream.unwrap()));
        }
    });
    port
}

/// An API that wants a key, as Anthropic's does.
fn wants_a_key(stream: &mut TcpStream) {
    let mut part = [0; 4096];
    let _ = stream.read(&mut part);
    let body = r#"{"type":"error","error":{"type":"authentication_error","message":"x-api-key header is required"},"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}"#;
    let _ = write!(
        stream,
        "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\nrequest-id: req_011CSHoEeqs5C35K2UUqR7Fy\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
}

/// Takes what it is sent and never says a word.
fn silent(stream: &mut TcpStream) {
    let mut part = [0; 4096];
    while stream.read(&mut part).unwrap_or(0) > 0 {}
}

fn pointers(packet: &serde_json::Value) -> Vec<String> {
    let because = packet["verdict"]["because"].as_array().unwrap();
    because.iter().map(|reason| reason["pointer"].as_str().unwrap().to_owned()).collect()
}

fn leaks(output: &Output, secret: &str) -> bool {
    let places = [&output.stdout, output.stderr.as_bytes()];
    forms(secret)
        .iter()
        .any(|(_, form)| places.iter().any(|place| memchr::memmem::find(place, form.as_bytes()).is_some()))
}

#[test]
fn a_path_that_is_up_now_is_evidence_and_does_not_change_the_verdict() {
    let port = server(wants_a_key);
    let text = "anthropic.APIConnectionError: Connection error.\nhttpx2.ConnectError: [Errno 111] Connection refused\n";
    // The proxy is that of the direct route alone, which a gateway is compared with: nothing leaves this machine.
    let run = || {
        let run = Evpack::new(["collect", "--json", "-o", "-", "app.log"]).file("app.log", text).fixed();
        run.env("HTTPS_PROXY", "http://127.0.0.1:1")
    };
    let url = format!("http://127.0.0.1:{port}");
    let online = run().online().arg("--no-status").env("ANTHROPIC_BASE_URL", &url).run().code(0);
    let said = format!("contacting 127.0.0.1:{port} (probe");
    assert!(online.stderr.starts_with(&said) && online.stderr.contains("no key and no prompt"), "{}", online.stderr);
    let packet = online.json();
    assert_eq!(packet["probe"]["target"], url);
    assert_eq!(packet["probe"]["http"]["status"], 401);
    assert!(online.stderr.contains("contacting api.anthropic.com (the same empty request on the direct route"));
    let beside = &packet["probe"]["compare"]["rows"][1];
    assert_eq!((&beside["value"], &beside["cause"]), (&"https://api.anthropic.com".into(), &"tcp-refused".into()));
    assert!(packet["probe"]["phases"][0]["ms"].is_u64());
    assert_eq!(packet["status"]["absent"], "not-requested");
    let probe = pointers(&packet).into_iter().find(|pointer| pointer.starts_with("/probe/")).expect("a reason");
    assert!(packet.pointer(&probe).is_some(), "{probe}");
    let offline = run().env("ANTHROPIC_BASE_URL", &url).run().code(0).json();
    for word in ["branch", "cause", "reached_api", "responder"] {
        assert_eq!(packet["verdict"][word], offline["verdict"][word], "{word}");
    }
    assert_eq!(offline["probe"]["absent"], "offline");
}

#[test]
fn the_waterfall_stands_in_the_markdown() {
    let url = format!("http://127.0.0.1:{}", server(wants_a_key));
    let run = Evpack::new(["collect", "-o", "-"]).arg(capture(REFUSED)).online().arg("--no-status");
    // The capture's own URL, if it shows one, is that of its machine.
    let run = run.env("ANTHROPIC_BASE_URL", &url).env("HTTPS_PROXY", "http://127.0.0.1:1");
    let output = run.arg("--timeout").arg("2").run().code(0);
    let section = output.text().split("\n## ").find(|part| part.starts_with("Network at")).expect("a section");
    assert!(section.contains("```text\n") && section.contains(" ms  "), "{section}");
    assert!(section.contains("- Compared: `The client's own path is up; changing base-url to"), "{section}");
    assert!(output.text().split("## Excerpt").next().unwrap().len() <= 8 << 10);
}

#[test]
fn a_dead_network_costs_no_more_than_the_budget_and_is_said() {
    let proxy = format!("http://127.0.0.1:{}", server(silent));
    let begun = Instant::now();
    let run = Evpack::new(["collect", "--json", "-o", "-", "--timeout", "1"]).arg(capture(REFUSED)).online();
    let output = run.env("HTTPS_PROXY", &proxy).env("HTTP_PROXY", &proxy).run().code(0);
    // Far above the budget, for a busy machine; far below what any client of a silent proxy waits.
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    let packet = output.json();
    assert!(["timed-out", "failed"].contains(&packet["status"]["absent"].as_str().unwrap()), "{}", packet["status"]);
    let probe = &packet["probe"];
    assert!(probe["absent"] == "timed-out" || probe["verdict"]["path_up"] == false, "{probe}");
}

#[test]
fn a_proxy_that_refuses_is_named_by_its_phase_and_its_password_stays() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let password = random(81, 24);
    let proxy = format!("http://joe:{password}@127.0.0.1:{closed}");
    for format in ["md", "json"] {
        let run = Evpack::new(["collect", "-o", "-", "-v", "-f", format]).arg(capture(REFUSED)).online();
        let output = run.env("HTTPS_PROXY", &proxy).run().code(0);
        assert!(!leaks(&output, &password), "{format}");
        if format == "json" {
            let packet = output.json();
            assert_eq!(packet["probe"]["verdict"]["path_up"], false);
            assert_eq!(packet["status"]["absent"], "failed");
            assert!(
                packet["status"]["detail"].as_str().is_some_and(|said| said.contains(": ")),
                "{}",
                packet["status"]
            );
        }
    }
}

#[test]
fn a_saved_status_page_is_used_and_a_secret_in_it_stays() {
    let secret = api_key(82);
    let page = serde_json::json!({
        "page": {"id": "tymt9n04zgry", "name": "Claude", "updated_at": "2026-11-22T18:31:07.412Z"},
        "components": [{"id": "k8w3r06qmzrp", "name": "Claude API", "status": "partial_outage"}],
        "incidents": [{"id": "a", "name": format!("Errors {secret}"), "status": "investigating", "impact": "major",
            "started_at": "2026-11-22T18:15:00Z", "components": [{"id": "k8w3r06qmzrp", "name": "Claude API"}]}],
        "status": {"indicator": "major", "description": format!("Partial {secret} Outage")}
    });
    let log = "2026-11-22T18:20:00Z anthropic.InternalServerError: Error code: 529 - {'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'Overloaded'}, 'request_id': 'req_011CSHoEeqs5C35K2UUqR7Fy'}\n";
    for format in ["md", "json"] {
        let run = Evpack::new(["collect", "-o", "-", "--status-file", "summary.json", "-f", format, "app.log"]);
        let output = run.file("summary.json", page.to_string()).file("app.log", log).run().code(0);
        assert!(!leaks(&output, &secret), "{format}");
        assert!(!output.stderr.contains("contacting"), "{}", output.stderr);
        if format == "json" {
            let packet = output.json();
            assert_eq!(packet["status"]["components"][0]["state"], "partial-outage");
            assert_eq!(packet["status"]["fetched_at"]["absent"], "not-found");
            assert!(pointers(&packet).iter().any(|pointer| pointer.starts_with("/status/")), "{:?}", pointers(&packet));
            assert_eq!(packet["verdict"]["cause"], "overloaded");
        } else {
            assert!(output.text().contains("A green page clears nobody"), "{}", output.text());
        }
    }
}

#[test]
fn a_status_file_that_is_none_is_absent_and_one_that_is_missing_is_an_error() {
    for hostile in ["<html>", "", "{\"status\": \"ok\"}", "[[[[", "\u{0}\u{1}"] {
        let run = Evpack::new(["collect", "--json", "-o", "-", "--status-file", "page.json"]);
        let packet = run.file("page.json", hostile).run().code(0).json();
        assert_eq!(packet["status"]["absent"], "unreadable", "{hostile:?}");
    }
    let missing = Evpack::new(["collect", "-o", "-", "--status-file", "nowhere.json"]).run().code(2);
    assert!(missing.stderr.contains("nowhere.json"), "{}", missing.stderr);
}

#[test]
fn a_dry_run_lists_what_would_be_contacted_and_contacts_nothing() {
    let run = || Evpack::new(["collect", "--dry-run", "app.log"]).file("app.log", "anthropic.APIConnectionError\n");
    let listed = run().online().run().code(0);
    assert!(listed.text().contains("contact api.anthropic.com (probe"), "{}", listed.text());
    assert!(listed.text().contains("contact status.claude.com (status page)"), "{}", listed.text());
    let less = run().online().arg("--no-probe").arg("--no-status").run().code(0);
    assert!(less.text().ends_with("contact nothing\n"), "{}", less.text());
    let offline = run().run().code(0);
    assert!(offline.text().ends_with("contact nothing\n"), "{}", offline.text());
    // A base URL that no API can have is not contacted.
    let absurd = run().online().env("ANTHROPIC_BASE_URL", "http://169.254.169.254/latest").run().code(0);
    assert!(!absurd.text().contains("contact 169.254"), "{}", absurd.text());
}
