//! Ingest: bytes of logs -> every failure seen in them, in order, with line numbers of the source. Pure, and never fails as a whole.
//!
//! [`text`] decodes and cleans lines; [`scan`] walks them and asks one reader a format; readers report [`event`]s; [`fold`] makes
//! failures of those; [`clues`] and [`attach`] add what stands around them.

mod alike;
mod aside;
mod attach;
mod below;
mod body;
mod classes;
mod claude_debug;
mod claude_json;
mod claude_text;
mod clue_words;
mod clues;
mod curl;
mod deep;
mod draft;
mod elsewhere;
mod event;
mod facts;
mod fold;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod golden;
mod har;
mod headers;
mod hook;
mod ids;
mod json;
mod junit;
mod likely;
#[cfg(test)]
mod linear;
mod loose;
mod mend;
mod node;
mod node_log;
mod page;
mod plain;
mod plain_words;
mod prefix;
mod python;
mod python_log;
mod resort;
mod retold;
mod rows;
mod rows_open;
mod same;
mod scan;
pub(crate) mod schema;
mod secrets;
mod settle;
mod shape;
mod sse;
mod stacks;
mod status;
mod status_words;
mod surround;
pub(crate) mod synonyms;
mod text;
mod time;
mod vitest;
mod wordings;
mod words;

use crate::model::clues::Clues;
use crate::model::failure::Failure;
use crate::model::packet::{Attachment, InputRecord};
use crate::model::vocabulary::InputFormat;
use crate::model::{AbsenceReason, Collected, Evidence, Provenance, Raw, Sensitive};

/// One input: a file, or standard input.
#[derive(Clone, Debug)]
pub struct InputText {
    /// Its name as given: a path, or `-`.
    pub label: Raw<String>,
    /// Its bytes, the tail of them, or a part that may tell of a failure. Parts of one input stand in order, with the same label,
    /// and with their `skipped_lines` told.
    pub bytes: Raw<Vec<u8>>,
    /// Size of the whole source in bytes.
    pub total_bytes: u64,
    /// Bytes at the front that are not in `bytes`.
    pub skipped_before: u64,
    /// Lines in those bytes, where they were counted.
    pub skipped_lines: Option<u64>,
}

/// What all inputs tell.
#[derive(Clone, Debug, Default)]
pub struct Ingested {
    /// Failures in order; the last is the one that counts.
    pub failures: Vec<Failure<Collected>>,
    /// What else the inputs tell of the client and its surroundings.
    pub clues: Clues,
    /// One record an input.
    pub records: Vec<InputRecord<Collected>>,
    /// Bounded excerpts around the failures.
    pub attachments: Vec<Attachment<Collected>>,
    /// Credential values and names that must not leave.
    pub sensitive: Sensitive,
}

/// The name of a header that a packet may show, or nothing.
pub(crate) fn shown_header(name: &str) -> Option<&'static str> {
    headers::allowed(name)
}

/// Reads all inputs, in order. Input that cannot be read as text gives a record and nothing else.
#[must_use]
pub fn ingest(inputs: &[InputText]) -> Ingested {
    read(inputs, false)
}

/// Reads all inputs of one run of one command: what has no time in one of them is of the same time as in the others.
#[must_use]
pub fn ingest_run(inputs: &[InputText]) -> Ingested {
    read(inputs, true)
}

fn read(inputs: &[InputText], one_run: bool) -> Ingested {
    let mut all = Ingested::default();
    for parts in inputs.chunk_by(of_one_input) {
        parted(parts, &mut all);
    }
    retold::join(&mut all.failures, one_run);
    all
}

/// Whether two texts are parts of one input, the second behind the first.
fn of_one_input(a: &InputText, b: &InputText) -> bool {
    a.label.expose() == b.label.expose()
        && a.total_bytes == b.total_bytes
        && a.skipped_lines.is_some()
        && b.skipped_lines.is_some()
        && a.skipped_before <= b.skipped_before
}

/// Reads the parts of an input as the one that they are: one record, one excerpt, and no weak failures beside stronger ones.
fn parted(parts: &[InputText], all: &mut Ingested) {
    let (failures, records, attached) = (all.failures.len(), all.records.len(), all.attachments.len());
    let mut weights = Vec::new();
    for part in parts {
        // A later part of the same input has the excerpt of the last failure.
        let (known, before) = (all.failures.len(), all.attachments.split_off(attached));
        one(part, all, &mut weights);
        if all.failures.len() == known {
            all.attachments.extend(before);
        }
    }
    let [_, .., last] = parts else { return };
    let strong = weights.iter().any(|weight| *weight > draft::Weight::Weak);
    let mut kept = weights.iter().map(|weight| !strong || *weight > draft::Weight::Weak);
    let own = all.failures.split_off(failures);
    all.failures.extend(own.into_iter().filter(|_| kept.next().unwrap_or(true)));
    let parts = all.records.split_off(records);
    if let Some(mut record) = parts.into_iter().next_back() {
        record.failures = u32::try_from(all.failures.len() - failures).unwrap_or(u32::MAX);
        record.truncated = Some(Raw::text(format!(
            "of the first {} of {} bytes only what stands around the words of a failure was read",
            last.skipped_before, last.total_bytes
        )));
        all.records.push(record);
    }
}

fn one(input: &InputText, all: &mut Ingested, weights: &mut Vec<draft::Weight>) {
    let bytes = input.bytes.expose().as_slice();
    let unread = match bytes {
        [] => Some(InputFormat::Empty),
        _ if text::is_binary(bytes) => Some(InputFormat::Binary),
        _ => None,
    };
    if let Some(format) = unread {
        all.records.push(record(input, format, 0, Vec::new()));
        return;
    }
    let doc = text::Doc::new(bytes, input.skipped_lines.unwrap_or(0));
    let report = if junit::is_report(doc.text()) { junit::read(&doc) } else { None };
    let is_report = report.is_some();
    let doc = report.unwrap_or(doc);
    let mut events = Vec::new();
    let har = har::is_har(doc.text()) && har::read(&doc, &mut events);
    let fold::Folded { mut drafts, left_out, .. } = if har {
        let mut folder = fold::Folder::default();
        for event in events {
            folder.push(event);
        }
        folder.finish()
    } else {
        read_lines(&doc)
    };
    let mut seen = clues::read(&doc, &input.label, har, &drafts);
    clues::name_surface(&mut drafts, &mut seen, &input.label);
    let format = drafts.last().filter(|_| !is_report).and_then(|draft| draft.format).unwrap_or(if har {
        InputFormat::Har
    } else if is_report {
        InputFormat::JunitXml
    } else {
        clues::format(&doc)
    });
    all.attachments.extend(attach::excerpt(&doc, input, &drafts, format, all.attachments.len() + 1));
    let count = u32::try_from(drafts.len() + left_out).unwrap_or(u32::MAX);
    weights.extend(drafts.iter().map(|draft| draft.weight));
    all.failures.extend(drafts.into_iter().map(|draft| draft.finish(&doc, &input.label)));
    all.clues.extend(seen.clues);
    all.sensitive.extend(seen.sensitive);
    all.records.push(record(input, format, count, doc.mended()));
}

/// Failures of a text that is read line by line, with what stands around them.
fn read_lines(doc: &text::Doc<'_>) -> fold::Folded {
    let mut found = scan::scan(doc);
    aside::leave_out(doc, &mut found.drafts);
    settle::settle(&mut found.drafts);
    if found.silent {
        found.drafts.extend(resort::read(doc));
    }
    surround::fill(doc, &mut found.drafts);
    found
}

fn record(input: &InputText, format: InputFormat, failures: u32, mended: Vec<&'static str>) -> InputRecord<Collected> {
    let place = || Provenance::file(input.label.clone());
    let truncated = (input.skipped_before > 0).then(|| {
        Raw::text(format!(
            "the first {} of {} bytes were left out; only the end was read",
            input.skipped_before, input.total_bytes
        ))
    });
    let format = match format {
        InputFormat::Binary => Evidence::absent(AbsenceReason::Unreadable, "input.text"),
        format => Evidence::captured(format, place()),
    };
    InputRecord {
        name: input.label.clone(),
        format,
        bytes: Evidence::captured(input.total_bytes, place()),
        failures,
        truncated,
        mended,
    }
}
