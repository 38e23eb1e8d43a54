//! A pseudo-terminal for output alone: the command sees a terminal of the right size, and its input stays the real one.
//!
//! Because input stays the real terminal, evpack never puts that into raw mode and cannot leave it so. A program that sets
//! the modes of its input through its output (some old ones built on curses) does not get single keys this way.

#[cfg(unix)]
mod unix {
    use std::fs::{self, File, OpenOptions};
    use std::io;
    use std::os::fd::OwnedFd;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt};

    use rustix::fs::OFlags;
    use rustix::io::{FdFlags, fcntl_setfd};
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{OptionalActions, OutputModes, Winsize, tcgetattr, tcgetwinsize, tcsetattr, tcsetwinsize};

    /// The side of the pseudo-terminal that evpack reads.
    pub struct Master(OwnedFd);

    impl Master {
        /// What the command writes.
        pub fn reader(&self) -> io::Result<File> {
            self.0.try_clone().map(File::from)
        }

        /// Gives it the size of the real terminal.
        pub fn follow_size(&self) {
            if let Some(size) = real_size() {
                let _ = tcsetwinsize(&self.0, size);
            }
        }
    }

    /// The size of the terminal that output goes to.
    fn real_size() -> Option<Winsize> {
        tcgetwinsize(io::stdout()).or_else(|_| tcgetwinsize(io::stderr())).ok()
    }

    /// A pseudo-terminal, and the side that the command writes to.
    pub fn open() -> io::Result<(Master, File)> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        // Set afterwards, because the flag of `openpt` itself is Linux's alone.
        fcntl_setfd(&master, FdFlags::CLOEXEC)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?;
        let path = std::ffi::OsStr::from_bytes(name.as_bytes());
        let noctty = i32::try_from(OFlags::NOCTTY.bits()).unwrap_or_default();
        let slave = OpenOptions::new().read(true).write(true).custom_flags(noctty).open(path)?;
        // The real terminal adds its carriage returns itself.
        let mut modes = tcgetattr(&slave)?;
        modes.output_modes.remove(OutputModes::OPOST);
        tcsetattr(&slave, OptionalActions::Now, &modes)?;
        let master = Master(master);
        master.follow_size();
        Ok((master, slave))
    }

    /// Whether two open files are one.
    pub fn is_same_file(one: &File, other: &File) -> bool {
        let id = |file: &File| file.metadata().ok().map(|about| (about.dev(), about.ino()));
        id(one).is_some_and(|one| Some(one) == id(other))
    }

    /// Whether this process has a terminal, whose keys signal the command directly.
    pub fn is_attached() -> bool {
        fs::File::open("/dev/tty").is_ok()
    }
}

#[cfg(not(unix))]
mod other {
    use std::fs::File;
    use std::io;

    /// There is none: output goes over pipes.
    pub struct Master;

    impl Master {
        /// Never called.
        pub fn reader(&self) -> io::Result<File> {
            Err(io::ErrorKind::Unsupported.into())
        }
    }

    /// No pseudo-terminal.
    pub fn open() -> io::Result<(Master, File)> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Not told here.
    pub fn is_same_file(_: &File, _: &File) -> bool {
        false
    }

    /// The console signals all its processes.
    pub fn is_attached() -> bool {
        true
    }
}

#[cfg(not(unix))]
pub(super) use other::{Master, is_attached, is_same_file, open};
#[cfg(unix)]
pub(super) use unix::{Master, is_attached, is_same_file, open};
