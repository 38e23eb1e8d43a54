//! Content that evpack's own reproduction sends: it says nothing private, and stays.

use super::finding::Finding;
use crate::model::packet::is_harmless_content;

/// Drops content of evpack's own reproduction from `before` on.
pub(super) fn keep_own(text: &[u8], before: usize, found: &mut Vec<Finding>) {
    let mut index = 0;
    found.retain(|finding| {
        index += 1;
        index <= before || !is_own(&text[finding.range.clone()])
    });
}

/// Whether content is that of evpack's own reproduction.
fn is_own(bytes: &[u8]) -> bool {
    // Its first word decides in most cases, which spares a look at all of a long text.
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let near = &bytes[..bytes.len().min(96)];
    if let Some(start) = near.iter().position(is_part)
        && let Some(length) = near[start..].iter().position(|b| !is_part(b))
        && near[..=start + length].is_ascii()
        && std::str::from_utf8(&near[..start + length]).is_ok_and(|lead| !is_harmless_content(lead))
    {
        return false;
    }
    std::str::from_utf8(bytes).is_ok_and(is_harmless_content)
}
