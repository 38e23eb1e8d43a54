//! Phase six: the connection is held without traffic and then used again. What drops idle connections on the way ends long
//! requests that do not stream.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::fault::{Clock, Fault, line};
use super::http::{Ask, Line};
use crate::model::Collected;
use crate::model::probe::{Phase, PhaseResult};
use crate::model::vocabulary::Cause;

/// How long the answer after the pause may take.
const AFTER: Duration = Duration::from_secs(5);
/// How often the connection is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// Holds the connection and asks once more.
pub(crate) async fn hold(line_up: &mut Line, ask: &Ask, pause: Duration) -> PhaseResult<Collected> {
    let from = Instant::now();
    let done = held(line_up, ask, pause, from).await;
    line(Phase::Idle, from, None, done.as_ref().cloned())
}

async fn held(line_up: &mut Line, ask: &Ask, pause: Duration, from: Instant) -> Result<String, Fault> {
    while from.elapsed() < pause {
        sleep(LOOK.min(pause.saturating_sub(from.elapsed()))).await;
        if line_up.is_closed() {
            let words = format!(
                "the connection was closed after {:.1} s without traffic, by the server or by something on the way",
                from.elapsed().as_secs_f32()
            );
            return Err(Fault::new(Cause::IdleDrop, words));
        }
    }
    match line_up.ask(ask, Clock::of(AFTER)).await {
        Ok(answer) => Ok(format!("still up after {} s: answered with {}", pause.as_secs(), answer.status)),
        Err(fault) => {
            let words = format!(
                "after {} s without traffic the connection was dead: {}",
                pause.as_secs(),
                fault.detail.expose()
            );
            Err(Fault { timed_out: fault.timed_out, ..Fault::new(Cause::IdleDrop, words) })
        }
    }
}
