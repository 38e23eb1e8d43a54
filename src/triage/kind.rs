//! The kinds of failure that wordings stand for: each a row with its branch, cause and who acted.

use crate::model::vocabulary::{Branch, Cause, ReachedApi, Responder};

/// How much a kind decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// Says only that something of this sort happened (`Connection error.`); any specific kind outweighs it.
    Generic,
    /// Names the failure.
    Specific,
}

/// Where in the life of a request a kind belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The client refused before it sent anything.
    Local,
    /// The way to the answer, or the answer's transport.
    Transport,
    /// An answer came; the kind refines what it says.
    Answer,
}

/// One kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Its name: the key in `rules/*.yaml` and in the `kinds` of the advice.
    pub(crate) word: &'static str,
    /// Where it belongs.
    pub(crate) stage: Stage,
    /// Its branch, where nothing else decides.
    pub(crate) branch: Branch,
    /// Its cause.
    pub(crate) cause: Cause,
    /// Whether the request reached the API, as far as the kind alone tells.
    pub(crate) reached: ReachedApi,
    /// Who answered, as far as the kind alone tells.
    pub(crate) responder: Responder,
    /// How much it decides.
    pub(crate) weight: Weight,
    /// What it means, as the end of a sentence that starts with `which means that`.
    pub(crate) meaning: &'static str,
}

const fn transport(word: &'static str, cause: Cause, reached: ReachedApi, meaning: &'static str) -> Kind {
    let (branch, stage, weight) = (Branch::Connection, Stage::Transport, Weight::Specific);
    Kind { word, stage, branch, cause, reached, responder: Responder::None, weight, meaning }
}

const fn proxy(word: &'static str, meaning: &'static str) -> Kind {
    Kind { responder: Responder::Proxy, ..transport(word, Cause::Proxy, ReachedApi::No, meaning) }
}

const fn timer(word: &'static str, cause: Cause, reached: ReachedApi, meaning: &'static str) -> Kind {
    Kind { branch: Branch::Timeout, ..transport(word, cause, reached, meaning) }
}

const fn local(word: &'static str, cause: Cause, meaning: &'static str) -> Kind {
    let base = transport(word, cause, ReachedApi::No, meaning);
    Kind { branch: Branch::ClientSide, stage: Stage::Local, ..base }
}

const fn answer(word: &'static str, cause: Cause, meaning: &'static str) -> Kind {
    let base = transport(word, cause, ReachedApi::Yes, meaning);
    Kind { branch: Branch::ReturnedApiError, stage: Stage::Answer, responder: Responder::Api, ..base }
}

const fn upstream(word: &'static str, cause: Cause, meaning: &'static str) -> Kind {
    let base = answer(word, cause, meaning);
    Kind { branch: Branch::Gateway, reached: ReachedApi::Unknown, responder: Responder::Gateway, ..base }
}

const fn generic(kind: Kind) -> Kind {
    Kind { weight: Weight::Generic, ..kind }
}

use Cause as C;
use ReachedApi::{No, Unknown};

/// All kinds. Among specific kinds in one passage, the earlier row wins: so what names the deeper failure stands first.
pub(crate) const KINDS: &[Kind] = &[
    // The client itself refused.
    local("missing-key", C::MissingKey, "no credential is configured where the client looks"),
    local("not-logged-in", C::MissingKey, "Claude Code found no usable login or key"),
    local("cloud-credentials", C::MissingKey, "the cloud provider's credentials could not be loaded"),
    local("bad-header", C::InvalidRequest, "a header value, often the key itself, holds a character that HTTP forbids"),
    local("bad-port", C::InvalidRequest, "fetch forbids the port in the base URL, which belongs to another protocol"),
    local("bad-url", C::InvalidRequest, "the base URL is not a complete URL"),
    local("bad-proxy-setting", C::InvalidRequest, "the proxy setting is one that the client cannot use"),
    local("bad-ca-file", C::InvalidRequest, "the certificate file that a variable names cannot be loaded"),
    local("streaming-required", C::InvalidRequest, "the SDK refuses a long request that does not stream"),
    local("bad-argument", C::InvalidRequest, "the SDK refuses the arguments of the call"),
    Kind {
        branch: Branch::Unknown,
        reached: ReachedApi::Unknown,
        responder: Responder::Unknown,
        ..local(
            "own-code",
            C::Unknown,
            "the calling program itself failed, and the text does not show whether a request was sent",
        )
    },
    generic(local(
        "missing-file",
        C::InvalidRequest,
        "a file that the client needs, such as a certificate file, is missing",
    )),
    local("abort", C::Abort, "the caller or the user stopped the request"),
    // A proxy.
    proxy("proxy-auth", "the proxy asks for credentials of its own"),
    proxy("proxy-tunnel", "the proxy refused to open the tunnel"),
    Kind { responder: Responder::None, ..proxy("proxy-dns", "the name of the proxy itself does not resolve") },
    Kind { responder: Responder::None, ..proxy("proxy-unreachable", "the proxy itself could not be reached") },
    // TLS.
    transport("tls-expired", C::TlsOther, No, "the certificate that was shown is outside its dates"),
    transport("tls-name", C::TlsOther, No, "the certificate that was shown belongs to another name"),
    transport(
        "tls-plain-http",
        C::TlsOther,
        No,
        "the port speaks plain HTTP, or another TLS version, where TLS was expected",
    ),
    transport(
        "tls-untrusted",
        C::TlsUntrusted,
        No,
        "the certificate chain ends in a root that this client does not trust",
    ),
    transport("tls-reset", C::TcpReset, No, "the connection was cut during the TLS handshake"),
    timer("tls-timeout", C::TimeoutConnect, No, "the TLS handshake did not end in time"),
    transport("tls-handshake", C::TlsOther, No, "the TLS handshake failed"),
    // Name and address.
    transport("dns-not-found", C::Dns, No, "the host name does not exist for this resolver"),
    transport("dns-temporary", C::Dns, No, "the resolver itself did not answer"),
    transport("dns-server", C::Dns, No, "the resolver answered with a failure of its own"),
    transport("dns-other", C::Dns, No, "the host name was not resolved"),
    transport("refused", C::TcpRefused, No, "nothing listens at that address and port, or a firewall answers for it"),
    transport("unreachable", C::NetworkUnreachable, No, "there is no route to that address"),
    transport("forbidden-socket", C::NetworkUnreachable, No, "the system or a local firewall forbids the connection"),
    timer("connect-timeout", C::TimeoutConnect, No, "no connection was established in time"),
    timer("curl-timer", C::TimeoutConnect, No, "no connection was established before curl's timer ran out"),
    // After the connection stood.
    transport("stream-cut", C::StreamError, Unknown, "the answer broke off after it had begun"),
    timer("idle-drop", C::IdleDrop, Unknown, "the answer stalled and a timer ended it"),
    timer("read-timeout", C::TimeoutRead, Unknown, "the request was sent and no answer came in time"),
    transport("reset", C::TcpReset, Unknown, "the connection was reset by the other side or by something between"),
    transport("closed", C::TcpReset, Unknown, "the connection was closed before an answer came"),
    transport("not-connected", C::Unknown, No, "no connection was made, and the text does not tell why"),
    transport(
        "cors",
        C::Unknown,
        Unknown,
        "the browser blocked the call, because a page may not call the API of another origin",
    ),
    transport("not-http", C::Unknown, Unknown, "what answered does not speak HTTP on this port"),
    // Wordings that name no cause.
    generic(timer("timeout", C::Unknown, Unknown, "a timer ran out, and the text does not tell which")),
    generic(transport(
        "connection-failed",
        C::Unknown,
        Unknown,
        "the connection failed, and the text does not tell how",
    )),
    // What an answer says.
    answer("credit-balance", C::Billing, "the credit of the organisation is used up"),
    answer(
        "spend-limit",
        C::RateLimit,
        "a spending limit is reached, so a retry does not help before it is raised or reset",
    ),
    answer("region", C::Permission, "requests from this region or network are not accepted"),
    answer("token-expired", C::Auth, "the token has expired or was revoked"),
    answer("wrong-auth", C::Auth, "this kind of credential is not accepted here"),
    answer("browser-refused", C::Auth, "this organisation does not accept calls from a browser"),
    answer("bad-key", C::Auth, "the key is not one that the API knows"),
    generic(answer("auth-failed", C::Auth, "the credential was not accepted")),
    answer("organisation", C::Permission, "the organisation is disabled or may not do this"),
    answer("context-length", C::InvalidRequest, "the prompt is longer than the model's context"),
    answer("request-size", C::TooLarge, "the request body is larger than the limit"),
    answer("model-name", C::NotFound, "the model does not exist or is not open to this account"),
    answer("usage-limit", C::RateLimit, "the plan's usage limit is reached"),
    answer(
        "usage-credits",
        C::RateLimit,
        "a request with a long context needs usage credits, and there are none for it",
    ),
    answer(
        "usage-policy",
        C::Unknown,
        "the model declined the request by the usage policy, so nothing on the way is broken",
    ),
    answer("acceleration", C::RateLimit, "the request rate grew faster than the limit allows"),
    answer("rate", C::RateLimit, "a rate limit is reached"),
    answer("overloaded", C::Overloaded, "the API is over capacity"),
    answer("malformed", C::InvalidRequest, "the request does not have the form that the API asks for"),
    answer("no-permission", C::Permission, "the key or its organisation may not do this"),
    generic(answer("tool-pairs", C::InvalidRequest, "the messages do not follow the schema")),
    Kind {
        responder: Responder::Edge,
        ..upstream("edge-refused", C::Permission, "a firewall rule of the network in front of the server refused")
    },
    Kind {
        responder: Responder::Edge,
        ..upstream("edge-rate", C::RateLimit, "the network in front of the server limits the rate of this address")
    },
    upstream("budget", C::Billing, "the gateway's own budget or credit is used up"),
    upstream("gateway-quota", C::RateLimit, "the provider's or gateway's own quota is reached"),
    upstream("cloud-token", C::Auth, "the cloud provider does not accept the credentials, often because they expired"),
    upstream("stream-exception", C::StreamError, "the provider reported an exception inside the stream"),
    upstream("upstream-reset", C::BadGateway, "a gateway got no answer from what stands behind it"),
    upstream("upstream-timeout", C::GatewayTimeout, "a gateway did not get an answer in time"),
    generic(upstream("upstream-failed", C::ApiError, "a router reports that its own upstream call failed")),
    upstream("html-page", C::HtmlBody, "an HTML page came where JSON was expected"),
    upstream("empty-answer", C::Unknown, "a successful answer held no usable body"),
];

/// The kind of a word.
#[must_use]
pub(crate) fn named(word: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.word == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_unique_and_meanings_end_a_sentence() {
        for (at, kind) in KINDS.iter().enumerate() {
            assert!(KINDS[at + 1..].iter().all(|other| other.word != kind.word), "{}", kind.word);
            assert!(!kind.meaning.ends_with('.') && kind.meaning.len() > 15, "{}", kind.word);
        }
    }
}
