//! Which task goes to which worker: the part of the pool that knows numbers alone.
//!
//! It has no bytes, no clock, no timers and no host: time is an argument, payloads are known by the number
//! of their job. So the same code decides in a browser, for JavaScript and for Rust, and in a simulation.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
#[macro_use]
extern crate std;

pub mod driver;
mod register;
pub mod scheduler;
pub mod seam;

pub use register::Register;
