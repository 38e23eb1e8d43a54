//! Tests of the escaping: known traps, and properties over hostile text read back by a Markdown parser.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;

fn options() -> Options {
    let mut all = Options::all();
    // A footnote or a definition list would need a form that no template writes; old footnotes exclude the new ones.
    all.remove(Options::ENABLE_OLD_FOOTNOTES);
    // Curly quotes and dashes change no meaning.
    all.remove(Options::ENABLE_SMART_PUNCTUATION);
    all
}

/// The text outside code and the text inside code, or the first element that should not be there.
fn read(markdown: &str, allowed: fn(&Tag<'_>) -> bool) -> Result<(String, Vec<String>), String> {
    let (mut outside, mut inside, mut fenced) = (String::new(), Vec::new(), false);
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                fenced = true;
                inside.push(String::new());
            }
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => fenced = false,
            Event::Text(text) if fenced => inside.last_mut().unwrap().push_str(&text),
            Event::Text(text) => outside.push_str(&text),
            Event::Code(text) => inside.push(text.to_string()),
            Event::SoftBreak | Event::End(_) => outside.push(' '),
            Event::Start(tag) if allowed(&tag) => {}
            other => return Err(format!("{other:?} in {markdown:?}")),
        }
    }
    Ok((outside, inside))
}

fn paragraph(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Paragraph)
}

fn table(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell)
}

fn item(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::List(None) | Tag::Item | Tag::Paragraph)
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("`".to_owned()),
        Just("```".to_owned()),
        Just("~~~".to_owned()),
        Just("|".to_owned()),
        Just("\\".to_owned()),
        Just("\\|".to_owned()),
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("<img src=x onerror=y>".to_owned()),
        Just("[a](http://e.example)".to_owned()),
        Just("![a](b)".to_owned()),
        Just("@octocat".to_owned()),
        Just("https://e.example/x".to_owned()),
        Just("www.e.example".to_owned()),
        Just("<!--".to_owned()),
        Just("# h".to_owned()),
        Just("- item".to_owned()),
        Just("1. item".to_owned()),
        Just("> quote".to_owned()),
        Just("---".to_owned()),
        Just("**b**".to_owned()),
        Just("_i_".to_owned()),
        Just("~~s~~".to_owned()),
        Just("&lt;".to_owned()),
        Just("$x$".to_owned()),
        Just("[x]: http://e.example".to_owned()),
        Just("#12".to_owned()),
        Just(":smile:".to_owned()),
        Just("\u{202e}".to_owned()),
        Just("\x1b[31m".to_owned()),
        Just("{#id}".to_owned()),
        Just("[^1]".to_owned()),
        Just("[!NOTE]".to_owned()),
        Just("a@b.example".to_owned()),
        Just(": def".to_owned()),
        Just("[[wiki]]".to_owned()),
        Just("||spoiler||".to_owned()),
        Just("H~2~O^2^".to_owned()),
        Just("    code".to_owned()),
        Just("[anthropic-api-key-1]".to_owned()),
        Just("+++".to_owned()),
        Just("{% x %}".to_owned()),
        Just(" ".to_owned()),
        Just("\"".to_owned()),
        Just(" \"*a* `b`\" ".to_owned()),
        "[ -~]{0,6}",
        "\\PC{0,4}",
    ];
    proptest::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn code_is_code_and_nothing_else(text in hostile()) {
        let (outside, inside) = read(&format!("x {} y", code(&text, 10_000)), paragraph).map_err(TestCaseError::fail)?;
        let shown = visible(&text, Lines::Joined).trim().to_owned();
        if shown.is_empty() {
            prop_assert_eq!(outside.trim(), "x (empty) y");
        } else {
            prop_assert_eq!(inside, vec![shown]);
            prop_assert_eq!(outside.trim(), "x  y");
        }
    }

    #[test]
    fn a_table_keeps_its_cells(text in hostile()) {
        let markdown = format!("| a | b |\n|---|---|\n| {} | {} |\n| p | q |\n", cell(&text, 10_000), prose(&text));
        let parsed = read(&markdown, table);
        prop_assert!(parsed.is_ok(), "{:?}", parsed);
        let rows = Parser::new_ext(&markdown, options()).filter(|e| matches!(e, Event::Start(Tag::TableRow))).count();
        let cells = Parser::new_ext(&markdown, options()).filter(|e| matches!(e, Event::Start(Tag::TableCell))).count();
        prop_assert_eq!((rows, cells), (2, 6), "{}", markdown);
    }

    #[test]
    fn a_sentence_stays_a_sentence(text in hostile()) {
        for markdown in [prose(&text), format!("Why: {}", prose(&text))] {
            let (outside, _) = read(&markdown, paragraph).map_err(TestCaseError::fail)?;
            for mark in ["@", "://", "www."] {
                prop_assert!(!outside.to_lowercase().contains(mark), "{} outside code in {}", mark, markdown);
            }
        }
        let listed = read(&format!("- {}\n- next\n", prose(&text)), item);
        prop_assert!(listed.is_ok(), "{:?}", listed);
    }

    #[test]
    fn a_fence_holds_what_it_is_given(text in hostile()) {
        let (outside, inside) = read(&format!("{}\nafter\n", fence(&text, "text")), paragraph).map_err(TestCaseError::fail)?;
        prop_assert_eq!(outside.trim(), "after");
        let shown = visible(&text, Lines::Kept).into_owned();
        let held = inside.concat();
        prop_assert_eq!(held.trim_end_matches('\n'), shown.trim_end_matches('\n'));
    }

    #[test]
    fn nothing_hidden_is_left(text in "\\PC{0,40}|[\\x00-\\x1f\u{80}-\u{9f}\u{200b}-\u{206f}]{0,10}") {
        for out in [code(&text, 10_000), cell(&text, 10_000), prose(&text), line(&text)] {
            prop_assert!(!out.chars().any(super::super::visible::is_hidden), "{:?}", out);
        }
    }
}

#[test]
fn plain_words_read_as_they_are() {
    let text = "The client's own timer (timeout_seconds) ran out after 600 s; see ANTHROPIC_BASE_URL.";
    assert_eq!(prose(text), text);
}

#[test]
fn urls_mentions_and_placeholders_become_code() {
    assert_eq!(prose("open https://status.claude.com, then ask"), "open `https://status.claude.com`, then ask");
    assert_eq!(
        prose("api.anthropic.com, evil.com/x, error.log, 10.0.0.1, Node.js"),
        "`api.anthropic.com`, `evil.com/x`, error.log, 10.0.0.1, Node.js"
    );
    assert_eq!(prose("by @dana (see #12)"), "by `@dana` (see `#12`)");
    assert_eq!(prose("set to [anthropic-api-key-1]."), "set to `[anthropic-api-key-1]`.");
    assert_eq!(prose("`x-api-key` was `a|b`"), "`x-api-key` was `a`\\|`b`");
}

#[test]
fn quotations_with_marks_become_code() {
    assert_eq!(prose("The text says \"[Errno 111] refused\", so"), "The text says `[Errno 111] refused`, so");
    assert_eq!(prose("It says \"Connection error.\" and no more"), "It says \"Connection error.\" and no more");
    assert_eq!(prose("7\" disk \"open"), "7\" disk \"open");
    assert_eq!(prose("0.1.0 and 1. and"), "0.1.0 and 1. and");
    assert_eq!(prose("1. and"), "1\\. and");
}

#[test]
fn a_cut_is_said() {
    assert_eq!(code("abcdef", 3), "`abc`… (cut; 6 characters in all)");
    assert_eq!(code("", 3), "(empty)");
    assert_eq!(code("`", 3), "`` ` ``");
}
