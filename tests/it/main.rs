//! The integration tests, in one binary: the real program, real captures, real files.

// Helpers of tests are not inside a test function, where clippy allows these.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod audience;
mod canary;
mod classify;
mod cli;
mod collect;
mod damage;
mod explain;
mod help;
mod readme;
mod redact;
mod robust;
mod rules;
mod subcauses;
mod support;
mod tidy;
mod trial;
