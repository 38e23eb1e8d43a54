//! Fields of texts that are no JSON, whose ends their form tells: `msg="..."`, columns of CSV in quotation marks, elements of XML, strings of YAML and TOML over
//! lines, messages of workflow commands.
//!
//! A field is told only where its form fits from its first mark to what follows its last: what is only like one tells nothing.

use std::ops::Range;

/// So far a field is looked for before a place, and behind it.
const BEFORE: usize = 8 * 1024;
const BEHIND: usize = 64 * 1024;
/// Elements in which reports of test runs show what was printed, which stand there even where their beginning is not at hand.
const REPORTED: [&[u8]; 6] = [b"failure", b"error", b"system-out", b"system-err", b"skipped", b"rerunFailure"];

/// The field around a place.
pub(super) fn around(text: &[u8], place: usize) -> Option<Range<usize>> {
    let from = place.saturating_sub(BEFORE);
    let to = text.len().min(place + BEHIND);
    let text = &text[..to];
    let start = memchr::memrchr(b'\n', &text[from..place]).map_or(from, |newline| from + newline + 1);
    let whole = start > from || from == 0;
    let line_end = memchr::memchr(b'\n', &text[place..]).map_or(to, |newline| place + newline);
    let line_end = if text[..line_end].ends_with(b"\r") { line_end - 1 } else { line_end };
    element(text, from, place)
        .or_else(|| whole.then(|| assigned(text, start..line_end, place)).flatten())
        .or_else(|| column(text, from, place))
        .or_else(|| over_lines(text, from, place))
        .or_else(|| whole.then(|| message(text, start..line_end, place)).flatten())
        .filter(|field| field.start <= place && place < field.end)
}

/// The text of an element of XML, or of a CDATA section in one.
fn element(text: &[u8], from: usize, place: usize) -> Option<Range<usize>> {
    let open = b"<![CDATA[";
    let rest = &text[place..];
    let last = memchr::memmem::rfind(&text[from..place], open).map(|at| from + at + open.len());
    if let Some(end) = memchr::memmem::find(rest, b"]]>").map(|at| place + at)
        && text[end + 3..].trim_ascii_start().starts_with(b"</")
    {
        let closed = |start: usize| memchr::memmem::find(&text[start..place], b"]]>").is_some();
        match last {
            Some(start) if !closed(start) => return Some(start..end),
            None if memchr::memchr(b'<', &text[place..end]).is_none() => return Some(from..end),
            _ => {}
        }
    }
    let end = place + memchr::memchr(b'<', rest)?;
    let closing = text[end..].strip_prefix(b"</")?;
    let name = &closing[..memchr::memchr(b'>', &closing[..closing.len().min(64)])?];
    let Some(tag) = memchr::memrchr(b'<', &text[from..place]).map(|at| from + at) else {
        return REPORTED.contains(&name).then_some(from..end);
    };
    let begins = text[tag + 1..].strip_prefix(name).is_some_and(|rest| matches!(rest.first(), Some(b'>' | b' ')));
    let start = tag + 1 + memchr::memchr(b'>', &text[tag..place])?;
    (begins && !name.is_empty() && !text[..start].ends_with(b"/>")).then_some(start..end)
}

/// The text between the marks of a pair of a line: `msg="..."`, `key = "..."`, where all marks in it are escaped.
fn assigned(text: &[u8], line: Range<usize>, place: usize) -> Option<Range<usize>> {
    let mut at = line.start;
    while let Some(mark) = memchr::memchr2(b'"', b'\'', &text[at..place]).map(|offset| at + offset) {
        at = mark + 1;
        let Some(spaced) = is_pair(&text[line.start..mark]) else { continue };
        let Some(end) = close(text, mark + 1..line.end, text[mark]) else { continue };
        let rest = &text[end + 1..line.end];
        if !(may_follow(rest, spaced) && (!spaced || !goes_on(text, line.end))) {
            continue;
        }
        if end >= place {
            return Some(mark + 1..end);
        }
        at = end + 1;
    }
    None
}

/// Whether a name and its sign stand where a text ends, and whether blanks stand around the sign.
fn is_pair(lead: &[u8]) -> Option<bool> {
    let spaced = lead.ends_with(b" = ");
    let lead = lead.strip_suffix(b" = ").or_else(|| lead.strip_suffix(b"="))?;
    let name = lead.iter().rev().take(64).take_while(|b| b.is_ascii_alphanumeric() || b"_.-".contains(b)).count();
    let before = lead[..lead.len() - name].last();
    (name > 0 && before.is_none_or(|b| b" \t[{,".contains(b))).then_some(spaced)
}

/// Whether what follows such a text may follow one.
fn may_follow(rest: &[u8], spaced: bool) -> bool {
    let next = rest.trim_ascii_start();
    let Some(first) = next.first() else { return true };
    if spaced {
        return matches!(first, b',' | b'}');
    }
    let name = next.iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || b"_.-:".contains(b)).count();
    let pair = next.len() < rest.len() && name > 0 && next.get(name) == Some(&b'=');
    pair || matches!(first, b']' | b'>') || next.starts_with(b"/>")
}

/// Whether the next line begins with a string, in which this one may go on.
fn goes_on(text: &[u8], line_end: usize) -> bool {
    text[line_end..].trim_ascii_start().first().is_some_and(|b| matches!(b, b'"' | b'\'' | b'+'))
}

/// The first mark that no backslash escapes.
fn close(text: &[u8], within: Range<usize>, mark: u8) -> Option<usize> {
    memchr::memchr_iter(mark, &text[within.clone()])
        .map(|at| within.start + at)
        .find(|at| text[within.start..*at].iter().rev().take_while(|b| **b == b'\\').count().is_multiple_of(2))
}

/// A column of CSV in quotation marks: the marks in it are doubled.
fn column(text: &[u8], from: usize, place: usize) -> Option<Range<usize>> {
    let is_separator = |b: &u8| matches!(b, b',' | b';' | b'\t');
    let run_to = |end: usize| text[from..end].iter().rev().take_while(|b| **b == b'"').count();
    let mut to = place;
    let open = loop {
        let last = from + memchr::memrchr(b'"', &text[from..to])?;
        let run = run_to(last + 1);
        to = last + 1 - run;
        if run % 2 == 1 {
            break to;
        }
    };
    let begin = memchr::memrchr(b'\n', &text[..open]).map_or(0, |newline| newline + 1);
    let in_row = begin == open || is_separator(&text[open - 1]);
    if !in_row || !(text[begin].is_ascii_alphanumeric() || text[begin] == b'"') {
        return None;
    }
    let mut at = place;
    let end = loop {
        let first = at + memchr::memchr(b'"', &text[at..])?;
        let run = text[first..].iter().take_while(|b| **b == b'"').count();
        at = first + run;
        if run % 2 == 1 {
            break at - 1;
        }
    };
    let next = text.get(end + 1);
    let ends_row = next.is_none_or(|b| matches!(b, b'\n' | b'\r'));
    let goes_on = next.is_some_and(is_separator) && text.get(end + 2).is_none_or(|b| *b != b' ');
    (goes_on || ends_row && begin < open).then_some(open + 1..end)
}

/// A string of YAML that may go over lines: those behind its first are indented deeper than its key.
fn over_lines(text: &[u8], from: usize, place: usize) -> Option<Range<usize>> {
    let mut to = place;
    loop {
        let begin = memchr::memrchr(b'\n', &text[from..to]).map(|newline| from + newline + 1);
        let start = begin.or((from == 0).then_some(0))?;
        if let Some((open, indent)) = opens(&text[start..place]) {
            return closed_over_lines(text, start + open, indent).filter(|field| place < field.end);
        }
        to = begin?.checked_sub(1)?;
        if to < from {
            return None;
        }
    }
}

/// Where the string of a key or an item begins on a line, behind its mark, and how far the key is indented.
fn opens(line: &[u8]) -> Option<(usize, usize)> {
    let indent = line.iter().take_while(|b| matches!(b, b' ' | b'-')).count();
    let dashes = line[..indent].iter().rev().skip_while(|b| **b == b' ').count();
    let name = line[indent..].iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || b"_.-".contains(b)).count();
    let rest = &line[indent + name..];
    let value = if name > 0 { rest.strip_prefix(b": ")? } else { rest };
    let item = name == 0 && line[..indent].ends_with(b"- ");
    let quoted = matches!(value.first(), Some(b'"' | b'\''));
    let depth = if item { dashes.saturating_sub(1) } else { indent };
    (quoted && (name > 0 || item)).then(|| (line.len() - value.len() + 1, depth))
}

/// The string that begins behind its mark, where it ends with a line.
fn closed_over_lines(text: &[u8], open: usize, indent: usize) -> Option<Range<usize>> {
    let mark = text[open - 1];
    let end = if mark == b'"' { close(text, open..text.len(), mark)? } else { single_end(text, open)? };
    let rest = &text[end + 1..];
    let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    if !line.trim_ascii().is_empty() || goes_on(text, end + 1 + line.len()) {
        return None;
    }
    let deeper = |line: &[u8]| {
        let blanks = line.iter().take_while(|b| **b == b' ').count();
        blanks > indent || line.trim_ascii().is_empty()
    };
    text[open..end].split(|b| *b == b'\n').skip(1).all(deeper).then_some(open..end)
}

/// The first single mark that is not one of two.
fn single_end(text: &[u8], open: usize) -> Option<usize> {
    let mut at = open;
    loop {
        let first = at + memchr::memchr(b'\'', &text[at..])?;
        let run = text[first..].iter().take_while(|b| **b == b'\'').count();
        at = first + run;
        if run % 2 == 1 {
            return Some(at - 1);
        }
    }
}

/// What a workflow command says, or the journal of systemd: it ends with its line.
fn message(text: &[u8], line: Range<usize>, place: usize) -> Option<Range<usize>> {
    let bytes = &text[line.clone()];
    if bytes.starts_with(b"MESSAGE=") {
        return Some(line.start + b"MESSAGE=".len()..line.end);
    }
    let rest = bytes.strip_prefix(b"::")?;
    let name = rest.iter().take(32).take_while(|b| b.is_ascii_lowercase() || **b == b'-').count();
    let head = memchr::memmem::find(&rest[name..], b"::").filter(|_| name > 0)?;
    let start = line.start + 2 + name + head + 2;
    (matches!(rest.get(name), Some(b' ' | b':')) && start <= place).then_some(start..line.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The field around `§` in each text, which stands for nothing else.
    #[test]
    fn fields_are_told_by_their_forms() {
        for (text, field) in [
            (r#"level=error msg="a \"b\" §c" status=529"#, Some(r#"a \"b\" §c"#)),
            (r#"<1>1 [x y="1" msg="a §"][z]"#, Some("a §")),
            (r#"<failure message="a §" type="x">b</failure>"#, Some("a §")),
            ("msg = \"a §\"\nstatus = 529", Some("a §")),
            ("x = { msg = \"a §\", status = 529 }", Some("a §")),
            ("<td>a §</td><td>b</td>", Some("a §")),
            ("<a><![CDATA[a <b> §]]></a>", Some("a <b> §")),
            ("a §\nb</failure></testcase>", Some("a §\nb")),
            (r#"1,"a ""b"" §",529"#, Some(r#"a ""b"" §"#)),
            ("1,\"a\nb §\nc\",529", Some("a\nb §\nc")),
            ("msg: 'it''s §\n  b'\nstatus: 529", Some("it''s §\n  b")),
            ("- \"a\\\n  §\"\n- b", Some("a\\\n  §")),
            ("::error file=a.py::a §\n::notice::b", Some("a §")),
            ("MESSAGE=a §\nSTATUS=529", Some("a §")),
            (r#"msg="a "b §" status=529"#, None),
            (r#"say "a §", "b""#, None),
            ("msg: 'a\n§'\nstatus: 529", None),
            ("<p>a <br> §</p>", None),
            ("x = \"a §\"\n    \"b\"", None),
            ("a §</b> c", None),
        ] {
            let told = around(text.as_bytes(), text.find('§').unwrap()).map(|range| &text[range]);
            assert_eq!(told, field, "{text}");
        }
    }
}
