//! The comparison: one variable is changed, all else is held, and the one that flips the result is named in a sentence.

use std::net::{Ipv6Addr, TcpListener};

use serde_json::Value;

use super::pki::{Flaw, Pki};
use super::servers::{NO_KEY, closed_port, http, https};
use super::{asked, probe};
use crate::support::Evpack;

fn compared(evpack: Evpack) -> Value {
    let (_, json) = probe(evpack.arg("--compare"));
    json["compare"].clone()
}

fn row<'a>(compare: &'a Value, variable: &str) -> &'a Value {
    compare["rows"].as_array().unwrap().iter().find(|row| row["variable"] == variable).unwrap()
}

/// The variables that flip the result.
fn flips(compare: &Value) -> Vec<&str> {
    let rows = compare["rows"].as_array().unwrap().iter();
    rows.filter(|row| row["flips"] == true).map(|row| row["variable"].as_str().unwrap()).collect()
}

fn sentence(compare: &Value) -> &str {
    compare["sentence"].as_str().unwrap()
}

#[test]
fn a_dead_proxy_flips_and_its_variable_is_named() {
    let server = http(NO_KEY);
    let dead = format!("http://127.0.0.1:{}", closed_port());
    let found = compared(asked(&server.url(), "python").env("http_proxy", &dead));
    assert_eq!(flips(&found), ["proxy"], "{found:#}");
    assert_eq!(
        sentence(&found),
        "The client's own path is down; changing proxy to direct, without http_proxy alone brings it up."
    );
    // What cannot be tried is said, with its reason.
    for variable in ["family", "trust-store", "base-url"] {
        assert_eq!(row(&found, variable)["tried"], false, "{variable}");
        assert!(!row(&found, variable)["detail"].as_str().unwrap().is_empty());
    }
}

#[test]
fn a_proxy_that_the_client_passes_over_is_tried() {
    let server = http(NO_KEY);
    let dead = format!("http://127.0.0.1:{}", closed_port());
    // Node reads no proxy variable by itself: its way is up, and through the proxy it would be down.
    let found = compared(asked(&server.url(), "typescript").env("http_proxy", &dead));
    assert_eq!(flips(&found), ["proxy"], "{found:#}");
    assert!(sentence(&found).contains("which http_proxy names alone breaks it"), "{found:#}");
    let none = compared(asked(&server.url(), "typescript"));
    assert_eq!(row(&none, "proxy")["tried"], false);
}

#[test]
fn the_other_family_is_tried_and_told() {
    // A server of IPv6 alone, under a name that has both families.
    let Ok(listener) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) else {
        println!("skipped: this machine has no IPv6 on loopback");
        return;
    };
    let port = listener.local_addr().unwrap().port();
    let url = format!("http://localhost:{port}");
    std::thread::spawn(move || super::servers::serve_all(&listener, NO_KEY));
    let (code, json) = probe(asked(&url, "curl").arg("--family").arg("6"));
    if json["verdict"]["cause"] == "dns" {
        println!("skipped: localhost has no IPv6 address here");
        return;
    }
    assert_eq!(code, Some(0), "{json:#}");
    let found = compared(asked(&url, "curl").arg("--family").arg("6"));
    assert_eq!((flips(&found), &row(&found, "family")["value"]), (vec!["family"], &"IPv4".into()), "{found:#}");
    let found = compared(asked(&url, "curl").arg("--family").arg("4"));
    assert_eq!((flips(&found), &row(&found, "family")["value"]), (vec!["family"], &"IPv6".into()), "{found:#}");
    assert!(sentence(&found).contains("changing family to IPv6 alone brings it up"), "{found:#}");
}

#[test]
fn the_other_trust_store_is_tried_and_told() {
    let pki = Pki::new("Corp");
    let server = https(pki.server(Flaw::None), NO_KEY);
    let run = asked(&server.tls_url(), "python").file("ca.pem", pki.pem());
    let ca = run.dir.path().join("ca.pem").display().to_string();
    let found = compared(run.env("SSL_CERT_FILE", &ca));
    assert_eq!(flips(&found), ["trust-store"], "{found:#}");
    assert_eq!(row(&found, "trust-store")["cause"], "tls-untrusted");
    assert!(
        sentence(&found).contains("the public roots in place of what SSL_CERT_FILE names alone breaks it"),
        "{found:#}"
    );
}

#[test]
fn a_gateway_is_compared_with_the_direct_route_under_the_same_variables() {
    let gateway = http("HTTP/1.1 502 Bad Gateway\r\nserver: nginx\r\ncontent-length: 16\r\n\r\nupstream is down");
    let direct = http(NO_KEY);
    let own = |other: &str| {
        Evpack::new(["probe", &gateway.url(), "--as", "python", "--json", "--timeout", "5", "--gateway", other])
    };
    let found = compared(own(&direct.url()));
    assert_eq!(flips(&found), ["base-url"], "{found:#}");
    assert_eq!(row(&found, "base-url")["value"], direct.url());
    assert!(
        sentence(&found).contains(&format!("changing base-url to {} alone brings it up", direct.url())),
        "{found:#}"
    );
    // The variables are held: a dead proxy breaks both.
    let dead = format!("http://127.0.0.1:{}", closed_port());
    let found = compared(own(&direct.url()).env("http_proxy", &dead));
    assert_eq!((flips(&found), &row(&found, "base-url")["cause"]), (vec![], &"tcp-refused".into()), "{found:#}");
}

#[test]
fn without_being_asked_a_gateway_is_compared_with_the_apis_own_url() {
    let gateway = http("HTTP/1.1 502 Bad Gateway\r\nserver: nginx\r\ncontent-length: 16\r\n\r\nupstream is down");
    let dead = format!("http://127.0.0.1:{}", closed_port());
    // The proxy is that of the direct route alone, and nothing leaves this machine.
    let run =
        Evpack::new(["probe", &gateway.url(), "--as", "python", "--json", "--timeout", "5"]).env("https_proxy", &dead);
    let out = run.run();
    assert!(out.stderr.contains("contacting https://api.anthropic.com beside it"), "{}", out.stderr);
    let found = out.json()["compare"].clone();
    assert_eq!(found["rows"].as_array().unwrap().len(), 2, "{found:#}");
    assert_eq!(
        (&row(&found, "base-url")["value"], flips(&found)),
        (&"https://api.anthropic.com".into(), vec![]),
        "{found:#}"
    );
    assert_eq!(row(&found, "base-url")["cause"], "tcp-refused");
    assert!(sentence(&found).contains("gives another failure (tcp-refused)"), "{found:#}");
    let off = asked(&gateway.url(), "python").env("https_proxy", &dead).run();
    assert!(!off.stderr.contains("beside") && off.json()["compare"].is_null(), "{}", off.stderr);
}

#[test]
fn a_direct_route_that_hangs_holds_nothing_up_and_takes_no_time_from_the_gateway() {
    let gateway = http("HTTP/1.1 401 Unauthorized\r\nx-litellm-call-id: 1\r\ncontent-length: 2\r\n\r\n{}");
    let silent = super::servers::raw(|mut stream| {
        let head = super::servers::read_request(&mut stream);
        std::thread::sleep(std::time::Duration::from_secs(30));
        head
    });
    let proxy = format!("http://127.0.0.1:{}", silent.port);
    let begun = std::time::Instant::now();
    let run = Evpack::new(["probe", &gateway.url(), "--as", "python", "--json", "--timeout", "25"]);
    let (code, json) = probe(run.env("https_proxy", &proxy));
    // A bound: the direct route has three seconds of the twenty-five, and a busy machine takes some more.
    assert!(begun.elapsed() < std::time::Duration::from_secs(15), "{:?}", begun.elapsed());
    assert_eq!((code, &json["gateway"]["kind"]), (Some(0), &"litellm".into()), "{json:#}");
    let health = json["gateway"]["health"].as_array().unwrap();
    assert!(!health.is_empty() && health.iter().all(|path| path["status"] == 401), "{health:#?}");
    assert_eq!(row(&json["compare"], "base-url")["up"], false, "{json:#}");
}
