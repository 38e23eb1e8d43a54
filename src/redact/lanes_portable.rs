//! The portable form of the lanes, for machines without wide instructions.

use super::lanes::{BEYOND, Classes, ROWS, WIDTH, bit, row};

/// The classes of which every place is told: as many as a number has bytes.
const CLASSES: usize = 8;

/// The bits of these classes for one byte, in the order of the fields of [`Classes`].
const fn class_of(byte: u8) -> u8 {
    let mut bits = 0;
    if byte == b'\n' {
        bits |= 1;
    }
    if byte.is_ascii_digit() {
        bits |= 1 << 1;
    }
    if byte.is_ascii_uppercase() || byte == b'x' {
        bits |= 1 << 2;
    }
    if matches!(byte, b' ' | b'-' | b'.' | b'/' | b'+') {
        bits |= 1 << 3;
    }
    if byte == b':' {
        bits |= 1 << 4;
    }
    if byte == b'-' {
        bits |= 1 << 5;
    }
    if byte == b'+' {
        bits |= 1 << 6;
    }
    if matches!(byte, 0x1b | b'^' | b'@') {
        bits |= 1 << 7;
    }
    bits
}

/// For each byte, a bit in the byte of each class that it belongs to.
static CLASS: [u64; 256] = {
    let mut table = [0; 256];
    let mut byte = 0u8;
    loop {
        let mut class = 0;
        while class < CLASSES {
            table[byte as usize] |= (class_of(byte) as u64 >> class & 1) << (class * 8);
            class += 1;
        }
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    table
};

/// The classes of 64 bytes: for eight bytes at a time, one byte for each class, which is then put where it belongs.
pub(super) fn classes(block: &[u8; WIDTH]) -> Classes {
    let mut parts = [0u64; CLASSES];
    for (part, eight) in parts.iter_mut().zip(block.chunks_exact(8)) {
        for (place, byte) in eight.iter().enumerate() {
            *part |= CLASS[usize::from(*byte)] << place;
        }
    }
    let masks = turned(parts);
    let [newline, digit, upper, mark, colon, dash, plus, special] = masks;
    let mut classes = Classes { newline, digit, upper, mark, colon, dash, plus, special, f: 0, tail: 0 };
    // Few places of these two matter, and each is asked for by itself.
    classes.f = told(block, classes.wants_f(), |byte| matches!(byte, b'f' | b'F'));
    classes.tail = told(block, classes.wants_tail(), |byte| matches!(byte, b'\\' | b' ' | b'\t' | b'\r'));
    classes
}

/// Eight rows of eight bytes as eight columns.
const fn turned(mut rows: [u64; 8]) -> [u64; 8] {
    let steps = [(4, 0x0000_0000_ffff_ffff), (2, 0x0000_ffff_0000_ffff), (1, 0x00ff_00ff_00ff_00ff)];
    let mut step = 0;
    while step < steps.len() {
        let (apart, low) = steps[step];
        let mut row = 0;
        while row < rows.len() {
            if row & apart == 0 {
                let other = (rows[row] >> (8 * apart) ^ rows[row + apart]) & low;
                rows[row + apart] ^= other;
                rows[row] ^= other << (8 * apart);
            }
            row += 1;
        }
        step += 1;
    }
    rows
}

/// At which of the wanted places a byte is of a kind.
fn told(block: &[u8; WIDTH], mut wanted: u64, is: impl Fn(u8) -> bool) -> u64 {
    let mut places = 0;
    while wanted != 0 {
        let place = wanted.trailing_zeros();
        places |= u64::from(is(block[place as usize])) << place;
        wanted &= wanted - 1;
    }
    places
}

/// Where a fingerprint begins.
pub(super) fn fingerprints(block: &[u8; WIDTH + BEYOND], table: &[u32; ROWS]) -> u64 {
    let mut found = 0;
    // By eights, so that the inner loop is unrolled and its shifts are fixed ones.
    for from in (0..WIDTH).step_by(8) {
        // Two loads hold all that begins in eight places.
        let halves = [from, from + 4].map(|at| block[at..].first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight)));
        let mut part = 0;
        for place in 0..8 {
            #[allow(clippy::cast_possible_truncation, reason = "the low four bytes are meant")]
            let four = (halves[place / 4] >> (place % 4 * 8)) as u32;
            part |= (table[row(four)] >> bit(four) & 1) << place;
        }
        found |= u64::from(part) << from;
    }
    found
}
