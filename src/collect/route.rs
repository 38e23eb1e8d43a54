//! The effective route: base URL, provider and why, and what the route goes through.

mod hosts;

use super::Scope;
use super::network::target::Target;
use super::vars::{Var, Vars};
use crate::model::clues::Seen;
use crate::model::host::Surroundings;
use crate::model::route::Route;
use crate::model::vocabulary::{RouteKind, RouteMark, Surface};
use crate::model::{AbsenceReason, Collected, Evidence, Provenance, Raw};

/// Where clients send requests if nothing names another place.
pub(crate) const DEFAULT_BASE_URL: &str = "https://api.anthropic.com";

/// A provider that Claude Code is switched to, and the variable that then names its base URL.
struct Provider {
    switch: &'static str,
    kind: RouteKind,
    base_url: &'static str,
}

const PROVIDERS: &[Provider] = &[
    Provider { switch: "CLAUDE_CODE_USE_BEDROCK", kind: RouteKind::Bedrock, base_url: "ANTHROPIC_BEDROCK_BASE_URL" },
    Provider {
        switch: "CLAUDE_CODE_USE_MANTLE",
        kind: RouteKind::Bedrock,
        base_url: "ANTHROPIC_BEDROCK_MANTLE_BASE_URL",
    },
    Provider { switch: "CLAUDE_CODE_USE_VERTEX", kind: RouteKind::Vertex, base_url: "ANTHROPIC_VERTEX_BASE_URL" },
    Provider { switch: "CLAUDE_CODE_USE_FOUNDRY", kind: RouteKind::Foundry, base_url: "ANTHROPIC_FOUNDRY_BASE_URL" },
    Provider { switch: "CLAUDE_CODE_USE_ANTHROPIC_AWS", kind: RouteKind::Direct, base_url: "ANTHROPIC_AWS_BASE_URL" },
];

/// The route without its marks; [`marks`] needs what other probes find.
pub(crate) fn collect(vars: &Vars<'_>, scope: &Scope) -> Route<Collected> {
    if let Some(seen) = failing_url(scope) {
        return from_input(vars, seen);
    }
    if let Some(route) = from_gateway_hint(vars, scope) {
        return route;
    }
    if let Some(route) = from_provider(vars) {
        return route;
    }
    if let Some(var) = vars.effective_text("ANTHROPIC_BASE_URL") {
        return from_variable("ANTHROPIC_BASE_URL", &var);
    }
    by_default(vars.surface)
}

/// Whether a base URL is that of a gateway: neither Anthropic's nor a cloud provider's.
pub(crate) fn is_gateway(base_url: &str) -> bool {
    hosts::judge(base_url).0 == RouteKind::Gateway
}

/// The URL of the failing request, as the input shows it: the last that an API can have.
fn failing_url(scope: &Scope) -> Option<&Seen<Raw<String>>> {
    let usable =
        |seen: &&Seen<Raw<String>>| Target::of(seen.value.expose()).is_some_and(|target| !hosts::is_page(&target.host));
    let calls = |seen: &&Seen<Raw<String>>| hosts::is_call(seen.value.expose());
    let urls = &scope.clues.urls;
    urls.iter().rev().filter(usable).find(calls).or_else(|| urls.iter().rev().find(usable))
}

fn from_input(vars: &Vars<'_>, seen: &Seen<Raw<String>>) -> Route<Collected> {
    let base = hosts::base_of(seen.value.expose());
    let (kind, why) = hosts::judge(&base);
    let mut why = vec![Raw::new(why)];
    if let Some(var) = vars.effective_text("ANTHROPIC_BASE_URL") {
        let (here, there) = (Target::of(var.value.expose()), Target::of(&base));
        let place = var.place("ANTHROPIC_BASE_URL");
        let same = here
            .zip(there)
            .is_some_and(|(here, there)| here.host == there.host && here.effective_port() == there.effective_port());
        let words = if same {
            "names the same host"
        } else {
            "names another host here, so this environment is not that of the failing call"
        };
        why.push(Raw::new(format!("{} {words}", place.expose())));
    }
    route(kind, Raw::new(base), seen.provenance.clone(), why)
}

/// Claude Code names the host of its gateway in some errors: `check your inference gateway (HOST)`.
fn from_gateway_hint(vars: &Vars<'_>, scope: &Scope) -> Option<Route<Collected>> {
    let seen = scope.clues.gateways.last()?;
    let hint = seen.value.expose();
    let host = Target::of(hint)?.host;
    let variable = vars.effective_text("ANTHROPIC_BASE_URL");
    let full = variable.filter(|var| Target::of(var.value.expose()).is_some_and(|target| target.host == host));
    // The hint may lack scheme and port; a variable that names the same host has them.
    let base = full.map_or_else(|| hint.clone(), |var| var.value.expose().trim().to_owned());
    let (kind, why) = hosts::judge(&base);
    let why = vec![Raw::new(why), Raw::text("the error text names this host as the client's gateway")];
    Some(route(kind, Raw::new(base), seen.provenance.clone(), why))
}

fn from_provider(vars: &Vars<'_>) -> Option<Route<Collected>> {
    // These are switches of Claude Code; an SDK picks its provider in code.
    if !matches!(vars.surface, Surface::ClaudeCode | Surface::Unknown) {
        return None;
    }
    let (provider, switch) =
        PROVIDERS.iter().find_map(|provider| Some((provider, vars.switched_on(provider.switch)?)))?;
    let mut why = vec![Raw::new(format!("{} is on", switch.place(provider.switch).expose()))];
    if let Some(var) = vars.effective_text(provider.base_url) {
        why.push(Raw::new(format!("{} names its base URL", var.place(provider.base_url).expose())));
        let base = Raw::text(var.value.expose().trim());
        return Some(route(provider.kind, base, var.provenance(provider.base_url), why));
    }
    let provenance = switch.provenance(provider.switch);
    let base_url = match hosts::default_of(provider.kind, vars) {
        Some((base, source)) => {
            why.push(Raw::new(format!("its base URL follows from {source}")));
            Evidence::captured(Raw::new(base), Provenance::derived(&source))
        }
        None => Evidence::absent(AbsenceReason::NotFound, "route.base_url"),
    };
    let source = base_url.provenance().map(|provenance| provenance.place.clone());
    Some(Route {
        kind: Evidence::captured(provider.kind, provenance),
        base_url,
        base_url_source: source,
        why,
        marks: Vec::new(),
    })
}

fn from_variable(name: &str, var: &Var) -> Route<Collected> {
    let base = var.value.expose().trim();
    let (kind, why) = hosts::judge(base);
    route(kind, Raw::text(base), var.provenance(name), vec![Raw::new(why)])
}

fn by_default(surface: Surface) -> Route<Collected> {
    if matches!(surface, Surface::Curl | Surface::Other) {
        let absent = |topic| Evidence::absent(AbsenceReason::NotInInput, topic);
        let why = vec![Raw::text("this client has no default, and the input shows no URL")];
        return Route {
            kind: Evidence::absent(AbsenceReason::NotInInput, "route.kind"),
            base_url: absent("route.base_url"),
            base_url_source: None,
            why,
            marks: Vec::new(),
        };
    }
    let why = vec![Raw::text("no variable that this client reads names another base URL, so it uses its default")];
    route(RouteKind::Direct, Raw::text(DEFAULT_BASE_URL), Provenance::derived("the client's default"), why)
}

fn route(
    kind: RouteKind,
    base: Raw<String>,
    provenance: Provenance<Collected>,
    why: Vec<Raw<String>>,
) -> Route<Collected> {
    Route {
        kind: Evidence::captured(kind, provenance.clone()),
        base_url_source: Some(provenance.place.clone()),
        base_url: Evidence::captured(base, provenance),
        why,
        marks: Vec::new(),
    }
}

/// What the route goes through and starts inside.
pub(crate) fn marks(scope: &Scope, surroundings: &Surroundings<Collected>, os: &str, proxied: bool) -> Vec<RouteMark> {
    // On macOS `utun` interfaces exist without any VPN.
    let is_vpn = |name: &Raw<String>| !(os == "macos" && name.expose().starts_with("utun"));
    let all = [
        (proxied || !scope.clues.proxies.is_empty(), RouteMark::Proxy),
        (surroundings.vpn_interfaces.iter().any(is_vpn), RouteMark::Vpn),
        (surroundings.ci.is_captured(), RouteMark::Ci),
        (surroundings.wsl.is_captured(), RouteMark::Wsl),
        (surroundings.container.is_captured(), RouteMark::Container),
        (!surroundings.remote.is_empty(), RouteMark::RemoteShell),
        (surroundings.serverless.is_captured(), RouteMark::Serverless),
    ];
    all.into_iter().filter(|(there, _)| *there).map(|(_, mark)| mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::claude_code::settings;
    use crate::collect::host::fake::FakeHost;

    fn routed(host: &FakeHost, surface: Surface, urls: &[&str], gateways: &[&str]) -> Route<Collected> {
        let mut scope = Scope::for_test(surface);
        let seen = |text: &&str| Seen::new(Raw::text(*text), Provenance::input("error.log", 3));
        scope.clues.urls = urls.iter().map(seen).collect();
        scope.clues.gateways = gateways.iter().map(seen).collect();
        let settings = settings::read(host);
        collect(&Vars { host, settings: &settings, surface }, &scope)
    }

    fn shown(route: &Route<Collected>) -> (Option<RouteKind>, Option<&str>, Option<&str>) {
        (
            route.kind.value().copied(),
            route.base_url.value().map(|url| url.expose().as_str()),
            route.base_url_source.as_ref().map(|source| source.expose().as_str()),
        )
    }

    #[test]
    fn the_url_that_failed_beats_this_shell() {
        let host = FakeHost::new().var("ANTHROPIC_BASE_URL", "http://127.0.0.1:4000");
        let route = routed(
            &host,
            Surface::PythonSdk,
            &["https://api.anthropic.com/v1/messages?beta=true", "https://docs.anthropic.com/x"],
            &[],
        );
        assert_eq!(shown(&route), (Some(RouteKind::Direct), Some("https://api.anthropic.com"), Some("error.log")));
        assert!(route.why[1].expose().contains("not that of the failing call"));
    }

    #[test]
    fn a_gateway_hint_takes_scheme_and_port_from_the_variable_that_names_the_same_host() {
        let host = FakeHost::new().var("ANTHROPIC_BASE_URL", "http://127.0.0.1:18700/529");
        let route = routed(&host, Surface::ClaudeCode, &[], &["127.0.0.1:18700"]);
        assert_eq!(shown(&route), (Some(RouteKind::Gateway), Some("http://127.0.0.1:18700/529"), Some("error.log")));
    }

    #[test]
    fn the_settings_of_claude_code_decide_for_claude_code_and_not_for_an_sdk() {
        let host = FakeHost::new()
            .var("HOME", "/h")
            .var("ANTHROPIC_BASE_URL", "https://shell.example")
            .file("/h/.claude/settings.json", r#"{"env":{"ANTHROPIC_BASE_URL":"https://settings.example"}}"#);
        assert_eq!(shown(&routed(&host, Surface::ClaudeCode, &[], &[])).1, Some("https://settings.example"));
        assert_eq!(shown(&routed(&host, Surface::TypescriptSdk, &[], &[])).1, Some("https://shell.example"));
    }

    #[test]
    fn a_provider_switch_decides_for_claude_code_only() {
        let host = FakeHost::new().var("CLAUDE_CODE_USE_BEDROCK", "1").var("AWS_REGION", "eu-west-1");
        let found = routed(&host, Surface::ClaudeCode, &[], &[]);
        assert_eq!(
            shown(&found),
            (Some(RouteKind::Bedrock), Some("https://bedrock-runtime.eu-west-1.amazonaws.com"), Some("AWS_REGION"))
        );
        assert_eq!(shown(&routed(&host, Surface::PythonSdk, &[], &[])).0, Some(RouteKind::Direct));
        let off = FakeHost::new().var("CLAUDE_CODE_USE_BEDROCK", "0");
        assert_eq!(shown(&routed(&off, Surface::ClaudeCode, &[], &[])).0, Some(RouteKind::Direct));
    }

    #[test]
    fn curl_has_no_default() {
        assert_eq!(shown(&routed(&FakeHost::new(), Surface::Curl, &[], &[])), (None, None, None));
        assert_eq!(shown(&routed(&FakeHost::new(), Surface::Unknown, &[], &[])).1, Some(DEFAULT_BASE_URL));
    }
}
