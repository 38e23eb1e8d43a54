//! Phase three: a proxy. Its URL, and the tunnel that an HTTP proxy is asked for: CONNECT.

use std::collections::BTreeMap;

use base64::Engine as _;
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use percent_encoding::percent_decode_str;
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
    /// SOCKS 4, or 4a where the proxy resolves the target's name.
    Socks4 {
        remote_names: bool,
    },
}

impl Kind {
    /// Whether the proxy speaks SOCKS.
    pub(crate) const fn is_socks(self) -> bool {
        matches!(self, Self::Socks { .. } | Self::Socks4 { .. })
    }
}

/// A proxy, as its URL tells it.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    pub(crate) kind: Kind,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) login: Option<(Raw<String>, Raw<String>)>,
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
            "socks4" => (Kind::Socks4 { remote_names: false }, 1080),
            "socks4a" => (Kind::Socks4 { remote_names: true }, 1080),
            _ => {
                return Err(bad(
                    "the scheme of the proxy's URL is none that a probe speaks: http, https, socks5, socks5h, socks4, socks4a",
                ));
            }
        };
        if kind.is_socks() && matches!(client, ProbeClient::Typescript | ProbeClient::ClaudeCode) {
            return Err(bad("this client does not speak SOCKS"));
        }
        if matches!(kind, Kind::Socks4 { .. }) && client != ProbeClient::Curl {
            return Err(bad("this client does not speak SOCKS 4; curl does"));
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
                Kind::Socks4 { remote_names: false } => "socks4",
                Kind::Socks4 { remote_names: true } => "socks4a",
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
