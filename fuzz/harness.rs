//! What a fuzzer feeds, one function a reader: nothing may panic, and bounds must hold. The fuzz targets and
//! `tests/it/fuzz_smoke.rs` share this file, so a target that no longer builds is seen on stable Rust.

use std::path::Path;

use evpack::archive;
use evpack::ingest::{InputText, ingest};
use evpack::model::Raw;
use evpack::plan::Config;

/// What is given bytes of anyone.
pub type Reader = fn(&[u8]);

/// A reader by its name.
pub const READERS: &[(&str, Reader)] = &[
    ("zip", packet),
    ("json", packet),
    ("md", packet),
    ("config", config),
    ("har", log),
    ("transcript", log),
    ("log", log),
];

/// Reads a packet of any form.
pub fn packet(bytes: &[u8]) {
    if let Ok(received) = archive::read_bytes(bytes) {
        assert!(received.value()["schema_version"].is_u64());
        let unpacked: usize = received.members().iter().map(|member| member.bytes.len()).sum();
        assert!(unpacked as u64 <= archive::MOST_UNPACKED);
    }
}

/// Reads a configuration.
pub fn config(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Config::parse(text, Path::new("evpack.yaml"));
    }
}

/// Reads a log, a transcript or a HAR file: the form is told by the content.
pub fn log(bytes: &[u8]) {
    let input = InputText {
        label: Raw::text("input"),
        bytes: Raw::new(bytes.to_vec()),
        total_bytes: bytes.len() as u64,
        skipped_before: 0,
        skipped_lines: None,
    };
    drop(ingest(&[input]));
}
