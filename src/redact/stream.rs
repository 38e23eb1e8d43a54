//! The streaming filter: a stream of any length in constant memory, line by line, the same however it is cut into chunks.
//!
//! A line leaves as soon as it is complete, unless what it begins (a key block, a pretty-printed prompt) goes on in the lines to come;
//! then these lines wait together, up to a bound. What does not end within the bound is removed to the end of its record.

use super::ahead::Ahead;
use super::content;
use super::engine::{Engine, Fault, Look, Scanned};
use super::finding::{Finding, Substitute};
use super::placeholder::Ledger;
use super::splice::{splice, splice_into, within};
use super::split_records::{self, Waiting};
use super::stream_open::{self, Open};
use super::text_edges::holds_lone_tail;

/// Most bytes of lines that wait together.
const MOST_HELD: usize = 512 * 1024;
/// A line longer than this is handled in pieces.
const PIECE: usize = 4 << 20;
/// What of a piece is looked at again together with the next one.
const OVERLAP: usize = 64 * 1024;
/// Context that is kept of a line that has left.
const MOST_BEFORE: usize = 4096;

/// What stands where something was removed that did not end within the bound.
const CUT: &[u8] = b"[text]";

/// One replacement, for those who want to see it explained.
#[derive(Clone, Debug)]
pub(super) struct Explained {
    /// The clean line before the placeholder, the placeholder, and the clean line after it.
    pub(super) parts: [String; 3],
    pub(super) rule: String,
    pub(super) line: u64,
}

/// The state between two chunks.
pub(super) struct Stream<'r> {
    engine: &'r Engine,
    pub(super) ledger: Ledger,
    place: String,
    pending: Vec<u8>,
    held: Vec<u8>,
    hold: Option<Open>,
    before: Vec<u8>,
    /// Whether that is the head of a table, or a line that says what those below it hold and begins with a time as they do.
    under_head: bool,
    dropping: Dropping,
    line: u64,
    /// Whether pieces of the line at hand have left.
    in_line: bool,
    /// Whether the last line was looked at in full.
    was_hot: bool,
    /// Whether prompt content was found in it.
    had_content: bool,
    explain: bool,
    pub(super) explained: Vec<Explained>,
}

/// What is being removed to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dropping {
    Nothing,
    /// The rest of a line.
    Line,
    /// All lines up to the next one that begins a record.
    Record,
    /// All records that a line was split into.
    Pieces(Waiting),
}

/// Whether a line that begins with a time may hold the tail of a token alone, as a build server shows a wrapped one.
fn may_go_on(before: &[u8], lines: &[u8]) -> bool {
    let end = memchr::memchr(b'\n', lines).unwrap_or(lines.len());
    let body = before.trim_ascii_end();
    let start = memchr::memrchr(b'\n', body).map_or(0, |newline| newline + 1);
    holds_lone_tail(&body[start..], &lines[..end])
}

impl<'r> Stream<'r> {
    pub(super) fn new(engine: &'r Engine, place: &str, explain: bool) -> Self {
        Self {
            engine,
            ledger: Ledger::bounded(),
            place: place.to_owned(),
            pending: Vec::new(),
            held: Vec::new(),
            hold: None,
            before: Vec::new(),
            under_head: false,
            dropping: Dropping::Nothing,
            line: 0,
            in_line: false,
            was_hot: false,
            had_content: false,
            explain,
            explained: Vec::new(),
        }
    }

    /// Takes a chunk; adds to `out` what can leave.
    pub(super) fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
        let whole = memchr::memrchr(b'\n', chunk).map_or(0, |newline| newline + 1);
        let (lines, rest) = chunk.split_at(whole);
        let mut ahead = Ahead::default();
        let mut at = 0;
        while at < lines.len() {
            if self.begins_anew(&lines[at..]) {
                self.before.clear();
            }
            // After a line in which something was found the next one is likely to be of its kind, which a look at words first tells sooner.
            if self.is_idle() && !self.was_hot {
                let end = self.engine.cold_end(lines, at, &mut ahead);
                if end > at {
                    out.extend_from_slice(&lines[at..end]);
                    if self.explain {
                        self.line += memchr::memchr_iter(b'\n', &lines[at..end]).count() as u64;
                    }
                    at = end;
                    continue;
                }
            }
            let end = memchr::memchr(b'\n', &lines[at..]).map_or(lines.len(), |newline| at + newline + 1);
            let head = &lines[at..end];
            let here = at..end;
            at = end;
            if self.pending.is_empty() && self.dropping != Dropping::Line && head.len() <= PIECE {
                // Of lines with content little is looked at: words are then not searched for in many lines at once.
                let alone = self.had_content;
                let scan = |engine: &Engine| {
                    if alone { engine.scan(head) } else { engine.scan_line(lines, here, &mut ahead) }
                };
                self.line(head, scan, out)?;
            } else {
                self.long(head, out)?;
                let line = std::mem::take(&mut self.pending);
                if self.dropping == Dropping::Line {
                    self.dropping = Dropping::Nothing;
                    out.push(b'\n');
                    self.line += 1;
                } else {
                    self.line(&line, |engine| engine.scan(&line), out)?;
                }
                self.in_line = false;
                self.pending = line;
                self.pending.clear();
                self.pending.shrink_to(PIECE / 8);
            }
        }
        self.long(rest, out)
    }

    /// Whether a line begins here that no value of the line before goes on in.
    fn begins_anew(&self, line: &[u8]) -> bool {
        !self.before.is_empty()
            && self.held.is_empty()
            && self.pending.is_empty()
            && !self.in_line
            && stream_open::begins_with_time(line)
            && !may_go_on(&self.before, line)
            && !self.under_head
    }

    /// Whether nothing that went before matters to the next line.
    fn is_idle(&self) -> bool {
        let nothing_waits = self.pending.is_empty() && self.held.is_empty() && self.hold.is_none();
        nothing_waits && self.before.is_empty() && self.dropping == Dropping::Nothing
    }

    /// Ends the stream.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Fault> {
        let line = std::mem::take(&mut self.pending);
        if self.dropping != Dropping::Line && !line.is_empty() {
            self.line(&line, |engine| engine.scan(&line), out)?;
        }
        self.release(out)?;
        Ok(())
    }

    /// Adds bytes to the line at hand; where it grows too long, its first pieces leave.
    fn long(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
        let mut rest = bytes;
        while !rest.is_empty() && self.dropping != Dropping::Line {
            // A piece always ends in the same place, however the bytes came in.
            let room = (PIECE + OVERLAP).saturating_sub(self.pending.len());
            let (now, later) = rest.split_at(room.min(rest.len()));
            self.pending.extend_from_slice(now);
            rest = later;
            if self.pending.len() >= PIECE + OVERLAP {
                self.piece(out)?;
            }
        }
        Ok(())
    }

    /// Lets the first part of a long line leave.
    fn piece(&mut self, out: &mut Vec<u8>) -> Result<(), Fault> {
        self.release(out)?;
        self.in_line = true;
        if self.dropping == Dropping::Record {
            // The line may begin a record; a long one is not kept whole to find out.
            self.dropping = Dropping::Line;
            self.pending.clear();
            return Ok(());
        }
        let skip = self.before.len();
        let whole = [&self.before[..], &self.pending].concat();
        let look = self.engine.look(&whole, None)?;
        let mut look = Look { findings: within(skip, look.findings), bare: false, settled: false, ..look };
        let findings = &mut look.findings;
        let length = self.pending.len();
        let mut cut = length - OVERLAP;
        if let Some(across) = findings.iter().find(|f| f.range.start < cut && cut < f.range.end) {
            if across.range.end + 1 >= length {
                // What goes on beyond a piece is removed to the end of the line.
                let from = across.range.start;
                findings.retain(|finding| finding.range.end <= from);
                let head = &self.pending[..from];
                out.extend(self.engine.replace(&self.before, head, None, &look, &mut self.ledger, &self.place)?);
                out.extend_from_slice(CUT);
                self.ledger.cut(&self.place);
                self.dropping = Dropping::Line;
                self.pending.clear();
                self.before.clear();
                return Ok(());
            }
            cut = across.range.end;
        }
        findings.retain(|finding| finding.range.end <= cut);
        let head = &self.pending[..cut];
        out.extend(self.engine.replace(&self.before, head, None, &look, &mut self.ledger, &self.place)?);
        self.before = head[cut.saturating_sub(MOST_BEFORE)..].to_vec();
        self.under_head = false;
        self.pending.drain(..cut);
        Ok(())
    }

    /// Takes a whole line, its line break included, which is scanned where nothing that went before matters to it.
    fn line(&mut self, line: &[u8], scan: impl FnOnce(&Engine) -> Scanned, out: &mut Vec<u8>) -> Result<(), Fault> {
        if self.begins_anew(line) {
            self.before.clear();
        }
        if self.dropping == Dropping::Record {
            if !content::begins_record(line) {
                self.line += 1;
                return Ok(());
            }
            self.dropping = Dropping::Nothing;
        }
        if let Dropping::Pieces(waiting) = &mut self.dropping {
            let is_piece = split_records::is_record(line);
            if !is_piece || waiting.ends_with(line) {
                self.dropping = Dropping::Nothing;
            }
            if is_piece {
                self.line += 1;
                return Ok(());
            }
        }
        if let Some(open) = &mut self.hold {
            if open.takes(line) {
                self.held.extend_from_slice(line);
                if self.held.len() > MOST_HELD {
                    let (record, pieces) = (open.ends_with_record(), open.ends_with_pieces(line));
                    let goes_on = self.release(out)?;
                    self.dropping = match pieces {
                        Some(waiting) if goes_on => Dropping::Pieces(waiting),
                        _ if record => Dropping::Record,
                        _ => Dropping::Nothing,
                    };
                    return Ok(());
                }
                let looks = open.wants_look(line, self.held.len());
                return if looks { self.examine(out) } else { Ok(()) };
            }
            self.release(out)?;
        }
        if self.before.is_empty() {
            let scan = scan(self.engine);
            if scan.is_cold() && !stream_open::may_lead(line) {
                out.extend_from_slice(line);
                self.line += 1;
                (self.was_hot, self.had_content) = (false, false);
                return Ok(());
            }
            (self.was_hot, self.had_content) = (true, scan.has_content());
            self.held.extend_from_slice(line);
            let look = self.engine.look_with(&self.held, None, scan)?;
            return self.decide(look, out);
        }
        self.held.extend_from_slice(line);
        self.examine(out)
    }

    /// Looks at the lines that wait, and lets them leave unless something in them goes on.
    fn examine(&mut self, out: &mut Vec<u8>) -> Result<(), Fault> {
        let look = self.look()?;
        self.decide(look, out)
    }

    fn decide(&mut self, look: Look, out: &mut Vec<u8>) -> Result<(), Fault> {
        let open = stream_open::judge(self.engine, &self.before, &self.held, &look, self.hold.as_ref());
        if let Some(open) = open {
            self.hold = Some(open);
            return Ok(());
        }
        self.emit(look, out)
    }

    /// Lets the lines that wait leave as they are; says whether prompt content goes on behind them.
    fn release(&mut self, out: &mut Vec<u8>) -> Result<bool, Fault> {
        if self.held.is_empty() {
            return Ok(false);
        }
        let look = self.look()?;
        let open = look.open;
        self.emit(look, out)?;
        Ok(open)
    }

    fn look(&self) -> Result<Look, Fault> {
        if self.before.is_empty() {
            return self.engine.look(&self.held, None);
        }
        self.engine.look(&[&self.before[..], &self.held].concat(), None)
    }

    fn emit(&mut self, look: Look, out: &mut Vec<u8>) -> Result<(), Fault> {
        let held = std::mem::take(&mut self.held);
        self.hold = None;
        let skip = self.before.len();
        let continued = look.findings.iter().any(|f| f.range.start < skip && f.range.end > skip);
        let last = look.findings.last().map(|finding| finding.range.clone());
        let mut look = Look { findings: within(skip, look.findings), ..look };
        if continued && let Some(first) = look.findings.first_mut() {
            first.substitute = Substitute::Shape(stream_open::continued(&first.kind));
        }
        // What is settled has no mark that a placeholder begins with.
        if !look.settled {
            self.ledger.reserve(&held);
        }
        if self.explain {
            self.explain(&held, &look.findings);
        }
        if self.before.is_empty() && (look.settled || look.findings.is_empty()) {
            splice_into(&held, &look.findings, &mut self.ledger, &self.place, out);
        } else {
            let clean = self.engine.replace(&self.before, &held, None, &look, &mut self.ledger, &self.place)?;
            out.extend_from_slice(&clean);
        }
        if self.explain {
            self.line += memchr::memchr_iter(b'\n', &held).count() as u64;
        }
        if let Some(rest) = look.rest.take() {
            self.before = rest.context;
            self.under_head = stream_open::begins_with_time(&self.before);
        } else {
            (self.before, self.under_head) = stream_open::context(&self.before, &held, look.others, last, MOST_BEFORE);
        }
        self.held = held;
        self.held.clear();
        self.held.shrink_to(MOST_HELD / 8);
        Ok(())
    }

    /// Keeps the clean surroundings of each replacement.
    fn explain(&mut self, held: &[u8], findings: &[Finding]) {
        let mut shadow = Ledger::bounded();
        for (index, finding) in findings.iter().enumerate() {
            let start = memchr::memrchr(b'\n', &held[..finding.range.start]).map_or(0, |at| at + 1);
            let end = memchr::memchr(b'\n', &held[finding.range.end..]).map_or(held.len(), |at| finding.range.end + at);
            let from = start.max(finding.range.start.saturating_sub(240));
            let to = end.min(finding.range.end + 120);
            let part = |range: std::ops::Range<usize>, all: &[Finding], shadow: &mut Ledger| {
                let inside: Vec<Finding> = within(range.start, all.to_vec())
                    .into_iter()
                    .map(|mut f| {
                        f.range.end = f.range.end.min(range.len());
                        f
                    })
                    .filter(|f| f.range.start < f.range.end)
                    .collect();
                String::from_utf8_lossy(&splice(&held[range], &inside, shadow, "")).into_owned()
            };
            let lead = part(from..finding.range.start, &findings[..index], &mut shadow);
            let tail = part(finding.range.end..to.max(finding.range.end), &findings[index + 1..], &mut shadow);
            let place = format!("[{}]", finding.kind);
            let line = self.line + 1 + memchr::memchr_iter(b'\n', &held[..finding.range.start]).count() as u64;
            self.explained.push(Explained { parts: [lead, place, tail], rule: finding.rule.to_string(), line });
        }
    }
}
