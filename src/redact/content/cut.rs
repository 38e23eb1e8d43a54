//! Values that are cut off: at their end, where all of the record goes but for what says which call it was, and at their front, where a log was cut to its
//! last lines or a collector splits long ones.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::keys::{Class, Keys};
use super::{BY_CUT, KIND_NAME, brackets, dumped, expressions, records, walker};
use crate::redact::collected::lead_length;
use crate::redact::finding::{Finding, Rank, Substitute};
use crate::redact::line_leads::without_time;
use crate::redact::{placeholder, quoted};

/// Keys that stand beside the text of a message; one of them leads the search.
pub(super) const WORDS: [&str; 5] = ["role", "max_tokens", "stop_reason", "temperature", "model"];
/// Keys that follow such a text.
const KEYS: [&[u8]; 14] = [
    b"role",
    b"content",
    b"messages",
    b"max_tokens",
    b"stop_reason",
    b"stop_sequence",
    b"cache_control",
    b"tool_use_id",
    b"temperature",
    b"tools",
    b"model",
    b"usage",
    b"uuid",
    b"sessionId",
];
/// What stands in a line before a value that was not cut off.
const STRUCTURE: [&[u8]; 8] = [b"{\"", b"{'", b"[{", b": \"", b": '", b"=\"", b"='", b"{\\\""];
/// How a record of Docker begins.
const DOCKER: &[u8] = b"{\"log\":\"";
/// Most of a line that is looked at for its beginning, and for the keys behind the text that was cut.
const LONGEST: usize = 32 * 1024;
const NEAR: usize = 600;
/// Longest line that says a status or a request and nothing else.
const LONGEST_STATE: usize = 96;
/// Most quotation marks that are tried.
const MOST_MARKS: usize = 200;

static REQUEST: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"req_"));
static API_ERROR: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"API Error: "));
static KIND_OF_ERROR: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"_error"));

/// Removes all from `at` to the end of the record, of a value that begins at `value` and stands behind a bracket or begins with one; gives that end.
pub(super) fn off(text: &[u8], bracket: usize, value: usize, at: usize, found: &mut Vec<Finding>) -> usize {
    // A value that goes whole leaves no bracket open, which would make the text after it look like a part of it.
    let whole = records::closed_on_its_line(text, bracket).filter(|end| at <= *end).map(|end| {
        let last = if bracket < value { records::without_brackets(text, value, end) } else { end };
        value..last
    });
    let closers = if whole.is_some() { Vec::new() } else { brackets::closers(text, at).unwrap_or_default() };
    let range = whole.or_else(|| closers.last().map(|end| at..*end)).unwrap_or_else(|| {
        let of_source = || expressions::statement_end(text, value).filter(|end| at <= *end);
        let end = string_end(text, at).or_else(|| block_end(text, at)).or_else(of_source);
        at..end.unwrap_or_else(|| records::end(text, at))
    });
    let end = range.end;
    // Its text has gone before.
    if text[..at].ends_with(b"=[") && text[at..].starts_with(b"text]")
        || text[..at].ends_with(b"=") && text[at..].starts_with(b"[text]")
    {
        return end;
    }
    let mut from = range.start;
    let mut kept = evidence(&text[range.clone()]);
    dumped::evidence(&text[range.clone()], &mut kept);
    brackets::fields(&text[range.clone()], &mut kept);
    // The brackets tell where the object ends when what was redacted is read again.
    kept.extend(closers.iter().map(|at| at - range.start..at - range.start + 1).filter(|kept| kept.end <= range.len()));
    kept.sort_by_key(|range| range.start);
    for kept in kept {
        push(text, from..(range.start + kept.start).max(from), found);
        from = from.max(range.start + kept.end);
    }
    push(text, from..end, found);
    end
}

/// Where the string of JSON ends that a place stands in, where its line is a record of JSON: a dump in it goes no further.
fn string_end(text: &[u8], at: usize) -> Option<usize> {
    let from = at.saturating_sub(LONGEST);
    let line = memchr::memrchr(b'\n', &text[from..at]).map_or(from, |newline| from + newline + 1);
    let open = line + memchr::memmem::find(&text[line..at], b"{\"")?;
    let is_mark = |mark: &usize| text[..*mark].iter().rev().take_while(|b| **b == b'\\').count().is_multiple_of(2);
    let marks = |range: Range<usize>| {
        memchr::memchr_iter(b'"', &text[range.clone()]).map(move |mark| range.start + mark).filter(is_mark)
    };
    let inside = marks(open..at).count() % 2 == 1;
    let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline);
    let close = marks(at..end).next().filter(|_| inside)?;
    let rest = text[close + 1..end].trim_ascii_start();
    (rest.starts_with(b",\"") || rest.starts_with(b", \"") || rest.starts_with(b"}")).then_some(close)
}

/// Whether a finding is a piece of content that was cut off.
pub(in crate::redact) fn is_piece(finding: &Finding) -> bool {
    std::sync::Arc::ptr_eq(&finding.rule, &BY_CUT)
}

/// Where a block of YAML ends in which a string of JSON was cut off or folded: such a string holds no line break of its own, so lines that are indented as
/// deep as its own belong to the block, and a line less deep that says how the call ended does not.
fn block_end(text: &[u8], at: usize) -> Option<usize> {
    let from = at.saturating_sub(LONGEST);
    let begin =
        memchr::memrchr(b'\n', &text[from..at]).map(|newline| from + newline + 1).or((from == 0).then_some(0))?;
    let depth = |line: &[u8]| line.iter().take_while(|b| **b == b' ').count();
    let indent = depth(&text[begin..at]);
    if indent < 2 || !opens_quoted(&text[begin..at]) {
        return None;
    }
    let mut end = at + memchr::memchr(b'\n', &text[at..])?;
    loop {
        let next = memchr::memchr(b'\n', &text[end + 1..]).map_or(text.len(), |newline| end + 1 + newline);
        let line = &text[end + 1..next];
        if depth(line) < indent && !line.trim_ascii().is_empty() {
            return (is_status(line) || is_request(line)).then_some(end);
        }
        if next == text.len() || next - at > LONGEST || records::begins(line) {
            return None;
        }
        end = next;
    }
}

/// Whether a text opens behind a quoted key: `"content": "`.
fn opens_quoted(lead: &[u8]) -> bool {
    let mark = |text: &[u8]| matches!(text.last(), Some(b'"' | b'\''));
    let lead = lead.trim_ascii_end();
    mark(lead) && {
        let key = lead[..lead.len() - 1].trim_ascii_end();
        let key = key.strip_suffix(b"\\").unwrap_or(key).trim_ascii_end();
        key.strip_suffix(b":").is_some_and(|key| mark(key.trim_ascii_end()))
    }
}

/// Whether a line says the id of a request and nothing else.
fn is_request(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let names = [&b"request_id: "[..], b"request-id: ", b"requestId: "];
    let id = names.iter().find_map(|name| line.strip_prefix(*name)?.strip_prefix(b"req_")).unwrap_or_default();
    (16..=36).contains(&id.len()) && id.iter().all(u8::is_ascii_alphanumeric)
}

fn push(text: &[u8], range: Range<usize>, found: &mut Vec<Finding>) {
    let between = text[range.clone()].iter().all(|b| matches!(b, b' ' | b','));
    if between || placeholder::is_shape(&text[range.clone()]) {
        return;
    }
    let mut cut = Finding::new(range, &BY_CUT, &KIND_NAME, Rank::Content);
    cut.substitute = Substitute::Shape("[text]".to_owned());
    found.push(cut);
}

/// What of a text that is not understood says which call failed, and how: ids of requests, kinds of errors, the status that Claude Code tells.
fn evidence(text: &[u8]) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let run = |at: usize| text[at..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    for at in REQUEST.find_iter(text) {
        let length = 4 + run(at + 4);
        if (20..=40).contains(&length) {
            all.push(at..at + length);
        }
    }
    for at in API_ERROR.find_iter(text) {
        let length = text[at + 11..].iter().take_while(|b| b.is_ascii_digit()).count();
        if length == 3 {
            all.push(at..at + 14);
        }
    }
    for at in KIND_OF_ERROR.find_iter(text) {
        let end = at + b"_error".len();
        let start = at - text[..at].iter().rev().take_while(|b| b.is_ascii_lowercase() || **b == b'_').count();
        let quoted = |b: Option<&u8>| b.is_some_and(|b| matches!(b, b'"' | b'\'' | b'\\'));
        if (3..30).contains(&(at - start)) && quoted(start.checked_sub(1).map(|at| &text[at])) && quoted(text.get(end))
        {
            all.push(start..end);
        }
    }
    // With the line breaks around it, so that it is known again.
    let mut ends = memchr::memchr_iter(b'\n', text).chain([text.len()]);
    let mut start = ends.next().unwrap_or_default();
    for end in ends {
        let line = &text[start + 1..end];
        if line.len() < LONGEST_STATE && (is_status(line) || is_request(line)) {
            all.push(start..text.len().min(end + 1));
        }
        start = end;
    }
    all.sort_by_key(|range| range.start);
    all
}

/// Whether a line says the status of a call and nothing else: `status: 529`, `HTTP_STATUS=529`.
fn is_status(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let digits = line.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let name = line[..line.len() - digits].trim_ascii_end();
    let name = name.strip_suffix(b":").or_else(|| name.strip_suffix(b"=")).unwrap_or_default().trim_ascii_end();
    digits == 3 && [&b"status"[..], b"status_code", b"http_status"].iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// Whether the line that holds a key begins inside a text.
pub(super) fn may_begin(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(LONGEST);
    let Some(start) =
        memchr::memrchr(b'\n', &text[from..at]).map(|newline| from + newline + 1).or((from == 0).then_some(0))
    else {
        return false;
    };
    // Most lines that hold such a key are records of JSON.
    if text[start] == b'{' && !text[start..].starts_with(DOCKER) {
        return false;
    }
    let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline);
    front(&text[start..end]).is_some()
}

/// Adds the rest of texts that lines begin in.
pub(super) fn find_fronts(text: &[u8], found: &mut Vec<Finding>) {
    if !WORDS.iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some()) {
        return;
    }
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |newline| start + newline);
        if let Some(rest) = front(&text[start..end]) {
            push(text, start + rest.start..start + rest.end, found);
            others_of_it(&text[..end], start + rest.end, found);
        }
        start = end + 1;
    }
}

/// The rest of a text that a line begins in.
fn front(line: &[u8]) -> Option<Range<usize>> {
    let start = collected(line);
    // A text may have been cut before a blank.
    let start = start + usize::from(line[start..].starts_with(b" "));
    let rest = &line[start..];
    let first = *rest.first()?;
    if (start == 0 && records::begins(rest)) || first.is_ascii_whitespace() || b"{}[](),:\"'`<".contains(&first) {
        return None;
    }
    let mut marks = memchr::memchr2_iter(b'"', b'\'', rest).take(MOST_MARKS);
    let end = marks.find_map(|mark| end_of_text(rest, mark))?;
    let is_cut =
        STRUCTURE.iter().all(|mark| memchr::memmem::find(&rest[..end], mark).is_none()) && !is_in_assigned(rest, end);
    is_cut.then_some(start..start + end)
}

/// Whether an escaped mark stands in a string whose own mark needs no escape: `message = "{\n  \"role\"`, `- "{\n`. Nothing is cut off there.
fn is_in_assigned(line: &[u8], mark: usize) -> bool {
    let escaped = line[..mark].ends_with(b"\\") || line.get(mark) == Some(&b'\\');
    let is_bare = |at: &usize| !line[..*at].ends_with(b"\\");
    let open = memchr::memchr_iter(b'"', &line[..mark]).rev().find(is_bare);
    let leads = [&b"= "[..], b"=", b": ", b"- "];
    escaped && open.is_some_and(|open| leads.iter().any(|lead| line[..open].ends_with(lead)))
}

/// Adds the texts beside one that was cut off, in the same object: the other arguments of a tool.
fn others_of_it(line: &[u8], mark: usize, found: &mut Vec<Finding>) {
    let Some(keys) = Keys::get() else { return };
    let Some(quote) = quoted::closing_at(line, mark) else { return };
    let mut at = mark + quote.len();
    while line.get(walker::skip_blank(line, at)) == Some(&b',') {
        let key = walker::skip_blank(line, walker::skip_blank(line, at) + 1) + quote.len();
        let name = line
            .get(key..)
            .map_or(0, |rest| rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count());
        let colon = walker::skip_blank(line, key + name + quote.len());
        let value = walker::skip_blank(line, colon + 1);
        let Some((other, start)) = quoted::opening_at(line, value).filter(|_| name > 0) else { return };
        let Some(end) = quoted::closing(line, start, other) else { return };
        let says_shape = matches!(keys.class_of(&line[key..key + name]), Some(Class::Shape));
        if !says_shape && !KEYS.contains(&&line[key..key + name]) && line[start..end].contains(&b' ') {
            push(line, start..end, found);
        }
        at = end + other.len();
    }
}

/// Length of what a runtime of containers puts before the parts of a line: `2026-11-20T10:00:00.1Z stdout F `, `{"log":"`.
fn collected(line: &[u8]) -> usize {
    if line.starts_with(DOCKER) {
        return DOCKER.len();
    }
    let lead = lead_length(line);
    if lead > 0 && line[..lead].ends_with(b" F ") {
        return lead;
    }
    let rest = without_time(line);
    let length = line.len() - rest.len();
    let part =
        [&b"stdout F "[..], b"stderr F ", b"stdout P ", b"stderr P "].into_iter().find(|part| rest.starts_with(part));
    part.map_or(0, |part| length + part.len())
}

/// Where the text ends that the quotation mark closes, if what follows is the rest of a message: more is closed than was opened, and its keys stand there.
fn end_of_text(line: &[u8], mark: usize) -> Option<usize> {
    let depth = line[..mark].iter().rev().take_while(|b| **b == b'\\').count();
    let mut at = mark + 1;
    let mut closed = 0;
    loop {
        at = walker::skip_blank(line, at);
        match line.get(at) {
            Some(b'}' | b']' | b')') => {
                closed += 1;
                at += 1;
            }
            Some(b',') => {
                let next = walker::skip_blank(line, at + 1);
                if line.get(next) == Some(&b'{') && closed > 0 {
                    break;
                }
                // Python takes other marks for a text that holds an apostrophe than for its keys.
                let of_key = quoted::closing_at(line, next).filter(|other| other.depth == depth)?;
                let start = next + of_key.len();
                let name = line.get(start..)?.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
                let colon = walker::skip_blank(line, start + name + of_key.len());
                let is_key = name > 0 && of_key.stands_at(line, start + name);
                if !is_key || line.get(colon) != Some(&b':') {
                    return None;
                }
                break;
            }
            _ => return None,
        }
    }
    let rest = &line[mark + 1..line.len().min(mark + NEAR)];
    let stands = |at: usize, name: &[u8]| {
        quoted::before(rest, at).is_some_and(|mark| mark.depth == depth && mark.stands_at(rest, at + name.len()))
    };
    let is_key = |name: &[u8]| memchr::memmem::find_iter(rest, name).any(|at| stands(at, name));
    let failed = [&b"isApiErrorMessage"[..], b"_error"].iter().any(|mark| memchr::memmem::find(rest, mark).is_some());
    (!failed && closes_more(&line[mark + 1..], closed) && KEYS.iter().any(|name| is_key(name))).then_some(mark - depth)
}

/// Whether a text closes a bracket that it did not open.
fn closes_more(rest: &[u8], closed: usize) -> bool {
    if closed > 0 {
        return true;
    }
    let mut open = 0usize;
    let mut at = 0;
    while let Some(&byte) = rest.get(at) {
        if let Some((quote, start)) = quoted::opening_at(rest, at).filter(|_| b"\\\"'".contains(&byte)) {
            let Some(end) = quoted::closing(rest, start, quote) else { return false };
            at = end + quote.len();
            continue;
        }
        match byte {
            b'{' | b'[' | b'(' => open += 1,
            b'}' | b']' | b')' if open == 0 => return true,
            b'}' | b']' | b')' => open -= 1,
            _ => {}
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_begins_inside_a_text_is_known_by_what_follows() {
        for (line, text) in [
            (r#"the rest of it", "role": "user"}], "max_tokens": 1}"#, Some("the rest of it")),
            (r#"the rest"}]},{"role":"assistant","content":[]}],"model":"m"}"#, Some("the rest")),
            ("the rest'}], 'model': 'm', 'max_tokens': 64}}", Some("the rest")),
            (r#"the \"rest\" of it\"}],\"max_tokens\":64}","status":529}"#, Some("the \\\"rest\\\" of it")),
            ("2026-11-20T10:00:00.1Z stdout F the rest\",\"role\":\"user\"}]}", Some("the rest")),
            (r#"the rest", 'cache_control': {'type': 'x'}}]}], 'model': 'm'}"#, Some("the rest")),
            (r#"the rest"}]},"uuid":"8a1b","timestamp":"x"}"#, Some("the rest")),
            (r#"Overloaded"},"request_id":"req_1"}"#, None),
            (r#"body: {"a": "b"}, "role": "user"}"#, None),
            (r#"said "x", "role": "user" {}"#, None),
            (r#"{"messages":[{"content":"a","role":"user"}]}"#, None),
            (r#"2026-11-20 10:00:00 x", "role": "user"}]"#, None),
            (r#"text","role":"assistant"}]},"isApiErrorMessage":true}"#, None),
        ] {
            let found = front(line.as_bytes()).map(|range| &line[range]);
            assert_eq!(found, text, "{line}");
        }
    }

    #[test]
    fn what_says_which_call_it_was_is_kept() {
        let text = br#"x req_011CSHoEeqs5C35K2UUqR7Fy "overloaded_error" API Error: 529 req_1 y_error"#;
        let kept: Vec<_> = evidence(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(kept, [&b"req_011CSHoEeqs5C35K2UUqR7Fy"[..], b"overloaded_error", b"API Error: 529"]);
    }
}
