//! A simulated worker: its inbox, and what `shell.js` does in a real one. It has an instance answer,
//! and replaces it after a trap or when its memory has grown too large.

use std::{
    any::Any,
    collections::VecDeque,
    convert::Infallible,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
};

use unjank_worker::{Baggage, EncodedOnly, Runtime, Trap};

use crate::{
    kernels::{Trapped, registry},
    world::Buffer,
};

/// Linear memory of an instance that has computed nothing.
const FRESH: u64 = 1 << 20;

/// A message to a worker.
#[derive(Debug)]
pub(crate) struct Posted {
    pub(crate) frame: Vec<u8>,
    pub(crate) buffers: Vec<Buffer>,
}

/// A message from a worker.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) frame: Vec<u8>,
    pub(crate) buffers: Vec<Buffer>,
}

/// One worker.
#[derive(Debug)]
pub(crate) struct Shell {
    pub(crate) inbox: VecDeque<Posted>,
    /// Bytes of linear memory above which the instance is replaced.
    limit: u64,
    instance: Instance,
}

#[derive(Debug)]
struct Instance {
    runtime: Runtime<EncodedOnly>,
    memory: u64,
}

impl Instance {
    fn new() -> Self {
        Self { runtime: Runtime::new(registry()), memory: FRESH }
    }
}

impl Shell {
    pub(crate) fn new(limit: u64) -> Self {
        Self { inbox: VecDeque::new(), limit, instance: Instance::new() }
    }

    /// Answers its first message, if it has one.
    pub(crate) fn answer(&mut self) -> Option<Answer> {
        let Posted { frame, buffers } = self.inbox.pop_front()?;
        let Instance { runtime, memory } = &mut self.instance;
        let mut luggage = Luggage { buffers, outputs: Vec::new(), running: 0, memory: *memory };
        let answered = catch_unwind(AssertUnwindSafe(|| runtime.answer(&frame, &mut luggage)));
        *memory = luggage.memory;
        let reply = answered.unwrap_or_else(|thrown| {
            self.instance = Instance::new();
            luggage.outputs.clear();
            trap(luggage.running, &*thrown).answer(&frame, self.instance.memory)
        });
        if self.instance.memory > self.limit {
            self.instance = Instance::new();
        }
        let frame = reply.expect("a request that can be read");
        Some(Answer {
            frame,
            buffers: luggage.outputs.into_iter().chain(luggage.buffers).collect(),
        })
    }
}

fn trap(index: usize, thrown: &(dyn Any + Send)) -> Trap {
    if thrown.is::<Trapped>() {
        return Trap { index, message: "unreachable".into(), location: None };
    }
    Trap { index, message: "lost its head".into(), location: Some("a:1:2".into()) }
}

/// The parts of a message, as the simulated worker handles them.
struct Luggage {
    buffers: Vec<Buffer>,
    outputs: Vec<Buffer>,
    running: usize,
    memory: u64,
}

impl Baggage<Infallible> for Luggage {
    fn now(&self) -> u64 {
        0
    }

    fn memory(&self) -> u64 {
        self.memory
    }

    fn begin(&mut self, index: usize) {
        self.running = index;
    }

    fn copy_in(
        &mut self,
        index: u16,
        part: Range<usize>,
        input: &mut Vec<u8>,
    ) -> Result<(), String> {
        let buffer = self.buffers.get(usize::from(index)).ok_or("no such buffer")?;
        self.memory = self.memory.max(FRESH + part.len() as u64);
        let taken =
            buffer.with(|bytes| bytes.and_then(|bytes| bytes.get(part)).map(<[u8]>::to_vec));
        *input = taken.ok_or("the buffer is too short")?;
        Ok(())
    }

    fn object(&self, _: u16) -> Option<&Infallible> {
        None
    }

    fn copy_out(&mut self, _: Option<u16>, output: &[u8]) -> Result<u16, String> {
        self.outputs.push(Buffer::new(output));
        u16::try_from(self.outputs.len() - 1).map_err(|error| error.to_string())
    }

    fn replace(&mut self, _: u16, _: usize, _: &[u8]) -> Result<(), String> {
        Err("no kernel here has a grain".into())
    }

    fn give_back(&mut self, _: u16) -> Result<u16, String> {
        Err("no kernel here has a grain".into())
    }
}
