//! What the driver keeps of a job until it settles.

use unjank_protocol::{KernelId, Plan};

use super::order::{Order, ParamsKey};
use crate::scheduler::{Custody, JobSpec};

/// An accepted job.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) plan: Plan,
    pub(super) kernel: KernelId,
    pub(super) custody: Custody,
    pub(super) params: ParamsKey,
}

impl Record {
    pub(super) fn new(order: &Order, plan: Plan, spec: &JobSpec) -> Self {
        Self { plan, kernel: order.kernel, custody: spec.custody, params: order.params }
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
