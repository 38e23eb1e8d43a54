//! Fuzzes the reader of: json.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| evpack_fuzz::packet(bytes));
