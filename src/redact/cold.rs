//! The way around everything: the lines at the start of a text in which no detector can find anything, told in two fast passes.
//!
//! The first pass looks at classes of bytes (digits, marks, line ends) and checks by hand only where their pattern is that of a number, an address or
//! a line that leads another; the second looks for the words of the gate. What is told cold here is cold for the gate, which a test holds; the reverse need not be true.

use std::ops::ControlFlow;

use super::gate::{Gate, Scan};
use super::identity::{self, IdentitySet, mails, network, numbers, phones};
use super::known::KnownSet;
use super::lanes::{Classes, WIDTH};
use super::names::Names;
use super::ruleset::Ruleset;
use super::stream_open::may_lead;
use crate::model::vocabulary::PersonalKind;

/// What the first pass found, for the next look at the same text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ahead {
    /// The start of the line that it stopped at; lines before it are cold for it.
    line: usize,
}

/// Everything that the passes ask.
pub(super) struct Cold<'a> {
    pub(super) gate: &'a Gate,
    pub(super) rules: &'a Ruleset,
    pub(super) names: &'a Names,
    pub(super) identities: &'a IdentitySet,
    pub(super) known: &'a KnownSet,
}

/// The bits of the byte `count` places before each.
const fn back(now: u64, before: u64, count: u32) -> u64 {
    now << count | before >> (64 - count)
}

/// What of one block the next one needs.
#[derive(Clone, Copy, Default)]
struct Before {
    classes: Classes,
    runs: [u64; 4],
    nine: u64,
}

/// Places of one block where something must be looked at.
struct Events {
    special: u64,
    line_end: u64,
    american: u64,
    plus: u64,
    hardware: u64,
    long_address: u64,
    number: u64,
}

impl Events {
    /// Of a block and the one before it.
    fn of(now: &Classes, before: &mut Before) -> Self {
        let was = before.classes;
        let digit = |count: u32| back(now.digit, was.digit, count);
        let dash = |count: u32| back(now.dash, was.dash, count);
        let colon = |count: u32| back(now.colon, was.colon, count);
        let four = now.digit & digit(1) & digit(2) & digit(3);
        let american = four & dash(4) & digit(5) & digit(6) & digit(7);
        let pairs = |bits: u64, at: &dyn Fn(u32) -> u64| bits & at(3) & at(6) & at(9) & at(12);
        let hardware = pairs(now.colon, &colon) | pairs(now.dash, &dash);
        let line_end = now.newline & (back(now.digit, was.digit, 1) | back(now.tail, was.tail, 1));
        // Runs of letters, digits and single marks: of two, of four, of eight, of nine.
        let one = now.digit | now.upper | (now.mark & !back(now.mark, was.mark, 1));
        let two = one & back(one, before.runs[0], 1);
        let four_long = two & back(two, before.runs[1], 2);
        let eight = four_long & back(four_long, before.runs[2], 4);
        let nine = eight & back(one, before.runs[0], 8);
        let number = nine & !back(nine, before.nine, 1);
        let events = Self {
            special: now.special,
            line_end,
            american,
            plus: now.digit & back(now.plus, was.plus, 1),
            hardware,
            long_address: now.colon & back(now.f, was.f, 4),
            number,
        };
        *before = Before { classes: *now, runs: [one, two, four_long, eight], nine };
        events
    }

    const fn any(&self) -> u64 {
        self.special | self.line_end | self.american | self.plus | self.hardware | self.long_address | self.number
    }
}

impl Cold<'_> {
    /// The end of the cold lines that begin at `from`, which begins a line. The text ends with a line break.
    pub(super) fn end(&self, text: &[u8], from: usize, ahead: &mut Ahead) -> usize {
        if ahead.line <= from {
            ahead.line = self.first_event(text, from);
        }
        let limit = ahead.line;
        let limit = self.known.first_in(&text[from..limit]).map_or(limit, |at| line_start(text, from, from + at));
        from + self.first_word(&text[from..limit])
    }

    /// Whether the classes of the bytes of a text tell that there is no number, mail address or escape to look for in it.
    pub(super) fn is_quiet(&self, text: &[u8]) -> bool {
        self.first_event(text, 0) == text.len()
    }

    /// The start of the first line from `from` on that the classes of its bytes do not tell to be cold.
    fn first_event(&self, text: &[u8], from: usize) -> usize {
        let lanes = self.gate.lanes();
        let mut before = Before::default();
        let mut at = from;
        let mut stop = text.len();
        'blocks: while at < text.len() {
            let classes = if let Some(block) = text[at..].first_chunk::<WIDTH>() {
                lanes.classes(block)
            } else {
                let mut block = [0; WIDTH];
                block[..text.len() - at].copy_from_slice(&text[at..]);
                lanes.classes(&block)
            };
            let events = Events::of(&classes, &mut before);
            let mut left = events.any();
            while left != 0 {
                let place = left.trailing_zeros();
                if self.is_event(text, at + place as usize, 1 << place, &events) {
                    stop = line_start(text, from, at + place as usize);
                    break 'blocks;
                }
                left &= left - 1;
            }
            at += WIDTH;
        }
        if self.identities.hides(PersonalKind::PublicIp) {
            stop = Self::first_public(text, from, stop);
        }
        stop
    }

    /// Whether what the classes saw at a place is what a detector looks for.
    fn is_event(&self, text: &[u8], at: usize, bit: u64, events: &Events) -> bool {
        let hides = |kind: PersonalKind| self.identities.hides(kind);
        if events.special & bit != 0
            && (text[at] != b'@' || (hides(PersonalKind::Email) && mails::around(text, at, 1).is_some()))
        {
            return true;
        }
        if events.line_end & bit != 0 {
            let start = line_start(text, 0, at);
            if may_lead(&text[start..=at]) {
                return true;
            }
        }
        if hides(PersonalKind::Phone)
            && ((events.american & bit != 0 && phones::may_be_american(text, at))
                || (events.plus & bit != 0 && phones::international(text, at - 1, at).is_some()))
        {
            return true;
        }
        (events.hardware & bit != 0 && hides(PersonalKind::Mac))
            || (events.long_address & bit != 0 && self.gate.hides_names() && identity::begins_private_v6(text, at))
            // The event is the ninth byte of a run.
            || (events.number & bit != 0 && self.identities.hides_numbers() && numbers::may_hold(text, at - 8))
    }

    /// The start of the first line before `stop` that holds a public address.
    fn first_public(text: &[u8], from: usize, stop: usize) -> usize {
        let part = &text[from..stop];
        let fourth = memchr::memchr_iter(b'.', part).find(|at| super::gate::is_inside_address(part, *at));
        let part = &part[..fourth.unwrap_or(part.len())];
        let mut sixth = None;
        network::public_v6(part, &mut |range, _| sixth = Some(sixth.unwrap_or(range.start)));
        sixth.or(fourth).map_or(stop, |at| line_start(text, from, from + at))
    }

    /// The start of the first line that a word of the gate makes hot.
    fn first_word(&self, text: &[u8]) -> usize {
        let mut line = 0..0;
        let mut scan = Scan::default();
        let mut stop = text.len();
        self.gate.each(text, &mut |word, at, length| {
            if at >= line.end {
                let start = line_start(text, line.end, at);
                line = start..memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end + 1);
                scan = Scan::default();
            }
            if at < line.start || at + length > line.end {
                return ControlFlow::Continue(());
            }
            let start = at - line.start;
            self.gate.check(&text[line.clone()], word, start..start + length, self, &mut scan);
            if scan.is_cold() {
                return ControlFlow::Continue(());
            }
            stop = line.start;
            ControlFlow::Break(())
        });
        stop
    }
}

/// The start of the line that `at` stands in, not before `from`.
fn line_start(text: &[u8], from: usize, at: usize) -> usize {
    memchr::memrchr(b'\n', &text[from..at]).map_or(from, |newline| from + newline + 1)
}
