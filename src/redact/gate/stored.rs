//! The words that are the same in each run, laid out when the program is built: to make them ready took most of a start.

use std::fmt::{Debug, Write as _};

use super::table::{Built, Table};
use super::words::Check;

/// Such words.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) table: Built,
    /// What must be checked where each of them stands.
    pub(super) checks: &'static [Check],
}

#[allow(clippy::all, clippy::pedantic, reason = "it is written by a program")]
mod laid_out {
    use super::super::filter::Bits;
    use super::super::lead::Set;
    use super::super::shelf::{Entry, Quick, Ready, Shelf, There};
    use super::super::table::Built;
    use super::super::words::Check::{self, *};
    use super::Stored;
    use crate::redact::lanes::ROWS;

    laid_out!();
}

/// The words; `None` in the program that lays them out, `build.rs`.
pub(super) static STORED: Option<Stored> = laid_out::STORED;

/// The source text of the words of a table that was built on no other.
pub(super) fn source(table: &Table, checks: &[Check]) -> String {
    let (rows, [fours, threes], shelf) = table.parts();
    [
        array("IN_ROWS", "[u32; ROWS]", rows),
        array("FOURS", "Bits", fours),
        array("THREES", "Bits", threes),
        array("ENTRIES", "[Entry; _]", shelf.entries),
        array("FIRST", "[u32; _]", shelf.first),
        array("WORDS", "[Ready; _]", shelf.words),
        array("PLACES", "[There; _]", shelf.places),
        array("SETS", "[Set; _]", shelf.sets),
        array("CHECKS", "[Check; _]", checks),
        "const SHELF: Shelf<'static> = Shelf { entries: &ENTRIES, first: &FIRST, words: &WORDS, places: &PLACES, sets: &SETS };\n"
            .to_owned(),
        "const TABLE: Built = Built { rows: &IN_ROWS, fours: &FOURS, threes: &THREES, shelf: SHELF };\n".to_owned(),
        "pub(super) const STORED: Option<Stored> = Some(Stored { table: TABLE, checks: &CHECKS });\n".to_owned(),
    ]
    .concat()
}

/// A static array. It is written in lines, as a compiler that has something to say of one shows all of it.
fn array<T: Debug>(name: &str, kind: &str, values: &[T]) -> String {
    let kind = kind.replace('_', &values.len().to_string());
    let mut text = format!("static {name}: {kind} = [\n");
    for line in values.chunks(8) {
        for value in line {
            let _ = write!(text, "{value:?}, ");
        }
        text.push('\n');
    }
    text + "];\n"
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_the_build_laid_out_is_what_the_rules_say() {
        let built = include_str!(concat!(env!("OUT_DIR"), "/gate.rs"));
        assert!(super::super::source().is_some_and(|source| source == built), "the words differ");
    }
}
