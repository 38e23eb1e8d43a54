//! Very many needles searched for at once. The table is made in linear time, so that an environment of twenty thousand secrets costs no more
//! a secret than one of ten.
//!
//! Each needle is found by eight of its bytes, at that of a few places where the fewest other needles have the same.

use std::collections::HashMap;

/// Bytes by which a needle is found; shorter needles are refused.
pub(super) const WIDTH: usize = 8;

/// Needles and the table that finds them.
#[derive(Debug, Default)]
pub(super) struct Needles {
    texts: Vec<Box<[u8]>>,
    /// The key, the needle and where in it the key stands, sorted.
    keys: Vec<(u64, u32, u32)>,
    marks: Marks,
}

/// A set of keys with a filter in front that most keys of other text do not pass.
#[derive(Debug, Default)]
struct Marks {
    bits: Box<[u64]>,
    shift: u32,
}

impl Marks {
    fn new(keys: impl ExactSizeIterator<Item = u64>) -> Self {
        // Sixteen bits a key, at least 4096.
        let size = (keys.len().max(256) * 16).next_power_of_two();
        let mut marks = Self { bits: vec![0; size / 64].into(), shift: 64 - size.trailing_zeros() };
        for key in keys {
            let at = marks.place(key);
            marks.bits[at / 64] |= 1 << (at % 64);
        }
        marks
    }

    fn place(&self, key: u64) -> usize {
        usize::try_from(key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift).unwrap_or(0)
    }

    fn may_hold(&self, key: u64) -> bool {
        let at = self.place(key);
        self.bits.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 != 0)
    }
}

fn key_at(text: &[u8], at: usize) -> Option<u64> {
    text.get(at..at + WIDTH)?.try_into().ok().map(u64::from_le_bytes)
}

/// Places of a needle that its key may be taken from.
fn places(needle: &[u8]) -> impl Iterator<Item = usize> {
    let room = needle.len() - WIDTH;
    [0, room / 3, room * 2 / 3, room].into_iter()
}

impl Needles {
    /// Makes the table. Needles shorter than [`WIDTH`] are left out.
    pub(super) fn new(needles: Vec<Box<[u8]>>) -> Self {
        let mut common: HashMap<u64, u32> = HashMap::new();
        for needle in needles.iter().filter(|needle| needle.len() >= WIDTH) {
            for key in places(needle).filter_map(|at| key_at(needle, at)) {
                *common.entry(key).or_default() += 1;
            }
        }
        let mut keys: Vec<(u64, u32, u32)> = Vec::with_capacity(needles.len());
        for (index, needle) in needles.iter().enumerate().filter(|(_, needle)| needle.len() >= WIDTH) {
            let rarest = places(needle)
                .filter_map(|at| Some((key_at(needle, at)?, at)))
                .min_by_key(|(key, _)| common.get(key).copied().unwrap_or_default());
            if let Some((key, at)) = rarest {
                keys.push((key, u32::try_from(index).unwrap_or(u32::MAX), u32::try_from(at).unwrap_or(u32::MAX)));
            }
        }
        keys.sort_unstable();
        let marks = Marks::new(keys.iter().map(|(key, _, _)| *key));
        Self { texts: needles, keys, marks }
    }

    /// Gives `hit` every needle that stands in the text, with the place where it begins.
    pub(super) fn find(&self, text: &[u8], mut hit: impl FnMut(usize, usize)) {
        if self.keys.is_empty() {
            return;
        }
        for (at, window) in text.windows(WIDTH).enumerate() {
            let Some(key) = key_at(window, 0) else { continue };
            if !self.marks.may_hold(key) {
                continue;
            }
            let from = self.keys.partition_point(|(other, _, _)| *other < key);
            for (_, needle, offset) in self.keys[from..].iter().take_while(|(other, _, _)| *other == key) {
                let Some(start) = at.checked_sub(*offset as usize) else { continue };
                if text[start..].starts_with(&self.texts[*needle as usize]) {
                    hit(*needle as usize, start);
                }
            }
        }
    }

    /// Most needles that one key leads to.
    #[cfg(test)]
    pub(super) fn most_alike(&self) -> usize {
        self.keys.chunk_by(|left, right| left.0 == right.0).map(<[_]>::len).max().unwrap_or(0)
    }

    /// A needle.
    pub(super) fn get(&self, index: usize) -> &[u8] {
        &self.texts[index]
    }
}

/// Short pieces of which one stands in every form of a value: where none stands, there is no value.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    pieces: Vec<[u8; PIECE]>,
    marks: Marks,
}

/// Length of a piece.
pub(super) const PIECE: usize = 6;

fn wide(piece: &[u8]) -> u64 {
    let mut eight = [0; 8];
    eight[..PIECE].copy_from_slice(&piece[..PIECE]);
    u64::from_le_bytes(eight)
}

impl Pieces {
    /// Makes the table.
    pub(super) fn new(mut pieces: Vec<[u8; PIECE]>) -> Self {
        pieces.sort_unstable();
        pieces.dedup();
        let marks = Marks::new(pieces.iter().map(|piece| wide(piece)));
        Self { pieces, marks }
    }

    /// All of them.
    pub(super) fn all(&self) -> &[[u8; PIECE]] {
        &self.pieces
    }

    /// Where the first piece stands.
    pub(super) fn first_in(&self, text: &[u8]) -> Option<usize> {
        if self.pieces.is_empty() {
            return None;
        }
        text.windows(PIECE).position(|window| {
            self.marks.may_hold(wide(window))
                && self.pieces.binary_search_by(|piece| piece.as_slice().cmp(window)).is_ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_needle_is_found_at_every_place() {
        let needles: Vec<Box<[u8]>> = (0..500)
            .map(|index: usize| format!("shared-prefix-{}-{index}-shared-suffix", "x".repeat(index % 40)))
            .chain(["eightlen".to_owned()])
            .map(|needle| needle.into_bytes().into_boxed_slice())
            .collect();
        let table = Needles::new(needles.clone());
        for (index, needle) in needles.iter().enumerate() {
            for before in [0, 1, 7, 30] {
                let text = [&vec![b'.'; before][..], needle, b"..."].concat();
                let mut seen = Vec::new();
                table.find(&text, |found, at| seen.push((found, at)));
                assert!(seen.contains(&(index, before)), "{index} at {before}");
            }
        }
        table.find(b"nothing of the sort", |_, _| panic!("nothing stands here"));
    }

    #[test]
    fn the_first_piece_is_found() {
        let pieces = Pieces::new(vec![*b"abcdef", *b"ghijkl"]);
        assert_eq!(pieces.first_in(b"..ghijkl abcdef"), Some(2));
        assert_eq!(pieces.first_in(b"abcde"), None);
        assert_eq!(Pieces::default().first_in(b"abcdef"), None);
    }
}
