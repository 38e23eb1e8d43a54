//! Contact: the probe of the route and the status page, side by side, within what is left of the budget.
//!
//! What is to be contacted is worked out first, so that it can be said before it is done, and listed by a dry run.
//! Nothing else of a collection touches the network.

mod page;
mod system;
mod target;
mod told;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset};

use crate::collect::{Pending, Scene, start};
use crate::model::probe::{ProbeClient, ProbeResult};
use crate::model::route::Route;
use crate::model::safe::Timestamp;
use crate::model::status::StatusSnapshot;
use crate::model::vocabulary::Surface;
use crate::model::{Absence, AbsenceReason, Collected, Evidence, Provenance, Raw, Sensitive};
use crate::net;
use crate::plan::{NetworkPlan, StatusChoice};
use crate::status::{Context, Known, Page, known, read, snapshot};

pub use system::{network, survey};
pub use told::{Told, told};

/// The longest that the status page is waited for.
const STATUS_BUDGET: Duration = Duration::from_secs(3);

/// Why something on the network gave nothing. Its words are captured text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Timed out, failed, too large, ...
    pub reason: AbsenceReason,
    /// The phase and what happened in it.
    pub detail: Raw<String>,
    /// Whether something answered, so that another page may be asked.
    pub answered: bool,
}

/// A document to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// Its URL.
    pub url: &'a str,
    /// Hosts that a redirect may lead to.
    pub hosts: &'a [String],
    /// Bytes of the body that are read at most.
    pub limit: usize,
    /// The client whose rules are followed.
    pub client: ProbeClient,
}

/// An answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The URL that gave it, after redirects.
    pub url: String,
    /// HTTP status.
    pub status: u16,
    /// The body, as far as the limit.
    pub body: Raw<Vec<u8>>,
    /// Whether more would have come.
    pub cut: bool,
}

/// A way to walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// The base URL.
    pub url: Raw<String>,
    /// The client whose rules are followed.
    pub client: ProbeClient,
    /// Version of Node, where that client runs on it and it is known.
    pub runtime: Option<String>,
}

/// What a probe gives: its result, and what redaction must know of it.
pub type Probed = (ProbeResult<Collected>, Sensitive);

/// The network, as this stage sees it, so that a fake can stand in. Both end by `until`, and follow the rules of the client for
/// proxies and certificates.
pub trait Network: Send + Sync {
    /// Walks the route to a base URL, phase by phase, without key and without prompt.
    ///
    /// # Errors
    /// The probe itself could not be made; a path that is down is a result.
    fn probe(&self, walk: &Walk, until: Instant) -> Result<Probed, Trouble>;
    /// One GET request; redirects are followed within the list.
    ///
    /// # Errors
    /// Says in which phase no answer came.
    fn get(&self, question: &Question<'_>, until: Instant) -> Result<Answer, Trouble>;
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The status page.
    pub status: Evidence<Collected, StatusSnapshot<Collected>>,
    /// The probe.
    pub probe: Evidence<Collected, ProbeResult<Collected>>,
    /// What redaction must know of it, such as the password of a proxy.
    pub sensitive: Sensitive,
}

impl Found {
    /// Nothing, for one reason.
    #[must_use]
    pub fn nothing(reason: AbsenceReason) -> Self {
        let (status, probe) = (Evidence::absent(reason, "status"), Evidence::absent(reason, "probe"));
        Self { status, probe, sensitive: Sensitive::default() }
    }
}

/// What is to be contacted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The client whose rules are followed.
    client: ProbeClient,
    surface: Surface,
    probe: Result<Walk, AbsenceReason>,
    status: StatusChoice,
    failed_at: Option<Timestamp>,
}

/// Works out what is to be contacted.
#[must_use]
pub fn wanted(plan: &NetworkPlan, scene: &Scene, failed_at: Option<&Timestamp>) -> Wanted {
    let client = net::client_of(scene.client.surface);
    let runtime = scene.client.runtime.value().and_then(told::node_version);
    let walk = || Walk { url: base_url(&scene.route), client, runtime };
    Wanted {
        client,
        surface: scene.client.surface,
        probe: plan.probe.map_or_else(|| Ok(walk()), Err),
        status: plan.status.clone(),
        failed_at: failed_at.cloned(),
    }
}

/// The base URL that is probed: the failing client's, or the API's own where that is not known or cannot be probed.
fn base_url(route: &Route<Collected>) -> Raw<String> {
    let known = route.base_url.value().and_then(|url| target::probed(url.expose()));
    Raw::new(known.unwrap_or_else(|| target::DEFAULT.to_owned()))
}

impl Wanted {
    /// What is contacted, a line each: the host, and what for. Empty where nothing is.
    #[must_use]
    pub fn lines(&self) -> Vec<Raw<String>> {
        let client = self.client.word();
        let probe = self.probe.iter().flat_map(|walk| {
            let host = target::shown(walk.url.expose());
            let own = Raw::new(format!("{host} (probe by the rules of {client}; no key and no prompt is sent)"));
            let beside = walk.plan(Duration::ZERO).beside(walk.url.expose()).map(|url| {
                let host = target::shown(url.expose());
                Raw::new(format!("{host} (the same empty request on the direct route, to compare)"))
            });
            [Some(own), beside].into_iter().flatten()
        });
        let pages = if matches!(self.status, StatusChoice::Fetch) { known().pages.as_slice() } else { &[] };
        let pages = pages.iter().enumerate().map(|(at, page)| {
            let when = if at == 0 { "status page" } else { "status page, if the one before gives nothing" };
            Raw::new(format!("{} ({when})", target::shown(page)))
        });
        probe.chain(pages).collect()
    }
}

/// Contacts what is wanted, side by side, and returns by `until`.
#[must_use]
pub fn contact(wanted: &Wanted, network: &Arc<dyn Network>, now: DateTime<FixedOffset>, until: Instant) -> Found {
    let probe = wanted.probe.as_ref().map(|walk| {
        let (network, walk) = (Arc::clone(network), walk.clone());
        start("route", move || network.probe(&walk, until))
    });
    let page = Fetching::start(wanted, network, known(), until);
    let status = status(wanted, page, now);
    let (probe, sensitive) = match probe {
        Err(reason) => (Evidence::absent(*reason, "probe"), Sensitive::default()),
        Ok(pending) => probed(pending, until),
    };
    Found { status, probe, sensitive }
}

fn probed(
    pending: Pending<Result<Probed, Trouble>>,
    until: Instant,
) -> (Evidence<Collected, ProbeResult<Collected>>, Sensitive) {
    match pending.wait(until) {
        Ok(Ok((result, sensitive))) => (Evidence::captured(result, Provenance::contact("the probe")), sensitive),
        Ok(Err(trouble)) => (troubled(trouble, "probe"), Sensitive::default()),
        Err(reason) => (Evidence::absent(reason, "probe"), Sensitive::default()),
    }
}

fn troubled<T>(trouble: Trouble, topic: &str) -> Evidence<Collected, T> {
    Evidence::Absent(Absence::new(trouble.reason, topic).because(trouble.detail))
}

/// The status page on its way, and how long it is waited for.
struct Fetching(Instant, Pending<Result<(Page, Raw<String>), Trouble>>);

impl Fetching {
    fn start(wanted: &Wanted, network: &Arc<dyn Network>, known: &'static Known, until: Instant) -> Option<Self> {
        let StatusChoice::Fetch = wanted.status else { return None };
        let (network, client, past) = (Arc::clone(network), wanted.client, wanted.failed_at.is_some());
        let until = until.min(Instant::now() + STATUS_BUDGET);
        let asked = page::Asked { known, client, past, until };
        Some(Self(until, start("status", move || page::fetch(network.as_ref(), &asked))))
    }
}

/// The status page, fetched or saved, or why it is not there.
fn status(
    wanted: &Wanted,
    fetching: Option<Fetching>,
    now: DateTime<FixedOffset>,
) -> Evidence<Collected, StatusSnapshot<Collected>> {
    let seen = |page, source: Raw<String>, fetched_at| {
        let failed_at = wanted.failed_at.as_ref();
        snapshot(page, &Context { source, fetched_at, surface: wanted.surface, failed_at })
    };
    match (&wanted.status, fetching) {
        (StatusChoice::Off(reason), _) => Evidence::absent(*reason, "status"),
        (StatusChoice::File(file), _) => match read(file.text.expose().as_bytes()) {
            Ok(page) => {
                let place = Raw::new(file.path.display().to_string());
                Evidence::captured(seen(page, place.clone(), None), Provenance::file(place))
            }
            Err(why) => troubled(page::unreadable(why.words().to_owned()), "status"),
        },
        (StatusChoice::Fetch, Some(Fetching(until, pending))) => match pending.wait(until) {
            Ok(Ok((page, url))) => {
                let fetched_at = Some(Timestamp::new(now));
                Evidence::captured(seen(page, url.clone(), fetched_at), Provenance::contact(url))
            }
            Ok(Err(trouble)) => troubled(trouble, "status"),
            Err(reason) => Evidence::absent(reason, "status"),
        },
        (StatusChoice::Fetch, None) => Evidence::absent(AbsenceReason::Failed, "status"),
    }
}

#[cfg(test)]
mod tests;
