//! Hosts and the provider that they stand for, as data.

use super::super::network::target::Target;
use super::super::vars::Vars;
use crate::model::vocabulary::RouteKind;

/// How a host is recognised.
enum Host {
    Is(&'static str),
    EndsIn(&'static str),
    /// Starts and ends so, with a region or a resource between.
    Between(&'static str, &'static str),
}

/// Hosts that are known, and what they are. Sources: the SDKs' base URLs and the vendors' documentation.
const KNOWN: &[(Host, RouteKind, &str)] = &[
    (Host::Is("api.anthropic.com"), RouteKind::Direct, "Anthropic's own API"),
    (Host::EndsIn(".anthropic.com"), RouteKind::Direct, "a host of Anthropic"),
    (Host::Between("aws-external-anthropic.", ".api.aws"), RouteKind::Direct, "Anthropic's platform on AWS"),
    (Host::Between("bedrock-runtime", ".amazonaws.com"), RouteKind::Bedrock, "Amazon Bedrock"),
    (Host::Between("bedrock-runtime", ".amazonaws.com.cn"), RouteKind::Bedrock, "Amazon Bedrock"),
    (Host::Between("bedrock-mantle.", ".api.aws"), RouteKind::Bedrock, "Amazon Bedrock (Mantle)"),
    (Host::Between("vpce-", ".vpce.amazonaws.com"), RouteKind::Bedrock, "a private endpoint of AWS"),
    (Host::EndsIn("aiplatform.googleapis.com"), RouteKind::Vertex, "Google Vertex AI"),
    (Host::Between("aiplatform.", ".rep.googleapis.com"), RouteKind::Vertex, "Google Vertex AI"),
    (Host::EndsIn(".services.ai.azure.com"), RouteKind::Foundry, "Microsoft Foundry"),
    (Host::EndsIn(".openai.azure.com"), RouteKind::Foundry, "Microsoft Azure"),
    (Host::EndsIn(".cognitiveservices.azure.com"), RouteKind::Foundry, "Microsoft Azure"),
    (Host::EndsIn("openrouter.ai"), RouteKind::Gateway, "OpenRouter"),
    (Host::Is("gateway.ai.cloudflare.com"), RouteKind::Gateway, "Cloudflare AI Gateway"),
    (Host::EndsIn("portkey.ai"), RouteKind::Gateway, "Portkey"),
    (Host::EndsIn("helicone.ai"), RouteKind::Gateway, "Helicone"),
    (Host::EndsIn("vercel.sh"), RouteKind::Gateway, "Vercel AI Gateway"),
    (Host::Is("api.deepseek.com"), RouteKind::Gateway, "DeepSeek, another vendor"),
    (Host::EndsIn("z.ai"), RouteKind::Gateway, "Z.ai, another vendor"),
    (Host::EndsIn("bigmodel.cn"), RouteKind::Gateway, "Zhipu, another vendor"),
    (Host::EndsIn("moonshot.ai"), RouteKind::Gateway, "Moonshot, another vendor"),
    (Host::EndsIn("moonshot.cn"), RouteKind::Gateway, "Moonshot, another vendor"),
    (Host::EndsIn("aliyuncs.com"), RouteKind::Gateway, "Alibaba Cloud, another vendor"),
    (Host::EndsIn("minimax.io"), RouteKind::Gateway, "MiniMax, another vendor"),
    (Host::EndsIn("volces.com"), RouteKind::Gateway, "Volcengine, another vendor"),
    (Host::EndsIn("api.githubcopilot.com"), RouteKind::Gateway, "GitHub Copilot"),
];

/// Default ports of gateways on this machine.
const LOCAL_PORTS: &[(u16, &str)] = &[
    (4000, "the default port of LiteLLM"),
    (3456, "the default port of claude-code-router"),
    (8787, "the default port of Portkey's gateway"),
    (11434, "the default port of Ollama"),
];

/// Hosts whose URLs stand in error texts as pages to read, and are not called.
const PAGES: &[&str] = &[
    "docs.anthropic.com",
    "docs.claude.com",
    "platform.claude.com",
    "console.anthropic.com",
    "support.claude.com",
    "support.anthropic.com",
    "status.claude.com",
    "status.anthropic.com",
    "code.claude.com",
    "claude.ai",
    "claude.com",
    "www.anthropic.com",
    "anthropic.com",
    "github.com",
    "nodejs.org",
    "docs.python.org",
    "curl.se",
    "stackoverflow.com",
    "errors.pydantic.dev",
    "developer.mozilla.org",
    "docs.litellm.ai",
    "openrouter.ai/docs",
];

/// Parts of a path that only a call has.
const CALLS: &[&str] = &[
    "/v1/messages",
    "/v1/complete",
    "/v1/models",
    ":rawPredict",
    ":streamRawPredict",
    "/invoke",
    "/converse",
    "/anthropic",
];

/// Where the path of a call begins; what stands before it is the base URL.
const BASE_ENDS: &[&str] = &["/v1/messages", "/v1/complete", "/v1/models", "/v1/projects", "/model/"];

/// Whether the host is one of documentation or status pages.
pub(super) fn is_page(host: &str) -> bool {
    PAGES.contains(&host)
}

/// Whether the URL is that of a call.
pub(super) fn is_call(url: &str) -> bool {
    CALLS.iter().any(|part| url.contains(part))
}

/// The base of a call's URL: without the API's path, without query.
pub(super) fn base_of(url: &str) -> String {
    let url = url.trim().split(['?', '#']).next().unwrap_or(url);
    let end = BASE_ENDS.iter().filter_map(|part| url.find(part)).min().unwrap_or(url.len());
    url[..end].trim_end_matches('/').to_owned()
}

/// The provider that a base URL stands for, and why in one sentence.
pub(super) fn judge(base: &str) -> (RouteKind, String) {
    let Some(target) = Target::of(base) else {
        return (RouteKind::Gateway, "the base URL cannot be read as a URL".into());
    };
    let host = target.host.as_str();
    if let Some((_, kind, name)) = KNOWN.iter().find(|(known, ..)| known.is(host)) {
        return (*kind, format!("{host} is {name}"));
    }
    let local = LOCAL_PORTS.iter().find(|(port, _)| target.port == Some(*port) && target.is_loopback());
    let hint = local.map(|(_, name)| format!(", and its port is {name}")).unwrap_or_default();
    (RouteKind::Gateway, format!("{} is none of Anthropic's hosts{hint}", target.shown().expose()))
}

impl Host {
    fn is(&self, host: &str) -> bool {
        match self {
            Self::Is(name) => host == *name,
            Self::EndsIn(end) => host
                .strip_suffix(end)
                .is_some_and(|front| front.is_empty() || end.starts_with('.') || front.ends_with(['.', '-'])),
            Self::Between(start, end) => {
                host.len() >= start.len() + end.len() && host.starts_with(start) && host.ends_with(end)
            }
        }
    }
}

/// The base URL that a provider's own settings lead to, and the variable that says so.
pub(super) fn default_of(kind: RouteKind, vars: &Vars<'_>) -> Option<(String, String)> {
    let first = |names: &[&str]| {
        names.iter().find_map(|name| {
            vars.effective_text(name).map(|var| (var.value.expose().trim().to_owned(), (*name).to_owned()))
        })
    };
    match kind {
        RouteKind::Bedrock => first(&["AWS_REGION", "AWS_DEFAULT_REGION"])
            .map(|(region, name)| (format!("https://bedrock-runtime.{region}.amazonaws.com"), name)),
        RouteKind::Vertex => first(&["CLOUD_ML_REGION"]).map(|(region, name)| {
            let host = if region == "global" {
                "aiplatform.googleapis.com".into()
            } else {
                format!("{region}-aiplatform.googleapis.com")
            };
            (format!("https://{host}/v1"), name)
        }),
        RouteKind::Foundry => first(&["ANTHROPIC_FOUNDRY_RESOURCE"])
            .map(|(resource, name)| (format!("https://{resource}.services.ai.azure.com/anthropic"), name)),
        RouteKind::Direct | RouteKind::Gateway => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_judged_by_the_table_and_look_alikes_are_not() {
        for (base, kind) in [
            ("https://api.anthropic.com", RouteKind::Direct),
            ("https://api.anthropic.com.evil.example", RouteKind::Gateway),
            ("https://notanthropic.com", RouteKind::Gateway),
            ("https://bedrock-runtime.us-east-1.amazonaws.com", RouteKind::Bedrock),
            ("https://europe-west1-aiplatform.googleapis.com/v1", RouteKind::Vertex),
            ("https://aiplatform.eu.rep.googleapis.com/v1", RouteKind::Vertex),
            ("https://acme.services.ai.azure.com/anthropic/", RouteKind::Foundry),
            ("https://openrouter.ai/api", RouteKind::Gateway),
            ("http://localhost:4000", RouteKind::Gateway),
            ("proxy.corp:8080", RouteKind::Gateway),
        ] {
            assert_eq!(judge(base).0, kind, "{base}");
        }
        assert!(judge("http://localhost:4000").1.contains("LiteLLM"));
        assert!(judge("https://bz.ai").1.contains("none of Anthropic's"));
    }

    #[test]
    fn the_base_is_what_stands_before_the_path_of_the_call() {
        assert_eq!(base_of("http://127.0.0.1:1/529/v1/messages?beta=true"), "http://127.0.0.1:1/529");
        assert_eq!(
            base_of("https://eu-aiplatform.googleapis.com/v1/projects/p/locations/x:rawPredict"),
            "https://eu-aiplatform.googleapis.com"
        );
        assert_eq!(base_of("https://gw.example/"), "https://gw.example");
    }
}
