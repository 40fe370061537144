//! Numbers from a seed: the same on every machine and in every build.

use std::{
    env,
    hash::{BuildHasher, RandomState},
};

/// SplitMix64: one word of state, and every seed is a good one.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `bound`, which is not zero.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.number() % bound as u64) as usize
    }

    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }
}

/// What `UNJANK_SEED` says, or another one in each run.
///
/// # Panics
/// When the variable holds no number.
pub(crate) fn seed() -> u64 {
    match env::var("UNJANK_SEED") {
        Ok(text) => text.parse().expect("UNJANK_SEED is a number below 2^64"),
        Err(_) => RandomState::new().hash_one(()),
    }
}
