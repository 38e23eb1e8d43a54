//! Views of a text with some bytes left out, and the way back from a view to the original.

use std::borrow::Cow;
use std::ops::Range;

/// A text with some bytes left out.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) text: Cow<'a, [u8]>,
    /// Where each byte of the view stands in the original; empty where nothing was left out.
    places: Vec<u32>,
    /// Whether a byte of the view may stand for several of the original.
    stands_for_more: bool,
}

impl View<'_> {
    /// A range of the view as a range of the original, bytes that were left out inside it included.
    pub(super) fn original(&self, range: Range<usize>) -> Range<usize> {
        if self.places.is_empty() || range.is_empty() {
            return range;
        }
        let end = match self.places.get(range.end) {
            Some(next) if self.stands_for_more => *next as usize,
            _ => self.places[range.end - 1] as usize + 1,
        };
        self.places[range.start] as usize..end
    }
}

/// The text without terminal control sequences, real or escaped; `None` where it has none.
pub(super) fn without_colours(text: &[u8]) -> Option<View<'_>> {
    let marked = memchr::memchr(0x1b, text).is_some()
        || [&b"\\x1b["[..], b"\\u{1b}[", b"\\u001b[", b"\\033[", b"\\e[", b"\\u001B[", b"\\x1B["]
            .iter()
            .any(|mark| memchr::memmem::find(text, mark).is_some());
    marked.then(|| keep(text, colour_length))
}

/// The text with the quotation marks and brackets of HTML read; `None` where it has none.
pub(super) fn with_quotes_read(text: &[u8]) -> Option<View<'_>> {
    let finds = |mark: &[u8]| memchr::memmem::find(text, mark).is_some();
    if ![&b"&quot;"[..], b"&#", b"&lt;", b"&gt;"].into_iter().any(finds) {
        return None;
    }
    let marks: [(&[u8], u8); 13] = [
        (b"&quot;", b'"'),
        (b"&#34;", b'"'),
        (b"&#x22;", b'"'),
        (b"&#39;", b'\''),
        (b"&#x27;", b'\''),
        (b"&lt;", b'<'),
        (b"&#60;", b'<'),
        (b"&#x3c;", b'<'),
        (b"&#x3C;", b'<'),
        (b"&gt;", b'>'),
        (b"&#62;", b'>'),
        (b"&#x3e;", b'>'),
        (b"&#x3E;", b'>'),
    ];
    Some(read(text, |rest| {
        let mark = marks.iter().find(|(mark, _)| rest[0] == b'&' && rest.starts_with(mark));
        mark.map(|(mark, byte)| (*byte, mark.len()))
    }))
}

/// The text with percent-encoding read; `None` where no quotation mark is encoded, which JSON in a URL has, and nothing inside a number.
pub(super) fn with_percent_read(text: &[u8]) -> Option<View<'_>> {
    if memchr::memmem::find(text, b"%22").is_none() && !is_inside_number(text) {
        return None;
    }
    Some(read(text, |rest| {
        let digit = |at: usize| rest.get(at).and_then(|b| char::from(*b).to_digit(16));
        let (high, low) = digit(1).zip(digit(2)).filter(|_| rest[0] == b'%')?;
        Some((u8::try_from(high * 16 + low).unwrap_or(b'?'), 3))
    }))
}

/// Whether a blank is encoded between digits, or a colon between pairs of hexadecimal digits.
fn is_inside_number(text: &[u8]) -> bool {
    let around = |at: usize, fits: fn(&u8) -> bool| {
        let pair = |range: Range<usize>| text.get(range).is_some_and(|pair| pair.iter().all(fits));
        at >= 2 && pair(at - 2..at) && pair(at + 3..at + 5)
    };
    memchr::memchr_iter(b'%', text).any(|at| match &text[at + 1..] {
        [b'2', b'0', ..] => around(at, u8::is_ascii_digit),
        [b'3', b'a' | b'A', ..] => around(at, u8::is_ascii_hexdigit),
        _ => false,
    })
}

/// The text with the quotation marks read that nginx writes as `\x22` in its logs; `None` where it has none.
pub(super) fn with_hex_read(text: &[u8]) -> Option<View<'_>> {
    memchr::memmem::find(text, b"\\x22")?;
    Some(read(text, |rest| match rest {
        [b'\\', b'x', b'2', b'2', ..] => Some((b'"', 4)),
        [b'\\', b'x', b'5', b'C' | b'c', ..] => Some((b'\\', 4)),
        _ => None,
    }))
}

/// The text with the quotation marks read that PowerShell and `cmd` escape in their own strings, as browsers copy a request for them: `` `"content`" ``,
/// `^\^"content^\^"`; `None` where it has none.
pub(super) fn with_shells_read(text: &[u8]) -> Option<View<'_>> {
    let escape = [(b'`', &b"`\":"[..]), (b'^', b"^\\^\"")];
    let (escape, _) = escape.into_iter().find(|(_, mark)| memchr::memmem::find(text, mark).is_some())?;
    Some(read(text, |rest| match rest {
        [first, next, ..] if *first == escape && next.is_ascii_punctuation() => Some((*next, 2)),
        _ => None,
    }))
}

/// The text with a mark for each two of them.
pub(super) fn with_marks_halved(text: &[u8], mark: u8) -> View<'_> {
    read(text, |rest| rest.starts_with(&[mark; 2]).then_some((mark, 2)))
}

/// Reads what stands for another byte: `reading` says for which one, and how long it is.
pub(super) fn read(text: &[u8], reading: impl Fn(&[u8]) -> Option<(u8, usize)>) -> View<'_> {
    let mut kept = Vec::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let (byte, length) = reading(&text[at..]).unwrap_or((text[at], 1));
        kept.push(byte);
        places.push(u32::try_from(at).unwrap_or(u32::MAX));
        at += length;
    }
    View { text: Cow::Owned(kept), places, stands_for_more: true }
}

/// The text with a short mark in the place of each of these ranges, which do not overlap and are in order.
pub(super) fn with_marks<'a>(text: &[u8], ranges: impl Iterator<Item = Range<usize>>, mark: &[u8]) -> View<'a> {
    with_each_mark(text, ranges.map(|range| (range, mark)))
}

/// The same, each range with a mark of its own.
pub(super) fn with_each_mark<'a, 'm>(text: &[u8], ranges: impl Iterator<Item = (Range<usize>, &'m [u8])>) -> View<'a> {
    let mut kept = Vec::with_capacity(text.len() / 4);
    let mut places: Vec<u32> = Vec::with_capacity(text.len() / 4);
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let mut at = 0;
    for (range, mark) in ranges {
        kept.extend_from_slice(&text[at..range.start]);
        places.extend((at..range.start).map(place));
        kept.extend_from_slice(mark);
        places.extend(std::iter::repeat_n(place(range.start), mark.len()));
        at = range.end;
    }
    kept.extend_from_slice(&text[at..]);
    places.extend((at..text.len()).map(place));
    View { text: Cow::Owned(kept), places, stands_for_more: true }
}

/// The text without white space, line breaks, control sequences and line-continuation marks, real or escaped.
pub(super) fn squeezed(text: &[u8]) -> View<'_> {
    keep(text, |rest| match rest[0] {
        b if b.is_ascii_whitespace() || b == 0 || b == 8 => 1,
        b'\\' => match rest.get(1) {
            Some(b'\r') if rest.get(2) == Some(&b'\n') => 3,
            // A continued line; an escaped line break or tab, which stands in a value only where the value was wrapped.
            Some(b'\n' | b'n' | b'r' | b't') => 2,
            _ => colour_length(rest),
        },
        0x1b => colour_length(rest).max(1),
        _ => 0,
    })
}

/// Keeps what `leave_out` does not count: it says how many bytes from here are left out.
fn keep(text: &[u8], leave_out: impl Fn(&[u8]) -> usize) -> View<'_> {
    let mut kept = Vec::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let skip = leave_out(&text[at..]);
        if skip == 0 {
            kept.push(text[at]);
            // Texts are bounded far below 4 GiB; a larger one is refused by the engine.
            places.push(u32::try_from(at).unwrap_or(u32::MAX));
            at += 1;
        } else {
            at += skip;
        }
    }
    if kept.len() == text.len() {
        return View { text: Cow::Borrowed(text), places: Vec::new(), stands_for_more: false };
    }
    View { text: Cow::Owned(kept), places, stands_for_more: false }
}

/// Length of a terminal control sequence at the start of `rest`, 0 where none stands there.
pub(super) fn colour_length(rest: &[u8]) -> usize {
    let lead = match rest {
        [0x1b, ..] => 1,
        [b'\\', b'x', b'1', b'b' | b'B', ..] | [b'\\', b'0', b'3', b'3', ..] => 4,
        // As JSON and as Rust write it.
        [b'\\', b'u', b'0', b'0', b'1', b'b' | b'B', ..] | [b'\\', b'u', b'{', b'1', b'b' | b'B', b'}', ..] => 6,
        [b'\\', b'e', b'[', ..] => 2,
        _ => return 0,
    };
    match rest.get(lead) {
        Some(b'[') => {
            let body = rest[lead + 1..].iter().take(32).take_while(|b| (0x20..0x40).contains(*b)).count();
            let end = lead + 1 + body;
            if rest.get(end).is_some_and(|b| (0x40..0x7f).contains(b)) { end + 1 } else { 0 }
        }
        // An operating-system command such as a hyperlink, ended by BEL or ESC \.
        Some(b']') if lead == 1 => {
            let body = rest.iter().take(512).position(|b| *b == 7).map(|end| end + 1);
            body.or_else(|| memchr::memmem::find(&rest[1..rest.len().min(512)], b"\x1b\\").map(|end| end + 3))
                .unwrap_or(0)
        }
        _ => 0,
    }
}

/// A line without the colours and the blanks that it ends in.
pub(super) fn without_last_colours(line: &[u8]) -> &[u8] {
    let mut line = line.trim_ascii_end();
    while let Some(body) = line.strip_suffix(b"m") {
        let digits = body.iter().rev().take(12).take_while(|b| b.is_ascii_digit() || **b == b';').count();
        let Some(rest) = body[..body.len() - digits].strip_suffix(b"\x1b[") else { break };
        line = rest.trim_ascii_end();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_leads_back_to_the_original() {
        let text = b"a\x1b[31mb\x1b[0mc\\x1b[1md";
        let view = without_colours(text).unwrap();
        assert_eq!(&*view.text, b"abcd");
        assert_eq!(&text[view.original(1..3)], b"b\x1b[0mc");
        assert!(without_colours(b"plain").is_none());
    }

    #[test]
    fn a_squeezed_view_joins_wrapped_lines() {
        let text = b"ab\n  cd\\n ef \\\n gh";
        let view = squeezed(text);
        assert_eq!(&*view.text, b"abcdefgh");
        assert_eq!(view.original(0..8), 0..text.len());
    }
}
