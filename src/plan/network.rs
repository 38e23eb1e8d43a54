//! What may be contacted: the probe and the status page, or why not, or a saved page in its place.

use super::{Asked, NamedText, settings_file};
use crate::collect::host::Host;
use crate::error::Error;
use crate::model::AbsenceReason;

/// Where the status page comes from.
#[derive(Debug, Clone)]
pub enum StatusChoice {
    /// It is fetched.
    Fetch,
    /// It was saved.
    File(NamedText),
    /// It is left out, for this reason.
    Off(AbsenceReason),
}

/// What may be contacted.
#[derive(Debug, Clone)]
pub struct NetworkPlan {
    /// Why no probe is made, where none is.
    pub probe: Option<AbsenceReason>,
    /// The status page.
    pub status: StatusChoice,
}

impl NetworkPlan {
    /// Resolves the options; `offline` is that of command line and configuration.
    pub(super) fn of(asked: &Asked, offline: bool, host: &dyn Host) -> Result<Self, Error> {
        let off = |not_asked: bool| match (offline, not_asked) {
            (true, _) => Some(AbsenceReason::Offline),
            (_, true) => Some(AbsenceReason::NotRequested),
            _ => None,
        };
        let status = match (&asked.status_file, off(asked.no_status)) {
            (Some(path), _) => StatusChoice::File(settings_file(path, host)?),
            (None, Some(reason)) => StatusChoice::Off(reason),
            (None, None) => StatusChoice::Fetch,
        };
        Ok(Self { probe: off(asked.no_probe), status })
    }
}
