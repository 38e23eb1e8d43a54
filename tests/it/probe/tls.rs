//! TLS: chains that are good, and every way in which one is not.

use std::io::{Read, Write};

use super::pki::{Flaw, Pki, self_signed};
use super::servers::{NO_KEY, Server, http, https, raw};
use super::{asked, probe, said};
use crate::support::Evpack;

fn trusting(server: &Server, pki: &Pki) -> Evpack {
    asked(&server.tls_url(), "curl").file("ca.pem", pki.pem()).arg("--ca").arg("ca.pem")
}

#[test]
fn a_good_chain_is_told_in_full() {
    let pki = Pki::new("Corp");
    let server = https(pki.server(Flaw::None), NO_KEY);
    let (code, json) = probe(trusting(&server, &pki));
    assert_eq!(code, Some(0), "{json:#}");
    let tls = &json["tls"];
    assert_eq!((&tls["version"], &tls["sni"], &tls["trusted"]), (&"TLSv1.3".into(), &"localhost".into(), &true.into()));
    let chain = tls["chain"].as_array().unwrap();
    assert_eq!(chain.len(), 2);
    assert_eq!(chain[0]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(chain[0]["spki_sha256"].as_str().unwrap().len(), 64);
    assert!(chain[0]["issuer"].as_str().unwrap().contains("Corp Intermediate"), "{chain:#?}");
    assert_eq!(json["interception"]["verdict"], "private-ca");
}

#[test]
fn each_flaw_of_a_chain_has_its_words_and_the_chain_is_kept() {
    let pki = Pki::new("Corp");
    let of = |flaw| {
        let server = https(pki.server(flaw), NO_KEY);
        let (code, json) = probe(trusting(&server, &pki));
        let verdict = &json["verdict"];
        assert_eq!((code, &verdict["reached_api"]), (Some(5), &"no".into()), "{json:#}");
        assert!(!json["tls"]["chain"].as_array().unwrap().is_empty());
        let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        (word(&verdict["cause"]), word(&json["interception"]["verdict"]), word(&verdict["why"]))
    };
    let pair = |(cause, kind, _): (String, String, String)| format!("{cause} {kind}");
    assert_eq!(pair(of(Flaw::Expired)), "tls-other expired");
    assert_eq!(pair(of(Flaw::NotYetValid)), "tls-other clock-skew");
    assert_eq!(pair(of(Flaw::WrongName)), "tls-other name-mismatch");
    let (cause, _, why) = of(Flaw::MissingIntermediate);
    assert_eq!((cause.as_str(), why.contains("intermediate")), ("tls-untrusted", true), "{why}");
}

#[test]
fn a_root_that_is_not_trusted_names_who_would_trust_it_and_by_which_variable() {
    let pki = Pki::new("Zscaler");
    let server = https(pki.server(Flaw::None), NO_KEY);
    let evpack = asked(&server.tls_url(), "typescript").file("corp.pem", pki.pem());
    let path = evpack.dir.path().join("corp.pem").display().to_string();
    let (_, json) = probe(evpack.env("SSL_CERT_FILE", &path));
    assert_eq!(json["verdict"]["cause"], "tls-untrusted", "{json:#}");
    let found = &json["interception"];
    assert_eq!((&found["verdict"], &found["product"]), (&"intercepted-by".into(), &"Zscaler".into()));
    let client =
        |name: &str| found["clients"].as_array().unwrap().iter().find(|one| one["client"] == name).unwrap().clone();
    assert_eq!(client("python")["trusts"], true);
    assert_eq!(client("typescript")["trusts"], false);
    let fix = client("typescript")["fix"].as_str().unwrap().to_owned();
    assert!(fix.contains("NODE_EXTRA_CA_CERTS") && fix.contains("corp.pem"), "{fix}");
    // The same path as the client that reads the variable.
    let evpack = asked(&server.tls_url(), "python").file("corp.pem", pki.pem());
    let path = evpack.dir.path().join("corp.pem").display().to_string();
    assert_eq!(said(evpack.env("SSL_CERT_FILE", &path)), "0 auth yes api");
}

#[test]
fn a_certificate_that_is_signed_by_itself_is_told_and_trusted_where_it_is_named() {
    let (shown, pem) = self_signed();
    let server = https(shown, NO_KEY);
    let (_, json) = probe(asked(&server.tls_url(), "curl"));
    assert_eq!(
        (&json["verdict"]["cause"], &json["interception"]["verdict"]),
        (&"tls-untrusted".into(), &"self-signed".into()),
        "{json:#}"
    );
    let evpack = asked(&server.tls_url(), "curl").file("own.pem", pem).arg("--ca").arg("own.pem");
    assert_eq!(said(evpack), "0 auth yes api");
}

#[test]
fn what_is_no_tls_and_handshakes_that_break_off_are_told_apart() {
    let plain = http("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    // It answers the first bytes, which are no request, as real servers do.
    let speaks_http = raw(|mut stream| {
        let mut hello = [0u8; 512];
        let _ = stream.read(&mut hello);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
        None
    });
    let (_, json) = probe(asked(&speaks_http.tls_url(), "curl"));
    assert_eq!(json["verdict"]["cause"], "tls-other", "{json:#}");
    assert!(json["verdict"]["why"].as_str().unwrap().contains("does not speak TLS"));
    drop(plain);
    let cut = raw(|mut stream| {
        let mut hello = [0u8; 512];
        let _ = stream.read(&mut hello);
        None
    });
    assert_eq!(said(asked(&cut.tls_url(), "curl")), "5 tcp-reset no none");
    // A server that speaks TLS 1.0 alone answers with the alert `protocol_version`.
    let old = raw(|mut stream| {
        let mut hello = [0u8; 512];
        let _ = stream.read(&mut hello);
        let _ = stream.write_all(&[0x15, 3, 1, 0, 2, 2, 70]);
        let _ = stream.read(&mut hello);
        None
    });
    let (_, json) = probe(asked(&old.tls_url(), "curl"));
    assert_eq!(json["verdict"]["cause"], "tls-other", "{json:#}");
    assert!(json["verdict"]["why"].as_str().unwrap().contains("ProtocolVersion"), "{json:#}");
    let hangs = raw(|mut stream| {
        let mut hello = [0u8; 512];
        while stream.read(&mut hello).is_ok_and(|count| count > 0) {}
        None
    });
    let evpack = Evpack::new(["probe", &hangs.tls_url(), "--json", "--timeout", "0.8", "--gateway", "off"]);
    assert_eq!(said(evpack), "5 timeout-connect no none");
}
