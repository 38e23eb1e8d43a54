//! Where the packet goes, and in which form: decided and checked before anything is collected.

use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset, Utc};

use crate::error::Error;
use crate::model::packet::PacketId;
use crate::model::vocabulary::Format;

/// Where the packet goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// A file.
    File {
        /// Its path.
        path: PathBuf,
        /// Whether a file that is there may be replaced.
        force: bool,
    },
}

impl Target {
    /// Resolves `--output`, and checks that it can be written as far as that can be told without writing.
    pub(super) fn resolve(
        output: Option<&Path>,
        format: Format,
        force: bool,
        now: &DateTime<FixedOffset>,
        id: &PacketId,
    ) -> Result<Self, Error> {
        let name = || default_name(format, now, id);
        let path = match output {
            Some(path) if path.as_os_str() == "-" => return stdout(format),
            Some(path) if path.is_dir() => path.join(name()),
            Some(path) => path.to_path_buf(),
            None => PathBuf::from(name()),
        };
        check(&path, force)?;
        Ok(Self::File { path, force })
    }
}

fn stdout(format: Format) -> Result<Target, Error> {
    if format == Format::Zip && std::io::stdout().is_terminal() {
        return Err(Error::usage(
            "a zip cannot be written to a terminal",
            "redirect standard output, or name a file with -o",
        ));
    }
    Ok(Target::Stdout)
}

/// `evpack-<UTC basic time>-<short id>.<ext>`: no colons, so that every file system takes it.
fn default_name(format: Format, now: &DateTime<FixedOffset>, id: &PacketId) -> String {
    let at = now.with_timezone(&Utc).format("%Y%m%dT%H%M%SZ");
    format!("evpack-{at}-{}.{}", id.as_str(), format.word())
}

/// Refuses a name that a file cannot be put at.
pub(super) fn check(path: &Path, force: bool) -> Result<(), Error> {
    let shown = || path.display().to_string();
    if path.as_os_str().is_empty() {
        return Err(Error::usage("--output is empty", "give a path, or `-` for standard output"));
    }
    if path.to_str().is_some_and(|text| text.ends_with('/')) {
        return Err(Error::usage("the output folder does not exist", "create it first").on(shown()));
    }
    if let Ok(found) = fs::symlink_metadata(path) {
        if found.is_dir() {
            return Err(Error::usage("the output is a folder", "name a file in it").on(shown()));
        }
        if is_special(path) {
            return Err(Error::usage(SPECIAL, NO_FILE).on(shown()));
        }
        if !force {
            return Err(Error::usage("the output exists already", "choose another name, or replace it with --force")
                .on(shown()));
        }
    }
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => {
            Err(Error::usage("the output folder is a file", "name a folder that exists")
                .on(folder.display().to_string()))
        }
        Err(_) => Err(Error::usage("the output folder does not exist", "create it first, or choose another with -o")
            .on(folder.display().to_string())),
    }
}

const SPECIAL: &str = "the output is a device or a pipe";
const NO_FILE: &str = "name a file, or give `-` and redirect standard output";

/// Refuses a name that is taken by a device, a pipe or a socket by the time something is put there.
///
/// # Errors
/// Names it.
pub fn refuse_special(path: &Path) -> Result<(), Error> {
    if is_special(path) { Err(Error::failed(SPECIAL, NO_FILE).on(path.display().to_string())) } else { Ok(()) }
}

/// Whether a file put at this name would take the place of a device, a pipe or a socket. `--force` by root would: a rename
/// replaces `/dev/null` as it replaces any file, and `/dev/stdout`, a link, even where it leads to a regular file.
fn is_special(path: &Path) -> bool {
    let system = path.starts_with("/dev") || path.starts_with("/proc");
    let system_link = system && fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    system_link || fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir())
}

/// The format: as asked, else by the extension of the output, else Markdown.
pub(super) fn format(asked: Option<Format>, output: Option<&Path>) -> Result<Format, Error> {
    let extension = output.and_then(Path::extension).and_then(|ext| ext.to_str()).map(str::to_ascii_lowercase);
    let by_extension = extension.as_deref().and_then(|ext| match ext {
        "md" | "markdown" => Some(Format::Markdown),
        other => Format::from_word(other),
    });
    match (asked, by_extension) {
        (Some(asked), Some(other)) if asked != other => Err(Error::usage(
            "--format and the extension of --output disagree",
            "leave out --format, or give the output the matching extension",
        )),
        (Some(format), _) | (None, Some(format)) => Ok(format),
        (None, None) if extension.is_some() && output.is_some_and(|path| !path.is_dir()) => Err(Error::usage(
            "the extension of the output names no known format",
            "use .md, .json or .zip, or add --format",
        )
        .on(output.map(|path| path.display().to_string()).unwrap_or_default())),
        (None, None) => Ok(Format::Markdown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_follows_the_extension() {
        let by = |name: &str| format(None, Some(Path::new(name)));
        assert_eq!(by("a.md").ok(), Some(Format::Markdown));
        assert_eq!(by("a.JSON").ok(), Some(Format::Json));
        assert_eq!(by("dir.d/a.zip").ok(), Some(Format::Zip));
        assert_eq!(by("packet").ok(), Some(Format::Markdown));
        assert!(by("a.pdf").is_err());
        assert!(format(Some(Format::Zip), Some(Path::new("a.md"))).is_err());
        assert_eq!(format(Some(Format::Zip), Some(Path::new("a.bin"))).ok(), Some(Format::Zip));
    }

    #[test]
    fn the_default_name_has_no_colon() {
        let now = DateTime::parse_from_rfc3339("2026-11-22T20:00:01+02:00").unwrap();
        assert_eq!(
            default_name(Format::Zip, &now, &PacketId::new(0x00ab_cdef)),
            "evpack-20261122T180001Z-00abcdef.zip"
        );
    }

    #[test]
    fn a_bad_output_is_refused_before_collection() {
        let dir = tempfile::tempdir().unwrap();
        let there = dir.path().join("there.md");
        fs::write(&there, "x").unwrap();
        assert!(check(&there, false).is_err());
        assert!(check(&there, true).is_ok());
        assert!(check(&dir.path().join("no/such/a.md"), false).is_err());
        assert!(check(&there.join("a.md"), false).is_err());
        assert!(check(&dir.path().join("new.md"), false).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn no_device_pipe_or_link_to_one_is_ever_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let (link, socket) = (dir.path().join("link.md"), dir.path().join("socket.md"));
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for path in [Path::new("/dev/null"), Path::new("/dev/stdout"), &link, &socket] {
            let error = check(path, true).unwrap_err();
            assert!(error.message().expose().contains("device or a pipe"), "{}", path.display());
        }
    }
}
