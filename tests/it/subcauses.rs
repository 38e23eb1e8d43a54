//! Sub-causes that decide who acts: each is told apart in the reason that is given, and siblings whose owner differs get a
//! different next step.

use evpack::ingest::{InputText, ingest};
use evpack::model::Raw;
use evpack::triage::judge_failure;

struct Told {
    verdict: String,
    because: String,
    next_step: String,
}

fn tell(text: &str) -> Told {
    let bytes = text.as_bytes().to_vec();
    let total_bytes = bytes.len() as u64;
    let label = Raw::text("input");
    let found =
        ingest(&[InputText { label, bytes: Raw::new(bytes), total_bytes, skipped_before: 0, skipped_lines: None }]);
    let failure = found.failures.last().unwrap_or_else(|| panic!("no failure in {text}"));
    let verdict = judge_failure(failure, &found.clues, None, None);
    let because: Vec<&str> = verdict.because.iter().map(|because| because.statement.expose().as_str()).collect();
    Told {
        verdict: format!("{}/{}", verdict.branch, verdict.cause),
        because: because.join(" "),
        next_step: verdict.next_step.expose().clone(),
    }
}

fn api(status: u16, kind: &str, message: &str) -> String {
    format!(
        "anthropic.APIStatusError: Error code: {status} - {{'type': 'error', 'error': {{'type': '{kind}', 'message': '{message}'}}, 'request_id': 'req_011CTxKqP8vNwZ3mYbD5sFhJ'}}\n"
    )
}

fn sdk(cause: &str) -> String {
    format!(
        "{cause}\n\nThe above exception was the direct cause of the following exception:\n\nanthropic.APIConnectionError: Connection error.\n"
    )
}

/// Text, verdict, words of the reason.
fn rows() -> Vec<(String, &'static str, &'static str)> {
    vec![
        (sdk("httpx.ConnectError: [Errno -2] Name or service not known"), "connection/dns", "does not exist for this resolver"),
        (sdk("httpx.ConnectError: [Errno -3] Temporary failure in name resolution"), "connection/dns", "resolver itself did not answer"),
        ("Post \"https://api.anthropic.com/v1/messages\": dial tcp: lookup api.anthropic.com on 10.0.0.2:53: server misbehaving\n".into(), "connection/dns", "failure of its own"),
        ("API Error: Unable to connect to API (EAI_AGAIN)\n".into(), "connection/dns", "resolver itself"),
        ("Error: connect ECONNREFUSED 127.0.0.1:3456\n    at TCPConnectWrap.afterConnect (node:net:1555:16)\n".into(), "connection/tcp-refused", "on this machine itself"),
        ("Error: connect ECONNREFUSED 160.79.104.10:443\n    at TCPConnectWrap.afterConnect (node:net:1555:16)\n".into(), "connection/tcp-refused", "nothing listens"),
        (sdk("httpx.ReadError: [Errno 104] Connection reset by peer"), "connection/tcp-reset", "reset by the other side"),
        ("httpx.RemoteProtocolError: peer closed connection without sending complete message body (incomplete chunked read)\n".into(), "connection/stream-error", "broke off after it had begun"),
        ("connect ENETUNREACH 2607:6bc0::10:443 - Local (:::0)\n".into(), "connection/network-unreachable", "no route"),
        (sdk("httpx.ConnectError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain (_ssl.c:1006)"), "connection/tls-untrusted", "does not trust"),
        (sdk("httpx.ConnectError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)"), "connection/tls-other", "outside its dates"),
        (sdk("httpx.ConnectError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'x'. (_ssl.c:1006)"), "connection/tls-other", "another name"),
        (sdk("httpx.ConnectError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"), "connection/tls-other", "plain HTTP"),
        ("curl: (56) CONNECT tunnel failed, response 407\n".into(), "connection/proxy", "407"),
        ("curl: (56) CONNECT tunnel failed, response 403\n".into(), "connection/proxy", "refused to open the tunnel"),
        ("httpx.ConnectTimeout: timed out\n\nThe above exception was the direct cause of the following exception:\n\nanthropic.APITimeoutError: Request timed out.\n".into(), "timeout/timeout-connect", "no connection was established"),
        ("API Error: Response stalled mid-stream: no chunk arrived for 300 s\n".into(), "timeout/idle-drop", "stalled"),
        (api(401, "authentication_error", "invalid x-api-key"), "returned-api-error/auth", "not one that the API knows"),
        (api(401, "authentication_error", "OAuth token has expired. Please obtain a new token or refresh your existing token."), "returned-api-error/auth", "expired or was revoked"),
        (api(401, "authentication_error", "OAuth authentication is currently not supported."), "returned-api-error/auth", "not accepted here"),
        (api(403, "permission_error", "Your API key does not have permission to use the specified resource"), "returned-api-error/permission", ""),
        ("API Error: 403 {\"error\":{\"type\":\"forbidden\",\"message\":\"Request not allowed\"}}\n".into(), "returned-api-error/permission", "region"),
        ("anthropic.PermissionDeniedError: <!DOCTYPE html><html><head><title>Just a moment...</title></head><body>cloudflare</body></html>\n".into(), "gateway/html-body", ""),
        (api(404, "not_found_error", "model: claude-3-opus-20240229"), "returned-api-error/not-found", "model does not exist"),
        ("API Error: 404 {\"detail\":\"Not Found\"}\n".into(), "gateway/not-found", ""),
        (api(413, "request_too_large", "Request exceeds the maximum size"), "returned-api-error/too-large", ""),
        ("anthropic.APIStatusError: <html>\n<head><title>413 Request Entity Too Large</title></head>\n<body>\n<center><h1>413 Request Entity Too Large</h1></center>\n<hr><center>cloudflare</center>\n</body>\n</html>\n".into(), "gateway/too-large", ""),
        (api(429, "rate_limit_error", "This request would exceed the rate limit for your organization of 50,000 input tokens per minute."), "returned-api-error/rate-limit", "a rate limit is reached"),
        (api(429, "rate_limit_error", "Your request rate grew too quickly. Please increase your usage more gradually: acceleration limit"), "returned-api-error/rate-limit", "grew faster"),
        ("openai.RateLimitError: Error code: 429 - {'error': {'message': 'No deployments available for selected model, Try again in 30 seconds. Passed model=claude-sonnet-4-5. cooldown_list=[]', 'type': 'None', 'param': 'None', 'code': '429'}}\n".into(), "gateway/rate-limit", ""),
        (api(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API."), "returned-api-error/billing", "credit"),
        (api(400, "invalid_request_error", "prompt is too long: 208310 tokens > 200000 maximum"), "returned-api-error/invalid-request", "longer than the model"),
        (api(400, "invalid_request_error", "messages.0.content: Field required"), "returned-api-error/invalid-request", ""),
        (api(500, "api_error", "Internal server error"), "returned-api-error/api-error", ""),
        (api(529, "overloaded_error", "Overloaded"), "returned-api-error/overloaded", "capacity"),
    ]
}

#[test]
fn each_sub_cause_is_told_apart() {
    let mut wrong = Vec::new();
    for (text, verdict, words) in rows() {
        let told = tell(&text);
        if told.verdict != verdict || !told.because.contains(words) || told.next_step.is_empty() {
            wrong.push(format!("{text}  wanted {verdict} ({words})\n  got {} | {}", told.verdict, told.because));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn siblings_whose_owner_differs_get_another_next_step() {
    let rows = rows();
    let step = |part: &str| {
        let found = rows.iter().find(|(text, ..)| text.contains(part)).unwrap_or_else(|| panic!("{part}"));
        tell(&found.0).next_step
    };
    for (one, other) in [
        ("ECONNREFUSED 127.0.0.1", "ECONNREFUSED 160.79"),
        ("certificate has expired", "self-signed"),
        ("certificate has expired", "Hostname mismatch"),
        ("WRONG_VERSION_NUMBER", "certificate has expired"),
        ("response 407", "response 403"),
        ("ConnectTimeout", "stalled"),
        ("invalid x-api-key", "OAuth token has expired"),
        ("Request not allowed", "does not have permission"),
        ("model: claude-3", "Not Found\"}"),
        ("would exceed the rate limit", "No deployments available"),
        ("credit balance", "prompt is too long"),
        ("prompt is too long", "Field required"),
        ("Internal server error", "Overloaded"),
        ("reset by peer", "incomplete chunked read"),
        ("Name or service", "server misbehaving"),
    ] {
        assert_ne!(step(one), step(other), "{one} / {other}");
    }
}
