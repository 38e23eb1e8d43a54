//! Which proxy a client would use: its own rules, as collection knows them, or what the plan says.

use super::fault::Fault;
use super::node::Node;
use super::plan::Via;
use super::proxy::Proxy;
use crate::collect::network::choices;
use crate::collect::network::target::Target;
use crate::collect::vars::Vars;
use crate::model::Raw;
use crate::model::probe::ProbeClient;
use crate::model::route::ProxyUse;
use crate::model::vocabulary::Cause;

/// The proxy, if any, and why in one sentence.
pub(crate) struct Choice {
    pub(crate) proxy: Option<Proxy>,
    pub(crate) why: Raw<String>,
}

/// How the reason of collection ends for a Node whose version it does not know.
const IF_NODE: &str = ", if Node is 24 or later, or 22 from 22.21";

/// Name of the client's row in the table of proxy rules.
const fn row(client: ProbeClient) -> &'static str {
    match client {
        ProbeClient::Python => "python-httpx2",
        ProbeClient::Typescript => "node-fetch",
        ProbeClient::ClaudeCode => "claude-code",
        ProbeClient::Curl => "curl",
        ProbeClient::Go => "go",
    }
}

/// The choice for a URL. A fault means that the client itself would refuse these settings.
pub(crate) fn choose(
    via: &Via,
    (client, node): (ProbeClient, Node),
    url: &str,
    vars: &Vars<'_>,
) -> Result<Choice, Fault> {
    let direct = |why: String| Ok(Choice { proxy: None, why: Raw::new(why) });
    let through = |text: &str, source: &str, why: &str| {
        let proxy = Proxy::of(text, Raw::text(source), client)?;
        let why = Raw::new(format!("through the proxy {}: {why}", proxy.address()));
        Ok(Choice { proxy: Some(proxy), why })
    };
    match via {
        Via::Direct => return direct("direct: asked for".to_owned()),
        Via::Proxy(url) => return through(url.expose(), "--via", "asked for"),
        Via::Rules => {}
    }
    let Some(target) = Target::of(url) else { return direct("direct".to_owned()) };
    let all = choices::all(vars, &target);
    let Some(choice) = all.into_iter().find(|choice| choice.client == row(client)) else {
        return direct("direct".to_owned());
    };
    let why = choice.why.expose();
    match (choice.outcome, choice.variable) {
        (ProxyUse::Proxied, Some(_)) if client == ProbeClient::Typescript && node.reads_env_proxy() == Some(false) => {
            direct(format!("direct: {} does not know NODE_USE_ENV_PROXY (24 does, and 22 from 22.21)", node.words()))
        }
        (ProxyUse::Proxied, Some(name)) => {
            let var = if client == ProbeClient::ClaudeCode { vars.claude_code(name) } else { vars.shell(name) };
            let value = var.map(|var| var.value).unwrap_or_default();
            // Where the version is known there is no `if`.
            let known = why.strip_suffix(IF_NODE).filter(|_| node.reads_env_proxy() == Some(true));
            let why = known.map_or_else(|| why.clone(), |why| format!("{why}, and {} reads it", node.words()));
            through(value.expose(), name, &why)
        }
        (ProxyUse::Refused, _) => Err(Fault::new(Cause::InvalidRequest, why.clone())),
        _ => direct(format!("direct: {why}")),
    }
}

/// A proxy that the environment names and that this client passes over: the first of the variables that clients read.
pub(crate) fn passed_over(client: ProbeClient, url: &Raw<String>, vars: &Vars<'_>) -> Option<Proxy> {
    let names: &[&str] = if Target::of(url.expose())?.https {
        &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    } else {
        &["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
    };
    let set = |name: &&str| {
        let value = vars.effective_text(name)?.value;
        Proxy::of(value.expose(), Raw::text(*name), client).ok()
    };
    names.iter().find_map(set)
}
