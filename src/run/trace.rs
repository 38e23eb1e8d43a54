//! `--trace`: the command is asked to say more of its API calls, and what it says is gathered in a private folder.
//!
//! Only what the SDKs and Claude Code offer is set, and for the command alone. A hook for Python and one for Node record
//! the exact error; they never record the prompt, and an error inside them changes nothing.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

mod node;
mod records;

use super::{Order, stale};
use crate::ingest::InputText;
use crate::model::Raw;

/// Loaded by Python at its start, from the first folder of `PYTHONPATH`.
const PYTHON_HOOK: &str = include_str!("trace/sitecustomize.py");
/// Loaded by Node before the program: the hook, the same for `--import`, and what follows modules in Node before 22.15.
const NODE_HOOKS: &[(&str, &str)] = &[
    ("hook.cjs", include_str!("trace/hook.cjs")),
    ("hook.mjs", include_str!("trace/hook.mjs")),
    ("loader.mjs", include_str!("trace/loader.mjs")),
];
/// What stands between two folders of `PYTHONPATH`.
const SEPARATOR: &str = if cfg!(windows) { ";" } else { ":" };
/// Files that one run may leave, and bytes that are read of each.
const MOST_FILES: usize = 64;
const MOST_BYTES: u64 = 4 << 20;

/// A private folder that the command writes its traces to. It is removed when this is dropped.
#[derive(Debug)]
pub struct Trace {
    /// Says that the folder has an owner; given back before the folder is removed.
    _owner: File,
    folder: TempDir,
}

impl Trace {
    /// Makes the folder, readable by its owner alone, and puts the hooks into it.
    ///
    /// # Errors
    /// The folder for temporary files cannot be written.
    pub fn prepare() -> io::Result<Self> {
        stale::sweep();
        let mut builder = tempfile::Builder::new();
        builder.prefix(stale::PREFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = builder.tempdir()?;
        let owner = stale::claim(folder.path())?;
        let python = folder.path().join("python");
        fs::create_dir(&python)?;
        fs::write(python.join("sitecustomize.py"), PYTHON_HOOK)?;
        for (name, text) in NODE_HOOKS {
            fs::write(folder.path().join(name), text)?;
        }
        Ok(Self { _owner: owner, folder })
    }

    /// Sets what makes the command say more.
    pub fn apply(&self, order: &mut Order) {
        self.apply_to(order, |name| std::env::var_os(name));
    }

    /// `env` is the environment that the command would have otherwise.
    fn apply_to(&self, order: &mut Order, env: impl Fn(&str) -> Option<OsString>) {
        let folder = self.folder.path();
        let is_claude =
            order.argv.first().is_some_and(|word| Path::new(word).file_stem() == Some(OsStr::new("claude")));
        let hook = node::option(&order.argv, folder);
        let mut set = |name: &str, value: OsString| order.trace.push((name.into(), value));
        set("EVPACK_TRACE_DIR", folder.into());
        // Claude Code would print the log of its SDK among its answers; its own debug file tells the same.
        if env("ANTHROPIC_LOG").is_none() && !is_claude {
            set("ANTHROPIC_LOG", "debug".into());
            // The hooks then keep the log off the terminal.
            set("EVPACK_TRACE_LOG", "1".into());
        }
        let mut python = OsString::from(folder.join("python"));
        if let Some(before) = env("PYTHONPATH").filter(|path| !path.is_empty()) {
            python.push(SEPARATOR);
            python.push(before);
        }
        set("PYTHONPATH", python);
        let mut node = env("NODE_OPTIONS").unwrap_or_default();
        if !node.is_empty() {
            node.push(" ");
        }
        node.push(hook);
        set("NODE_OPTIONS", node);
        let debug = folder.join("claude-code.log");
        set("CLAUDE_CODE_DEBUG_LOGS_DIR", debug.clone().into());
        let says = |word: &OsString| word.to_string_lossy().starts_with("--debug");
        if is_claude && !order.argv.iter().any(says) {
            order.trace_args = vec!["--debug-file".into(), debug.into()];
        }
    }

    /// Adds what was traced to the outputs, where the call that it tells of is read with the error that was printed: logs
    /// before the output that came last, records of errors behind it. The folder is gone afterwards. Gives the process that
    /// recorded the last error.
    pub fn add_to(self, outputs: &mut Vec<InputText>) -> Option<u32> {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for path in self.files() {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let into = if name.starts_with("errors-") { &mut after } else { &mut before };
            let _ = end_of(&path, into);
        }
        if before.is_empty() && after.is_empty() {
            return None;
        }
        let (after, failed) = records::last_of_each(&after);
        let (label, printed) = outputs.pop().map_or_else(
            || ("trace of the command".to_owned(), Vec::new()),
            |last| (format!("{}, with its trace", last.label.expose()), last.bytes.into_exposed()),
        );
        let mut bytes = before;
        bytes.extend_from_slice(&printed);
        if !bytes.is_empty() && !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(&after);
        outputs.push(InputText {
            label: Raw::new(label),
            total_bytes: bytes.len() as u64,
            bytes: Raw::new(bytes),
            skipped_before: 0,
            skipped_lines: None,
        });
        failed
    }

    fn files(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.folder.path()) else { return Vec::new() };
        let traced = |path: &PathBuf| path.extension().is_some_and(|ext| ext == "log") && path.is_file();
        let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(traced).collect();
        files.sort_unstable();
        files.truncate(MOST_FILES);
        files
    }
}

/// Appends the end of a file.
fn end_of(path: &Path, into: &mut Vec<u8>) -> io::Result<()> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(MOST_BYTES)))?;
    file.take(MOST_BYTES).read_to_end(into)?;
    if !into.is_empty() && !into.ends_with(b"\n") {
        into.push(b'\n');
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(order: &Order, name: &str) -> Option<String> {
        order.trace.iter().find(|(set, _)| set == name).map(|(_, value)| value.to_string_lossy().into_owned())
    }

    #[test]
    fn what_was_set_before_stays() {
        let trace = Trace::prepare().unwrap();
        let mut order = Order { argv: vec!["claude".into(), "-p".into()], ..Order::default() };
        trace.apply_to(&mut order, |name| match name {
            "PYTHONPATH" => Some("/mine".into()),
            "NODE_OPTIONS" => Some("--no-warnings".into()),
            "ANTHROPIC_LOG" => Some("info".into()),
            _ => None,
        });
        assert!(value(&order, "PYTHONPATH").unwrap().ends_with(&format!("python{SEPARATOR}/mine")));
        assert!(value(&order, "NODE_OPTIONS").unwrap().starts_with("--no-warnings --require \""));
        assert_eq!(value(&order, "ANTHROPIC_LOG"), None);
        // The command itself stays as it was given, so that a retry repeats it.
        assert_eq!((order.trace_args[0].to_str(), order.argv[1].to_str()), (Some("--debug-file"), Some("-p")));
    }

    #[test]
    fn the_folder_is_private_and_gone_afterwards() {
        let trace = Trace::prepare().unwrap();
        let folder = trace.folder.path().to_path_buf();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        }
        fs::write(folder.join("log-1.log"), "before").unwrap();
        fs::write(folder.join("errors-1.log"), "after").unwrap();
        let mut outputs = Vec::new();
        trace.add_to(&mut outputs);
        assert_eq!(outputs[0].bytes.expose(), b"before\nafter\n");
        assert!(!folder.exists());
    }
}
