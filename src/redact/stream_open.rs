//! What a line leaves open for the lines after it: a key block, a prompt that goes on, a name whose value is still to come.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::collected;
use super::content;
use super::engine::{Engine, Look};
use super::finding::Rank;
use super::folded;
use super::hex_rows;
use super::line_leads::{is_timed_by_runner, without_break_marks};
use super::soft_breaks::{self, Soft};
use super::split_records::{self, Waiting};

/// Why lines wait, and for what.
pub(super) struct Open {
    kind: Kind,
    /// Looks that were taken, and the size at the last of them.
    looks: usize,
    size: usize,
    /// Whether it may have ended in a line at which it was too early to look.
    due: bool,
    /// Whether the last line opens a bracket or names a value, so that the next one goes on with it whatever a collector of logs put before it.
    awaits: bool,
    /// Whether the lines are those of a quotation, each of which has a mark before it that others begin records with.
    quoted: bool,
}

enum Kind {
    /// Prompt content that goes on until its brackets or quotes close, or a record begins.
    Content,
    /// A block of a mapping: as long as lines are indented deeper.
    Deeper(usize),
    /// A list of YAML that calls of tools may stand in.
    List(content::List),
    /// An input of a CI step, whose further lines have no time before them or are indented deeper.
    Untimed(usize),
    /// A key block, up to its end mark.
    Block(&'static [u8]),
    /// A here-document, up to the line of this word.
    Document(Box<[u8]>),
    /// Rows of a dump in hexadecimal.
    Rows,
    /// A text that YAML folds over lines that are indented deeper than its key.
    Folded(usize),
    /// A line that a sign at its end goes on in the next one.
    Soft(Soft),
    /// Records that a line was split into.
    Split(Waiting),
    /// A number of lines.
    Lines(usize),
}

/// Looks that cost nothing to allow; after them the lines must grow by a quarter first, which keeps the work linear.
const FREE_LOOKS: usize = 12;
/// Most bytes of lines that each wait for the next one.
const MOST_CHAINED: usize = 16 * 1024;

impl Open {
    const fn new(kind: Kind) -> Self {
        Self { kind, looks: 0, size: 0, due: false, awaits: false, quoted: false }
    }

    /// Whether a line belongs to what waits.
    pub(super) fn takes(&self, line: &[u8]) -> bool {
        match self.kind {
            Kind::Content => {
                let body = &line[collected::lead_length(line)..];
                self.quoted && line.starts_with(content::QUOTATION)
                    || (self.awaits || !content::begins_record(line)) && !content::begins_record(body)
            }
            Kind::Untimed(_) if !is_timed_by_runner(line) => true,
            Kind::Deeper(indent) | Kind::Folded(indent) | Kind::Untimed(indent) => {
                let trimmed = line.trim_ascii();
                trimmed.is_empty() || content::indentation(line) > indent
            }
            Kind::List(list) => list.has(line),
            Kind::Rows => hex_rows::is_row(line),
            Kind::Split(_) => split_records::is_record(line),
            Kind::Block(_) | Kind::Document(_) | Kind::Lines(_) | Kind::Soft(_) => true,
        }
    }

    /// Whether it is time to look again, now that a line was added.
    pub(super) fn wants_look(&mut self, line: &[u8], size: usize) -> bool {
        let may_end = match &mut self.kind {
            Kind::Content => line.iter().any(|b| b"}])\"'`".contains(b)),
            Kind::Deeper(_) | Kind::List(_) | Kind::Untimed(_) | Kind::Rows => false,
            Kind::Folded(_) => folded::ends(line),
            Kind::Soft(soft) => !soft.goes_on(line),
            Kind::Split(waiting) => waiting.ends_with(line),
            Kind::Block(mark) => memchr::memmem::find(line, mark).is_some(),
            Kind::Document(word) => line.trim_ascii() == &**word,
            Kind::Lines(left) => {
                *left = left.saturating_sub(1);
                *left == 0
            }
        };
        let allowed = self.looks < FREE_LOOKS || size >= self.size + self.size / 4;
        self.due |= may_end;
        if self.due && allowed {
            self.looks += 1;
            self.size = size;
            return true;
        }
        false
    }

    /// Whether all of the record goes where it does not end within the bound.
    pub(super) const fn ends_with_record(&self) -> bool {
        matches!(self.kind, Kind::Content | Kind::Rows | Kind::Folded(_) | Kind::Soft(_) | Kind::Untimed(_))
    }

    /// What waits for the rest of a line that was split, the last of its records counted.
    pub(super) fn ends_with_pieces(&self, last: &[u8]) -> Option<Waiting> {
        let Kind::Split(mut waiting) = self.kind else { return None };
        (!waiting.ends_with(last)).then_some(waiting)
    }
}

/// What the end of the lines at hand leaves open.
pub(super) fn judge(engine: &Engine, before: &[u8], held: &[u8], look: &Look, was: Option<&Open>) -> Option<Open> {
    if !held.ends_with(b"\n") {
        return None;
    }
    // A line that only awaits the next one, as `data:` does, says nothing of how that goes on.
    if was.is_none_or(|open| matches!(open.kind, Kind::Lines(_)))
        && let Some(kind) = parted(held)
    {
        return Some(Open::new(kind));
    }
    if let Some(list) = content::List::opened_by(last_line(held)) {
        return Some(Open::new(Kind::List(list)));
    }
    if let Some(kind) = unended(held, look) {
        return Some(again(kind, held, was));
    }
    let end = before.len() + held.trim_ascii_end().len();
    if let Some(last) =
        look.findings.iter().rev().take_while(|f| f.range.end + 8 >= end).find(|f| f.rank == Rank::Content)
    {
        let start = last.range.start.saturating_sub(before.len());
        if last.range.end >= end && &*last.rule == "content-by-key" {
            let line = memchr::memrchr(b'\n', &held[..start]).map_or(0, |at| at + 1);
            let indent = content::indentation(&held[line..]);
            let kind = if is_timed_by_runner(&held[line..]) { Kind::Untimed } else { Kind::Deeper };
            return Some(Open::new(kind(indent)));
        }
        if last.range.end >= end && &*last.rule == "content-in-command" {
            return Some(again(Kind::Content, held, was));
        }
        let rest = held.get(last.range.end.saturating_sub(before.len())..).unwrap_or_default().trim_ascii_end();
        // What was said under a head, and rows of a table, are told line by line.
        if rest.iter().all(|b| b"\"'`+\\ ".contains(b))
            && !matches!(&*last.rule, "content-in-turn" | "content-in-table")
        {
            return next_line(held, was);
        }
    }
    by_last_line(engine, before, held, look, was)
}

/// What was begun in the lines at hand and does not end there: a key, a quotation, content, a statement, a frame.
fn unended(held: &[u8], look: &Look) -> Option<Kind> {
    let shape = look.findings.iter().any(|finding| finding.rank == Rank::Shape);
    let block = if shape { open_block(held) } else { None };
    let is_open = || look.open || look.others && content::opens_variable(held);
    let quote = || if is_open() { content::open_quote(held) } else { None };
    if let Some(mark) = block.or_else(quote) {
        return Some(Kind::Block(mark));
    }
    if look.open || look.others && content::opens_statement(held) {
        return Some(Kind::Content);
    }
    if look.others { content::open_frame(held).map(Kind::Block) } else { None }
}

/// What the last line leads to: a document, deeper lines, the next line, source below the name of its place.
fn by_last_line(engine: &Engine, before: &[u8], held: &[u8], look: &Look, was: Option<&Open>) -> Option<Open> {
    let line = last_line(held);
    if was.is_none()
        && let Some(word) = content::opens_document(line)
    {
        return Some(Open::new(Kind::Document(word.into())));
    }
    if let Some(indent) = content::opens_block(line).or_else(|| engine.opens_block(line)) {
        return Some(Open::new(Kind::Deeper(indent)));
    }
    let waits =
        content::ends_in_prompt(held) || look.others && content::opens_row(before, held) || continues_command(line);
    let looks = was.map_or(0, |open| open.looks);
    let waits = waits || look.rest.as_ref().is_some_and(|rest| looks < rest.waits);
    if waits || engine.hangs(line) || engine.known.breaks_off(held) {
        return next_line(held, was);
    }
    if was.is_none() && names_a_place(line) {
        return Some(Open::new(Kind::Lines(2)));
    }
    None
}

/// How lines go on that a program parted: they are joined before they are looked at.
fn parted(held: &[u8]) -> Option<Kind> {
    if hex_rows::opens(held) {
        return Some(Kind::Rows);
    }
    split_records::opens(held)
        .map(Kind::Split)
        .or_else(|| folded::opens(held).map(Kind::Folded))
        .or_else(|| folded::opens_block(held).map(Kind::Deeper))
        .or_else(|| soft_breaks::opens(held).map(Kind::Soft))
}

/// Lines that wait on, with the count of the looks that were taken.
fn again(kind: Kind, held: &[u8], was: Option<&Open>) -> Open {
    let (looks, size) = was.map_or((0, held.len()), |open| (open.looks, open.size));
    Open { kind, looks, size, due: false, awaits: awaits_value(held), quoted: content::opens_quotation(held) }
}

/// Whether the last of these lines opens a bracket or names a value that is still to come.
fn awaits_value(held: &[u8]) -> bool {
    let line = held.trim_ascii_end();
    line.last().is_some_and(|b| b"([{:".contains(b)) || line.ends_with(b"=>")
}

/// One more line, but not without end.
fn next_line(held: &[u8], was: Option<&Open>) -> Option<Open> {
    (held.len() < MOST_CHAINED).then(|| again(Kind::Lines(1), held, was))
}

fn last_line(held: &[u8]) -> &[u8] {
    let held = held.strip_suffix(b"\n").unwrap_or(held);
    let start = memchr::memrchr(b'\n', held).map_or(0, |at| at + 1);
    held[start..].trim_ascii_end()
}

static BEGIN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"-----BEGIN "));
static PUTTY: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"PuTTY-User-Key-File-"));

/// The last place of a word; most texts do not have it, and that is told fast.
fn last_place(of: &Finder<'static>, text: &[u8]) -> Option<usize> {
    of.find_iter(text).last()
}

/// The end mark of a key block that was begun.
fn open_block(held: &[u8]) -> Option<&'static [u8]> {
    if let Some(begin) = last_place(&BEGIN, held) {
        let rest = &held[begin..];
        let title = &rest[..rest.len().min(80)];
        let is_key =
            [&b"PRIVATE KEY"[..], b"OpenVPN Static key"].iter().any(|of| memchr::memmem::find(title, of).is_some());
        // Only where the body begins in the line to come, or fills this one.
        let line_end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest[..line_end].trim_ascii_end();
        let bare = line.ends_with(b"-----") || line.ends_with(b"\"") || line.ends_with(b"'") || line.ends_with(b",");
        if is_key && bare && rest.len() < 64 * 1024 && memchr::memmem::find(rest, b"-----END ").is_none() {
            return Some(b"-----END ");
        }
    }
    let putty = last_place(&PUTTY, held)?;
    let rest = &held[putty..];
    (rest.len() < 16 * 1024 && memchr::memmem::find(rest, b"Private-MAC:").is_none()).then_some(b"Private-MAC:")
}

/// What lines hold for those below them: the screen of a program, a head of what was said, a record or a table. A collector of logs may have put something before each.
fn of_lines(before: &[u8], held: &[u8], others: bool) -> Option<Vec<u8>> {
    let told = |held: &[u8]| {
        let of_others = || {
            content::context_of_turn(before, held)
                .or_else(|| content::context_of_record(before, held))
                .or_else(|| content::context_of_table(before, held))
        };
        content::context_on_screen(before, held).or_else(|| others.then(of_others).flatten())
    };
    told(held).or_else(|| if others { told(&collected::without_leads(held)?.view.text) } else { None })
}

/// Whether a line is a shell command that goes on in the next one.
fn continues_command(line: &[u8]) -> bool {
    line.ends_with(b"\\")
        && [&b"curl"[..], b"claude", b" -"].iter().any(|word| memchr::memmem::find(line, word).is_some())
}

/// Most digits of a line's number.
const LONGEST_LINE_NUMBER: usize = 6;

/// Whether a line names a place in a source file, after which a stack shows the source itself: `/srv/app.js:12`.
fn names_a_place(line: &[u8]) -> bool {
    let digits = line.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let path = &line[..line.len() - digits];
    digits > 0
        && digits <= LONGEST_LINE_NUMBER
        && path.len() > 4
        && path.len() < 1024
        && path.ends_with(b":")
        && path.iter().any(|b| matches!(b, b'/' | b'\\'))
        && !path.iter().any(|b| matches!(b, b' ' | b'"' | b'='))
        && path[..path.len() - 1].iter().rev().take(6).any(|b| *b == b'.')
}

/// Whether a line begins with a date and a time, as the lines of logs do and no part of a secret does: `2026-11-20T19:01`.
pub(super) fn begins_with_time(line: &[u8]) -> bool {
    let form = b"0000-00-00T00:00";
    line.get(..form.len()).is_some_and(|start| {
        start.iter().zip(form).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            b'T' => matches!(byte, b'T' | b' '),
            mark => byte == mark,
        })
    })
}

/// Whether a line may matter to the lines after it although nothing in it goes.
pub(super) fn may_lead(line: &[u8]) -> bool {
    let trimmed = line.trim_ascii_end();
    if content::ends_in_prompt(line) {
        return true;
    }
    match trimmed.last() {
        Some(b'0'..=b'9') => names_a_place(trimmed),
        Some(b'\\') => continues_command(trimmed) || soft_breaks::opens_scalar(trimmed),
        _ => false,
    }
}

/// Whether a line that ends here may lead another: a quick look at its last bytes.
pub(super) fn may_end_a_lead(text: &[u8]) -> bool {
    let blanks = text.iter().rev().take_while(|b| b.is_ascii_whitespace() && **b != b'\n').count();
    let line = &text[..text.len() - blanks];
    match line {
        [.., b'\\'] => true,
        [.., b'0'..=b'9'] => {
            let digits = line.iter().rev().take(LONGEST_LINE_NUMBER + 1).take_while(|b| b.is_ascii_digit()).count();
            line[..line.len() - digits].ends_with(b":")
        }
        _ => false,
    }
}

/// What takes the place of the rest of something whose beginning has left with the line before.
pub(super) fn continued(kind: &str) -> String {
    if kind == content::KIND { "[text]".to_owned() } else { format!("[{kind}-continued]") }
}

/// The text that the next line must be seen with: the head of a frame, or a value that may go on.
/// `others`: whether a word was seen that leads to lines which matter to those below them. Also says whether the next line belongs to it though it begins with a time.
pub(super) fn context(
    before: &[u8],
    held: &[u8],
    others: bool,
    last: Option<Range<usize>>,
    most: usize,
) -> (Vec<u8>, bool) {
    let body = held.trim_ascii_end();
    let line_start = memchr::memrchr(b'\n', body).map_or(0, |at| at + 1);
    let line = &held[line_start..];
    // Such a line goes on in the next one, whatever time it begins with.
    let collected = || collected::lead_length(line) > 0;
    if content::heads_frame(line) {
        return (line[..line.len().min(most)].to_vec(), collected());
    }
    if let Some(context) = of_lines(before, held, others) {
        let goes_on = others && (collected() || content::heads_table(&context));
        return (context, goes_on);
    }
    let deeper =
        || content::is_deeper(&before[collected::lead_length(before)..], &line[collected::lead_length(line)..]);
    let framed = || before.ends_with(b"\n") && content::heads_frame(before) && deeper();
    // What stands behind a value that goes on: a backslash, the sign of a soft break, the side of a box.
    let end = before.len() + without_break_marks(body).len();
    if let Some(last) = last.filter(|last| last.end >= end && !body.is_empty()) {
        let whole = if before.is_empty() { Cow::Borrowed(held) } else { Cow::Owned([before, held].concat()) };
        let line_start = memchr::memrchr(b'\n', &whole[..last.start]).map_or(0, |at| at + 1);
        // A value in a frame keeps the head of the frame.
        let from = if framed() { 0 } else { line_start.max(last.start.saturating_sub(256)) };
        return (if whole.len() - from <= most { whole[from..].to_vec() } else { Vec::new() }, false);
    }
    let first = memchr::memchr(b'\n', before).map_or(before.len(), |newline| newline + 1);
    if framed() { (before[..first].to_vec(), collected()) } else { (Vec::new(), false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_that_came_too_early_to_look_is_looked_at_when_the_lines_have_grown() {
        let mut open = Open {
            kind: Kind::Block(b"-----END "),
            looks: FREE_LOOKS,
            size: 100,
            due: false,
            awaits: false,
            quoted: false,
        };
        assert!(!open.wants_look(b"-----END PRIVATE KEY-----\n", 110));
        assert!(open.wants_look(b"the next line\n", 125));
    }

    #[test]
    fn lines_of_logs_begin_with_a_time_and_pieces_of_secrets_do_not() {
        for line in ["2026-11-20T19:01:02.333Z INFO", "2026-11-20 19:01", "2026-11-20T19:01"] {
            assert!(begins_with_time(line.as_bytes()), "{line}");
        }
        for line in
            ["", "2026-11-20", "2026-11-20T19", "4711-aB-Cd", " 2026-11-20T19:01", "34ghIJkl56", "2026-11-20X19:01"]
        {
            assert!(!begins_with_time(line.as_bytes()), "{line}");
        }
    }
}
