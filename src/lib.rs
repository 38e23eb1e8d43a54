//! evpack turns a failed Claude API call into a minimal, redacted evidence packet.
//!
//! Flow, one direction:
//! `cli -> plan -> ingest -> collect -> triage -> assemble -> redact -> render -> verify -> write`.
//! All stages depend on [`model`]; none on a later stage.

pub mod collect;
pub mod model;
pub mod redact;
pub mod verify;
