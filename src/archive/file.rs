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
