//! Prompt content that a name is given outside of any structure: `PROMPT="text"` and `SYSTEM_PROMPT=text` in scripts and lists
//! of variables, `prompt=some text tokens=12` and `prompt: some text` in logs, `[content] => some text` of PHP.

mod bare;

use std::ops::Range;

use super::super::quoted;
use super::evidence::{complains, complains_of_field};
use super::keys::{Class, Keys, is_variable};
use super::{brackets, print_r, records, said, variables};
use crate::redact::line_leads::without_time;

/// Names that say alone that their value is a prompt; others (`text=`, `result=`) are too common in logs.
const NAMES: &[&[u8]] = &[
    b"prompt",
    b"user_prompt",
    b"system_prompt",
    b"userPrompt",
    b"systemPrompt",
    b"completion",
    b"question",
    b"utterance",
    b"user_input",
    b"user_message",
    b"user_query",
];
/// How the names of telemetry attributes begin that hold prompts (OpenTelemetry's conventions for generative AI, `OpenInference`, `OpenLLMetry`).
const ATTRIBUTES: &[&[u8]] = &[b"gen_ai.", b"llm.", b"traceloop."];
/// Most of a line before a name that is looked at.
pub(super) const LONGEST_LEAD: usize = 160;
/// So much of a text tells whether somebody asked it.
const NEAR: usize = 512;
/// Longest text over several lines.
pub(super) const LONGEST_TEXT: usize = 64 * 1024;
/// How the name of a variable ends.
const VARIABLE: &[u8] = b"PROMPT";
/// Longest word of a text; what goes on longer is data.
const LONGEST_WORD: usize = 4096;

/// A value, and whether it may go on beyond the end of the text.
type Value = (Range<usize>, bool);

/// The value of the name at a hit.
pub(super) fn value(text: &[u8], name: &Range<usize>) -> Option<Value> {
    let is_prompt = text[name.clone()].ends_with(VARIABLE);
    let is_variable = is_prompt || is_loose(&text[name.clone()]);
    let start = if is_variable { variable_start(text, name.start) } else { name.start };
    let before = start.checked_sub(1).map(|at| text[at]);
    if before == Some(b'[')
        && let Some(value) = print_r::value_at(text, name.end)
    {
        return print_r::printed(text, value, name.start);
    }
    let enclosed = match before {
        Some(b'.') => attribute(text, name).or_else(|| at_margin(text, name).map(ended)),
        Some(mark @ (b'"' | b'\'')) => element(text, name, mark).map(ended),
        _ => None,
    };
    if enclosed.is_some() || before.is_some_and(|b| b.is_ascii_alphanumeric() || b"_-./?&$".contains(&b)) {
        return enclosed;
    }
    let value = bare::Bare { text, name, start, is_variable }.value();
    value.filter(|(value, _)| is_prompt || !is_variable || is_running(&text[value.clone()]))
}

/// Whether a variable may hold what somebody said, which its text must tell.
fn is_loose(name: &[u8]) -> bool {
    is_variable(name) && name != b"SYSTEM" && Keys::get().is_some_and(|keys| keys.class_of(name) == Some(Class::Said))
}

/// Whether a text is a running one that somebody said.
fn is_running(value: &[u8]) -> bool {
    let near = &value[..value.len().min(NEAR)];
    said::is_running(near) && is_asked(near)
}

/// The line behind a name of content that begins it, as files of sections and properties have it: `content = some text`.
fn at_margin(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    // Properties of Java have a path before it.
    let part = |b: &&u8| b.is_ascii_alphanumeric() || b"._-".contains(b);
    let path = text[..name.start].iter().rev().take(LONGEST_LEAD).take_while(part).count();
    let from = name.start - path;
    let begins = from == 0 || text[from - 1] == b'\n';
    let start = name.end + [&b" = "[..], b"="].into_iter().find(|mark| text[name.end..].starts_with(mark))?.len();
    if !begins || !Keys::get().is_some_and(|keys| keys.is_yaml(&text[name.clone()], false)) {
        return None;
    }
    let end = start + text[start..line_end(text, start)].trim_ascii_end().len();
    let value = &text[start..end];
    let plain = value.first().is_some_and(|b| b.is_ascii_alphanumeric() || !b.is_ascii());
    (plain && is_running(value) && !is_code(value)).then_some(start..end)
}

/// A text of several words behind a key of a family: `userMessage=some text, status=529`.
fn of_family(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let keys = Keys::get()?;
    let known = &text[name.clone()];
    if !keys.is_of_family(known) || !matches!(keys.class_of(known), Some(Class::Text | Class::Said)) {
        return None;
    }
    let value = within_brackets(text, running_text(text, name.end + 1)?);
    let near = value.start..value.end.min(value.start + NEAR);
    said::is_said(&text[near]).then_some(value)
}

/// A text up to the bracket that closes the object it stands in.
fn within_brackets(text: &[u8], value: Range<usize>) -> Range<usize> {
    let end = brackets::end(text, value.start).filter(|end| value.contains(end));
    value.start..end.unwrap_or(value.end)
}

/// What stands between the name of a constant and its text in Python, Go, TypeScript and Rust.
const ASSIGNED: [&[u8]; 7] = [b" = ", b" := ", b": str = ", b": string = ", b": &str = ", b": String = ", b" = r"];

/// The text of a constant of a program: `SYSTEM_PROMPT = """text"""`.
fn constant(text: &[u8], at: usize) -> Option<Value> {
    let lead = ASSIGNED.iter().find(|lead| text[at..].starts_with(lead))?;
    let value = at + lead.len();
    let value = value + usize::from(matches!(text.get(value), Some(b'f' | b'r')) && lead.ends_with(b" "));
    let (quote, start) = quoted::opening_at(text, value).filter(|(quote, _)| quote.depth == 0)?;
    let close = quoted::closing(text, start, quote);
    let (end, open) = close.map_or_else(|| (line_end(text, start), quote.triple), |end| (end, false));
    (text[start..end].contains(&b' ')).then_some((start..end, open))
}

/// The text of an element of XML that is named in an attribute: `<entry key="prompt">text</entry>`, `<property name="prompt" value="text"/>`.
fn element(text: &[u8], name: &Range<usize>, mark: u8) -> Option<Range<usize>> {
    let lead = &text[..name.start - 1];
    let named = [&b" name="[..], b" key="].iter().any(|attribute| lead.ends_with(attribute));
    let rest = text[name.end..].strip_prefix(&[mark]).filter(|_| named)?;
    let at = text.len() - rest.len();
    let near = &text[..text.len().min(at + LONGEST_TEXT)];
    let (start, close) = match rest.strip_prefix(b" value=") {
        Some([quote @ (b'"' | b'\''), inner @ ..]) => (text.len() - inner.len(), *quote),
        Some(_) => return None,
        None => {
            let tag = &rest[..rest.len().min(LONGEST_LEAD)];
            let tag_end =
                memchr::memchr2(b'>', b'<', tag).filter(|end| tag[*end] == b'>' && !tag[..*end].ends_with(b"/"))?;
            (at + tag_end + 1, b'<')
        }
    };
    let end = start + memchr::memchr(close, &near[start..])?;
    near[start..end].trim_ascii().contains(&b' ').then_some(start..end)
}

/// Longest text in quotation marks behind the word for it.
const LONGEST_QUOTED: usize = 4096;

/// A text of several words in quotation marks right behind the word for it: `failed for prompt 'some text'`.
fn quoted_behind(text: &[u8], at: usize) -> Option<Range<usize>> {
    let (quote, start) = quoted::opening_at(text, at)?;
    let near = &text[..text.len().min(start + LONGEST_QUOTED)];
    let said = &near[start..near.len().min(start + NEAR)];
    let first = memchr::memchr2(b'\n', quote.mark, said).unwrap_or(said.len());
    // Markdown frames commands so, too.
    let is_text = quote.mark != b'`' || said::is_running(&said[..first]);
    let end = (is_text && is_asked(&said[..first])).then(|| quoted::closing(near, start, quote)).flatten()?;
    Some(start..end)
}

/// The first of what stands on a line from a place on.
fn near_line(text: &[u8], at: usize) -> &[u8] {
    let near = &text[at..text.len().min(at + NEAR)];
    near[..memchr::memchr(b'\n', near).unwrap_or(near.len())].trim_ascii()
}

/// Whether a text behind the name of a field is what somebody asked, and not what a check says of the field: `prompt: must not be empty`.
fn is_asked(said: &[u8]) -> bool {
    said::is_said(said) && !complains_of_field(said)
}

/// A text up to the end of the string of JSON that it stands in, if it stands in one.
fn within_string(text: &[u8], lead: &[u8], value: Range<usize>) -> Range<usize> {
    let bare = |line: &[u8], at: usize| at == 0 || line[at - 1] != b'\\';
    let inside = memchr::memchr_iter(b'"', lead).filter(|at| bare(lead, *at)).count() % 2 == 1;
    let said = &text[value.clone()];
    let end = memchr::memchr_iter(b'"', said).find(|at| inside && bare(said, *at));
    value.start..end.map_or(value.end, |end| value.start + end)
}

/// Whether what a name is set to is an expression of a program, and no text.
pub(super) fn is_code(value: &[u8]) -> bool {
    let calls = memchr::memchr_iter(b'(', value).any(|at| at > 0 && value[at - 1].is_ascii_alphanumeric());
    let words = [&b" if "[..], b" + ", b" or ", b" / ", b"await ", b"=> "];
    calls
        || memchr::memchr_iter(b' ', value).count() < 2
        || words.iter().any(|word| memchr::memmem::find(value, word).is_some())
}

const fn ended(range: Range<usize>) -> (Range<usize>, bool) {
    (range, false)
}

/// Whether a log says that it sends a prompt or what somebody entered: `sending prompt: `, `user input: `. What it says of a bad one is evidence.
fn is_told(name: &[u8], lead: &[u8], said: &[u8]) -> bool {
    let lead = lead.trim_ascii_end();
    let word = lead.iter().rev().take_while(|b| b.is_ascii_alphabetic()).count();
    let (before, word) = lead.split_at(lead.len() - word);
    if !said::is_told(word, name, || is_asked(said) && !is_statement(said)) {
        return false;
    }
    let before = before[before.len().saturating_sub(64)..].to_ascii_lowercase();
    let bad = [&b"invalid"[..], b"error", b"fail", b"bad", b"reject", b"unsupported"];
    bad.iter().all(|mark| memchr::memmem::find(&before, mark).is_none())
}

/// Whether a text begins as one of a language of queries: `SELECT `, `{`, `index=main`.
fn is_statement(said: &[u8]) -> bool {
    let word = said.split(|b| *b == b' ').next().unwrap_or_default();
    let is_letter = |b: &u8| b.is_ascii_alphabetic() || !b.is_ascii() || b",'.!?-".contains(b);
    let loud = word.len() > 1 && word.iter().all(u8::is_ascii_uppercase);
    loud || !word.iter().all(is_letter)
}

/// The value of a telemetry attribute that ends in this name, as exporters print it on a line: `-> gen_ai.prompt.0.content: Str(text)`.
fn attribute(text: &[u8], name: &Range<usize>) -> Option<Value> {
    let path = text[..name.start].iter().rev().take(128);
    let path = path.take_while(|b| b.is_ascii_alphanumeric() || b"._-".contains(b)).count();
    let path = &text[name.start - path..name.start];
    // `gen_ai.system` names the vendor.
    let of_span = ATTRIBUTES.iter().any(|lead| path.starts_with(lead)) && &text[name.clone()] != b"system";
    // An error says of such a place what is wrong with it: `messages.0.content: Input should be a valid string`.
    let separators = if of_span {
        &[&b": Str("[..], b": ", b"="][..]
    } else if is_flattened(&text[..name.start]) {
        &[&b" = "[..], b"="]
    } else {
        return None;
    };
    let separator = separators.iter().find(|separator| text[name.end..].starts_with(separator))?;
    let start = name.end + separator.len();
    if let Some((quote, inner)) = quoted::opening_at(text, start) {
        let end = quoted::closing(text, inner, quote).unwrap_or_else(|| line_end(text, start));
        return (end > inner).then(|| ended(inner..end));
    }
    if matches!(text.get(start), Some(b'[' | b'{')) {
        return None;
    }
    let is_next = |line: &[u8]| line.starts_with(b"-> ") || records::begins(line);
    let (end, open) = if separator.ends_with(b"(") {
        over_lines(text, start, is_next, |line| line.ends_with(b")"))
    } else {
        (line_end(text, start), false)
    };
    let value = text[start..end].trim_ascii_end();
    let value = if separator.ends_with(b"(") { value.strip_suffix(b")").unwrap_or(value) } else { value };
    (!value.is_empty()).then(|| (start..start + value.len(), open))
}

/// Whether a name stands behind the place of its object in a document that is shown one value a line, as gron and yq do: `json.messages[0].content = "text";`,
/// `messages.0.content = text`.
fn is_flattened(before: &[u8]) -> bool {
    let near = &before[before.len().saturating_sub(LONGEST_LEAD)..];
    let line = memchr::memrchr(b'\n', near).map_or(near, |newline| &near[newline + 1..]);
    let Some(path) = line.trim_ascii_start().strip_suffix(b".") else { return false };
    let part = |b: &u8| b.is_ascii_alphanumeric() || b"._-[]".contains(b);
    let last = path.rsplit(|b| *b == b'.').next().unwrap_or_default();
    let is_index = !last.is_empty() && last.iter().all(u8::is_ascii_digit) && path.len() > last.len();
    path.iter().all(part) && (path == b"json" || path.starts_with(b"json.") || path.starts_with(b"json[") || is_index)
}

pub(super) fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline)
}

/// Where a text ends that goes over lines: with a line that is its last, or before one that is no part of it; and whether neither was seen.
pub(super) fn over_lines(
    text: &[u8],
    at: usize,
    is_next: impl Fn(&[u8]) -> bool,
    is_last: impl Fn(&[u8]) -> bool,
) -> (usize, bool) {
    let first = line_end(text, at);
    let mut end = first;
    let mut start = at;
    loop {
        if is_last(text[start..end].trim_ascii_end()) {
            return (end, false);
        }
        start = end + 1;
        if start >= text.len() {
            return (end, true);
        }
        let next = line_end(text, start);
        if is_next(text[start..next].trim_ascii()) {
            return (end, false);
        }
        if next - at > LONGEST_TEXT {
            return (first, false);
        }
        end = next;
    }
}

/// Where the name of a variable begins that ends in the hit: `MY_PROMPT`.
fn variable_start(text: &[u8], at: usize) -> usize {
    let part = |b: &&u8| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'_';
    at - text[..at].iter().rev().take(64).take_while(part).count()
}

/// What a variable is set to: a quoted text, or, where lists of variables stand, the line to its end.
fn assigned(text: &[u8], at: usize, lead: &[u8]) -> Option<Value> {
    let lists = [&b""[..], b"export", b"declare -x", b"set", b"-"];
    let in_list = lists.contains(&lead.trim_ascii());
    if let Some((quote, start)) = quoted::opening_at(text, at) {
        let close = quoted::closing(text, start, quote);
        let over_lines = || {
            (in_list && quote.depth == 0 && !quote.triple)
                .then(|| variables::quoted_over_lines(text, start, quote.mark))
        };
        let (end, open) =
            close.map(|end| (end, false)).or_else(over_lines).unwrap_or_else(|| (line_end(text, at), false));
        return (end > start).then_some((start..end, open));
    }
    if in_list {
        let line_end = line_end(text, at);
        let end = at + text[at..line_end].trim_ascii_end().len();
        let is_code = matches!(text.get(at), Some(b'$' | b'[' | b'{' | b'('));
        return (end > at && !is_code).then_some(ended(at..end));
    }
    running_text(text, at).map(ended)
}

/// A text of several words, up to the next `name=` of its line or the brace that closes the fields of a span. One word may be a parameter
/// (`prompt=consent`) or a count.
fn running_text(text: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at + text[at..].iter().take_while(|b| **b == b' ').count();
    // A file of properties escapes what could be a comment.
    let escaped = matches!(text.get(start..start + 2), Some([b'\\', b'#' | b'!' | b' ' | b':' | b'=']));
    if !escaped && matches!(text.get(start), Some(b'"' | b'\'' | b'`' | b'\\' | b'[' | b'{' | b'(' | b'<' | b'$')) {
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
        // `ask{prompt=some text}: app::llm: the next field`.
        if let Some(rest) = word.strip_suffix(b"}:").filter(|rest| !rest.contains(&b'{')) {
            end = from + rest.len();
            break;
        }
        if text.get(word_end) != Some(&b' ') {
            break;
        }
        from = word_end + 1;
    }
    let end = start + text[start..end].trim_ascii_end().len();
    (words > 1).then_some(start..end)
}
