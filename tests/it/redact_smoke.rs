//! The harness of the fuzz targets under stable Rust: a few thousand inputs, made of pieces that matter to redaction.

use evpack::redact::harness::{encodings, engine, structure};
use proptest::prelude::*;

/// Pieces that detectors look for, and bytes of all kinds.
fn inputs() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => proptest::sample::select(vec![
            "{\"messages\":[", "\"content\":\"", "\"text\":", "\\\"", "\\\\\\\"", "\"}", "]}", "'", "\n", "\r\n", "  content: |\n", "password=", "token: ", "Bearer ",
            "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "://u:", "@host.example", "2026-11-20T10:00:00Z ", "\u{1b}[31m", "&quot;", "%22", "claude -p ",
            "[text]", "[api-key-1]", "+49 170 1234567", "4111 1111 1111 1111", "10.1.2.3", "data: ", "Traceback", "^", ": ", "=", "gw.71fe0c2a9b-Known/Value+8",
        ]).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..12),
        1 => "[a-zA-Z0-9 ._/-]{0,24}".prop_map(String::into_bytes),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_holds(bytes in inputs()) {
        prop_assert_eq!(engine(&bytes), Ok(()));
    }

    #[test]
    fn the_structure_scanner_holds(bytes in inputs()) {
        prop_assert_eq!(structure(&bytes), Ok(()));
    }

    #[test]
    fn the_encodings_hold(bytes in inputs()) {
        prop_assert_eq!(encodings(&bytes), Ok(()));
    }
}
