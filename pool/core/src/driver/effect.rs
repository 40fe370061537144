//! What is to be done in the world, in numbers.

use alloc::vec::Vec;

use unjank_protocol::{Draft, JobId, KernelId, TaskId, Times, Window, WorkerId};

use crate::scheduler::{Outcome, Reason};

/// What is to be done next. Effects are carried out in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Start this worker. If that fails at once, say
    /// [`Driver::handle_lost`](super::Driver::handle_lost).
    Spawn(WorkerId),
    /// End this worker and forget it.
    Terminate {
        /// Whom.
        worker: WorkerId,
        /// Why.
        reason: Reason,
    },
    /// Go on with the copy of what a task needs.
    Copy(Copy),
    /// Send this message. Of each of its tasks that is not sent, say
    /// [`Driver::handle_refused`](super::Driver::handle_refused).
    Post {
        /// To whom.
        worker: WorkerId,
        /// What.
        message: Message,
    },
    /// Somebody waits for this result.
    Deliver(Delivery),
    /// Why a job is going to fail, unless something was said before.
    Fail {
        /// Which job.
        job: JobId,
        /// Which answer of the reply that is booked says so.
        answer: usize,
    },
    /// Tell the caller of this job how it ended.
    Settle {
        /// Which job.
        job: JobId,
        /// How it ended.
        outcome: Outcome,
    },
}

/// A step of the copy that a task needs, of inputs that stay with the page.
///
/// The steps of one copy follow each other without a gap, and end with a [`Effect::Post`] of the task, or with
/// the [`Effect::Settle`] of its job. A copy that was left off begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copy {
    /// Which task needs it.
    pub task: TaskId,
    /// Of which input, by its index.
    pub input: u8,
    /// From which byte of it.
    pub from: u32,
    /// To which byte of the copy; 0: this begins it.
    pub to: u32,
    /// How many bytes.
    pub length: u32,
    /// How many the copy has in the end.
    pub total: u32,
}

/// A result that somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// Of which task.
    pub task: TaskId,
    /// In which answer of the reply that is booked.
    pub answer: usize,
    /// Which part of the source it answers for: the core of this window.
    pub window: Window,
    /// Who computed it.
    pub worker: WorkerId,
    /// How long its parts took.
    pub times: Times,
}

/// A message to a worker: the words of a [`Request`](unjank_protocol::Request), and what goes along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its words.
    pub words: Vec<u32>,
    /// The bytes that follow them, in this order.
    pub parts: Vec<Part>,
    /// The transfer list, which the words refer to by index.
    pub buffers: Vec<Parcel>,
}

impl Message {
    /// The tasks in it, and their kernels.
    pub fn tasks(&self) -> impl Iterator<Item = (TaskId, KernelId)> {
        Draft::tasks_in(&self.words)
    }

    /// How many bytes follow the words.
    #[must_use]
    pub fn bytes(&self) -> u32 {
        self.parts.iter().map(|part| part.length).sum()
    }
}

/// Bytes that ride in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Of which job.
    pub job: JobId,
    /// Of what.
    pub of: Source,
    /// From which byte.
    pub from: u32,
    /// How many.
    pub length: u32,
}

/// What a job has bytes of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Its parameters.
    Params,
    /// This input, by its index.
    Input(u8),
}

/// A buffer that is transferred with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parcel {
    /// For which task.
    pub task: TaskId,
    /// Which buffer.
    pub buffer: Enclosed,
}

/// Which buffer of a job is transferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enclosed {
    /// This input itself, by its index.
    Input(u8),
    /// The copy that was made for the task: all its inputs, one behind the other.
    Copy,
}
