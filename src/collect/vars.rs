//! Variables as a client sees them: those of this shell, and those that Claude Code's settings put in place.

use super::claude_code::settings::Settings;
use super::host::Host;
use crate::model::vocabulary::Surface;
use crate::model::{Provenance, Raw};

/// A variable's value and where it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Var {
    pub(crate) value: Raw<String>,
    /// The settings file that sets it; `None` for the environment.
    pub(crate) file: Option<Raw<String>>,
}

impl Var {
    /// Where it was seen.
    pub(crate) fn provenance(&self, name: &str) -> Provenance<crate::model::Collected> {
        match &self.file {
            None => Provenance::env(name),
            Some(_) => Provenance::file(self.place(name)),
        }
    }

    /// Where it was seen, in words: the variable, or the file and its key.
    pub(crate) fn place(&self, name: &str) -> Raw<String> {
        match &self.file {
            None => Raw::text(name),
            Some(file) => Raw::text(format!("{}: env.{name}", file.expose())),
        }
    }
}

/// Looks variables up.
#[derive(Clone, Copy)]
pub(crate) struct Vars<'a> {
    pub(crate) host: &'a dyn Host,
    pub(crate) settings: &'a Settings,
    pub(crate) surface: Surface,
}

impl Vars<'_> {
    /// The value in this shell.
    pub(crate) fn shell(&self, name: &str) -> Option<Var> {
        self.host.env(name).map(|value| Var { value, file: None })
    }

    /// The value in the settings of Claude Code.
    pub(crate) fn setting(&self, name: &str) -> Option<Var> {
        self.settings.var(name).map(|var| Var { value: var.value.clone(), file: Some(var.file.clone()) })
    }

    /// The value as Claude Code has it: its settings override the shell.
    pub(crate) fn claude_code(&self, name: &str) -> Option<Var> {
        self.setting(name).or_else(|| self.shell(name))
    }

    /// The value as the failing client has it.
    pub(crate) fn effective(&self, name: &str) -> Option<Var> {
        match self.surface {
            Surface::ClaudeCode => self.claude_code(name),
            Surface::Unknown => self.shell(name).or_else(|| self.setting(name)),
            _ => self.shell(name),
        }
    }

    /// The same, where it is not blank.
    pub(crate) fn effective_text(&self, name: &str) -> Option<Var> {
        self.effective(name).filter(|var| !var.value.expose().trim().is_empty())
    }

    /// Whether a switch such as `CLAUDE_CODE_USE_BEDROCK` is on, as the failing client sees it.
    pub(crate) fn switched_on(&self, name: &str) -> Option<Var> {
        self.effective_text(name).filter(|var| is_on(var.value.expose()))
    }
}

/// Whether the text of a switch means on.
pub(crate) fn is_on(text: &str) -> bool {
    !matches!(text.trim().to_ascii_lowercase().as_str(), "" | "0" | "false" | "no" | "off")
}
