//! Local variables of a frame, whatever their names: rich shows them in a box, stackprinter and cgitb below the line of the source, with each text as Python's
//! `repr` writes it.

use std::ops::Range;

use super::keys::Keys;
use super::{push_text, said};
use crate::redact::finding::Finding;
use crate::redact::line_leads::without_time;
use crate::redact::quoted;

/// What stands between a name and its text.
pub(in crate::redact) const WORDS: [&str; 2] = [" = '", " = \""];

/// Longest line up to the text.
const LONGEST_LEAD: usize = 256;
/// Longest name.
const LONGEST_NAME: usize = 64;
/// Most lines that a box wraps a text over.
const MOST_LINES: usize = 32;

/// Adds the texts.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    let mut done = 0;
    for at in memchr::memmem::find_iter(text, b" = ") {
        if at >= done
            && let Some(value) = value(text, at)
        {
            done = value.end;
            push_text(text, value, found);
        }
    }
}

/// Whether the text of a variable follows.
pub(in crate::redact) fn may_begin(text: &[u8], at: usize) -> bool {
    value(text, at).is_some() || opens(text, at)
}

/// Whether a variable of content opens a text over lines in these.
pub(in crate::redact) fn opens_variable(held: &[u8]) -> bool {
    memchr::memmem::find_iter(held, b" = ").any(|at| opens(held, at))
}

/// Whether three marks follow with nothing behind them, which a text over lines stands between.
fn opens(text: &[u8], at: usize) -> bool {
    let mark = &text[at + b" = ".len()..];
    let is_open = [&b"\"\"\""[..], b"'''"].iter().any(|triple| mark.starts_with(triple));
    is_open && matches!(mark.get(3), None | Some(b'\n' | b'\r')) && is_of_content(text, at)
}

/// The text behind the name that ends at a place.
fn value(text: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at + WORDS[0].len();
    let mark = *text.get(start - 1).filter(|mark| b"'\"".contains(mark))?;
    if is_of_content(text, at)
        && let Some(value) = named(text, start - 1)
    {
        return Some(value);
    }
    let boxed = is_variable(text, at)?;
    let end = if boxed { end_in_box(text, start, mark) } else { end_of_line(text, start, mark) }?;
    let value = &text[start..end];
    // Python takes these marks only where the text holds the others; other languages take no others.
    let fits = boxed || mark == b'\'' || value.contains(&b'\'');
    (fits && said::is_said(value)).then_some(start..end)
}

/// Longest text between three marks.
const LONGEST_TEXT: usize = 16 * 1024;

/// Whether a variable that ends at a place is called as content is, whatever stands before it on its line: `$ask`, `const userPrompt`, `self.question`.
fn is_of_content(text: &[u8], at: usize) -> bool {
    let near = &text[at.saturating_sub(LONGEST_NAME)..at];
    let name = near.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let name = &near[near.len() - name..];
    // What begins a statement of SQL is no question.
    Keys::get().is_some_and(|keys| name != b"query" && keys.is_variable_of_content(name))
}

/// The running text of such a variable, which three marks may hold over lines.
fn named(text: &[u8], at: usize) -> Option<Range<usize>> {
    let (quote, start) = quoted::opening_at(text, at)?;
    let near = &text[..text.len().min(start + LONGEST_TEXT)];
    let line = memchr::memchr(b'\n', &near[start..]).map_or(near.len(), |newline| start + newline);
    let end = quoted::closing(if quote.triple { near } else { &near[..line] }, start, quote);
    let end = end.or_else(|| quote.triple.then_some(line))?;
    let value = text[start..end].trim_ascii();
    said::is_running(value).then_some(start..end)
}

/// Whether nothing but a name stands on the line before a place, behind blanks or the sides of a box; says which.
fn is_variable(text: &[u8], at: usize) -> Option<bool> {
    let near = &text[at.saturating_sub(LONGEST_LEAD)..at];
    let line = memchr::memrchr(b'\n', near).map_or(near, |newline| &near[newline + 1..]);
    let line = without_time(line);
    let name = line.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let lead = &line[..line.len() - name];
    let fits = (1..=LONGEST_NAME).contains(&name) && lead.ends_with(b" ") && is_side(lead);
    fits.then(|| !lead.trim_ascii().is_empty())
}

/// Whether a stretch holds nothing but blanks and sides of boxes.
fn is_side(stretch: &[u8]) -> bool {
    std::str::from_utf8(stretch).is_ok_and(|stretch| stretch.chars().all(|c| matches!(c, ' ' | '\u{2502}' | '|')))
}

/// The end of a text that ends its line.
fn end_of_line(text: &[u8], start: usize, mark: u8) -> Option<usize> {
    let quote = quoted::Quote { mark, depth: 0, triple: false };
    let end = quoted::closing(text, start, quote)?;
    let rest = &text[end + 1..];
    let rest = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    rest.trim_ascii().is_empty().then_some(end)
}

/// The end of a text in a box, which wraps long ones and says of others how much of them it leaves out: `'text'+25`.
fn end_in_box(text: &[u8], start: usize, mark: u8) -> Option<usize> {
    let mut line = start;
    for _ in 0..MOST_LINES {
        let end = memchr::memchr(b'\n', &text[line..]).map_or(text.len(), |newline| line + newline);
        let shown = &text[line..end];
        let closes = |close: &usize| {
            let rest = &shown[close + 1..];
            let left_out = rest
                .strip_prefix(b"+")
                .map_or(rest, |rest| &rest[rest.iter().take_while(|b| b.is_ascii_digit()).count()..]);
            is_side(left_out) && !shown[..*close].ends_with(b"\\")
        };
        if let Some(close) = memchr::memrchr(mark, shown).filter(closes) {
            return Some(line + close);
        }
        let body = without_side(shown);
        if body.len() == shown.trim_ascii_end().len() {
            // No side stands behind it: it is no box.
            return None;
        }
        let next = text.get(end + 1..).filter(|next| next.trim_ascii_start().starts_with("\u{2502}".as_bytes()));
        if next.is_none() {
            return Some(line + body.len());
        }
        line = end + 1;
    }
    Some(line)
}

/// A line without the sides of boxes behind it.
fn without_side(line: &[u8]) -> &[u8] {
    let mut line = line.trim_ascii_end();
    while let Some(body) = line.strip_suffix("\u{2502}".as_bytes()) {
        line = body.trim_ascii_end();
    }
    line
}

#[cfg(test)]
mod tests {
    use crate::redact::Redactor;

    fn shown(text: &str) -> String {
        let redactor = Redactor::builder().build().unwrap();
        let whole = redactor.redact_str(text);
        let mut streamed = Vec::new();
        redactor.redact_stream(text.as_bytes(), &mut streamed).unwrap();
        assert!(!whole.contains("merger") && !String::from_utf8_lossy(&streamed).contains("merger"), "{whole}");
        assert_eq!(redactor.redact_str(&whole), whole);
        whole
    }

    #[test]
    fn texts_of_variables_go_whatever_their_names_are() {
        let line = "\u{2502} \u{2502}  q = 'tell me of the merger'         \u{2502} \u{2502}\n";
        assert!(shown(line).contains("  q = '[text of 21 characters]'  "), "{}", shown(line));
        assert!(shown(&line.replace("r'", "r'+25")).contains("characters]'+25"));
        let wrapped = "\u{2502} q = 'tell me about all of   \u{2502}\n\u{2502}      the merger of today'   \u{2502}\n\u{2502} n = 529    \u{2502}\n";
        assert!(shown(wrapped).ends_with("\u{2502} n = 529    \u{2502}\n"), "{}", shown(wrapped));
        shown("     q = 'tell me of the merger'\n");
        shown("     q = \"tell me of the firm's merger\"\n");
        shown("2026-11-20T10:00:00Z   q = 'tell me of the merger'\n");
    }

    #[test]
    fn other_assignments_stay() {
        let redactor = Redactor::builder().build().unwrap();
        for text in [
            "  description = \"a bucket for the logs\"\n",
            "name = 'a name of some words'\n",
            "WHERE name = 'a name of some words'\n",
            "    message = 'Error code: 529 - overloaded_error'\n",
            "    url = 'https://api.anthropic.com/v1/messages'\n",
            "\u{2502} retries = 'two tries' \u{2502}\n\u{2502} tries = 3 \u{2502}\n",
        ] {
            assert_eq!(redactor.redact_str(text), text);
        }
    }
}
