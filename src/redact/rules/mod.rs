//! Where rules come from: the built-in files beside this one, the user's own files, and rule files of gitleaks.

pub(super) mod builtin;
pub(super) mod examples;
pub(super) mod exceptions;
pub(super) mod gitleaks;
mod go_regex;
pub(super) mod hits;
pub(super) mod literals;
pub(super) mod problems;
pub(super) mod user_file;
