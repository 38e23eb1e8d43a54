//! Collection: probes of the surroundings of the failing process, run side by side, none longer than allowed.
//!
//! [`Host`] is the only door to the machine. A probe that fails, panics or hangs leaves an absence behind, and never
//! stops or delays the packet past the budget.

pub(crate) mod claude_code;
mod credentials;
pub(crate) mod files;
pub mod host;
pub mod inputs;
mod known;
mod machine;
pub(crate) mod network;
pub mod path;
mod probe;
mod project;
pub(crate) mod route;
pub(crate) mod runtime;
mod sdk;
mod sensitive;
mod surroundings;
mod survey;
mod timezone;
pub(crate) mod vars;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use host::{Host, SystemHost, Touch, TouchKind};
pub use known::{Known, known_values};
pub(crate) use probe::{Pending, start};
pub use survey::survey;

use crate::model::client::Client;
use crate::model::clues::Clues;
use crate::model::host::HostFacts;
use crate::model::route::{NetworkEnv, Route};
use crate::model::vocabulary::{Audience, Surface};
use crate::model::{Collected, Evidence, Raw, Sensitive};
use claude_code::settings::{self, Settings};
use vars::Vars;

/// What to collect for, and how far collection may go.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What the inputs say.
    pub clues: Clues,
    /// The client that probably failed; `Unknown` where nothing tells.
    pub surface: Surface,
    /// Names of further variables to show, from the configuration.
    pub extra_env: Vec<String>,
    /// Files whose values must be removed wherever they appear, from the configuration.
    pub credential_files: Vec<PathBuf>,
    /// Whether programs may be started to ask for their version.
    pub run_commands: bool,
    /// Time for the whole collection.
    pub budget: Duration,
    /// Who will read the packet.
    pub audience: Audience,
}

impl Scope {
    /// A scope without clues, for what follows from the environment alone.
    pub(crate) fn bare(surface: Surface) -> Self {
        Self {
            clues: Clues::default(),
            surface,
            extra_env: Vec::new(),
            credential_files: Vec::new(),
            run_commands: false,
            budget: Duration::from_secs(5),
            audience: Audience::Vendor,
        }
    }
}

#[cfg(test)]
impl Scope {
    /// A scope without clues that starts no program.
    pub(crate) fn for_test(surface: Surface) -> Self {
        Self::bare(surface)
    }
}

/// What was collected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// IANA time zone.
    pub timezone: Evidence<Collected, Raw<String>>,
    /// The client.
    pub client: Client<Collected>,
    /// The machine.
    pub host: HostFacts<Collected>,
    /// The route.
    pub route: Route<Collected>,
    /// Network settings.
    pub network_env: NetworkEnv<Collected>,
    /// What redaction must know.
    pub sensitive: Sensitive,
}

/// Part of the budget that probes of files may take, so that what depends on them still has time.
const FILES_SHARE: u32 = 3;
/// Kept back of the budget for a program to be ended and its output to be read.
const END_MARGIN: Duration = Duration::from_millis(50);

/// The credential-like values of the environment alone, for words that are said before anything is collected.
pub fn credential_values(host: &dyn Host) -> Sensitive {
    sensitive::of_environment(host)
}

/// Name of the CI vendor whose job this process runs in.
pub fn ci_vendor(host: &dyn Host) -> Option<&'static str> {
    surroundings::ci_vendor(host)
}

/// Collects everything. Returns by the end of the budget, whatever the machine does.
#[allow(clippy::needless_pass_by_value)] // the callers share both with nobody else; the probes do
pub fn collect(host: Arc<dyn Host>, scope: Arc<Scope>) -> Scene {
    let start = Instant::now();
    let clock = Clock {
        end: start + scope.budget,
        files: start + scope.budget / FILES_SHARE * 2,
        first: start + scope.budget / FILES_SHARE,
    };
    let first = FirstRound::start(&host, &scope);
    let settings = first.settings.wait(clock.first).unwrap_or_else(|reason| Settings::lost(host.as_ref(), reason));
    let settings = Arc::new(settings);
    let (sdk, sdk_lost) = match first.sdk.wait(clock.first) {
        Ok(found) => (found, None),
        Err(reason) => (sdk::Found::lost(&scope, reason), Some(reason)),
    };
    let language = sdk::failing_language(&scope).or_else(|| sdk.sdk.value().map(|sdk| sdk.language));
    let second = SecondRound::start(&host, &scope, &settings, language, clock.end);

    let credential_files = first.credential_files.wait(clock.files);
    let credential_files = credential_files.unwrap_or_else(|reason| credentials::unread_files(&scope, reason));
    let facts = first.facts.wait(clock.files);
    let vars = Vars { host: host.as_ref(), settings: &settings, surface: scope.surface };
    let mut route = route::collect(&vars, &scope);
    let parts = network::Parts {
        ca_files: second.ca_files.wait(clock.files).unwrap_or_else(|reason| network::ca::lost(&vars, reason)),
        resolver: or_absent(first.resolver, clock.files, "network.resolver"),
        system_proxy: or_absent(first.system_proxy, clock.files, "network.system_proxy"),
    };
    let mut network_env = network::collect(&vars, &scope.extra_env, route.base_url.value(), parts);
    network_env.risks.extend(credential_files.iter().filter_map(credentials::CredentialFile::risk));
    let mut surroundings = first.surroundings.wait(clock.files).unwrap_or_else(surroundings::lost);
    surroundings.vpn_interfaces =
        first.interfaces.wait(clock.files).map(surroundings::vpn_interfaces).unwrap_or_default();
    route.marks =
        route::marks(&scope, &surroundings, host.os(), network::is_proxied(&network_env, scope.surface, sdk.major()));
    let (auth, credentials) = credentials::collect(&vars, &credential_files, route.kind.value().copied());

    let hostname = facts.as_ref().ok().and_then(|facts| facts.hostname.as_ref());
    let sensitive = all_sensitive(&vars, &credential_files, hostname, &network_env);
    let timezone = or_absent(first.timezone, clock.files, "timezone");
    let claude_code = or_absent(second.claude_code, clock.end, "client.claude_code");
    let runtime = second.runtime.wait(clock.end);
    let runtime = runtime.unwrap_or_else(|reason| runtime::Found::lost(&scope, language, sdk_lost.unwrap_or(reason)));
    let client = Client {
        surface: scope.surface,
        sdk: sdk.sdk,
        sdk_sources: sdk.sources,
        sdk_disagreement: sdk.disagreement,
        runtime: runtime.runtime,
        openssl: runtime.openssl,
        claude_code,
        auth,
        credentials,
    };
    let host = machine::collect(&vars, facts, surroundings);
    Scene { timezone, client, host, route, network_env, sensitive }
}

/// The evidence of a probe, or its absence with the reason why the probe was lost.
fn or_absent<T>(pending: Pending<Evidence<Collected, T>>, until: Instant, topic: &str) -> Evidence<Collected, T> {
    pending.wait(until).unwrap_or_else(|reason| Evidence::absent(reason, topic))
}

/// Everything that redaction must know.
fn all_sensitive(
    vars: &Vars<'_>,
    files: &[credentials::CredentialFile],
    hostname: Option<&Raw<String>>,
    network_env: &NetworkEnv<Collected>,
) -> Sensitive {
    let mut sensitive = sensitive::of_environment(vars.host);
    sensitive.extend(sensitive::of_settings(vars.settings));
    sensitive.extend(sensitive::of_files(files));
    let search = network_env.resolver.value().map_or(&[][..], |resolver| resolver.search.as_slice());
    sensitive.extend(sensitive::of_machine(hostname, search));
    sensitive
}

/// Points in time until which results are waited for.
struct Clock {
    /// For what other probes depend on.
    first: Instant,
    /// For what is read from files and from the system.
    files: Instant,
    /// For what a program has to be asked for.
    end: Instant,
}

/// Starts a probe over the host and the scope.
fn begin<T: Send + 'static>(
    name: &str,
    host: &Arc<dyn Host>,
    scope: &Arc<Scope>,
    job: impl FnOnce(&dyn Host, &Scope) -> T + Send + 'static,
) -> Pending<T> {
    let (host, scope) = (Arc::clone(host), Arc::clone(scope));
    probe::start(name, move || job(host.as_ref(), &scope))
}

/// Probes that depend on nothing.
struct FirstRound {
    settings: Pending<Settings>,
    sdk: Pending<sdk::Found>,
    credential_files: Pending<Vec<credentials::CredentialFile>>,
    resolver: Pending<Evidence<Collected, crate::model::route::Resolver<Collected>>>,
    system_proxy: Pending<Evidence<Collected, Raw<String>>>,
    facts: Pending<host::SystemFacts>,
    interfaces: Pending<Vec<Raw<String>>>,
    surroundings: Pending<crate::model::host::Surroundings<Collected>>,
    timezone: Pending<Evidence<Collected, Raw<String>>>,
}

impl FirstRound {
    fn start(host: &Arc<dyn Host>, scope: &Arc<Scope>) -> Self {
        Self {
            settings: begin("settings", host, scope, |host, _| settings::read(host)),
            sdk: begin("sdk", host, scope, sdk::collect),
            credential_files: begin("credential-files", host, scope, credentials::read_files),
            resolver: begin("resolver", host, scope, |host, _| network::resolver::read(host)),
            system_proxy: begin("system-proxy", host, scope, |host, _| network::system_proxy::read(host)),
            facts: begin("system", host, scope, |host, _| host.system()),
            interfaces: begin("interfaces", host, scope, |host, _| host.interfaces()),
            surroundings: begin("surroundings", host, scope, |host, _| surroundings::collect(host)),
            timezone: begin("timezone", host, scope, |host, _| timezone::collect(host)),
        }
    }
}

/// Probes that depend on the settings of Claude Code, or on the SDK's language.
struct SecondRound {
    claude_code: Pending<Evidence<Collected, crate::model::client::ClaudeCode<Collected>>>,
    runtime: Pending<runtime::Found>,
    ca_files: Pending<Vec<crate::model::route::CaFile<Collected>>>,
}

impl SecondRound {
    fn start(
        host: &Arc<dyn Host>,
        scope: &Arc<Scope>,
        settings: &Arc<Settings>,
        language: Option<crate::model::vocabulary::Language>,
        end: Instant,
    ) -> Self {
        let run_limit = end.saturating_duration_since(Instant::now()).saturating_sub(END_MARGIN);
        let vars = Vars { host: host.as_ref(), settings, surface: scope.surface };
        let named = network::ca::named(&vars);
        let settings = Arc::clone(settings);
        Self {
            claude_code: begin("claude-code", host, scope, move |host, scope| {
                claude_code::collect(host, scope, &settings, run_limit)
            }),
            runtime: begin("runtime", host, scope, move |host, scope| {
                runtime::collect(host, scope, language, run_limit)
            }),
            ca_files: begin("ca-files", host, scope, move |host, _| network::ca::inspect(host, named)),
        }
    }
}

#[cfg(test)]
mod tests;
