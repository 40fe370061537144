//! The command `unjank`.
#![forbid(unsafe_code)]

fn main() {}
