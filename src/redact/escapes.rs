//! A text with its escapes read: backslashes of JSON and shells at any depth, percent-encoding, character references, terminal colours.
//!
//! Escapes lie in layers (JSON in a URL in JSON), so they are read until nothing changes, with the way back from each byte to the original.

mod fields;
mod letters;
mod near;
mod quotes;

use std::cell::Cell;
use std::ops::Range;

use super::line_leads;
use super::view::colour_length;
pub(super) use near::{AFTER, Searched, are_near};
use quotes::{doubled_quote, shell_quote};

/// Layers that are read; a run of backslashes is one layer however long it is.
const LAYERS: usize = 4;

/// A text with its escapes read, and where each byte stands in the original.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) text: Vec<u8>,
    starts: Vec<u32>,
    ends: Vec<u32>,
}

/// What one unit of escaped text stands for: a byte or nothing, and how many bytes it takes.
type Unit = (Option<u8>, usize);

impl Reading {
    /// The text with what `read` reads read, layer by layer; `None` where there is nothing to read.
    fn of(text: &[u8], read: impl Fn(&[u8], usize) -> Option<Unit>) -> Option<Self> {
        let mut reading = Self::layer(text, &read)?;
        for _ in 1..LAYERS {
            let Some(next) = Self::layer(&reading.text, &read) else { break };
            reading = reading.below(next);
        }
        Some(reading)
    }

    /// The bytes that a value keeps in any form: escapes read, white space, quotation marks and backslashes left out.
    pub(super) fn bare(text: &[u8]) -> Self {
        let lead = |text: &[u8], at: usize| -> Option<Unit> {
            let skip = line_lead(&text[at..]);
            (skip > 0).then_some((None, skip))
        };
        let mut reading = Self::layer(text, lead).unwrap_or_else(|| Self::whole(text));
        if let Some(read) = Self::of(&reading.text, every_escape) {
            reading = reading.below(read);
        }
        reading.undressed()
    }

    /// The same of a part of one line, whatever stands at its start.
    pub(super) fn bare_line(line: &[u8]) -> Self {
        Self::of(line, every_escape).unwrap_or_else(|| Self::whole(line)).undressed()
    }

    /// The same where an escape ends before what `begins` says that something begins with: the mark of an escape right before a value makes one of the
    /// value's first letters. `None` where there is no such place.
    pub(super) fn bare_before(text: &[u8], begins: impl Fn(&[u8]) -> bool) -> Option<Self> {
        let cut = Cell::new(false);
        let read = |text: &[u8], at: usize| -> Option<Unit> {
            let unit = every_escape(text, at)?;
            let Some(length) = (1..unit.1).find(|length| begins(&text[at + length..])) else { return Some(unit) };
            cut.set(true);
            Some((None, length))
        };
        let reading = Self::of(text, read)?;
        cut.get().then(|| reading.undressed())
    }

    /// Without the bytes that forms of a value differ in.
    fn undressed(self) -> Self {
        let drop = |text: &[u8], at: usize| -> Option<Unit> { is_dressing(text[at]).then_some((None, 1)) };
        match Self::layer(&self.text, drop) {
            Some(next) => self.below(next),
            None => self,
        }
    }

    /// A range as a range of the original.
    pub(super) fn original(&self, range: Range<usize>) -> Range<usize> {
        if range.is_empty() {
            return 0..0;
        }
        self.starts[range.start] as usize..self.ends[range.end - 1] as usize
    }

    fn whole(text: &[u8]) -> Self {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            text: text.to_vec(),
            starts: (0..text.len()).map(place).collect(),
            ends: (1..=text.len()).map(place).collect(),
        }
    }

    /// One layer; `None` where nothing in it is read.
    fn layer(text: &[u8], read: impl Fn(&[u8], usize) -> Option<Unit>) -> Option<Self> {
        let first = (0..text.len()).find(|at| read(text, *at).is_some())?;
        let mut reading = Self::whole(&text[..first]);
        let mut at = first;
        while at < text.len() {
            let (byte, length) = read(text, at).unwrap_or((Some(text[at]), 1));
            if let Some(byte) = byte {
                reading.text.push(byte);
                reading.starts.push(u32::try_from(at).unwrap_or(u32::MAX));
                reading.ends.push(u32::try_from(at + length).unwrap_or(u32::MAX));
            }
            at += length;
        }
        Some(reading)
    }

    /// The layer below this one, with places of the original.
    fn below(&self, next: Self) -> Self {
        let starts = next.starts.iter().map(|at| self.starts[*at as usize]).collect();
        let ends = next.ends.iter().map(|at| self.ends[*at as usize - 1]).collect();
        Self { text: next.text, starts, ends }
    }
}

/// The readings of a text that rules look at: with backslashes and colours read; with one layer of percent signs and character references read after the
/// other; with everything read; and with character references, percent signs or the fields of CSV alone read. A value may hold what looks like an escape of another kind or layer, so none of them is enough.
pub(super) fn readings(text: &[u8]) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    readings.extend(Reading::of(text, slashes_and_quotes));
    let mut layer = Reading::layer(text, one_layer);
    for _ in 0..LAYERS {
        let Some(reading) = layer.take() else { break };
        layer = Reading::layer(&reading.text, one_layer).map(|next| reading.below(next));
        readings.push(reading);
    }
    readings.extend(Reading::of(text, printable_escape));
    readings.extend(Reading::of(text, reference));
    readings.extend(Reading::of(text, every_percent));
    readings.extend(fields::reading(text));
    // Names of credentials in other languages, and the separators behind them.
    readings.extend(Reading::letters(text).map(|letters| match Reading::of(&letters.text, slashes_and_quotes) {
        Some(read) => letters.below(read),
        None => letters,
    }));
    let mut index = 0;
    while index < readings.len() {
        let again = readings[..index].iter().any(|before| before.text == readings[index].text);
        if again {
            readings.remove(index);
        } else {
            index += 1;
        }
    }
    readings
}

/// The escape at a place.
fn every_escape(text: &[u8], at: usize) -> Option<Unit> {
    match text[at] {
        b'\\' => Some(backslashes(&text[at..])),
        b'%' => percent(&text[at..], true),
        b'&' => entity(&text[at..]),
        0x1b => Some((None, colour_length(&text[at..]).max(1))),
        _ => None,
    }
}

/// The escape at a place, and a quotation mark that was doubled; what a percent sign makes a control character of stays.
fn printable_escape(text: &[u8], at: usize) -> Option<Unit> {
    match text[at] {
        b'%' => percent(&text[at..], false),
        b'&' => entity(&text[at..]),
        _ => slashes_and_quotes(text, at),
    }
}

/// A character reference or a colour, and no more: a value of a page may hold what looks like a percent-encoded byte.
fn reference(text: &[u8], at: usize) -> Option<Unit> {
    match text[at] {
        b'&' => entity(&text[at..]),
        0x1b => Some((None, colour_length(&text[at..]).max(1))),
        _ => None,
    }
}

/// A percent sign, whatever it makes: the names of credentials in most languages are no ASCII.
fn every_percent(text: &[u8], at: usize) -> Option<Unit> {
    if text[at] == b'%' { percent(&text[at..], true) } else { None }
}

/// A percent sign or a character reference, of one layer.
fn one_layer(text: &[u8], at: usize) -> Option<Unit> {
    match text[at] {
        b'%' => percent_byte(&text[at..], 1).filter(|(code, _)| code.is_some_and(|b| is_printable(b) || !b.is_ascii())),
        b'&' => match entity(&text[at..]) {
            Some(_) if text[at..].starts_with(b"&amp;") => Some((Some(b'&'), 5)),
            unit => unit,
        },
        _ => None,
    }
}

/// Whether a byte is one that text is made of, colours and the dots that stand for the middle of a key included.
const fn is_printable(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | b'\t' | 0x1b | b' '..=b'~' | 0xe2 | 0x80 | 0xa6)
}

/// Backslashes, colours and doubled quotation marks.
fn slashes_and_quotes(text: &[u8], at: usize) -> Option<Unit> {
    match text[at] {
        b'\\' => Some(backslashes(&text[at..])),
        0x1b => Some((None, colour_length(&text[at..]).max(1))),
        b'"' | b'\'' => shell_quote(&text[at..]).or_else(|| doubled_quote(text, at)),
        _ => None,
    }
}

/// A run of backslashes and what it escapes.
fn backslashes(rest: &[u8]) -> Unit {
    let run = rest.iter().take_while(|b| **b == b'\\').count();
    let colour = colour_length(&rest[run - 1..]);
    if colour > 0 {
        return (None, run - 1 + colour);
    }
    let code = |digits: usize| {
        let text = rest.get(run + 1..run + 1 + digits)?;
        let code = u32::from_str_radix(std::str::from_utf8(text).ok()?, 16).ok()?;
        Some((Some(one_byte(code)), run + 1 + digits))
    };
    match rest.get(run) {
        Some(b'n' | b'r') => (Some(b'\n'), run + 1),
        Some(b't') => (Some(b'\t'), run + 1),
        Some(b'u') => code(4).unwrap_or((Some(b'\\'), run)),
        Some(b'x') => code(2).unwrap_or((Some(b'\\'), run)),
        // A name after a backslash is a folder of Windows, or a user of a domain.
        Some(b) if b.is_ascii_alphanumeric() => (Some(b'\\'), run),
        _ => (None, run),
    }
}

/// The byte of a character; what is no ASCII is one byte that no rule takes for a letter.
fn one_byte(code: u32) -> u8 {
    u8::try_from(code).ok().filter(u8::is_ascii).unwrap_or(0xff)
}

/// A percent-encoded byte, however often the percent sign itself was encoded.
fn percent(rest: &[u8], all: bool) -> Option<Unit> {
    let mut at = 1;
    while rest[at.min(rest.len())..].starts_with(b"25") {
        at += 2;
    }
    if let Some(unit) = percent_byte(rest, at).filter(|(code, _)| all || code.is_some_and(is_printable)) {
        return Some(unit);
    }
    (at > 1).then_some((Some(b'%'), at))
}

/// The byte of two hexadecimal digits at a place.
fn percent_byte(rest: &[u8], at: usize) -> Option<Unit> {
    let digit = |at: usize| rest.get(at).and_then(|b| char::from(*b).to_digit(16));
    let (high, low) = digit(at).zip(digit(at + 1))?;
    Some((u8::try_from(high * 16 + low).ok(), at + 2))
}

/// A character reference, however often its ampersand was written as one.
fn entity(rest: &[u8]) -> Option<Unit> {
    let mut at = 1;
    while rest[at..].starts_with(b"amp;") {
        at += 4;
    }
    let named: [(&[u8], u8); 4] = [(b"quot;", b'"'), (b"apos;", b'\''), (b"lt;", b'<'), (b"gt;", b'>')];
    if let Some((name, byte)) = named.iter().find(|(name, _)| rest[at..].starts_with(name)) {
        return Some((Some(*byte), at + name.len()));
    }
    let number = rest[at..].strip_prefix(b"#").and_then(|number| {
        let end = number.iter().take(8).position(|b| *b == b';')?;
        let text = std::str::from_utf8(&number[..end]).ok()?;
        let code: u32 = match text.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => text.parse().ok()?,
        };
        Some((one_byte(code), end + 2))
    });
    match number {
        Some((code, length)) => Some((Some(code), at + length)),
        None => (at > 1).then_some((Some(b'&'), at)),
    }
}

/// Bytes that forms of a value differ in: quoting, wrapping, escaping, marks at the start of a line, and how letters outside ASCII are written.
pub(super) const fn is_dressing(byte: u8) -> bool {
    let of_lines = matches!(byte, b'|' | b'>' | b'#' | b'*');
    let quoting = matches!(byte, b'"' | b'\'' | b'`' | b'\\');
    !byte.is_ascii() || byte.is_ascii_whitespace() || byte.is_ascii_control() || quoting || of_lines
}

/// Length of a line break with what programs put at the start of a line (quotation marks, a timestamp, the name of a service); where it is an escape
/// and no such lead stands after it, it is left to the escapes.
fn line_lead(rest: &[u8]) -> usize {
    let line_break = line_leads::break_length(rest);
    if line_break == 0 {
        return 0;
    }
    let lead = line_leads::lead_of(&rest[line_break..]).length;
    if lead > 0 || rest[0] != b'\\' { line_break + lead } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_escapes_are_read_at_any_depth() {
        for (escaped, plain) in [
            (r#"\"a\": \\\\\"b\\\\\""#, r#""a": "b""#),
            (r"https:\/\/u:p@h", "https://u:p@h"),
            ("a%3Db%253Dc%25253Dd", "a=b=c=d"),
            ("&quot;a&amp;quot;&#39;&#x27;&amp;amp;#39;&amp;b", "\"a\"'''&b"),
            (r"key\u003dx\\u0026y", "key=x&y"),
            (r"a\\x1b[31mb\\\\u001b[0mc\033[1md", "abcd"),
            ("%5C%22a%5C%22", "\"a\""),
            (r"C:\Work\x", r"C:\Work\x"),
            ("100% of 5%", "100% of 5%"),
            ("%d7%16", "%d7%16"),
            (r#"1,"{""a"":""b"",""c"":""""}""#, r#"1,"{"a":"b","c":""}""#),
            (r"-p'\''x'\'' ''y''", "-p'x' 'y'"),
            (r"'a '\'' + '\\''b'", "'a ' + 'b'"),
            (r#""p"" v=""&Sm""#, r#""p" v="&Sm""#),
            (r#"p=""&user=x"#, r#"p=""&user=x"#),
            (r#""Digest a=""x!"", b="""", c=""y""""#, r#""Digest a="x!", b="", c="y""#),
        ] {
            let read = Reading::of(escaped.as_bytes(), printable_escape)
                .map_or(escaped.as_bytes().to_vec(), |reading| reading.text);
            assert_eq!(String::from_utf8_lossy(&read), plain, "{escaped}");
        }
        assert!(readings(b"nothing here").is_empty());
    }

    #[test]
    fn a_reading_leads_back_to_the_original() {
        let text = br#"x \\\"ab%3Dc\\\" y"#;
        let reading = Reading::of(text, printable_escape).unwrap();
        let at = memchr::memmem::find(&reading.text, b"ab=c").unwrap();
        assert_eq!(&text[reading.original(at..at + 4)], b"ab%3Dc");
        let bare = Reading::bare(b"\"s3c\\\"ret-\n> val 'ue\" rest");
        assert_eq!(bare.text, b"s3cret-valuerest");
        assert_eq!(bare.original(0..12), 1..20);
    }
}
