//! How a phase failed: cause, words, and whether time ran out. And the clock that all phases share.

use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::model::probe::{Phase, PhaseOutcome, PhaseResult};
use crate::model::safe::Millis;
use crate::model::vocabulary::Cause;
use crate::model::{Collected, Raw};

/// A phase that failed.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) cause: Cause,
    pub(crate) timed_out: bool,
    pub(crate) detail: Raw<String>,
}

impl Fault {
    pub(crate) fn new(cause: Cause, detail: impl Into<String>) -> Self {
        Self { cause, timed_out: false, detail: Raw::new(detail.into()) }
    }

    pub(crate) fn late(cause: Cause, detail: impl Into<String>) -> Self {
        Self { timed_out: true, ..Self::new(cause, detail) }
    }

    /// A fault of a connection that was established.
    pub(crate) fn of_stream(error: &io::Error, during: &str) -> Self {
        let words = match error.kind() {
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => "reset",
            io::ErrorKind::UnexpectedEof => "closed",
            _ => return Self::new(Cause::TcpReset, format!("the connection broke {during}: {error}")),
        };
        Self::new(Cause::TcpReset, format!("the connection was {words} {during}"))
    }
}

/// The time that is left for all phases together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub(crate) end: Instant,
}

impl Clock {
    pub(crate) fn of(budget: Duration) -> Self {
        Self { end: Instant::now() + budget }
    }

    /// The future's result, or a fault with this cause where the budget ends first.
    pub(crate) async fn hold<T>(
        self,
        cause: Cause,
        late: &str,
        work: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        match timeout_at(self.end, work).await {
            Ok(done) => done,
            Err(_) => Err(Fault::late(cause, late)),
        }
    }
}

/// Whole milliseconds since then, rounded.
pub(crate) fn millis(from: Instant) -> Millis {
    let spent = from.elapsed() + Duration::from_micros(500);
    Millis(u64::try_from(spent.as_millis()).unwrap_or(u64::MAX))
}

/// A line of the waterfall for a phase that ended now.
pub(crate) fn line(
    phase: Phase,
    from: Instant,
    address: Option<String>,
    done: Result<String, &Fault>,
) -> PhaseResult<Collected> {
    let (outcome, detail, cause) = match done {
        Ok(words) => (PhaseOutcome::Ok, Raw::new(words), None),
        Err(fault) if fault.timed_out => (PhaseOutcome::TimedOut, fault.detail.clone(), Some(fault.cause)),
        Err(fault) => (PhaseOutcome::Failed, fault.detail.clone(), Some(fault.cause)),
    };
    PhaseResult { phase, outcome, ms: millis(from), address: address.map(Raw::new), detail, cause }
}
