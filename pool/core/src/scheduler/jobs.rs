//! Every job that is not settled, and every settled one that still occupies a worker.

use unjank_protocol::JobId;

#[cfg(test)]
use super::visits;
use super::{Job, JobSpec, Phase};
use crate::register::Register;

/// The records of jobs, and how many are in the phases that somebody asks about at each step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Jobs {
    records: Register<Job>,
    live: usize,
    doomed: usize,
}

impl Jobs {
    /// A record of a live job, under the next id; `None` when all were given out.
    pub(super) fn push(&mut self, spec: JobSpec) -> Option<JobId> {
        let id = self.records.push(Job::new(spec))?;
        self.live += 1;
        Some(id)
    }

    pub(super) fn get(&self, id: JobId) -> Option<&Job> {
        #[cfg(test)]
        visits::note();
        self.records.get(id)
    }

    /// The record of a job. Its phase is changed by [`Jobs::stop`] alone.
    pub(super) fn get_mut(&mut self, id: JobId) -> Option<&mut Job> {
        #[cfg(test)]
        visits::note();
        self.records.get_mut(id)
    }

    /// In the order of ids.
    pub(super) fn iter(&self) -> impl Iterator<Item = (JobId, &Job)> {
        let all = self.records.iter();
        #[cfg(test)]
        let all = all.inspect(|_| visits::note());
        all
    }

    /// Sends no more of a job, which enters this phase.
    pub(super) fn stop(&mut self, id: JobId, phase: Phase) {
        if let Some(job) = self.records.get_mut(id) {
            let before = job.phase;
            job.stop(phase);
            self.count_out(before);
            self.count_in(phase);
        }
    }

    pub(super) fn remove(&mut self, id: JobId) -> Option<Job> {
        let job = self.records.remove(id)?;
        self.count_out(job.phase);
        Some(job)
    }

    /// Jobs that have not settled.
    pub(super) fn live(&self) -> usize {
        self.live
    }

    /// Jobs that occupy a worker and must be stopped there.
    pub(super) fn doomed(&self) -> usize {
        self.doomed
    }

    pub(super) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Whether what was counted is what there is.
    pub(super) fn counts_agree(&self) -> bool {
        let count = |phase| self.iter().filter(|(_, job)| job.phase == phase).count();
        (self.live, self.doomed) == (count(Phase::Live), count(Phase::Doomed))
    }

    fn count_in(&mut self, phase: Phase) {
        match phase {
            Phase::Live => self.live += 1,
            Phase::Unheard => {}
            Phase::Doomed => self.doomed += 1,
        }
    }

    fn count_out(&mut self, phase: Phase) {
        match phase {
            Phase::Live => self.live -= 1,
            Phase::Unheard => {}
            Phase::Doomed => self.doomed -= 1,
        }
    }
}
