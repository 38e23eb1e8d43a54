//! Wordings of HTTP libraries and systems, in all languages: a line that holds one is an error of a request.
//!
//! They stand in the rule files that triage reads, so that a new wording is one entry for both.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::{schema, synonyms};

const SOURCE: &str = include_str!("../triage/rules/transport.yaml");
const LOCAL: &str = include_str!("../triage/rules/local.yaml");
const ANSWERS: &str = include_str!("../triage/rules/answers.yaml");
const RESPONDERS: &str = include_str!("../triage/rules/responders.yaml");
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

/// A text without its first letter, which may be a capital one.
fn tail(text: &str) -> &str {
    let second = text.chars().next().map_or(0, char::len_utf8);
    &text[second..]
}

/// Wordings outside ASCII: what makes a line worth a look, whatever the language of the system. Of a language with capital
/// letters it is one word, since any word of a wording may begin with one.
pub(super) fn foreign() -> impl Iterator<Item = &'static str> {
    /// Shortest word that does not stand in every other line, in bytes.
    const TELLING: usize = 6;
    phrases().filter(|text| !text.is_ascii()).map(|text| {
        let words = text.split(' ').filter(|word| !word.is_ascii() && word.chars().any(char::is_lowercase));
        let word = words.map(tail).max_by_key(|word| word.len()).filter(|word| word.len() >= TELLING);
        word.unwrap_or_else(|| tail(text))
    })
}

/// The automaton, and the number of its patterns in ASCII, which come first and stand for whole words.
static FOUND: LazyLock<Option<(AhoCorasick, usize)>> = LazyLock::new(|| {
    let ascii: Vec<&str> = phrases().filter(|text| text.is_ascii()).collect();
    let count = ascii.len();
    let all = ascii.into_iter().chain(phrases().filter(|text| !text.is_ascii()).map(tail));
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
    if text.contains('’') {
        return find(&text.replace('’', "'")).map(|_| 0);
    }
    let word = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_alphanumeric);
    let (automaton, ascii) = FOUND.as_ref()?;
    let whole = |hit: &aho_corasick::Match| {
        hit.pattern().as_usize() >= *ascii || hit.start() == 0 || !(word(hit.start() - 1) && word(hit.start()))
    };
    automaton.find_iter(text).find(whole).map(|hit| hit.start())
}

/// What a text speaks of, by all wordings of the rule files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Says {
    /// The client refused.
    pub(super) local: bool,
    /// The way to the answer failed, or the caller stopped.
    pub(super) transport: bool,
    /// An answer came.
    pub(super) answer: bool,
    /// Where the first of these wordings stands, in bytes; 0 where there is none.
    pub(super) first: usize,
}

impl Says {
    /// Whether it speaks of any of them.
    pub(super) const fn any(self) -> bool {
        self.local || self.transport || self.answer
    }
}

/// All wordings that stand for themselves, and the file that each is of: local, transport, answers.
static EVERY: LazyLock<Option<(AhoCorasick, Vec<usize>)>> = LazyLock::new(|| {
    let (mut texts, mut files) = (Vec::new(), Vec::new());
    for (file, source) in [LOCAL, SOURCE, ANSWERS].into_iter().enumerate() {
        for entry in source.lines().filter_map(|line| line.strip_prefix("  - ")) {
            let text = entry.trim_matches(['"', '\'']).trim_end_matches('*');
            if !text.contains(" ... ") {
                texts.push(text);
                files.push(file);
            }
        }
    }
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::NoncontiguousNFA))
        .prefilter(false)
        .build(texts)
        .ok()?;
    Some((automaton, files))
});

/// All wordings and all marks of who answered, for places where a line was broken.
static SPANNING: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let sources = [LOCAL, SOURCE, ANSWERS, RESPONDERS].into_iter();
    let entries = sources.flat_map(|source| source.lines().filter_map(|line| line.strip_prefix("  - ")));
    let texts = entries.map(|entry| entry.trim_matches(['"', '\'']).trim_end_matches('*'));
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::NoncontiguousNFA))
        .prefilter(false)
        .build(texts.filter(|text| text.contains(' ') && !text.contains(" ... ")))
        .ok()
});

/// Whether two lines make a wording together, when a space stands between them.
pub(super) fn spans(line: &str, next: &str) -> bool {
    const NEAR: usize = 80;
    let from = line.char_indices().rev().take(NEAR).last().map_or(0, |(at, _)| at);
    let text = format!("{} {}", &line[from..], super::words::cut(next, NEAR));
    let joint = line.len() - from;
    SPANNING.as_ref().is_some_and(|all| {
        all.find_overlapping_iter(text.as_str()).any(|hit| hit.start() < joint && hit.end() > joint + 1)
    })
}

/// Whether a wording ends with the first line or begins with the second one, and would lose its border without a space between.
pub(super) fn touches(line: &str, next: &str) -> bool {
    const NEAR: usize = 80;
    let letters = line.ends_with(char::is_alphanumeric) && next.starts_with(char::is_alphanumeric);
    let Some(all) = SPANNING.as_ref().filter(|_| letters) else { return false };
    let from = line.char_indices().rev().take(NEAR).last().map_or(0, |(at, _)| at);
    let (before, after) = (&line[from..], super::words::cut(next, NEAR));
    all.find_overlapping_iter(before).any(|hit| hit.end() == before.len())
        || all.find_overlapping_iter(after).any(|hit| hit.start() == 0)
}

/// All wordings of several words, in plain words.
static PLAIN: LazyLock<Option<(AhoCorasick, Vec<usize>)>> = LazyLock::new(|| {
    let (mut texts, mut files) = (Vec::new(), Vec::new());
    for (file, source) in [LOCAL, SOURCE, ANSWERS].into_iter().enumerate() {
        for entry in source.lines().filter_map(|line| line.strip_prefix("  - ")) {
            let entry = entry.trim_matches(['"', '\'']).trim_end_matches('*');
            if let Some(text) = synonyms::telling(entry).filter(|_| !entry.contains(" ... ")) {
                texts.push(text);
                files.push(file);
            }
        }
    }
    let automaton =
        AhoCorasick::builder().kind(Some(AhoCorasickKind::NoncontiguousNFA)).prefilter(false).build(texts).ok()?;
    Some((automaton, files))
});

/// What a text speaks of when one word stands for all that say the same.
pub(super) fn says_plainly(text: &str) -> Says {
    search(&synonyms::plain(&text.to_lowercase()), PLAIN.as_ref())
}

/// What a text speaks of.
pub(super) fn says(text: &str) -> Says {
    let says = search(text, EVERY.as_ref());
    // What is wrong at a place in the request, only an answer tells.
    match schema::place(text).filter(|_| !says.answer) {
        Some(at) => Says { answer: true, first: if says.any() { says.first.min(at) } else { at }, ..says },
        None => says,
    }
}

fn search(text: &str, rules: Option<&(AhoCorasick, Vec<usize>)>) -> Says {
    let mut says = Says::default();
    let Some((automaton, files)) = rules else { return says };
    let word = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_alphanumeric);
    for hit in automaton.find_overlapping_iter(text) {
        let whole = |at: usize| at == 0 || !(word(at - 1) && word(at));
        if !text.is_ascii() || (whole(hit.start()) && whole(hit.end())) {
            says.first = if says.any() { says.first.min(hit.start()) } else { hit.start() };
            match files.get(hit.pattern().as_usize()) {
                Some(0) => says.local = true,
                Some(1) => says.transport = true,
                _ => says.answer = true,
            }
        }
    }
    says
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

    #[test]
    fn texts_tell_whether_a_client_the_way_or_an_answer_speaks() {
        assert!(says("HTTP 429 rate limit exceeded").answer);
        assert!(says("Connection error.").transport && !says("Connection error.").answer);
        assert!(says("Not logged in").local);
        assert_eq!(says("all went well"), Says::default());
    }
}
