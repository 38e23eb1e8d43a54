//! Bodies that YAML folds: a text in single quotation marks goes on in the lines below, which are indented deeper, or stands there as a folded block. Cassettes of
//! vcrpy hold requests and answers in the first form, and `PyYAML` folds them where they are wider than 80 characters; js-yaml writes the second. The lines are joined,
//! so that what they say can be looked at.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::quoted::Quote;
use super::soft_breaks;
use super::view::{View, with_each_mark};

/// A break that is left out, and what stands in its place.
pub(super) type Fold = (Range<usize>, &'static [u8]);

/// How such a text begins: a body of JSON, and the key of a block.
pub(super) const WORDS: [&[u8]; 4] = [b": '{", b": '[", BLOCKS[0], BLOCKS[1]];
/// How the key of a block ends its line.
const BLOCKS: [&[u8]; 2] = [b": >-\n", b": >\n"];

/// Longest line up to the text.
const LONGEST_LEAD: usize = 256;
/// Longest text that is joined.
const LONGEST: usize = 512 * 1024;

/// A text that goes on in the lines below.
struct Scalar {
    /// Where it begins.
    start: usize,
    /// How far its key is indented.
    indent: usize,
    /// Whether it is a block, which ends with its lines.
    is_block: bool,
}

/// The text that begins with the word at a place, where it does not end on its line.
fn scalar(text: &[u8], word: usize) -> Option<Scalar> {
    let block = BLOCKS.into_iter().find_map(|mark| text[word..].strip_prefix(mark));
    let start = block.map_or(word + b": '".len(), |lines| text.len() - lines.len());
    let indent = indent_of_key(text, word)?;
    let begins = block.map_or_else(|| goes_on(&text[start..]), |lines| lines.is_empty() || begins_json(lines, indent));
    begins.then_some(Scalar { start, indent, is_block: block.is_some() })
}

/// Whether JSON stands in lines that are indented deeper than a key.
fn begins_json(lines: &[u8], indent: usize) -> bool {
    let body = lines.trim_ascii_start();
    let deeper = lines.len() - body.len() > indent && !lines[..lines.len() - body.len()].contains(&b'\n');
    deeper && (body.starts_with(b"{\"") || body.starts_with(b"[{") || body.starts_with(b"[\""))
}

/// How far a key is indented, as whose value a text stands behind a word.
fn indent_of_key(text: &[u8], word: usize) -> Option<usize> {
    let near = &text[word.saturating_sub(LONGEST_LEAD)..word];
    let line = memchr::memrchr(b'\n', near).map_or(near, |newline| &near[newline + 1..]);
    let indent = line.iter().take_while(|b| matches!(b, b' ' | b'-')).count();
    // The key may stand in quotation marks, or behind others on its line.
    let key = &line[indent..];
    let is_alone = !key.contains(&b' ');
    let key = &key[key.iter().rposition(|b| b" {,".contains(b)).map_or(0, |mark| mark + 1)..];
    let key = [b'"', b'\''].iter().find_map(|mark| key.strip_prefix(&[*mark])?.strip_suffix(&[*mark])).unwrap_or(key);
    let is_key = !key.is_empty() && key.iter().all(|b| b.is_ascii_alphanumeric() || b"_-./".contains(b));
    // Behind others a text goes on as deep as they stand.
    let indent = if key.len() < line[indent..].len() && !is_alone { indent.saturating_sub(1) } else { indent };
    is_key.then_some(indent)
}

/// Whether a text in single quotation marks does not end on its line.
fn goes_on(text: &[u8]) -> bool {
    // The mark that closes it is looked for first: it is near, where a line that never ends has many such texts.
    close(text).is_none_or(|end| memchr::memchr(b'\n', &text[..end]).is_some())
}

/// Where a text in single quotation marks ends: two of them stand for one.
fn close(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(mark) = memchr::memchr(b'\'', &text[at..]).map(|offset| at + offset) {
        if text.get(mark + 1) != Some(&b'\'') {
            return Some(mark);
        }
        at = mark + 2;
    }
    None
}

/// Longest line that such a text begins in.
const LONGEST_LINE: usize = 4096;

/// Where a text in single quotation marks ends that goes on in the lines below, as YAML writes any text, and no language: these are indented deeper than
/// the line that it begins in.
pub(super) fn closing(text: &[u8], start: usize, quote: Quote) -> Option<usize> {
    if quote.mark != b'\'' || quote.depth > 0 || quote.triple {
        return None;
    }
    let near = &text[start.saturating_sub(LONGEST_LINE)..start];
    let line = memchr::memrchr(b'\n', near).map_or(near, |newline| &near[newline + 1..]);
    let indent = line.iter().take_while(|b| **b == b' ').count();
    let least = match &line[indent..] {
        // In a flow mapping its lines are as deep as the mapping, whatever the line begins with.
        line if is_in_flow(line) => 1,
        // A line of a flow may begin with the end of such a text, as deep as its other lines.
        line if line.starts_with(b"'") => indent.max(1),
        _ => indent + 1,
    };
    let end = start + close(&text[start..text.len().min(start + LONGEST)])?;
    let mut lines = text[start..end].split(|b| *b == b'\n').skip(1).peekable();
    lines.peek()?;
    let is_deeper = |line: &[u8]| {
        let blanks = line.iter().take_while(|b| **b == b' ').count();
        blanks >= least || line[blanks..].trim_ascii().is_empty()
    };
    let follows = || text[end + 1..].iter().find(|b| **b != b' ').is_none_or(|b| b"\r\n,:}]#".contains(b));
    (lines.all(is_deeper) && follows()).then_some(end)
}

/// Whether a line leads to the value of a key behind a brace or a comma.
fn is_in_flow(line: &[u8]) -> bool {
    line.strip_suffix(b": '").is_some_and(|key| {
        let name = key.iter().rev().take(LONGEST_LEAD).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let lead = &key[..key.len() - name];
        name > 0 && (lead.ends_with(b"{") || lead.ends_with(b", "))
    })
}

/// What all of them begin with.
static OPENING: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b": '"));
static BLOCK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b": >"));

/// Whether such a text goes on behind the line of a word.
pub(super) fn may_begin(text: &[u8], word: usize) -> bool {
    scalar(text, word).is_some()
}

/// How far the key is indented whose text goes on behind the last line.
pub(super) fn opens(text: &[u8]) -> Option<usize> {
    let body = text.strip_suffix(b"\n")?;
    let start = memchr::memrchr(b'\n', body).map_or(0, |newline| newline + 1);
    let line = &body[start..];
    let near = &line[..line.len().min(LONGEST_LEAD)];
    // Most lines have none, which a search from the start tells sooner.
    OPENING.find(near)?;
    // The last one may go on; what stands before it on the line has ended.
    let word =
        memchr::memmem::rfind_iter(near, b": '").find(|at| WORDS.iter().any(|lead| line[*at..].starts_with(lead)))?;
    scalar(line, word).map(|scalar| scalar.indent)
}

/// How far the key is indented whose block stands behind the last line.
pub(super) fn opens_block(text: &[u8]) -> Option<usize> {
    let body = text.strip_suffix(b"\n")?;
    let line = &text[memchr::memrchr(b'\n', body).map_or(0, |newline| newline + 1)..];
    let word = BLOCKS.into_iter().find(|word| line.ends_with(word))?;
    indent_of_key(line, line.len() - word.len())
}

/// Whether such a text ends on a line.
pub(super) fn ends(line: &[u8]) -> bool {
    close(line).is_some()
}

/// The text without its folds and soft breaks, and whether it has soft ones; `None` where it has neither.
pub(super) fn read(text: &[u8]) -> Option<(View<'static>, bool)> {
    let mut folds = Vec::new();
    let mut done = 0;
    let mut blocks = BLOCK.find_iter(text).peekable();
    let mut quoted = OPENING.find_iter(text).peekable();
    while let Some(word) = match (blocks.peek(), quoted.peek()) {
        (Some(block), Some(quote)) if block < quote => blocks.next(),
        (Some(_), None) => blocks.next(),
        _ => quoted.next(),
    } {
        if word >= done
            && WORDS.iter().any(|lead| text[word..].starts_with(lead))
            && let Some(scalar) = scalar(text, word)
        {
            done = add_folds(text, &scalar, &mut folds).unwrap_or(done);
        }
    }
    let folded = folds.len();
    soft_breaks::add(text, &mut folds);
    let soft = folds.len() > folded;
    (!folds.is_empty()).then(|| (with_each_mark(text, folds.into_iter()), soft))
}

/// Adds the breaks of a text with the blanks behind them; gives its end.
fn add_folds(text: &[u8], scalar: &Scalar, folds: &mut Vec<Fold>) -> Option<usize> {
    let limit = text.len().min(scalar.start + LONGEST);
    let lines = &text[scalar.start..limit];
    let end = scalar.start + if scalar.is_block { block_length(lines, scalar.indent) } else { close(lines)? };
    let before = folds.len();
    for newline in memchr::memchr_iter(b'\n', &text[scalar.start..end]).map(|offset| scalar.start + offset) {
        let blanks = text[newline + 1..].iter().take_while(|b| **b == b' ').count();
        let is_deeper = blanks > scalar.indent || text.get(newline + 1 + blanks) == Some(&b'\n');
        if !is_deeper {
            folds.truncate(before);
            return None;
        }
        folds.push((newline..newline + 1 + blanks, b" "));
    }
    Some(end)
}

/// The length of lines that are indented deeper than their key, without the last break.
fn block_length(lines: &[u8], indent: usize) -> usize {
    let mut end = 0;
    for line in lines.split_inclusive(|b| *b == b'\n') {
        let blanks = line.iter().take_while(|b| **b == b' ').count();
        if blanks <= indent {
            break;
        }
        end += line.len();
    }
    lines[..end].trim_ascii_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Redactor;

    const CASSETTE: &str = "- request:\n    body: '{\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Tell me how\n      the merger ends and what it''s for\"}],\"model\":\"claude-sonnet-4-5\",\"system\":\"You\n      guard the merger\"}'\n    headers:\n      x-stainless-os:\n      - Linux\n  response:\n    body:\n      string: '{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\n        \"Overloaded\"}}'\n    status:\n      code: 529\n";

    #[test]
    fn what_a_cassette_holds_goes_and_the_rest_stays() {
        let redactor = Redactor::builder().build().unwrap();
        let whole = redactor.redact_str(CASSETTE);
        let mut streamed = Vec::new();
        redactor.redact_stream(CASSETTE.as_bytes(), &mut streamed).unwrap();
        assert_eq!(String::from_utf8(streamed).unwrap(), whole);
        for gone in ["merger", "Tell me", "guard", "it''s"] {
            assert!(!whole.contains(gone), "{whole}");
        }
        for stays in
            ["\"max_tokens\":9", "\"model\":\"claude-sonnet-4-5\"", "- Linux", "\"overloaded_error\"", "code: 529"]
        {
            assert!(whole.contains(stays), "{whole}");
        }
        assert_eq!(redactor.redact_str(&whole), whole);
    }

    #[test]
    fn a_folded_block_is_read_as_one_line() {
        let redactor = Redactor::builder().build().unwrap();
        let block = "- body: >-\n    {\"messages\":[{\"role\":\"user\",\"content\":\"Tell me\n    how the merger ends\"}],\"max_tokens\":9,\"model\":\n    \"claude-sonnet-4-5\"}\n  status: 529\n";
        let shown = redactor.redact_str(block);
        assert!(
            !shown.contains("merger")
                && shown.ends_with("\"max_tokens\":9,\"model\":\n    \"claude-sonnet-4-5\"}\n  status: 529\n"),
            "{shown}"
        );
        let mut streamed = Vec::new();
        redactor.redact_stream(block.as_bytes(), &mut streamed).unwrap();
        assert_eq!(String::from_utf8(streamed).unwrap(), shown);
        assert!(read(b"note: >-\n  it goes on\n  here\n").is_none());
    }

    #[test]
    fn a_text_that_does_not_end_is_no_fold() {
        let open = "body: '{\"content\":\"Tell me\n  of the merger\n";
        assert!(read(open.as_bytes()).is_none() && opens(b"body: '{\"content\":\"Tell me\n").is_some());
        assert!(read(b"body: '{\"a\":1\nnext: it's\n").is_none());
        assert!(opens(b"body: '{\"a\":1}'\n").is_none() && opens(b"'body': '{\"a\":\n").is_some());
        let redactor = Redactor::builder().build().unwrap();
        assert!(!redactor.redact_str(open).contains("merger"));
    }
}
