//! `Overlay`: a host whose environment is that of a command which was run with variables of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::{FileBytes, Host, HostError, Ran, SystemFacts};
use crate::model::Raw;

/// Another host, with variables set or removed.
pub struct Overlay {
    behind: Arc<dyn Host>,
    changed: BTreeMap<String, Option<Raw<String>>>,
}

impl Overlay {
    /// The host with these changes; `None` is a variable that is not set.
    pub fn new(behind: Arc<dyn Host>, changes: impl IntoIterator<Item = (String, Option<String>)>) -> Self {
        let raw = |(name, value): (String, Option<String>)| (name, value.map(Raw::new));
        Self { behind, changed: changes.into_iter().map(raw).collect() }
    }
}

impl Host for Overlay {
    fn env(&self, name: &str) -> Option<Raw<String>> {
        self.changed.get(name).map_or_else(|| self.behind.env(name), Clone::clone)
    }

    fn env_names(&self) -> Vec<String> {
        let mut names = self.behind.env_names();
        names.retain(|name| !self.changed.contains_key(name));
        names.extend(self.changed.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| name.clone()));
        names
    }

    fn os(&self) -> &'static str {
        self.behind.os()
    }

    fn architecture(&self) -> &'static str {
        self.behind.architecture()
    }

    fn read(&self, path: &Path, limit: usize) -> Result<FileBytes, HostError> {
        self.behind.read(path, limit)
    }

    fn read_tail(&self, path: &Path, limit: usize) -> Result<FileBytes, HostError> {
        self.behind.read_tail(path, limit)
    }

    fn list(&self, path: &Path, limit: usize) -> Result<Vec<String>, HostError> {
        self.behind.list(path, limit)
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
        self.behind.run(program, args, limit)
    }

    fn system(&self) -> SystemFacts {
        self.behind.system()
    }

    fn interfaces(&self) -> Vec<Raw<String>> {
        self.behind.interfaces()
    }

    fn timezone(&self) -> Option<Raw<String>> {
        self.behind.timezone()
    }

    fn home(&self) -> Option<PathBuf> {
        self.behind.home()
    }

    fn cwd(&self) -> Option<PathBuf> {
        self.behind.cwd()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fake::FakeHost;
    use super::*;

    #[test]
    fn variables_are_those_of_the_command() {
        let host = Overlay::new(
            Arc::new(FakeHost::new().var("A", "1").var("B", "2")),
            [("B".to_owned(), None), ("C".to_owned(), Some("3".to_owned()))],
        );
        let value = |name: &str| host.env(name).map(|value| value.expose().clone());
        assert_eq!((value("A").as_deref(), value("B"), value("C").as_deref()), (Some("1"), None, Some("3")));
        assert_eq!(host.env_names(), ["A", "C"]);
    }
}
