//! Collection: probes of the surroundings of the failing process.

pub mod host;
pub mod inputs;
