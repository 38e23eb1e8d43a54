//! Realistic packets for the golden files: each as the pipeline would hand it over, at a stage whose text is plain.

mod cases;
mod crowded;

use std::collections::BTreeMap;

use chrono::DateTime;
use serde::Serialize;

use crate::assemble::reproduction::{Observed, reproduction};
use crate::model::client::{Auth, Client, CredentialDefect, CredentialKind, CredentialState, Runtime, Sdk};
use crate::model::clues::Clues;
use crate::model::failure::{BodyKind, CauseLink, Failure, Request, Response};
use crate::model::host::{Ci, HostFacts, Region, Surroundings};
use crate::model::packet::{
    Attachment, AttachmentName, Attempt, ChecklistItem, InputRecord, PacketId, Reproduction, Shown, Tool,
};
use crate::model::route::{CaFile, NetworkEnv, ProxyChoice, ProxyUse, Route, Variable};
use crate::model::safe::{ErrorType, HttpStatus, ModelName, RequestId, SafeShape, Seconds, Timestamp, Version};
use crate::model::verdict::{Because, Verdict};
use crate::model::vocabulary::*;
use crate::model::{
    AbsenceReason, Collected, Evidence, OrText, Packet, Provenance, Raw, RedactionReport, Restage, Stage, Via,
};

/// Text as a reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Plain(String);

/// A stage for tests: nothing is removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Toy {}

impl Stage for Toy {
    type Text = Plain;
    type Report = RedactionReport;
}

impl Shown for Toy {}

/// The walk to it. `rewrite` may change each text.
struct ToToy<'a>(&'a dyn Fn(String) -> String, RedactionReport);

impl Via<Toy> for ToToy<'_> {
    fn enter(&mut self, _step: &str) {}
    fn leave(&mut self) {}
    fn text(&mut self, raw: Raw<String>) -> Plain {
        Plain((self.0)(raw.into_exposed()))
    }
    fn report(&mut self) -> RedactionReport {
        self.1.clone()
    }
}

/// The packet with every captured text rewritten.
pub(super) fn shown(packet: Packet<Collected>, rewrite: &dyn Fn(String) -> String) -> Packet<Toy> {
    let counts = BTreeMap::from([("anthropic-api-key".to_owned(), 2), ("home".to_owned(), 5)]);
    let report = RedactionReport { counts, rules: "1".into(), verified: true, ..RedactionReport::default() };
    packet.restage(&mut ToToy(rewrite, report))
}

pub(super) use cases::all;

type Text = Raw<String>;
type Ev<T> = Evidence<Collected, T>;

fn line(n: u64) -> Provenance<Collected> {
    Provenance::input("error.log", n)
}

fn seen<T>(value: T, n: u64) -> Ev<T> {
    Evidence::captured(value, line(n))
}

fn system<T>(value: T) -> Ev<T> {
    Evidence::captured(value, Provenance::system("the operating system"))
}

fn none<T>(reason: AbsenceReason, topic: &str) -> Ev<T> {
    Evidence::absent(reason, topic)
}

fn version(text: &str) -> OrText<Collected, Version> {
    OrText::parse(text)
}

fn because(statement: &str, pointer: &'static str, line: Option<u64>) -> Because<Collected> {
    Because { statement: statement.into(), pointer, line }
}

fn host() -> HostFacts<Collected> {
    let missing = AbsenceReason::NotFound;
    HostFacts {
        os: "linux",
        os_version: system("Debian GNU/Linux 12 (bookworm)".into()),
        kernel: system("6.1.0-37-amd64".into()),
        architecture: "x86_64",
        cpus: system(8),
        memory_bytes: system(16_777_216_000),
        locale: system("en_GB.UTF-8".into()),
        hostname: none(AbsenceReason::NotRequested, "host.name"),
        region: none(missing, "host.region"),
        clock_source: "system-clock",
        surroundings: Surroundings {
            ci: none(missing, "host.ci"),
            wsl: none(missing, "host.surrounding"),
            container: none(missing, "host.container"),
            remote: vec![],
            serverless: none(missing, "host.surrounding"),
            vpn_interfaces: vec![],
            inside_claude_code: none(missing, "host.surrounding"),
        },
    }
}

fn client(surface: Surface) -> Client<Collected> {
    let missing = AbsenceReason::NotFound;
    Client {
        surface,
        sdk: none(missing, "client.sdk"),
        sdk_sources: vec![],
        sdk_disagreement: None,
        runtime: none(missing, "client.runtime"),
        openssl: none(missing, "client.openssl"),
        claude_code: none(missing, "client.claude_code"),
        auth: none(missing, "client.auth"),
        credentials: vec![],
    }
}

fn python_client() -> Client<Collected> {
    let sdk = Sdk {
        language: Language::Python,
        package: "anthropic".into(),
        version: seen(version("2.12.0"), 3),
        source: ".venv/lib/python3.11/site-packages/anthropic-2.12.0.dist-info".into(),
        installed: true,
    };
    Client {
        sdk: seen(sdk.clone(), 3),
        sdk_sources: vec![sdk],
        runtime: seen(Runtime { name: "CPython", version: version("3.11.7"), source: ".venv/pyvenv.cfg".into() }, 3),
        openssl: system("OpenSSL 3.0.15 3 Sep 2024".into()),
        auth: system(Auth { method: "api-key", place: "ANTHROPIC_API_KEY".into() }),
        credentials: vec![credential("ANTHROPIC_API_KEY", vec![])],
        ..client(Surface::PythonSdk)
    }
}

fn credential(place: &str, defects: Vec<CredentialDefect>) -> CredentialState<Collected> {
    let kind = CredentialKind::AnthropicApiKey;
    CredentialState { place: place.into(), kind, defects, same_as: None, effective: true, shadowed_by: None }
}

fn route(kind: RouteKind, base_url: &str, source: &str, why: &str) -> Route<Collected> {
    Route {
        kind: system(kind),
        base_url: system(base_url.into()),
        base_url_source: Some(source.into()),
        why: vec![why.into()],
        marks: vec![],
    }
}

fn direct() -> Route<Collected> {
    let why = "No variable and no settings file names another base URL.";
    route(RouteKind::Direct, "https://api.anthropic.com", "the SDK's default", why)
}

fn network() -> NetworkEnv<Collected> {
    NetworkEnv {
        target: "api.anthropic.com".into(),
        variables: vec![],
        choices: vec![],
        disagreement: None,
        ca_files: vec![],
        risks: vec![],
        resolver: none(AbsenceReason::NotFound, "network.resolver"),
        system_proxy: none(AbsenceReason::NotFound, "network.system_proxy"),
    }
}

fn item(
    item: &'static str,
    label: &'static str,
    pointer: &'static str,
    source: Option<&str>,
    how: Option<(AbsenceReason, &'static str)>,
) -> ChecklistItem<Collected> {
    ChecklistItem {
        item,
        label,
        pointer,
        captured: source.is_some(),
        source: source.map(Raw::text),
        absent: how.map(|(reason, _)| reason),
        how_to_get_it: how.map(|(_, topic)| crate::model::guidance::how_to_get(topic)),
    }
}

fn checklist(of: Option<&Failure<Collected>>) -> Vec<ChecklistItem<Collected>> {
    let place = |captured: Option<bool>, topic: &'static str| match captured {
        Some(true) => (Some("error.log"), None),
        _ => (None, Some((AbsenceReason::NotInInput, topic))),
    };
    let mut items = vec![item("time", "Time and zone of the packet", "/created_at", Some("system clock"), None)];
    let mut add = |name, label, pointer, captured, topic| {
        let (source, how) = place(captured, topic);
        items.push(item(name, label, pointer, source, how));
    };
    add(
        "occurred",
        "Time of the failure",
        "/failure/occurred_at",
        of.map(|f| f.occurred_at.is_captured()),
        "failure.occurred_at",
    );
    add(
        "error",
        "Exact error string",
        "/failure/error_string",
        of.map(|f| f.error_string.is_captured()),
        "failure.error_string",
    );
    add(
        "class",
        "Exception class",
        "/failure/exception_class",
        of.map(|f| f.exception_class.is_captured()),
        "failure.exception_class",
    );
    add(
        "status",
        "HTTP status",
        "/failure/http_status",
        of.map(|f| f.http_status.is_captured()),
        "failure.http_status",
    );
    add(
        "type",
        "error.type and message",
        "/failure/error_type",
        of.map(|f| f.error_type.is_captured()),
        "failure.error_type",
    );
    add(
        "request-id",
        "Request id",
        "/failure/request_id",
        of.map(|f| f.request_id.is_captured()),
        "failure.request_id",
    );
    items.push(item("route", "Active route", "/route/kind", Some("environment"), None));
    items.push(item(
        "status-page",
        "Status page at the time",
        "/status",
        None,
        Some((AbsenceReason::Offline, "status")),
    ));
    items.push(item(
        "retry",
        "One retry on the same path after one change",
        "/attempts",
        None,
        Some((AbsenceReason::NotInInput, "attempts")),
    ));
    items
}

fn packet(verdict: Verdict<Collected>, failure: Option<Failure<Collected>>) -> Packet<Collected> {
    let created = DateTime::parse_from_rfc3339("2026-11-22T19:43:12+01:00").unwrap();
    let checklist = checklist(failure.as_ref());
    Packet {
        schema_version: crate::model::SCHEMA_VERSION,
        packet_id: PacketId::new(0x3f9a_1c2e),
        created_at: Timestamp::new(created),
        timezone: system("Europe/Berlin".into()),
        tool: Tool { name: "evpack", version: "0.1.0" },
        audience: Audience::Vendor,
        verdict,
        failure: failure.clone().map_or_else(|| none(AbsenceReason::NotInInput, "failure"), |f| seen(f, 1)),
        failures: failure.into_iter().collect(),
        client: client(Surface::Unknown),
        host: host(),
        route: direct(),
        network_env: network(),
        status: none(AbsenceReason::Offline, "status"),
        probe: none(AbsenceReason::NotRequested, "probe"),
        attempts: vec![],
        reproduction: Reproduction {
            curl: none(AbsenceReason::NotInInput, "reproduction"),
            language: None,
            code: none(AbsenceReason::NotInInput, "reproduction"),
            command: none(AbsenceReason::NotInInput, "reproduction.command"),
            working_directory: none(AbsenceReason::NotInInput, "reproduction.command"),
            exit_code: none(AbsenceReason::NotInInput, "reproduction.exit_code"),
            run: Evidence::absent(AbsenceReason::NotInInput, "reproduction.command"),
            unknown: vec![],
        },
        inputs: vec![],
        note: None,
        metadata: vec![],
        attachments: vec![],
        redaction: crate::model::NotYetRedacted,
        checklist,
    }
}

fn with_reproduction(mut packet: Packet<Collected>, commands: &[&str]) -> Packet<Collected> {
    let mut clues = Clues::default();
    clues.commands.extend(commands.iter().map(|c| crate::model::clues::Seen::new(Raw::text(*c), line(1))));
    packet.reproduction = reproduction(&Observed {
        failure: packet.failure.value(),
        route: &packet.route,
        client: &packet.client,
        network: &packet.network_env,
        clues: &clues,
        metadata: &packet.metadata,
        run: None,
    });
    packet
}

fn input(format: InputFormat, bytes: u64) -> InputRecord<Collected> {
    InputRecord {
        name: "error.log".into(),
        format: seen(format, 1),
        bytes: seen(bytes, 1),
        failures: 1,
        truncated: None,
        mended: vec![],
    }
}

fn excerpt(kind: &'static str, first: u64, text: &str) -> Attachment<Collected> {
    Attachment {
        file: AttachmentName::new(1, kind),
        source: "error.log".into(),
        first_line: first,
        last_line: first + text.lines().count() as u64 - 1,
        truncated: None,
        text: text.into(),
    }
}
