//! Lines that are alike but for their numbers: a log of the same failure a million times is read where it begins and where it ends,
//! and counted between.

use std::collections::{HashMap, VecDeque};

use super::draft::Weight;
use super::event::Event;

/// How often lines of one shape are read before the shape is known: those that told of a failure, and those that told nothing.
const FAILED: u32 = 64;
const QUIET: u32 = 256;
/// Shapes that are held at most; in a text of more, the later ones are read line by line.
const SHAPES: usize = 8192;
/// The latest lines of known shapes, which are read after all when something else or the end comes.
const HELD: usize = 320;
/// Longest line that has a shape; rows that are longer are few.
const LONGEST: usize = 2048;

/// What lines of a shape told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    Failure(Weight),
    /// More, or not always the same: such lines are read.
    Other,
}

/// The shapes of the lines that were read, and the lines that wait.
#[derive(Default)]
pub(super) struct Alike {
    shapes: HashMap<u64, (u32, Option<Told>)>,
    held: VecDeque<(usize, Weight)>,
}

/// What is to be done with a line.
pub(super) enum Line {
    /// It is to be read, and what it tells to be noted under this shape.
    Read(Option<u64>),
    /// It tells nothing, as all lines of its shape.
    Quiet,
    /// It waits; where so many do, the first of them is let go, which tells of a failure of this weight.
    Held(Option<(usize, Weight)>),
}

impl Alike {
    /// What is to be done with a line, by what the lines of its shape told.
    pub(super) fn look(&mut self, at: usize, line: &str) -> Line {
        let Some(shape) = shape(line) else { return Line::Read(None) };
        match self.shapes.get(&shape) {
            Some((QUIET.., Some(Told::Nothing))) => Line::Quiet,
            Some((FAILED.., Some(Told::Failure(weight)))) => {
                self.held.push_back((at, *weight));
                let gone = if self.held.len() > HELD { self.held.pop_front() } else { None };
                Line::Held(gone)
            }
            _ => Line::Read(Some(shape)),
        }
    }

    /// Notes what a line told: the events that it gave, and whether they are of this one line.
    pub(super) fn note(&mut self, shape: u64, events: &[Event], one_line: bool) {
        let told = match events {
            [] if one_line => Told::Nothing,
            [Event::Failed(draft)] if one_line && draft.first == draft.last => Told::Failure(draft.weight),
            _ => Told::Other,
        };
        let room = self.shapes.len() < SHAPES;
        if let Some((count, known)) = self.shapes.get_mut(&shape) {
            *count = count.saturating_add(1);
            *known = Some(if *known == Some(told) { told } else { Told::Other });
        } else if room {
            self.shapes.insert(shape, (1, Some(told)));
        }
    }

    /// The lines that wait, in order.
    pub(super) fn release(&mut self) -> VecDeque<(usize, Weight)> {
        std::mem::take(&mut self.held)
    }
}

/// A hash of a line in which every word with a digit is the same, but for numbers that can be a status of an error.
fn shape(line: &str) -> Option<u64> {
    const PRIME: u64 = 0x0100_0000_01b3;
    let bytes = line.as_bytes();
    if bytes.len() > LONGEST {
        return None;
    }
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut mix = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if !byte.is_ascii_alphanumeric() {
            mix(byte);
            at += 1;
            continue;
        }
        let start = at;
        let mut digit = false;
        while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
            digit |= bytes[at].is_ascii_digit();
            at += 1;
        }
        let word = &bytes[start..at];
        let status = matches!(word, [b'4' | b'5', b'0'..=b'9', b'0'..=b'9']);
        if digit && !status {
            mix(b'0');
        } else {
            for byte in word {
                mix(*byte);
            }
        }
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::super::formats::read;
    use super::shape;

    #[test]
    fn numbers_and_ids_do_not_count_and_statuses_do() {
        assert_eq!(shape("job 17 failed after 3 ms (a7f)"), shape("job 2 failed after 950 ms (99b1)"));
        assert_ne!(shape("failed with 429"), shape("failed with 529"));
        assert_ne!(shape("job 1 failed"), shape("job 1 ended"));
        assert_eq!(shape(&"x".repeat(5000)), None);
    }

    #[test]
    fn a_log_of_one_failure_is_counted_and_its_last_line_is_the_last_failure() {
        let row = |n: usize| format!("WARN job {n} failed: connection timeout after {} ms\n", n + 600);
        let rows: String = (0..9000).map(row).collect();
        let found = read(&rows);
        assert_eq!(found.records[0].failures, 9000);
        assert_eq!(found.failures.last().unwrap().source.deciding_line, 9000);
        // Lines that say the very same are one failure where they are read, and none where they are counted: the first ones and
        // the last ones stand too far apart to be joined.
        let same = "2026-11-22 18:46:03 ERROR job failed: connection timeout\n".repeat(5000);
        assert_eq!(read(&same).records[0].failures, 2);
        // What stands among them is read, wherever it stands.
        let odd = "API Error: 529 Overloaded\n";
        let mixed = format!("{}{odd}{}", (0..4000).map(row).collect::<String>(), (0..100).map(row).collect::<String>());
        let found = read(&mixed);
        let statuses = found.failures.iter().filter(|failure| failure.http_status.is_captured());
        assert_eq!(statuses.map(|failure| failure.source.deciding_line).collect::<Vec<_>>(), [4001]);
    }
}
