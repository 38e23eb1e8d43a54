//! Runs the real binary in an empty environment and folder, and keeps everything it put out.

pub mod secret;
pub mod stub;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// One run of evpack, to be set up and started.
#[must_use]
pub struct Evpack {
    pub dir: TempDir,
    args: Vec<String>,
    env: BTreeMap<String, String>,
    stdin: Vec<u8>,
    online: bool,
    /// A command that the program runs under, such as `ip netns exec NAME`.
    under: Vec<String>,
}

/// What a run put out.
pub struct Output {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
    /// Every file that was not there before, by its path below the folder.
    pub files: BTreeMap<String, Vec<u8>>,
    dir: TempDir,
}

impl Evpack {
    pub fn new<A: Into<String>>(args: impl IntoIterator<Item = A>) -> Self {
        let env = [("HOME", "/nonexistent-home"), ("PATH", "/usr/bin:/bin"), ("TZ", "UTC")];
        Self {
            dir: tempfile::tempdir().unwrap(),
            args: args.into_iter().map(Into::into).collect(),
            env: env.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            stdin: Vec::new(),
            online: false,
            under: Vec::new(),
        }
    }

    /// Runs the program under another command.
    pub fn under(mut self, words: &[String]) -> Self {
        self.under = words.to_vec();
        self
    }

    /// Lets `collect` use the network; without this, it runs with `--offline`.
    pub fn online(mut self) -> Self {
        self.online = true;
        self
    }

    /// Fixes the clock, the packet id and the zone, so that output is repeatable.
    pub fn fixed(self) -> Self {
        self.env("SOURCE_DATE_EPOCH", "1795373030")
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Puts a file into the folder before the run.
    pub fn file(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    pub fn command(&self) -> Command {
        let words: Vec<&str> = self.under.iter().map(String::as_str).chain([env!("CARGO_BIN_EXE_evpack")]).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).args(&self.args);
        let contacts = self.args.first().is_some_and(|command| command == "collect");
        let asks = self.args.iter().any(|arg| ["--offline", "--help"].contains(&arg.as_str()));
        if contacts && !asks && !self.online {
            command.arg("--offline");
        }
        command.env_clear().envs(&self.env).current_dir(self.dir.path());
        command
    }

    pub fn run(self) -> Output {
        let before = tree(self.dir.path());
        let mut command = self.command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A child that does not read its input closes it early; that is its right.
        let _ = child.stdin.take().unwrap().write_all(&self.stdin);
        let done = child.wait_with_output().unwrap();
        let mut files = tree(self.dir.path());
        files.retain(|path, bytes| before.get(path) != Some(bytes));
        Output {
            code: done.status.code(),
            stdout: done.stdout,
            stderr: String::from_utf8(done.stderr).expect("words on standard error are UTF-8"),
            files,
            dir: self.dir,
        }
    }
}

impl Output {
    #[track_caller]
    pub fn code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stderr: {}", self.stderr);
        self
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("standard output is UTF-8")
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).expect("standard output is one JSON document")
    }

    /// The one file that was written.
    #[track_caller]
    pub fn only_file(&self) -> (&str, &[u8]) {
        assert_eq!(self.files.len(), 1, "{:?}", self.files.keys());
        let (name, bytes) = self.files.first_key_value().unwrap();
        (name, bytes)
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().to_path_buf()
    }
}

fn tree(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(base: &Path, dir: &Path, out: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(dir).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(base, &path, out);
            } else if let Ok(bytes) = fs::read(&path) {
                out.insert(path.strip_prefix(base).unwrap().to_string_lossy().into_owned(), bytes);
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(dir, dir, &mut out);
    out
}

/// Path of a file of this repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Absolute path of a captured failure, as an argument.
pub fn capture(name: &str) -> String {
    repository("fixtures/captures").join(name).to_string_lossy().into_owned()
}
