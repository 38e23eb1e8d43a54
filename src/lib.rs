//! evpack turns a failed Claude API call into a minimal, redacted evidence packet.

pub mod collect;
pub mod error;
pub mod model;
pub mod plan;
pub mod render;
pub mod schema;
pub mod triage;
