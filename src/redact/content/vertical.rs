//! Prompt content in records that are shown with one column on each line, as `psql` does with `\x` and `mysql` with `\G`.
//!
//! The separators of a record stand below each other, which tells a column from the next line of a text.

use std::ops::Range;

use super::tables;
use crate::redact::finding::Finding;

/// The words of the gate: a part of the lines that begin a record.
pub(in crate::redact) const WORDS: [&str; 2] = ["-[ RECORD ", ". row ****"];

/// Which program shows the record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Psql,
    Mysql,
}

/// A record that is open.
struct Record {
    style: Style,
    /// Where the line stands that began it.
    head: Range<usize>,
    /// Where in its lines the separator stands, once a column was seen.
    bar: Option<usize>,
    /// The column whose text may go on in the next line.
    hidden: Option<Range<usize>>,
}

/// Adds the texts of columns of content.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    if holds_head(text) {
        walk(text, &mut |value| tables::push(text, value, found));
    }
}

/// What the next line must be seen with, where a text ends in such a record.
pub(in crate::redact) fn context(before: &[u8], held: &[u8]) -> Option<Vec<u8>> {
    if !holds_head(before) && !holds_head(held) {
        return None;
    }
    let text = [before, held].concat();
    let record = walk(&text, &mut |_| ())?;
    let mut context = [&text[record.head], b"\n"].concat();
    let Some(bar) = record.bar else { return Some(context) };
    // A column without a text keeps the place of the separator; the name of one whose text goes on keeps that.
    let name = record.hidden.map_or(&b"x"[..], |name| &text[name]);
    let blank = vec![b' '; bar.saturating_sub(name.len())];
    match record.style {
        Style::Psql => context.extend([name, &blank, b"| -\n"].concat()),
        Style::Mysql => context.extend([&blank, name, b": -\n"].concat()),
    }
    Some(context)
}

fn holds_head(text: &[u8]) -> bool {
    WORDS.iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
}

/// The program that begins a record with a line.
fn style_of(line: &[u8]) -> Option<Style> {
    if line.starts_with(WORDS[0].as_bytes()) {
        return Some(Style::Psql);
    }
    let rest = line.strip_prefix(b"***")?;
    let rest = &rest[rest.iter().take_while(|b| **b == b'*').count()..];
    let digits = rest.strip_prefix(b" ")?.iter().take_while(|b| b.is_ascii_digit()).count();
    rest[1 + digits..].starts_with(WORDS[1].as_bytes()).then_some(Style::Mysql)
}

/// Gives the texts to `take`, and the record that is open at the end.
fn walk(text: &[u8], take: &mut dyn FnMut(Range<usize>)) -> Option<Record> {
    let mut open: Option<Record> = None;
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |newline| start + newline);
        let line = text[start..end].trim_ascii_end();
        if let Some(style) = style_of(line) {
            open = Some(Record { style, head: start..start + line.len(), bar: None, hidden: None });
        } else if let Some(record) = &mut open {
            match value_of(record, line, start) {
                Some(value) if record.hidden.is_some() => take(start + value..end),
                Some(_) => {}
                None => open = None,
            }
        }
        start = end + 1;
    }
    open
}

/// Where in a line of a record its value begins; notes the column. `None` where the line is no part of the record.
fn value_of(record: &mut Record, line: &[u8], start: usize) -> Option<usize> {
    let mark = if record.style == Style::Psql { b'|' } else { b':' };
    let bar = record.bar.or_else(|| memchr::memchr(mark, &line[..line.len().min(128)]));
    let name = bar.filter(|bar| line.get(*bar) == Some(&mark)).and_then(|bar| name_before(record.style, line, bar));
    if let (Some(bar), Some(name)) = (bar, name) {
        record.bar = Some(bar);
        let is_blank = name.is_empty();
        if !is_blank {
            record.hidden = tables::is_content(&line[name.clone()]).then(|| start + name.start..start + name.end);
        }
        return Some(bar + 1);
    }
    // The next line of a text of MySQL has nothing before it.
    let counts = || memchr::memmem::find(line, b" in set").is_some() && line[0].is_ascii_digit();
    (record.style == Style::Mysql && record.hidden.is_some() && (line.is_empty() || !counts())).then_some(0)
}

/// The name of a column before the separator; an empty one where `psql` goes on with a text.
fn name_before(style: Style, line: &[u8], bar: usize) -> Option<Range<usize>> {
    let all = &line[..bar];
    let lead = all.len() - all.trim_ascii_start().len();
    let name = lead..lead + all.trim_ascii().len();
    let is_name = all[name.clone()].iter().all(|b| b.is_ascii_alphanumeric() || b"_ .-()".contains(b));
    let may_be_empty = style == Style::Psql;
    (is_name && (may_be_empty || !name.is_empty())).then_some(name)
}
