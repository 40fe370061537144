//! What must hold between any two calls, checked after each in debug builds.

use std::collections::BTreeMap;

use unjank_protocol::JobId;

use super::{Custody, Job, Lifecycle, Phase, Scheduler, WorkerState};

impl Scheduler {
    /// The first law of the state that does not hold.
    ///
    /// Laws about sequences of calls (a job settles once, timeouts advance) cannot be seen in one
    /// state; the tests check those.
    #[must_use]
    pub fn broken_law(&self) -> Option<&'static str> {
        let laws: [(bool, &'static str); 7] = [
            (self.books_agree(), "a job's tasks in flight are those on workers"),
            (self.queue_holds_what_waits(), "the queue holds each job with a task to send, once"),
            (self.records_are_needed(), "a settled job is kept only while it occupies a worker"),
            (self.depth_is_bounded(), "only what can be replayed is sent ahead, up to a bound"),
            (self.no_work_waits(), "no task waits that a ready worker has room for"),
            (self.never_stuck(), "queued jobs have a live worker or a start to come"),
            (self.deadlines_agree(), "every kept job with a deadline has a timer"),
        ];
        laws.into_iter().find(|(holds, _)| !holds).map(|(_, law)| law)
    }

    fn books_agree(&self) -> bool {
        let mut held: BTreeMap<JobId, u32> = BTreeMap::new();
        for (_, in_flight) in self.workers.ready() {
            for on_worker in in_flight {
                *held.entry(on_worker.task.job).or_default() += 1;
            }
        }
        self.jobs.iter().all(|(id, job)| held.remove(id).unwrap_or(0) == job.in_flight)
            && held.is_empty()
    }

    fn queue_holds_what_waits(&self) -> bool {
        let mut queued: Vec<JobId> = self.queue.iter().collect();
        queued.sort_unstable();
        let waiting = self.jobs.iter().filter(|(_, job)| job.pending() > 0).map(|(&id, _)| id);
        queued.into_iter().eq(waiting)
    }

    fn records_are_needed(&self) -> bool {
        self.jobs.values().all(|job| job.phase == Phase::Live || job.in_flight > 0)
    }

    fn depth_is_bounded(&self) -> bool {
        let custody = |job: &JobId| self.jobs.get(job).map(|job| job.custody);
        let most = usize::from(self.config.depth.max(self.config.batch));
        self.workers.ready().all(|(_, in_flight)| {
            let mut ahead = in_flight.iter().skip(1);
            in_flight.len() <= most
                && ahead.all(|held| custody(&held.task.job) != Some(Custody::Moved))
        })
    }

    fn no_work_waits(&self) -> bool {
        let next = self.queue.peek().and_then(|job| self.jobs.get(&job));
        next.is_none_or(|job| self.worker_with_room(job.custody).is_none())
    }

    fn never_stuck(&self) -> bool {
        let pending = self.jobs.values().any(|job: &Job| job.pending() > 0);
        !pending || self.workers.count_live() > 0 || self.wants_start()
    }

    fn deadlines_agree(&self) -> bool {
        let kept = self.jobs.iter().filter_map(|(&id, job)| Some((job.deadline?, id)));
        let mut kept: Vec<_> = kept.collect();
        kept.sort_unstable();
        self.deadlines.iter().copied().eq(kept)
    }

    /// Whether nothing is left: no job, no worker, no timer.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let vacant = self.workers.iter().all(|(_, state)| *state == WorkerState::Vacant);
        let ended = matches!(self.lifecycle, Lifecycle::Closed | Lifecycle::Failed);
        ended && vacant && self.jobs.is_empty() && self.poll_timeout().is_none()
    }
}
