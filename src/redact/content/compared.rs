//! What tests compare: lines of differences and snapshots, and the texts that are quoted in what failed.

use std::ops::Range;

use super::said::{is_said, says_failure};
use crate::redact::quoted;

/// A text that nothing but its place says to be one has so many blanks.
pub(super) const FEWEST_BLANKS: usize = 3;
/// What stands around the texts that Java and Kotlin compare.
const ANGLES: [(&str, &str); 6] = [
    ("expected: <", "> but was: <"),
    ("but was: <", ">"),
    ("expected:<", "> but was:<"),
    ("but was:<", ">"),
    ("Expected <", ">, actual <"),
    (">, actual <", ">"),
];

/// Gives a line of a snapshot where it is one of text; of code and data its quoted texts alone.
pub(super) fn shown(text: &[u8], line: Range<usize>, take: &mut dyn FnMut(Range<usize>)) {
    let said = text[line.clone()].trim_ascii_end();
    let is_text = said.first().is_some_and(|b| !b"\"'`{[(<}])".contains(b)) && !said.ends_with(b",");
    if !is_text {
        return texts(text, line, take);
    }
    if blanks(said) >= FEWEST_BLANKS && !says_failure(said) {
        take(line.start..line.start + said.len());
    }
}

/// Gives a line of a difference where it is one of text, with `all` also one that did not change; of code and data its quoted texts alone.
pub(super) fn changed(text: &[u8], line: Range<usize>, all: bool, take: &mut dyn FnMut(Range<usize>)) {
    let line = line.start + numbers(&text[line.clone()])..line.end;
    let said = &text[line.clone()];
    // The places of a part, with the line before it that git takes for its heading.
    if let Some(places) = said.strip_prefix(b"@@ -") {
        let heading = memchr::memmem::find(places, b" @@ ").map(|at| said.len() - places.len() + at + b" @@ ".len());
        if let Some(heading) = heading.filter(|at| all && blanks(&said[*at..]) >= FEWEST_BLANKS) {
            take(line.start + heading..line.end);
        }
        return;
    }
    // `-rw-r--r--` is a file, `--- a/x` a name.
    let is_file = said.len() > 9 && said[1..10].iter().all(|b| b"rwxst-".contains(b));
    let signed = matches!(said, [b'-' | b'+', next, ..] if !matches!(next, b'-' | b'+')) && !is_file;
    let body = if signed { said[1..].trim_ascii() } else { said };
    let is_text = body.first().is_some_and(|b| !b"\"'`{[(".contains(b));
    // A place in code, the number of a line of it, the mark before one.
    let is_code = body.starts_with(b"at ") || body.first().is_some_and(|b| b.is_ascii_digit() || b">|^".contains(b));
    let goes = signed || all && !is_code && !is_file;
    if !goes || !is_text || body.starts_with(b"where ") {
        return texts(text, line, take);
    }
    if blanks(body) >= FEWEST_BLANKS && !says_failure(body) {
        let start = line.start
            + usize::from(signed)
            + said[usize::from(signed)..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        take(start..start + body.len());
    }
}

/// Length of the numbers of lines and the bar before a line of a difference, as insta has them: `   12       │-`.
fn numbers(line: &[u8]) -> usize {
    let length = line.iter().take(40).take_while(|b| b.is_ascii_digit() || **b == b' ').count();
    let bar = "\u{2502}".as_bytes();
    if length > 0 && line[length..].starts_with(bar) { length + bar.len() } else { 0 }
}

/// Gives the quoted texts of a line that have several words: `'text'`, and what Java shows as `expected: <text> but was: <text>`.
pub(super) fn texts(text: &[u8], line: Range<usize>, take: &mut dyn FnMut(Range<usize>)) {
    let all = &text[..line.end];
    for (open, close) in ANGLES {
        let Some(at) = memchr::memmem::find(&all[line.start..], open.as_bytes()) else { continue };
        let start = line.start + at + open.len();
        let end = memchr::memmem::rfind(&all[start..], close.as_bytes()).map_or(line.end, |at| start + at);
        if blanks(&all[start..end]) >= FEWEST_BLANKS && !says_failure(&all[start..end]) {
            take(start..end);
        }
    }
    let mut at = line.start;
    while let Some(mark) = all[at..].iter().position(|b| matches!(b, b'"' | b'\'' | b'`')).map(|mark| at + mark) {
        // An apostrophe inside a word opens nothing.
        let inside = mark > line.start && all[mark - 1].is_ascii_alphanumeric();
        let depth = all[..mark].iter().rev().take_while(|b| **b == b'\\').count();
        let Some((quote, start)) = quoted::opening_at(all, mark - depth).filter(|_| !inside) else {
            at = mark + 1;
            continue;
        };
        let end = quoted::closing(all, start, quote).unwrap_or(line.end);
        let value = &all[start..end];
        let is_text = blanks(value) >= FEWEST_BLANKS && !says_failure(value) || is_said(value);
        let class = class_length(value);
        let compared = class > 0 && memchr::memmem::find(value, b"assert ").is_some();
        if is_text && !compared && !matches!(value.first(), Some(b'{' | b'[')) {
            take(start + class..end);
        }
        // The message of a failure in an attribute of XML holds the texts that were compared.
        if compared || !is_text && memchr::memmem::find(value, b"assert ").is_some() {
            texts(text, start..end, take);
        }
        at = (end + quote.len()).max(mark + 1);
        if at >= line.end {
            break;
        }
    }
}

/// Length of the class of an error, with the colon behind it, that a message begins with.
fn class_length(message: &[u8]) -> usize {
    let name = message.iter().take(LONGEST_CALL).take_while(|b| b.is_ascii_alphanumeric() || **b == b'.').count();
    let is_class = [&b"Error"[..], b"Exception", b"Failure"].iter().any(|end| message[..name].ends_with(end));
    if is_class && message[name..].starts_with(b": ") { name + b": ".len() } else { 0 }
}

/// Longest name of what is called, with the prompt of Ruby before it.
const LONGEST_CALL: usize = 64;

/// Whether a line is a text as an interpreter or a difference shows it, or a call with one: `'text'`, `=> "text"`, `+ 'text'`, `ask("text")`.
pub(super) fn is_echo(said: &[u8]) -> bool {
    let shown = [&b"=> "[..], b"+ ", b"- "].into_iter().find_map(|mark| said.strip_prefix(mark)).unwrap_or(said);
    let shown = behind_type(behind_number(shown));
    let name =
        shown.iter().take(LONGEST_CALL).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')).count();
    let opening = match &shown[name..] {
        [b'(', rest @ ..] => rest,
        // A variable, as debuggers list them, behind its address where it has one.
        [b' ', b'=', b' ', rest @ ..] if name > 0 => behind_address(rest),
        _ => shown,
    };
    matches!(opening.first(), Some(b'"' | b'\''))
}

/// What a debugger shows of a variable, without the address before its text: `0x55d0c0 "text"`.
fn behind_address(shown: &[u8]) -> &[u8] {
    let Some(rest) = shown.strip_prefix(b"0x") else { return shown };
    let digits = rest.iter().take(16).take_while(|b| b.is_ascii_hexdigit()).count();
    rest[digits..].strip_prefix(b" ").unwrap_or(shown)
}

/// A variable without its type, which LLDB writes before it: `(std::string) $0 = "text"`.
fn behind_type(shown: &[u8]) -> &[u8] {
    let near = &shown[..shown.len().min(LONGEST_CALL)];
    let close = near.starts_with(b"(").then(|| memchr::memmem::find(near, b") ")).flatten();
    let shown = close.map_or(shown, |close| &shown[close + 2..]);
    shown.strip_prefix(b"$").filter(|_| close.is_some()).unwrap_or(shown)
}

/// A reply of Redis without its number: `4) "text"`.
fn behind_number(shown: &[u8]) -> &[u8] {
    let digits = shown.iter().take(6).take_while(|b| b.is_ascii_digit()).count();
    if digits > 0 { shown[digits..].strip_prefix(b") ").unwrap_or(shown) } else { shown }
}

pub(super) fn blanks(text: &[u8]) -> usize {
    memchr::memchr_iter(b' ', text).count()
}
