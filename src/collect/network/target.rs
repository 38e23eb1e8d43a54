//! The target of a request: what proxy rules are worked out for.

use std::net::IpAddr;

use url::Url;

use crate::model::Raw;

/// Scheme, host and port of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) https: bool,
    /// Host in lower case; an IPv6 address without its brackets.
    pub(crate) host: String,
    /// The address, where the host is one.
    pub(crate) address: Option<IpAddr>,
    /// The port, where the URL names one that is not the scheme's own.
    pub(crate) port: Option<u16>,
}

impl Target {
    /// The target of a base URL; one without a scheme counts as `https`.
    pub(crate) fn of(base_url: &str) -> Option<Self> {
        let text = base_url.trim();
        let url = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("https://{text}")) }.ok()?;
        let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let https = !matches!(url.scheme(), "http" | "ws");
        Some(Self { https, address: host.parse().ok(), host, port: url.port() })
    }

    /// The port that a connection goes to.
    pub(crate) fn effective_port(&self) -> u16 {
        self.port.unwrap_or(if self.https { 443 } else { 80 })
    }

    /// Whether the host is this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.address.is_some_and(|address| address.is_loopback())
    }

    /// Host, and port where one is named.
    pub(crate) fn shown(&self) -> Raw<String> {
        let host =
            if matches!(self.address, Some(IpAddr::V6(_))) { format!("[{}]", self.host) } else { self.host.clone() };
        Raw::new(match self.port {
            Some(port) => format!("{host}:{port}"),
            None => host,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_of_urls_with_and_without_scheme_and_port() {
        let target = Target::of("http://[::1]:8080/x").unwrap();
        assert_eq!((target.host.as_str(), target.effective_port(), target.is_loopback()), ("::1", 8080, true));
        assert_eq!(target.shown().expose(), "[::1]:8080");
        let target = Target::of("API.Anthropic.com").unwrap();
        assert_eq!((target.host.as_str(), target.effective_port(), target.https), ("api.anthropic.com", 443, true));
        assert_eq!(Target::of("https://"), None);
    }
}
