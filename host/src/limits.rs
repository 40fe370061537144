//! What a module may take.

use std::{
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

use wasmtime::Engine;

/// What a module may take before it is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a call of an export may take.
    pub call: Duration,
    /// Bytes of linear memory of an instance.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { call: Duration::from_secs(60), memory: 2 << 30 }
    }
}

impl Limits {
    /// How many beats of the [`Pulse`] a call may take.
    pub(crate) fn beats(&self) -> u64 {
        // The first beat may come at once.
        1 + u64::try_from(self.call.as_millis() / Pulse::BEAT.as_millis()).unwrap_or(u64::MAX / 2)
    }
}

/// Tells an engine of time for as long as it lives: so a call that hangs can be stopped.
#[derive(Debug)]
pub(crate) struct Pulse {
    /// Its end ends the thread.
    _alive: Sender<()>,
}

impl Pulse {
    pub(crate) const BEAT: Duration = Duration::from_millis(20);

    pub(crate) fn of(engine: &Engine) -> Self {
        let (alive, ended) = mpsc::channel();
        let engine = engine.weak();
        thread::spawn(move || {
            while ended.recv_timeout(Self::BEAT) == Err(RecvTimeoutError::Timeout) {
                let Some(engine) = engine.upgrade() else { break };
                engine.increment_epoch();
            }
        });
        Self { _alive: alive }
    }
}
