//! The words that lead the search for heads of tables, and whether a key of content may be the name of a column.

use std::ops::Range;

use super::keys::Keys;
use super::tables::{COPIED, VOCABULARY, is_content};

/// How many columns that people alone have are looked for: mail addresses and telephones.
const LEADING_OF_PEOPLE: usize = 2;

/// The words of the gate, and what follows them: a column with the separator before it.
pub(super) fn words() -> impl Iterator<Item = (Vec<u8>, &'static [u8])> {
    // A name in quotation marks must be closed and a cell follow: in JSON a colon does.
    let forms: [(&[u8], &[u8], &[u8]); 6] = [
        (b",", b"", b",\r\n"),
        (b",\"", b"\"", b",\r\n"),
        (b"\t", b"", b"\t\r\n"),
        (b"\t\"", b"\"", b"\t\r\n"),
        (b";", b"", b";\r\n"),
        (b";\"", b"\"", b";\r\n"),
    ];
    let copied = [(COPIED.as_bytes().to_vec(), &b";"[..])];
    let of = move |name: &'static String| {
        forms
            .map(|(lead, end, next)| ([lead, name.as_bytes(), end].concat(), next))
            .into_iter()
            .chain(first(name))
            .chain(barred(name))
            .chain(aligned(name))
            .chain([([name.as_bytes(), b"|"].concat(), &b" |\r\nabcdefghijklmnopqrstuvwxyz"[..])])
            .chain([([b"|", name.as_bytes()].concat(), &b"\r\n"[..])])
    };
    let separated =
        move |name: &'static String| forms.map(|(lead, end, next)| ([lead, name.as_bytes(), end].concat(), next));
    let of_credentials = VOCABULARY.iter().flat_map(|table| &table.credentials);
    let of_people =
        VOCABULARY.iter().flat_map(|table| table.people.iter().chain(table.of_people.iter().take(LEADING_OF_PEOPLE)));
    let others =
        of_credentials.chain(of_people).flat_map(move |name| separated(name).into_iter().chain(between_bars(name)));
    VOCABULARY.iter().flat_map(|table| &table.leading).flat_map(of).chain(others).chain(copied)
}

/// The words of a column between bars, whatever its cells are as wide as, and of one of a list without blanks.
fn between_bars(name: &str) -> impl Iterator<Item = (Vec<u8>, &'static [u8])> {
    let forms: [(&[u8], &[u8]); 3] = [(b"| ", b" |\r\n"), (b"  ", b" |\r\n"), (b"|", b"|\r\n")];
    forms.map(|(lead, next)| ([lead, name.as_bytes()].concat(), next)).into_iter()
}

/// The words of a column that may be the first one.
fn first(name: &str) -> impl Iterator<Item = (Vec<u8>, &'static [u8])> {
    let letters = &b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ\""[..];
    let may_lead = matches!(name, "prompt" | "question" | "instruction" | "content" | "text" | "input");
    let form = |mark: &u8| ([name.as_bytes(), &[*mark]].concat(), letters);
    b",\t".iter().filter(move |_| may_lead).map(form).collect::<Vec<_>>().into_iter()
}

/// The word of a column between bars, whose width its cells tell.
fn barred(name: &str) -> Vec<(Vec<u8>, &'static [u8])> {
    // As the title of a row it may be bold, and two words.
    let leads = ["| ", "| **", "\u{2502} ", "\u{2503} ", "\u{2551} "];
    let words = name.replace('_', " ");
    let named = [name, words.as_str()].map(str::to_owned);
    let distinct = if words == name { 1 } else { 2 };
    let named = named.iter().take(distinct);
    named.flat_map(|name| leads.map(|lead| ([lead, name].concat().into_bytes(), &b" |*:"[..]))).collect()
}

/// The word of a column with blanks before it, likewise.
fn aligned(name: &str) -> Option<(Vec<u8>, &'static [u8])> {
    (!super::is_key(name.as_bytes())).then(|| (["  ".as_bytes(), name.as_bytes()].concat(), &b" \r\n"[..]))
}

/// Whether the key of content that ends here may be the name of a column between bars or blanks.
pub(super) fn may_be_barred(text: &[u8], name: &Range<usize>) -> bool {
    let blanks = text[name.end..].iter().take(512).take_while(|b| **b == b' ').count();
    let bar = text.get(name.end + blanks);
    let ends = matches!(bar, None | Some(b'|' | b'\r' | b'\n' | 0xe2)) || blanks > 1;
    let is_apart = blanks > 0 || text[..name.start].ends_with(b"  ");
    is_apart && ends && is_content(&text[name.clone()]) || is_in_cell(text, name)
}

/// Whether a key of a family stands alone between separators of cells.
fn is_in_cell(text: &[u8], name: &Range<usize>) -> bool {
    let mark = |b: Option<&u8>| matches!(b, None | Some(b',' | b';' | b'\t' | b'|' | b'"' | b'\r' | b'\n'));
    let before = name.start.checked_sub(1).map(|at| &text[at]);
    let is_pair = text.get(name.end) == Some(&b'"') && matches!(text.get(name.end + 1), Some(b':' | b'='));
    mark(before)
        && mark(text.get(name.end))
        && !is_pair
        && Keys::get().is_some_and(|keys| keys.is_of_family(&text[name.clone()]))
}
