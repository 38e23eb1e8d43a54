//! A packet in which everything that can be there is there, so that each branch of the templates runs.

use crate::model::client::{ClaudeCode, SettingsFile};
use crate::model::packet::{MetadataEntry, StatusSnapshot};
use crate::model::probe::{Phase, PhaseOutcome, PhaseResult, ProbeClient, ProbeResult, ProbeVerdict};
use crate::model::route::Resolver;
use crate::model::safe::Millis;

use super::*;

fn probe() -> ProbeResult<Collected> {
    let phase = |phase, outcome, cause| PhaseResult {
        phase,
        outcome,
        ms: Millis(12),
        address: Some("192.0.2.7:443".into()),
        detail: "as the sample has it".into(),
        cause,
    };
    ProbeResult {
        target: "https://gateway.corp.example".into(),
        client: ProbeClient::Python,
        via: "direct".into(),
        phases: vec![
            phase(Phase::Resolve, PhaseOutcome::Ok, None),
            phase(Phase::Tcp, PhaseOutcome::Failed, Some(Cause::TcpRefused)),
        ],
        dns: None,
        proxy: None,
        tls: None,
        http: None,
        clock: None,
        interception: None,
        gateway: None,
        compare: None,
        verdict: ProbeVerdict {
            path_up: false,
            branch: Branch::Connection,
            cause: Cause::TcpRefused,
            reached_api: ReachedApi::No,
            responder: Responder::None,
            why: "the connection was refused".into(),
        },
        ms: Millis(24),
    }
}

fn failure() -> Failure<Collected> {
    let mut failure = Failure::at(Surface::ClaudeCode, "debug.txt".into(), InputFormat::ClaudeCodeDebug, 40);
    failure.exception_class = seen("Error".into(), 40);
    failure.error_string = seen("API Error: 502 <html><h1>502 Bad Gateway</h1></html>".into(), 40);
    failure.http_status = seen(HttpStatus::new(502).unwrap(), 40);
    failure.error_message = seen("502 Bad Gateway".into(), 40);
    failure.retry_count = seen(10, 39);
    failure.max_retries = seen(10, 12);
    let at = DateTime::parse_from_rfc3339("2026-11-22T18:40:00.250Z").unwrap();
    failure.occurred_at = seen(Timestamp::new(at), 40);
    let link = |n: u32| CauseLink { class: None, message: format!("cause {n}").into(), code: Some("E".into()) };
    failure.cause_chain = (1..=8).map(link).collect();
    let body_text = Some("<html><h1>502 Bad Gateway</h1></html>".into());
    let headers = BTreeMap::from([("server", Text::text("nginx")), ("via", Text::text("1.1 proxy|two"))]);
    failure.response = seen(Response { body: Some(BodyKind::Html), body_text, headers, accepted: false }, 40);
    let request = Request {
        method: None,
        url: Some("https://gateway.corp.example/v1/messages?beta=true".into()),
        model: Some(OrText::parse("my-own-model")),
        stream: Some(true),
        max_tokens: None,
        messages: None,
        tools: Some(40),
        blocks: None,
    };
    failure.request = seen(request, 12);
    failure
}

fn claude_code() -> ClaudeCode<Collected> {
    let settings = |role, problem: Option<&str>| SettingsFile {
        role,
        path: format!("[home-1]/.claude/{role}.json").into(),
        keys: vec!["env.HTTPS_PROXY".into(), "apiKeyHelper".into()],
        problem: problem.map(Raw::text),
    };
    ClaudeCode {
        version: seen(version("2.1.330"), 1),
        install: "npm-global",
        settings: vec![settings("managed", None), settings("user", Some("line 3: a comma is missing"))],
        debug_log: system("[home-1]/.claude/debug/latest".into()),
        transcript_errors: system(3),
    }
}

fn surroundings() -> Surroundings<Collected> {
    Surroundings {
        ci: system(Ci { vendor: "gitlab-ci", job_url: None, run_id: None, job: None }),
        wsl: system("WSL 2"),
        container: system("docker"),
        remote: vec!["ssh", "devcontainer"],
        serverless: system("aws-lambda"),
        vpn_interfaces: vec!["wg0".into(), "tun0".into()],
        inside_claude_code: system("sdk-cli".into()),
    }
}

fn network_of_everything() -> NetworkEnv<Collected> {
    let absent_file = CaFile {
        variable: "SSL_CERT_FILE",
        path: "/nowhere.pem".into(),
        certificates: none(AbsenceReason::NotFound, "network.ca_file"),
        read_by: vec![],
    };
    let all = [ProxyUse::Direct, ProxyUse::Proxied, ProxyUse::Bypassed, ProxyUse::Ignored, ProxyUse::Refused];
    let choice = |outcome| ProxyChoice { client: "curl", outcome, variable: None, why: "A reason.".into() };
    NetworkEnv {
        variables: vec![Variable {
            name: "NO_PROXY".into(),
            value: "a|b".into(),
            source: Some("settings.json".into()),
        }],
        choices: all.map(choice).to_vec(),
        disagreement: Some("They differ.".into()),
        ca_files: vec![absent_file],
        risks: vec!["NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off.".into()],
        resolver: system(Resolver { nameservers: vec!["10.0.0.53".into()], search: vec![], options: vec![] }),
        system_proxy: system("http://proxy:8080".into()),
        ..network()
    }
}

pub(super) fn crowded() -> Packet<Collected> {
    let verdict = Verdict {
        branch: Branch::Gateway,
        cause: Cause::BadGateway,
        reached_api: ReachedApi::Unknown,
        responder: Responder::Gateway,
        surface: Surface::ClaudeCode,
        confidence: Confidence::Medium,
        summary: "A gateway answered, and got no usable answer from what stands behind it.".into(),
        because: vec![because(
            "The text says \"<h1>502 Bad Gateway</h1>\", which nginx writes.",
            "/failure/response",
            Some(40),
        )],
        next_step: "Ask the gateway's log for this request at 2026-11-22T18:40:00Z.".into(),
        not_this: vec!["Do not rotate the API key, because no one rejected it.".into()],
        escalate: "Go to whoever runs the gateway.".into(),
        signature: "no-class/bad-gateway/gateway/unknown-host".to_owned(),
    };
    let mut out = packet(verdict, Some(failure()));
    out.failures.push(failure());
    out.client = Client {
        claude_code: system(claude_code()),
        auth: system(Auth { method: "a-new-method", place: "somewhere".into() }),
        credentials: vec![CredentialState {
            kind: CredentialKind::AnthropicAdminKey,
            shadowed_by: Some("ANTHROPIC_AUTH_TOKEN".into()),
            effective: false,
            ..credential("ANTHROPIC_API_KEY", vec![CredentialDefect::WrongKind, CredentialDefect::Quoted])
        }],
        ..client(Surface::ClaudeCode)
    };
    out.host.surroundings = surroundings();
    out.host.hostname = system("[host-1]".into());
    out.route.marks = RouteMark::ALL.to_vec();
    out.network_env = network_of_everything();
    let fetched_at = out.created_at.clone();
    out.status = system(StatusSnapshot { fetched_at, description: "Partial System Outage".into() });
    out.probe = system(probe());
    let attempt = |n| Attempt {
        n,
        at: none(AbsenceReason::NotInInput, "attempts"),
        outcome: "HTTP 502".into(),
        failure: None,
        changed: vec!["HTTPS_PROXY".into()],
        conclusion: None,
    };
    out.attempts = (1..=10).map(attempt).collect();
    let unread = InputRecord {
        name: "core.bin".into(),
        format: none(AbsenceReason::Unreadable, "input.text"),
        bytes: none(AbsenceReason::Unreadable, "input"),
        failures: 0,
        ..input(InputFormat::Binary, 0)
    };
    let long = InputRecord {
        truncated: Some("the first 480 MB were left out".into()),
        ..input(InputFormat::ClaudeCodeDebug, 5)
    };
    out.inputs = vec![long, unread];
    out.note = Some("It began after the change of the gateway on Monday.".into());
    out.metadata = vec![MetadataEntry { key: "team".into(), value: "platform".into() }];
    let lines: String = (1..=60).fold(String::new(), |text, n| text + &format!("line {n}\n"));
    out.attachments = vec![excerpt("claude-code-debug", 1, &lines), excerpt("plain-text", 5, "one line")];
    with_reproduction(out, &["make report"])
}
