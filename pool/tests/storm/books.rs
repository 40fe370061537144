//! What happened, in numbers.

use std::fmt;

use unjank_pool::JobCounts;

use crate::client::Ending;

/// The count of one voyage, or of several.
#[derive(Debug, Clone, Default)]
pub(crate) struct Books {
    pub(crate) voyages: u64,
    pub(crate) steps: u64,
    /// Jobs by how their callers heard that they ended.
    pub(crate) jobs: JobCounts,
    /// Jobs that were not accepted.
    pub(crate) refused: u64,
    pub(crate) workers_lost: u64,
    /// Starts that may have failed.
    pub(crate) failed_starts: u64,
    pub(crate) reopened: u64,
    /// Spans that were drawn, in the voyages that somebody watched.
    pub(crate) drawn: u64,
    pub(crate) unsettled: u64,
    pub(crate) settled_twice: u64,
}

impl Books {
    pub(crate) fn settle(&mut self, ending: Ending) {
        let jobs = &mut self.jobs;
        let counter = match ending {
            Ending::Completed => &mut jobs.completed,
            Ending::Failed => &mut jobs.failed,
            Ending::Cancelled => &mut jobs.cancelled,
            Ending::TimedOut => &mut jobs.timed_out,
            Ending::Lost => &mut jobs.lost,
        };
        *counter += 1;
    }

    /// Jobs that have settled.
    pub(crate) fn settled(jobs: &JobCounts) -> u64 {
        jobs.completed + jobs.failed + jobs.cancelled + jobs.timed_out + jobs.lost
    }

    pub(crate) fn add(&mut self, other: Self) {
        let Self { jobs, .. } = &other;
        self.voyages += other.voyages;
        self.steps += other.steps;
        self.jobs.submitted += jobs.submitted;
        self.jobs.completed += jobs.completed;
        self.jobs.failed += jobs.failed;
        self.jobs.cancelled += jobs.cancelled;
        self.jobs.timed_out += jobs.timed_out;
        self.jobs.lost += jobs.lost;
        self.refused += other.refused;
        self.workers_lost += other.workers_lost;
        self.failed_starts += other.failed_starts;
        self.reopened += other.reopened;
        self.drawn += other.drawn;
        self.unsettled += other.unsettled;
        self.settled_twice += other.settled_twice;
    }

    /// A storm would prove little that never came to where jobs and pools end.
    pub(crate) fn expect_every_end(&self) {
        let JobCounts { completed, failed, cancelled, timed_out, lost, .. } = self.jobs;
        let jobs = [completed, failed, cancelled, timed_out, lost, self.refused];
        assert!(jobs.iter().all(|&jobs| jobs >= 1000), "a way to end is too rare: {self}");
        assert!(self.drawn >= 1000, "somebody watched: {self}");
        let pools = [self.workers_lost, self.failed_starts, self.reopened];
        assert!(pools.iter().all(|&pools| pools >= 10), "a kind of trouble is too rare: {self}");
    }
}

impl fmt::Display for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let JobCounts { submitted, completed, failed, cancelled, timed_out, lost, .. } = self.jobs;
        let Self { voyages, steps, refused, workers_lost, failed_starts, .. } = self;
        let Self { reopened, drawn, unsettled, settled_twice, .. } = self;
        write!(
            f,
            "{steps} steps in {voyages} pools; jobs: {submitted} submitted, {completed} completed, \
             {failed} failed, {cancelled} cancelled, {timed_out} timed out, {lost} lost, {refused} \
             refused; workers: {workers_lost} lost, {failed_starts} failed starts; pools: \
             {reopened} reopened; {drawn} spans drawn; unsettled {unsettled}, settled \
             twice {settled_twice}"
        )
    }
}
