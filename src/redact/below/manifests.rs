//! Secrets of Kubernetes, as YAML and as JSON: their values stand under names that say nothing.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Reader, Said, WORDS, What, as_context, line_around};
use crate::redact::content;
use crate::redact::line_leads::without_time;
use crate::redact::shapes::is_mixed;
use crate::redact::state_words::is_plain_state;

/// How far behind the kind of an object its values are looked for on one line.
const NEAR: usize = 4096;
/// Most bytes of such values on one line.
const MOST: usize = 16 * 1024;

/// The lines of an object.
pub(super) struct Manifest {
    indent: usize,
    /// Whether the kind is known to be a secret's; else only what is base64 goes.
    certain: bool,
    /// Whether the kind is known to be another one.
    other: bool,
    /// Indentation of the section that holds values.
    section: Option<usize>,
    /// Indentation of a key whose text stands in the lines below it.
    text: Option<usize>,
    lead: Vec<u8>,
    opened: Vec<u8>,
}

impl Manifest {
    pub(super) fn new(text: &[u8], word: &Range<usize>) -> Option<Self> {
        let range = line_around(text, word.start)?;
        let line = &text[range.clone()];
        let body = without_time(line).trim_ascii_start();
        let body = body.strip_prefix(b"- ").unwrap_or(body);
        let begins = word.start - range.start == line.len() - body.len();
        let ends = without_comma(body).len() <= word.len() + 1;
        let kind = text[word.clone()].to_ascii_lowercase();
        let certain = kind.ends_with(b"secret") || kind.ends_with(b"secret\"");
        let other = kind.ends_with(b"configmap");
        let indent =
            content::indentation(line) + if without_time(line).trim_ascii_start().len() > body.len() { 2 } else { 0 };
        (begins && ends).then(|| Self {
            indent,
            certain,
            other,
            section: None,
            text: None,
            lead: line.to_vec(),
            opened: Vec::new(),
        })
    }

    /// The value of an entry of a section.
    fn entry(&mut self, line: &[u8], indent: usize) -> Said {
        if let Some(outer) = self.text {
            if indent > outer {
                // What another kind holds are files of settings: their own names tell what of them goes.
                if self.other || !self.certain && !is_encoded(body_of(line)) {
                    return Said::Nothing;
                }
                let from = line.len() - line.trim_ascii_start().len();
                return Said::Value(from..from + line[from..].trim_ascii_end().len(), What::Secret);
            }
            self.text = None;
        }
        let Some(range) = value_of(line) else { return Said::Nothing };
        let value = &line[range.clone()];
        if matches!(value.first(), Some(b'|' | b'>')) && value.len() <= 3 {
            self.text = Some(indent);
            self.opened = line.to_vec();
            return Said::Nothing;
        }
        if self.fits(value) { Said::Value(range, What::Secret) } else { Said::Nothing }
    }

    fn fits(&self, value: &[u8]) -> bool {
        !self.other && !value.is_empty() && !is_plain_state(value) && (self.certain || is_encoded(value))
    }
}

impl Reader for Manifest {
    fn line(&mut self, line: &[u8]) -> Said {
        let body = body_of(line);
        let indent = content::indentation(line);
        if body.is_empty() || body.iter().all(|b| b"{}[],".contains(b)) && indent >= self.indent {
            return Said::Nothing;
        }
        let dash = body.starts_with(b"- ") && indent + 2 == self.indent;
        if indent < self.indent || dash || body.starts_with(b"---") {
            return Said::Ended;
        }
        if indent == self.indent {
            let Some(key) = key_of(body).filter(|key| key[0].is_ascii_alphabetic()) else { return Said::Ended };
            if key == b"kind" {
                self.certain = value_of(line).is_some_and(|value| line[value] == b"Secret"[..]);
                if !self.certain {
                    return Said::Ended;
                }
                self.lead = line.to_vec();
            }
            let holds = WORDS.as_ref().is_some_and(|words| {
                std::str::from_utf8(key).is_ok_and(|key| words.table.sections.contains(&key.to_ascii_lowercase()))
            });
            // Nothing but a secret has texts that are to be encoded.
            self.certain |= !self.other && key == b"stringData";
            let opens = value_of(line).is_none_or(|value| line[value].iter().all(|b| b"{ ".contains(b)));
            let inline = value_of(line).filter(|value| line[value.clone()].starts_with(b"{") && value.len() > 4);
            if let Some(map) = inline.filter(|_| holds && self.certain) {
                self.section = None;
                return Said::Value(
                    map.start + 1..map.end - usize::from(line[..map.end].ends_with(b"}")),
                    What::Secret,
                );
            }
            (self.section, self.text) = ((holds && opens).then_some(indent), None);
            self.opened.clear();
            if self.section.is_some() {
                self.opened = line.to_vec();
            }
            return Said::Nothing;
        }
        if self.section.is_some() { self.entry(line, indent) } else { Said::Nothing }
    }

    fn context(&self) -> Vec<u8> {
        let mut context = as_context(&self.lead);
        if let Some(section) = self.section {
            if self.text.is_some() {
                context.extend(b" ".repeat(section));
                context.extend_from_slice(if self.certain { b"stringData:\n" } else { b"data:\n" });
            }
            context.extend(as_context(&self.opened));
        }
        context
    }
}

fn body_of(line: &[u8]) -> &[u8] {
    without_time(line).trim_ascii()
}

fn without_comma(body: &[u8]) -> &[u8] {
    let body = body.trim_ascii_end();
    body.strip_suffix(b",").unwrap_or(body)
}

/// The key of a line: `key:`, `"key":`.
fn key_of(body: &[u8]) -> Option<&[u8]> {
    let body = body.strip_prefix(b"\"").unwrap_or(body);
    let length = body.iter().take(253).take_while(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b)).count();
    let rest = body[length..].strip_prefix(b"\"").unwrap_or(&body[length..]);
    (length > 0 && rest.starts_with(b":")).then(|| &body[..length])
}

/// The value of a line, without its quotation marks.
fn value_of(line: &[u8]) -> Option<Range<usize>> {
    let body = without_time(line).trim_ascii_start();
    let key = key_of(body)?;
    let from = line.len() - body.len() + key.len();
    let colon = from + memchr::memchr(b':', &line[from..])?;
    let start = colon + 1 + line[colon + 1..].iter().take_while(|b| **b == b' ').count();
    let value = without_comma(&line[start..]);
    let quote = value.first().copied().filter(|b| b"\"'".contains(b));
    let inner = quote.and_then(|quote| value[1..].strip_suffix(&[quote]));
    let range = inner.map_or(start..start + value.len(), |inner| start + 1..start + 1 + inner.len());
    (!range.is_empty()).then_some(range)
}

/// Whether a value is base64 of a text, or looks like it and not like a word.
fn is_encoded(value: &[u8]) -> bool {
    if value.len() < 8 || !value.len().is_multiple_of(4) {
        return false;
    }
    let Ok(plain) = STANDARD.decode(value) else { return false };
    let text =
        std::str::from_utf8(&plain).is_ok_and(|text| !text.chars().any(|c| c.is_control() && !c.is_whitespace()));
    text || value.ends_with(b"=") || value.len() >= 24 && is_mixed(value)
}

/// Adds the values of an object that is written on one line, behind its kind: `"kind":"Secret",...,"data":{"key":"value"}`.
pub(super) fn on_this_line(text: &[u8], word: &Range<usize>, push: &mut dyn FnMut(Range<usize>)) {
    if text[word.start] != b'"' {
        return;
    }
    let lower = text[word.clone()].to_ascii_lowercase();
    let certain = lower.ends_with(b"secret\"");
    let near = &text[word.end..text.len().min(word.end + NEAR)];
    let near = &near[..memchr::memchr(b'\n', near).unwrap_or(near.len())];
    let near = &near[..memchr::memmem::find(near, b"\"kind\"").filter(|_| certain).unwrap_or(near.len())];
    let mut at = 0;
    for _ in 0..2 {
        let Some(found) = memchr::memmem::find(&near[at..], b"ata\":") else { return };
        let key = at + found;
        at = key + b"ata\":".len();
        let start = key - near[..key].iter().rev().take(16).take_while(|b| b.is_ascii_alphabetic()).count();
        let holds = matches!(&near[start..key], b"d" | b"stringD") && near[..start].ends_with(b"\"");
        // Where the kind comes later, nothing else stands between.
        let follows = certain || near[..start].iter().all(|b| b" ,\"".contains(b));
        if holds && follows {
            entries(text, word.end + at, certain, push);
        }
    }
}

/// Adds the values of a map of texts that begins here.
fn entries(text: &[u8], at: usize, certain: bool, push: &mut dyn FnMut(Range<usize>)) {
    let text = &text[..text.len().min(at + MOST)];
    let skip = |at: usize, marks: &[u8]| at + text[at..].iter().take_while(|b| marks.contains(b)).count();
    let mut at = skip(at, b" {");
    while text.get(at) == Some(&b'"') {
        let Some(key) = memchr::memchr(b'"', &text[at + 1..]) else { return };
        let value = skip(at + 1 + key + 1, b" :");
        if text.get(value) != Some(&b'"') {
            return;
        }
        let end = memchr::memchr(b'"', &text[value + 1..]).map_or(text.len(), |end| value + 1 + end);
        let here = &text[value + 1..end];
        if !here.is_empty() && !is_plain_state(here) && (certain || is_encoded(here)) {
            push(value + 1..end);
        }
        at = skip((end + 1).min(text.len()), b" ,");
    }
}
