//! Reading small text files through the host, and finding programs on the search path.

use std::path::{Path, PathBuf};

use super::host::{Host, HostError};
use crate::model::Raw;

/// Size limit for a configuration or metadata file.
pub(crate) const SMALL: usize = 256 * 1024;
/// Size limit for a lock file.
pub(crate) const LARGE: usize = 8 * 1024 * 1024;

/// The text of a file, without byte-order mark; bytes that are not Unicode are replaced.
pub(crate) fn text(host: &dyn Host, path: &Path, limit: usize) -> Result<Raw<String>, HostError> {
    let bytes = host.read(path, limit)?.bytes.into_exposed();
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    Ok(Raw::new(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }))
}

/// The text of a small file, or nothing.
pub(crate) fn small(host: &dyn Host, path: &Path) -> Option<Raw<String>> {
    text(host, path, SMALL).ok()
}

/// The text of a lock file, or nothing.
pub(crate) fn large(host: &dyn Host, path: &Path) -> Option<Raw<String>> {
    text(host, path, LARGE).ok()
}

/// A path as captured text.
pub(crate) fn shown(path: &Path) -> Raw<String> {
    Raw::text(path.to_string_lossy())
}

/// The first program of this name on the search path. Relative entries are skipped: they would start whatever lies in
/// the folder that evpack was called from.
pub(crate) fn program(host: &dyn Host, name: &str) -> Option<PathBuf> {
    let path = host.env("PATH")?;
    let (separator, endings): (char, &[&str]) =
        if host.os() == "windows" { (';', &[".exe", ".cmd", ".bat"]) } else { (':', &[""]) };
    let folders = path.expose().split(separator).filter(|folder| is_absolute(folder));
    folders
        .flat_map(|folder| endings.iter().map(move |ending| Path::new(folder).join(format!("{name}{ending}"))))
        .find(|candidate| host.exists(candidate))
}

/// Whether a path is absolute by the rules of any of the three systems.
fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\']) || path.as_bytes().get(1) == Some(&b':')
}
