//! Tests of formats that the captures do not hold: other languages, archives, streams, gateways, damaged text.

use super::{Ingested, InputText, ingest};
use crate::model::Raw;
use crate::model::failure::Failure;
use crate::model::vocabulary::{InputFormat, Surface};
use crate::model::{Collected, OrText};

const ID: &str = "req_011CSHoEeqs5C35K2UUqR7Fy";
const BODY: &str = r#"{"type":"error","error":{"type":"rate_limit_error","message":"Slow down"},"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}"#;

/// What is read of one input.
pub(super) fn read(text: &str) -> Ingested {
    let bytes = text.as_bytes().to_vec();
    ingest(&[InputText {
        label: Raw::text("input"),
        total_bytes: bytes.len() as u64,
        bytes: Raw::new(bytes),
        skipped_before: 0,
        skipped_lines: None,
    }])
}

type Facts = (Option<String>, Option<u16>, Option<String>, Option<String>, Option<String>);

fn facts(failure: &Failure<Collected>) -> Facts {
    let word = |text: &Raw<String>| text.expose().clone();
    (
        failure.exception_class.value().map(word),
        failure.http_status.value().map(|status| status.code()),
        failure.error_type.value().map(|kind| match kind {
            OrText::Safe(safe) => safe.to_string(),
            OrText::Text(raw) => raw.expose().clone(),
        }),
        failure.error_message.value().map(word),
        failure.request_id.value().map(|id| match id {
            OrText::Safe(safe) => safe.to_string(),
            OrText::Text(raw) => raw.expose().clone(),
        }),
    )
}

fn last(text: &str) -> Facts {
    read(text).failures.last().map(facts).unwrap_or_default()
}

fn want(
    class: Option<&str>,
    status: Option<u16>,
    kind: Option<&str>,
    message: Option<&str>,
    id: Option<&str>,
) -> Facts {
    let own = |text: Option<&str>| text.map(str::to_owned);
    (own(class), status, own(kind), own(message), own(id))
}

#[test]
fn errors_of_other_languages_are_read() {
    let limited = |class| want(Some(class), Some(429), Some("rate_limit_error"), Some("Slow down"), Some(ID));
    let go = format!(
        "2026/11/22 18:00:00 POST \"https://api.anthropic.com/v1/messages\": 429 Too Many Requests (Request-ID: {ID}) {BODY}\nexit status 1\n"
    );
    assert_eq!(last(&go), limited("*anthropic.Error"));
    assert_eq!(read(&go).failures[0].surface, Surface::GoSdk);
    let dial = "panic: Post \"https://api.anthropic.com/v1/messages\": dial tcp 160.79.104.10:443: connect: connection refused\n\ngoroutine 1 [running]:\n";
    assert_eq!(
        last(dial),
        want(None, None, None, Some("dial tcp 160.79.104.10:443: connect: connection refused"), None)
    );
    let java = format!(
        "Exception in thread \"main\" com.anthropic.errors.RateLimitException: 429: {BODY}\n\tat com.anthropic.core.Handler.handle(Handler.kt:41)\n\tat Main.main(Main.java:7)\n"
    );
    assert_eq!(last(&java), limited("com.anthropic.errors.RateLimitException"));
    let refused = "com.anthropic.errors.AnthropicIoException: Request failed\n\tat com.anthropic.client.Ok.run(Ok.kt:9)\nCaused by: java.net.ConnectException: Failed to connect to api.anthropic.com/160.79.104.10:443\n\tat okhttp3.Call.run(Call.java:1)\n\t... 12 more\nCaused by: java.net.ConnectException: Connection refused\n\t... 20 more\n";
    assert_eq!(last(refused).3.as_deref(), Some("Connection refused"));
    assert_eq!((read(refused).failures[0].cause_chain.len(), read(refused).failures[0].surface), (2, Surface::JavaSdk));
    let sharp = "Unhandled exception. Anthropic.Exceptions.AnthropicIOException: I/O exception\n ---> System.Net.Http.HttpRequestException: Connection refused (api.anthropic.com:443)\n ---> System.Net.Sockets.SocketException (111): Connection refused\n   at System.Net.Http.HttpConnectionPool.ConnectAsync()\n   --- End of inner exception stack trace ---\n   at Program.Main() in /src/Program.cs:line 7\n";
    assert_eq!(last(sharp).0.as_deref(), Some("Anthropic.Exceptions.AnthropicIOException"));
    let ruby = format!(
        "app.rb:12:in 'create': {{:type=>\"error\"}} {BODY} (Anthropic::Errors::RateLimitError)\n\tfrom app.rb:20:in '<main>'\n"
    );
    assert_eq!(last(&ruby).0.as_deref(), Some("Anthropic::Errors::RateLimitError"));
    let php = "PHP Fatal error:  Uncaught Anthropic\\Core\\Exceptions\\APIConnectionException: Connection error in /srv/vendor/x.php:12\nStack trace:\n#0 /srv/a.php(3): x()\n#1 {main}\n  thrown in /srv/vendor/x.php on line 12\n";
    assert_eq!(
        last(php),
        want(Some("Anthropic\\Core\\Exceptions\\APIConnectionException"), None, None, Some("Connection error"), None)
    );
}

#[test]
fn archives_tell_status_and_headers_and_no_content() {
    let har = format!(
        "{{\"log\":{{\"version\":\"1.2\",\"creator\":{{\"name\":\"x\"}},\"entries\":[\n{{\"startedDateTime\":\"2026-11-22T18:00:00.000Z\",\"request\":{{\"method\":\"POST\",\"url\":\"https://api.anthropic.com/v1/messages\",\"headers\":[{{\"name\":\"x-api-key\",\"value\":\"{}\"}}],\"postData\":{{\"text\":\"{{\\\"model\\\":\\\"claude-opus-4-6\\\",\\\"messages\\\":[{{\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"PRIVATE {ID}\\\"}}]}}\"}}}},\"response\":{{\"status\":429,\"statusText\":\"\",\"headers\":[{{\"name\":\"request-id\",\"value\":\"{ID}\"}},{{\"name\":\"set-cookie\",\"value\":\"a=b\"}}],\"content\":{{\"text\":{}}}}}}}\n]}}}}\n",
        format_args!("sk-ant-{}", "api03-abcdefgh"),
        serde_json::Value::from(BODY),
    );
    let read = read(&har);
    let failure = read.failures.last().unwrap();
    assert_eq!(facts(failure), want(None, Some(429), Some("rate_limit_error"), Some("Slow down"), Some(ID)));
    assert_eq!((failure.source.format, failure.source.deciding_line), (InputFormat::Har, 2));
    assert_eq!(failure.request.value().unwrap().messages, Some(1));
    let excerpt = read.attachments[0].text.expose();
    assert!(!excerpt.contains("PRIVATE") && !excerpt.contains("sk-ant") && excerpt.contains("429"), "{excerpt}");
    assert_eq!(read.sensitive.values.len(), 1);
}

#[test]
fn streams_tell_their_error_and_that_they_had_begun() {
    let text = "event: message_start\ndata: {\"type\":\"message_start\"}\n\nevent: ping\ndata: {\"type\": \"ping\"}\n\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n";
    let read = read(text);
    assert_eq!(last(text), want(None, None, Some("overloaded_error"), Some("Overloaded"), None));
    assert!(read.failures[0].response.value().unwrap().accepted);
    assert_eq!(read.failures[0].source.deciding_line, 8);
    assert!(super::ingest(&[]).failures.is_empty());
}

#[test]
fn retries_are_counted_and_separate_calls_are_told_apart() {
    let text = "API Error (529 {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}) · Retrying in 1 seconds… (attempt 1/10)\n  ⎿  API Error (Request timed out.) · Retrying in 8 seconds… (attempt 5/10)\n  ⎿  API Error (Request timed out.) · Retrying in 9 seconds… (attempt 6/10)\n";
    let read_one = read(text);
    assert_eq!(
        (read_one.failures.len(), read_one.failures[0].retry_count.value(), read_one.failures[0].max_retries.value()),
        (1, Some(&6), Some(&10))
    );
    let two = format!(
        "API Error: 413 {}\nhello\nAPI Error: 500 {BODY}\n",
        r#"{"type":"error","error":{"type":"invalid_request_error","message":"x"},"request_id":"req_011CkZGkenyjeQqtBlQUXvwS"}"#
    );
    assert_eq!(read(&two).failures.len(), 2);
    assert_eq!(last(&two).4.as_deref(), Some(ID));
}

#[test]
fn ids_in_prompts_are_decoys_and_noise_is_no_failure() {
    let log = format!(
        "[2026-11-22 18:39:53 - anthropic._base_client:604 - DEBUG] Request options: {{'method': 'post', 'url': '/v1/messages', 'json_data': {{'messages': [{{'role': 'user', 'content': 'what is req_011CU5WY05pL6T8RCOlHEiZ6? Error code: 500'}}], 'model': 'claude-opus-4-6'}}}}\nanthropic.RateLimitError: Error code: 429 - {BODY}\n"
    );
    let read_log = read(&log);
    assert_eq!((read_log.failures.len(), last(&log).4.as_deref()), (1, Some(ID)));
    assert_eq!(read_log.failures[0].request_ids.len(), 1);
    for noise in [
        "2026-11-22T18:46:04.084Z [ERROR] Failed to save config with lock: Error: ENOENT: no such file or directory\n",
        "  File \"app.py\", line 529, in ask\n    raise_for_status()\n",
        "INFO: 127.0.0.1 - \"POST /v1/messages HTTP/1.1\" 200 OK\n",
        "POST https://statsig.example/event_logging failed with status 404\n",
        "Fix: 1. [BUG] API Error: 413 {\"error\":{\"type\":\"request_too_large\",\"message\":\"x\"}} #8092\n",
        "{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"API Error: 529 Overloaded\"},\"sessionId\":\"x\",\"parentUuid\":null}\n",
        "all good, 0 errors\n",
    ] {
        assert!(read(noise).failures.is_empty(), "{noise}");
    }
}

#[test]
fn wrapped_quoted_and_grouped_text_is_mended() {
    let wrapped = "API Error: 500\n     {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"Internal server     \n     error\"},\"request_id\":\"req_011CSHoEeqs5C35K2UUqR7Fy\"}   \n";
    assert_eq!(last(wrapped), want(None, Some(500), Some("api_error"), Some("Internal server error"), Some(ID)));
    assert_eq!(read(wrapped).records[0].mended, ["wrapped"]);
    let curly = "API Error: 403 {“error”:{“type”:“forbidden”,“message”:“Request not allowed”}}\n";
    assert_eq!(last(curly), want(None, Some(403), Some("forbidden"), Some("Request not allowed"), None));
    assert_eq!(read(curly).records[0].mended, ["curly-quotes"]);
    let group = "  + Exception Group Traceback (most recent call last):\n  |   File \"a.py\", line 1, in <module>\n  |     main()\n  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)\n  +-+---------------- 1 ----------------\n    | Traceback (most recent call last):\n    |   File \"b.py\", line 2, in f\n    |     x()\n    | anthropic.RateLimitError: Error code: 429 - {'type': 'error', 'error': {'type': 'rate_limit_error', 'message': 'Slow down'}}\n    +------------------------------------\n";
    assert_eq!(last(group).2.as_deref(), Some("rate_limit_error"));
}

#[test]
fn prompts_in_rows_stay_out_of_the_excerpt() {
    let text = "{\"type\":\"user\",\"sessionId\":\"x\",\"message\":{\"role\":\"user\",\"content\":\"PRIVATE\"}}\n{\"type\":\"user\",\"sessionId\":\"x\",\"message\":{\"content\":\"PRIVATE\nAPI Error: 529 Overloaded\n";
    let read = read(text);
    assert_eq!((read.failures.len(), read.attachments.len()), (1, 1));
    let lines: Vec<&str> = read.attachments[0].text.expose().lines().collect();
    assert!(!lines.concat().contains("PRIVATE") && lines.len() == 3, "{lines:?}");
}

#[test]
fn clues_are_read_where_they_stand() {
    let text = "$ HTTPS_PROXY=http://proxy.corp:8080 claude -p hi\n2.1.330 (Claude Code)\nUser-Agent: Anthropic/Python 2.12.0\n  File \"/srv/app/.venv/lib/python3.11/site-packages/anthropic/_base_client.py\", line 1\nNode.js v20.20.2\nPlatform: linux\nANTHROPIC_BASE_URL=https://gw.example.com/v1\nAPI Error: 529 Overloaded. If it persists, check your inference gateway (127.0.0.1:18700).\n##[error]Process completed with exit code 7.\n";
    let clues = read(text).clues;
    assert_eq!(clues.proxies[0].value.expose(), "http://proxy.corp:8080");
    assert_eq!(clues.urls[0].value.expose(), "https://gw.example.com/v1");
    assert_eq!(clues.gateways[0].value.expose(), "127.0.0.1:18700");
    assert_eq!(clues.folders[0].value.expose(), "/srv/app/.venv");
    assert_eq!((clues.exit_codes[0].value, clues.platforms[0].value.expose().as_str()), (7, "linux"));
    assert_eq!((clues.sdks.len(), clues.runtimes.len(), clues.claude_code.len(), clues.commands.len()), (1, 2, 1, 1));
}
