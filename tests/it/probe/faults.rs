//! Plain paths: an answer, and every way in which none comes.

use std::io::Write;
use std::net::UdpSocket;
use std::thread;
use std::time::{Duration, Instant};

use super::servers::{NO_KEY, Server, closed_port, http, raw, read_request};
use super::{asked, probe, said};
use crate::support::Evpack;

fn answers(status: &str, headers: &str, body: &str) -> Server {
    http(format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len()))
}

#[test]
fn a_401_with_a_request_id_proves_arrival_and_nothing_secret_was_sent() {
    let server = http(NO_KEY);
    let evpack = asked(&server.url(), "curl").env("ANTHROPIC_API_KEY", &crate::support::secret::api_key(7));
    let (code, json) = probe(evpack);
    assert_eq!(code, Some(0), "{json:#}");
    assert_eq!(json["as"], "curl");
    let verdict = &json["verdict"];
    assert_eq!(
        (&verdict["cause"], &verdict["reached_api"], &verdict["responder"]),
        (&"auth".into(), &"yes".into(), &"api".into())
    );
    assert_eq!(verdict["branch"], "returned-api-error");
    assert_eq!(
        (&json["http"]["status"], &json["http"]["request_id"]),
        (&401.into(), &"req_011CSHoEeqs5C35K2UUqR7Fy".into())
    );
    assert_eq!(json["http"]["headers"]["cf-ray"], "9a1b2c3d4e5f6071-FRA");
    let phases: Vec<_> =
        json["phases"].as_array().unwrap().iter().map(|step| step["phase"].as_str().unwrap()).collect();
    assert_eq!(phases, ["resolve", "tcp", "http"]);
    // The health paths of a gateway are asked after it; all of it must be without a key.
    let mut sent = String::new();
    while !sent.contains("POST ") {
        sent = server.heads.recv_timeout(Duration::from_secs(5)).unwrap();
        assert!(!sent.to_ascii_lowercase().contains("api-key"), "{sent}");
    }
    assert!(sent.starts_with("POST /v1/messages HTTP/1.1") && sent.ends_with("{}"), "{sent}");
    let lower = sent.to_ascii_lowercase();
    assert!(!lower.contains("api-key") && !lower.contains("authorization"), "{sent}");
}

#[test]
fn what_it_contacts_is_said_first_and_on_the_other_stream() {
    let out = asked(&http(NO_KEY).url(), "go").run();
    assert!(out.stderr.starts_with("contacting http://127.0.0.1:"), "{}", out.stderr);
    assert!(out.stderr.contains("sends no key and no prompt"));
}

#[test]
fn each_way_to_get_no_answer_has_its_cause() {
    let refused = format!("http://127.0.0.1:{}", closed_port());
    assert_eq!(said(asked(&refused, "python")), "5 tcp-refused no none");
    let closes = raw(|mut stream| read_request(&mut stream).inspect(|_| drop(stream)));
    assert_eq!(said(asked(&closes.url(), "python")), "5 tcp-reset unknown none");
    let garbage = raw(|mut stream| {
        let head = read_request(&mut stream);
        let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n");
        head
    });
    assert_eq!(said(asked(&garbage.url(), "python")), "5 bad-gateway unknown unknown");
    let silent = raw(|mut stream| {
        let head = read_request(&mut stream);
        thread::sleep(Duration::from_secs(8));
        head
    });
    let from = Instant::now();
    let evpack = Evpack::new(["probe", &silent.url(), "--json", "--timeout", "0.6", "--gateway", "off"]);
    assert_eq!(said(evpack), "5 timeout-read unknown none");
    assert!(from.elapsed() < Duration::from_secs(4), "{:?}", from.elapsed());
}

#[test]
fn answers_of_others_are_not_taken_for_the_apis() {
    let html = "<html><head><title>Just a moment...</title></head></html>";
    let page = answers("403 Forbidden", "content-type: text/html\r\nserver: Zscaler/6.2\r\n", html);
    assert_eq!(said(asked(&page.url(), "curl")), "5 html-body no proxy");
    let bad = answers("502 Bad Gateway", "server: nginx\r\n", "upstream is down");
    assert_eq!(said(asked(&bad.url(), "curl")), "5 bad-gateway unknown gateway");
    let sign_in = answers("302 Found", "location: http://login.example/\r\n", "");
    assert_eq!(said(asked(&sign_in.url(), "curl")), "5 html-body unknown gateway");
    let litellm = answers(
        "401 Unauthorized",
        "x-litellm-call-id: 4c9c1f0e-9b1a-4a0e-8f0a-0d4b7f3f1c11\r\n",
        r#"{"error":{"message":"no key","type":"auth_error"}}"#,
    );
    assert_eq!(said(asked(&litellm.url(), "curl")), "0 auth unknown gateway");
}

#[test]
fn endless_heads_and_bodies_are_bounded() {
    let heads = raw(|mut stream| {
        let head = read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream
            .write_all(b"x-filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")
            .is_ok()
        {}
        head
    });
    assert_eq!(said(asked(&heads.url(), "python")), "5 bad-gateway unknown unknown");
    let bodies = raw(|mut stream| {
        let head = read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n");
        while stream.write_all(&[b'a'; 8192]).is_ok() {}
        head
    });
    let (_, json) = probe(asked(&bodies.url(), "python"));
    assert_eq!((&json["http"]["body_bytes"], &json["http"]["body_cut"]), (&65536.into(), &true.into()), "{json:#}");
}

#[test]
fn an_idle_connection_that_is_dropped_is_told_from_one_that_stays() {
    let keeps = http(NO_KEY);
    let (code, json) = probe(asked(&keeps.url(), "curl").arg("--idle").arg("0.6"));
    assert_eq!((code, &json["phases"][3]["outcome"]), (Some(0), &"ok".into()), "{json:#}");
    let drops = raw(|mut stream| {
        let head = read_request(&mut stream);
        let _ = stream.write_all(NO_KEY.as_bytes());
        thread::sleep(Duration::from_millis(300));
        head
    });
    assert_eq!(said(asked(&drops.url(), "curl").arg("--idle").arg("2")), "5 idle-drop yes api");
}

/// A name server that answers every question with this code; `None` for silence.
fn name_server(code: Option<u8>) -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    thread::spawn(move || {
        let mut packet = [0u8; 1024];
        while let Ok((count, from)) = socket.recv_from(&mut packet) {
            let Some(code) = code else { continue };
            let mut question = 12;
            while packet[question] != 0 {
                question += usize::from(packet[question]) + 1;
            }
            let mut answer = packet[..(question + 5).min(count)].to_vec();
            answer[2] = 0x81;
            answer[3] = 0x80 | code;
            answer[6..12].fill(0);
            let _ = socket.send_to(&answer, from);
        }
    });
    port
}

#[test]
fn a_name_that_does_not_exist_is_told_from_a_name_server_that_fails_or_is_silent() {
    let ask = |code| {
        let server = format!("127.0.0.1:{}", name_server(code));
        let evpack =
            Evpack::new(["probe", "https://api.corp.example", "--json", "--timeout", "1.5", "--gateway", "off"]);
        let (exit, json) = probe(evpack.arg("--nameserver").arg(server));
        let step = &json["phases"][0];
        assert_eq!(
            (exit, &json["verdict"]["cause"], &step["phase"]),
            (Some(5), &"dns".into(), &"resolve".into()),
            "{json:#}"
        );
        format!("{} {}", step["outcome"].as_str().unwrap(), step["detail"].as_str().unwrap())
    };
    assert!(ask(Some(3)).contains("NXDOMAIN"));
    assert!(ask(Some(2)).contains("SERVFAIL"));
    assert!(ask(Some(0)).contains("no address"));
    assert!(ask(None).starts_with("timed-out"));
}

#[test]
fn a_clock_that_is_off_is_told() {
    let server = answers(
        "401 Unauthorized",
        "date: Sun, 01 Jan 2023 00:00:00 GMT\r\nrequest-id: req_011CSHoEeqs5C35K2UUqR7Fy\r\n",
        "{}",
    );
    let (_, json) = probe(asked(&server.url(), "curl"));
    assert!(json["clock"]["skew_seconds"].as_i64().unwrap() > 3600, "{json:#}");
    assert!(json["clock"]["effect"].as_str().unwrap().contains("ahead"));
}
