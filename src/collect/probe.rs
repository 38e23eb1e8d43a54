//! Runs probes side by side, each on a thread of its own, and waits for none of them longer than allowed.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Instant;

use crate::model::AbsenceReason;

/// Prefix of the names of probe threads; the panic hook knows them by it.
const THREAD_PREFIX: &str = "evpack-probe-";

/// A probe that is running.
pub(crate) struct Pending<T>(Receiver<T>);

impl<T> Pending<T> {
    /// The probe's result, or why there is none. A probe that is late is left behind: its thread ends with the process.
    pub(crate) fn wait(self, deadline: Instant) -> Result<T, AbsenceReason> {
        let rest = deadline.saturating_duration_since(Instant::now());
        self.0.recv_timeout(rest).map_err(|error| match error {
            RecvTimeoutError::Timeout => AbsenceReason::TimedOut,
            RecvTimeoutError::Disconnected => AbsenceReason::Failed,
        })
    }
}

/// Starts a probe. A probe that panics, or that gets no thread, counts as failed.
pub(crate) fn start<T: Send + 'static>(name: &str, job: impl FnOnce() -> T + Send + 'static) -> Pending<T> {
    silence_probe_panics();
    let (sender, receiver) = mpsc::channel();
    let thread = thread::Builder::new().name(format!("{THREAD_PREFIX}{name}"));
    // On a panic or a failed spawn the sender is dropped, which `wait` reads as failed.
    let _ = thread.spawn(move || {
        if let Ok(result) = panic::catch_unwind(AssertUnwindSafe(job)) {
            let _ = sender.send(result);
        }
    });
    Pending(receiver)
}

/// The words of a panic may hold captured text, so those of probe threads are not printed.
fn silence_probe_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !thread::current().name().is_some_and(|name| name.starts_with(THREAD_PREFIX)) {
                previous(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_probe_that_panics_has_failed_and_one_that_hangs_is_late() {
        let deadline = Instant::now() + Duration::from_millis(60);
        let good = start("good", || 7);
        let bad = start("bad", || -> i32 { panic!("on purpose") });
        let slow = start("slow", || thread::sleep(Duration::from_secs(5)));
        assert_eq!(good.wait(deadline), Ok(7));
        assert_eq!(bad.wait(deadline), Err(AbsenceReason::Failed));
        assert_eq!(slow.wait(deadline), Err(AbsenceReason::TimedOut));
        assert!(Instant::now() < deadline + Duration::from_millis(500));
    }
}
