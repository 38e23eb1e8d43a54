//! Which proxy each client would use for the target, and where the clients disagree.

use super::no_proxy::{self, Match, Rules};
use super::target::Target;
use crate::collect::vars::{Var, Vars, is_on};
use crate::model::route::{ProxyChoice, ProxyUse};
use crate::model::{Collected, Raw};

/// How a client reads a variable that is set and empty, and which case it prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// The first that is set wins, also where it is empty.
    FirstSet,
    /// The first that is not empty wins.
    FirstFilled,
    /// As Python's urllib: lower case wins, and an empty lower-case one removes its upper-case twin.
    Urllib,
}

/// A client's rules, as data.
struct Client {
    name: &'static str,
    reading: Reading,
    https: &'static [&'static str],
    http: &'static [&'static str],
    no_proxy: &'static [&'static str],
    rules: Rules,
    /// Whether it reads the variables at all.
    switch: Switch,
    loopback_is_direct: bool,
    socks: Socks,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Switch {
    Always,
    /// Only with `NODE_USE_ENV_PROXY=1`, in Node 24, or 22 from 22.21.
    NodeUseEnvProxy,
    /// Only where the program sets an `EnvHttpProxyAgent` as dispatcher.
    Dispatcher,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Socks {
    Yes,
    No,
    WithExtra,
}

const LOWER_FIRST: &[&str] = &["no_proxy", "NO_PROXY"];

/// Sources: the measured matrix for `NO_PROXY`; the clients' documentation and source for which variable wins.
const CLIENTS: &[Client] = &[
    Client {
        name: "curl",
        reading: Reading::FirstFilled,
        https: &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
        // curl does not read HTTP_PROXY in upper case, which a CGI client could set.
        http: &["http_proxy", "all_proxy", "ALL_PROXY"],
        no_proxy: LOWER_FIRST,
        rules: no_proxy::curl,
        switch: Switch::Always,
        loopback_is_direct: false,
        socks: Socks::Yes,
    },
    PYTHON_HTTPX,
    Client { name: "python-httpx2", rules: no_proxy::httpx2, ..PYTHON_HTTPX },
    Client { name: "python-requests", rules: no_proxy::requests, ..PYTHON_HTTPX },
    Client { name: "node-fetch", switch: Switch::NodeUseEnvProxy, ..UNDICI },
    UNDICI,
    Client {
        name: "claude-code",
        reading: Reading::FirstFilled,
        https: &["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"],
        http: &["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"],
        no_proxy: LOWER_FIRST,
        rules: no_proxy::claude_code,
        switch: Switch::Always,
        loopback_is_direct: false,
        socks: Socks::No,
    },
    Client {
        name: "go",
        reading: Reading::FirstFilled,
        https: &["HTTPS_PROXY", "https_proxy"],
        http: &["HTTP_PROXY", "http_proxy"],
        no_proxy: &["NO_PROXY", "no_proxy"],
        rules: no_proxy::go,
        switch: Switch::Always,
        loopback_is_direct: true,
        socks: Socks::Yes,
    },
];

const PYTHON_HTTPX: Client = Client {
    name: "python-httpx",
    reading: Reading::Urllib,
    https: &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
    http: &["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"],
    no_proxy: LOWER_FIRST,
    rules: no_proxy::httpx,
    switch: Switch::Always,
    loopback_is_direct: false,
    socks: Socks::WithExtra,
};

const UNDICI: Client = Client {
    name: "node-undici-env-proxy",
    reading: Reading::FirstSet,
    // Without a proxy for https, its agent uses the one for http.
    https: &["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"],
    http: &["http_proxy", "HTTP_PROXY"],
    no_proxy: LOWER_FIRST,
    rules: no_proxy::undici,
    switch: Switch::Dispatcher,
    loopback_is_direct: false,
    socks: Socks::No,
};

/// What every client would do.
pub(crate) fn all(vars: &Vars<'_>, target: &Target) -> Vec<ProxyChoice<Collected>> {
    let mut choices: Vec<_> = CLIENTS.iter().map(|client| choose(client, vars, target)).collect();
    choices.push(java(&choices));
    choices
}

/// The JVM takes its proxy from system properties; it ignores variables where another client would follow one.
fn java(others: &[ProxyChoice<Collected>]) -> ProxyChoice<Collected> {
    let outcome = if others.iter().all(|choice| choice.outcome == ProxyUse::Direct) {
        ProxyUse::Direct
    } else {
        ProxyUse::Ignored
    };
    let why = Raw::text("the JVM reads the properties https.proxyHost and http.proxyHost, and no proxy variable");
    ProxyChoice { client: "java", outcome, variable: None, why }
}

/// Whether Node is told to follow proxy variables.
fn node_uses_env(vars: &Vars<'_>) -> bool {
    let switch = vars.shell("NODE_USE_ENV_PROXY").is_some_and(|var| is_on(var.value.expose()));
    switch || vars.shell("NODE_OPTIONS").is_some_and(|var| var.value.expose().contains("--use-env-proxy"))
}

fn lookup(client: &Client, vars: &Vars<'_>, name: &str) -> Option<Var> {
    if client.name == "claude-code" { vars.claude_code(name) } else { vars.shell(name) }
}

/// The variable that wins among `names`, and its value.
fn winner(client: &Client, vars: &Vars<'_>, names: &[&'static str]) -> Option<(&'static str, Var)> {
    let set = |name: &&'static str| lookup(client, vars, name).map(|var| (*name, var));
    let filled = |(_, var): &(&str, Var)| !var.value.expose().trim().is_empty();
    match client.reading {
        Reading::FirstFilled => names.iter().filter_map(set).find(filled),
        // Each pair of cases is one setting: an empty first one of a pair ends that pair, not the whole list.
        Reading::FirstSet | Reading::Urllib => {
            names.chunks(2).find_map(|pair| pair.iter().find_map(set).filter(filled))
        }
    }
}

fn choose(client: &Client, vars: &Vars<'_>, target: &Target) -> ProxyChoice<Collected> {
    let names = if target.https { client.https } else { client.http };
    let make =
        |outcome, variable, why: String| ProxyChoice { client: client.name, outcome, variable, why: Raw::new(why) };
    let Some((name, var)) = winner(client, vars, names) else {
        return make(ProxyUse::Direct, None, format!("no proxy variable that it reads for {} is set", scheme(target)));
    };
    if client.switch == Switch::NodeUseEnvProxy && !node_uses_env(vars) {
        let why =
            "Node's own fetch reads no proxy variable unless NODE_USE_ENV_PROXY=1 is set (Node 24, or 22 from 22.21)";
        return make(ProxyUse::Ignored, None, why.into());
    }
    if client.loopback_is_direct && target.is_loopback() {
        return make(ProxyUse::Bypassed, Some(name), "it never uses a proxy for this machine itself".into());
    }
    let list = winner(client, vars, client.no_proxy);
    let matched = list.as_ref().map_or(Match::No, |(_, list)| (client.rules)(list.value.expose(), target));
    let list_name = list.as_ref().map_or("NO_PROXY", |(name, _)| name);
    match matched {
        Match::Entry(entry) => {
            make(ProxyUse::Bypassed, Some(list_name), format!("entry {entry} of {list_name} matches"))
        }
        Match::Refused(entry) => make(
            ProxyUse::Refused,
            Some(list_name),
            format!("it cannot read entry {entry} of {list_name} and refuses to start"),
        ),
        Match::No => {
            make(ProxyUse::Proxied, Some(name), proxied_why(client, &var, name, list.is_some().then_some(list_name)))
        }
    }
}

fn proxied_why(client: &Client, var: &Var, name: &str, list: Option<&str>) -> String {
    let mut why = format!("{name} applies");
    if var.file.is_some() {
        why.push_str(" (from the settings of Claude Code)");
    }
    if let Some(list) = list {
        why.extend([", and no entry of ", list, " matches by its rules"]);
    }
    if client.switch == Switch::Dispatcher {
        why.push_str(", where the program sets an EnvHttpProxyAgent");
    }
    if client.switch == Switch::NodeUseEnvProxy {
        why.push_str(", if Node is 24 or later, or 22 from 22.21");
    }
    let is_socks = var.value.expose().trim().to_ascii_lowercase().starts_with("socks");
    match client.socks {
        Socks::No if is_socks => why.push_str("; it names a SOCKS proxy, which this client does not support"),
        Socks::WithExtra if is_socks => {
            why.push_str("; it names a SOCKS proxy, which needs the package socksio or PySocks");
        }
        _ => {}
    }
    why
}

fn scheme(target: &Target) -> &'static str {
    if target.https { "https" } else { "http" }
}

/// One sentence on who goes through the proxy and who does not, where the clients do not all do the same.
pub(crate) fn disagreement(choices: &[ProxyChoice<Collected>]) -> Option<Raw<String>> {
    let of = |outcome: ProxyUse| -> Vec<&str> {
        choices.iter().filter(|choice| choice.outcome == outcome).map(|choice| choice.client).collect()
    };
    let words = [
        (ProxyUse::Proxied, "through the proxy"),
        (ProxyUse::Bypassed, "past it by NO_PROXY"),
        (ProxyUse::Direct, "no proxy variable that applies"),
        (ProxyUse::Ignored, "proxy variables ignored"),
        (ProxyUse::Refused, "settings refused"),
    ];
    let parts: Vec<String> = words
        .iter()
        .map(|(outcome, words)| (of(*outcome), words))
        .filter(|(clients, _)| !clients.is_empty())
        .map(|(clients, words)| format!("{words}: {}", clients.join(", ")))
        .collect();
    (parts.len() > 1).then(|| Raw::new(parts.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::claude_code::settings::Settings;
    use crate::collect::host::fake::FakeHost;
    use crate::model::vocabulary::Surface;

    fn choices(host: &FakeHost, url: &str) -> Vec<ProxyChoice<Collected>> {
        let settings = Settings::default();
        all(&Vars { host, settings: &settings, surface: Surface::Unknown }, &Target::of(url).unwrap())
    }

    fn of(choices: &[ProxyChoice<Collected>], client: &str) -> (ProxyUse, Option<&'static str>) {
        choices.iter().find(|choice| choice.client == client).map(|choice| (choice.outcome, choice.variable)).unwrap()
    }

    #[test]
    fn upper_case_http_proxy_is_not_read_by_curl() {
        let choices = choices(&FakeHost::new().var("HTTP_PROXY", "http://p:1"), "http://api.anthropic.com");
        assert_eq!(of(&choices, "curl"), (ProxyUse::Direct, None));
        assert_eq!(of(&choices, "python-httpx"), (ProxyUse::Proxied, Some("HTTP_PROXY")));
        assert_eq!(of(&choices, "node-fetch").0, ProxyUse::Ignored);
        assert_eq!(of(&choices, "java").0, ProxyUse::Ignored);
    }

    #[test]
    fn node_follows_variables_where_it_is_told_to() {
        let host = FakeHost::new().var("https_proxy", "http://p:1").var("NODE_OPTIONS", "--use-env-proxy");
        assert_eq!(of(&choices(&host, "https://api.anthropic.com"), "node-fetch").0, ProxyUse::Proxied);
    }

    #[test]
    fn an_https_target_takes_the_http_proxy_in_undici_and_claude_code_only() {
        let choices = choices(&FakeHost::new().var("http_proxy", "http://p:1"), "https://api.anthropic.com");
        for client in ["curl", "python-httpx", "go"] {
            assert_eq!(of(&choices, client).0, ProxyUse::Direct, "{client}");
        }
        assert_eq!(of(&choices, "node-fetch").0, ProxyUse::Ignored);
        assert_eq!(of(&choices, "node-undici-env-proxy"), (ProxyUse::Proxied, Some("http_proxy")));
        assert_eq!(of(&choices, "claude-code"), (ProxyUse::Proxied, Some("http_proxy")));
        assert!(disagreement(&choices).unwrap().expose().contains("no proxy variable that applies: curl"));
    }

    #[test]
    fn an_empty_lower_case_variable_removes_its_twin_in_python() {
        let host = FakeHost::new().var("https_proxy", "").var("HTTPS_PROXY", "http://p:1");
        let choices = choices(&host, "https://api.anthropic.com");
        assert_eq!(of(&choices, "python-httpx2").0, ProxyUse::Direct);
        assert_eq!(of(&choices, "curl"), (ProxyUse::Proxied, Some("HTTPS_PROXY")));
    }

    #[test]
    fn go_takes_upper_case_first_and_never_proxies_loopback() {
        let host = FakeHost::new().var("https_proxy", "http://a:1").var("HTTPS_PROXY", "http://b:2");
        assert_eq!(of(&choices(&host, "https://api.anthropic.com"), "go").1, Some("HTTPS_PROXY"));
        assert_eq!(of(&choices(&host, "https://127.0.0.1:9"), "go").0, ProxyUse::Bypassed);
    }

    #[test]
    fn the_same_for_all_is_no_disagreement() {
        assert_eq!(disagreement(&choices(&FakeHost::new(), "https://api.anthropic.com")), None);
    }
}
