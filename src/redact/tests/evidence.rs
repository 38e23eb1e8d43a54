//! Evidence in natural context: all of it must come through redaction untouched.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest as _;

use super::redacted;
use crate::redact::Ruleset;

const MUST_STAY: &[&str] = &[
    "secret_arn=arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/claude-AbCdEf",
    "<html><head><meta http-equiv=\"refresh\" content=\"360\"></head><body>Just a moment...</body></html>",
    "{\"status\":503,\"body\":\"upstream connect error or disconnect/reset before headers. reset reason: connection termination\"}",
    "PARTITION_KEY=Ab3dEf6hIj9k cache_key: Qz81kfVn20xLwPq7 session_token req_011CSHoEeqs5C35K2UUqR7Fy",
    "key: uploads/2026/AbC12dEf34.png, GATEWAY_KEY=default pass: 12 of 14 | API_KEY | unset | ANTHROPIC_API_KEY (set): yes",
    "  input: 'undefined/v1/messages'",
    "\"result\": \"Failed to authenticate. API Error: 401 OAuth access token is invalid.\"",
    "{\"type\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Request too large (max 32MB).\"}],\"isApiErrorMessage\":true}",
    "Invalid value for distinct header 2 of 2 parsed from ANTHROPIC_CUSTOM_HEADERS: it contains an ellipsis character (U+2026) at character 5 (5 characters).",
    "request-id: req_011CSHoEeqs5C35K2UUqR7Fy",
    "anthropic.RateLimitError: Error code: 429 - {'type': 'error', 'error': {'type': 'rate_limit_error', 'message': 'This request would exceed your rate limit.'}, 'request_id': 'req_011CSHoEeqs5C35K2UUqR7Fy'}",
    "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"},\"request_id\":\"req_011CSHoEeqs5C35K2UUqR7Fy\"}",
    "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"invalid x-api-key\"}}",
    "data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}",
    "\"usage\":{\"input_tokens\":2095,\"cache_creation_input_tokens\":2051,\"cache_read_input_tokens\":0,\"output_tokens\":503}",
    "'max_tokens': 64, 'model': 'claude-opus-4-6', 'stream': True, 'temperature': 1.0",
    "anthropic-ratelimit-tokens-remaining: 79000",
    "anthropic-ratelimit-input-tokens-reset: 2026-11-22T18:36:29Z",
    "anthropic-ratelimit-unified-5h-status: allowed",
    "retry-after: 30",
    "x-should-retry: true",
    "cf-ray: 8f2a1b3c4d5e6f70-FRA",
    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "x-cloud-trace-context: 105445aa7843bc8bf206b12000100000/1;o=1",
    "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678",
    "x-amzn-requestid: 8a1b2c3d-4e5f-6789-abcd-ef0123456789",
    "apim-request-id: 8a1b2c3d-4e5f-6789-abcd-ef0123456789",
    "x-litellm-call-id: 8a1b2c3d-4e5f-6789-abcd-ef0123456789",
    "Idempotency-Key: stainless-python-retry-3f48368e-50e1-4d36-9ce9-5002d88ae203",
    "'idempotency_key': 'stainless-python-retry-3f48368e-50e1-4d36-9ce9-5002d88ae203'",
    "id: msg_01XFDUDYJgAACzvnptvVoYEL",
    "toolu_01A09q90qw90lq917835lq9 and msgbatch_01HkcTjaV5uDC8jWR4ZsDV8d and file_011CNha8iCJcU1wXNR6q4V8w",
    "commit f84842c9d1e2b3a4f5968778695a4b3c2d1e0f9a",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "etag: W/\"33a64df551425fcc55e4d42a148795d9f25f89d4\"",
    "\"integrity\": \"sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==\"",
    "httpcore2.ConnectError: [Errno 111] Connection refused",
    "httpx2.LocalProtocolError: Illegal header value",
    "anthropic.APITimeoutError: Request timed out or interrupted. This could be due to a network timeout, dropped connection, or request cancellation. See https://docs.anthropic.com/en/api/errors#long-requests for more details.",
    "[2026-11-22 18:36:29 - anthropic._base_client:1445 - DEBUG] Sending HTTP Request: POST http://127.0.0.1:18799/v1/messages",
    "HTTP Request: POST https://api.anthropic.com/v1/messages \"HTTP/1.1 529 \"",
    "POST \"https://api.anthropic.com/v1/messages\": 400 Bad Request (Request-ID: req_011CSHoEeqs5C35K2UUqR7Fy)",
    "user-agent: Anthropic/Python 2.12.0",
    "x-stainless-runtime-version: 3.11.7",
    "Could not resolve authentication method. Expected one of api_key, auth_token, or credentials to be set.",
    "Invalid API key · Fix external API key",
    "Not logged in · Please run /login",
    "API Error: 529 Overloaded. This is a server-side issue, usually temporary.",
    "Authentication Error, No api key passed in.",
    "Authentication Error, Invalid proxy server token passed",
    "{\"error\":{\"message\":\"Authentication Error, No api key passed in.\",\"type\":\"auth_error\",\"param\":\"None\",\"code\":\"401\"}}",
    "Proxy-Authenticate: Basic realm=\"corp\"",
    "WWW-Authenticate: Bearer realm=\"api\"",
    "Authorization: Bearer $ANTHROPIC_API_KEY",
    "authorization: [REDACTED]",
    "'authorization': '[secure]'",
    "x-api-key: ***",
    "ANTHROPIC_API_KEY is not set",
    "ANTHROPIC_API_KEY: missing",
    "export ANTHROPIC_API_KEY=your-api-key-here",
    "apiKeySource: ANTHROPIC_API_KEY",
    "ANTHROPIC_BASE_URL=https://gateway.example.com/anthropic",
    "connect ECONNREFUSED 127.0.0.1:18799",
    "getaddrinfo ENOTFOUND api.anthropic.com",
    "Failed to connect to api.anthropic.com port 443 after 3 ms: Couldn't connect to server",
    "* Connected to api.anthropic.com (160.79.104.10) port 443 (#0)",
    "NO_PROXY=localhost,127.0.0.1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,::1",
    "SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)",
    "code: 'ERR_INVALID_URL', input: 'api.anthropic.com/v1/messages'",
    "[log_09dbb1, retryOf: log_056ff7, request-id: \"req_011CSHoEeqs5C35K2UUqR7Fy\"] post https://api.anthropic.com/v1/messages failed with status 429 in 35ms",
    "    at async Messages.create (file:///srv/app/node_modules/@anthropic-ai/sdk/client.mjs:345:12)",
    "  File \"/srv/app/.venv/lib/python3.11/site-packages/httpx2/_client.py\", line 974, in send",
    "    raise TypeError(\"Could not resolve authentication method\")",
    "SyntaxError: Unexpected token < in JSON at position 0",
    "password authentication failed for user \"postgres\"",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "botocore.exceptions.ClientError: An error occurred (ExpiredTokenException) when calling the InvokeModel operation: The security token included in the request is expired",
    "session_id: 8a1b2c3d-4e5f-6789-abcd-ef0123456789",
    "Node.js v20.20.2",
    "next_page_token: abc123def456",
    "Linux 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1",
    "x-envoy-upstream-service-time: 1250",
    "docker.io/library/python@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "node_modules/.pnpm/undici@7.30.0/node_modules/undici/lib/core/connect.js",
    "X-Amz-Date=20261122T000000Z&X-Amz-SignedHeaders=host",
    "the key `max_tokens` must be at most 8192; cache_key=9f86d081884c7d659a2feaa0c55ad015",
    "GITHUB_RUN_ID=9876543210 GITHUB_SERVER_URL=https://github.com",
    "  id-token: write",
    "          anthropic_api_key: ${{ secrets.ANTHROPIC_API_KEY }}",
    "{\n  \"is_error\": true,\n  \"api_error_status\": 401,\n  \"result\": \"Failed to authenticate. API Error: 401 OAuth access token is invalid.\"\n}",
    "See https://support.claude.com/en/articles/10366432 or write to support@anthropic.com",
];

#[test]
fn evidence_stays_byte_for_byte() {
    let changed: Vec<String> = MUST_STAY
        .iter()
        .filter(|text| redacted(text) != **text)
        .map(|text| format!("{text}\n  -> {}", redacted(text)))
        .collect();
    assert!(MUST_STAY.len() >= 60);
    assert!(changed.is_empty(), "{} changed:\n{}", changed.len(), changed.join("\n"));
}

#[test]
fn evidence_stays_inside_json_strings_and_reprs() {
    let mut changed = Vec::new();
    for text in MUST_STAY {
        let json = serde_json::json!({ "line": text, "level": "error" }).to_string();
        if redacted(&json) != json {
            changed.push(format!("{json}\n  -> {}", redacted(&json)));
        }
    }
    assert!(changed.is_empty(), "{} changed:\n{}", changed.len(), changed.join("\n"));
}

#[test]
fn what_stands_behind_a_header_in_its_line_stays() {
    let secret = super::fill(28, "a", 7);
    for header in [
        "Authorization: Bearer §",
        "Authorization: §",
        "Cookie: a=bcdefgh; session=§",
        "Authorization: Digest username=\"dana\", realm=\"my realm\", response=\"§\"",
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIA§/20261122/eu/bedrock/aws4_request, SignedHeaders=host, Signature=§",
    ] {
        for tail in
            [" status=401 path=/v1/messages\n", " request-id: req_011CSHoEeqs5C35K2UUqR7Fy\n", ", retry-after: 30}"]
        {
            let shown = redacted(&format!("level=error {}{tail}", header.replace('§', &secret)));
            assert!(shown.ends_with(tail) && !shown.contains(&secret), "{shown}");
        }
    }
}

/// A digest is evidence even where it begins as a key of some service does. An anchor of more than three characters does not stand in one by chance.
#[test]
fn digests_that_begin_like_a_key_stay() {
    let set = Ruleset::builtin().unwrap();
    let anchors: BTreeSet<&str> =
        set.rules.iter().flat_map(|rule| rule.text.anchors.iter().map(AsRef::as_ref)).collect();
    let is_hex = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let is_base64 = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'));
    let (mut changed, mut tried) = (Vec::new(), 0);
    for anchor in anchors {
        let mut lines = Vec::new();
        for seed in 0..20 {
            if is_hex(anchor) {
                let digest = |length: usize| format!("{anchor}{}", super::fill(length - anchor.len(), "h", seed));
                lines.push(format!("\"sha256\": \"{}\",", digest(64)));
                lines.push(format!("commit {} sha256:{}", digest(40), digest(64)));
            }
            if is_base64(anchor) && anchor.len() <= 3 {
                let digest = STANDARD.encode(sha2::Sha512::digest(format!("{anchor}{seed}")));
                lines.push(format!("\"integrity\": \"sha512-{anchor}{}\",", &digest[anchor.len()..]));
                let (first, rest) = (&digest[..10], &digest[11 + anchor.len()..]);
                lines.push(format!("\"integrity\": \"sha512-{first}/{anchor}{rest}\","));
            }
        }
        tried += lines.len();
        changed
            .extend(lines.into_iter().filter(|line| redacted(line) != *line).map(|line| format!("{anchor}: {line}")));
    }
    assert!(tried > 100, "{tried}");
    assert!(changed.is_empty(), "{} changed:\n{}", changed.len(), changed.join("\n"));
}
