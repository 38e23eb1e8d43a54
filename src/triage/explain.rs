//! What the advice says of a cause, a branch or a kind, without any evidence at hand. The words are the data of `advice/`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::advice::{self, Change};
use super::kind::KINDS;
use crate::model::vocabulary::{Branch, Cause};

/// How many near words an unknown one is answered with.
const NEAREST: usize = 3;

/// Evidence that decides what is open, and where facts come from, by cause.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Ground {
    evidence: Vec<String>,
    sources: Vec<String>,
}

/// Advice for one cause within one branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The branch.
    pub branch: Branch,
    /// The cause.
    pub cause: Cause,
    /// What this kind of failure means.
    pub summary: String,
    /// The one thing to change on the same path, or to collect.
    pub next_step: String,
    /// Moves to avoid.
    pub not_this: Vec<String>,
    /// When to escalate, and to whom.
    pub escalate: String,
    /// What differs for a kind or a setting, by its name.
    pub kinds: BTreeMap<String, Change>,
    /// Evidence that decides what is still open.
    pub evidence: Vec<String>,
    /// Where the facts come from.
    pub sources: Vec<String>,
}

fn grounds() -> BTreeMap<String, Ground> {
    // The file is part of the program; the test below reads it.
    crate::data::read(data!("triage/advice/evidence")).unwrap_or_default()
}

/// All explanations, by branch and then by cause.
#[must_use]
pub fn all() -> Vec<Explanation> {
    let grounds = grounds();
    let of_branch = |branch: Branch| advice::file(branch).into_iter().map(move |(word, advice)| (branch, word, advice));
    let explained = |(branch, word, advice): (Branch, String, advice::Advice)| {
        let ground = grounds.get(&word);
        Some(Explanation {
            branch,
            cause: Cause::from_word(&word)?,
            summary: advice.summary,
            next_step: advice.next_step,
            not_this: advice.not_this,
            escalate: advice.escalate,
            kinds: advice.kinds,
            evidence: ground.map(|ground| ground.evidence.clone()).unwrap_or_default(),
            sources: ground.map(|ground| ground.sources.clone()).unwrap_or_default(),
        })
    };
    Branch::ALL.iter().copied().flat_map(of_branch).filter_map(explained).collect()
}

/// The explanations that a word stands for: those of a cause, of a branch, or of the cause that a kind belongs to.
///
/// # Errors
/// The known words that are nearest to an unknown one.
pub fn explain(word: &str) -> Result<Vec<Explanation>, Vec<String>> {
    let word = word.trim().to_lowercase().replace(['_', ' '], "-");
    let all = all();
    let fits = |e: &&Explanation| word == e.cause.word() || word == e.branch.word();
    let mut found: Vec<Explanation> = all.iter().filter(fits).cloned().collect();
    if word == "unknown" {
        // The branch of that name; every branch has a cause of that name, too.
        found.retain(|e| e.branch == Branch::Unknown);
    }
    if found.is_empty() {
        let kind = KINDS.iter().find(|kind| kind.word == word);
        let of_kind = |e: &&Explanation| {
            e.kinds.contains_key(&word) || kind.is_some_and(|kind| (kind.branch, kind.cause) == (e.branch, e.cause))
        };
        found = all.iter().filter(of_kind).cloned().collect();
        // Who asks for one kind wants what is said of that one.
        for explanation in &mut found {
            explanation.kinds.retain(|name, _| *name == word);
        }
    }
    if found.is_empty() { Err(nearest(&word, &all)) } else { Ok(found) }
}

/// Every word that [`explain`] knows.
fn known(all: &[Explanation]) -> Vec<String> {
    let words = Branch::ALL.iter().map(|b| b.word()).chain(Cause::ALL.iter().map(|c| c.word()));
    let kinds = all.iter().flat_map(|e| e.kinds.keys().map(String::as_str)).chain(KINDS.iter().map(|kind| kind.word));
    let mut known: Vec<String> = words.chain(kinds).map(str::to_owned).collect();
    known.sort();
    known.dedup();
    known
}

fn nearest(word: &str, all: &[Explanation]) -> Vec<String> {
    // A part of a word counts as near: `refused` for `tcp-refused`.
    let distance = |known: &String| {
        let shared = word.len() > 2 && known.split('-').any(|part| part.starts_with(word) || word.contains(part));
        (!shared, strsim::damerau_levenshtein(word, known))
    };
    let mut known = known(all);
    known.sort_by_key(distance);
    known.truncate(NEAREST);
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_evidence_and_sources_and_is_explained() {
        let grounds: BTreeMap<String, Ground> = crate::data::read(data!("triage/advice/evidence")).unwrap();
        for cause in Cause::ALL {
            let ground = grounds.get(cause.word()).unwrap_or_else(|| panic!("{cause}"));
            assert!(!ground.evidence.is_empty() && !ground.sources.is_empty(), "{cause}");
            assert!(ground.evidence.iter().all(|line| line.ends_with('.')), "{cause}");
            assert!(!explain(cause.word()).unwrap().is_empty(), "{cause}");
        }
        assert_eq!(grounds.len(), Cause::ALL.len());
        for branch in Branch::ALL {
            assert!(explain(branch.word()).unwrap().iter().all(|e| e.branch == *branch), "{branch}");
        }
    }

    #[test]
    fn words_are_taken_as_people_write_them() {
        let pairs = |word: &str| explain(word).unwrap().iter().map(|e| (e.branch, e.cause)).collect::<Vec<_>>();
        assert_eq!(pairs("TCP refused"), [(Branch::Connection, Cause::TcpRefused)]);
        assert_eq!(pairs("rate_limit").len(), 2);
        assert_eq!(pairs("dead-loopback"), [(Branch::Connection, Cause::TcpRefused)]);
        assert_eq!(pairs("proxy-auth"), [(Branch::Connection, Cause::Proxy)]);
        assert_eq!(explain("proxy-auth").unwrap()[0].kinds.keys().collect::<Vec<_>>(), ["proxy-auth"]);
        assert_eq!(pairs("unknown"), [(Branch::Unknown, Cause::Unknown)]);
    }

    #[test]
    fn unknown_words_are_answered_with_the_nearest() {
        assert!(explain("overlaoded").unwrap_err().contains(&"overloaded".to_owned()));
        assert!(explain("refused-tcp").unwrap_err().contains(&"tcp-refused".to_owned()));
        assert_eq!(explain("").unwrap_err().len(), NEAREST);
    }
}
