//! Which two bytes a broken-off value may end in: a cheap reason not to look for one at the end of every line.

/// The pairs of bytes that stand side by side in values, from a given length of them on.
#[derive(Debug, Default)]
pub(super) struct Tails {
    /// One bit for each pair; empty where there is no value.
    pairs: Vec<u64>,
}

impl Tails {
    /// Of values that are recognised by their first `head` bytes, two or more.
    pub(super) fn new<'a>(values: impl Iterator<Item = &'a [u8]>, head: usize) -> Self {
        let mut pairs = Vec::new();
        for value in values {
            for pair in value.windows(2).skip(head.saturating_sub(2)) {
                pairs.resize(1 << 10, 0u64);
                let (word, bit) = place(pair);
                pairs[word] |= bit;
            }
        }
        Self { pairs }
    }

    /// Whether a text may end in the beginning of a value.
    pub(super) fn may_end(&self, text: &[u8]) -> bool {
        let Some(pair) = text.last_chunk::<2>() else { return false };
        let (word, bit) = place(pair);
        self.pairs.get(word).is_some_and(|bits| bits & bit != 0)
    }
}

/// The word and the bit of a pair.
fn place(pair: &[u8]) -> (usize, u64) {
    let number = pair.iter().fold(0usize, |number, byte| number << 8 | usize::from(*byte));
    (number >> 6, 1 << (number & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_beginning_may_end_a_text() {
        let values = ["gw-71fe0c2a9b", "abcdef"];
        let tails = Tails::new(values.iter().map(|value| value.as_bytes()), 6);
        for value in values {
            for length in 6..=value.len() {
                assert!(tails.may_end(format!("said {}", &value[..length]).as_bytes()), "{value} {length}");
            }
        }
        for other in ["", "a", "ab", "said no", "{\"a\":1}"] {
            assert!(!tails.may_end(other.as_bytes()), "{other}");
        }
        assert!(!Tails::default().may_end(b"abcdef"));
    }
}
