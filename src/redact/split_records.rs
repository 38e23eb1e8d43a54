//! Records that a container runtime split: Docker's `json-file` driver and the log format of Kubernetes (CRI) cut a line longer than 16 KiB into several
//! records. The pieces are joined, so that what they say can be looked at, and what goes takes nothing of the records around it along.
//!
//! Source: `daemon/logger/copier.go` of moby (a piece has no line break at its end), and the tag `P` or `F` of
//! `kubernetes/design-proposals/node/kubelet-cri-logging.md`.

use std::ops::Range;

use super::finding::{Finding, Substitute};
use super::stream_open::{begins_with_time, continued};

/// What the records of a text stand out by: Docker's field behind the text, and the tags of a piece in the format of Kubernetes.
pub(super) const WORDS: [&[u8]; 3] = [STREAM, b" stdout P ", b" stderr P "];

/// How a record of Docker begins.
pub(super) const LOG: &[u8] = b"{\"log\":\"";
const STREAM: &[u8] = b"\",\"stream\":\"std";
/// Longest time, with its zone, in front of a record of Kubernetes.
const LONGEST_TIME: usize = 40;

/// The two streams of a container, whose records stand among each other.
const STREAMS: [&[u8]; 2] = [b"out", b"err"];

/// Which streams wait for the rest of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Waiting([bool; STREAMS.len()]);

impl Waiting {
    /// Takes note of a record; says whether nothing waits any more.
    pub(super) fn ends_with(&mut self, line: &[u8]) -> bool {
        if let Some(record) = record_of(line) {
            self.0[record.stream] = record.goes_on;
        }
        !self.0.contains(&true)
    }
}

/// One record.
#[derive(Debug, PartialEq, Eq)]
struct Record {
    stream: usize,
    /// Where its text stands in the line.
    text: Range<usize>,
    /// Whether the line goes on in another record.
    goes_on: bool,
}

/// The record that a line is.
fn record_of(line: &[u8]) -> Option<Record> {
    let line = line.trim_ascii_end();
    let stream = |rest: &[u8]| STREAMS.iter().position(|stream| rest.starts_with(stream));
    if line.starts_with(LOG) {
        let end = LOG.len() + memchr::memmem::find(&line[LOG.len()..], STREAM)?;
        let text = LOG.len()..end;
        let goes_on = !ends_in_break(&line[text.clone()]);
        return Some(Record { stream: stream(&line[end + STREAM.len()..])?, text, goes_on });
    }
    let time = memchr::memchr(b' ', &line[..line.len().min(LONGEST_TIME)]).filter(|_| begins_with_time(line))?;
    let rest = line[time..].strip_prefix(b" std")?;
    let tag = rest.get(3..6)?;
    let goes_on = match tag {
        b" P " => true,
        b" F " => false,
        _ => return None,
    };
    Some(Record { stream: stream(rest)?, text: time + 10..line.len(), goes_on })
}

/// Where the line stands, without its break, in a whole record of Docker.
pub(super) fn body_of_docker(line: &[u8]) -> Option<Range<usize>> {
    let record = record_of(line).filter(|record| line.starts_with(LOG) && !record.goes_on)?;
    let body = &line[record.text.clone()];
    let body = &body[..body.len() - 2];
    let length = body.strip_suffix(b"\\r").unwrap_or(body).len();
    Some(record.text.start..record.text.start + length)
}

/// Whether the text of a JSON string ends in an escaped line break.
fn ends_in_break(text: &[u8]) -> bool {
    text.strip_suffix(b"n").is_some_and(|text| text.iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1)
}

/// Whether a record that goes on stands around one of the words.
pub(super) fn may_begin(text: &[u8], word: &Range<usize>) -> bool {
    if text[word.clone()].starts_with(b" ") {
        let from = word.start.saturating_sub(LONGEST_TIME);
        let start = memchr::memrchr(b'\n', &text[from..word.start]).map_or(from, |newline| from + newline + 1);
        return begins_with_time(&text[start..]);
    }
    !ends_in_break(&text[..word.start]) && {
        let start = memchr::memrchr(b'\n', &text[..word.start]).map_or(0, |newline| newline + 1);
        text[start..].starts_with(LOG)
    }
}

/// Whether a line is a record.
pub(super) fn is_record(line: &[u8]) -> bool {
    record_of(line).is_some()
}

/// The streams that wait for more behind the last line of a text.
pub(super) fn opens(text: &[u8]) -> Option<Waiting> {
    let body = text.strip_suffix(b"\n")?;
    let start = memchr::memrchr(b'\n', body).map_or(0, |newline| newline + 1);
    let mut waiting = Waiting::default();
    (!waiting.ends_with(&body[start..])).then_some(waiting)
}

/// A line whose records are joined: the first of them with the texts of all.
#[derive(Default)]
pub(super) struct Joined {
    pub(super) text: Vec<u8>,
    /// Where its pieces stand in the original.
    pieces: Vec<Range<usize>>,
    records: usize,
}

impl Joined {
    fn add(&mut self, text: &[u8], piece: Range<usize>) {
        self.text.extend_from_slice(&text[piece.clone()]);
        match self.pieces.last_mut().filter(|last| last.end == piece.start) {
            Some(last) => last.end = piece.end,
            None => self.pieces.push(piece),
        }
    }

    /// A finding as findings in the records that it stands in.
    pub(super) fn original(&self, finding: &Finding) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        let mut begin = 0;
        for piece in &self.pieces {
            let inside = finding.range.start.max(begin)..finding.range.end.min(begin + piece.len());
            if inside.start < inside.end {
                let range = piece.start + inside.start - begin..piece.start + inside.end - begin;
                let first = found.is_empty();
                let substitute =
                    if first { finding.substitute.clone() } else { Substitute::Shape(continued(&finding.kind)) };
                found.push(Finding { range, substitute, ..finding.clone() });
            }
            begin += piece.len();
        }
        found
    }
}

/// The lines of a text that were split.
pub(super) fn read(text: &[u8]) -> Vec<Joined> {
    let mut joined = Vec::new();
    if WORDS.iter().all(|word| memchr::memmem::find(text, word).is_none()) {
        return joined;
    }
    let mut chains: [Joined; STREAMS.len()] = Default::default();
    let mut close = |chain: &mut Joined| joined.extend(Some(std::mem::take(chain)).filter(|chain| chain.records > 1));
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |newline| start + newline + 1);
        match record_of(&text[start..end]) {
            Some(record) => {
                let chain = &mut chains[record.stream];
                let said = start + record.text.start..start + record.text.end;
                if chain.records == 0 {
                    chain.add(text, start..said.start);
                }
                chain.records += 1;
                chain.add(text, said.clone());
                if !record.goes_on {
                    chain.add(text, said.end..end);
                    close(chain);
                    *chain = Joined::default();
                }
            }
            None => chains.iter_mut().for_each(&mut close),
        }
        start = end;
    }
    chains.iter_mut().for_each(&mut close);
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Redactor;

    #[test]
    fn records_are_read() {
        let text = |line: &'static str| record_of(line.as_bytes()).map(|r| (&line[r.text], r.stream, r.goes_on));
        let docker = r#"{"log":"a \"b\"\n","stream":"stderr","time":"2026-11-20T10:00:00.2Z"}"#;
        assert_eq!(text(docker), Some((r#"a \"b\"\n"#, 1, false)));
        assert_eq!(text(r#"{"log":"a \\n","stream":"stdout","time":"x"}"#), Some((r"a \\n", 0, true)));
        assert_eq!(text("2026-11-20T10:00:00.123456789Z stdout P a b"), Some(("a b", 0, true)));
        assert_eq!(text("2026-11-20T10:00:00.1+01:00 stderr F a"), Some(("a", 1, false)));
        for line in ["{\"log\":\"a\"}", "2026-11-20T10:00:00Z stdout X a", "stdout P a", "", "{\"log\":\""] {
            assert_eq!(text(line), None, "{line}");
        }
    }

    /// A line as its records.
    fn split(line: &str, at: &[usize], kubernetes: bool) -> String {
        let starts = std::iter::once(0).chain(at.iter().copied());
        let ends = at.iter().copied().chain([line.len()]);
        let record = |(start, end)| {
            let (piece, last) = (&line[start..end], end == line.len());
            if kubernetes {
                return format!("2026-11-20T10:00:00.1Z stdout {} {piece}\n", if last { "F" } else { "P" });
            }
            let said = serde_json::to_string(&[piece, if last { "\n" } else { "" }].concat()).unwrap();
            format!("{{\"log\":{said},\"stream\":\"stdout\",\"time\":\"2026-11-20T10:00:00.1Z\"}}\n")
        };
        starts.zip(ends).map(record).collect()
    }

    #[test]
    fn what_was_split_goes_in_all_its_records_and_nothing_of_them_goes_with_it() {
        let redactor = Redactor::builder().build().unwrap();
        let key = ["sk-ant-", "api03-Qm7xV2kLrT9wYb4NcHs8", "ZpEa1JdFuG6oXiRq"].concat();
        let prompt = "Why does the merger of 4711 fail? ".repeat(8);
        let line = serde_json::json!({"messages": [{"role": "user", "content": prompt}], "max_tokens": 64}).to_string();
        let line = format!("POST {line} key {key} status=529");
        for kubernetes in [false, true] {
            for at in [60, 100, 200, line.len() - 60, line.len() - 40, line.len() - 20] {
                for at in [vec![at], vec![at, at + 6]] {
                    let text = split(&line, &at, kubernetes);
                    let shown = redactor.redact_str(&text);
                    assert!(!shown.contains("merger") && !shown.contains("4711"), "{at:?} {shown}");
                    assert!(
                        !shown.contains("V2kL") && !shown.contains("ZpEa") && !shown.contains("iRq"),
                        "{at:?} {shown}"
                    );
                    assert!(shown.contains("529"), "{at:?} {shown}");
                    assert_eq!(shown.lines().count(), text.lines().count());
                    assert_eq!(
                        shown.lines().filter(|line| is_record(line.as_bytes())).count(),
                        at.len() + 1,
                        "{shown}"
                    );
                    assert_eq!(redactor.redact_str(&shown), shown, "{at:?}");
                }
            }
        }
    }
}
