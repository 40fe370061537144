//! Sending queued tasks to workers, and keeping as many workers as there is work for.

use unjank_protocol::{TaskId, WorkerId};

use super::{
    Action, Config, Custody, Lifecycle, Manner, Outcome, Reason, Scheduler, Timestamp, WorkerState,
    policy, policy::Others, worker::Held,
};

impl Scheduler {
    /// Does all that the state allows. Called at the end of every command and fact.
    pub(super) fn schedule(&mut self, now: Timestamp) {
        self.post_queued();
        self.start_wanted(now);
        if self.lifecycle == Lifecycle::Draining && self.live_jobs() == 0 {
            self.end(Lifecycle::Closed, Outcome::Cancelled);
        }
        debug_assert_eq!(self.broken_law(), None);
    }

    fn post_queued(&mut self) {
        while let Some((worker, Held { task, manner })) = self.next_post() {
            self.queue.spend_turn();
            if let Some(job) = self.jobs.get(&task.job)
                && job.pending() == 0
            {
                self.queue.remove(job.lane, task.job);
            }
            self.actions.push_back(Action::Post { worker, task, manner });
        }
    }

    /// Books the next task onto a worker that has room for it.
    fn next_post(&mut self) -> Option<(WorkerId, Held)> {
        let id = self.queue.peek()?;
        let custody = self.jobs.get(&id)?.custody;
        let worker = self.worker_with_room(custody)?;
        let task = TaskId { job: id, index: self.jobs.get_mut(&id)?.take_next()? };
        let manner = match custody {
            Custody::Moved | Custody::Kept => Manner::Alone,
            Custody::Inline => Manner::Shared,
        };
        let held = Held { task, manner };
        self.workers.in_flight_mut(worker)?.push_back(held);
        Some((worker, held))
    }

    /// The ready worker with the fewest tasks in flight, spares left out, if it has room for one
    /// more.
    pub(super) fn worker_with_room(&self, custody: Custody) -> Option<WorkerId> {
        let busy = self.workers.count_busy();
        let working = self
            .workers
            .ready()
            .filter(|(_, in_flight)| !policy::is_spare(&self.config, in_flight.len(), busy));
        let (worker, in_flight) = working.min_by_key(|(_, in_flight)| in_flight.len())?;
        let others = Others {
            queued_tasks: self.queued_tasks_up_to(self.workers.count_live() + 1),
            live_workers: self.workers.count_live(),
        };
        policy::has_room(&self.config, self.share, custody, in_flight.len(), others)
            .then_some(worker)
    }

    /// Tasks waiting, counted no further than `limit`: each waiting job has at least one.
    fn queued_tasks_up_to(&self, limit: usize) -> usize {
        let waiting = self.queue.iter().take(limit);
        waiting.filter_map(|job| self.jobs.get(&job)).map(|job| job.pending()).sum()
    }

    fn start_wanted(&mut self, now: Timestamp) {
        while self.wants_start() && self.start_after <= now {
            let Some(worker) = self.workers.first_vacant() else { return };
            let deadline = now.after(self.config.start_timeout);
            if let Some(state) = self.workers.get_mut(worker) {
                *state = WorkerState::Starting { deadline };
                self.actions.push_back(Action::Spawn(worker));
            }
        }
    }

    /// Whether there should be more workers than there are, and another start may be tried.
    pub(super) fn wants_start(&self) -> bool {
        self.workers.count_live() < self.workers_wanted()
            && policy::may_start(&self.config, self.failures)
    }

    /// How many workers there should be. Below this an idle one stays, so none is ended only to be
    /// started again.
    fn workers_wanted(&self) -> usize {
        let Config { workers, min_workers, spares, .. } = self.config;
        let (at_least, spares) = match self.lifecycle {
            Lifecycle::Opening => (min_workers.max(1), spares),
            Lifecycle::Open => (min_workers, spares),
            Lifecycle::Draining | Lifecycle::Closed | Lifecycle::Failed => (0, 0),
        };
        let outstanding = self.workers.count_busy() + self.queued_tasks_up_to(usize::from(workers));
        policy::workers_wanted(outstanding, at_least, workers, spares).into()
    }

    /// Books a start that failed. After too many the pool goes on with the workers it has; without
    /// any it gives up.
    pub(super) fn count_failed_start(&mut self, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        self.start_after = now.after(policy::backoff(&self.config, self.failures));
        if policy::may_start(&self.config, self.failures) {
            return;
        }
        if self.workers.count_live() == 0 {
            self.give_up();
        }
    }

    /// Settles every job as failed. A pool that was to be closed is; any other can be reopened.
    fn give_up(&mut self) {
        let lifecycle = match self.lifecycle {
            Lifecycle::Opening | Lifecycle::Open | Lifecycle::Failed => Lifecycle::Failed,
            Lifecycle::Draining | Lifecycle::Closed => Lifecycle::Closed,
        };
        self.end(lifecycle, Outcome::PoolFailed);
    }

    /// Starts that took too long count as failed.
    pub(super) fn expire_starts(&mut self, now: Timestamp) {
        let late: Vec<WorkerId> = self
            .workers
            .starting()
            .filter(|&(_, deadline)| deadline <= now)
            .map(|(worker, _)| worker)
            .collect();
        for worker in late {
            if self.workers.vacate(worker).is_some() {
                self.actions.push_back(Action::Terminate { worker, reason: Reason::StartTimedOut });
                self.count_failed_start(now);
            }
        }
    }

    /// Ends workers that have been idle too long, down to the number that is wanted.
    pub(super) fn expire_idle(&mut self, now: Timestamp) {
        while let Some((worker, expiry)) = self.next_idle_expiry()
            && expiry <= now
        {
            self.workers.vacate(worker);
            self.actions.push_back(Action::Terminate { worker, reason: Reason::Idle });
            self.forgive_if_deserted();
        }
    }

    /// Of more workers than are wanted the one that has been idle longest, and when it goes.
    pub(super) fn next_idle_expiry(&self) -> Option<(WorkerId, Timestamp)> {
        if self.workers.count_live() <= self.workers_wanted() {
            return None;
        }
        let longest = self.workers.idle().min_by_key(|&(_, since)| since);
        longest.map(|(worker, since)| (worker, since.after(self.config.idle_timeout)))
    }

    /// A pool that went on with fewer workers than it wanted gets another round of starts once
    /// the last of them is gone.
    pub(super) fn forgive_if_deserted(&mut self) {
        let gave_up = !policy::may_start(&self.config, self.failures);
        if gave_up && self.workers.count_live() == 0 {
            self.failures = 0;
        }
    }
}
