//! The passages of a failure: its texts, innermost first, folded for matching, each with its place in the packet.

use crate::model::failure::Failure;
use crate::model::{Collected, Evidence, Raw};

/// Longest text that is matched, in bytes: what decides stands at the front of an error text.
const LIMIT: usize = 16 * 1024;
/// Longest quotation in a reason, in characters.
const QUOTE: usize = 160;

/// JSON pointers of the links of a cause chain; a link deeper than that is pointed at by its list.
const LINKS: [&str; 12] = [
    "/failure/cause_chain/0",
    "/failure/cause_chain/1",
    "/failure/cause_chain/2",
    "/failure/cause_chain/3",
    "/failure/cause_chain/4",
    "/failure/cause_chain/5",
    "/failure/cause_chain/6",
    "/failure/cause_chain/7",
    "/failure/cause_chain/8",
    "/failure/cause_chain/9",
    "/failure/cause_chain/10",
    "/failure/cause_chain/11",
];

/// One text of a failure. It is captured text: it never leaves but inside [`Raw`].
pub(crate) struct Passage {
    /// Where it stands in the packet.
    pub(crate) pointer: &'static str,
    /// Its line in the input, where known.
    pub(crate) line: Option<u64>,
    /// Folded: lower case, white space collapsed, typographic quotes made plain.
    folded: String,
    /// For each byte of `folded`, the byte of the original it comes from.
    origin: Vec<u32>,
    original: String,
}

impl Passage {
    /// Folds a text.
    #[must_use]
    pub(crate) fn new(pointer: &'static str, line: Option<u64>, text: &str) -> Self {
        let mut end = text.len().min(LIMIT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let original = text[..end].to_owned();
        let (mut folded, mut origin) = (String::with_capacity(end), Vec::with_capacity(end));
        for (at, letter) in original.char_indices() {
            let blank = letter.is_whitespace() || letter == '\u{a0}';
            if blank && (folded.is_empty() || folded.ends_with(' ')) {
                continue;
            }
            match letter {
                _ if blank => folded.push(' '),
                '\u{2018}' | '\u{2019}' => folded.push('\''),
                '\u{201c}' | '\u{201d}' => folded.push('"'),
                '\u{ff1a}' => folded.push(':'),
                _ => folded.extend(letter.to_lowercase()),
            }
            #[allow(clippy::cast_possible_truncation)] // below LIMIT
            origin.resize(folded.len(), at as u32);
        }
        Self { pointer, line, folded, origin, original }
    }

    /// The folded text, for matching only.
    #[must_use]
    pub(crate) fn folded(&self) -> &str {
        &self.folded
    }

    /// A short quotation of the original, around a byte of the folded text.
    #[must_use]
    pub(crate) fn quote(&self, at: usize) -> String {
        let at = self.origin.get(at).copied().unwrap_or_default() as usize;
        let line_start = self.original[..at].rfind('\n').map_or(0, |end| end + 1);
        let start = if self.original[line_start..at].chars().count() > QUOTE / 2 { at } else { line_start };
        let words = self.original[start..].split('\n').next().unwrap_or_default();
        let words: Vec<&str> = words.split_whitespace().collect();
        let words = words.join(" ");
        match words.char_indices().nth(QUOTE) {
            Some((end, _)) => format!("{} ...", &words[..end]),
            None => words,
        }
    }
}

fn line_of<T>(evidence: &Evidence<Collected, T>) -> Option<u64> {
    evidence.provenance().and_then(|provenance| provenance.line)
}

fn text_of(evidence: &Evidence<Collected, Raw<String>>) -> Option<&str> {
    evidence.value().map(|text| text.expose().as_str())
}

/// The texts that may tell what went wrong, innermost first.
#[must_use]
pub(crate) fn of(failure: &Failure<Collected>) -> Vec<Passage> {
    let mut passages = Vec::new();
    let message = text_of(&failure.error_message);
    let message_line = line_of(&failure.error_message);
    for (at, link) in failure.cause_chain.iter().enumerate().rev() {
        let part = |text: &Option<Raw<String>>| text.as_ref().map(|raw| raw.expose().clone()).unwrap_or_default();
        let (class, code) = (part(&link.class), part(&link.code));
        // A code without a class of its own is that of the error itself.
        let outer = text_of(&failure.exception_class).filter(|_| at == 0 && link.message.expose().is_empty());
        let class = if class.is_empty() { outer.unwrap_or_default().to_owned() } else { class };
        let class = if class.is_empty() { class } else { format!("{class}: ") };
        let text = format!("{class}{} {code}", link.message.expose());
        let line = link.line.or_else(|| message_line.filter(|_| message == Some(link.message.expose())));
        passages.push(Passage::new(LINKS.get(at).copied().unwrap_or("/failure/cause_chain"), line, &text));
    }
    let mut push = |pointer, evidence: &Evidence<Collected, Raw<String>>| {
        if let Some(text) = text_of(evidence) {
            passages.push(Passage::new(pointer, line_of(evidence), text));
        }
    };
    push("/failure/error_message", &failure.error_message);
    push("/failure/error_string", &failure.error_string);
    push("/failure/exception_class", &failure.exception_class);
    if let Some(response) = failure.response.value() {
        let line = line_of(&failure.response);
        if let Some(body) = &response.body_text {
            passages.push(Passage::new("/failure/response/body_text", line, body.expose()));
        }
    }
    passages
}

/// The response headers as `name: value` passages.
#[must_use]
pub(crate) fn headers(failure: &Failure<Collected>) -> Vec<Passage> {
    let line = line_of(&failure.response);
    let list = failure.response.value().map(|response| &response.headers);
    let passage = |(name, value): (&&'static str, &Raw<String>)| {
        Passage::new("/failure/response/headers", line, &format!("{name}: {}", value.expose()))
    };
    list.into_iter().flatten().map(passage).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_keeps_the_way_back_to_the_original() {
        let passage = Passage::new("/failure/error_string", Some(3), "First\n  It\u{2019}s  ÜBERLASTET now\nlast");
        assert_eq!(passage.folded(), "first it's überlastet now last");
        let at = passage.folded().find("überlastet").unwrap();
        assert_eq!(passage.quote(at), "It\u{2019}s ÜBERLASTET now");
    }

    #[test]
    fn long_lines_are_quoted_around_the_hit() {
        let text = format!("{} ECONNREFUSED {}", "x".repeat(300), "y".repeat(300));
        let passage = Passage::new("/failure/error_string", None, &text);
        let quote = passage.quote(passage.folded().find("econnrefused").unwrap());
        assert!(quote.starts_with("ECONNREFUSED") && quote.ends_with("...") && quote.len() < 200);
    }
}
