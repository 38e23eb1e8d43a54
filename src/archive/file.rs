//! Reads the bytes of a packet from disk or standard input: a regular file, no more than the limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::{MOST_STORED, Problem};
use crate::error::Error;

/// The bytes of a packet; `-` is standard input.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let failed = |error: io::Error| unreadable(path, &error);
    if path.as_os_str() == "-" {
        return bounded(io::stdin().lock()).map_err(failed)?.ok_or_else(|| Problem::TooLarge.error(path));
    }
    // A pipe or a device may never end, and to open one may wait for ever, so it is looked at first.
    let found = std::fs::metadata(path).map_err(failed)?;
    if !found.is_file() {
        return Err(Error::failed("this is not a file", "name a packet: a .md, .json or .zip file, or `-`")
            .on(path.display().to_string()));
    }
    let file = File::open(path).map_err(failed)?;
    bounded(file).map_err(failed)?.ok_or_else(|| Problem::TooLarge.error(path))
}

/// Largest signature file that is read, in bytes; one has about three hundred.
const MOST_SIGNATURE: u64 = 4 << 10;

/// The text of `PACKET.minisig`, where it is there.
pub(super) fn signature_beside(path: &Path) -> Result<Option<String>, Error> {
    let mut name = path.as_os_str().to_owned();
    name.push(".minisig");
    let path = Path::new(&name);
    let Ok(found) = std::fs::metadata(path) else { return Ok(None) };
    let failed = |error: io::Error| unreadable(path, &error);
    let mut text = String::new();
    if found.is_file() {
        File::open(path).map_err(failed)?.take(MOST_SIGNATURE).read_to_string(&mut text).map_err(failed)?;
    }
    Ok(Some(text))
}

/// All bytes, or nothing where there are too many. A file may grow while it is read, so its size is not asked.
fn bounded(source: impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    source.take(MOST_STORED + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= MOST_STORED).then_some(bytes))
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    let (what, hint) = match error.kind() {
        io::ErrorKind::NotFound => ("there is no such packet", "check the path"),
        io::ErrorKind::PermissionDenied => ("the packet cannot be read", "check who may read it"),
        _ => ("the packet cannot be read", "check the path and the disk"),
    };
    Error::failed(what, hint).on(path.display().to_string()).detail(error.kind().to_string())
}
