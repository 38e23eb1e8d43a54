//! Fuzzes the reader of: config.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| evpack_fuzz::config(bytes));
