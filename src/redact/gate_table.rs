//! The table behind the gate: which of many words stand in a text, in one pass.
//!
//! Four neighbouring places of a word, those that are rarest in logs, are its fingerprint. The places where a fingerprint stands are collected for a stretch of text, and only then looked at, so that
//! the two loops stay short.

use std::ops::{ControlFlow, Range};

use super::gate_lead::{ANY, Set, bytes, contains, size};
use super::gate_word::Word;
use super::lanes::{Lanes, ROWS, bit, row};

/// Most bytes whose fingerprints are collected before they are looked at.
pub(super) const STRETCH: usize = 16 * 1024;
/// Most places that are collected.
const PLACES: usize = 512;
/// Places of a word that are compared at once.
const QUICK: usize = 8;

/// The first bytes of a word: they are joined with `fold`, and then, where `mask` says, those of `value`.
#[derive(Clone, Copy, Debug, Default)]
struct Quick {
    value: u64,
    mask: u64,
    fold: u64,
}

impl Quick {
    const fn begins(&self, eight: u64) -> bool {
        ((eight | self.fold) ^ self.value) & self.mask == 0
    }
}

/// What of a word must hold beside its first bytes.
#[derive(Debug)]
struct Ready {
    length: usize,
    /// Bytes that must be there.
    least: usize,
    /// What else must hold.
    rest: Box<[(u8, Set)]>,
}

impl Ready {
    fn new(word: &Word) -> (Self, Quick) {
        let mut quick = Quick::default();
        let mut rest = Vec::new();
        for (place, set) in word.sets.iter().enumerate() {
            let mut all = bytes(set);
            let (first, fold) = match (all.next(), all.next(), all.next()) {
                (Some(one), None, _) => (one, 0),
                (Some(upper), Some(lower), None) if upper | 0x20 == lower => (lower, 0x20),
                _ => {
                    if *set != ANY {
                        rest.push((u8::try_from(place).unwrap_or(u8::MAX), *set));
                    }
                    continue;
                }
            };
            if place < QUICK {
                quick.value |= u64::from(first) << (8 * place);
                quick.fold |= fold << (8 * place);
                quick.mask |= 0xff << (8 * place);
            } else {
                rest.push((u8::try_from(place).unwrap_or(u8::MAX), *set));
            }
        }
        // No place beyond the 255th is looked at; what it would rule out, the detector rules out.
        rest.retain(|(place, _)| *place < u8::MAX);
        (Self { length: word.length, least: word.sets.len(), rest: rest.into() }, quick)
    }

    /// Whether the word stands where its first bytes do.
    fn stands_at(&self, here: &[u8]) -> bool {
        here.len() >= self.least
            && self.rest.iter().all(|(place, set)| here.get(usize::from(*place)).is_some_and(|b| contains(set, *b)))
    }
}

/// Up to eight bytes as a number; what is missing counts as 0.
fn eight(here: &[u8]) -> u64 {
    let mut eight = [0u8; 8];
    let length = here.len().min(8);
    eight[..length].copy_from_slice(&here[..length]);
    u64::from_le_bytes(eight)
}

/// A word under its fingerprint, with what tells most places that are none of its: the words themselves lie further apart.
#[derive(Clone, Copy, Debug)]
struct Entry {
    quick: Quick,
    /// The word's index.
    word: u32,
    /// Where in it the fingerprint stands.
    at: u32,
}

/// A word that stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// The word's index.
    pub(super) word: usize,
    /// Where it begins and ends.
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Hit {
    /// The same word in the part of its text that begins at `from`.
    pub(super) const fn after(self, from: usize) -> Self {
        Self { start: self.start - from, end: self.end - from, ..self }
    }
}

/// Bits of a second hash of fingerprints.
const FILTER_BITS: u32 = 17;
const FILTER: usize = 1 << (FILTER_BITS - 6);
/// A fingerprint whose last byte may be more than these is told from its first three.
const MOST_LAST: usize = 64;

/// What tells most fingerprints from what only falls on the same bit of a row.
#[derive(Debug)]
struct Filter {
    fours: Box<[u64; FILTER]>,
    threes: Box<[u64; FILTER]>,
}

impl Filter {
    const fn key(bytes: u32) -> (usize, u32) {
        let hash = bytes.wrapping_mul(0x85eb_ca6b) >> (32 - FILTER_BITS);
        ((hash >> 6) as usize, hash & 63)
    }

    fn add(&mut self, three: [u8; 3], last: &Set) {
        let [one, two, three] = three;
        let set = |table: &mut [u64; FILTER], four: [u8; 4]| {
            let (word, bit) = Self::key(u32::from_le_bytes(four));
            table[word] |= 1 << bit;
        };
        if size(last) > MOST_LAST {
            set(&mut self.threes, [one, two, three, 0]);
        } else {
            bytes(last).for_each(|last| set(&mut self.fours, [one, two, three, last]));
        }
    }

    /// Whether a fingerprint may begin with these four bytes.
    #[inline]
    fn may(&self, four: u32) -> bool {
        let of = |table: &[u64; FILTER], (word, bit): (usize, u32)| table[word] >> bit & 1;
        of(&self.fours, Self::key(four)) | of(&self.threes, Self::key(four & 0x00ff_ffff)) == 1
    }
}

/// Words, found by their fingerprints.
#[derive(Debug)]
pub(super) struct Table {
    words: Vec<Ready>,
    rows: Box<[u32; ROWS]>,
    filter: Filter,
    /// Where the entries of each row begin in `entries`.
    first: Vec<u32>,
    entries: Vec<Entry>,
    lanes: Lanes,
}

impl Table {
    /// Builds the table.
    #[allow(clippy::large_stack_arrays, reason = "128 KB for a moment, on the way to the heap")]
    pub(super) fn new(words: &[Word], lanes: Lanes) -> Self {
        let mut rows = Box::new([0u32; ROWS]);
        let mut filter = Filter { fours: Box::new([0; FILTER]), threes: Box::new([0; FILTER]) };
        let mut pairs: Vec<(usize, u32, u32)> = Vec::with_capacity(words.len() * 4);
        for (index, word) in words.iter().enumerate().filter(|(_, word)| word.length > 1) {
            let at = word.fingerprint();
            let [first, second, third, fourth] = word.four(at);
            let last = bytes(&fourth).fold(0, |bits, byte| bits | 1 << bit(u32::from(byte) << 24));
            let (index, at) = (u32::try_from(index).unwrap_or(u32::MAX), u32::try_from(at).unwrap_or(0));
            for one in bytes(&first) {
                for two in bytes(&second) {
                    for three in bytes(&third) {
                        let key = row(u32::from_le_bytes([one, two, three, 0]));
                        rows[key] |= last;
                        filter.add([one, two, three], &fourth);
                        pairs.push((key, index, at));
                    }
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut first = vec![0u32; ROWS + 1];
        for (key, _, _) in &pairs {
            first[key + 1] += 1;
        }
        for key in 0..ROWS {
            first[key + 1] += first[key];
        }
        let (words, quick): (Vec<Ready>, Vec<Quick>) = words.iter().map(Ready::new).unzip();
        let entries = pairs.into_iter().map(|(_, word, at)| Entry { quick: quick[word as usize], word, at }).collect();
        Self { words, rows, filter, first, entries, lanes }
    }

    /// The lanes in use.
    pub(super) const fn lanes(&self) -> Lanes {
        self.lanes
    }

    /// Gives `hit` every word that stands in the text, until it breaks off.
    pub(super) fn each(&self, text: &[u8], hit: &mut impl FnMut(Hit) -> ControlFlow<()>) {
        let mut hits = Vec::with_capacity(32);
        let mut at = 0;
        // Short at first: it may break off soon.
        let mut size = STRETCH / 64;
        while at < text.len() {
            hits.clear();
            at = self.stretch(text, at..text.len().min(at + size), &mut hits);
            size = STRETCH.min(size * 4);
            for found in &hits {
                if hit(*found).is_break() {
                    return;
                }
            }
        }
    }

    /// Adds the words whose fingerprints begin in a stretch of the text, which is no longer than [`STRETCH`]; gives how far it went, which may be less or a
    /// block more.
    pub(super) fn stretch(&self, text: &[u8], stretch: Range<usize>, hits: &mut Vec<Hit>) -> usize {
        let mut places = [0u32; PLACES];
        let from = stretch.start;
        let (count, end) = self.lanes.places(text, stretch, &self.rows, &mut places);
        // Most places are no word's: they go without a branch.
        let mut kept = 0;
        for index in 0..count {
            let place = places[index];
            let here = text.get(from + place as usize..).and_then(|here| here.first_chunk());
            places[kept] = place;
            kept += usize::from(here.is_none_or(|four| self.filter.may(u32::from_le_bytes(*four))));
        }
        for place in &places[..kept] {
            self.look(text, from + *place as usize, hits);
        }
        end
    }

    /// Adds the words whose fingerprint stands here.
    fn look(&self, text: &[u8], place: usize, hits: &mut Vec<Hit>) {
        let Some(here) = text.get(place..) else { return };
        let here = here.first_chunk().map_or_else(|| eight(here), |eight| u64::from_le_bytes(*eight));
        let key = row((here & 0x00ff_ffff) as u32);
        for entry in &self.entries[self.first[key] as usize..self.first[key + 1] as usize] {
            let Some(here) = place.checked_sub(entry.at as usize).and_then(|start| text.get(start..)) else { continue };
            let first = here.first_chunk().map_or_else(|| eight(here), |eight| u64::from_le_bytes(*eight));
            if !entry.quick.begins(first) {
                continue;
            }
            let (word, start) = (&self.words[entry.word as usize], place - entry.at as usize);
            if word.stands_at(here) {
                hits.push(Hit { word: entry.word as usize, start, end: start + word.length });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::gate_lead::{folded, insert};

    fn words() -> Vec<(Word, &'static [u8])> {
        let mut words: Vec<(Word, &[u8])> =
            ["ab", "sk-ant-", "Token", "\u{2771}", "://", "@x", "aaaaaaaa", "a-longer-word"]
                .iter()
                .map(|word| (Word::new(word.as_bytes()), word.as_bytes()))
                .collect();
        let mut digit = [0; 4];
        for byte in b'0'..=b'9' {
            insert(&mut digit, byte);
        }
        words.push((Word::new(b"Key7").within(&[ANY, folded(b'e'), ANY, digit, digit, digit]), b"kEy745"));
        words.push((Word::exact(b"Content").before(b"\":"), b"Content\""));
        words.push((Word::exact(b"MTA"), b"MTA"));
        words
    }

    #[test]
    fn every_word_is_found_at_every_place() {
        let words = words();
        let all: Vec<Word> = words.iter().map(|(word, _)| word.clone()).collect();
        for lanes in [Lanes::Portable, Lanes::best()] {
            let table = Table::new(&all, lanes);
            for (index, (word, shown)) in words.iter().enumerate() {
                every_place(index, word.length, shown, &table);
            }
            table.each(b"nothing of the sort stands here: mta, content\", Content, key74", &mut |hit| {
                panic!("{hit:?} stands here")
            });
        }
    }

    fn every_place(index: usize, length: usize, shown: &[u8], table: &Table) {
        for before in 0..140 {
            for after in [0, 1, 2, 3, 13, 90] {
                let text = [vec![b'.'; before], shown.to_vec(), vec![b'.'; after]].concat();
                let mut seen = false;
                table.each(&text, &mut |hit| {
                    seen |= hit == Hit { word: index, start: before, end: before + length };
                    ControlFlow::Continue(())
                });
                assert!(seen, "{shown:?} {before} {after}");
            }
        }
    }

    #[test]
    fn more_places_than_are_collected_at_once_are_all_seen() {
        let table = Table::new(&[Word::new(b"aaaa"), Word::new(b"aaa")], Lanes::best());
        let text = vec![b'a'; 3 * STRETCH];
        let mut count = 0;
        table.each(&text, &mut |_| {
            count += 1;
            ControlFlow::Continue(())
        });
        assert_eq!(count, 2 * text.len() - 5);
    }
}
