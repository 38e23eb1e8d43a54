//! Escapes of CI vendors' commands.

use serde::Deserialize;

/// How a vendor escapes values inside its commands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Escape {
    /// No command: values are made harmless only.
    #[default]
    Plain,
    /// GitHub's workflow commands: `%25`, `%0D`, `%0A`, and in properties `%3A`, `%2C`.
    Github,
    /// Azure's logging commands: `%AZP25`, `%0D`, `%0A`; no captured text stands in a property.
    Azure,
    /// TeamCity's service messages: a bar before each special character.
    Teamcity,
}

impl Escape {
    /// The value inside a command; `property` where it stands before the command's own end.
    pub(super) fn apply(self, value: &str, property: bool) -> String {
        let escaped: String = value
            .chars()
            .map(|c| self.of(c, property).map_or_else(|| c.to_string(), str::to_owned))
            .filter(|part| !part.chars().any(char::is_control))
            .collect();
        // A command inside the value of another is found by readers that look for its start anywhere in a line.
        if self == Self::Plain { harmless(value) } else { escaped.replace("##", "# #") }
    }

    const fn of(self, c: char, property: bool) -> Option<&'static str> {
        match (self, c) {
            (Self::Github, '%') => Some("%25"),
            (Self::Azure, '%') => Some("%AZP25"),
            (Self::Github | Self::Azure, '\r') => Some("%0D"),
            (Self::Github | Self::Azure, '\n') => Some("%0A"),
            (Self::Github, ':') if property => Some("%3A"),
            (Self::Github, ',') if property => Some("%2C"),
            (Self::Teamcity, '|') => Some("||"),
            (Self::Teamcity, '\'') => Some("|'"),
            (Self::Teamcity, '[') => Some("|["),
            (Self::Teamcity, ']') => Some("|]"),
            (Self::Teamcity, '\n') => Some("|n"),
            (Self::Teamcity, '\r') => Some("|r"),
            _ => None,
        }
    }
}

/// A line that no vendor takes for a command, and that moves no cursor.
pub(super) fn harmless(text: &str) -> String {
    let shown: String = text.chars().map(|c| if c.is_control() && c != '\t' { ' ' } else { c }).collect();
    shown.replace("::", ": :").replace("##", "# #").replace("section_", "section-")
}

/// The value on one line.
pub(super) fn one_line(value: &str) -> String {
    value.split(char::is_control).collect::<Vec<_>>().join(" ")
}
