//! The files of a CI job: outputs and summary are appended to, for other steps write them as well.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::ci::FOLDER;
use crate::error::Error;
use crate::verify::Verified;

/// Puts outputs and summary where the vendor reads them, or into the folder of packets; gives the lines for the log.
///
/// # Errors
/// Names the file that cannot be written.
pub fn ci_words(verified: &Verified, outputs: Option<PathBuf>, summary: Option<PathBuf>) -> Result<String, Error> {
    let [log, own_outputs, own_summary] = verified.artifact().members() else {
        return Err(Error::failed("the words for the CI job are not whole", "report this as a bug"));
    };
    for (member, file) in [(own_outputs, outputs), (own_summary, summary)] {
        let path = if let Some(path) = file.filter(|path| !path.as_os_str().is_empty()) {
            path
        } else {
            ci_folder()?;
            Path::new(FOLDER).join(&member.name)
        };
        append(&path, &member.bytes).map_err(|error| {
            Error::failed("a file of the CI job cannot be written", "check where the job's variable points")
                .on(path.display().to_string())
                .detail(error.kind().to_string())
        })?;
    }
    Ok(String::from_utf8_lossy(&log.bytes).into_owned())
}

/// Makes the folder of packets.
///
/// # Errors
/// The working directory cannot be written.
pub fn ci_folder() -> Result<(), Error> {
    fs::create_dir_all(FOLDER).map_err(|error| {
        Error::failed("the folder for packets cannot be made", "name another with -o")
            .on(FOLDER)
            .detail(error.kind().to_string())
    })
}

/// One write, so that two jobs that append at once do not mix their lines.
fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().create(true).append(true).open(path)?.write_all(bytes)
}
