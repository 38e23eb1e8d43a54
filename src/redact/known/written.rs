//! The forms that known values are searched for in.

use super::{Entry, SHORTEST_BARE};
use crate::redact::encodings;
use crate::redact::escapes::{Reading, is_dressing};
use crate::redact::finding::Rank;
use crate::redact::needles::{self, PIECE};

/// The forms that values are searched for in, each with the index of its value, and pieces of them for the gate.
#[derive(Default)]
pub(super) struct Written {
    pub(super) exact: Vec<(Box<[u8]>, u32)>,
    pub(super) bare: Vec<(Box<[u8]>, u32)>,
    pub(super) pieces: Vec<[u8; PIECE]>,
}

impl Written {
    /// Adds all forms of a value.
    pub(super) fn add(&mut self, entry: &Entry, index: u32) {
        let value = entry.value.trim();
        let padded = value.len() < entry.value.len();
        self.add_exact(&entry.value, index);
        if padded {
            self.add_exact(value, index);
        }
        let stripped = Reading::bare(value.as_bytes()).text;
        let long = value.len() >= SHORTEST_BARE && stripped.len() >= needles::WIDTH;
        if long && !value.as_bytes().iter().take(PIECE).all(u8::is_ascii_alphanumeric) {
            // The first line of a wrapped value may hold no whole run.
            heads_of(&entry.value, value, &mut self.pieces);
        }
        if !(long && runs_of(value, &mut self.pieces)) {
            // No run of letters and digits stands in every form, or the bare text would be too short to be told from chance.
            for form in encodings::forms(&entry.value) {
                pieces_of(form.as_bytes(), &mut self.pieces);
                if !long {
                    self.add_exact(&form, index);
                }
            }
        }
        if entry.rank != Rank::Content {
            self.add_coded(&entry.value, index);
            if padded {
                self.add_coded(value, index);
            }
        }
        if long {
            self.add_bare(value, stripped, index);
        }
    }

    fn add_exact(&mut self, form: &str, index: u32) {
        self.exact.push((form.as_bytes().into(), index));
    }

    /// Adds a value as base64 and in hexadecimal.
    fn add_coded(&mut self, value: &str, index: u32) {
        for form in encodings::coded_forms(value) {
            pieces_of(form.as_bytes(), &mut self.pieces);
            self.bare.push((form.as_bytes().into(), index));
        }
    }

    /// Adds what a value keeps in all its forms.
    fn add_bare(&mut self, value: &str, stripped: Vec<u8>, index: u32) {
        // A colour may stand between a backslash of the value and the letter after it, a line break in what looks like an escape.
        let without = Reading::bare(value.replace('\\', "").as_bytes()).text;
        let unread: Vec<u8> = value.bytes().filter(|byte| !is_dressing(*byte)).collect();
        for form in [without, unread] {
            if form != stripped && form.len() >= needles::WIDTH {
                self.bare.push((form.into(), index));
            }
        }
        self.bare.push((stripped.into(), index));
    }
}

/// Adds pieces of the runs of letters and digits of a value, which are the same in every form but base64 and hexadecimal. Says whether there are any.
fn runs_of(value: &str, pieces: &mut Vec<[u8; PIECE]>) -> bool {
    let runs: Vec<&[u8]> =
        value.as_bytes().split(|b| !b.is_ascii_alphanumeric()).filter(|run| run.len() >= PIECE).collect();
    // Three of them, so that one is whole where a value was wrapped or coloured.
    let mut chosen: Vec<&[u8]> =
        [runs.first(), runs.get(runs.len() / 2), runs.last()].into_iter().flatten().copied().collect();
    chosen.dedup();
    for run in &chosen {
        pieces_of(run, pieces);
    }
    !chosen.is_empty()
}

/// Adds the first piece of each form of a value.
fn heads_of(whole: &str, trimmed: &str, pieces: &mut Vec<[u8; PIECE]>) {
    for value in [whole, trimmed] {
        pieces.extend(encodings::forms(value).iter().filter_map(|form| form.as_bytes().first_chunk::<PIECE>()));
    }
}

/// Adds the first, the middle and the last piece of a form.
fn pieces_of(form: &[u8], pieces: &mut Vec<[u8; PIECE]>) {
    let middle = form.len() / 2;
    for start in [0, middle.saturating_sub(PIECE / 2), form.len().saturating_sub(PIECE)] {
        pieces.extend(form.get(start..).and_then(|rest| rest.first_chunk::<PIECE>()));
    }
}
