//! The string that a place of a line stands in, told by the quotation marks before it.

use crate::redact::quoted::Quote;

/// Strings in strings that are followed.
const DEEPEST: usize = 16;

/// The strings that are open at a place, which only moves on, so that all marks of a text are read once.
#[derive(Debug, Default)]
pub(super) struct Enclosed {
    at: usize,
    line: usize,
    /// The strings that are open, and where their text begins.
    open: Vec<(Quote, usize)>,
}

impl Enclosed {
    /// The innermost string around a place that is not before the last one, and where its text begins; else where the line begins.
    pub(super) fn around(&mut self, text: &[u8], place: usize) -> (Option<Quote>, usize) {
        if let Some(newline) = memchr::memrchr(b'\n', &text[self.at..place]) {
            self.at += newline + 1;
            self.line = self.at;
            self.open.clear();
        }
        while let Some(offset) = memchr::memchr3(b'"', b'\'', b'`', &text[self.at..place]) {
            let at = self.at + offset;
            self.pass(text, at);
            self.at = at + 1;
        }
        self.at = place;
        self.open.last().map_or((None, self.line), |(quote, start)| (Some(*quote), *start))
    }

    /// Goes over a mark: it closes the string that it opened, and those in it that were cut off; else it opens one, unless it stands in a word.
    fn pass(&mut self, text: &[u8], at: usize) {
        let depth = text[self.at..at].iter().rev().take_while(|b| **b == b'\\').count();
        let quote = Quote { mark: text[at], depth, triple: false };
        if let Some(opened) = self.open.iter().rposition(|(open, _)| *open == quote) {
            self.open.truncate(opened);
        } else if self.open.len() < DEEPEST && !is_in_word(&text[..at - depth]) {
            self.open.push((quote, at + 1));
        }
    }
}

/// Whether a mark after these bytes is an apostrophe or a sign of inches. One letter may be a prefix of a string, or an option: `f"..."`, `-d"..."`.
fn is_in_word(before: &[u8]) -> bool {
    let letters = before.iter().rev().take(2).take_while(|b| b.is_ascii_alphanumeric() || !b.is_ascii()).count();
    letters == 2 || before.last().is_some_and(|b| letters == 1 && !b"bBrRuUfFdp".contains(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_string_is_told() {
        for (text, expected) in [
            ("{\"command\": \"@", Some(("\"", 0))),
            ("{\"a\": \"x\", \"b\": @", None),
            ("\"{\\\"command\\\": \\\"@", Some(("\"", 1))),
            ("Command '@", Some(("'", 0))),
            ("it's 5\" wide: @", None),
            ("bash -c \"echo 'x' && @", Some(("\"", 0))),
            ("f'cut \" off' @", None),
            ("\"the line before\n@", None),
            ("ran `@", Some(("`", 0))),
        ] {
            let place = text.find('@').unwrap();
            let (around, _) = Enclosed::default().around(text.as_bytes(), place);
            let told = around.map(|quote| (char::from(quote.mark).to_string(), quote.depth));
            assert_eq!(told, expected.map(|(mark, depth)| (mark.to_owned(), depth)), "{text}");
        }
    }
}
