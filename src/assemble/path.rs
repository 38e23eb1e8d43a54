//! The path in the packet: names, states, and the values that are harmless. A private value leaves nothing of itself here.

use crate::memory::Lost;
use crate::model::path::{PathFingerprint, PathReading, PathVariable, Reading, known};
use crate::model::{Collected, Raw};

/// The readings as the packet shows them.
#[must_use]
pub fn fingerprint(readings: Vec<PathReading>, not_kept: Option<Lost>) -> PathFingerprint<Collected> {
    let variable = |PathReading { name, reading }: PathReading| {
        let shown = known(&name).is_some_and(|known| known.shown);
        let state = reading.state();
        let value = match reading {
            Reading::Set(text) if shown => Some(text),
            _ => None,
        };
        PathVariable { name: Raw::new(name), state, value, private: !shown }
    };
    PathFingerprint {
        kept_here: not_kept.is_none() && !readings.is_empty(),
        not_kept_because: not_kept.map(Lost::words),
        variables: readings.into_iter().map(variable).collect(),
    }
}
