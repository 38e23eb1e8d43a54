//! Which credential the client uses, by its own order of precedence.
//!
//! Claude Code: cloud provider, `ANTHROPIC_AUTH_TOKEN`, `ANTHROPIC_API_KEY`, `apiKeyHelper`, `CLAUDE_CODE_OAUTH_TOKEN`,
//! profile, login (source: the authentication page of its documentation). SDKs: what the constructor is given comes before
//! everything and cannot be seen from here; then the API key, then the auth token, then a profile.

use super::Held;
use crate::collect::files;
use crate::collect::vars::Vars;
use crate::model::client::{Auth, CredentialState};
use crate::model::vocabulary::Surface;
use crate::model::{AbsenceReason, Collected, Evidence, Provenance, Raw};

/// Switches of Claude Code that hand authentication to a cloud provider, and the credentials that it then reads.
const CLOUD: &[(&str, &[&str])] = &[
    (
        "CLAUDE_CODE_USE_BEDROCK",
        &["AWS_BEARER_TOKEN_BEDROCK", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
    ),
    (
        "CLAUDE_CODE_USE_MANTLE",
        &["AWS_BEARER_TOKEN_BEDROCK", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
    ),
    ("CLAUDE_CODE_USE_VERTEX", &["GOOGLE_APPLICATION_CREDENTIALS"]),
    ("CLAUDE_CODE_USE_FOUNDRY", &["ANTHROPIC_FOUNDRY_API_KEY", "ANTHROPIC_FOUNDRY_AUTH_TOKEN"]),
    (
        "CLAUDE_CODE_USE_ANTHROPIC_AWS",
        &["ANTHROPIC_AWS_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
    ),
];

/// One rung of a client's ladder: the method, and the variable that sets it.
type Rung = (&'static str, &'static str);

const CLAUDE_CODE: &[Rung] = &[
    ("auth-token", "ANTHROPIC_AUTH_TOKEN"),
    ("api-key", "ANTHROPIC_API_KEY"),
    ("api-key-helper", ""),
    ("oauth-token", "CLAUDE_CODE_OAUTH_TOKEN"),
    ("profile", "ANTHROPIC_PROFILE"),
];
const SDK: &[Rung] =
    &[("api-key", "ANTHROPIC_API_KEY"), ("auth-token", "ANTHROPIC_AUTH_TOKEN"), ("profile", "ANTHROPIC_PROFILE")];

/// Finds the effective credential and marks it, and what it shadows, in the states.
pub(super) fn apply(
    vars: &Vars<'_>,
    held: &[Held],
    states: &mut [CredentialState<Collected>],
) -> Evidence<Collected, Auth<Collected>> {
    if vars.surface == Surface::Curl || vars.surface == Surface::Other {
        return Evidence::absent(AbsenceReason::NotInInput, "client.auth");
    }
    let claude = vars.surface == Surface::ClaudeCode;
    // Where the client is not known, the switches of Claude Code decide nothing.
    if let Some((method, place)) = claude.then(|| cloud(vars, held, states)).flatten() {
        return captured(method, place);
    }
    let ladder = if claude { CLAUDE_CODE } else { SDK };
    let mut winner: Option<(&'static str, Raw<String>)> = None;
    for &(method, name) in ladder {
        let place = if name.is_empty() {
            vars.settings.api_key_helper.as_ref().map(|file| Raw::text(format!("{}: apiKeyHelper", file.expose())))
        } else {
            vars.effective_text(name).map(|var| var.place(name))
        };
        let Some(place) = place else { continue };
        mark(held, states, name, winner.as_ref().map(|(_, place)| place), &place);
        winner.get_or_insert((method, place));
    }
    shadow_lower_places(vars, held, states);
    match winner.or_else(|| claude.then(|| login(vars)).flatten()) {
        Some((method, place)) => captured(method, place),
        None => Evidence::absent(AbsenceReason::NotFound, "client.auth"),
    }
}

fn captured(method: &'static str, place: Raw<String>) -> Evidence<Collected, Auth<Collected>> {
    Evidence::captured(Auth { method, place }, Provenance::derived("the client's order of precedence"))
}

/// Marks the credential at `place` as effective, or as shadowed by the winner.
fn mark(
    held: &[Held],
    states: &mut [CredentialState<Collected>],
    name: &str,
    winner: Option<&Raw<String>>,
    place: &Raw<String>,
) {
    for (one, state) in held.iter().zip(states.iter_mut()) {
        if one.known.name == name && state.place == *place {
            state.effective = winner.is_none();
            state.shadowed_by = winner.cloned();
        }
    }
}

/// The same name in the shell and in the settings: one of them wins, and the other is shadowed.
fn shadow_lower_places(vars: &Vars<'_>, held: &[Held], states: &mut [CredentialState<Collected>]) {
    for (one, state) in held.iter().zip(states.iter_mut()) {
        let wins = vars.effective(one.known.name).map(|var| var.place(one.known.name));
        if let Some(place) = wins.filter(|place| *place != state.place) {
            let both_read = vars.surface == Surface::ClaudeCode || vars.surface == Surface::Unknown;
            if both_read && !state.effective {
                state.shadowed_by.get_or_insert(place);
            }
        }
    }
}

fn cloud(
    vars: &Vars<'_>,
    held: &[Held],
    states: &mut [CredentialState<Collected>],
) -> Option<(&'static str, Raw<String>)> {
    let (switch, reads, var) =
        CLOUD.iter().find_map(|(switch, reads)| Some((*switch, *reads, vars.switched_on(switch)?)))?;
    let place = var.place(switch);
    for (one, state) in held.iter().zip(states.iter_mut()) {
        if reads.contains(&one.known.name) {
            state.effective = true;
        } else if CLAUDE_CODE.iter().any(|(_, name)| *name == one.known.name) {
            state.shadowed_by = Some(place.clone());
        }
    }
    Some(("cloud-provider", place))
}

/// A login leaves a file of credentials, which is looked for and never read. On macOS the keychain holds it instead.
fn login(vars: &Vars<'_>) -> Option<(&'static str, Raw<String>)> {
    let file = crate::collect::claude_code::config_dir(vars.host)?.join(".credentials.json");
    vars.host.exists(&file).then(|| ("login", files::shown(&file)))
}

#[cfg(test)]
mod tests {
    use super::super::{collect, tests::key};
    use super::*;
    use crate::collect::claude_code::settings::{self, Settings};
    use crate::collect::host::fake::FakeHost;

    fn run(host: &FakeHost, surface: Surface) -> (Option<&'static str>, Vec<CredentialState<Collected>>) {
        let settings: Settings = settings::read(host);
        let (auth, states) = collect(&Vars { host, settings: &settings, surface }, &[], None);
        (auth.value().map(|auth| auth.method), states)
    }

    #[test]
    fn claude_code_takes_the_auth_token_before_the_key_and_sdks_the_key() {
        let host =
            FakeHost::new().var("ANTHROPIC_API_KEY", key("api03")).var("ANTHROPIC_AUTH_TOKEN", "gateway-token-1");
        let (method, states) = run(&host, Surface::ClaudeCode);
        assert_eq!(method, Some("auth-token"));
        assert!(!states[0].effective && states[1].effective);
        assert_eq!(states[0].shadowed_by.as_ref().map(|p| p.expose().as_str()), Some("ANTHROPIC_AUTH_TOKEN"));
        let (method, states) = run(&host, Surface::PythonSdk);
        assert_eq!(method, Some("api-key"));
        assert!(states[0].effective && !states[1].effective);
    }

    #[test]
    fn a_cloud_switch_shadows_all_of_anthropics_own_credentials() {
        let host = FakeHost::new()
            .var("ANTHROPIC_API_KEY", key("api03"))
            .var("CLAUDE_CODE_USE_BEDROCK", "1")
            .var("AWS_ACCESS_KEY_ID", format!("AKIA{}", "IOSFODNN7ABCDEFG"));
        let (method, states) = run(&host, Surface::ClaudeCode);
        assert_eq!(method, Some("cloud-provider"));
        assert_eq!(states[0].shadowed_by.as_ref().map(|p| p.expose().as_str()), Some("CLAUDE_CODE_USE_BEDROCK"));
        assert!(states[1].effective);
    }

    #[test]
    fn the_settings_of_claude_code_override_the_shell() {
        let text = format!(r#"{{"env":{{"ANTHROPIC_API_KEY":"{}"}}}}"#, key("oat01"));
        let host = FakeHost::new()
            .var("HOME", "/h")
            .var("ANTHROPIC_API_KEY", key("api03"))
            .file("/h/.claude/settings.json", text);
        let (_, states) = run(&host, Surface::ClaudeCode);
        assert_eq!(states.len(), 2);
        assert!(states[1].effective && states[1].place.expose().contains("settings.json"));
        assert!(states[0].shadowed_by.is_some());
        let (_, states) = run(&host, Surface::PythonSdk);
        assert!(states[0].effective && states[1].shadowed_by.is_none() && !states[1].effective);
    }

    #[test]
    fn a_login_file_counts_where_nothing_else_is_set_and_is_not_read() {
        use crate::collect::host::fake::Trouble;
        let host = FakeHost::new()
            .var("HOME", "/h")
            .file("/h/.claude/.credentials.json", "{}")
            .trouble("/h/.claude/.credentials.json", Trouble::Panics);
        assert_eq!(run(&host, Surface::ClaudeCode).0, Some("login"));
        assert_eq!(run(&host, Surface::PythonSdk).0, None);
    }
}
