//! The failing command: started with its terminal behaviour intact, watched within bounds, and told of when it has ended.
//!
//! Standard input, and the terminal that it may be, pass to the command as they are, so prompts, passwords and Ctrl-Z work
//! as without evpack. Only output is led through: over a pseudo-terminal where it is a terminal, over a pipe otherwise.

mod kept;
pub mod processes;
mod signals;
mod stale;
mod streams;
mod tee;
mod terminal;
pub mod trace;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, Local};

use crate::ingest::InputText;
use crate::model::Raw;
use processes::{Processes, Watch, Whose};

/// How long the output of processes that a command leaves behind is waited for once they are silent.
const SILENCE: Duration = Duration::from_millis(300);
/// How long it is waited for in all.
const PATIENCE: Duration = Duration::from_secs(2);
/// Pause between two looks at readers that have not ended with the command.
const LOOK: Duration = Duration::from_millis(20);

/// What to run.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// The program and its arguments.
    pub argv: Vec<OsString>,
    /// Variables set for the command alone.
    pub set: Vec<(OsString, OsString)>,
    /// Variables removed for the command alone.
    pub unset: Vec<OsString>,
    /// Variables that make the command say more; they are no part of its path.
    pub trace: Vec<(OsString, OsString)>,
    /// Arguments that do the same, given before all others; they are no part of the command.
    pub trace_args: Vec<OsString>,
}

impl Order {
    /// The environment that the command is started with, without what makes it say more.
    #[must_use]
    pub fn environment(&self) -> BTreeMap<String, String> {
        let text = |word: &OsStr| word.to_string_lossy().into_owned();
        let mut all: BTreeMap<String, String> =
            std::env::vars_os().map(|(name, value)| (text(&name), text(&value))).collect();
        all.extend(self.set.iter().map(|(name, value)| (text(name), text(value))));
        for name in &self.unset {
            all.remove(text(name).as_str());
        }
        all
    }

    /// How the environment of the call differs from that of evpack: what the order and the command line change, and what the
    /// process that failed was seen with. `failed` is that process, where a hook told it.
    #[must_use]
    pub fn changes(&self, seen: &Processes, failed: Option<u32>) -> (Vec<(String, Option<String>)>, Whose) {
        let text = |word: &OsString| word.to_string_lossy().into_owned();
        let set = self.set.iter().map(|(name, value)| (text(name), Some(text(value))));
        let unset = self.unset.iter().map(|name| (text(name), None));
        let mut all: Vec<_> = set.chain(unset).chain(set_by_env(&self.argv)).collect();
        let (mut seen, whose) = seen.changes(failed, &self.environment());
        seen.retain(|(name, _)| !self.trace.iter().any(|(traced, _)| traced.to_string_lossy() == name.as_str()));
        all.extend(seen);
        // What evpack remembers stays where evpack itself looks for it.
        all.retain(|(name, _)| name != "XDG_STATE_HOME");
        (all, whose)
    }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// By itself, with this code.
    Code(i32),
    /// By a signal.
    Signal(i32),
}

impl How {
    fn of(status: ExitStatus) -> Self {
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Self::Signal(signal);
        }
        Self::Code(status.code().unwrap_or(1))
    }

    /// The exit code that a shell would tell: 128 and the signal's number where a signal ended it.
    #[must_use]
    pub fn shell_code(self) -> u8 {
        let code = match self {
            Self::Code(code) => code,
            Self::Signal(signal) => 128 + signal,
        };
        // What does not fit a byte, on Windows, is a failure all the same.
        u8::try_from(code).unwrap_or(1)
    }

    /// The signal that ended it.
    #[must_use]
    pub const fn signal(self) -> Option<i32> {
        match self {
            Self::Code(_) => None,
            Self::Signal(signal) => Some(signal),
        }
    }

    /// Whether it ended well.
    #[must_use]
    pub fn is_success(self) -> bool {
        self == Self::Code(0)
    }
}

/// Why a command did not start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotStarted {
    /// There is no such program.
    NotFound,
    /// There is, and it cannot be run.
    NotExecutable(Option<Raw<String>>),
    /// The streams for its output could not be made.
    NoStreams(Raw<String>),
}

impl NotStarted {
    /// The exit code that a shell would tell.
    #[must_use]
    pub const fn shell_code(&self) -> u8 {
        match self {
            Self::NotFound => 127,
            Self::NotExecutable(_) | Self::NoStreams(_) => 126,
        }
    }
}

/// A command that has ended.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub how: How,
    /// When it was started.
    pub started: DateTime<FixedOffset>,
    /// When it had ended.
    pub ended: DateTime<FixedOffset>,
    /// How long it took.
    pub took: Duration,
    /// What it put out, as far as it was kept; the stream that spoke last comes last.
    pub outputs: Vec<InputText>,
    /// Bytes that it put out.
    pub bytes: u64,
    /// Whether its output was led over a pseudo-terminal.
    pub on_terminal: bool,
    /// Whether something that it started still holds its output.
    pub left_behind: bool,
    /// What was seen of its processes.
    pub processes: Processes,
    /// The process that recorded the last failure, where a hook told it.
    pub failed_process: Option<u32>,
    /// Variables of the path that changed while it ran.
    pub changed_meanwhile: Vec<String>,
}

/// Runs the command to its end. Output appears while it runs.
///
/// # Errors
/// It could not be started.
pub fn run(order: &Order) -> Result<Ended, NotStarted> {
    let said = |error: &io::Error| Raw::text(error.to_string());
    let Some((program, args)) = order.argv.split_first() else { return Err(NotStarted::NotFound) };
    let mut command = Command::new(program);
    command
        .args(&order.trace_args)
        .args(args)
        .envs(order.set.iter().chain(&order.trace).map(|(name, value)| (name, value)));
    for name in &order.unset {
        command.env_remove(name);
    }
    let streams = streams::open(&mut command).map_err(|error| NotStarted::NoStreams(said(&error)))?;
    let forwarding = signals::Forwarding::start(streams.master.clone(), streams.own_group);
    let started = Local::now().fixed_offset();
    let clock = Instant::now();
    let child = command.spawn();
    // The command holds the writing ends; the readers see the end of output only once they are closed here.
    drop(command);
    let mut child = child.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => missing(program),
        // The words of the system would add nothing.
        io::ErrorKind::PermissionDenied => NotStarted::NotExecutable(None),
        _ => NotStarted::NotExecutable(Some(said(&error))),
    })?;
    forwarding.to(child.id());
    let watch = Watch::start(child.id());
    let on_terminal = streams.master.is_some();
    let readers = tee::start(streams.outputs);
    let status = child.wait();
    let took = clock.elapsed();
    // A clock that was set back while the command ran does not make it end before it began.
    let ended = Local::now().fixed_offset().max(started + took);
    forwarding.stop();
    let processes = watch.finish();
    let left_behind = !readers.wait(SILENCE, PATIENCE, LOOK);
    let (outputs, bytes) = readers.into_texts();
    let how = status.map_or(How::Code(1), How::of);
    Ok(Ended {
        how,
        started,
        ended,
        took,
        outputs,
        bytes,
        on_terminal,
        left_behind,
        processes,
        failed_process: None,
        changed_meanwhile: Vec::new(),
    })
}

/// A program that is named by its path and is there lacks its interpreter; that is no reason to look for the program.
fn missing(program: &OsStr) -> NotStarted {
    let path = Path::new(program);
    if path.components().count() > 1 && path.exists() {
        return NotStarted::NotExecutable(Some(Raw::text("its interpreter was not found")));
    }
    NotStarted::NotFound
}

/// The command line as a shell would take it.
#[must_use]
pub fn shown(argv: &[OsString]) -> Raw<String> {
    let words: Vec<String> = argv.iter().map(|word| quoted(&word.to_string_lossy())).collect();
    Raw::new(words.join(" "))
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=@%+,~".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Variables that the command itself sets or removes for what it starts: the arguments of `env`. `None` is a removal.
#[must_use]
pub fn set_by_env(argv: &[OsString]) -> Vec<(String, Option<String>)> {
    let named = |word: &OsString| Path::new(word).file_stem().is_some_and(|name| name == "env");
    let Some((_, given)) = argv.split_first().filter(|(program, _)| named(program)) else { return Vec::new() };
    let mut out = Vec::new();
    let mut words = given.iter().map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        if word == "-u" || word == "--unset" {
            out.extend(words.next().map(|name| (name.into_owned(), None)));
        } else if let Some(name) = word.strip_prefix("--unset=") {
            out.push((name.to_owned(), None));
        } else if let Some((name, value)) = word.split_once('=').filter(|_| !word.starts_with('-')) {
            out.push((name.to_owned(), Some(value.to_owned())));
        } else if !word.starts_with('-') {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<OsString> {
        words.iter().map(OsString::from).collect()
    }

    #[test]
    fn a_command_line_is_shown_as_a_shell_takes_it() {
        let line = shown(&words(&["python", "-c", "print('a b')", ""]));
        assert_eq!(line.expose(), r"python -c 'print('\''a b'\'')' ''");
    }

    #[test]
    fn variables_of_env_are_known() {
        let set = set_by_env(&words(&["/usr/bin/env", "-u", "NO_PROXY", "HTTPS_PROXY=http://p:1", "curl", "A=b"]));
        assert_eq!(set, [("NO_PROXY".into(), None), ("HTTPS_PROXY".into(), Some("http://p:1".into()))]);
        assert!(set_by_env(&words(&["curl", "A=b"])).is_empty());
    }

    #[test]
    fn a_signal_is_told_as_a_shell_tells_it() {
        assert_eq!((How::Signal(15).shell_code(), How::Code(7).shell_code(), How::Code(-1).shell_code()), (143, 7, 1));
    }
}
