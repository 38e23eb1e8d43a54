//! Puts verified bytes under their final name in one step, readable by the owner alone.

use std::io::{self, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use super::interrupt::{self, Registered};
use crate::error::Error;
use crate::plan::refuse_special;

/// Writes a file: a temporary file beside it first, then one rename. At the final name there is never a part of it.
///
/// # Errors
/// Names the file, and leaves nothing behind.
pub fn write(path: &Path, force: bool, bytes: &[u8]) -> Result<(), Error> {
    Staged::new(path, bytes)?.place(force)
}

/// A file that is written whole, and not yet under its name. It is removed where it never gets there.
pub(super) struct Staged<'a> {
    path: &'a Path,
    temp: NamedTempFile,
    registered: Registered,
}

impl<'a> Staged<'a> {
    /// Writes it beside the place where it will stand.
    ///
    /// # Errors
    /// Names the file, and leaves nothing behind.
    pub(super) fn new(path: &'a Path, bytes: &[u8]) -> Result<Self, Error> {
        let failed = |error: io::Error| failure(&error, path);
        // The plan refused this already where it made the plan; what has come to stand there since is not replaced either.
        refuse_special(path)?;
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // `tempfile` makes the file with mode 0600 on Unix; on Windows it inherits the folder's access list.
        let mut temp = Builder::new().prefix(".evpack-").suffix(".tmp").tempfile_in(folder).map_err(failed)?;
        let registered = interrupt::register(temp.path());
        temp.write_all(bytes).and_then(|()| temp.as_file().sync_all()).map_err(failed)?;
        Ok(Self { path, temp, registered })
    }

    /// Puts it under its name; what stands there is replaced by force only.
    ///
    /// # Errors
    /// Names the file; what stood there stays.
    pub(super) fn place(self, force: bool) -> Result<(), Error> {
        let Self { path, temp, registered } = self;
        let placed = if force { temp.persist(path).map(drop) } else { temp.persist_noclobber(path).map(drop) };
        drop(registered);
        placed.map_err(|error| failure(&error.error, path))
    }
}

/// An output that cannot be written, with what to do.
pub(super) fn failure(error: &io::Error, path: &Path) -> Error {
    let (what, hint) = match error.kind() {
        io::ErrorKind::PermissionDenied => ("the output cannot be written", "choose a folder you may write to with -o"),
        io::ErrorKind::ReadOnlyFilesystem => {
            ("the output is on a read-only file system", "choose another folder with -o")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            ("the disk is full", "free some space, or choose another disk with -o")
        }
        io::ErrorKind::AlreadyExists => {
            ("the output exists already", "choose another name, or replace it with --force")
        }
        _ => ("the output cannot be written", "check the path, or choose another with -o"),
    };
    let error_said = Error::failed(what, hint).on(path.display().to_string());
    match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::PermissionDenied => error_said,
        // The whole words of the system would name the temporary file.
        kind => error_said.detail(kind.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn an_existing_file_is_replaced_only_by_force() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("packet.md");
        write(&path, false, b"one").unwrap();
        assert!(write(&path, false, b"two").unwrap_err().message().expose().contains("exists already"));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write(&path, true, b"three").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("packet.md");
        write(&path, false, b"one").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
