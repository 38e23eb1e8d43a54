//! The route of the failing client, and the network settings that shape it.

use schemars::JsonSchema;
use serde::Serialize;

use super::Evidence;
use super::vocabulary::{RouteKind, RouteMark};
use crate::{staged, textless};

staged! {
    /// The effective route.
    #[schemars(rename = "Route")]
    pub struct Route<S> {
        /// The provider that requests go to.
        pub kind: Evidence<S, RouteKind>,
        /// The effective base URL.
        pub base_url: Evidence<S, S::Text>,
        /// What said so: a variable, a settings file, an input line, or the client's default.
        pub base_url_source: Option<S::Text>,
        /// Why this kind, one sentence each.
        pub why: Vec<S::Text>,
        /// What the route goes through or starts inside.
        pub marks: Vec<RouteMark>,
    }
}

staged! {
    /// A variable of the allow-list, with its value; a credential is never among them.
    #[schemars(rename = "Variable")]
    pub struct Variable<S> {
        /// Its name.
        pub name: S::Text,
        /// Its value.
        pub value: S::Text,
        /// Where it is set, if not in the environment.
        pub source: Option<S::Text>,
    }
}

/// What a client does with a request, by its own proxy rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyUse {
    /// No proxy variable applies.
    Direct,
    /// It goes through the proxy.
    Proxied,
    /// `NO_PROXY` takes it past the proxy.
    Bypassed,
    /// The client ignores proxy variables.
    Ignored,
    /// The client refuses to start with these settings.
    Refused,
}

textless!(ProxyUse);

staged! {
    /// What one client would do with a request to the target.
    #[schemars(rename = "Proxy_choice")]
    pub struct ProxyChoice<S> {
        /// The client: `curl`, `python-httpx`, `python-requests`, `node-fetch`, `node-undici-env-proxy`, `claude-code`, `go`.
        pub client: &'static str,
        /// What it does.
        pub outcome: ProxyUse,
        /// The variable that wins.
        pub variable: Option<&'static str>,
        /// Why, in one sentence.
        pub why: S::Text,
    }
}

staged! {
    /// A certificate file that a variable names.
    #[schemars(rename = "Ca_file")]
    pub struct CaFile<S> {
        /// The variable.
        pub variable: &'static str,
        /// The path it names.
        pub path: S::Text,
        /// Number of certificates in it, where it can be read and parsed.
        pub certificates: Evidence<S, u32>,
        /// Clients that read this variable.
        pub read_by: Vec<&'static str>,
    }
}

staged! {
    /// The resolver settings of the system.
    #[schemars(rename = "Resolver")]
    pub struct Resolver<S> {
        /// Name servers.
        pub nameservers: Vec<S::Text>,
        /// Search domains.
        pub search: Vec<S::Text>,
        /// Options.
        pub options: Vec<S::Text>,
    }
}

staged! {
    /// Network settings of the environment.
    #[schemars(rename = "Network_env")]
    pub struct NetworkEnv<S> {
        /// The host that the choices below were worked out for.
        pub target: S::Text,
        /// Variables of the allow-list that are set, in upper and lower case.
        pub variables: Vec<Variable<S>>,
        /// What each client does with the target.
        pub choices: Vec<ProxyChoice<S>>,
        /// Said where clients disagree.
        pub disagreement: Option<S::Text>,
        /// Certificate files that variables name.
        pub ca_files: Vec<CaFile<S>>,
        /// Risks: verification switched off and the like.
        pub risks: Vec<S::Text>,
        /// Resolver settings.
        pub resolver: Evidence<S, Resolver<S>>,
        /// Proxy settings of the system outside the environment.
        pub system_proxy: Evidence<S, S::Text>,
    }
}
