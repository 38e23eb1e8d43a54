//! How often pieces of words stand in logs: a fingerprint of the gate that is one of a common word would call for a look again and again.

use super::word::Place;

/// The words. Each line begins with how often they stand in a million bytes of logs and JSON, as a power of two.
const WORDS: &[u8] = include_bytes!("../rules/log-words.txt");

/// How often a place is asked about: in this many bytes.
const SCALE: u64 = 1_000_000_000_000 / 1_000_000;
/// Bits of the hash of a piece.
const BITS: u32 = 17;

/// How often the pieces of all words stand in logs, as powers of two that are counted from 1; made when the program is compiled.
static PIECES: [u8; 1 << BITS] = {
    let mut table = [0; 1 << BITS];
    let mut at = 0;
    while at < WORDS.len() {
        let mut often = 1;
        while WORDS[at].is_ascii_digit() {
            often = (often - 1) * 10 + (WORDS[at] - b'0') + 1;
            at += 1;
        }
        while WORDS[at] != b'\n' {
            let mut piece = [0; 4];
            let mut length = 0;
            while length < 4 && at + length < WORDS.len() {
                piece[length] = plain(WORDS[at + length]);
                length += 1;
                let place = key(piece);
                if length > 1 && table[place] < often {
                    table[place] = often;
                }
                if WORDS[at + length - 1] == b'\n' {
                    break;
                }
            }
            at += 1;
        }
        at += 1;
    }
    table
};

/// A letter in small; what parts words as a blank.
const fn plain(byte: u8) -> u8 {
    match byte {
        b'\n' => b' ',
        byte => byte.to_ascii_lowercase(),
    }
}

const fn key(piece: [u8; 4]) -> usize {
    (u32::from_le_bytes(piece).wrapping_mul(0x9e37_79b1) >> (32 - BITS)) as usize
}

/// How often bytes of four places stand in as many bytes of logs as four letters can be rows, at least. Of a fourth place with many bytes none is told.
pub(super) fn often(four: [&Place; 4]) -> u64 {
    let any = matches!(four[3], Place::Any);
    let single = four.map(single);
    // Most words have one letter at each place.
    let power = if let ([Some(first), Some(second), Some(third), fourth], true) = (single, any || single[3].is_some()) {
        power([first, second, third, fourth.unwrap_or(0)])
    } else {
        let [first, second, third, fourth] = four.map(small);
        let ends: &[u8] = if fourth.is_empty() || fourth.len() > MANY { &[0] } else { &fourth };
        let every = first.iter().flat_map(|one| second.iter().map(move |two| (*one, *two)));
        let every = every.flat_map(|(one, two)| third.iter().map(move |three| [one, two, *three]));
        every
            .flat_map(|[one, two, three]| ends.iter().map(move |end| power([one, two, three, *end])))
            .max()
            .unwrap_or(0)
    };
    if power == 0 { 0 } else { SCALE << (power - 1) }
}

/// How often bytes stand in one of the words, or at the end of one and the start of another: any word may follow any.
fn power(piece: [u8; 4]) -> u8 {
    let of = |piece: [u8; 4]| PIECES[key(piece)];
    let across = match piece {
        [first, b' ', third, fourth] => of([first, b' ', 0, 0]).min(of([b' ', third, fourth, 0])),
        [first, second, b' ', fourth] => of([first, second, b' ', 0]).min(of([b' ', fourth, 0, 0])),
        _ => 0,
    };
    let parted = piece.map(|byte| if QUOTES.contains(&byte) { b' ' } else { byte });
    let beside = if parted == piece { 0 } else { of(parted).saturating_sub(QUOTED) };
    of(piece).max(across.saturating_sub(ACROSS)).max(beside)
}

/// What a word of JSON stands beside, also in JSON within JSON, and a word in a message.
const QUOTES: &[u8] = b"\"\\'";

/// By so many powers of two a word beside one of them is rarer than beside a blank.
const QUOTED: u8 = 3;

/// By so many powers of two the end of one word and the start of another are rarer together than the rarer of them.
const ACROSS: u8 = 3;

/// The only byte of a place, or its only letter in both cases.
fn single(place: &Place) -> Option<u8> {
    match place {
        Place::One(byte) | Place::Letter(byte) => Some(plain(*byte)),
        _ => None,
    }
}

/// Most bytes of a fourth place that are told.
const MANY: usize = 16;

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
    use super::super::word::Word;
    use super::*;

    #[test]
    fn pieces_of_common_words_are_known() {
        let often = |piece: &str| often(Word::new(piece.as_bytes()).four(0));
        assert_eq!(often("requ"), often("REQU"));
        for (common, rarer) in [("requ", "down"), ("tok", "tomo"), ("p ow", "qjz#")] {
            assert!(often(common) > often(rarer), "{common} {rarer}");
        }
        assert_eq!([often("d #x"), often("xoxb")], [0, 0]);
    }
}
