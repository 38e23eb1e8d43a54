//! Verdicts on hand-built failures: the boundary cases that decide who is asked next.

use super::*;
use crate::model::failure::{BodyKind, CauseLink, Response};
use crate::model::route::{ProxyChoice, ProxyUse, Variable};
use crate::model::safe::HttpStatus;
use crate::model::vocabulary::{Cause, InputFormat, ReachedApi, Responder};
use crate::model::{AbsenceReason, Evidence, OrText, Provenance};

const ID: &str = "req_011CSHoEeqs5C35K2UUqR7Fy";

fn seen<T>(value: T) -> Evidence<Collected, T> {
    Evidence::captured(value, Provenance::input("in.txt", 9))
}

/// A failure in the making.
struct Made(Failure<Collected>);

fn made(text: &str) -> Made {
    let mut failure = Failure::at(Surface::PythonSdk, Raw::text("in.txt"), InputFormat::PlainText, 9);
    failure.error_string = seen(Raw::text(text));
    Made(failure)
}

impl Made {
    fn on(mut self, surface: Surface) -> Self {
        self.0.surface = surface;
        self
    }
    fn class(mut self, class: &str) -> Self {
        self.0.exception_class = seen(Raw::text(class));
        self
    }
    fn status(mut self, code: u16) -> Self {
        self.0.http_status = seen(HttpStatus::new(code).unwrap());
        self
    }
    fn kind(mut self, word: &str) -> Self {
        self.0.error_type = seen(OrText::parse(word));
        self
    }
    fn message(mut self, text: &str) -> Self {
        self.0.error_message = seen(Raw::text(text));
        self
    }
    fn id(mut self, id: &str) -> Self {
        self.0.request_id = seen(OrText::parse(id));
        self.0.request_ids.push(OrText::parse(id));
        self
    }
    fn cause(mut self, class: &str, message: &str) -> Self {
        let link = CauseLink { class: Some(Raw::text(class)), message: Raw::text(message), code: None, line: None };
        self.0.cause_chain.push(link);
        self
    }
    fn body(self, kind: BodyKind, text: &str) -> Self {
        self.answer(Some(kind), text, &[], false)
    }
    fn answer(mut self, body: Option<BodyKind>, text: &str, headers: &[(&'static str, &str)], accepted: bool) -> Self {
        let headers = headers.iter().map(|(name, value)| (*name, Raw::text(*value))).collect();
        let body_text = (!text.is_empty()).then(|| Raw::text(text));
        self.0.response = seen(Response { body, body_text, headers, accepted });
        self
    }
    fn verdict(&self) -> Verdict<Collected> {
        judge_failure(&self.0, &Clues::default(), None, None)
    }
    fn is(&self, branch: &str, cause: &str, reached: &str, responder: &str) {
        let verdict = self.verdict();
        let found = [verdict.branch.word(), verdict.cause.word(), verdict.reached_api.word(), verdict.responder.word()];
        assert_eq!(found, [branch, cause, reached, responder]);
        assert!(!verdict.because.is_empty() && !verdict.next_step.expose().is_empty());
    }
}

#[test]
fn an_anthropic_id_proves_arrival_whatever_wraps_it() {
    let wrapped = made("litellm.BadRequestError: AnthropicException - ...").class("openai.BadRequestError").status(400);
    wrapped.kind("invalid_request_error").id(ID).is("returned-api-error", "invalid-request", "yes", "api");
}

#[test]
fn a_status_alone_does_not_prove_arrival() {
    let page = "<html><head><title>502 Bad Gateway</title></head><hr><center>nginx/1.24.0</center></html>";
    let made = made(page).class("anthropic.InternalServerError").status(502).body(BodyKind::Html, page);
    made.is("gateway", "html-body", "unknown", "gateway");
}

#[test]
fn a_page_of_the_edge_is_not_the_api() {
    let page = "<!DOCTYPE html><title>api.anthropic.com | 520: Web server is returning an unknown error</title>";
    let made = made(page).status(520).body(BodyKind::Html, page);
    made.is("gateway", "html-body", "unknown", "edge");
}

#[test]
fn cloudflare_headers_on_an_answer_of_the_api_do_not_make_it_the_edge() {
    let headers = [("cf-ray", "8a1b2c3d4e5f6789-SJC"), ("server", "cloudflare")];
    let made = made("429 {...}").status(429).kind("rate_limit_error");
    let made = made.answer(Some(BodyKind::AnthropicError), "", &headers, false);
    made.is("returned-api-error", "rate-limit", "yes", "api");
}

#[test]
fn a_plain_407_is_the_proxy_whatever_the_exception_says() {
    let page = "<html><body>407 Proxy Authentication Required</body></html>";
    made(page).class("anthropic.APIStatusError").body(BodyKind::Html, page).is("connection", "proxy", "no", "proxy");
}

#[test]
fn a_status_class_around_a_tls_failure_is_still_a_tls_failure() {
    let made = made(
        "litellm.InternalServerError: AnthropicException - [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",
    )
    .class("litellm.InternalServerError");
    made.is("connection", "tls-untrusted", "no", "none");
}

#[test]
fn a_read_timeout_leaves_arrival_open_and_a_connect_timeout_does_not() {
    let read = made("Request timed out.").class("anthropic.APITimeoutError").cause("httpx2.ReadTimeout", "timed out");
    read.is("timeout", "timeout-read", "unknown", "none");
    let connect =
        made("Request timed out.").class("anthropic.APITimeoutError").cause("httpx2.ConnectTimeout", "timed out");
    connect.is("timeout", "timeout-connect", "no", "none");
}

#[test]
fn a_stream_that_broke_after_the_id_had_arrived() {
    let made = made("peer closed connection without sending complete message body (incomplete chunked read)");
    made.id(ID).answer(None, "", &[], true).is("connection", "stream-error", "yes", "api");
}

#[test]
fn a_parse_code_of_aiohttp_is_no_status() {
    let text = "Response payload is not completed: <TransferEncodingError: 400, message='Not enough data'>";
    made(text).class("litellm.APIConnectionError").status(400).is("connection", "stream-error", "unknown", "unknown");
}

#[test]
fn an_error_event_after_200_is_the_api() {
    let body = "{'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'Overloaded'}}";
    let made = made(body).class("anthropic.APIStatusError").status(200).kind("overloaded_error");
    made.body(BodyKind::AnthropicError, body).is("returned-api-error", "overloaded", "yes", "api");
}

#[test]
fn gateways_are_known_by_id_body_and_words() {
    made("x").status(400).kind("invalid_request_error").id("req_vrtx_011CSHoEeqs5C35K2UUqR7Fy").is(
        "gateway",
        "invalid-request",
        "unknown",
        "gateway",
    );
    let body = r#"{"error":{"message":"Authentication Error, No api key passed in.","type":"auth_error","param":"None","code":"401"}}"#;
    made(body)
        .status(401)
        .kind("auth_error")
        .body(BodyKind::OtherJson, body)
        .is("gateway", "auth", "unknown", "gateway");
    made("An error occurred (ThrottlingException) when calling the InvokeModel operation: Too many tokens")
        .kind("ThrottlingException")
        .is("gateway", "rate-limit", "unknown", "gateway");
    made("Streaming is required for operations that may take longer than 10 minutes.").status(500).is(
        "gateway",
        "invalid-request",
        "unknown",
        "gateway",
    );
}

#[test]
fn the_region_refusal_is_named() {
    let made = made("403 Request not allowed").status(403).kind("forbidden").message("Request not allowed");
    let verdict =
        made.body(BodyKind::OtherJson, r#"{"error":{"type":"forbidden","message":"Request not allowed"}}"#).verdict();
    assert_eq!((verdict.branch, verdict.cause), (Branch::ReturnedApiError, Cause::Permission));
    assert!(verdict.next_step.expose().contains("country"));
}

#[test]
fn refusals_inside_the_client_never_left_it() {
    made("Could not resolve authentication method. Expected one of api_key, auth_token").is(
        "client-side",
        "missing-key",
        "no",
        "none",
    );
    made("Connection error.")
        .class("anthropic.APIConnectionError")
        .cause("httpx2.LocalProtocolError", "Illegal header value b'x\\n'")
        .is("client-side", "invalid-request", "no", "none");
}

#[test]
fn what_names_no_cause_stays_unknown() {
    made("Connection error.").class("APIConnectionError").is("connection", "unknown", "unknown", "none");
    made("Claude Code process exited with code 1")
        .on(Surface::ClaudeCode)
        .is("unknown", "unknown", "unknown", "unknown");
    let vendor = made("Error response from daemon: error parsing HTTP 408 response body: invalid character '<'")
        .on(Surface::Other);
    assert_eq!(vendor.status(408).verdict().branch, Branch::Unknown);
}

/// Network settings with one proxy variable that a client uses.
fn network(client: &'static str, variable: &'static str, value: &str) -> NetworkEnv<Collected> {
    let set = Variable { name: Raw::text(variable), value: Raw::text(value), source: None };
    let why = Raw::text("it is set");
    NetworkEnv {
        target: Raw::text("api.anthropic.com"),
        variables: vec![set],
        choices: vec![ProxyChoice { client, outcome: ProxyUse::Proxied, variable: Some(variable), why }],
        disagreement: None,
        ca_files: Vec::new(),
        risks: Vec::new(),
        resolver: Evidence::absent(AbsenceReason::NotFound, "network.resolver"),
        system_proxy: Evidence::absent(AbsenceReason::NotFound, "network.system_proxy"),
    }
}

#[test]
fn a_refused_address_that_is_the_proxys_names_the_variable() {
    let network = network("node-fetch", "HTTPS_PROXY", "http://user:pass@10.1.1.1:8080");
    let made =
        made("Connection error.").on(Surface::TypescriptSdk).cause("Error", "connect ECONNREFUSED 10.1.1.1:8080");
    let verdict = judge_failure(&made.0, &Clues::default(), None, Some(&network));
    assert_eq!((verdict.cause, verdict.reached_api), (Cause::TcpRefused, ReachedApi::No));
    let named = verdict.because.iter().find(|because| because.statement.expose().contains("HTTPS_PROXY")).unwrap();
    assert_eq!(named.pointer, "/network_env/choices/0");
    assert!(verdict.next_step.expose().contains("proxy variable"));
}

#[test]
fn a_dead_local_base_url_is_called_one() {
    let made =
        made("Connection error.").on(Surface::TypescriptSdk).cause("Error", "connect ECONNREFUSED 127.0.0.1:3456");
    let verdict = made.verdict();
    assert!(verdict.summary.expose().contains("port on this machine"));
    assert_eq!(verdict.responder, Responder::None);
}

#[test]
fn reasons_point_at_lines_and_places() {
    let made = made("Connection error.").cause("httpx2.ConnectError", "[Errno -2] Name or service not known");
    let verdict = made.verdict();
    assert_eq!(verdict.because[0].pointer, "/failure/cause_chain/0");
    assert!(verdict.because[0].statement.expose().contains("Name or service not known"));
    assert!(verdict.because.iter().all(|because| because.pointer.starts_with("/failure")));
}
