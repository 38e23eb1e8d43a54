//! The network settings that shape a request: variables of the allow-list, proxies, certificates, resolver.

pub(crate) mod ca;
pub(crate) mod choices;
pub(crate) mod names;
mod no_proxy;
pub(crate) mod resolver;
mod risks;
pub(crate) mod system_proxy;
pub(crate) mod target;

use super::credentials::names as credential_names;
use super::vars::Vars;
use crate::model::route::{CaFile, NetworkEnv, ProxyUse, Resolver, Variable};
use crate::model::vocabulary::Surface;
use crate::model::{Collected, Evidence, Raw};
use target::Target;

/// What other probes found, for the network section.
pub(crate) struct Parts {
    pub(crate) ca_files: Vec<CaFile<Collected>>,
    pub(crate) resolver: Evidence<Collected, Resolver<Collected>>,
    pub(crate) system_proxy: Evidence<Collected, Raw<String>>,
}

/// Puts the section together. `base_url` is the effective one; where it cannot be read, its text stands as the target.
pub(crate) fn collect(
    vars: &Vars<'_>,
    extra: &[String],
    base_url: Option<&Raw<String>>,
    parts: Parts,
) -> NetworkEnv<Collected> {
    let text = base_url.map_or(super::route::DEFAULT_BASE_URL, |url| url.expose());
    let target = Target::of(text);
    let choices = target.as_ref().map(|target| choices::all(vars, target)).unwrap_or_default();
    NetworkEnv {
        target: target.map_or_else(|| Raw::text(text), |target| target.shown()),
        variables: variables(vars, extra),
        disagreement: choices::disagreement(&choices),
        choices,
        risks: risks::all(vars, &parts.ca_files),
        ca_files: parts.ca_files,
        resolver: parts.resolver,
        system_proxy: parts.system_proxy,
    }
}

/// Whether the failing client would go through a proxy. `sdk_major` is the major version of the SDK: Python's changed its
/// HTTP library with 1.0.
pub(crate) fn is_proxied(network: &NetworkEnv<Collected>, surface: Surface, sdk_major: Option<u32>) -> bool {
    let clients: &[&str] = match (surface, sdk_major) {
        (Surface::PythonSdk, Some(0)) => &["python-httpx"],
        (Surface::PythonSdk, Some(_)) => &["python-httpx2"],
        (Surface::PythonSdk, None) => &["python-httpx2", "python-httpx"],
        (Surface::TypescriptSdk, _) => &["node-fetch"],
        (Surface::GoSdk, _) => &["go"],
        (Surface::JavaSdk, _) => &["java"],
        (Surface::ClaudeCode, _) => &["claude-code"],
        (Surface::Curl, _) => &["curl"],
        (Surface::Other | Surface::Unknown, _) => &["curl", "python-httpx2", "claude-code"],
    };
    network.choices.iter().any(|choice| clients.contains(&choice.client) && choice.outcome == ProxyUse::Proxied)
}

fn variables(vars: &Vars<'_>, extra: &[String]) -> Vec<Variable<Collected>> {
    let mut names: Vec<String> = vars.host.env_names();
    names.retain(|name| {
        names::is_allowed(name) || (extra.contains(name) && !credential_names::looks_like_credential(name))
    });
    names.sort_unstable();
    names.dedup();
    let shell = names.into_iter().filter_map(|name| {
        let value = vars.host.env(&name)?;
        Some(Variable { name: Raw::new(name), value, source: None })
    });
    let settings = vars.settings.vars.iter().filter(|var| names::is_allowed(&var.name)).map(|var| Variable {
        name: Raw::text(var.name.as_str()),
        value: var.value.clone(),
        source: Some(var.file.clone()),
    });
    shell.chain(settings).chain(header_names(vars)).collect()
}

/// The names of the headers that `ANTHROPIC_CUSTOM_HEADERS` adds; their values are not shown.
fn header_names(vars: &Vars<'_>) -> Option<Variable<Collected>> {
    let name = credential_names::CUSTOM_HEADERS;
    let var = vars.effective(name)?;
    let headers: Vec<&str> = credential_names::headers(var.value.expose()).map(|(name, _)| name).collect();
    let value = Raw::new(format!("adds headers: {}", headers.join(", ")));
    (!headers.is_empty()).then(|| Variable { name: Raw::text(name), value, source: var.file.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::claude_code::settings::Settings;
    use crate::collect::host::fake::FakeHost;

    #[test]
    fn only_the_allow_list_and_the_configured_names_are_shown_and_never_a_credential() {
        let host = FakeHost::new()
            .var("https_proxy", "http://p:1")
            .var("HTTPS_PROXY", "http://p:1")
            .var("SECRET_PLACE", "hush")
            .var("MY_SETTING", "on")
            .var("MY_TOKEN", "hush")
            .var("ANTHROPIC_CUSTOM_HEADERS", "X-One: hush\nX-Two: hush");
        let settings = Settings::default();
        let vars = Vars { host: &host, settings: &settings, surface: Surface::Unknown };
        let shown = variables(&vars, &["MY_SETTING".into(), "MY_TOKEN".into()]);
        let names: Vec<_> = shown.iter().map(|variable| variable.name.expose().as_str()).collect();
        assert_eq!(names, ["HTTPS_PROXY", "MY_SETTING", "https_proxy", "ANTHROPIC_CUSTOM_HEADERS"]);
        assert!(shown.iter().all(|variable| !variable.value.expose().contains("hush")));
        assert_eq!(shown[3].value.expose(), "adds headers: X-One, X-Two");
    }
}
