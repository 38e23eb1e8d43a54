//! Pieces of words that stand often in logs: a fingerprint of the gate within one of them would call for a look again and again.

use super::gate_word::Place;

/// The words. A blank parts them, as one stands before and behind most of them in a log.
const WORDS: &[u8] = include_bytes!("rules/log-words.txt");

/// How many times as often as its letters say a piece of these words is expected.
pub(super) const WEIGHT: u64 = 200;

/// Bits of the hash of a piece.
const BITS: u32 = 18;
const FILTER: usize = 1 << (BITS - 6);

/// The pieces of three and of four letters, made when the program is compiled.
static PIECES: [u64; FILTER] = {
    let mut filter = [0; FILTER];
    let mut at = 0;
    while at + 4 <= WORDS.len() {
        let mut length = 3;
        while length <= 4 {
            let mut piece = [0; 4];
            let mut place = 0;
            while place < length {
                piece[place] = plain(WORDS[at + place]);
                place += 1;
            }
            let (word, bit) = key(piece);
            filter[word] |= 1 << bit;
            length += 1;
        }
        at += 1;
    }
    filter
};

/// A letter in small, or a blank.
const fn plain(byte: u8) -> u8 {
    if byte == b'\n' { b' ' } else { byte.to_ascii_lowercase() }
}

const fn key(piece: [u8; 4]) -> (usize, u32) {
    let hash = u32::from_le_bytes(piece).wrapping_mul(0x9e37_79b1) >> (32 - BITS);
    ((hash >> 6) as usize, hash & 63)
}

/// Whether bytes of four places may stand in one of the words. Of a fourth place with many bytes none is told.
pub(super) fn may_stand_in_logs(four: [&Place; 4]) -> bool {
    let any = matches!(four[3], Place::Any);
    let single = four.map(single);
    // Most words have one letter at each place.
    if let ([Some(first), Some(second), Some(third), fourth], true) = (single, any || single[3].is_some()) {
        return is_piece([first, second, third, fourth.unwrap_or(0)]);
    }
    let [first, second, third, fourth] = four.map(small);
    let ends: &[u8] = if fourth.is_empty() || fourth.len() > MOST { &[0] } else { &fourth };
    let every = first.iter().flat_map(|one| second.iter().map(move |two| (*one, *two)));
    let mut every = every.flat_map(|(one, two)| third.iter().map(move |three| [one, two, *three]));
    every.any(|[one, two, three]| ends.iter().any(|end| is_piece([one, two, three, *end])))
}

fn is_piece(piece: [u8; 4]) -> bool {
    let (word, bit) = key(piece);
    PIECES[word] >> bit & 1 == 1
}

/// The only byte of a place, or its only letter in both cases.
fn single(place: &Place) -> Option<u8> {
    match place {
        Place::One(byte) | Place::Letter(byte) => Some(plain(*byte)),
        _ => None,
    }
}

/// Most bytes of a fourth place that are told.
const MOST: usize = 16;

/// The bytes of a place, letters in small, each once.
fn small(place: &Place) -> Vec<u8> {
    let mut all = Vec::new();
    place.each(|byte| {
        if byte == plain(byte) || !place.has(plain(byte)) {
            all.push(plain(byte));
        }
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::gate_word::Word;

    #[test]
    fn pieces_of_common_words_are_known() {
        for (piece, known) in
            [("ques", true), ("que", true), ("QUES", true), (" tok", true), ("qjz#", false), ("xoxb", false)]
        {
            assert_eq!(may_stand_in_logs(Word::new(piece.as_bytes()).four(0)), known, "{piece}");
        }
    }
}
