//! `SystemHost`: the real machine, read through the standard library, sysinfo and iana-time-zone.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::{FileBytes, Host, HostError, Ran, SystemFacts};
use crate::model::Raw;

/// Bytes kept of each output stream of a command.
const OUTPUT_LIMIT: u64 = 64 * 1024;
/// Pause between two looks at a running command.
const POLL: Duration = Duration::from_millis(2);

/// The machine that evpack runs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SystemHost;

fn host_error(error: &io::Error) -> HostError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => HostError::NotFound,
        io::ErrorKind::PermissionDenied => HostError::Denied,
        io::ErrorKind::TimedOut => HostError::TimedOut,
        io::ErrorKind::IsADirectory => HostError::NotAFile,
        _ => HostError::Other(Raw::text(error.to_string())),
    }
}

/// Opens a regular file. The kind is asked before opening: opening a FIFO or a device may block or act.
fn open_regular(path: &Path) -> Result<(File, u64), HostError> {
    let about = fs::metadata(path).map_err(|error| host_error(&error))?;
    if !about.is_file() {
        return Err(HostError::NotAFile);
    }
    let file = File::open(path).map_err(|error| host_error(&error))?;
    Ok((file, about.len()))
}

fn take(from: impl Read, limit: usize) -> Result<Raw<Vec<u8>>, HostError> {
    let mut bytes = Vec::new();
    from.take(limit as u64).read_to_end(&mut bytes).map_err(|error| host_error(&error))?;
    Ok(Raw::new(bytes))
}

/// Drains a stream on a thread of its own, so that a full pipe never blocks the child; keeps the first bytes.
fn drain(stream: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    if let Some(mut stream) = stream {
        // Where no thread can be had, the sender is dropped and the output counts as empty.
        let _ = thread::Builder::new().name("evpack-drain".into()).spawn(move || {
            let mut kept = Vec::new();
            let _ = stream.by_ref().take(OUTPUT_LIMIT).read_to_end(&mut kept);
            let _ = io::copy(&mut stream, &mut io::sink());
            let _ = sender.send(kept);
        });
    }
    receiver
}

/// Waits for the child until the deadline, then ends it.
fn wait(child: &mut Child, deadline: Instant) -> Result<Option<i32>, HostError> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.code()),
            Ok(None) if Instant::now() >= deadline => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(HostError::TimedOut);
            }
            Ok(None) => thread::sleep(POLL),
            Err(error) => return Err(host_error(&error)),
        }
    }
}

/// `Linux (Debian GNU/Linux 12)` says twice what the field beside it says as well; other systems have no brackets.
fn distribution(version: &str) -> &str {
    version.strip_prefix("Linux (").and_then(|rest| rest.strip_suffix(')')).unwrap_or(version)
}

impl Host for SystemHost {
    fn env(&self, name: &str) -> Option<Raw<String>> {
        // `var_os` panics nowhere, but a name with `=` or NUL can never be set.
        if name.is_empty() || name.contains(['=', '\0']) {
            return None;
        }
        std::env::var_os(name).map(|value| Raw::text(value.to_string_lossy()))
    }

    fn env_names(&self) -> Vec<String> {
        std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned()).collect()
    }

    fn os(&self) -> &'static str {
        std::env::consts::OS
    }

    fn architecture(&self) -> &'static str {
        std::env::consts::ARCH
    }

    fn read(&self, path: &Path, limit: usize) -> Result<FileBytes, HostError> {
        let (file, total) = open_regular(path)?;
        Ok(FileBytes { bytes: take(file, limit)?, total })
    }

    fn read_tail(&self, path: &Path, limit: usize) -> Result<FileBytes, HostError> {
        let (mut file, total) = open_regular(path)?;
        file.seek(SeekFrom::Start(total.saturating_sub(limit as u64))).map_err(|error| host_error(&error))?;
        Ok(FileBytes { bytes: take(file, limit)?, total })
    }

    fn list(&self, path: &Path, limit: usize) -> Result<Vec<String>, HostError> {
        let entries = fs::read_dir(path).map_err(|error| host_error(&error))?;
        let mut names: Vec<String> =
            entries.flatten().take(limit).map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort_unstable();
        Ok(names)
    }

    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }

    fn real_path(&self, path: &Path) -> Option<PathBuf> {
        fs::canonicalize(path).ok()
    }

    fn modified(&self, path: &Path) -> Option<u64> {
        let time = fs::metadata(path).ok()?.modified().ok()?;
        time.duration_since(std::time::UNIX_EPOCH).ok().map(|since| since.as_secs())
    }

    fn run(&self, program: &Path, args: &[&str], limit: Duration) -> Result<Ran, HostError> {
        let deadline = Instant::now() + limit;
        let mut child = Command::new(program)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| host_error(&error))?;
        let (stdout, stderr) = (drain(child.stdout.take()), drain(child.stderr.take()));
        let code = wait(&mut child, deadline)?;
        // A grandchild may hold the pipes open: what has come by the deadline is what there is.
        let rest = || deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(20));
        let stdout = stdout.recv_timeout(rest()).unwrap_or_default();
        let stderr = stderr.recv_timeout(rest()).unwrap_or_default();
        Ok(Ran { stdout: Raw::new(stdout), stderr: Raw::new(stderr), code })
    }

    fn system(&self) -> SystemFacts {
        use sysinfo::{MemoryRefreshKind, RefreshKind, System};
        let memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
        let system = System::new_with_specifics(memory);
        SystemFacts {
            os_version: System::long_os_version().ok().map(|version| Raw::text(distribution(&version))),
            kernel: System::kernel_version().ok().map(Raw::from),
            cpus: thread::available_parallelism().ok().and_then(|n| u32::try_from(n.get()).ok()),
            memory_bytes: system.ok().map(|system| system.total_memory()).filter(|bytes| *bytes > 0),
            hostname: System::host_name().ok().map(Raw::from),
        }
    }

    #[cfg(target_os = "linux")]
    fn interfaces(&self) -> Vec<Raw<String>> {
        // The names alone: sysinfo would read seven counters for each.
        let names = self.list(Path::new("/sys/class/net"), 256).unwrap_or_default();
        names.into_iter().map(Raw::from).collect()
    }

    #[cfg(not(target_os = "linux"))]
    fn interfaces(&self) -> Vec<Raw<String>> {
        let Ok(networks) = sysinfo::Networks::new_with_refreshed_list() else { return Vec::new() };
        let mut names: Vec<Raw<String>> = networks.keys().map(|name| Raw::text(name.to_string_lossy())).collect();
        names.sort_unstable();
        names
    }

    fn timezone(&self) -> Option<Raw<String>> {
        iana_time_zone::get_timezone().ok().map(Raw::from)
    }

    fn home(&self) -> Option<PathBuf> {
        std::env::home_dir().filter(|home| !home.as_os_str().is_empty())
    }

    fn cwd(&self) -> Option<PathBuf> {
        std::env::current_dir().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_are_bounded_at_either_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        fs::write(&path, "0123456789").unwrap();
        let head = SystemHost.read(&path, 3).unwrap();
        let tail = SystemHost.read_tail(&path, 3).unwrap();
        assert_eq!((head.bytes.expose().as_slice(), head.total), (&b"012"[..], 10));
        assert_eq!((tail.bytes.expose().as_slice(), tail.total), (&b"789"[..], 10));
        assert_eq!(SystemHost.read(dir.path(), 3), Err(HostError::NotAFile));
        assert_eq!(SystemHost.read(&dir.path().join("none"), 3), Err(HostError::NotFound));
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_fifos_are_not_opened() {
        assert_eq!(SystemHost.read(Path::new("/dev/zero"), 3), Err(HostError::NotAFile));
        let dir = tempfile::tempdir().unwrap();
        let fifo = dir.path().join("fifo");
        if Command::new("mkfifo").arg(&fifo).status().is_ok_and(|status| status.success()) {
            assert_eq!(SystemHost.read(&fifo, 3), Err(HostError::NotAFile));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_command_ends_at_its_limit_even_where_its_child_holds_the_pipe() {
        let start = Instant::now();
        let ran = SystemHost.run(Path::new("/bin/sh"), &["-c", "sleep 5"], Duration::from_millis(80));
        assert_eq!(ran, Err(HostError::TimedOut));
        let ran =
            SystemHost.run(Path::new("/bin/sh"), &["-c", "echo out; sleep 5 & exit 3"], Duration::from_millis(200));
        assert_eq!(ran.unwrap().code, Some(3));
        assert!(start.elapsed() < Duration::from_secs(2));
    }

    #[test]
    fn the_system_tells_something_of_itself() {
        let facts = SystemHost.system();
        assert!(facts.cpus.is_some_and(|n| n > 0));
        assert!(facts.memory_bytes.is_some());
    }
}
