//! The configuration file `evpack.yaml`: as it is written, and every problem it has.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::Error;
use crate::model::vocabulary::{Audience, PersonalKind};

/// Name of the file that is read from the working directory when `--config` is not given.
pub const FILE_NAME: &str = "evpack.yaml";

/// The commented file that `evpack init` writes.
pub const EXAMPLE: &str = include_str!("evpack.example.yaml");

/// The configuration as it is written. Every key may be left out.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Who will read the packet.
    pub audience: Option<Audience>,
    /// Files of own redaction rules, relative to the configuration file.
    pub rules: Vec<PathBuf>,
    /// Personal data: for each kind, the audiences that do not see it.
    pub personal: BTreeMap<PersonalKind, Vec<Audience>>,
    /// Regular expressions for text that must stay although a rule would remove it.
    pub allow: Vec<String>,
    /// Names of further environment variables to show. Values of credential-like names are never shown.
    pub env: Vec<String>,
    /// Files that hold a credential: read to learn what must be removed, never included.
    pub credential_files: Vec<PathBuf>,
    /// Files to attach: the end of each, redacted.
    pub attachments: Vec<PathBuf>,
    /// A template for the Markdown packet: a built-in name, or a file relative to the configuration file.
    pub template: Option<String>,
    /// Use no network.
    pub offline: Option<bool>,
}

const HINT: &str = "`evpack init` writes a commented example with every key";

impl Config {
    /// Parses the text of a configuration file.
    ///
    /// # Errors
    /// Names the file, the line and the key. The parser's own words may quote values, so they are not used.
    pub fn parse(text: &str, path: &Path) -> Result<Self, Error> {
        if text.trim().is_empty()
            || text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
        {
            return Ok(Self::default());
        }
        let config: Self = serde_yaml::from_str(text).map_err(|error| {
            let line = error.location().map_or_else(String::new, |at| format!("line {}: ", at.line()));
            Error::usage("cannot use the configuration", HINT)
                .on(path.display().to_string())
                .detail(format!("{line}{}", problem(&error.to_string())))
        })?;
        config.check(text, path)?;
        Ok(config)
    }

    /// What the types cannot say: names are names, patterns compile.
    fn check(&self, text: &str, path: &Path) -> Result<(), Error> {
        let fail = |needle: &str, what: &str| {
            let line = text.lines().position(|line| line.contains(needle)).map_or(1, |at| at + 1);
            Err(Error::usage("cannot use the configuration", HINT)
                .on(path.display().to_string())
                .detail(format!("line {line}: {what}")))
        };
        for name in &self.env {
            let valid = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if !valid {
                return fail(name, "`env` takes names of environment variables: letters, digits and `_`");
            }
        }
        for pattern in &self.allow {
            match regex::Regex::new(pattern) {
                Err(_) => return fail(pattern, "`allow` holds a pattern that is not a valid regular expression"),
                Ok(regex) if regex.is_match("") => {
                    return fail(pattern, "`allow` holds a pattern that matches empty text");
                }
                Ok(_) => {}
            }
        }
        Ok(())
    }
}

/// The parser's complaint in words that quote no value: only a key that looks like a key is named.
fn problem(complaint: &str) -> String {
    let quoted = complaint.split('`').nth(1).unwrap_or_default();
    let key_like =
        !quoted.is_empty() && quoted.len() <= 24 && quoted.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if complaint.contains("unknown field") {
        return if key_like { format!("unknown key `{quoted}`") } else { "unknown key".to_owned() };
    }
    let field = complaint.split_once(": ").map(|(field, _)| field.split(['[', '.']).next().unwrap_or_default());
    let field = field.filter(|field| FIELDS.contains(field));
    let expected = if complaint.contains("unknown variant") && complaint.contains("iban") {
        PersonalKind::EXPECTED
    } else if complaint.contains("unknown variant") {
        "expected one of `vendor`, `public`, `internal`"
    } else if complaint.contains("invalid type") {
        "the value has the wrong type"
    } else if complaint.contains("duplicate") {
        "the key is given twice"
    } else {
        "not valid YAML"
    };
    field.map_or_else(|| expected.to_owned(), |field| format!("`{field}`: {expected}"))
}

const FIELDS: &[&str] =
    &["audience", "rules", "personal", "allow", "env", "credential_files", "attachments", "template", "offline"];

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        let error = Config::parse(text, Path::new("evpack.yaml")).unwrap_err();
        assert_eq!(error.exit, crate::error::Exit::Usage);
        error.message().expose().clone()
    }

    #[test]
    fn the_example_is_valid_and_changes_nothing() {
        assert_eq!(Config::parse(EXAMPLE, Path::new("evpack.yaml")).unwrap(), Config::default());
        let uncommented: String = EXAMPLE
            .lines()
            .map(|line| line.strip_prefix("#: ").map_or_else(String::new, |rest| rest.to_owned() + "\n"))
            .collect();
        let config = Config::parse(&uncommented, Path::new("evpack.yaml")).unwrap();
        assert_eq!(config.audience, Some(Audience::Vendor));
        for field in FIELDS {
            assert!(uncommented.contains(&format!("{field}:")), "{field} is not in the example");
        }
    }

    #[test]
    fn problems_name_line_and_key_and_quote_no_value() {
        assert!(message("offline: true\naudiense: vendor\n").contains("line 2: unknown key `audiense`"));
        assert!(message("audience: everyone-canary\n").contains("expected one of `vendor`"));
        assert!(!message("audience: everyone-canary\n").contains("canary"));
        assert!(!message("sk-ant-canary: 1\n").contains("canary"));
        assert!(message("offline: perhaps\n").contains("wrong type"));
        assert!(message("personal: {shoe-size: [public]}\n").contains("expected one of `user`"));
        assert!(message("personal: {phone: [everyone]}\n").contains("`personal`: expected one of `vendor`"));
        assert!(message("personal: {phone: public}\n").contains("wrong type"));
        assert!(message("allow: ['[']\n").contains("line 1: `allow`"));
        assert!(message("offline: true\nenv: ['A=B']\n").contains("line 2: `env`"));
        assert!(message("env: {a: [\n").contains("evpack.yaml"));
    }
}
