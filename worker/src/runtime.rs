//! Requests in, replies out. Whatever goes wrong in between is said in the reply.

use std::{borrow::Cow, ops::Range};

use unjank_protocol::{
    Bytes, Chunk, Context, DecodeError, Entry, Hello, KernelError, Output, Params, Reply, Request,
    Task, TaskId, Times, Verdict, Window, decode, encode,
};

use crate::{Decode, Given, Registry, pieces::Pieces};

/// Outputs up to this many bytes ride in the reply's frame.
const INLINE_BYTES: usize = 4096;

/// What came with a request besides its frame, and the surroundings of the runtime.
pub trait Baggage<O> {
    /// Microseconds since the Unix epoch; where that is not known, on a clock of its own.
    fn now(&self) -> u64;

    /// Size of the linear memory, in bytes.
    fn memory(&self) -> u64;

    /// Notes that the `index`-th task of the request begins: if it traps, this is how the host
    /// knows which one it was.
    fn begin(&mut self, index: usize);

    /// Replaces `input` by a copy of a part of the `index`-th buffer.
    ///
    /// # Errors
    /// When it is not there, or shorter.
    fn copy_in(
        &mut self,
        index: u16,
        part: Range<usize>,
        input: &mut Vec<u8>,
    ) -> Result<(), String>;

    /// The `index`-th object.
    fn object(&self, index: u16) -> Option<&O>;

    /// Copies `output` into a buffer for the reply, best into the `source`-th of the request if it
    /// has just that length, and says which buffer of the reply that is.
    ///
    /// # Errors
    /// When there is no memory for it.
    fn copy_out(&mut self, source: Option<u16>, output: &[u8]) -> Result<u16, String>;

    /// Puts a part of the output where its input was, in the `index`-th buffer of the request.
    ///
    /// # Errors
    /// When it is not there, or shorter.
    fn replace(&mut self, index: u16, start: usize, output: &[u8]) -> Result<(), String>;

    /// Makes the `index`-th buffer of the request an output, and says which buffer of the reply that
    /// is.
    ///
    /// # Errors
    /// When it is not there.
    fn give_back(&mut self, index: u16) -> Result<u16, String>;
}

/// What a kernel is told whose pieces do not fit where their inputs were.
const BROKEN_PROMISE: &str = "a kernel with a `GRAIN` must make as many bytes as it gets";

/// What is known of a trap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trap {
    /// Which task of the request trapped.
    pub index: usize,
    /// The panic's message, or the engine's name for the trap.
    pub message: String,
    /// Where the panic was; none for a trap.
    pub location: Option<String>,
}

impl Trap {
    /// The answer to a request in which a task trapped, given by a fresh instance: that task
    /// panicked, and the others did not run. What they may have computed went with the old
    /// instance.
    ///
    /// # Errors
    /// When the frame cannot be read.
    pub fn answer(&self, frame: &[u8], memory: u64) -> Result<Vec<u8>, DecodeError> {
        let request = decode::<Request<'_>>(frame)?;
        let entries = request.tasks.iter().enumerate().map(|(index, task)| {
            let verdict = if index == self.index { self.verdict() } else { Verdict::Returned };
            Entry { id: task.id, verdict, times: Times::default() }
        });
        Ok(encode(&Reply { memory, began: 0, entries: entries.collect() }))
    }

    fn verdict(&self) -> Verdict<'_> {
        Verdict::Panicked {
            message: Cow::Borrowed(&self.message),
            location: self.location.as_deref().map(Cow::Borrowed),
        }
    }
}

/// Answers requests with the kernels of a registry.
#[derive(Debug)]
pub struct Runtime<D: Decode> {
    registry: Registry<D>,
    /// The running task's input; kept, so that its memory is reused.
    input: Vec<u8>,
    /// The running task's output; kept, so that its memory is reused.
    output: Output,
}

impl<D: Decode> Runtime<D> {
    /// A runtime for these kernels.
    #[must_use]
    pub const fn new(registry: Registry<D>) -> Self {
        Self { registry, input: Vec::new(), output: Output::new() }
    }

    /// The kernels.
    #[must_use]
    pub const fn registry(&self) -> &Registry<D> {
        &self.registry
    }

    /// The frame that a worker says first.
    #[must_use]
    pub fn hello(&self) -> Vec<u8> {
        encode(&Hello { kernels: self.registry.names().map(Cow::Borrowed).collect() })
    }

    /// Runs the tasks of a request, in order, and answers for each.
    ///
    /// # Errors
    /// When the frame cannot be read: there is nobody to answer then.
    pub fn answer<B: Baggage<D::Object>>(
        &mut self,
        frame: &[u8],
        baggage: &mut B,
    ) -> Result<Vec<u8>, DecodeError> {
        let request = decode::<Request<'_>>(frame)?;
        let tasks = request.tasks.as_slice();
        let precision = if tasks.len() > 1 { Precision::Whole } else { Precision::Parts };
        let began = baggage.now();
        let mut watch = Stopwatch::start(precision, began);
        let mut answers = Vec::with_capacity(tasks.len());
        for (index, task) in tasks.iter().enumerate() {
            baggage.begin(index);
            answers.push(self.run(task, baggage, &mut watch));
        }
        let entries = answers.iter().map(Answer::entry).collect();
        Ok(encode(&Reply { memory: baggage.memory(), began, entries }))
    }

    fn run<B: Baggage<D::Object>>(
        &mut self,
        task: &Task<'_>,
        baggage: &mut B,
        watch: &mut Stopwatch,
    ) -> Answer {
        let mut times = Times::default();
        let grain = self.registry.grain(task.kernel);
        let result = check_length(task).and_then(|()| {
            match grain.and_then(|grain| Pieces::of(task, grain)) {
                Some(pieces) => self.run_pieces(task, pieces, baggage, watch, &mut times),
                None => self.run_whole(task, baggage, watch, &mut times),
            }
        });
        watch.whole(&mut times.compute, || baggage.now());
        Answer { id: task.id, times, result }
    }

    fn run_whole<B: Baggage<D::Object>>(
        &mut self,
        task: &Task<'_>,
        baggage: &mut B,
        watch: &mut Stopwatch,
        times: &mut Times,
    ) -> Result<Product, Fault> {
        let all = 0..length(task.input);
        self.step(task, Chunk { input: all, window: task.window }, baggage, watch, times)?;
        let product = self.copy_out(task, baggage)?;
        watch.part(&mut times.copy_out, || baggage.now());
        Ok(product)
    }

    /// Computes piece after piece, each result taking the place of its input.
    fn run_pieces<B: Baggage<D::Object>>(
        &mut self,
        task: &Task<'_>,
        pieces: Pieces,
        baggage: &mut B,
        watch: &mut Stopwatch,
        times: &mut Times,
    ) -> Result<Product, Fault> {
        let Pieces { index, length, .. } = pieces;
        for piece in pieces.iter() {
            let part = piece.input.clone();
            self.step(task, piece, baggage, watch, times)?;
            let output = self.result()?;
            if output.len() != part.len() {
                return Err(Fault::failed(BROKEN_PROMISE.into()));
            }
            baggage.replace(index, part.start, output).map_err(Fault::failed)?;
            watch.part(&mut times.copy_out, || baggage.now());
        }
        let index = baggage.give_back(index).map_err(Fault::failed)?;
        Ok(Product::Buffer { index, length })
    }

    /// Copies a piece in and calls the kernel.
    fn step<B: Baggage<D::Object>>(
        &mut self,
        task: &Task<'_>,
        piece: Chunk,
        baggage: &mut B,
        watch: &mut Stopwatch,
        times: &mut Times,
    ) -> Result<(), Fault> {
        match task.input {
            Bytes::Inline(bytes) => {
                self.input.clear();
                self.input.extend_from_slice(bytes);
            }
            Bytes::Buffer { index, .. } => baggage
                .copy_in(index, piece.input, &mut self.input)
                .map_err(|message| Fault::Unreadable { message })?,
        }
        watch.part(&mut times.copy_in, || baggage.now());
        let computed = self.compute(task, piece.window, baggage);
        watch.part(&mut times.compute, || baggage.now());
        computed
    }

    fn compute<B: Baggage<D::Object>>(
        &mut self,
        task: &Task<'_>,
        window: Window,
        baggage: &B,
    ) -> Result<(), Fault> {
        let given = match task.params {
            Params::Encoded(bytes) => Given::Encoded(bytes),
            Params::Object(index) => Given::Object(baggage.object(index).ok_or_else(|| {
                Fault::Unreadable { message: format!("the message has no object {index}") }
            })?),
        };
        let Self { registry, input, output } = self;
        output.grow();
        match registry.run(task.kernel, &given, input, output, &Context::new(window)) {
            Some(result) => result.map_err(Fault::from),
            None => {
                let message = format!("there is no kernel {}", task.kernel.0);
                Err(Fault::Unreadable { message })
            }
        }
    }

    /// What the kernel made.
    fn result(&self) -> Result<&[u8], Fault> {
        self.output.result(&self.input).ok_or_else(|| {
            Fault::failed(format!("the kernel kept more than its {} bytes", self.input.len()))
        })
    }

    fn copy_out<B: Baggage<D::Object>>(
        &self,
        task: &Task<'_>,
        baggage: &mut B,
    ) -> Result<Product, Fault> {
        let bytes = self.result()?;
        if bytes.len() <= INLINE_BYTES {
            return Ok(Product::Inline(bytes.to_vec()));
        }
        let source = match task.input {
            Bytes::Inline(_) => None,
            Bytes::Buffer { index, .. } => Some(index),
        };
        let index = baggage.copy_out(source, bytes).map_err(Fault::failed)?;
        // No longer than linear memory, which 32 bits address.
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Ok(Product::Buffer { index, length })
    }
}

fn check_length(task: &Task<'_>) -> Result<(), Fault> {
    let expected = task.window.input_len();
    let length = length(task.input);
    if expected == length as u64 {
        return Ok(());
    }
    let message = format!("{length} bytes of input where the window has {expected}");
    Err(Fault::Unreadable { message })
}

fn length(input: Bytes<'_>) -> usize {
    match input {
        Bytes::Inline(bytes) => bytes.len(),
        Bytes::Buffer { length, .. } => length as usize,
    }
}

/// What became of one task, in bytes of its own.
struct Answer {
    id: TaskId,
    times: Times,
    result: Result<Product, Fault>,
}

/// Where a task's output was put.
enum Product {
    Inline(Vec<u8>),
    Buffer { index: u16, length: u32 },
}

/// Why a task has no output.
enum Fault {
    Failed { code: u32, message: String },
    BadParams { message: String },
    Unreadable { message: String },
}

impl Fault {
    fn failed(message: String) -> Self {
        Self::Failed { code: 0, message }
    }
}

impl From<KernelError> for Fault {
    fn from(error: KernelError) -> Self {
        match error {
            KernelError::Params { message } => Self::BadParams { message },
            KernelError::Failed { code, message } => Self::Failed { code, message },
            error => Self::Failed { code: 0, message: error.to_string() },
        }
    }
}

impl Answer {
    fn entry(&self) -> Entry<'_> {
        let verdict = match &self.result {
            Ok(Product::Inline(bytes)) => Verdict::Completed(Bytes::Inline(bytes)),
            Ok(Product::Buffer { index, length }) => {
                Verdict::Completed(Bytes::Buffer { index: *index, length: *length })
            }
            Err(Fault::Failed { code, message }) => {
                Verdict::Failed { code: *code, message: Cow::Borrowed(message) }
            }
            Err(Fault::BadParams { message }) => {
                Verdict::BadParams { message: Cow::Borrowed(message) }
            }
            Err(Fault::Unreadable { message }) => {
                Verdict::Unreadable { message: Cow::Borrowed(message) }
            }
        };
        Entry { id: self.id, verdict, times: self.times }
    }
}

/// How finely the times of tasks are measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Precision {
    /// Each part.
    Parts,
    /// A task as a whole, taken for its kernel: for those so small that reading the clock would
    /// take longer than copying.
    Whole,
}

/// Measures tasks, one after the other.
struct Stopwatch {
    precision: Precision,
    last: u64,
}

impl Stopwatch {
    fn start(precision: Precision, now: u64) -> Self {
        Self { precision, last: now }
    }

    fn part(&mut self, time: &mut u32, now: impl FnOnce() -> u64) {
        if self.precision == Precision::Parts {
            *time = time.saturating_add(self.lap(now()));
        }
    }

    fn whole(&mut self, time: &mut u32, now: impl FnOnce() -> u64) {
        if self.precision == Precision::Whole {
            *time = self.lap(now());
        }
    }

    fn lap(&mut self, now: u64) -> u32 {
        let lap = now.saturating_sub(self.last);
        self.last = now;
        u32::try_from(lap).unwrap_or(u32::MAX)
    }
}
