//! What the passes over many lines found, for the next look at the same lines.

use std::ops::Range;

use super::content;
use super::escapes::Searched;
use super::gate::{Hit, first_mark};

/// What the passes found, for the next look at the same text.
#[derive(Clone, Debug, Default)]
pub(super) struct Ahead {
    /// The start of the line that the first pass stopped at; lines before it are cold for it.
    pub(super) line: usize,
    /// The same for public addresses, of either form.
    pub(super) fourth: usize,
    pub(super) sixth: usize,
    /// How many bytes the next search for the longer form is given.
    pub(super) room: usize,
    /// The start of the line that the search for very many known values stopped at.
    pub(super) known: usize,
    /// Words that the second pass found, which of them comes next, and how far it went.
    pub(super) hits: Vec<Hit>,
    pub(super) next: usize,
    pub(super) searched: usize,
    /// Where the stretch begins that these words stand in.
    pub(super) from: usize,
    /// The start of the line that the second pass found hot.
    pub(super) hot: Option<usize>,
    /// For a rule, from where its mark was looked for, and where it stands.
    marks: Vec<(u32, usize, usize)>,
    /// Where escapes stand.
    escapes: Searched,
    /// A stretch of the text that ends where the first line begins in it that a person may have written on a screen, or with the text.
    unasked: Range<usize>,
}

impl Ahead {
    /// Goes back to the first word that may stand in a line, which begins here.
    pub(super) fn go_back(&mut self, line: usize) {
        if line < self.from {
            // Some of its words stood in a stretch that was left behind.
            (self.next, self.searched) = (0, line);
            self.hits.clear();
            return;
        }
        // Words come in the order of their fingerprints: none of a line stands before one that ends where the line begins.
        let before = self.hits[..self.next].iter().rev().take_while(|hit| hit.end > line).count();
        self.next -= before;
    }

    /// Where the first line from `from` on begins that a person may have written on a screen; the end of the text where there is none.
    pub(super) fn first_asked(&mut self, text: &[u8], from: usize) -> usize {
        if from < self.unasked.start || self.unasked.end <= from {
            self.unasked = from..content::next_prompt(&text[from..]).map_or(text.len(), |at| from + at);
        }
        self.unasked.end
    }

    /// Whether an escape may hide something near a word from its detector; each stretch of a text without escapes is searched once.
    pub(super) fn is_escaped(&mut self, text: &[u8], word: &Range<usize>) -> bool {
        self.escapes.are_near(text, word)
    }

    /// Whether the mark of a rule stands after `from`, on the same line; each stretch of the text is searched once.
    pub(super) fn has_mark(&mut self, rule: u32, text: &[u8], from: usize, mark: &[u8]) -> bool {
        let known = self.marks.iter().position(|(index, _, _)| *index == rule);
        let known = known.unwrap_or_else(|| {
            self.marks.push((rule, usize::MAX, 0));
            self.marks.len() - 1
        });
        let (_, first, at) = &mut self.marks[known];
        if from < *first || *at < from {
            *first = from;
            *at = first_mark(&text[from..], mark).map_or(usize::MAX, |at| from + at);
        }
        let at = *at;
        text.get(from..at).is_some_and(|between| memchr::memchr(b'\n', between).is_none())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::redact::escapes;

    proptest! {
        #[test]
        fn what_is_remembered_of_escapes_says_what_a_look_says(
            parts in proptest::collection::vec(("[a ]{0,700}", "\\\\\"|\\\\n|%3d|%|&quot;|&|\"\"b|''|'|"), 1..20),
            words in proptest::collection::vec((any::<proptest::sample::Index>(), 0usize..20), 1..20),
        ) {
            let text = parts.into_iter().map(|(plain, mark)| plain + &mark).collect::<String>().into_bytes();
            let mut ahead = Ahead::default();
            for (at, length) in words {
                let start = at.index(text.len() + 1);
                let word = start..text.len().min(start + length);
                prop_assert_eq!(ahead.is_escaped(&text, &word), escapes::are_near(&text, &word));
            }
        }
    }
}
