//! Where a record of a log or a dump ends that no quotation mark closes.

use super::walker::closer;

/// Most brackets that are open at once in a dump: a limit to the work on hostile input.
const MOST_OPEN: usize = 64;

/// The end of the line that a value with a bracket, or after one, begins on, where all is closed that it opens: a text of several lines leaves them open on its first.
pub(super) fn closed_on_its_line(text: &[u8], value: usize) -> Option<usize> {
    let end = memchr::memchr(b'\n', &text[value..]).map_or(text.len(), |newline| value + newline);
    let line = text[value..end].trim_ascii_end();
    // With a quotation mark it is no such dump, but text that was cut off: nothing tells where that ends.
    if line.contains(&b'"') {
        return None;
    }
    let name = line.iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    if !line.get(name).is_some_and(|b| matches!(*b, b'[' | b'{' | b'(')) {
        return None;
    }
    let mut open = Vec::new();
    let mut closed = None;
    for (at, byte) in line.iter().enumerate().skip(name) {
        match byte {
            b'[' | b'{' | b'(' if open.len() == MOST_OPEN => return None,
            b'[' | b'{' | b'(' => open.push(closer(*byte)),
            // A bracket of another kind is text.
            b']' | b'}' | b')' if open.last() == Some(byte) => {
                open.pop();
                // The fields of a span, before what is said in it: `ask{prompt=text}: app: message`.
                if open.is_empty() && *byte == b'}' && line[at + 1..].starts_with(b": ") {
                    return Some(value + at + 1);
                }
                closed = open.is_empty().then_some(at);
            }
            _ => {}
        }
    }
    // What closes last, or only brackets after it, ends the line.
    let rest = closed.map(|at| &line[at + 1..])?;
    (open.is_empty() && rest.last().is_none_or(|b| matches!(*b, b']' | b'}' | b')'))).then_some(end)
}

/// The end of a line without the brackets that close it.
pub(super) fn without_brackets(text: &[u8], from: usize, end: usize) -> usize {
    let kept = text[from..end].iter().rev().take_while(|b| matches!(**b, b']' | b'}' | b')' | b'\r' | b' '));
    end - kept.count()
}

/// Where the record ends that holds `at`: before the next line that begins a record of its own.
pub(super) fn end(text: &[u8], at: usize) -> usize {
    let quoted = is_quotation(text, at);
    let mut from = at;
    while let Some(newline) = memchr::memchr(b'\n', &text[from..]).map(|offset| from + offset) {
        let next = &text[newline + 1..];
        if begins(next) && !(quoted && next.starts_with(QUOTATION)) {
            return newline;
        }
        from = newline + 1;
    }
    last_line_end(text).max(at)
}

/// What mail and pages put before each line that they quote; curl shows what it sends behind the same.
pub(in crate::redact) const QUOTATION: &[u8] = b"> ";

/// Whether the line around a place is one of a quotation whose record begins behind its mark.
fn is_quotation(text: &[u8], at: usize) -> bool {
    let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1);
    opens_quotation(&text[start..])
}

/// Whether a line quotes a record of JSON, which may go on in the next one.
pub(in crate::redact) fn opens_quotation(line: &[u8]) -> bool {
    let body = line.strip_prefix(QUOTATION).map(<[u8]>::trim_ascii_start).unwrap_or_default();
    matches!(body.first(), Some(b'{' | b'[' | b'"' | b'\''))
}

/// The end of a text without the line break that it ends in.
pub(super) fn last_line_end(text: &[u8]) -> usize {
    let line = text.strip_suffix(b"\n").unwrap_or(text);
    line.strip_suffix(b"\r").unwrap_or(line).len()
}

/// Whether a line begins a record: a timestamp, a bracketed prefix, a JSON object, an event, a traceback, a frame, an error.
pub(in crate::redact) fn begins(line: &[u8]) -> bool {
    let line = &line[..line.len().min(160)];
    let line = line.split(|b| *b == b'\n').next().unwrap_or(line);
    let line = &line[priority(line)..];
    let starts = |lead: &[u8]| line.starts_with(lead);
    let digits = |count: usize| line.len() >= count && line[..count].iter().all(u8::is_ascii_digit);
    let bracket = line.first() == Some(&b'[') && line.get(1).is_some_and(u8::is_ascii_alphanumeric);
    let record = [
        &b"{\""[..],
        b"data: ",
        b"event: ",
        b"Traceback",
        b"HTTP/",
        b"< ",
        b"> ",
        b"* ",
        b"  File \"",
        b"    at ",
        b"API Error",
        b"The above exception",
        b"During handling",
        b"INFO",
        b"ERROR",
        b"DEBUG",
        b"WARN",
        b"curl: ",
        b"=> Send ",
        b"<= Recv ",
        b"== Info: ",
        b"FAILED ",
    ];
    let word = line.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'.' || **b == b'_').count();
    let error = line.get(word) == Some(&b':')
        && (line[..word].ends_with(b"Error")
            || line[..word].ends_with(b"Exception")
            || line[..word].ends_with(b"Timeout"));
    (digits(4) && matches!(line.get(4), Some(b'-' | b'/')))
        || begins_with_time(line)
        || bracket
        || record.iter().any(|lead| starts(lead))
        || error
        || is_place_of_failure(line)
        || is_failed_answer(line)
}

/// Whether a line is a status and the body of an error, as the SDK for TypeScript says it: `529 {"type":"error"`.
fn is_failed_answer(line: &[u8]) -> bool {
    matches!(line, [b'4' | b'5', tens, ones, b' ', b'{', b'"', ..] if tens.is_ascii_digit() && ones.is_ascii_digit())
}

/// Length of the priority before a line of syslog, and of the version behind it: `<165>1 `.
fn priority(line: &[u8]) -> usize {
    let digits =
        |from: usize| line.get(from..).map_or(0, |rest| rest.iter().take_while(|b| b.is_ascii_digit()).count());
    let length = digits(1);
    if line.first() != Some(&b'<') || !(1..=3).contains(&length) || line.get(length + 1) != Some(&b'>') {
        return 0;
    }
    let version = digits(length + 2);
    let end = length + 2 + version;
    if version > 0 && version < 3 && line.get(end) == Some(&b' ') { end + 1 } else { length + 2 }
}

/// Whether a line begins with a time as other logs write it: `10:00:00.123 `, `Nov 20 10:00:00 `, `E1120 10:00:00.123`, `ts=2026-11-20`.
fn begins_with_time(line: &[u8]) -> bool {
    let clock = |at: usize| {
        line.get(at..at + 8).is_some_and(|clock| {
            clock.iter().enumerate().all(|(at, b)| if at % 3 == 2 { *b == b':' } else { b.is_ascii_digit() })
        })
    };
    let field = [&b"level="[..], b"ts=2", b"time=2", b"time=\"2"].iter().any(|lead| line.starts_with(lead));
    let month = line.len() > 6 && line[0].is_ascii_uppercase() && line[3] == b' ' && line[6] == b' ' && clock(7);
    let glog = matches!(line, [b'I' | b'W' | b'E' | b'F', rest @ ..] if rest.iter().take_while(|b| b.is_ascii_digit()).count() == 4)
        && clock(6);
    clock(0) || month || glog || field
}

/// Whether a line says where a test failed, as pytest does: `tests/test_ask.py:12: AssertionError`.
pub(super) fn is_place_of_failure(line: &[u8]) -> bool {
    let path = line.iter().take_while(|b| b.is_ascii_alphanumeric() || b"/\\._-".contains(b)).count();
    let Some(rest) = line[path..].strip_prefix(b":") else { return false };
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let class = rest[digits..].strip_prefix(b": ").unwrap_or_default().trim_ascii_end();
    path > 3 && digits > 0 && (class.ends_with(b"Error") || class.ends_with(b"Exception"))
}
