//! Classes of several blocks at once, so that what is asked of their bits is asked of all of them in one instruction where the machine can.

use super::lanes::Classes;

/// Blocks that are looked at together.
pub(super) const GROUP: usize = 8;

/// 64 bits for each block of a group.
pub(super) type Blocks = [u64; GROUP];

/// The classes of the bytes of a group, block by block; see [`Classes`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Group {
    pub(super) newline: Blocks,
    pub(super) digit: Blocks,
    pub(super) upper: Blocks,
    pub(super) mark: Blocks,
    pub(super) colon: Blocks,
    pub(super) dash: Blocks,
    pub(super) plus: Blocks,
    pub(super) special: Blocks,
    pub(super) f: Blocks,
    pub(super) tail: Blocks,
}

impl Group {
    /// The classes of one block.
    #[cfg(test)]
    pub(super) fn get(&self, block: usize) -> Classes {
        Classes {
            newline: self.newline[block],
            digit: self.digit[block],
            upper: self.upper[block],
            mark: self.mark[block],
            colon: self.colon[block],
            dash: self.dash[block],
            plus: self.plus[block],
            special: self.special[block],
            f: self.f[block],
            tail: self.tail[block],
        }
    }

    /// Takes the classes of one block.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "it must be compiled with the instructions of its lane")]
    pub(super) fn set(&mut self, block: usize, classes: &Classes) {
        self.newline[block] = classes.newline;
        self.digit[block] = classes.digit;
        self.upper[block] = classes.upper;
        self.mark[block] = classes.mark;
        self.colon[block] = classes.colon;
        self.dash[block] = classes.dash;
        self.plus[block] = classes.plus;
        self.special[block] = classes.special;
        self.f[block] = classes.f;
        self.tail[block] = classes.tail;
    }
}

/// The bits of a group, as its lane holds them.
pub(super) trait Wide: Copy {
    fn load(blocks: &Blocks) -> Self;
    fn store(self) -> Blocks;
    fn and(self, other: Self) -> Self;
    fn or(self, other: Self) -> Self;
    /// Those bits that are not set in the other.
    fn without(self, other: Self) -> Self;
    /// Each block by itself, towards later places.
    fn later(self, count: u32) -> Self;
    /// Each block by itself, towards earlier places.
    fn earlier(self, count: u32) -> Self;
    /// For each block, the one before it; that of the first is given.
    fn previous(self, before: u64) -> Self;
}

#[allow(clippy::inline_always, reason = "they must be compiled with the instructions of their lane")]
impl Wide for Blocks {
    #[inline(always)]
    fn load(blocks: &Blocks) -> Self {
        *blocks
    }
    #[inline(always)]
    fn store(self) -> Blocks {
        self
    }
    #[inline(always)]
    fn and(mut self, other: Self) -> Self {
        self.iter_mut().zip(other).for_each(|(own, other)| *own &= other);
        self
    }
    #[inline(always)]
    fn or(mut self, other: Self) -> Self {
        self.iter_mut().zip(other).for_each(|(own, other)| *own |= other);
        self
    }
    #[inline(always)]
    fn without(mut self, other: Self) -> Self {
        self.iter_mut().zip(other).for_each(|(own, other)| *own &= !other);
        self
    }
    #[inline(always)]
    fn later(mut self, count: u32) -> Self {
        for own in &mut self {
            *own <<= count;
        }
        self
    }
    #[inline(always)]
    fn earlier(mut self, count: u32) -> Self {
        for own in &mut self {
            *own >>= count;
        }
        self
    }
    #[inline(always)]
    fn previous(mut self, before: u64) -> Self {
        self.copy_within(..GROUP - 1, 1);
        self[0] = before;
        self
    }
}

/// Bits of one kind in a group, and those of the block before each.
#[derive(Clone, Copy)]
pub(super) struct Bits<W> {
    pub(super) now: W,
    previous: W,
}

#[allow(clippy::inline_always, reason = "they must be compiled with the instructions of their lane")]
impl<W: Wide> Bits<W> {
    /// Bits, and those of the block before the group, whose place those of its last block take.
    #[inline(always)]
    pub(super) fn after(now: W, before: &mut u64) -> Self {
        let previous = now.previous(*before);
        *before = now.store()[GROUP - 1];
        Self { now, previous }
    }

    /// The bits of the byte so many places before each, 1 to 63.
    #[inline(always)]
    pub(super) fn back(self, count: u32) -> W {
        self.now.later(count).or(self.previous.earlier(64 - count))
    }
}
