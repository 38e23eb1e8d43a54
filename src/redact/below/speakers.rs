//! Turns of a conversation as objects of a program: `Turn(role='user', message='...')`, `ChatTurn(speaker='human', utterance='...')`, on one line or over
//! several. The names of their texts are many, so what stands beside a role is judged by what it is.

use std::ops::Range;

use super::{LONGEST_TEXT, Reader, Said, What, is_in, line_around};
use crate::redact::content;
use crate::redact::quoted;

/// How far before a role its object may begin.
const NEAR: usize = 2048;
/// Most fields of one object.
const MOST_FIELDS: usize = 40;
/// Most lines of one object.
const MOST_LINES: usize = 24;

/// A field of an object.
struct Field {
    name: Range<usize>,
    value: Range<usize>,
    quoted: bool,
    end: usize,
}

/// Adds the texts beside a role on its line; gives a reader where its object goes on below.
pub(super) fn find(text: &[u8], word: &Range<usize>, push: &mut dyn FnMut(Range<usize>)) -> (usize, Option<Turn>) {
    let line = line_around(text, word.start).unwrap_or_else(|| long_line(text, word));
    if text[word.clone()].ends_with(b"Role:") {
        return (of_go(text, word, line.end, push), None);
    }
    let name = word.start + text[word.clone()].iter().take_while(|b| !b.is_ascii_alphabetic()).count();
    let of_role = text[name..word.end].starts_with(b"role");
    let value = word.end;
    if of_role && !is_role(&text[value..line.end]) {
        return (word.end, None);
    }
    let lead = &text[line.start..name];
    if lead.iter().all(|b| matches!(b, b' ' | b'\t')) && text[line.clone()].ends_with(b",") && !lead.is_empty() {
        return (line.end, Some(Turn { lead: text[line.clone()].to_vec(), indent: lead.len(), lines: 0 }));
    }
    let open = opening(text, line.start, name).map(|open| open + 1);
    // pydantic shows an object's fields alone: `role='user' message='...'`.
    let alone =
        of_role && matches!(text.get(value), Some(b'\'' | b':')) && (name == 0 || text[name - 1].is_ascii_whitespace());
    let Some(mut at) = open.or_else(|| alone.then_some(name)) else { return (word.end, None) };
    for _ in 0..MOST_FIELDS {
        let Some(field) = field_at(text, at, line.end) else { break };
        if is_text(text, &field) {
            if field.quoted {
                push(field.value.clone());
            } else {
                content::of_dump(text, field.value.start..line.end).into_iter().for_each(&mut *push);
                at = line.end;
                break;
            }
        }
        at = field.end;
    }
    (at.max(word.end), None)
}

/// Fields of Go's structures that hold what was said, beside those of other languages.
const OF_GO: [&[u8]; 2] = [b"content", b"text"];

/// Adds what was said in a structure as Go shows it, `{Role:user Message:text}`: nothing tells where such a text ends. Gives the place that was read up to.
fn of_go(text: &[u8], word: &Range<usize>, end: usize, push: &mut dyn FnMut(Range<usize>)) -> usize {
    let letters = |at: usize| at + text[at..end].iter().take(24).take_while(|b| b.is_ascii_alphabetic()).count();
    let role = word.end..letters(word.end.min(end));
    let name = role.end + 1..letters((role.end + 1).min(end));
    let is_role = is_in(|table| &table.roles, &text[role.clone()].to_ascii_lowercase());
    if !is_role || name.is_empty() || text[role.end] != b' ' || text.get(name.end) != Some(&b':') {
        return word.end;
    }
    let lower = text[name.clone()].to_ascii_lowercase();
    let value = name.end + 1..end;
    let is_said = is_in(|table| &table.said_fields, &lower) || OF_GO.contains(&&*lower);
    // A structure, a list or a text in quotation marks has its own reader.
    if !is_said || value.is_empty() || b"[{&\"'<".contains(&text[value.start]) {
        return word.end;
    }
    content::of_dump(text, value).into_iter().for_each(&mut *push);
    end
}

/// The line around a word, where it is long.
fn long_line(text: &[u8], word: &Range<usize>) -> Range<usize> {
    let from = word.start.saturating_sub(NEAR);
    let start = memchr::memrchr(b'\n', &text[from..word.start]).map_or(from, |newline| from + newline + 1);
    let most = text.len().min(word.end + LONGEST_TEXT);
    let end = memchr::memchr(b'\n', &text[word.end..most]).map_or(most, |newline| word.end + newline);
    start..end
}

/// Whether a value says who speaks: `'user'`, `<Role.USER: 'user'>`, `Role.USER`.
fn is_role(rest: &[u8]) -> bool {
    let near = rest[..rest.len().min(48)].to_ascii_lowercase();
    let end = near.iter().position(|b| b",)".contains(b)).unwrap_or(near.len());
    near[..end].split(|b| !b.is_ascii_alphabetic()).any(|word| is_in(|table| &table.roles, word))
}

/// The bracket of the object that holds a field: a name stands before a round one, and none closes it before the field.
fn opening(text: &[u8], from: usize, field: usize) -> Option<usize> {
    let from = from.max(field.saturating_sub(NEAR));
    let open = from + content::bracket_around(&text[from..field]).filter(|open| text[from + open] != b'[')?;
    // `Turn { role: User, message: "..." }` of Rust, and of Node with or without the name.
    if text[open] == b'{' {
        return text[open..field].iter().all(|b| b"{ ".contains(b)).then_some(open);
    }
    let name = text[..open].iter().rev().take(64).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    (name > 1 && text[open - name].is_ascii_uppercase()).then_some(open)
}

/// The field that begins at a place behind a bracket or a comma.
fn field_at(text: &[u8], at: usize, end: usize) -> Option<Field> {
    let at = at + text[at..end].iter().take_while(|b| b" ,\t{".contains(b)).count();
    let length = text[at..end].iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let equals = at + length;
    let separator = match text.get(equals..)? {
        [b'=', ..] => 1,
        [b':', b' ', ..] => 2,
        _ => return None,
    };
    if length == 0 || equals >= end {
        return None;
    }
    let (name, from) = (at..equals, (equals + separator).min(end));
    if let Some((quote, start)) = quoted::opening_at(text, from) {
        let close = quoted::closing(&text[..end], start, quote).unwrap_or(end);
        return Some(Field { name, value: start..close, quoted: true, end: (close + quote.len()).min(end) });
    }
    let close = match text.get(from)? {
        b'[' | b'{' | b'(' => content::balanced(text, from).ok()?.min(end),
        b'<' => from + text[from..end].iter().position(|b| *b == b'>')? + 1,
        _ => from + text[from..end].iter().position(|b| b",)}>".contains(b)).unwrap_or(end - from),
    };
    // A call: `datetime.datetime(2026, 11, 29)`.
    let call = text[from..close].contains(&b'(') && !matches!(text[from], b'[' | b'{' | b'(' | b'<');
    let close = if call {
        content::balanced(text, from + text[from..close].iter().position(|b| *b == b'(')?).ok()?.min(end)
    } else {
        close
    };
    Some(Field { name, value: from..close, quoted: false, end: close })
}

/// Whether a field holds what was said.
fn is_text(text: &[u8], field: &Field) -> bool {
    let name = text[field.name.clone()].to_ascii_lowercase();
    let value = &text[field.value.clone()];
    let blanks = memchr::memchr_iter(b' ', value).count();
    let known = is_in(|table| &table.said_fields, &name);
    if value.is_empty() || is_in(|table| &table.evidence_fields, &name) || content::says_failure(value) {
        return false;
    }
    let of_words = value.first().is_some_and(|b| b.is_ascii_alphanumeric() || !b.is_ascii());
    if field.quoted { known || blanks > 1 } else { known && blanks > 0 && of_words }
}

/// The lines of an object that is shown over several.
pub(super) struct Turn {
    lead: Vec<u8>,
    indent: usize,
    lines: usize,
}

impl Reader for Turn {
    fn line(&mut self, line: &[u8]) -> Said {
        let blanks = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        self.lines += 1;
        if blanks < self.indent || self.lines > MOST_LINES {
            return Said::Ended;
        }
        if blanks > self.indent {
            return Said::Nothing;
        }
        match field_at(line, blanks, line.len()).filter(|field| field.quoted && is_text(line, field)) {
            Some(field) => Said::Value(field.value, What::Content),
            None => Said::Nothing,
        }
    }

    fn longest(&self) -> usize {
        LONGEST_TEXT
    }

    fn context(&self) -> Vec<u8> {
        let blank = [&b" ".repeat(self.indent + 1)[..], b"\n"].concat();
        [&self.lead[..], b"\n", &blank.repeat(self.lines)].concat()
    }
}
