//! A job on its way in: all of it but its bytes.

use core::num::NonZeroU32;

use unjank_protocol::{JobId, KernelId, Place, Plan, PlanError, WorkerId};

use super::kernels::Kernels;
use crate::scheduler::{self, Custody, JobSpec, Lane, Timestamp};

/// Payloads up to this many bytes ride in the frame: below it a copy is as cheap as a transfer,
/// and they can share a message.
pub const INLINE_BYTES: usize = 4096;

/// The most bytes one task may have: input, output and scratch must fit 4 GiB of linear memory.
const MAX_TASK_BYTES: usize = 1 << 30;

/// What a caller wants computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order<'a> {
    /// What computes it.
    pub kernel: KernelId,
    /// How urgent it is.
    pub lane: Lane,
    /// Who owns the inputs.
    pub ownership: Ownership,
    /// How the payload is cut.
    pub cut: Cut,
    /// Bytes of one unit of the payload.
    pub stride: u32,
    /// Its parameters.
    pub params: ParamsKey,
    /// When it settles as late.
    pub deadline: Option<Timestamp>,
    /// The only worker that can do it; none: any can.
    pub place: Option<WorkerId>,
    /// Bytes of the payload, which is the first input.
    pub length: usize,
    /// Bytes of each further input, of which a kernel has [`MAX_PORTS`](unjank_protocol::abi::MAX_PORTS) less one
    /// at most: every task has all of them.
    pub others: &'a [u32],
}

/// Who owns the inputs of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// All inputs are given to the pool: large ones are transferred to the worker, without a copy.
    Move,
    /// They stay with the page, which does not change them until the job has settled. What a task
    /// needs is copied when it is sent.
    Keep,
}

/// How the payload of a job is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// It is computed as a whole.
    Whole,
    /// Elsewhere: all of it is one piece.
    Piece(Place),
    /// Into chunks.
    Chunks {
        /// Units of each; none: as many as are good.
        units: Option<u32>,
        /// Units of context on either side.
        halo: u32,
        /// Bytes of results that may wait for their consumer, or one result; none: there is no bound.
        held: Option<u64>,
    },
    /// There is none: results are made from numbers alone.
    Range {
        /// How many units.
        total: u32,
        /// Units of each chunk; none: as many as are good.
        units: Option<u32>,
        /// Bytes of results that may wait for their consumer.
        held: u64,
    },
}

/// The parameters of a job, as far as the core knows them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ParamsKey {
    /// Two jobs with the same number have the same bytes; 0: there are none.
    pub number: u32,
    /// How many bytes.
    pub length: u32,
}

impl ParamsKey {
    /// Whether the number says which bytes they are.
    pub(super) const fn names_bytes(self) -> bool {
        self.number != 0 || self.length == 0
    }
}

/// A job that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Its number.
    pub job: JobId,
    /// How it is cut.
    pub plan: Plan,
}

/// Why a job was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The pool does not take it.
    Pool(scheduler::Refusal),
    /// Its payload cannot be cut as was asked, or be the piece that it is said to be.
    Plan(PlanError),
    /// One task would need more bytes than fit a worker's memory.
    TaskTooLarge {
        /// Bytes of the task.
        bytes: usize,
    },
}

impl Order<'_> {
    pub(super) fn plan(&self) -> Result<Plan, Refusal> {
        let Self { length, stride, .. } = *self;
        let plan = match self.cut {
            Cut::Whole => {
                let whole = u32::try_from(length).unwrap_or(u32::MAX).max(1);
                Plan::new(length, stride, Some(whole), 0)
            }
            Cut::Piece(place) => Plan::piece(length, stride, place),
            Cut::Chunks { units, halo, .. } => Plan::new(length, stride, units, halo),
            Cut::Range { total, units, .. } => Plan::range(total, units),
        };
        plan.map_err(Refusal::Plan)
    }

    /// What the scheduler has to know of it.
    pub(super) fn spec(&self, plan: &Plan, kernels: &Kernels) -> Result<JobSpec, Refusal> {
        let Self { lane, kernel, deadline, place, .. } = *self;
        let (tasks, custody) = (plan.len(), self.custody(plan)?);
        let ahead = self.ahead(plan, kernels);
        Ok(JobSpec { lane, kernel, tasks, custody, deadline, ahead, place })
    }

    /// How many of its tasks may be sent whose results are not taken. Where nobody knows how long a result is, it
    /// counts as long as the longest input, or as a chunk usually is.
    fn ahead(&self, plan: &Plan, kernels: &Kernels) -> Option<NonZeroU32> {
        let longest = plan.bound() as u64;
        let (held, unknown) = match self.cut {
            Cut::Chunks { held, .. } => (held?, longest),
            Cut::Range { held, .. } => (held, Plan::CHUNK_BYTES.into()),
            Cut::Whole | Cut::Piece(_) => return None,
        };
        // None is longer than the first, but for its halo.
        let first = plan.chunk(0).and_then(|chunk| kernels.result(self.kernel, chunk.window));
        let tasks = held / first.unwrap_or(unknown).max(longest).max(1);
        NonZeroU32::new(u32::try_from(tasks).unwrap_or(u32::MAX)).or(Some(NonZeroU32::MIN))
    }

    /// Who will have its bytes while it waits and runs.
    fn custody(&self, plan: &Plan) -> Result<Custody, Refusal> {
        let others = self.others.iter().map(|&length| length as usize);
        let bytes = others.fold(plan.bound(), usize::saturating_add);
        if bytes > MAX_TASK_BYTES {
            return Err(Refusal::TaskTooLarge { bytes });
        }
        Ok(match self.ownership {
            _ if bytes <= INLINE_BYTES => Custody::Inline,
            Ownership::Move if plan.len().get() == 1 => Custody::Moved,
            Ownership::Move | Ownership::Keep => Custody::Kept,
        })
    }
}
