//! What leads the search for prompt content: the words of the gate, and whether something begins where one stands.

use std::ops::Range;

use super::keyed::{Key, key_at};
use super::keys::{Class, Keys, is_of_field};
use super::{
    aligned_pairs, assigned, commands, cut, doubled, dumps, endings, flow, go_maps, heads, keyed_elements, labels,
    lines_in_strings, screen, sources, sql, tables, turns, yaml,
};
use crate::redact::{collected, quoted, strings};

/// The keys that lead the search, and what must follow them.
pub(in crate::redact) fn words() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    Keys::get().into_iter().flat_map(Keys::words)
}

/// The options that lead the search on command lines.
pub(in crate::redact) const fn options() -> &'static [&'static str] {
    commands::OPTIONS
}

/// Whether content may begin at a key that stands here, on its line as it is or without what a collector of logs put before it.
pub(in crate::redact) fn may_begin(text: &[u8], name: Range<usize>) -> bool {
    !leads_to_word(text, name.end)
        && (may_be_key(text, name.clone())
            || collected::body(text, name.start)
                .is_some_and(|(body, at)| may_be_key(body, name.start - at..name.end - at)))
}

/// Whether a word or a number stands behind a blank, as behind the path of a request in a log: `POST /v1/messages 200`. Only SQL puts a word between a name and its
/// text (`LIKE`).
fn leads_to_word(text: &[u8], at: usize) -> bool {
    matches!(text[at..], [b' ', next, ..] if next.is_ascii_alphanumeric() && !b"LlIi".contains(&next))
}

fn may_be_key(text: &[u8], name: Range<usize>) -> bool {
    let is_said = || Keys::get().is_some_and(|keys| keys.class_of(&text[name.clone()]) == Some(Class::Said));
    let is_text = |key: &Key| key.value == text.len() || quoted::opening_at(text, key.value).is_some();
    if Keys::get().is_some_and(|keys| endings::value(keys, text, &name).is_some()) {
        return true;
    }
    if is_of_field(&text[name.clone()]) {
        return key_at(text, name).is_some_and(|key| key.quoted);
    }
    key_at(text, name.clone()).is_some_and(|key| is_text(&key) || !is_said())
        || Keys::get().is_none_or(|keys| dumps::parameter(keys, text, &name).is_some())
        || assigned::value(text, &name).is_some()
        || flow::value(text, &name).is_some()
        || flow::may_open(text, &name)
        || go_maps::value(text, &name).is_some()
        || keyed_elements::opens(text, &name)
        || aligned_pairs::value(text, &name).is_some()
        || is_last(text, &name)
        || doubled::may_begin(text, &name)
        || lines_in_strings::may_begin(text, &name)
        || yaml::may_begin(text, name)
}

/// Whether a key is the last of its line, whose value stands in the next one, as Ruby prints long ones.
fn is_last(text: &[u8], name: &Range<usize>) -> bool {
    let lead = name.start.checked_sub(1).map(|at| text[at]);
    match text[name.end..text.len().min(name.end + 8)].trim_ascii_end() {
        _ if text.len() >= name.end + 8 => false,
        b":" => lead.is_none_or(|b| matches!(b, b' ' | b'{' | b'\t')),
        b"=>" => lead == Some(b':'),
        _ => false,
    }
}

/// Whether an option of a command line that stands here may hold a prompt.
pub(in crate::redact) fn may_be_option(text: &[u8], start: usize, end: usize) -> bool {
    commands::may_begin(text, start, end)
}

/// Whether a line is the head of a frame, whose source lines follow.
pub(in crate::redact) fn heads_frame(line: &[u8]) -> bool {
    sources::heads_frame(line)
}

/// Whether a line is indented deeper than the head of a frame.
pub(in crate::redact) fn is_deeper(head: &[u8], line: &[u8]) -> bool {
    sources::is_deeper(head, line)
}

/// What the next line must be seen with on a copied screen.
pub(in crate::redact) fn context_on_screen(before: &[u8], held: &[u8]) -> Option<Vec<u8>> {
    screen::context(before, held)
}

/// Marks of a copied screen.
pub(in crate::redact) const fn screen_marks() -> &'static [&'static str] {
    &screen::WORDS
}

/// The openings of frames, which lead the search for them.
pub(in crate::redact) fn frames() -> impl Iterator<Item = &'static str> {
    super::frames::words()
}

/// The words of lines that head what was said.
pub(in crate::redact) fn turn_words() -> impl Iterator<Item = &'static str> {
    turns::words()
}

/// The labels of what was said, in any case.
pub(in crate::redact) fn label_words() -> impl Iterator<Item = &'static str> {
    labels::words()
}

/// Whether a line that heads what was said stands around a place.
pub(in crate::redact) fn may_be_turn(text: &[u8], at: usize) -> bool {
    turns::may_begin(text, at)
        || collected::body(text, at).is_some_and(|(body, start)| turns::may_begin(body, at - start))
        || strings::line_around(text, at).is_some_and(|(line, start)| turns::may_begin(line, at - start))
}

/// What the next line must be seen with below such a line.
pub(in crate::redact) fn context_of_turn(before: &[u8], held: &[u8]) -> Option<Vec<u8>> {
    turns::context(before, held)
}

/// The words of heads of tables, with what follows them.
pub(in crate::redact) fn column_words() -> impl Iterator<Item = (Vec<u8>, &'static [u8])> {
    heads::words()
}

/// Whether the head of a table stands around a place.
pub(in crate::redact) fn may_be_table(text: &[u8], at: usize) -> bool {
    tables::may_begin(text, at)
        || collected::body(text, at).is_some_and(|(body, start)| tables::may_begin(body, at - start))
        || strings::line_around(text, at).is_some_and(|(line, start)| tables::may_begin(line, at - start))
}

/// Whether a key is the name of a column of such a table.
pub(in crate::redact) fn may_be_column(text: &[u8], name: &Range<usize>) -> bool {
    heads::may_be_barred(text, name)
}

/// The words that statements of SQL begin with.
pub(in crate::redact) const SQL: &[&str] = &sql::WORDS;

/// Whether such a statement holds content.
pub(in crate::redact) fn may_be_sql(text: &[u8], at: usize) -> bool {
    sql::may_begin(text, at)
}

/// Whether such a statement goes on in the next line.
pub(in crate::redact) fn opens_statement(text: &[u8]) -> bool {
    sql::find(text, &mut Vec::new())
}

/// Keys beside a text that a line may begin in.
pub(in crate::redact) const BESIDE_TEXTS: [&str; 5] = cut::WORDS;

/// Whether a line begins in a text that ends before a place.
pub(in crate::redact) fn may_be_cut(text: &[u8], at: usize) -> bool {
    cut::may_begin(text, at)
}
