//! Cells of tables whose column says that they hold credentials.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use super::BY_TABLE;
use crate::redact::finding::{Finding, Rank};
use crate::redact::names::{Names, Trust};
use crate::redact::placeholder;
use crate::redact::shapes::is_mixed;
use crate::redact::state_words::is_plain_state;

static SECRET: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("secret"));

/// The columns of credentials among those of a head.
pub(super) fn columns(names: &[&[u8]]) -> Vec<(usize, Trust)> {
    // The hash of a password is as good as one to who tries many.
    let bare =
        |name: &'_ [u8]| name.strip_suffix(b"_hash").or_else(|| name.strip_suffix(b"_digest")).unwrap_or(name).len();
    let trust = |name: &[u8]| Names::get().and_then(|names| names.judge(&name[..bare(name)]));
    (0..names.len()).filter_map(|at| Some((at, trust(names[at])?))).collect()
}

/// Adds a cell of a column of credentials, without its quotation marks.
pub(super) fn push(text: &[u8], cell: Range<usize>, trust: Trust, found: &mut Vec<Finding>) {
    let all = text[cell.clone()].trim_ascii_end();
    let start = cell.end - text[cell.clone()].trim_ascii_start().len();
    let end = cell.start + all.len();
    let quoted = end > start + 1 && text[start] == b'"' && text[end - 1] == b'"';
    let range = start + usize::from(quoted)..end.max(start) - usize::from(quoted);
    let value = &text[range.clone()];
    let number = value.iter().all(|b| b.is_ascii_digit() || b".-:".contains(b));
    let stays = value.len() < 2 || is_plain_state(value) || number && value.len() < 12 || placeholder::is_shape(value);
    if !stays && (trust == Trust::Strong || is_mixed(value)) {
        found.push(Finding::new(range, &BY_TABLE, &SECRET, Rank::Named));
    }
}
