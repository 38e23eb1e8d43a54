//! What this machine remembers of the packets it made, so that a retry can tell what changed: keyed prints of private values.
//!
//! **Invariant:** nothing of this folder enters a packet. A print is HMAC-SHA-256 (RFC 2104) under a key that was made at random on
//! this machine and never leaves it; without the key, a print tells nothing of the value, not even to someone who guesses it.
//! Folder: `$XDG_STATE_HOME/evpack`, else `~/.local/state/evpack`; on macOS `~/Library/Application Support/evpack`; on Windows
//! `%LOCALAPPDATA%\evpack`. Files are readable by their owner alone.

mod files;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::collect::host::Host;
use crate::model::path::{PathReading, Reading};

/// Version of the form of a record.
const VERSION: u32 = 1;
/// Records that are kept; the oldest go first.
const MOST_RECORDS: usize = 200;

/// Why this machine keeps no prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// There is no home folder to keep a key in.
    NoHome,
    /// The folder cannot be written.
    NotWritable,
    /// The key is there and is not one.
    BadKey,
}

impl Lost {
    /// The reason in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoHome => "there is no home folder to keep a key in; set XDG_STATE_HOME to a folder of your own",
            Self::NotWritable => "the state folder of evpack cannot be written",
            Self::BadKey => {
                "the key in the state folder of evpack is damaged; remove it, and the next packet makes a new one"
            }
        }
    }
}

/// What is remembered of one variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Name of the variable.
    pub name: String,
    /// `set`, `unset` or `unknown`.
    pub state: String,
    /// Keyed print of the value, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub print: Option<String>,
}

/// What is remembered of one packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    version: u32,
    /// Id of the packet.
    pub packet_id: String,
    /// When it was made; an id alone may come twice.
    pub created_at: String,
    /// Print of a constant: it tells whether the key is still the one that the marks were made with.
    key_check: String,
    /// The marks of its path.
    pub marks: Vec<Mark>,
    /// The command, where nothing in it had to be kept back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<String>>,
}

/// The memory of this machine.
pub struct Memory {
    folder: PathBuf,
    key: Vec<u8>,
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory")
    }
}

/// The folder that the records of packets are kept in, where there is a home.
pub fn folder(host: &dyn Host) -> Result<PathBuf, Lost> {
    let named = |name: &str| host.env(name).map(|path| PathBuf::from(path.expose())).filter(|path| path.is_absolute());
    // A home that does not exist is not made: it belongs to nobody.
    let home = || host.home().filter(|home| home.is_absolute() && host.exists(home));
    let base = match (named("XDG_STATE_HOME"), host.os()) {
        (Some(state), _) => Some(state),
        (None, "macos") => home().map(|home| home.join("Library/Application Support")),
        (None, "windows") => named("LOCALAPPDATA"),
        (None, _) => home().map(|home| home.join(".local/state")),
    };
    base.map(|base| base.join("evpack")).ok_or(Lost::NoHome)
}

/// The file that the record of a packet is kept in.
pub fn record_file(folder: &Path, packet_id: &str) -> PathBuf {
    folder.join("paths").join(format!("{packet_id}.json"))
}

impl Memory {
    /// Opens the memory, and makes folder and key where they are not there yet.
    ///
    /// # Errors
    /// There is no place for it; nothing is compared then.
    pub fn open(host: &dyn Host) -> Result<Self, Lost> {
        let folder = folder(host)?;
        let key = files::key(&folder)?;
        Ok(Self { folder, key })
    }

    /// The marks of readings.
    #[must_use]
    pub fn marks(&self, readings: &[PathReading]) -> Vec<Mark> {
        let mark = |reading: &PathReading| Mark {
            name: reading.name.clone(),
            state: reading.reading.state().word().to_owned(),
            print: match &reading.reading {
                Reading::Set(text) => Some(self.print(&reading.name, text.expose())),
                _ => None,
            },
        };
        readings.iter().map(mark).collect()
    }

    /// A record of a packet.
    #[must_use]
    pub fn record(
        &self,
        packet_id: &str,
        created_at: &str,
        readings: &[PathReading],
        command: Option<Vec<String>>,
    ) -> Record {
        Record {
            version: VERSION,
            packet_id: packet_id.to_owned(),
            created_at: created_at.to_owned(),
            key_check: self.print("key", "check"),
            marks: self.marks(readings),
            command,
        }
    }

    /// Keeps a record.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn keep(&self, record: &Record) -> Result<(), Lost> {
        if !is_id(&record.packet_id) {
            return Err(Lost::NotWritable);
        }
        let text = serde_json::to_vec(record).map_err(|_| Lost::NotWritable)?;
        files::put(&record_file(&self.folder, &record.packet_id), &text)?;
        files::prune(&self.folder.join("paths"), MOST_RECORDS);
        Ok(())
    }

    /// The record of a packet, where this machine made it with the key that it has now.
    #[must_use]
    pub fn recall(&self, packet_id: &str, created_at: &str) -> Option<Record> {
        // The id stands in a packet that anyone may have written, and becomes a file name.
        if !is_id(packet_id) {
            return None;
        }
        let text = files::get(&record_file(&self.folder, packet_id))?;
        let record: Record = serde_json::from_slice(&text).ok()?;
        let same = record.version == VERSION && record.packet_id == packet_id && record.created_at == created_at;
        (same && record.key_check == self.print("key", "check")).then_some(record)
    }

    /// The keyed print of a value under its name.
    fn print(&self, name: &str, value: &str) -> String {
        // A key of any length is taken.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        mac.update(name.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        let mut out = String::with_capacity(64);
        for byte in mac.finalize().into_bytes() {
            // Writing to a String cannot fail.
            let _ = write!(out, "{byte:02x}");
        }
        out
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests;
