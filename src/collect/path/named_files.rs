//! Files that a command line names: the program that it runs, and the body that it sends. Their content is what counts.

use std::path::Path;

use super::Reading;
use crate::collect::host::Host;
use crate::model::{AbsenceReason, Raw};

/// Largest file that is compared, in bytes.
const LARGEST: usize = 4 << 20;
/// Arguments that are looked at.
const MOST_WORDS: usize = 64;
/// Files that are read.
const MOST_FILES: usize = 8;

/// Content of the scripts and other files that the arguments name.
pub(super) fn program_files(host: &dyn Host, command: &[&str]) -> Reading {
    contents(host, command.iter().skip(1).copied().filter(|word| !word.starts_with(['-', '@'])))
}

/// Content of files given as a body: curl's `@file`, also behind `--data=` or glued to `-d`.
pub(super) fn payload_files(host: &dyn Host, command: &[&str]) -> Reading {
    contents(
        host,
        command.iter().skip(1).filter_map(|word| word.split_once('@')).filter_map(|(before, path)| {
            let option = before.is_empty() || before.starts_with('-');
            (option && !path.is_empty() && path != "-").then_some(path)
        }),
    )
}

fn contents<'a>(host: &dyn Host, paths: impl Iterator<Item = &'a str>) -> Reading {
    let mut text = String::new();
    for path in paths.take(MOST_WORDS).filter(|path| path.len() < 4096).take(MOST_FILES) {
        let Ok(file) = host.read(Path::new(path), LARGEST) else { continue };
        if file.total > LARGEST as u64 {
            return Reading::Unknown(AbsenceReason::TooLarge);
        }
        // The length keeps two files apart whose contents run together.
        text.push_str(&file.bytes.expose().len().to_string());
        text.push('\u{1f}');
        text.push_str(&String::from_utf8_lossy(file.bytes.expose()));
    }
    if text.is_empty() { Reading::Unset } else { Reading::Set(Raw::new(text)) }
}
