//! How jobs end, and what happens to their tasks then.

use std::collections::VecDeque;

use unjank_protocol::{JobId, TaskId, WorkerId};

use super::{
    Action, Blame, Custody, Lifecycle, Manner, Outcome, Phase, Progress, Reason, Receipt,
    Scheduler, Timestamp, Trust, Verdict, WorkerState, policy,
    worker::{self, Held},
};

impl Scheduler {
    /// Settles a live job, and decides what becomes of its tasks on workers.
    pub(super) fn settle(&mut self, now: Timestamp, id: JobId, outcome: Outcome, after: Phase) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        match (job.phase, after) {
            (Phase::Live, _) => {
                self.queue.remove(job.lane, id);
                self.actions.push_back(Action::Settle { job: id, outcome });
            }
            (Phase::Unheard, Phase::Doomed) => {}
            (Phase::Unheard | Phase::Doomed, _) => return,
        }
        job.stop(after);
        self.forget_if_gone(id);
        if after == Phase::Doomed {
            self.stop_doomed_fronts(now);
        }
    }

    /// Drops the record of a settled job that occupies no worker.
    fn forget_if_gone(&mut self, id: JobId) {
        if let Some(job) = self.jobs.get(&id)
            && job.phase != Phase::Live
            && job.in_flight == 0
        {
            if let Some(deadline) = job.deadline {
                self.deadlines.remove(&(deadline, id));
            }
            self.jobs.remove(&id);
        }
    }

    /// Settles the jobs whose deadline has passed, and stops what runs of them.
    pub(super) fn expire_jobs(&mut self, now: Timestamp) {
        while let Some(&(deadline, id)) = self.deadlines.first()
            && deadline <= now
        {
            self.deadlines.remove(&(deadline, id));
            if let Some(job) = self.jobs.get_mut(&id) {
                job.deadline = None;
            }
            self.settle(now, id, Outcome::DeadlineExceeded, Phase::Doomed);
        }
    }

    /// Takes an answered task off its worker; `None` when it was not there.
    pub(super) fn take_off(
        &mut self,
        now: Timestamp,
        worker: WorkerId,
        task: TaskId,
        verdict: Verdict,
    ) -> Option<Held> {
        let Some(WorkerState::Ready { in_flight, idle_since, trust }) =
            self.workers.get_mut(worker)
        else {
            return None;
        };
        let place = in_flight.iter().position(|held| held.task == task)?;
        let held = in_flight.remove(place)?;
        *idle_since = now;
        if *trust == Trust::Untried && verdict != Verdict::Returned {
            *trust = Trust::Proven;
            self.failures = 0;
        }
        Some(held)
    }

    /// Books a verdict on the job it is about.
    pub(super) fn receive(&mut self, now: Timestamp, held: Held, verdict: Verdict) -> Receipt {
        let task = held.task;
        let Some(job) = self.jobs.get_mut(&task.job) else { return Receipt::Unheard };
        if job.phase != Phase::Live {
            job.in_flight -= 1;
            self.forget_if_gone(task.job);
            return Receipt::Unheard;
        }
        match verdict {
            Verdict::Returned => self.send_again(now, held),
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

    /// A task came back without having run, or its worker died and one of its neighbours is to blame
    /// as well as it may be. It goes alone the next time, so this happens once.
    fn send_again(&mut self, now: Timestamp, held: Held) {
        let Held { task, manner } = held;
        let Some(job) = self.jobs.get_mut(&task.job) else { return };
        match manner {
            Manner::Shared => {
                job.custody = Custody::Kept;
                job.take_back(task.index);
                self.queue.put_first(job.lane, task.job);
            }
            Manner::Alone => self.lose(now, task),
        }
    }

    /// Books the tasks of a worker that is gone, which it held in this order.
    pub(super) fn recover(&mut self, now: Timestamp, in_flight: VecDeque<Held>, blame: Blame) {
        let front = worker::front(&in_flight);
        for (place, held) in in_flight.into_iter().enumerate().rev() {
            let task = held.task;
            let Some(job) = self.jobs.get_mut(&task.job) else { continue };
            if job.phase != Phase::Live {
                job.in_flight -= 1;
                self.forget_if_gone(task.job);
            } else if job.custody == Custody::Moved {
                self.lose(now, task);
            } else if blame == Blame::Pool || place >= front {
                job.take_back(task.index);
                self.queue.put_first(job.lane, task.job);
            } else if front == 1 {
                self.lose(now, task);
            } else {
                self.send_again(now, held);
            }
        }
        self.forgive_if_deserted();
    }

    /// A task died with its worker: it is sent again, or its job settles as lost.
    fn lose(&mut self, now: Timestamp, task: TaskId) {
        let Some(job) = self.jobs.get_mut(&task.job) else { return };
        job.losses = job.losses.saturating_add(1);
        let attempts = job.losses;
        if job.custody != Custody::Moved && policy::may_retry(&self.config, attempts) {
            job.take_back(task.index);
            self.queue.put_first(job.lane, task.job);
        } else {
            job.in_flight -= 1;
            self.settle(now, task.job, Outcome::WorkerLost { attempts }, Phase::Unheard);
        }
    }

    /// Ends every worker whose running task may be a doomed one.
    fn stop_doomed_fronts(&mut self, now: Timestamp) {
        for worker in self.workers.live() {
            self.stop_doomed_front(now, worker);
        }
    }

    /// Ends this worker if the task that runs may be a doomed one. The others are sent again.
    pub(super) fn stop_doomed_front(&mut self, now: Timestamp, worker: WorkerId) {
        let Some(in_flight) = self.workers.in_flight_mut(worker) else { return };
        let doomed = |held: &Held| {
            self.jobs.get(&held.task.job).is_some_and(|job| job.phase == Phase::Doomed)
        };
        if in_flight.iter().take(worker::front(in_flight)).any(doomed)
            && let Some(WorkerState::Ready { in_flight, .. }) = self.workers.vacate(worker)
        {
            self.actions.push_back(Action::Terminate { worker, reason: Reason::Stopped });
            self.recover(now, in_flight, Blame::Pool);
        }
    }

    /// Settles every live job with `outcome` and ends every worker.
    pub(super) fn end(&mut self, lifecycle: Lifecycle, outcome: Outcome) {
        self.lifecycle = lifecycle;
        for (&job, record) in &self.jobs {
            if record.phase == Phase::Live {
                self.actions.push_back(Action::Settle { job, outcome });
            }
        }
        self.jobs.clear();
        self.queue.clear();
        self.deadlines.clear();
        for worker in self.workers.live() {
            self.workers.vacate(worker);
            self.actions.push_back(Action::Terminate { worker, reason: Reason::Closed });
        }
    }
}
