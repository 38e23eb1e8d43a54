//! One word for all that say the same: `couldn't connect` and `unable to connect` are one wording, and so are `expired` and
//! `revoked`. Where no wording of the rule files is found as it stands, text and wordings are compared in these words, which are data: `synonyms.yaml`.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

type Rows = Vec<Vec<&'static str>>;

// The file is part of the program; a test reads it.
static ROWS: LazyLock<Rows> = LazyLock::new(|| crate::data::read(data!("ingest/synonyms")).unwrap_or_default());

/// The automaton, and the row of each of its patterns.
static FOUND: LazyLock<Option<(AhoCorasick, Vec<usize>)>> = LazyLock::new(|| {
    let all = || ROWS.iter().enumerate().flat_map(|(row, words)| words.iter().map(move |word| (row, *word)));
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::NoncontiguousNFA))
        .prefilter(false)
        .build(all().map(|(_, word)| word))
        .ok()?;
    Some((automaton, all().map(|(row, _)| row).collect()))
});

/// A text in lower case with one word for all that say the same.
pub(crate) fn plain(text: &str) -> String {
    let Some((automaton, rows)) = FOUND.as_ref() else { return text.to_owned() };
    let word = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_alphanumeric);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(hit) = automaton.find(aho_corasick::Input::new(text).range(from..)) {
        let whole = (hit.start() == 0 || !word(hit.start() - 1)) && !word(hit.end());
        let end =
            if whole { hit.end() } else { hit.start() + text[hit.start()..].chars().next().map_or(1, char::len_utf8) };
        out.push_str(&text[from..hit.start()]);
        let row = rows.get(hit.pattern().as_usize()).copied().unwrap_or_default();
        out.push_str(if whole { ROWS[row][0] } else { &text[hit.start()..end] });
        from = end;
    }
    out.push_str(&text[from..]);
    out
}

/// The plain words of a wording, where they still tell something: several words, and not only such as stand for many.
pub(crate) fn telling(wording: &str) -> Option<String> {
    const SHORTEST: usize = 10;
    let plain = plain(wording);
    let mut rest = plain.clone();
    let mut rows = 0;
    for row in ROWS.iter() {
        let without = rest.replace(row[0], "");
        rows += usize::from(without.len() < rest.len());
        rest = without;
    }
    let words = rest.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1).count();
    // That something was not done says little without more than what.
    let vague = rows > 1 && words == 0 || ROWS.first().is_some_and(|row| plain.contains(row[0])) && words < 2;
    (plain.len() >= SHORTEST && plain.contains(' ') && !vague).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_meaning_become_one_and_parts_of_words_stay() {
        assert_eq!(plain("couldn't connect to the service"), "cannot connect to the server");
        assert_eq!(plain("the token was revoked"), plain("the token was expired"));
        assert_eq!(plain("losthost and overtaken"), "losthost and overtaken");
        assert_eq!(plain("ключ недействителен"), "ключ недействителен");
    }

    #[test]
    fn rows_are_in_lower_case_and_no_word_stands_in_two() {
        let rows: Rows = crate::data::read(data!("ingest/synonyms")).unwrap();
        let all: Vec<&str> = rows.iter().flat_map(|row| row.iter().copied()).collect();
        assert!(rows.len() > 20 && rows.iter().all(|row| row.len() > 1));
        for (at, word) in all.iter().enumerate() {
            assert_eq!(*word, word.to_lowercase());
            assert!(!all[at + 1..].contains(word), "{word}");
        }
    }
}
