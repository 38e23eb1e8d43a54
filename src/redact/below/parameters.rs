//! Defaults of parameters of templates (`CloudFormation`, SAM, ARM) whose name is a credential's, or which say that they must not be shown.
//!
//! A parameter is an entry of a section; its default may stand before what says that it is a secret.

use std::ops::Range;

use super::{Below, LONGEST_LINE, RULE, Rest, SECRET, line_around};
use crate::redact::finding::{Finding, Rank};
use crate::redact::line_leads::without_time;
use crate::redact::names::Names;
use crate::redact::quoted;
use crate::redact::shapes::{is_evidence_id, is_mixed};
use crate::redact::state_words::is_plain_state;
use crate::redact::stream_open::begins_with_time;

/// Most lines of one parameter.
const MOST_LINES: usize = 40;
/// Most lines that wait for what says whether the default above them is a secret.
const MOST_WAITING: usize = 10;
/// Most bytes of a section on one line.
const LONGEST_SECTION: usize = 16 * 1024;
/// Most parameters of a section on one line; `CloudFormation` allows so many.
const MOST_PARAMETERS: usize = 200;
/// Longest name of a parameter.
const LONGEST_NAME: usize = 255;
/// The fields of a default.
const DEFAULTS: [&[u8]; 3] = [b"Default", b"default", b"defaultValue"];

/// A parameter that is read line by line.
#[derive(Default)]
struct Entry {
    start: usize,
    indent: usize,
    /// Whether its name is a credential's, or a line says that it is hidden.
    secret: bool,
    value: Option<Range<usize>>,
    lines: usize,
}

impl Entry {
    fn take(&self, text: &[u8], below: &mut Below) {
        let Some(value) = self.value.clone().filter(|_| self.secret) else { return };
        if !is_plain_state(&text[value.clone()]) {
            below.findings.push(Finding::new(value, &RULE, &SECRET, Rank::Named));
        }
    }
}

/// Whether a word of the gate is one of these.
pub(super) fn is_word(word: &[u8]) -> bool {
    word.ends_with(b":") || word.ends_with(b"{") || word.len() >= 6 && is_hidden(word)
}

/// Whether a word may begin or mark such a parameter, told from its letters: tools have parameters too, in small ones.
pub(super) fn may_begin(text: &[u8], word: &Range<usize>) -> bool {
    let bare = text[word.clone()].strip_prefix(b"\"").unwrap_or(&text[word.clone()]);
    !bare.starts_with(b"parameters")
}

/// Adds the defaults of the section or the parameter that a word begins, or of the one that a word stands in.
pub(super) fn find(names: &Names, text: &[u8], word: &Range<usize>, below: &mut Below) {
    let Some(line) = line_around(text, word.start) else {
        return on_this_line(names, text, word, below);
    };
    let marks_one = is_hidden(&text[word.clone()]);
    let is_last = text[word.end..line.end].iter().all(|b| b" {:\"'".contains(b));
    if marks_one {
        around(text, word, &line, below);
    } else if is_last {
        lines(names, text, &line, below);
    } else {
        on_this_line(names, text, word, below);
    }
}

/// Whether a line says that a parameter is not shown.
fn is_hidden(line: &[u8]) -> bool {
    let lower = line.to_ascii_lowercase();
    [&b"noecho"[..], b"securestring"].iter().any(|mark| memchr::memmem::find(&lower, mark).is_some())
        && memchr::memmem::find(&lower, b"false").is_none()
}

/// Reads the lines below the head of a section, or of one parameter.
fn lines(names: &Names, text: &[u8], head: &Range<usize>, below: &mut Below) {
    let outer = indentation(&text[head.clone()]);
    let timed = begins_with_time(&text[head.clone()]);
    let of_section = key_of(&text[head.clone()]).is_some_and(|key| matches!(key, b"Parameters" | b"parameters"));
    let of_secret = |line: &[u8]| key_of(line).is_some_and(|key| names.judge(key).is_some());
    let begin = |start: usize, line: &[u8]| Entry {
        start,
        indent: indentation(line),
        secret: of_secret(line),
        ..Entry::default()
    };
    let mut entry = (!of_section).then(|| begin(head.start, &text[head.clone()])).filter(|entry| entry.secret);
    if !of_section && entry.is_none() {
        return;
    }
    let mut at = head.end + text[head.end..].iter().take(2).take_while(|b| b"\r\n".contains(b)).count();
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline);
        let line = &text[at..end];
        let indent = indentation(line);
        let body = bare(line).trim_ascii();
        let brackets = body.iter().all(|b| b"{}[],".contains(b));
        let closes = indent <= outer && !body.is_empty();
        if line.len() > LONGEST_LINE || begins_with_time(line) && !timed || closes {
            break;
        }
        let begins_next = entry.as_ref().is_none_or(|entry| indent <= entry.indent) && !brackets;
        if begins_next && of_section {
            if let Some(entry) = &entry {
                entry.take(text, below);
            }
            entry = Some(begin(at, line));
        } else if let Some(entry) = &mut entry {
            entry.lines += 1;
            entry.secret |= is_hidden(body);
            let alone = || alone_of(line).filter(|_| entry.lines == 1 && !of_section && indent > entry.indent);
            let value = entry.value.take();
            entry.value =
                value.or_else(|| default_of(line).or_else(alone).map(|value| at + value.start..at + value.end));
        }
        at = end + 1;
    }
    let Some(entry) = entry else {
        below.open = (at >= text.len()).then(|| Rest { context: with_break(&text[head.clone()]), waits: 0 });
        below.end = at.min(text.len());
        return;
    };
    entry.take(text, below);
    below.end = at.min(text.len());
    if at >= text.len() && entry.lines < MOST_LINES {
        let head = if of_section { with_break(&text[head.clone()]) } else { Vec::new() };
        let waits = if entry.value.is_some() && !entry.secret { MOST_WAITING } else { 0 };
        let context = [&head[..], text[entry.start..].trim_ascii_end(), b"\n"].concat();
        below.open = Some(Rest { context, waits });
    }
}

/// A line without the time and the sign of a difference before it.
fn bare(line: &[u8]) -> &[u8] {
    let line = without_time(line);
    let rest = line.strip_prefix(b"+").or_else(|| line.strip_prefix(b"-"));
    rest.filter(|rest| rest.starts_with(b" ")).unwrap_or(line)
}

fn indentation(line: &[u8]) -> usize {
    bare(line).iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

fn with_break(line: &[u8]) -> Vec<u8> {
    [line, b"\n"].concat()
}

/// Adds the default beside a line that says that a parameter is hidden: above it and below it, or on it.
fn around(text: &[u8], word: &Range<usize>, line: &Range<usize>, below: &mut Below) {
    let indent = indentation(&text[line.clone()]);
    let mut entry = Entry { secret: is_hidden(&text[word.start..line.end.min(word.end + 12)]), ..Entry::default() };
    let open = memchr::memrchr(b'{', &text[line.start..word.start]).map(|at| line.start + at);
    if let Some(open) = open {
        let close = memchr::memchr(b'}', &text[word.end..line.end]).map_or(line.end, |at| word.end + at);
        entry.value = field(&text[..close], open);
        return entry.take(text, below);
    }
    let mut start = line.start;
    for _ in 0..MOST_LINES {
        let Some(end) = start.checked_sub(1) else { break };
        start = memchr::memrchr(b'\n', &text[..end]).map_or(0, |newline| newline + 1);
        if indentation(&text[start..end]) < indent {
            break;
        }
        entry.value = entry
            .value
            .take()
            .or_else(|| default_of(&text[start..end]).map(|value| start + value.start..start + value.end));
    }
    let mut at = line.end + 1;
    while entry.value.is_none() && at < text.len() && entry.lines < MOST_LINES {
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline);
        if indentation(&text[at..end]) < indent {
            break;
        }
        entry.value = default_of(&text[at..end]).map(|value| at + value.start..at + value.end);
        entry.lines += 1;
        at = end + 1;
    }
    entry.take(text, below);
    if entry.value.is_none() && entry.secret && at >= text.len() {
        below.open = Some(Rest { context: with_break(&text[line.clone()]), waits: 0 });
    }
}

/// Adds the defaults of a section that is written on one line: `"Parameters":{"DBPassword":{"Type":"String","Default":"..."}}`, or of one parameter of it.
fn on_this_line(names: &Names, text: &[u8], word: &Range<usize>, below: &mut Below) {
    let end = text.len().min(word.end + LONGEST_SECTION);
    let end = memchr::memchr(b'\n', &text[word.end..end]).map_or(end, |newline| word.end + newline);
    let section = &text[..end];
    let of_section = text[word.clone()].to_ascii_lowercase().starts_with(b"\"parameters");
    if !of_section {
        if text[word.clone()].ends_with(b"{") {
            one(names, section, word.end - 1, below);
        }
        return;
    }
    let mut at = word.end;
    for _ in 0..MOST_PARAMETERS {
        let Some(open) = memchr::memchr(b'{', &section[at..]).map(|open| at + open) else { return };
        at = one(names, section, open, below);
        if section.get(at) == Some(&b'}') {
            at += 1;
            // Another closing bracket ends the section.
            if text.get(at).is_none_or(|b| *b == b'}') {
                return;
            }
        }
    }
}

/// Adds the default of the parameter whose object begins at a bracket, which holds no other object; gives where that ends.
fn one(names: &Names, section: &[u8], open: usize, below: &mut Below) -> usize {
    let close = memchr::memchr2(b'}', b'{', &section[open + 1..]).map_or(section.len(), |close| open + 1 + close);
    let Some(value) = field(&section[..close], open) else { return close };
    let before = section[..open].trim_ascii_end();
    let name = before.strip_suffix(b":").unwrap_or(before).trim_ascii_end();
    let name = &name[..name.len() - name.iter().rev().take_while(|b| b"\"'\\".contains(b)).count()];
    let length = name.iter().rev().take(LONGEST_NAME).take_while(|b| b.is_ascii_alphanumeric() || b"_-".contains(b));
    let name = &name[name.len() - length.count()..];
    let secret = names.judge(name).is_some() || is_hidden(&section[open..close]);
    Entry { secret, value: Some(value), ..Entry::default() }.take(section, below);
    close
}

/// The default among the fields of an object on one line.
fn field(text: &[u8], open: usize) -> Option<Range<usize>> {
    DEFAULTS.iter().find_map(|name| {
        memchr::memmem::find_iter(&text[open..], name).map(|at| open + at).find_map(|at| {
            let before = quoted::before(text, at)?;
            let colon = at + name.len() + before.len();
            let value = colon + 1 + text.get(colon + 1..)?.iter().take_while(|b| **b == b' ').count();
            let (quote, start) = quoted::opening_at(text, value).filter(|_| text[colon] == b':')?;
            Some(start..quoted::closing(text, start, quote).unwrap_or(text.len()))
        })
    })
}

/// The key of a line.
fn key_of(line: &[u8]) -> Option<&[u8]> {
    let body = bare(line).trim_ascii();
    let body = body.strip_prefix(b"\"").unwrap_or(body);
    let length = body.iter().take_while(|b| b.is_ascii_alphanumeric() || b"_-".contains(b)).count();
    let rest = body[length..].strip_prefix(b"\"").unwrap_or(&body[length..]);
    (length > 0 && rest.starts_with(b":")).then(|| &body[..length])
}

/// Fewest characters of a value that stands alone in the line below its name.
const SHORTEST: usize = 8;

/// The value that is all of a line, as writers of YAML put a long one below its key: `api_key:` and `value`.
fn alone_of(line: &[u8]) -> Option<Range<usize>> {
    let body = bare(line).trim_ascii();
    let start = line.len() - bare(line).trim_ascii_start().len();
    let mark = body.first().filter(|mark| b"\"'".contains(mark));
    let value = mark.and_then(|mark| body[1..].strip_suffix(&[*mark])).unwrap_or(body);
    let start = start + usize::from(value.len() < body.len());
    let plain = |b: &u8| b.is_ascii_graphic() && !b"\"'`:<>(){}[],;|/\\".contains(b);
    let bytes = value.trim_ascii_end();
    let unpadded = bytes.strip_suffix(b"=").unwrap_or(bytes);
    let is_one = value.len() >= SHORTEST && value.iter().all(plain) && !unpadded[..unpadded.len() - 1].contains(&b'=');
    (is_one && is_mixed(value) && !is_evidence_id(value)).then(|| start..start + value.len())
}

/// The value of a line that says a default.
fn default_of(line: &[u8]) -> Option<Range<usize>> {
    let key = key_of(line).filter(|key| DEFAULTS.contains(key))?;
    let body = bare(line);
    let at = line.len() - body.trim_ascii_start().len() + key.len();
    let colon = at + memchr::memchr(b':', &line[at..])?;
    let start = colon + 1 + line[colon + 1..].iter().take_while(|b| **b == b' ').count();
    let value = line[start..].trim_ascii_end();
    let value = value.strip_suffix(b",").unwrap_or(value);
    let mark = value.first().filter(|b| b"\"'".contains(b)).copied();
    let range = match mark {
        Some(mark) => start + 1..start + 1 + value[1..].iter().position(|b| *b == mark).unwrap_or(value.len() - 1),
        None => start..start + value.len(),
    };
    let refers = [&b"!"[..], b"{", b"[", b"$", b"|", b">"].iter().any(|lead| line[range.clone()].starts_with(lead));
    (!range.is_empty() && !refers).then_some(range)
}
