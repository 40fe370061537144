//! The words in which the scheduler is told things and tells them.

use core::fmt;

use unjank_protocol::{JobId, TaskId, WorkerId};

/// What the driver must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Start this worker. If that fails at once, say [`Scheduler::handle_lost`](super::Scheduler::handle_lost).
    Spawn(WorkerId),
    /// Send this task.
    Post {
        /// To whom.
        worker: WorkerId,
        /// What.
        task: TaskId,
        /// Whether it may share a message.
        manner: Manner,
    },
    /// End this worker and forget it.
    Terminate {
        /// Whom.
        worker: WorkerId,
        /// Why.
        reason: Reason,
    },
    /// Tell the caller of this job how it ended.
    Settle {
        /// Which job.
        job: JobId,
        /// How it ended.
        outcome: Outcome,
    },
}

/// Whether a task may share a message with its neighbours to the same worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Manner {
    /// A message of its own.
    Alone,
    /// Shared with other such tasks that are posted together.
    Shared,
}

/// Why a worker is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It did not start in time.
    StartTimedOut,
    /// It ran a task that was aborted or is past its deadline.
    Stopped,
    /// It said that it takes no more tasks.
    Retired,
    /// There is nothing for it to do.
    Idle,
    /// The pool closed or gave up.
    Closed,
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// All its tasks completed.
    Completed,
    /// One of its tasks failed.
    Failed,
    /// Its caller, or the closing of the pool, cancelled it.
    Cancelled,
    /// Its deadline passed.
    DeadlineExceeded,
    /// Its worker died, and it cannot be sent again or was too often.
    WorkerLost {
        /// How many workers may have died of it; of one that only a certain worker could do, none if that
        /// went for another reason.
        attempts: u8,
    },
    /// No worker could be started.
    PoolFailed,
}

impl Outcome {
    /// Lost with the only worker that could do it, and not to blame for that.
    pub(super) const ORPHANED: Self = Self::WorkerLost { attempts: 0 };
}

/// How a task ended, as far as scheduling goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It has a result.
    Completed,
    /// It has none, and would have none another time: its kernel said so, or trapped.
    Failed,
}

/// What [`Scheduler::handle_reply`](super::Scheduler::handle_reply) made of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Receipt {
    /// Its caller wants the result.
    Wanted,
    /// Nobody waits for it any more.
    Unheard,
    /// From a predecessor of the worker, or about a task it does not have: ignored.
    Stale,
}

/// Whether another start may go better than one that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Loss {
    /// It may: the network or the browser had a bad moment, or it cannot be known.
    Mendable,
    /// None will: what workers are to run is broken.
    Final,
}

/// Why [`Scheduler::submit`](super::Scheduler::submit) refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The queue is full.
    Full,
    /// The pool is closing or closed.
    Closed,
    /// The pool gave up, because no worker could be started, and rests.
    Failed,
}

/// How [`Scheduler::close`](super::Scheduler::close) treats accepted jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Close {
    /// Lets them finish.
    Drain,
    /// Cancels them, running or not.
    Abort,
}

/// The life of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lifecycle {
    /// No worker has been ready since the pool was built or reopened.
    Opening,
    /// A worker has been ready.
    Open,
    /// Takes no more jobs, and closes when the last has settled.
    Draining,
    /// All jobs have settled, all workers are gone, for good.
    Closed,
    /// All jobs have settled, all workers are gone, because none could be started. It rests, and
    /// begins again for the first job after that, or when it is reopened.
    Failed,
}

/// What a worker is doing, for those who look from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkerView {
    /// Nobody is there.
    Vacant,
    /// Being started.
    Starting,
    /// Ready, with this many tasks in flight.
    Ready {
        /// Tasks sent and not answered.
        in_flight: usize,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "the queue is full: wait for room, or allow a longer queue",
            Self::Closed => "the pool is closed",
            Self::Failed => {
                "the pool has no worker: it could not start one, and tries again in some seconds, \
                 or when it is reopened"
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn every_refusal_says_what_it_is() {
        let refusals = [Refusal::Full, Refusal::Closed, Refusal::Failed].map(|why| why.to_string());
        assert!(refusals[0].contains("queue is full"), "{refusals:?}");
        assert!(refusals[1].contains("is closed"), "{refusals:?}");
        assert!(refusals[2].contains("has no worker"), "{refusals:?}");
    }
}
