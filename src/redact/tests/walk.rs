//! A whole packet: learning across texts, numbering, the report, and what a place says of its text.

use std::collections::BTreeMap;

use super::{fill, policy, redacted_with};

use crate::model::client::Client;
use crate::model::failure::{Failure, Response};
use crate::model::host::{HostFacts, Surroundings};
use crate::model::packet::{Attachment, AttachmentName, MetadataEntry, PacketId, Reproduction, Tool};
use crate::model::route::{NetworkEnv, Route, Variable};
use crate::model::safe::Timestamp;
use crate::model::verdict::Verdict;
use crate::model::vocabulary::{Audience, Branch, Cause, Confidence, InputFormat, ReachedApi, Responder, Surface};
use crate::model::{
    AbsenceReason, Collected, Evidence, KnownValue, NotYetRedacted, Packet, Provenance, Raw, SCHEMA_VERSION, Sensitive,
};
use crate::redact::redact;
use crate::verify::scan;

fn none<T>() -> Evidence<Collected, T> {
    Evidence::absent(AbsenceReason::NotInInput, "failure.error_string")
}

#[allow(clippy::too_many_lines)] // every field of a packet, once
fn packet(texts: &[&str]) -> Packet<Collected> {
    let failure = || {
        let mut failure = Failure::at(Surface::PythonSdk, Raw::text("error.log"), InputFormat::PythonTraceback, 1);
        failure.error_string = Evidence::captured(Raw::text(texts[0]), Provenance::input("error.log", 1));
        let headers = BTreeMap::from([
            ("set-cookie", Raw::text("__cf_bm=abcdefgh12345")),
            ("request-id", Raw::text("req_011CSHoEeqs5C35K2UUqR7Fy")),
        ]);
        failure.response = Evidence::captured(
            Response { body: None, body_text: None, headers, accepted: false },
            Provenance::input("error.log", 2),
        );
        failure
    };
    let text = |index: usize| Raw::text(texts.get(index).copied().unwrap_or_default());
    Packet {
        schema_version: SCHEMA_VERSION,
        packet_id: PacketId::new(7),
        created_at: Timestamp::local(chrono::DateTime::UNIX_EPOCH.naive_utc()),
        timezone: none(),
        tool: Tool::THIS,
        audience: Audience::Vendor,
        verdict: Verdict {
            branch: Branch::Connection,
            cause: Cause::TcpRefused,
            reached_api: ReachedApi::No,
            responder: Responder::None,
            surface: Surface::PythonSdk,
            confidence: Confidence::High,
            summary: Raw::text("Nothing answered."),
            because: Vec::new(),
            next_step: Raw::text("Try without the proxy."),
            not_this: Vec::new(),
            escalate: Raw::text("Ask the network team."),
            signature: "no-class/tcp-refused/none/unknown-host".to_owned(),
        },
        failure: Evidence::captured(failure(), Provenance::input("error.log", 1)),
        failures: vec![failure()],
        client: Client {
            surface: Surface::PythonSdk,
            sdk: none(),
            sdk_sources: Vec::new(),
            sdk_disagreement: None,
            runtime: none(),
            openssl: none(),
            claude_code: none(),
            auth: none(),
            credentials: Vec::new(),
        },
        host: HostFacts {
            os: "linux",
            os_version: none(),
            kernel: none(),
            architecture: "x86_64",
            cpus: none(),
            memory_bytes: none(),
            locale: none(),
            hostname: none(),
            region: none(),
            clock_source: "system-clock",
            surroundings: Surroundings {
                ci: none(),
                wsl: none(),
                container: none(),
                remote: Vec::new(),
                serverless: none(),
                vpn_interfaces: Vec::new(),
                inside_claude_code: none(),
            },
        },
        route: Route { kind: none(), base_url: none(), base_url_source: None, why: Vec::new(), marks: Vec::new() },
        network_env: NetworkEnv {
            target: Raw::text("api.anthropic.com"),
            variables: vec![Variable { name: Raw::text("GATEWAY_TOKEN"), value: Raw::text("plainword"), source: None }],
            choices: Vec::new(),
            disagreement: None,
            ca_files: Vec::new(),
            risks: Vec::new(),
            resolver: none(),
            system_proxy: none(),
        },
        status: none(),
        probe: none(),
        attempts: Vec::new(),
        path: crate::model::path::PathFingerprint { kept_here: false, not_kept_because: None, variables: Vec::new() },
        reproduction: Reproduction {
            curl: none(),
            language: None,
            code: none(),
            command: none(),
            working_directory: none(),
            exit_code: none(),
            run: Evidence::absent(AbsenceReason::NotInInput, "reproduction.command"),
            unknown: Vec::new(),
        },
        inputs: Vec::new(),
        note: Some(text(1)),
        metadata: vec![MetadataEntry { key: Raw::text("team"), value: Raw::text("platform") }],
        attachments: vec![Attachment {
            file: AttachmentName::new(1, "excerpt"),
            source: Raw::text("error.log"),
            first_line: 1,
            last_line: 2,
            truncated: None,
            text: text(2),
        }],
        redaction: NotYetRedacted,
        checklist: Vec::new(),
    }
}

#[test]
fn what_one_text_teaches_is_removed_from_all() {
    let secret = fill(32, "a", 5);
    let prompt = "please summarise the merger papers of Acme";
    let one = format!("got {secret} back");
    let three = format!("x-api-key: {secret}\n{{\"messages\":[{{\"role\":\"user\",\"content\":\"{prompt}\"}}]}}");
    let note = format!("I asked: {prompt}. GATEWAY was Zx9-known-Value1");
    let known =
        KnownValue { value: Raw::text("Zx9-known-Value1"), kind: "gateway-key", place: Raw::text("GATEWAY_KEY") };
    let short = KnownValue { value: Raw::text("admin"), kind: "password", place: Raw::text("PROXY_PASSWORD") };
    let sensitive = Sensitive { values: vec![known, short], identities: Vec::new() };
    let (shown, watch) = redact(packet(&[&one, &note, &three]), &policy(Audience::Vendor), &sensitive).unwrap();
    let json = serde_json::to_string_pretty(&shown).unwrap();
    for gone in [secret.as_str(), prompt, "Zx9-known", "plainword", "abcdefgh12345"] {
        assert!(!json.contains(gone), "{gone} in {json}");
    }
    for stays in [
        "req_011CSHoEeqs5C35K2UUqR7Fy",
        "got [api-key-1] back",
        "[gateway-key-1]",
        "\"GATEWAY_TOKEN\"",
        "Nothing answered.",
    ] {
        assert!(json.contains(stays), "{stays} in {json}");
    }
    assert_eq!(shown.redaction.not_removed_blindly, ["PROXY_PASSWORD"]);
    assert!(
        shown
            .redaction
            .entries
            .iter()
            .any(|entry| entry.place == "/attachments/0/text" && entry.placeholder == "[api-key-1]")
    );
    assert!(scan(&watch, "packet.json", json.as_bytes()).is_ok());
    assert!(scan(&watch, "packet.json", format!("{json}{prompt}").as_bytes()).is_err());
    assert!(scan(&watch, "packet.json", format!("{json}{secret}").as_bytes()).is_err());
    assert!(!format!("{watch:?}").contains("known-Value"));
}

#[test]
fn a_short_value_goes_where_a_name_says_what_it_is_and_nowhere_else() {
    for (text, shown) in [
        ("said: x token: abc y", "said: x token: [token-1] y"),
        ("GATEWAY_KEY=abc", "GATEWAY_KEY=[api-key-1]"),
        ("the abc of it", "the abc of it"),
        ("said: x token: abd y", "said: x token: abd y"),
    ] {
        assert_eq!(redacted_with(text, "abc"), shown);
    }
}

#[test]
fn the_allow_list_spares_what_rules_match_and_nothing_else() {
    let mut policy = policy(Audience::Vendor);
    policy.allow = vec!["db01\\.prod\\.internal".to_owned()];
    let (shown, _) = redact(
        packet(&["refused by db01.prod.internal and db02.prod.internal", "", ""]),
        &policy,
        &Sensitive::default(),
    )
    .unwrap();
    let json = serde_json::to_string(&shown).unwrap();
    assert!(json.contains("db01.prod.internal") && !json.contains("db02"), "{json}");
    policy.allow = vec!["(".to_owned()];
    assert!(redact(packet(&["x"]), &policy, &Sensitive::default()).is_err());
}
