//! What an imported rule lets pass: values of low entropy, and what its allow-lists name.

use std::ops::Range;

use regex::bytes::Regex;

/// Exceptions of one rule.
#[derive(Clone, Debug, Default)]
pub(in crate::redact) struct Exceptions {
    /// A value must have more than this many bits a character.
    pub(super) entropy: Option<f64>,
    /// Each of these can let a match pass.
    pub(super) lists: Vec<AllowList>,
    /// Words in lower case, one of which must stand in the match or shortly before it on its line; none where the expression itself decides.
    pub(super) near: Vec<String>,
}

/// How far before a match such a word may stand, in bytes.
pub(super) const NEAR: usize = 200;

/// Only built-in rules are compared, in a test, and they have no exceptions.
impl PartialEq for Exceptions {
    fn eq(&self, other: &Self) -> bool {
        self.entropy == other.entropy && self.lists.len() == other.lists.len()
    }
}

/// Which text the expressions of an allow-list look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Target {
    /// The value that would be removed.
    #[default]
    Value,
    /// The whole match.
    Match,
    /// The line or lines of the match.
    Line,
}

/// One allow-list.
#[derive(Clone, Debug, Default)]
pub(super) struct AllowList {
    /// Whether both its expressions and its stop words must hold.
    pub(super) all: bool,
    pub(super) target: Target,
    pub(super) patterns: Vec<Regex>,
    /// In lower case.
    pub(super) stop_words: Vec<String>,
}

impl Exceptions {
    pub(in crate::redact) fn let_pass(&self, text: &[u8], whole: &Range<usize>, value: &Range<usize>) -> bool {
        let secret = &text[value.clone()];
        self.entropy.is_some_and(|least| entropy(secret) <= least)
            || self.lists.iter().any(|list| list.lets_pass(text, whole, secret))
            || !self.has_word_near(text, whole)
    }
}

impl Exceptions {
    fn has_word_near(&self, text: &[u8], whole: &Range<usize>) -> bool {
        let from = whole.start.saturating_sub(NEAR);
        let start = memchr::memrchr(b'\n', &text[from..whole.start]).map_or(from, |at| from + at + 1);
        let near = text[start..whole.end].to_ascii_lowercase();
        self.near.is_empty() || self.near.iter().any(|word| memchr::memmem::find(&near, word.as_bytes()).is_some())
    }
}

impl AllowList {
    fn lets_pass(&self, text: &[u8], whole: &Range<usize>, secret: &[u8]) -> bool {
        let looked_at = match self.target {
            Target::Value => secret,
            Target::Match => &text[whole.clone()],
            Target::Line => lines_around(text, whole),
        };
        let by_pattern = self.patterns.iter().any(|pattern| pattern.is_match(looked_at));
        let lower = secret.to_ascii_lowercase();
        let by_word = self.stop_words.iter().any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some());
        if self.all {
            (self.patterns.is_empty() || by_pattern)
                && (self.stop_words.is_empty() || by_word)
                && (by_pattern || by_word)
        } else {
            by_pattern || by_word
        }
    }
}

/// Longest part of a line that is looked at on either side: no input makes the work grow with its square.
const LINE_REACH: usize = 4096;

fn lines_around<'t>(text: &'t [u8], range: &Range<usize>) -> &'t [u8] {
    let from = range.start.saturating_sub(LINE_REACH);
    let to = text.len().min(range.end + LINE_REACH);
    let start = memchr::memrchr(b'\n', &text[from..range.start]).map_or(from, |at| from + at + 1);
    let end = memchr::memchr(b'\n', &text[range.end..to]).map_or(to, |at| range.end + at);
    &text[start..end]
}

/// Shannon entropy in bits a byte.
#[allow(clippy::cast_precision_loss)] // counts of bytes of one value
fn entropy(value: &[u8]) -> f64 {
    if value.is_empty() {
        return 0.0;
    }
    let mut counts = [0u32; 256];
    for byte in value {
        counts[usize::from(*byte)] += 1;
    }
    let total = value.len() as f64;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / total;
            -share * share.log2()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_is_that_of_shannon() {
        assert!(entropy(b"aaaaaaaa") < 0.001);
        assert!((entropy(b"abcdabcd") - 2.0).abs() < 0.001);
    }

    #[test]
    fn a_list_that_asks_for_all_needs_all() {
        let list = |all| AllowList {
            all,
            target: Target::Value,
            patterns: vec![Regex::new("^x").unwrap()],
            stop_words: vec!["sample".to_owned()],
        };
        assert!(list(false).lets_pass(b"xabc", &(0..4), b"xabc"));
        assert!(!list(true).lets_pass(b"xabc", &(0..4), b"xabc"));
        assert!(list(true).lets_pass(b"xSAMPLE", &(0..7), b"xSAMPLE"));
    }
}
