//! Any bytes, read as each kind of frame.
#![no_main]

// The laws that the tests on stable ask too.
#[path = "../../protocol/tests/fuzz/frames.rs"]
mod frames;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = frames::check(bytes);
});
