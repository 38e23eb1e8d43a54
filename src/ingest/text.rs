//! The input as lines: decoded, and each line cleaned when it is looked at.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use memchr::memchr;

use super::mend;
use super::prefix::{self, Head};

/// What had to be mended, as bits; the words stand in [`Doc::mended`].
#[derive(Clone, Copy)]
pub(super) enum Mend {
    Ansi = 1,
    Crlf = 2,
    Utf16 = 4,
    InvalidUtf8 = 8,
    CurlyQuotes = 16,
    Wrapped = 32,
    Prefix = 64,
    Escaped = 128,
}

const MENDS: &[(Mend, &str)] = &[
    (Mend::Ansi, "ansi"),
    (Mend::Crlf, "crlf"),
    (Mend::Utf16, "utf-16"),
    (Mend::InvalidUtf8, "invalid-utf-8"),
    (Mend::CurlyQuotes, "curly-quotes"),
    (Mend::Wrapped, "wrapped"),
    (Mend::Prefix, "prefix"),
    (Mend::Escaped, "escaped"),
];

/// Longest part of a line that is looked at as text; JSON rows are read whole.
pub(super) const LINE_LIMIT: usize = 64 * 1024;

/// A decoded input with an index of its lines.
pub(super) struct Doc<'a> {
    text: Cow<'a, str>,
    starts: Vec<usize>,
    /// Source line of each line, where they are not the same.
    lines: Option<Vec<u32>>,
    first_number: u64,
    mended: Cell<u8>,
    style: prefix::Style,
    tried: Cell<usize>,
    tired: Cell<usize>,
    /// The prefix of the line that was looked at last: each line is asked for by many readers.
    seen: RefCell<Option<(usize, Rc<Head>, usize)>>,
    /// Bytes of all lines that were asked for: the work of reading, whatever machine does it.
    #[cfg(test)]
    pub(super) looked: Cell<u64>,
}

/// A line without colour codes, prefix and line end.
pub(super) struct Line<'a> {
    /// The text that the client printed.
    pub(super) text: Cow<'a, str>,
    /// What the prefix told.
    pub(super) head: Rc<Head>,
}

/// Whether the bytes are not text: NUL bytes in the first block, in a pattern that is not UTF-16.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    let block = &bytes[..bytes.len().min(8192)];
    utf16(block).is_none() && memchr(0, block).is_some()
}

/// The UTF-16 variant of the bytes, by byte order mark or by where their zeros stand.
fn utf16(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    match bytes {
        [0xFF, 0xFE, ..] => return Some(encoding_rs::UTF_16LE),
        [0xFE, 0xFF, ..] => return Some(encoding_rs::UTF_16BE),
        _ => {}
    }
    let block = &bytes[..bytes.len().min(4096)];
    let zeros = |odd: usize| block.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let half = block.len() / 2;
    match (zeros(0), zeros(1)) {
        _ if half < 4 => None,
        (even, odd) if odd > half * 2 / 3 && even < half / 10 + 1 => Some(encoding_rs::UTF_16LE),
        (even, odd) if even > half * 2 / 3 && odd < half / 10 + 1 => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

fn decode(bytes: &[u8]) -> (Cow<'_, str>, u8) {
    if let Some(encoding) = utf16(bytes) {
        let (text, had_errors) = encoding.decode_with_bom_removal(bytes);
        let broken = if had_errors { Mend::InvalidUtf8 as u8 } else { 0 };
        return (text, Mend::Utf16 as u8 | broken);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match String::from_utf8_lossy(bytes) {
        Cow::Borrowed(text) => (Cow::Borrowed(text), 0),
        owned @ Cow::Owned(_) => (owned, Mend::InvalidUtf8 as u8),
    }
}

/// The text with plain quotation marks in lines whose own were all made typographic, as editors do to what is pasted into them.
fn straight(text: &str) -> Option<String> {
    memchr::memmem::find(text.as_bytes(), "“".as_bytes())?;
    let changed = |line: &str| {
        let shaped = ["{“", "“:", "File “", "“HTTP/"].iter().any(|words| line.contains(words));
        shaped && !line.contains('"')
    };
    if !text.lines().any(changed) {
        return None;
    }
    let plain = |line: &str| if changed(line) { line.replace(['“', '”'], "\"") } else { line.to_owned() };
    Some(text.split_inclusive('\n').map(plain).collect())
}

/// Byte offsets at which lines begin.
fn line_starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::with_capacity(text.len() / 64 + 1);
    starts.push(0);
    starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
    if starts.last() == Some(&text.len()) && starts.len() > 1 {
        starts.pop();
    }
    starts
}

impl<'a> Doc<'a> {
    /// Decodes the bytes; `skipped_lines` stand before them in the source.
    pub(super) fn new(bytes: &'a [u8], skipped_lines: u64) -> Self {
        let (mut text, mut mended) = decode(bytes);
        if let Some(straight) = straight(&text) {
            mended |= Mend::CurlyQuotes as u8;
            text = Cow::Owned(straight);
        }
        let mut starts = line_starts(&text);
        if memchr::memmem::find(text.as_bytes(), b"\r\n").is_some() {
            mended |= Mend::Crlf as u8;
        }
        let (mut text, mut lines) = (text, None);
        if let Some(made) = mend::mend(&text, &starts) {
            mended |= made.what as u8;
            starts = line_starts(&made.text);
            lines = Some(made.lines);
            text = Cow::Owned(made.text);
        }
        let mut doc = Self {
            text,
            starts,
            lines,
            first_number: skipped_lines + 1,
            mended: Cell::new(mended),
            style: prefix::Style::default(),
            tried: Cell::new(0),
            tired: Cell::new(0),
            seen: RefCell::new(None),
            #[cfg(test)]
            looked: Cell::new(0),
        };
        doc.style = prefix::Style::of((0..doc.len().min(200)).map(|at| doc.raw(at)));
        if doc.style.any() {
            doc.mend(Mend::Prefix);
        }
        doc
    }

    /// A text whose lines stand at other lines of its source, counted from 0.
    pub(super) fn of_lines(text: String, lines: Vec<u32>) -> Doc<'static> {
        Doc {
            starts: line_starts(&text),
            text: Cow::Owned(text),
            lines: Some(lines),
            first_number: 1,
            mended: Cell::new(0),
            style: prefix::Style::default(),
            tried: Cell::new(0),
            tired: Cell::new(0),
            seen: RefCell::new(None),
            #[cfg(test)]
            looked: Cell::new(0),
        }
    }

    /// Number of lines.
    pub(super) fn len(&self) -> usize {
        if self.text.is_empty() { 0 } else { self.starts.len() }
    }

    /// The decoded text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Byte offset of a line.
    pub(super) fn start(&self, at: usize) -> usize {
        self.starts.get(at).copied().unwrap_or(self.text.len())
    }

    /// Index of the line that holds a byte offset.
    pub(super) fn line_at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Number of a line in the source, counted from 1.
    pub(super) fn number(&self, at: usize) -> u64 {
        let at =
            self.lines.as_ref().map_or(at as u64, |lines| lines.get(at).or(lines.last()).copied().unwrap_or(0).into());
        self.first_number + at
    }

    /// A line as it stands, without its line end.
    pub(super) fn raw(&self, at: usize) -> &str {
        let end = self.start(at + 1);
        let line = &self.text[self.start(at).min(end)..end];
        line.trim_end_matches(['\n', '\r'])
    }

    /// A line without colour codes and prefix.
    pub(super) fn line(&self, at: usize) -> Line<'_> {
        let raw = super::words::cut(self.raw(at), LINE_LIMIT);
        #[cfg(test)]
        self.looked.set(self.looked.get() + raw.len() as u64 + 1);
        let clean = if memchr(0x1b, raw.as_bytes()).is_some() {
            self.mend(Mend::Ansi);
            Cow::Owned(without_ansi(raw))
        } else {
            Cow::Borrowed(raw)
        };
        let (head, skip) = self.prefix(at, &clean);
        if skip > 0 && head.is_foreign {
            self.mend(Mend::Prefix);
        }
        let text = match clean {
            Cow::Borrowed(text) => Cow::Borrowed(prefix::trim_frame(&text[skip..])),
            Cow::Owned(text) => Cow::Owned(prefix::trim_frame(&text[skip..]).to_owned()),
        };
        Line { text, head }
    }

    /// What the prefix of a line tells, and its length.
    fn prefix(&self, at: usize, clean: &str) -> (Rc<Head>, usize) {
        if let Some((_, head, skip)) = self.seen.borrow().as_ref().filter(|(line, ..)| *line == at) {
            return (Rc::clone(head), *skip);
        }
        let (head, skip) = prefix::split(clean, self.style);
        let head = Rc::new(head);
        self.seen.replace(Some((at, Rc::clone(&head), skip)));
        (head, skip)
    }

    /// The cleaned text of a line; empty past the end.
    pub(super) fn clean(&self, at: usize) -> Cow<'_, str> {
        if at < self.len() { self.line(at).text } else { Cow::Borrowed("") }
    }

    /// Cleaned lines joined with line breaks, at most `lines` of them and `bytes` long.
    pub(super) fn window(&self, from: usize, lines: usize, bytes: usize) -> String {
        let mut out = String::new();
        for at in from..self.len().min(from + lines) {
            if at > from {
                out.push('\n');
            }
            out.push_str(&self.clean(at));
            if out.len() > bytes {
                return super::words::cut(&out, bytes).to_owned();
            }
        }
        out
    }

    /// Lines that hold a marker, of at most `count` from a line on.
    pub(super) fn lines_with<'b>(
        &'b self,
        finder: &'b super::words::Finder,
        from: usize,
        count: usize,
    ) -> impl Iterator<Item = usize> + 'b {
        let start = self.start(from);
        let end = self.start(from + count).max(start);
        let mut last = None;
        finder.places(&self.text[start..end]).filter_map(move |place| {
            let line = self.line_at(start + place);
            (last.replace(line) != Some(line)).then_some(line)
        })
    }

    /// Whether a line stands in a print that was read already, without finding an error.
    pub(super) fn tried(&self, at: usize) -> bool {
        at < self.tried.get()
    }

    /// Notes that the lines before `end` were read as one print.
    pub(super) fn note_tried(&self, end: usize) {
        self.tried.set(self.tried.get().max(end));
    }

    /// How many lines a body may be sought over: fewer, the more bytes looked like one and were none. It bounds the work
    /// that is done in vain by a constant, so that reading stays linear whatever the input is.
    pub(super) fn patience(&self) -> usize {
        match self.tired.get() {
            0..1_000_000 => 20,
            1_000_000..2_000_000 => 3,
            2_000_000..3_000_000 => 1,
            _ => 0,
        }
    }

    /// Notes that this many bytes were read as a body, and were none.
    pub(super) fn tire(&self, bytes: usize) {
        self.tired.set(self.tired.get().saturating_add(bytes.max(64)));
    }

    /// Notes that something was mended.
    pub(super) fn mend(&self, what: Mend) {
        self.mended.set(self.mended.get() | what as u8);
    }

    /// What was mended, in words.
    pub(super) fn mended(&self) -> Vec<&'static str> {
        MENDS.iter().filter(|(mend, _)| self.mended.get() & *mend as u8 != 0).map(|(_, word)| *word).collect()
    }
}

/// The text without terminal control sequences (CSI, OSC and two-byte escapes).
pub(super) fn without_ansi(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\x1b') {
        out.push_str(&rest[..at]);
        let sequence = &rest[at + 1..];
        let length = match sequence.as_bytes().first() {
            Some(b'[') => {
                sequence.bytes().skip(1).position(|b| (0x40..=0x7e).contains(&b)).map_or(sequence.len(), |n| n + 2)
            }
            Some(b']') => sequence
                .find(['\x07', '\x1b'])
                .map_or(sequence.len(), |end| end + if sequence[end..].starts_with("\x1b\\") { 2 } else { 1 }),
            Some(b) if b.is_ascii() => 1,
            _ => 0,
        };
        rest = &sequence[length.min(sequence.len())..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_is_read_with_and_without_mark() {
        let text = "API Error: 529 Overloaded\nline two";
        let plain: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = [&[0xFF, 0xFE][..], &plain].concat();
        for bytes in [&plain, &big, &marked] {
            let doc = Doc::new(bytes, 0);
            assert_eq!((doc.clean(0).as_ref(), doc.len()), ("API Error: 529 Overloaded", 2));
            assert_eq!(doc.mended(), ["utf-16"]);
        }
    }

    #[test]
    fn colours_and_line_ends_go_and_are_told() {
        let doc = Doc::new(b"\x1b[31mAPI Error\x1b[0m: x\r\nb\r\n", 10);
        assert_eq!((doc.clean(0).as_ref(), doc.clean(1).as_ref(), doc.len()), ("API Error: x", "b", 2));
        assert_eq!(doc.number(1), 12);
        assert_eq!(doc.mended(), ["ansi", "crlf"]);
    }

    #[test]
    fn broken_bytes_do_not_stop_reading() {
        let doc = Doc::new(b"ok\n\xff\xfeab\n", 0);
        assert_eq!(doc.len(), 2);
        assert_eq!(doc.mended(), ["invalid-utf-8"]);
        assert!(is_binary(b"\x7fELF\x02\x01\0\0\0\0\x03") && !is_binary(b"text"));
    }
}
