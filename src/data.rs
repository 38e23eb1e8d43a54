//! What `build.rs` made beforehand: the data files of the program as JSON, and the words of the redactor's gate.

use serde::Deserialize;

/// The text of a data file, named by its path below `src`, without `.yaml`.
macro_rules! data {
    ($path:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/", $path, ".json"))
    };
}

/// Reads such a text.
///
/// # Errors
/// It is no text of that form.
pub fn read<'t, T: Deserialize<'t>>(text: &'t str) -> serde_json::Result<T> {
    serde_json::from_str(text)
}

/// What the program was built with, where it lays something out beforehand.
macro_rules! laid_out {
    () => {
        include!(concat!(env!("OUT_DIR"), "/gate.rs"));
    };
}
