//! What can be seen of a pool at work: spans of time, each on one track.

use std::fmt;

use unjank_protocol::{KernelId, TaskId};

/// Where a pool draws what its tasks go through, for somebody who wants to see it.
///
/// In a browser this is the performance timeline, which `DevTools` shows.
pub trait Chart: fmt::Debug {
    /// Microseconds since the Unix epoch, by the clock that [`Reply::began`] is told by.
    ///
    /// [`Reply::began`]: unjank_protocol::Reply::began
    fn now(&self) -> u64;

    /// Draws a span of a task of this kernel. The pool is not borrowed meanwhile.
    fn draw(&self, kernel: &str, span: &Span);
}

/// What a task went through from one moment to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// What it was.
    pub phase: Phase,
    /// The task.
    pub task: TaskId,
    /// The task's kernel.
    pub kernel: KernelId,
    /// The slot of the worker that has the task; none while it is queued.
    pub slot: Option<u16>,
    /// When it began, in microseconds since the Unix epoch.
    pub start: u64,
    /// When it ended, in microseconds since the Unix epoch; not before it began.
    pub end: u64,
}

/// The phases of a task, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The next of its job to be sent: since the one before it was, or since the job was accepted.
    Queued,
    /// On its way to the worker, and in its inbox.
    Posted,
    /// In the worker's hands: the three phases that follow. Side by side these are the worker's use.
    Ran,
    /// Its input was copied into linear memory.
    CopiedIn,
    /// The kernel ran.
    Computed,
    /// Its output was copied out of linear memory.
    CopiedOut,
    /// Its answer was on its way to the page, and waited for the page to take it.
    Returned,
    /// Instead of all but the first: from when it was sent until its worker or the instance was
    /// known to be gone.
    Lost,
}

/// A row of the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Track {
    /// What waits: for a worker, in a worker's inbox, for the page.
    Queue,
    /// What the worker of this slot does; one thing at a time.
    Worker(u16),
}

impl Span {
    /// Where it is drawn.
    #[must_use]
    pub fn track(&self) -> Track {
        match self.phase {
            Phase::Ran | Phase::CopiedIn | Phase::Computed | Phase::CopiedOut => {
                self.slot.map_or(Track::Queue, Track::Worker)
            }
            Phase::Queued | Phase::Posted | Phase::Returned | Phase::Lost => Track::Queue,
        }
    }
}
