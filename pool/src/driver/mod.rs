//! Carries out what the scheduler decides: owns payloads, wakers and the port.

mod mailbox;
mod module;
mod outbox;
mod pace;
mod places;
mod record;
mod stats;
mod timeline;
mod turn;
mod wakers;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::{Poll, Waker},
};

use mailbox::Mailbox;
pub use mailbox::Piece;
pub(crate) use mailbox::{Listener, Mail};
use module::Module;
use pace::Paces;
use places::Places;
#[cfg(target_arch = "wasm32")]
pub(crate) use record::INLINE_BYTES;
pub(crate) use record::Order;
pub use record::Ownership;
use record::{Record, Staged};
use stats::SlotCounts;
pub use stats::{JobCounts, Stats, WorkerStats};
use timeline::Timeline;
use unjank_core::Register;
use unjank_protocol::{FrameError, JobId, KernelId, Onward, Reply, VERSION, WorkerId};
pub(crate) use wakers::Ticket;
use wakers::Wakers;

use crate::{
    Rejection, SpawnError, SubmitError,
    port::Port,
    scheduler::{
        Close, Config, Custody, JobSpec, Lifecycle, Loss, Refusal, Scheduler, Timestamp, WorkerView,
    },
};

/// Carries out what the scheduler decides: owns payloads, wakers and the port.
///
/// One turn is: tell the scheduler what happened, carry out its actions until it has no more, arm
/// the timer, and only then, with nothing borrowed, wake the callers. Copies are spread over turns. A call that
/// comes in while a turn runs (a port may call user code, to make a worker) only tells the
/// scheduler; the running turn goes on to carry it out.
#[derive(Debug)]
pub struct Driver<P: Port> {
    port: P,
    turn: Cell<Turn>,
    state: RefCell<State<P>>,
}

/// Who carries actions out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Nobody: there are none.
    Idle,
    /// The port was asked to call soon.
    Asked,
    /// The last turn copied as much as a turn may. The port was asked for another, and until then
    /// nothing is carried out.
    Deferred,
    /// Somebody further up the stack.
    Running,
}

#[derive(Debug)]
struct State<P: Port> {
    scheduler: Scheduler,
    /// Every accepted job that has not settled.
    records: Register<Record<P>>,
    /// What the first worker said of its kernel module.
    module: Option<Rc<Module>>,
    /// Why workers could not be started, most recently.
    cause: Option<SpawnError>,
    /// The copy for a post that did not fit its turn. The post was put back.
    unfinished: Option<Staged<P::Buffer>>,
    paces: Paces,
    /// Whose parameters the workers keep.
    places: Places,
    /// Whether the page was told that workers are replaced instead of healed.
    healing: Healing,
    slots: Vec<SlotCounts>,
    jobs: JobCounts,
    /// None if the port has no chart.
    timeline: Option<Timeline>,
    /// Callers whose results have arrived; to be told at the end of the turn.
    due: Vec<Listener>,
    /// Those who wait for the pool to open, for room in the queue, or for the pool to close.
    waiting: Wakers,
    /// Where in its life the pool was when they were last woken.
    announced: Lifecycle,
}

/// How workers heal, as far as it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Healing {
    /// By a fresh instance.
    InPlace,
    /// By another worker: said once.
    ByReplacement,
}

const REPLACES: &str = "unjank: a worker could not renew its instance, and another takes its place. \
    If the module is made with wasm-bindgen, have the glue generated with `reset_state_function`: \
    then workers heal in place";

impl<P: Port> Driver<P> {
    /// A driver that begins to start workers at the first [`Driver::run`].
    pub fn new(port: P, config: Config) -> Self {
        let scheduler = Scheduler::new(config, port.now());
        let slots = vec![SlotCounts::default(); usize::from(scheduler.config().slots())];
        let state = State {
            announced: scheduler.lifecycle(),
            scheduler,
            records: Register::default(),
            module: None,
            cause: None,
            unfinished: None,
            paces: Paces::default(),
            places: Places::default(),
            healing: Healing::InPlace,
            slots,
            jobs: JobCounts::default(),
            timeline: port.chart().map(|_| Timeline::default()),
            due: Vec::new(),
            waiting: Wakers::default(),
        };
        Self { port, turn: Cell::new(Turn::Idle), state: RefCell::new(state) }
    }

    /// The port, for whoever built it.
    pub fn port(&self) -> &P {
        &self.port
    }

    // ---- What happens in the world

    /// A worker is ready: `version` is that of its frames, and `description` is its kernel module's, as
    /// it stands in the module's memory.
    pub fn handle_ready(&self, worker: WorkerId, version: u16, description: &[u8]) {
        let agreed = self.state.borrow_mut().agree(version, description);
        if let Err((cause, loss)) = agreed {
            return self.lose(worker, cause, loss);
        }
        self.with_scheduler(|scheduler, now| scheduler.handle_ready(now, worker));
        self.note_ready(worker);
        self.go_on();
    }

    /// A worker answered some of its tasks. `buffers` came with the frame, which refers to them by
    /// index; those it does not name are recycled.
    pub fn handle_reply(&self, worker: WorkerId, frame: &[u8], buffers: Vec<P::Buffer>) {
        let reply = match Reply::read(frame) {
            Ok(reply) => reply,
            Err(error) => {
                let message = format!("a worker sent a reply that cannot be read: {error}");
                return self.handle_lost(worker, SpawnError::InitFailed { message });
            }
        };
        let (now, onward) = (self.port.now(), reply.onward);
        self.learn(now, &reply.answers);
        self.chart(|timeline, now| timeline.answered(worker, &reply, now));
        let mut buffers: Vec<Option<P::Buffer>> = buffers.into_iter().map(Some).collect();
        self.book(now, worker, reply, &mut buffers);
        for spare in buffers.into_iter().flatten() {
            self.port.recycle(spare);
        }
        if onward == Onward::Retires {
            self.retire(worker);
        }
        self.go_on();
    }

    /// Replaces a worker that takes no more tasks. What it has not answered is sent again.
    fn retire(&self, worker: WorkerId) {
        self.with_scheduler(|scheduler, now| scheduler.handle_retired(now, worker));
        let mut state = self.state.borrow_mut();
        let before = std::mem::replace(&mut state.healing, Healing::ByReplacement);
        drop(state);
        if before == Healing::InPlace {
            self.port.warn(REPLACES);
        }
    }

    /// A worker died, or could not be started, or makes no sense.
    pub fn handle_lost(&self, worker: WorkerId, cause: SpawnError) {
        let loss = if cause.is_final() { Loss::Final } else { Loss::Mendable };
        self.lose(worker, cause, loss);
    }

    fn lose(&self, worker: WorkerId, cause: SpawnError, loss: Loss) {
        self.terminate(worker);
        self.state.borrow_mut().cause = Some(cause);
        self.with_scheduler(|scheduler, now| scheduler.handle_lost(now, worker, loss));
        self.go_on();
    }

    /// The timer fired.
    pub fn handle_timeout(&self) {
        self.with_scheduler(Scheduler::handle_timeout);
        self.go_on();
    }

    // ---- What callers want

    /// The kernel of this name, once a worker has said what it can compute.
    pub(crate) fn kernel(&self, name: &str) -> Result<KernelId, Rejection> {
        let state = self.state.borrow();
        let found = state.module.as_ref().and_then(|module| module.find(name));
        found.ok_or_else(|| Rejection::UnknownKernel { name: name.into() })
    }

    /// Accepts a job, or gives its payload back.
    pub(crate) fn submit(
        &self,
        order: Order<P>,
        spec: JobSpec,
    ) -> Result<Accepted<P>, SubmitError<P::Buffer>> {
        let mailbox = Rc::new(Mailbox::new());
        let mut state = self.state.borrow_mut();
        let id = match state.scheduler.submit(self.port.now(), spec) {
            Ok(id) => id,
            Err(refusal) => {
                let reason = state.rejection(refusal);
                return Err(SubmitError { reason, payload: order.payload });
            }
        };
        state.jobs.submitted += 1;
        let filed = state.records.push(Record::new(order, spec, Rc::clone(&mailbox)));
        debug_assert_eq!(filed, Some(id), "both count the jobs that were accepted");
        drop(state);
        self.chart(|timeline, now| timeline.accepted(id, now));
        match spec.custody {
            Custody::Moved | Custody::Kept => self.go_on(),
            // Those that are submitted together can share a message.
            Custody::Inline => self.run_soon(),
        }
        Ok(Accepted { id, mailbox })
    }

    /// The caller lost interest in a job.
    pub(crate) fn cancel(&self, job: JobId) {
        self.with_scheduler(|scheduler, now| scheduler.cancel(now, job));
        self.go_on();
    }

    /// The caller wants a job stopped.
    pub(crate) fn abort(&self, job: JobId) {
        self.with_scheduler(|scheduler, now| scheduler.abort(now, job));
        self.go_on();
    }

    /// [`Driver::abort`] for somebody who does not keep the driver alive.
    pub(crate) fn aborter(self: &Rc<Self>, job: JobId) -> impl Fn() + use<P> {
        let driver = Rc::downgrade(self);
        move || {
            if let Some(driver) = driver.upgrade() {
                driver.abort(job);
            }
        }
    }

    /// Takes no more jobs.
    pub(crate) fn close(&self, close: Close) {
        self.with_scheduler(|scheduler, now| scheduler.close(now, close));
        self.go_on();
    }

    /// Begins to start workers again, if the pool has failed. The kernels stay those that the first
    /// of all workers named.
    pub(crate) fn reopen(&self) {
        self.with_scheduler(Scheduler::reopen);
        self.go_on();
    }

    /// Waits, with this ticket, until `done` finds what it looks for.
    pub(crate) fn poll_until<T>(
        &self,
        ticket: &mut Ticket,
        waker: &Waker,
        done: impl FnOnce(&Scheduler, Option<&SpawnError>) -> Option<T>,
    ) -> Poll<T> {
        let mut state = self.state.borrow_mut();
        if let Some(found) = done(&state.scheduler, state.cause.as_ref()) {
            state.waiting.remove(ticket);
            return Poll::Ready(found);
        }
        state.waiting.insert(ticket, waker.clone());
        Poll::Pending
    }

    /// Gives a ticket back, used or not.
    pub(crate) fn give_up(&self, ticket: &mut Ticket) {
        self.state.borrow_mut().waiting.remove(ticket);
    }

    /// What the pool has done and is doing.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let now = self.port.now();
        let state = self.state.borrow();
        let scheduler = &state.scheduler;
        let workers = scheduler.workers().zip(&state.slots);
        let workers = workers.map(|((id, view), counts)| counts.snapshot(view, id.generation, now));
        let in_flight = scheduler.workers().map(|(_, view)| match view {
            WorkerView::Ready { in_flight } => in_flight,
            WorkerView::Vacant | WorkerView::Starting => 0,
        });
        Stats {
            workers: workers.collect(),
            queued: scheduler.queued_tasks(),
            in_flight: in_flight.sum(),
            jobs: state.jobs,
        }
    }

    /// Counts from when a worker is ready, if it is.
    fn note_ready(&self, worker: WorkerId) {
        let now = self.port.now();
        let State { scheduler, slots, .. } = &mut *self.state.borrow_mut();
        let mut workers = scheduler.workers().zip(slots);
        if let Some(((_, WorkerView::Ready { .. }), slot)) =
            workers.find(|((id, _), _)| *id == worker)
        {
            slot.begin(worker.generation, now);
        }
    }

    /// Ends a worker, if it is there.
    fn terminate(&self, worker: WorkerId) {
        self.port.terminate(worker);
        let now = self.port.now();
        if let Some(slot) = self.state.borrow_mut().slots.get_mut(usize::from(worker.slot)) {
            slot.end(worker.generation, now);
        }
        self.chart(|timeline, now| timeline.lost(worker, now));
    }

    /// Tells the timeline, if there is one, with the moment of it.
    fn chart(&self, tell: impl FnOnce(&mut Timeline, u64)) {
        if let Some(chart) = self.port.chart()
            && let Some(timeline) = &mut self.state.borrow_mut().timeline
        {
            tell(timeline, chart.now());
        }
    }

    fn with_scheduler(&self, tell: impl FnOnce(&mut Scheduler, Timestamp)) {
        let now = self.port.now();
        tell(&mut self.state.borrow_mut().scheduler, now);
    }
}

impl<P: Port> State<P> {
    /// Compares what a worker says of itself with what the first said, which is kept. Another worker may
    /// find another script or module where it looks; the module that is described to the first is the
    /// pool's, and stays what it is.
    fn agree(&mut self, version: u16, description: &[u8]) -> Result<(), (SpawnError, Loss)> {
        if version != VERSION {
            let message =
                FrameError::VersionMismatch { ours: VERSION, theirs: version }.to_string();
            return Err((SpawnError::VersionMismatch { message }, Loss::Mendable));
        }
        match &self.module {
            Some(module) if module.is_described_by(description) => Ok(()),
            Some(_) => {
                let message = "workers differ in their kernels: reload the page".into();
                Err((SpawnError::VersionMismatch { message }, Loss::Mendable))
            }
            None => {
                let module = Module::read(description).map_err(|cause| (cause, Loss::Final))?;
                self.module = Some(Rc::new(module));
                Ok(())
            }
        }
    }

    fn rejection(&self, refusal: Refusal) -> Rejection {
        match refusal {
            Refusal::Full => Rejection::QueueFull,
            Refusal::Closed => Rejection::Closed,
            Refusal::Failed => Rejection::PoolFailed(self.cause()),
        }
    }

    /// Those who wait for the pool itself, if they may find what they wait for: another lifecycle,
    /// or room.
    fn take_waiting(&mut self) -> impl Iterator<Item = Waker> + use<P> {
        let lifecycle = self.scheduler.lifecycle();
        let turned = std::mem::replace(&mut self.announced, lifecycle) != lifecycle;
        let news = turned || self.scheduler.has_room();
        news.then(|| self.waiting.take_all()).into_iter().flatten()
    }

    /// Why workers could not be started.
    fn cause(&self) -> SpawnError {
        self.cause.clone().unwrap_or(SpawnError::StartTimedOut)
    }
}

/// A job that was accepted.
#[derive(Debug)]
pub(crate) struct Accepted<P: Port> {
    pub(crate) id: JobId,
    pub(crate) mailbox: Rc<Mailbox<P::Buffer>>,
}
