//! `Recorder`: a host that notes what is read, listed and run, and passes reads on to the host behind it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{FileBytes, Host, HostError, Ran, SystemFacts};
use crate::model::Raw;

/// What collection does with a thing it touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TouchKind {
    /// Reads a file.
    Read,
    /// Lists a directory.
    List,
    /// Runs a program.
    Run,
}

impl TouchKind {
    /// The word of a dry run.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::List => "list",
            Self::Run => "run",
        }
    }
}

/// One thing that collection touches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    /// What is done.
    pub kind: TouchKind,
    /// The file, directory or command line.
    pub what: Raw<String>,
}

/// Notes every touch. A file or directory that does not exist is not noted.
pub struct Recorder {
    behind: Arc<dyn Host>,
    runs: bool,
    touches: Mutex<Vec<Touch>>,
}

impl Recorder {
    /// A recorder that lets programs run.
    pub fn new(behind: Arc<dyn Host>) -> Self {
        Self { behind, runs: true, touches: Mutex::default() }
    }

    /// A recorder that notes the programs that would run, and starts none.
    pub fn dry(behind: Arc<dyn Host>) -> Self {
        Self { runs: false, ..Self::new(behind) }
    }

    /// All touches so far, sorted, each once.
    pub fn touches(&self) -> Vec<Touch> {
        let mut touches = self.touches.lock().unwrap_or_else(PoisonError::into_inner).clone();
        touches.sort_unstable();
        touches.dedup();
        touches
    }

    fn note(&self, kind: TouchKind, what: impl Into<String>) {
        let touch = Touch { kind, what: Raw::text(what) };
        self.touches.lock().unwrap_or_else(PoisonError::into_inner).push(touch);
    }

    fn note_path<T>(&self, kind: TouchKind, path: &Path, got: &Result<T, HostError>) {
        if !matches!(got, Err(HostError::NotFound)) {
            self.note(kind, path.to_string_lossy());
        }
    }
}

impl Host for Recorder {
    fn env(&self, name: &str) -> Option<Raw<String>> {
        self.behind.env(name)
    }

    fn env_names(&self) -> Vec<String> {
        self.behind.env_names()
    }

    fn os(&self) -> &'static str {
        self.behind.os()
    }

    fn architecture(&self) -> &'static str {
        self.behind.architecture()
    }

    fn read(&self, path: &Path, limit: usize) -> Result<FileBytes, HostError> {
        let got = self.behind.read(path, limit);
        self.note_path(TouchKind::Read, path, &got);
        got
    }

    fn read_tail(&self, path: &Path, limit: usize) -> Result<FileBytes, HostError> {
        let got = self.behind.read_tail(path, limit);
        self.note_path(TouchKind::Read, path, &got);
        got
    }

    fn list(&self, path: &Path, limit: usize) -> Result<Vec<String>, HostError> {
        let got = self.behind.list(path, limit);
        self.note_path(TouchKind::List, path, &got);
        got
    }

    fn exists(&self, path: &Path) -> bool {
        self.behind.exists(path)
    }

    fn real_path(&self, path: &Path) -> Option<PathBuf> {
        self.behind.real_path(path)
    }

    fn modified(&self, path: &Path) -> Option<u64> {
        self.behind.modified(path)
    }

    fn run(&self, program: &Path, args: &[&str], limit: Duration) -> Result<Ran, HostError> {
        let mut line = program.to_string_lossy().into_owned();
        for arg in args {
            line.push(' ');
            line.push_str(arg);
        }
        self.note(TouchKind::Run, line);
        if self.runs { self.behind.run(program, args, limit) } else { Err(HostError::NotFound) }
    }

    fn system(&self) -> SystemFacts {
        self.note(TouchKind::Read, "system facts: version, kernel, CPUs, memory, host name");
        self.behind.system()
    }

    fn interfaces(&self) -> Vec<Raw<String>> {
        self.note(TouchKind::List, "names of the network interfaces");
        self.behind.interfaces()
    }

    fn timezone(&self) -> Option<Raw<String>> {
        self.note(TouchKind::Read, "system time zone");
        self.behind.timezone()
    }

    fn home(&self) -> Option<PathBuf> {
        self.behind.home()
    }

    fn cwd(&self) -> Option<PathBuf> {
        self.behind.cwd()
    }
}
