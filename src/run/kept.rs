//! What is kept of a stream of any length: its start and its end, in bounded memory.

use std::collections::VecDeque;
use std::time::Instant;

use crate::ingest::InputText;
use crate::model::Raw;

/// Bytes of the start that are kept.
const HEAD: usize = 1 << 20;
/// Bytes of the end that are kept at least, where there are that many.
const TAIL: usize = 8 << 20;
/// Bytes that are given up at once.
const BLOCK: usize = 64 << 10;

/// The start and the end of a stream.
#[derive(Debug, Default)]
pub(super) struct Kept {
    head: Vec<u8>,
    tail: VecDeque<Vec<u8>>,
    held: usize,
    skipped: u64,
    skipped_lines: u64,
    /// When the last bytes came.
    pub(super) last: Option<Instant>,
}

impl Kept {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.last = Some(Instant::now());
        let (head, rest) = bytes.split_at(bytes.len().min(HEAD - self.head.len()));
        self.head.extend_from_slice(head);
        for part in rest.chunks(BLOCK) {
            if let Some(last) = self.tail.back_mut().filter(|last| last.len() + part.len() <= BLOCK) {
                last.extend_from_slice(part);
            } else {
                let mut block = Vec::with_capacity(BLOCK);
                block.extend_from_slice(part);
                self.tail.push_back(block);
            }
            self.held += part.len();
        }
        while self.tail.front().is_some_and(|oldest| self.held - oldest.len() >= TAIL) {
            let oldest = self.tail.pop_front().unwrap_or_default();
            self.held -= oldest.len();
            self.skipped += oldest.len() as u64;
            self.skipped_lines += memchr::memchr_iter(b'\n', &oldest).count() as u64;
        }
    }

    /// All bytes that came.
    pub(super) fn total(&self) -> u64 {
        self.head.len() as u64 + self.skipped + self.held as u64
    }

    /// What was kept, as inputs: one where it is whole, start and end apart where it is not.
    pub(super) fn into_texts(self, name: &str) -> Vec<InputText> {
        let total = self.total();
        let tail: Vec<u8> = self.tail.into_iter().flatten().collect();
        let text = |label: String, bytes: Vec<u8>, skipped: u64, lines: Option<u64>| InputText {
            label: Raw::new(label),
            bytes: Raw::new(bytes),
            total_bytes: total,
            skipped_before: skipped,
            skipped_lines: lines,
        };
        if self.skipped == 0 {
            let mut whole = self.head;
            whole.extend_from_slice(&tail);
            return if whole.is_empty() { Vec::new() } else { vec![text(name.to_owned(), whole, 0, None)] };
        }
        // Neither part ends or begins inside a line, so that no half of a secret is read without its other half.
        let end = memchr::memrchr(b'\n', &self.head).map_or(0, |at| at + 1);
        let begin = memchr::memchr(b'\n', &tail).map_or(0, |at| at + 1);
        let lines = memchr::memchr_iter(b'\n', &self.head).count() as u64 + self.skipped_lines + u64::from(begin > 0);
        let before = self.head.len() as u64 + self.skipped + begin as u64;
        let mut head = self.head;
        head.truncate(end);
        let mut texts = vec![text(format!("{name}, its end"), tail[begin..].to_vec(), before, Some(lines))];
        if !head.is_empty() {
            texts.insert(0, text(format!("{name}, its start"), head, 0, None));
        }
        texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_kept_whole() {
        let mut kept = Kept::default();
        kept.add(b"one\n");
        kept.add(b"two");
        let texts = kept.into_texts("out");
        assert_eq!(texts.len(), 1);
        assert_eq!(texts[0].bytes.expose(), b"one\ntwo");
        assert_eq!((texts[0].total_bytes, texts[0].skipped_before), (7, 0));
        assert!(Kept::default().into_texts("out").is_empty());
    }

    #[test]
    fn of_much_the_start_and_the_end_are_kept_with_their_lines() {
        let mut kept = Kept::default();
        let lines = (HEAD + 4 * TAIL) / 10;
        for number in 0..lines {
            kept.add(format!("{number:09}\n").as_bytes());
        }
        assert_eq!(kept.total(), lines as u64 * 10);
        let held: usize = kept.head.len() + kept.tail.iter().map(Vec::capacity).sum::<usize>();
        assert!(held <= HEAD + TAIL + 2 * BLOCK, "{held}");
        let texts = kept.into_texts("out");
        assert_eq!(texts.len(), 2);
        assert!(texts[0].bytes.expose().starts_with(b"000000000\n") && texts[0].bytes.expose().ends_with(b"\n"));
        let end = texts[1].bytes.expose();
        assert!(end.ends_with(format!("{:09}\n", lines - 1).as_bytes()));
        let first: u64 = std::str::from_utf8(&end[..9]).unwrap().parse().unwrap();
        assert_eq!((texts[1].skipped_lines, texts[1].skipped_before), (Some(first), first * 10));
    }

    #[test]
    fn a_line_without_end_is_kept_within_bounds() {
        let mut kept = Kept::default();
        for _ in 0..(3 * TAIL / BLOCK) {
            kept.add(&vec![b'x'; BLOCK]);
        }
        let texts = kept.into_texts("out");
        assert_eq!(texts.len(), 1);
        assert!(texts[0].bytes.expose().len() <= TAIL + BLOCK);
    }
}
