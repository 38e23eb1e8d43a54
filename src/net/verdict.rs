//! What a probe says, in the words of the packet's verdict.

use super::fault::Fault;
use super::http::Answer;
use super::way::Met;
use crate::model::failure::BodyKind;
use crate::model::probe::{Phase, PhaseResult, ProbeVerdict};
use crate::model::safe::{RequestId, SafeShape as _};
use crate::model::vocabulary::{Branch, Cause, ReachedApi, Responder};
use crate::model::{Collected, Raw};

/// Beginnings of header names that a gateway sets. Source: the documentation of each.
const GATEWAY_MARKS: &[&str] =
    &["x-litellm-", "cf-aig-", "x-portkey-", "helicone-", "x-amzn-requestid", "apim-request-id", "x-kong-", "x-envoy-"];
/// Words in `server`, `via` or `proxy-agent` of proxies and inspecting firewalls.
const PROXY_MARKS: &[&str] =
    &["squid", "zscaler", "bluecoat", "forcepoint", "netskope", "tinyproxy", "mitmproxy", "mcafee"];

/// The verdict on what was met. `is_api` says whether the URL is one of Anthropic's.
pub(crate) fn of(met: &Met, is_api: bool) -> ProbeVerdict<Collected> {
    match (&met.fault, &met.answer) {
        (Some((phase, fault)), _) => unanswered(*phase, fault),
        (None, Some(answer)) => answered(answer, is_api),
        (None, None) => verdict(
            false,
            Branch::Unknown,
            Cause::Unknown,
            ReachedApi::Unknown,
            Responder::Unknown,
            "nothing was tried",
        ),
    }
}

/// The verdict where the connection did not outlive its pause.
pub(crate) fn dropped(held: &PhaseResult<Collected>, before: &ProbeVerdict<Collected>) -> ProbeVerdict<Collected> {
    let why = format!("{}: {}", held.phase.word(), held.detail.expose());
    // The request before the pause was answered, so arrival and responder stand.
    verdict(false, Branch::Connection, Cause::IdleDrop, before.reached_api, before.responder, why)
}

fn verdict(
    path_up: bool,
    branch: Branch,
    cause: Cause,
    reached_api: ReachedApi,
    responder: Responder,
    why: impl Into<String>,
) -> ProbeVerdict<Collected> {
    ProbeVerdict { path_up, branch, cause, reached_api, responder, why: Raw::new(why.into()) }
}

fn unanswered(phase: Phase, fault: &Fault) -> ProbeVerdict<Collected> {
    let branch = match fault.cause {
        Cause::TimeoutConnect | Cause::TimeoutRead => Branch::Timeout,
        Cause::BadGateway => Branch::Gateway,
        _ => Branch::Connection,
    };
    // A request that was sent and not answered may have arrived.
    let sent = phase == Phase::Http;
    let reached = if sent { ReachedApi::Unknown } else { ReachedApi::No };
    let responder = match (phase, fault.cause) {
        (Phase::Proxy, Cause::Proxy) if !fault.timed_out => Responder::Proxy,
        (_, Cause::BadGateway) => Responder::Unknown,
        _ => Responder::None,
    };
    let why = format!("{}: {}", phase.word(), fault.detail.expose());
    verdict(false, branch, fault.cause, reached, responder, why)
}

/// The cause that a status stands for, where an API or a gateway answered in JSON.
fn cause_of(status: u16) -> Cause {
    match status {
        400 | 422 => Cause::InvalidRequest,
        401 => Cause::Auth,
        402 => Cause::Billing,
        403 => Cause::Permission,
        404 | 405 => Cause::NotFound,
        407 => Cause::Proxy,
        408 => Cause::TimeoutRead,
        413 => Cause::TooLarge,
        429 => Cause::RateLimit,
        502 | 503 => Cause::BadGateway,
        504 => Cause::GatewayTimeout,
        529 => Cause::Overloaded,
        500..=599 => Cause::ApiError,
        _ => Cause::Unknown,
    }
}

fn answered(answer: &Answer, is_api: bool) -> ProbeVerdict<Collected> {
    let status = answer.status;
    let id = answer.request_id().and_then(|id| RequestId::parse(&id)).filter(RequestId::is_anthropic);
    let gateway = answer.headers.iter().find(|(name, _)| GATEWAY_MARKS.iter().any(|mark| name.starts_with(mark)));
    let kind = answer.kind();
    if id.is_some() && !matches!(kind, BodyKind::Html) {
        let cause = match cause_of(status) {
            Cause::BadGateway => Cause::ApiError,
            cause => cause,
        };
        let why = if status == 401 {
            "the API asked for a key and gave a request id, so the path is up".to_owned()
        } else {
            format!("the API answered with {status} and a request id")
        };
        return verdict(true, Branch::ReturnedApiError, cause, ReachedApi::Yes, Responder::Api, why);
    }
    if status == 407 {
        let why = "a proxy wants a user name and password (407)";
        return verdict(false, Branch::Gateway, Cause::Proxy, ReachedApi::No, Responder::Proxy, why);
    }
    if kind == BodyKind::Html || (300..400).contains(&status) {
        return page(answer, is_api);
    }
    if status >= 500 {
        let responder = responder_of(answer, gateway.is_some(), is_api);
        let cause = if status == 504 { Cause::GatewayTimeout } else { Cause::BadGateway };
        let why = format!("{status} without a request id of the API: something in front of it answered");
        return verdict(false, Branch::Gateway, cause, ReachedApi::Unknown, responder, why);
    }
    if let Some((name, _)) = gateway {
        let why = format!("a gateway answered with {status}: the header {name} is its mark");
        return verdict(!is_api, Branch::Gateway, cause_of(status), ReachedApi::Unknown, Responder::Gateway, why);
    }
    if !is_api && (400..500).contains(&status) && matches!(kind, BodyKind::AnthropicError | BodyKind::OtherJson) {
        let why = format!("{status} in JSON and without a request id of the API: the gateway itself answered");
        return verdict(true, Branch::Gateway, cause_of(status), ReachedApi::Unknown, Responder::Gateway, why);
    }
    let responder = responder_of(answer, false, is_api);
    let (branch, reached) = match responder {
        Responder::Proxy => (Branch::Gateway, ReachedApi::No),
        Responder::Edge => (Branch::Gateway, ReachedApi::Unknown),
        _ => (Branch::Unknown, ReachedApi::Unknown),
    };
    let why = format!("{status} without a request id, so it is open who answered");
    verdict(false, branch, cause_of(status), reached, responder, why)
}

/// A web page or a redirect where the API's JSON was expected.
fn page(answer: &Answer, is_api: bool) -> ProbeVerdict<Collected> {
    let responder = responder_of(answer, false, is_api);
    let reached = if responder == Responder::Proxy { ReachedApi::No } else { ReachedApi::Unknown };
    let status = answer.status;
    let why = if (300..400).contains(&status) {
        let to = answer.header("location").unwrap_or("nowhere");
        format!("{status}: the request was sent on to {to}, as sign-in pages of networks do")
    } else {
        format!("{status} with a web page where JSON was expected: something on the way answered")
    };
    verdict(false, Branch::Gateway, Cause::HtmlBody, reached, responder, why)
}

fn responder_of(answer: &Answer, gateway: bool, is_api: bool) -> Responder {
    let tells = ["server", "via", "proxy-agent", "x-squid-error"].map(|name| answer.header(name).unwrap_or_default());
    let tells = tells.join(" ").to_ascii_lowercase();
    if answer.header("x-squid-error").is_some() || PROXY_MARKS.iter().any(|mark| tells.contains(mark)) {
        Responder::Proxy
    } else if gateway {
        Responder::Gateway
    } else if answer.header("cf-ray").is_some() && is_api {
        Responder::Edge
    } else if !is_api {
        Responder::Gateway
    } else {
        Responder::Unknown
    }
}
