//! The packet and its parts, at every stage. No file in this folder reads, writes or prints.

pub mod checklist;
pub mod client;
pub mod clues;
pub mod command_run;
pub mod diff;
mod evidence;
pub mod failure;
pub mod guidance;
pub mod host;
pub mod packet;
pub mod path;
pub mod probe;
mod provenance;
mod raw;
pub mod route;
pub mod safe;
pub mod secret;
mod stage;
pub mod status;
pub mod verdict;
pub mod vocabulary;

pub use evidence::{Absence, AbsenceReason, Evidence};
pub use packet::{Packet, RedactionEntry, RedactionReport, SCHEMA_VERSION};
pub use provenance::{Origin, Provenance};
pub use raw::Raw;
pub use safe::{OrText, SafeShape};
pub use secret::{Identity, IdentityKind, KnownValue, Sensitive};
pub use stage::{Collected, NotYetRedacted, Restage, Stage, Texts, Via};
