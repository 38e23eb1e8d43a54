//! The lanes of the wide instructions of x86-64: AVX2, and AVX-512 for what is asked of classes of bytes.
#![allow(unsafe_code)]

pub(super) mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm_loadu_si128, _mm_or_si128, _mm_set1_epi32, _mm256_alignr_epi8, _mm256_and_si256,
        _mm256_andnot_si256, _mm256_broadcastsi128_si256, _mm256_castsi256_ps, _mm256_cmpeq_epi8,
        _mm256_i32gather_epi32, _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_movemask_ps,
        _mm256_mullo_epi32, _mm256_or_si256, _mm256_permute2x128_si256, _mm256_set1_epi8, _mm256_set1_epi32,
        _mm256_set1_epi64x, _mm256_setr_epi8, _mm256_shuffle_epi8, _mm256_sllv_epi32, _mm256_sllv_epi64,
        _mm256_srli_epi32, _mm256_srlv_epi64, _mm256_storeu_si256, _mm256_sub_epi8,
    };

    use crate::redact::lanes::{BEYOND, Classes, FACTOR, FOLD, ROW_BITS, ROWS, WIDTH};
    use crate::redact::lanes_group::{Blocks, Wide};
    use crate::redact::lanes_loop::{Look, collect, each_group};

    /// The bits of a group: its first four blocks, and the others.
    #[derive(Clone, Copy)]
    struct Halves(__m256i, __m256i);

    // SAFETY of all of them: they are called in the loop of this lane alone, which is chosen only where the machine has these instructions; the loads and the stores
    // are together as long as the blocks of a group.
    #[allow(clippy::inline_always, reason = "they must be compiled with the instructions of this lane")]
    impl Wide for Halves {
        #[inline(always)]
        fn load(blocks: &Blocks) -> Self {
            let from: *const __m256i = blocks.as_ptr().cast();
            unsafe { Self(_mm256_loadu_si256(from), _mm256_loadu_si256(from.add(1))) }
        }
        #[inline(always)]
        fn store(self) -> Blocks {
            let mut blocks = Blocks::default();
            let to: *mut __m256i = blocks.as_mut_ptr().cast();
            unsafe {
                _mm256_storeu_si256(to, self.0);
                _mm256_storeu_si256(to.add(1), self.1);
            }
            blocks
        }
        #[inline(always)]
        fn and(self, other: Self) -> Self {
            unsafe { Self(_mm256_and_si256(self.0, other.0), _mm256_and_si256(self.1, other.1)) }
        }
        #[inline(always)]
        fn or(self, other: Self) -> Self {
            unsafe { Self(_mm256_or_si256(self.0, other.0), _mm256_or_si256(self.1, other.1)) }
        }
        #[inline(always)]
        fn without(self, other: Self) -> Self {
            unsafe { Self(_mm256_andnot_si256(other.0, self.0), _mm256_andnot_si256(other.1, self.1)) }
        }
        #[inline(always)]
        fn later(self, count: u32) -> Self {
            unsafe {
                let count = _mm256_set1_epi64x(i64::from(count));
                Self(_mm256_sllv_epi64(self.0, count), _mm256_sllv_epi64(self.1, count))
            }
        }
        #[inline(always)]
        fn earlier(self, count: u32) -> Self {
            unsafe {
                let count = _mm256_set1_epi64x(i64::from(count));
                Self(_mm256_srlv_epi64(self.0, count), _mm256_srlv_epi64(self.1, count))
            }
        }
        #[inline(always)]
        fn previous(self, before: u64) -> Self {
            unsafe {
                let before = _mm256_set1_epi64x(before.cast_signed());
                // The two blocks in the middle of the half before and each half.
                let first = _mm256_permute2x128_si256::<0x21>(before, self.0);
                let second = _mm256_permute2x128_si256::<0x21>(self.0, self.1);
                Self(_mm256_alignr_epi8::<8>(self.0, first), _mm256_alignr_epi8::<8>(self.1, second))
            }
        }
    }

    /// Anything, with all instructions of this lane.
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    pub(in crate::redact) fn widely<R>(work: impl FnOnce() -> R) -> R {
        work()
    }

    /// The loop over blocks, with all instructions of this lane.
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    pub(in crate::redact) fn each<L: Look>(text: &[u8], from: usize, look: &mut L) -> Option<L::Told> {
        each_group::<Halves, _>(|block| classes(block), text, from, look)
    }

    /// The loop over fingerprints, with all instructions of this lane.
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    pub(in crate::redact) fn places(
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
        let fold = _mm_set1_epi32(FOLD.cast_signed());
        let mut found = 0;
        for step in 0..WIDTH / 8 {
            // SAFETY: the last load begins at byte 56 and ends at 72, of 80.
            let bytes = unsafe { _mm_loadu_si128(block.as_ptr().add(step * 8).cast()) };
            let bytes = _mm_or_si128(bytes, fold);
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

pub(super) mod avx512 {
    use std::arch::x86_64::{
        __m512i, _mm512_alignr_epi64, _mm512_and_si512, _mm512_andnot_si512, _mm512_cmpeq_epi8_mask,
        _mm512_cmple_epu8_mask, _mm512_loadu_si512, _mm512_or_si512, _mm512_set1_epi8, _mm512_set1_epi64,
        _mm512_sllv_epi64, _mm512_srlv_epi64, _mm512_storeu_si512, _mm512_sub_epi8,
    };

    use crate::redact::lanes::{Classes, WIDTH};
    use crate::redact::lanes_group::{Blocks, Wide};
    use crate::redact::lanes_loop::{Look, each_group};

    /// The loop over blocks, with all instructions of this lane.
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,avx512f,avx512bw")]
    pub(in crate::redact) fn each<L: Look>(text: &[u8], from: usize, look: &mut L) -> Option<L::Told> {
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
