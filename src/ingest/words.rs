//! Small readers for words and numbers inside a line: no regex, no allocation.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

/// A long list of markers that are looked for in many lines: one pass over a line, however long the list is.
pub(super) struct Finder {
    markers: &'static [&'static str],
    automaton: OnceLock<Option<AhoCorasick>>,
}

impl Finder {
    /// A finder of these markers.
    pub(super) const fn new(markers: &'static [&'static str]) -> Self {
        Self { markers, automaton: OnceLock::new() }
    }

    /// Places of the markers in a text.
    pub(super) fn places<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let automaton = self.automaton.get_or_init(|| AhoCorasick::new(self.markers).ok());
        automaton.iter().flat_map(move |automaton| automaton.find_iter(text)).map(|hit| hit.start())
    }

    /// Whether any marker occurs.
    pub(super) fn has(&self, text: &str) -> bool {
        self.places(text).next().is_some()
    }
}

/// Where a marker first stands. Lines are short and markers many: the search that the standard library prepares for each of them
/// costs more than it saves.
pub(super) fn place(text: &str, marker: &str) -> Option<usize> {
    let (first, rest) = marker.as_bytes().split_first()?;
    let bytes = text.as_bytes();
    memchr::memchr_iter(*first, bytes).find(|at| bytes[at + 1..].starts_with(rest))
}

/// What follows the first occurrence of `marker`.
pub(super) fn after<'a>(text: &'a str, marker: &str) -> Option<&'a str> {
    place(text, marker).map(|at| &text[at + marker.len()..])
}

/// What stands between `open` and the next `close`.
pub(super) fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let rest = after(text, open)?;
    rest.find(close).map(|end| &rest[..end])
}

/// The number at the start of the text, and what follows it.
pub(super) fn number(text: &str) -> Option<(u64, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=18).contains(&end).then(|| text[..end].parse().ok().map(|n| (n, &text[end..]))).flatten()
}

/// The number at the start of the text as `u32`.
pub(super) fn small(text: &str) -> Option<u32> {
    number(text).and_then(|(n, _)| u32::try_from(n).ok())
}

/// The decimal number at the start of the text.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let end = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    text[..end].parse().ok()
}

/// The longest start of the text whose bytes all pass `keep`.
pub(super) fn run(text: &str, keep: impl Fn(u8) -> bool) -> &str {
    let end = text.bytes().position(|b| !b.is_ascii() || !keep(b)).unwrap_or(text.len());
    &text[..end]
}

/// The text cut to at most `limit` bytes, at a character boundary.
pub(super) fn cut(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let end = (0..=limit).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

/// The text without white space at its ends and with every inner run of white space as one space.
pub(super) fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Whether any of the markers occurs.
pub(super) fn has_any(text: &str, markers: &[&str]) -> bool {
    markers.iter().any(|marker| place(text, marker).is_some())
}

/// Whether the text starts with a letter or underscore and goes on as a dotted name (`a.b.C`, `A::B`, `A\B`).
pub(super) fn dotted_name(text: &str) -> &str {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return "";
    }
    let name = run(text, |b| b.is_ascii_alphanumeric() || b"_.$:\\".contains(&b));
    name.trim_end_matches([':', '.', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_where_they_stand() {
        assert_eq!(number("529 rest"), Some((529, " rest")));
        assert_eq!(number("x"), None);
        assert_eq!(between("a (b) c", "(", ")"), Some("b"));
        assert_eq!(dotted_name("httpx2.ConnectError: x"), "httpx2.ConnectError");
        assert_eq!(dotted_name("Anthropic::Errors::APIError (x)"), "Anthropic::Errors::APIError");
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(collapse("  a \n  b "), "a b");
    }
}
