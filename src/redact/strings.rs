//! Lines that a string holds with their breaks escaped: `"stderr": "first\nsecond\n"` of JSON and logs, `first&#10;second` of XML, `first%0Asecond` of the
//! commands of GitHub's runner. They are read, so that each is looked at as a line of its own.

use std::ops::Range;

use super::finding::{Finding, Substitute};
use super::view::{self, View};

/// How the breaks between the lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breaks {
    /// `\n`, with so many backslashes: one in a string, two in a string in a string.
    Slashes(usize),
    /// `&#10;`.
    Reference,
    /// `%0A`.
    Percent,
}

/// How else breaks are written than with backslashes, and marks beside them.
const REFERENCES: [(&[u8], u8); 8] = [
    (b"&#10;", b'\n'),
    (b"&#xA;", b'\n'),
    (b"&#xa;", b'\n'),
    (b"&quot;", b'"'),
    (b"&apos;", b'\''),
    (b"&lt;", b'<'),
    (b"&gt;", b'>'),
    (b"&amp;", b'&'),
];
const PERCENTS: [(&[u8], u8); 3] = [(b"%0A", b'\n'), (b"%0D", b'\r'), (b"%25", b'%')];

/// So far from a place the ends of its line are looked for.
const FAR: usize = 4096;

/// The line of a string around a place, and where that line begins; `None` where no escaped break ends it or the one before it.
pub(super) fn line_around(text: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let (low, high) = (at.saturating_sub(FAR), text.len().min(at + FAR));
    memchr::memchr3(b'\\', b'&', b'%', &text[low..high])?;
    let (before, after) = (&text[low..at], &text[at..high]);
    let mut begins = None;
    for end in (1..=before.len()).rev() {
        match before[end - 1] {
            b'\n' => break,
            b'n' | b';' | b'A' if ends_in_break(&before[..end]) => begins = Some((end, true)),
            b'"' | b'\'' if opens(before, end - 1) => begins = Some((end, false)),
            _ => continue,
        }
        break;
    }
    let (start, behind_break) = begins?;
    let line = &after[..memchr::memchr(b'\n', after).unwrap_or(after.len())];
    let ends = memchr::memchr3_iter(b'\\', b'&', b'%', line).find(|at| begins_with_break(&line[*at..]));
    let end = at + ends.unwrap_or(line.len());
    (behind_break || ends.is_some()).then(|| (&text[low + start..end], low + start))
}

fn ends_in_break(text: &[u8]) -> bool {
    [&b"\\n"[..], b"&#10;", b"&#xA;", b"&#xa;", b"%0A"].iter().any(|mark| text.ends_with(mark))
}

fn begins_with_break(rest: &[u8]) -> bool {
    let slashes = rest.iter().take(2 * MOST_SLASHES).take_while(|b| **b == b'\\').count();
    slashes > 0 && rest.get(slashes) == Some(&b'n')
        || [&b"&#10;"[..], b"&#xA;", b"&#xa;", b"%0A"].iter().any(|mark| rest.starts_with(mark))
}

/// Whether such a break stands in a text.
pub(super) fn holds_break(text: &[u8]) -> bool {
    memchr::memchr3_iter(b'\\', b'&', b'%', text).any(|at| begins_with_break(&text[at..]))
}

/// Most backslashes before the letter of a break: strings in four others.
pub(super) const MOST_SLASHES: usize = 8;

/// Whether a quotation mark opens a string, by what stands before it.
fn opens(text: &[u8], at: usize) -> bool {
    text[..at].last().is_none_or(|b| !b.is_ascii_alphanumeric())
}

/// A string that holds such lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lines {
    pub(super) range: Range<usize>,
    pub(super) breaks: Breaks,
}

impl Lines {
    /// The lines.
    pub(super) fn read<'t>(&self, text: &'t [u8]) -> View<'t> {
        let string = &text[self.range.clone()];
        let known = |marks: &'static [(&[u8], u8)]| {
            view::read(string, |rest| {
                let mark = marks.iter().find(|(mark, _)| rest[0] == mark[0] && rest.starts_with(mark));
                mark.map(|(mark, byte)| (*byte, mark.len()))
            })
        };
        match self.breaks {
            Breaks::Slashes(slashes) => view::read(string, |rest| unescaped(rest, slashes)),
            Breaks::Reference => known(&REFERENCES),
            Breaks::Percent => known(&PERCENTS),
        }
    }

    /// What was found in the lines, as a finding of the text that holds them.
    pub(super) fn original(&self, view: &View<'_>, finding: Finding) -> Finding {
        let range = view.original(finding.range.clone());
        let substitute = self.escaped(finding.substitute);
        Finding { range: self.range.start + range.start..self.range.start + range.end, substitute, ..finding }
    }

    /// What stands in its place, as the string writes breaks and marks.
    fn escaped(&self, substitute: Substitute) -> Substitute {
        let Substitute::Shape(shape) = substitute else { return substitute };
        let [slash, mark, line_break] = match self.breaks {
            Breaks::Slashes(slashes) => {
                let slash = "\\".repeat(slashes);
                [slash.repeat(2), slash[1..].repeat(2) + "\\\"", slash + "n"]
            }
            Breaks::Reference => ["\\", "&quot;", "&#10;"].map(str::to_owned),
            Breaks::Percent => ["\\", "\"", "%0A"].map(str::to_owned),
        };
        Substitute::Shape(shape.replace('\\', &slash).replace('"', &mark).replace('\n', &line_break))
    }
}

/// What a backslash in a string and the byte behind it stand for, where that is a byte, and their length.
pub(super) fn escape(rest: &[u8]) -> Option<(&'static [u8], usize)> {
    let byte: &'static [u8] = match rest.get(1)? {
        b'\\' => b"\\",
        b'"' => b"\"",
        b't' => b"\t",
        b'n' => b"\n",
        _ => return None,
    };
    Some((byte, 2))
}

/// A byte that stands escaped at the start of `rest`, where so many backslashes stand before the letter of a break, and how long it is.
fn unescaped(rest: &[u8], slashes: usize) -> Option<(u8, usize)> {
    let run = rest.iter().take(2 * slashes).take_while(|b| **b == b'\\').count();
    match rest.get(run) {
        _ if run == 2 * slashes => Some((b'\\', run)),
        Some(b'n') if run == slashes => Some((b'\n', run + 1)),
        Some(b't') if run == slashes => Some((b'\t', run + 1)),
        Some(b'r') if run == slashes => Some((b'\r', run + 1)),
        Some(mark @ (b'"' | b'\'')) if run > 0 && run == 2 * slashes - 1 => Some((*mark, run + 1)),
        _ => None,
    }
}

/// The strings in a part of a text that hold lines; those inside others are found in what these say.
pub(super) fn of(text: &[u8], part: Range<usize>) -> Vec<Lines> {
    let mut all = Vec::new();
    let mut start = part.start;
    while start < part.end {
        let end = memchr::memchr(b'\n', &text[start..part.end]).map_or(part.end, |newline| start + newline);
        of_line(text, start..end, &mut all);
        start = end + 1;
    }
    all
}

fn of_line(text: &[u8], line: Range<usize>, all: &mut Vec<Lines>) {
    let has = |mark: &[u8]| memchr::memmem::find(&text[line.clone()], mark).is_some();
    if has(b"\\n") {
        quoted(text, line, &|string| memchr::memmem::find(string, b"\\n").is_some(), Breaks::Slashes(1), all);
    } else if REFERENCES[..3].iter().any(|(mark, _)| has(mark)) {
        let holds =
            |string: &[u8]| REFERENCES[..3].iter().any(|(mark, _)| memchr::memmem::find(string, mark).is_some());
        quoted(text, line, &holds, Breaks::Reference, all);
    } else if has(b"%0A") {
        // What a command says stands behind its second pair of colons.
        let said = memchr::memmem::find(&text[line.start + 2.min(line.len())..line.end], b"::").map_or(0, |at| at + 4);
        all.push(Lines { range: line.start + said..line.end, breaks: Breaks::Percent });
    }
}

/// The marks that strings stand in.
const MARKS: [u8; 2] = *b"\"'";

/// Adds the strings of a line that hold breaks; one that nothing closes goes up to the end of the line.
fn quoted(text: &[u8], line: Range<usize>, holds: &dyn Fn(&[u8]) -> bool, breaks: Breaks, all: &mut Vec<Lines>) {
    let mut at = line.start;
    // Marks that nothing closes from here on.
    let mut open_ended = [false; 2];
    while let Some(open) = memchr::memchr2(MARKS[0], MARKS[1], &text[at..line.end]).map(|offset| at + offset) {
        at = open + 1;
        let never = &mut open_ended[usize::from(text[open] == MARKS[1])];
        if *never || !opens(&text[..open], open) || text[..open].ends_with(b"\\") {
            continue;
        }
        let close = closing(&text[at..line.end], text[open]).map(|close| at + close);
        let range = at..close.unwrap_or(line.end);
        *never = close.is_none();
        let is_one = holds(&text[range.clone()]);
        if is_one || close.is_some() {
            at = line.end.min(range.end + 1);
        }
        if is_one {
            all.push(Lines { range, breaks });
        }
    }
}

/// Where the mark stands that closes a string.
fn closing(rest: &[u8], mark: u8) -> Option<usize> {
    memchr::memchr_iter(mark, rest).find(|close| {
        let slashes = rest[..*close].iter().rev().take_while(|b| **b == b'\\').count();
        slashes % 2 == 0 && rest.get(close + 1).is_none_or(|b| !b.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_with_lines_are_read_and_lead_back() {
        for (text, lines) in [
            (r#"{"a": "x", "stderr": "it's \"one\"\n\ttwo\\n", "b": 1}"#, "it's \"one\"\n\ttwo\\n"),
            (r#"msg='say "one"\ntwo' status=529"#, "say \"one\"\ntwo"),
            (r#"msg="one\ntwo"#, "one\ntwo"),
            (r#"<failure message="&quot;one&quot;&#10;two">"#, "\"one\"\ntwo"),
            ("::error title=x::one%0Atwo%25", "one\ntwo%"),
        ] {
            let found = of(text.as_bytes(), 0..text.len());
            assert_eq!(found.len(), 1, "{text}");
            let view = found[0].read(text.as_bytes());
            assert_eq!(std::str::from_utf8(&view.text).unwrap(), lines);
            let last = lines.find("two").unwrap();
            let original = view.original(last..last + 3);
            assert_eq!(&text[found[0].range.start..][original], "two");
        }
        let text = br#"it's "one" and 'two' \ name"#;
        assert_eq!(of(text, 0..text.len()), []);
    }

    #[test]
    fn the_line_of_a_string_around_a_place_is_told() {
        for (text, word, line) in [
            (r#"{"a": "one\nHuman: two\n"}"#, "Human", Some("Human: two")),
            (r#"{"a": "Human: two\nthree"}"#, "Human", Some("Human: two")),
            (r#"{"a": "{\"b\": \"one\\nHuman: two"#, "Human", Some("Human: two")),
            ("x=\"one&#10;Human: two&#10;\"", "Human", Some("Human: two")),
            (r#"{"a": "Human: two"}"#, "Human", None),
            ("Human: two \\ three", "Human", None),
        ] {
            let at = text.find(word).unwrap();
            assert_eq!(line_around(text.as_bytes(), at).map(|(line, _)| line), line.map(str::as_bytes), "{text}");
        }
    }
}
