//! The loops over blocks of 64 bytes, which are compiled once for each lane.

use std::ops::Range;

use super::lanes::{BEYOND, Classes, WIDTH};
use super::lanes_group::{GROUP, Group, Wide};

/// What looks at the classes of one group of blocks after the other; its function is compiled into the loop of each lane.
pub(super) trait Look {
    /// What is told where there is something.
    type Told;
    /// Looks at a group, which begins at this place; the loop ends where it tells something. Beyond the end of the text no class is set.
    fn look<W: Wide>(&mut self, group: &Group, at: usize) -> Option<Self::Told>;
}

/// The loop of [`Lanes::each`](super::lanes::Lanes::each), made anew for each lane.
#[inline(always)]
#[allow(clippy::inline_always, reason = "it must be compiled with the instructions of its lane")]
pub(super) fn each_group<W: Wide, L: Look>(
    classes: impl Fn(&[u8; WIDTH]) -> Classes,
    text: &[u8],
    from: usize,
    look: &mut L,
) -> Option<L::Told> {
    let mut at = from;
    while at < text.len() {
        let mut group = Group::default();
        for (place, rest) in (0..GROUP).map_while(|place| Some((place, text.get(at + place * WIDTH..)?))) {
            match rest.first_chunk::<WIDTH>() {
                Some(block) => group.set(place, &classes(block)),
                None => group.set(place, &classes(&padded(rest))),
            }
        }
        let told = look.look::<W>(&group, at);
        if told.is_some() {
            return told;
        }
        at += GROUP * WIDTH;
    }
    None
}

/// The loop of [`Lanes::places`](super::lanes::Lanes::places), made anew for each lane.
#[inline(always)]
#[allow(clippy::inline_always, reason = "it must be compiled with the instructions of its lane")]
pub(super) fn collect(
    fingerprints: impl Fn(&[u8; WIDTH + BEYOND]) -> u64,
    text: &[u8],
    stretch: Range<usize>,
    places: &mut [u32],
) -> (usize, usize) {
    let mut count = 0;
    let mut at = stretch.start;
    while at < stretch.end
        && let Some(room) = places[count..].first_chunk_mut::<WIDTH>()
    {
        let found = match text[at..].first_chunk::<{ WIDTH + BEYOND }>() {
            Some(block) => fingerprints(block),
            None => fingerprints(&padded(&text[at..])),
        };
        note(found, at - stretch.start, room);
        count += found.count_ones() as usize;
        at += WIDTH;
    }
    (count, at)
}

/// The bytes, with zeros after them; those that do not fit are left out.
fn padded<const SIZE: usize>(text: &[u8]) -> [u8; SIZE] {
    let mut block = [0; SIZE];
    let length = text.len().min(SIZE);
    block[..length].copy_from_slice(&text[..length]);
    block
}

/// Writes down where bits are set. Few bits, as is usual, are written without asking how many they are.
#[inline(always)]
#[allow(clippy::inline_always, reason = "it must be compiled with the instructions of its lane")]
fn note(mut found: u64, at: usize, room: &mut [u32; WIDTH]) {
    const FEW: usize = 4;
    #[allow(clippy::cast_possible_truncation, reason = "a stretch is short")]
    let at = at as u32;
    for place in &mut room[..FEW] {
        *place = at + found.trailing_zeros();
        found &= found.wrapping_sub(1);
    }
    for place in &mut room[FEW..] {
        if found == 0 {
            break;
        }
        *place = at + found.trailing_zeros();
        found &= found - 1;
    }
}
