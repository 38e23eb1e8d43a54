//! Keys that many programs write, and whose values are content only where the key of another kind of call stands in the same object: `response` beside
//! `done`, `message` beside `chat_history`.
//!
//! A text is read once for each form of its quotation marks, however many such keys it has.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::FinderRev;

use super::keyed::{Key, key_at};
use super::keys::{Class, Companions, Keys};
use super::{FAR, cut, said, walker};
use crate::redact::finding::Finding;
use crate::redact::quoted::{self, Quote};

/// Most forms of quotation marks that are followed in one text.
const MOST_FORMS: usize = 4;
/// Longest key without quotation marks, with the blanks behind it.
const LONGEST_KEY: usize = 64;
/// Most values of one object that wait for what stands beside them.
const MOST_VALUES: usize = 64;

/// An object that is open.
#[derive(Default)]
struct Object {
    /// Values that may be content: which entry of the table says so, and where they begin.
    values: Vec<(usize, usize)>,
    /// For each entry of the table, whether a key stands in the object that makes them content, and one that does not.
    beside: u32,
    unless: u32,
}

/// Adds the values of such keys. `forms` are the quotation marks of those that were seen.
pub(super) fn find(keys: &Keys, text: &[u8], forms: &[Quote], found: &mut Vec<Finding>) {
    for quote in forms.iter().take(MOST_FORMS) {
        for value in values(keys, text, *quote) {
            if let Err(stuck) = walker::Walker::new(keys, text, *quote, found).value(value, Class::Walk) {
                cut::off(text, value, value, stuck, found);
            }
        }
    }
}

static DESCRIPTION: LazyLock<FinderRev<'static>> = LazyLock::new(|| FinderRev::new("description"));

/// The text of a description right before the messages of a prompt, as a server of MCP gives it: `"description":"...","messages":[`.
pub(super) fn described(text: &[u8], key: &Key) -> Option<Range<usize>> {
    const NEAR: usize = 1024;
    let end = key.name.start.checked_sub(if key.quoted { key.quote.len() } else { 0 })?;
    let before = text[..end].trim_ascii_end().strip_suffix(b",")?;
    before.last().filter(|b| b"\"'".contains(b))?;
    let from = before.len().saturating_sub(NEAR);
    let name = from + DESCRIPTION.rfind(&before[from..])?;
    let value = key_at(text, name..name + DESCRIPTION.needle().len()).filter(|other| other.quoted == key.quoted)?.value;
    let (quote, start) = quoted::opening_at(text, value)?;
    let close = quoted::closing(text, start, quote).filter(|close| close + quote.len() == before.len())?;
    Some(start..close)
}

/// Notes the form of the quotation marks around a key.
pub(super) fn note(forms: &mut Vec<Quote>, quote: Quote) {
    if forms.len() < MOST_FORMS && !forms.contains(&quote) {
        forms.push(quote);
    }
}

/// Where the values begin that are content.
fn values(keys: &Keys, text: &[u8], quote: Quote) -> Vec<usize> {
    let table = keys.companions();
    let mut taken = Vec::new();
    let mut open = vec![Object::default()];
    let mut at = 0;
    while let Some(next) = next_mark(text, at, quote) {
        at = next + 1;
        match text[next] {
            b'{' => {
                if let Some(name) = bare_key(text, next) {
                    note_key(table, open.last_mut(), name, None);
                }
                open.push(Object::default());
            }
            b'}' => {
                if let Some(object) = open.pop() {
                    close(&object, &mut taken);
                }
            }
            _ if quote.stands_at(text, next - quote.depth) => {
                let start = next + 1;
                let Some(end) = quoted::closing(text, start, quote) else {
                    // A text that goes on in no line: what follows is another record.
                    at = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |newline| start + newline);
                    open.drain(..).for_each(|object| close(&object, &mut taken));
                    continue;
                };
                at = end + if quote.stands_at(text, end) { quote.len() } else { 0 };
                if let Some(name) = bare_key(text, next - quote.depth) {
                    note_key(table, open.last_mut(), name, Some(next - quote.depth));
                    continue;
                }
                let colon = walker::skip_blank(text, at);
                if text.get(colon) == Some(&b':') {
                    if open.is_empty() {
                        open.push(Object::default());
                    }
                    let value = walker::skip_blank(text, colon + 1);
                    let name = &text[start..end];
                    // An answer is a text: under `response` others log an object.
                    let is_object = matches!(text.get(value), Some(b'{' | b'['));
                    let may_go = !(is_object && keys.class_of(name) == Some(Class::Said));
                    note_key(table, open.last_mut(), name, may_go.then_some(value));
                }
            }
            _ => {}
        }
    }
    open.drain(..).for_each(|object| close(&object, &mut taken));
    taken.sort_unstable();
    let goes = |(entry, value): (usize, usize)| is_content(keys, text, value, &table[entry]).then_some(value);
    taken.into_iter().filter_map(goes).collect()
}

/// Whether a value is content: what a server said in the place of an answer stays, and a word where only texts are content.
fn is_content(keys: &Keys, text: &[u8], value: usize, entry: &Companions) -> bool {
    let Some((quote, start)) = quoted::opening_at(text, value) else {
        return !entry.texts && matches!(text.get(value), Some(b'{' | b'['));
    };
    if keys.is_server_text(&text[start..]) || keys.is_failed_call(&text[start..]) {
        return false;
    }
    let near = &text[..text.len().min(start + FAR)];
    let said = || &near[start..quoted::closing(near, start, quote).unwrap_or(near.len())];
    !entry.texts || said::is_turn(said()) && (!entry.said || said::is_said(said()))
}

/// The key without quotation marks before a value, or before the list that the value begins: `message: 'text'`, `chat_history: [ {`.
fn bare_key(text: &[u8], at: usize) -> Option<&[u8]> {
    let lead = &text[at.saturating_sub(LONGEST_KEY)..at];
    let lead = lead.trim_ascii_end();
    let lead = lead.strip_suffix(b"[").map_or(lead, <[u8]>::trim_ascii_end).strip_suffix(b":")?;
    let length = lead.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let (before, name) = lead.split_at(lead.len() - length);
    (length > 0 && before.last().is_none_or(|b| b" {,\n\t".contains(b))).then_some(name)
}

/// The next bracket of an object or quotation mark of this form.
fn next_mark(text: &[u8], from: usize, quote: Quote) -> Option<usize> {
    let rest = text.get(from..)?;
    let hit = |at: &usize| {
        let at = from + at;
        text[at] != quote.mark || text[..at].iter().rev().take(64).take_while(|b| **b == b'\\').count() == quote.depth
    };
    memchr::memchr3_iter(b'{', b'}', quote.mark, rest).find(hit).map(|at| from + at)
}

fn note_key(table: &[Companions], object: Option<&mut Object>, name: &[u8], value: Option<usize>) {
    let Some(object) = object else { return };
    let is = |list: &[String]| list.iter().any(|known| known.as_bytes() == name);
    for (index, entry) in table.iter().enumerate().take(32) {
        if let Some(value) = value.filter(|_| is(&entry.keys) && object.values.len() < MOST_VALUES) {
            object.values.push((index, value));
        }
        object.beside |= u32::from(is(&entry.beside)) << index;
        object.unless |= u32::from(is(&entry.unless)) << index;
    }
}

/// Takes the values of an object that has ended, where what stands in it makes them content.
fn close(object: &Object, taken: &mut Vec<(usize, usize)>) {
    let counts = object.beside & !object.unless;
    taken.extend(object.values.iter().filter(|(entry, _)| counts >> entry & 1 == 1));
}
