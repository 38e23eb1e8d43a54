//! A run of the failing command by evpack itself: when, how long, and how it ended.

use super::safe::{Seconds, Timestamp};
use crate::staged;

staged! {
    /// How the command ran, where evpack ran it.
    #[schemars(rename = "Command_run")]
    pub struct CommandRun<S> {
        /// The command line, quoted as a shell takes it.
        pub command: S::Text,
        /// When it was started.
        pub started_at: Timestamp,
        /// When it had ended.
        pub ended_at: Timestamp,
        /// How long it took.
        pub duration_seconds: Option<Seconds>,
        /// Its exit code; where a signal ended it, 128 and the signal's number.
        pub exit_code: i32,
        /// The signal that ended it.
        pub signal: Option<i32>,
        /// Bytes that it put out.
        pub output_bytes: u64,
        /// Whether its output went to a terminal.
        pub on_terminal: bool,
        /// Whose environment the packet shows, in words.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub environment_of: Option<&'static str>,
        /// Variables of the path that changed while it ran.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub changed_meanwhile: Vec<S::Text>,
    }
}
