//! What the certificates say of the way: public, private, or made by a product that opens connections; who would trust
//! them, and which variable would make the others.

use std::sync::OnceLock;

use serde::Deserialize;
use tokio_rustls::rustls::pki_types::{ServerName, UnixTime};

use super::chain;
use super::node::Node;
use super::trust::{self, Problem, Store};
use super::way::Met;
use crate::collect::network::ca;
use crate::collect::vars::Vars;
use crate::model::probe::{ClientTrust, Interception, InterceptionKind, ProbeClient};
use crate::model::{Collected, Raw};

#[derive(Debug, Deserialize)]
struct Product {
    product: String,
    words: Vec<String>,
}

/// Products that open TLS connections.
fn products() -> &'static [Product] {
    static PRODUCTS: OnceLock<Vec<Product>> = OnceLock::new();
    PRODUCTS.get_or_init(|| crate::data::read(data!("net/inspectors")).unwrap_or_default())
}

/// The product that an issuer's name tells of.
fn product(issuer: &str) -> Option<&'static str> {
    let issuer = issuer.to_ascii_lowercase();
    let told = |product: &&Product| product.words.iter().any(|word| issuer.contains(word.as_str()));
    products().iter().find(told).map(|product| product.product.as_str())
}

/// The verdict on the chain that was met, where one was.
pub(crate) fn judge(
    met: &Met,
    host: &str,
    now: UnixTime,
    node: Node,
    vars: &Vars<'_>,
) -> Option<Interception<Collected>> {
    let leaf = met.chain.first()?;
    let name = ServerName::try_from(host.to_owned()).ok()?;
    let issuer = chain::issuer(leaf);
    let product = met.chain.iter().filter_map(|one| chain::issuer(one)).find_map(|issuer| product(&issuer));
    let public = Store::public().problem(&met.chain, &name, now);
    let system = Store::system(vars.host).problem(&met.chain, &name, now);
    let trusted_root = |problem: &Option<Problem>| {
        !matches!(problem, Some(Problem::Untrusted | Problem::SelfSigned | Problem::Other(_)))
    };
    let is_public = trusted_root(&public);
    let verdict = verdict(met.problem.as_ref(), public.as_ref(), is_public, product.is_some());
    let clients = ProbeClient::ALL.map(|client| trusting((client, node), met, &name, now, vars)).into();
    Some(Interception {
        verdict,
        why: Raw::new(why(verdict, issuer.as_deref(), product)),
        issuer: issuer.map(Raw::new),
        product: product.map(str::to_owned),
        public_root: is_public,
        system_store: system.is_none(),
        clients,
    })
}

fn verdict(own: Option<&Problem>, public: Option<&Problem>, is_public: bool, known: bool) -> InterceptionKind {
    if !is_public && known {
        return InterceptionKind::InterceptedBy;
    }
    // The client's own store tells more than the public roots where it trusts a private one.
    match own.or(public.filter(|_| is_public)) {
        Some(Problem::Expired) => InterceptionKind::Expired,
        Some(Problem::NotYetValid) => InterceptionKind::ClockSkew,
        Some(Problem::WrongName) => InterceptionKind::NameMismatch,
        Some(Problem::SelfSigned) => InterceptionKind::SelfSigned,
        _ if is_public => InterceptionKind::None,
        Some(Problem::Other(_)) => InterceptionKind::Unknown,
        _ => InterceptionKind::PrivateCa,
    }
}

fn why(verdict: InterceptionKind, issuer: Option<&str>, product: Option<&str>) -> String {
    let issuer = issuer.unwrap_or("an unnamed issuer");
    match verdict {
        InterceptionKind::None => {
            "the chain ends in a public root, so nothing on the way opens the connection".to_owned()
        }
        InterceptionKind::InterceptedBy => {
            format!(
                "the certificate was issued by {issuer}, as {} does for the connections it opens",
                product.unwrap_or("a product")
            )
        }
        InterceptionKind::PrivateCa => {
            format!(
                "the certificate was issued by {issuer}, whose root is not public: a private authority, or a product that opens the connection"
            )
        }
        InterceptionKind::SelfSigned => "the certificate is signed by itself".to_owned(),
        InterceptionKind::Expired => {
            "a certificate of the chain is past its end by the clock of this machine".to_owned()
        }
        InterceptionKind::NameMismatch => "the certificate is for other names than the host that was asked".to_owned(),
        InterceptionKind::ClockSkew => {
            "the certificate is not valid yet, which a clock that is behind explains best".to_owned()
        }
        InterceptionKind::Unknown => "the certificate cannot be judged".to_owned(),
    }
}

/// Whether one client would trust the chain, and what would make it.
fn trusting(
    (client, node): (ProbeClient, Node),
    met: &Met,
    name: &ServerName<'_>,
    now: UnixTime,
    vars: &Vars<'_>,
) -> ClientTrust<Collected> {
    let store = trust::of_client((client, node), vars);
    let problem = store.problem(&met.chain, name, now);
    let fix = problem.as_ref().filter(|p| matches!(p, Problem::Untrusted | Problem::SelfSigned)).map(|_| {
        let variable = trust::variable(client);
        match helping_file(met, name, now, vars) {
            Some((path, named_by)) => {
                format!("set {variable} to {path}, which {named_by} names and which holds the root")
            }
            None if Store::system(vars.host).problem(&met.chain, name, now).is_none() => match client {
                ProbeClient::Typescript => {
                    "set NODE_USE_SYSTEM_CA=1 (Node 22.19 or 24.6 and later), since the system's store holds the root"
                        .to_owned()
                }
                _ => format!("unset {variable}, since the system's store holds the root"),
            },
            None => {
                format!("set {variable} to a PEM file with the root of this issuer, from those who run the network")
            }
        }
    });
    ClientTrust { client, trusts: problem.is_none(), store: Raw::new(store.words), fix: fix.map(Raw::new) }
}

/// A file that some variable names and that holds the root of this chain.
fn helping_file(met: &Met, name: &ServerName<'_>, now: UnixTime, vars: &Vars<'_>) -> Option<(String, &'static str)> {
    ca::named(vars).into_iter().find_map(|named| {
        let (variable, path) = named.place();
        let store = Store::file(vars.host, std::path::Path::new(path.expose()));
        store.problem(&met.chain, name, now).is_none().then(|| (path.expose().clone(), variable))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_known_by_their_issuers_and_public_authorities_are_none() {
        assert_eq!(product("CN=Zscaler Intermediate Root CA (zscalerthree.net)"), Some("Zscaler"));
        assert_eq!(product("CN=mitmproxy, O=mitmproxy"), Some("mitmproxy"));
        for public in ["C=US, O=Google Trust Services, CN=WE1", "C=US, O=Let's Encrypt, CN=R11", "O=DigiCert Inc"] {
            assert_eq!(product(public), None, "{public}");
        }
    }

    #[test]
    fn a_private_root_that_the_client_trusts_is_still_no_public_one() {
        assert_eq!(verdict(None, Some(&Problem::Untrusted), false, false), InterceptionKind::PrivateCa);
        assert_eq!(verdict(None, Some(&Problem::Untrusted), false, true), InterceptionKind::InterceptedBy);
        assert_eq!(verdict(None, None, true, false), InterceptionKind::None);
        assert_eq!(
            verdict(Some(&Problem::NotYetValid), Some(&Problem::Untrusted), false, false),
            InterceptionKind::ClockSkew
        );
    }
}
