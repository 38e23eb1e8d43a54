//! What redaction must know: every credential value that was met, and the names of people, machines and organisations.

mod address;
mod identities;

use std::collections::HashSet;

use serde_json::Value;

use super::claude_code::settings::Settings;
use super::credentials::{CredentialFile, dotenv, form, names};
use super::files;
use super::host::Host;
use crate::model::client::CredentialKind;
use crate::model::{IdentityKind, KnownValue, Raw, Sensitive};

/// Values of switches: no secret, and words that would be missed everywhere.
const SWITCHES: &[&str] = &["true", "false", "yes", "no", "on", "off", "none", "null", "auto", "default"];
/// Shortest string of a JSON credential file that counts as a secret whatever its key is called.
const SHORTEST_OPAQUE: usize = 20;
/// Lines of a multi-line value that are removed on their own have at least this many characters.
const SHORTEST_LINE: usize = 16;

/// All that the environment of this process tells. Reads memory only, so it can neither hang nor fail.
pub(crate) fn of_environment(host: &dyn Host) -> Sensitive {
    let mut sensitive = Sensitive::default();
    let mut names = host.env_names();
    names.sort_unstable();
    for name in names {
        if let Some(value) = host.env(&name) {
            take(&mut sensitive, &name, value.expose(), &Raw::text(name.as_str()));
        }
    }
    identities::of_environment(&mut sensitive, host);
    once_each(sensitive)
}

/// What the settings files of Claude Code hold.
pub(crate) fn of_settings(settings: &Settings) -> Sensitive {
    let mut sensitive = Sensitive::default();
    for var in &settings.vars {
        let place = Raw::text(format!("{}: env.{}", var.file.expose(), var.name));
        take(&mut sensitive, &var.name, var.value.expose(), &place);
        if identities::is_organisation(&var.name) {
            identities::add(&mut sensitive, var.value.expose(), IdentityKind::Organisation);
        }
    }
    for held in &settings.held {
        let place = Raw::text(format!("{}: {}", held.file.expose(), held.key));
        value(&mut sensitive, &held.key, held.value.expose(), &place);
    }
    if let Some(id) = &settings.organisation {
        identities::add(&mut sensitive, id.expose(), IdentityKind::Organisation);
    }
    once_each(sensitive)
}

/// What the credential files of the configuration hold: values of lines `NAME=value`, strings of JSON, or the whole text.
pub(crate) fn of_files(read: &[CredentialFile]) -> Sensitive {
    let mut sensitive = Sensitive::default();
    for file in read {
        let (text, place) = (file.text(), files::shown(&file.path));
        if let Ok(json @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str::<Value>(text) {
            strings(&mut sensitive, "", &json, &place);
            opaque(&mut sensitive, &json, &place);
            continue;
        }
        let mut pairs = 0;
        for (name, held) in text.lines().filter_map(dotenv) {
            pairs += 1;
            value(&mut sensitive, name, held, &place);
        }
        if pairs == 0 || text.contains("-----BEGIN") {
            value(&mut sensitive, "FILE", text, &place);
        }
    }
    once_each(sensitive)
}

/// Every value once, where it was met first. One pass at the end: an environment may hold thousands of credentials.
fn once_each(mut sensitive: Sensitive) -> Sensitive {
    let mut seen = HashSet::new();
    sensitive.values.retain(|known| seen.insert(known.value.expose().clone()));
    sensitive
}

/// What `.env` files hold: the values of credential-like names, and addresses with a password.
pub(crate) fn of_env_files(read: &[CredentialFile]) -> Sensitive {
    let mut sensitive = Sensitive::default();
    for file in read {
        let place = files::shown(&file.path);
        for (name, held) in file.text().lines().filter_map(dotenv) {
            take(&mut sensitive, name, held, &place);
        }
    }
    sensitive
}

/// A secret that the user named, whole and line by line.
pub(crate) fn of_secret(text: &str, place: &str) -> Sensitive {
    let mut sensitive = Sensitive::default();
    let place = Raw::text(place);
    value(&mut sensitive, "SECRET", text, &place);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        push(&mut sensitive, "SECRET", line, &place);
    }
    sensitive
}

/// The machine's own name, and the domains that its resolver searches.
pub(crate) fn of_machine(hostname: Option<&Raw<String>>, search: &[Raw<String>]) -> Sensitive {
    let mut sensitive = Sensitive::default();
    if let Some(name) = hostname {
        identities::machine(&mut sensitive, name.expose());
    }
    for domain in search {
        identities::add(&mut sensitive, domain.expose().trim_end_matches('.'), IdentityKind::Domain);
    }
    sensitive
}

fn take(sensitive: &mut Sensitive, name: &str, text: &str, place: &Raw<String>) {
    if names::looks_like_credential(name) {
        value(sensitive, name, text, place);
    }
    if text.contains('@') || text.contains("://") || name.to_ascii_lowercase().ends_with("_proxy") {
        address::take(sensitive, text, place);
    }
}

/// A credential value in the forms that it may appear in elsewhere.
fn value(sensitive: &mut Sensitive, name: &str, text: &str, place: &Raw<String>) {
    if name.eq_ignore_ascii_case(names::CUSTOM_HEADERS) {
        for (header, held) in names::headers(text) {
            push(sensitive, header, held, place);
            push(sensitive, header, form::bare(held), place);
        }
        return;
    }
    push(sensitive, name, text.trim(), place);
    push(sensitive, name, form::bare(text), place);
    // `OTEL_EXPORTER_OTLP_HEADERS` and its like: `name=value,name=value`.
    if name.ends_with("HEADERS") {
        for (_, held) in text.split(',').filter_map(|pair| pair.split_once('=')) {
            push(sensitive, name, form::bare(held), place);
        }
    }
    if text.trim().contains('\n') {
        for line in text.lines().map(str::trim).filter(|line| line.len() >= SHORTEST_LINE && !line.starts_with("-----"))
        {
            push(sensitive, name, line, place);
        }
    }
    if text.trim_start().starts_with('{')
        && let Ok(json) = serde_json::from_str::<Value>(text)
    {
        strings(sensitive, name, &json, place);
    }
}

/// Strings of a JSON value under credential-like keys; those of a flat file count as well.
fn strings(sensitive: &mut Sensitive, key: &str, json: &Value, place: &Raw<String>) {
    match json {
        Value::String(text) if key.is_empty() || names::looks_like_credential(key) => {
            value(sensitive, key, text, place);
        }
        Value::Object(object) => object.iter().for_each(|(key, json)| strings(sensitive, key, json, place)),
        Value::Array(items) => items.iter().for_each(|json| strings(sensitive, key, json, place)),
        _ => {}
    }
}

/// Long strings without blanks: in a file that the user named for its secrets, these are what they are.
fn opaque(sensitive: &mut Sensitive, json: &Value, place: &Raw<String>) {
    match json {
        Value::String(text)
            if text.len() >= SHORTEST_OPAQUE && !text.contains(char::is_whitespace) && !text.contains("://") =>
        {
            push(sensitive, "", text, place);
        }
        Value::Object(object) => object.values().for_each(|json| opaque(sensitive, json, place)),
        Value::Array(items) => items.iter().for_each(|json| opaque(sensitive, json, place)),
        _ => {}
    }
}

fn push(sensitive: &mut Sensitive, name: &str, text: &str, place: &Raw<String>) {
    let switch = text.len() <= 1 || SWITCHES.iter().any(|word| word.eq_ignore_ascii_case(text));
    if !switch {
        sensitive.values.push(KnownValue {
            value: Raw::text(text),
            kind: placeholder_kind(name, text),
            place: place.clone(),
        });
    }
}

/// The words for the placeholder: by the value's form, else by the name.
fn placeholder_kind(name: &str, text: &str) -> &'static str {
    let by_form = match form::kind(form::bare(text)) {
        CredentialKind::AnthropicApiKey => "anthropic-api-key",
        CredentialKind::AnthropicAdminKey => "anthropic-admin-key",
        CredentialKind::AnthropicOauthToken => "anthropic-oauth-token",
        CredentialKind::AnthropicRefreshToken => "anthropic-refresh-token",
        CredentialKind::AnthropicSession => "anthropic-session",
        CredentialKind::AnthropicOther => "anthropic-key",
        CredentialKind::Aws => "aws-key",
        CredentialKind::Google => "google-token",
        CredentialKind::Jwt => "jwt",
        CredentialKind::OtherVendor => "api-key",
        _ => "",
    };
    if !by_form.is_empty() {
        return by_form;
    }
    let name = name.to_ascii_lowercase();
    let by_name = [
        ("aws", "aws-key"),
        ("proxy", "proxy-credential"),
        ("pass", "password"),
        ("pwd", "password"),
        ("cookie", "cookie"),
        ("secret", "secret"),
        ("token", "token"),
        ("key", "api-key"),
    ];
    by_name.iter().find(|(part, _)| name.contains(part)).map_or("credential", |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::host::fake::FakeHost;

    fn known(sensitive: &Sensitive, text: &str) -> Option<&'static str> {
        sensitive.values.iter().find(|known| known.value.expose() == text).map(|known| known.kind)
    }

    fn named(sensitive: &Sensitive, text: &str) -> Option<IdentityKind> {
        sensitive.identities.iter().find(|known| known.value.expose() == text).map(|known| known.kind)
    }

    #[test]
    fn proxy_credentials_are_known_raw_and_decoded_with_and_without_scheme() {
        let host = FakeHost::new()
            .var("https_proxy", "http://dana.r:p%40ss%2Fword@proxy.corp:8080")
            .var("HTTP_PROXY", "svc:s3cr3t-pw@proxy.corp:3128")
            .var("ALL_PROXY", "socks5://tok3n-alone@proxy");
        let found = of_environment(&host);
        for text in [
            "dana.r:p%40ss%2Fword",
            "p%40ss%2Fword",
            "p@ss/word",
            "dana.r:p@ss/word",
            "s3cr3t-pw",
            "svc:s3cr3t-pw",
            "tok3n-alone",
        ] {
            assert_eq!(known(&found, text), Some("proxy-credential"), "{text}");
        }
        assert_eq!(named(&found, "dana.r"), Some(IdentityKind::User));
        assert_eq!(known(&found, "proxy.corp:8080"), None);
    }

    #[test]
    fn a_value_is_known_with_and_without_its_line_break_quotes_and_prefix() {
        let host = FakeHost::new()
            .var("GATEWAY_TOKEN", "\"Bearer abc-123-def\"\n")
            .var("ANTHROPIC_CUSTOM_HEADERS", "X-Corp-Auth: Bearer zzz-999-yyy\nX-Team: blue-team");
        let found = of_environment(&host);
        for text in ["abc-123-def", "\"Bearer abc-123-def\"", "zzz-999-yyy", "Bearer zzz-999-yyy", "blue-team"] {
            assert!(known(&found, text).is_some(), "{text}");
        }
    }

    #[test]
    fn query_secrets_json_values_and_pem_lines_are_known() {
        let host = FakeHost::new()
            .var("ANTHROPIC_BASE_URL", "https://gw.example/v1?api_key=q-secret-1&team=x")
            .var("GOOGLE_CREDENTIALS", r#"{"type":"service_account","private_key":"pk-line-secret"}"#)
            .var("TLS_PRIVATE_KEY", "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END KEY-----");
        let found = of_environment(&host);
        for text in ["q-secret-1", "pk-line-secret", "MIIEvQIBADANBgkqhkiG"] {
            assert!(known(&found, text).is_some(), "{text}");
        }
        assert_eq!(known(&found, "x"), None);
        assert_eq!(known(&found, "service_account"), None);
    }

    #[test]
    fn people_homes_and_machines_are_known_and_generic_names_are_not() {
        let host = FakeHost::new()
            .var("USER", "dana")
            .var("HOME", "/home/dana")
            .var("HOSTNAME", "build-7.corp.example")
            .var("LOGNAME", "root")
            .var("AWS_ACCOUNT_ID", "123456789012");
        let found = of_environment(&host);
        assert_eq!(named(&found, "dana"), Some(IdentityKind::User));
        assert_eq!(named(&found, "/home/dana"), Some(IdentityKind::HomePath));
        assert_eq!(named(&found, "build-7"), Some(IdentityKind::HostName));
        assert_eq!(named(&found, "corp.example"), Some(IdentityKind::Domain));
        assert_eq!(named(&found, "123456789012"), Some(IdentityKind::Organisation));
        assert_eq!(named(&found, "root"), None);
    }

    #[test]
    fn credential_files_give_their_values_in_each_form() {
        let file = |text: &str| vec![CredentialFile { path: "/etc/keys".into(), text: Ok(Raw::text(text)) }];
        assert!(known(&of_files(&file("export A='value-one'\n")), "value-one").is_some());
        assert!(known(&of_files(&file(r#"{"a":{"api_key":"value-two"}}"#)), "value-two").is_some());
        assert!(known(&of_files(&file("value-three\n")), "value-three").is_some());
        let odd = of_files(&file(r#"{"type":"service_account","access":"opaque-value-of-some-length"}"#));
        assert!(known(&odd, "opaque-value-of-some-length").is_some() && known(&odd, "service_account").is_none());
        assert_eq!(known(&of_environment(&FakeHost::new().var("USE_TOKEN", "false")), "false"), None);
    }
}
