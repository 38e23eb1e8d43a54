//! What collectors of logs put before each line of what a program writes: the name of a pod, a time, the number of a line.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;
use serde::Deserialize;

use super::line_leads::runner_lead;
use super::split_records;
use super::strings;
use super::view::{self, View};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    leads: Vec<String>,
}

/// Longest lead of a line.
const LONGEST: usize = 256;

/// All leads in one expression; `None` where one is broken, which a test holds impossible.
static LEAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let table: Table = crate::data::read(data!("redact/rules/leads")).ok()?;
    let time = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d";
    Regex::new(&format!("(?-u)^(?:{})", table.leads.join("|").replace("TIME", time))).ok()
});

/// Length of the lead of a line; 0 where none stands there.
pub(super) fn lead_length(line: &[u8]) -> usize {
    let near = &line[..line.len().min(LONGEST)];
    let near = &near[..memchr::memchr(b'\n', near).unwrap_or(near.len())];
    let runner = runner_lead(near);
    if runner > 0 || !may_begin(near) {
        return runner;
    }
    LEAD.as_ref().and_then(|lead| lead.find(near)).map_or(0, |lead| lead.end())
}

/// Whether a line may have a lead, told by a few bytes: most begin with a time alone, or a record of JSON.
fn may_begin(near: &[u8]) -> bool {
    const NEAR: usize = 96;
    let holds = |mark: u8| memchr::memchr(mark, &near[..near.len().min(NEAR)]).is_some();
    match near {
        [b'0'..=b'9', _, _, _, b'-', ..] => {
            holds(b'[') || [26, 29].iter().any(|at| near.get(*at) == Some(&b'Z')) || of_runtime(near)
        }
        [b'0'..=b'9' | b' ' | b'<' | b'_' | 0x1b, ..] => true,
        [b'{', ..] => near.starts_with(split_records::LOG),
        [b'[', next, ..] => matches!(next, b'p' | b'0'..=b'9'),
        [first, ..] if first.is_ascii_alphabetic() => holds(b':') || holds(b'|') || holds(b'-'),
        _ => false,
    }
}

/// Whether the name of a stream stands behind the first blank, as the runtime of containers writes it.
fn of_runtime(near: &[u8]) -> bool {
    let rest = near.get(19..).unwrap_or_default();
    let stream = memchr::memchr(b' ', &rest[..rest.len().min(24)]).map_or(&b""[..], |blank| &rest[blank + 1..]);
    stream.starts_with(b"stdout F ") || stream.starts_with(b"stderr F ")
}

/// Whether a line is a part of a record that goes on in another one.
fn is_part(line: &[u8]) -> bool {
    let near = &line[..line.len().min(48)];
    let near = &near[..memchr::memchr(b'\n', near).unwrap_or(near.len())];
    near.first().is_some_and(u8::is_ascii_digit)
        && [&b" stdout P "[..], b" stderr P "].iter().any(|tag| memchr::memmem::find(near, tag).is_some())
}

/// The lines of a text without what a collector of logs put around them.
pub(super) struct Collected<'t> {
    pub(super) view: View<'t>,
    /// The lines that had something around them, and what of each a program wrote.
    lines: Vec<(Range<usize>, Range<usize>)>,
}

impl Collected<'_> {
    /// Whether several lines had something around them.
    pub(super) const fn are_several(&self) -> bool {
        self.lines.len() > 1
    }

    /// What of something that was found on a line a program wrote, where more was found: what stands around it was taken for a part of it.
    pub(super) fn part_in_body(&self, found: &Range<usize>) -> Option<Range<usize>> {
        let after = self.lines.partition_point(|(line, _)| line.start <= found.start);
        let (line, body) = self.lines[..after].last()?;
        let leaves = found.end < line.end && (found.start < body.start || body.end < found.end);
        let part = found.start.max(body.start)..found.end.min(body.end);
        leaves.then(|| part.start.min(part.end)..part.end)
    }
}

/// The lines of a text without their leads; `None` where none has one.
pub(super) fn without_leads(text: &[u8]) -> Option<Collected<'_>> {
    let mut around = Vec::new();
    let mut lines = Vec::new();
    let mut start = 0;
    // A record that the runtime of containers split is joined elsewhere: its last part keeps what stands before it.
    let mut split = false;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |newline| start + newline + 1);
        let line = &text[start..end];
        let length = lead_length(line);
        let is_last = split && line[..length].ends_with(b" F ");
        split = is_part(line);
        if length > 0 && !is_last {
            around.push((start..start + length, &b""[..]));
            let mut body = start + length..end;
            if let Some(inner) = split_records::body_of_docker(line) {
                body = start + inner.start..start + inner.end;
                add_escapes(text, body.clone(), &mut around);
                around.push((body.end..end, &b"\n"[..]));
            }
            lines.push((start..end, body));
        }
        start = end;
    }
    (!lines.is_empty()).then(|| Collected { view: view::with_each_mark(text, around.into_iter()), lines })
}

/// Adds the escapes of a string, and what each stands for.
fn add_escapes(text: &[u8], string: Range<usize>, marks: &mut Vec<(Range<usize>, &'static [u8])>) {
    let mut at = string.start;
    while let Some(slash) = memchr::memchr(b'\\', &text[at..string.end]).map(|offset| at + offset) {
        let (mark, length) = strings::escape(&text[slash..string.end]).unwrap_or((b"\\", 1));
        marks.push((slash..slash + length, mark));
        at = slash + length;
    }
}

/// The line around a place from behind its lead on, and where that begins; `None` where it has none or the place stands in it.
pub(super) fn body(text: &[u8], at: usize) -> Option<(&[u8], usize)> {
    /// Farther into a line no word stands at its start.
    const FAR: usize = 4096;
    let from = at.saturating_sub(FAR);
    let start = match memchr::memrchr(b'\n', &text[from..at]) {
        Some(newline) => from + newline + 1,
        None if from == 0 => 0,
        None => return None,
    };
    let start = start + Some(lead_length(&text[start..])).filter(|length| *length > 0 && start + length <= at)?;
    Some((&text[start..], start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_are_told_from_what_a_program_writes_itself() {
        for (line, body) in [
            ("2026-11-20T10:00:00.1234567Z   prompt: x", "  prompt: x"),
            ("b\tRun it\t2026-11-20T10:00:00.1234567Z ## User", "## User"),
            ("2026-11-20T10:00:00.123456789Z x", "x"),
            ("2026-11-20T10:00:00.123456789Z stdout F x", "x"),
            ("2026-11-20T10:00:00.12+01:00 stderr F x", "x"),
            ("10:00:00 | x", "x"),
            ("2026-11-20T10:00:00.123456Z 01O x", "x"),
            ("[2026-11-20T10:00:00.123Z] x", "x"),
            ("2026-11-20T10:00:00.123456+00:00 app[web.1]: x", "x"),
            ("2026-11-20T10:00:00Z app[d8d9c1] iad [info]x", "x"),
            ("Nov 20 10:00:00 host ask[4711]: x", "x"),
            ("ask-1  | x", "x"),
            ("0|ask      | x", "x"),
            ("10:00:00 web.1  | x", "x"),
            ("[pod/ask-6d5f8c7b9-x2x7k/ask] x", "x"),
            ("ask-6d5f8c7b9-x2x7k ask x", "x"),
            ("\u{1b}_bk;t=1764471600000\u{7}x", "x"),
            ("    12\tx", "x"),
            ("logs/app.log:12:x", "x"),
        ] {
            assert_eq!(&line.as_bytes()[lead_length(line.as_bytes())..], body.as_bytes(), "{line}");
        }
        for line in [
            "2026-11-20T10:00:00.123Z INFO app: x",
            "2026-11-20 10:00:00,123 x",
            "  prompt: x",
            "{\"a\": 1}",
            "at a.js:12:3",
        ] {
            assert_eq!(lead_length(line.as_bytes()), 0, "{line}");
        }
    }

    #[test]
    fn places_are_told_in_the_text_itself() {
        let text = b"ask-1  | one\nask-1  | two\n";
        let view = without_leads(text).unwrap().view;
        assert_eq!(&*view.text, b"one\ntwo\n");
        assert_eq!(&text[view.original(4..7)], b"two");
        assert_eq!(body(text, 23), Some((&b"two\n"[..], 22)));
        assert!(without_leads(b"one\ntwo\n").is_none());
    }
}
