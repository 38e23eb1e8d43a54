//! The path of a call: the variables that two attempts must share before a difference in outcome proves anything.

use schemars::JsonSchema;
use serde::Serialize;

use super::{AbsenceReason, Raw};
use crate::{staged, textless};

/// The part of the path that a variable belongs to; its word names the branch that a controlled change proves or rules out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Proxies, and what goes past them.
    Proxy,
    /// Trusted certificates.
    Trust,
    /// Base URL and provider.
    Gateway,
    /// Credentials.
    Credential,
    /// SDK, runtime and client versions.
    Client,
    /// Timeouts and retries.
    Timeout,
    /// Interfaces, routes, resolver, VPN.
    Network,
    /// What is sent.
    Request,
    /// Where it runs.
    Place,
    /// Settings of the client in its environment.
    Settings,
}

impl Group {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::Trust => "certificate",
            Self::Gateway => "gateway",
            Self::Credential => "credential",
            Self::Client => "SDK",
            Self::Timeout => "timeout",
            Self::Network => "network",
            Self::Request => "request",
            Self::Place => "environment",
            Self::Settings => "settings",
        }
    }
}

/// A variable of the path.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Its name: that of the environment variable where it is one.
    pub name: &'static str,
    /// Its part of the path.
    pub group: Group,
    /// Whether its value is harmless and stands in the packet. All others are compared by a keyed print that stays on this machine.
    pub shown: bool,
    /// Variables whose change explains a change of this one.
    pub follows: &'static [&'static str],
    /// Further words by which people name it in `--changed`.
    pub said_as: &'static [&'static str],
}

const fn hidden(name: &'static str, group: Group) -> Known {
    Known { name, group, shown: false, follows: &[], said_as: &[] }
}

const fn shown(name: &'static str, group: Group) -> Known {
    Known { shown: true, ..hidden(name, group) }
}

impl Known {
    const fn after(self, follows: &'static [&'static str]) -> Self {
        Self { follows, ..self }
    }

    const fn or(self, said_as: &'static [&'static str]) -> Self {
        Self { said_as, ..self }
    }
}

/// Name of the variable that holds the effective base URL, by whatever it is set.
pub const BASE_URL: &str = "ANTHROPIC_BASE_URL";
/// Name of the variable that tells one credential from another.
pub const KEY: &str = "key identity";
/// Name of the command line.
pub const COMMAND: &str = "command";
/// Name of the machine.
pub const HOST: &str = "host name";

const BY_NETWORK: &[&str] = &["VPN", "network interfaces", "default route"];

/// The variables, in the order in which they are told.
pub const VARIABLES: &[Known] = &[
    hidden(COMMAND, Group::Request),
    hidden("program", Group::Request).or(&["script", "code"]),
    hidden("payload", Group::Request).or(&["body", "prompt"]),
    shown("request shape", Group::Request),
    shown("model", Group::Request).after(&["ANTHROPIC_MODEL"]),
    hidden("working directory", Group::Place).or(&["directory", "folder", "cwd"]),
    hidden(HOST, Group::Place).or(&["host", "machine"]),
    hidden("user", Group::Place),
    shown("system", Group::Place).or(&["os"]),
    hidden("kernel", Group::Place),
    shown("container", Group::Place).or(&["docker"]),
    shown("WSL", Group::Place),
    shown("CI", Group::Place),
    shown("remote shell", Group::Place).or(&["ssh"]),
    shown("time zone", Group::Place),
    shown("locale", Group::Place),
    hidden("HTTPS_PROXY", Group::Proxy),
    hidden("HTTP_PROXY", Group::Proxy),
    hidden("ALL_PROXY", Group::Proxy),
    hidden("NO_PROXY", Group::Proxy),
    hidden("system proxy", Group::Proxy),
    hidden("SSL_CERT_FILE", Group::Trust),
    hidden("SSL_CERT_DIR", Group::Trust),
    hidden("NODE_EXTRA_CA_CERTS", Group::Trust),
    hidden("REQUESTS_CA_BUNDLE", Group::Trust),
    hidden("CURL_CA_BUNDLE", Group::Trust),
    hidden("AWS_CA_BUNDLE", Group::Trust),
    shown("NODE_TLS_REJECT_UNAUTHORIZED", Group::Trust),
    hidden("certificate files", Group::Trust)
        .after(&["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE"])
        .or(&["ca file", "certificate"]),
    hidden(BASE_URL, Group::Gateway)
        .after(&["CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY"])
        .or(&["base url", "gateway", "url"]),
    shown("provider", Group::Gateway).after(&[
        BASE_URL,
        "CLAUDE_CODE_USE_BEDROCK",
        "CLAUDE_CODE_USE_VERTEX",
        "CLAUDE_CODE_USE_FOUNDRY",
    ]),
    shown("auth method", Group::Credential).after(&[
        "CLAUDE_CODE_USE_BEDROCK",
        "CLAUDE_CODE_USE_VERTEX",
        "CLAUDE_CODE_USE_FOUNDRY",
    ]),
    hidden(KEY, Group::Credential).after(&["auth method"]).or(&["key", "api key", "token", "credential"]),
    shown("SDK version", Group::Client).or(&["sdk", "package"]),
    shown("runtime version", Group::Client).or(&["python", "node", "runtime"]),
    shown("OpenSSL version", Group::Client).after(&["runtime version"]),
    shown("Claude Code version", Group::Client),
    hidden("Claude Code settings", Group::Settings).or(&["settings"]),
    shown("timeout", Group::Timeout).after(&["API_TIMEOUT_MS"]),
    shown("max retries", Group::Timeout).after(&["CLAUDE_CODE_MAX_RETRIES"]).or(&["retries"]),
    hidden("VPN", Group::Network),
    hidden("network interfaces", Group::Network).after(&["VPN"]).or(&["network", "interface", "wifi", "hotspot"]),
    hidden("default route", Group::Network).after(&["VPN", "network interfaces"]).or(&["route", "gateway address"]),
    hidden("resolver", Group::Network).after(BY_NETWORK).or(&["dns", "dns server", "nameserver"]),
    hidden("hosts file", Group::Network),
    hidden("public DNS answer", Group::Network).after(&[
        "VPN",
        "network interfaces",
        "default route",
        "resolver",
        "hosts file",
        BASE_URL,
    ]),
];

/// What is known of a variable by its name; other names are settings of the client in its environment.
#[must_use]
pub fn known(name: &str) -> Option<&'static Known> {
    VARIABLES.iter().find(|variable| variable.name == name)
}

/// The part of the path that a variable belongs to.
#[must_use]
pub fn group(name: &str) -> Group {
    known(name).map_or_else(|| group_of_setting(name), |known| known.group)
}

fn group_of_setting(name: &str) -> Group {
    if name.contains("TIMEOUT") || name.contains("RETRIES") {
        Group::Timeout
    } else if name.contains("MODEL") {
        Group::Request
    } else if ["BEDROCK", "VERTEX", "FOUNDRY", "BASE_URL"].iter().any(|word| name.contains(word)) {
        Group::Gateway
    } else {
        Group::Settings
    }
}

/// What a look at a variable gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It has this value.
    Set(Raw<String>),
    /// It is not set, or there is none.
    Unset,
    /// It could not be seen.
    Unknown(AbsenceReason),
}

impl Reading {
    /// The state, for the packet.
    #[must_use]
    pub const fn state(&self) -> PathState {
        match self {
            Self::Set(_) => PathState::Set,
            Self::Unset => PathState::Unset,
            Self::Unknown(_) => PathState::Unknown,
        }
    }
}

/// A variable and what a look at it gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathReading {
    /// Its name.
    pub name: String,
    /// What was seen.
    pub reading: Reading,
}

/// Whether a variable of the path has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PathState {
    /// It has one.
    Set,
    /// It has none.
    Unset,
    /// It could not be seen.
    Unknown,
}

impl PathState {
    /// The word used in packets.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Unset => "unset",
            Self::Unknown => "unknown",
        }
    }
}

textless!(PathState);

staged! {
    /// One variable of the path. A private value is not here, nor anything made of it.
    #[schemars(rename = "Path_variable")]
    pub struct PathVariable<S> {
        /// Its name.
        pub name: S::Text,
        /// Whether it has a value.
        pub state: PathState,
        /// The value, where it is harmless.
        pub value: Option<S::Text>,
        /// Whether its value is private: compared on the machine that made the packet, by a keyed print that stays there.
        pub private: bool,
    }
}

staged! {
    /// The path that the call took: what a retry is compared with.
    #[schemars(rename = "Path_fingerprint")]
    pub struct PathFingerprint<S> {
        /// Whether this machine keeps the prints that private values are compared by.
        pub kept_here: bool,
        /// Why it does not, where it does not.
        pub not_kept_because: Option<&'static str>,
        /// The variables.
        pub variables: Vec<PathVariable<S>>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_what_is_followed_is_known_or_a_setting() {
        assert!(VARIABLES.len() >= 40, "{}", VARIABLES.len());
        for (at, variable) in VARIABLES.iter().enumerate() {
            assert!(VARIABLES[..at].iter().all(|other| other.name != variable.name), "{}", variable.name);
            for followed in variable.follows {
                let setting = followed.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
                assert!(setting || known(followed).is_some(), "{followed}");
                assert!(!known(followed).is_some_and(|other| other.follows.contains(&variable.name)), "{followed}");
            }
        }
    }
}
