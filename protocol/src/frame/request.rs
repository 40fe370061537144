//! Tasks for a worker.

use alloc::vec::Vec;
use core::mem;

use super::{
    Bytes, FrameError, KEPT_PARAMS,
    words::{self, Frame, HEADER, INLINE, Pile, Rows},
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

/// The words of a request in the making.
///
/// It has no bytes, only room for them: those that ride in the frame follow its words, in the order in which
/// room was made for them, and are put there by whoever has them.
///
/// ```
/// use unjank_protocol::{Call, Draft, JobId, KernelId, Request, TaskId, Window};
///
/// let mut draft = Draft::default();
/// let params = draft.params(1);
/// let input = draft.input(5);
/// draft.put(input);
/// let call = Call {
///     id: TaskId { job: JobId::FIRST, index: 0 },
///     kernel: KernelId(3),
///     params,
///     window: Window::whole(1, 5),
///     piece: 0,
/// };
/// draft.add(&call, []);
/// let words = draft.into_words();
/// let bytes = words.iter().flat_map(|word| word.to_le_bytes()).chain(*b"\xf6bytes");
/// assert_eq!(Request::read(&bytes.collect::<Vec<u8>>())?.tasks.len(), 1);
/// # Ok::<(), unjank_protocol::FrameError>(())
/// ```
#[derive(Debug, Default)]
pub struct Draft {
    params: Vec<[u32; 4]>,
    tasks: Vec<[u32; 16]>,
    /// Of each task its inputs, and then its outputs.
    ports: Vec<[u32; 4]>,
    /// How many of the last are inputs of the task that is added next.
    inputs: u32,
    /// Bytes behind the words that there is room for.
    room: u32,
}

/// One call of a kernel, as it is written.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// Which task this is.
    pub id: TaskId,
    /// The kernel to call.
    pub kernel: KernelId,
    /// Its parameters.
    pub params: ParamsRow,
    /// Which part of the whole the main input is.
    pub window: Window,
    /// As [`Task::piece`].
    pub piece: u32,
}

/// Where a [`Draft`] has the parameters of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParamsRow(u32);

impl ParamsRow {
    /// Those that the worker keeps in this place.
    #[must_use]
    pub fn kept(place: u8) -> Self {
        Self(KEPT + u32::from(place))
    }
}

/// An input of a call, as it stands in a [`Draft`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputRow([u32; 4]);

impl InputRow {
    /// So many bytes of a buffer that goes along, by its index, from this one on.
    #[must_use]
    pub const fn buffer(index: u32, offset: u32, length: u32) -> Self {
        Self([index, offset, length, 0])
    }

    /// The same, known by this number: see [`Input::identity`].
    #[must_use]
    pub const fn known_as(self, identity: u32) -> Self {
        let [at, offset, length, _] = self.0;
        Self([at, offset, length, identity])
    }
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
    pub fn inline_bytes(&self) -> u32 {
        self.room
    }

    /// Makes room for params that come for this message alone.
    pub fn params(&mut self, length: u32) -> ParamsRow {
        self.params_row(PASSING, length)
    }

    /// Makes room for params that the worker is to keep in this place, one of [`KEPT_PARAMS`].
    pub fn kept_params(&mut self, place: u8, length: u32) -> ParamsRow {
        self.params_row(place.into(), length)
    }

    fn params_row(&mut self, place: u32, length: u32) -> ParamsRow {
        let offset = self.make_room(length);
        self.params.push([place, offset, length, 0]);
        ParamsRow(self.params.len() as u32 - 1)
    }

    /// Makes room for an input.
    pub fn input(&mut self, length: u32) -> InputRow {
        InputRow([INLINE, self.make_room(length), length, 0])
    }

    fn input_of(&mut self, input: Input<'_>, pile: &mut Pile) -> InputRow {
        let row = match input.bytes {
            Bytes::Inline(bytes) => self.input(pile.put(bytes)[1]),
            Bytes::Buffer { index, offset, length } => InputRow::buffer(index, offset, length),
        };
        row.known_as(input.identity)
    }

    fn make_room(&mut self, length: u32) -> u32 {
        let offset = self.room;
        // A message has some tens of KiB of its own.
        self.room = offset.saturating_add(length);
        offset
    }

    /// Gives the task that is added next an input: the one that the window is about first.
    pub fn put(&mut self, input: InputRow) {
        self.ports.push(input.0);
        self.inputs += 1;
    }

    /// Puts a task behind the others, and what its outputs have to be.
    pub fn add(&mut self, call: &Call, outputs: impl IntoIterator<Item = Expected>) {
        let inputs = mem::take(&mut self.inputs);
        let first = self.ports.len() as u32 - inputs;
        // Slot 0 has the params.
        let slot = |index| u32::from(index) + 1;
        self.ports.extend(outputs.into_iter().map(|Expected { length, in_place }| {
            [length.unwrap_or(ANY_LENGTH), in_place.map_or(0, slot), 0, 0]
        }));
        let [low, high] = words::halves(call.id.job.get());
        let outputs = self.ports.len() as u32 - first - inputs;
        let (index, kernel, params) = (call.id.index, u32::from(call.kernel.0), call.params.0);
        let Window { stride, total, start, before, core, after } = call.window;
        self.tasks.push([
            low, high, index, kernel, params, stride, total, start, before, core, after, first,
            inputs, outputs, call.piece, 0,
        ]);
    }

    /// The words of the request.
    #[must_use]
    pub fn into_words(self) -> Vec<u32> {
        let Self { params, tasks, ports, .. } = self;
        let mut header = [0; HEADER];
        header[..2].copy_from_slice(&[words::first_word(), KIND]);
        header[2..5].copy_from_slice(&[
            params.len() as u32,
            tasks.len() as u32,
            ports.len() as u32,
        ]);
        words::join(header, &[params.as_flattened(), tasks.as_flattened(), ports.as_flattened()])
    }

    /// The tasks in the words of a request, as [`Draft::into_words`] gives them, and their kernels.
    pub fn tasks_in(words: &[u32]) -> impl Iterator<Item = (TaskId, KernelId)> {
        let [params, tasks] = [2, 3].map(|place| words.get(place).map_or(0, |&n| n as usize));
        let rows = words.get(HEADER + 4 * params..).unwrap_or_default().as_chunks::<16>().0;
        rows.iter().take(tasks).filter_map(|&[low, high, index, kernel, ..]| {
            let id = words::task_id(low, high, index).ok()?;
            Some((id, KernelId(u16::try_from(kernel).ok()?)))
        })
    }
}

/// Tasks for a worker, to be run in this order, each answered once, in one reply or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<'a> {
    /// What to run.
    pub tasks: Vec<Task<'a>>,
}

impl<'a> Request<'a> {
    /// The bytes of the request. Params that are those of the task before stand in it once.
    ///
    /// ```
    /// use unjank_protocol::Request;
    ///
    /// let request = Request { tasks: vec![] };
    /// assert_eq!(Request::read(&request.write()), Ok(request));
    /// ```
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let (mut draft, mut pile) = (Draft::default(), Pile::default());
        let mut before = None;
        for task in &self.tasks {
            let params = match (task.params, before) {
                (params, Some((last, row))) if params == last => row,
                (Params::Kept(place), _) => ParamsRow::kept(place),
                (Params::Keep(place, bytes), _) => draft.kept_params(place, pile.put(bytes)[1]),
                (Params::Here(bytes), _) => draft.params(pile.put(bytes)[1]),
            };
            if !matches!(task.params, Params::Kept(_)) {
                before = Some((task.params, params));
            }
            let Task { id, kernel, window, input, ref others, ref outputs, piece, .. } = *task;
            let main = Input { bytes: input, identity: 0 };
            for input in core::iter::once(&main).chain(others) {
                let row = draft.input_of(*input, &mut pile);
                draft.put(row);
            }
            let call = Call { id, kernel, params, window, piece };
            draft.add(&call, outputs.iter().copied());
        }
        words::with_bytes(&draft.into_words(), &pile.0)
    }

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
