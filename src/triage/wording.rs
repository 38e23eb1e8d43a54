//! Reads the rule files and finds their phrases in text: one pass, whatever the number of rules.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::ingest::synonyms;

/// How far apart the parts of a phrase with a gap (`a ... b`) may stand, in bytes.
const GAP: usize = 160;

/// One phrase of a rule.
#[derive(Debug)]
struct Phrase {
    /// Index of the rule.
    rule: usize,
    /// Length of the first part, which the automaton finds.
    first: usize,
    /// Length of all parts.
    length: usize,
    /// Parts that must follow, in order.
    rest: Vec<&'static str>,
    /// Whether the phrase may continue inside a word.
    open: bool,
}

/// A set of rules: names, each with the phrases that stand for it.
#[derive(Debug)]
pub(crate) struct Wordings {
    names: Vec<&'static str>,
    phrases: Vec<Phrase>,
    automaton: Option<AhoCorasick>,
}

/// A phrase that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Name of the rule.
    pub(crate) name: &'static str,
    /// Where the phrase begins, in bytes of the folded text.
    pub(crate) at: usize,
}

/// Rules as `(name, phrase)` in the order of the file.
///
/// The files are YAML of one form only (`name:` and `  - phrase`), read by line so that start-up does not pay for a YAML
/// parser; a test holds the two readings equal.
pub(crate) fn entries(source: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut name = "";
    let mut found = Vec::new();
    for line in source.lines() {
        if let Some(phrase) = line.strip_prefix("  - ") {
            found.push((name, unquoted(phrase)));
        } else if let Some(key) = line.strip_suffix(':').filter(|_| !line.starts_with(['#', ' '])) {
            name = key;
        }
    }
    found
}

fn unquoted(phrase: &'static str) -> &'static str {
    let inner = |quote: char| phrase.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(phrase)
}

impl Wordings {
    /// Reads rule files.
    #[must_use]
    pub(crate) fn read(sources: &[&'static str]) -> Self {
        Self::of(sources.iter().flat_map(|source| entries(source)))
    }

    /// Reads rule files, and keeps of each wording of several words the plain ones.
    #[must_use]
    pub(crate) fn read_plain(sources: &[&'static str]) -> Self {
        // Read once and kept for as long as the program runs, as the rule files are.
        let plain =
            |(name, text): (&'static str, &'static str)| synonyms::telling(text).map(|text| (name, &*text.leak()));
        Self::of(sources.iter().flat_map(|source| entries(source)).filter_map(plain))
    }

    fn of(entries: impl Iterator<Item = (&'static str, &'static str)>) -> Self {
        let (mut names, mut phrases, mut firsts) = (Vec::new(), Vec::new(), Vec::new());
        for (name, text) in entries {
            if names.last() != Some(&name) {
                names.push(name);
            }
            let open = text.ends_with('*');
            let mut parts = text.trim_end_matches('*').split(" ... ");
            let first = parts.next().unwrap_or_default();
            let (rule, length) = (names.len() - 1, text.replace(" ... ", "").len());
            phrases.push(Phrase { rule, first: first.len(), length, rest: parts.collect(), open });
            firsts.push(first);
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            // Texts are short, so the automaton that is quick to build is the better one.
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .prefilter(false)
            .build(firsts)
            .ok();
        Self { names, phrases, automaton }
    }

    /// Names of all rules.
    #[cfg(test)]
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.names.iter().copied()
    }

    /// The phrases found in a folded text (see [`super::passage::Passage`]). Where several begin at one point, the longest
    /// counts: `the operation was aborted due to timeout` is no abort.
    #[must_use]
    pub(crate) fn hits(&self, folded: &str) -> Vec<Hit> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let mut longest: BTreeMap<usize, Vec<&Phrase>> = BTreeMap::new();
        for found in automaton.find_overlapping_iter(folded) {
            let phrase = &self.phrases[found.pattern().as_usize()];
            let (start, end) = (found.start(), found.start() + phrase.first);
            if opens_word(folded, start) && phrase_stands(folded, end, phrase) {
                #[cfg(test)]
                if !trial::counts((std::ptr::from_ref(self) as usize, found.pattern().as_usize())) {
                    continue;
                }
                let held = longest.entry(start).or_default();
                held.retain(|other| other.length >= phrase.length);
                if held.iter().all(|other| other.length <= phrase.length) {
                    held.push(phrase);
                }
            }
        }
        let hit = |(at, phrases): (usize, Vec<&Phrase>)| {
            phrases.into_iter().map(move |phrase| (phrase.rule, at)).collect::<Vec<_>>()
        };
        longest.into_iter().flat_map(hit).map(|(rule, at)| Hit { name: self.names[rule], at }).collect()
    }
}

/// Takes wordings away for a trial, and tells which ones a text needed.
#[cfg(test)]
pub(crate) mod trial {
    use std::cell::RefCell;
    use std::collections::HashSet;

    /// A wording: the set it belongs to, and its place in it.
    pub(crate) type Wording = (usize, usize);

    thread_local! {
        static MUTED: RefCell<HashSet<Wording>> = RefCell::default();
        static FOUND: RefCell<HashSet<Wording>> = RefCell::default();
    }

    pub(super) fn counts(wording: Wording) -> bool {
        FOUND.with_borrow_mut(|found| found.insert(wording));
        MUTED.with_borrow(|muted| !muted.contains(&wording))
    }

    /// What the work returns, and the wordings that were found during it, while some do not count.
    pub(crate) fn without<T>(muted: &HashSet<Wording>, work: impl FnOnce() -> T) -> (T, HashSet<Wording>) {
        MUTED.set(muted.clone());
        FOUND.take();
        let done = work();
        MUTED.take();
        (done, FOUND.take())
    }
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether no ASCII word continues across this point.
fn opens_word(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    at == 0 || !(is_word(bytes.get(at - 1)) && is_word(bytes.get(at)))
}

fn phrase_stands(text: &str, end: usize, phrase: &Phrase) -> bool {
    let mut end = end;
    for part in &phrase.rest {
        let mut limit = text.len().min(end + GAP);
        while !text.is_char_boundary(limit) {
            limit -= 1;
        }
        match text[end..limit].find(part) {
            Some(at) => end += at + part.len(),
            None => return false,
        }
    }
    phrase.open || opens_word(text, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "# a comment\nrefused:\n  - econnrefused\n  - \"connect ... refused\"\ncode:\n  - und_err_*\n";

    fn found(text: &str) -> Vec<&'static str> {
        Wordings::read(&[SOURCE]).hits(text).iter().map(|hit| hit.name).collect()
    }

    #[test]
    fn phrases_end_at_words_may_stay_open_and_may_have_gaps() {
        assert_eq!(found("(econnrefused)"), ["refused"]);
        assert_eq!(found("xeconnrefusedx"), [""; 0]);
        assert_eq!(found("connect to 1.2.3.4 port 1 was refused"), ["refused"]);
        assert_eq!(found("und_err_socket"), ["code"]);
        let far = format!("connect {} refused", "x".repeat(400));
        assert_eq!(found(&far), [""; 0]);
    }

    #[test]
    fn the_line_reader_agrees_with_yaml() {
        for source in super::super::rules::ALL {
            let yaml: std::collections::BTreeMap<String, Vec<String>> = serde_yaml::from_str(source).unwrap();
            let mut lines: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
            for (name, phrase) in entries(source) {
                lines.entry(name.to_owned()).or_default().push(phrase.to_owned());
            }
            assert_eq!(yaml, lines);
        }
    }
}
