//! Any bytes, read as what a kernel module says of itself.
#![no_main]

// The laws that the tests on stable ask too.
#[path = "../../protocol/tests/fuzz/descriptions.rs"]
mod descriptions;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = descriptions::check(bytes);
});
