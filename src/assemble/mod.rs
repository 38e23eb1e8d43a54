//! Facts and verdict put together into a packet.

pub mod reproduction;
