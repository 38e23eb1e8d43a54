//! `NO_PROXY` under the rules of each client. The clients disagree; the measured matrix beside the tests is the reference.

use std::net::IpAddr;

use ipnet::IpNet;

use super::target::Target;

/// What a client makes of `NO_PROXY` for a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match<'a> {
    /// No entry matches: the proxy is used.
    No,
    /// This entry takes the request past the proxy.
    Entry(&'a str),
    /// The client cannot read this entry, and refuses to start.
    Refused(&'a str),
}

/// The rules of one client.
pub(crate) type Rules = for<'a> fn(&'a str, &Target) -> Match<'a>;

fn first<'a>(mut entries: impl Iterator<Item = &'a str>, hit: impl Fn(&str) -> bool) -> Match<'a> {
    entries.find(|entry| !entry.is_empty() && hit(entry)).map_or(Match::No, Match::Entry)
}

fn is_or_ends_in(host: &str, domain: &str) -> bool {
    let tail = host
        .len()
        .checked_sub(domain.len())
        .filter(|_| !domain.is_empty() && host.is_char_boundary(host.len() - domain.len()));
    tail.is_some_and(|at| host[at..].eq_ignore_ascii_case(domain) && (at == 0 || host.as_bytes()[at - 1] == b'.'))
}

/// The address or the network of an entry holds the address.
fn holds(entry: &str, address: IpAddr) -> bool {
    match entry.parse::<IpAddr>() {
        Ok(same) => same == address,
        Err(_) => entry.parse::<IpNet>().is_ok_and(|net| net.contains(&address)),
    }
}

/// Entry and port of `host:port`, where the port is a number and the host no bare IPv6 address.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    match entry.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

/// curl 7.86 and later: commas or blanks separate, `*` counts alone, dots at either end are ignored, no ports, networks match.
pub(crate) fn curl<'a>(list: &'a str, target: &Target) -> Match<'a> {
    if list == "*" {
        return Match::Entry("*");
    }
    let host = target.host.trim_end_matches('.');
    first(list.split([',', ' ', '\t']), |entry| {
        if let Some(address) = target.address {
            return holds(entry, address);
        }
        let entry = entry.strip_suffix('.').unwrap_or(entry);
        is_or_ends_in(host, entry.strip_prefix('.').unwrap_or(entry))
    })
}

/// httpx 0.28 (Anthropic's Python SDK before 1.0): entries become URL patterns; no networks; a port counts; `*` anywhere.
pub(crate) fn httpx<'a>(list: &'a str, target: &Target) -> Match<'a> {
    // All entries are read when the client is made, so a `*` ends the reading and a bad entry before it refuses.
    let entries = || list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    for entry in entries() {
        if entry == "*" {
            return Match::Entry(entry);
        }
        if httpx_pattern(entry).is_none() {
            return Match::Refused(entry);
        }
    }
    first(entries(), |entry| httpx_pattern(entry).is_some_and(|pattern| pattern.matches(target)))
}

/// A URL pattern of httpx.
struct Pattern<'a> {
    https: Option<bool>,
    host: &'a str,
    subdomains: bool,
    apex: bool,
    port: Option<u16>,
}

impl Pattern<'_> {
    fn matches(&self, target: &Target) -> bool {
        let exact = target.host.eq_ignore_ascii_case(self.host);
        let below = !exact && is_or_ends_in(&target.host, self.host);
        self.https.is_none_or(|https| https == target.https)
            && ((exact && self.apex) || (below && self.subdomains))
            && (self.port.is_none() || self.port == target.port)
    }
}

fn httpx_pattern(entry: &str) -> Option<Pattern<'_>> {
    let exact = |host| Pattern { https: None, host, subdomains: false, apex: true, port: None };
    if let Some((scheme, rest)) = entry.split_once("://") {
        let https = match scheme.to_ascii_lowercase().as_str() {
            "all" => None,
            scheme => Some(scheme == "https"),
        };
        let (host, port) = authority(rest, true)?;
        let own = if https == Some(true) { 443 } else { 80 };
        return Some(Pattern { https, port: port.filter(|port| https.is_none() || *port != own), ..exact(host) });
    }
    // An address stands alone, also before the `/` of a network, which the rest of the pattern then ignores.
    let before_slash = entry.split('/').next().unwrap_or(entry);
    if before_slash.parse::<IpAddr>().is_ok() || entry.eq_ignore_ascii_case("localhost") {
        return Some(exact(before_slash));
    }
    let (host, port) = authority(entry, false)?;
    // httpx puts a `*` before the entry: `*.x` then means subdomains only, and `**.x` nothing at all.
    Some(match host.strip_prefix('.') {
        Some(domain) => Pattern { subdomains: true, apex: false, port, ..exact(domain) },
        None => Pattern { subdomains: true, port, ..exact(host) },
    })
}

/// Host and port as httpx reads them; `None` where it finds the port invalid. Brackets count only at the very start, where
/// an entry without scheme has the `*` that httpx puts there.
fn authority(text: &str, at_start: bool) -> Option<(&str, Option<u16>)> {
    let text = text.split(['/', '?', '#']).next().unwrap_or(text);
    let bracketed = text.strip_prefix('[').filter(|_| at_start).and_then(|rest| rest.split_once(']'));
    let (host, port) = match bracketed {
        Some((host, rest)) => (host, rest.strip_prefix(':').unwrap_or(rest)),
        None => text.split_once(':').unwrap_or((text, "")),
    };
    if port.is_empty() { Some((host, None)) } else { port.parse().ok().map(|port| (host, Some(port))) }
}

/// httpx2 2.16 (Anthropic's Python SDK from 1.0): as httpx, and networks, `*.x` and bracketed addresses are understood.
pub(crate) fn httpx2<'a>(list: &'a str, target: &Target) -> Match<'a> {
    first(list.split(',').map(str::trim), |entry| {
        if entry == "*" {
            return true;
        }
        let (https, rest) = match entry.split_once("://") {
            Some(("http", rest)) => (Some(false), rest),
            Some(("https", rest)) => (Some(true), rest),
            Some((_, rest)) => (None, rest),
            None => (None, entry),
        };
        let scheme_given = rest.len() < entry.len();
        if https.is_some_and(|https| https != target.https) {
            return false;
        }
        if let Some(address) = target.address {
            let bare = rest.trim_start_matches('[').trim_end_matches(']');
            if holds(bare, address) {
                return true;
            }
        }
        let (host, port) = split_port(rest);
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if port.is_some() && port != target.port {
            return false;
        }
        let below_only = host.strip_prefix("*.").or_else(|| host.strip_prefix('.'));
        match (target.address, below_only) {
            (Some(address), _) => port.is_some() && holds(host, address),
            (None, Some(domain)) => !target.host.eq_ignore_ascii_case(domain) && is_or_ends_in(&target.host, domain),
            (None, None) if scheme_given => target.host.eq_ignore_ascii_case(host),
            (None, None) => is_or_ends_in(&target.host, host),
        }
    })
}

/// requests 2.34 with Python's urllib behind it: blanks are removed, leading dots ignored, networks for IPv4 only.
pub(crate) fn requests<'a>(list: &'a str, target: &Target) -> Match<'a> {
    if list.trim() == "*" {
        return Match::Entry("*");
    }
    let with_port = target.port.map(|port| format!("{}:{port}", target.host));
    // Blanks inside an entry are removed, which joins the words of a list separated by blanks into one that never matches.
    first(list.split(',').map(str::trim).filter(|entry| !entry.contains(' ')), |entry| {
        if let Some(IpAddr::V4(_)) = target.address {
            return target.address.is_some_and(|address| entry.contains('/') && holds(entry, address))
                || entry == target.host;
        }
        let domain = entry.trim_start_matches('.');
        is_or_ends_in(&target.host, domain) || with_port.as_deref().is_some_and(|host| is_or_ends_in(host, domain))
    })
}

/// undici 7.30 `EnvHttpProxyAgent`: commas or blanks, `.x` and `*.x` as `x`, ports, addresses exactly and bracketed.
pub(crate) fn undici<'a>(list: &'a str, target: &Target) -> Match<'a> {
    if list == "*" {
        return Match::Entry("*");
    }
    let host = match target.address {
        Some(IpAddr::V6(_)) => format!("[{}]", target.host),
        _ => target.host.clone(),
    };
    first(list.split(|c: char| c == ',' || c.is_whitespace()), |entry| {
        // Its pattern takes the digits after the last colon as a port, also in a bare IPv6 address.
        let (name, port) = match entry.rsplit_once(':') {
            Some((name, port)) if !name.is_empty() && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
                (name, port.parse().ok())
            }
            _ => (entry, None),
        };
        let name = name.strip_prefix("*.").or_else(|| name.strip_prefix('.')).unwrap_or(name);
        port.is_none_or(|port: u16| port == target.effective_port()) && is_or_ends_in(&host, name)
    })
}

/// Claude Code: commas or blanks, `*` alone; `.x` for a domain and what is below it, anything else exactly.
///
/// Source: its network documentation, which gives both `example.com` and `.example.com` in its examples. Not measured.
pub(crate) fn claude_code<'a>(list: &'a str, target: &Target) -> Match<'a> {
    if list.trim() == "*" {
        return Match::Entry("*");
    }
    first(list.split(|c: char| c == ',' || c.is_whitespace()), |entry| {
        let (name, port) = split_port(entry);
        if port.is_some_and(|port| port != target.effective_port()) {
            return false;
        }
        match name.strip_prefix("*.").or_else(|| name.strip_prefix('.')) {
            Some(domain) => is_or_ends_in(&target.host, domain),
            None => name.trim_start_matches('[').trim_end_matches(']').eq_ignore_ascii_case(&target.host),
        }
    })
}

/// Go's `httpproxy`: commas, `*` alone or as an entry, a leading dot for subdomains only, ports, networks.
///
/// Source: the documentation of `golang.org/x/net/http/httpproxy`. Loopback targets never use a proxy.
pub(crate) fn go<'a>(list: &'a str, target: &Target) -> Match<'a> {
    let host = target.host.trim_end_matches('.');
    first(list.split(',').map(str::trim), |entry| {
        if entry == "*" {
            return true;
        }
        if let (Some(address), Ok(net)) = (target.address, entry.parse::<IpNet>()) {
            return net.contains(&address);
        }
        let bare = entry.trim_start_matches('[').trim_end_matches(']');
        if let Ok(same) = bare.parse::<IpAddr>() {
            return target.address == Some(same);
        }
        let (name, port) = split_port(entry);
        if port.is_some_and(|port| port != target.effective_port()) {
            return false;
        }
        let name = name.trim_start_matches('[').trim_end_matches(']');
        if let (Some(address), Ok(same)) = (target.address, name.parse::<IpAddr>()) {
            return address == same;
        }
        match name.strip_prefix("*.").or_else(|| name.strip_prefix('.')) {
            Some(domain) => host.len() > domain.len() && is_or_ends_in(host, domain),
            None => is_or_ends_in(host, name),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MATRIX: &str = include_str!("../../../fixtures/no_proxy_matrix.txt");

    /// The measured clients, in the order of the matrix's columns.
    const COLUMNS: &[(&str, Rules)] =
        &[("curl", curl), ("httpx0.28", httpx), ("httpx2", httpx2), ("requests", requests), ("undici", undici)];

    #[test]
    fn the_measured_matrix_is_reproduced() {
        let mut rows = 0;
        for line in MATRIX.lines().skip(1).filter(|line| !line.is_empty()) {
            let cells: Vec<&str> = line.split(" | ").collect();
            let target = Target::of(cells[1]).unwrap();
            for ((client, rules), measured) in COLUMNS.iter().zip(&cells[2..]) {
                let got = match rules(cells[0], &target) {
                    Match::No => "proxied",
                    Match::Entry(_) => "bypass",
                    Match::Refused(_) => "ERR",
                };
                assert!(
                    measured.starts_with(got),
                    "{client}: {} for {} is {got}, measured {measured}",
                    cells[0],
                    cells[1]
                );
            }
            rows += 1;
        }
        assert_eq!(rows, 22);
    }

    #[test]
    fn go_follows_its_documentation() {
        let target = |url: &str| Target::of(url).unwrap();
        for (list, url, bypass) in [
            (".anthropic.com", "https://anthropic.com", false),
            (".anthropic.com", "https://api.anthropic.com", true),
            ("anthropic.com", "https://api.anthropic.com", true),
            ("*.anthropic.com", "https://api.anthropic.com", true),
            ("api.anthropic.com:8080", "https://api.anthropic.com", false),
            ("api.anthropic.com:443", "https://api.anthropic.com", true),
            ("10.0.0.0/8", "http://10.1.2.3", true),
            ("foo,*", "https://api.anthropic.com", true),
            ("foo anthropic.com", "https://api.anthropic.com", false),
            ("notanthropic.com", "https://anthropic.com", false),
        ] {
            assert_eq!(go(list, &target(url)) != Match::No, bypass, "{list} {url}");
        }
    }

    #[test]
    fn claude_code_takes_commas_or_blanks_and_exact_names() {
        let target = Target::of("https://api.anthropic.com").unwrap();
        for (list, bypass) in [
            ("api.anthropic.com", true),
            ("x api.anthropic.com", true),
            ("anthropic.com", false),
            (".anthropic.com", true),
            ("*", true),
        ] {
            assert_eq!(claude_code(list, &target) != Match::No, bypass, "{list}");
        }
    }

    #[test]
    fn no_rule_panics_on_odd_lists() {
        let lists = [
            "",
            ",",
            "é",
            ".",
            "*.",
            ":",
            "[",
            "]",
            "::::",
            "[::1]:80",
            "1.2.3.4/99",
            "a:b",
            "http://",
            "\u{1F980}.com",
            "x".repeat(5000).leak(),
        ];
        let targets =
            ["http://é.example", "https://[::1]:1", "http://1.2.3.4", "https://x"].map(|url| Target::of(url).unwrap());
        for rules in [curl, httpx, httpx2, requests, undici, claude_code, go] {
            for (list, target) in lists.iter().flat_map(|list| targets.iter().map(move |target| (list, target))) {
                let _ = rules(list, target);
            }
        }
        assert_eq!(curl("é", &targets[0]), Match::No);
    }
}
