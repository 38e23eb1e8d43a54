//! What an interrupt must clean up: the temporary file of a write in progress.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::Exit;

static IN_PROGRESS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A temporary file is removed on interrupt while this lives.
pub(super) struct Registered(PathBuf);

pub(super) fn register(path: &Path) -> Registered {
    IN_PROGRESS.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_path_buf());
    Registered(path.to_path_buf())
}

impl Drop for Registered {
    fn drop(&mut self) {
        IN_PROGRESS.lock().unwrap_or_else(PoisonError::into_inner).retain(|path| *path != self.0);
    }
}

/// Makes Ctrl-C and termination leave nothing partial: the temporary file goes, the exit code is 130.
///
/// Does nothing where the system takes no handler; then the system's own handling ends the program.
pub fn install() {
    let _ = ctrlc::set_handler(|| {
        // Holding the lock to the end keeps a rename that is about to happen from racing with the clean-up.
        let in_progress = IN_PROGRESS.lock().unwrap_or_else(PoisonError::into_inner);
        for path in in_progress.iter() {
            let _ = fs::remove_file(path);
        }
        #[allow(clippy::exit)] // the one place where the program ends from another thread
        std::process::exit(Exit::Interrupted as i32);
    });
}
