//! Output goes on to where it went without evpack, and a bounded part of it is kept.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::kept::Kept;
use crate::ingest::InputText;

/// Bytes that are moved at once.
const CHUNK: usize = 64 << 10;
/// Pause where the reader of a non-blocking pipe is slow.
const BUSY: Duration = Duration::from_millis(1);
/// Longest rest between two reads of a stream that is busy: nobody sees it, and it spares both sides most of the switches
/// between them.
const LONGEST_REST: Duration = Duration::from_millis(1);
/// A rest that is shorter is none: to wake up costs as much.
const SHORTEST_REST: Duration = Duration::from_micros(50);
/// A read of so many bytes may have left some: a terminal gives no more than 4 KiB at once.
const FULL: usize = 4095;
/// Bytes that came with one rest and show that the command may have waited for evpack: a pseudo-terminal of Linux holds 12 KiB.
const PLENTY: usize = 8 << 10;

/// One stream of the command.
pub(super) struct Stream {
    /// Its name in the packet.
    pub(super) name: &'static str,
    /// Where the command's bytes come from.
    pub(super) from: Box<dyn Read + Send>,
    /// Where they go.
    pub(super) to: File,
}

/// The streams while they are read.
pub(super) struct Readers {
    kept: Vec<(&'static str, Arc<Mutex<Kept>>)>,
    ended: Receiver<()>,
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts to read.
pub(super) fn start(streams: Vec<Stream>) -> Readers {
    let (sender, ended) = mpsc::channel();
    let mut all = Vec::new();
    for stream in streams {
        let kept = Arc::new(Mutex::new(Kept::default()));
        all.push((stream.name, Arc::clone(&kept)));
        let sender = sender.clone();
        let job = move || {
            copy(stream, &kept);
            let _ = sender.send(());
        };
        // Where no thread can be had, the stream is closed, and the command sees that nobody reads it.
        let _ = thread::Builder::new().name("evpack-tee".into()).spawn(job);
    }
    Readers { kept: all, ended }
}

/// Moves bytes until the stream ends. Where they can go nowhere any more, reading ends too: the command then sees a closed
/// stream, as it would without evpack.
fn copy(mut stream: Stream, kept: &Mutex<Kept>) {
    let mut chunk = vec![0; CHUNK];
    let mut pace = Pace::default();
    loop {
        match stream.from.read(&mut chunk) {
            Ok(0) => return,
            Ok(read) => {
                lock(kept).add(&chunk[..read]);
                if pass_on(&mut stream.to, &chunk[..read]).is_err() {
                    return;
                }
                if let Some(rest) = pace.rest(read, Instant::now()) {
                    thread::sleep(rest);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // A pseudo-terminal that the command has closed says EIO.
            Err(_) => return,
        }
    }
}

/// How long reading rests, so that a chatty command is read in few large parts and not in many small ones. What comes after
/// silence is passed on at once, and a command that writes faster than it is read is read without rest.
#[derive(Default)]
struct Pace {
    last: Option<Instant>,
    rest: Duration,
    /// Bytes that came since the last rest.
    since: usize,
}

impl Pace {
    /// The rest after a read of so many bytes that have been passed on by `now`.
    fn rest(&mut self, read: usize, now: Instant) -> Option<Duration> {
        let before = self.last.replace(now);
        self.since += read;
        // A terminal gives 4 KiB at once, a pipe as much as there is: more may wait.
        if read >= FULL {
            return None;
        }
        let came = std::mem::take(&mut self.since);
        let busy = before.is_some_and(|before| now - before < 2 * LONGEST_REST);
        self.rest = match () {
            () if !busy => Duration::ZERO,
            () if came >= PLENTY => self.rest / 2,
            () => (self.rest * 2).clamp(SHORTEST_REST, LONGEST_REST),
        };
        (self.rest >= SHORTEST_REST).then_some(self.rest)
    }
}

/// Writes all of it, also to a pipe that another program has made non-blocking.
fn pass_on(to: &mut File, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match to.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(BUSY),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

impl Readers {
    /// Waits for the streams to end after the command has. Processes that it left behind may hold them open: they are
    /// waited for until they are silent, and never for long. Gives whether all streams ended.
    pub(super) fn wait(&self, silence: Duration, patience: Duration, look: Duration) -> bool {
        let start = Instant::now();
        let mut open = self.kept.len();
        while open > 0 {
            match self.ended.recv_timeout(look) {
                Ok(()) => open -= 1,
                Err(mpsc::RecvTimeoutError::Disconnected) => return true,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let last = self.kept.iter().filter_map(|(_, kept)| lock(kept).last).max();
                    let quiet = last.unwrap_or(start).max(start).elapsed() >= silence;
                    if quiet || start.elapsed() >= patience {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// What was kept of all streams, the one that spoke last at the end, and how many bytes came.
    pub(super) fn into_texts(self) -> (Vec<InputText>, u64) {
        let mut all: Vec<_> = self.kept.iter().map(|(name, kept)| (*name, std::mem::take(&mut *lock(kept)))).collect();
        all.sort_by_key(|(_, kept)| kept.last);
        let bytes = all.iter().map(|(_, kept)| kept.total()).sum();
        (all.into_iter().flat_map(|(name, kept)| kept.into_texts(name)).collect(), bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rests(reads: &[(u64, usize)]) -> Vec<u128> {
        let start = Instant::now();
        let mut pace = Pace::default();
        let rest = |(at, read): &(u64, usize)| pace.rest(*read, start + Duration::from_micros(*at));
        reads.iter().map(rest).map(|rest| rest.map_or(0, |rest| rest.as_micros())).collect()
    }

    #[test]
    fn reading_rests_only_while_a_command_is_chatty() {
        assert_eq!(rests(&[(0, 10), (500_000, 10), (1_000_000, 10)]), [0, 0, 0], "a line now and then");
        let lines: Vec<_> = (0..8).map(|line| (line * 1000, 100)).collect();
        assert_eq!(rests(&lines), [0, 50, 100, 200, 400, 800, 1000, 1000], "line after line");
        assert_eq!(rests(&[(0, 10), (100, 10), (50_000, 10)]), [0, 50, 0], "silence ends it");
    }

    #[test]
    fn a_command_that_may_have_waited_is_read_with_less_rest() {
        let mut reads: Vec<_> = (0..6).map(|line| (line * 1000, 100)).collect();
        reads.extend([(6000, 4096), (6100, 4096), (6200, 300), (7000, 100)]);
        assert_eq!(rests(&reads)[6..], [0, 0, 400, 800]);
        let flood: Vec<_> = (0..9).map(|read| (read * 100, CHUNK)).collect();
        assert!(rests(&flood).iter().all(|rest| *rest == 0));
    }
}
