//! What the driver keeps of a job until it settles: its bytes and its words.

use std::rc::Rc;

use unjank_protocol::{Bytes, KernelId, Params, Plan, Task, TaskId, Window};

use super::mailbox::Mailbox;
use crate::{
    JobError, Rejection,
    port::{Message, Port},
    scheduler::{Custody, JobSpec},
};

/// Payloads up to this many bytes ride in the frame: below it a copy is as cheap as a transfer,
/// and they can share a message.
pub(crate) const INLINE_BYTES: usize = 4096;

/// The most bytes one task may have: input, output and scratch must fit 4 GiB of linear memory.
const MAX_TASK_BYTES: usize = 1 << 30;

/// A kernel's parameters, on their way.
#[derive(Debug)]
pub enum Words<P: Port> {
    /// Encoded with postcard.
    Encoded(Vec<u8>),
    /// To be sent as they are.
    Object(P::Object),
}

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
    pub(crate) words: Words<P>,
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
    words: Words<P>,
    custody: Custody,
    /// The source; gone once it was moved.
    payload: Option<P::Buffer>,
}

impl<P: Port> Record<P> {
    pub(crate) fn new(order: Order<P>, spec: JobSpec, mailbox: Rc<Mailbox<P::Buffer>>) -> Self {
        let Order { kernel, words, payload, plan, .. } = order;
        let payload = Some(payload);
        Self { plan, mailbox, failure: None, kernel, words, custody: spec.custody, payload }
    }

    /// Whether its tasks share messages, as long as nothing goes wrong.
    pub(crate) fn is_small(&self) -> bool {
        self.custody == Custody::Inline
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

    /// What is to be sent for one of its tasks, given the copy if there had to be one. For a moved
    /// payload this empties the record.
    pub(crate) fn parcel(
        &mut self,
        port: &P,
        id: TaskId,
        staged: Option<Staged<P::Buffer>>,
    ) -> Result<Parcel<P>, JobError> {
        let chunk = self.plan.chunk(id.index).ok_or_else(gone)?;
        let load = match self.custody {
            Custody::Moved => Load::Buffer {
                length: chunk.input.len(),
                buffer: self.payload.take().ok_or_else(gone)?,
            },
            Custody::Kept => {
                Load::Buffer { length: chunk.input.len(), buffer: staged.ok_or_else(gone)?.buffer }
            }
            Custody::Inline => {
                let source = self.payload.as_ref().ok_or_else(gone)?;
                Load::Inline(port.read(source, chunk.input)?)
            }
        };
        let words = match &self.words {
            Words::Encoded(bytes) => Words::Encoded(bytes.clone()),
            Words::Object(object) => Words::Object(object.clone()),
        };
        Ok(Parcel { id, kernel: self.kernel, words, load, window: chunk.window })
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

/// One task, ready to be put into a message.
#[derive(Debug)]
pub(crate) struct Parcel<P: Port> {
    id: TaskId,
    kernel: KernelId,
    words: Words<P>,
    load: Load<P>,
    window: Window,
}

#[derive(Debug)]
enum Load<P: Port> {
    Inline(Vec<u8>),
    Buffer { buffer: P::Buffer, length: usize },
}

impl<P: Port> Parcel<P> {
    pub(crate) fn id(&self) -> TaskId {
        self.id
    }

    pub(crate) fn kernel(&self) -> KernelId {
        self.kernel
    }

    /// The buffer of a parcel that could not be sent.
    pub(crate) fn into_buffer(self) -> Option<P::Buffer> {
        match self.load {
            Load::Inline(_) => None,
            Load::Buffer { buffer, .. } => Some(buffer),
        }
    }
}

/// A message to be, of parcels that share it.
#[derive(Debug)]
pub(crate) struct Draft<P: Port> {
    parcels: Vec<Parcel<P>>,
    bytes: usize,
}

impl<P: Port> Draft<P> {
    /// Bytes of payloads in a message, at which it is sent.
    const BYTES: usize = 64 << 10;

    pub(crate) fn add(&mut self, parcel: Parcel<P>) {
        self.bytes += match &parcel.load {
            Load::Inline(bytes) => bytes.len(),
            Load::Buffer { length, .. } => *length,
        };
        self.parcels.push(parcel);
    }

    /// Whether it is to be sent before another of at most `most` parcels is begun.
    pub(crate) fn is_full(&self, most: usize) -> bool {
        self.parcels.len() >= most || self.bytes >= Self::BYTES
    }

    pub(crate) fn into_parcels(self) -> Vec<Parcel<P>> {
        self.parcels
    }
}

impl<P: Port> Default for Draft<P> {
    fn default() -> Self {
        Self { parcels: Vec::new(), bytes: 0 }
    }
}

/// Puts parcels into one message.
pub(crate) fn pack<P: Port>(parcels: &[Parcel<P>]) -> Message<P> {
    let mut buffers: Vec<P::Buffer> = Vec::new();
    let mut objects: Vec<P::Object> = Vec::new();
    let mut tasks = Vec::with_capacity(parcels.len());
    for Parcel { id, kernel, words, load, window } in parcels {
        let params = match words {
            Words::Encoded(bytes) => Params::Encoded(bytes),
            // Callers of many small jobs often give them all the same object.
            Words::Object(object) if objects.last() == Some(object) => {
                Params::Object(last(&objects))
            }
            Words::Object(object) => Params::Object(file(&mut objects, object)),
        };
        let input = match load {
            Load::Inline(bytes) => Bytes::Inline(bytes),
            Load::Buffer { buffer, length } => Bytes::Buffer {
                index: file(&mut buffers, buffer),
                // A task has at most `MAX_TASK_BYTES`.
                length: u32::try_from(*length).unwrap_or(u32::MAX),
            },
        };
        tasks.push(Task { id: *id, kernel: *kernel, params, input, window: *window });
    }
    let frame = unjank_protocol::encode(&unjank_protocol::Request { tasks });
    Message { frame, buffers, objects }
}

/// Appends to a list and says where.
fn file<T: Clone>(list: &mut Vec<T>, item: &T) -> u16 {
    list.push(item.clone());
    last(list)
}

/// The index of the last item. A message has at most `Config::batch` parcels: 65,535.
fn last<T>(list: &[T]) -> u16 {
    u16::try_from(list.len() - 1).unwrap_or(u16::MAX)
}
