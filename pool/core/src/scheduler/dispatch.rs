//! Sending queued tasks to workers, and keeping as many workers as there is work for.

use unjank_protocol::WorkerId;

use super::{
    Action, Config, Custody, Lifecycle, Loss, Manner, Outcome, Reason, Scheduler, Timestamp,
    WorkerState, job::Job, policy, policy::Others, worker::Held,
};

impl Scheduler {
    /// Does all that the state allows. Called at the end of every command and fact.
    pub(super) fn schedule(&mut self, now: Timestamp) {
        self.post_queued();
        self.dismiss_surplus();
        self.start_wanted(now);
        if self.lifecycle == Lifecycle::Draining && self.jobs.live() == 0 {
            self.end(Lifecycle::Closed, Outcome::Cancelled);
        }
        debug_assert_eq!(self.broken_law(), None);
    }

    pub(super) fn post_queued(&mut self) {
        while let Some((worker, Held { task, manner })) = self.next_post() {
            self.actions.push_back(Action::Post { worker, task, manner });
        }
    }

    /// Books the next task onto a worker that has room for it.
    fn next_post(&mut self) -> Option<(WorkerId, Held)> {
        let job = self.jobs.get(self.queue.peek()?)?;
        let manner = match job.custody {
            Custody::Moved | Custody::Kept => Manner::Alone,
            Custody::Inline => Manner::Shared,
        };
        let worker = self.worker_with_room(job)?;
        let task = self.queue.take(&mut self.jobs)?;
        let held = Held { task, manner };
        self.workers.book(worker, held);
        debug_assert!(
            self.workers.count_busy() <= usize::from(self.config.workers),
            "nothing is sent to more workers than may hold tasks"
        );
        Some((worker, held))
    }

    /// The ready worker with the fewest tasks in flight, spares left out, if it has room for one
    /// of this job.
    pub(super) fn worker_with_room(&self, job: &Job) -> Option<WorkerId> {
        let busy = self.workers.count_busy();
        if !policy::may_send(&self.config, self.flow, busy) {
            return None;
        }
        let idle = self.workers.first_idle();
        let idle = idle.filter(|_| !policy::is_spare(&self.config, 0, busy));
        let (worker, in_flight) =
            idle.map(|worker| (worker, 0)).or_else(|| self.workers.least_busy())?;
        let others =
            Others { queued_tasks: self.queue.tasks(), live_workers: self.workers.count_live() };
        let limit = policy::limit(&self.config, job.custody, self.shares.of(job.kernel));
        policy::has_room(&self.config, limit, in_flight, others).then_some(worker)
    }

    /// Ends the workers that a pool which was made smaller has no place for, each once it holds nothing.
    fn dismiss_surplus(&mut self) {
        while self.workers.count_live() > self.config.slots().into()
            && let Some(worker) = self.workers.first_free()
        {
            self.workers.vacate(worker);
            self.actions.push_back(Action::Terminate { worker, reason: Reason::Idle });
            self.forgive_if_deserted();
        }
    }

    fn start_wanted(&mut self, now: Timestamp) {
        while self.wants_start() && self.start_after <= now {
            let Some(worker) = self.workers.first_vacant() else { return };
            let deadline = now.after(self.config.start_timeout);
            self.workers.set(worker, WorkerState::Starting { deadline });
            self.actions.push_back(Action::Spawn(worker));
        }
    }

    /// Whether there should be more workers than there are, and another start may be tried.
    pub(super) fn wants_start(&self) -> bool {
        self.workers.count_live() < self.workers_wanted()
            && policy::may_start(&self.config, self.failures, self.workers.count_ready())
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
        let outstanding = self.workers.count_busy() + self.queue.tasks();
        policy::workers_wanted(outstanding, at_least, workers, spares).into()
    }

    /// Books a start that failed. After too many, or one that none can mend, a pool that has no
    /// worker left gives up; any other goes on trying.
    pub(super) fn count_failed_start(&mut self, now: Timestamp, loss: Loss) {
        self.failures = policy::count_failure(&self.config, self.failures, loss);
        self.start_after = now.after(policy::backoff(&self.config, self.failures));
        if self.workers.count_live() == 0 && !policy::may_start(&self.config, self.failures, 0) {
            self.give_up(now);
        }
    }

    /// Settles every job as failed. A pool that was to be closed is; any other rests, and begins
    /// again for the first job after that.
    fn give_up(&mut self, now: Timestamp) {
        self.start_after = now.after(self.config.backoff_cap);
        let lifecycle = match self.lifecycle {
            Lifecycle::Opening | Lifecycle::Open | Lifecycle::Failed => Lifecycle::Failed,
            Lifecycle::Draining | Lifecycle::Closed => Lifecycle::Closed,
        };
        self.end(lifecycle, Outcome::PoolFailed);
    }

    /// Starts that took too long count as failed.
    pub(super) fn expire_starts(&mut self, now: Timestamp) {
        while let Some((worker, deadline)) = self.workers.first_late()
            && deadline <= now
        {
            self.workers.vacate(worker);
            self.actions.push_back(Action::Terminate { worker, reason: Reason::StartTimedOut });
            self.count_failed_start(now, Loss::Mendable);
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
        let longest = self.workers.longest_idle();
        longest.map(|(worker, since)| (worker, since.after(self.config.idle_timeout)))
    }

    /// A pool whose last ready worker left, and not because it was no good, has a whole round of
    /// starts: those that failed before tell nothing of the ones that it needs now.
    pub(super) fn forgive_if_deserted(&mut self) {
        if self.workers.count_ready() == 0 {
            self.failures = 0;
        }
    }
}
