//! Prompts in files of variables and of sections: `PROMPT="text over lines"`, `prompt = text` with lines below that are indented.

use std::ops::Range;

use super::assigned::{LONGEST_LEAD, LONGEST_TEXT, is_code, line_end, over_lines};
use crate::redact::quoted::Quote;
use crate::redact::stream_open::begins_with_time;

/// Fewest words in small letters of a text that no mark tells from the code of a program.
const FEWEST_WORDS: usize = 4;

/// Where a text in quotation marks ends that goes over lines, as files of variables hold them: at the mark that ends a line, or before the next variable
/// or record where none does; and whether neither was seen.
pub(super) fn quoted_over_lines(text: &[u8], start: usize, mark: u8) -> (usize, bool) {
    let is_variable = |line: &[u8]| {
        let name =
            line.iter().take(64).take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'_').count();
        name > 1 && line.get(name) == Some(&b'=')
    };
    let escaped = |line: &[u8]| line.iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1;
    let closes = |line: &[u8]| line.strip_suffix(&[mark]).is_some_and(|line| !escaped(line));
    let (end, open) = over_lines(text, start, |line| is_variable(line) || begins_with_time(line), closes);
    let body = text[start..end].trim_ascii_end();
    let inner = body.strip_suffix(&[mark]).filter(|_| !open);
    (start + inner.unwrap_or(body).len(), open)
}

/// Where such a text of a variable ends, whose first mark stands before a place.
pub(super) fn closing(text: &[u8], start: usize, quote: Quote) -> Option<usize> {
    if quote.depth > 0 || quote.triple || !is_set_alone(text, start - 1) {
        return None;
    }
    let (end, open) = quoted_over_lines(text, start, quote.mark);
    (!open && text.get(end) == Some(&quote.mark)).then_some(end)
}

/// Whether a variable that is set to a text begins a line: `NAME="`, `export NAME="`.
fn is_set_alone(text: &[u8], mark: usize) -> bool {
    let near = &text[mark.saturating_sub(LONGEST_LEAD)..mark];
    let line = memchr::memrchr(b'\n', near).map_or(near, |newline| &near[newline + 1..]);
    let Some(lead) = line.strip_suffix(b"=") else { return false };
    let name = lead.iter().rev().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'_').count();
    name > 1 && matches!(&lead[..lead.len() - name], b"" | b"export " | b"declare -x ")
}

/// The mark that a text waits for which a variable of its first line is set to, or that three marks begin.
pub(in crate::redact) fn open_quote(text: &[u8]) -> Option<&'static [u8]> {
    const TRIPLE: &[u8] = b"\"\"\"";
    if memchr::memmem::find_iter(text, TRIPLE).count() % 2 == 1 {
        return Some(TRIPLE);
    }
    let line = &text[..line_end(text, 0)];
    let mark = memchr::memmem::find(line, b"=\"")? + 1;
    let waits = is_set_alone(line, mark) && quoted_over_lines(text, mark + 1, b'"').1;
    waits.then_some(&TRIPLE[..1])
}

/// A text that a file of sections gives a name, with the lines below that are indented: `prompt = some text`.
pub(super) fn of_section(text: &[u8], at: usize) -> Option<(Range<usize>, bool)> {
    let end = line_end(text, at);
    let start = at + text[at..end].iter().take_while(|b| **b == b' ').count();
    let first = &text[start..end];
    let words = first.split(|b| *b == b' ').filter(|word| word.len() > 1 && word.iter().all(u8::is_ascii_lowercase));
    if first.first().is_none_or(|b| b"\"'`[{(<$".contains(b)) || is_code(first) || words.count() < FEWEST_WORDS {
        return None;
    }
    let mut end = start + first.trim_ascii_end().len();
    let mut next = line_end(text, at) + 1;
    while next < text.len().min(at + LONGEST_TEXT) {
        let stop = line_end(text, next);
        let line = &text[next..stop];
        let blank = line.trim_ascii().is_empty();
        if !blank && !matches!(line[0], b' ' | b'\t') {
            break;
        }
        end = if blank { end } else { next + line.trim_ascii_end().len() };
        next = stop + 1;
    }
    Some((start..end, false))
}
