//! What stands in the properties that a print shows below the message of an error.

use super::draft::Cause;
use super::text::Doc;
use super::words;

/// The machine code that a print shows in the properties below its message: `  code: "ConnectionRefused"`.
pub(super) fn code(doc: &Doc<'_>, at: usize) -> Option<Cause> {
    let mut below = (at + 1..doc.len().min(at + 5)).map(|n| doc.clean(n));
    let line =
        below.by_ref().take_while(|line| line.starts_with(' ')).find(|line| line.trim_start().starts_with("code: "))?;
    let code = line.trim().trim_start_matches("code: ").trim_matches(['\'', '"', ',', ' ', '“', '”', '‘', '’']);
    let telling = code.len() > 4 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    telling.then(|| Cause { class: None, message: String::new(), code: Some(code.to_owned()) })
}

/// The causes that Rust's error crates print below a message, `Caused by:` and one cause a line, and how many lines they take.
pub(super) fn chain(doc: &Doc<'_>, from: usize) -> (Vec<Cause>, usize) {
    const MOST: usize = 20;
    let end = doc.len().min(from + MOST);
    let Some(header) = (from..end.min(from + 2)).find(|n| doc.clean(*n).trim_end() == "Caused by:") else {
        return (Vec::new(), 0);
    };
    let mut causes = Vec::new();
    for n in header + 1..end {
        let line = doc.clean(n);
        let text = line.trim();
        if text.is_empty() || !line.starts_with([' ', '\t']) {
            break;
        }
        // Of several causes each has its number.
        let message = words::number(text).and_then(|(_, rest)| rest.strip_prefix(": ")).unwrap_or(text);
        causes.push(Cause { class: None, message: words::cut(message, 2048).to_owned(), code: None });
    }
    let taken = if causes.is_empty() { 0 } else { header + 1 + causes.len() - from };
    (causes, taken)
}

/// The status in the properties that the AWS SDK prints below its message: `$metadata: { httpStatusCode: 403, ... }`.
pub(super) fn status(doc: &Doc<'_>, at: usize) -> Option<u16> {
    let mut below = (at + 1..doc.len().min(at + 8)).map(|n| doc.clean(n)).take_while(|line| line.starts_with(' '));
    below
        .find_map(|line| words::after(&line, "httpStatusCode: ").and_then(words::small))
        .and_then(|n| u16::try_from(n).ok())
}
