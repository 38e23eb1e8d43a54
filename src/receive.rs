//! What the receiver of a packet does: check it, show it, turn it into another form. Whatever leaves was redacted and
//! verified anew, as the packet is captured text of somebody else.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::archive::{self, Received};
use crate::collect::Host;
use crate::error::{Error, Exit};
use crate::inspect::{self, Report, Signature};
use crate::model::Raw;
use crate::plan::{RulePlan, Target};
use crate::redact::{self, Clean, CleanJson};
use crate::render::{self, Artifact, RenderError, View};
use crate::verify::{self, Verified};
use crate::{collect, voice, write};

/// What `evpack verify` checks beside the packet itself.
#[derive(Debug)]
pub struct Expectations {
    /// The receiver's rules.
    pub rules: RulePlan,
    /// Fields that must hold a value.
    pub required: Vec<String>,
    /// Key that the signature must be of, as the text of a minisign public key.
    pub key: Option<String>,
}

/// The checks of one packet.
#[derive(Debug, Serialize)]
pub struct Checked {
    /// The packet's path.
    pub packet: Clean,
    /// What the checks say.
    #[serde(flatten)]
    pub report: Report,
}

/// Checks one packet.
///
/// # Errors
/// The packet cannot be read, or the rules or the key cannot be used. A packet that fails a check is no error.
pub fn check(path: &Path, expected: &Expectations, host: &dyn Host) -> Result<Checked, Error> {
    let known = collect::credential_values(host);
    let policy = crate::policy(&expected.rules)?;
    let watch = redact::watch(&policy, &known).map_err(|error| voice::redaction_failed(&error))?;
    let (received, bytes) = archive::read_with_bytes(path)?;
    let signature = match archive::signature_beside(path)? {
        None => Signature::None,
        Some(signature) => match &expected.key {
            None => Signature::NotChecked,
            Some(key) if write::seal::is_signed(&bytes, &signature, key)? => Signature::Good,
            Some(_) => Signature::Bad,
        },
    };
    drop(bytes);
    if let Some(key) = &expected.key {
        write::seal::check_key(key)?;
    }
    let report = inspect::inspect(&received, &watch, &expected.required, signature, expected.key.is_some());
    Ok(Checked { packet: voice::words(&Raw::new(path.display().to_string()), &known), report })
}

/// How packets are shown, and where that goes.
#[derive(Debug)]
pub struct Showing {
    /// The packets.
    pub packets: Vec<PathBuf>,
    /// How.
    pub view: View,
    /// For whom, and by which rules.
    pub rules: RulePlan,
    /// Where to.
    pub target: Target,
    /// Whether a pager may be used, and colours.
    pub pager: bool,
}

/// Shows one packet, or a table of several.
///
/// # Errors
/// A packet cannot be read or shown, what is shown would hold something that must not leave, or it cannot be written.
pub fn show(showing: &Showing, host: &dyn Host) -> Result<(), Error> {
    let verified = match showing.packets.as_slice() {
        [only] => one(only, showing, host)?,
        several => table(several, showing, host)?,
    };
    if matches!(showing.target, Target::Stdout) && matches!(showing.view, View::Terminal) {
        return write::pager::page(&verified, showing.pager);
    }
    write::write(&verified, &showing.target)
}

fn one(path: &Path, showing: &Showing, host: &dyn Host) -> Result<Verified, Error> {
    let received = archive::read(path)?;
    let (clean, watch) = cleaned(received, showing, host)?;
    let artifact = render::received(clean, &showing.view).map_err(|error| cannot_show(&error, path))?;
    verify::verify(artifact, &watch).map_err(|leak| voice::leak(&leak))
}

fn table(paths: &[PathBuf], showing: &Showing, host: &dyn Host) -> Result<Verified, Error> {
    if !matches!(showing.view, View::Terminal) {
        return Err(Error::usage(
            "only one packet can be converted at a time",
            "name one packet, or leave out --format and --field",
        ));
    }
    let known = collect::credential_values(host);
    let mut rows = Vec::new();
    let mut watches = Vec::new();
    for path in paths {
        let (clean, watch) = cleaned(archive::read(path)?, showing, host)?;
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        rows.push((voice::words(&Raw::new(name), &known).to_string(), clean));
        watches.push(watch);
    }
    let artifact: Artifact = render::table(&rows).map_err(|error| voice::rendering_failed(&error))?;
    let mut verified = None;
    for watch in &watches {
        verified = Some(verify::verify(artifact.clone(), watch).map_err(|leak| voice::leak(&leak))?);
    }
    verified.ok_or_else(|| Error::usage("there is no packet", "name one"))
}

fn cleaned(received: Received, showing: &Showing, host: &dyn Host) -> Result<(CleanJson, redact::Watch), Error> {
    let policy = crate::policy(&showing.rules)?;
    redact::redact_received(received.into_value(), &policy, &collect::credential_values(host))
        .map_err(|error| voice::redaction_failed(&error))
}

fn cannot_show(error: &RenderError, path: &Path) -> Error {
    let (what, hint) = match error {
        RenderError::Shape("field") => ("the packet holds no value for this field", "name a field as `verdict.cause`"),
        RenderError::Shape("rest") => (
            "the Markdown carries too little of the packet for a zip",
            "ask for its JSON or zip form, or use --format json",
        ),
        _ => (
            "the packet cannot be shown",
            "`evpack verify` says what is wrong with it; its JSON can be had with --format json",
        ),
    };
    Error::new(Exit::Failed, what, hint).on(path.display().to_string())
}
