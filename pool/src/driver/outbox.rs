//! Messages in the making.

use unjank_protocol::{Draft, KernelId, Task, TaskId, WorkerId};

use crate::port::{Message, Port};

/// A message that is not sent yet: a request, and the buffers that it names.
#[derive(Debug)]
pub(crate) struct Unsent<P: Port> {
    request: Draft,
    buffers: Vec<P::Buffer>,
    tasks: Vec<(TaskId, KernelId)>,
}

impl<P: Port> Unsent<P> {
    /// Bytes that ride in a message, at which it is sent.
    const BYTES: usize = 64 << 10;

    pub(super) fn new() -> Self {
        Self { request: Draft::default(), buffers: Vec::new(), tasks: Vec::new() }
    }

    /// Puts a buffer beside the frame; says what the frame calls it.
    pub(super) fn enclose(&mut self, buffer: P::Buffer) -> u32 {
        self.buffers.push(buffer);
        self.buffers.len() as u32 - 1
    }

    pub(super) fn add(&mut self, task: &Task<'_>) {
        self.tasks.push((task.id, task.kernel));
        self.request.add(task);
    }

    /// Whether it is to be sent before another of at most `most` tasks is begun.
    pub(super) fn is_full(&self, most: usize) -> bool {
        self.tasks.len() >= most || self.request.inline_bytes() >= Self::BYTES
    }

    /// What is in it, and the message.
    pub(super) fn seal(self) -> (Vec<(TaskId, KernelId)>, Message<P>) {
        let Self { request, buffers, tasks } = self;
        (tasks, Message { frame: request.into_frame(), buffers })
    }
}

/// A message for each worker, in the order in which they were begun. As many as workers live at most.
#[derive(Debug)]
pub(super) struct Outbox<P: Port> {
    unsent: Vec<(WorkerId, Unsent<P>)>,
}

impl<P: Port> Outbox<P> {
    pub(super) fn new() -> Self {
        Self { unsent: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.unsent.is_empty()
    }

    /// The message for a worker, begun if there is none.
    pub(super) fn of(&mut self, worker: WorkerId) -> &mut Unsent<P> {
        let place = self.find(worker).unwrap_or_else(|| {
            self.unsent.push((worker, Unsent::new()));
            self.unsent.len() - 1
        });
        &mut self.unsent[place].1
    }

    pub(super) fn take(&mut self, worker: WorkerId) -> Option<Unsent<P>> {
        let place = self.find(worker)?;
        Some(self.unsent.remove(place).1)
    }

    /// The message that was begun first.
    pub(super) fn pop(&mut self) -> Option<(WorkerId, Unsent<P>)> {
        (!self.unsent.is_empty()).then(|| self.unsent.remove(0))
    }

    fn find(&self, worker: WorkerId) -> Option<usize> {
        self.unsent.iter().position(|(other, _)| *other == worker)
    }
}
