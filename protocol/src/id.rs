//! Who is meant: jobs, tasks, kernels and workers.

use core::{fmt, num::NonZeroU64};

/// What a caller submitted and awaits. Unique within one pool, never reused.
///
/// Stays below 2^53 so that it survives as a JavaScript number.
///
/// ```
/// use unjank_protocol::JobId;
///
/// assert_eq!(JobId::new(7).map(JobId::get), Some(7));
/// assert_eq!(JobId::new(1 << 53), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(
    /// One more than the id, so that an `Option` of it is no larger.
    NonZeroU64,
);

impl JobId {
    /// The first id a pool hands out.
    pub const FIRST: Self = Self(NonZeroU64::MIN);

    /// The largest id: 2^53 - 1.
    pub const LAST: Self = Self(NonZeroU64::MIN.saturating_add((1 << 53) - 1));

    /// `None` when `id` is 2^53 or more.
    #[must_use]
    pub const fn new(id: u64) -> Option<Self> {
        if id <= Self::LAST.get() { Some(Self(NonZeroU64::MIN.saturating_add(id))) } else { None }
    }

    /// The id as a number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0.get() - 1
    }

    /// The id after this one; `None` after [`JobId::LAST`].
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        Self::new(self.get() + 1)
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "job {}", self.get())
    }
}

/// One dispatch unit of a job: the `index`-th chunk of chunked work, 0 for a job that is not cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId {
    /// The job it belongs to.
    pub job: JobId,
    /// Which chunk of it, from 0.
    pub index: u32,
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, chunk {}", self.job, self.index)
    }
}

/// A kernel's place in the description of its module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KernelId(pub u16);

/// A worker: the slot it fills and the generation that fills it.
///
/// A respawned slot has a new generation, so nothing an old worker still says can be credited to
/// its successor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkerId {
    /// Which slot of the pool, from 0.
    pub slot: u16,
    /// How many workers this slot had before.
    pub generation: u32,
}

impl fmt::Display for WorkerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "worker {}.{}", self.slot, self.generation)
    }
}
