//! What the storm does to the simulated browser that stories do not.

use std::time::Duration;

use unjank_pool::scheduler::Timestamp;
use unjank_protocol::{Bytes, Request, TaskId, WorkerId};

use crate::{
    shell::{Answer, Posted, Shell},
    world::World,
};

/// A task that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sent {
    task: TaskId,
    payload: Payload,
}

/// Where the payload of a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Payload {
    Inline,
    Buffer,
}

/// Whether a job is charged for a crash, as far as can be seen from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certainty {
    Surely,
    Perhaps,
}

/// What was not answered of a message.
fn read(posted: &Posted) -> Vec<Sent> {
    let request = Request::read(&posted.frame).expect("a request of the engine's");
    let sent = request.tasks.iter().skip(posted.answered).map(|task| Sent {
        task: task.id,
        payload: match task.input {
            Bytes::Inline(_) => Payload::Inline,
            Bytes::Buffer { .. } => Payload::Buffer,
        },
    });
    sent.collect()
}

impl World {
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.inner.now.get())
    }

    /// Time passes, and the timer is late.
    pub(crate) fn drift(&self, duration: Duration) {
        self.inner.now.set(self.now().after(duration).as_micros());
    }

    /// Whether nothing is to come by itself: no turn and no timer.
    pub(crate) fn is_quiet(&self) -> bool {
        !self.has_turn_to_come() && self.inner.timer.get().is_none()
    }

    /// Whether the engine asked for a turn.
    pub(crate) fn has_turn_to_come(&self) -> bool {
        self.inner.deferred.get() || self.inner.soon.get()
    }

    /// The messages that a worker was sent and has not answered, as lists of tasks.
    pub(crate) fn messages(&self, worker: WorkerId) -> Vec<Vec<Sent>> {
        let workers = self.inner.workers.borrow();
        let inbox = workers.get(&worker).map(|shell: &Shell| shell.inbox.iter());
        inbox.into_iter().flatten().map(read).collect()
    }

    /// Who is charged if a worker dies: not any of several tasks that share a message.
    pub(crate) fn suspect(&self, worker: WorkerId) -> Option<(TaskId, Certainty)> {
        let messages = self.messages(worker);
        let [suspect] = messages.first()?.as_slice() else { return None };
        let next = messages.get(1).and_then(|message| message.first());
        let may_share = |sent: &Sent| sent.payload == Payload::Inline;
        // Two that may share a message and did not may be taken for two that do.
        let doubtful = may_share(suspect) && next.is_some_and(may_share);
        let certainty = if doubtful { Certainty::Perhaps } else { Certainty::Surely };
        Some((suspect.task, certainty))
    }

    /// All that a worker can say by itself, the first `most` of it, each at most so many tasks long.
    pub(crate) fn compute_up_to(&self, worker: WorkerId, most: usize, tasks: usize) -> Vec<Answer> {
        (0..most).map_while(|_| self.compute(worker, tasks)).collect()
    }
}
