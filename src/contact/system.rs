//! The network of this machine: the one connector, by the rules of the failing client.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Answer, Network, Probed, Question, Trouble, Walk, Wanted};
use crate::collect::host::Recorder;
use crate::collect::{Host, Touch};
use crate::model::probe::Phase;
use crate::model::{AbsenceReason, Raw};
use crate::net::{self, Ask, NotFetched, ProbePlan};

/// Kept back of the time, so that what was learned until then is heard of before the time is over.
const MARGIN: Duration = Duration::from_millis(150);

/// The network of this machine, by the settings that the host tells.
pub fn network(host: Arc<dyn Host>) -> Arc<dyn Network> {
    Arc::new(System(host))
}

/// What deciding the way of the probe reads on this machine: settings and certificates. Nothing is contacted.
pub fn survey(wanted: &Wanted, host: Arc<dyn Host>) -> Vec<Touch> {
    let recorder = Recorder::dry(host);
    if let Ok(walk) = &wanted.probe {
        let _ = net::ready(walk.plan(Duration::from_secs(1)), &recorder);
    }
    recorder.touches()
}

struct System(Arc<dyn Host>);

impl Walk {
    /// As the plan of a probe.
    pub(super) fn plan(&self, budget: Duration) -> ProbePlan {
        let (url, runtime) = (Some(self.url.clone()), self.runtime.clone());
        ProbePlan { url, runtime, direct: true, ..ProbePlan::new(self.client, budget) }
    }
}

/// The time that is left for a request.
fn rest(until: Instant) -> Duration {
    let rest = until.saturating_duration_since(Instant::now());
    rest.saturating_sub(MARGIN.min(rest / 10))
}

impl Network for System {
    fn probe(&self, walk: &Walk, until: Instant) -> Result<Probed, Trouble> {
        let failed = |detail| Trouble { reason: AbsenceReason::Failed, detail, answered: false };
        net::walk(walk.plan(rest(until)), self.0.as_ref()).map_err(failed)
    }

    fn get(&self, question: &Question<'_>, until: Instant) -> Result<Answer, Trouble> {
        let ask = Ask {
            url: question.url.to_owned(),
            client: question.client,
            budget: rest(until),
            redirect_hosts: question.hosts.to_vec(),
            limit: question.limit,
        };
        let fetched = net::get(&ask, self.0.as_ref()).map_err(trouble)?;
        Ok(Answer { url: fetched.url, status: fetched.status, body: fetched.body, cut: fetched.cut })
    }
}

/// Why nothing was fetched, with its phase.
fn trouble(not: NotFetched) -> Trouble {
    let reason = if not.timed_out { AbsenceReason::TimedOut } else { AbsenceReason::Failed };
    let detail = match not.phase {
        Some(phase) => Raw::new(format!("{}: {}", phase.word(), not.detail.expose())),
        None => not.detail,
    };
    Trouble { reason, detail, answered: not.phase == Some(Phase::Http) && !not.timed_out }
}
