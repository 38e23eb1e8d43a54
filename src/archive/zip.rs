//! Unpacks a zip in memory, within bounds.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::zip_index::{Listed, list};
use super::{MOST_UNPACKED, Problem, Unpacked};

/// All files of the zip.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<Unpacked>, Problem> {
    let listed = list(bytes)?;
    if listed.iter().map(|member| member.size).sum::<u64>() > MOST_UNPACKED {
        return Err(Problem::Bomb);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Problem::BadZip)?;
    if archive.len() != listed.len() {
        return Err(Problem::BadZip);
    }
    let files = listed.into_iter().enumerate().filter(|(_, member)| !member.folder);
    files.map(|(index, member)| one(&mut archive, index, member)).collect()
}

fn one(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize, member: Listed) -> Result<Unpacked, Problem> {
    let entry = archive.by_index(index).map_err(|_| Problem::BadZip)?;
    if entry.name().ok().as_deref() != Some(member.name.as_str()) {
        return Err(Problem::BadZip);
    }
    // The list may lie of the size: one byte more than it says is enough to see that.
    let mut bytes = Vec::new();
    let read = entry.take(member.size + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > member.size {
        return Err(Problem::Bomb);
    }
    // The library compares the checksum when it comes to the end.
    read.map_err(|_| Problem::BadChecksum)?;
    if bytes.len() as u64 != member.size {
        return Err(Problem::BadZip);
    }
    Ok(Unpacked { name: member.name, bytes })
}
