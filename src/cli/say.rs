//! What the program says: data on standard output, words on standard error, and no captured text unredacted in either.

use std::io::{self, Write};

use clap::error::ErrorKind;

use crate::error::{Error, Exit};
use crate::model::Raw;
use crate::redact::Clean;

/// How much the program says on standard error.
#[derive(Debug, Clone, Copy)]
pub struct Voice {
    quiet: bool,
    verbose: bool,
}

impl Voice {
    pub(super) const fn new(quiet: bool, verbose: bool) -> Self {
        Self { quiet, verbose }
    }

    /// Whether only errors are said.
    pub(super) const fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Whether more is said.
    pub(super) const fn is_verbose(self) -> bool {
        self.verbose
    }

    /// Clean words, unless only errors are said.
    pub(super) fn text(self, text: &str) {
        if !self.quiet {
            to_stderr(text);
        }
    }

    /// Words of this program.
    pub(super) fn line(self, words: &'static str) {
        if !self.quiet {
            to_stderr(&format!("{words}\n"));
        }
    }
}

/// An error and its hint: always said.
pub(super) fn error(error: &Error) {
    to_stderr(crate::clean_words(&error.message()).as_str());
}

/// Inputs that could not be used, although others could. The error itself said "error: "; here it is a warning.
pub(super) fn refused_inputs(refused: &[Clean]) {
    for input in refused {
        to_stderr(&input.as_str().replacen("error: ", "warning: ", 1));
    }
}

/// Words for the reader of a CI job's log. They go to standard error, which CI vendors read as they read standard output;
/// standard output is the command's own.
pub(super) fn ci(words: &str) {
    to_stderr(words);
}

/// Masks hold what must be hidden. A file has no reader that would take them and hide it.
pub(super) fn masks(words: &str) {
    if !crate::write::stderr_is_file() {
        to_stderr(words);
    }
}

/// Standard error may be closed; then there is nobody to tell.
fn to_stderr(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Writes data to standard output. A reader that has gone away is no error.
pub(super) fn data(bytes: &[u8]) -> Result<Exit, Error> {
    crate::write::stdout(bytes).map(|()| Exit::Done)
}

/// Help, version and usage errors. clap echoes the argument that it did not understand, so its words are redacted.
pub(super) fn usage(error: &clap::Error) -> Exit {
    let text = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match data(text.as_bytes()) {
            Ok(exit) => exit,
            Err(error) => error.exit,
        },
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            to_stderr(&text);
            Exit::Usage
        }
        _ => {
            let text = text.replace("For more information, try '--help'.", "hint: `--help` lists what can be given");
            to_stderr(crate::clean_words(&Raw::new(text)).as_str());
            Exit::Usage
        }
    }
}
