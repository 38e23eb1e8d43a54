//! The comparison: the client's own path, and the same with one variable changed at a time.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::time::Instant;

use super::fault::{Clock, millis};
use super::http::BODY_LIMIT;
use super::plan::Family;
use super::proxy::Proxy;
use super::trust::Store;
use super::way::{Met, Way, messages_path};
use super::{is_api, verdict};
use crate::collect::host::Host;
use crate::model::probe::{Comparison, Matrix, Phase, PhaseOutcome, ProbeVerdict};
use crate::model::safe::Millis;
use crate::model::{Collected, Raw};

/// The client's own path, as it was met.
#[derive(Clone, Copy)]
pub(crate) struct Own<'a> {
    pub(crate) way: &'a Way,
    pub(crate) met: &'a Met,
    pub(crate) verdict: &'a ProbeVerdict<Collected>,
    pub(crate) ms: Millis,
}

/// A path with one variable changed, and what came of it.
pub(crate) struct Tried {
    variable: &'static str,
    value: String,
    /// Whether the name could not be resolved.
    unresolved: bool,
    verdict: ProbeVerdict<Collected>,
    ms: Millis,
}

/// A path with one variable changed, or why it cannot be tried.
struct Change {
    variable: &'static str,
    value: String,
    way: Result<Way, &'static str>,
}

impl Change {
    async fn tried(self, clock: Clock, host: &dyn Host) -> Result<Tried, (Self, &'static str)> {
        match &self.way {
            Ok(way) => Ok(go(self.variable, self.value.clone(), way, clock, host).await),
            Err(why) => {
                let why = *why;
                Err((self, why))
            }
        }
    }
}

async fn go(variable: &'static str, value: String, way: &Way, clock: Clock, host: &dyn Host) -> Tried {
    let from = Instant::now();
    let ask = way.request(hyper::Method::POST, &messages_path(&way.url), "{}", BODY_LIMIT);
    let met = way.go(&ask, clock, host).await;
    let unresolved = met.fault.as_ref().is_some_and(|(phase, _)| *phase == Phase::Resolve);
    Tried { variable, value, unresolved, verdict: verdict::of(&met, is_api(&way.host())), ms: millis(from) }
}

/// Goes the path to another base URL, all else as it is.
pub(crate) async fn base_url(other: &Way, clock: Clock, host: &dyn Host) -> Tried {
    go("base-url", other.url.origin().ascii_serialization(), other, clock, host).await
}

/// What a future gives, where there is one.
pub(crate) async fn some<T, F: Future<Output = T>>(work: Option<F>) -> Option<T> {
    match work {
        Some(work) => Some(work.await),
        None => None,
    }
}

/// The own path beside another base URL alone.
pub(crate) fn pair(own: Own<'_>, other: Tried) -> Matrix<Collected> {
    told(vec![own_row(own), row(own, other)])
}

/// Goes each changed path, all at the same time, and compares it with the client's own. `passed_over` is a proxy that the
/// environment names and the client does not use.
pub(crate) async fn matrix(
    own: Own<'_>,
    other: Option<Tried>,
    passed_over: Option<Proxy>,
    clock: Clock,
    host: &dyn Host,
) -> Matrix<Collected> {
    let proxy = Box::pin(other_proxy(own.way, passed_over).tried(clock, host));
    let family = Box::pin(other_family(own).tried(clock, host));
    let store = Box::pin(other_store(own.way, host).tried(clock, host));
    let (proxy, family, store) = tokio::join!(proxy, family, store);
    let mut rows = vec![own_row(own)];
    let has_name = own.met.dns.as_ref().is_some_and(|dns| !dns.addresses.is_empty());
    rows.extend([proxy, family, store].into_iter().map(|done| match done {
        // A name without an address of the other family is no path that could work.
        Ok(tried) if tried.variable == "family" && tried.unresolved && has_name => {
            untried(tried.variable, tried.value, "the name has no address of this family")
        }
        Ok(tried) => row(own, tried),
        Err((change, why)) => untried(change.variable, change.value, why),
    }));
    rows.push(match other {
        Some(tried) => row(own, tried),
        None => untried("base-url", "another".to_owned(), "no other base URL is known; --gateway names one"),
    });
    told(rows)
}

fn told(rows: Vec<Comparison<Collected>>) -> Matrix<Collected> {
    let sentence = Raw::new(sentence(&rows));
    Matrix { rows, sentence }
}

fn other_proxy(own: &Way, passed_over: Option<Proxy>) -> Change {
    let (value, way) = match (&own.proxy, passed_over) {
        (Some(proxy), _) => {
            let source = proxy.source.expose();
            (format!("direct, without {source}"), Ok(Way { proxy: None, ..own.clone() }))
        }
        (None, Some(proxy)) => {
            let value = format!("{}, which {} names", proxy.address(), proxy.source.expose());
            (value, Ok(Way { proxy: Some(proxy), ..own.clone() }))
        }
        (None, None) => (
            "a proxy".to_owned(),
            Err("the client's own path is direct already and no variable names a proxy; --via names one to try"),
        ),
    };
    Change { variable: "proxy", value, way }
}

/// The family of the address that the own path went to.
fn family_of(met: &Met) -> Option<Family> {
    let reached = met.phases.iter().find(|step| step.phase == Phase::Tcp && step.outcome == PhaseOutcome::Ok)?;
    let address: SocketAddr = reached.address.as_ref()?.expose().parse().ok()?;
    Some(if address.is_ipv6() { Family::V6 } else { Family::V4 })
}

fn other_family(own: Own<'_>) -> Change {
    let (family, label) = match own.way.family.or_else(|| family_of(own.met)) {
        Some(Family::V4) => (Family::V6, "IPv6"),
        Some(Family::V6) | None => (Family::V4, "IPv4"),
    };
    let first = own.way.proxy.as_ref().map_or_else(|| own.way.host(), |proxy| proxy.host.clone());
    let way = if first.parse::<IpAddr>().is_ok() {
        Err("the host that is contacted is an address, which has one family")
    } else {
        Ok(Way { family: Some(family), ..own.way.clone() })
    };
    Change { variable: "family", value: label.to_owned(), way }
}

fn other_store(own: &Way, host: &dyn Host) -> Change {
    let store = if own.store.words == "the public roots" { Store::system(host) } else { Store::public() };
    let value = format!("{} in place of {}", store.words, own.store.words);
    let way = if own.is_tls() { Ok(Way { store: Arc::new(store), ..own.clone() }) } else { Err("the path has no TLS") };
    Change { variable: "trust-store", value, way }
}

fn own_row(own: Own<'_>) -> Comparison<Collected> {
    let value =
        own.way.proxy.as_ref().map_or_else(|| "direct".to_owned(), |proxy| format!("proxy {}", proxy.address()));
    row(own, Tried { variable: "none", value, unresolved: false, verdict: own.verdict.clone(), ms: own.ms })
}

fn row(own: Own<'_>, tried: Tried) -> Comparison<Collected> {
    Comparison {
        variable: tried.variable,
        value: Raw::new(tried.value),
        tried: true,
        up: Some(tried.verdict.path_up),
        cause: Some(tried.verdict.cause),
        flips: tried.verdict.path_up != own.verdict.path_up,
        ms: tried.ms,
        detail: tried.verdict.why,
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
    let Some(own) = rows.first() else { return String::new() };
    let (state, other) = if own.up == Some(true) { ("up", "breaks it") } else { ("down", "brings it up") };
    let changed = |row: &Comparison<Collected>| format!("changing {} to {} alone", row.variable, row.value.expose());
    let flips: Vec<String> =
        rows.iter().filter(|row| row.flips).map(|row| format!("{} {other}", changed(row))).collect();
    if !flips.is_empty() {
        return format!("The client's own path is {state}; {}.", flips.join("; "));
    }
    // Still down, and in another way: the change moved something.
    let moved = rows.iter().filter(|row| row.tried && row.up == Some(false) && row.cause != own.cause);
    let moved: Vec<String> = moved
        .filter_map(|row| Some(format!("{} gives another failure ({})", changed(row), row.cause?.word())))
        .collect();
    match (rows.iter().filter(|row| row.tried).count(), moved.is_empty()) {
        (..2, _) => format!("The client's own path is {state}, and nothing else could be tried."),
        (_, true) => {
            format!("The client's own path is {state}, and no single change of those tried makes a difference.")
        }
        (_, false) => format!(
            "The client's own path is {state}, and no single change of those tried brings it up; {}.",
            moved.join("; ")
        ),
    }
}
