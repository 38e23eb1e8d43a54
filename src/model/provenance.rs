//! Provenance: where a piece of evidence was seen.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Collected, Raw};
use crate::{staged, textless};

/// The kind of place that a value was seen in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A line of an input file or of standard input.
    Input,
    /// An environment variable of this process.
    Environment,
    /// A file on this machine.
    File,
    /// What a command printed.
    Command,
    /// The operating system.
    System,
    /// The command line of evpack, or its configuration.
    User,
    /// A server that was contacted.
    Contact,
    /// Worked out from other evidence.
    Derived,
}

textless!(Origin);

staged! {
    /// Where a value was seen.
    #[schemars(rename = "Provenance")]
    pub struct Provenance<S> {
        /// The kind of place.
        pub origin: Origin,
        /// Its name: a path, a variable, a command line. Captured text as any other.
        pub place: S::Text,
        /// The line in it, counted from 1, where lines mean something.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub line: Option<u64>,
    }
}

impl Provenance<Collected> {
    fn at(origin: Origin, place: impl Into<Raw<String>>) -> Self {
        Self { origin, place: place.into(), line: None }
    }

    /// Seen in an input, at a line counted from 1.
    #[must_use]
    pub fn input(label: impl Into<Raw<String>>, line: u64) -> Self {
        Self { line: Some(line), ..Self::at(Origin::Input, label) }
    }

    /// Seen in an environment variable.
    #[must_use]
    pub fn env(name: &str) -> Self {
        Self::at(Origin::Environment, name)
    }

    /// Seen in a file.
    #[must_use]
    pub fn file(path: impl Into<Raw<String>>) -> Self {
        Self::at(Origin::File, path)
    }

    /// Printed by a command.
    #[must_use]
    pub fn command(argv: impl Into<Raw<String>>) -> Self {
        Self::at(Origin::Command, argv)
    }

    /// Told by the operating system.
    #[must_use]
    pub fn system(what: &str) -> Self {
        Self::at(Origin::System, what)
    }

    /// Said by the user on the command line or in the configuration.
    #[must_use]
    pub fn user(what: &str) -> Self {
        Self::at(Origin::User, what)
    }

    /// Answered by a server that was contacted, or saved from one.
    #[must_use]
    pub fn contact(url: impl Into<Raw<String>>) -> Self {
        Self::at(Origin::Contact, url)
    }

    /// Worked out from other evidence.
    #[must_use]
    pub fn derived(from: &str) -> Self {
        Self::at(Origin::Derived, from)
    }
}
