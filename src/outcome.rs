//! What came of a collection, and what can be said of it.

use std::path::PathBuf;

use crate::ci;
use crate::collect::host::Host;
use crate::error::Error;
use crate::model::Packet;
use crate::plan::Target;
use crate::redact::{Clean, Redacted, Watch};
use crate::{render, verify, voice, write};

/// What came of a collection.
#[derive(Debug)]
pub struct Outcome {
    pub(crate) packet: Packet<Redacted>,
    pub(crate) place: String,
    pub(crate) target: Target,
    pub(crate) watch: Watch,
    /// Inputs that could not be used, although others could: an error message each.
    pub refused: Vec<Clean>,
    /// Whether every item of the checklist was captured.
    pub complete: bool,
}

impl Outcome {
    /// A short summary for people.
    ///
    /// # Errors
    /// Only where a built-in template is at fault.
    pub fn summary(&self) -> Result<String, Error> {
        render::summary(&self.packet, Some(&self.place)).map_err(|error| voice::rendering_failed(&error))
    }

    /// Tells the CI job of the packet: outputs and summary go to the vendor's files, what belongs into the log is given back.
    ///
    /// # Errors
    /// The words hold something that must not leave, or a file of the vendor cannot be written.
    pub fn tell_ci(&self, vendor: &ci::Vendor, host: &dyn Host) -> Result<String, Error> {
        let path = if self.target == Target::Stdout { None } else { Some(self.place.as_str()) };
        let artifact = render::ci_words(&self.packet, vendor, path).map_err(|error| voice::rendering_failed(&error))?;
        let verified = verify::verify(artifact, &self.watch).map_err(|error| voice::leak(&error))?;
        let named = |name: &Option<String>| {
            let value = name.as_deref().and_then(|name| host.env(name))?;
            Some(PathBuf::from(value.expose()))
        };
        write::ci_words(&verified, named(&vendor.outputs_file), named(&vendor.summary_file))
    }

    /// Whether the verdict is one of these branches or causes.
    pub fn is_one_of(&self, words: &[String]) -> bool {
        let verdict = &self.packet.verdict;
        let named = |word: &String| word == "any" || word == verdict.branch.word() || word == verdict.cause.word();
        words.iter().any(named)
    }

    /// The last attempt in one line, where it is a retry.
    ///
    /// # Errors
    /// Only where a built-in template is at fault.
    pub fn attempt_line(&self) -> Result<String, Error> {
        render::attempt_line(&self.packet).map_err(|error| voice::rendering_failed(&error))
    }

    /// Whether the last attempt reached the API, so that no further test is needed.
    #[must_use]
    pub fn decides(&self) -> bool {
        let told = self.packet.attempts.iter().rev().find_map(|attempt| attempt.conclusion.as_ref());
        told.is_some_and(|words| words.as_str().contains(": reached the API"))
            || self.packet.attempts.last().is_some_and(|attempt| attempt.failure.is_none())
    }

    /// What was read and what is missing, at length.
    ///
    /// # Errors
    /// Only where a built-in template is at fault.
    pub fn detail(&self) -> Result<String, Error> {
        render::detail(&self.packet).map_err(|error| voice::rendering_failed(&error))
    }
}
