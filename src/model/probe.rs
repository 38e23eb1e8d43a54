//! The probe of a route: what each phase of the way did, who answered, and what that says.
//!
//! A probe sends no key and no prompt. Times are whole milliseconds, counted from the start of their own phase.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::OrText;
use super::failure::BodyKind;
use super::safe::{ErrorType, HttpStatus, Millis, RequestId, Timestamp};
use super::vocabulary::{Branch, Cause, ReachedApi, Responder};
use crate::{staged, textless};

/// The client whose rules for proxies and certificates a probe follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeClient {
    /// The Python SDK, which uses httpx.
    Python,
    /// The TypeScript SDK on Node.
    Typescript,
    /// Claude Code.
    ClaudeCode,
    /// curl.
    Curl,
    /// The Go SDK.
    Go,
}

impl ProbeClient {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 5] = [Self::Python, Self::Typescript, Self::ClaudeCode, Self::Curl, Self::Go];

    /// The word for it on the command line and in packets.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Typescript => "typescript",
            Self::ClaudeCode => "claude-code",
            Self::Curl => "curl",
            Self::Go => "go",
        }
    }
}

/// A phase of the way to the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The host name becomes addresses.
    Resolve,
    /// A TCP connection to one address; one entry for each that was tried.
    Tcp,
    /// The proxy is asked for a tunnel.
    Proxy,
    /// The TLS handshake, with the proxy or with the target.
    Tls,
    /// Request sent, head of the answer received.
    Http,
    /// The connection is held without traffic, and then used again.
    Idle,
}

impl Phase {
    /// The word used in packets.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Tcp => "tcp",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::Http => "http",
            Self::Idle => "idle",
        }
    }
}

/// What came of a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PhaseOutcome {
    /// It did what it should.
    Ok,
    /// It failed; `cause` says how.
    Failed,
    /// It did not end in time.
    TimedOut,
    /// It was not tried, and `detail` says why.
    Skipped,
}

/// What the certificates that were shown say of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InterceptionKind {
    /// The chain ends in a public root: nothing on the way opens the connection.
    None,
    /// The chain was made by a product that inspects TLS; `issuer` names it.
    InterceptedBy,
    /// The chain ends in a root that is not public.
    PrivateCa,
    /// The server's certificate is signed by itself.
    SelfSigned,
    /// A certificate of the chain is past its end.
    Expired,
    /// The certificate is for other names.
    NameMismatch,
    /// The certificate is not valid yet by this machine's clock, which is most likely behind.
    ClockSkew,
    /// No certificate was seen, or it could not be read.
    Unknown,
}

textless!(ProbeClient, Phase, PhaseOutcome, InterceptionKind);

staged! {
    /// One phase, with what came of it.
    #[schemars(rename = "Probe_phase")]
    pub struct PhaseResult<S> {
        /// The phase.
        pub phase: Phase,
        /// What came of it.
        pub outcome: PhaseOutcome,
        /// How long it took.
        pub ms: Millis,
        /// The address or name it was about: `address:port` for TCP, proxy and TLS.
        pub address: Option<S::Text>,
        /// What happened, in a few words.
        pub detail: S::Text,
        /// How it failed, where it failed.
        pub cause: Option<Cause>,
    }
}

staged! {
    /// The answers of name resolution.
    #[schemars(rename = "Probe_dns")]
    pub struct DnsFacts<S> {
        /// The name that was resolved: the proxy's, where a proxy resolves the target.
        pub name: S::Text,
        /// All addresses, in the order in which connections are tried.
        pub addresses: Vec<S::Text>,
        /// Name servers that the system is set to ask, or the one that was asked.
        pub resolvers: Vec<S::Text>,
        /// Whether a line of the hosts file names it.
        pub in_hosts_file: bool,
        /// For a name of Anthropic's API: whether all addresses are in the ranges that Anthropic publishes.
        pub in_published_ranges: Option<bool>,
    }
}

staged! {
    /// The proxy, and what it said.
    #[schemars(rename = "Probe_proxy")]
    pub struct ProxyFacts<S> {
        /// `http`, `https`, `socks5`, `socks5h`, `socks4` or `socks4a`.
        pub kind: &'static str,
        /// Host and port; user name and password are never shown.
        pub address: S::Text,
        /// Whether its URL holds a user name or password.
        pub has_credentials: bool,
        /// The variable or option that names it.
        pub source: S::Text,
        /// Its answer to CONNECT.
        pub status: Option<HttpStatus>,
        /// Ways to log in that a 407 offers, such as `Basic` or `Negotiate`.
        pub offered: Vec<S::Text>,
        /// Headers of its answer that tell who it is.
        pub headers: BTreeMap<&'static str, S::Text>,
    }
}

staged! {
    /// A certificate of the chain, as the server sent it.
    #[schemars(rename = "Probe_certificate")]
    pub struct CertificateFacts<S> {
        /// Whom it is for.
        pub subject: S::Text,
        /// Who signed it.
        pub issuer: S::Text,
        /// Names it is valid for, at most twenty.
        pub names: Vec<S::Text>,
        /// Start of its validity.
        pub not_before: Option<Timestamp>,
        /// End of its validity.
        pub not_after: Option<Timestamp>,
        /// SHA-256 fingerprint of the whole certificate, in hexadecimal.
        pub sha256: String,
        /// Pin of its public key: SHA-256 of the SPKI, in hexadecimal.
        pub spki_sha256: String,
        /// Whether subject and issuer are the same.
        pub self_issued: bool,
        /// Whether it may sign other certificates.
        pub is_ca: bool,
        /// Whether it names an OCSP responder.
        pub names_ocsp: bool,
        /// Signed certificate timestamps in it: public certificates have some, certificates of inspecting proxies have none.
        pub ct_timestamps: u32,
    }
}

staged! {
    /// The TLS handshake with the target.
    #[schemars(rename = "Probe_tls")]
    pub struct TlsFacts<S> {
        /// Version, such as `TLSv1.3`; only where the handshake was completed.
        pub version: Option<String>,
        /// Cipher suite; only where the handshake was completed.
        pub cipher: Option<String>,
        /// Protocol that was agreed on, such as `h2`.
        pub alpn: Option<S::Text>,
        /// The name that was sent for the server to choose its certificate by; absent where the host is an address.
        pub sni: Option<S::Text>,
        /// Whether the client would trust the chain.
        pub trusted: bool,
        /// Why not.
        pub problem: Option<S::Text>,
        /// Whether the server stapled an OCSP answer.
        pub stapled_ocsp: bool,
        /// The certificates the store of the client holds.
        pub store: S::Text,
        /// The chain, the server's own certificate first.
        pub chain: Vec<CertificateFacts<S>>,
    }
}

staged! {
    /// The answer to the request.
    #[schemars(rename = "Probe_http")]
    pub struct HttpFacts<S> {
        /// HTTP version, such as `HTTP/1.1`.
        pub version: &'static str,
        /// Status.
        pub status: HttpStatus,
        /// Request id.
        pub request_id: Option<OrText<S, RequestId>>,
        /// Headers of the allow-list of ingest, such as `server`, `cf-ray`, `via` and `content-type`.
        pub headers: BTreeMap<&'static str, S::Text>,
        /// Kind of the body.
        pub body: BodyKind,
        /// `error.type` of the body.
        pub error_type: Option<OrText<S, ErrorType>>,
        /// Bytes of the body that were read.
        pub body_bytes: u64,
        /// Whether more would have come.
        pub body_cut: bool,
        /// From the request to the first byte of the answer.
        pub first_byte_ms: Millis,
    }
}

staged! {
    /// This machine's clock against the `Date` of the answer.
    #[schemars(rename = "Probe_clock")]
    pub struct ClockFacts<S> {
        /// `Date` of the answer.
        pub server_date: Timestamp,
        /// Seconds by which this machine is ahead; negative where it is behind.
        pub skew_seconds: i64,
        /// What that does.
        pub effect: S::Text,
    }
}

staged! {
    /// Whether one client would trust the chain, and what would make it.
    #[schemars(rename = "Probe_trust")]
    pub struct ClientTrust<S> {
        /// The client.
        pub client: ProbeClient,
        /// Whether it trusts the chain with the settings of this environment.
        pub trusts: bool,
        /// Where its roots come from.
        pub store: S::Text,
        /// What would make it trust the chain: a variable and the certificate file it should name.
        pub fix: Option<S::Text>,
    }
}

staged! {
    /// What the certificates say of the way.
    #[schemars(rename = "Probe_interception")]
    pub struct Interception<S> {
        /// The verdict.
        pub verdict: InterceptionKind,
        /// Issuer of the server's certificate.
        pub issuer: Option<S::Text>,
        /// The product that makes such certificates, where it is known.
        pub product: Option<String>,
        /// Whether the chain ends in a public root.
        pub public_root: bool,
        /// Whether the system's store trusts it.
        pub system_store: bool,
        /// Each client.
        pub clients: Vec<ClientTrust<S>>,
        /// The verdict in one sentence.
        pub why: S::Text,
    }
}

staged! {
    /// One row of a comparison: the path of the client with one variable changed.
    #[schemars(rename = "Probe_comparison")]
    pub struct Comparison<S> {
        /// The variable that was changed: `none`, `proxy`, `family`, `trust-store`, `base-url`.
        pub variable: &'static str,
        /// What it was changed to.
        pub value: S::Text,
        /// Whether it could be tried.
        pub tried: bool,
        /// Whether the path was up; absent where it was not tried.
        pub up: Option<bool>,
        /// The cause, where it was tried.
        pub cause: Option<Cause>,
        /// Whether the result differs from that of the client's own path.
        pub flips: bool,
        /// How long it took.
        pub ms: Millis,
        /// What happened, or why it could not be tried.
        pub detail: S::Text,
    }
}

staged! {
    /// The comparison, and what it says.
    #[schemars(rename = "Probe_matrix")]
    pub struct Matrix<S> {
        /// The rows; the first is the client's own path.
        pub rows: Vec<Comparison<S>>,
        /// Which variable flips the result, in one sentence.
        pub sentence: S::Text,
    }
}

staged! {
    /// The answer of a gateway's own health path.
    #[schemars(rename = "Probe_health")]
    pub struct HealthPath<S> {
        /// The path.
        pub path: String,
        /// What answers there say, in a few words.
        pub meaning: String,
        /// Status, where an answer came.
        pub status: Option<HttpStatus>,
        /// What happened.
        pub detail: S::Text,
    }
}

staged! {
    /// What the gateway at the base URL says of itself.
    #[schemars(rename = "Probe_gateway")]
    pub struct GatewayFacts<S> {
        /// Its kind, such as `litellm`, where a sign of it was seen.
        pub kind: Option<String>,
        /// Its health paths.
        pub health: Vec<HealthPath<S>>,
    }
}

staged! {
    /// What the probe says: the words of the packet's verdict.
    #[schemars(rename = "Probe_verdict")]
    pub struct ProbeVerdict<S> {
        /// Whether the path to an answering API is up.
        pub path_up: bool,
        /// The road.
        pub branch: Branch,
        /// What happened: `auth` where the API asked for a key, which shows that the path is up.
        pub cause: Cause,
        /// Whether the request reached the API.
        pub reached_api: ReachedApi,
        /// Who answered.
        pub responder: Responder,
        /// Why, in one sentence.
        pub why: S::Text,
    }
}

staged! {
    /// Result of a probe of the route.
    #[schemars(rename = "Probe_result")]
    pub struct ProbeResult<S> {
        /// The URL that was asked.
        pub target: S::Text,
        /// The client whose rules were followed.
        #[serde(rename = "as")]
        pub client: ProbeClient,
        /// The way it goes by these rules, and why: `direct` or the proxy.
        pub via: S::Text,
        /// All phases, in order.
        pub phases: Vec<PhaseResult<S>>,
        /// Name resolution.
        pub dns: Option<DnsFacts<S>>,
        /// The proxy, where the way goes through one.
        pub proxy: Option<ProxyFacts<S>>,
        /// TLS, where certificates were seen.
        pub tls: Option<TlsFacts<S>>,
        /// The answer, where one came.
        pub http: Option<HttpFacts<S>>,
        /// The clock, where an answer told the time.
        pub clock: Option<ClockFacts<S>>,
        /// What the certificates say of the way.
        pub interception: Option<Interception<S>>,
        /// The gateway, where the base URL is not Anthropic's.
        pub gateway: Option<GatewayFacts<S>>,
        /// The comparison, where one was asked for; that with the direct route alone where the base URL is a gateway's.
        pub compare: Option<Matrix<S>>,
        /// What it says.
        pub verdict: ProbeVerdict<S>,
        /// How long all of it took.
        pub ms: Millis,
    }
}
