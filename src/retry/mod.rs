//! What a retry proved: which variables of the path really differ between two attempts, and what follows from the outcome.
//!
//! Pure: it compares marks and words. One variable changed: the attempt counts. Several: it proves nothing, and they are named.
//! None: it is a repeat. Another command or machine: it is another path.

mod claim;
mod compare;
mod conclude;
mod former;
mod proposals;

pub use claim::Claim;
pub use compare::{Change, Comparison, How, Seen, compare, seen_in_packet};
pub use conclude::{Judged, Outcome, conclude};
pub use former::Former;
pub use proposals::{Proposal, proposals};
