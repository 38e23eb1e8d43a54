//! Where the classes of bytes have the pattern of a number, an address or a line that leads another, in a group of blocks at once.

use super::identity::numbers;
use super::lanes::WIDTH;
use super::lanes_group::{Bits, Blocks, GROUP, Group, Wide};

/// What of the last block of a group the next one needs.
#[derive(Clone, Copy, Default)]
pub(super) struct Before {
    digit: u64,
    mark: u64,
    colon: u64,
    dash: u64,
    plus: u64,
    f: u64,
    tail: u64,
    four: u64,
    one: u64,
    two: u64,
    four_long: u64,
    eight: u64,
    nine: u64,
    second: u64,
}

/// Places of a group where something must be looked at, and the runs that numbers stand in.
pub(super) struct Events {
    pub(super) special: Blocks,
    pub(super) line_end: Blocks,
    pub(super) american: Blocks,
    pub(super) plus: Blocks,
    pub(super) hardware: Blocks,
    pub(super) long_address: Blocks,
    pub(super) number: Blocks,
    /// All places but those of numbers.
    pub(super) others: Blocks,
    runs: Across,
    digits: Across,
}

/// Which events are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    /// Those of numbers that no word announces.
    Numbers,
}

impl Events {
    /// Of a group and the one before it.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "it must be compiled with the instructions of its lane")]
    pub(super) fn of<W: Wide>(group: &Group, before: &mut Before, wanted: Wanted) -> Self {
        let last = (before.one, before.digit);
        let digit = Bits::<W>::after(W::load(&group.digit), &mut before.digit);
        let dash = Bits::<W>::after(W::load(&group.dash), &mut before.dash);
        let colon = Bits::<W>::after(W::load(&group.colon), &mut before.colon);
        let plus = Bits::<W>::after(W::load(&group.plus), &mut before.plus);
        let two_digits = digit.now.and(digit.back(1));
        let four = two_digits.and(digit.back(2)).and(digit.back(3));
        let american = four.and(dash.back(4)).and(digit.back(5)).and(digit.back(6)).and(digit.back(7));
        let hardware = every_third(colon).or(every_third(dash));
        let plus = digit.now.and(plus.back(1));
        let (number, one) = Self::numbers(group, before, digit, dash, colon, four);
        let mut others = american.or(plus).or(hardware);
        let mut more = [[0; GROUP]; 2];
        if wanted == Wanted::All {
            let f = Bits::<W>::after(W::load(&group.f), &mut before.f);
            let tail = Bits::<W>::after(W::load(&group.tail), &mut before.tail);
            let line_end = W::load(&group.newline).and(digit.back(1).or(tail.back(1)));
            let long_address = colon.now.and(f.back(4));
            others = others.or(line_end).or(long_address).or(W::load(&group.special));
            more = [line_end.store(), long_address.store()];
        }
        let [line_end, long_address] = more;
        Self {
            special: if wanted == Wanted::All { group.special } else { [0; GROUP] },
            line_end,
            american: american.store(),
            plus: plus.store(),
            hardware: hardware.store(),
            long_address,
            number: number.store(),
            others: others.store(),
            runs: across(last.0, &one),
            digits: across(last.1, &group.digit),
        }
    }

    /// The ninth byte of each run of letters, digits and single marks in which a number may stand, and the bytes of such runs.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "it must be compiled with the instructions of its lane")]
    fn numbers<W: Wide>(
        group: &Group,
        before: &mut Before,
        digit: Bits<W>,
        dash: Bits<W>,
        colon: Bits<W>,
        four: W,
    ) -> (W, Blocks) {
        let mark = Bits::<W>::after(W::load(&group.mark), &mut before.mark);
        let one = digit.now.or(W::load(&group.upper)).or(mark.now.without(mark.back(1)));
        let one = Bits::after(one, &mut before.one);
        let two = Bits::after(one.now.and(one.back(1)), &mut before.two);
        let four_long = Bits::after(two.now.and(two.back(2)), &mut before.four_long);
        let eight = Bits::after(four_long.now.and(four_long.back(4)), &mut before.eight);
        let nine = Bits::after(eight.now.and(one.back(8)), &mut before.nine);
        let number = nine.now.without(nine.back(1));
        // Most runs are a date with at most five letters or digits after it, which are no number; a blank may stand before it.
        let sixteen = eight.now.and(eight.back(8));
        let four = Bits::after(four, &mut before.four);
        let year = four.back(6).and(dash.back(5));
        let date = year.and(digit.back(4)).and(digit.back(3)).and(dash.back(2)).and(digit.back(1)).and(digit.now);
        let date = date.earlier(1).or(date.earlier(2));
        // Others are the seconds of a time and their fraction, without a digit after them: `14:48:15.180Z INFO`.
        let pair = digit.now.and(digit.back(1));
        let second = pair.and(colon.back(2)).and(digit.back(3)).and(digit.back(4)).and(colon.back(5));
        let second = Bits::after(second, &mut before.second);
        let later = digit.now.earlier(1).or(digit.now.earlier(2)).or(digit.now.earlier(3));
        let later = later.or(later.earlier(3));
        let time = second.back(7).and(mark.back(6)).without(digit.now).without(digit.back(1)).without(later);
        let short = date.or(time).without(sixteen.earlier(7));
        // What follows at the end of a block is not seen.
        (number.without(short.later(8).earlier(8)), one.now.store())
    }

    /// Whether the run whose ninth byte stands at a place of a block, which is `at` in the text, has digits enough for a number, what begins it and is none left out.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "it must be compiled with the instructions of its lane")]
    pub(super) fn may_be_number(&self, text: &[u8], at: usize, block: usize, place: u32) -> bool {
        // The run may begin in the block before.
        let from = WIDTH * (block + 1) + place as usize - 8;
        let length = word_at(&self.runs, from).trailing_ones();
        if from + length as usize >= WIDTH * (GROUP + 1) || length == u64::BITS {
            // It goes on in the next group, or for long.
            return true;
        }
        let digits = (word_at(&self.digits, from) & !(u64::MAX << length)).count_ones() as usize;
        if digits < numbers::FEWEST {
            return false;
        }
        let start = at - 8 + usize::from(text[at - 8] == b' ');
        digits - numbers::digits_of_lead(text, start..at - 8 + length as usize) >= numbers::FEWEST
    }
}

/// Where the last of five marks stands, with two bytes between one and the next. No closure: that would be compiled without the instructions of the lane.
#[inline(always)]
#[allow(clippy::inline_always, reason = "it must be compiled with the instructions of its lane")]
fn every_third<W: Wide>(mark: Bits<W>) -> W {
    mark.now.and(mark.back(3)).and(mark.back(6)).and(mark.back(9)).and(mark.back(12))
}

/// The bits of the block before a group, of the group, and of nothing after it.
type Across = [u64; GROUP + 2];

#[inline(always)]
#[allow(clippy::inline_always, reason = "it must be compiled with the instructions of its lane")]
fn across(before: u64, blocks: &Blocks) -> Across {
    let mut all = [0; GROUP + 2];
    all[0] = before;
    all[1..=GROUP].copy_from_slice(blocks);
    all
}

/// 64 bits from a place on, counted from the start of the block before the group.
#[inline(always)]
#[allow(clippy::inline_always, reason = "it must be compiled with the instructions of its lane")]
fn word_at(bits: &Across, place: usize) -> u64 {
    let (first, offset) = (place / WIDTH, place % WIDTH);
    let later = bits[first + 1] << (WIDTH - 1 - offset) << 1;
    bits[first] >> offset | later
}
