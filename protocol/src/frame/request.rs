//! Tasks for a worker.

use alloc::vec::Vec;

use super::{
    Bytes, FrameError, KEPT_PARAMS,
    words::{self, Frame, HEADER, Pile, Rows},
};
use crate::{KernelId, TaskId, Window};

const KIND: u32 = 2;

/// What stands where params are kept in none of the worker's places.
const PASSING: u32 = u32::MAX;

/// Added to a place of the worker's, where the index of params in the same frame could stand.
const KEPT: u32 = 1 << 31;

/// What stands where an output may have any length.
const ANY_LENGTH: u32 = u32::MAX;

/// One call of a kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task<'a> {
    /// Which task this is.
    pub id: TaskId,
    /// The kernel to call.
    pub kernel: KernelId,
    /// Its parameters.
    pub params: Params<'a>,
    /// Which part of the whole the main input is.
    pub window: Window,
    /// Its main input, the one that the window is about.
    pub input: Bytes<'a>,
    /// Its other inputs.
    pub others: Vec<Input<'a>>,
    /// What its outputs have to be. The worker reads no description: what it has to know of the kernel
    /// stands here.
    pub outputs: Vec<Expected>,
    /// The worker may cut the main input into pieces of so many bytes, and put each result where its
    /// piece was; 0: it may not.
    pub piece: u32,
}

/// An input beside the main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Input<'a> {
    /// Where it is.
    pub bytes: Bytes<'a>,
    /// What it is: the same number stands for the same bytes for as long as the pool lives, so that a
    /// worker that has them need not take them again; 0 for bytes that come once.
    pub identity: u32,
}

/// What an output has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// How many bytes it has, less than 2^32 - 1; none if the kernel does not promise that.
    pub length: Option<u32>,
    /// The input that it may lie in, by its index.
    pub in_place: Option<u8>,
}

/// Parameters of a task: CBOR. Small jobs often have the same; then they stand in a frame once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Params<'a> {
    /// These.
    Here(&'a [u8]),
    /// These, which the worker is to keep in this place, one of [`KEPT_PARAMS`].
    Keep(u8, &'a [u8]),
    /// Those that it keeps in this place.
    Kept(u8),
}

/// A request in the making.
///
/// ```
/// use unjank_protocol::{Bytes, Draft, JobId, KernelId, Params, Request, Task, TaskId, Window};
///
/// let task = Task {
///     id: TaskId { job: JobId::FIRST, index: 0 },
///     kernel: KernelId(3),
///     params: Params::Here(&[0xf6]),
///     window: Window::whole(1, 5),
///     input: Bytes::Inline(b"bytes"),
///     others: vec![],
///     outputs: vec![],
///     piece: 0,
/// };
/// let mut draft = Draft::default();
/// draft.add(&task);
/// assert_eq!(Request::read(&draft.into_frame())?.tasks, [task]);
/// # Ok::<(), unjank_protocol::FrameError>(())
/// ```
#[derive(Debug, Default)]
pub struct Draft {
    params: Vec<[u32; 4]>,
    tasks: Vec<[u32; 16]>,
    /// Of each task its inputs, and then its outputs.
    ports: Vec<[u32; 4]>,
    pile: Pile,
}

impl Draft {
    /// How many tasks it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Bytes that ride in the frame, params among them.
    #[must_use]
    pub fn inline_bytes(&self) -> usize {
        self.pile.0.len()
    }

    /// Puts a task behind the others.
    pub fn add(&mut self, task: &Task<'_>) {
        let params = self.find_or_put(task.params);
        let first = self.ports.len() as u32;
        let main = self.pile.row(task.input, 0);
        self.ports.push(main);
        for input in &task.others {
            let row = self.pile.row(input.bytes, input.identity);
            self.ports.push(row);
        }
        let inputs = self.ports.len() as u32 - first;
        for &Expected { length, in_place } in &task.outputs {
            // Slot 0 has the params.
            let slot = in_place.map_or(0, |index| u32::from(index) + 1);
            self.ports.push([length.unwrap_or(ANY_LENGTH), slot, 0, 0]);
        }
        let [low, high] = words::halves(task.id.job.get());
        let Window { stride, total, start, before, core, after } = task.window;
        self.tasks.push([
            low,
            high,
            task.id.index,
            u32::from(task.kernel.0),
            params,
            stride,
            total,
            start,
            before,
            core,
            after,
            first,
            inputs,
            task.outputs.len() as u32,
            task.piece,
            0,
        ]);
    }

    fn find_or_put(&mut self, params: Params<'_>) -> u32 {
        let (place, bytes) = match params {
            Params::Kept(place) => return KEPT + u32::from(place),
            Params::Keep(place, bytes) => (u32::from(place), bytes),
            Params::Here(bytes) => (PASSING, bytes),
        };
        let is_last = self.params.last().is_some_and(|&[last, offset, length, _]| {
            let (from, length) = (offset as usize, length as usize);
            last == place && self.pile.0[from..from + length] == *bytes
        });
        if !is_last {
            let [offset, length] = self.pile.put(bytes);
            self.params.push([place, offset, length, 0]);
        }
        self.params.len() as u32 - 1
    }

    /// The bytes of the request.
    #[must_use]
    pub fn into_frame(self) -> Vec<u8> {
        let Self { params, tasks, ports, pile } = self;
        let counts = [params.len() as u32, tasks.len() as u32, ports.len() as u32];
        let [params_count, tasks_count, ports_count] = counts;
        let mut header = [0; HEADER];
        header[..5].copy_from_slice(&[
            words::first_word(),
            KIND,
            params_count,
            tasks_count,
            ports_count,
        ]);
        let tables = [params.as_flattened(), tasks.as_flattened(), ports.as_flattened()];
        words::join(header, &tables, &pile.0)
    }
}

/// Tasks for a worker, to be run in this order, each answered once, in one reply or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<'a> {
    /// What to run.
    pub tasks: Vec<Task<'a>>,
}

impl<'a> Request<'a> {
    /// The request that these bytes hold. Any bytes may be given: it never panics, and takes at most
    /// [`MEMORY_PER_BYTE`](super::MEMORY_PER_BYTE) times their length.
    ///
    /// # Errors
    /// Says in what way the bytes are not one whole request of this version.
    pub fn read(bytes: &'a [u8]) -> Result<Self, FrameError> {
        let frame = Frame::open(bytes, &[KIND])?;
        let [params, tasks, ports] = [2, 3, 4].map(|place| frame.word(place));
        let words = 4 * u64::from(params) + 16 * u64::from(tasks) + 4 * u64::from(ports);
        let (table, bytes) = Frame::divide(bytes, words)?;
        let frame = frame.with_bytes(bytes);
        let (params, table) = Rows::<4>::split(table, params);
        let (tasks, table) = Rows::<16>::split(table, tasks);
        let (ports, _) = Rows::<4>::split(table, ports);
        let tables = Tables { frame, params, ports };
        let tasks = tasks.iter().map(|row| tables.task(row));
        Ok(Self { tasks: words::collect(tasks)? })
    }
}

struct Tables<'a> {
    frame: Frame<'a>,
    params: Rows<'a, 4>,
    ports: Rows<'a, 4>,
}

impl<'a> Tables<'a> {
    fn task(&self, row: [u32; 16]) -> Result<Task<'a>, FrameError> {
        let [low, high, index, kernel, params, ..] = row;
        let [stride, total, start, before, core, after, first, inputs, outputs, piece] =
            [5, 6, 7, 8, 9, 10, 11, 12, 13, 14].map(|place: usize| row[place]);
        let behind = first.checked_add(inputs).ok_or(FrameError::Malformed)?;
        let mut inputs = self.ports.ports(first, inputs)?.iter();
        let outputs = self.ports.some_ports(behind, outputs)?.iter();
        let [at, offset, length, _] = inputs.next().ok_or(FrameError::Malformed)?;
        let others = inputs.map(|[at, offset, length, identity]| {
            Ok(Input { bytes: self.frame.place(at, offset, length)?, identity })
        });
        Ok(Task {
            id: words::task_id(low, high, index)?,
            kernel: KernelId(u16::try_from(kernel).map_err(|_| FrameError::Malformed)?),
            params: self.params(params)?,
            window: Window { stride, total, start, before, core, after },
            input: self.frame.place(at, offset, length)?,
            others: words::collect(others)?,
            outputs: words::collect(outputs.map(expected))?,
            piece,
        })
    }

    fn params(&self, index: u32) -> Result<Params<'a>, FrameError> {
        if index >= KEPT {
            return kept(index - KEPT).map(Params::Kept);
        }
        let row = self.params.part(index, 1)?.iter().next();
        let [place, offset, length, _] = row.ok_or(FrameError::Malformed)?;
        let bytes = self.frame.part(offset, length)?;
        match place {
            PASSING => Ok(Params::Here(bytes)),
            place => Ok(Params::Keep(kept(place)?, bytes)),
        }
    }
}

fn expected([length, slot, ..]: [u32; 4]) -> Result<Expected, FrameError> {
    let index = |slot| u8::try_from(slot).map_err(|_| FrameError::Malformed);
    Ok(Expected {
        length: (length != ANY_LENGTH).then_some(length),
        in_place: slot.checked_sub(1).map(index).transpose()?,
    })
}

fn kept(place: u32) -> Result<u8, FrameError> {
    let place = u8::try_from(place).ok().filter(|&place| place < KEPT_PARAMS);
    place.ok_or(FrameError::Malformed)
}
