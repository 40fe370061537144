//! A page and its workers in virtual time: the scheduler is the real one, all else is a sum of
//! costs.
//!
//! The page is one thread: what arrives while it is busy waits its turn. Each worker has a core of
//! its own and works through its messages in order. Nothing here depends on a clock or on chance
//! beyond the seed.

mod figures;
mod load;
mod world;

pub(crate) use figures::Figures;
pub(crate) use load::{Arrival, LOADS, Load};
pub(crate) use world::run;

/// Nanoseconds of virtual time.
pub(crate) type Nanos = u64;
