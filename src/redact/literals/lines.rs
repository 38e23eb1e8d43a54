//! The strings of one line of JSON, whole or part of a pretty-printed one, and of what Python and Node print of objects; those inside strings too.
//!
//! Nothing is told of a line unless all of it fits: brackets in pairs, and between strings nothing but what such a text has there.

use std::ops::Range;

use crate::redact::quoted::{self, Quote};

/// A string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Literal {
    /// What stands between its marks.
    pub(super) text: Range<usize>,
    /// Whether it is an element of a list, and no key and no value of one.
    pub(super) listed: bool,
    /// The string that it stands in.
    parent: Option<usize>,
    /// Whether a comma or a closing bracket follows: the text of one that nothing follows may go on in another.
    pub(super) ended: bool,
}

/// Brackets in brackets that are followed, and strings in strings.
const DEEPEST: usize = 64;
const MOST_LEVELS: usize = 4;
/// Places of a line where an object may begin that are tried, and of a string in it: a bound to the work on strings in strings.
const MOST_TRIES: usize = 8;
const MOST_TRIES_INSIDE: usize = 2;

/// The strings of a line, in the order in which they begin.
#[derive(Debug, Default)]
pub(super) struct Literals {
    all: Vec<Literal>,
}

impl Literals {
    /// All strings of the objects in a line.
    pub(super) fn of(text: &[u8], line: Range<usize>) -> Self {
        let mut all = Vec::new();
        objects(text, line, None, &mut all);
        Self { all }
    }

    /// The innermost string around a place.
    pub(super) fn around(&self, place: usize) -> Option<&Literal> {
        let mut literal = self.all[..self.all.partition_point(|literal| literal.text.start <= place)].last()?;
        // One that ended before stands in those that have not.
        while literal.text.end <= place {
            literal = &self.all[literal.parent?];
        }
        Some(literal)
    }

    /// The string that ends at a place.
    pub(super) fn ended_at(&self, place: usize) -> Option<&Literal> {
        self.around(place.checked_sub(1)?).filter(|literal| literal.text.end == place)
    }

    /// In how many others a string stands.
    pub(super) fn level(&self, literal: &Literal) -> usize {
        level(literal.parent, &self.all)
    }

    /// The strings beside one that begin after it.
    pub(super) fn beside(&self, literal: &Literal) -> impl Iterator<Item = &Literal> {
        let from = self.all.partition_point(|other| other.text.start < literal.text.end);
        self.all[from..].iter().filter(|other| other.parent == literal.parent)
    }
}

/// Reads the objects in a stretch, one after the other; in a line, a quotation mark at its start may begin a part of one.
fn objects(text: &[u8], stretch: Range<usize>, parent: Option<usize>, all: &mut Vec<Literal>) {
    let mut at = stretch.start;
    for _ in 0..if parent.is_none() { MOST_TRIES } else { MOST_TRIES_INSIDE } {
        let rest = &text[at..stretch.end];
        let blank = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let quoted = parent.is_none() && at == stretch.start && matches!(rest.get(blank), Some(b'"' | b'\''));
        let start = if quoted { Some(blank) } else { memchr::memchr2(b'{', b'[', rest) };
        let Some(start) = start.map(|start| at + start) else { return };
        let before = all.len();
        let mut reader =
            Reader { text, end: stretch.end, from: start, at: start, parent, open: Vec::new(), quote: None, all };
        if reader.read().is_some() {
            at = reader.at;
        } else {
            all.truncate(before);
            at = start + 1;
        }
    }
}

/// Reads one object.
struct Reader<'a> {
    text: &'a [u8],
    end: usize,
    from: usize,
    at: usize,
    parent: Option<usize>,
    open: Vec<u8>,
    /// The first mark and the backslashes before it, which all others have too.
    quote: Option<usize>,
    all: &'a mut Vec<Literal>,
}

impl Reader<'_> {
    /// Reads to the end of the object, or of the stretch where it goes on in other lines; `None` where it is none.
    fn read(&mut self) -> Option<()> {
        while self.at < self.end {
            match self.text[self.at] {
                bracket @ (b'{' | b'[' | b'(') if self.open.len() < DEEPEST => {
                    self.open.push(bracket);
                    self.at += 1;
                }
                closing @ (b'}' | b']' | b')') => {
                    // A part of a pretty-printed text may close what another line opened.
                    let opened = self.open.pop();
                    if opened.is_some_and(|opened| opened != opening(closing))
                        || opened.is_none() && self.parent.is_some()
                    {
                        return None;
                    }
                    self.at += 1;
                    if self.open.is_empty() && opened.is_some() {
                        return Some(());
                    }
                }
                b'"' | b'\'' | b'\\' => self.mark()?,
                byte if byte.is_ascii_alphanumeric() || b" \t\r\n:,.+-_=<>".contains(&byte) => self.at += 1,
                _ => return None,
            }
        }
        // A text in a string is not pretty-printed over lines: there an object has its end, or was cut off and tells nothing.
        self.parent.is_none().then_some(())
    }

    /// Reads a string, or goes over an escaped blank.
    fn mark(&mut self) -> Option<()> {
        let Some(quote) = quoted::closing_at(self.text, self.at) else {
            let run = self.text[self.at..self.end].iter().take_while(|b| **b == b'\\').count();
            let blank = matches!(self.text[..self.end].get(self.at + run), Some(b'n' | b't' | b'r'));
            self.at += run + 1;
            return blank.then_some(());
        };
        if *self.quote.get_or_insert(quote.depth) != quote.depth {
            return None;
        }
        let start = self.at + quote.len();
        let end = close(self.text, start..self.end, quote)?;
        self.at = end + quote.len();
        let next = self.text[self.at..self.end].iter().find(|b| !b.is_ascii_whitespace());
        if !self.may_begin_at(start - quote.len()) || next.is_some_and(|b| !b",:}])+\\".contains(b)) {
            return None;
        }
        let listed =
            !matches!(self.open.last(), Some(b'{')) && next != Some(&b':') && !self.follows_colon(start - quote.len());
        let ended = matches!(next, Some(b',' | b'}' | b']' | b')' | b':'));
        let own = self.all.len();
        self.all.push(Literal { text: start..end, listed, parent: self.parent, ended });
        if level(self.parent, self.all) < MOST_LEVELS {
            objects(self.text, start..end, Some(own), self.all);
        }
        Some(())
    }

    /// Whether a string may begin where it does: after what parts the strings of an object, which a prefix may stand behind.
    fn may_begin_at(&self, at: usize) -> bool {
        let before = self.text[self.from..at].trim_ascii_end();
        let escaped_blank = before.ends_with(b"\\n") || before.ends_with(b"\\t") || before.ends_with(b"\\r");
        let prefix = before.len() == at - self.from && before.last().is_some_and(|b| b"bBrRuUfF".contains(b));
        escaped_blank || prefix || before.last().is_none_or(|b| b"{[(,:=+".contains(b))
    }

    /// Whether what stands at a place is the value of a key, in a line that does not show its bracket.
    fn follows_colon(&self, at: usize) -> bool {
        self.text[..at].iter().rev().find(|b| !b.is_ascii_whitespace()).is_some_and(|b| matches!(b, b':' | b'='))
    }
}

/// How many strings stand around what has this parent.
fn level(parent: Option<usize>, all: &[Literal]) -> usize {
    std::iter::successors(parent, |own| all[*own].parent).count()
}

const fn opening(closing: u8) -> u8 {
    match closing {
        b'}' => b'{',
        b']' => b'[',
        _ => b'(',
    }
}

/// Where a string ends: at its mark with as many backslashes, those aside that are escaped themselves.
fn close(text: &[u8], within: Range<usize>, quote: Quote) -> Option<usize> {
    let unit = 2 * (quote.depth + 1);
    let mut at = within.start;
    while let Some(mark) = memchr::memchr(quote.mark, &text[at..within.end]).map(|offset| at + offset) {
        let run = text[within.start..mark].iter().rev().take_while(|b| **b == b'\\').count();
        if run >= quote.depth && (run - quote.depth).is_multiple_of(unit) {
            return Some(mark - quote.depth);
        }
        at = mark + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(&str, bool, usize)> {
        let strings = Literals::of(text.as_bytes(), 0..text.len());
        let told = |one: &Literal| (&text[one.text.clone()], one.listed, strings.level(one));
        strings.all.iter().map(told).collect()
    }

    #[test]
    fn strings_are_told_with_what_they_stand_in() {
        assert_eq!(told(r#"{"a": "b c:", "d": 1}"#), [("a", false, 0), ("b c:", false, 0), ("d", false, 0)]);
        assert_eq!(told("  \"a\": \"b\\\\\",\n"), [("a", false, 0), ("b\\\\", false, 0)]);
        assert_eq!(told("  \"line one\",\n"), [("line one", true, 0)]);
        assert_eq!(
            told("{'a': ['b', \"it's\"], 'c': None}")[1..],
            [("b", true, 0), ("it's", true, 0), ("c", false, 0)]
        );
        assert_eq!(told("12:00 INFO {\"a\": \"b\"} 3 ms"), [("a", false, 0), ("b", false, 0)]);
        assert_eq!(told("Message(content=[{'a': 'b'}], id='c')"), [("a", false, 0), ("b", false, 0)]);
    }

    #[test]
    fn strings_in_strings_are_told_too() {
        let text = r#"{"log": "sent {\"a\": \"b \\\"c\\\"\", \"d\": 1}", "e": 2}"#;
        let inner = [(r"a", false, 1), (r#"b \\\"c\\\""#, false, 1), ("d", false, 1)];
        assert_eq!(told(text)[2..5], inner);
        assert_eq!(told(text).len(), 6);
    }

    #[test]
    fn the_innermost_string_around_a_place_is_told() {
        let text = r#"{"log": "sent {\"a\": \"b\"} now", "e": 2}"#;
        let all = Literals::of(text.as_bytes(), 0..text.len());
        for (place, expected) in [("b", Some("b")), ("now", Some(r#"sent {\"a\": \"b\"} now"#)), ("2", None)] {
            let around = all.around(text.find(place).unwrap());
            assert_eq!(around.map(|literal| &text[literal.text.clone()]), expected, "{place}");
        }
    }

    #[test]
    fn of_what_does_not_fit_nothing_is_told() {
        for text in [
            "\": \"a b\"}]}",
            "x {\"a\": \"b\" c}",
            "{\"a\": \"b",
            "{\"a\": b;}",
            "say \"a\", \"b\"",
            "{\"a\": \\\"b\\\"}",
            "[{\"a\": 1)",
            "x",
        ] {
            assert_eq!(told(text), [], "{text}");
        }
    }
}
