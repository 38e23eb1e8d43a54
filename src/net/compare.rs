//! The comparison: the client's own path, and the same with one variable changed at a time.

use std::sync::Arc;

use tokio::time::Instant;

use super::fault::{Clock, millis};
use super::http::BODY_LIMIT;
use super::plan::Family;
use super::trust::Store;
use super::way::{Way, messages_path};
use super::{is_api, verdict};
use crate::collect::host::Host;
use crate::model::probe::{Comparison, Matrix, ProbeVerdict};
use crate::model::safe::Millis;
use crate::model::{Collected, Raw};

/// A path with one variable changed, or why it cannot be tried.
struct Change {
    variable: &'static str,
    value: String,
    way: Result<Way, &'static str>,
}

/// Goes each changed path, all at the same time, and compares it with the client's own.
pub(crate) async fn matrix(
    own: &Way,
    known: (&ProbeVerdict<Collected>, Millis),
    gateway: Option<&Way>,
    clock: Clock,
    host: &dyn Host,
) -> Matrix<Collected> {
    let (own_verdict, own_ms) = known;
    let mut rows = vec![row("none", own_label(own), own_verdict, own_verdict, own_ms)];
    let changes = changes(own, gateway, host);
    let mut tried: Vec<Option<(ProbeVerdict<Collected>, Millis)>> = Vec::new();
    let works = changes.iter().map(|change| async {
        let way = change.way.as_ref().ok()?;
        let from = Instant::now();
        let ask = way.request(hyper::Method::POST, &messages_path(&way.url), "{}", BODY_LIMIT);
        let met = way.go(&ask, clock, host).await;
        Some((verdict::of(&met, is_api(&way.host())), millis(from)))
    });
    let [a, b, c, d] = pins(works);
    let (a, b, c, d) = tokio::join!(some(a), some(b), some(c), some(d));
    tried.extend([a, b, c, d]);
    for (change, done) in changes.into_iter().zip(tried) {
        match (change.way, done) {
            (Ok(_), Some((found, ms))) => rows.push(row(change.variable, change.value, own_verdict, &found, ms)),
            (Err(why), _) => rows.push(untried(change.variable, change.value, why)),
            (Ok(_), None) => rows.push(untried(change.variable, change.value, "it was not tried")),
        }
    }
    let sentence = Raw::new(sentence(&rows));
    Matrix { rows, sentence }
}

/// The first four pieces of work: there are never more.
fn pins<T>(works: impl Iterator<Item = T>) -> [Option<T>; 4] {
    let mut all = works.map(Some).chain(std::iter::repeat_with(|| None));
    std::array::from_fn(|_| all.next().flatten())
}

async fn some<T, F: Future<Output = Option<T>>>(work: Option<F>) -> Option<T> {
    match work {
        Some(work) => work.await,
        None => None,
    }
}

fn own_label(own: &Way) -> String {
    own.proxy.as_ref().map_or_else(|| "direct".to_owned(), |proxy| format!("proxy {}", proxy.address()))
}

fn changes(own: &Way, gateway: Option<&Way>, host: &dyn Host) -> Vec<Change> {
    let direct = match &own.proxy {
        Some(_) => Ok(Way { proxy: None, ..own.clone() }),
        None => Err("the client's own path is direct already; --via names a proxy to try"),
    };
    let host_is_address = own.host().parse::<std::net::IpAddr>().is_ok();
    let (family, label) = match own.family {
        Some(Family::V4) => (Family::V6, "IPv6"),
        Some(Family::V6) => (Family::V4, "IPv4"),
        None => (Family::V6, "IPv6 alone"),
    };
    let other_family = if host_is_address && own.proxy.is_none() {
        Err("the host is an address, which has one family")
    } else {
        Ok(Way { family: Some(family), ..own.clone() })
    };
    let store = if own.store.words == "the public roots" { Store::system(host) } else { Store::public() };
    let store_label = store.words.clone();
    let other_store =
        if own.is_tls() { Ok(Way { store: Arc::new(store), ..own.clone() }) } else { Err("the path has no TLS") };
    let other_url = gateway.cloned().ok_or("no other base URL is known; --gateway names one");
    vec![
        Change { variable: "proxy", value: "direct".to_owned(), way: direct },
        Change { variable: "family", value: label.to_owned(), way: other_family },
        Change { variable: "trust-store", value: store_label, way: other_store },
        Change {
            variable: "base-url",
            value: gateway.map_or_else(|| "another".to_owned(), |way| way.url.origin().ascii_serialization()),
            way: other_url,
        },
    ]
}

fn row(
    variable: &'static str,
    value: String,
    own: &ProbeVerdict<Collected>,
    found: &ProbeVerdict<Collected>,
    ms: Millis,
) -> Comparison<Collected> {
    Comparison {
        variable,
        value: Raw::new(value),
        tried: true,
        up: Some(found.path_up),
        cause: Some(found.cause),
        flips: found.path_up != own.path_up,
        ms,
        detail: found.why.clone(),
    }
}

fn untried(variable: &'static str, value: String, why: &str) -> Comparison<Collected> {
    Comparison {
        variable,
        value: Raw::new(value),
        tried: false,
        up: None,
        cause: None,
        flips: false,
        ms: Millis(0),
        detail: Raw::text(why),
    }
}

fn sentence(rows: &[Comparison<Collected>]) -> String {
    let own = rows.first().and_then(|row| row.up).unwrap_or_default();
    let state = if own { "up" } else { "down" };
    let other = if own { "breaks it" } else { "brings it up" };
    let flips: Vec<String> = rows
        .iter()
        .filter(|row| row.flips)
        .map(|row| format!("changing {} to {} alone {other}", row.variable, row.value.expose()))
        .collect();
    let tried = rows.iter().filter(|row| row.tried).count();
    match flips.len() {
        0 if tried < 2 => format!("The client's own path is {state}, and nothing else could be tried."),
        0 => format!("The client's own path is {state}, and no single change of those tried makes a difference."),
        _ => format!("The client's own path is {state}; {}.", flips.join("; ")),
    }
}
