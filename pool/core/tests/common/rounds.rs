//! Jobs of a lane that have begun take turns, a task each: whoever waits sees no other twice.

use std::collections::{BTreeMap, BTreeSet};

use unjank_protocol::JobId;

/// Whom each job that waits has seen served since it waits.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rounds {
    seen: BTreeMap<JobId, BTreeSet<JobId>>,
}

impl Rounds {
    /// A new task of this job is sent while those others wait that have begun, in the same lane. Says
    /// who of them saw that before.
    pub(crate) fn serve(
        &mut self,
        job: JobId,
        waiting: impl Iterator<Item = JobId>,
    ) -> Option<JobId> {
        let seen = &mut self.seen;
        let twice = waiting.filter(|&other| !seen.entry(other).or_default().insert(job)).min();
        self.begin(job);
        twice
    }

    /// A task of this job is sent: if others wait, they wait since now.
    pub(crate) fn begin(&mut self, job: JobId) {
        self.seen.remove(&job);
    }
}
