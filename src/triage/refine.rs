//! What the surroundings add to a finding: whose address was refused, whether a setting of this machine explains it.

use super::finding::{Finding, Reason};
use crate::model::client::Client;
use crate::model::failure::Failure;
use crate::model::route::{NetworkEnv, ProxyUse, Route};
use crate::model::vocabulary::{Branch, Cause, Surface};
use crate::model::{Collected, Raw};

/// JSON pointers of the first proxy choices; the list itself stands for the rest.
const CHOICES: [&str; 8] = [
    "/network_env/choices/0",
    "/network_env/choices/1",
    "/network_env/choices/2",
    "/network_env/choices/3",
    "/network_env/choices/4",
    "/network_env/choices/5",
    "/network_env/choices/6",
    "/network_env/choices/7",
];

/// The variables that name a proxy, in any case.
const PROXY_VARIABLES: [&str; 3] = ["https_proxy", "http_proxy", "all_proxy"];

/// The name that `network_env.choices` has for a client.
const fn client_of(surface: Surface) -> Option<&'static str> {
    match surface {
        Surface::PythonSdk => Some("python-httpx"),
        Surface::TypescriptSdk => Some("node-fetch"),
        Surface::ClaudeCode => Some("claude-code"),
        Surface::Curl => Some("curl"),
        Surface::GoSdk => Some("go"),
        Surface::JavaSdk | Surface::Other | Surface::Unknown => None,
    }
}

/// All that a failure's own texts say, in one string: addresses are looked for in it.
fn words(failure: &Failure<Collected>) -> String {
    let links = failure.cause_chain.iter().map(|link| link.message.expose().as_str());
    let own = [&failure.error_message, &failure.error_string].into_iter().filter_map(|text| text.value());
    links.chain(own.map(|text| text.expose().as_str())).collect::<Vec<_>>().join("\n")
}

/// Host and port of a URL or a `host:port`, user information left out.
fn authority(url: &str) -> Option<(&str, &str)> {
    let rest = url.trim().split_once("://").map_or(url.trim(), |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let (host, port) = rest.rsplit_once(':')?;
    (!host.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) && !port.is_empty()).then_some((host, port))
}

/// Whether a text names this host and port, in one of the forms that clients use.
fn names_address(text: &str, host: &str, port: &str) -> bool {
    let bare = host.trim_matches(['[', ']']);
    let forms = [
        format!("{host}:{port}"),
        format!("{bare}:{port}"),
        format!("{bare} port {port}"),
        format!("'{bare}', {port}"),
    ];
    forms.iter().any(|form| {
        text.match_indices(form.as_str()).any(|(at, _)| {
            let after = text.as_bytes().get(at + form.len());
            !after.is_some_and(u8::is_ascii_digit)
        })
    })
}

/// Whether a host is this machine.
fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host == "::1" || host == "0.0.0.0" || host.starts_with("127.")
}

/// An address of this machine that the text names, such as `127.0.0.1:3456`.
fn loopback_in(text: &str) -> bool {
    ["127.0.0.1:", "127.0.0.1 port", "localhost:", "localhost port", "[::1]:", "::1:", "::1 port"]
        .iter()
        .any(|form| text.contains(form))
}

/// Adds what route and network settings say.
pub(crate) fn surroundings(
    finding: &mut Finding,
    failure: &Failure<Collected>,
    route: Option<&Route<Collected>>,
    network: Option<&NetworkEnv<Collected>>,
) {
    let words = words(failure);
    // Nothing but a refusal keeps a connection to this machine from being made.
    if finding.kind.is_some_and(|kind| kind.word == "not-connected") && loopback_in(&words.replace("', ", ":")) {
        finding.cause = Cause::TcpRefused;
        finding.kind = super::kind::named("refused");
    }
    if matches!(finding.cause, Cause::TcpRefused | Cause::TimeoutConnect | Cause::TcpReset | Cause::Dns) {
        if network.is_some_and(|network| through_proxy(finding, failure.surface, &words, network)) {
            return;
        }
        if finding.cause == Cause::TcpRefused {
            dead_loopback(finding, &words, route);
        }
    }
    if finding.cause == Cause::NetworkUnreachable && ipv6_in(&words) {
        finding.setting = Some("ipv6");
    }
    if let (Cause::TlsUntrusted, Some(network)) = (finding.cause, network) {
        unread_ca_file(finding, failure.surface, network);
    }
    if finding.branch == Branch::Gateway {
        elsewhere(finding, route);
    }
}

/// Whether the address that failed is a proxy's; says so, and names the variable.
fn through_proxy(finding: &mut Finding, surface: Surface, words: &str, network: &NetworkEnv<Collected>) -> bool {
    let is_proxy = |name: &str| PROXY_VARIABLES.contains(&name.to_ascii_lowercase().as_str());
    let proxies = network.variables.iter().filter(|variable| is_proxy(variable.name.expose()));
    let named = proxies.clone().find(|variable| {
        authority(variable.value.expose()).is_some_and(|(host, port)| names_address(words, host, port))
    });
    let client = client_of(surface);
    let choice =
        network.choices.iter().position(|choice| Some(choice.client) == client && choice.outcome == ProxyUse::Proxied);
    let pointer =
        choice.map_or("/network_env/choices", |at| CHOICES.get(at).copied().unwrap_or("/network_env/choices"));
    if let Some(variable) = named {
        let name = variable.name.expose();
        let pointer = if choice.is_some() { pointer } else { "/network_env/variables" };
        let statement =
            format!("The address that failed is the one in {name}, so it is the proxy that did not answer.");
        finding.because(Reason { statement, pointer, line: None });
        finding.setting = Some("proxy-refused");
        return true;
    }
    let variable = choice.and_then(|at| network.choices[at].variable);
    if let Some(name) = variable.filter(|_| finding.cause != Cause::TcpReset) {
        // The settings are those of evpack's own process; the failing one may have had others.
        let statement =
            format!("Here, this client goes through the proxy in {name}, so the failing address may be the proxy's.");
        finding.because(Reason { statement, pointer, line: None });
        finding.setting = Some("proxy-refused").filter(|_| !loopback_in(words));
        return finding.setting.is_some();
    }
    false
}

/// Says so where nothing listens at a base URL on this machine.
fn dead_loopback(finding: &mut Finding, words: &str, route: Option<&Route<Collected>>) {
    let base = route.and_then(|route| route.base_url.value()).map(Raw::expose);
    let local_base = base.and_then(|url| authority(url)).is_some_and(|(host, _)| is_loopback(host));
    let statement = if local_base {
        "The base URL names a port on this machine, and nothing listens there."
    } else if loopback_in(words) {
        "The refused address is on this machine itself, so a local router or proxy is configured and not running."
    } else {
        return;
    };
    let pointer = if local_base { "/route/base_url" } else { "/failure/error_message" };
    finding.because(Reason { statement: statement.to_owned(), pointer, line: None });
    finding.setting = Some("dead-loopback");
}

/// Whether an address in the text is of IPv6: two colons in a word of hexadecimal digits.
fn ipv6_in(text: &str) -> bool {
    let word = |word: &str| {
        let word = word.trim_matches(['[', ']', '(', ')', ',']);
        word.matches(':').count() >= 3 && word.bytes().all(|b| b.is_ascii_hexdigit() || b":[].".contains(&b))
    };
    text.split_whitespace().any(word)
}

/// Says so where a certificate file is named in a variable that this client does not read, or cannot be read.
fn unread_ca_file(finding: &mut Finding, surface: Surface, network: &NetworkEnv<Collected>) {
    let Some(client) = client_of(surface) else { return };
    let reads = |file: &&crate::model::route::CaFile<Collected>| file.read_by.contains(&client);
    let statement = match network.ca_files.iter().find(reads) {
        Some(file) if !file.certificates.is_captured() => {
            format!("{} names a certificate file that cannot be used.", file.variable)
        }
        Some(_) => return,
        None => match network.ca_files.first() {
            Some(file) => format!("{} is set, and this client does not read it.", file.variable),
            None => "No variable here names a certificate file.".to_owned(),
        },
    };
    finding.because(Reason { statement, pointer: "/network_env/ca_files", line: None });
}

/// Says so where the route goes to another host than Anthropic's.
fn elsewhere(finding: &mut Finding, route: Option<&Route<Collected>>) {
    use crate::model::vocabulary::RouteKind;
    let kind = route.and_then(|route| route.kind.value());
    if let Some(kind) = kind.filter(|kind| **kind != RouteKind::Direct) {
        let statement = format!("The route here goes to {kind}, not straight to the API.");
        finding.because(Reason { statement, pointer: "/route/kind", line: None });
    }
}

/// Adds what the state of the credential in use says about a refused credential.
pub(crate) fn credential(finding: &mut Finding, client: &Client<Collected>) {
    if !matches!(finding.cause, Cause::Auth | Cause::MissingKey) {
        return;
    }
    let defect = client.credentials.iter().find(|credential| credential.effective && !credential.defects.is_empty());
    if let Some(credential) = defect {
        let defects: Vec<String> = credential
            .defects
            .iter()
            .filter_map(|defect| serde_json::to_value(defect).ok()?.as_str().map(|word| word.replace('-', " ")))
            .collect();
        let statement =
            format!("The credential in {} has a defect of form: {}.", credential.place.expose(), defects.join(", "));
        finding.because(Reason { statement, pointer: "/client/credentials", line: None });
        finding.setting = Some("credential-defect");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_the_forms_of_clients() {
        assert_eq!(authority("http://user:p%40ss@10.0.0.1:8080/"), Some(("10.0.0.1", "8080")));
        assert_eq!(authority("proxy.example:3128"), Some(("proxy.example", "3128")));
        assert_eq!(authority("https://api.example.com"), None);
        assert!(names_address("connect ECONNREFUSED 10.0.0.1:8080", "10.0.0.1", "8080"));
        assert!(names_address("Failed to connect to 10.0.0.1 port 8080", "10.0.0.1", "8080"));
        assert!(!names_address("connect ECONNREFUSED 10.0.0.1:80801", "10.0.0.1", "8080"));
        assert!(ipv6_in("connect ENETUNREACH 2607:6bc0::10:443 - Local (:::0)"));
        assert!(!ipv6_in("at 12:30:01 connect ENETUNREACH 160.79.104.10:443"));
    }
}
