//! The allow-list: the only variables that a packet shows. A credential is never among them.

/// Proxy variables, in their upper-case form; each also counts in lower case.
pub(crate) const PROXY: &[&str] = &["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"];

/// All other variables that bear on route, TLS or time limits. `*` at the end stands for any ending.
pub(crate) const OTHER: &[&str] = &[
    // proxies
    "CLAUDE_CODE_PROXY_RESOLVES_HOSTS",
    "NODE_USE_ENV_PROXY",
    "npm_config_https_proxy",
    "npm_config_noproxy",
    "npm_config_proxy",
    // certificates and TLS
    "AWS_CA_BUNDLE",
    "CLAUDE_CODE_CERT_STORE",
    "CLAUDE_CODE_CLIENT_CERT",
    "CURL_CA_BUNDLE",
    "CURL_SSL_BACKEND",
    "DENO_CERT",
    "DENO_TLS_CA_STORE",
    "GIT_SSL_CAINFO",
    "GIT_SSL_NO_VERIFY",
    "NIX_SSL_CERT_FILE",
    "NODE_EXTRA_CA_CERTS",
    "NODE_OPTIONS",
    "NODE_TLS_REJECT_UNAUTHORIZED",
    "NODE_USE_SYSTEM_CA",
    "OPENSSL_CONF",
    "PIP_CERT",
    "PYTHONHTTPSVERIFY",
    "REQUESTS_CA_BUNDLE",
    "SSLKEYLOGFILE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    // resolver
    "GODEBUG",
    "HOSTALIASES",
    "RES_OPTIONS",
    // route
    "ANTHROPIC_AWS_BASE_URL",
    "ANTHROPIC_BASE_URL",
    "ANTHROPIC_BEDROCK_BASE_URL",
    "ANTHROPIC_BEDROCK_MANTLE_BASE_URL",
    "ANTHROPIC_BETAS",
    "ANTHROPIC_FOUNDRY_BASE_URL",
    "ANTHROPIC_FOUNDRY_RESOURCE",
    "ANTHROPIC_GOOGLE_CLOUD_BASE_URL",
    "ANTHROPIC_GOOGLE_CLOUD_LOCATION",
    "ANTHROPIC_MODEL",
    "ANTHROPIC_PROFILE",
    "ANTHROPIC_SMALL_FAST_MODEL",
    "ANTHROPIC_VERTEX_BASE_URL",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST",
    "CLAUDE_CODE_SKIP_*",
    "CLAUDE_CODE_USE_*",
    "CLOUD_ML_REGION",
    "VERTEX_REGION_*",
    // time limits, retries and logging
    "ANTHROPIC_LOG",
    "API_FORCE_IDLE_TIMEOUT",
    "API_TIMEOUT_MS",
    "CLAUDE_CODE_API_KEY_HELPER_TTL_MS",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
    "CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK",
    "CLAUDE_CODE_MAX_OUTPUT_TOKENS",
    "CLAUDE_CODE_MAX_RETRIES",
    "CLAUDE_CODE_PROCESS_WRAPPER",
    "CLAUDE_CODE_RETRY_WATCHDOG",
    "CLAUDE_STREAM_IDLE_TIMEOUT_MS",
    "DISABLE_TELEMETRY",
];

/// Whether a packet shows this variable. Proxy variables count in either case.
pub(crate) fn is_allowed(name: &str) -> bool {
    is_proxy(name) || OTHER.iter().any(|known| matches(known, name))
}

/// Whether this is a proxy variable, in either case.
pub(crate) fn is_proxy(name: &str) -> bool {
    PROXY.iter().any(|known| *known == name || known.to_ascii_lowercase() == name)
}

fn matches(known: &str, name: &str) -> bool {
    match known.strip_suffix('*') {
        Some(start) => name.len() > start.len() && name.starts_with(start),
        None => known == name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::credentials::names::looks_like_credential;

    #[test]
    fn no_credential_is_on_the_list() {
        for name in OTHER.iter().chain(PROXY) {
            assert!(!looks_like_credential(name), "{name}");
        }
        assert!(
            is_allowed("https_proxy") && is_allowed("VERTEX_REGION_CLAUDE_X") && is_allowed("CLAUDE_CODE_USE_BEDROCK")
        );
        assert!(!is_allowed("ANTHROPIC_API_KEY") && !is_allowed("Https_Proxy") && !is_allowed("VERTEX_REGION_"));
    }
}
