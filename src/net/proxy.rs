//! Phase three: a proxy. Its URL, and the tunnel that it is asked for: CONNECT, or SOCKS 5.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use base64::Engine as _;
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use url::Url;

use super::fault::Fault;
use super::http::fault as http_fault;
use super::stream::Stream;
use crate::model::probe::{ProbeClient, ProxyFacts};
use crate::model::safe::HttpStatus;
use crate::model::vocabulary::Cause;
use crate::model::{Collected, KnownValue, Raw};

/// Longest head of a proxy's answer.
const HEAD_LIMIT: usize = 16 * 1024;

/// A way to speak to a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Http,
    Https,
    /// SOCKS 5; the flag says whether the proxy resolves the target's name.
    Socks {
        remote_names: bool,
    },
}

/// A proxy, as its URL tells it.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    pub(crate) kind: Kind,
    pub(crate) host: String,
    pub(crate) port: u16,
    login: Option<(Raw<String>, Raw<String>)>,
    /// What names it.
    pub(crate) source: Raw<String>,
}

impl Proxy {
    /// Reads a proxy's URL as the client does; one without a scheme is an HTTP proxy.
    pub(crate) fn of(text: &str, source: Raw<String>, client: ProbeClient) -> Result<Self, Fault> {
        let bad = |words: &str| Fault::new(Cause::Proxy, words);
        let text = text.trim();
        let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&full).map_err(|_| bad("the proxy's URL cannot be read"))?;
        let host = url.host_str().map(|host| host.trim_start_matches('[').trim_end_matches(']').to_owned());
        let host = host.filter(|host| !host.is_empty()).ok_or_else(|| bad("the proxy's URL names no host"))?;
        let (kind, port) = match url.scheme() {
            "http" => (Kind::Http, if client == ProbeClient::Curl { 1080 } else { 80 }),
            "https" => (Kind::Https, 443),
            // Only curl resolves the target's name itself for `socks5`.
            "socks5" => (Kind::Socks { remote_names: client != ProbeClient::Curl }, 1080),
            "socks5h" | "socks" => (Kind::Socks { remote_names: true }, 1080),
            _ => {
                return Err(bad(
                    "the scheme of the proxy's URL is none that a probe speaks: http, https, socks5, socks5h",
                ));
            }
        };
        if matches!(kind, Kind::Socks { .. }) && matches!(client, ProbeClient::Typescript | ProbeClient::ClaudeCode) {
            return Err(bad("this client does not speak SOCKS"));
        }
        // `url` drops a port that is the scheme's own.
        let port =
            url.port().or_else(|| full.contains(":80").then(|| url.port_or_known_default()).flatten()).unwrap_or(port);
        let decoded = |text: &str| Raw::new(percent_decode_str(text).decode_utf8_lossy().into_owned());
        let has_login = !url.username().is_empty() || url.password().is_some();
        let login = has_login.then(|| (decoded(url.username()), decoded(url.password().unwrap_or_default())));
        Ok(Self { kind, host, port, login, source })
    }

    pub(crate) fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    pub(crate) fn facts(&self) -> ProxyFacts<Collected> {
        ProxyFacts {
            kind: match self.kind {
                Kind::Http => "http",
                Kind::Https => "https",
                Kind::Socks { remote_names: false } => "socks5",
                Kind::Socks { remote_names: true } => "socks5h",
            },
            address: Raw::new(self.address()),
            has_credentials: self.login.is_some(),
            source: self.source.clone(),
            status: None,
            offered: Vec::new(),
            headers: BTreeMap::new(),
        }
    }

    /// The header that logs in.
    pub(crate) fn authorization(&self) -> Option<Raw<String>> {
        let (user, password) = self.login.as_ref()?;
        let pair = format!("{}:{}", user.expose(), password.expose());
        Some(Raw::new(format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))))
    }

    /// What must never be shown.
    pub(crate) fn secrets(&self) -> Vec<KnownValue> {
        let Some((_, password)) = &self.login else { return Vec::new() };
        let known = |value: Raw<String>| KnownValue { value, kind: "proxy-password", place: self.source.clone() };
        let mut all = vec![known(password.clone())];
        all.extend(self.authorization().map(known));
        all.retain(|one| !one.value.expose().is_empty());
        all
    }
}

/// Asks an HTTP proxy for a tunnel.
pub(crate) async fn connect(
    stream: Stream,
    proxy: &Proxy,
    target: &str,
    facts: &mut ProxyFacts<Collected>,
) -> Result<(Stream, String), Fault> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEAD_LIMIT);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(|error| broken(&error))?;
    let driver = tokio::spawn(async move { drop(connection.with_upgrades().await) });
    let mut request = Request::builder().method(Method::CONNECT).uri(target).header("host", target);
    if let Some(login) = proxy.authorization() {
        request = request.header("proxy-authorization", login.expose().as_str());
    }
    let request = request.body(Empty::<Bytes>::new());
    let request = request.map_err(|_| Fault::new(Cause::Proxy, "the target cannot be asked for by CONNECT"))?;
    let answer = sender.send_request(request).await.map_err(|error| {
        driver.abort();
        broken(&error)
    })?;
    facts.status = HttpStatus::new(answer.status().as_u16());
    for (name, value) in answer.headers() {
        let text: String = String::from_utf8_lossy(value.as_bytes()).chars().take(300).collect();
        if name == "proxy-authenticate" {
            let scheme = text.split_whitespace().next().unwrap_or_default();
            facts.offered.push(Raw::text(scheme));
        }
        if let Some(name) = crate::ingest::shown_header(name.as_str()) {
            facts.headers.insert(name, Raw::new(text));
        }
    }
    let status = answer.status();
    if !status.is_success() {
        driver.abort();
        return Err(refused(status.as_u16(), proxy, facts));
    }
    let upgraded = hyper::upgrade::on(answer).await.map_err(|error| broken(&error))?;
    Ok((Box::new(TokioIo::new(upgraded)), format!("CONNECT was answered with {}", status.as_u16())))
}

fn refused(status: u16, proxy: &Proxy, facts: &ProxyFacts<Collected>) -> Fault {
    let words = match status {
        407 => {
            let offered: Vec<&str> = facts.offered.iter().map(|scheme| scheme.expose().as_str()).collect();
            let offered = if offered.is_empty() { "no way to log in".to_owned() } else { offered.join(", ") };
            let sent = if proxy.login.is_some() {
                "did not accept the user name and password"
            } else {
                "wants a user name and password"
            };
            format!("the proxy {sent} (407; it offers {offered})")
        }
        403 => "the proxy does not allow this host or port (403)".to_owned(),
        502..=504 => format!("the proxy could not reach the target ({status})"),
        _ => format!("the proxy answered CONNECT with {status}"),
    };
    Fault::new(Cause::Proxy, words)
}

/// A tunnel that broke before it stood is the proxy's fault.
fn broken(error: &hyper::Error) -> Fault {
    let fault = http_fault(error);
    Fault::new(Cause::Proxy, format!("the proxy gave no tunnel: {}", fault.detail.expose()))
}

/// Asks a SOCKS 5 proxy for a tunnel. Source: RFC 1928 and RFC 1929.
pub(crate) async fn socks(
    mut stream: Stream,
    proxy: &Proxy,
    host: &str,
    port: u16,
    resolved: Option<SocketAddr>,
) -> Result<(Stream, String), Fault> {
    let broke =
        |error: std::io::Error| Fault::new(Cause::Proxy, format!("the SOCKS proxy broke off: {}", error.kind()));
    let methods: &[u8] = if proxy.login.is_some() { &[5, 2, 0, 2] } else { &[5, 1, 0] };
    stream.write_all(methods).await.map_err(broke)?;
    let mut chosen = [0u8; 2];
    stream.read_exact(&mut chosen).await.map_err(broke)?;
    match (chosen, &proxy.login) {
        ([5, 0], _) => {}
        ([5, 2], Some((user, password))) => {
            let mut login = vec![1];
            for part in [user, password] {
                let bytes = part.expose().as_bytes();
                let length = u8::try_from(bytes.len());
                login.push(
                    length.map_err(|_| Fault::new(Cause::Proxy, "the user name or password is too long for SOCKS"))?,
                );
                login.extend_from_slice(bytes);
            }
            stream.write_all(&login).await.map_err(broke)?;
            stream.read_exact(&mut chosen).await.map_err(broke)?;
            if chosen[1] != 0 {
                return Err(Fault::new(Cause::Proxy, "the SOCKS proxy did not accept the user name and password"));
            }
        }
        ([5, _], _) => return Err(Fault::new(Cause::Proxy, "the SOCKS proxy wants a user name and password")),
        _ => return Err(Fault::new(Cause::Proxy, "what answers is no SOCKS 5 proxy")),
    }
    let mut ask = vec![5, 1, 0];
    match resolved.map(|address| address.ip()).or_else(|| host.parse().ok()) {
        Some(IpAddr::V4(address)) => ask.extend([1].into_iter().chain(address.octets())),
        Some(IpAddr::V6(address)) => ask.extend([4].into_iter().chain(address.octets())),
        None => {
            let length = u8::try_from(host.len()).map_err(|_| Fault::new(Cause::Proxy, "the host name is too long"))?;
            ask.extend([3, length]);
            ask.extend_from_slice(host.as_bytes());
        }
    }
    ask.extend(port.to_be_bytes());
    stream.write_all(&ask).await.map_err(broke)?;
    let mut head = [0u8; 4];
    stream.read_exact(&mut head).await.map_err(broke)?;
    let words = match head[1] {
        0 => "",
        1 => "a general failure",
        2 => "its rules do not allow the connection",
        3 => "the network is unreachable",
        4 => "the host is unreachable or its name does not resolve",
        5 => "the target refused the connection",
        6 => "the time ran out",
        _ => "it does not know this kind of request",
    };
    if !words.is_empty() {
        return Err(Fault::new(Cause::Proxy, format!("the SOCKS proxy gave no tunnel: {words} (reply {})", head[1])));
    }
    let rest = match head[3] {
        1 => 4,
        4 => 16,
        _ => usize::from(stream.read_u8().await.map_err(broke)?),
    };
    let mut bound = vec![0u8; rest + 2];
    stream.read_exact(&mut bound).await.map_err(broke)?;
    Ok((stream, "the SOCKS proxy opened the way".to_owned()))
}
