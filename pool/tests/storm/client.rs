//! A caller: who waits for a job, knows what befell it, and judges how it ended.

use std::ops::RangeInclusive;

use unjank_pool::{Failed, JobError, scheduler::Timestamp};
use unjank_protocol::JobId;

use crate::{
    order::{Accepted, Order, Work, Yield},
    outside::Certainty,
    world::{Buffer, Caller},
};

/// How a job ended, by the counters of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Completed,
    Failed,
    Cancelled,
    TimedOut,
    Lost,
}

/// What a caller did about its job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Waits,
    Aborted,
}

/// What may explain how a job ended, besides what its caller knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances {
    pub(crate) now: Timestamp,
    pub(crate) attempts: u8,
    pub(crate) starts: u8,
    /// Messages that the browser has refused.
    pub(crate) refused_posts: u32,
    pub(crate) failed_starts: u64,
    pub(crate) closing: Closing,
}

/// Whether somebody closes the pool and has its jobs cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closing {
    Not,
    Aborts,
}

pub(crate) struct Client {
    pub(crate) id: JobId,
    order: Order,
    /// The handle that the caller kept: it shows whether the payload was transferred.
    source: Buffer,
    caller: Caller<'static, Result<Yield, Failed<Buffer>>>,
    abort: Box<dyn Fn()>,
    pub(crate) due: Option<Timestamp>,
    /// Workers whose deaths it was surely charged with, and those it may have been.
    crashes: RangeInclusive<u8>,
    refused_posts: u32,
    wish: Wish,
}

impl Client {
    pub(crate) fn new(
        order: Order,
        source: Buffer,
        accepted: Accepted,
        before: Circumstances,
    ) -> Self {
        let Accepted { id, abort, caller } = accepted;
        Self {
            id,
            order,
            source,
            caller,
            abort,
            due: order.deadline.map(|deadline| before.now.after(deadline)),
            crashes: 0..=0,
            refused_posts: before.refused_posts,
            wish: Wish::Waits,
        }
    }

    pub(crate) fn abort(&mut self) {
        self.wish = Wish::Aborted;
        (self.abort)();
    }

    /// A worker died while it ran a task of this job.
    pub(crate) fn note_crash(&mut self, certainty: Certainty) {
        let (surely, perhaps) = (*self.crashes.start(), *self.crashes.end());
        self.crashes = match certainty {
            Certainty::Surely => surely + 1..=perhaps + 1,
            Certainty::Perhaps => surely..=perhaps + 1,
        };
    }

    /// Whether it was charged with all the crashes that end a job, and lives.
    pub(crate) fn is_overdrawn(&self, around: Circumstances) -> bool {
        *self.crashes.start() >= self.most_crashes(around)
    }

    /// How many crashes end the job.
    fn most_crashes(&self, around: Circumstances) -> u8 {
        if self.order.is_transferred() { 1 } else { around.attempts }
    }

    /// What came, if something did.
    pub(crate) fn poll(&mut self) -> Option<Result<Yield, Failed<Buffer>>> {
        self.caller.poll()
    }

    /// Whether the job may have ended so.
    pub(crate) fn judge(
        &self,
        result: Result<Yield, Failed<Buffer>>,
        around: Circumstances,
    ) -> Ending {
        match result {
            Ok(result) => {
                self.order.check(&result);
                let transferred = self.source.with(|bytes| bytes.is_none());
                assert_eq!(transferred, self.order.is_transferred(), "{self}: moved or kept");
                Ending::Completed
            }
            Err(Failed { error, payload }) => {
                self.check_payload(payload.as_ref());
                self.explain(&error, around)
            }
        }
    }

    /// A payload comes back if and only if it was not transferred, and as it was.
    fn check_payload(&self, payload: Option<&Buffer>) {
        let transferred = self.source.with(|bytes| bytes.is_none());
        assert_eq!(payload.is_none(), transferred, "{self}: the payload came back or did not");
        assert!(!transferred || self.order.is_transferred(), "{self}: it was to stay");
        let same = payload.is_none_or(|payload| self.order.is_payload(payload));
        assert!(same, "{self}: the payload was changed");
    }

    /// Asserts that something befell the job that ends it with this error.
    fn explain(&self, error: &JobError, around: Circumstances) -> Ending {
        let Circumstances { now, starts, .. } = around;
        let work = self.order.work;
        let (explained, ending) = match error {
            JobError::Cancelled => {
                let cancelled = self.wish == Wish::Aborted || around.closing == Closing::Aborts;
                (cancelled, Ending::Cancelled)
            }
            JobError::DeadlineExceeded => {
                (self.due.is_some_and(|due| due <= now), Ending::TimedOut)
            }
            JobError::WorkerLost { attempts, .. } => {
                let most = self.most_crashes(around);
                (*attempts == most && self.crashes.contains(&most), Ending::Lost)
            }
            JobError::PoolFailed(_) => (around.failed_starts >= u64::from(starts), Ending::Lost),
            JobError::Kernel { code, .. } => (work == Work::Fail(*code), Ending::Failed),
            JobError::Panicked { location, .. } => {
                let named = if location.is_some() { Work::Panic } else { Work::Trap };
                (work == named, Ending::Failed)
            }
            JobError::Undeliverable { .. } => {
                (around.refused_posts > self.refused_posts, Ending::Failed)
            }
            JobError::BadParams { .. } | JobError::Uneven | _ => (false, Ending::Failed),
        };
        assert!(explained, "{self}: nothing explains {error:?}");
        ending
    }
}

impl std::fmt::Display for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, order, crashes, wish, due, .. } = self;
        write!(f, "{id} ({order:?}, {wish:?}, due {due:?}, {crashes:?} crashes)")
    }
}
