//! What a probe or a bounded fetch is asked to do.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::collect::route;
use crate::model::Raw;
use crate::model::probe::{Phase, ProbeClient};
use crate::model::vocabulary::{Cause, Surface};

/// The way to the target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Via {
    /// As the client's own rules say.
    #[default]
    Rules,
    /// Past every proxy.
    Direct,
    /// Through this proxy: a URL, which may hold a user name and password.
    Proxy(Raw<String>),
}

/// A family of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// The certificates to trust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TrustChoice {
    /// As the client's own rules say.
    #[default]
    Rules,
    /// Those of a PEM file alone.
    File(PathBuf),
    /// The public roots alone.
    Public,
    /// Those of the system alone.
    System,
}

/// What to probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbePlan {
    /// Base URL, as the client has it; absent for the one that this environment names.
    pub url: Option<Raw<String>>,
    /// The client whose rules are followed.
    pub client: ProbeClient,
    /// The way.
    pub via: Via,
    /// The family of addresses, where only one is wanted.
    pub family: Option<Family>,
    /// The certificates.
    pub trust: TrustChoice,
    /// Name server to ask in place of the system's resolver.
    pub nameserver: Option<SocketAddr>,
    /// Base URL of a gateway to compare with.
    pub gateway: Option<Raw<String>>,
    /// Whether a base URL that is not Anthropic's is compared with the API's own, under the same variables.
    pub direct: bool,
    /// Version of the failing client's runtime, as far as it is known: which variables Node reads depends on it.
    pub runtime: Option<String>,
    /// Whether to change one variable after the other.
    pub compare: bool,
    /// How long to hold the connection idle after the answer.
    pub idle: Option<Duration>,
    /// Time for all of it, the idle time aside.
    pub budget: Duration,
}

impl ProbePlan {
    /// A plan that follows a client's rules to the base URL of this environment.
    #[must_use]
    pub fn new(client: ProbeClient, budget: Duration) -> Self {
        Self {
            url: None,
            client,
            via: Via::Rules,
            family: None,
            trust: TrustChoice::Rules,
            nameserver: None,
            gateway: None,
            direct: false,
            runtime: None,
            compare: false,
            idle: None,
            budget,
        }
    }

    /// The base URL that this target is compared with: the one that was named, or the API's own for a gateway.
    pub(crate) fn beside(&self, target: &str) -> Option<Raw<String>> {
        let direct = || (self.direct && route::is_gateway(target)).then(|| Raw::text(route::DEFAULT_BASE_URL));
        self.gateway.clone().or_else(direct)
    }
}

/// The client to follow for a failure of this surface; Python's rules where the evidence names none of the five.
#[must_use]
pub const fn client_of(surface: Surface) -> ProbeClient {
    match surface {
        Surface::TypescriptSdk => ProbeClient::Typescript,
        Surface::ClaudeCode => ProbeClient::ClaudeCode,
        Surface::Curl => ProbeClient::Curl,
        Surface::GoSdk => ProbeClient::Go,
        _ => ProbeClient::Python,
    }
}

/// A bounded GET over the proxy and certificate rules of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// URL.
    pub url: String,
    /// The client whose rules are followed.
    pub client: ProbeClient,
    /// Time for all of it, redirects included.
    pub budget: Duration,
    /// Hosts that a redirect may lead to.
    pub redirect_hosts: Vec<String>,
    /// Most bytes of the body that are read.
    pub limit: usize,
}

/// What was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The URL that answered, after redirects.
    pub url: String,
    /// Status.
    pub status: u16,
    /// Headers, lower-case names.
    pub headers: Vec<(String, Raw<String>)>,
    /// Body, at most the limit.
    pub body: Raw<Vec<u8>>,
    /// Whether more would have come.
    pub cut: bool,
}

/// Why nothing was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotFetched {
    /// The phase that failed; absent where nothing was contacted.
    pub phase: Option<Phase>,
    /// How.
    pub cause: Cause,
    /// Whether the time ran out.
    pub timed_out: bool,
    /// In words.
    pub detail: Raw<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_alone_is_compared_with_the_direct_route() {
        let plan = |direct| ProbePlan { direct, ..ProbePlan::new(ProbeClient::Python, Duration::from_secs(1)) };
        let beside = |target: &str| plan(true).beside(target).map(Raw::into_exposed);
        assert_eq!(beside("http://127.0.0.1:4000").as_deref(), Some("https://api.anthropic.com"));
        assert_eq!(beside("https://gateway.example/anthropic").as_deref(), Some("https://api.anthropic.com"));
        for other in ["https://api.anthropic.com", "https://bedrock-runtime.eu-west-1.amazonaws.com"] {
            assert_eq!(beside(other), None, "{other}");
        }
        assert_eq!(plan(false).beside("http://127.0.0.1:4000"), None);
        let named = ProbePlan { gateway: Some(Raw::text("https://other.example")), ..plan(true) };
        assert_eq!(
            named.beside("http://127.0.0.1:4000").map(Raw::into_exposed).as_deref(),
            Some("https://other.example")
        );
    }
}
