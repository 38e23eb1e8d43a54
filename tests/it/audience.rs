//! Who sees what: names by audience, evidence always, secrets never; and what the configuration changes.

use super::support::secret::{api_key, random};
use super::support::{Evpack, Output};

const LOG: &str = "\
2026-11-22T18:39:53Z connecting to 10.20.30.40 through build-07.corp.example for dana.miller@customer.example\n\
x-request-id 8a1b2c3d-4e5f-6789-abcd-ef0123456789 cf-ray 8a1b2c3d4e5f6789-SJC anthropic-organization-id: 11111111-2222-4333-8444-555555555555\n\
Traceback (most recent call last):\n  File \"/home/dmiller/proj/app.py\", line 3, in <module>\n    ask()\n\
anthropic.RateLimitError: Error code: 429 - {'type': 'error', 'error': {'type': 'rate_limit_error', 'message': 'slow down'}, 'request_id': 'req_011CSHoEeqs5C35K2UUqR7Fy'}\n";

/// What stays for everyone.
const EVIDENCE: &[&str] =
    &["req_011CSHoEeqs5C35K2UUqR7Fy", "rate_limit_error", "8a1b2c3d4e5f6789-SJC", "2026-11-22T18:39:53Z"];

fn packet(audience: &str) -> Output {
    Evpack::new(["collect", "--json", "-o", "-", "--audience", audience, "app.log"])
        .file("app.log", LOG)
        .env("USER", "dmiller")
        .env("HOME", "/home/dmiller")
        .run()
        .code(0)
}

#[test]
fn names_are_hidden_by_audience_and_evidence_stays() {
    let names = ["dmiller", "dana.miller@customer.example", "10.20.30.40"];
    for audience in ["vendor", "public"] {
        let output = packet(audience);
        for name in names {
            assert!(!output.text().contains(name), "{audience}: {name}");
        }
        for token in EVIDENCE {
            assert!(output.text().contains(token), "{audience}: {token} is lost");
        }
    }
    let internal = packet("internal");
    for token in names.iter().chain(EVIDENCE) {
        assert!(internal.text().contains(token), "internal: {token} is lost");
    }
}

#[test]
fn the_organisation_is_hidden_from_the_public_only() {
    let organisation = "11111111-2222-4333-8444-555555555555";
    assert!(packet("vendor").text().contains(organisation));
    assert!(!packet("public").text().contains(organisation));
}

#[test]
fn secrets_go_for_every_audience() {
    for audience in ["vendor", "public", "internal"] {
        let (key, known) = (api_key(60), random(61, 30));
        let output = Evpack::new(["collect", "--json", "-o", "-", "--audience", audience, "app.log"])
            .file("app.log", format!("key {key} and {known}\nanthropic.APIConnectionError: Connection error.\n"))
            .env("GATEWAY_TOKEN", &known)
            .run()
            .code(0);
        assert!(!output.text().contains(&key) && !output.text().contains(&known), "{audience}");
        assert!(output.text().contains("[anthropic-api-key-1]"), "{audience}");
    }
}

#[test]
fn the_configuration_sets_the_audience_and_shows_further_variables() {
    let output = Evpack::new(["collect", "--json", "-o", "-", "app.log"])
        .file("app.log", LOG)
        .file("evpack.yaml", "audience: internal\nenv: [ACME_REGION]\nattachments: [extra.log]\n")
        .file("extra.log", "one line of another log\n")
        .env("ACME_REGION", "north-7")
        .run()
        .code(0);
    let packet = output.json();
    assert_eq!(packet["audience"], "internal");
    let variables = packet["network_env"]["variables"].as_array().unwrap();
    assert!(variables.iter().any(|variable| variable["name"] == "ACME_REGION" && variable["value"] == "north-7"));
    let attached = packet["attachments"].as_array().unwrap().iter().find(|file| file["source"] == "extra.log").unwrap();
    assert_eq!(attached["text"], "one line of another log");
}

#[test]
fn an_allowed_text_stays_and_a_known_value_goes_all_the_same() {
    let (shaped, known) = (api_key(62), api_key(63));
    let config = format!("allow: ['{shaped}', '{known}']\n");
    let output = Evpack::new(["collect", "--json", "-o", "-", "app.log"])
        .file(
            "app.log",
            format!("test key {shaped}, real key {known}\nanthropic.APIConnectionError: Connection error.\n"),
        )
        .file("evpack.yaml", config)
        .env("ANTHROPIC_API_KEY", &known)
        .run()
        .code(0);
    assert!(output.text().contains(&shaped) && !output.text().contains(&known));
}

#[test]
fn a_template_of_your_own_renders_the_packet() {
    let output = Evpack::new(["collect", "-o", "-", "--template", "mine.md", "app.log"])
        .file("app.log", LOG)
        .file("mine.md", "{{ verdict.cause }}: {{ failure.request_id }}\n")
        .run()
        .code(0);
    assert_eq!(output.text(), "rate-limit: req_011CSHoEeqs5C35K2UUqR7Fy\n");
    let ticket =
        Evpack::new(["collect", "-o", "-", "--template", "ticket", "app.log"]).file("app.log", LOG).run().code(0);
    assert!(ticket.text().len() < 4000 && ticket.text().contains("req_011CSHoEeqs5C35K2UUqR7Fy"));
}

#[test]
fn a_log_in_utf_16_is_read() {
    let bytes: Vec<u8> = [0xff, 0xfe].into_iter().chain(LOG.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let output = Evpack::new(["collect", "--json", "-o", "-", "-"]).stdin(bytes).run().code(0);
    assert_eq!(output.json()["failure"]["request_id"], "req_011CSHoEeqs5C35K2UUqR7Fy");
    assert_eq!(output.json()["inputs"][0]["mended"][0], "utf-16");
}

/// A password before an `@` looks like a mail address; the host behind it is evidence.
#[test]
fn the_host_of_a_proxy_with_a_password_stays() {
    let password = random(64, 14);
    let output = Evpack::new(["collect", "--json", "-o", "-", "app.log"])
        .file("app.log", LOG)
        .env("HTTPS_PROXY", &format!("http://joe:{password}@proxy.acme.example:8080"))
        .env("ANTHROPIC_BASE_URL", &format!("https://gw:{password}@gateway.acme.example/v1"))
        .run()
        .code(0);
    assert!(!output.text().contains(&password));
    for host in ["proxy.acme.example:8080", "gateway.acme.example/v1"] {
        assert!(output.text().contains(host), "{host} is lost");
    }
}
