//! Quotation marks that a shell, CSV or SQL writes inside a text in such marks.

use super::Unit;

/// A single quotation mark as a shell writes it inside a text in such marks: the text is ended, the mark escaped, and the text begun again.
pub(super) fn shell_quote(rest: &[u8]) -> Option<Unit> {
    let inner = rest.strip_prefix(b"'")?;
    let run = inner.iter().take_while(|b| **b == b'\\').count();
    (run > 0 && inner[run..].starts_with(b"''")).then_some((Some(b'\''), run + 3))
}

/// Quotation marks that CSV, SQL and shells double inside a quoted text; beside no word they are an empty text, and four of them are one that was doubled.
pub(super) fn doubled_quote(text: &[u8], at: usize) -> Option<Unit> {
    let mark = text[at];
    let run = text[at..].iter().take(8).take_while(|b| **b == mark).count();
    let before = text[..at].iter().rev().take(2).take_while(|b| **b == mark).count();
    let lead = (at - before).checked_sub(1).map(|lead| text[lead]);
    let after = text.get(at + run);
    let begins_word = |b: &u8| b.is_ascii_alphanumeric() || !b.is_ascii() || b"+/_-.=%!#$*(<@^~?{[`".contains(b);
    let ends_word = |b: u8| b.is_ascii_alphanumeric() || !b.is_ascii() || b"+/_-.!#$%&*@^~?)]}<>;|`'".contains(&b);
    let ampersand = mark == b'"' && after == Some(&b'&') && !is_parameter_or_reference(&text[at + run + 1..]);
    if after.is_some_and(begins_word) || lead.is_some_and(ends_word) || ampersand {
        return (run > 1).then_some((Some(mark), run));
    }
    (before + run == 4 && matches!(before, 0 | 2)).then_some((Some(mark), 2))
}

/// Whether the ampersand before stands between the parameters of a URL or begins a character reference.
fn is_parameter_or_reference(rest: &[u8]) -> bool {
    let name = rest.iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || b"_-.[]#".contains(b)).count();
    name > 0 && rest.get(name).is_some_and(|b| b"=;".contains(b))
}
