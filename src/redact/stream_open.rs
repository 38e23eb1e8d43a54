//! What a line leaves open for the lines after it: a key block, a prompt that goes on, a name whose value is still to come.

use std::ops::Range;

use super::content;
use super::engine::{Engine, Look};
use super::finding::Rank;

/// Why lines wait, and for what.
pub(super) struct Open {
    kind: Kind,
    /// Looks that were taken, and the size at the last of them.
    looks: usize,
    size: usize,
}

enum Kind {
    /// Prompt content that goes on until its brackets or quotes close, or a record begins.
    Content,
    /// A block of a mapping: as long as lines are indented deeper.
    Deeper(usize),
    /// A key block, up to its end mark.
    Block(&'static [u8]),
    /// A number of lines.
    Lines(usize),
}

/// Looks that cost nothing to allow; after them the lines must grow by a quarter first, which keeps the work linear.
const FREE_LOOKS: usize = 12;

impl Open {
    const fn new(kind: Kind) -> Self {
        Self { kind, looks: 0, size: 0 }
    }

    /// Whether a line belongs to what waits.
    pub(super) fn takes(&self, line: &[u8]) -> bool {
        match self.kind {
            Kind::Content => !content::begins_record(line),
            Kind::Deeper(indent) => {
                let trimmed = line.trim_ascii();
                trimmed.is_empty() || line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count() > indent
            }
            Kind::Block(_) | Kind::Lines(_) => true,
        }
    }

    /// Whether it is time to look again, now that a line was added.
    pub(super) fn wants_look(&mut self, line: &[u8], size: usize) -> bool {
        let may_end = match &mut self.kind {
            Kind::Content => line.iter().any(|b| b"}])\"'`".contains(b)),
            Kind::Deeper(_) => false,
            Kind::Block(mark) => memchr::memmem::find(line, mark).is_some(),
            Kind::Lines(left) => {
                *left = left.saturating_sub(1);
                *left == 0
            }
        };
        let allowed = self.looks < FREE_LOOKS || size >= self.size + self.size / 4;
        if may_end && (allowed || !matches!(self.kind, Kind::Content)) {
            self.looks += 1;
            self.size = size;
            return true;
        }
        false
    }

    /// Whether all of the record goes where it does not end within the bound.
    pub(super) const fn ends_with_record(&self) -> bool {
        matches!(self.kind, Kind::Content)
    }
}

/// What the end of the lines at hand leaves open.
pub(super) fn judge(engine: &Engine, before: &[u8], held: &[u8], look: &Look, was: Option<&Open>) -> Option<Open> {
    let content = || {
        let (looks, size) = was.map_or((0, held.len()), |open| (open.looks, open.size));
        Open { kind: Kind::Content, looks, size }
    };
    if !held.ends_with(b"\n") {
        return None;
    }
    let shape = look.findings.iter().any(|finding| finding.rank == Rank::Shape);
    if shape && let Some(mark) = open_block(held) {
        return Some(Open::new(Kind::Block(mark)));
    }
    if look.open {
        return Some(content());
    }
    let end = before.len() + held.trim_ascii_end().len();
    if let Some(last) =
        look.findings.iter().rev().take_while(|f| f.range.end + 8 >= end).find(|f| f.rank == Rank::Content)
    {
        let start = last.range.start.saturating_sub(before.len());
        if last.range.end >= end && &*last.rule == "content-by-key" {
            let line = memchr::memrchr(b'\n', &held[..start]).map_or(0, |at| at + 1);
            let indent = held[line..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            return Some(Open::new(Kind::Deeper(indent)));
        }
        if last.range.end >= end && &*last.rule == "content-in-command" {
            return Some(content());
        }
        let rest = held.get(last.range.end.saturating_sub(before.len())..).unwrap_or_default().trim_ascii_end();
        if rest.iter().all(|b| b"\"'`+\\ ".contains(b)) {
            return next_line(was);
        }
    }
    let line = last_line(held);
    if let Some(indent) = content::opens_block(line) {
        return Some(Open::new(Kind::Deeper(indent)));
    }
    if engine.hangs(line) || engine.known.breaks_off(held) || continues_command(line) {
        return next_line(was);
    }
    if was.is_none() && names_a_place(line) {
        return Some(Open::new(Kind::Lines(2)));
    }
    None
}

/// One more line, but not without end.
fn next_line(was: Option<&Open>) -> Option<Open> {
    let looks = was.map_or(0, |open| open.looks);
    (looks < 200).then_some(Open { kind: Kind::Lines(1), looks, size: 0 })
}

fn last_line(held: &[u8]) -> &[u8] {
    let held = held.strip_suffix(b"\n").unwrap_or(held);
    let start = memchr::memrchr(b'\n', held).map_or(0, |at| at + 1);
    held[start..].trim_ascii_end()
}

/// The end mark of a key block that was begun.
fn open_block(held: &[u8]) -> Option<&'static [u8]> {
    if let Some(begin) = memchr::memmem::rfind(held, b"-----BEGIN ") {
        let rest = &held[begin..];
        let title = &rest[..rest.len().min(80)];
        let is_key = memchr::memmem::find(title, b"PRIVATE KEY").is_some();
        // Only where the body begins in the line to come, or fills this one.
        let line_end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest[..line_end].trim_ascii_end();
        let bare = line.ends_with(b"-----") || line.ends_with(b"\"") || line.ends_with(b"'") || line.ends_with(b",");
        if is_key && bare && rest.len() < 64 * 1024 && memchr::memmem::find(rest, b"-----END ").is_none() {
            return Some(b"-----END ");
        }
    }
    let putty = memchr::memmem::rfind(held, b"PuTTY-User-Key-File-")?;
    let rest = &held[putty..];
    (rest.len() < 16 * 1024 && memchr::memmem::find(rest, b"Private-MAC:").is_none()).then_some(b"Private-MAC:")
}

/// Whether a line is a shell command that goes on in the next one.
fn continues_command(line: &[u8]) -> bool {
    line.ends_with(b"\\")
        && [&b"curl"[..], b"claude", b" -"].iter().any(|word| memchr::memmem::find(line, word).is_some())
}

/// Whether a line names a place in a source file, after which a stack shows the source itself: `/srv/app.js:12`.
fn names_a_place(line: &[u8]) -> bool {
    let digits = line.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let path = &line[..line.len() - digits];
    digits > 0
        && digits < 7
        && path.len() > 4
        && path.len() < 1024
        && path.ends_with(b":")
        && path.iter().any(|b| matches!(b, b'/' | b'\\'))
        && !path.iter().any(|b| matches!(b, b' ' | b'"' | b'='))
        && path[..path.len() - 1].iter().rev().take(6).any(|b| *b == b'.')
}

/// Whether a line may matter to the lines after it although nothing in it goes.
pub(super) fn may_lead(line: &[u8]) -> bool {
    let trimmed = line.trim_ascii_end();
    match trimmed.last() {
        Some(b'0'..=b'9') => names_a_place(trimmed),
        Some(b'\\') => continues_command(trimmed),
        _ => false,
    }
}

/// What takes the place of the rest of something whose beginning has left with the line before.
pub(super) fn continued(kind: &str) -> String {
    if kind == content::KIND { "[text]".to_owned() } else { format!("[{kind}-continued]") }
}

/// The text that the next line must be seen with: the head of a frame, or a value that may go on.
pub(super) fn context(before: &[u8], held: &[u8], last: Option<Range<usize>>, most: usize) -> Vec<u8> {
    let body = held.trim_ascii_end();
    let line_start = memchr::memrchr(b'\n', body).map_or(0, |at| at + 1);
    let line = &held[line_start..];
    if content::heads_frame(line) {
        return line[..line.len().min(most)].to_vec();
    }
    let end = before.len() + body.len();
    if let Some(last) = last.filter(|last| last.end >= end && !body.is_empty()) {
        let whole = [before, held].concat();
        let line_start = memchr::memrchr(b'\n', &whole[..last.start]).map_or(0, |at| at + 1);
        let from = line_start.max(last.start.saturating_sub(256));
        return if whole.len() - from <= most { whole[from..].to_vec() } else { Vec::new() };
    }
    let framed = before.ends_with(b"\n") && content::heads_frame(before) && content::is_deeper(before, line);
    if framed { before.to_vec() } else { Vec::new() }
}
