//! What the driver keeps of a job until it settles.

use unjank_protocol::{KernelId, Plan};

use super::order::{Order, ParamsKey};
use crate::scheduler::{Custody, JobSpec, Timestamp};

/// An accepted job.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) plan: Plan,
    pub(super) kernel: KernelId,
    pub(super) custody: Custody,
    pub(super) params: ParamsKey,
    /// Since when it waits for the first of its tasks to be sent.
    pub(super) waits_since: Option<Timestamp>,
}

impl Record {
    pub(super) fn new(order: &Order, plan: Plan, spec: &JobSpec, now: Timestamp) -> Self {
        let (kernel, params) = (order.kernel, order.params);
        Self { plan, kernel, custody: spec.custody, params, waits_since: Some(now) }
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
