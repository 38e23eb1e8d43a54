//! The client's side of the path: base URL, credential, versions, timeouts, and the request as far as the input shows it.

use std::path::Path;

use super::{PathParts, Reading, of_evidence, of_search};
use crate::collect::vars::Vars;
use crate::model::client::Auth;
use crate::model::failure::Request;
use crate::model::path::{BASE_URL, KEY};
use crate::model::vocabulary::Surface;
use crate::model::{AbsenceReason, Collected, Evidence, OrText, Origin, Raw, SafeShape};

/// Largest settings or certificate file that is compared, in bytes.
const LARGEST: usize = 4 << 20;
/// Variables that tell the credential of a client whose own choice is not known, such as a script around curl.
const KEY_VARIABLES: &[&str] = &["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"];

pub(super) fn read(vars: &Vars<'_>, parts: &PathParts, known: &mut Vec<(&'static str, Reading)>) {
    let client = &parts.scene.client;
    known.push((BASE_URL, base_url(vars, parts)));
    known.push(("provider", of_evidence(&parts.scene.route.kind, |kind| kind.word().to_owned())));
    known.push(("auth method", of_evidence(&client.auth, |auth| auth.method.to_owned())));
    known.push((KEY, key(vars, parts, client.auth.value())));
    let sdk = of_search(&client.sdk, |sdk| match (&sdk.version, sdk.installed) {
        (Evidence::Captured { value, .. }, true) => format!("{} {}", sdk.package.expose(), safe_text(value)),
        _ => String::new(),
    });
    known.push(("SDK version", unless_empty(sdk)));
    let runtime = of_search(&client.runtime, |found| format!("{} {}", found.name, safe_text(&found.version)));
    known.push(("runtime version", runtime));
    known.push(("OpenSSL version", of_search(&client.openssl, |text| text.expose().clone())));
    let claude = of_search(&client.claude_code, |claude| claude.version.value().map(safe_text).unwrap_or_default());
    known.push(("Claude Code version", unless_empty(claude)));
    known.push(("Claude Code settings", settings_files(vars, parts)));
    known.push(("certificate files", certificate_files(vars, parts)));
    asked(parts, known);
}

fn unless_empty(reading: Reading) -> Reading {
    match reading {
        Reading::Set(text) if text.expose().trim().is_empty() => Reading::Unknown(AbsenceReason::NotFound),
        other => other,
    }
}

fn safe_text<T: std::fmt::Display + SafeShape>(value: &OrText<Collected, T>) -> String {
    match value {
        OrText::Safe(value) => value.to_string(),
        OrText::Text(text) => text.expose().clone(),
    }
}

/// The base URL by configuration. What only the log of one attempt tells is no setting that a retry could be compared with.
fn base_url(vars: &Vars<'_>, parts: &PathParts) -> Reading {
    let evidence = &parts.scene.route.base_url;
    let configured = evidence.provenance().is_some_and(|seen| seen.origin != Origin::Input);
    let value = evidence.value().filter(|_| configured).map(|url| url.expose().clone());
    let value = value.or_else(|| vars.effective_text(BASE_URL).map(|var| var.value.into_exposed()));
    let value = value.unwrap_or_else(|| "https://api.anthropic.com".to_owned());
    Reading::Set(Raw::text(value.trim().trim_end_matches('/')))
}

/// The value of the credential in use.
fn key(vars: &Vars<'_>, parts: &PathParts, auth: Option<&Auth<Collected>>) -> Reading {
    if let Some(auth) = auth {
        let place = auth.place.expose();
        let named = place.rsplit_once("env.").map_or(place.as_str(), |(_, name)| name);
        let value = vars.effective_text(named).map(|var| var.value);
        let held = || parts.scene.sensitive.values.iter().find(|known| known.place == auth.place);
        return match value.or_else(|| held().map(|known| known.value.clone())) {
            Some(value) => Reading::Set(value),
            None => Reading::Unknown(AbsenceReason::Unsupported),
        };
    }
    let found = KEY_VARIABLES.iter().find_map(|name| vars.effective_text(name));
    found.map_or(Reading::Unset, |var| Reading::Set(var.value))
}

/// Content of the settings files of Claude Code, where it is the client.
fn settings_files(vars: &Vars<'_>, parts: &PathParts) -> Reading {
    if parts.scene.client.surface != Surface::ClaudeCode {
        return Reading::Unknown(AbsenceReason::NotApplicable);
    }
    let Some(claude) = parts.scene.client.claude_code.value() else {
        return Reading::Unknown(AbsenceReason::NotFound);
    };
    let paths = claude.settings.iter().map(|file| file.path.expose().as_str());
    contents(vars, paths)
}

/// Content of the certificate files that variables name: a bundle may change while its path does not.
fn certificate_files(vars: &Vars<'_>, parts: &PathParts) -> Reading {
    contents(vars, parts.scene.network_env.ca_files.iter().map(|file| file.path.expose().as_str()))
}

fn contents<'a>(vars: &Vars<'_>, paths: impl Iterator<Item = &'a str>) -> Reading {
    let mut text = String::new();
    for path in paths {
        if let Ok(file) = vars.host.read(Path::new(path), LARGEST) {
            text.push_str(&String::from_utf8_lossy(file.bytes.expose()));
            text.push('\u{1f}');
        }
    }
    if text.is_empty() { Reading::Unset } else { Reading::Set(Raw::new(text)) }
}

/// What was asked for, as far as the input shows it.
fn asked(parts: &PathParts, known: &mut Vec<(&'static str, Reading)>) {
    let missing = Reading::Unknown(AbsenceReason::NotInInput);
    let failure = parts.failure.as_ref();
    let request = failure.and_then(|failure| failure.request.value());
    let model = request.and_then(|request| request.model.as_ref());
    let model = model.map(|model| Reading::Set(Raw::new(safe_text(model))));
    known.push(("model", model.unwrap_or_else(|| missing.clone())));
    known.push(("request shape", request.and_then(shape).unwrap_or_else(|| missing.clone())));
    let timeout = failure.and_then(|failure| failure.timeout_seconds.value());
    let timeout = timeout.map(|seconds| Reading::Set(Raw::new(format!("{seconds} s"))));
    known.push(("timeout", timeout.unwrap_or_else(|| missing.clone())));
    let retries = failure.and_then(|failure| failure.max_retries.value());
    known.push(("max retries", retries.map_or(missing, |most| Reading::Set(Raw::new(most.to_string())))));
}

/// Counts alone, never content.
fn shape(request: &Request<Collected>) -> Option<Reading> {
    let counts = [
        ("messages", request.messages),
        ("blocks", request.blocks),
        ("tools", request.tools),
        ("max_tokens", request.max_tokens),
        ("streaming", request.stream.map(u64::from)),
    ];
    let known: Vec<String> =
        counts.iter().filter_map(|(name, count)| count.map(|count| format!("{name} {count}"))).collect();
    (!known.is_empty()).then(|| Reading::Set(Raw::new(known.join(", "))))
}
