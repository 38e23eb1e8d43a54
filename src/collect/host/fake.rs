//! `FakeHost`: a machine made of maps, for tests; it can deny, panic and hang.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{FileBytes, Host, HostError, Ran, SystemFacts};
use crate::model::Raw;

/// What a fake does instead of answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Refuses access.
    Denied,
    /// Panics.
    Panics,
    /// Does not come back for ten seconds.
    Hangs,
}

/// A machine made of maps.
#[derive(Clone, Debug, Default)]
pub(crate) struct FakeHost {
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) files: BTreeMap<PathBuf, Vec<u8>>,
    pub(crate) links: BTreeMap<PathBuf, PathBuf>,
    pub(crate) times: BTreeMap<PathBuf, u64>,
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) trouble: BTreeMap<PathBuf, Trouble>,
    pub(crate) system_trouble: Option<Trouble>,
    pub(crate) facts: SystemFacts,
    pub(crate) interfaces: Vec<String>,
    pub(crate) timezone: Option<String>,
    pub(crate) os: Option<&'static str>,
}

impl FakeHost {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn var(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    pub(crate) fn file(mut self, path: &str, text: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.into(), text.into());
        self
    }

    pub(crate) fn link(mut self, path: &str, to: &str) -> Self {
        self.links.insert(path.into(), to.into());
        self
    }

    pub(crate) fn time(mut self, path: &str, seconds: u64) -> Self {
        self.times.insert(path.into(), seconds);
        self
    }

    /// What a command line prints.
    pub(crate) fn prints(mut self, line: &str, output: &str) -> Self {
        self.outputs.insert(line.into(), output.into());
        self
    }

    pub(crate) fn trouble(mut self, path: &str, trouble: Trouble) -> Self {
        self.trouble.insert(path.into(), trouble);
        self
    }

    fn act(trouble: Option<Trouble>) -> Result<(), HostError> {
        match trouble {
            None => Ok(()),
            Some(Trouble::Denied) => Err(HostError::Denied),
            Some(Trouble::Panics) => panic!("the fake was told to panic"),
            Some(Trouble::Hangs) => {
                std::thread::sleep(Duration::from_secs(10));
                Ok(())
            }
        }
    }

    fn follow(&self, path: &Path) -> PathBuf {
        let mut path = path.to_path_buf();
        for _ in 0..8 {
            let Some((from, to)) = self.links.iter().find(|(from, _)| path.starts_with(from)) else { break };
            let rest = path.strip_prefix(from).unwrap_or(Path::new("")).to_path_buf();
            path = if rest.as_os_str().is_empty() { to.clone() } else { to.join(rest) };
        }
        path
    }

    fn bytes(&self, path: &Path) -> Result<&[u8], HostError> {
        let path = self.follow(path);
        Self::act(self.trouble.get(&path).copied())?;
        match self.files.get(&path) {
            Some(bytes) => Ok(bytes),
            None if self.children(&path).is_empty() => Err(HostError::NotFound),
            None => Err(HostError::NotAFile),
        }
    }

    fn children(&self, path: &Path) -> BTreeSet<String> {
        let all = self.files.keys().chain(self.links.keys());
        all.filter_map(|file| {
            let rest = file.strip_prefix(path).ok()?;
            rest.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned())
        })
        .collect()
    }
}

impl Host for FakeHost {
    fn env(&self, name: &str) -> Option<Raw<String>> {
        self.env.get(name).map(|value| Raw::text(value.as_str()))
    }

    fn env_names(&self) -> Vec<String> {
        self.env.keys().cloned().collect()
    }

    fn os(&self) -> &'static str {
        self.os.unwrap_or("linux")
    }

    fn architecture(&self) -> &'static str {
        "x86_64"
    }

    fn read(&self, path: &Path, limit: usize) -> Result<FileBytes, HostError> {
        let bytes = self.bytes(path)?;
        Ok(FileBytes { bytes: Raw::new(bytes[..bytes.len().min(limit)].to_vec()), total: bytes.len() as u64 })
    }

    fn read_tail(&self, path: &Path, limit: usize) -> Result<FileBytes, HostError> {
        let bytes = self.bytes(path)?;
        let from = bytes.len().saturating_sub(limit);
        Ok(FileBytes { bytes: Raw::new(bytes[from..].to_vec()), total: bytes.len() as u64 })
    }

    fn list(&self, path: &Path, limit: usize) -> Result<Vec<String>, HostError> {
        let path = self.follow(path);
        Self::act(self.trouble.get(&path).copied())?;
        let children = self.children(&path);
        if children.is_empty() {
            return Err(HostError::NotFound);
        }
        Ok(children.into_iter().take(limit).collect())
    }

    fn exists(&self, path: &Path) -> bool {
        let path = self.follow(path);
        self.files.contains_key(&path) || !self.children(&path).is_empty()
    }

    fn real_path(&self, path: &Path) -> Option<PathBuf> {
        self.exists(path).then(|| self.follow(path))
    }

    fn modified(&self, path: &Path) -> Option<u64> {
        self.times.get(&self.follow(path)).copied()
    }

    fn run(&self, program: &Path, args: &[&str], _limit: Duration) -> Result<Ran, HostError> {
        Self::act(self.trouble.get(program).copied())?;
        // Windows joins paths by its own separator.
        let program = program.to_string_lossy().replace('\\', "/");
        let line = std::iter::once(program.as_str()).chain(args.iter().copied()).collect::<Vec<_>>().join(" ");
        let output = self.outputs.get(&line).ok_or(HostError::NotFound)?;
        Ok(Ran { stdout: Raw::new(output.clone().into_bytes()), stderr: Raw::new(Vec::new()), code: Some(0) })
    }

    fn system(&self) -> SystemFacts {
        let _ = Self::act(self.system_trouble);
        self.facts.clone()
    }

    fn interfaces(&self) -> Vec<Raw<String>> {
        self.interfaces.iter().map(|name| Raw::text(name.as_str())).collect()
    }

    fn timezone(&self) -> Option<Raw<String>> {
        self.timezone.as_deref().map(Raw::text)
    }

    fn home(&self) -> Option<PathBuf> {
        self.env.get("HOME").map(PathBuf::from)
    }

    fn cwd(&self) -> Option<PathBuf> {
        self.env.get("PWD").map(PathBuf::from)
    }
}
