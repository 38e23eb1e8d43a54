//! The table behind the gate: which of many words stand in a text, letter case left out of account, in one pass.

use std::ops::ControlFlow;

use super::lanes::{BEYOND, Lanes, ROWS, WIDTH, bit, row};

/// Words, found by three of their bytes and, where they have it, a fourth.
#[derive(Debug)]
pub(super) struct Table {
    words: Vec<Vec<u8>>,
    rows: Box<[u32; ROWS]>,
    /// Where the entries of each row begin in `entries`.
    first: Vec<u32>,
    entries: Vec<Entry>,
    lanes: Lanes,
}

/// A word under its fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    /// The word's index.
    word: u32,
    /// Where in it the fingerprint stands.
    at: u8,
    /// The bytes of the fingerprint, folded, and which of them count.
    folded: u32,
    counts: u32,
}

/// Letter case, left out of account in four bytes.
const FOLD: u32 = 0x2020_2020;

/// How common a byte is in logs and JSON, from 0 to 9; rare bytes make good fingerprints.
fn weight(byte: u8) -> u32 {
    match byte.to_ascii_lowercase() {
        b' ' | b'e' | b't' | b'0' | b'1' => 9,
        b'a' | b'o' | b'i' | b'n' | b's' | b'r' | b'"' | b'2' => 8,
        b'l' | b'd' | b'c' | b'm' | b'u' | b'p' | b':' | b'-' | b',' => 7,
        b'3'..=b'9' | b'.' | b'h' | b'g' | b'_' | b'/' | b'=' => 6,
        b'f' | b'b' | b'y' | b'w' | b'k' | b'v' => 4,
        b'x' | b'q' | b'z' | b'j' => 2,
        _ => 3,
    }
}

/// The fingerprint at the start of `bytes`; what is missing counts as 0.
fn four(bytes: &[u8]) -> u32 {
    let mut four = [0u8; 4];
    let length = bytes.len().min(4);
    four[..length].copy_from_slice(&bytes[..length]);
    u32::from_le_bytes(four)
}

impl Table {
    /// Builds the table. Words have two bytes or more.
    #[allow(clippy::large_stack_arrays, reason = "32 KB for a moment, on the way to the heap")]
    pub(super) fn new(words: Vec<Vec<u8>>, lanes: Lanes) -> Self {
        let mut rows = Box::new([0u32; ROWS]);
        let mut pairs: Vec<(usize, Entry)> = Vec::with_capacity(words.len() * 2);
        let entry = |word: u32, at: usize, four: u32, count: usize| Entry {
            word,
            at: u8::try_from(at).unwrap_or(0),
            folded: (four | FOLD) & u32::MAX >> (32 - 8 * count),
            counts: u32::MAX >> (32 - 8 * count),
        };
        for (index, word) in words.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            match word.len() {
                0 | 1 => {}
                2 => {
                    // The third byte may be any.
                    for last in 0..=255u8 {
                        let key = row(four(&[word[0], word[1], last]));
                        rows[key] = u32::MAX;
                        pairs.push((key, entry(index, 0, four(word), 2)));
                    }
                }
                3 => {
                    let key = row(four(word));
                    rows[key] = u32::MAX;
                    pairs.push((key, entry(index, 0, four(word), 3)));
                }
                length => {
                    let score = |at: &usize| word[*at..*at + 4].iter().map(|b| weight(*b)).product::<u32>();
                    let at = (0..=(length - 4).min(200)).min_by_key(score).unwrap_or(0);
                    let key = row(four(&word[at..]));
                    rows[key] |= 1 << bit(four(&word[at..]));
                    pairs.push((key, entry(index, at, four(&word[at..]), 4)));
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut first = vec![0u32; ROWS + 1];
        for (key, _) in &pairs {
            first[key + 1] += 1;
        }
        for key in 0..ROWS {
            first[key + 1] += first[key];
        }
        let entries = pairs.into_iter().map(|(_, entry)| entry).collect();
        Self { words, rows, first, entries, lanes }
    }

    /// A word.
    pub(super) fn word(&self, index: usize) -> &[u8] {
        &self.words[index]
    }

    /// The lanes in use.
    pub(super) const fn lanes(&self) -> Lanes {
        self.lanes
    }

    /// Gives `hit` every word that stands in the text, with its place and its length, until it breaks off.
    pub(super) fn each(&self, text: &[u8], hit: &mut impl FnMut(usize, usize, usize) -> ControlFlow<()>) {
        let mut at = 0;
        while at < text.len() {
            let mut found = if let Some(block) = text[at..].first_chunk::<{ WIDTH + BEYOND }>() {
                self.lanes.fingerprints(block, &self.rows)
            } else {
                let mut block = [0; WIDTH + BEYOND];
                block[..text.len() - at].copy_from_slice(&text[at..]);
                self.lanes.fingerprints(&block, &self.rows)
            };
            while found != 0 {
                let place = at + found.trailing_zeros() as usize;
                found &= found - 1;
                if place >= text.len() || self.at(text, place, hit).is_break() {
                    return;
                }
            }
            at += WIDTH;
        }
    }

    fn at(
        &self,
        text: &[u8],
        place: usize,
        hit: &mut impl FnMut(usize, usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let here = text[place..].first_chunk().map_or_else(|| four(&text[place..]), |four| u32::from_le_bytes(*four));
        let key = row(here);
        let here = here | FOLD;
        let range = self.first[key] as usize..self.first[key + 1] as usize;
        for entry in &self.entries[range] {
            if here & entry.counts != entry.folded {
                continue;
            }
            let word = &self.words[entry.word as usize];
            let Some(start) = place.checked_sub(usize::from(entry.at)) else { continue };
            if text.get(start..start + word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word)) {
                hit(entry.word as usize, start, word.len())?;
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_at_every_place() {
        let words: Vec<Vec<u8>> = ["ab", "sk-ant-", "Token", "\u{2771}", "://", "@x", "aaaaaaaa"]
            .iter()
            .map(|w| w.as_bytes().to_vec())
            .collect();
        for lanes in [Lanes::Portable, Lanes::best()] {
            every_word(&words, &Table::new(words.clone(), lanes));
        }
    }

    fn every_word(words: &[Vec<u8>], table: &Table) {
        for (index, word) in words.iter().enumerate() {
            for before in 0..140 {
                for after in [0, 1, 2, 3, 13, 90] {
                    let text = [vec![b'.'; before], word.to_ascii_uppercase(), vec![b'.'; after]].concat();
                    let mut seen = false;
                    table.each(&text, &mut |found, at, length| {
                        seen |= found == index && at == before && length == word.len();
                        ControlFlow::Continue(())
                    });
                    assert!(seen, "{word:?} {before} {after}");
                }
            }
        }
        table.each(b"nothing of the sort stands here", &mut |_, _, _| panic!("nothing stands here"));
    }
}
