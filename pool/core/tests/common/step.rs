//! Everything that can happen to the scheduler.

use std::{fmt, time::Duration};

use unjank_core::scheduler::{Action, Close, Custody, JobSpec, Loss, Tenure, Timestamp};
use unjank_protocol::{JobId, KernelId, TaskId, WorkerId};

use super::{name, slice::Slice};

/// One thing that happens: a command of the page, a fact about a worker, or the passing of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Submit(JobSpec),
    /// The consumer of a job takes so many results, or all that there are.
    Take(JobId, u32),
    Cancel(JobId),
    Abort(JobId),
    Pause,
    Resume,
    /// So many workers may hold tasks from here on.
    Resize(u16),
    /// A worker keeps something for the page from here on, or nothing any more.
    Keep(WorkerId, Tenure),
    Close(Close),
    Reopen,
    /// A starting worker says hello.
    Ready(WorkerId),
    /// A worker dies, or fails to start.
    Lost(WorkerId, Loss),
    /// A worker answers for the tasks at its head.
    Reply(WorkerId, Slice),
    /// A worker says that it takes no more tasks.
    Retire(WorkerId),
    /// It is known how long the tasks of a kernel take: a worker may hold so many.
    Pace(KernelId, u16),
    /// The clock moves, and the timer is late: nobody calls.
    Late(Duration),
    /// The timer fires, at the time that was asked for or when the clock is already past it.
    Fire,
}

/// A time in the unit of the traces.
pub(crate) fn seconds(time: Timestamp) -> String {
    format!("{:.3} s", Duration::from_micros(time.as_micros()).as_secs_f64())
}

fn task_name(task: TaskId) -> String {
    format!("{}/{}", task.job.get(), task.index)
}

/// An action in a few words.
pub(crate) fn action_name(action: Action) -> String {
    match action {
        Action::Spawn(worker) => format!("spawn {}", name(worker)),
        Action::Post { worker, task, manner } => {
            format!("post {} to {} {manner:?}", task_name(task), name(worker))
        }
        Action::Terminate { worker, reason } => format!("terminate {} {reason:?}", name(worker)),
        Action::Settle { job, outcome } => format!("settle {} {outcome:?}", job.get()),
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Submit(spec) => {
                write!(f, "submit {:?} {:?} k{}", spec.lane, spec.custody, spec.kernel.0)?;
                if spec.custody != Custody::Moved {
                    write!(f, " x{}", spec.tasks)?;
                }
                spec.place.map_or(Ok(()), |worker| write!(f, " for {}", name(worker)))?;
                spec.ahead.map_or(Ok(()), |tasks| write!(f, " {tasks} ahead"))?;
                spec.deadline.map_or(Ok(()), |at| write!(f, " until {}", seconds(at)))
            }
            Self::Take(job, results) => write!(f, "{results} of {} are taken", job.get()),
            Self::Cancel(job) => write!(f, "cancel {}", job.get()),
            Self::Abort(job) => write!(f, "abort {}", job.get()),
            Self::Pause => f.write_str("pause"),
            Self::Resume => f.write_str("resume"),
            Self::Resize(workers) => write!(f, "resize to {workers}"),
            Self::Keep(worker, Tenure::Kept) => write!(f, "{} keeps something", name(worker)),
            Self::Keep(worker, Tenure::Idle) => write!(f, "{} keeps nothing", name(worker)),
            Self::Close(close) => write!(f, "close {close:?}"),
            Self::Reopen => f.write_str("reopen"),
            Self::Ready(worker) => write!(f, "{} is ready", name(worker)),
            Self::Lost(worker, Loss::Mendable) => write!(f, "{} dies", name(worker)),
            Self::Lost(worker, Loss::Final) => write!(f, "{} dies for good", name(worker)),
            Self::Reply(worker, slice) => write!(f, "{} answers: {slice}", name(worker)),
            Self::Retire(worker) => write!(f, "{} retires", name(worker)),
            Self::Pace(kernel, tasks) => write!(f, "k{} has a share of {tasks}", kernel.0),
            Self::Late(by) => write!(f, "{} ms pass, the timer is late", by.as_millis()),
            Self::Fire => f.write_str("the timer fires"),
        }
    }
}
