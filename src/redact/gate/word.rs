//! A word of the gate: what may stand at each of its places, and at those that follow it; and where in it the four neighbouring places stand that are
//! rarest in logs.

use super::common;
use super::lead::{ANY, Set, bytes, contains, insert, size};
use crate::redact::lanes::CASE;

/// Most rows that one fingerprint may take in the table, where the word has places for a better one.
const MOST_ROWS: usize = 64;
/// No fingerprint begins beyond this place of a word.
const FARTHEST: usize = 200;

/// What may stand at one place. Nearly all places hold one letter, so that a set of bytes is rarely made.
#[derive(Clone, Debug)]
pub(super) enum Place {
    One(u8),
    /// A small letter and its capital.
    Letter(u8),
    Any,
    Of(Box<Set>),
}

impl Place {
    const fn folded(byte: u8) -> Self {
        if byte.is_ascii_alphabetic() { Self::Letter(byte.to_ascii_lowercase()) } else { Self::One(byte) }
    }

    fn of(set: Set) -> Self {
        let mut all = bytes(&set);
        match (all.next(), all.next(), all.next()) {
            (Some(one), None, _) => Self::One(one),
            (Some(upper), Some(lower), None) if upper.is_ascii_uppercase() && upper | 0x20 == lower => {
                Self::Letter(lower)
            }
            _ if set == ANY => Self::Any,
            _ => Self::Of(Box::new(set)),
        }
    }

    /// Leaves only what the set has too.
    fn narrow(&mut self, set: &Set) {
        if *set != ANY {
            let mut own = Set::default();
            self.each(|byte| insert(&mut own, byte));
            own.iter_mut().zip(set).for_each(|(own, other)| *own &= other);
            *self = Self::of(own);
        }
    }

    /// How many bytes may stand here.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Letter(_) => 2,
            Self::Any => 256,
            Self::Of(set) => size(set),
        }
    }

    /// Does something with each byte that may stand here.
    pub(super) fn each(&self, mut with: impl FnMut(u8)) {
        match self {
            Self::One(byte) => with(*byte),
            Self::Letter(small) => {
                with(small.to_ascii_uppercase());
                with(*small);
            }
            Self::Any => (0..=u8::MAX).for_each(with),
            Self::Of(set) => bytes(set).for_each(with),
        }
    }

    /// The place with the bit set in each of its bytes that tells letter case.
    pub(super) fn without_case(&self) -> Self {
        match self {
            Self::One(byte) | Self::Letter(byte) => Self::One(byte | CASE),
            Self::Any => Self::Any,
            Self::Of(set) => {
                let mut folded = Set::default();
                bytes(set).for_each(|byte| insert(&mut folded, byte | CASE));
                Self::Of(Box::new(folded))
            }
        }
    }

    /// Whether a byte may stand here.
    pub(super) fn has(&self, byte: u8) -> bool {
        match self {
            Self::One(one) => *one == byte,
            Self::Letter(small) => *small == byte | 0x20,
            Self::Any => true,
            Self::Of(set) => contains(set, byte),
        }
    }

    /// How many of 1,000 bytes of logs and JSON stand here, roughly, letter case left out of account.
    fn often(&self) -> u64 {
        match self {
            Self::One(byte) | Self::Letter(byte) if byte.is_ascii_alphabetic() => {
                u64::from(WEIGHTS[usize::from(*byte | CASE)] + WEIGHTS[usize::from(*byte & !CASE)])
            }
            Self::One(byte) | Self::Letter(byte) => u64::from(WEIGHTS[usize::from(*byte)]),
            Self::Any => 1000,
            Self::Of(set) => bytes(set).map(|byte| u64::from(WEIGHTS[usize::from(byte)])).sum(),
        }
    }
}

/// A word that is searched for.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) places: Vec<Place>,
    pub(super) length: usize,
}

impl Word {
    /// A word, letter case left out of account. It has two bytes or more, or is never found.
    pub(super) fn new(word: &[u8]) -> Self {
        Self::with(word, Place::folded)
    }

    /// A word as it stands.
    pub(super) fn exact(word: &[u8]) -> Self {
        Self::with(word, Place::One)
    }

    /// A word, with room for one more place, as many words tell what follows them.
    fn with(word: &[u8], place: impl Fn(u8) -> Place) -> Self {
        let mut places = Vec::with_capacity(word.len() + 1);
        places.extend(word.iter().map(|byte| place(*byte)));
        Self { places, length: word.len() }
    }

    /// A row of sets of bytes.
    pub(super) fn of(sets: Vec<Set>) -> Self {
        Self { length: sets.len(), places: sets.into_iter().map(Place::of).collect() }
    }

    /// The word, where bytes of these sets stand from its start on, beyond its end too.
    pub(super) fn within(mut self, lead: &[Set]) -> Self {
        for (place, set) in self.places.iter_mut().zip(lead) {
            place.narrow(set);
        }
        let beyond = lead.get(self.length..).unwrap_or_default();
        self.places.extend(beyond.iter().map(|set| Place::of(*set)));
        self
    }

    /// The word, where one of these bytes follows.
    pub(super) fn before(mut self, next: &[u8]) -> Self {
        let mut set = Set::default();
        for byte in next {
            insert(&mut set, *byte);
        }
        self.places.push(Place::of(set));
        self
    }

    /// Where in the word its fingerprint stands.
    pub(super) fn fingerprint(&self) -> usize {
        let last = self.places.len().saturating_sub(3).min(self.length - 1).min(FARTHEST);
        let cost = |at: usize| self.places.get(at).map_or((256, 1000), |place| (place.size(), place.often()));
        let mut four = [cost(0), cost(1), cost(2), (0, 0)];
        let mut best = (true, u64::MAX);
        let mut found = 0;
        for at in 0..=last {
            four[3] = cost(at + 3);
            let wide = four[0].0 * four[1].0 * four[2].0 > MOST_ROWS;
            let mut often = four.iter().map(|(_, often)| often).product::<u64>();
            // To ask whether it is common takes time, so that only what would be the best is asked.
            if (wide, often) < best {
                often = often.max(common::often(self.four(at)));
            }
            if (wide, often) < best {
                (best, found) = ((wide, often), at);
            }
            four.rotate_left(1);
        }
        found
    }

    /// What may stand at four places; what is beyond the last may be any byte.
    pub(super) fn four(&self, at: usize) -> [&Place; 4] {
        std::array::from_fn(|place| self.places.get(at + place).unwrap_or(&Place::Any))
    }
}

/// How many of 1,000 bytes of logs and JSON are this one, roughly; rare bytes make good fingerprints.
static WEIGHTS: [u32; 256] = {
    let mut weights = [0; 256];
    let mut byte = 0u8;
    loop {
        weights[byte as usize] = weight(byte);
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    weights
};

const fn weight(byte: u8) -> u32 {
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
