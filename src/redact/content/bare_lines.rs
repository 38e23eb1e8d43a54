//! Lines without what programs put around them: times, names of parts, colours, the sides of boxes.

use crate::redact::line_leads::{name_length, without_time};

/// A line without the side of a box behind it.
pub(super) fn without_side(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii_end();
    line.strip_suffix("\u{2502}".as_bytes()).unwrap_or(line).trim_ascii_end()
}

/// A line without its break; blanks at its end may say what it is.
pub(super) fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Length of what programs put before a line.
pub(super) fn lead(line: &[u8]) -> usize {
    let mut at = line.len() - without_time(line).len();
    at += name_length(&line[at..]);
    loop {
        let rest = &line[at..];
        let blank = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let colour = colour(&rest[blank..]);
        let side = if rest[blank..].starts_with("\u{2502}".as_bytes()) { 3 } else { 0 };
        let pytest = if blank == 0 && rest.starts_with(b"E  ") { 3 } else { 0 };
        let length = blank + colour + side + pytest;
        if length == 0 {
            return at;
        }
        at += length;
    }
}

/// Length of a colour of a terminal.
fn colour(rest: &[u8]) -> usize {
    // Logs that are shown in a browser lose the first byte.
    let escape = usize::from(rest.first() == Some(&0x1b));
    let Some(inner) = rest[escape..].strip_prefix(b"[") else { return 0 };
    let digits = inner.iter().take(16).take_while(|b| b.is_ascii_digit() || **b == b';').count();
    if inner.get(digits) == Some(&b'm') && escape + digits > 0 { escape + digits + 2 } else { 0 }
}

/// Whether a line is what aider says itself in its history.
pub(super) fn is_of_aider(line: &[u8]) -> bool {
    line.starts_with(b"> ") && line.strip_suffix(b"\r").unwrap_or(line).ends_with(b"  ")
}
