//! Assembles a packet from what was collected.

pub mod attempts;
pub mod checklist;
