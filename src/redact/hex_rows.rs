//! Dumps in hexadecimal rows, as `curl --trace`, `xxd`, `hexdump -C`, Netty, Java and tcpdump show what went over a connection: the bytes are read,
//! so that what they say can be looked at, and what goes takes the letters beside its rows along.

use std::ops::Range;

/// Most bytes of one row.
const MOST_BYTES: usize = 16;
/// Longest line that is read as a row.
const LONGEST_ROW: usize = 160;
/// So many blanks stand only behind the last byte of a row.
const GAP: usize = 4;
/// Fewest rows of a dump: fewer hold hardly more than a word.
const FEWEST_ROWS: usize = 2;

/// What the first row of a dump begins with, behind blanks.
pub(super) const WORDS: [&[u8]; 4] = [b"0000: ", b"00000000  ", b"|00000000| ", b"0x0000:  "];

/// One row: where its bytes begin in memory, and where their digits stand in the line.
struct Row {
    offset: usize,
    digits: Vec<usize>,
}

/// The bytes of the dumps of a text.
pub(super) struct Dump {
    pub(super) bytes: Vec<u8>,
    /// Where the digits of each byte stand.
    places: Vec<usize>,
}

impl Dump {
    /// The place in the text of a range of the bytes, up to the end of its last row.
    pub(super) fn original(&self, text: &[u8], range: Range<usize>) -> Range<usize> {
        let last = range.end.max(range.start + 1) - 1;
        let (Some(start), Some(end)) = (self.places.get(range.start), self.places.get(last)) else { return 0..0 };
        let near = &text[*end..text.len().min(end + LONGEST_ROW)];
        let line = memchr::memchr(b'\n', near).unwrap_or(near.len());
        *start..end + near[..line].trim_ascii_end().len()
    }
}

/// The row that a line is.
fn row_of(line: &[u8]) -> Option<Row> {
    if line.len() > LONGEST_ROW {
        return None;
    }
    let blank = |at: usize| line[at..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let mut at = blank(0);
    let barred = line.get(at) == Some(&b'|');
    at += usize::from(barred);
    at += if line[at..].starts_with(b"0x") { 2 } else { 0 };
    let length = line[at..].iter().take(9).take_while(|b| b.is_ascii_hexdigit()).count();
    let offset = std::str::from_utf8(&line[at..at + length]).ok().filter(|_| (4..=8).contains(&length))?;
    let offset = usize::from_str_radix(offset, 16).ok()?;
    at += length;
    at += match line.get(at..)? {
        [b':', b' ' | b'\t', ..] => 1,
        [b'|', b' ', ..] if barred => 1,
        [b' ', b'-', b' ', ..] => 2,
        [b' ', b' ', ..] => 0,
        _ => return None,
    };
    let mut digits = Vec::new();
    let pair = |at: usize| line.get(at..at + 2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit));
    while digits.len() < MOST_BYTES {
        let gap = blank(at);
        // OpenSSL writes a dash in the middle.
        let gap = if gap == 0 && line.get(at) == Some(&b'-') { 1 } else { gap };
        // Only between the bytes of a group no blank stands.
        if !digits.is_empty() && gap >= GAP || !pair(at + gap) {
            break;
        }
        digits.push(at + gap);
        at += gap + 2;
    }
    let ends = line.get(at).is_none_or(|b| b" \t|\r".contains(b));
    (ends && !digits.is_empty()).then_some(Row { offset, digits })
}

/// Whether a dump begins on the line around a word of the first row.
pub(super) fn may_begin(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(LONGEST_ROW);
    let start = memchr::memrchr(b'\n', &text[from..at]).map_or(from, |newline| from + newline + 1);
    let near = &text[start..text.len().min(start + LONGEST_ROW + 1)];
    let line = &near[..memchr::memchr(b'\n', near).unwrap_or(near.len())];
    row_of(line).is_some_and(|row| row.offset == 0)
}

/// Whether a line may be one of the rows that follow the first.
pub(super) fn is_row(line: &[u8]) -> bool {
    row_of(line.strip_suffix(b"\n").unwrap_or(line)).is_some()
}

/// Whether the last line of a text is the first row of a dump, which others may follow.
pub(super) fn opens(text: &[u8]) -> bool {
    let body = text.strip_suffix(b"\n").unwrap_or(text);
    let near = &body[body.len().saturating_sub(LONGEST_ROW + 1)..];
    let line = memchr::memrchr(b'\n', near).map_or(near, |newline| &near[newline + 1..]);
    row_of(line).is_some_and(|row| row.offset == 0 && row.digits.len() == MOST_BYTES)
}

/// The bytes of all dumps of a text, a line break between them; `None` where it has none.
pub(super) fn read(text: &[u8]) -> Option<Dump> {
    WORDS.iter().find(|word| memchr::memmem::find(text, word).is_some())?;
    let mut dump = Dump { bytes: Vec::new(), places: Vec::new() };
    let (mut start, mut expected, mut rows, mut from) = (0, 0, 0, 0);
    while start <= text.len() {
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |newline| start + newline);
        let row = row_of(&text[start..end]).filter(|row| row.offset == 0 || row.offset == expected && rows > 0);
        if row.as_ref().is_none_or(|row| row.offset == 0) {
            close(&mut dump, rows, from, start);
            (rows, from) = (0, dump.bytes.len());
        }
        if let Some(row) = row {
            expected = row.offset + row.digits.len();
            rows += 1;
            for at in row.digits {
                let byte = std::str::from_utf8(&text[start + at..start + at + 2]).unwrap_or_default();
                dump.bytes.push(u8::from_str_radix(byte, 16).unwrap_or(b'?'));
                dump.places.push(start + at);
            }
        }
        start = end + 1;
    }
    close(&mut dump, rows, from, text.len());
    (!dump.bytes.is_empty()).then_some(dump)
}

/// Ends a dump, which is forgotten where it is too short.
fn close(dump: &mut Dump, rows: usize, from: usize, place: usize) {
    if rows < FEWEST_ROWS {
        dump.bytes.truncate(from);
        dump.places.truncate(from);
    } else {
        dump.bytes.push(b'\n');
        dump.places.push(place.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_all_tools_are_read() {
        for text in [
            "0000: 50 4f 53 54 20 2f 76 31 2f 6d 65 73 73 61 67 65 POST /v1/message\n0010: 73 20                                           s \n",
            "00000000: 504f 5354 202f 7631 2f6d 6573 7361 6765  POST /v1/message\n00000010: 7320                                     s \n",
            "00000000  50 4f 53 54 20 2f 76 31  2f 6d 65 73 73 61 67 65  |POST /v1/message|\n00000010  73 20                                             |s |\n",
            "|00000000| 50 4f 53 54 20 2f 76 31 2f 6d 65 73 73 61 67 65 |POST /v1/message|\n|00000010| 73 20                                           |s               |\n",
            "  0000: 50 4F 53 54 20 2F 76 31   2F 6D 65 73 73 61 67 65  POST /v1/message\n  0010: 73 20                                              s \n",
            "\t0x0000:  504f 5354 202f 7631 2f6d 6573 7361 6765  POST./v1/message\n\t0x0010:  7320                                     s.\n",
        ] {
            let dump = read(text.as_bytes()).unwrap();
            assert_eq!(dump.bytes, b"POST /v1/messages \n", "{text}");
            let place = dump.original(text.as_bytes(), 5..8);
            assert!(text[place.clone()].starts_with("2f") || text[place.clone()].starts_with("2F"), "{text}");
            assert!(text[place].lines().count() == 1, "{text}");
        }
    }

    #[test]
    fn other_lines_are_no_rows() {
        for line in ["2026-11-29 10:00:00 x", "0000: and a text", "1234: 429 of 500", "dead beef", "00000000 0 0"] {
            assert!(!is_row(line.as_bytes()), "{line}");
        }
    }
}
