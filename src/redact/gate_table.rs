//! The table behind the gate: which of many words stand in a text, letter case left out of account, in one pass.

/// Bits of the hash.
const BITS: u32 = 16;

/// Words, found by three of their bytes.
#[derive(Debug)]
pub(super) struct Table {
    words: Vec<Vec<u8>>,
    bits: Vec<u64>,
    /// Where the entries of each hash begin in `entries`.
    first: Vec<u32>,
    /// Index of a word, and where in it the three bytes stand.
    entries: Vec<(u32, u8)>,
}

/// How common a byte is in logs and JSON, from 0 to 9; rare bytes make good fingerprints.
fn weight(byte: u8) -> u32 {
    match byte.to_ascii_lowercase() {
        b' ' | b'e' | b't' | b'0' | b'1' => 9,
        b'a' | b'o' | b'i' | b'n' | b's' | b'r' | b'"' | b'2' => 8,
        b'l' | b'd' | b'c' | b'm' | b'u' | b'p' | b':' | b'-' | b',' => 7,
        b'3'..=b'9' | b'.' | b'h' | b'g' | b'_' | b'/' | b'=' => 6,
        b'f' | b'b' | b'y' | b'w' | b'k' | b'v' => 4,
        b'x' | b'q' | b'z' | b'j' => 2,
        _ => 3,
    }
}

const fn fold(three: u32) -> u32 {
    (three | 0x0020_2020) & 0x00ff_ffff
}

const fn hash(folded: u32) -> usize {
    (folded.wrapping_mul(0x9e37_79b1) >> (32 - BITS)) as usize
}

fn three(bytes: &[u8]) -> u32 {
    u32::from(bytes[0]) | u32::from(bytes[1]) << 8 | u32::from(bytes[2]) << 16
}

impl Table {
    /// Builds the table. Words have two bytes or more.
    pub(super) fn new(words: Vec<Vec<u8>>) -> Self {
        let mut pairs: Vec<(usize, u32, u8)> = Vec::with_capacity(words.len() * 2);
        for (index, word) in words.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            match word.len() {
                0 | 1 => {}
                2 => {
                    // The third byte may be any.
                    for last in 0..=255u8 {
                        let key = hash(fold(three(&[word[0], word[1], last])));
                        pairs.push((key, index, 0));
                    }
                }
                length => {
                    let score = |at: &usize| word[*at..*at + 3].iter().map(|b| weight(*b)).product::<u32>();
                    let at = (0..=(length - 3).min(200)).min_by_key(score).unwrap_or(0);
                    pairs.push((hash(fold(three(&word[at..]))), index, u8::try_from(at).unwrap_or(0)));
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut bits = vec![0u64; 1 << (BITS - 6)];
        let mut first = vec![0u32; (1 << BITS) + 1];
        for (key, _, _) in &pairs {
            bits[key / 64] |= 1 << (key % 64);
            first[key + 1] += 1;
        }
        for key in 0..1usize << BITS {
            first[key + 1] += first[key];
        }
        Self { words, bits, first, entries: pairs.into_iter().map(|(_, index, at)| (index, at)).collect() }
    }

    /// A word.
    pub(super) fn word(&self, index: usize) -> &[u8] {
        &self.words[index]
    }

    /// Gives `hit` every word that stands in the text, with its place and its length.
    pub(super) fn each(&self, text: &[u8], hit: &mut impl FnMut(usize, usize, usize)) {
        let mut at = 0;
        // Four bytes are loaded at once, of which three count.
        while let Some(chunk) = text.get(at..at + 11) {
            let mut found = 0u32;
            for lane in 0..8 {
                let bytes = u32::from_le_bytes([chunk[lane], chunk[lane + 1], chunk[lane + 2], chunk[lane + 3]]);
                let key = hash(fold(bytes));
                found |= u32::from(self.bits[key / 64] >> (key % 64) & 1 == 1) << lane;
            }
            while found != 0 {
                let lane = found.trailing_zeros() as usize;
                found &= found - 1;
                self.at(text, at + lane, fold(three(&chunk[lane..])), hit);
            }
            at += 8;
        }
        let mut tail = [0u8; 16];
        let rest = &text[at..];
        tail[..rest.len()].copy_from_slice(rest);
        for lane in 0..rest.len() {
            let folded = fold(three(&tail[lane..]));
            let key = hash(folded);
            if self.bits[key / 64] >> (key % 64) & 1 == 1 {
                self.at(text, at + lane, folded, hit);
            }
        }
    }

    fn at(&self, text: &[u8], place: usize, folded: u32, hit: &mut impl FnMut(usize, usize, usize)) {
        let key = hash(folded);
        let range = self.first[key] as usize..self.first[key + 1] as usize;
        for (index, offset) in &self.entries[range] {
            let word = &self.words[*index as usize];
            let Some(start) = place.checked_sub(usize::from(*offset)) else { continue };
            if text.get(start..start + word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word)) {
                hit(*index as usize, start, word.len());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_at_every_place() {
        let words: Vec<Vec<u8>> = ["ab", "sk-ant-", "Token", "\u{2771}", "://", "@x", "aaaaaaaa"]
            .iter()
            .map(|w| w.as_bytes().to_vec())
            .collect();
        let table = Table::new(words.clone());
        for (index, word) in words.iter().enumerate() {
            for before in 0..40 {
                for after in 0..14 {
                    let text = [vec![b'.'; before], word.to_ascii_uppercase(), vec![b'.'; after]].concat();
                    let mut seen = false;
                    table.each(&text, &mut |found, at, length| {
                        seen |= found == index && at == before && length == word.len();
                    });
                    assert!(seen, "{word:?} {before} {after}");
                }
            }
        }
        table.each(b"nothing of the sort stands here", &mut |_, _, _| panic!("nothing stands here"));
    }
}
