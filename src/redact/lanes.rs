//! The fast lanes of the gate: 64 bytes at a time, which of them belong to which class, and where three bytes and a fourth are those of a word.
//!
//! Each function has a portable form and others for AVX2 and AVX-512, which a test holds equal. This file and that
//! of the wide instructions are the ones with `unsafe` in them.
#![allow(unsafe_code)]

use super::lanes_group::Blocks;
use super::lanes_loop::{Look, collect, each_group};
use super::lanes_portable;
#[cfg(target_arch = "x86_64")]
use super::lanes_x86::{avx2, avx512};

/// Bytes that are looked at together.
pub(super) const WIDTH: usize = 64;
/// Bytes beyond them that a word's fingerprint may need.
pub(super) const BEYOND: usize = 16;
/// Bits of the row of a fingerprint: so many that few places share a row and a bit with a word by chance, which costs more than a table beyond the nearest
/// cache does.
pub(super) const ROW_BITS: u32 = 15;
/// Rows of a fingerprint table.
pub(super) const ROWS: usize = 1 << ROW_BITS;

/// Which of 64 bytes belong to which class: one bit for each byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Classes {
    pub(super) newline: u64,
    pub(super) digit: u64,
    /// Upper-case letters and `x`.
    pub(super) upper: u64,
    /// What may stand between the digits of a number.
    pub(super) mark: u64,
    pub(super) colon: u64,
    pub(super) dash: u64,
    pub(super) plus: u64,
    /// Bytes that call for a look by themselves: escape, `^`, `@`.
    pub(super) special: u64,
    /// `f`, in either case; told at least four places before a colon, and of the last four places.
    pub(super) f: u64,
    /// Backslash and blanks; told at least before a line break, and of the last place.
    pub(super) tail: u64,
}

impl Classes {
    /// The places of which `f` is told in any case.
    pub(super) const fn wants_f(&self) -> u64 {
        self.colon >> 4 | u64::MAX << (WIDTH - 4)
    }

    /// The places of which `tail` is told in any case.
    pub(super) const fn wants_tail(&self) -> u64 {
        self.newline >> 1 | 1 << (WIDTH - 1)
    }
}

/// What three bytes are multiplied by for their row. Its low byte is 0, so that a fourth byte above them makes no difference.
pub(super) const FACTOR: u32 = 0x3779_b100;

/// What makes letters in both cases one, and marks that differ in the same bit too: words are looked for in any case, and a table of one form of each is so thin
/// that few other places fall on its bits.
pub(super) const FOLD: u32 = u32::from_ne_bytes([CASE; 4]);
/// The bit that tells a small letter from its capital.
pub(super) const CASE: u8 = b' ';

/// The row of three bytes, the low ones of `four`.
pub(super) const fn row(four: u32) -> usize {
    ((four | FOLD).wrapping_mul(FACTOR) >> (32 - ROW_BITS)) as usize
}

/// The bit of the fourth byte in its row, which letter case makes no difference to.
pub(super) const fn bit(four: u32) -> u32 {
    (four >> 24) & 31
}

/// The lanes of this machine, chosen once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lanes {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// As the one before, with classes in one step.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Lanes {
    /// The fastest that this machine has.
    pub(super) fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("bmi1")
            && std::arch::is_x86_feature_detected!("bmi2")
            && std::arch::is_x86_feature_detected!("popcnt")
        {
            if std::arch::is_x86_feature_detected!("avx512f") && std::arch::is_x86_feature_detected!("avx512bw") {
                return Self::Avx512;
            }
            return Self::Avx2;
        }
        Self::Portable
    }

    /// Does something with the instructions of the lane: loops that the compiler makes wide are then as wide as the machine allows.
    #[inline]
    pub(super) fn widely<R>(self, work: impl FnOnce() -> R) -> R {
        match self {
            Self::Portable => work(),
            // SAFETY: this lane is chosen only where the machine has these instructions.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 | Self::Avx512 => unsafe { avx2::widely(work) },
        }
    }

    /// Gives `look` the classes of one group of blocks after the other from `from` on, with the group's place, until it tells something.
    #[inline]
    pub(super) fn each<L: Look>(self, text: &[u8], from: usize, look: &mut L) -> Option<L::Told> {
        match self {
            Self::Portable => each_group::<Blocks, _>(lanes_portable::classes, text, from, look),
            // SAFETY: this lane is chosen only where the machine has these instructions.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { avx2::each(text, from, look) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { avx512::each(text, from, look) },
        }
    }

    /// Writes down the places from `from` on where a fingerprint of the table begins, counted from `from`, until `stop` is reached or there is no room
    /// for the places of another block; gives how many they are, and where the search ended.
    #[inline]
    pub(super) fn places(
        self,
        text: &[u8],
        stretch: std::ops::Range<usize>,
        table: &[u32; ROWS],
        places: &mut [u32],
    ) -> (usize, usize) {
        match self {
            Self::Portable => collect(|block| lanes_portable::fingerprints(block, table), text, stretch, places),
            // SAFETY: this lane is chosen only where the machine has these instructions.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 | Self::Avx512 => unsafe { avx2::places(text, stretch, table, places) },
        }
    }
}

#[cfg(test)]
#[allow(clippy::large_stack_arrays, reason = "a table of 128 KB in a test")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::redact::lanes_group::{Bits, GROUP, Group, Wide};

    /// All lanes that this machine has.
    fn all_lanes() -> Vec<Lanes> {
        #[cfg(target_arch = "x86_64")]
        match Lanes::best() {
            Lanes::Avx512 => return vec![Lanes::Portable, Lanes::Avx2, Lanes::Avx512],
            Lanes::Avx2 => return vec![Lanes::Portable, Lanes::Avx2],
            Lanes::Portable => {}
        }
        vec![Lanes::Portable]
    }

    /// All groups that were looked at, and what the lane makes of them.
    #[derive(Default)]
    struct All {
        classes: Vec<(Classes, usize)>,
        before: u64,
        made: Vec<Blocks>,
    }

    impl Look for All {
        type Told = ();
        fn look<W: Wide>(&mut self, group: &Group, at: usize) -> Option<()> {
            for block in 0..GROUP {
                let classes = group.get(block);
                let (f, tail) = (classes.f & classes.wants_f(), classes.tail & classes.wants_tail());
                self.classes.push((Classes { f, tail, ..classes }, at + block * WIDTH));
            }
            let digit = Bits::<W>::after(W::load(&group.digit), &mut self.before);
            for count in 1..u64::BITS {
                self.made.push(digit.back(count).store());
            }
            let upper = W::load(&group.upper);
            self.made.extend([
                upper.or(digit.now).store(),
                upper.without(digit.back(1)).store(),
                upper.and(digit.back(2)).store(),
            ]);
            None
        }
    }

    /// All classes of a text, and what is made of them.
    fn classes(lanes: Lanes, text: &[u8]) -> (Vec<(Classes, usize)>, Vec<Blocks>) {
        let mut all = All::default();
        lanes.each(text, 0, &mut all);
        (all.classes, all.made)
    }

    /// All places of a text, collected as far as there is room.
    fn places(lanes: Lanes, text: &[u8], table: &[u32; ROWS], room: usize) -> (Vec<u32>, usize) {
        let mut places = vec![0; room];
        let (count, end) = lanes.places(text, 0..text.len(), table, &mut places);
        places.truncate(count);
        (places, end)
    }

    proptest! {
        #[test]
        fn both_forms_say_the_same(text in proptest::collection::vec(any::<u8>(), 0..1200), seed in any::<u32>()) {
            let mut table = [0u32; ROWS];
            let mut state = seed | 1;
            for row in &mut table {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *row = state & state.rotate_left(9);
            }
            for lanes in all_lanes() {
                prop_assert_eq!(classes(lanes, &text), classes(Lanes::Portable, &text));
                for room in [WIDTH, 100, 512] {
                    let (found, end) = places(lanes, &text, &table, room);
                    let padded = [&text[..], &[0; 4]].concat();
                    let expected = (0..text.len().min(end)).filter(|at| {
                        let four = u32::from_le_bytes(*padded[*at..].first_chunk().unwrap());
                        table[row(four)] >> bit(four) & 1 == 1
                    });
                    let found: Vec<usize> = found.iter().map(|at| *at as usize).filter(|at| *at < text.len()).collect();
                    prop_assert_eq!(found, expected.collect::<Vec<_>>());
                }
            }
        }
    }

    #[test]
    fn every_byte_has_its_class() {
        for byte in 0..=255u8 {
            for lanes in all_lanes() {
                let (all, _) = classes(lanes, &[byte; WIDTH]).0[0];
                assert_eq!(all, lanes_portable::classes(&[byte; WIDTH]), "{byte:#x}");
                assert_eq!(all.digit == u64::MAX, byte.is_ascii_digit());
            }
        }
    }
}
