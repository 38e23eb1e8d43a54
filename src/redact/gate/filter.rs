//! The hashes of the fingerprints of the gate's words: what tells most of the places that only fall on the same bit of a row, and where the words of a
//! fingerprint are kept.

use super::held::Held;
use super::word::Place;
use crate::redact::lanes::FOLD;

/// Bits of a second hash of fingerprints.
const HASH_BITS: u32 = 17;
/// Bits of it that tell where the words of a fingerprint are kept.
const BUCKET_BITS: u32 = 14;
pub(super) const BUCKETS: usize = 1 << BUCKET_BITS;
/// A fingerprint whose last byte may be more than these is told from its first three.
const MOST_LAST: usize = 64;

/// Does something with all rows of bytes that three places may hold.
pub(super) fn each_three([first, second, third]: [&Place; 3], mut with: impl FnMut([u8; 3])) {
    first.each(|one| second.each(|two| third.each(|three| with([one, two, three]))));
}

/// The hash of a fingerprint.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Hash(u32);

impl Hash {
    const fn of(bytes: u32) -> Self {
        Self(bytes.wrapping_mul(0x85eb_ca6b) >> (u32::BITS - HASH_BITS))
    }

    /// Of all four bytes, letter case left out of account.
    pub(super) const fn of_four(four: u32) -> Self {
        Self::of(four | FOLD)
    }

    /// Of the first three.
    pub(super) const fn of_three(four: u32) -> Self {
        Self::of(four & 0x00ff_ffff)
    }

    pub(super) const fn bucket(self) -> usize {
        (self.0 >> (HASH_BITS - BUCKET_BITS)) as usize
    }
}

/// One bit for each hash.
pub(super) type Bits = [u64; 1 << (HASH_BITS - u64::BITS.ilog2())];

/// A set of hashes.
#[derive(Clone, Copy)]
pub(super) struct Hashes<'a>(&'a Bits);

impl Hashes<'_> {
    pub(super) const fn has(self, hash: Hash) -> bool {
        self.0[(hash.0 / u64::BITS) as usize] >> (hash.0 % u64::BITS) & 1 == 1
    }
}

/// What tells most fingerprints from what only falls on the same bit of a row: those that are told from all four bytes, and those that are told from
/// the first three.
#[derive(Debug)]
pub(super) struct Filter {
    fours: Held<Bits>,
    threes: Held<Bits>,
}

/// The same, to be looked at.
#[derive(Clone, Copy)]
pub(super) struct Looking<'a> {
    pub(super) fours: Hashes<'a>,
    pub(super) threes: Hashes<'a>,
}

impl Looking<'_> {
    /// Whether a fingerprint may begin with these four bytes.
    #[inline]
    pub(super) const fn may(self, four: u32) -> bool {
        self.fours.has(Hash::of_four(four)) | self.threes.has(Hash::of_three(four))
    }
}

impl Filter {
    pub(super) fn new() -> Self {
        static EMPTY: Bits = [0; _];
        Self::of(&EMPTY, &EMPTY)
    }

    /// Of fingerprints that were added before.
    pub(super) const fn of(fours: &'static Bits, threes: &'static Bits) -> Self {
        Self { fours: Held::Built(fours), threes: Held::Built(threes) }
    }

    pub(super) fn look(&self) -> Looking<'_> {
        let [fours, threes] = self.parts().map(Hashes);
        Looking { fours, threes }
    }

    pub(super) fn parts(&self) -> [&Bits; 2] {
        [&self.fours, &self.threes]
    }

    /// Adds the fingerprints of four places, and gives `with` the hash of each. Words as they stand are rare among those with few letters, so that of these
    /// letter case is told.
    pub(super) fn add(&mut self, [places @ .., last]: [&Place; 4], mut with: impl FnMut(Hash)) {
        let mut set = |bits: &mut Bits, hash: Hash| {
            bits[(hash.0 / u64::BITS) as usize] |= 1 << (hash.0 % u64::BITS);
            with(hash);
        };
        if last.size() > MOST_LAST {
            let threes = self.threes.to_mut();
            return each_three(places, |[one, two, three]| {
                set(threes, Hash::of_three(u32::from_le_bytes([one, two, three, 0])));
            });
        }
        let last = last.without_case();
        let fours = self.fours.to_mut();
        each_three(places.map(Place::without_case).each_ref(), |[one, two, three]| {
            last.each(|last| set(fours, Hash::of_four(u32::from_le_bytes([one, two, three, last]))));
        });
    }
}
