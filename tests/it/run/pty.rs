//! A real terminal around evpack: the command sees one too, of the right size, and gets its keys.

use std::io::{Read, Write};
use std::sync::mpsc;
use std::time::Duration;

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::support::Evpack;

/// evpack in a terminal.
struct Terminal {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    text: mpsc::Receiver<Vec<u8>>,
    seen: String,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    evpack: Evpack,
}

fn start(script: &str) -> Terminal {
    let evpack = Evpack::new(Vec::<String>::new());
    let size = PtySize { rows: 33, cols: 77, ..PtySize::default() };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_evpack"));
    command.args(["run", "-q", "--offline", "--", "sh", "-c", script]);
    command.cwd(evpack.dir.path());
    command.env_remove("CI");
    let child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let (sender, text) = mpsc::channel();
    std::thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(read @ 1..) = reader.read(&mut chunk) {
            let _ = sender.send(chunk[..read].to_vec());
        }
    });
    let writer = pair.master.take_writer().unwrap();
    Terminal { master: pair.master, writer, text, seen: String::new(), child, evpack }
}

impl Terminal {
    /// Reads until the words come.
    #[track_caller]
    fn wait_for(&mut self, words: &str) {
        while !self.seen.contains(words) {
            let Ok(bytes) = self.text.recv_timeout(Duration::from_secs(30)) else {
                panic!("`{words}` did not come; seen: {:?}", self.seen)
            };
            self.seen.push_str(&String::from_utf8_lossy(&bytes));
        }
    }

    fn code(&mut self) -> u32 {
        self.child.wait().unwrap().exit_code()
    }
}

#[test]
fn the_command_has_a_terminal_of_the_right_size_and_its_keys() {
    let mut terminal = start(
        "for fd in 0 1 2; do test -t $fd && echo \"fd$fd is a terminal\"; done; stty size <&1; \
         printf 'name? '; read name; echo \"hello $name\"; printf '\\033[31mred\\033[0m\\n'; exit 6",
    );
    terminal.wait_for("name? ");
    assert!(["fd0", "fd1", "fd2"].iter().all(|fd| terminal.seen.contains(&format!("{fd} is a terminal"))));
    assert!(terminal.seen.contains("33 77"), "{:?}", terminal.seen);
    terminal.writer.write_all(b"Dana\n").unwrap();
    terminal.wait_for("\u{1b}[31mred\u{1b}[0m\r\n");
    assert!(terminal.seen.contains("hello Dana"));
    assert!(!terminal.seen.contains("\r\r"), "lines end once: {:?}", terminal.seen);
    assert_eq!(terminal.code(), 6);
    assert_eq!(std::fs::read_dir(terminal.evpack.dir.path()).unwrap().count(), 1);
}

#[test]
fn a_new_size_reaches_the_command() {
    let mut terminal = start("trap 'stty size <&1; exit 0' WINCH; echo ready; while :; do sleep 0.05; done");
    terminal.wait_for("ready");
    terminal.master.resize(PtySize { rows: 44, cols: 101, ..PtySize::default() }).unwrap();
    // The command may have asked before its own terminal had the size; it is signalled again then.
    terminal.wait_for(" 101");
    assert_eq!(terminal.code(), 0);
}

#[test]
fn the_interrupt_key_reaches_the_command_once() {
    let mut terminal = start("trap 'echo interrupted' INT; echo ready; sleep 1; sleep 0.5; exit 8");
    terminal.wait_for("ready");
    terminal.writer.write_all(&[3]).unwrap();
    terminal.wait_for("interrupted");
    assert_eq!(terminal.code(), 8);
    assert_eq!(terminal.seen.matches("interrupted").count(), 1);
}

#[test]
fn a_closed_terminal_ends_the_command_and_keeps_the_evidence() {
    let mut terminal = start("echo ready; sleep 60");
    terminal.wait_for("ready");
    let Terminal { master, writer, mut child, evpack, text, .. } = terminal;
    drop((writer, master, text));
    let _ = child.clone_killer().kill();
    let status = child.wait().unwrap();
    assert_eq!(status.exit_code(), 129);
    assert_eq!(std::fs::read_dir(evpack.dir.path()).unwrap().count(), 1);
}
