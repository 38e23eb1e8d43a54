//! Writing: the only door out. It takes verified artifacts only.

mod ci;
mod file;
mod interrupt;
pub mod pager;
pub mod seal;
pub mod stream;
pub mod zip;

use std::io::{self, Write};

use crate::error::Error;
use crate::plan::{Seal, Target};
use crate::render::Container;
use crate::verify::Verified;

pub use ci::{ci_folder, ci_words};

pub use interrupt::install as clean_up_on_interrupt;

/// Packs a verified artifact and puts it where it goes.
///
/// # Errors
/// Names the file that cannot be written, and leaves nothing behind.
pub fn write(verified: &Verified, target: &Target) -> Result<(), Error> {
    write_sealed(verified, target, &Seal::default())
}

/// The same, signed or encrypted.
///
/// # Errors
/// Signing, encrypting or writing failed; then nothing is left behind, not even one of the two files.
pub fn write_sealed(verified: &Verified, target: &Target, seal: &Seal) -> Result<(), Error> {
    let artifact = verified.artifact();
    let packed;
    let bytes: &[u8] = match (artifact.container(), artifact.members()) {
        (Container::Single, [only]) => &only.bytes,
        (Container::Single, _) => return Err(Error::failed("the packet has no single file", "report this as a bug")),
        (Container::Zip { modified }, members) => {
            packed = zip::pack(members, modified).map_err(|_| {
                Error::failed("the zip cannot be packed", "use --format md or json, and report this as a bug")
            })?;
            &packed
        }
    };
    let signature = seal.signature(bytes)?;
    let encrypted = seal.encrypted(bytes)?;
    let bytes = encrypted.as_deref().unwrap_or(bytes);
    match (target, signature) {
        (Target::Stdout, None) => stdout(bytes),
        (Target::Stdout, Some(_)) => Err(Error::usage(
            "a signature stands in a file beside the packet, and the packet goes to standard output",
            "name a file with -o, or leave out --sign",
        )),
        (Target::File { path, force }, None) => file::write(path, *force, bytes),
        (Target::File { path, force }, Some(signature)) => {
            let beside = seal::signature_path(path);
            // Both are written before either has its name: a full disk changes nothing.
            let staged = file::Staged::new(path, bytes)?;
            file::Staged::new(&beside, signature.as_bytes())?.place(*force)?;
            staged.place(*force).inspect_err(|_| {
                // The error that is told is the packet's own; a signature of nothing is no use to anybody.
                let _ = std::fs::remove_file(&beside);
            })
        }
    }
}

/// Writes to standard output. A reader that has gone away (`| head`) is no error.
///
/// # Errors
/// Says why the rest could not be written, on a full disk for instance.
pub fn stdout(bytes: &[u8]) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::failed("standard output cannot be written", "check where it is redirected to")
                .detail(error.to_string()))
        }
        _ => Ok(()),
    }
}

/// Whether standard error goes to a file, which nobody reads while it is written.
pub fn stderr_is_file() -> bool {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let own = io::stderr().as_fd().try_clone_to_owned().map(std::fs::File::from);
        own.and_then(|file| file.metadata()).is_ok_and(|about| about.is_file())
    }
    #[cfg(not(unix))]
    false
}

/// Writes a text of evpack's own, such as the example configuration.
///
/// # Errors
/// Names the file that cannot be written.
pub fn own_text(path: &std::path::Path, force: bool, text: &'static str) -> Result<(), Error> {
    file::write(path, force, text.as_bytes())
}
