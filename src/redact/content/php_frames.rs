//! Texts among the arguments that PHP shows in the frames of a stack, most of them cut off behind their fifteenth character: `#0 /srv/ask.php(44): Claude->ask('Why does the ce...', Array)`.

use std::ops::Range;

use super::{push_text, said};
use crate::redact::finding::Finding;

/// What the line of a call stands behind.
pub(in crate::redact) const WORDS: [&str; 1] = [".php("];

/// How far before the name of a file the number of its frame may stand.
const LONGEST_PATH: usize = 512;
/// Most bytes of the arguments of a call.
const LONGEST_CALL: usize = 1024;
/// Characters of an argument that are shown.
const SHOWN: usize = 15;

/// Adds the texts among the arguments.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    let mut done = 0;
    for at in memchr::memmem::find_iter(text, WORDS[0]) {
        let arguments = if at < done { None } else { arguments(text, at) };
        let Some(arguments) = arguments else { continue };
        done = arguments.end;
        let mut at = arguments.start;
        while let Some(argument) = quoted(text, at..arguments.end) {
            at = argument.end + 1;
            if is_text(&text[argument.clone()]) {
                push_text(text, argument, found);
            }
        }
    }
}

/// The arguments of the call in a frame whose file is named before a place. What an exception is made of says what failed.
fn arguments(text: &[u8], at: usize) -> Option<Range<usize>> {
    let lead = &text[at.saturating_sub(LONGEST_PATH)..at];
    let number = lead.iter().rposition(|b| *b == b'#')? + 1;
    let digits = lead[number..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
    let is_frame = digits > 0 && lead[number + digits..].starts_with(b" ") && !lead[number..].contains(&b'\n');
    let line = at + WORDS[0].len();
    let line = line + text[line..].iter().take(8).take_while(|b| b.is_ascii_digit()).count();
    let start = line + b"): ".len();
    text[line..].strip_prefix(b"): ").filter(|_| is_frame)?;
    let call = &text[start..text.len().min(start + LONGEST_CALL)];
    let call = &call[..memchr::memchr(b'\n', call).unwrap_or(call.len())];
    let open = memchr::memchr(b'(', call)?;
    let class = |name: &&[u8]| memchr::memmem::find(&call[..open], name).is_some();
    let of_error = [&b"Exception->"[..], b"Error->"].iter().any(class);
    (!of_error).then_some(start + open + 1..start + call.len())
}

/// The next argument that is a string; PHP escapes no quotation mark in it.
fn quoted(text: &[u8], range: Range<usize>) -> Option<Range<usize>> {
    let start = range.start + memchr::memchr(b'\'', &text[range.clone()])? + 1;
    let ends = |close: &usize| matches!(text.get(close + 1), Some(b',' | b')')) || close + 1 >= range.end;
    let end = memchr::memchr_iter(b'\'', &text[start..range.end]).map(|close| start + close).find(ends)?;
    Some(start..end)
}

/// Whether an argument is a text: of several words, and none that a server or a statement says.
fn is_text(argument: &[u8]) -> bool {
    let Some(shown) = argument.strip_suffix(b"...") else { return said::is_said(argument) };
    let words = shown.contains(&b' ') && !shown.iter().any(|b| b"/=:{<".contains(b));
    let characters = shown.iter().filter(|b| b.cast_signed() >= -0x40).count();
    words && characters + 1 >= SHOWN && !said::says_failure(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_go_and_what_else_a_frame_shows_stays() {
        for (line, texts) in [
            ("#0 /srv/ask.php(44): Claude->ask('Why does the ce...', Array)", vec!["Why does the ce..."]),
            (
                "#12 /srv/a.php(4): ask('one text of it ...', 'it's the second...')",
                vec!["one text of it ...", "it's the second..."],
            ),
            ("#0 /srv/ask.php(44): Client->post('/v1/messages and...', Array)", vec![]),
            ("#0 /srv/ask.php(44): ApiException->__construct('Too many of the...', 429)", vec![]),
            ("#0 /srv/ask.php(44): ask('short text')", vec![]),
            ("see /srv/ask.php(44): ask('Why does the ce...')", vec![]),
        ] {
            let mut found = Vec::new();
            find(line.as_bytes(), &mut found);
            let gone: Vec<&str> = found.iter().map(|finding| &line[finding.range.clone()]).collect();
            assert_eq!(gone, texts, "{line}");
        }
    }
}
