//! Prompts on the command lines of programs that pass them on to a model: `llm -m claude-sonnet-4-5 'text'`.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::commands;
use super::keys::Keys;
use crate::redact::finding::Finding;
use crate::redact::line_leads::without_time;
use crate::redact::quoted::{self, Quote};

/// Fewest blanks in a prompt: other arguments are words.
const FEWEST_BLANKS: usize = 2;
/// How far after its program's name an argument is looked for, and the start of the line before it.
const FAR: usize = 4096;

static AUTOMATON: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(words()).ok());

/// The names of the programs, with the blank behind them.
pub(in crate::redact) fn words() -> &'static [String] {
    Keys::get().map_or(&[], Keys::assistants)
}

/// Adds the texts that such programs are given.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    let Some(automaton) = AUTOMATON.as_ref() else { return };
    let mut done = 0;
    for hit in automaton.find_iter(text) {
        if hit.start() >= done && begins_command(text, hit.start()) {
            done = arguments(text, hit.end(), quoted::before(text, hit.start()), found);
        }
    }
}

/// Whether a command with an argument in quotation marks may begin with the program's name that stands here.
pub(in crate::redact) fn may_begin(text: &[u8], name: Range<usize>) -> bool {
    let line = line_behind(text, name.end);
    memchr::memchr2(b'"', b'\'', &text[line]).is_some() && begins_command(text, name.start)
}

fn line_behind(text: &[u8], at: usize) -> Range<usize> {
    let near = text.len().min(at + FAR);
    at..memchr::memchr(b'\n', &text[at..near]).map_or(near, |newline| at + newline)
}

/// Whether a place is where a command begins: at the start of a line or of a string, behind a prompt, a number of a history, or another command.
fn begins_command(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(FAR);
    let start = memchr::memrchr(b'\n', &text[from..at]).map_or(from, |newline| from + newline + 1);
    let lead = without_time(&text[start..at]);
    let before = lead.trim_ascii_end();
    // A prompt and an operator have a blank behind them, and a string has none.
    let apart = before.len() < lead.len();
    match before.last() {
        None => true,
        // The history of zsh.
        Some(b';') if before.starts_with(b": 1") => true,
        // A shell that shows what it runs puts plus signs before it.
        Some(b'$' | b'%' | b'#' | b'>' | b'|' | b'&' | b';' | b'+') => apart,
        Some(b'(' | b'`' | b'"' | b'\'') => !apart,
        _ => before.iter().all(|b| b.is_ascii_digit() || b" *".contains(b)),
    }
}

/// Adds the texts among the arguments of a command; gives where it ends: with its line, or with the string that it stands in.
fn arguments(text: &[u8], at: usize, around: Option<Quote>, found: &mut Vec<Finding>) -> usize {
    let line = line_behind(text, at);
    let mut from = line.start;
    while let Some(mark) = memchr::memchr2(b'"', b'\'', &text[from..line.end]).map(|offset| from + offset) {
        let escapes = text[from..mark].iter().rev().take_while(|b| **b == b'\\').count();
        if around.is_some_and(|around| around.mark == text[mark] && around.depth == escapes) {
            return mark;
        }
        let Some((quote, start)) = quoted::opening_at(text, mark - escapes) else { break };
        let end = quoted::closing(&text[..line.end], start, quote).unwrap_or(line.end);
        let value = &text[start.min(end)..end];
        if memchr::memchr_iter(b' ', value).count() >= FEWEST_BLANKS {
            commands::push(text, start..end, found);
        }
        from = (end + quote.len()).min(line.end);
    }
    line.end
}

#[cfg(test)]
mod tests {
    use crate::redact::Redactor;

    #[test]
    fn what_an_assistant_is_told_goes_and_other_arguments_stay() {
        let redactor = Redactor::builder().build().unwrap();
        for (text, shown) in [
            (
                "$ llm -m claude-sonnet-4-5 'of the merger 4711'\n",
                "$ llm -m claude-sonnet-4-5 '[text of 18 characters]'\n",
            ),
            ("  506  llm \"of the merger\" --no-stream\n", "  506  llm \"[text of 13 characters]\" --no-stream\n"),
            ("cat a | llm -s 'of the merger' -t x\n", "cat a | llm -s '[text of 13 characters]' -t x\n"),
            ("goose run -t \"of the merger\"\n", "goose run -t \"[text of 13 characters]\"\n"),
            ("{\"cmd\":\"llm \\\"of the merger\\\"\"}\n", "{\"cmd\":\"llm \\\"[text of 13 characters]\\\"\"}\n"),
            ("run \"llm --help\" to see all of it\n", "run \"llm --help\" to see all of it\n"),
            ("the llm 'of the merger' failed\n", "the llm 'of the merger' failed\n"),
            ("$ llm models --query 'claude'\n", "$ llm models --query 'claude'\n"),
        ] {
            assert_eq!(redactor.redact_str(text), shown, "{text}");
        }
    }
}
