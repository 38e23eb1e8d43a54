//! The fast lanes of the gate: 64 bytes at a time, which of them belong to which class, and where three bytes and a fourth are those of a word.
//!
//! Each function has a portable form and others for AVX2 and AVX-512, which a test holds equal. This is the one file with `unsafe` in it.
#![allow(unsafe_code)]

use super::lanes_group::Blocks;
use super::lanes_loop::{Look, collect, each_group};
use super::lanes_portable;

/// Bytes that are looked at together.
pub(super) const WIDTH: usize = 64;
/// Bytes beyond them that a word's fingerprint may need.
pub(super) const BEYOND: usize = 16;
/// Bits of the row of a fingerprint: so many that few places share a row and a bit with a word by chance, which costs more than a table beyond the nearest
/// cache does.
const ROW_BITS: u32 = 15;
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
const FACTOR: u32 = 0x3779_b100;

/// The row of three bytes, the low ones of `four`.
pub(super) const fn row(four: u32) -> usize {
    (four.wrapping_mul(FACTOR) >> (32 - ROW_BITS)) as usize
}

/// The bit of the fourth byte in its row.
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

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm_loadu_si128, _mm256_andnot_si256, _mm256_broadcastsi128_si256, _mm256_castsi256_ps,
        _mm256_cmpeq_epi8, _mm256_i32gather_epi32, _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8,
        _mm256_movemask_ps, _mm256_mullo_epi32, _mm256_or_si256, _mm256_set1_epi8, _mm256_set1_epi32, _mm256_setr_epi8,
        _mm256_shuffle_epi8, _mm256_sllv_epi32, _mm256_srli_epi32, _mm256_sub_epi8,
    };

    use super::{BEYOND, Blocks, Classes, FACTOR, Look, ROW_BITS, ROWS, WIDTH, collect, each_group};

    /// The loop over blocks, with all instructions of this lane.
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    pub(super) fn each<L: Look>(text: &[u8], from: usize, look: &mut L) -> Option<L::Told> {
        each_group::<Blocks, _>(|block| classes(block), text, from, look)
    }

    /// The loop over fingerprints, with all instructions of this lane.
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    pub(super) fn places(
        text: &[u8],
        stretch: std::ops::Range<usize>,
        table: &[u32; ROWS],
        places: &mut [u32],
    ) -> (usize, usize) {
        collect(|block| fingerprints(block, table), text, stretch, places)
    }

    /// The classes of 64 bytes.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    fn classes(block: &[u8; WIDTH]) -> Classes {
        // SAFETY: both loads lie inside the 64 bytes of the block.
        let halves = unsafe {
            [_mm256_loadu_si256(block.as_ptr().cast()), _mm256_loadu_si256(block.as_ptr().add(WIDTH / 2).cast())]
        };
        let mut all = Classes::default();
        for (index, half) in halves.into_iter().enumerate() {
            let shift = index * WIDTH / 2;
            let is = |byte: u8| _mm256_cmpeq_epi8(half, _mm256_set1_epi8(byte.cast_signed()));
            let within = |low: u8, count: u8| {
                let offset = _mm256_sub_epi8(half, _mm256_set1_epi8(low.cast_signed()));
                _mm256_cmpeq_epi8(_mm256_min_epu8(offset, _mm256_set1_epi8((count - 1).cast_signed())), offset)
            };
            let or = |a: __m256i, b: __m256i| _mm256_or_si256(a, b);
            let mask = |v: __m256i| u64::from(_mm256_movemask_epi8(v).cast_unsigned()) << shift;
            let (dash, plus, space) = (is(b'-'), is(b'+'), is(b' '));
            let folded = or(half, _mm256_set1_epi8(0x20));
            all.newline |= mask(is(b'\n'));
            all.digit |= mask(within(b'0', 10));
            all.upper |= mask(or(within(b'A', 26), is(b'x')));
            // `-`, `.` and `/` stand side by side.
            all.mark |= mask(or(within(b'-', 3), or(space, plus)));
            all.colon |= mask(is(b':'));
            all.dash |= mask(dash);
            all.plus |= mask(plus);
            all.special |= mask(or(is(0x1b), or(is(b'^'), is(b'@'))));
            all.f |= mask(_mm256_cmpeq_epi8(folded, _mm256_set1_epi8(b'f'.cast_signed())));
            all.tail |= mask(or(or(is(b'\\'), space), or(is(b'\t'), is(b'\r'))));
        }
        all
    }

    /// Where a fingerprint begins.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    fn fingerprints(block: &[u8; WIDTH + BEYOND], table: &[u32; ROWS]) -> u64 {
        let windows = _mm256_setr_epi8(
            0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6, 4, 5, 6, 7, 5, 6, 7, 8, 6, 7, 8, 9, 7, 8, 9, 10,
        );
        let factor = _mm256_set1_epi32(FACTOR.cast_signed());
        let most = _mm256_set1_epi32(31);
        let mut found = 0;
        for step in 0..WIDTH / 8 {
            // SAFETY: the last load begins at byte 56 and ends at 72, of 80.
            let bytes = unsafe { _mm_loadu_si128(block.as_ptr().add(step * 8).cast()) };
            let fours = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), windows);
            let rows = _mm256_srli_epi32::<{ 32 - ROW_BITS.cast_signed() }>(_mm256_mullo_epi32(fours, factor));
            // SAFETY: a row has ROW_BITS bits, and the table has a place for each such number.
            let bits = unsafe { _mm256_i32gather_epi32::<4>(table.as_ptr().cast(), rows) };
            // As far as the bit of the fourth byte is from the top.
            let below_top = _mm256_andnot_si256(_mm256_srli_epi32::<24>(fours), most);
            let top = _mm256_sllv_epi32(bits, below_top);
            let hits = _mm256_movemask_ps(_mm256_castsi256_ps(top)).cast_unsigned();
            found |= u64::from(hits) << (step * 8);
        }
        found
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::{
        __m512i, _mm512_alignr_epi64, _mm512_and_si512, _mm512_andnot_si512, _mm512_cmpeq_epi8_mask,
        _mm512_cmple_epu8_mask, _mm512_loadu_si512, _mm512_or_si512, _mm512_set1_epi8, _mm512_set1_epi64,
        _mm512_sllv_epi64, _mm512_srlv_epi64, _mm512_storeu_si512, _mm512_sub_epi8,
    };

    use super::{Blocks, Classes, Look, WIDTH, each_group};
    use crate::redact::lanes_group::Wide;

    /// The loop over blocks, with all instructions of this lane.
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,avx512f,avx512bw")]
    pub(super) fn each<L: Look>(text: &[u8], from: usize, look: &mut L) -> Option<L::Told> {
        each_group::<__m512i, _>(|block| classes(block), text, from, look)
    }

    // SAFETY of all of them: they are called in the loop of this lane alone, which is chosen only where the machine has these instructions; a load and a store are
    // as long as the blocks of a group.
    #[allow(clippy::inline_always, reason = "they must be compiled with the instructions of this lane")]
    impl Wide for __m512i {
        #[inline(always)]
        fn load(blocks: &Blocks) -> Self {
            unsafe { _mm512_loadu_si512(blocks.as_ptr().cast()) }
        }
        #[inline(always)]
        fn store(self) -> Blocks {
            let mut blocks = Blocks::default();
            unsafe { _mm512_storeu_si512(blocks.as_mut_ptr().cast(), self) };
            blocks
        }
        #[inline(always)]
        fn and(self, other: Self) -> Self {
            unsafe { _mm512_and_si512(self, other) }
        }
        #[inline(always)]
        fn or(self, other: Self) -> Self {
            unsafe { _mm512_or_si512(self, other) }
        }
        #[inline(always)]
        fn without(self, other: Self) -> Self {
            unsafe { _mm512_andnot_si512(other, self) }
        }
        #[inline(always)]
        fn later(self, count: u32) -> Self {
            unsafe { _mm512_sllv_epi64(self, _mm512_set1_epi64(i64::from(count))) }
        }
        #[inline(always)]
        fn earlier(self, count: u32) -> Self {
            unsafe { _mm512_srlv_epi64(self, _mm512_set1_epi64(i64::from(count))) }
        }
        #[inline(always)]
        fn previous(self, before: u64) -> Self {
            unsafe { _mm512_alignr_epi64::<7>(self, _mm512_set1_epi64(before.cast_signed())) }
        }
    }

    /// The classes of 64 bytes.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,avx512f,avx512bw")]
    fn classes(block: &[u8; WIDTH]) -> Classes {
        // SAFETY: the load is as long as the block.
        let all = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
        let is = |byte: u8| _mm512_cmpeq_epi8_mask(all, _mm512_set1_epi8(byte.cast_signed()));
        let within = |low: u8, count: u8| {
            let offset = _mm512_sub_epi8(all, _mm512_set1_epi8(low.cast_signed()));
            _mm512_cmple_epu8_mask(offset, _mm512_set1_epi8((count - 1).cast_signed()))
        };
        let folded = _mm512_or_si512(all, _mm512_set1_epi8(0x20));
        let (dash, plus, space) = (is(b'-'), is(b'+'), is(b' '));
        Classes {
            newline: is(b'\n'),
            digit: within(b'0', 10),
            upper: within(b'A', 26) | is(b'x'),
            // `-`, `.` and `/` stand side by side.
            mark: within(b'-', 3) | space | plus,
            colon: is(b':'),
            dash,
            plus,
            special: is(0x1b) | is(b'^') | is(b'@'),
            f: _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8(b'f'.cast_signed())),
            tail: is(b'\\') | space | is(b'\t') | is(b'\r'),
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
            for count in 1..WIDTH as u32 {
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
