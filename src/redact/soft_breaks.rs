//! Lines that a sign at their end goes on in the next one: the soft breaks of mail (quoted-printable), and lines of properties and of texts of YAML in double
//! quotation marks that a backslash continues. They are joined, so that what they say can be looked at.

use super::folded::Fold;
use super::shapes::is_mixed;

/// Widest line of quoted-printable, its sign included (76 by RFC 2045, section 6.7; the `email` module of Python writes two more), and fewest characters of
/// one that was broken.
const WIDEST: usize = 78;
const NARROWEST: usize = 60;
/// Fewest characters of one that was broken where it was full: an escape is not parted.
const FULL: usize = 73;
/// Longest name of a property.
const LONGEST_NAME: usize = 128;
/// Most of a line up to a text that holds JSON.
const LONGEST_LEAD: usize = 256;
/// Longest text that is joined.
const LONGEST: usize = 512 * 1024;

/// How a line goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Soft {
    /// Of mail.
    Mail,
    /// Of a file of properties.
    Property,
    /// Of a text of YAML in double quotation marks.
    Quoted,
}

/// How the last line of a text goes on, where it does.
pub(super) fn opens(text: &[u8]) -> Option<Soft> {
    let body = text.strip_suffix(b"\n")?;
    let start = memchr::memrchr(b'\n', body).map_or(0, |newline| newline + 1);
    how(&body[start..])
}

/// How a line, without its break, goes on as the first of several.
fn how(line: &[u8]) -> Option<Soft> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match line.last()? {
        b'=' if is_mail(line) => Some(Soft::Mail),
        b'\\' if is_continued(line) && is_property(line) => Some(Soft::Property),
        b'\\' if is_continued(line) && (begins_json(line) || begins_scalar(line)) => Some(Soft::Quoted),
        _ => None,
    }
}

/// Whether a line is as wide as those of mail that are broken, and each other sign in it begins an escape. What base64 fills up has no blank in its line; a
/// shorter one was broken at a blank, or has an escape that tells it.
fn is_mail(line: &[u8]) -> bool {
    let escape =
        |at: usize| line.get(at + 1..at + 3).is_some_and(|pair| pair.iter().all(|b| b"0123456789ABCDEF".contains(b)));
    (line.len() >= NARROWEST && is_narrow(line))
        && line.contains(&b' ')
        && !(line.len() != USUAL && ends_in_base64(line))
        && memchr::memchr_iter(b'=', &line[..line.len() - 1]).all(escape)
        && (line.len() >= FULL || line.ends_with(b" =") || memchr::memchr_iter(b'=', line).any(escape))
}

/// Width at which most programs break a line, its sign included.
const USUAL: usize = 76;
/// Fewest characters of a last word that is told to be base64, its sign included.
const SHORTEST_BASE64: usize = 24;
/// What stands before a single sign that fills up base64: the last two bits of these are nothing.
const BEFORE_FILL: &[u8] = b"AEIMQUYcgkosw048";

/// Whether the last word of a line is base64 that its sign fills up: whole groups of four, the last of which says two bytes.
fn ends_in_base64(line: &[u8]) -> bool {
    let is_blank = |b: &u8| matches!(b, b' ' | b'\t' | b'"' | b'\'' | b':');
    let start = line.iter().rposition(is_blank).map_or(0, |blank| blank + 1);
    let word = &line[start..line.len() - 1];
    let last = word.last().is_some_and(|b| BEFORE_FILL.contains(b));
    let plain = word.iter().all(|b| b.is_ascii_alphanumeric() || b"+/".contains(b));
    plain && last && word.len() + 1 >= SHORTEST_BASE64 && (word.len() + 1).is_multiple_of(4) && is_mixed(word)
}

/// Whether a line is no wider than one of mail, or was before something in it was replaced.
fn is_narrow(line: &[u8]) -> bool {
    line.len() <= WIDEST || line.len() < 4 * WIDEST && memchr::memmem::find(line, b"[text of ").is_some()
}

/// Whether a line ends in a backslash that is not escaped.
fn is_continued(line: &[u8]) -> bool {
    line.iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1
}

/// Whether a text that holds JSON begins in a line, as YAML writes it in double quotation marks.
fn begins_json(line: &[u8]) -> bool {
    let near = &line[..line.len().min(LONGEST_LEAD)];
    [&b": \"{\\\""[..], b": \"[{\\\""].iter().any(|lead| memchr::memmem::find(near, lead).is_some())
}

/// Whether a text of YAML in double quotation marks begins in a line and does not end there: that of its key, or of an element of a list.
fn begins_scalar(line: &[u8]) -> bool {
    let indent = line.iter().take(LONGEST_LEAD).take_while(|b| matches!(b, b' ' | b'-')).count();
    let body = &line[indent..];
    let name =
        body.iter().take(LONGEST_NAME).take_while(|b| b.is_ascii_alphanumeric() || b"_.-/\"'".contains(b)).count();
    let value = match body[name..].strip_prefix(b": \"") {
        Some(value) if name > 0 => value,
        _ if indent > 0 && line[..indent].ends_with(b"- ") && body.starts_with(b"\"") => &body[1..],
        _ => return false,
    };
    let is_mark = |at: usize| value[..at].iter().rev().take_while(|b| **b == b'\\').count() % 2 == 0;
    !memchr::memchr_iter(b'"', value).any(is_mark)
}

/// Whether a line is the first one of such a text.
pub(super) fn opens_scalar(line: &[u8]) -> bool {
    is_continued(line) && begins_scalar(line)
}

/// Whether a line sets a property: a command has blanks before what it sets.
fn is_property(line: &[u8]) -> bool {
    let name = line.iter().take(LONGEST_NAME).take_while(|b| b.is_ascii_alphanumeric() || b"_.-".contains(b)).count();
    let rest = line[name..].trim_ascii_start();
    line.first().is_some_and(u8::is_ascii_alphabetic)
        && matches!(rest.first(), Some(b'=' | b':'))
        && !rest.starts_with(b"://")
}

impl Soft {
    /// Whether a line goes on in the next one.
    pub(super) fn goes_on(self, line: &[u8]) -> bool {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match self {
            Self::Mail => line.ends_with(b"=") && is_narrow(line),
            Self::Property | Self::Quoted => is_continued(line),
        }
    }
}

/// Adds the soft breaks of a text to the folds, which stay in order.
pub(super) fn add(text: &[u8], folds: &mut Vec<Fold>) {
    let before = folds.len();
    let mut start = 0;
    let mut soft: Option<Soft> = None;
    let mut begun = 0;
    while let Some(newline) = memchr::memchr(b'\n', &text[start..]).map(|offset| start + offset) {
        let line = &text[start..newline];
        let goes_on = match soft {
            Some(soft) if newline - begun < LONGEST => soft.goes_on(line).then_some(soft),
            _ => how(line),
        };
        if soft.is_none() {
            begun = start;
        }
        soft = goes_on;
        if let Some(soft) = soft {
            let end = newline - usize::from(line.ends_with(b"\r"));
            let blanks = match soft {
                Soft::Mail => 0,
                Soft::Property | Soft::Quoted => {
                    text[newline + 1..].iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\x0c')).count()
                }
            };
            // A blank that the next line begins with is escaped.
            let rest = &text[newline + 1 + blanks..];
            let blanks = blanks + usize::from(soft == Soft::Quoted && rest.starts_with(b"\\ "));
            folds.push((end - 1..newline + 1 + blanks, b""));
        }
        start = newline + 1;
    }
    if before > 0 && folds.len() > before {
        folds.sort_by_key(|(range, _)| range.start);
        folds.dedup_by(|next, last| next.0.start < last.0.end);
    }
}
