//! Wordings of HTTP libraries and systems, in all languages: a line that holds one is an error of a request.
//!
//! They stand in the rule file that triage reads, so that a new wording is one entry for both.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

const SOURCE: &str = include_str!("../triage/rules/transport.yaml");
/// Groups whose wordings also stand in lines that are no error.
const VAGUE: &[&str] = &["timeout:", "connection-failed:", "idle-drop:", "stream-cut:", "not-http:"];
/// Shortest wording that is looked for, in bytes.
const SHORTEST: usize = 9;

/// The first parts of all wordings that can stand for themselves.
fn phrases() -> impl Iterator<Item = &'static str> {
    let mut vague = false;
    SOURCE.lines().filter_map(move |line| {
        let Some(entry) = line.strip_prefix("  - ") else {
            vague = VAGUE.contains(&line) || (vague && !line.ends_with(':'));
            return None;
        };
        let text = entry.trim_matches(['"', '\'']).trim_end_matches('*');
        let telling =
            text.len() >= SHORTEST && !text.contains(" ... ") && text.contains([' ', '_']) || !text.is_ascii();
        (!vague && telling).then_some(text)
    })
}

/// Wordings outside ASCII: what makes a line worth a look, whatever the language of the system.
pub(super) fn foreign() -> impl Iterator<Item = &'static str> {
    // Without the first letter, which may be a capital one.
    phrases().filter(|text| !text.is_ascii()).map(|text| {
        let second = text.chars().next().map_or(0, char::len_utf8);
        &text[second..]
    })
}

/// The automaton, and the number of its patterns in ASCII, which come first and stand for whole words.
static FOUND: LazyLock<Option<(AhoCorasick, usize)>> = LazyLock::new(|| {
    let ascii: Vec<&str> = phrases().filter(|text| text.is_ascii()).collect();
    let count = ascii.len();
    let all = ascii.into_iter().chain(foreign());
    // Few lines are searched, so the automaton that is quick to build is the better one.
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::NoncontiguousNFA))
        .prefilter(false)
        .build(all)
        .ok()
        .map(|automaton| (automaton, count))
});

/// Where the first wording stands in a line.
pub(super) fn find(text: &str) -> Option<usize> {
    let word = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_alphanumeric);
    let (automaton, ascii) = FOUND.as_ref()?;
    let whole = |hit: &aho_corasick::Match| {
        hit.pattern().as_usize() >= *ascii || hit.start() == 0 || !(word(hit.start() - 1) && word(hit.start()))
    };
    automaton.find_iter(text).find(whole).map(|hit| hit.start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wordings_are_found_in_any_case_and_language() {
        for text in [
            "httpx.ConnectError: [Errno 113] No route to host",
            "[WinError 10061] Подключение не установлено, т.к. конечный компьютер отверг запрос",
            "接続を拒否されました - connect(2)",
            "Connexion refusée",
            "http: server gave HTTP response to HTTPS client",
        ] {
            assert!(find(text).is_some(), "{text}");
        }
        for text in ["the request was served in 20 ms", "timeoutSeconds: 30", "stream closed normally", "connected"] {
            assert_eq!(find(text), None, "{text}");
        }
        assert!(phrases().count() > 200 && foreign().count() > 50);
    }
}
