//! The integration tests, in one binary: the real program, real captures, real files.

// Helpers of tests are not inside a test function, where clippy allows these.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod audience;
mod canary;
mod classify;
mod cli;
mod collect;
mod contact;
mod damage;
mod diff;
mod explain;
mod faults;
mod forms;
mod fuzz_smoke;
mod help;
#[cfg(target_os = "linux")]
mod limits;
mod page;
mod probe;
mod promises;
mod readme;
mod receive;
mod redact;
mod redact_program;
mod redact_smoke;
mod retry;
mod retry_forms;
mod robust;
mod rules;
mod run;
mod subcauses;
mod support;
mod templates;
mod tidy;
mod trial;
