//! Folders of traces whose owner is gone: an evpack that was killed by a signal that cannot be caught cannot remove its own. The next one
//! does.
//!
//! An owner holds a lock on a file in its folder for as long as it lives. The system gives the lock back when the process ends, however
//! it ends, so no process number is compared, which another process or another container may have as well.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::Duration;

/// How the name of such a folder begins.
pub(super) const PREFIX: &str = "evpack-trace-";
/// The file that its owner locks.
const LOCK: &str = ".owner.lock";
/// Younger folders are left alone: their owner may not have come to lock them.
const SETTLED: Duration = Duration::from_mins(1);
/// Folders that are looked at; a folder for temporary files may hold very many others.
const MOST: usize = 64;

/// Claims a folder for this process, until the file is dropped.
///
/// # Errors
/// The file cannot be made or locked.
pub(super) fn claim(folder: &Path) -> io::Result<File> {
    let file = File::create_new(folder.join(LOCK))?;
    file.lock()?;
    Ok(file)
}

/// Removes the folders of owners that are gone. What cannot be removed, of another user for instance, stays.
pub(super) fn sweep() {
    sweep_in(&std::env::temp_dir(), SETTLED);
}

fn sweep_in(temporary: &Path, settled: Duration) {
    let Ok(entries) = fs::read_dir(temporary) else { return };
    let named = entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
    for entry in named.take(MOST) {
        let path = entry.path();
        // A link is never followed: `symlink_metadata` tells of the link itself.
        let Ok(found) = fs::symlink_metadata(&path) else { continue };
        let age = found.modified().ok().and_then(|at| at.elapsed().ok());
        if found.is_dir() && age.is_some_and(|age| age >= settled) && is_left(&path) {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Whether nobody holds the lock. A folder without a lock file is not one of these.
fn is_left(folder: &Path) -> bool {
    let lock = folder.join(LOCK);
    let regular = fs::symlink_metadata(&lock).is_ok_and(|found| found.is_file());
    regular && File::options().read(true).write(true).open(&lock).is_ok_and(|file| file.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(temporary: &Path, name: &str) -> std::path::PathBuf {
        let folder = temporary.join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("log-1.log"), "not redacted").unwrap();
        folder
    }

    #[test]
    fn the_folder_of_an_owner_that_is_gone_is_removed_and_no_other() {
        let temporary = tempfile::tempdir().unwrap();
        let at = temporary.path();
        let (left, alive, other) = (folder(at, "evpack-trace-a"), folder(at, "evpack-trace-b"), folder(at, "else-c"));
        let unclaimed = folder(at, "evpack-trace-d");
        drop(claim(&left).unwrap());
        let held = claim(&alive).unwrap();
        drop(claim(&other).unwrap());
        sweep_in(at, Duration::from_mins(1));
        assert!(left.exists(), "too young to be judged");
        sweep_in(at, Duration::ZERO);
        assert!(!left.exists(), "its owner is gone");
        assert!(alive.exists() && other.exists() && unclaimed.exists());
        drop(held);
        sweep_in(at, Duration::ZERO);
        assert!(!alive.exists() && other.exists() && unclaimed.exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let (temporary, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        drop(claim(elsewhere.path()).unwrap());
        fs::write(elsewhere.path().join("mine"), "mine").unwrap();
        let link = temporary.path().join("evpack-trace-link");
        std::os::unix::fs::symlink(elsewhere.path(), &link).unwrap();
        let inside = folder(temporary.path(), "evpack-trace-inside");
        std::os::unix::fs::symlink(elsewhere.path().join(LOCK), inside.join(LOCK)).unwrap();
        sweep_in(temporary.path(), Duration::ZERO);
        assert!(elsewhere.path().join("mine").exists() && inside.exists());
        assert!(fs::symlink_metadata(&link).is_ok());
    }
}
