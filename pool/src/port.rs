//! The seam between the engine and the browser.

use std::{fmt, ops::Range};

use unjank_protocol::WorkerId;

use crate::{Chart, JobError, Rejection, SpawnError, scheduler::Timestamp};

/// All that the engine asks of the world outside: workers, buffers, a clock and a timer.
///
/// In a browser this is `browser::WebPort`; in tests it is a simulation. What happens in the world
/// is told to the [`Engine`](crate::Engine) through its `handle_*` methods, never from inside one
/// of these calls.
pub trait Port: fmt::Debug + Sized + 'static {
    /// A handle to bytes that live outside: an `ArrayBuffer` in a browser.
    type Buffer: Clone + fmt::Debug;

    /// What the clock says. Time in which the page could not run is left out.
    fn now(&self) -> Timestamp;

    /// Where to draw what the tasks go through, if somebody wants to see it. The engine asks when it
    /// is made; without a chart it keeps nothing for one.
    fn chart(&self) -> Option<&dyn Chart> {
        None
    }

    /// Calls [`Engine::handle_timeout`](crate::Engine::handle_timeout) at that time, instead of
    /// any time asked for before.
    fn set_timer(&self, at: Option<Timestamp>);

    /// Calls [`Engine::run`](crate::Engine::run) for a [shared](crate::Occasion::Shared) turn once the present
    /// stack has unwound, before the browser does anything else.
    fn soon(&self);

    /// Calls [`Engine::run`](crate::Engine::run) in a turn of the event loop of its
    /// [own](crate::Occasion::Own), soon.
    fn defer(&self);

    /// Tells whoever develops the page something that is no error.
    fn warn(&self, message: &str);

    /// Begins to start a worker.
    ///
    /// # Errors
    /// When it fails at once; the engine takes the worker for lost.
    fn spawn(&self, worker: WorkerId) -> Result<(), SpawnError>;

    /// Ends a worker and forgets it; nothing happens when there is none.
    fn terminate(&self, worker: WorkerId);

    /// Sends a message to a ready worker.
    ///
    /// # Errors
    /// When the browser refuses it. Nothing was sent then, and no buffer was lost.
    fn post(&self, worker: WorkerId, message: Message<Self>) -> Result<(), JobError>;

    /// How many bytes a buffer has.
    ///
    /// # Errors
    /// When it cannot be sent: detached, shared or resizable.
    fn measure(&self, buffer: &Self::Buffer) -> Result<usize, Rejection>;

    /// A buffer to copy `length` bytes into. It may be longer, and hold anything.
    ///
    /// # Errors
    /// When there is no memory.
    fn blank(&self, length: usize) -> Result<Self::Buffer, JobError>;

    /// Copies a part of `source` to `offset` in `target`.
    ///
    /// # Errors
    /// When `source` does not have that part, or `target` not the room.
    fn copy(
        &self,
        target: &Self::Buffer,
        offset: usize,
        source: &Self::Buffer,
        part: Range<usize>,
    ) -> Result<(), JobError>;

    /// The bytes of a small part of `source`, for the frame.
    ///
    /// # Errors
    /// When `source` does not have that part.
    fn read(&self, source: &Self::Buffer, part: Range<usize>) -> Result<Vec<u8>, JobError>;

    /// A buffer with these bytes, which came in a frame.
    fn write(&self, bytes: &[u8]) -> Self::Buffer;

    /// The first `length` bytes of a buffer, as a buffer.
    ///
    /// # Errors
    /// When it has fewer.
    fn shorten(&self, buffer: Self::Buffer, length: usize) -> Result<Self::Buffer, JobError>;

    /// Takes back a buffer that nobody needs, to copy into later.
    fn recycle(&self, buffer: Self::Buffer);

    /// An empty place for `length` bytes, to gather results in.
    ///
    /// # Errors
    /// When there is no memory.
    fn allocate(&self, length: usize) -> Result<Self::Buffer, JobError>;

    /// Copies all of `piece` to `offset` in `whole`.
    ///
    /// # Errors
    /// When it does not fit there.
    fn place(
        &self,
        whole: &Self::Buffer,
        offset: usize,
        piece: &Self::Buffer,
    ) -> Result<(), JobError>;
}

/// A message to a worker.
#[derive(Debug)]
pub struct Message<P: Port> {
    /// A [`Request`](unjank_protocol::Request).
    pub frame: Vec<u8>,
    /// The transfer list, which the frame refers to by index.
    pub buffers: Vec<P::Buffer>,
}
