//! Turns of a conversation in a page of HTML: the texts of an element that says who speaks, `<div class="message user"><p>text</p></div>`.
//!
//! Only what stands on the line of the element is looked at, so that a stream needs no more than that line.

use std::ops::{ControlFlow, Range};

use super::compared::blanks;
use super::said::{finding, has_words, says_failure};
use crate::redact::finding::Finding;
use crate::redact::placeholder;

/// The words of the gate: what attributes of such elements are called, or what their values hold.
pub(in crate::redact) const WORDS: [&str; 13] = [
    "-author-role=",
    "-message-role=",
    "data-role=",
    "data-sender=",
    "data-speaker=",
    "whitespace-pre-wrap",
    "message user",
    "message assistant",
    "user-message",
    "assistant-message",
    "bot-message",
    "message-content",
    "chat-message",
];
/// Most bytes between the beginning of a tag and a word in it.
const LONGEST_TAG: usize = 512;
/// So far behind the word that announces it a text of several words begins: a line may hold many such words.
const NEAR: usize = 2048;
/// Fewest words of the longest text of an element: buttons and names have fewer.
const FEWEST_WORDS: usize = 3;

/// Whether a word stands in the tag of an element that holds a text.
pub(in crate::redact) fn may_begin(text: &[u8], word: &Range<usize>) -> bool {
    let near = &text[..text.len().min(word.start + NEAR)];
    let mut any = false;
    pieces(near, word.start, &mut |range| {
        any = is_long(&near[range]);
        if any { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    any
}

/// Adds the texts of all such elements.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    if memchr::memchr(b'<', text).is_none() {
        return;
    }
    for word in WORDS {
        let mut done = 0;
        for at in memchr::memmem::find_iter(text, word.as_bytes()) {
            if at >= done && may_begin(text, &(at..at + word.len())) {
                done = take(text, at, found);
            }
        }
    }
}

/// Adds the texts of the element whose tag a word stands in; gives where it ends. Beside a text of several words a piece of two is a part of it, as a break or an
/// emphasis parts it.
fn take(text: &[u8], word: usize, found: &mut Vec<Finding>) -> usize {
    pieces(text, word, &mut |range| {
        if is_text(&text[range.clone()]) {
            found.extend(finding(text, range));
        }
        ControlFlow::Continue(())
    })
}

/// Gives what stands between the tags of the element whose tag a word stands in to `each`, until it breaks off; gives where it ended, which is the end of the line
/// at the latest.
fn pieces(text: &[u8], word: usize, each: &mut dyn FnMut(Range<usize>) -> ControlFlow<()>) -> usize {
    let from = word.saturating_sub(LONGEST_TAG);
    let opens = memchr::memrchr2(b'<', b'>', &text[from..word]).map(|at| from + at).filter(|at| text[*at] == b'<');
    if !opens.is_some_and(|opens| text.get(opens + 1).is_some_and(u8::is_ascii_alphabetic)) {
        return word;
    }
    let line = memchr::memchr(b'\n', &text[word..]).map_or(text.len(), |newline| word + newline);
    let Some(close) = memchr::memchr(b'>', &text[word..line]) else { return word };
    let mut at = word + close + 1;
    let mut depth = 1_usize;
    while depth > 0 && at < line {
        let tag = memchr::memchr(b'<', &text[at..line]).map_or(line, |tag| at + tag);
        let lead = text[at..tag].iter().take_while(|b| b.is_ascii_whitespace()).count();
        let said = text[at + lead..tag].trim_ascii_end();
        if each(at + lead..at + lead + said.len()).is_break() {
            break;
        }
        let close = memchr::memchr(b'>', &text[tag..line]).map_or(line, |close| tag + close);
        match text[tag..close].get(1) {
            Some(b'/') => depth -= 1,
            Some(b'a'..=b'z' | b'A'..=b'Z') if !is_void(&text[tag + 1..close]) => depth += 1,
            _ => {}
        }
        at = close + 1;
    }
    at.min(line)
}

/// Whether a piece is a text of several words.
fn is_long(said: &[u8]) -> bool {
    has_words(said, FEWEST_WORDS) && is_text(said)
}

/// Whether an element has no end.
fn is_void(tag: &[u8]) -> bool {
    const VOID: [&[u8]; 6] = [b"br", b"hr", b"img", b"input", b"meta", b"link"];
    let name = tag.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    tag.ends_with(b"/") || VOID.iter().any(|void| tag[..name].eq_ignore_ascii_case(void))
}

fn is_text(said: &[u8]) -> bool {
    (blanks(said) > 0 || !said.is_ascii()) && !says_failure(said) && !placeholder::is_shape(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_an_element_are_told_from_what_stands_behind_it() {
        let page = b"<div class=\"message user\"><p>the heron<br>hides nine letters</p><b>Edit</b></div><p>and so on it goes</p>";
        let mut found = Vec::new();
        find(page, &mut found);
        let texts: Vec<_> = found.iter().map(|finding| &page[finding.range.clone()]).collect();
        assert_eq!(texts, [&b"the heron"[..], b"hides nine letters"]);
    }
}
