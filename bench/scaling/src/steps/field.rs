//! A scheduler with many jobs queued, and the steps that are timed on it.

use std::{collections::VecDeque, hint::black_box, num::NonZeroU32};

use fastrand::Rng;
use unjank_core::scheduler::{
    Action, Config, Custody, JobSpec, Lane, Scheduler, Timestamp, Verdict,
};
use unjank_protocol::{JobId, KernelId, TaskId, WorkerId};

use crate::stopwatch::time_each;

/// Steps that are timed together.
pub(super) const TIMED: usize = 512;

/// Steps before them that are not, so that those find their data where they left it.
const WARM: usize = 128;

const TOGETHER: usize = WARM + TIMED;

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A job comes and goes to the end of its lane.
    Submit,
    /// A worker answers: its job settles, and the next task is posted.
    Answer,
    /// The time of the next timer is asked for.
    PollTimeout,
    /// The job that would go next is cancelled.
    CancelFirst,
    /// The job that came last is cancelled.
    CancelLast,
    /// A job anywhere in the queue is cancelled.
    CancelAny,
    /// A job comes with a deadline later than all others.
    SubmitWithDeadline,
    /// A worker answers for a job that has a deadline.
    AnswerWithDeadline,
    /// The deadline of a queued job passes.
    Expire,
}

impl Step {
    pub(crate) const ALL: [Self; 9] = [
        Self::Submit,
        Self::Answer,
        Self::PollTimeout,
        Self::CancelFirst,
        Self::CancelLast,
        Self::CancelAny,
        Self::SubmitWithDeadline,
        Self::AnswerWithDeadline,
        Self::Expire,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Answer => "answer, settle, post",
            Self::PollTimeout => "poll timeout",
            Self::CancelFirst => "cancel the first",
            Self::CancelLast => "cancel the last",
            Self::CancelAny => "cancel any",
            Self::SubmitWithDeadline => "submit, with deadlines",
            Self::AnswerWithDeadline => "answer, with deadlines",
            Self::Expire => "expire",
        }
    }

    /// The jobs on which it is timed.
    pub(crate) fn deadlines(self) -> Deadlines {
        match self {
            Self::Submit
            | Self::Answer
            | Self::PollTimeout
            | Self::CancelFirst
            | Self::CancelLast
            | Self::CancelAny => Deadlines::None,
            Self::SubmitWithDeadline | Self::AnswerWithDeadline => Deadlines::All,
            Self::Expire => Deadlines::Queued,
        }
    }
}

/// Which jobs have a deadline: of those that have one, who came first has the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deadlines {
    None,
    /// All but the first, which the workers hold until the end.
    Queued,
    All,
}

impl Deadlines {
    pub(crate) const ALL: [Self; 3] = [Self::None, Self::All, Self::Queued];
}

/// A scheduler whose workers are all busy, and whose queue has the same length whenever a
/// measurement begins.
#[derive(Debug)]
pub(crate) struct Field {
    scheduler: Scheduler,
    deadlines: Deadlines,
    /// The deadline of the job that comes next.
    deadline: u64,
    held: usize,
    length: usize,
    /// Queued jobs, in their order.
    queued: VecDeque<Queued>,
    /// Jobs that were queued since then.
    fresh: Vec<Queued>,
    /// Jobs that were posted since then.
    posted: usize,
    /// Tasks on workers, in the order they were posted.
    out: VecDeque<(WorkerId, TaskId)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Queued {
    job: JobId,
    deadline: u64,
}

const NOW: Timestamp = Timestamp::ZERO;

impl Field {
    pub(crate) fn new(length: usize, workers: u16, deadlines: Deadlines) -> Self {
        let config =
            Config { workers, min_workers: workers, queue: usize::MAX, ..Config::default() };
        let held = usize::from(workers) * usize::from(config.depth);
        let mut field = Self {
            scheduler: Scheduler::new(config, NOW),
            deadlines,
            deadline: 1_000_000,
            held,
            length,
            queued: VecDeque::new(),
            fresh: Vec::new(),
            posted: 0,
            out: VecDeque::new(),
        };
        for slot in 0..workers {
            field.scheduler.handle_ready(NOW, WorkerId { slot, generation: 0 });
        }
        field.submit(held);
        field.book();
        field.submit(length);
        field.book();
        field
    }

    /// Nanoseconds that one such step takes.
    pub(crate) fn time(&mut self, step: Step, rng: &mut Rng) -> f64 {
        let time = match step {
            Step::Submit | Step::SubmitWithDeadline => {
                self.submit(WARM);
                time_each(TIMED, || self.submit(TIMED))
            }
            Step::Answer | Step::AnswerWithDeadline => {
                self.answer(WARM);
                time_each(TIMED, || self.answer(TIMED))
            }
            Step::PollTimeout => time_each(TIMED, || {
                for _ in 0..TIMED {
                    black_box(black_box(&self.scheduler).poll_timeout());
                }
            }),
            Step::CancelFirst => self.cancel(self.queued.iter().copied().take(TOGETHER).collect()),
            Step::CancelLast => {
                self.cancel(self.queued.iter().rev().copied().take(TOGETHER).collect())
            }
            Step::CancelAny => self.cancel(self.some_of_all(rng)),
            Step::Expire => self.expire(),
        };
        self.level();
        time
    }

    #[cfg(test)]
    pub(super) fn queued(&self) -> usize {
        self.scheduler.queued_tasks()
    }

    /// Brings the queue back to its length.
    fn level(&mut self) {
        self.book();
        let (queued, length) = (self.queued.len(), self.length);
        self.submit(length.saturating_sub(queued));
        self.answer(queued.saturating_sub(length));
        self.book();
    }

    fn submit(&mut self, jobs: usize) {
        for _ in 0..jobs {
            let deadline = Some(Timestamp::from_micros(self.deadline)).filter(|_| self.is_due());
            let (lane, kernel, tasks) = (Lane::Normal, KernelId(0), NonZeroU32::MIN);
            let spec = JobSpec {
                lane,
                kernel,
                tasks,
                custody: Custody::Kept,
                deadline,
                ahead: None,
                place: None,
            };
            let job = self.scheduler.submit(NOW, spec).expect("the queue has no end");
            self.fresh.push(Queued { job, deadline: self.deadline });
            self.deadline += 1;
            self.carry_out();
        }
    }

    /// Whether the next job has a deadline.
    fn is_due(&self) -> bool {
        match self.deadlines {
            Deadlines::None => false,
            Deadlines::Queued => self.scheduler.queued_tasks() > 0 || self.out.len() == self.held,
            Deadlines::All => true,
        }
    }

    fn answer(&mut self, tasks: usize) {
        for _ in 0..tasks {
            let (worker, task) = self.out.pop_front().expect("workers are busy");
            black_box(self.scheduler.handle_reply(NOW, worker, &[(task, Verdict::Completed)]));
            self.carry_out();
        }
    }

    fn carry_out(&mut self) {
        while let Some(action) = self.scheduler.poll_action() {
            if let Action::Post { worker, task, .. } = action {
                self.out.push_back((worker, task));
                self.posted += 1;
            }
        }
    }

    /// Writes down who came and who left. That takes longer the more are queued, so it is not timed.
    fn book(&mut self) {
        self.queued.extend(self.fresh.drain(..));
        self.queued.drain(..std::mem::take(&mut self.posted));
    }

    /// Times the cancelling of these, but for the first few.
    fn cancel(&mut self, mut jobs: Vec<Queued>) -> f64 {
        let (warm, timed) = jobs.split_at(WARM);
        self.cancel_all(warm);
        let time = time_each(timed.len(), || self.cancel_all(timed));
        jobs.sort_unstable();
        self.queued.retain(|queued| jobs.binary_search(queued).is_err());
        time
    }

    fn cancel_all(&mut self, jobs: &[Queued]) {
        for queued in jobs {
            self.scheduler.cancel(NOW, queued.job);
            while let Some(action) = self.scheduler.poll_action() {
                black_box(action);
            }
        }
    }

    /// As many as are timed together, from all over the queue.
    fn some_of_all(&self, rng: &mut Rng) -> Vec<Queued> {
        let mut some: Vec<Queued> = Vec::new();
        while some.len() < TOGETHER {
            let more = (some.len()..TOGETHER).map(|_| self.queued[rng.usize(..self.length)]);
            some.extend(more.collect::<Vec<_>>());
            some.sort_unstable();
            some.dedup();
        }
        rng.shuffle(&mut some);
        some
    }

    fn expire(&mut self) -> f64 {
        self.expire_next(WARM);
        time_each(TIMED, || self.expire_next(TIMED))
    }

    fn expire_next(&mut self, jobs: usize) {
        for queued in self.queued.drain(..jobs) {
            self.scheduler.handle_timeout(Timestamp::from_micros(queued.deadline));
            while let Some(action) = self.scheduler.poll_action() {
                black_box(action);
            }
        }
    }
}
