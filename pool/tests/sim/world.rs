//! The simulated browser.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    fmt,
    future::Future,
    ops::Range,
    pin::Pin,
    rc::{Rc, Weak},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use unjank_pool::{
    Chart, Engine, JobError, Message, Occasion, Pool, Port, Rejection, Span, SpawnError,
    scheduler::{Config, Timestamp},
};
use unjank_protocol::{VERSION, WorkerId};

use crate::{
    kernels::registry,
    shell::{Answer, Posted, Renewal, Shell},
};

/// Bytes that can be detached, as an `ArrayBuffer` can.
#[derive(Debug, Clone)]
pub(crate) struct Buffer(Rc<RefCell<Option<Vec<u8>>>>);

impl Buffer {
    pub(crate) fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Rc::new(RefCell::new(Some(bytes.into()))))
    }

    /// The bytes; `None` once they were transferred.
    pub(crate) fn bytes(&self) -> Option<Vec<u8>> {
        self.0.borrow().clone()
    }

    /// A look at the bytes, without a copy.
    pub(crate) fn with<T>(&self, look: impl FnOnce(Option<&[u8]>) -> T) -> T {
        look(self.0.borrow().as_deref())
    }

    /// Moves the bytes to a buffer of their own and leaves this one detached.
    fn transfer(&self) -> Option<Self> {
        self.0.borrow_mut().take().map(Self::new)
    }
}

#[derive(Default)]
pub(crate) struct Inner {
    pub(crate) now: Cell<u64>,
    pub(crate) timer: Cell<Option<Timestamp>>,
    /// Whether the engine asked for a turn before anything else happens.
    pub(crate) soon: Cell<bool>,
    /// Whether it asked for a turn of its own.
    pub(crate) deferred: Cell<bool>,
    pub(crate) workers: RefCell<BTreeMap<WorkerId, Shell>>,
    /// Bytes of linear memory above which workers replace their instance, if there is a limit.
    pub(crate) memory_limit: Cell<Option<u64>>,
    /// Whether workers to come can replace their instance.
    pub(crate) renewal: Cell<Renewal>,
    /// How every message posted was: worker, and number of buffers in its transfer list.
    pub(crate) posts: RefCell<Vec<(WorkerId, usize)>>,
    /// Bytes of all frames posted.
    pub(crate) frame_bytes: Cell<usize>,
    /// What was told to whoever develops the page.
    pub(crate) warnings: RefCell<Vec<String>>,
    pub(crate) spawned: Cell<u32>,
    pub(crate) copied: Cell<usize>,
    pub(crate) recycled: Cell<u32>,
    /// Errors for the spawns to come.
    pub(crate) spawn_faults: RefCell<VecDeque<SpawnError>>,
    /// Whether the browser refuses to clone messages.
    pub(crate) refuse_posts: Cell<bool>,
    pub(crate) refused_posts: Cell<u32>,
    /// What was drawn: kernel and span.
    pub(crate) drawn: RefCell<Vec<(String, Span)>>,
    /// What a caller's own worker factory does.
    pub(crate) on_spawn: RefCell<Option<Rc<dyn Fn()>>>,
}

/// The engine's side of the simulation.
pub(crate) struct SimPort {
    inner: Rc<Inner>,
    sight: Sight,
}

/// Whether somebody looks at the pool's timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    Unseen,
    Charted,
}

impl fmt::Debug for SimPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimPort")
    }
}

/// The simulated clocks of page and workers are the same, and began at the epoch.
impl Chart for SimPort {
    fn now(&self) -> u64 {
        self.inner.now.get()
    }

    fn draw(&self, kernel: &str, span: &Span) {
        self.inner.drawn.borrow_mut().push((kernel.to_owned(), *span));
    }
}

impl Port for SimPort {
    type Buffer = Buffer;

    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.inner.now.get())
    }

    fn chart(&self) -> Option<&dyn Chart> {
        (self.sight == Sight::Charted).then_some(self)
    }

    fn set_timer(&self, at: Option<Timestamp>) {
        self.inner.timer.set(at);
    }

    fn soon(&self) {
        self.inner.soon.set(true);
    }

    fn defer(&self) {
        self.inner.deferred.set(true);
    }

    fn warn(&self, message: &str) {
        self.inner.warnings.borrow_mut().push(message.to_owned());
    }

    fn spawn(&self, worker: WorkerId) -> Result<(), SpawnError> {
        self.inner.spawned.set(self.inner.spawned.get() + 1);
        let factory = self.inner.on_spawn.borrow().clone();
        if let Some(factory) = factory {
            factory();
        }
        if let Some(fault) = self.inner.spawn_faults.borrow_mut().pop_front() {
            return Err(fault);
        }
        let limit = self.inner.memory_limit.get().unwrap_or(u64::MAX);
        let shell = Shell::new(limit, self.inner.renewal.get());
        self.inner.workers.borrow_mut().insert(worker, shell);
        Ok(())
    }

    fn terminate(&self, worker: WorkerId) {
        self.inner.workers.borrow_mut().remove(&worker);
    }

    fn post(&self, worker: WorkerId, message: Message<Self>) -> Result<(), JobError> {
        if self.inner.refuse_posts.get() {
            self.inner.refused_posts.set(self.inner.refused_posts.get() + 1);
            return Err(JobError::Undeliverable { message: "it could not be cloned".into() });
        }
        let Message { frame, buffers } = message;
        self.inner.frame_bytes.set(self.inner.frame_bytes.get() + frame.len());
        self.inner.posts.borrow_mut().push((worker, buffers.len()));
        let buffers = buffers.iter().map(|buffer| buffer.transfer().expect("an attached buffer"));
        let posted = Posted { frame, buffers: buffers.collect(), answered: 0 };
        let mut workers = self.inner.workers.borrow_mut();
        workers.get_mut(&worker).expect("a worker that lives").inbox.push_back(posted);
        Ok(())
    }

    fn measure(&self, buffer: &Buffer) -> Result<usize, Rejection> {
        buffer.0.borrow().as_ref().map(Vec::len).ok_or(Rejection::Detached)
    }

    fn blank(&self, length: usize) -> Result<Buffer, JobError> {
        // Like a recycled buffer: longer than what was asked for, and not empty.
        Ok(Buffer::new(vec![0xEE; length + 7]))
    }

    fn copy(
        &self,
        target: &Buffer,
        offset: usize,
        source: &Buffer,
        part: Range<usize>,
    ) -> Result<(), JobError> {
        self.inner.copied.set(self.inner.copied.get() + part.len());
        let piece = self.read(source, part)?;
        self.place(target, offset, &Buffer::new(piece))
    }

    fn read(&self, source: &Buffer, part: Range<usize>) -> Result<Vec<u8>, JobError> {
        let source = source.0.borrow();
        let bytes = source.as_ref().and_then(|bytes| bytes.get(part));
        let gone = || JobError::Undeliverable { message: "detached".into() };
        bytes.map(<[u8]>::to_vec).ok_or_else(gone)
    }

    fn write(&self, bytes: &[u8]) -> Buffer {
        Buffer::new(bytes)
    }

    fn shorten(&self, buffer: Buffer, length: usize) -> Result<Buffer, JobError> {
        self.read(&buffer, 0..length).map(Buffer::new)
    }

    fn recycle(&self, _: Buffer) {
        self.inner.recycled.set(self.inner.recycled.get() + 1);
    }

    fn allocate(&self, length: usize) -> Result<Buffer, JobError> {
        Ok(Buffer::new(vec![0; length]))
    }

    fn place(&self, whole: &Buffer, offset: usize, piece: &Buffer) -> Result<(), JobError> {
        let piece = piece.bytes().expect("an attached piece");
        let mut whole = whole.0.borrow_mut();
        let whole = whole.as_mut().expect("an attached whole");
        whole[offset..offset + piece.len()].copy_from_slice(&piece);
        Ok(())
    }
}

/// A browser with one pool in it, and callers who wait for its results. Whatever happens in it happens once the
/// stack of what was before has unwound.
pub(crate) struct World {
    pub(crate) inner: Rc<Inner>,
    engine: Weak<Engine<SimPort>>,
    pub(crate) pool: Option<Pool<SimPort>>,
}

impl World {
    /// A world whose pool has opened: its first worker has said hello.
    pub(crate) fn open(config: Config) -> Self {
        Self::open_in(Sight::Unseen, config)
    }

    /// The same, and what its tasks go through is drawn or not.
    pub(crate) fn open_in(sight: Sight, config: Config) -> Self {
        let (mut world, mut opening) = Self::opening_in(sight, config);
        let first = world.workers()[0];
        world.hello(first);
        let Some(Ok(pool)) = opening.poll() else { panic!("a pool with a worker opens") };
        world.pool = Some(pool);
        world
    }

    /// A world whose pool has begun to start its workers.
    pub(crate) fn opening(
        config: Config,
    ) -> (Self, Caller<'static, Result<Pool<SimPort>, SpawnError>>) {
        Self::opening_in(Sight::Unseen, config)
    }

    fn opening_in(
        sight: Sight,
        config: Config,
    ) -> (Self, Caller<'static, Result<Pool<SimPort>, SpawnError>>) {
        let inner = Rc::new(Inner::default());
        let port = SimPort { inner: Rc::clone(&inner), sight };
        let engine = Rc::new(Engine::new(port, config));
        let world = Self { inner, engine: Rc::downgrade(&engine), pool: None };
        let mut opening = Caller::new(Pool::open(engine));
        assert!(opening.poll().is_none(), "nothing is ready at once");
        (world, opening)
    }

    pub(crate) fn pool(&self) -> &Pool<SimPort> {
        self.pool.as_ref().expect("a pool that has opened")
    }

    pub(crate) fn engine(&self) -> Rc<Engine<SimPort>> {
        self.engine.upgrade().expect("a engine that lives")
    }

    /// The stack unwinds: what the engine asked for before anything else happens.
    pub(crate) fn unwind(&self) {
        while self.inner.soon.take() {
            if let Some(engine) = self.engine.upgrade() {
                engine.run(Occasion::Shared);
            }
        }
    }

    /// Workers that were spawned and not terminated.
    pub(crate) fn workers(&self) -> Vec<WorkerId> {
        self.unwind();
        self.inner.workers.borrow().keys().copied().collect()
    }

    /// Workers with a message to answer.
    pub(crate) fn busy(&self) -> Vec<WorkerId> {
        self.unwind();
        let workers = self.inner.workers.borrow();
        let busy = workers.iter().filter(|(_, shell)| !shell.inbox.is_empty());
        busy.map(|(worker, _)| *worker).collect()
    }

    pub(crate) fn hello(&self, worker: WorkerId) {
        self.say(worker, VERSION, &registry().describe());
    }

    /// The worker says that it is ready, with these words.
    pub(crate) fn say(&self, worker: WorkerId, version: u16, description: &[u8]) {
        self.unwind();
        self.engine().handle_ready(worker, version, description);
    }

    /// The worker answers its first message. Says whether it had one.
    pub(crate) fn answer(&self, worker: WorkerId) -> bool {
        self.answer_some(worker, usize::MAX)
    }

    /// The worker answers at most so many tasks of its first message. Says whether it had one.
    pub(crate) fn answer_some(&self, worker: WorkerId, most: usize) -> bool {
        let answer = self.compute(worker, most);
        answer.map(|answer| self.deliver(worker, answer)).is_some()
    }

    /// The answer to at most so many tasks of a worker's first message, before the page hears of it.
    pub(crate) fn compute(&self, worker: WorkerId, most: usize) -> Option<Answer> {
        self.unwind();
        self.inner.workers.borrow_mut().get_mut(&worker)?.answer(most)
    }

    pub(crate) fn deliver(&self, worker: WorkerId, answer: Answer) {
        self.unwind();
        self.engine().handle_reply(worker, &answer.frame, answer.buffers);
    }

    /// The worker sends something that is no reply.
    pub(crate) fn babble(&self, worker: WorkerId) {
        self.unwind();
        self.engine().handle_reply(worker, b"what?", Vec::new());
    }

    pub(crate) fn crash(&self, worker: WorkerId) {
        self.lose(worker, SpawnError::InitFailed { message: "it crashed".into() });
    }

    pub(crate) fn lose(&self, worker: WorkerId, cause: SpawnError) {
        self.unwind();
        self.engine().handle_lost(worker, cause);
    }

    /// Time jumps to the timer, which fires. Says whether there was one.
    pub(crate) fn fire(&self) -> bool {
        self.unwind();
        let Some(at) = self.inner.timer.get() else { return false };
        self.inner.now.set(self.inner.now.get().max(at.as_micros()));
        self.engine().handle_timeout();
        true
    }

    pub(crate) fn pass(&self, duration: Duration) {
        self.unwind();
        let now = Timestamp::from_micros(self.inner.now.get());
        self.inner.now.set(now.after(duration).as_micros());
        self.engine().handle_timeout();
    }

    /// The turn that the engine asked for. Says whether it had.
    pub(crate) fn next_turn(&self) -> bool {
        if self.inner.soon.take() {
            self.engine().run(Occasion::Shared);
            return true;
        }
        let asked = self.inner.deferred.take();
        if asked {
            self.engine().run(Occasion::Own);
        }
        asked
    }

    /// Everybody does what they can, time excepted: new workers say hello, all answer.
    pub(crate) fn settle_down(&self) {
        while self.next_turn()
            || self.workers().into_iter().any(|worker| self.greet(worker) || self.answer(worker))
        {
        }
    }

    /// Says hello, if that is news.
    fn greet(&self, worker: WorkerId) -> bool {
        let before = self.engine().stats();
        self.hello(worker);
        self.engine().stats() != before
    }
}

/// Somebody who awaits something, and looks again only when woken: a lost wake-up shows.
pub(crate) struct Caller<'a, T> {
    future: Pin<Box<dyn Future<Output = T> + 'a>>,
    alarm: Arc<Alarm>,
}

struct Alarm(AtomicBool);

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl<'a, T> Caller<'a, T> {
    pub(crate) fn new(future: impl Future<Output = T> + 'a) -> Self {
        let alarm = Arc::new(Alarm(true.into()));
        Self { future: Box::pin(future), alarm }
    }

    /// What came, if the caller was woken and something did.
    pub(crate) fn poll(&mut self) -> Option<T> {
        if !self.alarm.0.swap(false, Ordering::Relaxed) {
            return None;
        }
        let waker = Waker::from(Arc::clone(&self.alarm));
        match self.future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(result) => Some(result),
            Poll::Pending => None,
        }
    }

    /// What came, which must be there.
    #[track_caller]
    pub(crate) fn result(&mut self) -> T {
        self.poll().expect("the result has come and the caller was woken")
    }
}
