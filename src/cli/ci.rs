//! What `run` and `collect --ci` do for a CI job.

use std::path::PathBuf;

use super::{Voice, say};
use crate::ci::{FOLDER, Vendor};
use crate::collect::SystemHost;
use crate::error::Error;
use crate::plan::Asked;
use crate::{Outcome, write};

/// The vendor's words for credentials, before anything else is said.
pub(super) fn mask(vendor: &Vendor) {
    say::masks(&crate::ci_masks(vendor, &SystemHost));
}

/// Packets of a job go to one folder, unless another place was named.
pub(super) fn place(asked: &mut Asked) -> Result<(), Error> {
    if asked.output.is_none() {
        write::ci_folder()?;
        asked.output = Some(PathBuf::from(FOLDER));
    }
    Ok(())
}

/// Tells the job; trouble with that is said and changes nothing.
pub(super) fn tell(outcome: &Outcome, vendor: &Vendor, voice: Voice) {
    match outcome.tell_ci(vendor, &SystemHost) {
        Ok(log) if !voice.is_quiet() => say::ci(&log),
        Ok(_) => {}
        Err(error) => say::error(&error),
    }
}
