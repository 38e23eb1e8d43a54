//! Names of network interfaces that look like a VPN's.

/// Names followed by a number. A bare prefix would also take kernel devices such as `tunl0`.
const NUMBERED: &[&str] = &["tun", "tap", "utun", "wg", "ppp", "ipsec", "gpd", "cscotun", "zcc", "nebula", "xfrm"];
/// Names that start so.
const PREFIXES: &[&str] = &[
    "tailscale",
    "nordlynx",
    "nordtun",
    "proton",
    "zt",
    "wg-",
    "cloudflarewarp",
    "mullvad",
    "surfshark",
    "tun-",
    "vpn",
];
/// Words in the names that Windows gives.
const WORDS: &[&str] = &[
    "vpn",
    "wireguard",
    "tailscale",
    "zerotier",
    "anyconnect",
    "globalprotect",
    "pangp",
    "zscaler",
    "netskope",
    "fortinet",
    "forticlient",
    "cloudflare warp",
    "tap-windows",
    "wintun",
    "pulse secure",
    "juniper",
    "check point",
];

/// Whether the name looks like a VPN's.
pub(super) fn looks_like_vpn(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let numbered = |prefix: &&str| {
        name.strip_prefix(*prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    NUMBERED.iter().any(numbered)
        || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || WORDS.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vpn_interfaces_are_told_from_the_kernels_own() {
        for name in [
            "tun0",
            "utun4",
            "wg0",
            "ppp0",
            "tailscale0",
            "ztabcdef",
            "cscotun0",
            "PANGP Virtual Ethernet",
            "Corp VPN",
            "CloudflareWARP",
        ] {
            assert!(looks_like_vpn(name), "{name}");
        }
        for name in [
            "eth0",
            "lo",
            "tunl0",
            "docker0",
            "en0",
            "wlan0",
            "ip6tnl0",
            "vEthernet (WSL)",
            "br-12",
            "veth1",
            "Wi-Fi",
            "tun",
        ] {
            assert!(!looks_like_vpn(name), "{name}");
        }
    }
}
