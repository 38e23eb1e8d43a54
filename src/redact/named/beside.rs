//! Values that stand beside their name without an assignment.

use std::ops::Range;

use super::skip;
use crate::redact::shapes::is_random;

/// A value that looks random and stands beside a name of several words without an assignment: in a table (`| API_KEY | value |`),
/// in columns (`API_KEY,value`), after `(set): ` or an arrow, in `ENV API_KEY value`, in `key="ApiKey" value="..."`.
pub(super) fn beside(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let word = &text[name.clone()];
    let compound = word.iter().any(|b| matches!(b, b'_' | b'-'))
        || word.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    if !compound {
        return None;
    }
    let mut at = skip(text, name.end, b" \t\"'`|,;");
    for between in [&b"(set)"[..], b"is ", b"value=", b"Value=", b"-b", b"--body", b"-> ", b"REG_SZ", b"REG_EXPAND_SZ"]
    {
        if text[at..].starts_with(between) {
            at += between.len();
        }
    }
    at = skip(text, at, b" \t\"'`|:");
    if at == name.end || at > name.end + 80 {
        return None;
    }
    let length =
        text[at..].iter().take(512).take_while(|b| b.is_ascii_alphanumeric() || b"_-+=~/.".contains(b)).count();
    let length = text[at..at + length].trim_ascii_end().strip_suffix(b".").map_or(length, <[u8]>::len);
    is_random(&text[at..at + length]).then_some(at..at + length)
}
