//! Text that was folded at a fixed width, or escaped as a JSON string, on its way here: made lines again before it is
//! read. Each line keeps the number of the source line that it begins in.

use super::classes;
use super::status_words::REASON_WORDS;
use super::text::Mend;
use super::{rows_open, wordings};

/// Widths that terminals fold at. One full line at such a width is a fold; at others it takes three.
const WIDTHS: &[usize] = &[80, 100, 120, 132];
/// Width at which programs break text at spaces, and the shortest longest line that such a text has.
const WORDS: (usize, usize) = (80, 48);
/// Longest word that is taken for one when its halves meet; longer ones are paths, tokens and JSON, which break anywhere.
const LONGEST_WORD: usize = 60;
/// Narrowest and widest line that a fold leaves.
const NARROWEST: usize = 40;
const WIDEST: usize = 250;
/// What a line of its own begins with: it is no continuation, however full the line before it is.
const STARTS: &[&str] = &[
    "Traceback (most",
    "File \"",
    "at ",
    "Caused by",
    "The above exception",
    "During handling",
    "API Error",
    "⎿",
    "HTTP/",
    "Error: ",
    "error: ",
    "curl: (",
    "* ",
    "< ",
    "> ",
    "event: ",
    "data: ",
    "Request-ID",
    "request-id",
    "[ERROR]",
    "exit=",
    "[log_",
];

/// Text that was made anew, the source line of each of its lines (counted from 0), and what was mended.
pub(super) struct Mended {
    pub(super) text: String,
    pub(super) lines: Vec<u32>,
    pub(super) what: Mend,
}

/// The text as it was before it was folded or escaped; nothing where it was neither.
pub(super) fn mend(text: &str, starts: &[usize]) -> Option<Mended> {
    unescaped(text, starts).or_else(|| unfolded(text, starts))
}

/// Source lines without their ends.
fn lines<'a>(text: &'a str, starts: &'a [usize]) -> impl Iterator<Item = &'a str> + Clone {
    let end = |at: usize| starts.get(at + 1).copied().unwrap_or(text.len());
    starts.iter().enumerate().map(move |(at, start)| text[*start..end(at)].trim_end_matches(['\n', '\r']))
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Lines that are JSON strings, whole texts that are the inside of one, and rows of a container's log.
fn unescaped(text: &str, starts: &[usize]) -> Option<Mended> {
    let mut all = lines(text, starts);
    let alone = all.clone().filter(|line| !line.trim().is_empty()).take(2).count() == 1;
    // The usual text has none; looking at the first bytes of its lines is all that it costs.
    if !all.any(|line| inside(line, alone).is_some()) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut numbers = Vec::with_capacity(starts.len());
    for (at, line) in lines(text, starts).enumerate() {
        let Some(inner) = inside(line, alone) else {
            out.push_str(line);
            out.push('\n');
            numbers.push(number(at));
            continue;
        };
        let from = out.len();
        unescape(inner, &mut out);
        if !out.ends_with('\n') || out.len() == from {
            out.push('\n');
        }
        let made = memchr::memchr_iter(b'\n', &out.as_bytes()[from..]).count();
        numbers.extend(std::iter::repeat_n(number(at), made));
    }
    Some(Mended { text: out, lines: numbers, what: Mend::Escaped })
}

/// The inside of the JSON string that a line is.
fn inside(line: &str, alone: bool) -> Option<&str> {
    let trimmed = line.trim();
    if let Some(rest) = trimmed.strip_prefix("{\"log\":\"") {
        return Some(&rest[..string_end(rest)?]);
    }
    if let Some(rest) = trimmed.strip_prefix('"') {
        let end = string_end(rest)?;
        let whole = matches!(rest[end + 1..].trim(), "" | ",");
        let inner = &rest[..end];
        return (whole && (alone || inner.contains("\\n"))).then_some(inner);
    }
    // The inside of a string holds escapes that JSON knows, and no literal of another language around them.
    let lines = trimmed.matches("\\n").count();
    let quoted = trimmed.contains("\\\"");
    let repr = trimmed.contains("': ") && lines <= 5;
    let classed = || trimmed.split("\\n").skip(1).any(|part| classes::find(part).is_some_and(|found| found.at == 0));
    let telling = alone && (quoted || (lines > 0 && (!repr || classed()))) && is_escaped(trimmed);
    (telling && string_end(trimmed).is_none()).then_some(trimmed)
}

/// Whether every backslash begins an escape that JSON knows.
fn is_escaped(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'\\' && !bytes.next().is_some_and(|next| b"\"\\/bfnrtu".contains(&next)) {
            return false;
        }
    }
    true
}

/// Where the string that begins before this text ends: at the first quotation mark that no backslash hides.
fn string_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'"', bytes)
        .find(|at| bytes[..*at].iter().rev().take_while(|byte| **byte == b'\\').count().is_multiple_of(2))
}

/// Takes one level of JSON escapes off.
fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let Some(c) = escape.chars().next() else {
            rest = "";
            break;
        };
        let mut length = c.len_utf8();
        match c {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' | 'b' | 'f' => {}
            'u' => {
                let unit = |from: usize| escape.get(from..from + 4).and_then(|hex| u16::from_str_radix(hex, 16).ok());
                let high = unit(1);
                let low = high.filter(|_| escape.get(5..7) == Some("\\u")).and_then(|_| unit(7));
                let pair = high.zip(low).map(|(high, low)| char::decode_utf16([high, low]).next());
                match (pair, high) {
                    (Some(Some(Ok(c))), _) if u32::from(c) > 0xffff => {
                        out.push(c);
                        length = 11;
                    }
                    (_, Some(unit)) => {
                        out.push(char::from_u32(u32::from(unit)).unwrap_or('\u{fffd}'));
                        length = 5;
                    }
                    (_, None) => out.push('u'),
                }
            }
            other => out.push(other),
        }
        rest = &escape[length..];
    }
    out.push_str(rest);
}

/// Number of characters of a line; colours take no room.
fn width(line: &str) -> usize {
    if line.contains('\u{1b}') {
        return width(&super::text::without_ansi(line).replace('\u{1b}', ""));
    }
    line.bytes().filter(|byte| (byte & 0xC0) != 0x80).count()
}

/// Lines that were broken at a fixed width, joined again.
fn unfolded(text: &str, starts: &[usize]) -> Option<Mended> {
    let bytes = lines(text, starts).map(str::len).max()?;
    if starts.len() < 2 || !(NARROWEST..=WIDEST * 4).contains(&bytes) {
        return None;
    }
    // Only lines that are long in bytes can be the longest in characters.
    let full = lines(text, starts).filter(|line| line.len() >= NARROWEST).map(width).max()?;
    if !(NARROWEST..=WIDEST).contains(&full) {
        return None;
    }
    let rows = rows_open::find(lines(text, starts), text);
    let open = |at: usize| rows.get(at).copied().unwrap_or_default();
    let pairs = lines(text, starts).zip(lines(text, starts).skip(1)).enumerate();
    let pairs = pairs.map(|(at, (line, next))| Pair { line, next, open: open(at) });
    let folds = pairs.clone().filter(|pair| pair.folded(full)).count();
    // A few full lines may be so by chance, and the next one a sentence of its own.
    let plain = |pair: Pair<'_>| pair.folded(full) && !pair.apart();
    let sure = folds >= 3 || (WIDTHS.contains(&full) && pairs.clone().any(plain));
    let breaks_here = |pair: Pair<'_>| pair.broken() && (folds >= 3 || !pair.apart());
    let breaks = if (WORDS.1..=WORDS.0).contains(&full) {
        pairs.clone().filter(|pair| breaks_here(*pair) && width(pair.line) < WORDS.0).count()
    } else {
        0
    };
    // The longest line of a text that is broken at spaces is full by definition, and says nothing of a fold.
    let at_words = if sure { breaks > folds || breaks == folds && breaks > 1 } else { breaks > 0 };
    // A row of JSON is not over, and no frame of a stack ends with `at`, no request of an access log with its method: such a
    // break is one, whatever the others are.
    let unfinished =
        |line: &str| line.trim() == "at" || ["\"POST", "\"GET"].iter().any(|method| line.ends_with(method));
    let certain = |pair: Pair<'_>| (pair.open || unfinished(pair.line)) && pair.broken();
    let rows_at_words = pairs.clone().any(|pair| certain(pair) && width(pair.line) < WORDS.0);
    if !sure && !at_words && !rows_at_words {
        return None;
    }
    let full = if at_words { WORDS.0 } else { full };
    let joint = |at: usize, before: &str, next: &str| {
        let pair = Pair { line: before, next, open: open(at.wrapping_sub(1)) };
        let inside = pair.folded(full) && (folds >= 3 || !pair.apart());
        let spaced = match (inside, at_words || pair.open && rows_at_words) {
            (true, true) => is_between(before, next),
            // One full line tells no fold from a break at a space; a wording that goes over the break does.
            (true, false) => {
                next.starts_with("HTTP/") || wordings::spans(before, next) || wordings::touches(before, next)
            }
            (false, _) => at_words && breaks_here(pair) || certain(pair),
        };
        match (spaced, inside) {
            (true, _) => Joint::Space,
            (false, true) => Joint::Nothing,
            (false, false) => Joint::Break,
        }
    };
    Some(joined(text, starts, joint))
}

/// What stands between two lines where they are put together again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    Break,
    Space,
    Nothing,
}

/// The lines of a text with what `joint` says between a line, which it is given with its number, and the one before it.
fn joined(text: &str, starts: &[usize], joint: impl Fn(usize, &str, &str) -> Joint) -> Mended {
    let mut out = String::with_capacity(text.len());
    let mut numbers = Vec::with_capacity(starts.len());
    let mut before: Option<&str> = None;
    for (at, line) in lines(text, starts).enumerate() {
        let between = before.map_or(Joint::Break, |before| joint(at, before, line));
        match between {
            Joint::Space => out.push(' '),
            Joint::Break if before.is_some() => out.push('\n'),
            _ => {}
        }
        if between == Joint::Break {
            numbers.push(number(at));
        }
        out.push_str(line);
        before = Some(line);
    }
    out.push('\n');
    Mended { text: out, lines: numbers, what: Mend::Wrapped }
}

/// Two lines, one after the other.
#[derive(Clone, Copy)]
struct Pair<'a> {
    line: &'a str,
    next: &'a str,
    /// Whether a row of JSON that began at the first line, or before it, does not end there.
    open: bool,
}

impl Pair<'_> {
    /// Whether the first line is full and the second one goes on with it.
    fn folded(self, full: usize) -> bool {
        self.line.len() >= full && width(self.line) == full && self.goes_on()
    }

    /// Whether the first line has no room left for the first word of the second one, which goes on with it.
    fn broken(self) -> bool {
        let first = self.next.split(' ').next().unwrap_or_default();
        let room = WORDS.0.saturating_sub(width(self.line));
        let fits = first.is_empty() || width(first) < room || self.line.ends_with([' ', '\t']);
        // A short line is broken only before a word that no line has room for; in a row, at any word.
        let short = self.line.len() <= WORDS.0 / 4 && width(first) < WORDS.0 / 4 * 3;
        !fits && !short && self.goes_on()
    }

    /// Whether the second line is one of its own: it may begin a sentence, and makes no wording with the line before it.
    fn apart(self) -> bool {
        !self.open
            && is_sentence(self.line, self.next)
            && !wordings::spans(self.line, self.next)
            && !spans_reason(self.line, self.next)
    }

    fn goes_on(self) -> bool {
        // What is indented is joined where the row itself is read.
        let inside = self.open && !self.line.is_empty() && !self.next.is_empty() && !self.next.starts_with("  ");
        inside || goes_on(self.line, self.next)
    }
}

/// Whether the reason phrase of a status goes over the break.
fn spans_reason(line: &str, next: &str) -> bool {
    let over = |reason: &&str| {
        let mut breaks = reason.match_indices(' ').map(|(at, _)| reason.split_at(at));
        breaks.any(|(head, tail)| line.ends_with(head) && next.starts_with(tail.trim_start()))
    };
    REASON_WORDS.iter().any(over)
}

/// Whether the second line may begin a sentence after a word.
fn is_sentence(line: &str, next: &str) -> bool {
    let first = next.split(' ').next().unwrap_or_default();
    // A name such as `RateLimitError` begins none.
    let name = first.chars().skip(1).any(char::is_uppercase) && first.chars().any(char::is_lowercase);
    line.ends_with(char::is_lowercase) && next.starts_with(char::is_uppercase) && !name && !next.starts_with("HTTP/")
}

/// Whether a break stands between two words, where a text is broken at spaces.
fn is_between(line: &str, next: &str) -> bool {
    let (last, first) = (line.rsplit(' ').next().unwrap_or_default(), next.split(' ').next().unwrap_or_default());
    last.len() + first.len() <= LONGEST_WORD || next.starts_with("HTTP/")
}

/// Whether the second line can be the continuation of the first.
fn goes_on(line: &str, next: &str) -> bool {
    if line.is_empty() || next.is_empty() {
        return false;
    }
    if line.contains('\u{1b}') || next.contains('\u{1b}') {
        let plain = |text: &str| super::text::without_ansi(text).replace('\u{1b}', "");
        return goes_on(&plain(line), &plain(next));
    }
    // The frame of a stack whose place is longer than a line.
    if line.trim() == "at" {
        return true;
    }
    // The next row of JSON.
    if line.ends_with('}') && next.starts_with('{') {
        return false;
    }
    // Lines that begin alike have a prefix each.
    if line.len() > 5 && line.as_bytes().get(..6) == next.as_bytes().get(..6) {
        return false;
    }
    // A frame of Python ends with the name of a function.
    if line.contains("File \"") && line.contains("\", line ") {
        let first = next.split(' ').next().unwrap_or_default();
        if first.ends_with(':') && (first.contains('.') || first.contains("Error")) {
            return false;
        }
    }
    let last = line.chars().next_back().unwrap_or(' ');
    let ruler = line.chars().all(|c| c == last);
    let boxed = "│┃|╮╯╭╰┐┘+".contains(last) || line.trim_start().starts_with(['│', '┃', '|', '╭', '╰']);
    let mid = next.starts_with("error: ") && line.ends_with(char::is_lowercase);
    // The version of HTTP ends the request that an access log quotes.
    let last_word = line.rsplit(' ').next().unwrap_or_default();
    let mid = mid || next.starts_with("HTTP/") && (last_word.starts_with('/') || last_word.contains("://"));
    let own =
        next.starts_with("  ") || next.starts_with('\t') || !mid && STARTS.iter().any(|start| next.starts_with(start));
    let named = classes::find(next).is_some_and(|found| found.at == 0);
    let dated = next.starts_with("20") && next.as_bytes().get(4) == Some(&b'-');
    !(ruler || boxed || own || named || dated)
}

#[cfg(test)]
mod tests {
    use super::super::text::Doc;

    fn read(text: &str) -> (Vec<(u64, String)>, Vec<&'static str>) {
        let doc = Doc::new(text.as_bytes(), 0);
        ((0..doc.len()).map(|at| (doc.number(at), doc.raw(at).to_owned())).collect(), doc.mended())
    }

    #[test]
    fn folded_lines_are_joined_and_keep_their_numbers() {
        let long = format!("anthropic.APIStatusError: {} ECONNREFUSED end", "x".repeat(90));
        let folded = format!("first\n{}\n{}\nlast\n", &long[..80], &long[80..]);
        let want = vec![(1, "first".to_owned()), (2, long), (4, "last".to_owned())];
        assert_eq!(read(&folded), (want, vec!["wrapped"]));
        for whole in [
            format!("{}\nnext\n", "=".repeat(80)),
            format!("{}|\nnext\n", "y z ".repeat(19) + "abc"),
            format!("{} end\n  File \"a.py\"\n", "word ".repeat(15)),
            format!("{}\nshort\n", "odd words ".repeat(5)),
        ] {
            assert_eq!(read(&whole).1, [""; 0], "{whole}");
        }
    }

    #[test]
    fn strings_become_lines_again() {
        let text = "Traceback (most recent call last):\n  File \"a.py\", line 1\nValueError: \u{1F600} x\n";
        let json = serde_json::to_string(text).unwrap();
        let lines: Vec<(u64, String)> = text.lines().map(|line| (1, line.to_owned())).collect();
        assert_eq!(read(&json), (lines.clone(), vec!["escaped"]));
        assert_eq!(read(&json[1..json.len() - 1]), (lines, vec!["escaped"]));
        let rows = "{\"log\":\"one \\\"1\\\"\\n\",\"stream\":\"stderr\"}\n{\"log\":\"two\\n\",\"stream\":\"stderr\"}\n";
        assert_eq!(read(rows).0, [(1, "one \"1\"".to_owned()), (2, "two".to_owned())]);
        for other in ["C:\\Users\\new\\file.txt", "x = {'a': 'b\\nc'}", "{\"a\": \"b\\nc\"}"] {
            assert_eq!(read(other).1, [""; 0], "{other}");
        }
    }
}
