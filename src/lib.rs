//! evpack turns a failed Claude API call into a minimal, redacted evidence packet.
//!
//! Flow, one direction:
//! `cli -> plan -> ingest -> collect -> triage -> assemble -> redact -> render -> verify -> write`.
//! All stages depend on [`model`]; none on a later stage.

pub mod assemble;
pub mod collect;
pub mod ingest;
pub mod model;
pub mod triage;
