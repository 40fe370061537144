//! What a pool has done, in numbers.

use alloc::vec::Vec;

use unjank_protocol::{Times, WorkerId};

use super::histogram::Histogram;
use crate::scheduler::{Outcome, Scheduler, Timestamp, WorkerView};

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
    /// How long jobs waited for their first task to be sent, of all that came so far.
    pub waiting: Percentiles,
    /// How long the answered tasks were in their kernels.
    pub running: Percentiles,
}

/// How long things took since the pool was built, in microseconds, at most an hour and eleven minutes; all 0 when there
/// was nothing. A percentile is by the nearest rank, and at most an eighth too long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Percentiles {
    /// Half took no longer.
    pub p50_us: u32,
    /// Of ten, nine took no longer.
    pub p90_us: u32,
    /// Of a hundred, all but one took no longer.
    pub p99_us: u32,
    /// The longest took exactly this.
    pub max_us: u32,
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
    fn count(&mut self, outcome: Outcome) {
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

/// All that is counted.
#[derive(Debug)]
pub(super) struct Counts {
    jobs: JobCounts,
    /// By slot.
    slots: Vec<SlotCounts>,
    waiting: Histogram,
    running: Histogram,
}

/// The part of [`WorkerStats`] that is counted.
#[derive(Debug, Clone, Default)]
struct SlotCounts {
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

impl Counts {
    pub(super) fn new(slots: u16) -> Self {
        let mut counts = Self {
            jobs: JobCounts::default(),
            slots: Vec::new(),
            waiting: Histogram::new(),
            running: Histogram::new(),
        };
        counts.grow(slots);
        counts
    }

    /// Makes room for so many workers.
    pub(super) fn grow(&mut self, slots: u16) {
        let slots = usize::from(slots).max(self.slots.len());
        self.slots.resize_with(slots, SlotCounts::default);
    }

    pub(super) fn accept(&mut self) {
        self.jobs.submitted += 1;
    }

    /// The first task of a job is sent: it waits no more, however many others do.
    pub(super) fn send_first(&mut self, since: Timestamp, now: Timestamp) {
        self.waiting.count(u32::try_from(micros(since, now)).unwrap_or(u32::MAX));
    }

    pub(super) fn settle(&mut self, outcome: Outcome) {
        self.jobs.count(outcome);
    }

    /// A worker is ready; to be told once or more.
    pub(super) fn begin(&mut self, worker: WorkerId, now: Timestamp) {
        if let Some(slot) = self.slots.get_mut(usize::from(worker.slot))
            && slot.ready.is_none_or(|(ready, _)| ready != worker.generation)
        {
            slot.ready = Some((worker.generation, now));
        }
    }

    /// A worker has ended, ready or not.
    pub(super) fn end(&mut self, worker: WorkerId, now: Timestamp) {
        let Some(slot) = self.slots.get_mut(usize::from(worker.slot)) else { return };
        if let Some((_, since)) = slot.ready.take_if(|(ready, _)| *ready == worker.generation) {
            slot.ready_us += micros(since, now);
        }
    }

    pub(super) fn answer(&mut self, worker: WorkerId, times: Times, memory: u64) {
        let Some(slot) = self.slots.get_mut(usize::from(worker.slot)) else { return };
        slot.tasks += 1;
        slot.memory = memory;
        slot.peak_memory = slot.peak_memory.max(memory);
        slot.compute_us += u64::from(times.compute);
        slot.copy_us += u64::from(times.copy_in) + u64::from(times.copy_out);
        self.running.count(times.compute);
    }

    pub(super) fn snapshot(&self, scheduler: &Scheduler, now: Timestamp) -> Stats {
        let workers = scheduler.workers().zip(&self.slots);
        let workers = workers.map(|((id, view), slot)| slot.snapshot(view, id.generation, now));
        let in_flight = scheduler.workers().map(|(_, view)| match view {
            WorkerView::Ready { in_flight } => in_flight,
            WorkerView::Vacant | WorkerView::Starting => 0,
        });
        Stats {
            workers: workers.collect(),
            queued: scheduler.queued_tasks(),
            in_flight: in_flight.sum(),
            jobs: self.jobs,
            waiting: self.waiting.percentiles(),
            running: self.running.percentiles(),
        }
    }
}

impl SlotCounts {
    fn snapshot(&self, view: WorkerView, generation: u32, now: Timestamp) -> WorkerStats {
        let Self { tasks, compute_us, copy_us, memory, peak_memory, ready_us, ready } = *self;
        let ready_us = ready_us + ready.map_or(0, |(_, since)| micros(since, now));
        WorkerStats { view, generation, tasks, compute_us, copy_us, memory, peak_memory, ready_us }
    }
}

fn micros(since: Timestamp, now: Timestamp) -> u64 {
    now.as_micros().saturating_sub(since.as_micros())
}
