//! Here-documents that a command reads its prompt from: `claude -p <<EOF`.

use super::commands::push;
use crate::redact::finding::Finding;

/// Removes the text of a here-document that a command reads; gives its end.
pub(super) fn here_document(text: &[u8], at: usize, end: usize, found: &mut Vec<Finding>) -> Option<usize> {
    let word = word_of_document(&text[at..end])?;
    let mut close = b"\n".to_vec();
    close.extend_from_slice(word);
    let body_end = memchr::memmem::find(&text[end..], &close).map_or(text.len(), |offset| end + offset);
    if !word.is_empty() && body_end > end + 1 {
        push(text, end + 1..body_end, found);
    }
    Some(body_end)
}

/// The word that ends the here-document of a command.
fn word_of_document(command: &[u8]) -> Option<&[u8]> {
    let rest = &command[memchr::memmem::find(command, b"<<")? + 2..];
    let mark = rest.iter().take_while(|b| matches!(**b, b'-' | b' ' | b'\'' | b'"' | b'<')).count();
    let length = rest[mark..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    Some(&rest[mark..mark + length])
}

/// The word that ends a prompt which begins in the line after this one.
pub(in crate::redact) fn opens_document(line: &[u8]) -> Option<&[u8]> {
    memchr::memchr(b'<', line)?;
    memchr::memmem::find(line, b"claude")?;
    word_of_document(line).filter(|word| !word.is_empty())
}
