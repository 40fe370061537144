//! The port to a browser.

use std::{
    cell::{Cell, RefCell},
    ops::Range,
    rc::{Rc, Weak},
};

use js_sys::{Array, ArrayBuffer, Uint8Array};
use unjank_core::driver::INLINE_BYTES;
use unjank_protocol::WorkerId;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{
    Buffer, bytes,
    clock::Clock,
    error::describe,
    kernels::Kernels,
    measures::Measures,
    spares::Spares,
    timer::{NextTurn, Timer},
    worker::{News, Source, WebWorker},
};
use crate::{
    Chart, Engine, JobError, Message, Occasion, Port, Rejection, SpawnError,
    scheduler::{Config, Timestamp},
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn warn(message: &str);
}

/// Workers, buffers, clock and timers of a browser.
#[derive(Debug)]
pub struct WebPort {
    engine: Weak<Engine<Self>>,
    source: Source,
    kernels: Kernels,
    memory_limit: f64,
    delivery: Cell<Delivery>,
    /// By slot.
    workers: RefCell<Vec<Option<(WorkerId, WebWorker)>>>,
    spares: RefCell<Spares>,
    clock: Clock,
    measures: Option<Measures>,
    timer: Timer,
    next_turn: NextTurn,
    /// The turn after the timer's: what was in time and has arrived is heard before what is late.
    late: NextTurn,
}

/// How a worker gets the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Delivery {
    /// From the page, compiled.
    Module,
    /// It loads it itself, because this engine cannot clone a module to a worker.
    Own,
}

impl WebPort {
    /// An engine with a port of its own.
    pub(super) fn drive(
        source: Source,
        kernels: Kernels,
        memory_limit: f64,
        measures: Option<Measures>,
        config: Config,
    ) -> Rc<Engine<Self>> {
        Rc::new_cyclic(|engine: &Weak<Engine<Self>>| {
            let tell = |event: fn(&Engine<Self>)| {
                let engine = Weak::clone(engine);
                move || {
                    if let Some(engine) = engine.upgrade() {
                        event(&engine);
                    }
                }
            };
            let fired = |engine: &Engine<Self>| {
                engine.port().timer.disarm();
                engine.port().late.ask();
            };
            let port = Self {
                engine: Weak::clone(engine),
                source,
                kernels,
                memory_limit,
                delivery: Cell::new(Delivery::Module),
                workers: RefCell::default(),
                spares: RefCell::default(),
                clock: Clock::new(tell(fired)),
                measures,
                timer: Timer::new(tell(fired)),
                next_turn: NextTurn::new(tell(|engine| engine.run(Occasion::Own))),
                late: NextTurn::new(tell(Engine::handle_timeout)),
            };
            Engine::new(port, config)
        })
    }

    /// Passes on what a worker told.
    fn hear(&self, id: WorkerId, news: News) {
        let Some(engine) = self.engine.upgrade() else { return };
        match news {
            News::Listening => {
                let started = self.with_worker(id, |worker| self.start(worker));
                if let Some(Err(error)) = started {
                    let message = describe(&error);
                    engine.handle_lost(id, SpawnError::InitFailed { message });
                }
            }
            News::Ready(version, description) => {
                self.watch(id);
                engine.handle_ready(id, version, &description.to_vec());
            }
            News::Reply(frame, buffers) => {
                let buffers = buffers.iter().filter_map(|buffer| buffer.dyn_into().ok());
                let buffers = buffers.map(|buffer: ArrayBuffer| Buffer::over(buffer));
                engine.handle_reply(id, &frame.to_vec(), buffers.collect());
            }
            News::Unreadable => {
                self.delivery.set(Delivery::Own);
                let message = "the worker could not read the module".into();
                engine.handle_lost(id, SpawnError::InitFailed { message });
            }
            News::Lost(cause) => engine.handle_lost(id, cause),
        }
    }

    /// Waits for the end of a worker that no event would tell of.
    fn watch(&self, id: WorkerId) {
        let end = self.with_worker(id, WebWorker::end).flatten();
        let engine = Weak::clone(&self.engine);
        let Some(end) = end else { return };
        spawn_local(async move {
            // Rejected, it was ended from here.
            if JsFuture::from(end).await.is_ok()
                && let Some(engine) = engine.upgrade()
            {
                let message = "the worker closed without a word".into();
                engine.handle_lost(id, SpawnError::InitFailed { message });
            }
        });
    }

    /// Does something with exactly this worker, if it is there.
    fn with_worker<T>(&self, id: WorkerId, act: impl FnOnce(&WebWorker) -> T) -> Option<T> {
        let workers = self.workers.borrow();
        let (worker, handle) = workers.get(usize::from(id.slot))?.as_ref()?;
        (*worker == id).then(|| act(handle))
    }

    fn start(&self, worker: &WebWorker) -> Result<(), JsValue> {
        let Kernels { module, url } = &self.kernels;
        if self.delivery.get() == Delivery::Module {
            if worker.start(module, url.as_deref(), self.memory_limit).is_ok() {
                return Ok(());
            }
            self.delivery.set(Delivery::Own);
        }
        worker.start(&JsValue::UNDEFINED, url.as_deref(), self.memory_limit)
    }
}

impl Port for WebPort {
    type Buffer = Buffer;

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn chart(&self) -> Option<&dyn Chart> {
        self.measures.as_ref().map(|measures| measures as &dyn Chart)
    }

    fn set_timer(&self, at: Option<Timestamp>) {
        if let Some(at) = at {
            self.timer.arm(at, || self.now());
        }
    }

    fn soon(&self) {
        let engine = Weak::clone(&self.engine);
        spawn_local(async move {
            if let Some(engine) = engine.upgrade() {
                engine.run(Occasion::Shared);
            }
        });
    }

    fn defer(&self) {
        self.next_turn.ask();
    }

    fn warn(&self, message: &str) {
        warn(message);
    }

    fn spawn(&self, id: WorkerId) -> Result<(), SpawnError> {
        let engine = Weak::clone(&self.engine);
        let tell = Rc::new(move |news| {
            if let Some(engine) = engine.upgrade() {
                engine.port().hear(id, news);
            }
        });
        let worker = WebWorker::new(self.source.make()?, &self.source, tell);
        self.start(&worker)
            .map_err(|error| SpawnError::InitFailed { message: describe(&error) })?;
        let mut workers = self.workers.borrow_mut();
        let slot = usize::from(id.slot);
        while workers.len() <= slot {
            workers.push(None);
        }
        workers[slot] = Some((id, worker));
        Ok(())
    }

    fn terminate(&self, id: WorkerId) {
        let mut workers = self.workers.borrow_mut();
        let slot = workers.get_mut(usize::from(id.slot));
        let worker = slot.and_then(|slot| slot.take_if(|(worker, _)| *worker == id));
        drop(workers);
        drop(worker);
    }

    fn post(&self, id: WorkerId, message: Message<Self>) -> Result<(), JobError> {
        let Message { frame, buffers } = message;
        let transfer = Array::new();
        let moves = !buffers.is_empty();
        for buffer in buffers {
            // A part of a buffer cannot be moved without the rest, which is not ours.
            let whole = buffer.whole().map_or_else(|| bytes::cut_out(buffer.as_view()), Ok)?;
            transfer.push(&whole);
        }
        let envelope = Array::of2(&Uint8Array::from(frame.as_slice()), &transfer);
        let posted =
            self.with_worker(id, |worker| worker.post(&envelope, moves.then_some(&transfer)));
        let Some(posted) = posted else {
            return Err(JobError::Undeliverable { message: format!("{id} is gone") });
        };
        posted.map_err(|error| JobError::Undeliverable { message: describe(&error) })
    }

    fn measure(&self, buffer: &Buffer) -> Result<usize, Rejection> {
        buffer.check()?;
        Ok(buffer.len())
    }

    fn blank(&self, length: usize) -> Result<Buffer, JobError> {
        let length = u32::try_from(length).map_err(|_| gone("a task needs 4 GiB or more"))?;
        self.spares.borrow_mut().take(length).map(Buffer::from)
    }

    fn copy(
        &self,
        target: &Buffer,
        offset: usize,
        source: &Buffer,
        part: Range<usize>,
    ) -> Result<(), JobError> {
        let room = view(target, offset..offset.saturating_add(part.len()))?;
        let piece = view(source, part)?;
        bytes::copy(&room, &piece)
    }

    fn read(&self, source: &Buffer, part: Range<usize>) -> Result<Vec<u8>, JobError> {
        Ok(view(source, part)?.to_vec())
    }

    fn write(&self, bytes: &[u8]) -> Buffer {
        Buffer::copy_of(bytes)
    }

    fn shorten(&self, buffer: Buffer, length: usize) -> Result<Buffer, JobError> {
        if buffer.len() == length { Ok(buffer) } else { view(&buffer, 0..length).map(Buffer::from) }
    }

    fn recycle(&self, buffer: Buffer) {
        // What is smaller is never copied into: it rides in frames.
        if buffer.len() > INLINE_BYTES {
            self.spares.borrow_mut().put(buffer.into_store());
        }
    }

    fn allocate(&self, length: usize) -> Result<Buffer, JobError> {
        let length = u32::try_from(length).map_err(|_| gone("the result needs 4 GiB or more"))?;
        bytes::zeros(length).map(Buffer::from)
    }

    fn place(&self, whole: &Buffer, offset: usize, piece: &Buffer) -> Result<(), JobError> {
        let end = offset.saturating_add(piece.len());
        bytes::copy(&view(whole, offset..end)?, piece.as_view())
    }
}

/// A part of a buffer, if it has that part.
fn view(source: &Buffer, part: Range<usize>) -> Result<Uint8Array, JobError> {
    let length = source.len();
    if part.end > length {
        return Err(gone("the buffer was transferred elsewhere while its job waited"));
    }
    if part == (0..length) {
        return Ok(source.as_view().clone());
    }
    // A buffer's length fits 32 bits here: its plan was checked.
    bytes::part(source.as_view(), part.start as u32..part.end as u32)
}

fn gone(message: &str) -> JobError {
    JobError::Undeliverable { message: message.into() }
}
