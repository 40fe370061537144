//! Any numbers, made into a plan.
#![no_main]

// The laws that the tests on stable ask too.
#[path = "../../protocol/tests/fuzz/plans.rs"]
mod plans;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = plans::check(bytes);
});
