//! Real programs on loopback: where they are, and that they end with the test.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::support::repository;

/// A real program, or nothing, with the reason said.
pub fn program(name: &str) -> Option<PathBuf> {
    let found = ["/usr/bin", "/usr/sbin", "/sbin", "/usr/local/bin"]
        .iter()
        .map(|dir| Path::new(dir).join(name))
        .find(|path| path.exists());
    if found.is_none() {
        println!("skipped: {name} is not installed (.ci/install-programs installs it)");
    }
    found
}

/// A program that `.ci/install-sdks` puts below `target/real`, or nothing, with the reason said.
pub fn installed(name: &str, place: &str) -> Option<PathBuf> {
    let found = Some(repository("target/real").join(place)).filter(|path| path.exists());
    if found.is_none() {
        println!("skipped: {name} is not installed (.ci/install-sdks installs it)");
    }
    found
}

/// A running program; it ends when this is dropped.
pub struct Daemon {
    child: Child,
    pub port: u16,
}

impl Daemon {
    /// Starts a program that will listen on a port of loopback, and waits until it does.
    #[track_caller]
    pub fn start(command: &mut Command, port: u16) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let daemon = Self { child, port };
        let up = (0..400).any(|_| {
            thread::sleep(Duration::from_millis(50));
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        assert!(up, "{} does not listen", command.get_program().display());
        daemon
    }

    /// Starts a program whose port cannot be tried from here.
    pub fn start_elsewhere(command: &mut Command, port: u16) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Self { child, port }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Those that clean up after themselves get the time to.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        for _ in 0..40 {
            if self.child.try_wait().is_ok_and(|done| done.is_some()) {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Lets any user read a folder of the test: some programs give their rights up before they read their files.
pub fn open_to_all(dir: &Path) {
    #[cfg(unix)]
    std::fs::set_permissions(dir, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    #[cfg(not(unix))]
    let _ = dir;
}
