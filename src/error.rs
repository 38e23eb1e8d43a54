//! Errors and exit codes: what went wrong, the thing it went wrong with, and what to do.

use std::fmt;

use crate::model::Raw;

/// Exit codes of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done and clean.
    Done = 0,
    /// It failed.
    Failed = 1,
    /// Usage or configuration.
    Usage = 2,
    /// A leak or integrity check failed: nothing was written.
    Leak = 3,
    /// The packet is incomplete; only with `--require-complete`.
    Incomplete = 4,
    /// The path to the API is down; only of `probe`.
    PathDown = 5,
    /// Interrupted: nothing partial is left.
    Interrupted = 130,
}

/// An error. The thing and the detail are captured text, so `Display` shows neither: the program redacts them first.
#[derive(Debug)]
pub struct Error {
    /// The exit code.
    pub exit: Exit,
    /// What went wrong: lower-case, no period, no captured text.
    pub what: &'static str,
    /// The thing it went wrong with: a path, an option.
    pub thing: Option<Raw<String>>,
    /// What the system said, or where in the thing.
    pub detail: Option<Raw<String>>,
    /// What to do.
    pub hint: &'static str,
}

impl Error {
    /// An error with a hint.
    pub const fn new(exit: Exit, what: &'static str, hint: &'static str) -> Self {
        Self { exit, what, thing: None, detail: None, hint }
    }

    /// A mistake in the command line or the configuration.
    pub const fn usage(what: &'static str, hint: &'static str) -> Self {
        Self::new(Exit::Usage, what, hint)
    }

    /// Anything else that failed.
    pub const fn failed(what: &'static str, hint: &'static str) -> Self {
        Self::new(Exit::Failed, what, hint)
    }

    /// Names the thing.
    #[must_use]
    pub fn on(mut self, thing: impl Into<Raw<String>>) -> Self {
        self.thing = Some(thing.into());
        self
    }

    /// Adds what the system said.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Raw<String>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The whole message, still to be redacted: `what 'thing': detail`, an empty line, `hint: ...`.
    pub fn message(&self) -> Raw<String> {
        let thing = self.thing.as_ref().map(|thing| format!(" `{}`", thing.expose())).unwrap_or_default();
        let detail = self.detail.as_ref().map(|detail| format!(": {}", detail.expose())).unwrap_or_default();
        Raw::new(format!("error: {}{thing}{detail}\n\nhint: {}\n", self.what, self.hint))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_and_debug_show_no_captured_text() {
        let error = Error::failed("cannot read the input", "check the path").on("/home/canary").detail("canary said");
        assert_eq!(error.to_string(), "cannot read the input");
        assert!(!format!("{error:?}").contains("canary"));
        assert_eq!(
            error.message().expose(),
            "error: cannot read the input `/home/canary`: canary said\n\nhint: check the path\n"
        );
    }
}
