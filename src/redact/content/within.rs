//! Prompt content in what others wrote around it: the lines of a collector of logs, and the lines that strings hold.

use std::ops::Range;

use super::{TablesBroken, cut, find as find_by_keys, find_others};
use crate::redact::finding::Finding;
use crate::redact::own::keep_own;
use crate::redact::{collected, placeholder, strings};

/// Adds what is found there; says whether some of it goes on beyond the end.
pub(in crate::redact) fn find(
    text: &[u8],
    others: bool,
    open: bool,
    found: &mut Vec<Finding>,
) -> Result<bool, TablesBroken> {
    let open = find_in_bodies(text, others, open, found)?;
    if others {
        find_in_strings(text, DEEPEST, found);
    }
    Ok(open)
}

/// Adds what is found in lines without what a collector of logs put before them, where it did; says whether some of it goes on beyond the end. What was cut off
/// only because something stands between the lines of one text stays.
fn find_in_bodies(text: &[u8], others: bool, open: bool, found: &mut Vec<Finding>) -> Result<bool, TablesBroken> {
    let Some(collected) = collected::without_leads(text) else { return Ok(open) };
    let view = &collected.view;
    let mut seen = Vec::new();
    let goes_on = find_by_keys(&view.text, &mut seen)?;
    if others {
        find_others(&view.text, &mut seen);
    }
    keep_own(&view.text, 0, &mut seen);
    let parted = collected.are_several();
    if parted {
        found.retain(|finding| !cut::is_piece(finding));
    }
    let original = |finding: Finding| Finding { range: view.original(finding.range.clone()), ..finding };
    let mut seen: Vec<Finding> = seen.into_iter().map(original).collect();
    seen.sort_by_key(|finding| finding.range.start);
    let is_seen = |part: Range<usize>| {
        let before = seen.partition_point(|finding| finding.range.start < part.end);
        placeholder::is_shape(&text[part.clone()])
            || seen[..before].last().is_some_and(|finding| part.start < finding.range.end)
    };
    found.retain(|finding| !collected.part_in_body(&finding.range).is_some_and(is_seen));
    found.extend(seen);
    Ok(goes_on || open && !parted)
}

/// Strings in others that are read.
const DEEPEST: usize = 3;

/// Adds what is found in the lines that strings hold.
fn find_in_strings(text: &[u8], deepest: usize, found: &mut Vec<Finding>) {
    for lines in strings::of(text, 0..text.len()) {
        let view = lines.read(text);
        let mut seen = Vec::new();
        find_others(&view.text, &mut seen);
        if deepest > 0 {
            find_in_strings(&view.text, deepest - 1, &mut seen);
        }
        keep_own(&view.text, 0, &mut seen);
        found.extend(seen.into_iter().map(|finding| lines.original(&view, finding)));
    }
}
