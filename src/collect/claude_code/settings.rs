//! Claude Code's settings files, in order of precedence: which keys they set, and the variables they put in place.
//!
//! Source of places and order: the settings page of Claude Code's documentation.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::collect::credentials::names;
use crate::collect::host::{Host, HostError};
use crate::collect::network::names as network_names;
use crate::collect::{files, project};
use crate::model::client::SettingsFile;
use crate::model::{AbsenceReason, Collected, Raw};

/// Keys outside the `env` block that bear on route, credentials or network.
const KEYS: &[&str] = &[
    "apiKeyHelper",
    "awsAuthRefresh",
    "awsCredentialExport",
    "forceLoginMethod",
    "forceLoginOrgUUID",
    "gcpAuthRefresh",
    "model",
    "otelHeadersHelper",
    "processWrapper",
    "skipWebFetchPreflight",
];

/// Where managed settings lie, by operating system.
const MANAGED: &[(&str, &str)] = &[
    ("macos", "/Library/Application Support/ClaudeCode"),
    ("windows", r"C:\Program Files\ClaudeCode"),
    ("linux", "/etc/claude-code"),
];

/// A variable that a settings file puts into the environment of Claude Code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SettingVar {
    pub(crate) name: String,
    pub(crate) value: Raw<String>,
    pub(crate) file: Raw<String>,
}

/// A value that a settings file holds under a key that looks like a credential's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeldValue {
    pub(crate) key: String,
    pub(crate) value: Raw<String>,
    pub(crate) file: Raw<String>,
}

/// All settings files together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Files that exist, highest precedence first.
    pub(crate) files: Vec<SettingsFile<Collected>>,
    /// Variables of the `env` blocks, highest precedence first.
    pub(crate) vars: Vec<SettingVar>,
    /// The file that names a helper program for the API key.
    pub(crate) api_key_helper: Option<Raw<String>>,
    /// Values outside `env` blocks that look like credentials.
    pub(crate) held: Vec<HeldValue>,
    /// Organisation id that `forceLoginOrgUUID` names.
    pub(crate) organisation: Option<Raw<String>>,
}

impl Settings {
    /// No settings, where their probe was lost: the user's file stands for all of them, and says why.
    pub(crate) fn lost(host: &dyn Host, reason: AbsenceReason) -> Self {
        let path = super::config_dir(host).map(|folder| folder.join("settings.json")).unwrap_or_default();
        let problem = Some(Raw::text(format!("no settings file was read: {}", reason.word())));
        let file = SettingsFile { role: "user", path: files::shown(&path), keys: Vec::new(), problem };
        Self { files: vec![file], ..Self::default() }
    }

    /// The value that the settings give a variable, and the file that does so.
    pub(crate) fn var(&self, name: &str) -> Option<&SettingVar> {
        self.vars.iter().find(|var| var.name == name)
    }
}

/// Reads all settings files that exist.
pub(crate) fn read(host: &dyn Host) -> Settings {
    let mut settings = Settings::default();
    for (role, path) in places(host) {
        match files::text(host, &path, files::SMALL) {
            Err(HostError::NotFound) => {}
            Err(error) => settings.files.push(unread(role, &path, &error)),
            Ok(text) => take(&mut settings, role, &path, &text),
        }
    }
    settings
}

/// Candidate files, highest precedence first, each once.
fn places(host: &dyn Host) -> Vec<(&'static str, PathBuf)> {
    let mut all = managed(host);
    let folders = host.cwd().map(|cwd| project::upwards(host, &cwd)).unwrap_or_default();
    let project = folders.iter().map(|folder| folder.join(".claude"));
    let project = project
        .into_iter()
        .find(|folder| host.exists(&folder.join("settings.json")) || host.exists(&folder.join("settings.local.json")));
    let user = super::config_dir(host);
    if let Some(folder) = project.filter(|folder| Some(folder) != user.as_ref()) {
        all.push(("local", folder.join("settings.local.json")));
        all.push(("project", folder.join("settings.json")));
    }
    if let Some(folder) = user {
        all.push(("user", folder.join("settings.json")));
    }
    all
}

fn managed(host: &dyn Host) -> Vec<(&'static str, PathBuf)> {
    let Some((_, folder)) = MANAGED.iter().find(|(os, _)| *os == host.os()) else { return Vec::new() };
    let folder = Path::new(folder);
    let extra = folder.join("managed-settings.d");
    // A later file of the folder overrides an earlier one, and all of them override the base file.
    let names = host.list(&extra, 64).unwrap_or_default();
    let mut all: Vec<_> = names
        .iter()
        .rev()
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "json"))
        .map(|name| ("managed", extra.join(name)))
        .collect();
    all.push(("managed", folder.join("managed-settings.json")));
    all
}

fn unread(role: &'static str, path: &Path, error: &HostError) -> SettingsFile<Collected> {
    let problem = Raw::text(format!("not read: {}", error.reason().word()));
    SettingsFile { role, path: files::shown(path), keys: Vec::new(), problem: Some(problem) }
}

fn take(settings: &mut Settings, role: &'static str, path: &Path, text: &Raw<String>) {
    let shown = files::shown(path);
    let object = match serde_json::from_str::<Value>(text.expose()) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return settings.files.push(broken(role, shown, "not a JSON object".into())),
        // The position alone: the parser's own words may quote the file.
        Err(error) => {
            let words = format!("not valid JSON at line {}, column {}", error.line(), error.column());
            return settings.files.push(broken(role, shown, words));
        }
    };
    let keys = take_object(settings, &object, &shown);
    settings.files.push(SettingsFile { role, path: shown, keys, problem: None });
}

fn broken(role: &'static str, path: Raw<String>, words: String) -> SettingsFile<Collected> {
    SettingsFile { role, path, keys: Vec::new(), problem: Some(Raw::new(words)) }
}

/// Takes what bears on route, credentials and network; gives the names of those keys.
fn take_object(settings: &mut Settings, object: &Map<String, Value>, file: &Raw<String>) -> Vec<Raw<String>> {
    let mut keys = Vec::new();
    for (key, value) in object {
        if KEYS.contains(&key.as_str()) {
            keys.push(Raw::text(key.as_str()));
        }
        match (key.as_str(), value) {
            ("env", Value::Object(block)) => take_env(settings, block, file, &mut keys),
            ("apiKeyHelper", Value::String(_)) => {
                settings.api_key_helper.get_or_insert_with(|| file.clone());
            }
            ("forceLoginOrgUUID", Value::String(id)) => {
                settings.organisation.get_or_insert_with(|| Raw::text(id.as_str()));
            }
            _ => hold(settings, key, value, file),
        }
    }
    keys
}

fn take_env(settings: &mut Settings, block: &Map<String, Value>, file: &Raw<String>, keys: &mut Vec<Raw<String>>) {
    for (name, value) in block {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            _ => continue,
        };
        if network_names::is_allowed(name) || names::known(name).is_some() {
            keys.push(Raw::text(format!("env.{name}")));
        }
        settings.vars.push(SettingVar { name: name.clone(), value: Raw::new(value), file: file.clone() });
    }
}

/// Keeps string values under credential-like keys at any depth, so that redaction knows them.
fn hold(settings: &mut Settings, key: &str, value: &Value, file: &Raw<String>) {
    match value {
        Value::String(text) if names::looks_like_credential(key) => {
            settings.held.push(HeldValue { key: key.to_owned(), value: Raw::text(text.as_str()), file: file.clone() });
        }
        Value::Object(object) => object.iter().for_each(|(key, value)| hold(settings, key, value, file)),
        Value::Array(items) => items.iter().for_each(|value| hold(settings, key, value, file)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::host::fake::{FakeHost, Trouble};

    fn host() -> FakeHost {
        FakeHost::new()
            .var("HOME", "/home/dana")
            .var("PWD", "/home/dana/app/src")
            .file("/home/dana/app/.git/HEAD", "")
            .file(
                "/home/dana/.claude/settings.json",
                r#"{"env":{"HTTPS_PROXY":"http://user.proxy:1","MY_TOKEN":"hush-hush"},"apiKeyHelper":"get-key"}"#,
            )
            .file("/home/dana/app/.claude/settings.local.json", r#"{"env":{"HTTPS_PROXY":"http://local.proxy:2"}}"#)
            .file("/home/dana/app/.claude/settings.json", "{\n  broken")
            .file("/etc/claude-code/managed-settings.json", r#"{"env":{"ANTHROPIC_BASE_URL":"https://gw.example"}}"#)
    }

    #[test]
    fn the_highest_file_wins_and_only_known_keys_are_named() {
        let settings = read(&host());
        let roles: Vec<_> = settings.files.iter().map(|file| file.role).collect();
        assert_eq!(roles, ["managed", "local", "project", "user"]);
        assert_eq!(settings.var("HTTPS_PROXY").unwrap().value.expose(), "http://local.proxy:2");
        let keys: Vec<_> = settings.files[3].keys.iter().map(|key| key.expose().as_str()).collect();
        assert_eq!(keys, ["env.HTTPS_PROXY", "apiKeyHelper"]);
        assert_eq!(settings.var("MY_TOKEN").unwrap().value.expose(), "hush-hush");
        assert!(settings.api_key_helper.is_some());
        let problem = settings.files[2].problem.as_ref().unwrap();
        assert!(problem.expose().starts_with("not valid JSON at line 2"), "{}", problem.expose());
    }

    #[test]
    fn a_file_that_may_not_be_read_is_said() {
        let host = host().trouble("/home/dana/.claude/settings.json", Trouble::Denied);
        let settings = read(&host);
        assert_eq!(settings.files[3].problem.as_ref().unwrap().expose(), "not read: denied");
    }
}
