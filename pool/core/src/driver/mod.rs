//! What is to be done about the scheduler's decisions: messages, copies, results, over numbers alone.
//!
//! A payload is known by the number of its job, parameters by a number that says which jobs have the same. The
//! face of [`Driver`] is the scheduler's, one storey up:
//! - commands: [`submit`](Driver::submit), [`take`](Driver::take), [`cancel`](Driver::cancel),
//!   [`abort`](Driver::abort), [`pause`](Driver::pause), [`resume`](Driver::resume),
//!   [`resize`](Driver::resize), [`keep`](Driver::keep), [`close`](Driver::close),
//!   [`reopen`](Driver::reopen);
//! - facts: [`handle_ready`](Driver::handle_ready), [`handle_reply`](Driver::handle_reply),
//!   [`handle_refused`](Driver::handle_refused), [`handle_lost`](Driver::handle_lost),
//!   [`handle_timeout`](Driver::handle_timeout);
//! - outputs: [`turn`](Driver::turn), [`poll_effect`](Driver::poll_effect),
//!   [`poll_timeout`](Driver::poll_timeout);
//! - queries: everything that takes `&self` besides.
//!
//! Commands and facts decide, and carry nothing out. What was decided becomes effects in the next turn, so what
//! is wanted together is seen together: a job that is aborted before that was never sent. After a
//! [`turn`](Driver::turn) drain [`poll_effect`](Driver::poll_effect), then arm a timer for
//! [`poll_timeout`](Driver::poll_timeout).

mod effect;
mod histogram;
mod kernels;
mod order;
mod outbox;
mod pace;
mod places;
mod record;
mod reply;
mod stats;
mod turn;

use alloc::{collections::VecDeque, vec::Vec};

pub use effect::{Copy, Delivery, Effect, Enclosed, Message, Parcel, Part, Source};
pub use kernels::{KernelShape, OutputShape};
pub use order::{Accepted, Cut, INLINE_BYTES, Order, Ownership, ParamsKey, Refusal};
pub use reply::{Answer, Reply};
pub use stats::{JobCounts, Percentiles, Stats, WorkerStats};
pub use turn::{Occasion, Progress};
use unjank_protocol::{JobId, TaskId, WorkerId};

use self::{
    kernels::Kernels, outbox::Outbox, pace::Paces, places::Places, record::Record, stats::Counts,
    turn::Unfinished,
};
use crate::{
    Register,
    scheduler::{
        Close, Config, Lifecycle, Loss, Scheduler, Tenure, Timestamp, Verdict, WorkerView,
    },
};

/// The driver. See the [module](self).
#[derive(Debug)]
pub struct Driver {
    scheduler: Scheduler,
    /// Every accepted job that has not settled.
    records: Register<Record>,
    kernels: Kernels,
    paces: Paces,
    /// Whose parameters the workers keep.
    places: Places,
    unfinished: Option<Unfinished>,
    /// How far the last turn went.
    progress: Progress,
    /// Empty between turns.
    outbox: Outbox,
    /// What nobody has polled yet.
    effects: VecDeque<Effect>,
    counts: Counts,
}

impl Driver {
    /// A driver that starts its first workers in its first [`turn`](Driver::turn). `config` is made
    /// [sane](Config::sane).
    #[must_use]
    pub fn new(config: Config, now: Timestamp) -> Self {
        let scheduler = Scheduler::new(config, now);
        Self {
            counts: Counts::new(scheduler.config().slots()),
            scheduler,
            records: Register::default(),
            kernels: Kernels::default(),
            paces: Paces::default(),
            places: Places::default(),
            unfinished: None,
            progress: Progress::Done,
            outbox: Outbox::default(),
            effects: VecDeque::new(),
        }
    }

    /// Says what the kernels are, by their numbers: to be done before a worker is said to be ready.
    pub fn describe(&mut self, kernels: Vec<KernelShape>) {
        self.kernels = Kernels(kernels);
    }

    // ---- Commands

    /// Accepts a job. Its payload stays where it is until an effect says otherwise.
    ///
    /// # Errors
    /// When the payload cannot be cut so, a task of it is too large, or the pool does not take it.
    pub fn submit(&mut self, now: Timestamp, order: &Order<'_>) -> Result<Accepted, Refusal> {
        let plan = order.plan()?;
        let spec = order.spec(&plan, &self.kernels)?;
        let job = self.scheduler.submit(now, spec).map_err(Refusal::Pool)?;
        self.counts.accept();
        let filed = self.records.push(Record::new(order, plan, &spec, now));
        debug_assert_eq!(filed, Some(job), "both count the jobs that were accepted");
        Ok(Accepted { job, plan })
    }

    /// Its caller lost interest in a job: what waits is dropped, what runs finishes unheard.
    pub fn cancel(&mut self, now: Timestamp, job: JobId) {
        self.scheduler.cancel(now, job);
    }

    /// Stops jobs wherever they are: what waits is dropped, what runs is ended with its worker.
    pub fn abort(&mut self, now: Timestamp, jobs: impl IntoIterator<Item = JobId>) {
        jobs.into_iter().for_each(|job| self.scheduler.abort(now, job));
    }

    /// The consumer of chunked work took so many results: as many more may be sent.
    pub fn take(&mut self, now: Timestamp, job: JobId, results: u32) {
        self.scheduler.take(now, job, results);
    }

    /// Decides to send nothing from here on: what was sent goes on, and everything else waits, but for
    /// deadlines. A pool that closes is not paused.
    pub fn pause(&mut self) {
        self.scheduler.pause();
    }

    /// Ends a [pause](Driver::pause).
    pub fn resume(&mut self, now: Timestamp) {
        self.scheduler.resume(now);
    }

    /// Lets so many workers hold tasks from here on, at least 1: more are started when there is work for
    /// them, and of those that are too many each is ended once it holds nothing.
    pub fn resize(&mut self, now: Timestamp, workers: u16) {
        self.scheduler.resize(now, workers);
        self.counts.grow(self.scheduler.config().slots());
    }

    /// Says how long a worker that has nothing to do may stay.
    pub fn keep(&mut self, now: Timestamp, worker: WorkerId, tenure: Tenure) {
        self.scheduler.keep(now, worker, tenure);
    }

    /// Takes no more jobs, and closes when the accepted ones have settled.
    pub fn close(&mut self, now: Timestamp, close: Close) {
        self.scheduler.close(now, close);
    }

    /// Begins to start workers again, if the pool has failed.
    pub fn reopen(&mut self, now: Timestamp) {
        self.scheduler.reopen(now);
    }

    // ---- Facts

    /// A worker said hello.
    pub fn handle_ready(&mut self, now: Timestamp, worker: WorkerId) {
        self.scheduler.handle_ready(now, worker);
        let view = self.scheduler.workers().find(|(id, _)| *id == worker);
        if let Some((_, WorkerView::Ready { .. })) = view {
            self.counts.begin(worker, now);
        }
    }

    /// One task of a message was not sent: its job fails.
    pub fn handle_refused(&mut self, now: Timestamp, worker: WorkerId, task: TaskId) {
        // The message may have had parameters to keep.
        self.places.forget(worker);
        self.scheduler.handle_reply(now, worker, &[(task, Verdict::Failed)]);
    }

    /// A worker died, or could not be started, and is gone.
    pub fn handle_lost(&mut self, now: Timestamp, worker: WorkerId, loss: Loss) {
        self.counts.end(worker, now);
        self.scheduler.handle_lost(now, worker, loss);
    }

    /// Time has passed: at least to what [`Driver::poll_timeout`] said, or nothing happens.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.scheduler.handle_timeout(now);
    }

    // ---- Outputs

    /// The next thing to do.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When to call [`Driver::handle_timeout`] next; later than the last time it was called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        self.scheduler.poll_timeout()
    }

    // ---- Queries

    /// Where the pool is in its life. It is closed once all that belongs to its closing is among the effects.
    #[must_use]
    pub fn lifecycle(&self) -> Lifecycle {
        let lifecycle = self.scheduler.lifecycle();
        if lifecycle == Lifecycle::Closed && self.scheduler.has_actions() {
            return Lifecycle::Draining;
        }
        lifecycle
    }

    /// Whether a job would be accepted, as far as the queue's length goes.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.scheduler.has_room()
    }

    /// Tasks waiting for a worker. What a turn left to the next is not among them.
    #[must_use]
    pub fn queued_tasks(&self) -> usize {
        self.scheduler.queued_tasks()
    }

    /// What the pool has done and is doing.
    #[must_use]
    pub fn stats(&self, now: Timestamp) -> Stats {
        self.counts.snapshot(&self.scheduler, now)
    }
}
