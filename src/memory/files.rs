//! The files of the memory: a key and one record a packet, each readable by its owner alone and put in place by one rename.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;

use super::Lost;

/// Length of the key in bytes: that of the digest, as RFC 2104 asks for.
const KEY: usize = 32;
/// Largest record that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// The key of this machine; the first to ask makes it.
pub(super) fn key(folder: &Path) -> Result<Vec<u8>, Lost> {
    let path = folder.join("key");
    if !path.exists() {
        let mut fresh = [0u8; KEY];
        getrandom::fill(&mut fresh).map_err(|_| Lost::NotWritable)?;
        make(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|_| Lost::NotWritable)?;
        file.write_all(&fresh).map_err(|_| Lost::NotWritable)?;
        // Another evpack may have been first; then its key counts.
        let _ = file.persist_noclobber(&path);
    }
    let key = get(&path).ok_or(Lost::NotWritable)?;
    if key.len() == KEY { Ok(key) } else { Err(Lost::BadKey) }
}

/// Writes a file whole. A temporary file is made with mode 0600.
pub(super) fn put(path: &Path, bytes: &[u8]) -> Result<(), Lost> {
    let folder = path.parent().ok_or(Lost::NotWritable)?;
    make(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|_| Lost::NotWritable)?;
    file.write_all(bytes).map_err(|_| Lost::NotWritable)?;
    file.persist(path).map(|_| ()).map_err(|_| Lost::NotWritable)
}

/// Reads a regular file whole.
pub(super) fn get(path: &Path) -> Option<Vec<u8>> {
    let about = fs::symlink_metadata(path).ok()?;
    if !about.is_file() || about.len() > LARGEST {
        return None;
    }
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(LARGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Removes the oldest records above a number. What cannot be removed stays: it does no harm.
pub(super) fn prune(folder: &Path, most: usize) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut records: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|ext| ext == "json"))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    if records.len() <= most {
        return;
    }
    records.sort();
    for (_, path) in &records[..records.len() - most] {
        let _ = fs::remove_file(path);
    }
}

/// Makes a folder for its owner alone.
fn make(folder: &Path) -> Result<(), Lost> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(|_| Lost::NotWritable)
}
