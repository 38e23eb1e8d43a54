//! Prompts on command lines: `claude -p "..."`, `--prompt "..."`, and the data of `curl` where it is not JSON.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::documents::here_document;
use super::enclosed::Enclosed;
use super::keys::Keys;
use super::{BY_COMMAND, KIND_NAME, said, shape_of};
use crate::redact::finding::{Finding, Rank};
use crate::redact::quoted::Quote;
use crate::redact::{placeholder, quoted};

/// Options whose argument is a prompt or a body.
pub(super) const OPTIONS: &[&str] = &[
    "--prompt",
    "--system-prompt",
    "--append-system-prompt",
    "--message",
    "--user-prompt",
    "--question",
    "--instruction",
    "--instructions",
    "--user-message",
    "--ask",
    "--persona",
    "--arg ",
    "--data",
    "--data-raw",
    "--data-binary",
    "--data-urlencode",
    "--data-ascii",
    "--json",
    "-d ",
    "-d'",
    "-d\"",
    "-d$",
    "'-p'",
    "\"-p\"",
    "\\\"-p\\\"",
    "'--print'",
    "\"--print\"",
    "'--prompt'",
    "\"--prompt\"",
    "'--ask'",
    "\"--ask\"",
    "'--question'",
    "\"--question\"",
    "'--system-prompt'",
    "\"--system-prompt\"",
    "'--append-system-prompt'",
    "\"--append-system-prompt\"",
    "claude ",
    "claude.exe ",
    "claude.cmd ",
    "claude-code ",
];

/// How far after its program's name the option is looked for that makes a command print.
const FAR: usize = 4096;

/// Longest command line that is searched for its options at once: a limit to the work on hostile input.
const LONGEST_LINE: usize = 64 * 1024;

/// The option of `jq` that gives a variable a text.
const VARIABLE: &str = "--arg ";
static AUTOMATON: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().match_kind(aho_corasick::MatchKind::LeftmostLongest).build(OPTIONS).ok());

/// Adds prompts on command lines.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    let Some(automaton) = AUTOMATON.as_ref() else { return };
    let mut done = 0;
    let mut strings = Enclosed::default();
    for hit in automaton.find_iter(text) {
        if hit.start() < done || !begins_word(text, hit.start()) {
            continue;
        }
        let option = OPTIONS[hit.pattern().as_usize()];
        if option.ends_with(['\'', '"']) && !option.starts_with("-d") {
            done = list_argument(text, hit.start(), hit.end(), found).unwrap_or(done);
        } else if option.starts_with("claude") {
            done = claude(text, hit.start(), hit.end(), &mut strings, found);
        } else if option == VARIABLE {
            done = variable(text, hit.end(), found).unwrap_or(done);
        } else if let Some(argument) = argument(text, hit.end() - usize::from(option.starts_with("-d")), option) {
            done = argument.end;
            let value = &text[argument.clone()];
            let is_body = option.starts_with("--data") || option.starts_with("-d") || option == "--json";
            let structured = matches!(value.trim_ascii_start().first(), Some(b'{' | b'[' | b'@' | b'$' | b'<') | None)
                || value.starts_with(b"\\{");
            if is_body && (structured || !is_curl(text, hit.start())) {
                done = hit.end();
                continue;
            }
            push(text, argument, found);
        }
    }
}

/// The argument that follows a quoted option in a list: `['claude', '-p', '...']`.
fn list_argument(text: &[u8], name: usize, at: usize, found: &mut Vec<Finding>) -> Option<usize> {
    let option = text[name..at].iter().filter(|b| !b"\\\"'".contains(b)).copied().collect::<Vec<u8>>();
    // These two mean other things elsewhere.
    let means_more = matches!(&option[..], b"-p" | b"--print");
    let of_claude = memchr::memmem::rfind(&text[name.saturating_sub(400)..name], b"claude").is_some();
    // Node shows what it started without the program's name: `spawnargs: [ '-p', 'text' ]`.
    let of_node = || memchr::memmem::rfind(&text[name.saturating_sub(SPAWNED)..name], b"spawnargs").is_some();
    if means_more && !of_claude && !of_node() {
        return None;
    }
    let comma = at + text[at..].iter().take(8).take_while(|b| **b == b' ').count();
    // The log of audit numbers arguments: `a1="-p" a2="text"`.
    let numbered =
        text.get(comma..comma + 3).is_some_and(|next| next[0] == b'a' && next[1].is_ascii_digit() && next[2] == b'=');
    if text.get(comma) != Some(&b',') && !numbered {
        return None;
    }
    let value = if numbered { comma + 3 } else { super::walker::skip_blank(text, comma + 1) };
    let (quote, start) = quoted::opening_at(text, value)?;
    let end = quoted::closing(text, start, quote)
        .unwrap_or_else(|| memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |offset| start + offset));
    let value = &text[start..end];
    let is_text = if means_more && !of_claude { said::is_said(value) } else { of_claude || value.contains(&b' ') };
    if is_text && !value.starts_with(b"--") {
        push(text, start..end, found);
    }
    Some(end)
}

/// How far before an option the word stands that Node shows arguments behind.
const SPAWNED: usize = 200;

/// Fewest blanks of a text that a variable of `jq` is given: it is handed other things as well.
const FEWEST_BLANKS: usize = 2;

/// Takes the text of several words that a variable of `jq` is given: `--arg name 'text'`.
fn variable(text: &[u8], at: usize, found: &mut Vec<Finding>) -> Option<usize> {
    let name = text[at..].iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let value = at + name + usize::from(text.get(at + name) == Some(&b' '));
    let (quote, start) = quoted::opening_at(text, value)?;
    let end = shell_end(text, start, quote);
    let blanks = memchr::memchr_iter(b' ', &text[start..end]).count();
    if name > 0 && blanks >= FEWEST_BLANKS {
        push(text, start..end, found);
    }
    Some(end)
}

/// Whether an option that stands here may hold a prompt.
pub(super) fn may_begin(text: &[u8], start: usize, end: usize) -> bool {
    if !begins_word(text, start) {
        return false;
    }
    let rest = &text[end..text.len().min(end + FAR)];
    !text[start..].starts_with(b"claude")
        || rest.first().is_none_or(|b| matches!(b, b'"' | b'\'' | b'-' | b'\n'))
        || memchr::memmem::find(rest, b"-p").is_some()
        || memchr::memmem::find(rest, b"--print").is_some()
}

fn begins_word(text: &[u8], at: usize) -> bool {
    at == 0
        || matches!(
            text[at - 1],
            b' ' | b'\t'
                | b'\n'
                | b'\''
                | b'"'
                | b'`'
                | b'/'
                | b'$'
                | b'('
                | b'|'
                | b'&'
                | b';'
                | b'>'
                | b','
                | b'['
                | b'\\'
                | b'@'
                | b'='
        )
}

/// Whether a `curl` stands before on the same command, continued lines included.
fn is_curl(text: &[u8], at: usize) -> bool {
    memchr::memmem::rfind(&text[at.saturating_sub(2000)..at], b"curl").is_some()
}

/// The argument of an option.
fn argument(text: &[u8], at: usize, option: &str) -> Option<Range<usize>> {
    let mut from = at + usize::from(option.starts_with("-d"));
    if option.starts_with("-d") {
        from = at + usize::from(text.get(at) == Some(&b' '));
    }
    if matches!(text.get(from), Some(b'=' | b' ')) {
        from += 1;
    } else if option.starts_with("--") {
        return None;
    }
    from += text[from..].iter().take(16).take_while(|b| **b == b' ').count();
    if option.starts_with("--") && is_placeholder(&text[from..]) {
        return None;
    }
    if text.get(from) == Some(&b'$') && text.get(from + 1) == Some(&b'\'') {
        from += 1;
    }
    if let Some((quote, start)) = quoted::opening_at(text, from) {
        let end = shell_end(text, start, quote);
        return Some(start..end);
    }
    let rest = &text[from..text.len().min(from + FAR)];
    let is_worded =
        ["prompt", "question", "instruction", "instructions", "message"].iter().any(|word| option.ends_with(word));
    let length =
        if is_worded { words_length(rest) } else { rest.iter().take_while(|b| !b.is_ascii_whitespace()).count() };
    let length = before_closing(&rest[..length]);
    (length > 0 && text[from] != b'-').then_some(from..from + length)
}

/// Whether a page of help says what an option takes: `--prompt PROMPT`, `--prompt <text>`.
fn is_placeholder(argument: &[u8]) -> bool {
    let near = &argument[..argument.len().min(32)];
    if near.first() == Some(&b'<') {
        return near.iter().position(|b| *b == b'>').is_some_and(|end| !near[..end].contains(&b' '));
    }
    let name = near.iter().take_while(|b| b.is_ascii_uppercase() || b"_-".contains(b)).count();
    let after = &argument[name..];
    name > 2 && (after.is_empty() || b"]>\n\r".contains(&after[0]) || after.starts_with(b"  "))
}

/// Length of the words of a prompt whose quotes were lost, as in a list of processes: up to the next option or what a shell reads as its own.
fn words_length(rest: &[u8]) -> usize {
    let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    let next = line.windows(2).position(|two| two[0] == b' ' && b"-|<>&;".contains(&two[1]));
    line[..next.unwrap_or(line.len())].trim_ascii_end().len()
}

/// Length of words up to the mark that ends the string around them.
fn before_closing(word: &[u8]) -> usize {
    let ends =
        |at: &usize| b"\"'`".contains(&word[*at]) && word.get(at + 1).is_none_or(|next| b",;:}])\"'`\\".contains(next));
    let close = (1..word.len()).find(ends).unwrap_or(word.len());
    let escape = if close < word.len() { word[..close].iter().rev().take_while(|b| **b == b'\\').count() } else { 0 };
    close - escape
}

/// Where a shell string ends: at its mark, over lines; without one, at the end of the text.
fn shell_end(text: &[u8], start: usize, quote: quoted::Quote) -> usize {
    let mut at = start;
    while let Some(close) = memchr::memchr(quote.mark, &text[at..]).map(|offset| at + offset) {
        let run = text[start..close].iter().rev().take_while(|b| **b == b'\\').count();
        if run == quote.depth || (quote.mark == b'\'' && quote.depth == 0) {
            return close - quote.depth.min(run);
        }
        at = close + 1;
    }
    memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |end| start + end)
}

/// The prompts of one `claude` command, which may stand in a string; gives where it ends: with that string, else with its line.
fn claude(text: &[u8], name: usize, at: usize, strings: &mut Enclosed, found: &mut Vec<Finding>) -> usize {
    let near = text.len().min(at + LONGEST_LINE);
    let end = memchr::memchr(b'\n', &text[at..near]).map_or(near, |offset| at + offset);
    let line = &text[at..end];
    let head = &line[..line.len().min(FAR)];
    let mut options = memchr::memmem::find_iter(head, b"-p");
    let is_option = |at: usize| head.get(at + 2).is_none_or(|b| !b.is_ascii_alphanumeric() && !b"-_=".contains(b));
    let prints = options.any(is_option)
        || memchr::memmem::find(head, b"--print").is_some()
        || line.trim_ascii_end().ends_with(b"-p");
    let bare = prints || line.starts_with(b"--");
    let is_command = bare || line.first().is_some_and(|b| matches!(b, b'"' | b'\'')) || is_short_option(line);
    if !is_command {
        return at;
    }
    // What is piped into it is a prompt as well.
    let (around, start) = strings.around(text, name);
    let head = &text[start..name];
    let piped = head.trim_ascii_end().ends_with(b"|");
    if piped && let Some(echo) = memchr::memmem::find(head, b"echo ").or_else(|| memchr::memmem::find(head, b"printf "))
    {
        piped_strings(text, start + echo..name, found);
    }
    let document = piped && memchr::memmem::find(head, b"cat ").is_some();
    let end_of_document = here_document(text, if document { start } else { at }, end, found);
    // Nothing but options, in a sentence.
    let told_of = !prints && said::is_sentence_before(head);
    let end_of_string = arguments(text, at..end, around, (bare, told_of), found);
    end_of_document.or(end_of_string).unwrap_or(end)
}

/// Whether a command begins with an option of one letter: `claude -c "text"`. Pages of help say of it what it does.
fn is_short_option(line: &[u8]) -> bool {
    matches!(line, [b'-', letter, b' ', ..] if letter.is_ascii_alphabetic())
}

/// Removes what a `claude` command is told, words without quotation marks included where it says that it is told some and no sentence goes on with them; gives
/// where the string ends that the command stands in.
fn arguments(
    text: &[u8],
    command: Range<usize>,
    around: Option<Quote>,
    (bare, told_of): (bool, bool),
    found: &mut Vec<Finding>,
) -> Option<usize> {
    let Range { start: mut from, end } = command;
    // Whether a string before was the prompt, of which a command has one: what follows it without quotes is no longer of the command.
    let mut prompted = false;
    let mut takes_string = false;
    let mut takes_word = false;
    let before = found.len();
    while from < end {
        let blanks = text[from..end].iter().take_while(|b| **b == b' ').count();
        // What a shell shows at the right of a line is no part of the command.
        if blanks >= WIDEST_GAP {
            break;
        }
        from += blanks;
        let Some(&byte) = text.get(from).filter(|_| from < end) else { break };
        if around.is_some_and(|around| closes(text, from, around)) {
            return Some(from);
        }
        if matches!(byte, b'|' | b'>' | b'<' | b'&' | b';' | b'\t' | b'\'' | b'"' | b'`' | b')')
            && quoted::opening_at(text, from).is_none()
        {
            break;
        }
        if let Some((quote, start)) = quoted::opening_at(text, from) {
            let close = shell_end(&text[..end], start, quote);
            let value = &text[start..close];
            if !(takes_word && is_plain_word(value) || is_placeholder(value) && value.ends_with(b">")) {
                push(text, start..close, found);
            }
            takes_word = false;
            from = close + quote.len();
            prompted |= !takes_string;
            continue;
        }
        let length = word_length(&text[from..end]);
        let word = &text[from..from + length];
        if word.starts_with(b"-") {
            takes_string = !matches!(word, b"-p" | b"--print");
            let argument = option_argument(&text[from + length..end], word);
            takes_word = argument.is_some();
            from += length + argument.unwrap_or(0);
        } else {
            if told_of && found.len() == before && said::is_aside(word) {
                break;
            }
            if bare && !prompted {
                push(text, from..from + length, found);
            }
            from += length;
        }
    }
    None
}

/// Length of the word at the start of a command, without the escape of a mark after it.
fn word_length(command: &[u8]) -> usize {
    let length = command.iter().take_while(|b| !b.is_ascii_whitespace() && !b"\"'`".contains(b)).count();
    let marked = command.get(length).is_some_and(|b| b"\"'`".contains(b));
    let escape = command[..length].iter().rev().take_while(|b| marked && **b == b'\\').count();
    (length - escape).max(1)
}

/// Whether the string around a command ends at a place: not before a word, as one in it would begin.
fn closes(text: &[u8], at: usize, around: Quote) -> bool {
    let next = text.get(at + around.len());
    around.stands_at(text, at)
        && !text[at - 1].is_ascii_whitespace()
        && next.is_none_or(|b| b.is_ascii() && !b.is_ascii_alphanumeric() && *b != b'_')
}

/// Length of the blank and plain argument after an option that takes one of a closed set; it is evidence.
fn option_argument(rest: &[u8], option: &[u8]) -> Option<usize> {
    let is = |known: &String| known.as_bytes() == option;
    Keys::get().filter(|keys| keys.plain_options().iter().any(is))?;
    let blank = rest.iter().take_while(|b| **b == b' ').count();
    let word = rest[blank..].iter().take_while(|b| !b.is_ascii_whitespace() && !b"\"'`".contains(b)).count();
    Some(blank + word)
}

/// So many blanks stand between the arguments of no command.
const WIDEST_GAP: usize = 16;

/// Whether an argument is one word, or a list of names.
fn is_plain_word(argument: &[u8]) -> bool {
    argument.len() <= 128 && argument.iter().all(|b| b.is_ascii_alphanumeric() || b"_-.,:/".contains(b))
}

/// Removes the strings that are piped into a command.
fn piped_strings(text: &[u8], range: Range<usize>, found: &mut Vec<Finding>) {
    let mut at = range.start;
    while let Some(mark) = text[at..range.end].iter().position(|b| matches!(b, b'"' | b'\'')).map(|offset| at + offset)
    {
        let depth = text[at..mark].iter().rev().take_while(|b| **b == b'\\').count();
        let quote = Quote { mark: text[mark], depth, triple: false };
        let close = shell_end(&text[..range.end], mark + 1, quote);
        push(text, mark + 1..close, found);
        at = (close + quote.len()).min(range.end);
    }
}

/// Adds what a command is told.
pub(super) fn push(text: &[u8], range: Range<usize>, found: &mut Vec<Finding>) {
    let value = &text[range.clone()];
    if value.is_empty() || placeholder::is_shape(value) || value.starts_with(b"$") {
        return;
    }
    let mut finding = Finding::new(range, &BY_COMMAND, &KIND_NAME, Rank::Content);
    finding.substitute = shape_of(value);
    found.push(finding);
}
