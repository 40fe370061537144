//! What the driver keeps of a job until it settles.

use alloc::boxed::Box;
use core::ops::Range;

use unjank_protocol::{KernelId, Plan};

use super::order::{Order, ParamsKey};
use crate::scheduler::{Custody, JobSpec, Timestamp};

/// What a task has of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Section {
    /// From which byte of it.
    pub(super) from: u32,
    /// How many bytes.
    pub(super) length: u32,
}

/// An accepted job.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) plan: Plan,
    pub(super) kernel: KernelId,
    pub(super) custody: Custody,
    pub(super) params: ParamsKey,
    /// Bytes of each further input.
    others: Box<[u32]>,
    /// Since when it waits for the first of its tasks to be sent.
    pub(super) waits_since: Option<Timestamp>,
}

impl Record {
    pub(super) fn new(order: &Order<'_>, plan: Plan, spec: &JobSpec, now: Timestamp) -> Self {
        let (kernel, params) = (order.kernel, order.params);
        let others = order.others.into();
        Self { plan, kernel, custody: spec.custody, params, others, waits_since: Some(now) }
    }

    /// What a task with such a part of the payload has of an input, by its index; nothing behind the last.
    pub(super) fn section(&self, input: u8, payload: &Range<usize>) -> Option<Section> {
        let Some(other) = usize::from(input).checked_sub(1) else {
            // A payload has less than 4 GiB.
            return Some(Section { from: payload.start as u32, length: payload.len() as u32 });
        };
        self.others.get(other).map(|&length| Section { from: 0, length })
    }

    /// Whether its tasks share messages, as long as nothing goes wrong.
    pub(super) fn is_small(&self) -> bool {
        self.custody == Custody::Inline
    }

    /// Whether its parameters are worth a place of their own in each worker.
    pub(super) fn keeps_params(&self) -> bool {
        self.plan.len().get() > 1 && self.params.length > 0
    }
}
