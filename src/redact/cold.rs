//! The way around everything: the lines at the start of a text in which no detector can find anything, told in two fast passes.
//!
//! The first pass looks at classes of bytes (digits, marks, line ends) and checks by hand only where their pattern is that of a number, an address or
//! a line that leads another; the second looks for the words of the gate. What is told cold here is cold for the gate, which a test holds; the reverse need not be true.

use std::ops::Range;

use super::ahead::Ahead;
use super::cold_events::{Before, Events, Wanted};
use super::gate::{Gate, STRETCH, Scan};
use super::identity::{self, IdentitySet, network, numbers, phones};
use super::known::KnownSet;
use super::lanes::WIDTH;
use super::lanes_group::{Blocks, GROUP, Group, Wide};
use super::lanes_loop::Look;
use super::names::Names;
use super::ruleset::Ruleset;
use super::stream_open::{may_end_a_lead, may_lead};
use crate::model::vocabulary::PersonalKind;

/// Everything that the passes ask.
pub(super) struct Cold<'a> {
    pub(super) gate: &'a Gate,
    pub(super) rules: &'a Ruleset,
    pub(super) names: &'a Names,
    pub(super) identities: &'a IdentitySet,
    pub(super) known: &'a KnownSet,
}

/// The first pass over a text.
struct FirstEvent<'a> {
    cold: &'a Cold<'a>,
    text: &'a [u8],
    wanted: Wanted,
    before: Before,
}

impl Look for FirstEvent<'_> {
    type Told = usize;

    #[inline(always)]
    #[allow(clippy::inline_always, reason = "it must be compiled with the instructions of its lane")]
    fn look<W: Wide>(&mut self, group: &Group, at: usize) -> Option<usize> {
        let events = Events::of::<W>(group, &mut self.before, self.wanted);
        for block in 0..GROUP {
            let mut left = events.others[block] | events.number[block];
            while left != 0 {
                let place = left.trailing_zeros();
                let here = at + block * WIDTH + place as usize;
                let stands = |blocks: &Blocks| blocks[block] >> place & 1 == 1;
                let number = stands(&events.number)
                    && events.may_be_number(self.text, here, block, place)
                    && self.cold.is_number(self.text, here);
                if number || (stands(&events.others) && self.cold.is_event(self.text, here, &events, (block, place))) {
                    return Some(here);
                }
                left &= left - 1;
            }
        }
        None
    }
}

impl Cold<'_> {
    /// The end of the cold lines that begin at `from`, which begins a line. The text ends with a line break.
    pub(super) fn end(&self, text: &[u8], from: usize, ahead: &mut Ahead) -> usize {
        // What a person asked on a screen is told by the line after it.
        let asked = ahead.first_asked(text, from);
        let quiet = self.quiet_end(text, from, ahead).min(asked);
        if ahead.known <= from {
            let known = self.known.first_in(&text[from..quiet]);
            ahead.known = known.map_or(quiet, |at| line_start(text, from, from + at));
        }
        self.first_word(text, from, ahead.known.min(quiet), ahead)
    }

    /// Whether the classes of the bytes of a text tell that there is no number, mail address or escape to look for in it.
    pub(super) fn is_quiet(&self, text: &[u8]) -> bool {
        let public = || {
            self.identities.hides(PersonalKind::PublicIp)
                && (Self::first_fourth(text, 0) < text.len() || Self::first_sixth(text, 0, text.len()) < text.len())
        };
        self.first_event(text, 0) == text.len() && !public()
    }

    /// Whether a number that no word announces may stand in a text: a phone, a card, an id, a hardware address.
    pub(super) fn may_hold_number(&self, text: &[u8]) -> bool {
        let mut any = FirstEvent { cold: self, text, wanted: Wanted::Numbers, before: Before::default() };
        self.gate.lanes().each(text, 0, &mut any).is_some()
    }

    /// The start of the first line from `from` on that the classes of its bytes do not tell to be cold.
    fn first_event(&self, text: &[u8], from: usize) -> usize {
        let mut first = FirstEvent { cold: self, text, wanted: Wanted::All, before: Before::default() };
        let found = self.gate.lanes().each(text, from, &mut first);
        found.map_or(text.len(), |at| line_start(text, from, at))
    }

    /// Up to where lines from `from` on hold no number, address or escape to look for. Each of them is remembered by itself: lines that hold one kind alone
    /// must not make the search for another begin again and again.
    fn quiet_end(&self, text: &[u8], from: usize, ahead: &mut Ahead) -> usize {
        if ahead.line <= from {
            ahead.line = self.first_event(text, from);
        }
        if !self.identities.hides(PersonalKind::PublicIp) {
            return ahead.line;
        }
        if ahead.fourth <= from {
            ahead.fourth = Self::first_fourth(text, from);
        }
        if ahead.sixth <= from {
            // This search sees all of its text, so it is given one line after the last find, and more as long as nothing is found.
            let most = text.len().min(from + ahead.room);
            let limit = memchr::memchr(b'\n', &text[most..]).map_or(text.len(), |at| most + at + 1);
            ahead.sixth = Self::first_sixth(text, from, limit);
            ahead.room = if ahead.sixth < limit { 0 } else { (2 * (limit - from)).min(STRETCH) };
        }
        ahead.line.min(ahead.fourth).min(ahead.sixth)
    }

    /// Whether what the classes saw at a place is what a detector looks for.
    #[inline(never)]
    fn is_event(&self, text: &[u8], at: usize, events: &Events, (block, place): (usize, u32)) -> bool {
        let stands = |blocks: &Blocks| blocks[block] >> place & 1 == 1;
        let hides = |kind: PersonalKind| self.identities.hides(kind);
        if stands(&events.special) && (text[at] != b'@' || self.identities.is_around_sign(text, at)) {
            return true;
        }
        if stands(&events.line_end) && may_end_a_lead(&text[..at]) && may_lead(&text[line_start(text, 0, at)..=at]) {
            return true;
        }
        if hides(PersonalKind::Phone)
            && ((stands(&events.american) && phones::may_be_american(text, at))
                || (stands(&events.plus) && phones::international(text, at - 1, at).is_some()))
        {
            return true;
        }
        (stands(&events.hardware) && hides(PersonalKind::Mac))
            || (stands(&events.long_address) && self.gate.hides_names() && identity::begins_private_v6(text, at))
    }

    /// Whether a number of a customer may stand in the run whose ninth byte stands here.
    #[inline(never)]
    fn is_number(&self, text: &[u8], at: usize) -> bool {
        self.identities.hides_numbers() && numbers::may_hold(text, at - 8)
    }

    /// The start of the first line from `from` on that holds a public address of four numbers.
    fn first_fourth(text: &[u8], from: usize) -> usize {
        let part = &text[from..];
        let found = memchr::memchr_iter(b'.', part).find(|at| super::gate::is_inside_address(part, *at));
        found.map_or(text.len(), |at| line_start(text, from, from + at))
    }

    /// The start of the first line from `from` on that holds a public address of the longer form, or `limit`.
    fn first_sixth(text: &[u8], from: usize, limit: usize) -> usize {
        let mut first = None;
        network::public_v6(&text[from..limit], &mut |range, _| first = Some(first.unwrap_or(range.start)));
        first.map_or(limit, |at| line_start(text, from, from + at))
    }

    /// The scan of a line, which ends in a line break, with the words that were found in it and its neighbours together; `None` where prompt content may
    /// begin in it.
    pub(super) fn scan_line(&self, text: &[u8], line: Range<usize>, ahead: &mut Ahead) -> Option<Scan> {
        let alone = &text[line.clone()];
        let mut scan = Scan::default();
        loop {
            let Some(hit) = ahead.hits.get(ahead.next).copied() else {
                if ahead.searched >= line.end {
                    break;
                }
                self.search(text, line.start, ahead);
                continue;
            };
            if hit.start >= line.end {
                break;
            }
            ahead.next += 1;
            if line.start <= hit.start && hit.end <= line.end {
                self.gate.check(alone, hit.after(line.start), self, &mut scan);
                if scan.content {
                    return None;
                }
            }
        }
        let quiet = self.quiet_end(text, line.start, ahead);
        self.gate.finish(alone, self, line.end <= quiet, &mut scan);
        Some(scan)
    }

    /// Searches the next stretch of a text for words, not before `from`.
    fn search(&self, text: &[u8], from: usize, ahead: &mut Ahead) {
        ahead.hits.clear();
        (ahead.next, ahead.from) = (0, ahead.searched.max(from));
        ahead.searched = self.gate.stretch(text, ahead.from, &mut ahead.hits);
    }

    /// The start of the first line before `limit`, which begins a line, that a word of the gate makes hot.
    fn first_word(&self, text: &[u8], from: usize, limit: usize, ahead: &mut Ahead) -> usize {
        if ahead.hot == Some(from) {
            return from;
        }
        let mut line = from..from;
        let mut scan = Scan::default();
        loop {
            let Some(hit) = ahead.hits.get(ahead.next).copied() else {
                if ahead.searched >= limit {
                    return limit;
                }
                self.search(text, from, ahead);
                continue;
            };
            if hit.start >= limit {
                return limit;
            }
            ahead.next += 1;
            if hit.start < line.start || !self.gate.may(text, hit, self, ahead) {
                continue;
            }
            if hit.start >= line.end {
                let start = line_start(text, line.end, hit.start);
                line = start..memchr::memchr(b'\n', &text[hit.start..]).map_or(text.len(), |end| hit.start + end + 1);
                scan = Scan::default();
            }
            if hit.end > line.end {
                continue;
            }
            self.gate.check(&text[line.clone()], hit.after(line.start), self, &mut scan);
            if !scan.is_cold() {
                ahead.hot = Some(line.start);
                ahead.go_back(line.start);
                return line.start;
            }
        }
    }
}

/// The start of the line that `at` stands in, not before `from`.
fn line_start(text: &[u8], from: usize, at: usize) -> usize {
    memchr::memrchr(b'\n', &text[from..at]).map_or(from, |newline| from + newline + 1)
}
