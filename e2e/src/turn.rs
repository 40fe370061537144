//! One browser at a time: two would measure each other.

use std::sync::{Mutex, MutexGuard, PoisonError};

static TURN: Mutex<()> = Mutex::new(());

/// The right to have a browser, among the tests of one program. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Turn(#[expect(dead_code, reason = "held, never read")] MutexGuard<'static, ()>);

impl Turn {
    /// Waits while another has it.
    pub(crate) fn wait() -> Self {
        // A failed test leaves nothing behind that the next one uses.
        Self(TURN.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
