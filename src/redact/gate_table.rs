//! The table behind the gate: which of many words stand in a text, in one pass.
//!
//! Four neighbouring places of a word, those that are rarest in logs, are its fingerprint. The places where a fingerprint stands are collected for a stretch of text, and only then looked at, so that
//! the two loops stay short.

use std::ops::{ControlFlow, Range};

use super::gate_filter::{BUCKETS, Filter, Hash, each_three};
use super::gate_word::{Place, Word};
use super::lanes::{CASE, Lanes, ROWS, bit, row};

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

/// What else of a word must hold where its first bytes stand.
#[derive(Debug)]
struct Ready {
    length: usize,
    /// Bytes that must be there.
    least: usize,
    /// Its places from the first one on that its first bytes as a number do not tell; the others are not kept, as there are many words.
    rest: Box<[Place]>,
}

impl Ready {
    fn new(mut word: Word) -> (Self, Quick) {
        let mut quick = Quick::default();
        let (length, least) = (word.length, word.places.len());
        let mut from = least.min(QUICK);
        for (at, place) in word.places.iter().enumerate().take(QUICK) {
            match place {
                Place::One(byte) => quick.add(at, *byte, 0),
                Place::Letter(small) => quick.add(at, *small, u64::from(CASE)),
                Place::Any => {}
                Place::Of(_) => from = from.min(at),
            }
        }
        let rest = word.places.split_off(from).into_boxed_slice();
        (Self { length, least, rest }, quick)
    }

    /// Whether the word stands where its first bytes do.
    fn stands_at(&self, here: &[u8]) -> bool {
        let from = self.least - self.rest.len();
        here.len() >= self.least && self.rest.iter().zip(&here[from..]).all(|(place, byte)| place.has(*byte))
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

/// Words, found by their fingerprints.
#[derive(Debug)]
pub(super) struct Table {
    words: Vec<Ready>,
    rows: Box<[u32; ROWS]>,
    filter: Filter,
    fingerprints: Vec<Entry>,
    /// Which of them fall in each bucket, and where those of each bucket begin.
    sorted: Vec<u32>,
    first: Vec<u32>,
    lanes: Lanes,
}

/// Takes the words of a table one by one.
pub(super) struct Builder {
    words: Vec<Ready>,
    rows: Box<[u32; ROWS]>,
    filter: Filter,
    fingerprints: Vec<Entry>,
    /// The buckets that the fingerprints fall in, with the index of each.
    buckets: Vec<(u16, u32)>,
    /// The last fingerprint that fell in each bucket, counted from 1.
    taken: Vec<u32>,
}

impl Builder {
    #[allow(clippy::large_stack_arrays, reason = "128 KB for a moment, on the way to the heap")]
    pub(super) fn new() -> Self {
        Self {
            words: Vec::with_capacity(8192),
            rows: Box::new([0; ROWS]),
            filter: Filter::new(),
            fingerprints: Vec::with_capacity(8192),
            buckets: Vec::with_capacity(1 << 14),
            taken: vec![0; BUCKETS],
        }
    }

    /// Adds a word; its index is the number of those before it.
    pub(super) fn add(&mut self, word: Word) {
        let fingerprint = (word.length > 1).then(|| {
            let at = word.fingerprint();
            self.add_four(word.four(at));
            u32::try_from(at).unwrap_or(0)
        });
        let (ready, quick) = Ready::new(word);
        if let Some(at) = fingerprint {
            let word = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            self.fingerprints.push(Entry { quick, word, at });
        }
        self.words.push(ready);
    }

    fn add_four(&mut self, four: [&Place; 4]) {
        let Self { rows, filter, buckets, fingerprints, taken, .. } = self;
        let own = u32::try_from(fingerprints.len()).unwrap_or(u32::MAX);
        filter.add(four, |hash| {
            let bucket = hash.bucket();
            if taken[bucket] != own + 1 {
                taken[bucket] = own + 1;
                buckets.push((u16::try_from(bucket).unwrap_or(u16::MAX), own));
            }
        });
        let [places @ .., fourth] = four;
        let mut last = 0;
        fourth.each(|byte| last |= 1 << bit(u32::from(byte) << 24));
        each_three(places.map(Place::without_case).each_ref(), |[one, two, three]| {
            rows[row(u32::from_le_bytes([one, two, three, 0]))] |= last;
        });
    }

    /// The table of all that was added.
    pub(super) fn build(self, lanes: Lanes) -> Table {
        let Self { words, rows, filter, buckets, fingerprints, .. } = self;
        let mut first = vec![0u32; BUCKETS + 1];
        for (bucket, _) in &buckets {
            first[usize::from(*bucket) + 1] += 1;
        }
        for bucket in 0..BUCKETS {
            first[bucket + 1] += first[bucket];
        }
        let mut next = first.clone();
        let mut sorted = vec![0; buckets.len()];
        for (bucket, fingerprint) in buckets {
            let place = &mut next[usize::from(bucket)];
            sorted[*place as usize] = fingerprint;
            *place += 1;
        }
        Table { words, rows, filter, fingerprints, sorted, first, lanes }
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
        #[allow(clippy::cast_possible_truncation, reason = "the low four bytes are meant")]
        let four = eight(here) as u32;
        let (all, three) = (Hash::of_four(four), Hash::of_three(four));
        let is_four = self.filter.fours.has(all);
        if is_four {
            self.look_in(text, place, all.bucket(), hits);
        }
        if self.filter.threes.has(three) && !(is_four && three.bucket() == all.bucket()) {
            self.look_in(text, place, three.bucket(), hits);
        }
    }

    /// The same of the words in a bucket.
    fn look_in(&self, text: &[u8], place: usize, bucket: usize, hits: &mut Vec<Hit>) {
        for index in &self.sorted[self.first[bucket] as usize..self.first[bucket + 1] as usize] {
            let entry = &self.fingerprints[*index as usize];
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
