//! A simulated worker: its inbox, and what the shell does in a real one. It runs one task after the
//! other, answers some of them at a time, and replaces its instance after a trap or when its memory has
//! grown too large.

use std::{
    any::Any,
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
};

use unjank_protocol::{
    Bytes, Context, KEPT_PARAMS, KernelError, Onward, Output, Params, Reply, Request, Task, TaskId,
    Times, Verdict,
};
use unjank_worker::Registry;

use crate::{
    kernels::{Trapped, registry},
    world::Buffer,
};

/// Linear memory of an instance that has computed nothing.
const FRESH: u64 = 1 << 20;

/// Outputs up to this many bytes ride in the reply's frame.
const INLINE_BYTES: usize = 4096;

/// A message to a worker.
#[derive(Debug)]
pub(crate) struct Posted {
    pub(crate) frame: Vec<u8>,
    pub(crate) buffers: Vec<Buffer>,
    /// How many of its tasks were answered.
    pub(crate) answered: usize,
}

/// A message from a worker.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) frame: Vec<u8>,
    pub(crate) buffers: Vec<Buffer>,
}

/// Whether an instance can be replaced by a fresh one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Renewal {
    #[default]
    InPlace,
    /// The worker retires instead.
    Impossible,
}

/// One worker.
#[derive(Debug)]
pub(crate) struct Shell {
    pub(crate) inbox: VecDeque<Posted>,
    /// Bytes of linear memory above which the instance is replaced.
    limit: u64,
    renewal: Renewal,
    onward: Onward,
    registry: Registry,
    memory: u64,
    /// Params that it keeps for the messages to come.
    kept: [Vec<u8>; KEPT_PARAMS as usize],
}

impl Shell {
    pub(crate) fn new(limit: u64, renewal: Renewal) -> Self {
        let (inbox, kept) = (VecDeque::new(), Default::default());
        let (registry, onward) = (registry(), Onward::Goes);
        Self { inbox, limit, renewal, onward, registry, memory: FRESH, kept }
    }

    /// Answers its first message, or what is left of it, but at most so many of its tasks.
    pub(crate) fn answer(&mut self, most: usize) -> Option<Answer> {
        if self.onward == Onward::Retires {
            return None;
        }
        let Posted { frame, mut buffers, answered } = self.inbox.pop_front()?;
        let request = Request::read(&frame).expect("a request of the engine's");
        let mut done = Vec::new();
        for task in request.tasks.iter().skip(answered).take(most.max(1)) {
            done.push((task.id, self.run(task, &mut buffers)));
            if self.onward == Onward::Retires {
                break;
            }
        }
        let (count, memory) = (answered + done.len(), self.memory);
        if memory > self.limit {
            self.renew();
        }
        let (outputs, answer) = write(&done, memory, self.onward);
        let left = request.tasks.len() - count;
        // What an answer does not name is free, once no task can need it.
        let spares = if left == 0 { std::mem::take(&mut buffers) } else { Vec::new() };
        if left > 0 {
            self.inbox.push_front(Posted { frame, buffers, answered: count });
        }
        Some(Answer { frame: answer, buffers: outputs.into_iter().chain(spares).collect() })
    }

    fn run(&mut self, task: &Task<'_>, buffers: &mut [Buffer]) -> Ran {
        let params = match task.params {
            Params::Here(bytes) => bytes,
            Params::Kept(place) => &self.kept[usize::from(place)].clone(),
            Params::Keep(place, bytes) => {
                self.kept[usize::from(place)] = bytes.to_vec();
                bytes
            }
        };
        let mut input = take(task.input, buffers);
        self.memory = self.memory.max(FRESH + input.len() as u64);
        let others = task.others.iter().map(|other| take(other.bytes, buffers));
        let others: Vec<Vec<u8>> = others.collect();
        let others: Vec<&[u8]> = others.iter().map(Vec::as_slice).collect();
        let mut output = Output::new();
        let cx = Context::new(task.window).with_inputs(&others);
        let ran = catch_unwind(AssertUnwindSafe(|| {
            self.registry.run(task.kernel, params, &mut input, &mut output, &cx)
        }));
        match ran {
            Ok(None) => Ran::Unreadable,
            Ok(Some(Err(error))) => Ran::Refused(error),
            Ok(Some(Ok(()))) => Ran::Completed(output.result(&input).expect("a result").to_vec()),
            Err(thrown) => {
                self.renew();
                Ran::Thrown(thrown)
            }
        }
    }

    fn renew(&mut self) {
        match self.renewal {
            Renewal::InPlace => self.memory = FRESH,
            Renewal::Impossible => self.onward = Onward::Retires,
        }
    }
}

/// What came of a task.
enum Ran {
    Completed(Vec<u8>),
    Refused(KernelError),
    Thrown(Box<dyn Any + Send>),
    Unreadable,
}

fn take(input: Bytes<'_>, buffers: &[Buffer]) -> Vec<u8> {
    match input {
        Bytes::Inline(bytes) => bytes.to_vec(),
        Bytes::Buffer { index, offset, length } => buffers[index as usize].with(|bytes| {
            let part = offset as usize..(offset + length) as usize;
            bytes.expect("an attached buffer")[part].to_vec()
        }),
    }
}

/// A reply, and the buffers that it names.
fn write(done: &[(TaskId, Ran)], memory: u64, onward: Onward) -> (Vec<Buffer>, Vec<u8>) {
    let mut outputs: Vec<Buffer> = Vec::new();
    let answers = done.iter().map(|(id, ran)| {
        let verdict = match ran {
            Ran::Completed(bytes) if bytes.len() <= INLINE_BYTES => {
                Verdict::Completed { output: Bytes::Inline(bytes), others: vec![] }
            }
            Ran::Completed(bytes) => {
                outputs.push(Buffer::new(&bytes[..]));
                let index = outputs.len() as u32 - 1;
                let length = bytes.len() as u32;
                let output = Bytes::Buffer { index, offset: 0, length };
                Verdict::Completed { output, others: vec![] }
            }
            Ran::Refused(KernelError::Params { message }) => Verdict::BadParams { message },
            Ran::Refused(KernelError::Failed { code, message }) => {
                Verdict::Failed { code: *code, message }
            }
            Ran::Refused(_) => Verdict::Failed { code: 0, message: "for another reason" },
            Ran::Thrown(thrown) if thrown.is::<Trapped>() => {
                Verdict::Panicked { message: "unreachable", location: None }
            }
            Ran::Thrown(_) => {
                Verdict::Panicked { message: "lost its head", location: Some("a:1:2") }
            }
            Ran::Unreadable => Verdict::Unreadable { message: "there is no such kernel" },
        };
        unjank_protocol::Answer { id: *id, verdict, times: Times::default() }
    });
    let answers = answers.collect();
    let reply = Reply { memory, began: 0, onward, answers }.write();
    (outputs, reply)
}
