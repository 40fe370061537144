//! Sending queued tasks to workers, and keeping as many workers as there is work for.

use unjank_protocol::{JobId, WorkerId};

use super::{
    Action, Config, Custody, Lifecycle, Loss, Manner, Outcome, Phase, Reason, Scheduler, Timestamp,
    WorkerState, job::Job, policy, policy::Others, worker::Held,
};

impl Scheduler {
    /// Does all that the state allows. Called at the end of every command and fact.
    pub(super) fn schedule(&mut self, now: Timestamp) {
        self.post_queued();
        self.dismiss_surplus();
        if self.first_orphan().is_some() {
            self.lose_orphans(now);
            // A spare that something waited for may be among those that are gone.
            self.post_queued();
        }
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
        let (worker, slot) = match (self.next_open(), self.next_placed()) {
            (Some(worker), Some(WorkerId { slot, .. })) if self.queue.was_served(slot) => {
                (worker, None)
            }
            (Some(worker), None) => (worker, None),
            (_, worker) => (worker?, worker.map(|worker| worker.slot)),
        };
        let task = self.queue.take(&mut self.jobs, slot)?;
        let manner = match self.jobs.get(task.job)?.custody {
            Custody::Moved | Custody::Kept => Manner::Alone,
            Custody::Inline => Manner::Shared,
        };
        let held = Held { task, manner };
        self.workers.book(worker, held);
        debug_assert!(
            self.workers.count_busy() <= usize::from(self.config.workers),
            "nothing is sent to more workers than may hold tasks"
        );
        Some((worker, held))
    }

    /// Who is sent the next task that any worker can do.
    pub(super) fn next_open(&self) -> Option<WorkerId> {
        self.worker_with_room(self.jobs.get(self.queue.peek()?)?)
    }

    /// The worker whose turn it is of those that have room for the next task that they alone can do. That
    /// is sent ahead however few wait, for nobody else could fetch it: but not when it is the turn of what
    /// any worker can do, or a worker that is always sent more would never be free for that.
    pub(super) fn next_placed(&self) -> Option<WorkerId> {
        let busy = self.workers.count_busy();
        let a_spare_is_awaited = self.a_spare_is_awaited();
        let has_room = |slot, job| {
            let (worker, job) = (self.workers.live(slot)?, self.jobs.get(job)?);
            let in_flight = self.workers.in_flight(worker)?.len();
            let limit = policy::limit(&self.config, job.custody, self.shares.of(job.kernel));
            let fits = in_flight < limit.into() && !policy::is_spare(&self.config, in_flight, busy);
            let waits = in_flight > 0 && (a_spare_is_awaited || self.queue.was_served(slot));
            (fits && !waits).then_some(worker)
        };
        let placed = self.queue.placed();
        let placed = placed.into_iter().find_map(|(slot, job)| has_room(slot, job));
        placed.filter(|_| policy::may_send(&self.config, self.flow, busy))
    }

    /// The ready worker with the fewest tasks in flight, spares left out, if it has room for one
    /// of this job.
    fn worker_with_room(&self, job: &Job) -> Option<WorkerId> {
        let busy = self.workers.count_busy();
        if !policy::may_send(&self.config, self.flow, busy) {
            return None;
        }
        let idle = self.workers.first_idle();
        let idle = idle.filter(|_| !policy::is_spare(&self.config, 0, busy));
        let (worker, in_flight) = idle.map(|worker| (worker, 0)).or_else(|| self.least_busy())?;
        let others = Others {
            queued_tasks: self.queue.open_tasks(),
            live_workers: self.workers.count_live(),
        };
        let limit = policy::limit(&self.config, job.custody, self.shares.of(job.kernel));
        policy::has_room(&self.config, limit, in_flight, others).then_some(worker)
    }

    /// The busy worker with the fewest tasks, of those that nothing waits for which they alone can do: with
    /// more sent ahead that could wait for ever.
    fn least_busy(&self) -> Option<(WorkerId, usize)> {
        if self.queue.tasks() == self.queue.open_tasks() {
            return self.workers.least_busy();
        }
        if self.a_spare_is_awaited() {
            return None;
        }
        let ready = self.workers.ready().map(|(worker, in_flight)| (worker, in_flight.len()));
        let open = ready.filter(|(worker, tasks)| *tasks > 0 && !self.queue.waits_for(worker.slot));
        open.min_by_key(|(_, tasks)| *tasks)
    }

    /// Whether what only a spare can do waits for one of the others to be free. Nothing is sent ahead then,
    /// or none of them ever were.
    fn a_spare_is_awaited(&self) -> bool {
        let busy = self.workers.count_busy();
        let is_spare = |in_flight| policy::is_spare(&self.config, in_flight, busy);
        let placed = self.queue.placed();
        let mut awaited = placed.into_iter().filter_map(|(slot, _)| self.workers.live(slot));
        awaited.any(|worker| {
            self.workers.in_flight(worker).is_some_and(|in_flight| is_spare(in_flight.len()))
        })
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

    /// What only a worker could do that is gone is lost.
    pub(super) fn lose_orphans(&mut self, now: Timestamp) {
        while let Some(job) = self.first_orphan() {
            self.settle(now, job, Outcome::ORPHANED, Phase::Unheard);
        }
    }

    fn first_orphan(&self) -> Option<JobId> {
        self.queue.placed().into_iter().map(|(_, job)| job).find(|&job| self.is_orphan(job))
    }

    /// Whether the only worker that can do a job is gone.
    pub(super) fn is_orphan(&self, job: JobId) -> bool {
        let place = self.jobs.get(job).and_then(|job| job.place);
        place.is_some_and(|worker| self.workers.in_flight(worker).is_none())
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

    /// How many workers there should be: what only a certain one can do needs none, for that one lives.
    /// Below this an idle one stays, so none is ended only to be started again.
    fn workers_wanted(&self) -> usize {
        let Config { workers, min_workers, spares, .. } = self.config;
        let (at_least, spares) = match self.lifecycle {
            Lifecycle::Opening => (min_workers.max(1), spares),
            Lifecycle::Open => (min_workers, spares),
            Lifecycle::Draining | Lifecycle::Closed | Lifecycle::Failed => (0, 0),
        };
        let outstanding = self.workers.count_busy() + self.queue.open_tasks();
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
        if self.first_orphan().is_some() {
            self.schedule(now);
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

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;
    use core::{iter, num::NonZeroU32, time::Duration};

    use unjank_protocol::{KernelId, TaskId};

    use super::*;
    use crate::scheduler::{JobSpec, Lane, Tenure, Verdict};

    const NOW: Timestamp = Timestamp::ZERO;
    const FIRST: WorkerId = worker(0);
    const SECOND: WorkerId = worker(1);

    const fn worker(slot: u16) -> WorkerId {
        WorkerId { slot, generation: 0 }
    }

    fn at(millis: u64) -> Timestamp {
        NOW.after(Duration::from_millis(millis))
    }

    /// So many workers of which all are ready, one a millisecond, and so many spares beside them.
    fn pool(workers: u16, spares: u16) -> Scheduler {
        let config = Config { workers, spares, min_workers: workers, ..Config::default() };
        let mut scheduler = Scheduler::new(config, NOW);
        for slot in 0..workers + spares {
            scheduler.handle_ready(at(slot.into()), worker(slot));
        }
        actions(&mut scheduler);
        scheduler
    }

    fn actions(scheduler: &mut Scheduler) -> Vec<Action> {
        iter::from_fn(|| scheduler.poll_action()).collect()
    }

    fn settled(scheduler: &mut Scheduler) -> Vec<(JobId, Outcome)> {
        let settled = actions(scheduler).into_iter().filter_map(|action| match action {
            Action::Settle { job, outcome } => Some((job, outcome)),
            Action::Spawn(_) | Action::Post { .. } | Action::Terminate { .. } => None,
        });
        settled.collect()
    }

    fn spec(custody: Custody, place: Option<WorkerId>) -> JobSpec {
        let (lane, kernel, tasks) = (Lane::Normal, KernelId(0), NonZeroU32::MIN);
        JobSpec { lane, kernel, tasks, custody, deadline: None, ahead: None, place }
    }

    fn submit(scheduler: &mut Scheduler, custody: Custody, place: Option<WorkerId>) -> JobId {
        scheduler.submit(NOW, spec(custody, place)).expect("there is room")
    }

    /// What a worker holds, in the order in which it was sent.
    fn held(scheduler: &Scheduler, worker: WorkerId) -> Vec<JobId> {
        let in_flight = scheduler.workers.in_flight(worker).expect("it is ready");
        in_flight.iter().map(|held| held.task.job).collect()
    }

    /// A worker answers the first of its tasks.
    fn answer(scheduler: &mut Scheduler, worker: WorkerId) {
        let job = held(scheduler, worker)[0];
        let done = (TaskId { job, index: 0 }, Verdict::Completed);
        scheduler.handle_reply(NOW, worker, &[done]);
    }

    /// Of so many tasks that the first worker runs one after the other, which are for it alone.
    fn turns(scheduler: &mut Scheduler, tasks: usize) -> Vec<bool> {
        let mut turns = Vec::new();
        for _ in 0..tasks {
            let job = scheduler.jobs.get(held(scheduler, FIRST)[0]).expect("it runs");
            turns.push(job.place.is_some());
            answer(scheduler, FIRST);
        }
        turns
    }

    #[test]
    fn a_job_whose_worker_is_gone_settles_at_once() {
        let mut scheduler = pool(1, 0);
        scheduler.resize(NOW, 2);
        submit(&mut scheduler, Custody::Moved, None);
        submit(&mut scheduler, Custody::Moved, None);
        actions(&mut scheduler);
        assert!(scheduler.workers.first_late().is_some(), "the second starts");
        let successor = WorkerId { generation: 1, ..FIRST };
        for place in [successor, SECOND, worker(7)] {
            let late = JobSpec { deadline: Some(NOW), ..spec(Custody::Kept, Some(place)) };
            let job = scheduler.submit(NOW, late).expect("it is accepted");
            let lost = Action::Settle { job, outcome: Outcome::WorkerLost { attempts: 0 } };
            assert_eq!(actions(&mut scheduler), [lost], "{place}");
        }
    }

    #[test]
    fn a_job_that_is_late_is_late_though_another_costs_it_its_worker() {
        let mut scheduler = pool(1, 0);
        let late = |custody| JobSpec { deadline: Some(at(5)), ..spec(custody, Some(FIRST)) };
        let jobs = [Custody::Inline, Custody::Inline, Custody::Moved];
        let jobs = jobs.map(|custody| scheduler.submit(NOW, late(custody)));
        let jobs = jobs.map(|job| job.expect("there is room"));
        let lost = submit(&mut scheduler, Custody::Moved, Some(FIRST));
        actions(&mut scheduler);
        scheduler.handle_timeout(at(5));
        let mut expected = jobs.map(|job| (job, Outcome::DeadlineExceeded)).to_vec();
        expected.push((lost, Outcome::ORPHANED));
        assert_eq!(settled(&mut scheduler), expected);
    }

    #[test]
    fn what_is_lost_with_its_worker_does_not_fail_with_the_pool() {
        let mut scheduler = pool(1, 0);
        scheduler.config.starts = 1;
        scheduler.resize(NOW, 2);
        let late = JobSpec { deadline: Some(at(1)), ..spec(Custody::Moved, None) };
        let stopped = scheduler.submit(NOW, late).expect("there is room");
        let lost = submit(&mut scheduler, Custody::Moved, Some(FIRST));
        let failed = submit(&mut scheduler, Custody::Moved, None);
        actions(&mut scheduler);
        // The timer is so late that the start of the second has failed too.
        scheduler.handle_timeout(NOW.after(scheduler.config.start_timeout));
        let of_place = (lost, Outcome::WorkerLost { attempts: 0 });
        let of_pool = (failed, Outcome::PoolFailed);
        let ends = [(stopped, Outcome::DeadlineExceeded), of_place, of_pool];
        assert_eq!(settled(&mut scheduler), ends);
    }

    #[test]
    fn no_worker_is_started_for_what_one_that_lives_must_do() {
        let mut scheduler = pool(1, 0);
        scheduler.resize(NOW, 3);
        for _ in 0..4 {
            submit(&mut scheduler, Custody::Moved, Some(FIRST));
        }
        assert_eq!(scheduler.workers.count_live(), 1);
        submit(&mut scheduler, Custody::Moved, None);
        assert_eq!(scheduler.workers.count_live(), 2, "whoever can do this is started");
    }

    #[test]
    fn what_one_worker_must_do_is_sent_ahead_however_few_wait() {
        let mut scheduler = pool(2, 0);
        let jobs = [(); 3].map(|()| submit(&mut scheduler, Custody::Kept, Some(SECOND)));
        assert_eq!(held(&scheduler, SECOND), jobs[..2], "as deep as it may");
        assert_eq!(held(&scheduler, FIRST), []);
        let moved = submit(&mut scheduler, Custody::Moved, Some(SECOND));
        for _ in 0..2 {
            answer(&mut scheduler, SECOND);
        }
        assert_eq!(held(&scheduler, SECOND), jobs[2..], "a moved payload is not sent ahead");
        answer(&mut scheduler, SECOND);
        assert_eq!(held(&scheduler, SECOND), [moved]);
    }

    #[test]
    fn a_worker_that_keeps_something_is_not_ended_for_being_idle() {
        let mut scheduler = pool(2, 0);
        scheduler.config.min_workers = 0;
        scheduler.keep(NOW, FIRST, Tenure::Kept);
        let expiry = at(1).after(scheduler.config.idle_timeout);
        assert_eq!(scheduler.poll_timeout(), Some(expiry), "that of the other");
        scheduler.handle_timeout(expiry);
        let idle = |worker| Action::Terminate { worker, reason: Reason::Idle };
        assert_eq!(actions(&mut scheduler), [idle(SECOND)]);
        assert_eq!(scheduler.poll_timeout(), None);
        scheduler.keep(NOW, FIRST, Tenure::Idle);
        assert!(scheduler.poll_timeout().is_some_and(|at| at < expiry), "it was idle all the time");
        scheduler.handle_timeout(expiry);
        assert_eq!(actions(&mut scheduler), [idle(FIRST)]);
    }

    #[test]
    fn a_worker_that_keeps_something_goes_last_when_there_are_too_many() {
        let mut scheduler = pool(3, 0);
        scheduler.keep(NOW, FIRST, Tenure::Kept);
        scheduler.keep(NOW, SECOND, Tenure::Kept);
        scheduler.resize(NOW, 2);
        scheduler.resize(NOW, 1);
        let idle = |worker| Action::Terminate { worker, reason: Reason::Idle };
        assert_eq!(actions(&mut scheduler), [idle(worker(2)), idle(FIRST)]);
    }

    #[test]
    fn many_jobs_of_any_worker_do_not_starve_one_of_a_certain_worker() {
        let mut scheduler = pool(1, 0);
        for _ in 0..9 {
            submit(&mut scheduler, Custody::Kept, None);
        }
        for _ in 0..3 {
            submit(&mut scheduler, Custody::Moved, Some(FIRST));
        }
        assert_eq!(held(&scheduler, FIRST).len(), 2, "sent before the others came");
        let both = [true, false, true, false, true, false];
        assert_eq!(turns(&mut scheduler, 8), [&[false; 2][..], &both].concat());
    }

    #[test]
    fn many_jobs_of_a_certain_worker_do_not_starve_one_of_any_worker() {
        for custody in [Custody::Moved, Custody::Kept, Custody::Inline] {
            let mut scheduler = pool(1, 0);
            scheduler.set_share(NOW, KernelId(0), 4);
            submit(&mut scheduler, Custody::Moved, Some(FIRST));
            submit(&mut scheduler, Custody::Kept, None);
            for _ in 0..9 {
                submit(&mut scheduler, custody, Some(FIRST));
            }
            assert_eq!(turns(&mut scheduler, 4), [true, true, false, true], "{custody:?}");
        }
    }

    #[test]
    fn chunks_of_a_certain_worker_let_others_pass_one_by_one() {
        let mut scheduler = pool(1, 0);
        let (tasks, ahead) = (NonZeroU32::MIN.saturating_add(8), Some(NonZeroU32::MIN));
        let chunks = JobSpec { tasks, ahead, ..spec(Custody::Kept, Some(FIRST)) };
        let chunks = scheduler.submit(NOW, chunks).expect("there is room");
        let others = [(); 3].map(|()| submit(&mut scheduler, Custody::Moved, None));
        for (index, other) in (0..).zip(others) {
            assert_eq!(held(&scheduler, FIRST), [chunks]);
            let done = (TaskId { job: chunks, index }, Verdict::Completed);
            scheduler.handle_reply(NOW, FIRST, &[done]);
            scheduler.take(NOW, chunks, 1);
            assert_eq!(held(&scheduler, FIRST), [other, chunks]);
            answer(&mut scheduler, FIRST);
        }
    }

    #[test]
    fn a_job_of_a_spare_waits_for_the_next_worker_that_is_free() {
        // Slots take turns, and the first has one left.
        for (place, before) in [(None, 2), (Some(FIRST), 3)] {
            let mut scheduler = pool(1, 1);
            for _ in 0..9 {
                submit(&mut scheduler, Custody::Kept, place);
            }
            let waits = submit(&mut scheduler, Custody::Kept, Some(SECOND));
            assert_eq!(held(&scheduler, FIRST).len(), 2);
            assert_eq!(held(&scheduler, SECOND), []);
            for _ in 0..before {
                answer(&mut scheduler, FIRST);
            }
            assert_eq!(held(&scheduler, FIRST), [], "nothing was sent ahead any more");
            assert_eq!(held(&scheduler, SECOND)[0], waits);
        }
    }

    #[test]
    fn what_waited_for_a_turn_goes_when_a_spare_is_gone() {
        let mut scheduler = pool(1, 1);
        for _ in 0..4 {
            submit(&mut scheduler, Custody::Kept, None);
        }
        let lost = submit(&mut scheduler, Custody::Kept, Some(SECOND));
        answer(&mut scheduler, FIRST);
        assert_eq!(held(&scheduler, FIRST).len(), 1);
        actions(&mut scheduler);
        scheduler.handle_lost(NOW, SECOND, Loss::Mendable);
        let end = Action::Settle { job: lost, outcome: Outcome::WorkerLost { attempts: 0 } };
        assert!(actions(&mut scheduler).contains(&end));
        assert_eq!(held(&scheduler, FIRST).len(), 2);
    }
}
