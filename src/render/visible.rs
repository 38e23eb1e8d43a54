//! Makes characters that hide, reorder or act visible, so that shown text is the text that was captured.

use std::borrow::Cow;
use std::fmt::Write as _;

/// How a text is laid out where it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    /// Line breaks and tabs stay.
    Kept,
    /// Line breaks and tabs become spaces.
    Joined,
}

/// Whether a character is shown as its code point: controls (terminal escapes among them), text-direction marks,
/// invisible characters, and tags.
pub(super) const fn is_hidden(c: char) -> bool {
    matches!(c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text with every hidden character as `<U+XXXX>`; `\r\n` counts as one line break.
pub(super) fn visible(text: &str, lines: Lines) -> Cow<'_, str> {
    let keeps = |c: char| lines == Lines::Kept && matches!(c, '\n' | '\t');
    if !text.chars().any(|c| is_hidden(c) && !keeps(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' if rest.peek() == Some(&'\n') => {}
            '\n' | '\t' if lines == Lines::Kept => out.push(c),
            '\n' | '\t' => out.push(' '),
            c if is_hidden(c) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "<U+{:04X}>", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The first `most` characters of a text, and how many there are in all where that is more.
pub(super) fn shorten(text: &str, most: usize) -> (&str, Option<usize>) {
    match text.char_indices().nth(most) {
        None => (text, None),
        Some((end, _)) => (text[..end].trim_end(), Some(text.chars().count())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_escapes_and_direction_marks_become_visible() {
        assert_eq!(visible("a\x1b[31mred\u{202e}", Lines::Joined), "a<U+001B>[31mred<U+202E>");
        assert_eq!(visible("a\r\nb\tc", Lines::Kept), "a\nb\tc");
        assert_eq!(visible("a\r\nb\tc\rd", Lines::Joined), "a b c<U+000D>d");
        assert!(matches!(visible("plain — ünïcode 日本", Lines::Kept), Cow::Borrowed(_)));
    }

    #[test]
    fn a_cut_counts_characters() {
        assert_eq!(shorten("äöü", 2), ("äö", Some(3)));
        assert_eq!(shorten("äöü", 3), ("äöü", None));
    }
}
