//! The only door out.

pub mod zip;
