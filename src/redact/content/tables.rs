//! Prompt content in tables with a head that names its columns: CSV, TSV, and those of Markdown.
//!
//! The head is all that a stream needs to look at the next row.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::aligned::{self, Column};
use super::cells::field;
use super::keys::Keys;
use super::{BY_TABLE, KIND_NAME, credentials, people, shape_of};
use crate::redact::finding::{Finding, Rank};
use crate::redact::names::Trust;
use crate::redact::placeholder;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vocabulary {
    columns: Vec<String>,
    pub(super) leading: Vec<String>,
    tables: Vec<String>,
    pub(super) credentials: Vec<String>,
    pub(super) people: Vec<String>,
    pub(super) of_people: Vec<String>,
}

pub(super) static VOCABULARY: LazyLock<Option<Vocabulary>> =
    LazyLock::new(|| crate::data::read(data!("redact/rules/columns")).ok());
static NAMES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let families = Keys::get().into_iter().flat_map(Keys::of_families);
    let words = |table: &'static Vocabulary| {
        table.columns.iter().chain(&table.credentials).chain(&table.people).chain(&table.of_people).map(String::as_str)
    };
    let build = |words| AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok();
    VOCABULARY.as_ref().and_then(|table| build(words(table).chain(families).collect::<Vec<_>>()))
});

/// How a line ends that rows of a dump of `PostgreSQL` follow.
pub(super) const COPIED: &str = ") FROM stdin";
/// Longest line that is taken for a head.
const LONGEST_HEAD: usize = 2048;
/// A word so long alone in its cell says a state or a kind.
const LONGEST_WORD: usize = 24;
/// Longest row over several lines that is waited for.
const LONGEST_ROW: usize = 64 * 1024;

/// The head of a table.
enum Head {
    /// Of one whose cells a mark separates.
    Separated(Separated),
    /// Of one whose cells stand below each other.
    Aligned(Vec<Column>),
}

/// The columns of a table whose cells a mark separates.
struct Separated {
    separator: u8,
    /// Whether bars have no blanks beside them, as the list mode of `SQLite` writes them.
    listed: bool,
    columns: usize,
    hidden: Vec<usize>,
    credentials: Vec<(usize, Trust)>,
    people: Vec<usize>,
}

/// What a cell of a table is.
#[derive(Clone, Copy)]
pub(super) enum Cell {
    Content,
    Credential(Trust),
    Person,
}

/// What stands between the cells of tables of terminals.
pub(super) const SIDES: [&str; 4] = ["\u{2502}", "\u{2503}", "\u{2551}", "\u{2506}"];

/// Whether the cells of a column are content.
pub(in crate::redact) fn is_content(name: &[u8]) -> bool {
    VOCABULARY
        .as_ref()
        .is_none_or(|table| table.columns.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name)))
        || Keys::get().is_some_and(|keys| keys.is_of_family(name))
}

/// Whether the texts of a database's table are content, whatever their columns are called.
pub(super) fn holds_content(table: &[u8]) -> bool {
    let name = table.to_ascii_lowercase();
    let holds = |word: &String| memchr::memmem::find(&name, word.as_bytes()).is_some();
    VOCABULARY.as_ref().is_none_or(|known| known.tables.iter().any(holds))
}

/// Whether a head stands on the line that holds the word at `at`.
pub(super) fn may_begin(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(LONGEST_HEAD);
    let start = memchr::memrchr(b'\n', &text[from..at]).map_or(from, |newline| from + newline + 1);
    let end = memchr::memchr(b'\n', &text[at..text.len().min(at + LONGEST_HEAD)]).map_or(text.len(), |end| at + end);
    head(&text[start..end]).is_some() || field(&text[start..end]).is_some()
}

/// The head of a table on a line.
fn head(line: &[u8]) -> Option<Head> {
    let line = line.trim_ascii_end();
    if line.len() > LONGEST_HEAD {
        return None;
    }
    if line.starts_with(b"COPY ") {
        return copied(line);
    }
    let bars = side_length(line.trim_ascii_start(), b'|') > 0;
    let has_side = |side: &&str| memchr::memmem::find(line, side.as_bytes()).is_some();
    let barred = bars || memchr::memmem::find(line, b" | ").is_some() || !line.is_ascii() && SIDES.iter().any(has_side);
    let mark = || [b'\t', b',', b';', b'|'].into_iter().find(|mark| line.contains(mark));
    let Some(separator) = barred.then_some(b'|').or_else(mark) else { return aligned::head(line).map(Head::Aligned) };
    let (cells, _) = cells(line, separator);
    let names: Vec<&[u8]> = cells.iter().map(|cell| name_of(&line[cell.clone()])).collect();
    let plain = |name: &&[u8]| name.is_empty() && bars || is_name(name) || is_output(name);
    // Behind a comma in running text stands a blank.
    let prose = separator == b',' && memchr::memmem::find(line, b", ").is_some();
    let hidden: Vec<usize> = (0..names.len()).filter(|at| is_content(names[*at]) || is_output(names[*at])).collect();
    // A line of code may begin with bars, too.
    let closed =
        !bars || names.last().is_some_and(|name| name.is_empty()) && !line.trim_ascii_start().starts_with(b"||");
    let credentials = credentials::columns(&names);
    let people = people::columns(&names);
    let some = !hidden.is_empty() || !credentials.is_empty() || !people.is_empty();
    let is_head = closed && names.len() > 1 && some && !prose && names.iter().all(plain);
    let listed = separator == b'|' && !barred;
    let columns = names.len();
    is_head.then_some(Head::Separated(Separated { separator, listed, columns, hidden, credentials, people }))
}

/// The head of the rows that a dump of `PostgreSQL` copies: `COPY messages (id, content) FROM stdin;`.
fn copied(line: &[u8]) -> Option<Head> {
    let open = memchr::memchr(b'(', line)? + 1;
    let list = line[open..].strip_suffix(b") FROM stdin;")?;
    let names: Vec<&[u8]> = list.split(|b| *b == b',').map(|name| name_of(name.trim_ascii())).collect();
    let hidden: Vec<usize> = (0..names.len()).filter(|at| is_content(names[*at])).collect();
    let credentials = credentials::columns(&names);
    let people = people::columns(&names);
    let some = !hidden.is_empty() || !credentials.is_empty() || !people.is_empty();
    let columns = names.len();
    let head = Separated { separator: b'\t', listed: false, columns, hidden, credentials, people };
    some.then_some(Head::Separated(head))
}

/// Length of what separates cells, where it stands at the start of a text.
fn side_length(rest: &[u8], separator: u8) -> usize {
    if rest.first() == Some(&separator) {
        return 1;
    }
    let side = || SIDES.iter().find(|side| rest.starts_with(side.as_bytes()));
    if separator == b'|' && rest.first() == Some(&0xe2) { side().map_or(0, |side| side.len()) } else { 0 }
}

/// The name in a cell, without its quotation marks.
fn name_of(cell: &[u8]) -> &[u8] {
    let cell = cell.trim_ascii();
    cell.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\"")).unwrap_or(cell)
}

/// Whether a column holds what a model answered, as promptfoo names it: `[anthropic:messages:claude-haiku-4-5] prompt`.
fn is_output(name: &[u8]) -> bool {
    let provider = name.strip_prefix(b"[").and_then(|rest| Some(&rest[..memchr::memchr(b']', rest)?]));
    provider.is_some_and(|provider| provider.contains(&b':') && !provider.contains(&b' '))
}

pub(super) fn is_name(name: &[u8]) -> bool {
    (1..=40).contains(&name.len())
        && (name[0].is_ascii_alphabetic() || !name[0].is_ascii() || matches!(name, b"(index)" | b"#"))
        && name.iter().all(|b| b.is_ascii_alphanumeric() || !b.is_ascii() || b"_ .-/()#".contains(b))
        && memchr::memchr_iter(b' ', name).count() < 3
}

/// The cells of a row, and where the row ends: a quoted cell goes over lines. `None` where it goes on beyond the end.
fn cells(row: &[u8], separator: u8) -> (Vec<Range<usize>>, Option<usize>) {
    let mut cells = Vec::new();
    let mut start = 0;
    let mut at = 0;
    loop {
        let blank = row[at..].iter().take_while(|b| **b == b' ').count();
        if separator != b'|' && row.get(at + blank) == Some(&b'"') {
            let Some(close) = closing(row, at + blank + 1) else {
                cells.push(start..row.len());
                return (cells, None);
            };
            at = close + 1;
        }
        while row.get(at).is_some_and(|b| *b != b'\n') && side_length(&row[at..], separator) == 0 {
            at += 1;
        }
        cells.push(start..at);
        let side = side_length(&row[at..], separator);
        if side == 0 {
            return (cells, Some(at));
        }
        at += side;
        start = at;
    }
}

/// The quotation mark that closes a cell; two of them are one in its text.
fn closing(row: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let mark = at + memchr::memchr(b'"', &row[at..])?;
        if row.get(mark + 1) != Some(&b'"') {
            return Some(mark);
        }
        at = mark + 2;
    }
}

/// Adds the cells of tables.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    if NAMES.as_ref().is_some_and(|words| words.is_match(text)) {
        walk(text, &mut |range, cell| match cell {
            Cell::Content => push(text, range, found),
            Cell::Credential(trust) => credentials::push(text, range, trust, found),
            Cell::Person => people::push(text, range, found),
        });
    }
}

/// What a text leaves open for the lines after it.
struct Left {
    /// Where the head of its table stands.
    head: Range<usize>,
    /// Whether a row goes on in the next line.
    in_row: bool,
}

/// Gives the cells to `take`; tells the table that is open at the end.
fn walk(text: &[u8], take: &mut dyn FnMut(Range<usize>, Cell)) -> Option<Left> {
    let mut open: Option<(Head, Range<usize>)> = None;
    let mut start = 0;
    while start < text.len() {
        let line_end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |newline| start + newline);
        let Some((known, at)) = &mut open else {
            let line = &text[start..line_end];
            open = head(line).map(|head| (head, start..line_end));
            if open.is_none()
                && let Some(cell) = field(line)
            {
                take(start + cell.start..start + cell.end, Cell::Content);
            }
            start = line_end + 1;
            continue;
        };
        if aligned::is_rule(&text[start..line_end]) {
            // The rule below a head stays with it: it tells the head of some tables.
            if at.end + 1 == start {
                at.end = line_end;
            }
            start = line_end + 1;
            continue;
        }
        if needs_rule(known) && !text[at.clone()].contains(&b'\n') {
            open = None;
            continue;
        }
        let known = &*known;
        let Head::Separated(Separated { separator, .. }) = known else {
            let line = text[start..line_end].trim_ascii_end();
            let Head::Aligned(columns) = known else { return None };
            if !aligned::hide(columns, line, &mut |cell, kind| take(start + cell.start..start + cell.end, kind)) {
                open = None;
            }
            start = line_end + 1;
            continue;
        };
        let near = &text[start..text.len().min(start + LONGEST_ROW)];
        let (row, end) = raw_cells(known, near).unwrap_or_else(|| cells(near, *separator));
        if row.len() < 2 || of_credentials(known) && row.len() != columns_of(known) && end.is_some() {
            open = None;
            continue;
        }
        // A mark that never closes is text; in a stream the next line may close it.
        let waits = end.is_none() && near.len() < LONGEST_ROW;
        hide(known, &row, &mut |range, cell| take(start + range.start..start + range.end, cell));
        let Some(end) = end else { return waits.then(|| Left { head: at.clone(), in_row: true }) };
        start += end + 1;
    }
    open.map(|(_, head)| Left { head, in_row: false })
}

/// Gives the cells of a row that are content. Of one with more cells than the head has, all goes that a text with separators may have.
fn hide(head: &Head, row: &[Range<usize>], take: &mut dyn FnMut(Range<usize>, Cell)) {
    let Head::Separated(Separated { columns, hidden, credentials, people, .. }) = head else { return };
    // A row that has more cells than its head tells of those before the first text and behind the last one.
    let extra = row.len().saturating_sub(*columns);
    let of_credentials = credentials.iter().map(|(at, trust)| (*at, Cell::Credential(*trust)));
    for (at, cell) in of_credentials.chain(people.iter().map(|at| (*at, Cell::Person))) {
        let at = if hidden.last().is_some_and(|last| *last < at) { at + extra } else { at };
        if let Some(range) = row.get(at) {
            take(range.clone(), cell);
        }
    }
    let (Some(first), Some(last)) = (hidden.first(), hidden.last()) else { return };
    if row.len() > *columns {
        let behind = columns - last - 1;
        return take(row[*first].start..row[row.len() - 1 - behind].end, Cell::Content);
    }
    hidden.iter().filter_map(|at| row.get(*at)).for_each(|cell| take(cell.clone(), Cell::Content));
}

/// The head that the next line must be seen with, where a text ends in a table.
pub(in crate::redact) fn context(before: &[u8], held: &[u8]) -> Option<Vec<u8>> {
    let words = NAMES.as_ref()?;
    if !words.is_match(before) && !words.is_match(held) {
        return None;
    }
    let text = [before, held].concat();
    let left = walk(&text, &mut |_, _| ())?;
    Some([&text[left.head], b"\n"].concat())
}

/// Whether a row of a table goes on in the next line.
pub(in crate::redact) fn opens_row(before: &[u8], held: &[u8]) -> bool {
    let Some(words) = NAMES.as_ref() else { return false };
    (words.is_match(before) || words.is_match(held))
        && walk(&[before, held].concat(), &mut |_, _| ()).is_some_and(|left| left.in_row)
}

/// Whether a text is the head of a table, whose rows may begin with a time.
pub(in crate::redact) fn is_head(text: &[u8]) -> bool {
    NAMES.as_ref().is_some_and(|words| words.is_match(text)) && head(text).is_some()
}

/// Whether a line is a head only where a rule follows: of names between bars that say nothing of content, as a record of one column a line has them.
fn needs_rule(head: &Head) -> bool {
    match head {
        Head::Separated(Separated { separator: b'|', listed: false, hidden, .. }) => hidden.is_empty(),
        Head::Aligned(columns) => columns.iter().all(|column| column.trust.is_some()),
        Head::Separated(_) => false,
    }
}

/// Whether a table has no column of content: its rows are told by the number of their cells.
fn of_credentials(head: &Head) -> bool {
    matches!(head, Head::Separated(Separated { hidden, .. }) if hidden.is_empty())
}

fn columns_of(head: &Head) -> usize {
    if let Head::Separated(Separated { columns, .. }) = head { *columns } else { 0 }
}

/// The cells of a row of TSV whose texts may begin with quotation marks of their own, where its line has as many as the head.
fn raw_cells(head: &Head, row: &[u8]) -> Option<(Vec<Range<usize>>, Option<usize>)> {
    let Head::Separated(Separated { separator: b'\t', columns, .. }) = head else { return None };
    let end = memchr::memchr(b'\n', row).unwrap_or(row.len());
    let mut start = 0;
    let mut cells = Vec::with_capacity(*columns);
    for tab in memchr::memchr_iter(b'\t', &row[..end]).chain([end]) {
        cells.push(start..tab);
        start = tab + 1;
    }
    let last = row[cells.last()?.clone()].trim_ascii_end();
    let closed = !last.starts_with(b"\"") || last.len() > 1 && last.ends_with(b"\"");
    (cells.len() == *columns && closed).then_some((cells, Some(end)))
}

/// Adds one cell, without its quotation marks.
pub(super) fn push(text: &[u8], cell: Range<usize>, found: &mut Vec<Finding>) {
    let all = text[cell.clone()].trim_ascii_end();
    let blank = all.len() - all.trim_ascii_start().len();
    let (mut start, mut end) = (cell.start + blank, cell.start + all.len());
    if text[start..end].starts_with(b"\"") {
        start += 1;
        end -= usize::from(end > start && text[start..end].ends_with(b"\""));
    }
    let value = &text[start..end];
    let word = value.len() <= LONGEST_WORD && !value.iter().any(u8::is_ascii_whitespace) && value.is_ascii();
    let rule = value.iter().all(|b| b"-:=+ ".contains(b));
    if word || rule || placeholder::is_shape(value) {
        return;
    }
    let mut finding = Finding::new(start..end, &BY_TABLE, &KIND_NAME, Rank::Content);
    finding.substitute = shape_of(value);
    found.push(finding);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_tables_are_told_from_running_text() {
        for (line, hidden) in [
            ("id,model,prompt,completion,status", Some(vec![2, 3])),
            ("\"id\",\"prompt\"", Some(vec![1])),
            ("request_id\trole\tcontent\tlatency_ms", Some(vec![2])),
            ("| id | prompt | status |", Some(vec![2])),
            ("timestamp,level,message", None),
            ("┃ id ┃ prompt      ┃", Some(vec![2])),
            ("    id    prompt  status", Some(vec![10])),
            ("the content  of it", None),
            ("NAME   CONTENT", None),
            ("|| take.is_some_and(|text| self.ends(text))", None),
            ("send a prompt, content, or both", None),
            ("tokens,prompt,412", None),
            ("prompt", None),
        ] {
            let found = head(line.as_bytes()).map(|head| match head {
                Head::Separated(head) => head.hidden,
                Head::Aligned(names) => names.iter().map(|column| column.name.start).collect(),
            });
            assert_eq!(found, hidden, "{line}");
        }
    }
}
