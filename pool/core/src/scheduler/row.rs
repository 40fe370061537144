//! Jobs in a row. Each knows its neighbours, so that any can leave at once.

use core::iter;

use unjank_protocol::JobId;

use super::{Job, jobs::Jobs};

/// The rows that a job can stand in, one of each kind at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Those that have a task to send.
    Lane,
    /// Those that have a deadline.
    Deadline,
}

/// Who stands beside a job in a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Neighbours {
    ahead: Option<JobId>,
    behind: Option<JobId>,
}

/// The ends of a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Row {
    kind: Kind,
    first: Option<JobId>,
    last: Option<JobId>,
}

impl Row {
    pub(super) const fn new(kind: Kind) -> Self {
        Self { kind, first: None, last: None }
    }

    pub(super) fn first(&self) -> Option<JobId> {
        self.first
    }

    pub(super) fn last(&self) -> Option<JobId> {
        self.last
    }

    pub(super) fn iter<'a>(&self, jobs: &'a Jobs) -> impl Iterator<Item = JobId> + use<'a> {
        let kind = self.kind;
        iter::successors(self.first, move |&id| jobs.get(id)?.neighbours(kind).behind)
    }

    /// Whether this job stands here, and not in another row of this kind.
    pub(super) fn holds(&self, jobs: &Jobs, id: JobId) -> bool {
        let ahead = jobs.get(id).and_then(|job| job.neighbours(self.kind).ahead);
        ahead.is_some() || self.first == Some(id)
    }

    pub(super) fn push_back(&mut self, jobs: &mut Jobs, id: JobId) {
        let ahead = self.last.replace(id);
        self.first.get_or_insert(id);
        self.introduce(jobs, ahead, Some(id));
        self.introduce(jobs, Some(id), None);
    }

    pub(super) fn push_front(&mut self, jobs: &mut Jobs, id: JobId) {
        let behind = self.first.replace(id);
        self.last.get_or_insert(id);
        self.introduce(jobs, Some(id), behind);
        self.introduce(jobs, None, Some(id));
    }

    pub(super) fn remove(&mut self, jobs: &mut Jobs, id: JobId) {
        let Some(job) = jobs.get_mut(id) else { return };
        let Neighbours { ahead, behind } = core::mem::take(job.neighbours_mut(self.kind));
        if ahead.is_none() {
            self.first = behind;
        }
        if behind.is_none() {
            self.last = ahead;
        }
        self.introduce(jobs, ahead, behind);
    }

    /// Makes two jobs neighbours, or one of them the end of the row.
    fn introduce(&self, jobs: &mut Jobs, ahead: Option<JobId>, behind: Option<JobId>) {
        if let Some(ahead) = neighbours(jobs, ahead, self.kind) {
            ahead.behind = behind;
        }
        if let Some(behind) = neighbours(jobs, behind, self.kind) {
            behind.ahead = ahead;
        }
    }

    /// Whether each job knows who stands before it as well as who stands behind.
    pub(super) fn neighbours_agree(&self, jobs: &Jobs) -> bool {
        let (mut ahead, mut here) = (None, self.first);
        // Each is visited once at most, for its neighbour ahead is the one visited before it.
        while let Some((id, job)) = here.and_then(|id| Some((id, jobs.get(id)?))) {
            let neighbours = job.neighbours(self.kind);
            if neighbours.ahead != ahead {
                return false;
            }
            (ahead, here) = (Some(id), neighbours.behind);
        }
        here.is_none() && ahead == self.last
    }
}

fn neighbours(jobs: &mut Jobs, id: Option<JobId>, kind: Kind) -> Option<&mut Neighbours> {
    jobs.get_mut(id?).map(|job| Job::neighbours_mut(job, kind))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;
    use std::{collections::VecDeque, num::NonZeroU32};

    use proptest::prelude::*;
    use unjank_protocol::KernelId;

    use super::*;
    use crate::scheduler::{Custody, JobSpec, Lane};

    fn some_jobs(count: usize) -> (Jobs, Vec<JobId>) {
        let (lane, kernel, tasks) = (Lane::Normal, KernelId(0), NonZeroU32::MIN);
        let spec = JobSpec {
            lane,
            kernel,
            tasks,
            custody: Custody::Kept,
            deadline: None,
            ahead: None,
            place: None,
        };
        let mut jobs = Jobs::default();
        let ids = (0..count).map(|_| jobs.push(spec).expect("there are ids")).collect();
        (jobs, ids)
    }

    proptest! {
        #[test]
        fn it_is_a_list_that_any_job_can_leave(
            steps in prop::collection::vec((0_usize..8, any::<bool>()), 1..60),
        ) {
            let (mut jobs, ids) = some_jobs(8);
            let mut rows = [Kind::Lane, Kind::Deadline].map(Row::new);
            let mut lists = [VecDeque::new(), VecDeque::new()];
            for (step, (job, front)) in steps.into_iter().enumerate() {
                let (row, list, id) = (&mut rows[step % 2], &mut lists[step % 2], ids[job]);
                prop_assert_eq!(row.holds(&jobs, id), list.contains(&id));
                if list.contains(&id) {
                    row.remove(&mut jobs, id);
                    list.retain(|&other| other != id);
                } else if front {
                    row.push_front(&mut jobs, id);
                    list.push_front(id);
                } else {
                    row.push_back(&mut jobs, id);
                    list.push_back(id);
                }
                prop_assert!(row.iter(&jobs).eq(list.iter().copied()));
                prop_assert!(row.neighbours_agree(&jobs));
                prop_assert_eq!([row.first(), row.last()], [list.front(), list.back()].map(|end| end.copied()));
            }
        }
    }
}
