//! Prompt content in YAML: `content: text` and block texts (`content: |`) at the start of a line.

use std::ops::Range;

use super::evidence::{complains, complains_of_field};
use super::keyed::Key;
use super::keys::{Class, Keys};
use super::{BY_KEY, KIND_NAME, expressions, said, shape_of, yaml_calls};
use crate::redact::finding::{Finding, Rank, Substitute};
use crate::redact::line_leads::{is_timed_by_runner, without_time};
use crate::redact::placeholder;

/// Whether a key of a mapping stands here.
pub(super) fn may_begin(text: &[u8], name: Range<usize>) -> bool {
    let opens_call = || yaml_calls::is_input(text, &name) && ends_line(text, &name);
    (is_key(text, &name) || opens_call()) && indentation_of(text, with_marks(text, &name).start).is_some()
}

/// A key with the quotation marks around it, where it has them.
pub(super) fn with_marks(text: &[u8], name: &Range<usize>) -> Range<usize> {
    let mark = name.start.checked_sub(1).map(|at| text[at]).filter(|b| matches!(b, b'"' | b'\''));
    if mark.is_some() && text.get(name.end).copied() == mark { name.start - 1..name.end + 1 } else { name.clone() }
}

/// A key without the quotation marks around it.
pub(super) fn without_marks(text: &[u8], key: Range<usize>) -> Range<usize> {
    match text[key.clone()] {
        [b'"', .., b'"'] | [b'\'', .., b'\''] => key.start + 1..key.end - 1,
        _ => key,
    }
}

/// Whether a name is a key of YAML whose text is content, with `: ` after it.
fn is_key(text: &[u8], name: &Range<usize>) -> bool {
    let key = with_marks(text, name);
    text[key.end..].strip_prefix(b": ").is_some_and(|value| {
        let block = matches!(untagged(value).first(), Some(b'|' | b'>'));
        let bare = key == *name;
        (bare || block)
            && Keys::get().is_some_and(|keys| keys.is_yaml(&text[name.clone()], block || is_sentence(value)))
    }) || opens_list(text, name)
}

/// A value without what says that it is a text.
pub(in crate::redact) fn untagged(value: &[u8]) -> &[u8] {
    value.strip_prefix(b"!!str ").unwrap_or(value)
}

/// Whether a key ends its line whose list of texts stands in the lines below.
fn opens_list(text: &[u8], name: &Range<usize>) -> bool {
    ends_line(text, name) && Keys::get().is_some_and(|keys| keys.is_list_in_yaml(&text[name.clone()]))
}

/// Whether a key ends its line.
pub(super) fn ends_line(text: &[u8], name: &Range<usize>) -> bool {
    let rest = text[with_marks(text, name).end..].strip_prefix(b":");
    let rest = rest.map(|rest| &rest[rest.iter().take_while(|b| **b == b' ').count()..]);
    matches!(rest, Some([] | [b'\n', ..] | [b'\r', b'\n', ..]))
}

/// Fewest words in small letters of a sentence: the names of systems and what they say of themselves have less of them.
const FEWEST_WORDS: usize = 4;

/// Whether a line begins with running text.
fn is_sentence(value: &[u8]) -> bool {
    let near = &value[..value.len().min(LONGEST_LEAD)];
    let line = &near[..memchr::memchr(b'\n', near).unwrap_or(near.len())];
    let is_word = |word: &&[u8]| word.len() > 1 && word.iter().all(u8::is_ascii_lowercase);
    line.first().is_some_and(u8::is_ascii_alphabetic)
        && !complains(line)
        && line.split(|b| *b == b' ').filter(is_word).count() >= FEWEST_WORDS
}

/// Most bytes before a key on its line.
const LONGEST_LEAD: usize = 512;
/// Most bytes of a line of a CI runner whose text may go on below it.
const LONGEST_TIMED: usize = 64 * 1024;

/// How far a key is indented, list dashes included and without the time that the log of a CI job has before each line; `None` where more stands before it.
pub(super) fn indentation_of(text: &[u8], key: usize) -> Option<usize> {
    let near = &text[key.saturating_sub(LONGEST_LEAD)..key];
    let lead = match memchr::memrchr(b'\n', near) {
        Some(newline) => &near[newline + 1..],
        None if near.len() == key => near,
        None => return None,
    };
    let lead = without_time(lead);
    // A symbol of Ruby.
    let lead = lead.strip_suffix(b":").unwrap_or(lead);
    lead.iter().all(|b| is_lead(*b)).then_some(lead.len())
}

pub(super) const fn is_lead(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'\t')
}

/// How far a line is indented, behind the time before it.
pub(in crate::redact) fn indentation(line: &[u8]) -> usize {
    without_time(line).iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

/// The indentation of a key whose text stands in the lines below it: `content: |`.
pub(in crate::redact) fn opens_block(line: &[u8]) -> Option<usize> {
    // The keys are many and most lines end otherwise.
    if !line.trim_ascii_end().iter().rev().take(3).any(|b| matches!(b, b'|' | b'>' | b':')) {
        return None;
    }
    let line = without_time(line);
    let lead = line.iter().take_while(|b| is_lead(**b)).count();
    let colon = lead + memchr::memchr(b':', &line[lead..])?;
    let name = without_marks(line, lead..colon);
    if opens_list(line, &name) {
        return Some(indentation(line));
    }
    if !is_key(line, &name) {
        return None;
    }
    let value = untagged(&line[colon + 2..]).trim_ascii();
    (matches!(value.first(), Some(b'|' | b'>')) && value.len() <= 3).then_some(indentation(line))
}

/// Takes what stands in the lines below a key that other notations write too; gives its end.
pub(super) fn take_below(text: &[u8], key: &Key, found: &mut Vec<Finding>) -> Option<usize> {
    (key.quoted || key.leads_to_key(text)).then(|| take(text, key.name.clone(), found)).flatten()
}

/// Takes the plain or block text of a key; gives its end.
pub(super) fn take(text: &[u8], name: Range<usize>, found: &mut Vec<Finding>) -> Option<usize> {
    if !is_key(text, &name) {
        return yaml_calls::take(text, &name, found);
    }
    let key = with_marks(text, &name);
    let indent = indentation_of(text, key.start)?;
    let line_end = memchr::memchr(b'\n', &text[name.end..]).map_or(text.len(), |newline| name.end + newline);
    if opens_list(text, &name) {
        // The list may stand in the lines to come.
        return (line_end + 1 < text.len()).then(|| list(text, line_end, indent, found));
    }
    // Other programs begin no line with such a key and a sentence.
    let rare = Keys::get().is_some_and(|keys| !keys.is_yaml(&text[name.clone()], false));
    let instruction = rare && is_sentence(&text[key.end + 2..line_end]);
    let start = line_end - untagged(&text[key.end + 2..line_end]).len();
    let value = text[start..line_end].trim_ascii();
    let block = matches!(value.first(), Some(b'|' | b'>')) && value.len() <= 3;
    // Only inside a mapping or a list: a log line may begin with `text: ` at its very start.
    let at_margin = indent == 0 && !instruction && !is_said(value);
    if !block && (at_margin || value.is_empty() || matches!(value, b"null" | b"~" | b"[]" | b"{}")) {
        return None;
    }
    if !block && (expressions::is_code_line(value) || expressions::is_annotation(value)) {
        return None;
    }
    // The end of an answer that a narrow window wrapped: `thinking: must be ..."},"request_id":"req_..."}`.
    if !block && memchr::memmem::find(value, b"\"},\"request_id\":").is_some() {
        return None;
    }
    let from = if block { line_end } else { start };
    let to = block_end(text, line_end, indent, block);
    let to = from + text[from..to].trim_ascii_end().len();
    let removed = &text[from..to];
    let quoted = matches!(value.first(), Some(b'"' | b'\'' | b'[' | b'{'));
    let of_server = block && answers_failure(&text[name.clone()], removed.trim_ascii());
    if quoted || of_server || placeholder::is_shape(removed.trim_ascii()) || removed.iter().all(u8::is_ascii_whitespace)
    {
        return None;
    }
    let mut finding = Finding::new(from..to, &BY_KEY, &KIND_NAME, Rank::Content);
    finding.substitute = match shape_of(removed.trim_ascii()) {
        Substitute::Characters(count) if block => {
            Substitute::Shape(format!("\n{}{}", " ".repeat(indent + 2), placeholder::of_characters(count)))
        }
        shape => shape,
    };
    found.push(finding);
    if text[name.clone()] == *b"thinking" {
        let line = memchr::memrchr(b'\n', &text[..key.start]).map_or(0, |newline| newline + 1);
        found.extend(signature_beside(text, line, to, indent));
    }
    Some(to)
}

/// So much of a structure tells what it is.
const FRONT: usize = 400;

/// Whether a block under a key that a server may have answered under says what failed: by its first line, or by the front of a structure.
fn answers_failure(name: &[u8], block: &[u8]) -> bool {
    let line = memchr::memchr(b'\n', block).unwrap_or(block.len());
    let front = if matches!(block.first(), Some(b'{' | b'[' | b'<')) { block.len().min(FRONT) } else { line };
    Keys::get().is_some_and(|keys| keys.class_of(name) == Some(Class::Said)) && said::says_failure(&block[..front])
}

/// The key beside a text of thinking that says who signed it: its value holds that text, encrypted.
const SIGNATURE: &[u8] = b"signature: ";

/// The signature in the line above or below a text of thinking, whose key begins on `line`, in the same mapping.
fn signature_beside(text: &[u8], line: usize, end: usize, indent: usize) -> Option<Finding> {
    let above = &text[..line.saturating_sub(1)];
    let above = memchr::memrchr(b'\n', above).map_or(0, |newline| newline + 1)..above.len();
    let below = (end + 1).min(text.len())..text.len();
    let value = [above, below].into_iter().find_map(|part| {
        let near = &text[part.clone()];
        let line = &near[..memchr::memchr(b'\n', near).unwrap_or(near.len())];
        let lead = line.iter().take_while(|b| is_lead(**b)).count();
        let value = line[lead..].strip_prefix(SIGNATURE).filter(|_| lead == indent)?.trim_ascii();
        let start = part.start + lead + SIGNATURE.len();
        (!value.is_empty() && !value.contains(&b' ')).then_some(start..start + value.len())
    })?;
    let mut finding = Finding::new(value.clone(), &BY_KEY, &KIND_NAME, Rank::Content);
    finding.substitute = shape_of(&text[value]);
    Some(finding)
}

/// Whether a text is what somebody said, and not what a check says of a field.
fn is_said(value: &[u8]) -> bool {
    said::is_running(value) && !complains_of_field(value)
}

/// Fewest blanks of a text in a list.
const FEWEST_IN_LIST: usize = 2;

/// Takes the texts of a list, line by line; gives its end. What it names (files, the keys of what describes a prompt) stays.
fn list(text: &[u8], line_end: usize, indent: usize, found: &mut Vec<Finding>) -> usize {
    let end = block_end(text, line_end, indent, true);
    let mut start = line_end + 1;
    while start < end {
        let next = memchr::memchr(b'\n', &text[start..end]).map_or(end, |newline| start + newline);
        let line = &text[start..next];
        let lead = line.len() - without_time(line).len();
        let lead = lead + line[lead..].iter().take_while(|b| is_lead(**b)).count();
        let name = line[lead..].iter().take_while(|b| b.is_ascii_lowercase() || **b == b'_').count();
        let lead = if is_pair(&line[lead..]) { lead + name + 2 } else { lead };
        let quote = line[lead..].iter().take_while(|b| matches!(b, b'"' | b'\'')).count();
        let body = line[lead + quote..].trim_ascii_end();
        let body = body.strip_suffix(b"\"").or_else(|| body.strip_suffix(b"'")).unwrap_or(body);
        let is_text = memchr::memchr_iter(b' ', body).count() >= FEWEST_IN_LIST && !placeholder::is_shape(body);
        if is_text && !body.starts_with(b"file://") {
            let from = start + lead + quote;
            let mut finding = Finding::new(from..from + body.len(), &BY_KEY, &KIND_NAME, Rank::Content);
            finding.substitute = shape_of(body);
            found.push(finding);
        }
        start = next + 1;
    }
    end
}

/// Whether a line is a key in small letters and its value.
pub(super) fn is_pair(line: &[u8]) -> bool {
    let name = line.iter().take_while(|b| b.is_ascii_lowercase() || **b == b'_').count();
    name > 0 && line[name..].starts_with(b": ")
}

/// Where a text ends that goes on in the lines below, which a CI runner writes without a time of their own, as it does for an input of several lines.
pub(super) fn with_untimed_lines(text: &[u8], end: usize) -> usize {
    let from = end.saturating_sub(LONGEST_TIMED);
    let start = memchr::memrchr(b'\n', &text[from..end]).map_or(from, |newline| from + newline + 1);
    if text.get(end) == Some(&b'\n') && is_timed_by_runner(&text[start..end]) { untimed_end(text, end) } else { end }
}

/// The end of the lines without a time, from the end of a line on.
fn untimed_end(text: &[u8], line_end: usize) -> usize {
    let mut end = line_end;
    while end < text.len() {
        let next = memchr::memchr(b'\n', &text[end + 1..]).map_or(text.len(), |newline| end + 1 + newline);
        if is_timed_by_runner(&text[end + 1..next]) {
            break;
        }
        end = next;
    }
    end
}

/// The end of the lines that are indented deeper than the key, from the end of the key's own line.
/// A plain text ends before another key as well: it can hold none.
pub(super) fn block_end(text: &[u8], line_end: usize, indent: usize, block: bool) -> usize {
    let mut end = with_untimed_lines(text, line_end);
    while end < text.len() {
        let next = memchr::memchr(b'\n', &text[end + 1..]).map_or(text.len(), |newline| end + 1 + newline);
        let line = without_time(&text[end + 1..next]);
        let depth = line.iter().take_while(|b| **b == b' ').count();
        if depth < line.len() && (depth <= indent || !block && is_pair(&line[depth..])) {
            break;
        }
        end = next;
    }
    end
}
