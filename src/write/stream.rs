//! Clean streams on their way out: standard output, a new file, or a file in its own place with a backup.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::file::failure;
use super::interrupt::{self, Registered};
use crate::error::Error;
use crate::plan::refuse_special;

/// A file that appears under its name only when it is whole.
pub struct CleanFile {
    path: PathBuf,
    temp: BufWriter<NamedTempFile>,
    replace: bool,
    registered: Registered,
}

impl CleanFile {
    /// Begins a file.
    ///
    /// # Errors
    /// The folder cannot be written, the file exists already and is not to be replaced, or what stands there is no file.
    pub fn begin(path: &Path, replace: bool) -> Result<Self, Error> {
        refuse_special(path)?;
        if !replace && fs::symlink_metadata(path).is_ok() {
            return Err(Error::failed("the output exists already", "choose another name, or replace it with --force")
                .on(path.display().to_string()));
        }
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let temp = Builder::new()
            .prefix(".evpack-")
            .suffix(".tmp")
            .tempfile_in(folder)
            .map_err(|error| failure(&error, path))?;
        let registered = interrupt::register(temp.path());
        Ok(Self { path: path.to_path_buf(), temp: BufWriter::with_capacity(1 << 16, temp), replace, registered })
    }

    /// Puts the file under its name. With `backup`, what stood there is kept beside it first.
    ///
    /// # Errors
    /// Names the file; what stood there stays.
    pub fn finish(self, backup: Option<&Path>) -> Result<(), Error> {
        let temp = self.temp.into_inner().map_err(|error| failure(error.error(), &self.path))?;
        temp.as_file().sync_all().map_err(|error| failure(&error, &self.path))?;
        if let Some(backup) = backup {
            let mode = fs::metadata(&self.path).map_err(|error| failure(&error, &self.path))?.permissions();
            fs::copy(&self.path, backup).map_err(|error| failure(&error, backup))?;
            temp.as_file().set_permissions(mode).map_err(|error| failure(&error, &self.path))?;
        }
        let path = &self.path;
        let placed = if self.replace { temp.persist(path) } else { temp.persist_noclobber(path) };
        drop(self.registered);
        placed.map(drop).map_err(|error| failure(&error.error, &self.path))
    }
}

impl Write for CleanFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.temp.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Makes the folder that several outputs go to.
///
/// # Errors
/// It cannot be made.
pub fn folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(|error| failure(&error, path))
}

/// Whether a path is a folder.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// The file that a path leads to: what is redacted in its place must not leave the original behind a link.
///
/// # Errors
/// It leads nowhere.
pub fn resolved(path: &Path) -> Result<PathBuf, Error> {
    fs::canonicalize(path).map_err(|error| failure(&error, path))
}

/// The backup of a file that is redacted in place; an older backup is never overwritten.
///
/// # Errors
/// There is a backup already.
pub fn backup(path: &Path) -> Result<PathBuf, Error> {
    let mut name = path.as_os_str().to_owned();
    name.push(".bak");
    let backup = PathBuf::from(name);
    if fs::symlink_metadata(&backup).is_ok() {
        return Err(Error::failed("there is a backup already", "move it away first; it may hold the only original")
            .on(backup.display().to_string()));
    }
    Ok(backup)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("clean.log");
        let mut file = CleanFile::begin(&path, false).unwrap();
        file.write_all(b"clean").unwrap();
        assert!(!path.exists());
        file.finish(None).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"clean");
        assert!(CleanFile::begin(&path, false).is_err());
        let bak = backup(&path).unwrap();
        let mut file = CleanFile::begin(&path, true).unwrap();
        file.write_all(b"cleaner").unwrap();
        file.finish(Some(&bak)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"cleaner");
        assert_eq!(fs::read(&bak).unwrap(), b"clean");
        assert!(backup(&path).is_err());
    }
}
