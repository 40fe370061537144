//! Carries out what the core decides: owns payloads, wakers and the port.

mod mailbox;
mod message;
mod module;
mod record;
mod reply;
mod timeline;
mod turn;
mod wakers;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::{Poll, Waker},
};

pub(crate) use mailbox::Mail;
pub use mailbox::Piece;
use module::Module;
pub(crate) use record::Accepted;
use record::{Numbers, Record, Staged};
use timeline::Timeline;
use turn::{Advice, Deferral, Phase};
use unjank_core::{
    Register,
    driver::{Driver, Occasion, Order, Refusal, Stats},
};
use unjank_protocol::{FrameError, JobId, KernelId, VERSION, WorkerId};
pub(crate) use wakers::Ticket;
use wakers::Wakers;

use crate::{
    Rejection, SpawnError, SubmitError,
    port::Port,
    scheduler::{self, Close, Config, Lifecycle, Loss, Timestamp},
};

/// Carries out what the core decides: owns payloads, wakers and the port.
///
/// One turn is: tell the core what happened, have it decide, carry out its effects until it has no more, arm
/// the timer, and only then, with nothing borrowed, wake the callers. What happens in the world is carried out at
/// once; what callers want is carried out together, once their stack has unwound, so that jobs that are given
/// together share messages and jobs that are aborted together fall together. A call that comes in while a turn
/// runs (a port may call user code, to make a worker) only tells the core; the running turn goes on to carry it
/// out.
#[derive(Debug)]
pub struct Engine<P: Port> {
    port: P,
    phase: Cell<Phase>,
    deferral: Cell<Deferral>,
    advice: Cell<Advice>,
    state: RefCell<State<P>>,
}

#[derive(Debug)]
struct State<P: Port> {
    driver: Driver,
    /// Every accepted job that has not settled.
    records: Register<Record<P>>,
    numbers: Numbers,
    /// What the first worker said of its kernel module.
    module: Option<Rc<Module>>,
    /// Why workers could not be started, most recently.
    cause: Option<SpawnError>,
    staged: Option<Staged<P::Buffer>>,
    /// None if the port has no chart.
    timeline: Option<Timeline>,
    /// Callers whose results have arrived; to be woken at the end of the turn.
    due: Vec<Waker>,
    /// Those who wait for the pool to open, for room in the queue, or for the pool to close.
    waiting: Wakers,
    /// Where in its life the pool was when they were last woken.
    announced: Lifecycle,
}

impl<P: Port> Engine<P> {
    /// An engine that begins to start workers when a pool is [opened](crate::Pool::open) with it.
    pub fn new(port: P, config: Config) -> Self {
        let driver = Driver::new(config, port.now());
        let state = State {
            announced: driver.lifecycle(),
            driver,
            records: Register::default(),
            numbers: Numbers::default(),
            module: None,
            cause: None,
            staged: None,
            timeline: port.chart().map(|_| Timeline::default()),
            due: Vec::new(),
            waiting: Wakers::default(),
        };
        let (phase, deferral) = (Cell::new(Phase::Idle), Cell::new(Deferral::None));
        let advice = Cell::new(Advice::Due);
        Self { port, phase, deferral, advice, state: RefCell::new(state) }
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
        self.with_driver(|driver, now| driver.handle_ready(now, worker));
        self.turn(Occasion::Shared);
    }

    /// A worker died, or could not be started, or makes no sense.
    pub fn handle_lost(&self, worker: WorkerId, cause: SpawnError) {
        let loss = if cause.is_final() { Loss::Final } else { Loss::Mendable };
        self.lose(worker, cause, loss);
    }

    fn lose(&self, worker: WorkerId, cause: SpawnError, loss: Loss) {
        self.terminate(worker);
        self.state.borrow_mut().cause = Some(cause);
        self.with_driver(|driver, now| driver.handle_lost(now, worker, loss));
        self.turn(Occasion::Shared);
    }

    /// The timer fired.
    pub fn handle_timeout(&self) {
        self.with_driver(Driver::handle_timeout);
        self.turn(Occasion::Shared);
    }

    // ---- What callers want

    /// Begins to start workers.
    pub(crate) fn begin(&self) {
        self.turn(Occasion::Shared);
    }

    /// Whether a kernel makes something of numbers alone.
    pub(crate) fn expect_no_input(&self, kernel: KernelId) -> Result<(), Rejection> {
        let state = self.state.borrow();
        let is_cut = state.module.as_ref().is_some_and(|module| module.works_on_input(kernel));
        if is_cut { Err(Rejection::WorksOnInput) } else { Ok(()) }
    }

    /// Whether a kernel takes so many inputs.
    pub(crate) fn expect_inputs(&self, kernel: KernelId, count: usize) -> Result<(), Rejection> {
        let state = self.state.borrow();
        let others = state.module.as_ref().and_then(|module| module.other_inputs(kernel, count));
        others.map_or(Ok(()), |inputs| Err(Rejection::OtherInputs { inputs }))
    }

    /// The kernel of this name, once a worker has said what it can compute.
    pub(crate) fn kernel(&self, name: &str) -> Result<KernelId, Rejection> {
        let state = self.state.borrow();
        let found = state.module.as_ref().and_then(|module| module.find(name));
        found.ok_or_else(|| Rejection::UnknownKernel { name: name.into() })
    }

    /// Accepts a job, or gives its payload back. The engine numbers its parameters.
    pub(crate) fn submit(
        &self,
        order: Order<'_>,
        params: Rc<[u8]>,
        mut inputs: Vec<P::Buffer>,
    ) -> Result<Accepted<P>, SubmitError<P::Buffer>> {
        let mut state = self.state.borrow_mut();
        let order = Order { params: state.numbers.of(&params), ..order };
        let accepted = match state.driver.submit(self.port.now(), &order) {
            Ok(accepted) => accepted,
            Err(refusal) => {
                let (reason, payload) = (state.rejection(refusal), inputs.swap_remove(0));
                return Err(SubmitError { reason, payload });
            }
        };
        let (id, plan) = (accepted.job, accepted.plan);
        let record = Record::new(params, inputs);
        let mailbox = Rc::clone(&record.mailbox);
        let filed = state.records.push(record);
        debug_assert_eq!(filed, Some(id), "both count the jobs that were accepted");
        drop(state);
        self.chart(|timeline, now| timeline.accepted(id, now));
        self.ask();
        Ok(Accepted { id, plan, mailbox })
    }

    /// The consumer of chunked work took a result.
    pub(crate) fn take(&self, job: JobId) {
        self.want(|driver, now| driver.take(now, job, 1));
    }

    /// The caller lost interest in a job.
    pub(crate) fn cancel(&self, job: JobId) {
        self.want(|driver, now| driver.cancel(now, job));
    }

    /// The caller wants a job stopped.
    pub(crate) fn abort(&self, job: JobId) {
        self.want(|driver, now| driver.abort(now, [job]));
    }

    /// [`Engine::abort`] for somebody who does not keep the engine alive.
    pub(crate) fn aborter(self: &Rc<Self>, job: JobId) -> impl Fn() + use<P> {
        let engine = Rc::downgrade(self);
        move || {
            if let Some(engine) = engine.upgrade() {
                engine.abort(job);
            }
        }
    }

    /// Sends nothing until [`Engine::resume`].
    pub(crate) fn pause(&self) {
        self.want(|driver, _| driver.pause());
    }

    /// Sends again.
    pub(crate) fn resume(&self) {
        self.want(Driver::resume);
    }

    /// Lets so many workers compute at a time.
    pub(crate) fn resize(&self, workers: u16) {
        self.want(|driver, now| driver.resize(now, workers));
    }

    /// Takes no more jobs.
    pub(crate) fn close(&self, close: Close) {
        self.want(|driver, now| driver.close(now, close));
    }

    /// Begins to start workers again, if the pool has failed. The kernels stay those that the first
    /// of all workers named.
    pub(crate) fn reopen(&self) {
        self.want(Driver::reopen);
    }

    /// Waits, with this ticket, until `done` finds what it looks for: in the pool's lifecycle, in whether its
    /// queue has room, or in why workers could not be started.
    pub(crate) fn poll_until<T>(
        &self,
        ticket: &mut Ticket,
        waker: &Waker,
        done: impl FnOnce(Lifecycle, bool, Option<&SpawnError>) -> Option<T>,
    ) -> Poll<T> {
        let mut state = self.state.borrow_mut();
        let (lifecycle, has_room) = (state.driver.lifecycle(), state.driver.has_room());
        if let Some(found) = done(lifecycle, has_room, state.cause.as_ref()) {
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
        self.state.borrow().driver.stats(self.port.now())
    }

    /// Ends a worker, if it is there.
    fn terminate(&self, worker: WorkerId) {
        self.port.terminate(worker);
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

    fn with_driver(&self, tell: impl FnOnce(&mut Driver, Timestamp)) {
        let now = self.port.now();
        tell(&mut self.state.borrow_mut().driver, now);
    }

    /// Tells the core what a caller wants, to be carried out once the caller's stack has unwound.
    fn want(&self, tell: impl FnOnce(&mut Driver, Timestamp)) {
        self.with_driver(tell);
        self.ask();
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
                self.driver.describe(module.shapes());
                self.module = Some(Rc::new(module));
                Ok(())
            }
        }
    }

    fn rejection(&self, refusal: Refusal) -> Rejection {
        match refusal {
            Refusal::Pool(scheduler::Refusal::Full) => Rejection::QueueFull,
            Refusal::Pool(scheduler::Refusal::Closed) => Rejection::Closed,
            Refusal::Pool(scheduler::Refusal::Failed) => Rejection::PoolFailed(self.cause()),
            Refusal::Plan(error) => Rejection::Plan(error),
            Refusal::TaskTooLarge { bytes } => Rejection::PayloadTooLarge { bytes },
        }
    }

    /// Why workers could not be started.
    fn cause(&self) -> SpawnError {
        self.cause.clone().unwrap_or(SpawnError::StartTimedOut)
    }
}
