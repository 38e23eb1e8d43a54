//! Where the value of a name begins: behind a separator, in the next field, line or element.

use std::ops::Range;

use super::{around, is_assignment_lead, listed, pairs, skip, written};
use crate::redact::quoted::{self, Quote};

/// How a value follows its name.
#[derive(Debug)]
pub(super) struct Position {
    /// Where the value begins.
    pub(super) at: usize,
    /// Whether it stands in running text: an unquoted name, a colon, not at the start of a line.
    pub(super) prose: bool,
    /// Whether it is the value of an assignment that begins a line.
    pub(super) starts_line: bool,
    /// Whether a colon stands between.
    pub(super) colon: bool,
}

impl Position {
    /// That of a value without a separator before it.
    const fn apart(at: usize, prose: bool) -> Self {
        Self { at, prose, starts_line: false, colon: false }
    }
}

/// What stands between a name and its value, and whether running text has it too.
const SEPARATORS: [(&[u8], bool); 18] = [
    (b"?=", false),
    (b"??=", false),
    (b"||=", false),
    (b"=>", false),
    (b"->", true),
    (b":=", false),
    (b"==", false),
    (b"=", false),
    (b":", true),
    ("\u{ff1a}".as_bytes(), true),
    (b"\\uff1a", true),
    (b"%3D", false),
    (b"%3d", false),
    (b"%3A", true),
    (b"\\u003d", false),
    (b"&#61;", false),
    // Properties of Java escape what could end a name.
    (b"\\=", false),
    (b"\\:", true),
];
/// Most of a line before a name that is looked at.
const LONGEST_LEAD: usize = 160;

/// Where the value of a name begins.
pub(super) fn of(text: &[u8], name: &Range<usize>) -> Option<Position> {
    let named = Named::new(text, name);
    let quoted = named.quote.is_some();
    let from = if quoted { skip(text, named.end, b" \t\r\n") } else { named.gap() };
    let rest = text.get(from..)?;
    if let Some(at) = around::in_element(text, name, named.end, quoted) {
        return Some(Position::apart(at, true));
    }
    if let Some(at) = around::in_list_of_pairs(text, name) {
        return Some(Position::apart(at, false));
    }
    if let Some(at) = written::compared(text, from) {
        return Some(Position::apart(at, true));
    }
    if let Some(at) = written::in_tuple(text, name).or_else(|| written::in_record(text, name, from)) {
        return Some(Position::apart(at, false));
    }
    match SEPARATORS.iter().find(|(separator, _)| rest.starts_with(separator)) {
        Some((b"==", _)) => None,
        Some((separator, true)) if rest.get(separator.len()) == Some(&b':') => {
            quoted::behind_declared(text, named.end).map(|at| Position::apart(at, false))
        }
        Some((separator, colon)) => named.behind(from + separator.len(), *colon),
        None => named.without_separator(from),
    }
}

/// A name, and what stands right around it.
struct Named<'t> {
    text: &'t [u8],
    name: &'t Range<usize>,
    quote: Option<Quote>,
    /// Where it ends with its marks.
    end: usize,
    /// Whether it is an index, or an argument of a call.
    inner: bool,
    /// Whether it begins a line as the name in an assignment does.
    starts_line: bool,
}

impl<'t> Named<'t> {
    fn new(text: &'t [u8], name: &'t Range<usize>) -> Self {
        let quote = quoted::closing_at(text, name.end);
        let end = name.end + quote.map_or(0, Quote::len);
        let end = around::after_visibility(text, end);
        // `getenv("NAME") = "value"`, as tracers show calls.
        let inner = text.get(end) == Some(&b']') || quote.is_some() && written::is_called(text, end);
        let end = written::after_bold(text, end + usize::from(inner));
        let near = &text[name.start.saturating_sub(LONGEST_LEAD)..name.start];
        let lead = &near[memchr::memrchr(b'\n', near).map_or(0, |newline| newline + 1)..];
        let starts_line = quote.is_none() && lead.len() < LONGEST_LEAD && is_assignment_lead(lead);
        Self { text, name, quote, end, inner, starts_line }
    }

    /// What follows on the same line.
    fn gap(&self) -> usize {
        skip(self.text, self.end, b" \t")
    }

    /// The value behind a separator.
    fn behind(&self, separator: usize, colon: bool) -> Option<Position> {
        let Self { text, name, quote, starts_line, .. } = *self;
        let spaced = colon || self.gap() > self.end || starts_line;
        let at = match (quote, spaced) {
            // The value of a quoted name may stand in the next line.
            (Some(_), _) => around::next_text(text, separator),
            (None, true) => skip(text, separator, b" \t"),
            (None, false) => separator,
        };
        if let Some(end) = around::end_of_label(text, name, at).filter(|_| quote.is_none()) {
            return pairs::after_label(text, name, end);
        }
        let at = written::behind_fold(text, at);
        let typed = if colon && quote.is_none() { quoted::after_declared_type(text, at) } else { at };
        let at = if colon && typed == at { written::behind_tag(text, at)? } else { typed };
        let at = quoted::after_type(text, written::in_bold(text, name.start, at));
        let at = around::in_next_tag(text, at).unwrap_or(at);
        let at = if quote.is_some() { written::in_object(text, at) } else { at };
        let at = around::inside_constructors(text, written::in_binary(text, at));
        // A name between back-quotes is one that a sentence speaks of.
        let spoken = quote.is_none_or(|quote| quote.mark == b'`');
        Some(Position { at, prose: spoken && colon && !starts_line, starts_line, colon })
    }

    /// The value in another line or element, in the next field, or behind a blank.
    fn without_separator(&self, from: usize) -> Option<Position> {
        let Self { text, name, quote, end, .. } = *self;
        let in_other_line = around::in_next_line(text, name.start, end)
            .or_else(|| listed::in_next_row(text, name, quote, end))
            .or_else(|| listed::in_next_item(text, name))
            .map(|at| (at, false));
        let in_other_tag = || around::in_next_tag(text, end).map(|at| (at, !text[..end].ends_with(b"<string>")));
        if let Some((at, prose)) = in_other_line.or_else(in_other_tag) {
            return Some(Position::apart(at, prose));
        }
        if let Some(quote) = quote {
            // Behind the end of a list stands the next field: `"path":["password"],"message":"..."`.
            return if self.inner { None } else { pairs::position(text, name, quote, from) };
        }
        if let Some(at) = quoted::behind_declared(text, end) {
            return Some(Position::apart(at, false));
        }
        let (gap, word) = (self.gap(), &text[name.clone()]);
        let keyword = written::is_keyword(text, name);
        let is_pass = || word.len() < 12 && word.to_ascii_lowercase().starts_with(b"pass");
        if gap == end + 1 && quoted::opening_at(text, gap).is_some() && (keyword || is_pass()) {
            // Prose: `password 'x'`.
            return Some(Position::apart(gap, !keyword));
        }
        let flag = text[..name.start].ends_with(b"--") || word.len() > 2 && word.starts_with(b"--");
        let argument = || written::is_argument(text, name, gap);
        ((flag || argument()) && gap > end).then(|| Position::apart(gap, false))
    }
}
