//! Phase one: a name becomes addresses, by the system's resolver as clients do, or by one name server.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use hickory_resolver::Resolver;
use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use tokio::time::{Instant, sleep, sleep_until};

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
const ONE_ANSWER: Duration = Duration::from_secs(3);
/// How long the system's resolver may take before the name servers are asked beside it.
const SECOND_LOOK: Duration = Duration::from_millis(400);
/// Kept back of the budget, so that what is known then is still told.
const MARGIN: Duration = Duration::from_millis(50);
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

/// The system's resolver, as clients ask it. It tells little of how it failed and waits long, so the name servers of its settings
/// are asked too where it fails or is slow.
async fn system(name: &str, port: u16, clock: Clock) -> Result<Vec<IpAddr>, Fault> {
    let asked = tokio::net::lookup_host((name, port));
    let look = async {
        sleep(SECOND_LOOK).await;
        second_look(name, clock).await
    };
    tokio::pin!(asked, look);
    let (mut said, mut told) = (None, None);
    let end = clock.end.checked_sub(MARGIN).unwrap_or(clock.end);
    while said.is_none() || told.is_none() {
        tokio::select! {
            done = &mut asked, if said.is_none() => match done {
                Ok(found) => return Ok(found.map(|address| address.ip()).collect()),
                Err(error) => said = Some(error.to_string().replace("failed to lookup address information: ", "")),
            },
            words = &mut look, if told.is_none() => told = Some(words),
            () = sleep_until(end) => break,
        }
    }
    Err(unresolved(said, told))
}

/// What the name servers of the system's settings say of a name.
async fn second_look(name: &str, clock: Clock) -> String {
    let Ok((config, mut options)) = hickory_resolver::system_conf::read_system_conf() else {
        return "the settings of the system name no name server that can be asked".to_owned();
    };
    let rest = clock.end.saturating_duration_since(Instant::now()).saturating_sub(2 * MARGIN);
    // By UDP, and where that is silent by TCP: both must fit.
    options.timeout = (rest / 2).min(ONE_ANSWER);
    match lookup(name, config, options).await {
        Ok(found) => {
            format!("a name server knows the name ({} addresses), and the system's resolver does not", found.len())
        }
        Err(fault) => format!("a name server says: {}", fault.detail.expose()),
    }
}

fn unresolved(said: Option<String>, told: Option<String>) -> Fault {
    let told = told.map_or_else(String::new, |words| format!("; {words}"));
    match said {
        Some(said) => Fault::new(Cause::Dns, format!("{said}{told}")),
        None => Fault::late(Cause::Dns, format!("no answer of the system's resolver in time{told}")),
    }
}

/// One name server alone.
async fn ask(name: &str, server: SocketAddr) -> Result<Vec<IpAddr>, Fault> {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = server.port();
        connection
    });
    let server = NameServerConfig::new(server.ip(), true, connections.to_vec());
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
    let mut options = ResolverOpts::default();
    options.timeout = ONE_ANSWER;
    lookup(name, config, options).await
}

async fn lookup(name: &str, config: ResolverConfig, mut options: ResolverOpts) -> Result<Vec<IpAddr>, Fault> {
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
    if text.contains("Query Refused") || text.to_ascii_lowercase().contains("refused") {
        return Fault::new(Cause::Dns, "the name server refuses the question (REFUSED)");
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
