//! How failed starts are counted, and when the next one may be tried.

use unjank_core::scheduler::{Config, Loss, Timestamp};

/// The reference for failed starts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Starts {
    /// Failed in a row, since a worker answered its first task or the last ready one left.
    failed: u8,
    /// No start before this, and no job while the pool rests.
    pub(crate) not_before: Timestamp,
}

impl Starts {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { failed: 0, not_before: now }
    }

    pub(crate) fn fail(&mut self, config: &Config, now: Timestamp, loss: Loss) {
        self.failed = self.failed.saturating_add(1);
        if loss == Loss::Final && !self.gave_up(config) {
            self.failed = config.starts;
        }
        let mut wait = config.backoff;
        for _ in 1..self.failed {
            wait = wait.saturating_mul(2).min(config.backoff_cap);
        }
        self.not_before = now.after(wait.min(config.backoff_cap));
    }

    pub(crate) fn forgive(&mut self) {
        self.failed = 0;
    }

    /// The pool gave up.
    pub(crate) fn rest(&mut self, config: &Config, now: Timestamp) {
        self.not_before = now.after(config.backoff_cap);
    }

    /// The pool is reopened: nothing is remembered.
    pub(crate) fn begin_again(&mut self, now: Timestamp) {
        *self = Self::new(now);
    }

    /// Whether as many failed as a pool without workers may try.
    pub(crate) fn gave_up(&self, config: &Config) -> bool {
        self.failed >= config.starts
    }

    pub(crate) fn failed(&self) -> u8 {
        self.failed
    }
}
