//! The environment that the command's processes really had, looked at while they run.
//!
//! A shell, a `make` or an `env` in the middle sets variables for what it starts, and nobody outside is told. Linux shows each
//! process' environment in `/proc`; elsewhere nothing is seen, and the packet says so. What is read stays in this process' memory.

use std::collections::BTreeMap;

/// What was seen of the command's processes.
#[derive(Debug, Default)]
pub struct Processes {
    seen: BTreeMap<u32, Process>,
}

#[derive(Debug)]
struct Process {
    /// Name of its program.
    name: String,
    environment: BTreeMap<String, String>,
    /// How many processes had been seen before it.
    number: usize,
}

/// Programs that make API calls, by the beginning of their names.
const CLIENTS: &[&str] =
    &["claude", "python", "node", "curl", "bun", "deno", "java", "ruby", "php", "dotnet", "uvicorn", "uv", "pytest"];
/// Variables that every shell sets anew and that are no part of the path.
const PASSING: &[&str] = &["_", "SHLVL", "PWD", "OLDPWD", "LINES", "COLUMNS"];

/// Whose environment was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// That of the process which recorded the failure.
    Failed,
    /// That of the client which was started last.
    Client,
    /// That of no process that the command ran; the variables are those of evpack and of the command line.
    Nobody,
}

impl Whose {
    /// How the packet says it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Failed => "the process that failed",
            Self::Client => "the last process of the command that looks like a client",
            Self::Nobody => "evpack and the command line; no process of the command was seen",
        }
    }
}

impl Processes {
    /// What is other in the environment of the process that failed than in the one given: variables that are set, and those
    /// that are not (`None`). `failed` is its id, where a hook told it.
    #[must_use]
    pub fn changes(
        &self,
        failed: Option<u32>,
        base: &BTreeMap<String, String>,
    ) -> (Vec<(String, Option<String>)>, Whose) {
        let told = failed.and_then(|id| self.seen.get(&id)).map(|process| (process, Whose::Failed));
        let Some((process, whose)) = told.or_else(|| self.client().map(|process| (process, Whose::Client))) else {
            return (Vec::new(), Whose::Nobody);
        };
        let kept = |name: &&String| !PASSING.contains(&name.as_str());
        let set = process.environment.iter().filter(|(name, value)| kept(name) && base.get(*name) != Some(*value));
        let gone = base.keys().filter(|name| kept(name) && !process.environment.contains_key(*name));
        let changes = set
            .map(|(name, value)| (name.clone(), Some(value.clone())))
            .chain(gone.map(|name| (name.clone(), None)))
            .collect();
        (changes, whose)
    }

    /// The client that was started last.
    fn client(&self) -> Option<&Process> {
        let is_client = |process: &&Process| CLIENTS.iter().any(|start| process.name.starts_with(start));
        self.seen.values().filter(is_client).max_by_key(|process| process.number)
    }
}

#[cfg(target_os = "linux")]
pub(super) use linux::Watch;
#[cfg(not(target_os = "linux"))]
pub(super) use other::Watch;

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;
    use std::fs;
    use std::io;
    use std::os::unix::fs::FileExt as _;
    use std::sync::mpsc::{self, RecvTimeoutError, Sender};
    use std::thread::{self, JoinHandle};
    use std::time::{Duration, Instant};

    use super::{Process, Processes};

    /// Pause between the first looks; it grows with the time that has passed, because what lives long is seen anyway.
    const SHORTEST: Duration = Duration::from_millis(4);
    const LONGEST: Duration = Duration::from_millis(500);
    /// Processes that are looked at in one round, and that are kept.
    const MOST: usize = 64;
    const MOST_KEPT: usize = 256;
    /// Bytes of an environment that are read at first, and at most.
    const FEW_BYTES: usize = 1 << 14;
    const MOST_BYTES: usize = 1 << 20;

    /// Looks at the processes until it is told to stop.
    pub(in crate::run) struct Watch {
        job: Option<(Sender<()>, JoinHandle<Processes>)>,
    }

    impl Watch {
        pub(in crate::run) fn start(root: u32) -> Self {
            let (stop, stopped) = mpsc::channel();
            let job = move || {
                let start = Instant::now();
                let mut all = Processes::default();
                loop {
                    look(root, &mut all);
                    let pause = (start.elapsed() / 16).clamp(SHORTEST, LONGEST);
                    if stopped.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                        return all;
                    }
                }
            };
            let job = thread::Builder::new().name("evpack-processes".into()).spawn(job).ok();
            Self { job: job.map(|job| (stop, job)) }
        }

        pub(in crate::run) fn finish(self) -> Processes {
            let Some((stop, job)) = self.job else { return Processes::default() };
            drop(stop);
            job.join().unwrap_or_default()
        }
    }

    /// Looks once at the command and all that it started.
    fn look(root: u32, all: &mut Processes) {
        let mut open = vec![root];
        let mut looked = 0;
        while let Some(id) = open.pop() {
            looked += 1;
            if looked > MOST {
                return;
            }
            see(id, all);
            let Ok(threads) = fs::read_dir(format!("/proc/{id}/task")) else { continue };
            for thread in threads.flatten().take(MOST) {
                let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
                open.extend(children.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
            }
        }
    }

    /// Keeps a process as it is now: a program that it has become since takes the place of the one before.
    fn see(id: u32, all: &mut Processes) {
        let name = fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
        let environment = environment(id);
        if environment.is_empty() || (all.seen.len() >= MOST_KEPT && !all.seen.contains_key(&id)) {
            return;
        }
        let number = all.seen.get(&id).map_or(all.seen.len(), |process| process.number);
        all.seen.insert(id, Process { name: name.trim().to_owned(), environment, number });
    }

    /// The environment that a process was started with.
    fn environment(id: u32) -> BTreeMap<String, String> {
        let bytes = at_once(id).unwrap_or_default();
        let pairs = bytes.split(|byte| *byte == 0).filter_map(|pair| {
            let (name, value) = std::str::from_utf8(pair).ok()?.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        });
        pairs.collect()
    }

    /// The bytes of an environment, in one read: a process that ends between two of them would show the first part alone, as if all other variables had gone.
    fn at_once(id: u32) -> io::Result<Vec<u8>> {
        let file = fs::File::open(format!("/proc/{id}/environ"))?;
        let mut bytes = vec![0; FEW_BYTES];
        loop {
            let length = file.read_at(&mut bytes, 0)?;
            if length < bytes.len() || length >= MOST_BYTES {
                bytes.truncate(length);
                return Ok(bytes);
            }
            bytes.resize(bytes.len() * 2, 0);
        }
    }

    #[cfg(test)]
    mod tests {
        use super::environment;

        #[test]
        fn an_environment_is_seen_whole_however_large_it_is() {
            for size in [10, 60_000] {
                let value = "x".repeat(size);
                let path = std::env::var_os("PATH").unwrap();
                let mut command = std::process::Command::new("sleep");
                command
                    .arg("60")
                    .env_clear()
                    .env("PATH", path)
                    .env("FIRST", &value)
                    .env("SECOND", &value)
                    .env("ZULU", "1");
                let mut child = command.spawn().unwrap();
                let seen = environment(child.id());
                child.kill().unwrap();
                child.wait().unwrap();
                assert_eq!((seen["SECOND"].len(), seen["ZULU"].as_str()), (size, "1"));
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    use super::Processes;

    /// Nothing can be seen here.
    pub(in crate::run) struct Watch;

    impl Watch {
        pub(in crate::run) fn start(_: u32) -> Self {
            Self
        }

        pub(in crate::run) fn finish(self) -> Processes {
            Processes::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// Id, name and environment of a process.
    type Shown<'a> = (u32, &'a str, &'a [(&'a str, &'a str)]);

    fn seen(all: &[Shown<'_>]) -> Processes {
        let one = |(number, (id, name, pairs)): (usize, &Shown<'_>)| {
            (*id, Process { name: (*name).to_owned(), environment: variables(pairs), number })
        };
        Processes { seen: all.iter().enumerate().map(one).collect() }
    }

    #[test]
    fn the_process_that_failed_decides_then_the_last_client() {
        let base = variables(&[("A", "1"), ("B", "2"), ("SHLVL", "1")]);
        let all = seen(&[
            (7, "sh", &[("A", "1"), ("B", "2")]),
            (9, "python3.11", &[("A", "x"), ("SHLVL", "2")]),
            (8, "sleep", &[]),
        ]);
        let (changes, whose) = all.changes(None, &base);
        assert_eq!(changes, [("A".to_owned(), Some("x".to_owned())), ("B".to_owned(), None)]);
        assert_eq!(whose, Whose::Client);
        assert_eq!(all.changes(Some(7), &base), (Vec::new(), Whose::Failed));
        assert_eq!(Processes::default().changes(Some(7), &base), (Vec::new(), Whose::Nobody));
    }
}
