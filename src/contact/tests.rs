//! Tests of contact against servers on loopback that speak real HTTP, and against networks that hang.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;

use super::*;
use crate::collect::host::fake::FakeHost;
use crate::model::status::{ComponentState, Overlap};
use crate::plan::NamedText;

const PAGE: &str = r#"{"page":{"id":"tymt9n04zgry","name":"Claude","updated_at":"2026-11-22T18:31:07.412Z"},
 "components":[{"id":"k8w3r06qmzrp","name":"Claude API","status":"partial_outage"}],"incidents":[],
 "status":{"indicator":"major","description":"Partial System Outage"}}"#;
const PAST: &str = r#"{"page":{"id":"tymt9n04zgry"},"incidents":[{"id":"1","name":"Errors","status":"resolved",
 "started_at":"2026-11-22T18:15:00Z","resolved_at":"2026-11-22T18:50:00Z","components":[{"id":"k8w3r06qmzrp"}]}]}"#;

/// What a server does with each request.
type Serve = fn(path: &str, port: u16, stream: &mut TcpStream);

fn reply(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let _ = write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}");
}

/// A server on loopback; gives its port. It ends with the process.
fn server(serve: Serve) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            thread::spawn(move || {
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                    head.push(byte[0]);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let path = head.split(' ').nth(1).unwrap_or_default();
                serve(path, port, &mut stream);
            });
        }
    });
    port
}

/// The pages of a test: 127.0.0.1 is the one host that a redirect may lead to.
fn pages(ports: &[u16]) -> &'static Known {
    let pages = ports.iter().map(|port| format!("http://127.0.0.1:{port}")).collect();
    Box::leak(Box::new(Known::for_test(pages, vec!["127.0.0.1".into()])))
}

fn fetched(known: &'static Known, past: bool) -> Result<(Page, Raw<String>), Trouble> {
    fetched_until(known, past, Instant::now() + Duration::from_secs(3))
}

/// By the program's own connector, in an environment without settings.
fn fetched_until(known: &'static Known, past: bool, until: Instant) -> Result<(Page, Raw<String>), Trouble> {
    let network = network(Arc::new(FakeHost::new()));
    page::fetch(network.as_ref(), &page::Asked { known, client: ProbeClient::Python, past, until })
}

fn trouble(serve: Serve) -> (AbsenceReason, String) {
    let Err(trouble) = fetched(pages(&[server(serve)]), false) else { panic!("a page was read") };
    (trouble.reason, trouble.detail.into_exposed())
}

#[test]
fn a_page_is_read_with_past_incidents_where_the_failure_has_a_time() {
    let serve: Serve = |path, _, stream| match path {
        "/api/v2/summary.json" => reply(stream, "200 OK", "", PAGE),
        "/api/v2/incidents.json" => reply(stream, "200 OK", "", PAST),
        _ => reply(stream, "404 Not Found", "", ""),
    };
    let (page, url) = fetched(pages(&[server(serve)]), true).unwrap();
    let failed_at = Timestamp::new(DateTime::parse_from_rfc3339("2026-11-22T18:40:00Z").unwrap());
    let fetched_at = Some(Timestamp::new(DateTime::parse_from_rfc3339("2026-11-22T20:00:00Z").unwrap()));
    let context = Context { source: url, fetched_at, surface: Surface::PythonSdk, failed_at: Some(&failed_at) };
    let snapshot = snapshot(page, &context);
    assert!(snapshot.history);
    assert_eq!(snapshot.incidents.len(), 1);
    assert_eq!(snapshot.incidents[0].overlap, Overlap::During);
    assert_eq!(snapshot.components[0].state, ComponentState::PartialOutage);
}

#[test]
fn a_redirect_is_followed_within_the_list_and_nowhere_else() {
    let serve: Serve = |path, port, stream| match path {
        "/api/v2/summary.json" => {
            reply(stream, "302 Found", &format!("location: http://127.0.0.1:{port}/moved.json\r\n"), "");
        }
        _ => reply(stream, "200 OK", "", PAGE),
    };
    let (_, url) = fetched(pages(&[server(serve)]), false).unwrap();
    assert!(url.expose().ends_with("/moved.json"));
    let (reason, said) = trouble(|_, port, stream| {
        reply(stream, "302 Found", &format!("location: http://localhost:{port}/elsewhere\r\n"), "");
    });
    assert_eq!(reason, AbsenceReason::Failed);
    assert!(said.contains("localhost") && said.contains("not among the hosts"), "{said}");
    let (_, said) = trouble(|path, _, stream| reply(stream, "302 Found", &format!("location: {path}\r\n"), ""));
    assert!(said.contains("on and on"), "{said}");
}

#[test]
fn what_is_no_page_is_absent_and_says_so() {
    let (reason, said) =
        trouble(|_, _, stream| reply(stream, "405 Method Not Allowed", "", "<!DOCTYPE html><title>x</title>"));
    assert_eq!((reason, said.as_str()), (AbsenceReason::Unreadable, "HTTP 405, an HTML page where JSON was expected"));
    let (reason, said) = trouble(|_, _, stream| reply(stream, "200 OK", "", "<html>"));
    assert_eq!((reason, said.as_str()), (AbsenceReason::Unreadable, "HTTP 200, an HTML page where JSON was expected"));
    let (reason, said) = trouble(|_, _, stream| reply(stream, "500 Internal Server Error", "", "{\"a\":1}"));
    assert_eq!((reason, said.as_str()), (AbsenceReason::Unreadable, "HTTP 500 where 200 was expected"));
}

#[test]
fn an_endless_body_is_cut_and_a_silent_server_is_left() {
    let (reason, _) = trouble(|_, _, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n{\"status\": \"");
        let part = "x".repeat(65536);
        while stream.write_all(part.as_bytes()).is_ok() {}
    });
    assert_eq!(reason, AbsenceReason::TooLarge);
    let silent = server(|_, _, stream| {
        let _ = stream.read(&mut [0]);
    });
    let begun = Instant::now();
    let until = begun + Duration::from_millis(300);
    let gone = fetched_until(pages(&[silent]), true, until).err().map(|trouble| trouble.reason);
    assert_eq!(gone, Some(AbsenceReason::TimedOut));
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[test]
fn the_origin_is_asked_where_the_page_answers_with_a_challenge() {
    let challenge = server(|_, _, stream| reply(stream, "405 Method Not Allowed", "", "<html>"));
    let origin = server(|_, _, stream| reply(stream, "200 OK", "", PAGE));
    let (_, url) = fetched(pages(&[challenge, origin]), false).unwrap();
    assert!(url.expose().contains(&origin.to_string()));
}

/// A network on which nothing ever answers, and which does not even keep to its time.
#[derive(Default)]
struct Dead(Mutex<Vec<String>>);

impl Network for Dead {
    fn probe(&self, walk: &Walk, _: Instant) -> Result<Probed, Trouble> {
        self.0.lock().unwrap().push(walk.url.expose().clone());
        thread::sleep(Duration::from_secs(59));
        Err(Trouble { reason: AbsenceReason::TimedOut, detail: "late".into(), answered: false })
    }

    fn get(&self, question: &Question<'_>, _: Instant) -> Result<Answer, Trouble> {
        self.0.lock().unwrap().push(question.url.to_owned());
        thread::sleep(Duration::from_secs(59));
        Err(Trouble { reason: AbsenceReason::TimedOut, detail: "late".into(), answered: false })
    }
}

fn wanting(probe: Result<&str, AbsenceReason>, status: StatusChoice) -> Wanted {
    let probe = probe.map(|url| Walk { url: Raw::text(url), client: ProbeClient::Python, runtime: None });
    Wanted { client: ProbeClient::Python, surface: Surface::PythonSdk, probe, status, failed_at: None }
}

fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-22T20:00:00Z").unwrap()
}

#[test]
fn a_dead_network_never_holds_it_past_the_budget() {
    let dead = Arc::new(Dead::default());
    let network: Arc<dyn Network> = Arc::clone(&dead) as Arc<dyn Network>;
    let begun = Instant::now();
    let wanted = wanting(Ok(target::DEFAULT), StatusChoice::Fetch);
    let found = contact(&wanted, &network, now(), begun + Duration::from_millis(400));
    // Both were under way at once, and neither was waited for: a bound far above the budget and far below the hang.
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(found, Found::nothing(AbsenceReason::TimedOut));
    assert_eq!(dead.0.lock().unwrap().len(), 2);
}

#[test]
fn what_is_switched_off_is_not_contacted_and_says_why() {
    let dead = Arc::new(Dead::default());
    let network: Arc<dyn Network> = Arc::clone(&dead) as Arc<dyn Network>;
    let wanted = wanting(Err(AbsenceReason::Offline), StatusChoice::Off(AbsenceReason::NotRequested));
    let found = contact(&wanted, &network, now(), Instant::now() + Duration::from_secs(5));
    assert_eq!(found.probe.absence().map(|absence| absence.absent), Some(AbsenceReason::Offline));
    assert_eq!(found.status.absence().map(|absence| absence.absent), Some(AbsenceReason::NotRequested));
    assert!(dead.0.lock().unwrap().is_empty() && wanted.lines().is_empty());
}

#[test]
fn what_is_contacted_is_said_by_host_alone() {
    let wanted = wanting(Ok("http://gateway.example.com:4000/secret-path"), StatusChoice::Fetch);
    let lines: Vec<String> = wanted.lines().into_iter().map(Raw::into_exposed).collect();
    assert!(lines[0].starts_with("gateway.example.com:4000 (probe by the rules of python"), "{lines:?}");
    assert!(lines[1].starts_with("api.anthropic.com (the same empty request on the direct route"), "{lines:?}");
    assert!(lines[2].starts_with("status.claude.com ") && !lines.concat().contains("secret-path"), "{lines:?}");
}

#[test]
fn a_saved_page_is_read_and_a_hostile_one_is_absent() {
    let network: Arc<dyn Network> = Arc::new(Dead::default());
    let of = |text: &str| {
        let file = NamedText { path: PathBuf::from("summary.json"), text: Raw::text(text) };
        let wanted = wanting(Err(AbsenceReason::NotRequested), StatusChoice::File(file));
        contact(&wanted, &network, now(), Instant::now() + Duration::from_secs(5)).status
    };
    let page = of(PAGE);
    assert_eq!(page.value().map(|page| page.source.expose().as_str()), Some("summary.json"));
    assert!(!page.value().unwrap().fetched_at.is_captured());
    let absent = of(&format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)));
    assert_eq!(absent.absence().map(|absence| absence.absent), Some(AbsenceReason::Unreadable));
}
