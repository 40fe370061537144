//! What the driver keeps of a job until it settles: its bytes and its parameters.

use std::rc::Rc;

use unjank_protocol::{Bytes, KernelId, Params, Plan, Task, TaskId};

use super::{mailbox::Mailbox, module::Module, outbox::Unsent, places::Place};
use crate::{
    JobError, Rejection,
    port::Port,
    scheduler::{Custody, JobSpec},
};

/// Payloads up to this many bytes ride in the frame: below it a copy is as cheap as a transfer,
/// and they can share a message.
pub(crate) const INLINE_BYTES: usize = 4096;

/// The most bytes one task may have: input, output and scratch must fit 4 GiB of linear memory.
const MAX_TASK_BYTES: usize = 1 << 30;

/// Who owns the payload of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// It is given to the pool: large ones are transferred to the worker, without a copy.
    Move,
    /// It stays with the page, which does not change it until the job has settled. What a task
    /// needs is copied when it is sent.
    Keep,
}

/// A job on its way in.
#[derive(Debug)]
pub(crate) struct Order<P: Port> {
    pub(crate) kernel: KernelId,
    /// CBOR. Jobs that are given together share them.
    pub(crate) params: Rc<[u8]>,
    pub(crate) payload: P::Buffer,
    pub(crate) ownership: Ownership,
    pub(crate) plan: Plan,
}

impl<P: Port> Order<P> {
    /// Who will have its bytes while it waits and runs.
    pub(crate) fn custody(&self) -> Result<Custody, Rejection> {
        let chunk = self.plan.chunks().map(|chunk| chunk.input.len()).max().unwrap_or(0);
        if chunk > MAX_TASK_BYTES {
            return Err(Rejection::PayloadTooLarge { bytes: chunk });
        }
        Ok(match self.ownership {
            _ if chunk <= INLINE_BYTES => Custody::Inline,
            Ownership::Move if self.plan.len().get() == 1 => Custody::Moved,
            Ownership::Move | Ownership::Keep => Custody::Kept,
        })
    }
}

/// An accepted job.
#[derive(Debug)]
pub(crate) struct Record<P: Port> {
    pub(crate) plan: Plan,
    pub(crate) mailbox: Rc<Mailbox<P::Buffer>>,
    /// What a worker said was wrong, until the scheduler settles the job.
    pub(crate) failure: Option<JobError>,
    pub(crate) kernel: KernelId,
    params: Rc<[u8]>,
    custody: Custody,
    /// The source; gone once it was moved.
    payload: Option<P::Buffer>,
}

impl<P: Port> Record<P> {
    pub(crate) fn new(order: Order<P>, spec: JobSpec, mailbox: Rc<Mailbox<P::Buffer>>) -> Self {
        let Order { kernel, params, payload, plan, .. } = order;
        let payload = Some(payload);
        Self { plan, mailbox, failure: None, kernel, params, custody: spec.custody, payload }
    }

    /// Whether its tasks share messages, as long as nothing goes wrong.
    pub(crate) fn is_small(&self) -> bool {
        self.custody == Custody::Inline
    }

    /// Whether its parameters are worth a place of their own in each worker.
    pub(crate) fn keeps_params(&self) -> bool {
        self.plan.len().get() > 1 && !self.params.is_empty()
    }

    pub(crate) fn into_payload(self) -> Option<P::Buffer> {
        self.payload
    }

    /// Copies at most `most` bytes of what one of its tasks needs, if that has to be copied, behind
    /// what was copied before.
    pub(crate) fn prepare(
        &self,
        port: &P,
        id: TaskId,
        staged: Option<Staged<P::Buffer>>,
        most: usize,
    ) -> Result<Option<Staged<P::Buffer>>, JobError> {
        if self.custody != Custody::Kept {
            return Ok(None);
        }
        let part = self.plan.chunk(id.index).ok_or_else(gone)?.input;
        let source = self.payload.as_ref().ok_or_else(gone)?;
        let mut staged = match staged {
            Some(staged) => staged,
            None => Staged { task: id, buffer: port.blank(part.len())?, done: 0, rest: part.len() },
        };
        let step = staged.rest.min(most);
        let start = part.start + staged.done;
        port.copy(&staged.buffer, staged.done, source, start..start + step)?;
        staged.done += step;
        staged.rest -= step;
        Ok(Some(staged))
    }

    /// Puts one of its tasks into a message, given the copy if there had to be one, and the worker's
    /// place for its parameters if it has one. For a moved payload this empties the record.
    pub(crate) fn load(
        &mut self,
        port: &P,
        module: &Module,
        id: TaskId,
        staged: Option<Staged<P::Buffer>>,
        place: Option<Place>,
        unsent: &mut Unsent<P>,
    ) -> Result<(), JobError> {
        let chunk = self.plan.chunk(id.index).ok_or_else(gone)?;
        let mut small = Vec::new();
        let buffer = match self.custody {
            Custody::Moved => Some(self.payload.take().ok_or_else(gone)?),
            Custody::Kept => Some(staged.ok_or_else(gone)?.buffer),
            Custody::Inline => {
                let source = self.payload.as_ref().ok_or_else(gone)?;
                small = port.read(source, chunk.input.clone())?;
                None
            }
        };
        let input = match buffer {
            None => Bytes::Inline(&small),
            Some(buffer) => Bytes::Buffer {
                index: unsent.enclose(buffer),
                offset: 0,
                // A task has at most `MAX_TASK_BYTES`.
                length: u32::try_from(chunk.input.len()).unwrap_or(u32::MAX),
            },
        };
        let params = match place {
            None => Params::Here(&self.params),
            Some(Place::New(place)) => Params::Keep(place, &self.params),
            Some(Place::Filled(place)) => Params::Kept(place),
        };
        let (kernel, window, others) = (self.kernel, chunk.window, Vec::new());
        let (outputs, piece) = (module.expected(kernel, window), module.piece(kernel, window));
        unsent.add(&Task { id, kernel, params, window, input, others, outputs, piece });
        Ok(())
    }

    /// Takes back what a refused message would have moved.
    pub(crate) fn put_back(&mut self, buffer: P::Buffer) {
        if self.custody == Custody::Moved {
            self.payload = Some(buffer);
        }
    }
}

fn gone() -> JobError {
    JobError::Undeliverable { message: "the payload is gone".into() }
}

/// A copy under way, of what one task needs.
#[derive(Debug)]
pub(crate) struct Staged<B> {
    task: TaskId,
    buffer: B,
    /// Bytes copied.
    done: usize,
    /// Bytes to copy.
    rest: usize,
}

impl<B> Staged<B> {
    pub(crate) fn task(&self) -> TaskId {
        self.task
    }

    pub(crate) fn done(&self) -> usize {
        self.done
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.rest == 0
    }
}
