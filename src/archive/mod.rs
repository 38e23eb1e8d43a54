//! Reads a packet back, in any of its three forms, as hostile input: everything is bounded before it is kept, and nothing
//! is put on disk.
//!
//! - JSON is the packet as it was made, with keys that this version does not know.
//! - A zip is its `packet.json`; its other members are kept for the checks of `verify`.
//! - Markdown carries a block of data at its end. [`block::CARRIED`] says which keys it promises; the rest is lost.

pub mod block;
pub mod compact;
mod file;
mod json;
mod problem;
#[cfg(test)]
mod tests;
mod zip;
mod zip_index;

use std::fmt;
use std::path::Path;

use serde_json::Value;

use crate::error::Error;
use crate::model::packet::SCHEMA_VERSION;
pub use problem::Problem;

/// Most bytes of a packet as it is stored.
pub const MOST_STORED: u64 = 8 << 20;
/// Most bytes of all members of a zip together, unpacked.
pub const MOST_UNPACKED: u64 = 12 << 20;

/// The form that a packet was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `packet.json`.
    Json,
    /// Markdown with a block of data.
    Markdown,
    /// A zip.
    Zip,
}

impl Form {
    /// Its word on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Markdown => "md",
            Self::Zip => "zip",
        }
    }
}

/// A file of a zip, unpacked in memory.
#[derive(Clone, PartialEq, Eq)]
pub struct Unpacked {
    /// Its path in the zip: relative, without `..`, without characters that act or hide.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A packet that somebody sent. Its text is not clean: whoever shows it redacts it first. `Debug` shows none of it.
#[derive(Clone)]
pub struct Received {
    form: Form,
    value: Value,
    members: Vec<Unpacked>,
    prose: Option<block::Prose>,
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Received({}, {} members)", self.form.word(), self.members.len())
    }
}

impl Received {
    /// The packet, with the keys that this version does not know. Read from Markdown, only the keys of
    /// [`block::CARRIED`] are there.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// The same, for good.
    pub fn into_value(self) -> Value {
        self.value
    }

    /// The form it was read from.
    pub const fn form(&self) -> Form {
        self.form
    }

    /// The files of the zip; none in the other forms.
    pub fn members(&self) -> &[Unpacked] {
        &self.members
    }

    /// The words of the Markdown, and what its block says of them; none in the other forms.
    pub const fn prose(&self) -> Option<&block::Prose> {
        self.prose.as_ref()
    }
}

/// Reads a packet; `-` is standard input. The form is told by the content, never by the name.
///
/// # Errors
/// Says why it is no packet, or why it is refused. No error quotes anything of the packet.
pub fn read(path: &Path) -> Result<Received, Error> {
    let bytes = file::read(path)?;
    read_bytes(&bytes).map_err(|problem| problem.error(path))
}

/// Reads a packet where the file is one; nothing where it is a log or another text.
///
/// # Errors
/// It cannot be read, or it is a packet that is refused.
pub fn read_if_packet(path: &Path) -> Result<Option<Received>, Error> {
    match file::read(path).map(|bytes| read_bytes(&bytes))? {
        Ok(received) => Ok(Some(received)),
        Err(Problem::NotAPacket | Problem::NoBlock | Problem::BadJson | Problem::TooLarge) => Ok(None),
        Err(problem) => Err(problem.error(path)),
    }
}

/// Reads a packet, and keeps the bytes that a signature is of.
///
/// # Errors
/// As [`read`].
pub fn read_with_bytes(path: &Path) -> Result<(Received, Vec<u8>), Error> {
    let bytes = file::read(path)?;
    let received = read_bytes(&bytes).map_err(|problem| problem.error(path))?;
    Ok((received, bytes))
}

/// The text of the signature beside a packet, `PACKET.minisig`, where there is one.
///
/// # Errors
/// It is there and cannot be read.
pub fn signature_beside(path: &Path) -> Result<Option<String>, Error> {
    file::signature_beside(path)
}

/// Reads a packet from bytes.
///
/// # Errors
/// Says why it is no packet, or why it is refused.
pub fn read_bytes(bytes: &[u8]) -> Result<Received, Problem> {
    if bytes.len() as u64 > MOST_STORED {
        return Err(Problem::TooLarge);
    }
    if bytes.starts_with(b"PK") {
        let members = zip::unpack(bytes)?;
        let packet = members.iter().find(|member| base_name(&member.name) == Some("packet.json"));
        let value = packet_value(&packet.ok_or(Problem::NoPacketInside)?.bytes)?;
        return Ok(Received { form: Form::Zip, value, members, prose: None });
    }
    if bytes.starts_with(b"age-encryption.org/") || bytes.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----") {
        return Err(Problem::Encrypted);
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
        return Ok(Received { form: Form::Json, value: packet_value(text)?, members: Vec::new(), prose: None });
    }
    let text = std::str::from_utf8(text).map_err(|_| Problem::NotAPacket)?;
    let (data, form, prose) = block::find(text)?;
    let mut value = packet_value(data.as_bytes())?;
    if form == block::Data::Short {
        compact::expand(&mut value);
    }
    Ok(Received { form: Form::Markdown, value, members: Vec::new(), prose: Some(prose) })
}

/// The last step of a path with one folder at most: that is where evpack puts its own files.
fn base_name(name: &str) -> Option<&str> {
    match name.split_once('/') {
        None => Some(name),
        Some((_, rest)) if !rest.contains('/') => Some(rest),
        Some(_) => None,
    }
}

/// A JSON document that says that it is a packet of a version that this program reads.
fn packet_value(bytes: &[u8]) -> Result<Value, Problem> {
    let value = json::parse(bytes)?;
    let version = value.get("schema_version").ok_or(Problem::NotAPacket)?.as_u64().ok_or(Problem::NotAPacket)?;
    if version == 0 {
        return Err(Problem::NotAPacket);
    }
    if version > u64::from(SCHEMA_VERSION) {
        return Err(Problem::Newer);
    }
    Ok(value)
}
