//! Words, kept under their fingerprints. A shelf is made of numbers alone, so that one can be laid out when the program is built.

use super::lead::{Set, bytes, contains};
use super::word::{Place, Word};
use crate::redact::lanes::CASE;

/// Places that are compared at once.
const QUICK: usize = 8;

/// Eight bytes: those of a text are joined with `fold`, and are then, where `mask` says, those of `value`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Quick {
    pub(super) value: u64,
    pub(super) mask: u64,
    pub(super) fold: u64,
}

impl Quick {
    /// Of the first places of these; of a place of several bytes those bits are told that all of them share.
    fn of(places: &[Place]) -> Self {
        let mut quick = Self::default();
        for (at, place) in places.iter().enumerate().take(QUICK) {
            match place {
                Place::One(byte) => quick.add(at, *byte, 0xff, 0),
                Place::Letter(small) => quick.add(at, *small, 0xff, CASE),
                Place::Of(set) => {
                    let shared = bytes(set).reduce(|all, byte| all & byte).unwrap_or_default();
                    let differ = bytes(set).fold(0, |differ, byte| differ | (byte ^ shared));
                    quick.add(at, shared, !differ, 0);
                }
                Place::Any => {}
            }
        }
        quick
    }

    fn add(&mut self, at: usize, byte: u8, mask: u8, fold: u8) {
        let put = |byte: u8| u64::from(byte) << (8 * at);
        self.value |= put(byte);
        self.mask |= put(mask);
        self.fold |= put(fold);
    }

    #[inline]
    pub(super) const fn begins(&self, eight: u64) -> bool {
        ((eight | self.fold) ^ self.value) & self.mask == 0
    }
}

/// A word under its fingerprint, with what tells most places that are none of its: the words themselves lie further apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// The word from its fingerprint on.
    pub(super) quick: Quick,
    /// The word's index on its shelf.
    pub(super) word: u32,
    /// Where in it the fingerprint stands.
    pub(super) at: u32,
}

/// What must hold where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ready {
    pub(super) length: u32,
    /// Bytes that must be there.
    pub(super) least: u32,
    /// Where among the places of all words those stand that its entry does not tell, up to those of the next word.
    pub(super) first: u32,
}

/// What stands at a place of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct There {
    pub(super) at: u16,
    pub(super) code: u16,
}

/// Codes of places: one byte, a small letter in any case, any byte, and from the last one on the sets.
const LETTER: u16 = 0x100;
const ANY: u16 = 0x200;
const SETS: u16 = 0x300;

/// Words under their fingerprints.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shelf<'a> {
    /// One for each bucket that a word's fingerprints fall in, by bucket, and where those of each bucket begin.
    pub(super) entries: &'a [Entry],
    pub(super) first: &'a [u32],
    pub(super) words: &'a [Ready],
    /// The places of all words that their entries do not tell.
    pub(super) places: &'a [There],
    pub(super) sets: &'a [Set],
}

impl<'a> Shelf<'a> {
    /// The entries of a bucket.
    #[inline]
    pub(super) fn bucket(&self, bucket: usize) -> &'a [Entry] {
        match self.first.get(bucket..bucket + 2) {
            Some(&[from, to]) => &self.entries[from as usize..to as usize],
            _ => &[],
        }
    }

    /// Gives the length of a word that stands at the start of a text, where its entry does not tell that it does not.
    #[inline]
    pub(super) fn stands(&self, word: u32, here: &[u8]) -> Option<usize> {
        let word = word as usize;
        let Ready { length, least, first } = self.words[word];
        let last = self.words.get(word + 1).map_or(self.places.len(), |next| next.first as usize);
        let stands = here.len() >= least as usize
            && self.places[first as usize..last].iter().all(|there| self.has(there.code, here[usize::from(there.at)]));
        stands.then_some(length as usize)
    }

    fn has(&self, code: u16, byte: u8) -> bool {
        match code {
            0..LETTER => code == u16::from(byte),
            LETTER..ANY => code == LETTER | u16::from(byte | CASE),
            ANY..SETS => true,
            SETS.. => contains(&self.sets[usize::from(code - SETS)], byte),
        }
    }
}

/// A shelf that words are put on.
#[derive(Debug, Default)]
pub(super) struct Filled {
    entries: Vec<Entry>,
    first: Vec<u32>,
    words: Vec<Ready>,
    places: Vec<There>,
    sets: Vec<Set>,
}

impl Filled {
    /// What is on it.
    pub(super) fn shelf(&self) -> Shelf<'_> {
        Shelf { entries: &self.entries, first: &self.first, words: &self.words, places: &self.places, sets: &self.sets }
    }

    /// Puts a word on it, with its fingerprint; of one that is too short to have one, which is never found, none is told.
    pub(super) fn put(&mut self, word: &Word, fingerprint: Option<usize>) {
        let told = fingerprint.map_or(0..0, |at| at..at + QUICK);
        if let Some(at) = fingerprint {
            let quick = Quick::of(word.places.get(at..).unwrap_or_default());
            self.entries.push(Entry { quick, word: number(self.words.len()), at: number(at) });
        }
        let first = number(self.places.len());
        self.words.push(Ready { length: number(word.length), least: number(word.places.len()), first });
        for (at, place) in (0..=u16::MAX).zip(&word.places) {
            let is_told = told.contains(&usize::from(at)) && !matches!(place, Place::Of(_));
            if !is_told && !matches!(place, Place::Any) {
                let code = self.code(place);
                self.places.push(There { at, code });
            }
        }
    }

    fn code(&mut self, place: &Place) -> u16 {
        match place {
            Place::One(byte) => u16::from(*byte),
            Place::Letter(small) => LETTER | u16::from(*small),
            Place::Any => ANY,
            Place::Of(set) => {
                let known = self.sets.iter().position(|known| *known == **set);
                let index = known.unwrap_or_else(|| {
                    self.sets.push(**set);
                    self.sets.len() - 1
                });
                // Beyond as many sets as a code can tell, any byte stands for one: more is then looked at, and nothing is missed.
                u16::try_from(index).ok().and_then(|index| SETS.checked_add(index)).unwrap_or(ANY)
            }
        }
    }

    /// Whether there is nothing on it.
    pub(super) const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Number of entries.
    pub(super) const fn entries(&self) -> usize {
        self.entries.len()
    }

    /// Sorts the entries by the buckets that they fall in: each of these comes with the index of an entry.
    pub(super) fn sort(&mut self, fallen: &[(u16, u32)], buckets: usize) {
        if fallen.is_empty() {
            return;
        }
        let mut fallen = fallen.to_vec();
        fallen.sort_unstable();
        self.first = vec![0; buckets + 1];
        for (bucket, _) in &fallen {
            self.first[usize::from(*bucket) + 1] += 1;
        }
        for bucket in 0..buckets {
            self.first[bucket + 1] += self.first[bucket];
        }
        self.entries = fallen.iter().map(|(_, entry)| self.entries[*entry as usize]).collect();
    }
}

fn number(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}
