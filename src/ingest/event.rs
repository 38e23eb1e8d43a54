//! What format readers report, line by line; `fold` makes failures of it.

use super::draft::{Cause, Draft, Sent};

/// One thing that a log tells about calls.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// An attempt was sent.
    Sent {
        /// What was sent.
        sent: Sent,
        /// Configured timeout in seconds.
        timeout: Option<f64>,
        /// Number of the retry, where told.
        retry: Option<u32>,
    },
    /// An answer came: status, headers and ids are in the draft.
    Answer(Box<Draft>),
    /// An attempt failed and will be made again.
    Retry {
        /// What failed.
        draft: Box<Draft>,
        /// Number of the retry, where told; counted otherwise.
        number: Option<u32>,
        /// Configured maximum, where told.
        max: Option<u32>,
        /// Retries that are left, this one included.
        left: Option<u32>,
    },
    /// The call failed.
    Failed(Box<Draft>),
    /// What comes next was raised from, or during, the error that stands above, of which the text shows no more than this.
    Linked {
        /// The error above.
        cause: Cause,
        /// Its line.
        line: usize,
    },
    /// The call ended well.
    Done,
}

impl Event {
    /// A failed call.
    pub(super) fn failed(draft: Draft) -> Self {
        Self::Failed(Box::new(draft))
    }
}
