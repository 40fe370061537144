//! What a pool has done, in numbers.

use std::time::Duration;

use unjank_protocol::Times;

use crate::scheduler::{Outcome, Timestamp, WorkerView};

/// A snapshot of a pool. Cheap to take.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// One for each slot, those of spares among them.
    pub workers: Vec<WorkerStats>,
    /// Tasks waiting.
    pub queued: usize,
    /// Tasks sent and not answered.
    pub in_flight: usize,
    /// Jobs by how they ended.
    pub jobs: JobCounts,
}

/// Jobs since the pool was built.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobCounts {
    /// Accepted.
    pub submitted: u64,
    /// Settled with a result.
    pub completed: u64,
    /// Settled with an error of the kernel.
    pub failed: u64,
    /// Cancelled, aborted, or ended by the closing of the pool.
    pub cancelled: u64,
    /// Settled because their deadline passed.
    pub timed_out: u64,
    /// Settled because their worker died or none could be started.
    pub lost: u64,
}

impl JobCounts {
    pub(crate) fn count(&mut self, outcome: Outcome) {
        let counter = match outcome {
            Outcome::Completed => &mut self.completed,
            Outcome::Failed => &mut self.failed,
            Outcome::Cancelled => &mut self.cancelled,
            Outcome::DeadlineExceeded => &mut self.timed_out,
            Outcome::WorkerLost { .. } | Outcome::PoolFailed => &mut self.lost,
        };
        *counter += 1;
    }
}

/// What one slot has done, over all its generations.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerStats {
    /// What it does.
    pub view: WorkerView,
    /// How many workers the slot had before.
    pub generation: u32,
    /// Tasks answered.
    pub tasks: u64,
    /// Time inside kernels, in microseconds.
    pub compute_us: u64,
    /// Time spent copying into and out of linear memory, in microseconds.
    pub copy_us: u64,
    /// Linear memory after the last answer, in bytes.
    pub memory: u64,
    /// The most linear memory seen after an answer, in bytes.
    pub peak_memory: u64,
    /// Time with a ready worker, in microseconds.
    pub ready_us: u64,
}

impl WorkerStats {
    /// The share of its ready time that the slot spent on tasks it has answered, copies included:
    /// from 0 to 1.
    #[must_use]
    pub fn busy_share(&self) -> f64 {
        let busy = self.compute_us + self.copy_us;
        (busy as f64 / self.ready_us.max(1) as f64).min(1.0)
    }
}

/// The part of [`WorkerStats`] that is counted.
#[derive(Debug, Clone, Default)]
pub(crate) struct SlotCounts {
    tasks: u64,
    compute_us: u64,
    copy_us: u64,
    memory: u64,
    peak_memory: u64,
    /// Time with the ready workers before the present one.
    ready_us: u64,
    /// The ready worker's generation, and since when it is.
    ready: Option<(u32, Timestamp)>,
}

impl SlotCounts {
    /// A worker is ready; to be told once or more.
    pub(crate) fn begin(&mut self, generation: u32, now: Timestamp) {
        if self.ready.is_none_or(|(ready, _)| ready != generation) {
            self.ready = Some((generation, now));
        }
    }

    /// A worker has ended, ready or not.
    pub(crate) fn end(&mut self, generation: u32, now: Timestamp) {
        if let Some((_, since)) = self.ready.take_if(|(ready, _)| *ready == generation) {
            self.ready_us += micros(now.since(since));
        }
    }

    pub(crate) fn count_task(&mut self, times: Times, memory: u64) {
        self.tasks += 1;
        self.memory = memory;
        self.peak_memory = self.peak_memory.max(memory);
        self.compute_us += u64::from(times.compute);
        self.copy_us += u64::from(times.copy_in) + u64::from(times.copy_out);
    }

    pub(crate) fn snapshot(
        &self,
        view: WorkerView,
        generation: u32,
        now: Timestamp,
    ) -> WorkerStats {
        let Self { tasks, compute_us, copy_us, memory, peak_memory, ready_us, ready } = *self;
        let ready_us = ready_us + ready.map_or(0, |(_, since)| micros(now.since(since)));
        WorkerStats { view, generation, tasks, compute_us, copy_us, memory, peak_memory, ready_us }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
