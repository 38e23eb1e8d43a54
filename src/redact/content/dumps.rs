//! Prompt content in Go's dumps (`%+v` says nowhere where a text ends), and in parameters of URLs.

use std::ops::Range;
use std::sync::LazyLock;

use super::keys::{Class, Keys};
use super::{cut, evidence, push_text, walker, yaml};
use crate::redact::finding::Finding;
use crate::redact::line_leads::without_time;
use crate::redact::quoted::{self, Quote};

/// Field names that lead the search, as Go prints them.
pub(in crate::redact) const FIELDS: &[&str] = &[
    "Messages:[",
    "Content:[",
    "Content:{",
    "System:[",
    "Text:",
    "Prompt:",
    "Thinking:",
    "Input:map[",
    "Completion:",
    "PartialJSON:",
    "SystemPrompt:",
    "SystemMessage:",
    "UserPrompt:",
    "UserMessage:",
    "Content = ",
    "content = ",
    "Text = ",
    "Prompt = ",
    "System = ",
    "SystemPrompt = ",
    "SystemMessage = ",
    "UserPrompt = ",
    "UserMessage = ",
    "Instructions = ",
    "Completion = ",
    "Thinking = ",
    "Content:\"",
    "System:\"",
    "Content: \"",
    "Prompt: \"",
    "Content: (string) (len=",
    "Text: (string) (len=",
    "Prompt: (string) (len=",
    "System: (string) (len=",
    "Thinking: (string) (len=",
    "?q=",
    "&q=",
    "?message=",
    "&message=",
    "?msg=",
    "&msg=",
    "?input=",
];

/// Removes what Go's dumps hold, to the end of the record: nothing says where such a text ends.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    let Some(leads) = LEADS.as_ref() else { return };
    let mut done = 0;
    for hit in leads.find_iter(text).filter(|hit| hit.start() > 0) {
        let separator = |b: &u8| matches!(b, b':' | b' ');
        let name = hit.start()..hit.start() + text[hit.range()].iter().position(separator).unwrap_or(0);
        if hit.start() < done {
            continue;
        }
        if let b'?' | b'&' = text[hit.start()] {
            if let Some(asked) = asked(text, hit.end()) {
                done = asked.end;
                push_text(text, asked, found);
            }
            continue;
        }
        if text.get(name.end) == Some(&b' ') {
            if let Some((brace, value)) = record_field(text, &name) {
                done = cut::off(text, brace, value, value, found);
            } else if let Some(value) = quoted_record_field(text, &name) {
                done = value.end;
                push_text(text, value, found);
            }
            continue;
        }
        if let Some(text_at) = quoted_field(text, &name) {
            done = text_at.end;
            push_text(text, text_at, found);
        } else if let Some(value) = field(text, &name) {
            let closed = text[value..].starts_with(b"[]") || text[value..].starts_with(b"[text");
            if !closed {
                done = cut::off(text, value, value, value, found);
            }
        }
    }
}

static LEADS: LazyLock<Option<aho_corasick::AhoCorasick>> =
    LazyLock::new(|| aho_corasick::AhoCorasick::new(FIELDS).ok());

/// The text of a field with quotation marks, as Go's `%#v` prints it: `Text:"text"`.
pub(super) fn quoted_field(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let before = name.start.checked_sub(1).map(|at| text[at])?;
    if text.get(name.end) != Some(&b':') || !matches!(before, b'{' | b' ' | b',' | b'\t') {
        return None;
    }
    // Only these are followed by a blank: `Text: "Overloaded"` is what Ktor says of an answer.
    let spaced = matches!(&text[name.clone()], b"Content" | b"Prompt");
    let value = after_length(text, name.end + 1);
    let value = value + if spaced { text[value..].iter().take(16).take_while(|b| **b == b' ').count() } else { 0 };
    let (quote, start) = quoted::opening_at(text, value)?;
    let end = quoted::closing(text, start, quote)?;
    (end > start).then_some(start..end)
}

/// The place behind what a dump of spew writes before a text: ` (string) (len=12) "text"`.
fn after_length(text: &[u8], at: usize) -> usize {
    let Some(rest) = text[at..].strip_prefix(b" (string) (len=") else { return at };
    let digits = rest.iter().take(10).take_while(|b| b.is_ascii_digit()).count();
    if rest[digits..].starts_with(b") \"") { text.len() - rest.len() + digits + 2 } else { at }
}

/// Longest text of PHP whose end is looked for.
const LONGEST_COUNTED: usize = 64 * 1024;

/// The text that PHP's `var_dump` shows with its length: `string(48) "text"`. Where the length is not that of what stands there, as in a log
/// that puts something before each line, the text ends before the line of the next key or bracket that is indented no deeper.
pub(super) fn counted(text: &[u8], quote: usize) -> Option<Range<usize>> {
    let lead = text[quote.saturating_sub(24)..quote].strip_suffix(b") ")?;
    let digits = lead.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let (kind, digits) = lead.split_at(lead.len() - digits);
    let length: usize = std::str::from_utf8(digits).ok()?.parse().ok().filter(|_| kind.ends_with(b"string("))?;
    let start = quote + 1;
    let ends = |end: usize| text.get(end) == Some(&b'"') && text.get(end + 1).is_none_or(u8::is_ascii_whitespace);
    let end = start.checked_add(length)?;
    if ends(end) {
        return Some(start..end);
    }
    let first = memchr::memchr(b'\n', &text[start..]).map(|newline| start + newline)?;
    if text[start..first].trim_ascii_end().ends_with(b"\"") {
        return None;
    }
    let line = memchr::memrchr(b'\n', &text[..quote]).map_or(0, |newline| newline + 1);
    let indent = yaml::indentation(&text[line..quote]);
    let limit = text.len().min(start + LONGEST_COUNTED).max(first);
    memchr::memmem::find_iter(&text[first..limit], b"\"")
        .map(|at| first + at)
        .find(|mark| {
            let rest = &text[mark + 1..limit];
            let Some(next) = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")) else { return false };
            let next = &next[..memchr::memchr(b'\n', next).unwrap_or(next.len())];
            let body = without_time(next).trim_ascii();
            let is_key = body.starts_with(b"[") && body.ends_with(b"=>") || body == b"}";
            is_key && yaml::indentation(next) <= indent
        })
        .map(|end| start..end)
}

/// The text of a field with quotation marks of a record as C# prints it: `ChatMessage { Role = user, Content = "text" }`.
pub(super) fn quoted_record_field(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let lead = &text[name.start.saturating_sub(400)..name.start];
    let brace = lead.iter().rposition(|b| *b == b'{')?;
    let is_type =
        is_message(&lead[brace..]) || lead[..brace].strip_suffix(b" ")?.last().is_some_and(u8::is_ascii_alphanumeric);
    let is_field = lead.ends_with(b"{ ") || lead.ends_with(b", ");
    let (quote, start) = quoted::opening_at(text, name.end + b" = ".len()).filter(|_| is_type && is_field)?;
    let end = quoted::closing(text, start, quote)?;
    (end > start && !evidence::is_body_of_error(&text[start..])).then_some(start..end)
}

/// Whether a string is the name of a pair that holds a prompt: `"key":"prompt","value":{"stringValue":"text"}`, `"name":"SYSTEM_PROMPT","value":"text"`.
pub(super) fn is_name_of_pair(text: &[u8], name: &Range<usize>, quote: Quote) -> bool {
    let says = |key: &[u8]| key.eq_ignore_ascii_case(b"key") || key.eq_ignore_ascii_case(b"name");
    let lead = &text[name.start.saturating_sub(64)..name.start - quote.len()];
    let key = lead.trim_ascii_end().strip_suffix(b":").map(<[u8]>::trim_ascii_end).unwrap_or_default();
    let key =
        key.len().checked_sub(quote.len()).filter(|end| quote.stands_at(key, *end)).map_or(&[][..], |end| &key[..end]);
    // Node shows keys without marks: `{ name: 'prompt', value: 'text' }`.
    let bare = lead.strip_suffix(b"name: ").or_else(|| lead.strip_suffix(b"key: ")).unwrap_or_default();
    let bare = bare.ends_with(b"{ ");
    let length = key.iter().rev().take_while(|b| b.is_ascii_alphabetic()).count();
    (bare || says(&key[key.len() - length..])) && text[name.clone()].to_ascii_lowercase().ends_with(b"prompt")
}

/// Longest field of a pair that says of which type its value is.
const LONGEST_TYPE: usize = 64;

/// Where the value begins of a pair whose key is the name of an attribute of prompts: behind `"key":"gen_ai.prompt"` follows `"value":`.
pub(super) fn value_of_pair(text: &[u8], name: usize, comma: usize, quote: Quote) -> Option<usize> {
    let lead = &text[name.saturating_sub(120)..name];
    let attribute = lead.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_')).count();
    let of_pair = attribute == 0 || memchr::memmem::find(&lead[..lead.len() - attribute], b"key").is_some();
    let mut at = walker::skip_blank(text, comma + 1);
    if attribute == 0 && text[at..].starts_with(b"value: ") {
        return Some(walker::skip_blank(text, at + b"value: ".len()));
    }
    // Jaeger says of which type the value is: `"key":"gen_ai.prompt","type":"string","value":"text"`.
    let (other, mut start) = quoted::opening_at(text, at).filter(|(other, _)| *other == quote)?;
    if text[start..].starts_with(b"type") {
        let near = &text[..text.len().min(start + LONGEST_TYPE)];
        at = walker::skip_blank(near, start + memchr::memchr(b',', &near[start..])? + 1);
        start = quoted::opening_at(text, at).filter(|(other, _)| *other == quote)?.1;
    }
    let rest = text[start..].strip_prefix(b"value").or_else(|| text[start..].strip_prefix(b"Value"))?;
    let colon = walker::skip_blank(text, text.len() - rest.len() + other.len());
    (of_pair && text.get(colon) == Some(&b':')).then(|| walker::skip_blank(text, colon + 1))
}

/// Where the value begins of a field that stands in a dump such as `{Role:user Content:[{Text:...`.
pub(super) fn field(text: &[u8], name: &Range<usize>) -> Option<usize> {
    let first = *text.get(name.start)?;
    let colon = text.get(name.end) == Some(&b':');
    let before = name.start.checked_sub(1).map(|at| text[at])?;
    if !first.is_ascii_uppercase() || !colon || !matches!(before, b'{' | b' ') {
        return None;
    }
    let value = name.end + 1;
    let next = *text.get(value)?;
    // Inside braces that a type's name or an ampersand opened, or beside another field; never a header or running text.
    let lead = &text[name.start.saturating_sub(400)..name.start];
    let brace = lead.iter().rposition(|b| *b == b'{')?;
    let is_field = brace + 1 == lead.len() || lead[brace + 1..].contains(&b':');
    (is_field && !next.is_ascii_whitespace() && !matches!(next, b'"' | b'\'')).then_some(value)
}

/// Whether a record without the name of a type is told for a message by its first field: `{ Role = user, Content = text }`.
fn is_message(record: &[u8]) -> bool {
    [&b"{ Role = "[..], b"{ role = "].iter().any(|field| record.starts_with(field))
}

/// Where the brace and the value stand of a field of a record as C# prints it: `MessageParam { Role = user, Content = text }`.
pub(super) fn record_field(text: &[u8], name: &Range<usize>) -> Option<(usize, usize)> {
    let value = name.end + b" = ".len();
    let lead = &text[name.start.saturating_sub(400)..name.start];
    let brace = lead.iter().rposition(|b| *b == b'{')?;
    let first = lead.ends_with(b"{ ") && brace + 2 == lead.len();
    let later = lead.ends_with(b", ") && memchr::memmem::find(&lead[brace..], b" = ").is_some();
    let kind = lead[..brace].strip_suffix(b" ").unwrap_or_default();
    let length = kind.iter().rev().take_while(|b| b.is_ascii_alphanumeric()).count();
    let is_type = is_message(&lead[brace..]) || length > 1 && kind[kind.len() - length].is_ascii_uppercase();
    let plain = text.get(value).is_some_and(|b| !matches!(b, b'"' | b'\'' | b'[' | b'{') && !b.is_ascii_whitespace());
    // Of a list it shows the type.
    let plain = plain && !text[value..].starts_with(b"System.");
    let bracket = name.start - lead.len() + brace;
    (is_type && (first || later) && plain).then_some((bracket, value))
}

/// What a search asks for in a URL, where it is of several words: `?q=some+words`.
fn asked(text: &[u8], start: usize) -> Option<Range<usize>> {
    let length = parameter_length(&text[start..]);
    (blanks_of_form(&text[start..start + length]) > 0).then_some(start..start + length)
}

/// Length of the value of a parameter.
fn parameter_length(rest: &[u8]) -> usize {
    rest.iter().take_while(|b| !b.is_ascii_whitespace() && !b"&#\"'<>`\\".contains(b)).count()
}

/// The marks that stand for blanks in a URL or a form.
fn blanks_of_form(value: &[u8]) -> usize {
    memchr::memchr_iter(b'+', value).count() + memchr::memmem::find_iter(value, b"%20").count()
}

/// The value of a parameter of a URL or a form that holds a prompt: `?prompt=...`, `prompt=some+words`.
pub(super) fn parameter(keys: &Keys, text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let before = name.start.checked_sub(1).map(|at| text[at]);
    let in_url = matches!(before, Some(b'?' | b'&'));
    let in_form = before.is_none_or(|b| b.is_ascii_whitespace() || b"\"'`".contains(&b));
    if !(in_url || in_form) || text.get(name.end) != Some(&b'=') {
        return None;
    }
    if !matches!(keys.class_of(&text[name.clone()]), Some(Class::Text | Class::Walk | Class::Removed)) {
        return None;
    }
    let start = name.end + 1;
    let length = parameter_length(&text[start..]);
    let value = &text[start..start + length];
    let word = length < 4 || value.iter().all(u8::is_ascii_digit);
    // A form has marks for its blanks; without them it is some other assignment.
    let word = word || (!in_url && blanks_of_form(value) < 2);
    (!word).then_some(start..start + length)
}
