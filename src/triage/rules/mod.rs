//! The rule files of triage: wordings as data, read once.

use std::sync::LazyLock;

use super::wording::{Wordings, entries};

/// Wordings of clients that refuse, of the transport, and of answers; the names are kinds of [`super::kind`].
pub(crate) const LOCAL: &str = include_str!("local.yaml");
/// Wordings of HTTP libraries and systems.
pub(crate) const TRANSPORT: &str = include_str!("transport.yaml");
/// Wordings of answers.
pub(crate) const ANSWERS: &str = include_str!("answers.yaml");
/// Marks of who answered.
pub(crate) const RESPONDERS: &str = include_str!("responders.yaml");
/// Causes of error types.
pub(crate) const ERROR_TYPES: &str = include_str!("error_types.yaml");
/// All rule files.
#[cfg(test)]
pub(crate) const ALL: [&str; 5] = [LOCAL, TRANSPORT, ANSWERS, RESPONDERS, ERROR_TYPES];

/// Finds kinds.
pub(crate) static KINDS: LazyLock<Wordings> = LazyLock::new(|| Wordings::read(&[LOCAL, TRANSPORT, ANSWERS]));

/// Finds kinds in texts whose words are made plain: one word for all that say the same.
pub(crate) static PLAIN_KINDS: LazyLock<Wordings> =
    LazyLock::new(|| Wordings::read_plain(&[LOCAL, TRANSPORT, ANSWERS]));

/// Finds marks of responders.
pub(crate) static MARKS: LazyLock<Wordings> = LazyLock::new(|| Wordings::read(&[RESPONDERS]));

/// The cause that an error type stands for.
#[must_use]
pub(crate) fn cause_of_type(error_type: &str) -> Option<crate::model::vocabulary::Cause> {
    static TYPES: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| entries(ERROR_TYPES));
    let folded = error_type.to_ascii_lowercase();
    let found = TYPES.iter().find(|(_, word)| *word == folded)?;
    crate::model::vocabulary::Cause::from_word(found.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::vocabulary::Cause;

    #[test]
    fn every_rule_names_a_kind_a_role_or_a_cause() {
        for name in KINDS.names() {
            assert!(super::super::kind::named(name).is_some(), "{name}");
        }
        for name in MARKS.names() {
            let role = name.split('.').next().unwrap_or_default();
            assert!(["api", "gateway", "behind", "edge", "proxy", "local", "vendor"].contains(&role), "{name}");
        }
        for (name, _) in entries(ERROR_TYPES) {
            assert!(Cause::from_word(name).is_some(), "{name}");
        }
    }

    #[test]
    fn every_entry_is_found_in_its_own_words() {
        let parts = |phrase: &str| phrase.trim_end_matches('*').replace(" ... ", " x ");
        for (sources, found) in [(&ALL[..3], &KINDS), (&ALL[3..4], &MARKS)] {
            for (name, phrase) in sources.iter().flat_map(|source| entries(source)) {
                let text = crate::triage::passage::Passage::new("/failure/error_string", None, &parts(phrase));
                let hit = found.hits(text.folded()).iter().any(|hit| hit.name == name);
                assert!(hit, "{name}: {phrase}");
            }
        }
    }

    #[test]
    fn every_kind_has_wordings() {
        for kind in super::super::kind::KINDS {
            assert!(KINDS.names().any(|name| name == kind.word), "{}", kind.word);
        }
    }

    #[test]
    fn phrases_are_folded_and_none_stands_twice_in_a_rule() {
        for source in ALL {
            let mut seen = std::collections::BTreeSet::new();
            for (name, phrase) in entries(source) {
                assert_eq!(phrase, phrase.to_lowercase(), "{name}");
                assert!(!phrase.contains("  ") && phrase.len() > 1, "{name}: {phrase}");
                assert!(seen.insert((name, phrase)), "{name}: {phrase} stands twice");
            }
        }
    }
}

#[cfg(test)]
#[path = "examples_tests.rs"]
mod examples_tests;
