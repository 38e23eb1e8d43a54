//! The way of one request: resolve, connect, tunnel, shake hands, ask. Each phase leaves a line, and the first that fails
//! ends the way.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::time::Instant;
use tokio_rustls::rustls::pki_types::CertificateDer;
use url::Url;

use super::fault::{Clock, Fault, line};
use super::http::{Answer, Ask, Line};
use super::plan::Family;
use super::proxy::{self, Kind, Proxy};
use super::stream::Stream;
use super::trust::{Problem, Store};
use super::{chain, resolve, socks, tcp, tls, trust};
use crate::collect::host::Host;
use crate::model::probe::{DnsFacts, Phase, PhaseResult, ProbeClient, ProxyFacts, TlsFacts};
use crate::model::vocabulary::Cause;
use crate::model::{Collected, Raw};

/// A way that is to be gone, fully decided.
#[derive(Clone)]
pub(crate) struct Way {
    pub(crate) url: Url,
    pub(crate) client: ProbeClient,
    pub(crate) proxy: Option<Proxy>,
    pub(crate) family: Option<Family>,
    pub(crate) store: Arc<Store>,
    /// What the certificate of a proxy that is reached over TLS is held to.
    pub(crate) proxy_store: Arc<Store>,
    pub(crate) nameserver: Option<SocketAddr>,
}

/// What was met on the way.
#[derive(Default)]
pub(crate) struct Met {
    pub(crate) phases: Vec<PhaseResult<Collected>>,
    pub(crate) dns: Option<DnsFacts<Collected>>,
    pub(crate) proxy: Option<ProxyFacts<Collected>>,
    pub(crate) tls: Option<TlsFacts<Collected>>,
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) problem: Option<Problem>,
    pub(crate) answer: Option<Answer>,
    pub(crate) fault: Option<(Phase, Fault)>,
    /// The connection, as long as it stands.
    pub(crate) line: Option<Line>,
}

impl Way {
    /// Host of the URL, an IPv6 address without its brackets.
    pub(crate) fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned()
    }

    pub(crate) fn is_tls(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub(crate) fn port(&self) -> u16 {
        self.url.port().unwrap_or(if self.is_tls() { 443 } else { 80 })
    }

    /// `host:port`, as CONNECT wants it.
    fn target(&self) -> String {
        format!("{}:{}", self.url.host_str().unwrap_or_default(), self.port())
    }

    /// Whether the proxy is asked for a tunnel. Node's agent does so for plain HTTP too.
    fn tunnels(&self) -> bool {
        self.is_tls() || self.client == ProbeClient::Typescript
    }

    /// Protocols that the client offers by ALPN: those whose HTTP library speaks HTTP/2 by default offer it.
    fn protocols(&self) -> &'static [&'static str] {
        match self.client {
            ProbeClient::Curl | ProbeClient::Go => &["h2", "http/1.1"],
            _ => &["http/1.1"],
        }
    }

    /// A request over this way, for this path of the URL's host.
    pub(crate) fn request(&self, method: hyper::Method, path: &str, body: &'static str, limit: usize) -> Ask {
        let authority = match self.url.port() {
            Some(port) => format!("{}:{port}", self.url.host_str().unwrap_or_default()),
            None => self.url.host_str().unwrap_or_default().to_owned(),
        };
        let plain_proxy = self.proxy.as_ref().filter(|proxy| !self.tunnels() && !proxy.kind.is_socks());
        let target = if plain_proxy.is_some() { format!("http://{authority}{path}") } else { path.to_owned() };
        let proxy_authorization = plain_proxy.and_then(Proxy::authorization);
        Ask { method, target, authority, body, proxy_authorization, limit }
    }

    /// Goes the way, with one request at its end.
    pub(crate) async fn go(&self, ask: &Ask, clock: Clock, host: &dyn Host) -> Met {
        let mut met = Met::default();
        if let Err(fault) = Box::pin(self.try_to_go(ask, clock, host, &mut met)).await {
            met.fault = Some(fault);
        }
        met
    }

    async fn try_to_go(&self, ask: &Ask, clock: Clock, host: &dyn Host, met: &mut Met) -> Result<(), (Phase, Fault)> {
        let stream = Box::pin(self.connect(clock, host, met)).await?;
        let (stream, h2) = if self.is_tls() {
            let end =
                End { name: &self.host(), address: self.target(), store: &self.store, protocols: self.protocols() };
            let shaken = handshake(stream, end, clock, met).await?;
            let h2 = shaken.get_ref().1.alpn_protocol() == Some(b"h2");
            (Box::new(shaken) as Stream, h2)
        } else {
            (stream, false)
        };
        let from = Instant::now();
        let asked = async {
            let mut line = Line::open(stream, h2).await?;
            let answer = line.ask(ask, clock).await?;
            Ok((line, answer))
        };
        let done = clock.hold(Cause::TimeoutRead, "no answer to the request in time", asked).await;
        let words = done.as_ref().map(|(_, answer)| format!("answered with {}", answer.status));
        met.phases.push(line(Phase::Http, from, None, words));
        let (line, answer) = done.map_err(|fault| (Phase::Http, fault))?;
        met.answer = Some(answer);
        met.line = Some(line);
        Ok(())
    }

    /// A stream to the target, through the proxy where there is one.
    async fn connect(&self, clock: Clock, host: &dyn Host, met: &mut Met) -> Result<Stream, (Phase, Fault)> {
        let Some(proxy) = &self.proxy else {
            return self.reach(&self.host(), self.port(), self.family, clock, host, met).await;
        };
        met.proxy = Some(proxy.facts());
        let mut stream = self.reach(&proxy.host, proxy.port, self.family, clock, host, met).await?;
        if proxy.kind == Kind::Https {
            stream = self.handshake_with(proxy, stream, clock, met).await?;
        }
        if !proxy.kind.is_socks() && !self.tunnels() {
            return Ok(stream);
        }
        let from = Instant::now();
        let mut facts = proxy.facts();
        let tunnel = async {
            match proxy.kind {
                Kind::Socks { remote_names } => {
                    let resolved = self.resolved_here(remote_names, None, clock).await?;
                    socks::five(stream, proxy, &self.host(), self.port(), resolved).await
                }
                Kind::Socks4 { remote_names } => {
                    let resolved = self.resolved_here(remote_names, Some(Family::V4), clock).await?;
                    socks::four(stream, proxy, &self.host(), self.port(), resolved).await
                }
                Kind::Http | Kind::Https => proxy::connect(stream, proxy, &self.target(), &mut facts).await,
            }
        };
        let done = Box::pin(clock.hold(Cause::Proxy, "the proxy gave no tunnel in time", tunnel)).await;
        met.proxy = Some(facts);
        let words = done.as_ref().map(|(_, words)| words.clone());
        met.phases.push(line(Phase::Proxy, from, Some(proxy.address()), words));
        done.map(|(stream, _)| stream).map_err(|fault| (Phase::Proxy, fault))
    }

    /// Resolves a name and connects to it.
    async fn reach(
        &self,
        name: &str,
        port: u16,
        family: Option<Family>,
        clock: Clock,
        host: &dyn Host,
        met: &mut Met,
    ) -> Result<Stream, (Phase, Fault)> {
        let from = Instant::now();
        let found = resolve::resolve(name, port, family, self.nameserver, clock).await;
        let is_address = name.parse::<std::net::IpAddr>().is_ok();
        let words = found.as_ref().map(|all| match (is_address, all.len()) {
            (true, _) => "an address, so nothing was asked".to_owned(),
            (false, 1) => "1 address".to_owned(),
            (false, number) => format!("{number} addresses"),
        });
        met.phases.push(line(Phase::Resolve, from, Some(name.to_owned()), words));
        met.dns = Some(resolve::facts(name, found.as_deref().unwrap_or_default(), self.nameserver, host));
        let addresses = found.map_err(|fault| (Phase::Resolve, fault))?;
        let (lines, stream) = tcp::connect(&addresses, clock).await;
        met.phases.extend(lines);
        stream.map(|stream| Box::new(stream) as Stream).map_err(|fault| (Phase::Tcp, fault))
    }

    /// The target's address, where this client resolves the name before it asks the proxy.
    async fn resolved_here(
        &self,
        remote_names: bool,
        family: Option<Family>,
        clock: Clock,
    ) -> Result<Option<SocketAddr>, Fault> {
        if remote_names {
            return Ok(None);
        }
        let name = self.host();
        let found = resolve::resolve(&name, self.port(), family.or(self.family), self.nameserver, clock).await?;
        Ok(found.first().copied())
    }

    /// TLS with the proxy itself. Its certificates are not those of the target, so what failed says whose they are.
    async fn handshake_with(
        &self,
        proxy: &Proxy,
        stream: Stream,
        clock: Clock,
        met: &mut Met,
    ) -> Result<Stream, (Phase, Fault)> {
        let end =
            End { name: &proxy.host, address: proxy.address(), store: &self.proxy_store, protocols: &["http/1.1"] };
        let shaken = handshake(stream, end, clock, met).await;
        let (chain, problem) = (std::mem::take(&mut met.chain), met.problem.take());
        met.tls = None;
        let words = |fault: &Fault| match (problem.as_ref(), chain.first().and_then(chain::issuer)) {
            (Some(problem), Some(issuer)) => {
                let (words, store) = (problem.words(), &self.proxy_store.words);
                let fix = if problem.cause() == Cause::TlsUntrusted { trust::proxy_fix(self.client) } else { "" };
                format!("the certificate of the proxy: {words}; issued by {issuer}, held to {store}{fix}")
            }
            _ => format!("with the proxy: {}", fault.detail.expose()),
        };
        match shaken {
            Ok(stream) => Ok(Box::new(stream)),
            Err((phase, fault)) => {
                let detail = Raw::new(words(&fault));
                if let Some(step) = met.phases.last_mut() {
                    step.detail = detail.clone();
                }
                Err((phase, Fault { detail, ..fault }))
            }
        }
    }
}

/// The other end of a handshake.
struct End<'a> {
    name: &'a str,
    address: String,
    store: &'a Arc<Store>,
    protocols: &'a [&'a str],
}

async fn handshake(
    stream: Stream,
    end: End<'_>,
    clock: Clock,
    met: &mut Met,
) -> Result<tokio_rustls::client::TlsStream<Stream>, (Phase, Fault)> {
    let from = Instant::now();
    let shaken = tls::shake(stream, end.name, Arc::clone(end.store), end.protocols, clock).await;
    let version = shaken.facts.as_ref().and_then(|facts| facts.version.clone()).unwrap_or_default();
    let words = shaken.stream.as_ref().map(|_| version);
    met.phases.push(line(Phase::Tls, from, Some(end.address), words));
    met.tls = shaken.facts;
    met.chain = shaken.seen.chain;
    met.problem = shaken.seen.problem;
    shaken.stream.map_err(|fault| (Phase::Tls, fault))
}

/// A URL that can be asked for, of the text of a base URL.
pub(crate) fn url_of(text: &str) -> Result<Url, Raw<String>> {
    let text = text.trim();
    let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&full).map_err(|error| Raw::new(error.to_string()))?;
    let usable = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty());
    if usable { Ok(url) } else { Err(Raw::text("expected http:// or https:// and a host")) }
}

/// The path of the Messages endpoint below a base URL, as clients build it.
pub(crate) fn messages_path(url: &Url) -> String {
    let path = url.path().trim_end_matches('/');
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    if path.ends_with("/v1/messages") { format!("{path}{query}") } else { format!("{path}/v1/messages{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_stands_below_the_base_url_as_clients_put_it() {
        let path = |text: &str| messages_path(&url_of(text).unwrap());
        assert_eq!(path("https://api.anthropic.com"), "/v1/messages");
        assert_eq!(path("https://gw.example/anthropic/"), "/anthropic/v1/messages");
        assert_eq!(path("https://gw.example/v1"), "/v1/v1/messages");
        assert_eq!(path("https://api.anthropic.com/v1/messages?beta=true"), "/v1/messages?beta=true");
        assert!(url_of("ftp://x").is_err() && url_of("https://").is_err());
    }
}
