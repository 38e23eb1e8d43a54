//! `Host`: the only door through which collection learns anything of the machine.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::model::{AbsenceReason, Raw};

mod blind;
#[cfg(test)]
pub(crate) mod fake;
mod overlay;
mod recorder;
mod system;

pub use blind::BlindHost;
pub use overlay::Overlay;
pub use recorder::{Recorder, Touch, TouchKind};
pub use system::SystemHost;

/// Why a read or a run gave nothing. Texts of the operating system are captured text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostError {
    /// It does not exist.
    NotFound,
    /// Access was refused.
    Denied,
    /// It is a directory, a device, or another thing that is not read.
    NotAFile,
    /// It did not end in time.
    TimedOut,
    /// Anything else, with the words of the system.
    Other(Raw<String>),
}

impl HostError {
    /// The absence that this error leads to.
    #[must_use]
    pub const fn reason(&self) -> AbsenceReason {
        match self {
            Self::NotFound => AbsenceReason::NotFound,
            Self::Denied => AbsenceReason::Denied,
            Self::NotAFile => AbsenceReason::Unreadable,
            Self::TimedOut => AbsenceReason::TimedOut,
            Self::Other(_) => AbsenceReason::Failed,
        }
    }
}

/// A file as it was read: its first or last bytes up to the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileBytes {
    /// The bytes.
    pub bytes: Raw<Vec<u8>>,
    /// Size of the whole file when it was opened.
    pub total: u64,
}

/// What a command printed, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Standard output, up to the limit.
    pub stdout: Raw<Vec<u8>>,
    /// Standard error, up to the limit.
    pub stderr: Raw<Vec<u8>>,
    /// Exit code; `None` where a signal ended it.
    pub code: Option<i32>,
}

/// Facts that the operating system tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SystemFacts {
    /// Distribution or edition with version.
    pub os_version: Option<Raw<String>>,
    /// Kernel version.
    pub kernel: Option<Raw<String>>,
    /// Logical CPUs.
    pub cpus: Option<u32>,
    /// Memory in bytes.
    pub memory_bytes: Option<u64>,
    /// Host name.
    pub hostname: Option<Raw<String>>,
}

/// The machine as collection sees it. Everything a probe learns comes through here, so that a fake can stand in.
pub trait Host: Send + Sync {
    /// The value of an environment variable; bytes that are not Unicode are replaced.
    fn env(&self, name: &str) -> Option<Raw<String>>;
    /// Names of all environment variables.
    fn env_names(&self) -> Vec<String>;
    /// Operating system, as in `std::env::consts::OS`.
    fn os(&self) -> &'static str;
    /// Architecture, as in `std::env::consts::ARCH`.
    fn architecture(&self) -> &'static str;
    /// The first bytes of a regular file, at most `limit`.
    ///
    /// # Errors
    /// Says why the file gave nothing.
    fn read(&self, path: &Path, limit: usize) -> Result<FileBytes, HostError>;
    /// The last bytes of a regular file, at most `limit`.
    ///
    /// # Errors
    /// Says why the file gave nothing.
    fn read_tail(&self, path: &Path, limit: usize) -> Result<FileBytes, HostError>;
    /// The names in a directory, at most `limit`, sorted.
    ///
    /// # Errors
    /// Says why the directory gave nothing.
    fn list(&self, path: &Path, limit: usize) -> Result<Vec<String>, HostError>;
    /// Whether a path exists.
    fn exists(&self, path: &Path) -> bool;
    /// The path with all links followed.
    fn real_path(&self, path: &Path) -> Option<PathBuf>;
    /// Time of the last change, in seconds since 1970.
    fn modified(&self, path: &Path) -> Option<u64>;
    /// Runs a program without a shell, without standard input, for at most `limit`; output is bounded to 64 KiB each.
    ///
    /// # Errors
    /// Says why it gave nothing.
    fn run(&self, program: &Path, args: &[&str], limit: Duration) -> Result<Ran, HostError>;
    /// What the operating system tells of the machine.
    fn system(&self) -> SystemFacts;
    /// Names of the network interfaces.
    fn interfaces(&self) -> Vec<Raw<String>>;
    /// IANA name of the time zone, where the environment does not tell it.
    fn timezone(&self) -> Option<Raw<String>>;
    /// The home directory.
    fn home(&self) -> Option<PathBuf>;
    /// The working directory.
    fn cwd(&self) -> Option<PathBuf>;
}
