//! The next controlled test, by cause: what stays fixed, and the one thing that changes. The tests are data: `proposals.yaml`.

use serde::{Deserialize, Serialize};

use super::Claim;
use crate::model::vocabulary::Surface;

const SOURCE: &str = data!("retry/proposals");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    causes: Vec<String>,
    #[serde(default)]
    surfaces: Vec<String>,
    #[serde(default)]
    unset: Vec<String>,
    #[serde(default)]
    set: Option<String>,
    #[serde(default)]
    said: Option<String>,
    #[serde(default)]
    needs: Option<String>,
    keep: String,
    change: String,
    why: String,
}

/// One controlled test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Its id.
    pub id: String,
    /// What stays fixed.
    pub keep: String,
    /// The one thing that changes.
    pub change: String,
    /// What it would prove.
    pub why: String,
    /// The option of `evpack retry` that makes the change; none for a repeat.
    pub option: Option<String>,
    /// What a person has to do first; none where evpack can run it by itself.
    pub person: Option<String>,
}

impl Proposal {
    /// The change, where evpack can make it by itself.
    #[must_use]
    pub fn claim(&self) -> Option<Claim> {
        if self.person.is_some() {
            return None;
        }
        match self.option.as_deref().and_then(|option| option.split_once(' ')) {
            None => Some(Claim::Nothing),
            Some(("--unset", name)) => Some(Claim::Unset(name.to_owned())),
            Some((_, pair)) => Claim::assignment(pair),
        }
    }
}

/// The tests for a cause, the next one first. `is_set` tells which variables are set.
#[must_use]
pub fn proposals(cause: &str, surface: Surface, is_set: &dyn Fn(&str) -> bool) -> Vec<Proposal> {
    let entries: Vec<Entry> = serde_json::from_str(SOURCE).unwrap_or_default();
    let fits = |entry: &Entry| {
        (entry.causes.is_empty() || entry.causes.iter().any(|word| word == cause))
            && (entry.surfaces.is_empty() || entry.surfaces.iter().any(|word| word == surface.word()))
            && entry.needs.as_deref().is_none_or(is_set)
            && (entry.unset.is_empty() || entry.unset.iter().any(|name| is_set(name)))
    };
    entries
        .into_iter()
        .filter(fits)
        .map(|entry| {
            let unset = entry.unset.iter().find(|name| is_set(name)).map(|name| format!("--unset {name}"));
            let set = entry.set.map(|pair| format!("--set {pair}"));
            Proposal {
                id: entry.id,
                keep: entry.keep,
                change: entry.change,
                why: entry.why,
                option: unset.or(set),
                person: entry.said,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::vocabulary::Cause;

    #[test]
    fn the_file_loads_and_names_known_words_only() {
        let entries: Vec<Entry> = serde_json::from_str(SOURCE).unwrap();
        assert!(entries.len() > 8);
        for entry in &entries {
            assert!(entry.causes.iter().all(|word| Cause::from_word(word).is_some()), "{}", entry.id);
            assert!(entry.surfaces.iter().all(|word| Surface::from_word(word).is_some()), "{}", entry.id);
        }
    }

    #[test]
    fn the_first_test_is_the_baseline_and_the_next_changes_one_thing_that_is_there() {
        let found = proposals("proxy", Surface::PythonSdk, &|name| name == "https_proxy");
        assert_eq!(found[0].claim(), Some(Claim::Nothing));
        assert_eq!(found[1].claim(), Some(Claim::Unset("https_proxy".into())));
        assert!(found.iter().skip(2).all(|test| test.claim().is_none()));
        let without = proposals("proxy", Surface::PythonSdk, &|_| false);
        assert!(without.iter().all(|test| test.id != "network-without-proxy"));
    }
}
