//! The integration tests, in one binary: the real program, real captures, real files.

mod canary;
mod cli;
mod collect;
mod help;
mod readme;
mod support;
mod tidy;
