//! What stands in the properties that a print shows below the message of an error.

use super::draft::Cause;
use super::text::Doc;
use super::words;

/// The machine code that a print shows in the properties below its message: `  code: "ConnectionRefused"`.
pub(super) fn code(doc: &Doc<'_>, at: usize) -> Option<Cause> {
    let mut below = (at + 1..doc.len().min(at + 5)).map(|n| doc.clean(n));
    let line =
        below.by_ref().take_while(|line| line.starts_with(' ')).find(|line| line.trim_start().starts_with("code: "))?;
    let code = line.trim().trim_start_matches("code: ").trim_matches(['\'', '"', ',', ' ']);
    let telling = code.len() > 4 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    telling.then(|| Cause { class: None, message: String::new(), code: Some(code.to_owned()) })
}

/// The status in the properties that the AWS SDK prints below its message: `$metadata: { httpStatusCode: 403, ... }`.
pub(super) fn status(doc: &Doc<'_>, at: usize) -> Option<u16> {
    let mut below = (at + 1..doc.len().min(at + 8)).map(|n| doc.clean(n)).take_while(|line| line.starts_with(' '));
    below
        .find_map(|line| words::after(&line, "httpStatusCode: ").and_then(words::small))
        .and_then(|n| u16::try_from(n).ok())
}
