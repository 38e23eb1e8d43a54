//! What is known of the failing request: its shape, its route and its settings.

use serde_json::{Value, json};

use super::Observed;
use crate::model::failure::Request;
use crate::model::packet::HARMLESS_PROMPT;
use crate::model::route::{CaFile, ProxyUse};
use crate::model::safe::ModelName;
use crate::model::vocabulary::{Language, RouteKind, Surface};
use crate::model::{Collected, OrText, Raw};

/// Where requests go when nothing says otherwise. Source: all SDKs' default.
pub(super) const DEFAULT_BASE: &str = "https://api.anthropic.com";
/// Stands in where the model is not known, and `unknown` says so.
const STAND_IN_MODEL: &str = "claude-opus-5-5";
const PATH: &str = "/v1/messages";
/// The smallest request of the same shape: more than this proves nothing more.
const MOST_MESSAGES: u64 = 3;
const MOST_BLOCKS: u64 = 4;
const MOST_TOOLS: u64 = 3;

/// How the curl command shows a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Credential {
    /// `x-api-key` from a variable.
    ApiKey(&'static str),
    /// `Authorization: Bearer` from a variable.
    Bearer(&'static str),
    /// None that a command could take from a variable: a 401 then proves the path.
    None,
}

/// Kind of the request's target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// `POST /v1/messages`.
    Messages,
    /// `POST /v1/messages/count_tokens`: the same body without `max_tokens`.
    CountTokens,
    /// A request that sends no body.
    WithoutBody,
    /// Anything else: its body is not known.
    Other,
}

/// What a reproduction needs to know. Texts in it are captured and go through `literal` only.
pub(super) struct Shape {
    pub(super) base_url: Raw<String>,
    pub(super) url: Raw<String>,
    pub(super) method: &'static str,
    pub(super) endpoint: Endpoint,
    pub(super) kind: RouteKind,
    pub(super) body: Raw<Value>,
    pub(super) stream: bool,
    pub(super) timeout_ms: Option<u64>,
    pub(super) max_retries: Option<u32>,
    pub(super) credential: Credential,
    pub(super) api_version: &'static str,
    /// Said where the request had more than is sent here.
    pub(super) shortened: Option<String>,
    /// Proxy option of curl.
    pub(super) proxy: Option<&'static str>,
    pub(super) no_proxy: bool,
    /// Variable that names the certificate file.
    pub(super) ca_variable: Option<&'static str>,
    /// Names of proxy and certificate variables that are set.
    pub(super) variables: Vec<&'static str>,
    pub(super) language: Option<Language>,
    pub(super) unknown: Vec<&'static str>,
}

/// Gathers the shape.
pub(super) fn shape(seen: &Observed<'_>) -> Shape {
    let request = seen.failure.and_then(|failure| failure.request.value());
    let mut unknown = unknown_of(request);
    let (base_url, url) = urls(seen, request, &mut unknown);
    let timeout_ms = seen.failure.and_then(|f| f.timeout_seconds.value()).map(|timeout| timeout.millis());
    let max_retries = seen.failure.and_then(|f| f.max_retries.value()).copied();
    if timeout_ms.is_none() {
        unknown.push("timeout");
    }
    if max_retries.is_none() {
        unknown.push("retry setting");
    }
    let language = language(seen);
    let (credential, api_version) = credential(seen);
    let client = proxy_client(seen.client.surface);
    let outcome = seen.network.choices.iter().find(|choice| choice.client == client);
    let curl_is_proxied = seen.network.choices.iter().any(|c| c.client == "curl" && c.outcome == ProxyUse::Proxied);
    let proxied = outcome.filter(|choice| choice.outcome == ProxyUse::Proxied);
    let method = method(request);
    let endpoint = endpoint(url.expose(), method);
    Shape {
        body: Raw::new(body(request, endpoint)),
        method,
        endpoint,
        kind: seen.route.kind.value().copied().unwrap_or(RouteKind::Direct),
        stream: request.and_then(|r| r.stream).unwrap_or(false),
        shortened: request.and_then(shortened),
        proxy: proxied.and_then(|choice| choice.variable),
        no_proxy: outcome.is_some() && proxied.is_none() && curl_is_proxied,
        ca_variable: ca_files(seen).next().map(|file| file.variable),
        variables: variables(seen),
        base_url,
        url,
        timeout_ms,
        max_retries,
        credential,
        api_version,
        language,
        unknown,
    }
}

fn unknown_of(request: Option<&Request<Collected>>) -> Vec<&'static str> {
    type Known = fn(&Request<Collected>) -> bool;
    let fields: &[(&'static str, Known)] = &[
        ("model (an example stands in)", |r| r.model.is_some()),
        ("streaming or not", |r| r.stream.is_some()),
        ("max_tokens", |r| r.max_tokens.is_some()),
    ];
    let counts: &[(&'static str, Known)] = &[
        ("number of messages", |r| r.messages.is_some()),
        ("number of content blocks", |r| r.blocks.is_some()),
        ("number of tools", |r| r.tools.is_some()),
    ];
    let none = counts.iter().all(|(_, known)| !request.is_some_and(known));
    let counts = if none { &[("numbers of messages, blocks and tools", (|_| false) as Known)] } else { counts };
    fields.iter().chain(counts).filter(|(_, known)| !request.is_some_and(known)).map(|(name, _)| *name).collect()
}

/// Base URL and full URL. The request's own URL decides the path; the route decides the base where no request is shown.
fn urls(
    seen: &Observed<'_>,
    request: Option<&Request<Collected>>,
    unknown: &mut Vec<&'static str>,
) -> (Raw<String>, Raw<String>) {
    let shown = request.and_then(|r| r.url.as_ref()).or_else(|| seen.clues.urls.last().map(|clue| &clue.value));
    let full = shown.map(Raw::expose).filter(|url| url.contains("://"));
    let base = seen.route.base_url.value().map(|url| url.expose().clone()).or_else(|| full.map(|url| base_of(url)));
    if base.is_none() {
        unknown.push("base URL");
    }
    let base = base.unwrap_or_else(|| DEFAULT_BASE.to_owned());
    let url = full.filter(|url| url.contains("/v1/")).cloned();
    let url = url.unwrap_or_else(|| format!("{}{PATH}", base.trim_end_matches('/')));
    (Raw::new(base), Raw::new(url))
}

fn base_of(url: &str) -> String {
    url.split("/v1/").next().unwrap_or(url).to_owned()
}

/// What the request was for, as far as it changes what can be reproduced.
fn endpoint(url: &str, method: &str) -> Endpoint {
    let path = url.split(['?', '#']).next().unwrap_or(url).trim_end_matches('/');
    match path.strip_suffix("/count_tokens") {
        _ if matches!(method, "GET" | "DELETE") => Endpoint::WithoutBody,
        Some(rest) if rest.ends_with(PATH) => Endpoint::CountTokens,
        None if path.ends_with(PATH) => Endpoint::Messages,
        _ => Endpoint::Other,
    }
}

fn method(request: Option<&Request<Collected>>) -> &'static str {
    let method = request.and_then(|r| r.method.as_ref()).map(Raw::expose);
    ["GET", "DELETE", "PUT"].into_iter().find(|known| method.is_some_and(|m| m == known)).unwrap_or("POST")
}

fn body(request: Option<&Request<Collected>>, endpoint: Endpoint) -> Value {
    let model = request.and_then(|r| r.model.as_ref()).map_or_else(|| STAND_IN_MODEL.to_owned(), model_name);
    let count = |get: fn(&Request<Collected>) -> Option<u64>| request.and_then(get);
    let (messages, blocks, tools) = sent(count(|r| r.messages), count(|r| r.blocks), count(|r| r.tools));
    let blocks = blocks + 1 - messages;
    let turn = |index: u64| {
        let role = if index.is_multiple_of(2) { "user" } else { "assistant" };
        let content = if index + 1 == messages && blocks > 1 {
            (0..blocks).map(|_| json!({"type": "text", "text": HARMLESS_PROMPT})).collect()
        } else {
            json!(HARMLESS_PROMPT)
        };
        json!({"role": role, "content": content})
    };
    let mut body = json!({
        "model": model,
        "max_tokens": count(|r| r.max_tokens).unwrap_or(64),
        "messages": (0..messages).map(turn).collect::<Vec<_>>(),
    });
    if tools > 0 {
        let tool = |n| json!({"name": format!("tool_{n}"), "input_schema": {"type": "object", "properties": {}}});
        body["tools"] = (1..=tools).map(tool).collect();
    }
    if endpoint == Endpoint::CountTokens
        && let Some(entries) = body.as_object_mut()
    {
        entries.shift_remove("max_tokens");
    }
    body
}

fn model_name(model: &OrText<Collected, ModelName>) -> String {
    match model {
        OrText::Safe(name) => name.as_str().to_owned(),
        OrText::Text(text) => text.expose().clone(),
    }
}

/// Messages, blocks and tools that are sent for a request that had so many.
fn sent(messages: Option<u64>, blocks: Option<u64>, tools: Option<u64>) -> (u64, u64, u64) {
    let messages = messages.unwrap_or(1).clamp(1, MOST_MESSAGES);
    // The last message is the user's, so an even number has no place.
    let messages = if messages == 2 { 1 } else { messages };
    let last = blocks.unwrap_or(1).saturating_sub(messages - 1).clamp(1, MOST_BLOCKS);
    (messages, last + messages - 1, tools.unwrap_or(0).min(MOST_TOOLS))
}

fn shortened(request: &Request<Collected>) -> Option<String> {
    let (messages, blocks, tools) = sent(request.messages, request.blocks, request.tools);
    let had = [
        (request.messages, messages, "messages"),
        (request.blocks, blocks, "content blocks"),
        (request.tools, tools, "tools"),
    ];
    let less = had.iter().any(|(had, sent, _)| had.is_some_and(|had| had > *sent));
    let parts = had.iter().filter_map(|(had, _, noun)| had.map(|had| format!("{had} {noun}")));
    less.then(|| format!("Shortened: the failing request had {}.", parts.collect::<Vec<_>>().join(", ")))
}

fn language(seen: &Observed<'_>) -> Option<Language> {
    match seen.client.surface {
        Surface::PythonSdk => Some(Language::Python),
        Surface::TypescriptSdk => Some(Language::Typescript),
        Surface::GoSdk => Some(Language::Go),
        Surface::JavaSdk => Some(Language::Java),
        Surface::ClaudeCode | Surface::Curl => None,
        Surface::Other | Surface::Unknown => seen.client.sdk.value().map(|sdk| sdk.language),
    }
}

/// Header and API version as the failing client sends them: the Python SDK from 2 and the TypeScript SDK from 1 send the
/// key as `Authorization: Bearer` with version 2026-10-21; older ones, curl and Claude Code send `x-api-key` with
/// 2023-06-01. Source: captured requests of these clients.
fn credential(seen: &Observed<'_>) -> (Credential, &'static str) {
    let major = seen.client.sdk.value().and_then(|sdk| {
        let version = sdk.version.value()?.safe()?.as_str();
        Some((sdk.language, version.split('.').next()?.parse::<u32>().ok()?))
    });
    let new = match (seen.client.surface, major) {
        (Surface::PythonSdk, Some((Language::Python, major))) => major >= 2,
        (Surface::TypescriptSdk, Some((Language::Typescript, major))) => major >= 1,
        _ => false,
    };
    let method = seen.client.auth.value().map(|auth| auth.method);
    let credential = match method {
        Some("auth-token") => Credential::Bearer("ANTHROPIC_AUTH_TOKEN"),
        Some("api-key") | None if new => Credential::Bearer("ANTHROPIC_API_KEY"),
        Some("api-key") | None => Credential::ApiKey("ANTHROPIC_API_KEY"),
        Some(_) => Credential::None,
    };
    (credential, if new { "2026-10-21" } else { "2023-06-01" })
}

/// The name under which `network_env.choices` tells what the failing client does.
fn proxy_client(surface: Surface) -> &'static str {
    match surface {
        Surface::PythonSdk => "python-httpx",
        Surface::TypescriptSdk => "node-fetch",
        Surface::ClaudeCode => "claude-code",
        Surface::GoSdk => "go",
        _ => "curl",
    }
}

/// The certificate files whose variables the failing client reads; where it is not known, what curl reads.
fn ca_files<'a>(seen: &'a Observed<'_>) -> impl Iterator<Item = &'a CaFile<Collected>> {
    let reader = match seen.client.surface {
        Surface::Other | Surface::Unknown => Surface::Curl.word(),
        surface => surface.word(),
    };
    seen.network.ca_files.iter().filter(move |file| file.read_by.contains(&reader))
}

/// Proxy and certificate variables that a reproduction has to keep, by name.
const KEPT: &[&str] = &[
    "https_proxy",
    "HTTPS_PROXY",
    "http_proxy",
    "HTTP_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "NODE_USE_ENV_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "NODE_USE_SYSTEM_CA",
    "NODE_TLS_REJECT_UNAUTHORIZED",
    "CLAUDE_CODE_CERT_STORE",
];

/// Whether the failing client reads a variable of certificates; all clients have their own.
fn reads(seen: &Observed<'_>, name: &str) -> bool {
    let client = proxy_client(seen.client.surface);
    match name {
        "NODE_USE_SYSTEM_CA" | "NODE_TLS_REJECT_UNAUTHORIZED" => matches!(client, "node-fetch" | "claude-code"),
        "NODE_USE_ENV_PROXY" => client == "node-fetch",
        "CLAUDE_CODE_CERT_STORE" => client == "claude-code",
        "SSL_CERT_FILE" | "SSL_CERT_DIR" | "REQUESTS_CA_BUNDLE" | "CURL_CA_BUNDLE" | "NODE_EXTRA_CA_CERTS" => {
            ca_files(seen).any(|file| file.variable == name)
        }
        _ => true,
    }
}

fn variables(seen: &Observed<'_>) -> Vec<&'static str> {
    let set = |name: &&&str| seen.network.variables.iter().any(|variable| variable.name.expose() == **name);
    KEPT.iter().filter(set).filter(|name| reads(seen, name)).copied().collect()
}
