//! What redaction must know: every credential value that was met, and the names of people, machines and organisations.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::claude_code::settings::Settings;
use super::credentials::{CredentialFile, dotenv, form, names};
use super::files;
use super::host::Host;
use crate::model::client::CredentialKind;
use crate::model::{Identity, IdentityKind, KnownValue, Raw, Sensitive};

/// Variables that name a person.
const PEOPLE: &[&str] = &[
    "USER", "LOGNAME", "USERNAME", "SUDO_USER", "EMAIL", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
    "GITHUB_ACTOR", "GITHUB_TRIGGERING_ACTOR", "GITLAB_USER_LOGIN", "GITLAB_USER_NAME", "GITLAB_USER_EMAIL", "CIRCLE_USERNAME", "BUILDKITE_BUILD_CREATOR",
    "BUILDKITE_BUILD_CREATOR_EMAIL", "BUILD_REQUESTEDFOR", "BUILD_REQUESTEDFOREMAIL", "BUILD_USER", "GITPOD_GIT_USER_EMAIL", "GITHUB_USER",
];
/// Variables that name a home directory.
const HOMES: &[&str] = &["HOME", "USERPROFILE"];
/// Variables that name this machine.
const MACHINES: &[&str] = &["HOSTNAME", "HOST", "COMPUTERNAME", "CODESPACE_NAME", "RUNNER_NAME", "NODE_NAME"];
/// Variables that name an internal domain.
const DOMAINS: &[&str] = &["USERDNSDOMAIN", "USERDOMAIN", "LOCALDOMAIN"];
/// Variables that name an organisation, account, workspace or project.
const ORGANISATIONS: &[&str] = &[
    "ANTHROPIC_ORGANIZATION_ID", "ANTHROPIC_WORKSPACE_ID", "ANTHROPIC_AWS_WORKSPACE_ID", "ANTHROPIC_GOOGLE_CLOUD_PROJECT",
    "ANTHROPIC_GOOGLE_CLOUD_WORKSPACE_ID", "ANTHROPIC_VERTEX_PROJECT_ID", "ANTHROPIC_FOUNDRY_RESOURCE", "ANTHROPIC_SERVICE_ACCOUNT_ID",
    "ANTHROPIC_FEDERATION_RULE_ID", "AWS_ACCOUNT_ID", "AWS_PROFILE", "AZURE_SUBSCRIPTION_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_ID",
    "CLOUDFLARE_ACCOUNT_ID", "CLOUDSDK_CORE_ACCOUNT", "CLOUDSDK_CORE_PROJECT", "GCLOUD_PROJECT", "GCP_PROJECT", "GOOGLE_CLOUD_PROJECT",
    "GITHUB_REPOSITORY_OWNER",
];
/// Names that thousands of machines share. They identify nobody, and removing them everywhere would spoil the evidence.
const GENERIC: &[&str] = &[
    "root", "user", "users", "runner", "ubuntu", "debian", "admin", "administrator", "vscode", "node", "app", "default", "docker", "jenkins", "circleci",
    "codespace", "gitpod", "vagrant", "ec2-user", "nobody", "system", "guest", "test", "home", "localhost", "localdomain", "local", "none", "workgroup",
    "python", "claude", "anthropic", "build", "ci", "github", "gitlab", "runneradmin", "containeradministrator", "coder", "work", "dev",
];
/// Shortest name that is removed.
const SHORTEST_NAME: usize = 2;
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
    for (list, kind) in [(PEOPLE, IdentityKind::User), (DOMAINS, IdentityKind::Domain), (ORGANISATIONS, IdentityKind::Organisation)] {
        for value in list.iter().filter_map(|name| host.env(name)) {
            identity(&mut sensitive, value.expose(), kind);
        }
    }
    for value in MACHINES.iter().filter_map(|name| host.env(name)) {
        machine(&mut sensitive, value.expose());
    }
    let home = host.home().map(|home| files::shown(&home));
    for value in HOMES.iter().filter_map(|name| host.env(name)).chain(home) {
        home_dir(&mut sensitive, value.expose());
    }
    sensitive
}

/// What the settings files of Claude Code hold.
pub(crate) fn of_settings(settings: &Settings) -> Sensitive {
    let mut sensitive = Sensitive::default();
    for var in &settings.vars {
        let place = Raw::text(format!("{}: env.{}", var.file.expose(), var.name));
        take(&mut sensitive, &var.name, var.value.expose(), &place);
        if ORGANISATIONS.contains(&var.name.as_str()) {
            identity(&mut sensitive, var.value.expose(), IdentityKind::Organisation);
        }
    }
    for held in &settings.held {
        let place = Raw::text(format!("{}: {}", held.file.expose(), held.key));
        value(&mut sensitive, &held.key, held.value.expose(), &place);
    }
    if let Some(id) = &settings.organisation {
        identity(&mut sensitive, id.expose(), IdentityKind::Organisation);
    }
    sensitive
}

/// What the credential files of the configuration hold: values of lines `NAME=value`, strings of JSON, or the whole text.
pub(crate) fn of_files(read: &[CredentialFile]) -> Sensitive {
    let mut sensitive = Sensitive::default();
    for file in read {
        let (text, place) = (file.text.expose(), files::shown(&file.path));
        if let Ok(json @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str::<Value>(text) {
            strings(&mut sensitive, "", &json, &place);
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
    sensitive
}

/// The machine's own name, and the domains that its resolver searches.
pub(crate) fn of_machine(hostname: Option<&Raw<String>>, search: &[Raw<String>]) -> Sensitive {
    let mut sensitive = Sensitive::default();
    if let Some(name) = hostname {
        machine(&mut sensitive, name.expose());
    }
    for domain in search {
        identity(&mut sensitive, domain.expose().trim_end_matches('.'), IdentityKind::Domain);
    }
    sensitive
}

fn take(sensitive: &mut Sensitive, name: &str, text: &str, place: &Raw<String>) {
    if names::looks_like_credential(name) {
        value(sensitive, name, text, place);
    }
    if text.contains('@') || text.contains("://") || name.to_ascii_lowercase().ends_with("_proxy") {
        address(sensitive, text, place);
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
    if text.trim().contains('\n') {
        for line in text.lines().map(str::trim).filter(|line| line.len() >= SHORTEST_LINE && !line.starts_with("-----")) {
            push(sensitive, name, line, place);
        }
    }
    if text.trim_start().starts_with('{') {
        if let Ok(json) = serde_json::from_str::<Value>(text) {
            strings(sensitive, name, &json, place);
        }
    }
}

/// Strings of a JSON value under credential-like keys; those of a flat file count as well.
fn strings(sensitive: &mut Sensitive, key: &str, json: &Value, place: &Raw<String>) {
    match json {
        Value::String(text) if key.is_empty() || names::looks_like_credential(key) => value(sensitive, key, text, place),
        Value::Object(object) => object.iter().for_each(|(key, json)| strings(sensitive, key, json, place)),
        Value::Array(items) => items.iter().for_each(|json| strings(sensitive, key, json, place)),
        _ => {}
    }
}

fn push(sensitive: &mut Sensitive, name: &str, text: &str, place: &Raw<String>) {
    if !text.is_empty() && !sensitive.values.iter().any(|known| known.value.expose() == text) {
        sensitive.values.push(KnownValue { value: Raw::text(text), kind: placeholder_kind(name, text), place: place.clone() });
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
    let by_name = [("aws", "aws-key"), ("proxy", "proxy-credential"), ("pass", "password"), ("pwd", "password"), ("cookie", "cookie"), ("secret", "secret"), ("token", "token"), ("key", "api-key")];
    by_name.iter().find(|(part, _)| name.contains(part)).map_or("credential", |(_, kind)| kind)
}

/// User name, password and secret query values of a URL, raw and percent-decoded. Works without a scheme as well, since
/// proxies are often written so.
fn address(sensitive: &mut Sensitive, text: &str, place: &Raw<String>) {
    for text in text.split([',', ' ', '\n', '\t']).map(|part| part.trim_matches(['"', '\''])) {
        let (has_scheme, rest) = match text.split_once("://") {
            Some((_, rest)) => (true, rest),
            None => (false, text),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        // A raw password may hold `/` or `#`, which cuts the authority short: then the last `@` of the whole decides.
        let authority = if authority.contains('@') { authority } else { rest };
        if let Some((userinfo, _)) = authority.rsplit_once('@') {
            if has_scheme || userinfo.contains(':') {
                self::userinfo(sensitive, userinfo, place);
            }
        }
        query(sensitive, rest, place);
    }
}

fn userinfo(sensitive: &mut Sensitive, userinfo: &str, place: &Raw<String>) {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let forms = [userinfo.to_owned(), decoded(userinfo)];
    for form in &forms {
        push(sensitive, "proxy", form, place);
    }
    if let Some((user, password)) = userinfo.split_once(':') {
        for form in [password.to_owned(), decoded(password)] {
            push(sensitive, "proxy", &form, place);
        }
        identity(sensitive, &decoded(user), IdentityKind::User);
    }
}

fn query(sensitive: &mut Sensitive, rest: &str, place: &Raw<String>) {
    let Some((_, query)) = rest.split_once('?') else { return };
    for (name, held) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        if names::looks_like_credential(name) {
            push(sensitive, name, held, place);
            push(sensitive, name, &percent_decode_str(held).decode_utf8_lossy(), place);
        }
    }
}

fn identity(sensitive: &mut Sensitive, text: &str, kind: IdentityKind) {
    let text = text.trim();
    let generic = GENERIC.iter().any(|name| name.eq_ignore_ascii_case(text)) || text.bytes().all(|byte| byte.is_ascii_digit());
    // An account number is all digits; a login name of digits alone would remove numbers everywhere.
    let generic = generic && !(kind == IdentityKind::Organisation && text.len() >= 8);
    if text.len() >= SHORTEST_NAME && !generic && !sensitive.identities.iter().any(|known| known.value.expose() == text) {
        sensitive.identities.push(Identity { value: Raw::text(text), kind });
    }
}

fn machine(sensitive: &mut Sensitive, name: &str) {
    identity(sensitive, name, IdentityKind::HostName);
    if let Some((short, domain)) = name.split_once('.') {
        identity(sensitive, short, IdentityKind::HostName);
        if domain.contains('.') {
            identity(sensitive, domain, IdentityKind::Domain);
        }
    }
}

fn home_dir(sensitive: &mut Sensitive, path: &str) {
    let path = path.trim_end_matches(['/', '\\']);
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    if path.len() > 1 && !GENERIC.iter().any(|generic| generic.eq_ignore_ascii_case(name)) {
        identity(sensitive, path, IdentityKind::HomePath);
        identity(sensitive, name, IdentityKind::User);
    }
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
        for text in ["dana.r:p%40ss%2Fword", "p%40ss%2Fword", "p@ss/word", "dana.r:p@ss/word", "s3cr3t-pw", "svc:s3cr3t-pw", "tok3n-alone"] {
            assert_eq!(known(&found, text), Some("proxy-credential"), "{text}");
        }
        assert_eq!(named(&found, "dana.r"), Some(IdentityKind::User));
        assert_eq!(known(&found, "proxy.corp:8080"), None);
    }

    #[test]
    fn a_value_is_known_with_and_without_its_line_break_quotes_and_prefix() {
        let host = FakeHost::new().var("GATEWAY_TOKEN", "\"Bearer abc-123-def\"\n").var("ANTHROPIC_CUSTOM_HEADERS", "X-Corp-Auth: Bearer zzz-999-yyy\nX-Team: blue-team");
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
        let host = FakeHost::new().var("USER", "dana").var("HOME", "/home/dana").var("HOSTNAME", "build-7.corp.example").var("LOGNAME", "root").var("AWS_ACCOUNT_ID", "123456789012");
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
        let file = |text: &str| vec![CredentialFile { path: "/etc/keys".into(), text: Raw::text(text) }];
        assert!(known(&of_files(&file("export A='value-one'\n")), "value-one").is_some());
        assert!(known(&of_files(&file(r#"{"a":{"api_key":"value-two"}}"#)), "value-two").is_some());
        assert!(known(&of_files(&file("value-three\n")), "value-three").is_some());
    }
}
