//! The network that is used: none yet.

use std::sync::Arc;
use std::time::Instant;

use url::Url;

use super::{Answer, Network, Trouble};
use crate::collect::Host;
use crate::model::probe::{ProbeClient, ProbeResult};
use crate::model::{AbsenceReason, Collected, Raw};

/// The network of this machine, by the settings that the host tells.
pub fn network(_host: Arc<dyn Host>) -> Arc<dyn Network> {
    Arc::new(Unwired)
}

struct Unwired;

fn unsupported() -> Trouble {
    Trouble { reason: AbsenceReason::Unsupported, detail: "no connector in this build".into() }
}

impl Network for Unwired {
    fn probe(&self, _: &Raw<String>, _: ProbeClient, _: Instant) -> Result<ProbeResult<Collected>, Trouble> {
        Err(unsupported())
    }

    fn get(&self, _: &Url, _: ProbeClient, _: usize, _: Instant) -> Result<Answer, Trouble> {
        Err(unsupported())
    }
}
