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
    loop {
        match stream.from.read(&mut chunk) {
            Ok(0) => return,
            Ok(read) => {
                lock(kept).add(&chunk[..read]);
                if pass_on(&mut stream.to, &chunk[..read]).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // A pseudo-terminal that the command has closed says EIO.
            Err(_) => return,
        }
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
