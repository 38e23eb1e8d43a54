//! The table behind the gate: which of many words stand in a text, in one pass.
//!
//! Four neighbouring places of a word, those that are rarest in logs, are its fingerprint. The places where a fingerprint stands are collected for a stretch of text, and only then looked at, so that
//! the two loops stay short.

use std::ops::{ControlFlow, Range};

use super::filter::{BUCKETS, Bits, Filter, Hash, Looking, each_three};
use super::held::Held;
use super::shelf::{Filled, Shelf};
use super::word::{Place, Word};
use crate::redact::lanes::{Lanes, ROWS, bit, row};

/// Most bytes whose fingerprints are collected before they are looked at.
pub(in crate::redact) const STRETCH: usize = 16 * 1024;
/// Most places that are collected.
const PLACES: usize = 512;
/// Up to eight bytes as a number; what is missing counts as 0.
#[inline]
pub(in crate::redact) fn eight(here: &[u8]) -> u64 {
    if let Some(eight) = here.first_chunk() {
        return u64::from_le_bytes(*eight);
    }
    let mut eight = [0u8; 8];
    let length = here.len().min(8);
    eight[..length].copy_from_slice(&here[..length]);
    u64::from_le_bytes(eight)
}

/// A word that stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::redact) struct Hit {
    /// The word's index.
    pub(in crate::redact) word: usize,
    /// Where it begins and ends.
    pub(in crate::redact) start: usize,
    pub(in crate::redact) end: usize,
}

impl Hit {
    /// The same word in the part of its text that begins at `from`.
    pub(in crate::redact) const fn after(self, from: usize) -> Self {
        Self { start: self.start - from, end: self.end - from, ..self }
    }
}

/// Words, found by their fingerprints: those that the program was built with, and behind them those of a run.
#[derive(Debug)]
pub(super) struct Table {
    rows: Held<[u32; ROWS]>,
    filter: Filter,
    built: Shelf<'static>,
    own: Filled,
    lanes: Lanes,
}

/// The words of a table, and what tells most places that are none of theirs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Built {
    pub(super) rows: &'static [u32; ROWS],
    pub(super) fours: &'static Bits,
    pub(super) threes: &'static Bits,
    pub(super) shelf: Shelf<'static>,
}

/// Takes the words of a table one by one.
pub(super) struct Builder {
    rows: Held<[u32; ROWS]>,
    filter: Filter,
    built: Shelf<'static>,
    own: Filled,
    /// The buckets that the fingerprints fall in, with the index of each.
    buckets: Vec<(u16, u32)>,
    /// The last fingerprint that fell in each bucket, counted from 1.
    taken: Vec<u32>,
}

impl Builder {
    /// Of a table that has these words already.
    pub(super) fn upon(built: &Built) -> Self {
        let filter = Filter::of(built.fours, built.threes);
        Self { rows: Held::Built(built.rows), filter, built: built.shelf, ..Self::new() }
    }

    pub(super) fn new() -> Self {
        static EMPTY: [u32; ROWS] = [0; ROWS];
        Self {
            rows: Held::Built(&EMPTY),
            filter: Filter::new(),
            built: Shelf::default(),
            own: Filled::default(),
            buckets: Vec::new(),
            taken: vec![0; BUCKETS],
        }
    }

    /// Adds a word; its index is the number of those before it.
    pub(super) fn add(&mut self, word: &Word) {
        let at = (word.length > 1).then(|| word.fingerprint());
        if let Some(at) = at {
            self.add_four(word.four(at));
        }
        self.own.put(word, at);
    }

    fn add_four(&mut self, four: [&Place; 4]) {
        let Self { rows, filter, buckets, own, taken, .. } = self;
        let index = u32::try_from(own.entries()).unwrap_or(u32::MAX);
        filter.add(four, |hash| {
            let bucket = hash.bucket();
            if taken[bucket] != index + 1 {
                taken[bucket] = index + 1;
                buckets.push((u16::try_from(bucket).unwrap_or(u16::MAX), index));
            }
        });
        let [places @ .., fourth] = four;
        let mut last = 0;
        fourth.each(|byte| last |= 1 << bit(u32::from(byte) << 24));
        let rows = rows.to_mut();
        each_three(places.map(Place::without_case).each_ref(), |[one, two, three]| {
            rows[row(u32::from_le_bytes([one, two, three, 0]))] |= last;
        });
    }

    /// The table of all that was added.
    pub(super) fn build(self, lanes: Lanes) -> Table {
        let Self { rows, filter, built, mut own, buckets, .. } = self;
        own.sort(&buckets, BUCKETS);
        Table { rows, filter, built, own, lanes }
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
        let filter = self.filter.look();
        let mut kept = 0;
        for index in 0..count {
            let place = places[index];
            let here = text.get(from + place as usize..).and_then(|here| here.first_chunk());
            places[kept] = place;
            kept += usize::from(here.is_none_or(|four| filter.may(u32::from_le_bytes(*four))));
        }
        let own = (!self.own.is_empty()).then(|| self.own.shelf());
        for place in &places[..kept] {
            self.look(text, from + *place as usize, (filter, own.as_ref()), hits);
        }
        end
    }

    /// Adds the words whose fingerprint stands here.
    #[inline]
    fn look(&self, text: &[u8], place: usize, (filter, own): (Looking<'_>, Option<&Shelf<'_>>), hits: &mut Vec<Hit>) {
        let Some(here) = text.get(place..) else { return };
        let eight = eight(here);
        #[allow(clippy::cast_possible_truncation, reason = "the low four bytes are meant")]
        let four = eight as u32;
        let (all, three) = (Hash::of_four(four), Hash::of_three(four));
        let is_four = filter.fours.has(all);
        let mut look_in = |bucket: usize| {
            look_in(text, place, eight, (&self.built, bucket, 0), hits);
            if let Some(own) = own {
                look_in(text, place, eight, (own, bucket, self.built.words.len()), hits);
            }
        };
        if is_four {
            look_in(all.bucket());
        }
        if filter.threes.has(three) && !(is_four && three.bucket() == all.bucket()) {
            look_in(three.bucket());
        }
    }

    /// What the table of a run without words of its own holds, for the build of the program.
    pub(super) fn parts(&self) -> (&[u32; ROWS], [&Bits; 2], Shelf<'_>) {
        (&self.rows, self.filter.parts(), self.own.shelf())
    }
}

/// Adds the words in a bucket of a shelf whose fingerprint stands at a place, which begins with `eight`. `first`: the index of the shelf's first word.
#[inline]
fn look_in(
    text: &[u8],
    place: usize,
    eight: u64,
    (shelf, bucket, first): (&Shelf<'_>, usize, usize),
    hits: &mut Vec<Hit>,
) {
    for entry in shelf.bucket(bucket).iter().filter(|entry| entry.quick.begins(eight)) {
        let Some(start) = place.checked_sub(entry.at as usize) else { continue };
        if let Some(length) = shelf.stands(entry.word, &text[start..]) {
            hits.push(Hit { word: first + entry.word as usize, start, end: start + length });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lead::{ANY, folded, insert};
    use super::*;

    fn table(words: impl IntoIterator<Item = Word>, lanes: Lanes) -> Table {
        let mut builder = Builder::new();
        words.into_iter().for_each(|word| builder.add(&word));
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
