//! No error answer came: the way to it failed, or the client never sent anything.

use super::finding::{Finding, Reason};
use super::kind::{Stage, Weight};
use super::scene::{IdOrigin, Scene, Sighting};
use crate::model::vocabulary::{Branch, Cause, Confidence, ReachedApi, Responder};

/// A refusal by a proxy, which goes before everything else: its status is not the API's.
#[must_use]
pub(crate) fn proxy(scene: &Scene<'_>) -> Option<Finding> {
    let proved =
        scene.has_id(IdOrigin::Anthropic) || scene.body.is_some_and(|body| matches!(body, AnthropicError | OtherJson));
    let sighting = scene.leading(&[Stage::Local, Stage::Transport]).filter(|s| s.kind.cause == Cause::Proxy);
    // A name that does not resolve, and is the proxy's.
    let sighting = sighting.or_else(|| scene.sighting("proxy-dns"));
    let asks = scene.status == Some(407) || (scene.says("407 proxy authentication") && scene.is_html());
    if proved || (sighting.is_none() && !asks) {
        return None;
    }
    let mut finding = Finding {
        branch: Branch::Connection,
        cause: Cause::Proxy,
        reached: ReachedApi::No,
        responder: sighting.map_or(Responder::Proxy, |s| s.kind.responder),
        confidence: Confidence::High,
        kind: if asks { super::kind::named("proxy-auth") } else { sighting.map(|s| s.kind) },
        ..Finding::default()
    };
    match sighting {
        Some(sighting) => finding.because(meaning(&sighting)),
        None => finding.because(Reason::status(scene)),
    }
    Some(finding)
}

/// A failure on the way, or inside the client.
#[must_use]
pub(crate) fn judge(scene: &Scene<'_>) -> Option<Finding> {
    let sighting = scene.leading(&[Stage::Local, Stage::Transport])?;
    let kind = sighting.kind;
    let specific = kind.weight == Weight::Specific;
    let mut finding = Finding {
        branch: kind.branch,
        cause: kind.cause,
        reached: kind.reached,
        responder: kind.responder,
        confidence: if specific { Confidence::High } else { Confidence::Medium },
        kind: Some(kind),
        ..Finding::default()
    };
    finding.because(meaning(&sighting));
    if kind.branch == Branch::ClientSide {
        if kind.cause == Cause::Abort {
            finding.reached = ReachedApi::Unknown;
            finding.responder = Responder::Unknown;
        }
        return Some(finding);
    }
    begun(&mut finding, scene);
    outer_class(&mut finding, scene, &sighting);
    Some(finding)
}

/// An answer that had begun before the failure changes who is to be asked.
fn begun(finding: &mut Finding, scene: &Scene<'_>) {
    let late = finding.reached != ReachedApi::No;
    if late && scene.has_id(IdOrigin::Anthropic) {
        (finding.reached, finding.responder) = (ReachedApi::Yes, Responder::Api);
        finding.because(Reason::stating(
            scene,
            "/failure/request_id",
            "a request id of Anthropic's API was seen before the failure, so the request had arrived",
        ));
    } else if late && scene.accepted() {
        finding.responder = Responder::Unknown;
        finding.because(Reason::stating(
            scene,
            "/failure/response",
            "a successful answer had begun before the failure",
        ));
    } else if finding.cause == Cause::StreamError || finding.cause == Cause::IdleDrop {
        // The words say that an answer had begun; they do not say whose.
        finding.responder = Responder::Unknown;
        finding.confidence = Confidence::Medium;
    } else {
        finding.because(Reason::stating(
            scene,
            "/failure/http_status",
            "no HTTP status, no error body and no request id came with it",
        ));
    }
}

/// The name of the outer exception may say the opposite of what happened; the reader is told.
fn outer_class(finding: &mut Finding, scene: &Scene<'_>, sighting: &Sighting<'_>) {
    let outer = scene.implied.filter(|_| sighting.passage.pointer != "/failure/exception_class");
    if let Some(code) = outer {
        let what =
            format!("the outer exception class stands for status {code}, and no answer with that status is shown");
        finding.because(Reason::stating(scene, "/failure/exception_class", &what));
    }
}

fn meaning(sighting: &Sighting<'_>) -> Reason {
    Reason::quoting(sighting.passage, sighting.at, &format!("which means that {}", sighting.kind.meaning))
}

use crate::model::failure::BodyKind::{AnthropicError, OtherJson};
