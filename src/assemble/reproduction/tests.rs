//! Reproductions of each client and route as golden files, and hostile input.

use super::*;
use crate::model::OrText;
use crate::model::client::{Auth, Sdk};
use crate::model::failure::Request;
use crate::model::packet::HARMLESS_PROMPT;
use crate::model::route::{CaFile, ProxyChoice, ProxyUse, Variable};
use crate::model::safe::Seconds;
use crate::model::vocabulary::{InputFormat, Language};

/// Everything that `Observed` borrows.
struct World {
    failure: Option<Failure<Collected>>,
    route: Route<Collected>,
    client: Client<Collected>,
    network: NetworkEnv<Collected>,
    clues: Clues,
    metadata: Vec<MetadataEntry<Collected>>,
}

fn line<T>(value: T) -> Evidence<Collected, T> {
    Evidence::captured(value, Provenance::input("error.log", 1))
}

fn missing<T>() -> Evidence<Collected, T> {
    Evidence::absent(AbsenceReason::NotFound, "general")
}

impl World {
    fn new(surface: Surface, sdk: Option<(Language, &str)>, kind: RouteKind, base_url: &str) -> Self {
        let sdk = sdk.map(|(language, version)| Sdk {
            language,
            package: "anthropic".into(),
            version: line(OrText::parse(version)),
            source: "error.log".into(),
            installed: true,
        });
        Self {
            failure: Some(Failure::at(surface, "error.log".into(), InputFormat::PlainText, 1)),
            route: Route {
                kind: line(kind),
                base_url: line(base_url.into()),
                base_url_source: None,
                why: vec![],
                marks: vec![],
            },
            client: Client {
                surface,
                sdk: sdk.map_or_else(missing, line),
                sdk_sources: vec![],
                sdk_disagreement: None,
                runtime: missing(),
                openssl: missing(),
                claude_code: missing(),
                auth: line(Auth { method: "api-key", place: "ANTHROPIC_API_KEY".into() }),
                credentials: vec![],
            },
            network: NetworkEnv {
                target: "api.anthropic.com".into(),
                variables: vec![],
                choices: vec![],
                disagreement: None,
                ca_files: vec![],
                risks: vec![],
                resolver: missing(),
                system_proxy: missing(),
            },
            clues: Clues::default(),
            metadata: vec![],
        }
    }

    fn request(mut self, request: Request<Collected>) -> Self {
        if let Some(failure) = &mut self.failure {
            failure.request = line(request);
            failure.timeout_seconds = line(Seconds::from_millis(30_500));
            failure.max_retries = line(0);
        }
        self
    }

    fn reproduction(&self) -> Reproduction<Collected> {
        reproduction(&Observed {
            failure: self.failure.as_ref(),
            route: &self.route,
            client: &self.client,
            network: &self.network,
            clues: &self.clues,
            metadata: &self.metadata,
            run: None,
        })
    }
}

fn full_request(url: &str, model: &str) -> Request<Collected> {
    Request {
        method: Some("POST".into()),
        url: Some(url.into()),
        model: Some(OrText::parse(model)),
        stream: Some(true),
        max_tokens: Some(1024),
        messages: Some(3),
        tools: Some(2),
        blocks: Some(4),
    }
}

fn shown(of: &Evidence<Collected, Raw<String>>) -> String {
    match of {
        Evidence::Captured { value, .. } => value.expose().clone(),
        Evidence::Absent(absence) => format!("absent: {} ({})", absence.absent.word(), absence.how_to_get_it),
    }
}

/// Compares with a golden file; `UPDATE=1` writes it anew.
#[allow(clippy::disallowed_methods)]
fn golden(name: &str, out: &Reproduction<Collected>) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/expected/reproduction").join(name);
    let unknown = out.unknown.join(", ");
    let text = format!("{}\n\n---\n\n{}\n\n---\nunknown: {unknown}\n", shown(&out.code), shown(&out.curl));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace('\r', "");
    assert!(expected == text, "{name} differs; run `UPDATE=1 cargo test reproduction` and look at the change\n{text}");
}

const DIRECT: &str = "https://api.anthropic.com";
const GATEWAY: &str = "https://llm.corp.example/anthropic";

#[test]
fn every_language_on_the_direct_route_and_through_a_gateway() {
    for (surface, language, version) in [
        (Surface::PythonSdk, Language::Python, "2.12.0"),
        (Surface::TypescriptSdk, Language::Typescript, "0.65.0"),
        (Surface::GoSdk, Language::Go, "1.60.0"),
        (Surface::JavaSdk, Language::Java, "2.57.0"),
        (Surface::Other, Language::Ruby, "1.19.0"),
        (Surface::Other, Language::Csharp, "12.0.0"),
        (Surface::Other, Language::Php, "0.33.0"),
    ] {
        let sdk = Some((language, version));
        golden(&format!("{language}-direct.txt"), &World::new(surface, sdk, RouteKind::Direct, DIRECT).reproduction());
        let url = format!("{GATEWAY}/v1/messages");
        let gateway =
            World::new(surface, sdk, RouteKind::Gateway, GATEWAY).request(full_request(&url, "claude-opus-4-6"));
        golden(&format!("{language}-gateway.txt"), &gateway.reproduction());
    }
}

#[test]
fn cloud_providers_use_their_own_client_and_no_curl() {
    for kind in [RouteKind::Bedrock, RouteKind::Vertex, RouteKind::Foundry] {
        for language in Language::ALL {
            let world = World::new(Surface::Other, Some((*language, "1.0.0")), kind, "https://cloud.example");
            let out = world.reproduction();
            assert_eq!(out.curl.absence().map(|a| a.absent), Some(AbsenceReason::Unsupported));
            let code = shown(&out.code).to_lowercase();
            assert!(code.contains(kind.word()) || code.contains("absent: unsupported"), "{language} {kind}: {code}");
        }
        golden(
            &format!("python-{kind}.txt"),
            &World::new(Surface::PythonSdk, None, kind, "https://cloud.example").reproduction(),
        );
        golden(
            &format!("java-{kind}.txt"),
            &World::new(Surface::JavaSdk, None, kind, "https://cloud.example").reproduction(),
        );
    }
}

#[test]
fn claude_code_behind_a_proxy_keeps_proxy_and_ca_by_name() {
    let mut world = World::new(Surface::ClaudeCode, None, RouteKind::Direct, DIRECT);
    world.client.auth = line(Auth { method: "login", place: "login".into() });
    let variable = |name: &str| Variable { name: name.into(), value: "x".into(), source: None };
    world.network.variables = vec![variable("NODE_EXTRA_CA_CERTS"), variable("HTTPS_PROXY"), variable("EVIL; rm")];
    let choice = |client, outcome| ProxyChoice { client, outcome, variable: Some("HTTPS_PROXY"), why: "x".into() };
    world.network.choices = vec![choice("curl", ProxyUse::Proxied), choice("claude-code", ProxyUse::Proxied)];
    world.network.ca_files = vec![CaFile {
        variable: "NODE_EXTRA_CA_CERTS",
        path: "x".into(),
        certificates: missing(),
        read_by: vec!["claude-code"],
    }];
    golden("claude-code-proxy.txt", &world.reproduction());
    world.client.surface = Surface::TypescriptSdk;
    world.network.choices[1] = choice("node-fetch", ProxyUse::Ignored);
    assert!(shown(&world.reproduction().curl).contains("--noproxy '*'"));
}

/// Each client keeps the certificate variables that it reads, and no other.
#[test]
fn certificate_variables_of_other_clients_are_not_kept() {
    let readers = [
        ("NODE_EXTRA_CA_CERTS", vec!["typescript-sdk", "claude-code"]),
        ("SSL_CERT_FILE", vec!["python-sdk", "go-sdk", "curl"]),
        ("REQUESTS_CA_BUNDLE", vec!["python-requests"]),
    ];
    for (surface, kept) in [
        (Surface::PythonSdk, "SSL_CERT_FILE"),
        (Surface::TypescriptSdk, "NODE_EXTRA_CA_CERTS"),
        (Surface::GoSdk, "SSL_CERT_FILE"),
    ] {
        let mut world = World::new(surface, None, RouteKind::Direct, DIRECT);
        let variable = |name: &str| Variable { name: name.into(), value: "x".into(), source: None };
        world.network.variables = readers.iter().map(|(name, _)| variable(name)).collect();
        world.network.ca_files = readers
            .iter()
            .map(|(variable, read_by)| CaFile {
                variable,
                path: "x".into(),
                certificates: missing(),
                read_by: read_by.clone(),
            })
            .collect();
        let out = world.reproduction();
        let code = shown(&out.code);
        assert!(code.contains(&format!("Keep as in the failing process: {kept}\n")), "{surface}: {code}");
        assert!(shown(&out.curl).contains(&format!("--cacert \"${kept}\"")), "{surface}");
    }
}

#[test]
fn old_clients_send_x_api_key_and_new_ones_bearer() {
    let header = |surface, language, version| {
        let curl =
            shown(&World::new(surface, Some((language, version)), RouteKind::Direct, DIRECT).reproduction().curl);
        let version = curl.lines().find(|l| l.contains("anthropic-version")).unwrap().trim().to_owned();
        (
            curl.contains("-H \"Authorization: Bearer $ANTHROPIC_API_KEY\""),
            curl.contains("-H \"x-api-key: $ANTHROPIC_API_KEY\""),
            version.contains("2026-10-21"),
        )
    };
    assert_eq!(header(Surface::PythonSdk, Language::Python, "2.12.0"), (true, false, true));
    assert_eq!(header(Surface::PythonSdk, Language::Python, "0.71.0"), (false, true, false));
    assert_eq!(header(Surface::TypescriptSdk, Language::Typescript, "1.12.0"), (true, false, true));
    assert_eq!(header(Surface::TypescriptSdk, Language::Typescript, "0.65.0"), (false, true, false));
    assert_eq!(header(Surface::GoSdk, Language::Go, "1.60.0"), (false, true, false));
}

/// A captured URL or model name must stay one literal in each language.
#[test]
fn hostile_urls_and_models_stay_inside_their_literals() {
    let url = "https://x/'\"`;$(touch /x)\\\n*/ //v1/messages#{exec 1}<?php ?>";
    let model = "m'); system('id'); //\"\n#{x}";
    for language in Language::ALL {
        let surface = if *language == Language::Python { Surface::PythonSdk } else { Surface::Other };
        let mut world = World::new(surface, Some((*language, "1.0.0")), RouteKind::Gateway, url);
        world = world.request(full_request(url, model));
        let out = world.reproduction();
        let (code, curl) = (shown(&out.code), shown(&out.curl));
        let (_, syntax) = program::of(*language);
        assert!(code.contains(&literal::string(url, syntax)), "{language}: {code}");
        assert!(code.contains(&literal::string(model, syntax)), "{language}: {code}");
        assert!(curl.contains(&literal::string(url, Syntax::Shell)), "{curl}");
        assert!(code.contains(HARMLESS_PROMPT) && curl.contains(HARMLESS_PROMPT));
    }
}

/// The shell splits the command into the words that were meant, and runs nothing else.
#[cfg(unix)]
#[test]
#[allow(clippy::disallowed_methods)]
fn the_shell_reads_the_curl_command_as_meant() {
    let url = "https://x/'\"`;$(touch /x)&|v1/messages";
    let world = World::new(Surface::Curl, None, RouteKind::Gateway, url).request(full_request(url, "it's"));
    let curl = shown(&world.reproduction().curl);
    let script = format!("curl() {{ for word; do printf '%s\\n' \"$word\"; done; }}\nANTHROPIC_API_KEY=k\n{curl}");
    let out = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let words: Vec<&str> = text.lines().collect();
    assert_eq!(words[..6], ["-sS", "-i", "-X", "POST", &format!("{url}/v1/messages"), "--max-time"], "{curl}");
    let body: serde_json::Value = serde_json::from_str(words.last().unwrap()).unwrap();
    assert_eq!(
        (&body["model"], &body["stream"], &body["tools"][1]["name"]),
        (&"it's".into(), &true.into(), &"tool_2".into())
    );
    assert_eq!(body["messages"].as_array().map(Vec::len), Some(3));
    assert!(words.contains(&"x-api-key: k"));
}

#[test]
fn other_endpoints_get_what_is_known_of_them() {
    let of = |method: &str, path: &str| {
        let mut request = full_request(&format!("{DIRECT}{path}"), "claude-opus-4-6");
        request.method = Some(method.into());
        let world = World::new(Surface::PythonSdk, Some((Language::Python, "2.12.0")), RouteKind::Direct, DIRECT);
        let out = world.request(request).reproduction();
        (shown(&out.curl), out.code.is_captured())
    };
    let (curl, code) = of("POST", "/v1/messages/count_tokens?beta=true");
    assert!(
        curl.contains("count_tokens?beta=true'") && !curl.contains("max_tokens") && !curl.contains("stream") && !code
    );
    let (curl, code) = of("GET", "/v1/models");
    assert!(curl.contains("-X GET 'https://api.anthropic.com/v1/models'") && !curl.contains("-d ") && !code, "{curl}");
    assert!(curl.ends_with('\''), "{curl}");
    let (curl, code) = of("POST", "/v1/files");
    assert!(curl.starts_with("absent: unsupported") && !code);
    assert!(of("POST", "/v1/messages?beta=true").1);
}

#[test]
fn nothing_known_is_said_and_the_users_words_come_first() {
    let mut world = World::new(Surface::Unknown, None, RouteKind::Direct, DIRECT);
    world.failure = None;
    let out = world.reproduction();
    assert!(!out.curl.is_captured() && !out.code.is_captured() && !out.command.is_captured() && out.unknown.is_empty());
    world.clues.commands = vec![Seen::new("claude -p".into(), Provenance::input("error.log", 7))];
    world.clues.exit_codes = vec![Seen::new(7, Provenance::input("error.log", 9))];
    let out = world.reproduction();
    assert_eq!((shown(&out.command).as_str(), out.exit_code.value()), ("claude -p", Some(&7)));
    let entry = |key: &str, value: &str| MetadataEntry { key: key.into(), value: value.into() };
    world.metadata =
        vec![entry("command", "make test"), entry("exit_code", "2"), entry("working_directory", "a monorepo")];
    let out = world.reproduction();
    assert_eq!((shown(&out.command).as_str(), out.exit_code.value()), ("make test", Some(&2)));
    assert_eq!(shown(&out.working_directory), "a monorepo");
}
