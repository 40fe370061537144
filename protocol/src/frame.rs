//! What is said: frames, and their bytes.
//!
//! A frame is [sealed](crate::seal) under its kind. Bulk bytes do not stand in it: they travel beside it
//! as transferred buffers, and the frame names them by their index in that list.

use alloc::{borrow::Cow, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::{DecodeError, KernelId, TaskId, Window, envelope};

/// The version of the format and of the handshake. Raised by any change to either.
pub const VERSION: u16 = 2;

/// The most memory that [`decode`] takes, in bytes for each byte it is given.
///
/// A frame says how many tasks or entries follow before they do. Room is made for no more of them
/// than bytes remain, and what a task or an entry takes is bounded by its type.
pub const MEMORY_PER_BYTE: usize = 96;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Hello<'_> {}
    impl Sealed for super::Request<'_> {}
    impl Sealed for super::Reply<'_> {}
}

/// What [`encode`] writes and [`decode`] reads: [`Hello`], [`Request`] and [`Reply`].
pub trait Frame<'a>: Serialize + Deserialize<'a> + sealed::Sealed {
    /// The byte that tells this frame from the others.
    const KIND: u8;
}

/// The first thing a worker says: what it can compute.
///
/// A [`KernelId`] is an index into `kernels`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello<'a> {
    /// Names of the registered kernels.
    #[serde(borrow)]
    pub kernels: Vec<Cow<'a, str>>,
}

impl<'a> Frame<'a> for Hello<'a> {
    const KIND: u8 = 1;
}

/// Tasks for a worker, to be run in this order and answered by one [`Reply`].
///
/// Several tasks share a request only when all their inputs are [`Bytes::Inline`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request<'a> {
    /// What to run.
    #[serde(borrow)]
    pub tasks: Vec<Task<'a>>,
}

impl<'a> Frame<'a> for Request<'a> {
    const KIND: u8 = 2;
}

/// One call of a kernel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task<'a> {
    /// Which task this is.
    pub id: TaskId,
    /// The kernel to call.
    pub kernel: KernelId,
    /// Its parameters.
    #[serde(borrow)]
    pub params: Params<'a>,
    /// Its input.
    #[serde(borrow)]
    pub input: Bytes<'a>,
    /// Which part of the whole this input is.
    pub window: Window,
}

/// Where a task's parameters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Params<'a> {
    /// Here, in postcard's encoding: a Rust caller's.
    Encoded(#[serde(borrow)] &'a [u8]),
    /// In the message's list of objects, at this index: a JavaScript caller's. The worker decodes
    /// it, off the UI thread.
    Object(u16),
}

/// Where bytes are: a task's input, or a completed task's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bytes<'a> {
    /// Here, in the frame: small ones, for which a buffer of their own costs more than a copy.
    Inline(#[serde(borrow)] &'a [u8]),
    /// The first `length` bytes of a transferred buffer, which may be longer: recycled buffers are.
    Buffer {
        /// Index in the message's list of buffers.
        index: u16,
        /// Bytes that count.
        length: u32,
    },
}

/// The answer to one [`Request`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply<'a> {
    /// Size of the worker's linear memory after the request, in bytes.
    pub memory: u64,
    /// When the first task of the request began, in microseconds since the Unix epoch; 0 where the
    /// worker does not know. Each task begins where the one before it ended, so the [`Times`] say
    /// the rest.
    pub began: u64,
    /// One entry for each task of the request, in the same order.
    #[serde(borrow)]
    pub entries: Vec<Entry<'a>>,
}

impl<'a> Frame<'a> for Reply<'a> {
    const KIND: u8 = 3;
}

/// What became of one task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry<'a> {
    /// Which task.
    pub id: TaskId,
    /// How it ended.
    #[serde(borrow)]
    pub verdict: Verdict<'a>,
    /// How long its parts took.
    pub times: Times,
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict<'a> {
    /// The kernel returned; its output is here.
    Completed(#[serde(borrow)] Bytes<'a>),
    /// The kernel returned an error of its own.
    Failed {
        /// The kernel's own number for it.
        code: u32,
        /// What the kernel said.
        message: Cow<'a, str>,
    },
    /// The parameters could not be decoded, or the kernel refused them.
    BadParams {
        /// What is wrong with them.
        message: Cow<'a, str>,
    },
    /// The kernel panicked or trapped. The instance was reset.
    Panicked {
        /// The panic's message, or the engine's name for the trap.
        message: Cow<'a, str>,
        /// `file:line:column` of the panic; none for a trap.
        location: Option<Cow<'a, str>>,
    },
    /// The task did not run, because another task of its request panicked: send it again.
    Returned,
    /// The task names a kernel, a buffer or an object that is not there.
    Unreadable {
        /// What is missing.
        message: Cow<'a, str>,
    },
}

/// How long the parts of a task took in the worker, in microseconds. Between them, and between the
/// tasks of a request, no time passes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// Copying the input into linear memory.
    pub copy_in: u32,
    /// The kernel.
    pub compute: u32,
    /// Copying the output out of linear memory.
    pub copy_out: u32,
}

impl Times {
    /// All of it.
    #[must_use]
    pub fn total(self) -> u64 {
        u64::from(self.copy_in) + u64::from(self.compute) + u64::from(self.copy_out)
    }
}

/// The bytes of `frame`.
///
/// # Panics
/// Never: frames hold nothing that postcard cannot write, and `Vec` grows as needed.
///
/// ```
/// use unjank_protocol::{Hello, decode, encode};
///
/// let hello = Hello { kernels: vec!["invert".into()] };
/// assert_eq!(decode::<Hello>(&encode(&hello)), Ok(hello));
/// ```
pub fn encode<'a, F: Frame<'a>>(frame: &F) -> Vec<u8> {
    match envelope::seal(F::KIND, frame) {
        Ok(bytes) => bytes,
        Err(error) => unreachable!("a frame can always be written: {error}"),
    }
}

/// The frame that `bytes` hold. Any bytes may be given: it never panics, and takes at most
/// [`MEMORY_PER_BYTE`] times their length.
///
/// # Errors
/// Says in what way the bytes are not one whole frame of this kind and version.
pub fn decode<'a, F: Frame<'a>>(bytes: &'a [u8]) -> Result<F, DecodeError> {
    envelope::open(F::KIND, bytes)
}
