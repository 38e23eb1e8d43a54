//! Where what a program printed of an object ends on its line, and the fields in it that say the shape: `Request(model=x, prompt=some text, max_tokens=10) failed`.

use std::ops::Range;

use super::{dumped, records};

/// So much of a line is looked at behind a place.
const NEAR: usize = 8 * 1024;
/// So much of it before a place: hostile text has many such places behind each other.
const BEHIND: usize = 2 * 1024;
/// Longest name of a field.
const LONGEST: usize = 64;

/// The bracket that closes, on its line, the outermost object that a place stands in.
pub(super) fn end(text: &[u8], at: usize) -> Option<usize> {
    closers(text, at)?.last().copied()
}

/// The brackets that close, on its line, the objects that a place stands in. A text may hold brackets of its own, so that the last one counts.
pub(super) fn closers(text: &[u8], at: usize) -> Option<Vec<usize>> {
    let from = at.saturating_sub(BEHIND);
    let start = memchr::memrchr(b'\n', &text[from..at]).map_or(from, |newline| from + newline + 1);
    let near = &text[at..text.len().min(at + NEAR)];
    let line_end = match memchr::memchr(b'\n', near) {
        Some(end) => at + end,
        None if near.len() < NEAR => text.len(),
        None => return None,
    };
    let line = &text[at..line_end];
    // With quotation marks it is no such object, but text that was cut off.
    let has_bracket = memchr::memchr3(b')', b']', b'}', line).is_some();
    if !has_bracket || text[start..line_end].contains(&b'"') || memchr::memmem::find(line, b"':").is_some() {
        return None;
    }
    let mut open = 0usize;
    for byte in &text[start..at] {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    let (mut inside, mut closed) = (0usize, Vec::new());
    for (offset, byte) in line.iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => inside += 1,
            b')' | b']' | b'}' if inside > 0 => inside -= 1,
            b')' | b']' | b'}' => closed.push(at + offset),
            _ => {}
        }
    }
    let last = closed.last().copied().filter(|_| open > 0 && closed.len() >= open)?;
    // A text that goes on in the next line may hold a bracket that closes nothing.
    let rest = text[last + 1..line_end].trim_ascii_end();
    let next = text.get(line_end + 1..).unwrap_or_default();
    let is_over = next.is_empty() || matches!(next[0], b'\n' | b'\r') || records::begins(next);
    (is_over || matches!(rest.first(), Some(b' ' | b':' | b';' | b','))).then_some(closed)
}

/// The fields of a map of Go that say its shape: `role:user`, `max_tokens:100`.
pub(super) fn fields(text: &[u8], kept: &mut Vec<Range<usize>>) {
    for mark in memchr::memchr_iter(b':', text) {
        let is_name = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'_';
        let start = mark - text[..mark].iter().rev().take(LONGEST).take_while(is_name).count();
        let before = start.checked_sub(1).map(|at| text[at]);
        let begins = start < mark && before.is_none_or(|b| b" ,([{".contains(&b));
        if begins && let Some(length) = dumped::value_of(&text[start..mark], &text[mark + 1..]) {
            kept.push(start..mark + 1 + length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_end_at_their_own_bracket() {
        for (text, inside, end_of) in [
            ("Req(model=x, prompt=hide it, n=1) failed", "hide", Some(") failed")),
            ("call(Req(prompt=hide it :) now)) failed", "hide", Some(") failed")),
            ("Req(prompt=hide it :)\nand more)", "hide", None),
            ("Req(prompt=hide", "hide", None),
            ("a hide)", "hide", None),
        ] {
            let at = text.find(inside).unwrap_or_default();
            assert_eq!(end(text.as_bytes(), at).map(|end| &text[end..]), end_of, "{text}");
        }
        let mut kept = Vec::new();
        let text = b"a fine role:king role:user] model:secret max_tokens:100";
        fields(text, &mut kept);
        let kept: Vec<_> = kept.into_iter().map(|range| &text[range]).collect();
        assert_eq!(kept, [&b"role:user"[..], b"max_tokens:100"]);
    }
}
