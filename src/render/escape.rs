//! Puts captured text into Markdown so that it stays text: no element, link, mention or table break can come of it.
//!
//! The rules are those of `CommonMark` 0.31 with GitHub's extensions (tables, strikethrough, bare-URL links, mentions,
//! issue references, emoji codes, maths), which are a superset of what ticket systems read.

use super::visible::{Lines, shorten, visible};

/// Longest inline value, in characters; longer ones are cut and say so.
pub(super) const INLINE_LIMIT: usize = 240;
/// Longest fenced block, in characters. An excerpt of 24 lines of full width fits.
const BLOCK_LIMIT: usize = 8000;
/// Longest sentence, in characters.
pub(super) const PROSE_LIMIT: usize = 600;

/// Longest text in the block of data, in characters: an error text of usual length stays whole.
const DATA_LIMIT: usize = 1000;

/// Marks that mean something to a parser wherever they stand.
const MARKS: &[char] = &['\\', '`', '*', '[', ']', '<', '>', '&', '|', '~', '$', '#', '^', '{', '}'];

/// Length of the longest run of backticks.
fn longest_backtick_run(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for byte in text.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// A length of backticks that no run in the text has, the shortest one. A code span ends only at a run of its own length.
fn free_backtick_length(text: &str) -> usize {
    let mut taken = [false; 8];
    let mut run = 0;
    for byte in text.bytes().chain([b' ']) {
        if byte == b'`' {
            run += 1;
        } else {
            if let Some(slot) = taken.get_mut(run) {
                *slot = true;
            }
            run = 0;
        }
    }
    (1..taken.len()).find(|&n| !taken[n]).unwrap_or_else(|| longest_backtick_run(text) + 1)
}

fn span(text: &str) -> String {
    let ticks = "`".repeat(free_backtick_length(text));
    // A parser strips one space at both ends where both are there; the padding restores what it takes.
    let edge = |c: Option<char>| c.is_some_and(|c| c == '`' || c == ' ');
    let pad = if edge(text.chars().next()) || edge(text.chars().next_back()) { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// A text for the block of data: whole up to [`DATA_LIMIT`], else cut and said.
pub(super) fn bounded(text: &str) -> String {
    match shorten(text, DATA_LIMIT) {
        (whole, None) => whole.to_owned(),
        (start, Some(total)) => format!("{start}{}", cut_note(total)),
    }
}

fn cut_note(total: usize) -> String {
    format!("… (cut; {total} characters in all)")
}

/// Inline code on one line. `most` bounds the characters that are shown.
pub(super) fn code(text: &str, most: usize) -> String {
    code_with(text, most, str::to_owned)
}

/// Inline code inside a table cell.
pub(super) fn cell(text: &str, most: usize) -> String {
    code_with(text, most, |shown| {
        let mut out = String::with_capacity(shown.len() + 8);
        let mut after_backslash = false;
        for c in shown.chars() {
            match c {
                // `\|` is how a cell writes a pipe; after a backslash, parsers disagree on what that means.
                '|' if after_backslash => out.push_str("<U+007C>"),
                '|' => out.push_str("\\|"),
                c => out.push(c),
            }
            after_backslash = c == '\\';
        }
        out
    })
}

fn code_with(text: &str, most: usize, inside: impl Fn(&str) -> String) -> String {
    let text = visible(text, Lines::Joined);
    let (shown, total) = shorten(text.trim(), most);
    if shown.is_empty() {
        return "(empty)".to_owned();
    }
    // The padding of `span` looks at the text as the parser will see it.
    let mut out = span(&inside(shown));
    if let Some(total) = total {
        out.push_str(&cut_note(total));
    }
    out
}

/// A fenced block that ends with a line break. `info` names the language and is never captured text.
pub(super) fn fence(text: &str, info: &str) -> String {
    let text = visible(text, Lines::Kept);
    let (shown, total) = shorten(&text, BLOCK_LIMIT);
    let text = total.map_or(text.clone(), |total| format!("{shown}\n{}", cut_note(total)).into());
    let ticks = "`".repeat(longest_backtick_run(&text).max(2) + 1);
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("{ticks}{info}\n{text}{end}{ticks}\n")
}

/// A sentence. Words that a parser could read as more than a word become inline code, quoted code stays code, and
/// every other mark with a meaning is escaped.
pub(super) fn prose(text: &str) -> String {
    let text = visible(text, Lines::Joined);
    let (shown, total) = shorten(text.trim(), PROSE_LIMIT);
    let mut out = String::with_capacity(shown.len() + 16);
    let mut rest = shown;
    while let Some(open) = rest.find('`') {
        words(&rest[..open], &mut out);
        let after = &rest[open + 1..];
        match after.find('`') {
            // A backtick next to another one, or at the end, quotes nothing.
            Some(close) if close > 0 && !after[..close].trim().is_empty() => {
                separate(&mut out);
                pieces(&after[..close], &mut out);
                rest = &after[close + 1..];
                if rest.starts_with('`') {
                    out.push(' ');
                }
            }
            _ => {
                out.push_str("\\`");
                rest = after;
            }
        }
    }
    words(rest, &mut out);
    if let Some(total) = total {
        out.push_str(&cut_note(total));
    }
    out
}

/// Inline code that is right both inside a table and outside: pipes stand between code spans, escaped.
fn pieces(text: &str, out: &mut String) {
    for (index, piece) in text.split('|').enumerate() {
        if index > 0 {
            out.push_str("\\|");
        }
        if !piece.trim().is_empty() {
            out.push_str(&code(piece, INLINE_LIMIT));
        }
    }
}

/// Code spans that touch would grow together.
fn separate(out: &mut String) {
    if out.ends_with('`') {
        out.push(' ');
    }
}

/// Plain words and quotations. A quotation with marks in it reads best as code, which needs no quotation marks.
fn words(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, quoted, after)) = quotation(rest) {
        unquoted(before, out);
        if quoted.contains(MARKS) || quoted.split(' ').any(acts) {
            separate(out);
            pieces(quoted, out);
        } else {
            plain("\"", out);
            unquoted(quoted, out);
            plain("\"", out);
        }
        rest = after;
    }
    unquoted(rest, out);
}

/// The first `"..."` whose ends stand at word ends: what is before it, in it, and after it.
fn quotation(text: &str) -> Option<(&str, &str, &str)> {
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let open = text.match_indices('"').map(|(at, _)| at).find(|at| !word(text[..*at].chars().next_back()))?;
    let inside = &text[open + 1..];
    let close = inside.match_indices('"').map(|(at, _)| at).find(|at| !word(inside[at + 1..].chars().next()))?;
    let (quoted, after) = (&inside[..close], &inside[close + 1..]);
    (!quoted.trim().is_empty()).then_some((&text[..open], quoted, after))
}

fn unquoted(text: &str, out: &mut String) {
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        let core = word.trim_end_matches([',', '.', ';', ':', '!', '?', ')', '"', '\'']);
        let lead = core.len() - core.trim_start_matches(['(', '"', '\'']).len();
        let (open, core) = core.split_at(lead);
        if acts(core) {
            plain(open, out);
            separate(out);
            pieces(core, out);
            plain(&word[open.len() + core.len()..], out);
        } else {
            plain(word, out);
        }
    }
}

/// Whether a word would become a link, a mention, a reference or an emoji: anything with `@`, `#1`, `://`, `www.`,
/// `mailto:` and the like. Placeholders (`[kind-1]`) count too: they read best as code.
pub(super) fn acts(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let linked = ["@", "://", "www.", "mailto:", "xmpp:"].iter().any(|mark| lower.contains(mark));
    let reference = word.bytes().zip(word.bytes().skip(1)).any(|(a, b)| a == b'#' && b.is_ascii_alphanumeric())
        || lower.strip_prefix("gh-").is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()));
    let host = is_host(word.split(['/', ':']).next().unwrap_or(word));
    let emoji = word.bytes().filter(|b| *b == b':').count() > 1;
    let placeholder = word.starts_with('[') && word.ends_with(']');
    // A full commit id is linked by code hosts.
    let commit = word.len() == 40 && word.bytes().all(|b| b.is_ascii_hexdigit());
    linked || host || reference || emoji || placeholder || commit
}

/// Whether a word looks like a host name; some ticket systems link these without a scheme.
fn is_host(word: &str) -> bool {
    const LINKED: &[&str] =
        &["ai", "app", "cn", "co", "com", "de", "dev", "io", "me", "net", "org", "ru", "sh", "uk", "xyz"];
    let mut labels = word.rsplit('.');
    let Some(last) = labels.next() else { return false };
    let rest = labels.clone().count();
    let label =
        |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let top = last.len() > 1 && last.bytes().all(|b| b.is_ascii_alphabetic());
    top && rest > 0 && labels.all(label) && (rest > 1 || LINKED.contains(&last.to_ascii_lowercase().as_str()))
}

/// Escapes marks in text that is not code.
fn plain(text: &str, out: &mut String) {
    let mut previous_is_word = out.ends_with(|c: char| c.is_alphanumeric());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let at_start = out.is_empty();
        let inside_word = previous_is_word && chars.peek().is_some_and(|next| next.is_alphanumeric());
        let escaped = match c {
            c if MARKS.contains(&c) => true,
            '_' => !inside_word,
            '=' | '+' | '-' => at_start,
            // `1.` and `1)` at the start of a line open a list.
            '.' | ')' => {
                let ends = chars.peek().is_none_or(|next| *next == ' ');
                ends && !out.is_empty() && out.bytes().all(|b| b.is_ascii_digit())
            }
            _ => false,
        };
        if escaped {
            out.push('\\');
        }
        out.push(c);
        previous_is_word = c.is_alphanumeric();
    }
}

/// One line of plain text for a terminal.
pub(super) fn line(text: &str) -> String {
    let text = visible(text, Lines::Joined);
    let (shown, total) = shorten(text.trim(), PROSE_LIMIT);
    match total {
        None => shown.to_owned(),
        Some(total) => format!("{shown}{}", cut_note(total)),
    }
}

#[cfg(test)]
#[path = "escape_tests.rs"]
mod tests;
