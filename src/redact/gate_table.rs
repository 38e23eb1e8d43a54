//! The table behind the gate: which of many words stand in a text, in one pass.
//!
//! A word is a row of sets of bytes: its letters, in the cases that matter, and what must follow them. Four neighbouring places of it, those that are
//! rarest in logs, are its fingerprint. The places where a fingerprint stands are collected for a stretch of text, and only then looked at, so that
//! the two loops stay short.

use std::ops::{ControlFlow, Range};

use super::gate_lead::{ANY, Set, bytes, contains, folded, insert, size};
use super::lanes::{Lanes, ROWS, bit, row};

/// Most bytes whose fingerprints are collected before they are looked at.
pub(super) const STRETCH: usize = 16 * 1024;
/// Most places that are collected.
const PLACES: usize = 512;
/// Most rows that one fingerprint may take in the table.
const MOST_ROWS: usize = 64;
/// Places of a word that are compared at once.
const QUICK: usize = 8;

/// A word that is searched for.
#[derive(Clone, Debug)]
pub(super) struct Word {
    sets: Vec<Set>,
    length: usize,
    /// From which place on its fingerprint may begin.
    from: usize,
}

impl Word {
    /// A word, letter case left out of account. It has two bytes or more, or is never found.
    pub(super) fn new(word: &[u8]) -> Self {
        Self { sets: word.iter().map(|byte| folded(*byte)).collect(), length: word.len(), from: 0 }
    }

    /// A word as it stands.
    pub(super) fn exact(word: &[u8]) -> Self {
        let one = |byte: &u8| {
            let mut set = [0; 4];
            insert(&mut set, *byte);
            set
        };
        Self { sets: word.iter().map(one).collect(), length: word.len(), from: 0 }
    }

    /// A row of sets of bytes.
    pub(super) fn of(sets: Vec<Set>) -> Self {
        Self { length: sets.len(), sets, from: 0 }
    }

    /// The word, where bytes of these sets stand from its start on, beyond its end too.
    pub(super) fn within(mut self, lead: &[Set]) -> Self {
        for (set, lead) in self.sets.iter_mut().zip(lead) {
            set.iter_mut().zip(lead).for_each(|(own, lead)| *own &= lead);
        }
        self.sets.extend_from_slice(lead.get(self.length..).unwrap_or_default());
        self
    }

    /// The word, told by what stands behind its first byte, where it begins as texts often do: `user: ` must not be looked for at each `user`.
    pub(super) fn behind(mut self, often: &[u8]) -> Self {
        let begins = often.iter().zip(&self.sets).all(|(byte, set)| contains(set, *byte));
        self.from = usize::from(begins && self.length > often.len());
        self
    }

    /// The word, where one of these bytes follows.
    pub(super) fn before(mut self, next: &[u8]) -> Self {
        let mut set = [0; 4];
        for byte in next {
            insert(&mut set, *byte);
        }
        self.sets.push(set);
        self
    }

    /// Where in the word its fingerprint stands.
    fn fingerprint(&self) -> usize {
        let often = |set: &Set| bytes(set).map(|byte| u64::from(weight(byte))).sum::<u64>();
        let costs: Vec<(usize, u64)> = self.sets.iter().map(|set| (size(set), often(set))).collect();
        let cost = |at: &usize| {
            let four = costs.iter().skip(*at).chain(std::iter::repeat(&(256, 1000))).take(4);
            let rows: usize = four.clone().take(3).map(|(size, _)| size).product();
            (rows > MOST_ROWS, four.map(|(_, often)| often).product::<u64>())
        };
        let last = self.sets.len().saturating_sub(3).min(self.length - 1).min(200);
        (self.from..=last).min_by_key(cost).unwrap_or(self.from)
    }

    /// The sets of four places; what is beyond the last may be any byte.
    fn four(&self, at: usize) -> [Set; 4] {
        std::array::from_fn(|place| self.sets.get(at + place).copied().unwrap_or(ANY))
    }
}

/// How many of 1,000 bytes of logs and JSON are this one, roughly; rare bytes make good fingerprints.
fn weight(byte: u8) -> u32 {
    match byte {
        b' ' | b'e' | b't' | b'0' | b'1' | b'2' => 60,
        b'a' | b'o' | b'i' | b'n' | b's' | b'r' | b'"' => 40,
        b'l' | b'd' | b'c' | b'm' | b'u' | b'p' | b':' | b'-' | b',' => 25,
        b'3'..=b'9' | b'.' | b'h' | b'g' | b'_' | b'/' | b'=' => 15,
        b'f' | b'b' | b'y' | b'w' | b'k' | b'v' => 8,
        b'A'..=b'Z' => 4,
        b'x' | b'q' | b'z' | b'j' => 2,
        byte if byte.is_ascii_graphic() => 2,
        _ => 1,
    }
}

/// A word, ready to be compared.
#[derive(Debug)]
struct Ready {
    /// Its first bytes: they are joined with `fold`, and then, where `mask` says, those of `value`.
    value: u64,
    mask: u64,
    fold: u64,
    length: usize,
    /// Bytes that must be there.
    least: usize,
    /// What else must hold.
    rest: Box<[(u8, Set)]>,
}

impl Ready {
    fn new(word: &Word) -> Self {
        let mut ready =
            Self { value: 0, mask: 0, fold: 0, length: word.length, least: word.sets.len(), rest: Box::default() };
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
                ready.value |= u64::from(first) << (8 * place);
                ready.fold |= fold << (8 * place);
                ready.mask |= 0xff << (8 * place);
            } else {
                rest.push((u8::try_from(place).unwrap_or(u8::MAX), *set));
            }
        }
        // No place beyond the 255th is looked at; what it would rule out, the detector rules out.
        rest.retain(|(place, _)| *place < u8::MAX);
        ready.rest = rest.into();
        ready
    }

    fn stands_at(&self, text: &[u8], start: usize) -> bool {
        let Some(here) = text.get(start..) else { return false };
        let quick = here.first_chunk().map_or_else(|| eight(here), |eight| u64::from_le_bytes(*eight));
        ((quick | self.fold) ^ self.value) & self.mask == 0
            && here.len() >= self.least
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

/// A word under its fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
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
        let mut pairs: Vec<(usize, Entry)> = Vec::with_capacity(words.len() * 4);
        for (index, word) in words.iter().enumerate().filter(|(_, word)| word.length > 1) {
            let at = word.fingerprint();
            let [first, second, third, fourth] = word.four(at);
            let last = bytes(&fourth).fold(0, |bits, byte| bits | 1 << bit(u32::from(byte) << 24));
            let entry = Entry { word: u32::try_from(index).unwrap_or(u32::MAX), at: u32::try_from(at).unwrap_or(0) };
            for one in bytes(&first) {
                for two in bytes(&second) {
                    for three in bytes(&third) {
                        let key = row(u32::from_le_bytes([one, two, three, 0]));
                        rows[key] |= last;
                        filter.add([one, two, three], &fourth);
                        pairs.push((key, entry));
                    }
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
        Self { words: words.iter().map(Ready::new).collect(), rows, filter, first, entries, lanes }
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
            let word = &self.words[entry.word as usize];
            let Some(start) = place.checked_sub(entry.at as usize) else { continue };
            if word.stands_at(text, start) {
                hits.push(Hit { word: entry.word as usize, start, end: start + word.length });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
