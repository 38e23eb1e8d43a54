//! Where the command's output goes: over a pseudo-terminal where evpack's own is a terminal, over pipes otherwise.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::tee::Stream;
use super::terminal::{self, Master};

/// The streams of a command that is about to start.
pub(super) struct Streams {
    pub(super) outputs: Vec<Stream>,
    /// The pseudo-terminal, where there is one.
    pub(super) master: Option<Arc<Master>>,
    /// Whether the command is in a process group of its own.
    pub(super) own_group: bool,
}

const OUT: &str = "standard output of the command";
const ERR: &str = "standard error of the command";
const BOTH: &str = "output of the command";

/// Gives the command its streams. Where both outputs lead to the same place they share one, so that their order is kept.
pub(super) fn open(command: &mut Command) -> io::Result<Streams> {
    let (out, err) = (own(&io::stdout())?, own(&io::stderr())?);
    let (out_terminal, err_terminal) = (io::stdout().is_terminal(), io::stderr().is_terminal());
    let pty = if out_terminal || err_terminal { terminal::open().ok() } else { None };
    let (master, slave) = pty.map_or((None, None), |(master, slave)| (Some(Arc::new(master)), Some(slave)));
    let mut streams = Vec::new();
    match (&master, &slave) {
        (Some(master), Some(slave)) if out_terminal && err_terminal => {
            command.stdout(slave.try_clone()?).stderr(slave.try_clone()?);
            streams.push(Stream { name: BOTH, from: Box::new(master.reader()?), to: out });
        }
        (Some(master), Some(slave)) if out_terminal => {
            command.stdout(slave.try_clone()?);
            streams.push(Stream { name: OUT, from: Box::new(master.reader()?), to: out });
            streams.push(pipe(ERR, err, |end| {
                let _ = command.stderr(end);
            })?);
        }
        (Some(master), Some(slave)) => {
            command.stderr(slave.try_clone()?);
            streams.push(pipe(OUT, out, |end| {
                let _ = command.stdout(end);
            })?);
            streams.push(Stream { name: ERR, from: Box::new(master.reader()?), to: err });
        }
        _ if terminal::is_same_file(&out, &err) => {
            let (reader, writer) = io::pipe()?;
            command.stdout(writer.try_clone()?).stderr(writer);
            streams.push(Stream { name: BOTH, from: Box::new(reader), to: out });
        }
        _ => {
            streams.push(pipe(OUT, out, |end| {
                let _ = command.stdout(end);
            })?);
            streams.push(pipe(ERR, err, |end| {
                let _ = command.stderr(end);
            })?);
        }
    }
    let own_group = !terminal::is_attached();
    #[cfg(unix)]
    if own_group {
        // Without a terminal nothing else signals the command's own children: evpack signals them all.
        std::os::unix::process::CommandExt::process_group(command, 0);
    }
    command.stdin(Stdio::inherit());
    Ok(Streams { outputs: streams, master, own_group })
}

fn pipe(name: &'static str, to: File, give: impl FnOnce(io::PipeWriter)) -> io::Result<Stream> {
    let (reader, writer) = io::pipe()?;
    give(writer);
    Ok(Stream { name, from: Box::new(reader), to })
}

/// A stream of evpack's own, unbuffered.
#[cfg(unix)]
fn own(stream: &impl std::os::fd::AsFd) -> io::Result<File> {
    stream.as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(not(unix))]
fn own(stream: &impl std::os::windows::io::AsHandle) -> io::Result<File> {
    stream.as_handle().try_clone_to_owned().map(File::from)
}
