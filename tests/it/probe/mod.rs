//! `evpack probe` against real servers on loopback: what each phase says, and what follows.

mod clients;
mod compare;
#[cfg(target_os = "linux")]
mod counted;
mod evidence;
mod faults;
mod firewalls;
mod handshake;
mod limits;
mod names;
mod namespaces;
pub mod pki;
mod programs;
mod proxies;
mod real_proxies;
pub mod servers;
mod tls;

use serde_json::Value;

use super::support::Evpack;

/// Runs a probe and reads its JSON.
pub fn probe(evpack: Evpack) -> (Option<i32>, Value) {
    let out = evpack.run();
    let text = String::from_utf8(out.stdout).unwrap();
    let json = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON:\n{text}\n{}", out.stderr));
    (out.code, json)
}

/// A probe of a URL as a client, and of nothing beside it.
pub fn asked(url: &str, client: &str) -> Evpack {
    Evpack::new(["probe", url, "--as", client, "--json", "--timeout", "5", "--gateway", "off"])
}

/// Exit code, cause, arrival and responder: what scripts route on.
pub fn said(evpack: Evpack) -> String {
    let (code, json) = probe(evpack);
    let word = |key: &str| json["verdict"][key].as_str().unwrap_or("?").to_owned();
    format!("{} {} {} {}", code.unwrap_or(-1), word("cause"), word("reached_api"), word("responder"))
}
