//! Which URL a probe may ask. The base URL comes from logs and settings, so it is held to what an API can have.

use std::net::{IpAddr, Ipv6Addr};

use url::{Host, Url};

/// What is probed where the base URL is not known.
pub(super) const DEFAULT: &str = "https://api.anthropic.com";

/// The URL to probe for a base URL: without user information, query and fragment. `None` where it cannot be an API's: another
/// scheme, or an address that no client is meant to call.
pub(super) fn probed(base_url: &str) -> Option<String> {
    let text = base_url.trim();
    let text = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let mut url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let sane = match url.host()? {
        Host::Domain(name) => is_name(name),
        Host::Ipv4(address) => is_callable(IpAddr::V4(address)),
        Host::Ipv6(address) => is_callable(IpAddr::V6(address)),
    };
    url.set_username("").ok().filter(|()| sane)?;
    url.set_password(None).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    Some(url.as_str().trim_end_matches('/').to_owned())
}

/// Letters, digits, hyphens and points; an example's `<host>` or `your_gateway` with other signs is no name.
fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    name.len() <= 253 && name.trim_end_matches('.').split('.').all(label)
}

/// Not unspecified, multicast, broadcast or link-local: the last is where clouds keep their metadata service.
fn is_callable(address: IpAddr) -> bool {
    let link_local_v6 = |address: Ipv6Addr| address.segments()[0] & 0xffc0 == 0xfe80;
    let refused = address.is_unspecified() || address.is_multicast();
    match address {
        IpAddr::V4(v4) => !(refused || v4.is_link_local() || v4.is_broadcast()),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_callable(IpAddr::V4(v4)),
            // An address of AWS's metadata service outside the link-local range.
            None => !(refused || link_local_v6(v6) || v6 == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
        },
    }
}

/// Host, and port where one is named.
pub(super) fn shown(url: &str) -> String {
    let Ok(url) = Url::parse(url) else { return "the base URL".to_owned() };
    let host = url.host_str().unwrap_or("the base URL");
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_url_is_probed_without_what_is_private_in_it() {
        let url = probed(" https://joe:pass@gateway.example.com:8443/v1?key=1#x ").unwrap();
        assert_eq!(url, "https://gateway.example.com:8443/v1");
        assert_eq!(shown(&url), "gateway.example.com:8443");
        assert_eq!(probed("api.anthropic.com").unwrap(), DEFAULT);
        assert_eq!(probed("http://127.0.0.1:4000/").unwrap(), "http://127.0.0.1:4000");
    }

    #[test]
    fn what_cannot_be_an_api_is_not_probed() {
        for absurd in [
            "",
            "ftp://files.example.com",
            "file:///etc/passwd",
            "https://",
            "http://169.254.169.254/latest",
            "http://[fd00:ec2::254]/",
            "http://[::ffff:169.254.169.254]/",
            "http://0.0.0.0:80",
            "http://255.255.255.255",
            "http://[fe80::1]/",
            "http://224.0.0.1/",
            "https://<your-gateway>/",
            "https://a b/",
            "https://${GATEWAY}/",
        ] {
            assert_eq!(probed(absurd), None, "{absurd}");
        }
    }
}
