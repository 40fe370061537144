//! How jobs end, and what happens to their tasks then.

use alloc::{collections::VecDeque, vec::Vec};

use unjank_protocol::{JobId, TaskId, WorkerId};

use super::{
    Action, Blame, Custody, Lifecycle, Outcome, Phase, Progress, Reason, Receipt, Scheduler,
    Timestamp, Trust, Verdict, WorkerState, policy,
    worker::{self, Held},
};

impl Scheduler {
    /// Settles a live job, and decides what becomes of its tasks on workers.
    pub(super) fn settle(&mut self, now: Timestamp, id: JobId, outcome: Outcome, after: Phase) {
        self.conclude(now, id, outcome, after);
        if after == Phase::Doomed && self.jobs.get(id).is_some() {
            self.stop_doomed_fronts(now);
        }
    }

    /// The same, but whoever runs it goes on until somebody looks.
    fn conclude(&mut self, now: Timestamp, id: JobId, outcome: Outcome, after: Phase) {
        let Some(job) = self.jobs.get(id) else { return };
        match (job.phase, after) {
            (Phase::Live, _) => {
                self.queue.remove(&mut self.jobs, id);
                self.actions.push_back(Action::Settle { job: id, outcome });
            }
            (Phase::Unheard, Phase::Doomed) => {}
            (Phase::Unheard | Phase::Doomed, _) => return,
        }
        self.jobs.stop(id, after);
        self.withdraw_tasks(now, id);
        self.forget_if_gone(id);
    }

    /// Drops the record of a settled job that occupies no worker.
    fn forget_if_gone(&mut self, id: JobId) {
        if let Some(job) = self.jobs.get(id)
            && job.phase != Phase::Live
            && job.in_flight == 0
        {
            self.deadlines.remove(&mut self.jobs, id);
            self.jobs.remove(id);
        }
    }

    /// Settles the jobs whose deadline has passed, and stops what runs of them.
    pub(super) fn expire_jobs(&mut self, now: Timestamp) {
        while let Some((deadline, id)) = self.deadlines.first(&self.jobs)
            && deadline <= now
        {
            self.deadlines.remove(&mut self.jobs, id);
            self.conclude(now, id, Outcome::DeadlineExceeded, Phase::Doomed);
        }
        // All that are late are, before one of them costs another its worker.
        self.stop_doomed_fronts(now);
    }

    /// Takes an answered task off its worker; `None` when it was not there.
    pub(super) fn take_off(
        &mut self,
        now: Timestamp,
        worker: WorkerId,
        task: TaskId,
    ) -> Option<Held> {
        let held = self.workers.take(now, worker, task)?;
        if let Some(trust) = self.workers.trust_mut(worker)
            && *trust == Trust::Untried
        {
            *trust = Trust::Proven;
            self.failures = 0;
        }
        Some(held)
    }

    /// Books a verdict on the job it is about.
    pub(super) fn receive(&mut self, now: Timestamp, task: TaskId, verdict: Verdict) -> Receipt {
        let Some(job) = self.jobs.get_mut(task.job) else { return Receipt::Unheard };
        if job.phase != Phase::Live {
            job.in_flight -= 1;
            self.forget_if_gone(task.job);
            return Receipt::Unheard;
        }
        match verdict {
            Verdict::Failed => {
                job.in_flight -= 1;
                self.settle(now, task.job, Outcome::Failed, Phase::Unheard);
            }
            Verdict::Completed => {
                if job.complete_one() == Progress::Complete {
                    self.settle(now, task.job, Outcome::Completed, Phase::Unheard);
                }
            }
        }
        Receipt::Wanted
    }

    /// Takes the tasks of a settled job off their workers whose posts nobody has polled: they never
    /// were there, and cost no worker.
    fn withdraw_tasks(&mut self, now: Timestamp, id: JobId) {
        if self.jobs.get(id).is_none_or(|job| job.in_flight == 0) {
            return;
        }
        let (workers, jobs) = (&mut self.workers, &mut self.jobs);
        keep(&mut self.actions, |action| match *action {
            Action::Post { worker, task, .. } if task.job == id => {
                if workers.take(now, worker, task).is_some()
                    && let Some(job) = jobs.get_mut(id)
                {
                    job.in_flight -= 1;
                }
                false
            }
            Action::Post { .. }
            | Action::Spawn(_)
            | Action::Terminate { .. }
            | Action::Settle { .. } => true,
        });
    }

    /// Drops the posts to a worker that is gone and that nobody has polled. Says how many: the last
    /// so many of its tasks were never sent.
    pub(super) fn withdraw_posts(&mut self, gone: WorkerId) -> usize {
        let before = self.actions.len();
        keep(&mut self.actions, |action| match action {
            Action::Post { worker, .. } => *worker != gone,
            Action::Spawn(_) | Action::Terminate { .. } | Action::Settle { .. } => true,
        });
        before - self.actions.len()
    }

    /// Books the tasks of a worker that is gone, which it held in this order. Only the first `sent`
    /// were sent: no other can have harmed it, and what they would move is still on the page.
    pub(super) fn recover(
        &mut self,
        now: Timestamp,
        in_flight: VecDeque<Held>,
        sent: usize,
        blame: Blame,
    ) {
        let front = worker::front(&in_flight).min(sent);
        let suspect = in_flight.front().filter(|_| front == 1 && blame == Blame::Tasks);
        let suspect = suspect.map(|held| held.task.job);
        for (place, Held { task, .. }) in in_flight.into_iter().enumerate().rev() {
            let Some(job) = self.jobs.get_mut(task.job) else { continue };
            if job.phase != Phase::Live {
                job.in_flight -= 1;
                self.forget_if_gone(task.job);
            } else if job.place.is_some() {
                job.in_flight -= 1;
                let outcome = Outcome::WorkerLost { attempts: u8::from(suspect == Some(task.job)) };
                self.settle(now, task.job, outcome, Phase::Unheard);
            } else if place < sent && job.custody == Custody::Moved {
                self.lose(now, task);
            } else if blame == Blame::Nobody || place >= front {
                self.queue.put_back(&mut self.jobs, task);
            } else if front == 1 {
                self.lose(now, task);
            } else {
                // Any of them may have done it: alone, each shows the next time.
                job.custody = Custody::Kept;
                self.queue.put_back(&mut self.jobs, task);
            }
        }
    }

    /// A task died with its worker: it is sent again, or its job settles as lost.
    fn lose(&mut self, now: Timestamp, task: TaskId) {
        let Some(job) = self.jobs.get_mut(task.job) else { return };
        job.losses = job.losses.saturating_add(1);
        let attempts = job.losses;
        if job.custody != Custody::Moved && policy::may_retry(&self.config, attempts) {
            self.queue.put_back(&mut self.jobs, task);
        } else {
            job.in_flight -= 1;
            self.settle(now, task.job, Outcome::WorkerLost { attempts }, Phase::Unheard);
        }
    }

    /// Ends every worker whose running task may be a doomed one.
    fn stop_doomed_fronts(&mut self, now: Timestamp) {
        for slot in 0..self.workers.slots() {
            if let Some(worker) = self.workers.live(slot) {
                self.stop_doomed_front(now, worker);
            }
        }
    }

    /// Ends this worker if the task that runs may be a doomed one. The others are sent again.
    pub(super) fn stop_doomed_front(&mut self, now: Timestamp, worker: WorkerId) {
        if self.jobs.doomed() == 0 {
            return;
        }
        let Some(in_flight) = self.workers.in_flight(worker) else { return };
        let doomed = |held: &Held| {
            self.jobs.get(held.task.job).is_some_and(|job| job.phase == Phase::Doomed)
        };
        if in_flight.iter().take(worker::front(in_flight)).any(doomed)
            && let Some(WorkerState::Ready { in_flight, .. }) = self.workers.vacate(worker)
        {
            let sent = in_flight.len() - self.withdraw_posts(worker);
            self.actions.push_back(Action::Terminate { worker, reason: Reason::Stopped });
            self.forgive_if_deserted();
            self.recover(now, in_flight, sent, Blame::Nobody);
        }
    }

    /// Settles every live job with `outcome` and ends every worker.
    pub(super) fn end(&mut self, lifecycle: Lifecycle, outcome: Outcome) {
        self.lifecycle = lifecycle;
        let jobs: Vec<JobId> = self.jobs.iter().map(|(job, _)| job).collect();
        for job in jobs {
            if self.jobs.remove(job).is_some_and(|record| record.phase == Phase::Live) {
                self.actions.push_back(Action::Settle { job, outcome });
            }
        }
        self.queue.clear();
        self.deadlines.clear();
        // What was not sent stays with the page.
        keep(&mut self.actions, |action| !matches!(action, Action::Post { .. }));
        for slot in 0..self.workers.slots() {
            if let Some(worker) = self.workers.live(slot) {
                self.workers.vacate(worker);
                self.actions.push_back(Action::Terminate { worker, reason: Reason::Closed });
            }
        }
    }
}

/// Keeps those that are wanted, in their order. What the standard library has for it can panic, and
/// `core.wasm` would carry the texts.
fn keep(actions: &mut VecDeque<Action>, mut is_wanted: impl FnMut(&Action) -> bool) {
    for _ in 0..actions.len() {
        if let Some(action) = actions.pop_front().filter(&mut is_wanted) {
            actions.push_back(action);
        }
    }
}

#[cfg(test)]
mod tests {
    use core::num::NonZeroU32;

    use unjank_protocol::KernelId;

    use super::*;
    use crate::scheduler::{Config, JobSpec, Lane, Loss, WorkerView};

    const NOW: Timestamp = Timestamp::ZERO;
    const FIRST: WorkerId = WorkerId { slot: 0, generation: 0 };
    const NEXT: WorkerId = WorkerId { slot: 0, generation: 1 };

    /// A pool of one worker, with every action carried out.
    fn pool(starts: u8) -> Scheduler {
        let config = Config { workers: 1, attempts: 1, starts, ..Config::default() };
        let mut scheduler = Scheduler::new(config, NOW);
        scheduler.handle_ready(NOW, FIRST);
        while scheduler.poll_action().is_some() {}
        scheduler
    }

    fn submit(scheduler: &mut Scheduler, custody: Custody) -> JobId {
        let (lane, kernel, tasks) = (Lane::Normal, KernelId(0), NonZeroU32::MIN);
        let spec =
            JobSpec { lane, kernel, tasks, custody, deadline: None, ahead: None, place: None };
        scheduler.submit(NOW, spec).expect("there is room")
    }

    fn settled(scheduler: &mut Scheduler) -> Vec<(JobId, Outcome)> {
        let actions = core::iter::from_fn(|| scheduler.poll_action());
        let settled = actions.filter_map(|action| match action {
            Action::Settle { job, outcome } => Some((job, outcome)),
            Action::Spawn(_) | Action::Post { .. } | Action::Terminate { .. } => None,
        });
        settled.collect()
    }

    #[test]
    fn what_was_never_sent_is_not_lost_with_its_worker() {
        for custody in [Custody::Moved, Custody::Kept, Custody::Inline] {
            let mut scheduler = pool(2);
            let job = submit(&mut scheduler, custody);
            scheduler.handle_lost(NOW, FIRST, Loss::Mendable);
            assert_eq!(settled(&mut scheduler), [], "{custody:?}");
            let later = scheduler.poll_timeout().expect("a start to come");
            scheduler.handle_timeout(later);
            scheduler.handle_ready(later, NEXT);
            let task = TaskId { job, index: 0 };
            assert!(scheduler.holds(NEXT, task), "{custody:?} is sent to the replacement");
        }
    }

    #[test]
    fn what_was_never_sent_is_withdrawn_with_its_job() {
        let mut scheduler = pool(2);
        let [aborted, other] = [(); 2].map(|()| submit(&mut scheduler, Custody::Inline));
        scheduler.abort(NOW, aborted);
        assert_eq!(settled(&mut scheduler), [(aborted, Outcome::Cancelled)]);
        let task = TaskId { job: other, index: 0 };
        assert!(scheduler.holds(FIRST, task), "the worker lives, and has the other one");
    }

    #[test]
    fn what_was_sent_is_to_blame() {
        for custody in [Custody::Moved, Custody::Kept, Custody::Inline] {
            let mut scheduler = pool(2);
            let job = submit(&mut scheduler, custody);
            while scheduler.poll_action().is_some() {}
            scheduler.handle_lost(NOW, FIRST, Loss::Mendable);
            let lost = Outcome::WorkerLost { attempts: 1 };
            assert_eq!(settled(&mut scheduler), [(job, lost)], "{custody:?}");
        }
    }

    #[test]
    fn what_was_put_back_was_not_sent() {
        let mut scheduler = pool(2);
        let job = submit(&mut scheduler, Custody::Kept);
        let action = scheduler.poll_action().expect("a post");
        scheduler.put_back_action(action);
        scheduler.handle_lost(NOW, FIRST, Loss::Mendable);
        assert_eq!(settled(&mut scheduler), []);
        assert_eq!((scheduler.live_jobs(), scheduler.queued_tasks()), (1, 1), "{job} waits");
    }

    #[test]
    fn a_moved_payload_that_was_sent_is_lost_when_its_worker_retires() {
        for (is_sent, end) in [(false, None), (true, Some(Outcome::WorkerLost { attempts: 1 }))] {
            let mut scheduler = pool(2);
            let job = submit(&mut scheduler, Custody::Moved);
            while is_sent && scheduler.poll_action().is_some() {}
            scheduler.handle_retired(NOW, FIRST);
            let ends: Vec<_> = end.into_iter().map(|end| (job, end)).collect();
            assert_eq!(settled(&mut scheduler), ends);
        }
    }

    #[test]
    fn who_retires_untried_is_a_failed_start_whatever_it_holds() {
        for custody in [None, Some(Custody::Moved), Some(Custody::Kept), Some(Custody::Inline)] {
            let mut scheduler = pool(1);
            let job = custody.map(|custody| submit(&mut scheduler, custody));
            while scheduler.poll_action().is_some() {}
            scheduler.handle_retired(NOW, FIRST);
            let ends: Vec<_> = job.map(|job| (job, Outcome::PoolFailed)).into_iter().collect();
            assert_eq!(settled(&mut scheduler), ends, "{custody:?}");
        }
    }

    #[test]
    fn a_worker_that_dies_before_anything_was_sent_is_a_failed_start() {
        let mut scheduler = pool(1);
        let job = submit(&mut scheduler, Custody::Moved);
        scheduler.handle_lost(NOW, FIRST, Loss::Mendable);
        assert_eq!(settled(&mut scheduler), [(job, Outcome::PoolFailed)]);
        assert!(scheduler.workers().all(|(_, view)| view == WorkerView::Vacant));
    }

    /// A pool that has the first worker do three jobs that no other can do: it runs one, has the next behind
    /// it, and the last waits.
    fn placed_jobs(custody: Custody) -> (Scheduler, [JobId; 3]) {
        let mut scheduler = pool(2);
        scheduler.config.attempts = 3;
        scheduler.set_share(NOW, KernelId(0), 2);
        let jobs = [(); 3].map(|()| submit_placed(&mut scheduler, custody, [1, 1]));
        assert_eq!(scheduler.queued_tasks(), 1);
        (scheduler, jobs)
    }

    /// A job of so many tasks for the first worker, of which so many may be ahead.
    fn submit_placed(scheduler: &mut Scheduler, custody: Custody, numbers: [u32; 2]) -> JobId {
        let [tasks, ahead] = numbers.map(|number| NonZeroU32::new(number).expect("at least one"));
        let (lane, kernel, place) = (Lane::Normal, KernelId(0), Some(FIRST));
        let (deadline, ahead) = (None, Some(ahead));
        let spec = JobSpec { lane, kernel, tasks, custody, deadline, ahead, place };
        scheduler.submit(NOW, spec).expect("there is room")
    }

    /// How many workers may have died of each of these jobs, all of which are lost.
    fn losses(scheduler: &mut Scheduler, jobs: [JobId; 3]) -> [u8; 3] {
        let mut settled = settled(scheduler);
        settled.sort_by_key(|(job, _)| *job);
        let lost = |(job, outcome)| {
            let Outcome::WorkerLost { attempts } = outcome else { panic!("{job}: {outcome:?}") };
            (job, attempts)
        };
        let lost: Vec<_> = settled.into_iter().map(lost).collect();
        assert_eq!(lost.iter().map(|(job, _)| *job).collect::<Vec<_>>(), jobs);
        assert_eq!((scheduler.live_jobs(), scheduler.queued_tasks()), (0, 0), "none comes again");
        [0, 1, 2].map(|place| lost[place].1)
    }

    #[test]
    fn what_only_one_worker_could_do_is_lost_with_it_and_who_ran_alone_is_charged() {
        for (custody, charged) in [(Custody::Kept, [1, 0, 0]), (Custody::Inline, [0, 0, 0])] {
            let (mut scheduler, jobs) = placed_jobs(custody);
            while scheduler.poll_action().is_some() {}
            scheduler.handle_lost(NOW, FIRST, Loss::Mendable);
            assert_eq!(losses(&mut scheduler, jobs), charged, "{custody:?}");
        }
    }

    #[test]
    fn what_was_never_sent_to_the_only_worker_is_lost_with_it_and_not_charged() {
        let (mut scheduler, jobs) = placed_jobs(Custody::Kept);
        scheduler.handle_lost(NOW, FIRST, Loss::Mendable);
        assert_eq!(losses(&mut scheduler, jobs), [0, 0, 0]);
    }

    #[test]
    fn what_only_one_worker_could_do_is_lost_when_that_retires() {
        let (mut scheduler, jobs) = placed_jobs(Custody::Kept);
        while scheduler.poll_action().is_some() {}
        scheduler.handle_retired(NOW, FIRST);
        assert_eq!(losses(&mut scheduler, jobs), [0, 0, 0]);
    }

    #[test]
    fn who_has_a_worker_stopped_costs_all_that_only_that_could_do() {
        let (mut scheduler, [stopped, behind, waits]) = placed_jobs(Custody::Kept);
        while scheduler.poll_action().is_some() {}
        scheduler.abort(NOW, stopped);
        let lost = Outcome::WorkerLost { attempts: 0 };
        let mut settled = settled(&mut scheduler);
        settled.sort_by_key(|(job, _)| *job);
        assert_eq!(settled, [(stopped, Outcome::Cancelled), (behind, lost), (waits, lost)]);
    }

    #[test]
    fn a_job_that_was_held_while_its_worker_went_is_lost_when_its_consumer_takes() {
        let mut scheduler = pool(2);
        let job = submit_placed(&mut scheduler, Custody::Kept, [3, 1]);
        while scheduler.poll_action().is_some() {}
        let done = (TaskId { job, index: 0 }, Verdict::Completed);
        scheduler.handle_reply(NOW, FIRST, &[done]);
        scheduler.handle_lost(NOW, FIRST, Loss::Mendable);
        scheduler.handle_timeout(scheduler.poll_timeout().expect("a start to come"));
        scheduler.handle_ready(NOW, NEXT);
        assert_eq!(settled(&mut scheduler), [], "its result has come");
        scheduler.take(NOW, job, 1);
        let next = TaskId { job, index: 1 };
        assert!(!scheduler.holds(NEXT, next), "whoever has the slot now is another");
        assert_eq!(settled(&mut scheduler), [(job, Outcome::WorkerLost { attempts: 0 })]);
    }
}
