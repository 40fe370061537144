//! Which task goes to which worker, and what becomes of each job: a state machine without bytes,
//! wakers, clocks or randomness. `README.md` beside this file tells how it works in prose.
//!
//! The face of [`Scheduler`] has four families of methods:
//! - commands: [`submit`](Scheduler::submit), [`take`](Scheduler::take),
//!   [`cancel`](Scheduler::cancel), [`abort`](Scheduler::abort), [`pause`](Scheduler::pause),
//!   [`resume`](Scheduler::resume), [`resize`](Scheduler::resize), [`keep`](Scheduler::keep),
//!   [`close`](Scheduler::close), [`reopen`](Scheduler::reopen);
//! - facts: [`handle_ready`](Scheduler::handle_ready), [`handle_reply`](Scheduler::handle_reply),
//!   [`handle_lost`](Scheduler::handle_lost), [`handle_retired`](Scheduler::handle_retired),
//!   [`handle_timeout`](Scheduler::handle_timeout), [`set_share`](Scheduler::set_share);
//! - outputs: [`poll_action`](Scheduler::poll_action),
//!   [`put_back_action`](Scheduler::put_back_action), [`poll_timeout`](Scheduler::poll_timeout);
//! - queries: everything that takes `&self` besides.
//!
//! After a command or a fact, drain [`poll_action`](Scheduler::poll_action) until it is empty and
//! carry the actions out in that order, then arm a timer for
//! [`poll_timeout`](Scheduler::poll_timeout).

mod config;
mod deadlines;
mod dispatch;
mod job;
mod jobs;
mod lanes;
mod laws;
mod policy;
mod queue;
mod ranking;
mod row;
mod settle;
mod shares;
mod strays;
mod time;
#[cfg(test)]
mod visits;
mod waiting;
mod words;
mod worker;

use alloc::{collections::VecDeque, vec::Vec};

pub use config::Config;
pub use job::{Custody, JobSpec};
pub use lanes::Lane;
pub use time::Timestamp;
use unjank_protocol::{JobId, KernelId, TaskId, WorkerId};
pub use words::{
    Action, Close, Lifecycle, Loss, Manner, Outcome, Reason, Receipt, Refusal, Verdict, WorkerView,
};
pub use worker::Tenure;

use self::{
    deadlines::Deadlines,
    job::{Job, Phase, Progress},
    jobs::Jobs,
    policy::Flow,
    queue::Queue,
    shares::Shares,
    worker::{Trust, WorkerState, Workers},
};

/// The scheduler. See the [module](self).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scheduler {
    config: Config,
    lifecycle: Lifecycle,
    flow: Flow,
    /// Every job that is not settled, and every settled one that still occupies a worker.
    jobs: Jobs,
    /// Those of them that have a task that may be sent.
    queue: Queue,
    workers: Workers,
    /// The deadlines of the jobs in `jobs` that have one.
    deadlines: Deadlines,
    /// Tasks of each kernel that a worker may hold when they share messages.
    shares: Shares,
    /// Starts that failed since a worker last proved itself, or the last ready one left.
    failures: u8,
    /// No worker is started before this; a failed pool takes no job before it.
    start_after: Timestamp,
    /// What the driver has not yet polled.
    actions: VecDeque<Action>,
}

impl Scheduler {
    /// A scheduler that begins by starting `config.min_workers` workers, and at least one, to
    /// learn whether they can be started at all, and the spares. `config` is made
    /// [sane](Config::sane).
    #[must_use]
    pub fn new(config: Config, now: Timestamp) -> Self {
        let config = config.sane();
        let mut scheduler = Self {
            lifecycle: Lifecycle::Opening,
            flow: Flow::On,
            jobs: Jobs::default(),
            queue: Queue::new(config.turns),
            workers: Workers::new(config.slots()),
            deadlines: Deadlines::new(),
            shares: Shares::new(config.batch),
            failures: 0,
            start_after: now,
            actions: VecDeque::new(),
            config,
        };
        scheduler.schedule(now);
        scheduler
    }

    // ---- Commands

    /// Accepts a job. From here on it settles exactly once: at once, if its deadline has passed or its
    /// place is gone. Others that are late wait for [`Scheduler::handle_timeout`], for their results may be on
    /// their way.
    ///
    /// A pool that has failed begins again with the first job that comes once it has rested for the
    /// longest backoff, as if it were [reopened](Scheduler::reopen) for it.
    ///
    /// # Errors
    /// When the queue is full, the pool closes, or it has failed and rests.
    pub fn submit(&mut self, now: Timestamp, spec: JobSpec) -> Result<JobId, Refusal> {
        match self.lifecycle {
            Lifecycle::Opening | Lifecycle::Open => {}
            Lifecycle::Draining | Lifecycle::Closed => return Err(Refusal::Closed),
            Lifecycle::Failed if now < self.start_after => return Err(Refusal::Failed),
            Lifecycle::Failed => self.reopen(now),
        }
        if !self.has_room() {
            return Err(Refusal::Full);
        }
        let id = self.jobs.push(spec).ok_or(Refusal::Closed)?;
        if self.is_orphan(id) {
            self.jobs.remove(id);
            self.actions.push_back(Action::Settle { job: id, outcome: Outcome::ORPHANED });
            return Ok(id);
        }
        self.queue.push_back(&mut self.jobs, id);
        self.deadlines.insert(&mut self.jobs, id);
        if spec.deadline.is_some_and(|deadline| deadline <= now) {
            self.settle(now, id, Outcome::DeadlineExceeded, Phase::Doomed);
        }
        self.schedule(now);
        Ok(id)
    }

    /// The consumer of a job took so many of its results: as many more of its tasks may be sent as
    /// [`JobSpec::ahead`] lets be ahead of it. Which results they are makes no difference, and no more
    /// count than have come and were not taken. Of a job that has settled nothing is left to send, and
    /// nothing happens.
    pub fn take(&mut self, now: Timestamp, job: JobId, results: u32) {
        if self.queue.credit(&mut self.jobs, job, results) {
            // It was held while its worker went: another may have the slot by now.
            if self.is_orphan(job) {
                self.settle(now, job, Outcome::ORPHANED, Phase::Unheard);
            }
            self.schedule(now);
        }
    }

    /// The caller lost interest: what waits is dropped, what runs finishes unheard.
    pub fn cancel(&mut self, now: Timestamp, job: JobId) {
        self.settle(now, job, Outcome::Cancelled, Phase::Unheard);
        self.schedule(now);
    }

    /// The caller wants it stopped: what waits is dropped, what runs is ended with its worker.
    pub fn abort(&mut self, now: Timestamp, job: JobId) {
        self.settle(now, job, Outcome::Cancelled, Phase::Doomed);
        self.schedule(now);
    }

    /// Sends nothing from here on: what workers hold they go on with, and everything else waits.
    /// Deadlines do not, and jobs are accepted as ever. A pool that closes is not paused.
    pub fn pause(&mut self) {
        if matches!(self.lifecycle, Lifecycle::Opening | Lifecycle::Open | Lifecycle::Failed) {
            self.flow = Flow::Paused;
        }
    }

    /// Ends a [pause](Scheduler::pause).
    pub fn resume(&mut self, now: Timestamp) {
        if self.flow == Flow::Paused {
            self.flow = Flow::On;
            self.schedule(now);
        }
    }

    /// Lets so many workers hold tasks from here on: at least 1, and no more than can be numbered with
    /// the spares. More are started when there is work for them. Of those that are too many each is
    /// ended once it holds nothing, and until then none is sent a task.
    pub fn resize(&mut self, now: Timestamp, workers: u16) {
        // `clamp` can panic.
        let workers = workers.max(1).min(u16::MAX - self.config.spares);
        if self.config.workers != workers {
            self.config.workers = workers;
            self.workers.grow(self.config.slots());
            self.schedule(now);
        }
    }

    /// Says how long a ready worker that has nothing to do may stay. One that [keeps](Tenure::Kept)
    /// something is not ended for being idle, and of workers too many it goes last: but it may die, or be
    /// ended with a job that it runs.
    pub fn keep(&mut self, now: Timestamp, worker: WorkerId, tenure: Tenure) {
        if self.workers.set_tenure(worker, tenure) {
            self.schedule(now);
        }
    }

    /// Takes no more jobs, and closes when the accepted ones have settled: at once, if the pool has
    /// failed. A job whose results nobody takes can hold up a close that drains; one that aborts
    /// cancels it.
    pub fn close(&mut self, now: Timestamp, close: Close) {
        if self.lifecycle == Lifecycle::Closed {
            return;
        }
        self.lifecycle = Lifecycle::Draining;
        self.flow = Flow::On;
        match close {
            Close::Drain => self.schedule(now),
            Close::Abort => self.end(Lifecycle::Closed, Outcome::Cancelled),
        }
    }

    /// Begins again after the pool has failed, rested or not: takes jobs, and starts workers at once,
    /// as often as when it was built. Nothing happens in any other lifecycle.
    pub fn reopen(&mut self, now: Timestamp) {
        if self.lifecycle != Lifecycle::Failed {
            return;
        }
        self.lifecycle = Lifecycle::Opening;
        self.failures = 0;
        self.start_after = now;
        self.schedule(now);
    }

    // ---- Facts

    /// A worker said hello.
    pub fn handle_ready(&mut self, now: Timestamp, worker: WorkerId) {
        let Some(WorkerState::Starting { .. }) = self.workers.get(worker) else { return };
        let (in_flight, trust) = (VecDeque::new(), Trust::Untried);
        let tenure = Tenure::Idle;
        self.workers.set(worker, WorkerState::Ready { in_flight, idle_since: now, trust, tenure });
        if self.lifecycle == Lifecycle::Opening {
            self.lifecycle = Lifecycle::Open;
        }
        self.schedule(now);
    }

    /// A worker answered some of its tasks. Says of each answer what becomes of it. The other tasks
    /// stay with the worker, which goes on with them, whatever befell these.
    pub fn handle_reply(
        &mut self,
        now: Timestamp,
        worker: WorkerId,
        answers: &[(TaskId, Verdict)],
    ) -> Vec<Receipt> {
        let book = |&(task, verdict): &_| match self.take_off(now, worker, task) {
            Some(held) => self.receive(now, held.task, verdict),
            None => Receipt::Stale,
        };
        let receipts: Vec<_> = answers.iter().map(book).collect();
        // From nobody, it changes nothing.
        if receipts.iter().any(|&receipt| receipt != Receipt::Stale) {
            self.stop_doomed_front(now, worker);
            self.schedule(now);
        }
        receipts
    }

    /// A worker died, or could not be started. `loss` counts where that was a failed start: after a
    /// final one there is no other, as after the last of `starts`.
    pub fn handle_lost(&mut self, now: Timestamp, worker: WorkerId, loss: Loss) {
        match self.workers.vacate(worker) {
            None | Some(WorkerState::Vacant) => return,
            Some(WorkerState::Starting { .. }) => self.count_failed_start(now, loss),
            Some(WorkerState::Ready { in_flight, trust, .. }) => {
                let sent = in_flight.len() - self.withdraw_posts(worker);
                if sent == 0 && trust == Trust::Untried {
                    self.count_failed_start(now, loss);
                } else {
                    self.forgive_if_deserted();
                }
                self.recover(now, in_flight, sent, Blame::Tasks);
            }
        }
        self.schedule(now);
    }

    /// A worker that lives takes no more tasks. It is ended, and what it has not answered is sent
    /// again, charged to nobody. Who never answered a task was a failed start, or workers that only
    /// retire would follow each other for ever.
    pub fn handle_retired(&mut self, now: Timestamp, worker: WorkerId) {
        let Some(state) = self.workers.vacate(worker) else { return };
        let unsent = self.withdraw_posts(worker);
        self.actions.push_back(Action::Terminate { worker, reason: Reason::Retired });
        match state {
            WorkerState::Vacant => {}
            WorkerState::Starting { .. } => self.count_failed_start(now, Loss::Mendable),
            WorkerState::Ready { in_flight, trust, .. } => {
                if trust == Trust::Untried {
                    self.count_failed_start(now, Loss::Mendable);
                } else {
                    self.forgive_if_deserted();
                }
                let sent = in_flight.len() - unsent;
                self.recover(now, in_flight, sent, Blame::Nobody);
            }
        }
        self.schedule(now);
    }

    /// Time has passed: at least to what [`Scheduler::poll_timeout`] said, or nothing happens.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.expire_jobs(now);
        // Before the pool can fail: they are lost for another reason.
        self.lose_orphans(now);
        self.expire_starts(now);
        self.schedule(now);
        self.expire_idle(now);
    }

    /// Tasks of a kernel take so long that a worker may hold this many of them when they share
    /// messages: at least 1 and at most `batch`.
    pub fn set_share(&mut self, now: Timestamp, kernel: KernelId, tasks: u16) {
        if self.shares.set(kernel, tasks) {
            self.schedule(now);
        }
    }

    // ---- Outputs

    /// The next thing to do.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// Takes back an action that could not be carried out yet: it is the next one again. A task is
    /// taken for sent once its post was polled and not put back.
    pub fn put_back_action(&mut self, action: Action) {
        self.actions.push_front(action);
    }

    /// When to call [`Scheduler::handle_timeout`] next; later than the last time it was called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        let deadline = self.deadlines.first(&self.jobs).map(|(deadline, _)| deadline);
        let start = self.workers.first_late().map(|(_, deadline)| deadline);
        let idle = self.next_idle_expiry().map(|(_, expiry)| expiry);
        let retry = self.wants_start().then_some(self.start_after);
        [deadline, start, idle, retry].into_iter().flatten().min()
    }

    // ---- Queries

    /// Where the pool is in its life.
    #[must_use]
    pub fn lifecycle(&self) -> Lifecycle {
        self.lifecycle
    }

    /// Whether there are actions that nobody has polled.
    #[must_use]
    pub fn has_actions(&self) -> bool {
        !self.actions.is_empty()
    }

    /// Whether a job would be accepted, as far as the queue's length goes. A job that is held until its
    /// consumer takes has no place in the queue.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.queue.len() < self.config.queue
    }

    /// The configuration in force.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Tasks waiting for a worker. Those that wait for a consumer to take are not among them.
    #[must_use]
    pub fn queued_tasks(&self) -> usize {
        self.queue.tasks()
    }

    /// Jobs that have not settled.
    #[must_use]
    pub fn live_jobs(&self) -> usize {
        self.jobs.live()
    }

    /// Tasks of a kernel that a worker may hold when they share messages: 32, or `batch` if that is
    /// less, until [`Scheduler::set_share`] says another number.
    #[must_use]
    pub fn share(&self, kernel: KernelId) -> u16 {
        self.shares.of(kernel)
    }

    /// Whether a task is in flight on exactly this worker.
    #[must_use]
    pub fn holds(&self, worker: WorkerId, task: TaskId) -> bool {
        let in_flight = self.workers.in_flight(worker);
        in_flight.is_some_and(|in_flight| in_flight.iter().any(|held| held.task == task))
    }

    /// What each slot does, in the order of slots.
    pub fn workers(&self) -> impl Iterator<Item = (WorkerId, WorkerView)> {
        self.workers.iter().map(|(worker, state)| {
            let view = match state {
                WorkerState::Vacant => WorkerView::Vacant,
                WorkerState::Starting { .. } => WorkerView::Starting,
                WorkerState::Ready { in_flight, .. } => {
                    WorkerView::Ready { in_flight: in_flight.len() }
                }
            };
            (worker, view)
        })
    }
}

/// Who is to blame when a worker is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blame {
    /// The task it ran may have killed it.
    Tasks,
    /// The pool ended it, or it retired.
    Nobody,
}
