//! The network's side of the path: interfaces, VPN, default route, resolver, hosts file, and the answer of DNS.

use std::collections::BTreeSet;
use std::net::{IpAddr, ToSocketAddrs};
use std::path::Path;
use std::time::Duration;

use super::{PathParts, Reading, of_evidence, of_text};
use crate::collect::host::Host;
use crate::collect::network::target::Target;
use crate::collect::probe::{self, Pending};
use crate::model::{AbsenceReason, Raw};

/// Interfaces that containers and bridges of this machine come and go with.
const PASSING: &[&str] = &["veth", "br-", "docker", "virbr", "lxc", "cali", "cni", "flannel"];
/// Time for the system's own route command.
const ROUTE_LIMIT: Duration = Duration::from_millis(800);

pub(super) fn read(host: &dyn Host, parts: &PathParts, known: &mut Vec<(&'static str, Reading)>) {
    let scene = &parts.scene;
    let vpn: BTreeSet<&str> =
        scene.host.surroundings.vpn_interfaces.iter().map(|name| name.expose().as_str()).collect();
    known.push(("VPN", of_text(Some(joined(vpn)))));
    let names = host.interfaces();
    let stays = |name: &&str| !PASSING.iter().any(|start| name.starts_with(start));
    let names: BTreeSet<&str> = names.iter().map(|name| name.expose().as_str()).filter(stays).collect();
    known.push(("network interfaces", of_text(Some(joined(names)))));
    known.push(("default route", default_route(host)));
    let resolver = of_evidence(&scene.network_env.resolver, |resolver| {
        let parts = [&resolver.nameservers, &resolver.search, &resolver.options];
        parts.map(|texts| joined(texts.iter().map(|text| text.expose().as_str()))).join("; ")
    });
    known.push(("resolver", resolver));
    known.push(("hosts file", hosts_file(host, parts)));
    known.push(("system proxy", of_evidence(&scene.network_env.system_proxy, |text| text.expose().clone())));
}

fn joined<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// Interface and gateway of the default route.
fn default_route(host: &dyn Host) -> Reading {
    match host.os() {
        "linux" => match host.read(Path::new("/proc/net/route"), 64 * 1024) {
            Ok(file) => of_text(routes(&String::from_utf8_lossy(file.bytes.expose()))),
            Err(error) => Reading::Unknown(error.reason()),
        },
        "macos" => match host.run(Path::new("/sbin/route"), &["-n", "get", "default"], ROUTE_LIMIT) {
            Ok(ran) => {
                let text = String::from_utf8_lossy(ran.stdout.expose()).into_owned();
                let lines = text.lines().map(str::trim);
                let told = |line: &&str| line.starts_with("gateway:") || line.starts_with("interface:");
                of_text(Some(joined(lines.filter(told))))
            }
            Err(error) => Reading::Unknown(error.reason()),
        },
        _ => Reading::Unknown(AbsenceReason::Unsupported),
    }
}

/// The default routes of `/proc/net/route`: interface, destination, gateway in its first three columns; the destination
/// of a default route is zero.
fn routes(table: &str) -> Option<String> {
    let lines = table.lines().skip(1).filter_map(|line| {
        let mut columns = line.split_whitespace();
        let (name, destination, gateway) = (columns.next()?, columns.next()?, columns.next()?);
        (destination == "00000000").then(|| format!("{name} {gateway}"))
    });
    let lines: BTreeSet<String> = lines.collect();
    (!lines.is_empty()).then(|| lines.into_iter().collect::<Vec<_>>().join(", "))
}

fn target(parts: &PathParts) -> Option<Target> {
    let url = parts.scene.route.base_url.value().map_or("https://api.anthropic.com", |url| url.expose().as_str());
    Target::of(url)
}

/// The lines of the hosts file that name the target.
fn hosts_file(host: &dyn Host, parts: &PathParts) -> Reading {
    let Some(target) = target(parts) else { return Reading::Unset };
    let path = if host.os() == "windows" { r"C:\Windows\System32\drivers\etc\hosts" } else { "/etc/hosts" };
    let Ok(file) = host.read(Path::new(path), 256 * 1024) else { return Reading::Unset };
    let text = String::from_utf8_lossy(file.bytes.expose()).into_owned();
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let naming =
        lines.filter(|line| line.split_whitespace().skip(1).any(|name| name.eq_ignore_ascii_case(&target.host)));
    of_text(Some(
        naming.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("; "),
    ))
}

/// The answer of DNS for the target, where the network may be used: the networks of its addresses, because a content
/// delivery network gives other addresses of the same networks each time.
pub(super) fn public_answer(parts: &PathParts) -> Result<Pending<Reading>, Reading> {
    if !parts.network {
        return Err(Reading::Unknown(AbsenceReason::Offline));
    }
    let Some(target) = target(parts).filter(|target| target.address.is_none() && !target.is_loopback()) else {
        return Err(Reading::Unknown(AbsenceReason::NotApplicable));
    };
    Ok(probe::start("path-dns", move || match (target.host.as_str(), target.effective_port()).to_socket_addrs() {
        Ok(addresses) => {
            let networks: BTreeSet<String> = addresses.map(|address| network_of(address.ip())).collect();
            Reading::Set(Raw::new(networks.into_iter().collect::<Vec<_>>().join(", ")))
        }
        // A name that does not resolve is the same answer each time.
        Err(_) => Reading::Unset,
    }))
}

fn network_of(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => format!("{}.{}", v4.octets()[0], v4.octets()[1]),
        IpAddr::V6(v6) => format!("{:x}:{:x}", v6.segments()[0], v6.segments()[1]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_route_is_the_one_without_destination() {
        let table =
            "Iface\tDestination\tGateway\tFlags\neth0\t00000000\t0100A8C0\t0003\neth0\t0000A8C0\t00000000\t0001\n";
        assert_eq!(routes(table).as_deref(), Some("eth0 0100A8C0"));
        assert_eq!(routes("Iface\n"), None);
    }

    #[test]
    fn addresses_of_one_network_are_one_answer() {
        let of = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(of("160.79.104.10"), of("160.79.104.11"));
        assert_ne!(of("160.79.104.10"), of("10.79.104.11"));
        assert_eq!(of("2607:6bc0::10"), of("2607:6bc0::11"));
    }
}
