//! The sample packets themselves.

use crate::model::packet::Repeats;

use super::*;

const REFUSED: &str = "Traceback (most recent call last):
  File \"[home-1]/app/.venv/lib/python3.11/site-packages/httpcore2/_exceptions.py\", line 10, in map_exceptions
    yield
  File \"[home-1]/app/.venv/lib/python3.11/site-packages/httpcore2/_backends/sync.py\", line 211, in connect_tcp
    sock = socket.create_connection(
ConnectionRefusedError: [Errno 111] Connection refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File \"[home-1]/app/.venv/lib/python3.11/site-packages/anthropic/_base_client.py\", line 1027, in request
    response = self._client.send(
httpx2.ConnectError: [Errno 111] Connection refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File \"[home-1]/app/report.py\", line 18, in main
    message = client.messages.create(
  File \"[home-1]/app/.venv/lib/python3.11/site-packages/anthropic/_base_client.py\", line 1055, in request
    raise APIConnectionError(request=request) from err
anthropic.APIConnectionError: Connection error.
";

/// The Python SDK against a dead loopback base URL.
fn refused() -> Packet<Collected> {
    let link = |class: &str, code: Option<&str>| CauseLink {
        class: Some(class.into()),
        message: "[Errno 111] Connection refused".into(),
        code: code.map(Raw::text),
        line: None,
    };
    let unanswered = || Evidence::absent(AbsenceReason::NotApplicable, "failure.request_id.unanswered");
    let mut failure = Failure::at(Surface::PythonSdk, "error.log".into(), InputFormat::PythonTraceback, 1);
    failure.exception_class = seen("anthropic.APIConnectionError".into(), 21);
    failure.error_string = seen("Connection error.".into(), 21);
    failure.error_message = seen("[Errno 111] Connection refused".into(), 12);
    failure.http_status = Evidence::absent(AbsenceReason::NotApplicable, "failure.http_status");
    failure.error_type = Evidence::absent(AbsenceReason::NotApplicable, "failure.error_type");
    failure.request_id = unanswered();
    failure.cause_chain = vec![link("httpx2.ConnectError", None), link("ConnectionRefusedError", Some("ECONNREFUSED"))];
    (failure.source.last_line, failure.source.deciding_line) = (21, 21);
    let verdict = Verdict {
        branch: Branch::Connection,
        cause: Cause::TcpRefused,
        reached_api: ReachedApi::No,
        responder: Responder::None,
        surface: Surface::PythonSdk,
        confidence: Confidence::High,
        summary: "Nothing accepts connections at the address that the client was told to use.".into(),
        because: vec![
            because("The innermost cause is `[Errno 111] Connection refused`.", "/failure/cause_chain/1", Some(6)),
            because(
                "ANTHROPIC_BASE_URL sends requests to `http://127.0.0.1:18799`, this machine itself.",
                "/route/base_url",
                None,
            ),
            because("No HTTP status and no request id were seen.", "/failure/request_id", Some(21)),
        ],
        next_step: "Unset ANTHROPIC_BASE_URL, or start what should listen there, and run the same command again."
            .into(),
        not_this: vec!["Do not rotate the API key: it was never sent.".into(), "Do not reinstall the SDK.".into()],
        escalate: "If the address is a gateway of your own, its owner; Anthropic cannot see this request.".into(),
        signature: "no-class/tcp-refused/none/unknown-host".to_owned(),
    };
    let mut out = packet(verdict, Some(failure));
    out.client = python_client();
    out.route = route(
        RouteKind::Gateway,
        "http://127.0.0.1:18799",
        "ANTHROPIC_BASE_URL",
        "ANTHROPIC_BASE_URL names a host that is not Anthropic's.",
    );
    out.network_env.variables =
        vec![Variable { name: "ANTHROPIC_BASE_URL".into(), value: "http://127.0.0.1:18799".into(), source: None }];
    out.inputs = vec![input(InputFormat::PythonTraceback, 1361)];
    out.attachments = vec![excerpt("python-traceback", 1, REFUSED)];
    with_reproduction(out, &["python report.py"])
}

/// 529 after two retries, from a log with the SDK's debug lines.
fn overloaded() -> Packet<Collected> {
    let id = "req_011CSHoEeqs5C35K2UUqR7Fy";
    let text = "Error code: 529 - {'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'Overloaded'}, \
                'request_id': 'req_011CSHoEeqs5C35K2UUqR7Fy'}";
    let mut failure = Failure::at(Surface::PythonSdk, "error.log".into(), InputFormat::PythonLog, 212);
    failure.exception_class = seen("anthropic.OverloadedError".into(), 240);
    failure.error_string = seen(text.into(), 240);
    failure.error_message = seen("Overloaded".into(), 240);
    failure.http_status = seen(HttpStatus::new(529).unwrap(), 240);
    failure.error_type = seen(OrText::Safe(ErrorType::parse("overloaded_error").unwrap()), 240);
    failure.request_id = seen(OrText::Safe(RequestId::parse(id).unwrap()), 240);
    failure.request_ids = ["req_011CSHoEbWjQ4XJ1sT5kzq3A", "req_011CSHoEcc8QzD7w2Jb9yN4P", id]
        .map(|id| OrText::Safe(RequestId::parse(id).unwrap()))
        .to_vec();
    failure.retry_count = seen(2, 238);
    failure.max_retries = seen(2, 214);
    failure.timeout_seconds = seen(Seconds::from_millis(600_000), 214);
    failure.occurred_at = seen(Timestamp::local("2026-11-22T19:41:55".parse().unwrap()), 239);
    failure.response = seen(
        Response {
            body: Some(BodyKind::AnthropicError),
            body_text: None,
            headers: BTreeMap::from([
                ("cf-ray", "8f1c2d3e4a5b6c7d-FRA".into()),
                ("x-should-retry", Text::text("true")),
            ]),
            accepted: false,
        },
        239,
    );
    failure.request = seen(
        Request {
            method: Some("POST".into()),
            url: Some("https://api.anthropic.com/v1/messages".into()),
            model: Some(OrText::Safe(ModelName::parse("claude-sonnet-4-5").unwrap())),
            stream: Some(false),
            max_tokens: Some(1024),
            messages: Some(3),
            tools: Some(2),
            blocks: Some(5),
        },
        214,
    );
    (failure.source.last_line, failure.source.deciding_line) = (240, 240);
    let verdict = Verdict {
        branch: Branch::ReturnedApiError,
        cause: Cause::Overloaded,
        reached_api: ReachedApi::Yes,
        responder: Responder::Api,
        surface: Surface::PythonSdk,
        confidence: Confidence::High,
        summary: "The API is overloaded for everyone; the request is fine.".into(),
        because: vec![
            because(
                "HTTP 529 with `overloaded_error` in a body of the API's own form.",
                "/failure/error_type",
                Some(240),
            ),
            because(
                "Request id `req_011CSHoEeqs5C35K2UUqR7Fy` comes from Anthropic's API alone.",
                "/failure/request_id",
                Some(240),
            ),
        ],
        next_step: "Send the same request again after a longer wait, with more retries (`max_retries`).".into(),
        not_this: vec!["Do not change network, proxy or VPN: the request arrived.".into()],
        escalate: "To Anthropic with the request ids, if it lasts longer than the status page says.".into(),
        signature: "no-class/overloaded/api/unknown-host".to_owned(),
    };
    let mut out = packet(verdict, Some(failure));
    out.client = python_client();
    out.host.region = system(Region { name: "eu-central-1".into(), source: "AWS_REGION" });
    out.host.surroundings.ci = system(Ci {
        vendor: "github-actions",
        job_url: Some("https://github.com/example/app/actions/runs/1234567890".into()),
        run_id: Some("1234567890".into()),
        job: Some("nightly".into()),
    });
    out.route.marks = vec![RouteMark::Ci];
    out.attempts = (1u32..=3)
        .map(|n| Attempt {
            n,
            at: seen(Timestamp::local(format!("2026-11-22T19:41:5{}", n * 2 - 1).parse().unwrap()), 200 + u64::from(n)),
            outcome: "HTTP 529 `overloaded_error`".into(),
            failure: (n == 3).then(|| "/failures/0".to_owned()),
            changed: vec![],
            followed: vec![],
            not_compared: vec![],
            repeats: (n > 1).then(|| Repeats::new(n, n)),
            conclusion: (n > 1).then(|| "repeat".into()),
        })
        .collect();
    out.inputs = vec![InputRecord { mended: vec!["prefix", "ansi"], ..input(InputFormat::PythonLog, 40_213) }];
    let log = "[2026-11-22 19:41:55 - httpx2:1027 - INFO] HTTP Request: POST https://api.anthropic.com/v1/messages \"HTTP/1.1 529 \"
[2026-11-22 19:41:55 - anthropic._base_client:1071 - DEBUG] request_id: req_011CSHoEeqs5C35K2UUqR7Fy
anthropic.OverloadedError: Error code: 529 - {'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'Overloaded'}}
";
    out.attachments = vec![excerpt("python-log", 238, log)];
    with_reproduction(out, &[])
}

/// 401 of the TypeScript SDK with a key that ends in a line break.
fn unauthorised() -> Packet<Collected> {
    let mut failure = Failure::at(Surface::TypescriptSdk, "error.log".into(), InputFormat::NodeStack, 4);
    let body = r#"401 {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"},"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}"#;
    failure.exception_class = seen("AuthenticationError".into(), 4);
    failure.error_string = seen(body.into(), 4);
    failure.error_message = seen("invalid x-api-key".into(), 4);
    failure.http_status = seen(HttpStatus::new(401).unwrap(), 4);
    failure.error_type = seen(OrText::parse("authentication_error"), 4);
    failure.request_id = seen(OrText::parse("req_011CSHoEeqs5C35K2UUqR7Fy"), 4);
    failure.source.last_line = 19;
    let verdict = Verdict {
        branch: Branch::ReturnedApiError,
        cause: Cause::Auth,
        reached_api: ReachedApi::Yes,
        responder: Responder::Api,
        surface: Surface::TypescriptSdk,
        confidence: Confidence::High,
        summary: "The API received the request and did not accept its credential.".into(),
        because: vec![
            because(
                "HTTP 401 with `authentication_error` and an Anthropic request id.",
                "/failure/request_id",
                Some(4),
            ),
            because("The value of ANTHROPIC_API_KEY ends in a line break.", "/client/credentials/0", None),
        ],
        next_step: "Set ANTHROPIC_API_KEY again without the line break, and run the same command.".into(),
        not_this: vec!["Do not change proxy or VPN settings: the request arrived.".into()],
        escalate: "To the owner of the API key in your Console, if a clean key is refused too.".into(),
        signature: "no-class/auth/api/unknown-host".to_owned(),
    };
    let mut out = packet(verdict, Some(failure));
    let sdk = Sdk {
        language: Language::Typescript,
        package: "@anthropic-ai/sdk".into(),
        version: seen(version("1.12.0"), 6),
        source: "node_modules/@anthropic-ai/sdk/package.json".into(),
        installed: true,
    };
    out.client = Client {
        sdk: seen(sdk.clone(), 6),
        sdk_sources: vec![sdk],
        sdk_disagreement: Some("package-lock.json says 1.11.0, node_modules has 1.12.0.".into()),
        runtime: seen(Runtime { name: "Node.js", version: version("v20.20.2"), source: "error.log".into() }, 19),
        auth: system(Auth { method: "api-key", place: "ANTHROPIC_API_KEY".into() }),
        credentials: vec![
            credential("ANTHROPIC_API_KEY", vec![CredentialDefect::TrailingNewline]),
            CredentialState {
                effective: false,
                same_as: Some("ANTHROPIC_API_KEY".into()),
                ..credential(".env (ANTHROPIC_API_KEY)", vec![])
            },
        ],
        ..client(Surface::TypescriptSdk)
    };
    out.inputs = vec![input(InputFormat::NodeStack, 903)];
    out.attachments = vec![excerpt(
        "node-stack",
        4,
        &format!(
            "AuthenticationError: {body}\n    at APIError.generate (file:///[home-1]/app/node_modules/@anthropic-ai/sdk/core/error.mjs:41:20)\n"
        ),
    )];
    with_reproduction(out, &["node ask.mjs"])
}

/// Claude Code behind a corporate proxy that asks for a password.
fn proxy() -> Packet<Collected> {
    let text = "API Error: Couldn't connect through your proxy (ERR_PROXY_TUNNEL) — the proxy refused the tunnel: check \
                its credentials and that it allows this host";
    let mut failure = Failure::at(Surface::ClaudeCode, "error.log".into(), InputFormat::ClaudeCodeText, 1);
    failure.error_string = seen(text.into(), 1);
    failure.error_message = seen(text.into(), 1);
    let verdict = Verdict {
        branch: Branch::Connection,
        cause: Cause::Proxy,
        reached_api: ReachedApi::No,
        responder: Responder::Proxy,
        surface: Surface::ClaudeCode,
        confidence: Confidence::High,
        summary: "The proxy refused to open a tunnel, so no request left for the API.".into(),
        because: vec![
            because("Claude Code says `ERR_PROXY_TUNNEL`.", "/failure/error_string", Some(1)),
            because(
                "HTTPS_PROXY names `http://[proxy-user-1]@proxy.corp.example:8080`.",
                "/network_env/variables/0",
                None,
            ),
        ],
        next_step: "Renew the password in HTTPS_PROXY, and run the same command again.".into(),
        not_this: vec!["Do not switch certificate checks off.".into(), "Do not rotate the API key.".into()],
        escalate: "To the owner of the proxy, with the time of the failure.".into(),
        signature: "no-class/proxy/proxy/unknown-host".to_owned(),
    };
    let mut out = packet(verdict, Some(failure));
    out.client = client(Surface::ClaudeCode);
    out.client.auth = system(Auth { method: "login", place: "claude.ai login".into() });
    out.route.marks = vec![RouteMark::Proxy, RouteMark::Vpn];
    let variable = |name: &str, value: &str| Variable { name: name.into(), value: value.into(), source: None };
    let choice =
        |client, outcome, why: &str| ProxyChoice { client, outcome, variable: Some("HTTPS_PROXY"), why: why.into() };
    out.network_env = NetworkEnv {
        variables: vec![
            variable("HTTPS_PROXY", "http://[proxy-user-1]@proxy.corp.example:8080"),
            variable("NO_PROXY", "*.anthropic.com,localhost"),
            variable("NODE_EXTRA_CA_CERTS", "/etc/ssl/corp.pem"),
        ],
        choices: vec![
            choice("curl", ProxyUse::Proxied, "curl does not read `*.` as a wildcard."),
            choice("claude-code", ProxyUse::Proxied, "No entry of NO_PROXY matches."),
            choice("python-requests", ProxyUse::Bypassed, "`*.anthropic.com` matches."),
            choice("node-fetch", ProxyUse::Ignored, "Node's fetch reads no proxy variable before version 24."),
        ],
        disagreement: Some("NO_PROXY entry `*.anthropic.com` takes some clients past the proxy and others not.".into()),
        ca_files: vec![CaFile {
            variable: "NODE_EXTRA_CA_CERTS",
            path: "/etc/ssl/corp.pem".into(),
            certificates: system(2),
            read_by: vec!["claude-code", "node"],
        }],
        ..network()
    };
    out.host.surroundings.vpn_interfaces = vec!["tun0".into()];
    out.inputs = vec![input(InputFormat::ClaudeCodeText, 143)];
    out.attachments = vec![excerpt("claude-code-text", 1, text)];
    with_reproduction(out, &["claude -p [text of 24 characters]"])
}

/// No input at all: only the surroundings are packed.
fn empty() -> Packet<Collected> {
    let verdict = Verdict {
        branch: Branch::Unknown,
        cause: Cause::Unknown,
        reached_api: ReachedApi::Unknown,
        responder: Responder::Unknown,
        surface: Surface::Unknown,
        confidence: Confidence::Low,
        summary: "No error text was given, so this packet holds the surroundings only.".into(),
        because: vec![because("No input names a failure.", "/failure", None)],
        next_step: "Give the error text: evpack collect error.log, or pipe it in with `-`.".into(),
        not_this: vec![],
        escalate: "Not yet: there is nothing to route on.".into(),
        signature: "no-class/unknown/unknown/unknown-host".to_owned(),
    };
    with_reproduction(packet(verdict, None), &[])
}

/// All samples by name.
pub(crate) fn all() -> Vec<(&'static str, Packet<Collected>)> {
    vec![
        ("connection-refused-python", refused()),
        ("overloaded-retries-python", overloaded()),
        ("unauthorised-typescript", unauthorised()),
        ("proxy-claude-code", proxy()),
        ("no-input", empty()),
        ("crowded-claude-code", super::crowded::crowded()),
    ]
}
