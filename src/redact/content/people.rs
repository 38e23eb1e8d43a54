//! Cells of tables whose column says that they hold the names of people.

use std::ops::Range;
use std::sync::Arc;

use super::BY_TABLE;
use super::tables::VOCABULARY;
use crate::model::vocabulary::PersonalKind::User;
use crate::redact::finding::{Finding, Rank};
use crate::redact::identity::{IdentitySet, is_name_of_user, kind_name};
use crate::redact::placeholder;
use crate::redact::state_words::is_plain_state;

/// Longest name, in bytes.
const LONGEST: usize = 64;

fn is_in(list: &[String], name: &[u8]) -> bool {
    list.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
}

/// The columns of names of people among those of a head. A column that is called a name alone is one beside what people alone have.
pub(super) fn columns(names: &[&[u8]]) -> Vec<usize> {
    let Some(table) = VOCABULARY.as_ref() else { return Vec::new() };
    let beside = names.iter().any(|name| is_in(&table.people, name) || is_in(&table.of_people, name));
    let is_name = |name: &[u8]| is_in(&table.people, name) || beside && name.eq_ignore_ascii_case(b"name");
    (0..names.len()).filter(|at| is_name(names[*at])).collect()
}

/// Adds a cell of such a column, without its quotation marks: words of letters.
pub(super) fn push(text: &[u8], cell: Range<usize>, found: &mut Vec<Finding>) {
    let all = text[cell.clone()].trim_ascii();
    let start = cell.end - text[cell.clone()].trim_ascii_start().len();
    let quoted = all.len() > 1 && all.starts_with(b"\"") && all.ends_with(b"\"");
    let range = start + usize::from(quoted)..start + all.len() - usize::from(quoted);
    let name = &text[range.clone()];
    let of_letters = name.iter().all(|b| b.is_ascii_alphabetic() || !b.is_ascii() || b" .,'-".contains(b));
    let fits = (2..=LONGEST).contains(&name.len()) && of_letters && is_name_of_user(name);
    if fits && !is_plain_state(name) && !placeholder::is_shape(name) {
        found.push(Finding::new(range, &BY_TABLE, &kind_name(User), Rank::Identity));
    }
}

/// Drops the names that tables hold where the audience may see them.
pub(in crate::redact) fn keep_hidden(identities: &IdentitySet, found: &mut Vec<Finding>) {
    if !identities.hides(User) {
        found.retain(|finding| finding.rank != Rank::Identity || !Arc::ptr_eq(&finding.rule, &BY_TABLE));
    }
}
