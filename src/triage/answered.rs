//! An answer came: who gave it, and what it says.

use super::finding::{Finding, Reason};
use super::kind::{Kind, Stage, Weight};
use super::responder::{self, Who};
use super::rules;
use super::scene::{IdOrigin, Scene, Sighting};
use crate::model::failure::BodyKind;
use crate::model::vocabulary::{Branch, Cause, Responder};

/// The verdict on an answer, or `None` where nothing in the failure shows that one came.
#[must_use]
pub(crate) fn judge(scene: &Scene<'_>) -> Option<Finding> {
    let says = spoken(scene);
    if !came(scene, says) {
        return None;
    }
    let (mut finding, kind) = (Finding::default(), says.map(|sighting| sighting.kind));
    let who = responder::who(scene, says);
    who.settle(&mut finding, scene);
    let (cause, deciding) = cause(scene, &finding);
    finding.cause = cause;
    finding.kind = deciding.or(kind.filter(|kind| kind.cause == cause));
    reasons(&mut finding, &who, scene, deciding.and_then(|kind| scene.sighting(kind.word)).or(says));
    Some(finding)
}

/// The wording of an answer that leads, if any.
fn spoken<'a>(scene: &Scene<'a>) -> Option<Sighting<'a>> {
    scene.leading(&[Stage::Answer])
}

/// Whether an error answer came. A status, an error body, an error type of a known form or an id say so; so do words that
/// only an answer can say, where no word of the transport stands against them.
fn came(scene: &Scene<'_>, says: Option<Sighting<'_>>) -> bool {
    let error_status = scene.status.is_some_and(|code| code >= 300);
    let typed = scene.error_type.as_deref().is_some_and(|word| rules::cause_of_type(word).is_some());
    let error_body = match scene.body {
        Some(BodyKind::AnthropicError) => true,
        Some(BodyKind::OtherJson | BodyKind::Html) => {
            scene.implied.is_some() || typed || scene.mark("gateway").is_some() || scene.mark("local").is_some()
        }
        _ => false,
    };
    let lost = scene.leading(&[Stage::Transport, Stage::Local]);
    let lost = lost.filter(|s| s.kind.weight == Weight::Specific);
    // A wrapper's class alone tells of no answer where its words are those of a lost connection.
    let vague = scene.leading(&[Stage::Transport]).is_some() && scene.error_type.is_none();
    let words = lost.is_none()
        && (says.is_some_and(|s| s.kind.weight == Weight::Specific) || scene.implied.is_some() && !vague);
    // LWP counts its own failures as 500; nginx writes the failure of its upstream call down.
    let internal = scene.says("500 can't connect") && lost.is_some();
    let upstream =
        ["to upstream, client:", "from upstream, client:", "upstream fetch failed", "upstream request failed"]
            .iter()
            .any(|words| scene.says(words));
    upstream
        || (error_status && !internal)
        || error_body
        || (typed && lost.is_none())
        // Only an answer carries an id.
        || (scene.has_id(IdOrigin::Anthropic) && lost.is_none())
        || words
        || (scene.is_html() && lost.is_none())
}

/// The cause of an answer, and the kind that decided it, if one did.
fn cause(scene: &Scene<'_>, finding: &Finding) -> (Cause, Option<&'static Kind>) {
    let code = scene.status.or(scene.implied);
    let by_type = scene.error_type.as_deref().and_then(rules::cause_of_type);
    if let Some(decided) = cause_of_words(scene, finding, code, by_type) {
        return decided;
    }
    let by_status = code.and_then(|code| cause_of_status(code, finding.responder, scene.is_html()));
    // These types are used for many statuses; a status that says more goes first.
    let refused = code.is_some_and(|code| (400..500).contains(&code));
    let vague = matches!(by_type, Some(Cause::InvalidRequest | Cause::ApiError))
        || by_type == Some(Cause::BadGateway) && refused;
    let telling = matches!(
        by_status,
        Some(Cause::Auth | Cause::Permission | Cause::NotFound | Cause::TooLarge | Cause::Billing | Cause::RateLimit)
    ) || by_type == Some(Cause::BadGateway);
    if let Some(cause) = by_status.filter(|_| vague && telling) {
        return (cause, None);
    }
    // A relay calls whatever went wrong behind it an API error; its words and its status say more.
    let behind = spoken(scene).map(|sighting| sighting.kind).filter(|kind| sharpens(kind, Cause::ApiError));
    if let Some(kind) = behind.filter(|_| by_type == Some(Cause::ApiError) && finding.branch == Branch::Gateway) {
        return (kind.cause, Some(kind));
    }
    if matches!(by_type, Some(Cause::ApiError | Cause::BadGateway))
        && finding.branch == Branch::Gateway
        && code != Some(424)
        && let Some(cause @ (Cause::BadGateway | Cause::GatewayTimeout)) = by_status
    {
        return (cause, None);
    }
    if let Some(cause) = by_type.filter(|_| !scene.is_html()) {
        // `invalid_request_error` is also what the API calls a credential that is not accepted here.
        let said = kind_of(scene, &["wrong-auth", "bad-key", "token-expired", "request-size"]);
        let said = said.filter(|_| cause == Cause::InvalidRequest && code.is_none_or(|code| code == 400));
        // A credential that has expired or was revoked is also refused as a lack of permission.
        let ended = kind_of(scene, &["token-expired"]).filter(|_| cause == Cause::Permission);
        let said = said.or(ended);
        return said.map_or((cause, None), |kind| (kind.cause, Some(kind)));
    }
    // A router that answers 500 for an `upstream error` does not say that nothing answered it.
    let own = code == Some(500) && scene.says("upstream error");
    let said = spoken(scene).map(|sighting| sighting.kind).filter(|kind| !(own && kind.word == "upstream-reset"));
    match (by_status, said) {
        (Some(cause), Some(kind)) if sharpens(kind, cause) => (kind.cause, Some(kind)),
        (Some(cause), _) => (cause, None),
        (None, Some(kind)) => (kind.cause, Some(kind)),
        (None, None) => (Cause::Unknown, None),
    }
}

/// The kind of which one of these words was seen.
fn kind_of(scene: &Scene<'_>, words: &[&str]) -> Option<&'static Kind> {
    words.iter().find_map(|word| scene.sighting(word)).map(|sighting| sighting.kind)
}

/// What words say that decide whatever the status and the type are.
fn cause_of_words(
    scene: &Scene<'_>,
    finding: &Finding,
    code: Option<u16>,
    by_type: Option<Cause>,
) -> Option<(Cause, Option<&'static Kind>)> {
    let deciding = ["credit-balance", "budget", "cloud-token", "stream-exception", "streaming-required"];
    if let Some(kind) = kind_of(scene, &deciding).filter(|_| finding.branch != Branch::Unknown) {
        return Some((kind.cause, Some(kind)));
    }
    let limits = kind_of(scene, &["spend-limit", "usage-credits", "usage-limit", "acceleration"]);
    if let Some(kind) = limits.filter(|_| code.is_none_or(|code| matches!(code, 400 | 402 | 403 | 429))) {
        // A limit of spending is a matter of billing, unless the API itself counts it as one of its rate limits.
        let spent = matches!(kind.word, "spend-limit" | "usage-credits")
            && code != Some(429)
            && by_type != Some(Cause::RateLimit);
        return Some((if spent { Cause::Billing } else { kind.cause }, Some(kind)));
    }
    let empty = kind_of(scene, &["empty-answer"]).filter(|_| !scene.is_html())?;
    let streamed = ["event stream", "event-stream", "stream_truncated", "stream events"].iter().any(|w| scene.says(w));
    Some((if streamed { Cause::StreamError } else { Cause::Unknown }, Some(empty)))
}

/// Whether the words say more than the cause that the status stands for.
fn sharpens(kind: &Kind, by_status: Cause) -> bool {
    match by_status {
        Cause::InvalidRequest => matches!(kind.cause, Cause::Billing | Cause::RateLimit | Cause::TooLarge),
        Cause::BadGateway | Cause::ApiError => {
            let behind =
                matches!(kind.cause, Cause::GatewayTimeout | Cause::RateLimit | Cause::Overloaded | Cause::BadGateway);
            // A router that answers 5xx to whatever its provider refused.
            let refused = matches!(kind.cause, Cause::Permission | Cause::Auth | Cause::InvalidRequest);
            behind || refused && (kind.weight == Weight::Specific || kind.cause == Cause::InvalidRequest)
        }
        Cause::Permission => kind.weight == Weight::Specific && matches!(kind.cause, Cause::Auth | Cause::Billing),
        _ => false,
    }
}

fn cause_of_status(code: u16, responder: Responder, html: bool) -> Option<Cause> {
    let page = |other: Cause| Some(if html { Cause::HtmlBody } else { other });
    match code {
        401 => Some(Cause::Auth),
        402 => Some(Cause::Billing),
        403 => page(Cause::Permission),
        404 => Some(Cause::NotFound),
        407 => Some(Cause::Proxy),
        413 => Some(Cause::TooLarge),
        429 => Some(Cause::RateLimit),
        408 | 504 | 522 | 524 => Some(Cause::GatewayTimeout),
        // A failed dependency: what stands behind the server.
        424 => page(Cause::BadGateway),
        300..=499 => page(Cause::InvalidRequest),
        529 => Some(Cause::Overloaded),
        502 | 503 | 520..=530 => page(if responder == Responder::Api { Cause::ApiError } else { Cause::BadGateway }),
        500..=599 => page(Cause::ApiError),
        200..=299 if html => Some(Cause::HtmlBody),
        _ => None,
    }
}

/// Why: first who answered, then the status, then the words.
fn reasons(finding: &mut Finding, who: &Who<'_>, scene: &Scene<'_>, says: Option<Sighting<'_>>) {
    who.explain(finding, scene);
    if scene.status.is_some() {
        finding.because(Reason::status(scene));
    }
    if let Some(says) = says.filter(|says| says.kind.cause == finding.cause) {
        finding.because(Reason::quoting(says.passage, says.at, &format!("which means that {}", says.kind.meaning)));
    }
}
