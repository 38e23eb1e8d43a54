//! The client that is followed is the one of the evidence: of a packet in any form, or of a log.

use super::servers::{NO_KEY, closed_port, http};
use super::{asked, probe};
use crate::support::{Evpack, capture};

/// A probe of what this file tells.
fn from(name: &str, bytes: &[u8]) -> Evpack {
    Evpack::new(["probe", "--from", name, "--json", "--timeout", "5", "--gateway", "off"]).file(name, bytes)
}

#[test]
fn the_client_and_its_base_url_come_from_a_packet_in_any_form() {
    let server = http(NO_KEY);
    let log = format!(
        "APIConnectionError: Connection error.\n    at Anthropic.makeRequest (/app/node_modules/@anthropic-ai/sdk/src/client.ts:701:15)\n\
         url: '{}/v1/messages'\n\nNode.js v20.20.2\n",
        server.url()
    );
    let (code, json) = probe(from("app.log", log.as_bytes()));
    assert_eq!((code, &json["as"], &json["target"]), (Some(0), &"typescript".into(), &server.url().into()), "{json:#}");
    for form in ["json", "md", "zip"] {
        let run = Evpack::new(["collect", "app.log", "-f", form, "-o", "out.bin"]).file("app.log", &log).fixed();
        let made = run.run().code(0);
        let (code, json) = probe(from("packet", &made.files["out.bin"]));
        assert_eq!(
            (code, &json["as"], &json["target"]),
            (Some(0), &"typescript".into(), &server.url().into()),
            "{form}"
        );
    }
    // What is typed counts before what is told.
    let (_, json) = probe(from("app.log", log.as_bytes()).arg("--as").arg("go"));
    assert_eq!(json["as"], "go");
}

#[test]
fn the_version_of_node_in_the_evidence_decides_whether_the_proxy_variable_is_read() {
    let server = http(NO_KEY);
    let dead = format!("http://127.0.0.1:{}", closed_port());
    let of = |version: &str| {
        let log = format!(
            "APIConnectionError: Connection error.\n    at Anthropic.makeRequest (/app/node_modules/@anthropic-ai/sdk/src/client.ts:701:15)\n\nNode.js v{version}\n"
        );
        let run =
            Evpack::new(["probe", &server.url(), "--from", "app.log", "--json", "--timeout", "5", "--gateway", "off"]);
        let run = run.file("app.log", log).env("http_proxy", &dead).env("NODE_USE_ENV_PROXY", "1");
        let (_, json) = probe(run);
        (json["verdict"]["cause"].as_str().unwrap().to_owned(), json["via"].as_str().unwrap().to_owned())
    };
    let (cause, via) = of("20.20.2");
    assert_eq!((cause.as_str(), via.contains("Node 20.20 does not know NODE_USE_ENV_PROXY")), ("auth", true), "{via}");
    for known in ["24.1.0", "22.21.0"] {
        let (cause, via) = of(known);
        assert_eq!((cause.as_str(), via.contains(" reads it")), ("tcp-refused", true), "{via}");
    }
    // Where no version is known, that is said.
    let run = asked(&server.url(), "typescript").env("http_proxy", &dead).env("NODE_USE_ENV_PROXY", "1");
    let (_, json) = probe(run.env("PATH", "/nonexistent"));
    assert!(json["via"].as_str().unwrap().ends_with("if Node is 24 or later, or 22 from 22.21"), "{json:#}");
}

#[test]
fn a_capture_of_each_client_is_followed_by_its_rules() {
    for (name, client) in [("python-sdk/conn_refused.txt", "python"), ("typescript-sdk/conn_refused.txt", "typescript")]
    {
        let url = format!("http://127.0.0.1:{}", closed_port());
        let run = Evpack::new(["probe", &url, "--from", &capture(name), "--json", "--gateway", "off"]);
        let (code, json) = probe(run);
        assert_eq!((code, &json["as"]), (Some(5), &client.into()), "{name}: {json:#}");
    }
    let missing = Evpack::new(["probe", "--from", "nowhere.json"]).run();
    assert_eq!(missing.code, Some(1));
    assert!(missing.stderr.contains("nowhere.json"), "{}", missing.stderr);
}
