//! What the core says.

use alloc::vec::Vec;

use unjank_protocol::{JobId, PlanError, TaskId, WorkerId};

use super::NONE;
use crate::{
    driver::{
        Copy, Delivery, Effect, Enclosed, Message, Percentiles, Progress, Refusal, Source, Stats,
        WorkerStats,
    },
    scheduler::{self, Lifecycle, Outcome, Reason, Timestamp, WorkerView},
};

/// Words of the header of a turn.
pub(super) const HEADER: usize = 8;

/// What a turn came to. How many words there are is known when all are there.
pub(super) fn header(
    progress: Progress,
    lifecycle: Lifecycle,
    has_room: bool,
    queued: usize,
    timeout: Option<Timestamp>,
) -> [u32; HEADER] {
    let more = u32::from(progress == Progress::Deferred);
    let [low, high] = timeout.map_or([NONE; 2], |at| halves(at.as_micros()));
    [0, more, life(lifecycle), has_room.into(), low, high, queued as u32, 0]
}

/// Why a job was refused, and two words more about it.
pub(super) fn refusal(refusal: Refusal) -> [u32; 3] {
    match refusal {
        Refusal::Pool(scheduler::Refusal::Full) => [1, 0, 0],
        Refusal::Pool(scheduler::Refusal::Closed) => [2, 0, 0],
        Refusal::Pool(scheduler::Refusal::Failed) => [3, 0, 0],
        Refusal::TaskTooLarge { bytes } => [10, bytes as u32, 0],
        Refusal::Plan(PlanError::Zero) => [4, 0, 0],
        Refusal::Plan(PlanError::Ragged { .. }) => [5, 0, 0],
        Refusal::Plan(PlanError::TooMany) => [6, 0, 0],
        Refusal::Plan(PlanError::NoCore { units, .. }) => [8, units, 0],
        Refusal::Plan(PlanError::Outside { units, .. }) => [9, units, 0],
        Refusal::Plan(_) => [7, 0, 0],
    }
}

/// Appends an effect.
pub(super) fn effect(words: &mut Vec<u32>, effect: &Effect) {
    match *effect {
        Effect::Spawn(worker) => put(words, 1, &place(worker)),
        Effect::Terminate { worker, reason } => {
            put(words, 2, &place(worker));
            words.push(why(reason));
        }
        Effect::Copy(Copy { task, input, from, to, length, total }) => {
            put(words, 3, &name(task));
            words.extend_from_slice(&[u32::from(input) + 1, from, to, length, total]);
        }
        Effect::Post { worker, ref message } => post(words, worker, message),
        Effect::Deliver(Delivery { task, answer, window, worker, times }) => {
            put(words, 5, &name(task));
            let slot = worker.slot.into();
            words.extend_from_slice(&[
                answer as u32,
                window.start,
                window.core,
                slot,
                times.compute,
            ]);
        }
        Effect::Fail { job, answer } => {
            put(words, 6, &number(job));
            words.push(answer as u32);
        }
        Effect::Settle { job, outcome } => {
            put(words, 7, &number(job));
            words.extend_from_slice(&end(outcome));
        }
    }
}

fn post(words: &mut Vec<u32>, worker: WorkerId, message: &Message) {
    let Message { words: frame, parts, buffers } = message;
    put(words, 4, &place(worker));
    let [frame_words, parts_count, buffers_count] =
        [frame.len(), parts.len(), buffers.len()].map(|count| count as u32);
    words.extend_from_slice(&[frame_words, message.bytes(), parts_count, buffers_count]);
    words.extend_from_slice(frame);
    for part in parts {
        let [low, high] = number(part.job);
        let of = match part.of {
            Source::Params => 0,
            Source::Input(input) => u32::from(input) + 1,
        };
        words.extend_from_slice(&[low, high, of, part.from, part.length]);
    }
    for parcel in buffers {
        let [low, high, index] = name(parcel.task);
        let whose = match parcel.buffer {
            Enclosed::Copy => 0,
            Enclosed::Input(input) => u32::from(input) + 1,
        };
        words.extend_from_slice(&[low, high, index, whose]);
    }
}

fn put(words: &mut Vec<u32>, kind: u32, more: &[u32]) {
    words.push(kind);
    words.extend_from_slice(more);
}

fn place(WorkerId { slot, generation }: WorkerId) -> [u32; 2] {
    [slot.into(), generation]
}

pub(super) fn number(job: JobId) -> [u32; 2] {
    halves(job.get())
}

fn name(TaskId { job, index }: TaskId) -> [u32; 3] {
    let [low, high] = number(job);
    [low, high, index]
}

fn halves(long: u64) -> [u32; 2] {
    [long as u32, (long >> 32) as u32]
}

fn life(lifecycle: Lifecycle) -> u32 {
    match lifecycle {
        Lifecycle::Opening => 0,
        Lifecycle::Open => 1,
        Lifecycle::Draining => 2,
        Lifecycle::Closed => 3,
        Lifecycle::Failed => 4,
    }
}

fn why(reason: Reason) -> u32 {
    match reason {
        Reason::StartTimedOut => 0,
        Reason::Stopped => 1,
        Reason::Retired => 2,
        Reason::Idle => 3,
        Reason::Closed => 4,
    }
}

fn end(outcome: Outcome) -> [u32; 2] {
    match outcome {
        Outcome::Completed => [0, 0],
        Outcome::Failed => [1, 0],
        Outcome::Cancelled => [2, 0],
        Outcome::DeadlineExceeded => [3, 0],
        Outcome::WorkerLost { attempts } => [4, attempts.into()],
        Outcome::PoolFailed => [5, 0],
    }
}

/// The numbers of a pool.
pub(super) fn stats(numbers: &mut Vec<f64>, stats: &Stats) {
    let jobs = stats.jobs;
    let counts = [
        stats.queued as u64,
        stats.in_flight as u64,
        jobs.submitted,
        jobs.completed,
        jobs.failed,
        jobs.cancelled,
        jobs.timed_out,
        jobs.lost,
    ];
    count(numbers, &counts);
    for Percentiles { p50_us, p90_us, p99_us, max_us } in [stats.waiting, stats.running] {
        count(numbers, &[p50_us, p90_us, p99_us, max_us].map(u64::from));
    }
    stats.workers.iter().for_each(|worker| count(numbers, &slot(worker)));
}

/// Apart, because it is the same however many they are.
#[inline(never)]
fn count(numbers: &mut Vec<f64>, counts: &[u64]) {
    numbers.extend(counts.iter().map(|&count| count as f64));
}

fn slot(worker: &WorkerStats) -> [u64; 8] {
    let state = match worker.view {
        WorkerView::Vacant => 0,
        WorkerView::Starting => 1,
        WorkerView::Ready { in_flight: 0 } => 2,
        WorkerView::Ready { .. } => 3,
    };
    [
        state,
        worker.generation.into(),
        worker.tasks,
        worker.compute_us,
        worker.copy_us,
        worker.memory,
        worker.peak_memory,
        worker.ready_us,
    ]
}
