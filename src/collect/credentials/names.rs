//! Names of credentials: those whose state is reported, and the shape of a name that makes its value a secret.

use crate::model::client::CredentialKind;
use crate::model::vocabulary::RouteKind;

/// What belongs in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expects {
    /// An API key of Anthropic; behind a gateway, the gateway's own key.
    ApiKey,
    /// A bearer token: a gateway's key or an OAuth token.
    Bearer,
    /// An OAuth access token of Anthropic.
    Oauth,
    /// An OAuth refresh token of Anthropic.
    Refresh,
    /// An admin key.
    Admin,
    /// A key or token of AWS.
    Aws,
    /// Anything but a credential of Anthropic.
    Foreign,
    /// Anything.
    Any,
}

impl Expects {
    /// Whether a kind does not belong here. What evpack does not know is never called wrong.
    pub(crate) fn refuses(self, kind: CredentialKind, route: Option<RouteKind>) -> bool {
        use CredentialKind as K;
        let known_elsewhere = matches!(kind, K::OtherVendor | K::Aws | K::Google | K::Jwt);
        let ours = matches!(
            kind,
            K::AnthropicApiKey
                | K::AnthropicAdminKey
                | K::AnthropicOauthToken
                | K::AnthropicRefreshToken
                | K::AnthropicSession
        );
        match self {
            Self::ApiKey => {
                (ours && kind != K::AnthropicApiKey) || (known_elsewhere && route == Some(RouteKind::Direct))
            }
            Self::Bearer => matches!(kind, K::AnthropicAdminKey | K::AnthropicRefreshToken | K::AnthropicSession),
            Self::Oauth => (ours && kind != K::AnthropicOauthToken) || known_elsewhere,
            Self::Refresh => (ours && kind != K::AnthropicRefreshToken) || known_elsewhere,
            Self::Admin => (ours && kind != K::AnthropicAdminKey) || known_elsewhere,
            Self::Aws => ours || matches!(kind, K::OtherVendor | K::Google),
            Self::Foreign => ours,
            Self::Any => false,
        }
    }
}

/// A variable whose state is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    pub(crate) expects: Expects,
    /// Whether the value is a path to the credential.
    pub(crate) is_file: bool,
}

impl Known {
    /// The part of the value that has the form of a credential; none where no header of several is one.
    pub(crate) fn form_of<'a>(&self, value: &'a str) -> Option<&'a str> {
        if self.name != CUSTOM_HEADERS {
            return Some(value);
        }
        headers(value).find(|(name, _)| looks_like_credential(name)).map(|(_, value)| value)
    }
}

/// The variable that adds headers to every request.
pub(crate) const CUSTOM_HEADERS: &str = "ANTHROPIC_CUSTOM_HEADERS";

/// The headers of `ANTHROPIC_CUSTOM_HEADERS`: one `Name: value` a line.
pub(crate) fn headers(value: &str) -> impl Iterator<Item = (&str, &str)> {
    value.lines().filter_map(|line| line.split_once(':')).map(|(name, value)| (name.trim(), value.trim()))
}

const fn key(name: &'static str, expects: Expects) -> Known {
    Known { name, expects, is_file: false }
}

const fn file(name: &'static str) -> Known {
    Known { name, expects: Expects::Any, is_file: true }
}

/// Credentials that the clients of Claude read. Source: the SDKs' and Claude Code's documentation of variables.
pub(crate) const KNOWN: &[Known] = &[
    key("ANTHROPIC_API_KEY", Expects::ApiKey),
    key("ANTHROPIC_AUTH_TOKEN", Expects::Bearer),
    key("CLAUDE_CODE_OAUTH_TOKEN", Expects::Oauth),
    key("CLAUDE_CODE_OAUTH_REFRESH_TOKEN", Expects::Refresh),
    key(CUSTOM_HEADERS, Expects::Any),
    key("ANTHROPIC_ADMIN_KEY", Expects::Admin),
    key("ANTHROPIC_ADMIN_API_KEY", Expects::Admin),
    key("ANTHROPIC_IDENTITY_TOKEN", Expects::Foreign),
    file("ANTHROPIC_IDENTITY_TOKEN_FILE"),
    key("ANTHROPIC_WEBHOOK_SIGNING_KEY", Expects::Any),
    key("ANTHROPIC_WORK_SECRET", Expects::Any),
    key("ANTHROPIC_ENVIRONMENT_KEY", Expects::Any),
    key("ANTHROPIC_FOUNDRY_API_KEY", Expects::Foreign),
    key("ANTHROPIC_FOUNDRY_AUTH_TOKEN", Expects::Foreign),
    key("ANTHROPIC_AWS_API_KEY", Expects::Any),
    key("AWS_BEARER_TOKEN_BEDROCK", Expects::Aws),
    key("AWS_ACCESS_KEY_ID", Expects::Aws),
    key("AWS_SECRET_ACCESS_KEY", Expects::Aws),
    key("AWS_SESSION_TOKEN", Expects::Aws),
    file("AWS_WEB_IDENTITY_TOKEN_FILE"),
    file("GOOGLE_APPLICATION_CREDENTIALS"),
    file("CLAUDE_CODE_CLIENT_KEY"),
    key("CLAUDE_CODE_CLIENT_KEY_PASSPHRASE", Expects::Any),
    key("OPENROUTER_API_KEY", Expects::Foreign),
    key("LITELLM_API_KEY", Expects::Any),
    key("LITELLM_MASTER_KEY", Expects::Any),
    key("PORTKEY_API_KEY", Expects::Foreign),
    key("HELICONE_API_KEY", Expects::Foreign),
    key("CF_AIG_TOKEN", Expects::Foreign),
];

/// The entry of a name.
pub(crate) fn known(name: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.name == name)
}

/// Words that make the value of a name a secret, where they stand as a word of their own.
const WORDS: &[&str] = &[
    "APIKEY",
    "AUTH",
    "AUTHORIZATION",
    "BEARER",
    "CONNSTR",
    "COOKIE",
    "COOKIES",
    "CREDENTIAL",
    "CREDENTIALS",
    "CREDS",
    "DSN",
    "HEADERS",
    "HMAC",
    "JWT",
    "KEY",
    "KEYS",
    "PASS",
    "PASSCODE",
    "PASSPHRASE",
    "PASSWD",
    "PASSWORD",
    "PAT",
    "PIN",
    "PSK",
    "PW",
    "PWD",
    "SAS",
    "SECRET",
    "SECRETS",
    "SIG",
    "SIGNATURE",
    "TOKEN",
    "TOKENS",
    "WEBHOOK",
];

/// Parts that make the value of a name a secret wherever they stand in it.
const PARTS: &[&str] = &[
    "APIKEY",
    "CONNECTION_STRING",
    "CONNECTIONSTRING",
    "COOKIE",
    "CREDENTIAL",
    "PASSPHRASE",
    "PASSWD",
    "PASSWORD",
    "PRIVATEKEY",
    "SECRET",
    "TOKEN",
];

/// Names that look like a credential's and hold none.
const NOT: &[&str] = &[
    "ANTHROPIC_IDENTITY_TOKEN_FILE",
    "CLAUDE_CODE_MAX_OUTPUT_TOKENS",
    "GNOME_KEYRING_CONTROL",
    "GPG_KEY",
    "KEYMAP",
    "MAX_MCP_OUTPUT_TOKENS",
    "MAX_THINKING_TOKENS",
    "OLDPWD",
    "PWD",
    "SSH_AUTH_SOCK",
    "TOKENIZERS_PARALLELISM",
];

/// Endings of names that hold a path, a switch or a number about a credential, and not the credential.
const NOT_ENDINGS: &[&str] = &[
    "_FILE",
    "_PATH",
    "_DIR",
    "_SOCK",
    "_TTL",
    "_TTL_MS",
    "_TYPE",
    "_METHOD",
    "_AUTH_MODE",
    "_MAX_TOKENS",
    "_OUTPUT_TOKENS",
    "_HELPER",
];

/// Whether the value of a name is to be removed wherever it appears. Works on variables, JSON keys and header names.
pub(crate) fn looks_like_credential(name: &str) -> bool {
    let name = screaming(name);
    let name = name.as_str();
    if NOT.contains(&name) || NOT_ENDINGS.iter().any(|end| name.ends_with(end)) {
        return false;
    }
    // `CLAUDE_CODE_SKIP_BEDROCK_AUTH` and `..._USE_...` are switches.
    if name.starts_with("CLAUDE_CODE_SKIP_") || name.starts_with("CLAUDE_CODE_USE_") {
        return false;
    }
    name.split('_').any(|word| WORDS.contains(&word)) || PARTS.iter().any(|part| name.contains(part))
}

/// `camelCase`, `kebab-case` and `dotted.names` as `SCREAMING_SNAKE`.
fn screaming(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut lower_before = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && lower_before {
            out.push('_');
        }
        lower_before = c.is_ascii_lowercase() || c.is_ascii_digit();
        out.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_credentials_are_told_from_names_about_them() {
        for name in [
            "ANTHROPIC_API_KEY",
            "GITHUB_TOKEN",
            "DB_PASSWORD",
            "PGPASSWORD",
            "MYSQL_PWD",
            "SENTRY_DSN",
            "my-api-key",
            "privateKey",
            "Cookie",
            "STRIPE_SK_SECRET",
            "AZURE_STORAGE_CONNECTION_STRING",
            "npm_config__authToken",
            "SIGNATURE",
            "BASIC_AUTH",
            "x-api-key",
            "apiKey",
            "OTEL_EXPORTER_OTLP_HEADERS",
            "Authorization",
            "SLACK_WEBHOOK",
            "ACCESSTOKEN",
        ] {
            assert!(looks_like_credential(name), "{name}");
        }
        for name in [
            "PWD",
            "OLDPWD",
            "PATH",
            "SSH_AUTH_SOCK",
            "KEYBOARD_LAYOUT",
            "MONKEY",
            "AUTHOR",
            "GIT_AUTHOR_NAME",
            "XDG_SESSION_ID",
            "COMPASS_HOME",
            "CLAUDE_CODE_SKIP_BEDROCK_AUTH",
            "CLAUDE_CODE_API_KEY_HELPER_TTL_MS",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "HTTPS_PROXY",
            "HOME",
            "LANG",
        ] {
            assert!(!looks_like_credential(name), "{name}");
        }
    }

    #[test]
    fn no_known_name_stands_twice_and_each_that_holds_a_value_counts_as_a_secret() {
        for (at, one) in KNOWN.iter().enumerate() {
            assert!(KNOWN[at + 1..].iter().all(|other| other.name != one.name), "{}", one.name);
            assert!(one.is_file || looks_like_credential(one.name), "{}", one.name);
        }
    }
}
