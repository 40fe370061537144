//! The deadlines of the jobs that are kept.
//!
//! Most jobs of a lane are given the same time, so most deadlines of a lane come in order. Those
//! stand in a row; a job that is due before one that came earlier stands beside it. Which
//! of two equal sets of deadlines are in rows depends on the order in which jobs came and went, and
//! makes no difference.

use alloc::vec::Vec;

use unjank_protocol::JobId;

use super::{
    Lane, Timestamp,
    jobs::Jobs,
    row::{Kind, Row},
    strays::Strays,
};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Deadlines {
    /// For each lane, jobs in the order of their deadlines.
    rows: [Row; Lane::ALL.len()],
    pub(super) strays: Strays,
}

impl Deadlines {
    pub(super) const fn new() -> Self {
        Self { rows: [const { Row::new(Kind::Deadline) }; 3], strays: Strays::new() }
    }

    /// Adds the deadline of the job that came last, if it has one.
    pub(super) fn insert(&mut self, jobs: &mut Jobs, id: JobId) {
        let Some((lane, deadline)) = jobs.get(id).map(|job| (job.lane, job.deadline)) else {
            return;
        };
        let row = &mut self.rows[lane.index()];
        let latest = row.last().and_then(|last| jobs.get(last)?.deadline);
        match deadline {
            None => {}
            Some(_) if latest <= deadline => row.push_back(jobs, id),
            Some(deadline) => {
                self.strays.insert((deadline, id));
            }
        }
    }

    /// Takes the deadline from a job, if it has one.
    pub(super) fn remove(&mut self, jobs: &mut Jobs, id: JobId) {
        let Some(job) = jobs.get_mut(id) else { return };
        let Some(deadline) = job.deadline.take() else { return };
        let row = &mut self.rows[job.lane.index()];
        if row.holds(jobs, id) {
            row.remove(jobs, id);
        } else {
            self.strays.remove((deadline, id));
        }
    }

    /// Whose deadline passes first, and when.
    pub(super) fn first(&self, jobs: &Jobs) -> Option<(Timestamp, JobId)> {
        let in_row = |row: &Row| {
            let id = row.first()?;
            Some((jobs.get(id)?.deadline?, id))
        };
        let firsts = self.rows.iter().filter_map(in_row);
        firsts.chain(self.strays.first()).min()
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new();
    }

    /// Whether those that stand here are the jobs with deadlines, and those in rows are in order.
    pub(super) fn agree(&self, jobs: &Jobs) -> bool {
        let due = |id: JobId| Some((jobs.get(id)?.deadline?, id));
        let in_rows = self.rows.iter().flat_map(|row| row.iter(jobs)).map(due);
        let mut all: Vec<_> = in_rows.chain(self.strays.iter().map(Some)).collect();
        all.sort_unstable();
        let mut kept: Vec<_> = jobs.iter().filter(|(_, job)| job.deadline.is_some()).collect();
        kept.sort_unstable_by_key(|(id, job)| (job.deadline, *id));
        let sorted = |row: &Row| row.neighbours_agree(jobs) && row.iter(jobs).map(due).is_sorted();
        self.rows.iter().all(sorted) && all.into_iter().eq(kept.into_iter().map(|(id, _)| due(id)))
    }
}
