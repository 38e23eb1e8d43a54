//! Fuzzes the reader of: transcript.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| evpack_fuzz::log(bytes));
