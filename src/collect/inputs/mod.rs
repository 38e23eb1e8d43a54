//! The inputs that the user named, and the files that the configuration attaches: read, or refused with a reason.

mod bytes;
mod sift;
pub mod stream;

use std::path::{Path, PathBuf};

use crate::error::{Error, Exit};
use crate::ingest::InputText;
use crate::model::packet::{Attachment, AttachmentName, InputRecord};
use crate::model::{AbsenceReason, Collected, Evidence, Raw};

use bytes::{InputBytes, InputError};

/// The end of an attached file that is kept: lines and bytes.
const ATTACHED_LINES: usize = 200;
const ATTACHED_BYTES: usize = 16 << 10;

/// What became of the inputs.
#[derive(Default)]
pub struct Inputs {
    /// Those that could be read.
    pub texts: Vec<InputText>,
    /// Those that could not.
    pub refused: Vec<Refused>,
}

/// An input that could not be used.
pub struct Refused {
    /// Its name as given.
    pub name: Raw<String>,
    error: InputError,
}

impl Refused {
    /// As an error of its own.
    pub fn error(&self) -> Error {
        let name = self.name.clone();
        let failed = |what, hint| Error::new(Exit::Failed, what, hint);
        match &self.error {
            InputError::Missing => failed("there is no such input", "check the path").on(name),
            InputError::Directory => failed("the input is a folder", "name the files in it").on(name),
            InputError::Denied => failed("the input cannot be read", "check its permissions").on(name),
            InputError::Empty => failed("the input is empty", "give the error text or log of the failure").on(name),
            InputError::Binary => {
                failed("the input is not text", "give a text, a log or a HAR file; unpack an archive first").on(name)
            }
            InputError::Failed(said) => {
                failed("the input cannot be read", "check the path").on(name).detail(said.clone())
            }
        }
    }

    /// As it is listed in the packet.
    pub fn record(&self) -> InputRecord<Collected> {
        let reason = match self.error {
            InputError::Missing => AbsenceReason::NotFound,
            InputError::Denied => AbsenceReason::Denied,
            InputError::Directory | InputError::Binary => AbsenceReason::Unreadable,
            InputError::Empty => AbsenceReason::NotInInput,
            InputError::Failed(_) => AbsenceReason::Failed,
        };
        let topic = if reason == AbsenceReason::Unreadable { "input.text" } else { "input" };
        InputRecord {
            name: self.name.clone(),
            format: Evidence::absent(reason, topic),
            bytes: Evidence::absent(reason, topic),
            failures: 0,
            truncated: None,
            mended: Vec::new(),
        }
    }
}

/// Reads all inputs, each in turn. An input that cannot be used is refused; the others are not touched by it.
///
/// # Errors
/// There are inputs, and none of them could be used: the first refusal.
pub fn read(paths: &[PathBuf]) -> Result<Inputs, Error> {
    let mut inputs = Inputs::default();
    for path in paths {
        let name = label(path);
        match bytes::read(path) {
            Ok(read) => texts(&name, read, &mut inputs.texts),
            Err(error) => inputs.refused.push(Refused { name, error }),
        }
    }
    match inputs.refused.first() {
        Some(first) if inputs.texts.is_empty() => Err(first.error()),
        _ => Ok(inputs),
    }
}

/// An input as texts: whole; or, of a large one, the places before its end that may tell of a failure, and its end. Of those
/// there is always one, if an empty one: so it is told that what stands before the end was searched.
fn texts(name: &Raw<String>, read: InputBytes, out: &mut Vec<InputText>) {
    let InputBytes { bytes, total, skipped, skipped_lines, places } = read;
    let mut text = |bytes: Raw<Vec<u8>>, skipped_before: u64, skipped_lines: Option<u64>| {
        out.push(InputText { label: name.clone(), bytes, total_bytes: total, skipped_before, skipped_lines });
    };
    if skipped > 0 && places.is_empty() {
        text(Raw::new(Vec::new()), 0, Some(0));
    }
    for place in places {
        let place = place.into_exposed();
        text(Raw::new(place.bytes), place.skipped, Some(place.skipped_lines));
    }
    text(bytes, skipped, (skipped > 0).then_some(skipped_lines));
}

/// The end of each file that the configuration attaches.
///
/// # Errors
/// A file that the user asked for cannot be read.
pub fn attached(paths: &[PathBuf]) -> Result<Vec<Attachment<Collected>>, Error> {
    paths.iter().enumerate().map(|(at, path)| attach(at + 1, path)).collect()
}

fn attach(number: usize, path: &Path) -> Result<Attachment<Collected>, Error> {
    let name = label(path);
    let read = bytes::read(path).map_err(|error| Refused { name: name.clone(), error }.error())?;
    let text = String::from_utf8_lossy(read.bytes.expose()).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    let mut start = lines.len().saturating_sub(ATTACHED_LINES);
    let mut size: usize = lines[start..].iter().map(|line| line.len() + 1).sum();
    while size > ATTACHED_BYTES && start + 1 < lines.len() {
        size -= lines[start].len() + 1;
        start += 1;
    }
    let before = read.skipped_lines + start as u64;
    let whole = lines[start..].join("\n");
    let kept = cut_at_space(&whole, ATTACHED_BYTES);
    let left_out = match (before > 0, kept.len() < whole.len()) {
        (false, false) => None,
        (true, false) => Some(format!("the first {before} lines are left out")),
        (_, true) => Some("all but the start of a very long line is left out".to_owned()),
    };
    Ok(Attachment {
        file: AttachmentName::new(number, "file"),
        source: name,
        first_line: before + 1,
        last_line: read.skipped_lines + lines.len() as u64,
        truncated: left_out.map(Raw::new),
        text: Raw::text(kept),
    })
}

/// The start of a text, cut at white space: half of a secret must not be left without its other half.
fn cut_at_space(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let start = &text[..text.floor_char_boundary(limit)];
    start.rfind(char::is_whitespace).map_or("", |at| &start[..at])
}

fn label(path: &Path) -> Raw<String> {
    Raw::new(path.display().to_string())
}
