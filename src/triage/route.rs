//! Which way a request went: the addresses, base URLs and gateways that a text shows.

use super::rules;
use super::scene::{Mark, Scene};
use crate::model::vocabulary::Surface;

/// Whether all addresses that the text shows are other vendors', and it speaks of nothing of Anthropic's.
pub(super) fn foreign_address(scene: &Scene<'_>) -> bool {
    let vendor = |url: &str| rules::MARKS.hits(url).iter().any(|hit| hit.name.starts_with("vendor."));
    let mut urls = scene.clues.urls.iter().map(|seen| seen.value.expose()).peekable();
    let foreign = matches!(scene.failure.surface, Surface::Other | Surface::Unknown | Surface::Curl);
    let about_claude = scene.says("anthropic") || scene.says("claude");
    foreign && !about_claude && urls.peek().is_some() && urls.all(|url| vendor(&url.to_ascii_lowercase()))
}

/// Vendors of models, and services and programs that serve them.
const MODELS: [&str; 14] = [
    "openai",
    "google",
    "ollama",
    "mistral",
    "groq",
    "cohere",
    "together",
    "fireworks",
    "replicate",
    "xai",
    "huggingface",
    "perplexity",
    "voyage",
    "deepseek",
];

/// Another vendor, where the failing client is none of Anthropic's and the text names neither Anthropic nor a model of it.
pub(super) fn vendor<'a>(scene: &Scene<'a>, gateway: Option<Mark<'a>>) -> Option<Mark<'a>> {
    let foreign = foreign_client(scene);
    let about_claude = scene.says("anthropic") || scene.says("claude");
    let between = gateway.is_some_and(|mark| {
        mark.role == "gateway"
            && !super::responder::RELAYS.contains(&mark.name)
            && !matches!(mark.name, "other" | "google")
    });
    // Services that serve no models are asked by Claude Code's tools and actions, too.
    let served = |mark: &Mark<'_>| MODELS.contains(&mark.name);
    scene.mark("vendor").filter(|mark| (foreign || !served(mark)) && !about_claude && !between)
}

/// Whether the failing client is none of Anthropic's.
pub(super) const fn foreign_client(scene: &Scene<'_>) -> bool {
    matches!(scene.failure.surface, Surface::Other | Surface::Unknown | Surface::Curl)
}

/// Whether the whole text speaks of another vendor of models, and of nothing of Anthropic's.
pub(super) fn foreign_text(scene: &Scene<'_>) -> bool {
    foreign_client(scene) && scene.clues.about_others && !scene.clues.about_claude
}

/// Whether the request went straight to the API's host.
pub(super) fn went_direct(scene: &Scene<'_>) -> bool {
    let url = scene.failure.request.value().and_then(|request| request.url.as_ref());
    // A gateway's log names the API as its own upstream.
    let relayed = scene.says("upstream=") || scene.says("upstream:");
    scene.says("api.anthropic.com") && !relayed
        || url.is_some_and(|url| url.expose().contains("://api.anthropic.com"))
        // Where the failure itself shows no address, the only one that the text shows counts.
        || only_direct(scene)
}

/// Whether all addresses that the text shows are the API's own.
pub(super) fn only_direct(scene: &Scene<'_>) -> bool {
    let mut urls = scene.clues.urls.iter().map(|seen| seen.value.expose()).peekable();
    let own = |url: &str| url.contains("://api.anthropic.com") || url.contains("claude.ai/api/");
    let named = urls.peek().is_some() && urls.all(|url| own(url));
    named && scene.clues.gateways.is_empty() && scene.failure.surface != Surface::ClaudeCode
}

/// Hosts that messages link to: documentation, consoles, trackers.
const LINKED: [&str; 10] = [
    "anthropic",
    "claude.",
    "docs.",
    "github.com",
    "mozilla.org",
    "curl.",
    "console.",
    "support.",
    "platform.",
    "status.",
];

/// Whether the text names an address, and only such that are not Anthropic's and no link to help.
pub(super) fn names_other_host(scene: &Scene<'_>) -> bool {
    let mut other = false;
    for passage in scene.passages {
        for (at, _) in passage.folded().match_indices("://") {
            let host = passage.folded().get(at + 3..).unwrap_or_default();
            let host = host.split(['/', ' ', ':', ')', '"']).next().unwrap_or_default();
            let linked = LINKED.iter().any(|known| host.contains(known));
            if host.contains("anthropic") {
                return false;
            }
            other |= (host.contains('.') || host == "localhost") && !linked;
        }
    }
    other
}

/// Whether the base URL of the text is one of a provider that makes bodies of its own.
pub(super) fn routed(scene: &Scene<'_>) -> bool {
    let provider = |url: &str| {
        rules::MARKS.hits(url).iter().any(|hit| {
            let (role, name) = hit.name.split_once('.').unwrap_or((hit.name, ""));
            role == "gateway" && !super::responder::RELAYS.contains(&name)
        })
    };
    let mut urls = scene.clues.urls.iter().map(|seen| seen.value.expose()).peekable();
    urls.peek().is_some() && urls.all(|url| provider(&url.to_ascii_lowercase()))
}

/// Whether the text or the clues name an inference gateway.
pub(super) fn names_gateway(scene: &Scene<'_>) -> bool {
    let based = || {
        let mut urls = scene.clues.urls.iter().map(|seen| seen.value.expose()).peekable();
        urls.peek().is_some() && !urls.any(|url| url.contains("anthropic.com") || url.contains("claude."))
    };
    !scene.clues.gateways.is_empty() || scene.says("inference gateway (") || scene.says("anthropic_base_url") || based()
}
