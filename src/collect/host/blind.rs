//! A host that tells nothing: for commands that judge an input alone, wherever they run.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{FileBytes, Host, HostError, Ran, SystemFacts};
use crate::model::Raw;

/// Knows no variable, no file and no program; nothing is read, run or contacted through it.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlindHost;

impl Host for BlindHost {
    fn env(&self, _name: &str) -> Option<Raw<String>> {
        None
    }

    fn env_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn os(&self) -> &'static str {
        "unknown"
    }

    fn architecture(&self) -> &'static str {
        "unknown"
    }

    fn read(&self, _path: &Path, _limit: usize) -> Result<FileBytes, HostError> {
        Err(HostError::NotFound)
    }

    fn read_tail(&self, _path: &Path, _limit: usize) -> Result<FileBytes, HostError> {
        Err(HostError::NotFound)
    }

    fn list(&self, _path: &Path, _limit: usize) -> Result<Vec<String>, HostError> {
        Err(HostError::NotFound)
    }

    fn exists(&self, _path: &Path) -> bool {
        false
    }

    fn real_path(&self, _path: &Path) -> Option<PathBuf> {
        None
    }

    fn modified(&self, _path: &Path) -> Option<u64> {
        None
    }

    fn run(&self, _program: &Path, _args: &[&str], _limit: Duration) -> Result<Ran, HostError> {
        Err(HostError::NotFound)
    }

    fn system(&self) -> SystemFacts {
        SystemFacts::default()
    }

    fn interfaces(&self) -> Vec<Raw<String>> {
        Vec::new()
    }

    fn timezone(&self) -> Option<Raw<String>> {
        None
    }

    fn home(&self) -> Option<PathBuf> {
        None
    }

    fn cwd(&self) -> Option<PathBuf> {
        None
    }
}
