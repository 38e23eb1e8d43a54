//! The table behind the gate: which of many words stand in a text, in one pass.
//!
//! Four neighbouring places of a word, those that are rarest in logs, are its fingerprint. The places where a fingerprint stands are collected for a stretch of text, and only then looked at, so that
//! the two loops stay short.

use std::ops::{ControlFlow, Range};

use super::gate_word::{Place, Word};
use super::lanes::{FOLD, Lanes, ROWS, bit, row};

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
    fn add(&mut self, at: usize, byte: u8, fold: u64) {
        self.value |= u64::from(byte) << (8 * at);
        self.fold |= fold << (8 * at);
        self.mask |= 0xff << (8 * at);
    }

    const fn begins(&self, eight: u64) -> bool {
        ((eight | self.fold) ^ self.value) & self.mask == 0
    }
}

/// What else of a word must hold.
#[derive(Debug)]
struct Ready {
    length: usize,
    /// Bytes that must be there.
    least: usize,
    /// What else must hold.
    rest: Box<[(u8, Place)]>,
}

impl Ready {
    fn new(word: Word) -> (Self, Quick) {
        let mut quick = Quick::default();
        let (length, least) = (word.length, word.places.len());
        let mut rest = Vec::new();
        for (at, place) in word.places.into_iter().enumerate() {
            match place {
                Place::One(byte) if at < QUICK => quick.add(at, byte, 0),
                Place::Letter(small) if at < QUICK => quick.add(at, small, 0x20),
                Place::Any => {}
                // No place beyond the 255th is looked at; what it would rule out, the detector rules out.
                place => rest.extend(u8::try_from(at).ok().map(|at| (at, place))),
            }
        }
        (Self { length, least, rest: rest.into() }, quick)
    }

    /// Whether the word stands where its first bytes do.
    fn stands_at(&self, here: &[u8]) -> bool {
        here.len() >= self.least
            && self.rest.iter().all(|(at, place)| here.get(usize::from(*at)).is_some_and(|byte| place.has(*byte)))
    }
}

/// Up to eight bytes as a number; what is missing counts as 0.
#[inline]
pub(super) fn eight(here: &[u8]) -> u64 {
    if let Some(eight) = here.first_chunk() {
        return u64::from_le_bytes(*eight);
    }
    let mut eight = [0u8; 8];
    let length = here.len().min(8);
    eight[..length].copy_from_slice(&here[..length]);
    u64::from_le_bytes(eight)
}

/// A word under its fingerprint, with what tells most places that are none of its: the words themselves lie further apart.
#[derive(Clone, Copy, Debug, Default)]
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

/// Does something with all rows of bytes that three places may hold.
fn each_three([first, second, third]: [&Place; 3], mut with: impl FnMut([u8; 3])) {
    first.each(|one| second.each(|two| third.each(|three| with([one, two, three]))));
}

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

    /// Adds the fingerprints of four places. Words as they stand are rare among those with few letters, so that of these letter case is told.
    fn add(&mut self, [places @ .., last]: [&Place; 4]) {
        let set = |table: &mut [u64; FILTER], four: [u8; 4]| {
            let (word, bit) = Self::key(u32::from_le_bytes(four));
            table[word] |= 1 << bit;
        };
        if last.size() > MOST_LAST {
            return each_three(places, |[one, two, three]| set(&mut self.threes, [one, two, three, 0]));
        }
        let last = last.without_case();
        each_three(places.map(Place::without_case).each_ref(), |[one, two, three]| {
            last.each(|last| set(&mut self.fours, [one, two, three, last]));
        });
    }

    /// Whether a fingerprint may begin with these four bytes.
    #[inline]
    fn may(&self, four: u32) -> bool {
        let of = |table: &[u64; FILTER], (word, bit): (usize, u32)| table[word] >> bit & 1;
        of(&self.fours, Self::key(four | FOLD)) | of(&self.threes, Self::key(four & 0x00ff_ffff)) == 1
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

/// Takes the words of a table one by one.
pub(super) struct Builder {
    words: Vec<Ready>,
    rows: Box<[u32; ROWS]>,
    filter: Filter,
    /// The rows of all fingerprints, one fingerprint after the other.
    keys: Vec<u16>,
    /// All fingerprints, and where the rows of each end.
    fingerprints: Vec<(Entry, usize)>,
    /// The last fingerprint that took each row, counted from 1.
    taken: Vec<u32>,
}

impl Builder {
    #[allow(clippy::large_stack_arrays, reason = "128 KB for a moment, on the way to the heap")]
    pub(super) fn new() -> Self {
        Self {
            words: Vec::with_capacity(8192),
            rows: Box::new([0; ROWS]),
            filter: Filter { fours: Box::new([0; FILTER]), threes: Box::new([0; FILTER]) },
            keys: Vec::with_capacity(1 << 16),
            fingerprints: Vec::with_capacity(8192),
            taken: vec![0; ROWS],
        }
    }

    /// Adds a word; its index is the number of those before it.
    pub(super) fn add(&mut self, word: Word) {
        let fingerprint = (word.length > 1).then(|| {
            let at = word.fingerprint();
            self.add_rows(&word, at);
            u32::try_from(at).unwrap_or(0)
        });
        let (ready, quick) = Ready::new(word);
        if let Some(at) = fingerprint {
            let word = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            self.fingerprints.push((Entry { quick, word, at }, self.keys.len()));
        }
        self.words.push(ready);
    }

    fn add_rows(&mut self, word: &Word, at: usize) {
        let Self { rows, filter, keys, fingerprints, taken, .. } = self;
        let own = u32::try_from(fingerprints.len() + 1).unwrap_or(u32::MAX);
        let four = word.four(at);
        filter.add(four);
        let [places @ .., fourth] = four;
        let mut last = 0;
        fourth.each(|byte| last |= 1 << bit(u32::from(byte) << 24));
        each_three(places.map(Place::without_case).each_ref(), |[one, two, three]| {
            let key = row(u32::from_le_bytes([one, two, three, 0]));
            rows[key] |= last;
            if taken[key] != own {
                taken[key] = own;
                keys.push(u16::try_from(key).unwrap_or(u16::MAX));
            }
        });
    }

    /// The table of all that was added.
    pub(super) fn build(self, lanes: Lanes) -> Table {
        let Self { words, rows, filter, keys, fingerprints, .. } = self;
        let mut first = vec![0u32; ROWS + 1];
        for key in &keys {
            first[usize::from(*key) + 1] += 1;
        }
        for key in 0..ROWS {
            first[key + 1] += first[key];
        }
        let mut next = first.clone();
        let mut entries = vec![Entry::default(); keys.len()];
        let mut from = 0;
        for (entry, to) in fingerprints {
            for key in &keys[from..to] {
                let place = &mut next[usize::from(*key)];
                entries[*place as usize] = entry;
                *place += 1;
            }
            from = to;
        }
        Table { words, rows, filter, first, entries, lanes }
    }
}

impl Table {
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
        let key = row((eight(here) & 0x00ff_ffff) as u32);
        for entry in &self.entries[self.first[key] as usize..self.first[key + 1] as usize] {
            let start = place.checked_sub(entry.at as usize);
            let Some((start, here)) = start.and_then(|start| Some((start, text.get(start..)?))) else { continue };
            if !entry.quick.begins(eight(here)) {
                continue;
            }
            let word = &self.words[entry.word as usize];
            if word.stands_at(here) {
                hits.push(Hit { word: entry.word as usize, start, end: start + word.length });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::gate_lead::{ANY, folded, insert};

    fn table(words: impl IntoIterator<Item = Word>, lanes: Lanes) -> Table {
        let mut builder = Builder::new();
        words.into_iter().for_each(|word| builder.add(word));
        builder.build(lanes)
    }

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
            let table = table(all.clone(), lanes);
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
        let table = table([Word::new(b"aaaa"), Word::new(b"aaa")], Lanes::best());
        let text = vec![b'a'; 3 * STRETCH];
        let mut count = 0;
        table.each(&text, &mut |_| {
            count += 1;
            ControlFlow::Continue(())
        });
        assert_eq!(count, 2 * text.len() - 5);
    }
}
