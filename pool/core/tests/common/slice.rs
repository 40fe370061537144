//! What a worker says at a time: it answers what it has done since it last spoke.

use std::fmt;

use unjank_core::scheduler::Verdict;

/// How many of its tasks a worker answers, from the first, and which of them trapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Slice {
    pub(crate) tasks: u8,
    /// Counted from 0.
    pub(crate) trap: Option<u8>,
}

impl Slice {
    /// One task, which is done.
    pub(crate) const ONE: Self = Self::done(1);

    pub(crate) const fn done(tasks: u8) -> Self {
        Self { tasks, trap: None }
    }

    pub(crate) fn verdicts(self) -> impl Iterator<Item = Verdict> {
        (0..self.tasks).map(move |place| {
            if self.trap == Some(place) { Verdict::Failed } else { Verdict::Completed }
        })
    }
}

impl fmt::Display for Slice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} done", self.tasks)?;
        self.trap.map_or(Ok(()), |place| write!(f, ", trap in {}", place + 1))
    }
}
