//! The jobs of one lane that wait, in the order in which they are served.
//!
//! First those that have begun, because others wait for the rest of their results: among them first
//! those with a task to send again, then the others, which take turns, a task each. Then those of
//! which nothing was ever sent, first come, first served.

use unjank_protocol::JobId;

use super::{
    Job,
    jobs::Jobs,
    row::{Kind, Row},
};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Waiting {
    begun: Row,
    fresh: Row,
}

impl Waiting {
    pub(super) const fn new() -> Self {
        Self { begun: Row::new(Kind::Lane), fresh: Row::new(Kind::Lane) }
    }

    /// The job that is served next.
    pub(super) fn first(&self) -> Option<JobId> {
        self.begun.first().or(self.fresh.first())
    }

    pub(super) fn iter<'a>(&self, jobs: &'a Jobs) -> impl Iterator<Item = JobId> + use<'a> {
        self.begun.iter(jobs).chain(self.fresh.iter(jobs))
    }

    /// Puts a job behind the others that have begun, or behind all if it has not.
    pub(super) fn push_back(&mut self, jobs: &mut Jobs, id: JobId) {
        if let Some(row) = self.row_of(jobs, id) {
            row.push_back(jobs, id);
        }
    }

    /// Puts a job that has begun before all others.
    pub(super) fn push_front(&mut self, jobs: &mut Jobs, id: JobId) {
        self.begun.push_front(jobs, id);
    }

    pub(super) fn remove(&mut self, jobs: &mut Jobs, id: JobId) {
        if let Some(row) = self.row_of(jobs, id) {
            row.remove(jobs, id);
        }
    }

    fn row_of(&mut self, jobs: &Jobs, id: JobId) -> Option<&mut Row> {
        let job = jobs.get(id)?;
        Some(if job.has_begun() { &mut self.begun } else { &mut self.fresh })
    }

    /// Whether the jobs know who stands before them as well as who stands behind.
    pub(super) fn neighbours_agree(&self, jobs: &Jobs) -> bool {
        self.begun.neighbours_agree(jobs) && self.fresh.neighbours_agree(jobs)
    }

    /// Whether each job stands among its like, those with a task to send again before all.
    pub(super) fn order_agrees(&self, jobs: &Jobs) -> bool {
        let place = |job: &Job| (!job.has_begun(), job.pending_again() == 0);
        let places = |row: &Row| row.iter(jobs).filter_map(|id| jobs.get(id).map(place));
        places(&self.begun).all(|(fresh, _)| !fresh)
            && places(&self.fresh).all(|(fresh, _)| fresh)
            && places(&self.begun).is_sorted()
    }
}
