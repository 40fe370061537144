//! What the engine keeps of a job until it settles: its bytes, and who waits.

use std::{ops::Range, rc::Rc};

use unjank_core::driver::{Copy, ParamsKey};
use unjank_protocol::{Plan, TaskId};

use super::mailbox::Mailbox;
use crate::{JobError, port::Port};

/// An accepted job.
#[derive(Debug)]
pub(super) struct Record<P: Port> {
    pub(super) mailbox: Rc<Mailbox<P::Buffer>>,
    /// What a worker said was wrong, until the job settles.
    pub(super) failure: Option<JobError>,
    pub(super) params: Rc<[u8]>,
    /// The payload, and further inputs; gone once they were moved.
    pub(super) inputs: Vec<P::Buffer>,
}

impl<P: Port> Record<P> {
    pub(super) fn new(params: Rc<[u8]>, inputs: Vec<P::Buffer>) -> Self {
        let mailbox = Rc::new(Mailbox::new());
        Self { mailbox, failure: None, params, inputs }
    }

    pub(super) fn read_params(&self, part: Range<usize>) -> Result<Vec<u8>, JobError> {
        self.params.get(part).map(<[u8]>::to_vec).ok_or_else(gone)
    }

    pub(super) fn read_input(
        &self,
        port: &P,
        input: u8,
        part: Range<usize>,
    ) -> Result<Vec<u8>, JobError> {
        port.read(self.input(input).ok_or_else(gone)?, part)
    }

    /// An input, by its index.
    pub(super) fn input(&self, index: u8) -> Option<&P::Buffer> {
        self.inputs.get(usize::from(index))
    }
}

pub(super) fn gone() -> JobError {
    JobError::Undeliverable { message: "the payload is gone".into() }
}

/// A copy under way, of what one task needs. There is one at a time.
#[derive(Debug)]
pub(super) struct Staged<B> {
    task: TaskId,
    buffer: B,
}

impl<B: Clone> Staged<B> {
    /// Takes a step of a copy: of this one, if it goes on with it, or of another.
    pub(super) fn go_on<P: Port<Buffer = B>>(
        before: Option<Self>,
        port: &P,
        source: Option<&B>,
        step: Copy,
    ) -> Result<Self, JobError> {
        let Copy { task, from, to, length, total, .. } = step;
        let [from, to, length, total] = [from, to, length, total].map(|bytes| bytes as usize);
        let staged = match before.filter(|staged| staged.task == task && to > 0) {
            Some(staged) => staged,
            None if to == 0 => Self { task, buffer: port.blank(total)? },
            None => return Err(gone()),
        };
        port.copy(&staged.buffer, to, source.ok_or_else(gone)?, from..from + length)?;
        Ok(staged)
    }

    /// The copy, if it is for this task.
    pub(super) fn into_buffer(self, task: TaskId) -> Option<B> {
        (self.task == task).then_some(self.buffer)
    }
}

/// The numbers of parameters: neighbours with the same have the same number.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    last: Rc<[u8]>,
    number: u32,
}

impl Numbers {
    pub(super) fn of(&mut self, params: &Rc<[u8]>) -> ParamsKey {
        if params.is_empty() {
            return ParamsKey::default();
        }
        if *params != self.last {
            self.last = Rc::clone(params);
            self.number = self.number.checked_add(1).unwrap_or(1);
        }
        // Of 4 GiB or more no job could be made: a message holds less.
        ParamsKey { number: self.number, length: u32::try_from(params.len()).unwrap_or(u32::MAX) }
    }
}

/// A job that was accepted.
#[derive(Debug)]
pub(crate) struct Accepted<P: Port> {
    pub(crate) id: unjank_protocol::JobId,
    pub(crate) plan: Plan,
    pub(crate) mailbox: Rc<Mailbox<P::Buffer>>,
}
