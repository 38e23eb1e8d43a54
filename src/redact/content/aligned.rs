//! Tables whose columns stand below each other, with blanks between them: as terminals, `psql` and pandas show them.

use std::ops::Range;

use super::credentials;
use super::tables::{Cell, is_content, is_name};
use crate::redact::names::Trust;

/// A column of content, or of credentials.
pub(super) struct Column {
    /// How sure its name makes that a cell is a credential; nothing for content.
    pub(super) trust: Option<Trust>,
    /// How many columns its table has.
    of: usize,
    /// Where its name stands, in characters.
    pub(super) name: Range<usize>,
    /// The room between its neighbours.
    room: Range<usize>,
}

/// Fewest blanks before the name of an only column.
const FEWEST_BEFORE: usize = 8;

/// The head of a table whose columns stand below each other: names alone, with two blanks or more between them.
pub(super) fn head(line: &[u8]) -> Option<Vec<Column>> {
    let mut fields = fields(line);
    // pandas tells so that more columns follow below.
    if fields.last().is_some_and(|(bytes, _)| &line[bytes.clone()] == b"\\") {
        fields.pop();
    }
    let is_column = |name: &[u8]| is_name(name) && !name.contains(&b' ');
    let known = |name: &[u8]| is_content(name) && name.iter().all(|b| !b.is_ascii_uppercase());
    let room = |at: usize| {
        let from = at.checked_sub(1).map_or(0, |before| fields[before].1.end);
        from..fields.get(at + 1).map_or(usize::MAX, |next| next.1.start)
    };
    let all = fields.iter().enumerate();
    let names: Vec<&[u8]> = fields.iter().map(|(bytes, _)| &line[bytes.clone()]).collect();
    let trusted = credentials::columns(&names);
    let trust = |at: usize| trusted.iter().find(|(column, _)| *column == at).map(|(_, trust)| *trust);
    let hidden: Vec<_> = all
        .filter(|(at, (bytes, _))| known(&line[bytes.clone()]) || trust(*at).is_some())
        .map(|(at, (_, place))| Column { trust: trust(at), of: names.len(), name: place.clone(), room: room(at) })
        .collect();
    // A name alone heads the only column of a table, whose rows are numbered.
    let several = fields.len() > 1 || fields.first().is_some_and(|(bytes, _)| bytes.start >= FEWEST_BEFORE);
    (several && !hidden.is_empty() && names.iter().all(|name| is_column(name))).then_some(hidden)
}

/// The parts of a line that two blanks or more stand between: where they stand, in bytes and in characters.
fn fields(line: &[u8]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut all: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    let (mut place, mut blanks) = (0, 2);
    for (at, byte) in line.iter().enumerate() {
        if *byte == b' ' {
            blanks += 1;
            place += 1;
            continue;
        }
        if blanks > 1 {
            all.push((at..at, place..place));
        }
        // The bytes that continue a character take no place.
        place += usize::from(byte.cast_signed() >= -0x40);
        blanks = 0;
        if let Some((bytes, places)) = all.last_mut() {
            (bytes.end, places.end) = (at + 1, place);
        }
    }
    all
}

/// Gives the parts of a row that stand below the name of a hidden column; says whether the line is a row.
pub(super) fn hide(hidden: &[Column], line: &[u8], take: &mut dyn FnMut(Range<usize>, Cell)) -> bool {
    let fields = fields(line);
    let above = |place: &Range<usize>| {
        hidden.iter().find(|Column { name, room, .. }| {
            place.start < name.end && name.start < place.end || room.start <= place.start && place.end <= room.end
        })
    };
    // The rows of a table without content are told by the number of their cells.
    let of_credentials = hidden.iter().all(|column| column.trust.is_some());
    if of_credentials && hidden.iter().any(|column| column.of != fields.len()) {
        return false;
    }
    for (bytes, place) in &fields {
        let whole = || !line[bytes.clone()].contains(&b' ');
        if let Some(column) = above(place).filter(|column| column.trust.is_none() || whole()) {
            take(bytes.clone(), column.trust.map_or(Cell::Content, Cell::Credential));
        }
    }
    fields.len() > 1
}

/// Whether a line is a rule under a head or around a table: `|---|---|`, `----+----`.
pub(super) fn is_rule(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let drawn = |line: &[u8]| {
        std::str::from_utf8(line)
            .is_ok_and(|line| line.chars().all(|c| c == ' ' || ('\u{2500}'..='\u{257f}').contains(&c)))
    };
    line.len() > 2 && (line.iter().all(|b| b"-+|=: ".contains(b)) || line[0] == 0xe2 && drawn(line))
}
