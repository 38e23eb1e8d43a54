//! Phase one: a name becomes addresses, by the system's resolver as clients do, or by one name server.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use hickory_resolver::Resolver;
use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;

use super::fault::{Clock, Fault};
use super::plan::Family;
use crate::collect::host::Host;
use crate::collect::{files, network};
use crate::model::probe::DnsFacts;
use crate::model::vocabulary::Cause;
use crate::model::{Collected, Raw};

/// Most addresses that are tried.
const MOST: usize = 8;
/// Longest wait for one answer of a name server.
const ONE_ANSWER: std::time::Duration = std::time::Duration::from_secs(3);
/// The ranges of Anthropic's API. Source: the page on IP addresses of its documentation.
const PUBLISHED: [&str; 2] = ["160.79.104.0/23", "2607:6bc0::/48"];

/// Addresses of a name, in the order in which they are tried.
pub(crate) async fn resolve(
    name: &str,
    port: u16,
    family: Option<Family>,
    nameserver: Option<SocketAddr>,
    clock: Clock,
) -> Result<Vec<SocketAddr>, Fault> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return kept(&[address], port, family);
    }
    let late = "no answer of the resolver in time";
    let found = match nameserver {
        Some(server) => clock.hold(Cause::Dns, late, ask(name, server)).await?,
        None => clock.hold(Cause::Dns, late, system(name, port, clock)).await?,
    };
    kept(&found, port, family)
}

/// The system's resolver; where it fails, a second look says how.
async fn system(name: &str, port: u16, clock: Clock) -> Result<Vec<IpAddr>, Fault> {
    let said = match tokio::net::lookup_host((name, port)).await {
        Ok(found) => return Ok(found.map(|address| address.ip()).collect()),
        Err(error) => error.to_string().replace("failed to lookup address information: ", ""),
    };
    let code = match hickory_resolver::system_conf::read_system_conf() {
        Ok((config, options)) => clock
            .hold(Cause::Dns, "no answer", async { lookup(name, config, options).await.map(|_| ()) })
            .await
            .err()
            .map(|fault| fault.detail),
        Err(_) => None,
    };
    let code = code.map_or_else(String::new, |words| format!("; a name server says: {}", words.expose()));
    Err(Fault::new(Cause::Dns, format!("{said}{code}")))
}

/// One name server alone.
async fn ask(name: &str, server: SocketAddr) -> Result<Vec<IpAddr>, Fault> {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = server.port();
        connection
    });
    let server = NameServerConfig::new(server.ip(), true, connections.to_vec());
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
    lookup(name, config, ResolverOpts::default()).await
}

async fn lookup(name: &str, config: ResolverConfig, mut options: ResolverOpts) -> Result<Vec<IpAddr>, Fault> {
    options.timeout = ONE_ANSWER;
    options.attempts = 1;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    options.use_hosts_file = ResolveHosts::Never;
    let resolver = Resolver::builder_with_config(config, TokioRuntimeProvider::default())
        .with_options(options)
        .build()
        .map_err(|error| said(&error))?;
    let found = resolver.lookup_ip(format!("{}.", name.trim_end_matches('.'))).await;
    found.map(|found| found.iter().collect()).map_err(|error| said(&error))
}

/// A resolver's error in words.
fn said(error: &NetError) -> Fault {
    let text = error.to_string();
    if error.is_nx_domain() {
        return Fault::new(Cause::Dns, "the name does not exist (NXDOMAIN)");
    }
    if text.contains("Server Failure") || text.to_ascii_lowercase().contains("servfail") {
        return Fault::new(Cause::Dns, "the name server failed (SERVFAIL)");
    }
    if error.is_no_records_found() {
        return Fault::new(Cause::Dns, "the name exists and has no address");
    }
    if matches!(error, NetError::Timeout) || text.contains("timed out") {
        return Fault::late(Cause::Dns, "the name server does not answer");
    }
    Fault::new(Cause::Dns, text)
}

/// Those of the wanted family, the two families in turn, each once.
fn kept(found: &[IpAddr], port: u16, family: Option<Family>) -> Result<Vec<SocketAddr>, Fault> {
    let (v6, v4): (Vec<IpAddr>, Vec<IpAddr>) = found.iter().copied().partition(IpAddr::is_ipv6);
    let first_is_v6 = found.first().is_some_and(IpAddr::is_ipv6);
    let (v6, v4) = match family {
        Some(Family::V4) => (Vec::new(), v4),
        Some(Family::V6) => (v6, Vec::new()),
        None => (v6, v4),
    };
    if v6.is_empty() && v4.is_empty() {
        let words = match family {
            Some(Family::V4) => "the name has no IPv4 address",
            Some(Family::V6) => "the name has no IPv6 address",
            None => "the name exists and has no address",
        };
        return Err(Fault::new(Cause::Dns, words));
    }
    let (first, second) = if first_is_v6 { (v6, v4) } else { (v4, v6) };
    let mut order: Vec<SocketAddr> = Vec::new();
    for at in 0..first.len().max(second.len()) {
        for address in [first.get(at), second.get(at)].into_iter().flatten() {
            let address = SocketAddr::new(*address, port);
            if !order.contains(&address) {
                order.push(address);
            }
        }
    }
    order.truncate(MOST);
    Ok(order)
}

/// What is shown of the resolution.
pub(crate) fn facts(
    name: &str,
    addresses: &[SocketAddr],
    nameserver: Option<SocketAddr>,
    host: &dyn Host,
) -> DnsFacts<Collected> {
    let of_system = || {
        let settings = network::resolver::read(host);
        settings.value().map(|resolver| resolver.nameservers.clone()).unwrap_or_default()
    };
    let is_api = name == "anthropic.com" || name.ends_with(".anthropic.com");
    let published = |address: &SocketAddr| {
        PUBLISHED.iter().filter_map(|net| net.parse::<ipnet::IpNet>().ok()).any(|net| net.contains(&address.ip()))
    };
    DnsFacts {
        name: Raw::text(name),
        addresses: addresses.iter().map(|address| Raw::new(address.ip().to_string())).collect(),
        resolvers: nameserver.map_or_else(of_system, |server| vec![Raw::new(server.to_string())]),
        in_hosts_file: in_hosts_file(name, host),
        in_published_ranges: (is_api && !addresses.is_empty()).then(|| addresses.iter().all(published)),
    }
}

fn in_hosts_file(name: &str, host: &dyn Host) -> bool {
    let path = if host.os() == "windows" { r"C:\Windows\System32\drivers\etc\hosts" } else { "/etc/hosts" };
    files::small(host, Path::new(path)).is_some_and(|text| {
        text.expose().lines().any(|line| {
            let line = line.split('#').next().unwrap_or_default();
            line.split_whitespace().skip(1).any(|word| word.eq_ignore_ascii_case(name))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::host::fake::FakeHost;

    fn ips(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn the_families_take_turns_and_the_first_of_the_system_stays_first() {
        let found = kept(&ips(&["::1", "::2", "10.0.0.1", "::1"]), 443, None).unwrap();
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["[::1]:443", "10.0.0.1:443", "[::2]:443"]);
    }

    #[test]
    fn a_family_without_address_is_a_failure_of_names() {
        let fault = kept(&ips(&["10.0.0.1"]), 443, Some(Family::V6)).unwrap_err();
        assert_eq!((fault.cause, fault.detail.expose().contains("IPv6")), (Cause::Dns, true));
    }

    #[test]
    fn addresses_outside_the_published_ranges_and_lines_of_the_hosts_file_are_told() {
        let host = FakeHost::new().file("/etc/hosts", "10.1.1.1 api.anthropic.com # by hand\n");
        let at = |text: &str| SocketAddr::new(text.parse().unwrap(), 443);
        let told = facts("api.anthropic.com", &[at("10.1.1.1")], None, &host);
        assert_eq!((told.in_hosts_file, told.in_published_ranges), (true, Some(false)));
        let told = facts("api.anthropic.com", &[at("160.79.104.10")], None, &FakeHost::new());
        assert_eq!((told.in_hosts_file, told.in_published_ranges), (false, Some(true)));
        assert_eq!(facts("gw.example", &[at("10.1.1.1")], None, &host).in_published_ranges, None);
    }
}
