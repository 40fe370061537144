//! How often each file was asked for.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Counts by path. There are at most as many paths as the folder has had files.
#[derive(Debug, Default)]
pub(super) struct Hits(Mutex<BTreeMap<String, u64>>);

impl Hits {
    /// One more.
    pub(super) fn add(&self, path: String) {
        *self.counts().entry(path).or_default() += 1;
    }

    /// How many so far.
    pub(super) fn of(&self, path: &str) -> u64 {
        self.counts().get(path).copied().unwrap_or_default()
    }

    /// Each change is whole, so what a panicking thread left behind is sound.
    fn counts(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
