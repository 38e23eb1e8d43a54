//! The network, phase by phase: name, TCP, proxy, TLS, HTTP, each timed and named. The only door to the network.
//!
//! Nothing here sends a key or a prompt: the request is an empty one to the Messages endpoint, and the API's 401 with a
//! request id proves that the path is up. Everything that is received is bounded, and one budget of time holds for all.

mod chain;
mod choose;
mod clock;
mod compare;
mod fault;
mod gateway;
#[cfg(test)]
mod get_tests;
mod http;
mod idle;
mod interception;
mod node;
mod plan;
mod proxy;
mod resolve;
mod socks;
mod stream;
mod tcp;
mod tls;
mod trust;
mod verdict;
mod way;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_rustls::rustls::pki_types::UnixTime;

pub use plan::{Ask, Family, Fetched, NotFetched, ProbePlan, TrustChoice, Via, client_of};

use crate::collect::claude_code::settings::{self, Settings};
use crate::collect::host::Host;
use crate::collect::vars::Vars;
use crate::collect::{Scope, route, runtime};
use crate::model::probe::{Phase, PhaseOutcome, PhaseResult, ProbeClient, ProbeResult};
use crate::model::safe::Millis;
use crate::model::vocabulary::{Cause, Surface};
use crate::model::{Collected, Raw, Sensitive};
use fault::{Clock, Fault, millis};
use http::BODY_LIMIT;
use node::Node;
use way::{Met, Way, messages_path, url_of};

/// Most redirects that a fetch follows.
const MOST_REDIRECTS: usize = 3;
/// The least part of the budget that comparisons get: one of so many.
const SHARE: u32 = 3;
/// The longest that the direct route beside a gateway is waited for.
const BESIDE: Duration = Duration::from_secs(3);

/// A probe that is ready to go: what it will contact is known, and nothing has been contacted yet.
pub struct Ready {
    plan: ProbePlan,
    way: Result<Way, Fault>,
    /// The base URL.
    pub target: Raw<String>,
    /// Which way it goes, and why.
    pub via: Raw<String>,
    /// The base URL that it is compared with, where there is one.
    pub beside: Option<Raw<String>>,
    other: Option<Way>,
    settings: Settings,
    /// What must be removed from everything that is shown.
    pub sensitive: Sensitive,
}

/// Decides the way of a probe by the client's rules. Reads settings and certificates, contacts nothing.
///
/// # Errors
/// The URL cannot be used; the words say why.
pub fn ready(plan: ProbePlan, host: &dyn Host) -> Result<Ready, Raw<String>> {
    let settings = if plan.client == ProbeClient::ClaudeCode { settings::read(host) } else { Settings::default() };
    let vars = Vars { host, settings: &settings, surface: surface_of(plan.client) };
    let target = plan.url.clone().unwrap_or_else(|| base_url(&vars));
    url_of(target.expose())?;
    let decided = decide(&plan, target.expose(), &vars);
    if let Some(url) = &plan.gateway {
        url_of(url.expose())?;
    }
    let beside = plan.beside(target.expose());
    let other = beside.as_ref().and_then(|url| decide(&plan, url.expose(), &vars).ok()).map(|(way, _)| way);
    let (way, via) = match decided {
        Ok((way, via)) => (Ok(way), via),
        Err(fault) => {
            let why = fault.detail.clone();
            (Err(fault), why)
        }
    };
    let mut sensitive = crate::collect::credential_values(host);
    for way in way.iter().chain(other.iter()) {
        sensitive.values.extend(way.proxy.iter().flat_map(proxy::Proxy::secrets));
    }
    let beside = beside.filter(|_| other.is_some());
    Ok(Ready { plan, way, target, via, beside, other, settings, sensitive })
}

/// The base URL of this environment, as the client reads it.
fn base_url(vars: &Vars<'_>) -> Raw<String> {
    let scope = Scope::bare(vars.surface);
    let found = route::collect(vars, &scope).base_url.value().cloned();
    found.unwrap_or_else(|| Raw::text(route::DEFAULT_BASE_URL))
}

fn decide(plan: &ProbePlan, target: &str, vars: &Vars<'_>) -> Result<(Way, Raw<String>), Fault> {
    let url = url_of(target).map_err(|words| Fault::new(Cause::InvalidRequest, words.into_exposed()))?;
    let node = Node::of(plan.runtime.as_deref());
    let choice = choose::choose(&plan.via, (plan.client, node), target, vars)?;
    let store = Arc::new(trust::chosen(&plan.trust, (plan.client, node), vars));
    let proxy_store = trust::of_proxy(&plan.trust, plan.client, vars).map_or_else(|| Arc::clone(&store), Arc::new);
    let way = Way {
        url,
        client: plan.client,
        proxy: choice.proxy,
        family: plan.family,
        store,
        proxy_store,
        nameserver: plan.nameserver,
    };
    Ok((way, choice.why))
}

const fn surface_of(client: ProbeClient) -> Surface {
    match client {
        ProbeClient::Python => Surface::PythonSdk,
        ProbeClient::Typescript => Surface::TypescriptSdk,
        ProbeClient::ClaudeCode => Surface::ClaudeCode,
        // Like the SDKs, so that the variable for the base URL counts; curl itself has none.
        ProbeClient::Curl | ProbeClient::Go => Surface::GoSdk,
    }
}

/// Whether a host is one of Anthropic's API.
pub(crate) fn is_api(host: &str) -> bool {
    host == "anthropic.com" || host.ends_with(".anthropic.com")
}

impl Ready {
    /// Walks the path. Returns by the end of the budget and the idle time.
    #[must_use]
    pub fn walk(self, host: &dyn Host) -> ProbeResult<Collected> {
        let from = std::time::Instant::now();
        let blank = blank(&self);
        let Ok(way) = &self.way else { return blank };
        let done = run(self.plan.budget, self.plan.idle, self.walked(way, host));
        let mut result = done.unwrap_or(blank);
        result.ms = Millis(u64::try_from(from.elapsed().as_millis()).unwrap_or(u64::MAX));
        result
    }

    async fn walked(&self, way: &Way, host: &dyn Host) -> ProbeResult<Collected> {
        let from = Instant::now();
        let clock = Clock::of(self.plan.budget);
        // What comes after the first look gets a share of the time, even where that look hangs.
        let first = if self.plan.compare { Clock { end: clock.end - self.plan.budget / SHARE } } else { clock };
        let ask = way.request(hyper::Method::POST, &messages_path(&way.url), "{}", BODY_LIMIT);
        // The direct route goes beside it, so that a gateway that hangs leaves it its time; and where only the gateway is meant to
        // be reached, it hangs itself, and is waited for no longer than this.
        let beside = Clock { end: first.end.min(from + BESIDE) };
        let other = self.other.as_ref().map(|other| Box::pin(compare::base_url(other, beside, host)));
        let own = Box::pin(async {
            let met = way.go(&ask, first, host).await;
            let ms = millis(from);
            let is_gateway = !is_api(&way.host()) && met.answer.is_some();
            let health = is_gateway.then(|| gateway::ask(way, met.answer.as_ref(), first, host));
            let health = compare::some(health).await;
            (met, ms, health)
        });
        let ((mut met, own_ms, gateway), other) = tokio::join!(own, compare::some(other));
        let verdict = verdict::of(&met, is_api(&way.host()));
        let vars = Vars { host, settings: &self.settings, surface: surface_of(self.plan.client) };
        let node = Node::of(self.plan.runtime.as_deref());
        let interception = interception::judge(&met, &way.host(), UnixTime::now(), node, &vars);
        let own = compare::Own { way, met: &met, verdict: &verdict, ms: own_ms };
        let passed_over = choose::passed_over(self.plan.client, &self.target, &vars);
        let compare = match (self.plan.compare, other) {
            (true, other) => Some(Box::pin(compare::matrix(own, other, passed_over, clock, host)).await),
            (false, Some(other)) => Some(compare::pair(own, other)),
            (false, None) => None,
        };
        let mut result = result(self, &met, verdict);
        if let (Some(pause), Some(line)) = (self.plan.idle, met.line.as_mut()) {
            let held = idle::hold(line, &ask, pause).await;
            if held.outcome != PhaseOutcome::Ok {
                result.verdict = verdict::dropped(&held, &result.verdict);
            }
            result.phases.push(held);
        }
        result.interception = interception;
        result.gateway = gateway;
        result.compare = compare;
        result
    }
}

/// The result where nothing could be tried.
fn blank(ready: &Ready) -> ProbeResult<Collected> {
    let mut met = Met::default();
    if let Err(fault) = &ready.way {
        met.phases.push(PhaseResult {
            phase: Phase::Proxy,
            outcome: PhaseOutcome::Failed,
            ms: Millis(0),
            address: None,
            detail: fault.detail.clone(),
            cause: Some(fault.cause),
        });
        met.fault = Some((Phase::Proxy, fault.clone()));
    } else {
        met.fault = Some((Phase::Resolve, Fault::late(Cause::TimeoutConnect, "the time ran out")));
    }
    let verdict = verdict::of(&met, true);
    result(ready, &met, verdict)
}

fn result(ready: &Ready, met: &Met, verdict: crate::model::probe::ProbeVerdict<Collected>) -> ProbeResult<Collected> {
    ProbeResult {
        target: ready.target.clone(),
        client: ready.plan.client,
        via: ready.via.clone(),
        phases: met.phases.clone(),
        dns: met.dns.clone(),
        proxy: met.proxy.clone(),
        tls: met.tls.clone(),
        http: met.answer.as_ref().and_then(http::Answer::facts),
        clock: met.answer.as_ref().and_then(|answer| clock::facts(answer, chrono::Utc::now())),
        interception: None,
        gateway: None,
        compare: None,
        verdict,
        ms: Millis(0),
    }
}

/// Runs work on this thread, for the budget at most; what is still waiting then is left behind.
fn run<T>(budget: Duration, idle: Option<Duration>, work: impl Future<Output = T>) -> Option<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    // The phases keep the budget themselves; this is the last fence, with the pause and the question after it.
    let limit =
        budget + idle.map_or(Duration::ZERO, |pause| pause + Duration::from_secs(6)) + Duration::from_millis(200);
    let done = runtime.block_on(async { tokio::time::timeout(limit, work).await.ok() });
    // A resolver of the system that hangs would hold an orderly end up.
    runtime.shutdown_background();
    done
}

/// The client whose rules count where nothing names one: Claude Code inside its own sessions, or else the Python SDK.
#[must_use]
pub fn default_client(host: &dyn Host) -> ProbeClient {
    if host.env("CLAUDECODE").is_some() { ProbeClient::ClaudeCode } else { ProbeClient::Python }
}

/// Version of the Node of this machine, where the client runs on it and files tell; nothing is started.
#[must_use]
pub fn runtime_here(client: ProbeClient, host: &dyn Host) -> Option<String> {
    (client == ProbeClient::Typescript).then(|| runtime::node_version(host)).flatten()
}

/// Probes: decides the way and walks it.
///
/// # Errors
/// The URL cannot be used; the words say why.
pub fn walk(plan: ProbePlan, host: &dyn Host) -> Result<(ProbeResult<Collected>, Sensitive), Raw<String>> {
    let ready = ready(plan, host)?;
    let sensitive = ready.sensitive.clone();
    Ok((ready.walk(host), sensitive))
}

/// Fetches a URL over the proxy and certificate rules of a client, bounded in time and size.
///
/// # Errors
/// Says in which phase it failed, and how. An answer of any status is no error; a redirect to a host that is not allowed is.
pub fn get(ask: &Ask, host: &dyn Host) -> Result<Fetched, NotFetched> {
    let late = || NotFetched {
        phase: None,
        cause: Cause::TimeoutRead,
        timed_out: true,
        detail: Raw::text("the time ran out"),
    };
    run(ask.budget, None, fetch(ask, host)).unwrap_or_else(|| Err(late()))
}

async fn fetch(ask: &Ask, host: &dyn Host) -> Result<Fetched, NotFetched> {
    let clock = Clock::of(ask.budget);
    let settings = if ask.client == ProbeClient::ClaudeCode { settings::read(host) } else { Settings::default() };
    let vars = Vars { host, settings: &settings, surface: surface_of(ask.client) };
    let plan = ProbePlan::new(ask.client, ask.budget);
    let failed = |phase: Option<Phase>, fault: Fault| NotFetched {
        phase,
        cause: fault.cause,
        timed_out: fault.timed_out,
        detail: fault.detail,
    };
    let mut url = ask.url.clone();
    for _ in 0..=MOST_REDIRECTS {
        let (way, _) = decide(&plan, &url, &vars).map_err(|fault| failed(None, fault))?;
        let query = way.url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let path = format!("{}{query}", way.url.path());
        let request = way.request(hyper::Method::GET, &path, "", ask.limit);
        let met = way.go(&request, clock, host).await;
        if let Some((phase, fault)) = met.fault {
            return Err(failed(Some(phase), fault));
        }
        let Some(answer) = met.answer else { break };
        let next = answer.header("location").filter(|_| matches!(answer.status, 301 | 302 | 303 | 307 | 308));
        let Some(next) = next.and_then(|next| way.url.join(next).ok()) else {
            let http::Answer { status, headers, body, cut, .. } = answer;
            return Ok(Fetched { url, status, headers, body, cut });
        };
        let same = next.host_str() == way.url.host_str();
        let allowed = next.host_str().is_some_and(|to| ask.redirect_hosts.iter().any(|host| host == to));
        let downgrade = way.is_tls() && next.scheme() != "https";
        if downgrade || !(same || allowed) {
            let words = format!("the answer sends on to {next}, which is not among the hosts that may be asked");
            return Err(failed(Some(Phase::Http), Fault::new(Cause::Unknown, words)));
        }
        url = next.to_string();
    }
    Err(failed(Some(Phase::Http), Fault::new(Cause::Unknown, "the answers send on and on")))
}
