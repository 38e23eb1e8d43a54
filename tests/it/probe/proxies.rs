//! Proxies: tunnels that stand, tunnels that are refused, and what must not be shown of them.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Duration;

use super::pki::{Flaw, Pki};
use super::servers::{NO_KEY, Server, closed_port, http, https, raw, read_request};
use super::{asked, probe, said};
use crate::support::Evpack;

/// Joins two connections.
fn join(one: TcpStream, two: TcpStream) {
    let (mut from, mut to) = (one.try_clone().unwrap(), two.try_clone().unwrap());
    thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let (mut from, mut to) = (two, one);
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}

/// A SOCKS 5 server without login.
fn socks() -> Server {
    raw(|mut stream| {
        let mut hello = [0u8; 3];
        stream.read_exact(&mut hello).ok()?;
        stream.write_all(&[5, 0]).ok()?;
        let mut head = [0u8; 5];
        stream.read_exact(&mut head).ok()?;
        let mut rest = vec![0u8; if head[3] == 3 { usize::from(head[4]) + 2 } else { 5 }];
        stream.read_exact(&mut rest).ok()?;
        let port = u16::from_be_bytes([rest[rest.len() - 2], rest[rest.len() - 1]]);
        let Ok(target) = TcpStream::connect(("127.0.0.1", port)) else {
            stream.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]).ok()?;
            return None;
        };
        stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0]).ok()?;
        join(stream, target);
        Some(if head[3] == 3 { "by name".to_owned() } else { "by address".to_owned() })
    })
}

fn trusted(url: &str, pki: &Pki, client: &str) -> Evpack {
    asked(url, client).file("ca.pem", pki.pem()).arg("--ca").arg("ca.pem")
}

#[test]
fn a_407_names_what_the_proxy_offers_and_never_the_password() {
    let password = format!("hunter{}", "2-correct-horse");
    let proxy = http(
        "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Negotiate\r\nproxy-authenticate: Basic realm=\"corp\"\r\n\
         via: 1.1 squid.corp.example (squid/5.7)\r\ncontent-length: 0\r\n\r\n",
    );
    let url = format!("http://dana:{password}@127.0.0.1:{}", proxy.port);
    let out = asked("https://api.anthropic.com", "python").env("HTTPS_PROXY", &url).run();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(!text.contains(&password) && !out.stderr.contains(&password), "{text}{}", out.stderr);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (out.code, &json["verdict"]["cause"], &json["verdict"]["responder"]),
        (Some(5), &"proxy".into(), &"proxy".into()),
        "{json:#}"
    );
    assert_eq!(json["proxy"]["offered"], serde_json::json!(["Negotiate", "Basic"]));
    assert_eq!((&json["proxy"]["status"], &json["proxy"]["source"]), (&407.into(), &"HTTPS_PROXY".into()));
    let head = proxy.heads.recv_timeout(Duration::from_secs(5)).unwrap();
    assert!(
        head.starts_with("CONNECT api.anthropic.com:443 HTTP/1.1") && head.contains("proxy-authorization: Basic "),
        "{head}"
    );
}

#[test]
fn proxies_that_refuse_break_or_hang_are_told_apart() {
    let by = |answer: &str| {
        let proxy = http(answer.to_owned());
        said(asked("https://api.anthropic.com", "curl").env("https_proxy", &format!("http://127.0.0.1:{}", proxy.port)))
    };
    assert_eq!(by("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"), "5 proxy no proxy");
    assert_eq!(by("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"), "5 proxy no proxy");
    let closes = raw(|mut stream| read_request(&mut stream).inspect(|_| drop(stream)));
    let through = |port: u16| {
        Evpack::new([
            "probe",
            "https://api.anthropic.com",
            "--json",
            "--timeout",
            "1",
            "--via",
            &format!("http://127.0.0.1:{port}"),
        ])
    };
    assert_eq!(said(through(closes.port)), "5 proxy no proxy");
    assert_eq!(said(through(closed_port())), "5 tcp-refused no none");
    let hangs = raw(|mut stream| {
        let head = read_request(&mut stream);
        thread::sleep(Duration::from_secs(5));
        head
    });
    assert_eq!(said(through(hangs.port)), "5 proxy no none");
}

#[test]
fn socks_takes_the_name_or_the_address_as_the_client_does() {
    let pki = Pki::new("Corp");
    let server = https(pki.server(Flaw::None), NO_KEY);
    let proxy = socks();
    for (client, scheme, form) in
        [("curl", "socks5", "by address"), ("curl", "socks5h", "by name"), ("python", "socks5", "by name")]
    {
        let url = format!("{scheme}://127.0.0.1:{}", proxy.port);
        assert_eq!(
            said(trusted(&server.tls_url(), &pki, client).env("https_proxy", &url)),
            "0 auth yes api",
            "{client} {scheme}"
        );
        let first = proxy.heads.recv_timeout(Duration::from_secs(5)).unwrap();
        thread::sleep(Duration::from_millis(200));
        assert!([first].into_iter().chain(proxy.heads.try_iter()).all(|met| met == form), "{client} {scheme}");
    }
    let dead = format!("https://localhost:{}", closed_port());
    let (_, json) =
        probe(trusted(&dead, &pki, "curl").env("https_proxy", &format!("socks5h://127.0.0.1:{}", proxy.port)));
    assert_eq!(json["verdict"]["cause"], "proxy", "{json:#}");
    assert!(json["verdict"]["why"].as_str().unwrap().contains("refused"));
    // Claude Code knows no SOCKS.
    let url = format!("socks5://127.0.0.1:{}", proxy.port);
    assert_eq!(said(trusted(&server.tls_url(), &pki, "claude-code").env("HTTPS_PROXY", &url)), "5 proxy no proxy");
}

#[test]
fn the_clients_disagree_on_the_same_variables_and_the_probe_follows_each() {
    let server = http(NO_KEY);
    let url = server.url();
    let dead = format!("http://127.0.0.1:{}", closed_port());
    // curl reads no HTTP_PROXY in upper case, Node reads none at all, Go goes past every proxy to this machine.
    for client in ["curl", "typescript", "go"] {
        assert_eq!(said(asked(&url, client).env("HTTP_PROXY", &dead)), "0 auth yes api", "{client}");
    }
    for client in ["python", "claude-code"] {
        assert_eq!(said(asked(&url, client).env("HTTP_PROXY", &dead)), "5 tcp-refused no none", "{client}");
        let past = asked(&url, client).env("HTTP_PROXY", &dead).env("NO_PROXY", "127.0.0.1");
        assert_eq!(said(past), "0 auth yes api", "{client}");
    }
}

/// A SOCKS 4 server; a user name in the request is what it wants.
fn socks_4() -> Server {
    raw(|mut stream| {
        let mut head = [0u8; 8];
        stream.read_exact(&mut head).ok()?;
        let mut text = || {
            let (mut bytes, mut byte) = (Vec::new(), [0u8; 1]);
            loop {
                stream.read_exact(&mut byte).ok()?;
                if byte[0] == 0 {
                    return Some(String::from_utf8_lossy(&bytes).into_owned());
                }
                bytes.push(byte[0]);
            }
        };
        let user = text()?;
        let by_name = head[4..7] == [0, 0, 0] && head[7] != 0;
        if by_name && text()? != "localhost" {
            return None;
        }
        let port = u16::from_be_bytes([head[2], head[3]]);
        let target = TcpStream::connect(("127.0.0.1", port)).ok().filter(|_| head[..2] == [4, 1] && user == "dana");
        let Some(target) = target else {
            stream.write_all(&[0, 91, 0, 0, 0, 0, 0, 0]).ok()?;
            return None;
        };
        stream.write_all(&[0, 90, 0, 0, 0, 0, 0, 0]).ok()?;
        join(stream, target);
        Some(if by_name { "by name".to_owned() } else { "by address".to_owned() })
    })
}

#[test]
fn socks_4_is_spoken_as_curl_does_and_by_no_other_client() {
    let pki = Pki::new("Corp");
    let server = https(pki.server(Flaw::None), NO_KEY);
    let proxy = socks_4();
    let url = |scheme: &str, user: &str| format!("{scheme}://{user}127.0.0.1:{}", proxy.port);
    for (scheme, form) in [("socks4", "by address"), ("socks4a", "by name")] {
        let run = trusted(&server.tls_url(), &pki, "curl").env("https_proxy", &url(scheme, "dana@"));
        let (code, json) = probe(run);
        assert_eq!((code, &json["proxy"]["kind"]), (Some(0), &scheme.into()), "{json:#}");
        let first = proxy.heads.recv_timeout(Duration::from_secs(5)).unwrap();
        thread::sleep(Duration::from_millis(200));
        assert!([first].into_iter().chain(proxy.heads.try_iter()).all(|met| met == form), "{scheme}");
        let refused = trusted(&server.tls_url(), &pki, "curl").env("https_proxy", &url(scheme, ""));
        let (_, json) = probe(refused);
        assert!(json["verdict"]["why"].as_str().unwrap().contains("refused"), "{json:#}");
        for client in ["python", "go", "typescript", "claude-code"] {
            let run = trusted(&server.tls_url(), &pki, client).arg("--via").arg(url(scheme, "dana@"));
            assert_eq!(said(run), "5 proxy no proxy", "{client}");
        }
    }
}
