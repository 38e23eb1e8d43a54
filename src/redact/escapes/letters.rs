//! Letters outside ASCII that a text writes by their numbers, as JSON and HTML do: names of credentials in other languages, and the separators behind them.

use super::Reading;

impl Reading {
    /// The text with the letters outside ASCII read that are written by their number, in JSON (`\u5bc6`, however many backslashes) and in HTML; `None`
    /// where there is none.
    pub(super) fn letters(text: &[u8]) -> Option<Self> {
        let first = (0..text.len()).find(|at| numbered_letter(&text[*at..]).is_some())?;
        let mut reading = Self::whole(&text[..first]);
        let mut at = first;
        while at < text.len() {
            let (letter, length) =
                numbered_letter(&text[at..]).map_or((None, 1), |(letter, length)| (Some(letter), length));
            let mut bytes = [0; 4];
            let bytes = letter.map_or(&text[at..=at], |letter| letter.encode_utf8(&mut bytes).as_bytes());
            reading.text.extend_from_slice(bytes);
            let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            reading.starts.extend(std::iter::repeat_n(place(at), bytes.len()));
            reading.ends.extend(std::iter::repeat_n(place(at + length), bytes.len()));
            at += length;
        }
        Some(reading)
    }
}

/// A letter outside ASCII that is written by its number, and the length of what is written.
fn numbered_letter(rest: &[u8]) -> Option<(char, usize)> {
    let number = |digits: &[u8], radix| u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok();
    let (code, length) = match rest[0] {
        b'\\' => {
            let run = rest.iter().take_while(|b| **b == b'\\').count();
            let digits = rest[run..].strip_prefix(b"u")?.get(..4)?;
            (number(digits, 16)?, run + 5)
        }
        b'&' => {
            let inner = rest.strip_prefix(b"&#")?;
            let end = inner.iter().take(8).position(|b| *b == b';')?;
            let code = match inner[..end].split_first()? {
                (b'x' | b'X', digits) => number(digits, 16)?,
                _ => number(&inner[..end], 10)?,
            };
            (code, end + 3)
        }
        _ => return None,
    };
    char::from_u32(code).filter(|letter| !letter.is_ascii()).map(|letter| (letter, length))
}
