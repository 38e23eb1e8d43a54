//! See `evpack::redact::harness::structure`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = evpack::redact::harness::structure(bytes) {
        panic!("{broken}");
    }
});
