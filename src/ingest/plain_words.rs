//! The words by which a plain line is told to be an error of a request, noise or program text. They are data: `plain_words.yaml`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::words::Finder;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists<'t> {
    #[serde(borrow)]
    phrases: Vec<&'t str>,
    noise: Vec<&'t str>,
    code: Vec<&'t str>,
    plans: Vec<&'t str>,
}

// The file is part of the program; a test reads it.
static LISTS: LazyLock<Lists<'static>> =
    LazyLock::new(|| crate::data::read(data!("ingest/plain_words")).unwrap_or_default());

/// What makes a line without class or body an error of a request.
pub(super) static PHRASES: LazyLock<Finder> = LazyLock::new(|| Finder::new(&LISTS.phrases));

/// What makes a line noise although it speaks of an error: local trouble, and traffic that is not the API's.
pub(super) static NOISE: LazyLock<Finder> = LazyLock::new(|| Finder::new(&LISTS.noise));

/// What makes a line program text, a diff or advice instead of output.
pub(super) fn code() -> &'static [&'static str] {
    &LISTS.code
}

/// What notes on a change and reviews say of a status.
pub(super) fn plans() -> &'static [&'static str] {
    &LISTS.plans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_whole() {
        let lists: Lists = crate::data::read(data!("ingest/plain_words")).unwrap();
        assert!([&lists.phrases, &lists.noise, &lists.code, &lists.plans].iter().all(|list| list.len() > 10));
    }
}
