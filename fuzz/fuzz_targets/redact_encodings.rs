//! See `evpack::redact::harness::encodings`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = evpack::redact::harness::encodings(bytes) {
        panic!("{broken}");
    }
});
