//! Prompt content that a name is given outside of any structure: `PROMPT="text"` and `SYSTEM_PROMPT=text` in scripts and lists
//! of variables, `prompt=some text tokens=12` and `prompt: some text` in logs, `[content] => some text` of PHP.

use std::ops::Range;

use super::super::quoted;

/// Names that say alone that their value is a prompt; others (`text=`, `result=`) are too common in logs.
const NAMES: &[&[u8]] = &[b"prompt", b"user_prompt", b"system_prompt", b"userPrompt", b"systemPrompt"];
/// How the names of telemetry attributes begin that hold prompts (OpenTelemetry's conventions for generative AI, `OpenInference`, `OpenLLMetry`).
const ATTRIBUTES: &[&[u8]] = &[b"gen_ai.", b"llm.", b"traceloop."];
/// How the name of a variable ends.
const VARIABLE: &[u8] = b"PROMPT";
/// What of a line before a name is looked at.
const LONGEST_LEAD: usize = 256;
/// Longest word of a text; what goes on longer is data.
const LONGEST_WORD: usize = 4096;

/// The value of the name at a hit.
pub(super) fn value(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let is_variable = text[name.clone()].ends_with(VARIABLE);
    let start = if is_variable { variable_start(text, name.start) } else { name.start };
    let before = start.checked_sub(1).map(|at| text[at]);
    if before == Some(b'[') && text[name.end..].starts_with(b"] => ") {
        return printed(text, name.end + b"] => ".len());
    }
    if before == Some(b'.')
        && let Some(value) = attribute(text, name)
    {
        return Some(value);
    }
    if before.is_some_and(|b| b.is_ascii_alphanumeric() || b"_-./?&$".contains(&b)) {
        return None;
    }
    let near = &text[start.saturating_sub(LONGEST_LEAD)..start];
    let lead = &near[memchr::memrchr(b'\n', near).map_or(0, |newline| newline + 1)..];
    let rest = &text[name.end..];
    if is_variable && rest.starts_with(b"=") {
        return assigned(text, name.end + 1, lead);
    }
    let is_pair = rest.starts_with(b"=") && !rest.starts_with(b"==");
    let is_field = rest.starts_with(b": ") && lead.is_empty();
    if rest.starts_with(b": ") && is_told(&text[name.clone()], lead) {
        return running_text(text, name.end + 1);
    }
    let plain = (is_variable || NAMES.contains(&&text[name.clone()])) && (is_pair || is_field);
    plain.then(|| running_text(text, name.end + 1)).flatten()
}

/// Whether a log says that it sends a prompt or what somebody entered: `sending prompt: `, `user input: `. What it says of a bad one is evidence.
fn is_told(name: &[u8], lead: &[u8]) -> bool {
    let lead = lead.trim_ascii_end();
    let word = lead.iter().rev().take_while(|b| b.is_ascii_alphabetic()).count();
    let (before, word) = lead.split_at(lead.len() - word);
    let word = word.to_ascii_lowercase();
    let words: &[&[u8]] = match name {
        b"prompt" => &[b"sending", b"user", b"system", b"full", b"final", b"rendered", b"raw", b"input"],
        b"input" | b"question" | b"query" => &[b"user"],
        _ => return false,
    };
    let before = before[before.len().saturating_sub(64)..].to_ascii_lowercase();
    let bad = [&b"invalid"[..], b"error", b"fail", b"bad", b"reject", b"unsupported"];
    words.contains(&word.as_slice()) && bad.iter().all(|mark| memchr::memmem::find(&before, mark).is_none())
}

/// The value of a telemetry attribute that ends in this name, as exporters print it on a line: `-> gen_ai.prompt.0.content: Str(text)`.
fn attribute(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let path = text[..name.start].iter().rev().take(128);
    let path = path.take_while(|b| b.is_ascii_alphanumeric() || b"._-".contains(b)).count();
    let path = &text[name.start - path..name.start];
    // `gen_ai.system` names the vendor.
    if !ATTRIBUTES.iter().any(|lead| path.starts_with(lead)) || &text[name.clone()] == b"system" {
        return None;
    }
    let separator =
        [&b": Str("[..], b": ", b"="].into_iter().find(|separator| text[name.end..].starts_with(separator))?;
    let start = name.end + separator.len();
    let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |newline| start + newline);
    let value = text[start..end].trim_ascii_end();
    let value = if separator.ends_with(b"(") { value.strip_suffix(b")").unwrap_or(value) } else { value };
    let (quote, range) = match quoted::opening_at(text, start) {
        Some((quote, inner)) => (true, inner..quoted::closing(text, inner, quote).unwrap_or(end)),
        None => (false, start..start + value.len()),
    };
    (!range.is_empty() && (quote || !matches!(text[start], b'[' | b'{'))).then_some(range)
}

/// What PHP's `print_r` prints for a key: the line to its end, where it is no container.
fn printed(text: &[u8], at: usize) -> Option<Range<usize>> {
    let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline);
    let value = text[at..end].trim_ascii_end();
    let container = value == b"Array" || value.ends_with(b" Object");
    (!container && !value.is_empty()).then(|| at..at + value.len())
}

/// Where the name of a variable begins that ends in the hit: `MY_PROMPT`.
fn variable_start(text: &[u8], at: usize) -> usize {
    let part = |b: &&u8| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'_';
    at - text[..at].iter().rev().take(64).take_while(part).count()
}

/// What a variable is set to: a quoted text, or, where lists of variables stand, the line to its end.
fn assigned(text: &[u8], at: usize, lead: &[u8]) -> Option<Range<usize>> {
    if let Some((quote, start)) = quoted::opening_at(text, at) {
        let end = quoted::closing(text, start, quote).unwrap_or_else(|| line_end(text, at));
        return (end > start).then_some(start..end);
    }
    let lists = [&b""[..], b"export", b"declare -x", b"set", b"-"];
    if lists.contains(&lead.trim_ascii()) {
        let line_end = line_end(text, at);
        let end = at + text[at..line_end].trim_ascii_end().len();
        let is_code = matches!(text.get(at), Some(b'$' | b'[' | b'{' | b'('));
        return (end > at && !is_code).then_some(at..end);
    }
    running_text(text, at)
}

fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline)
}

/// A text of several words, up to the next `name=` of its line. One word may be a parameter (`prompt=consent`) or a count.
fn running_text(text: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at + text[at..].iter().take_while(|b| **b == b' ').count();
    if matches!(text.get(start), Some(b'"' | b'\'' | b'`' | b'\\' | b'[' | b'{' | b'(' | b'<' | b'$')) {
        return None;
    }
    let mut words = 0;
    let mut end = start;
    let mut from = start;
    loop {
        let rest = &text[from..];
        let name = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        if matches!(rest.first(), None | Some(b'\n')) || name > 0 && rest.get(name) == Some(&b'=') {
            break;
        }
        let near = &rest[..rest.len().min(LONGEST_WORD)];
        let word_end = match memchr::memchr2(b' ', b'\n', near) {
            Some(end) => from + end,
            None if near.len() == rest.len() => text.len(),
            None => return None,
        };
        let word = &text[from..word_end];
        words += usize::from(word.iter().any(|b| b.is_ascii_alphabetic() || !b.is_ascii()));
        end = word_end;
        if text.get(word_end) != Some(&b' ') {
            break;
        }
        from = word_end + 1;
    }
    let end = start + text[start..end].trim_ascii_end().len();
    (words > 1).then_some(start..end)
}
