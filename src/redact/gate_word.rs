//! A word of the gate: a row of sets of bytes, which are its letters, in the cases that matter, and what must follow them; and where in it the four
//! neighbouring places stand that are rarest in logs.

use super::gate_common;
use super::gate_lead::{ANY, Set, bytes, folded, insert, size};

/// Most rows that one fingerprint may take in the table.
const MOST_ROWS: usize = 64;
/// A word that is searched for.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) sets: Vec<Set>,
    pub(super) length: usize,
}

impl Word {
    /// A word, letter case left out of account. It has two bytes or more, or is never found.
    pub(super) fn new(word: &[u8]) -> Self {
        Self { sets: word.iter().map(|byte| folded(*byte)).collect(), length: word.len() }
    }

    /// A word as it stands.
    pub(super) fn exact(word: &[u8]) -> Self {
        let one = |byte: &u8| {
            let mut set = [0; 4];
            insert(&mut set, *byte);
            set
        };
        Self { sets: word.iter().map(one).collect(), length: word.len() }
    }

    /// A row of sets of bytes.
    pub(super) fn of(sets: Vec<Set>) -> Self {
        Self { length: sets.len(), sets }
    }

    /// The word, where bytes of these sets stand from its start on, beyond its end too.
    pub(super) fn within(mut self, lead: &[Set]) -> Self {
        for (set, lead) in self.sets.iter_mut().zip(lead) {
            set.iter_mut().zip(lead).for_each(|(own, lead)| *own &= lead);
        }
        self.sets.extend_from_slice(lead.get(self.length..).unwrap_or_default());
        self
    }

    /// The word, where one of these bytes follows.
    pub(super) fn before(mut self, next: &[u8]) -> Self {
        let mut set = [0; 4];
        for byte in next {
            insert(&mut set, *byte);
        }
        self.sets.push(set);
        self
    }

    /// Where in the word its fingerprint stands.
    pub(super) fn fingerprint(&self) -> usize {
        let often = |set: &Set| bytes(set).map(|byte| u64::from(weight(byte))).sum::<u64>();
        // It begins in the word: places far beyond its end make no difference.
        let near = self.sets.iter().take(self.length + 3);
        let costs: Vec<(usize, u64)> = near.map(|set| (size(set), often(set))).collect();
        let cost = |at: usize| {
            let four = costs.iter().skip(at).chain(std::iter::repeat(&(256, 1000))).take(4);
            let rows: usize = four.clone().take(3).map(|(size, _)| size).product();
            (rows > MOST_ROWS, four.map(|(_, often)| often).product::<u64>())
        };
        let last = self.sets.len().saturating_sub(3).min(self.length - 1).min(200);
        let mut best = (cost(0), 0);
        for at in 0..=last {
            let (wide, mut often) = cost(at);
            // To ask whether it is common takes time, so that only what would be the best is asked.
            let better = |often: u64| at == 0 || (wide, often) < best.0;
            if !better(often) {
                continue;
            }
            if gate_common::may_stand_in_logs(&self.four(at)) {
                often *= gate_common::WEIGHT;
            }
            if better(often) {
                best = ((wide, often), at);
            }
        }
        best.1
    }

    /// The sets of four places; what is beyond the last may be any byte.
    pub(super) fn four(&self, at: usize) -> [Set; 4] {
        std::array::from_fn(|place| self.sets.get(at + place).copied().unwrap_or(ANY))
    }
}

/// How many of 1,000 bytes of logs and JSON are this one, roughly; rare bytes make good fingerprints.
fn weight(byte: u8) -> u32 {
    match byte {
        b' ' | b'e' | b't' | b'0' | b'1' | b'2' => 60,
        b'a' | b'o' | b'i' | b'n' | b's' | b'r' | b'"' => 40,
        b'l' | b'd' | b'c' | b'm' | b'u' | b'p' | b':' | b'-' | b',' => 25,
        b'3'..=b'9' | b'.' | b'h' | b'g' | b'_' | b'/' | b'=' => 15,
        b'f' | b'b' | b'y' | b'w' | b'k' | b'v' => 8,
        b'A'..=b'Z' => 4,
        b'x' | b'q' | b'z' | b'j' => 2,
        byte if byte.is_ascii_graphic() => 2,
        _ => 1,
    }
}
