//! See `evpack::redact::harness::engine`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = evpack::redact::harness::engine(bytes) {
        panic!("{broken}");
    }
});
