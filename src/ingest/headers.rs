//! Response headers that a packet may show, and headers whose values are secrets.

use super::draft::Draft;
use super::{ids, time, words};
use crate::model::{KnownValue, Raw};

/// Header names that may be shown, lower case. Everything else is dropped.
pub(super) const ALLOWED: &[&str] = &[
    "anthropic-fast-input-tokens-remaining",
    "anthropic-fast-output-tokens-remaining",
    "anthropic-priority-input-tokens-limit",
    "anthropic-priority-input-tokens-remaining",
    "anthropic-priority-input-tokens-reset",
    "anthropic-priority-output-tokens-limit",
    "anthropic-priority-output-tokens-remaining",
    "anthropic-priority-output-tokens-reset",
    "anthropic-ratelimit-input-tokens-limit",
    "anthropic-ratelimit-input-tokens-remaining",
    "anthropic-ratelimit-input-tokens-reset",
    "anthropic-ratelimit-output-tokens-limit",
    "anthropic-ratelimit-output-tokens-remaining",
    "anthropic-ratelimit-output-tokens-reset",
    "anthropic-ratelimit-requests-limit",
    "anthropic-ratelimit-requests-remaining",
    "anthropic-ratelimit-requests-reset",
    "anthropic-ratelimit-tokens-limit",
    "anthropic-ratelimit-tokens-remaining",
    "anthropic-ratelimit-tokens-reset",
    "anthropic-ratelimit-unified-5h-reset",
    "anthropic-ratelimit-unified-5h-status",
    "anthropic-ratelimit-unified-5h-utilization",
    "anthropic-ratelimit-unified-7d-reset",
    "anthropic-ratelimit-unified-7d-status",
    "anthropic-ratelimit-unified-7d-utilization",
    "anthropic-ratelimit-unified-reset",
    "anthropic-ratelimit-unified-status",
    "apim-request-id",
    "cf-aig-cache-status",
    "cf-aig-event-id",
    "cf-aig-log-id",
    "cf-aig-step",
    "cf-cache-status",
    "cf-mitigated",
    "cf-ray",
    "content-length",
    "content-type",
    "date",
    "helicone-cache",
    "helicone-id",
    "helicone-status",
    "proxy-agent",
    "proxy-authenticate",
    "proxy-connection",
    "request-id",
    "retry-after",
    "retry-after-ms",
    "server",
    "transfer-encoding",
    "via",
    "x-amzn-errortype",
    "x-amzn-requestid",
    "x-cache",
    "x-cloud-trace-context",
    "x-deny-reason",
    "x-envoy-upstream-service-time",
    "x-litellm-attempted-fallbacks",
    "x-litellm-attempted-retries",
    "x-litellm-call-id",
    "x-litellm-model-id",
    "x-litellm-response-duration-ms",
    "x-litellm-version",
    "x-ms-region",
    "x-ms-request-id",
    "x-portkey-cache-status",
    "x-portkey-last-used-option-index",
    "x-portkey-provider",
    "x-portkey-retry-attempt-count",
    "x-portkey-trace-id",
    "x-request-id",
    "x-robots-tag",
    "x-should-retry",
    "x-squid-error",
    "www-authenticate",
];

/// Headers whose value is the id of the request, the one that counts most first.
const ID_HEADERS: &[&str] =
    &["request-id", "x-request-id", "x-amzn-requestid", "apim-request-id", "x-ms-request-id", "x-litellm-call-id"];

/// The name of the allow-list for a header name as printed.
pub(super) fn allowed(name: &str) -> Option<&'static str> {
    ALLOWED.iter().copied().find(|known| known.eq_ignore_ascii_case(name))
}

/// Headers whose value is a credential, lower case.
const SECRET: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "x-api-key",
    "api-key",
    "x-goog-api-key",
    "x-amz-security-token",
    "cookie",
    "set-cookie",
    "helicone-auth",
    "cf-aig-authorization",
    "x-portkey-api-key",
    "ocp-apim-subscription-key",
    "x-litellm-api-key",
];

/// Whether the value of a header is a credential.
pub(super) fn is_secret(name: &str) -> bool {
    SECRET.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Values that hide a secret already, or show none.
fn is_masked(value: &str) -> bool {
    value.len() < 8
        || value.starts_with("[secure")
        || value.contains("***")
        || value.starts_with('<')
        || value.contains("REDACTED")
        || value.starts_with('$')
}

/// The credential values of a secret header.
pub(super) fn secrets(name: &str, value: &str, place: &Raw<String>) -> Vec<KnownValue> {
    let known = |value: &str, kind: &'static str| KnownValue { value: Raw::text(value), kind, place: place.clone() };
    let value = value.trim();
    if is_masked(value) {
        return Vec::new();
    }
    if name.to_ascii_lowercase().contains("cookie") {
        let pairs = value.split(';').filter_map(|pair| pair.trim().split_once('='));
        return pairs.filter(|(_, value)| value.len() >= 12).map(|(_, value)| known(value, "cookie")).collect();
    }
    let bare = ["Bearer ", "bearer ", "Basic ", "basic ", "token ", "Negotiate "]
        .iter()
        .find_map(|scheme| value.strip_prefix(scheme))
        .unwrap_or(value)
        .trim();
    if is_masked(bare) {
        return Vec::new();
    }
    vec![known(bare, kind(bare))]
}

/// Kind of a credential for its placeholder.
fn kind(value: &str) -> &'static str {
    match value {
        _ if value.starts_with("sk-ant-api") => "anthropic-api-key",
        _ if value.starts_with("sk-ant-admin") => "anthropic-admin-key",
        _ if value.starts_with("sk-ant-oat") => "anthropic-oauth-token",
        _ if value.starts_with("sk-ant-") => "anthropic-credential",
        _ if value.starts_with("eyJ") => "jwt",
        _ => "auth-header",
    }
}

/// Puts a response header into a draft: shown ones, ids, and the date.
pub(super) fn take(draft: &mut Draft, name: &str, value: &str) {
    let Some(name) = allowed(name) else { return };
    let value = words::cut(value.trim(), 400);
    if ID_HEADERS.contains(&name) {
        // Anthropic's own id outranks the ids of whatever stands before it.
        if let Some(id) = ids::clean(value) {
            let own = name == "request-id" || !draft.headers.contains_key("request-id");
            if own && !draft.ids.contains(&id) {
                draft.ids.push(id);
            }
        }
    }
    if name == "date" {
        draft.time = draft.time.take().or_else(|| time::http_date(value));
    }
    if name == "retry-after" || !value.is_empty() {
        draft.headers.insert(name, value.to_owned());
    }
}

/// Splits `Name: value`; the name is a header name.
pub(super) fn pair(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let valid = !name.is_empty()
        && name.len() < 64
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    valid.then_some((name, value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_headers_are_kept_and_secrets_are_told() {
        let mut draft = Draft::default();
        take(&mut draft, "Request-Id", "req_011CSHoEeqs5C35K2UUqR7Fy");
        take(&mut draft, "anthropic-organization-id", "11111111-2222-4333-8444-555555555555");
        take(&mut draft, "Set-Cookie", "__cf_bm=abcdefghijklmnop");
        assert_eq!(draft.headers.len(), 1);
        assert_eq!(draft.ids, ["req_011CSHoEeqs5C35K2UUqR7Fy"]);
        let place = Raw::text("here");
        let key = format!("sk-ant-{}", "api03-abcdefgh");
        let found = secrets("Authorization", &format!("Bearer {key}"), &place);
        assert_eq!((found.len(), found[0].kind, found[0].value.expose() == &key), (1, "anthropic-api-key", true));
        assert!(secrets("authorization", "***", &place).is_empty());
        assert_eq!(secrets("cookie", "a=1; session=abcdefghijklmnop", &place).len(), 1);
    }
}
