//! What must hold between any two calls, checked after each in debug builds.

use alloc::{collections::BTreeMap, vec::Vec};

use unjank_protocol::JobId;

use super::{Custody, Lifecycle, Phase, Scheduler, WorkerState};

impl Scheduler {
    /// The first law of the state that does not hold.
    ///
    /// Laws about sequences of calls (a job settles once, timeouts advance) cannot be seen in one
    /// state; the tests check those.
    #[must_use]
    pub fn broken_law(&self) -> Option<&'static str> {
        #[cfg(test)]
        let _uncounted = super::visits::Uncounted::begin();
        let laws: [(bool, &'static str); 13] = [
            (self.books_agree(), "a job's tasks in flight are those on workers"),
            (
                self.queue_holds_what_waits(),
                "the queue holds each job with a task it may send, once",
            ),
            (self.records_are_needed(), "a settled job is kept only while it occupies a worker"),
            (self.depth_is_bounded(), "only what can be replayed is sent ahead, up to a bound"),
            (self.surplus_works(), "who is one worker too many holds tasks"),
            (self.no_work_waits(), "no task waits that a ready worker has room for"),
            (self.never_stuck(), "queued jobs have a live worker or a start to come"),
            (self.deadlines.agree(&self.jobs), "every kept job with a deadline has a timer"),
            (self.counts_agree(), "what is counted and ranked is what there is"),
            (self.queue.order_agrees(&self.jobs), "in a lane, who has begun goes first"),
            (self.nobody_runs_ahead(), "no job is further ahead of its consumer than it may be"),
            (self.places_are_there(), "a placed job waits only for a ready worker"),
            (self.somebody_is_next(), "a live job waits, is out, or has results to be taken"),
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
        self.jobs.iter().all(|(id, job)| held.remove(&id).unwrap_or(0) == job.in_flight)
            && held.is_empty()
    }

    fn queue_holds_what_waits(&self) -> bool {
        if !self.queue.neighbours_agree(&self.jobs) {
            return false;
        }
        let mut queued: Vec<JobId> = self.queue.iter(&self.jobs).collect();
        queued.sort_unstable();
        let waiting = self.jobs.iter().filter(|(_, job)| job.pending() > 0).map(|(id, _)| id);
        queued.into_iter().eq(waiting)
    }

    fn nobody_runs_ahead(&self) -> bool {
        self.jobs.iter().all(|(_, job)| job.phase != Phase::Live || job.keeps_pace())
    }

    fn places_are_there(&self) -> bool {
        self.queue.iter(&self.jobs).all(|job| !self.is_orphan(job))
    }

    fn somebody_is_next(&self) -> bool {
        self.jobs.iter().all(|(_, job)| {
            job.phase != Phase::Live || job.pending() > 0 || job.in_flight + job.untaken() > 0
        })
    }

    fn records_are_needed(&self) -> bool {
        self.jobs.iter().all(|(_, job)| job.phase == Phase::Live || job.in_flight > 0)
    }

    fn depth_is_bounded(&self) -> bool {
        let custody = |job: JobId| self.jobs.get(job).map(|job| job.custody);
        let most = usize::from(self.config.batch.max(self.config.depth.into()));
        self.workers.ready().all(|(_, in_flight)| {
            let mut ahead = in_flight.iter().skip(1);
            in_flight.len() <= most
                && ahead.all(|held| custody(held.task.job) != Some(Custody::Moved))
        })
    }

    fn surplus_works(&self) -> bool {
        let live = self.workers.count_live();
        live <= usize::from(self.config.slots()) || live == self.workers.count_busy()
    }

    fn no_work_waits(&self) -> bool {
        self.next_open().is_none() && self.next_placed().is_none()
    }

    fn never_stuck(&self) -> bool {
        self.queue.len() == 0 || self.workers.count_live() > 0 || self.wants_start()
    }

    fn counts_agree(&self) -> bool {
        let waiting = self.jobs.iter().map(|(_, job)| job.pending()).filter(|&tasks| tasks > 0);
        let (jobs, tasks) = waiting.fold((0, 0), |(jobs, sum), tasks| (jobs + 1, sum + tasks));
        (self.queue.len(), self.queue.tasks()) == (jobs, tasks)
            && self.jobs.counts_agree()
            && self.workers.ranks_agree()
    }

    /// Whether nothing is left: no job, no worker, no timer.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let vacant = self.workers.iter().all(|(_, state)| *state == WorkerState::Vacant);
        let ended = matches!(self.lifecycle, Lifecycle::Closed | Lifecycle::Failed);
        ended && vacant && self.jobs.is_empty() && self.poll_timeout().is_none()
    }
}

#[cfg(test)]
mod tests {
    use core::num::NonZeroU32;

    use unjank_protocol::{KernelId, TaskId, WorkerId};

    use super::*;
    use crate::scheduler::{
        Close, Config, JobSpec, Lane, Manner, Tenure, Timestamp, Trust, Verdict, worker::Held,
    };

    const NOW: Timestamp = Timestamp::ZERO;
    const FIRST: WorkerId = WorkerId { slot: 0, generation: 0 };
    const SECOND: WorkerId = WorkerId { slot: 1, generation: 0 };

    fn spec(custody: Custody) -> JobSpec {
        let (lane, kernel, tasks) = (Lane::Normal, KernelId(0), NonZeroU32::MIN);
        let deadline = Some(Timestamp::from_micros(1));
        JobSpec { lane, kernel, tasks, custody, deadline, ahead: None, place: None }
    }

    fn task(job: JobId) -> TaskId {
        TaskId { job, index: 0 }
    }

    fn held(job: JobId) -> Held {
        Held { task: task(job), manner: Manner::Alone }
    }

    fn ready(in_flight: &[Held]) -> WorkerState {
        let in_flight = in_flight.iter().copied().collect();
        WorkerState::Ready {
            in_flight,
            idle_since: NOW,
            trust: Trust::Untried,
            tenure: Tenure::Idle,
        }
    }

    /// A worker that runs the first job, a second that starts, and a second job that waits.
    fn one_runs_one_waits() -> (Scheduler, JobId, JobId) {
        let config = Config { workers: 2, depth: 2, batch: 1, ..Config::default() };
        let mut scheduler = Scheduler::new(config, NOW);
        scheduler.handle_ready(NOW, FIRST);
        let jobs = [Custody::Kept, Custody::Moved].map(spec);
        let [runs, waits] = jobs.map(|spec| scheduler.submit(NOW, spec).expect("there is room"));
        assert_eq!(scheduler.broken_law(), None);
        (scheduler, runs, waits)
    }

    #[track_caller]
    fn check(law: &str, corrupt: impl FnOnce(&mut Scheduler, JobId, JobId)) {
        let (mut scheduler, runs, waits) = one_runs_one_waits();
        corrupt(&mut scheduler, runs, waits);
        let broken = scheduler.broken_law().unwrap_or("none");
        assert!(broken.contains(law), "the law broken is: {broken}");
    }

    #[test]
    fn books_that_disagree_are_noticed() {
        let law = "in flight are those on workers";
        check(law, |scheduler, runs, _| {
            scheduler.jobs.get_mut(runs).expect("it runs").in_flight = 2;
        });
        check(law, |scheduler, runs, _| {
            scheduler.jobs.remove(runs);
        });
        check(law, |scheduler, _, waits| {
            scheduler.workers.book(FIRST, held(waits));
        });
    }

    #[test]
    fn a_job_that_is_not_queued_is_noticed() {
        let law = "the queue holds each job";
        check(law, |scheduler, _, waits| scheduler.queue.remove(&mut scheduler.jobs, waits));
        check(law, |scheduler, _, waits| scheduler.queue.push_back(&mut scheduler.jobs, waits));
        check(law, |scheduler, runs, _| scheduler.queue.push_back(&mut scheduler.jobs, runs));
    }

    #[test]
    fn a_record_that_stays_behind_is_noticed() {
        check("kept only while it occupies", |scheduler, _, waits| {
            scheduler.queue.remove(&mut scheduler.jobs, waits);
            scheduler.jobs.stop(waits, Phase::Unheard);
        });
    }

    #[test]
    fn tasks_that_may_not_be_sent_ahead_are_noticed() {
        let law = "only what can be replayed is sent ahead";
        let send_ahead = |scheduler: &mut Scheduler, job: JobId| {
            assert_eq!(scheduler.queue.take(&mut scheduler.jobs, None), Some(task(job)));
            scheduler.workers.book(FIRST, held(job));
        };
        check(law, |scheduler, _, waits| send_ahead(scheduler, waits));
        check(law, |scheduler, _, waits| {
            scheduler.config.depth = 1;
            scheduler.jobs.get_mut(waits).expect("it waits").custody = Custody::Kept;
            send_ahead(scheduler, waits);
        });
        let (mut scheduler, _, waits) = one_runs_one_waits();
        scheduler.jobs.get_mut(waits).expect("it waits").custody = Custody::Kept;
        send_ahead(&mut scheduler, waits);
        assert_eq!(scheduler.broken_law(), None, "two that can be replayed are within bounds");
    }

    #[test]
    fn a_worker_too_many_is_noticed() {
        let law = "who is one worker too many holds tasks";
        check(law, |scheduler, _, _| scheduler.config.workers = 1);
        check(law, |scheduler, _, waits| {
            scheduler.workers.set(SECOND, ready(&[held(waits)]));
            assert_eq!(scheduler.queue.take(&mut scheduler.jobs, None), Some(task(waits)));
            scheduler.config.workers = 1;
            assert_eq!(scheduler.broken_law(), None, "it ends what it has");
            let answered = scheduler.workers.take(NOW, SECOND, task(waits));
            assert_eq!(answered, Some(held(waits)));
            scheduler.jobs.remove(waits);
            scheduler.deadlines.clear();
        });
    }

    #[test]
    fn work_that_waits_beside_an_idle_worker_is_noticed() {
        check("no task waits", |scheduler, _, _| {
            scheduler.workers.set(SECOND, ready(&[]));
        });
    }

    #[test]
    fn a_queue_that_nobody_will_serve_is_noticed() {
        let give_up = |scheduler: &mut Scheduler, runs: JobId| {
            for worker in [FIRST, SECOND] {
                scheduler.workers.vacate(worker);
            }
            scheduler.jobs.remove(runs);
            scheduler.failures = scheduler.config.starts;
        };
        check("a live worker or a start to come", |scheduler, runs, _| give_up(scheduler, runs));
        let (mut scheduler, runs, waits) = one_runs_one_waits();
        give_up(&mut scheduler, runs);
        scheduler.jobs.remove(waits);
        scheduler.queue.clear();
        scheduler.deadlines.clear();
        assert_eq!(scheduler.broken_law(), None, "without work nobody is missed");
    }

    #[test]
    fn a_deadline_without_a_timer_is_noticed() {
        let law = "every kept job with a deadline";
        check(law, |scheduler, _, _| scheduler.deadlines.clear());
        check(law, |scheduler, runs, _| {
            scheduler.jobs.get_mut(runs).expect("it runs").deadline = None;
        });
    }

    #[test]
    fn a_count_that_is_off_is_noticed() {
        let law = "what is counted and ranked";
        check(law, |scheduler, _, waits| {
            let waits = scheduler.jobs.get_mut(waits).expect("it waits");
            waits.in_flight = 1;
            waits.take_back(1);
        });
        check(law, |scheduler, runs, _| {
            scheduler.jobs.get_mut(runs).expect("it runs").phase = Phase::Unheard;
        });
    }

    #[test]
    fn a_lane_in_disorder_is_noticed() {
        let law = "who has begun goes first";
        check(law, |scheduler, _, waits| {
            let waits = scheduler.jobs.get_mut(waits).expect("it waits");
            assert_eq!(waits.take_next(), Some(0));
            waits.take_back(0);
        });
    }

    /// A worker that runs the first task of a job of so many that may send one at a time.
    fn one_at_a_time(tasks: u32) -> (Scheduler, JobId) {
        let mut scheduler = Scheduler::new(Config { workers: 1, ..Config::default() }, NOW);
        scheduler.handle_ready(NOW, FIRST);
        let tasks = NonZeroU32::new(tasks).expect("at least one");
        let job = JobSpec { tasks, ahead: Some(NonZeroU32::MIN), ..spec(Custody::Kept) };
        let job = scheduler.submit(NOW, job).expect("there is room");
        assert_eq!((scheduler.broken_law(), scheduler.queued_tasks()), (None, 0));
        (scheduler, job)
    }

    #[test]
    fn who_is_ahead_of_a_consumer_is_noticed() {
        let law = Some("no job is further ahead of its consumer than it may be");
        let (mut scheduler, job) = one_at_a_time(3);
        scheduler.handle_reply(NOW, FIRST, &[(task(job), Verdict::Completed)]);
        assert_eq!((scheduler.broken_law(), scheduler.queued_tasks()), (None, 0));
        scheduler.take(NOW, job, 1);
        assert_eq!(scheduler.broken_law(), None);
        assert!(scheduler.holds(FIRST, TaskId { job, index: 1 }), "the second is sent");
        scheduler.jobs.get_mut(job).expect("it runs").ahead = 0;
        assert_eq!(scheduler.broken_law(), law);
    }

    #[test]
    fn a_job_that_nobody_will_go_on_with_is_noticed() {
        for (tasks, law) in
            [(2, None), (1, Some("a live job waits, is out, or has results to be taken"))]
        {
            let (mut scheduler, job) = one_at_a_time(tasks);
            scheduler.workers.take(NOW, FIRST, task(job)).expect("it runs");
            scheduler.jobs.get_mut(job).expect("it runs").in_flight = 0;
            assert_eq!(scheduler.broken_law(), None, "its result has come");
            scheduler.queue.credit(&mut scheduler.jobs, job, 1);
            scheduler.post_queued();
            assert_eq!(scheduler.broken_law(), law);
        }
    }

    #[test]
    fn a_job_that_waits_for_a_worker_that_is_gone_is_noticed() {
        let law = "waits only for a ready worker";
        let (mut scheduler, ..) = one_runs_one_waits();
        let place = Some(FIRST);
        let job = JobSpec { place, ..spec(Custody::Moved) };
        scheduler.submit(NOW, job).expect("there is room");
        assert_eq!((scheduler.broken_law(), scheduler.queued_tasks()), (None, 2));
        let WorkerId { slot, generation } = FIRST;
        let successor = WorkerId { slot, generation: generation + 1 };
        let state = scheduler.workers.vacate(FIRST).expect("it is ready");
        scheduler.workers.set(successor, state);
        let broken = scheduler.broken_law().unwrap_or("none");
        assert!(broken.contains(law), "the law broken is: {broken}");
    }

    #[test]
    fn a_pool_is_over_when_nothing_is_left() {
        let (mut scheduler, runs, waits) = one_runs_one_waits();
        assert!(!scheduler.is_over());
        for job in [runs, waits] {
            scheduler.cancel(NOW, job);
        }
        scheduler.handle_reply(NOW, FIRST, &[(task(runs), Verdict::Completed)]);
        assert!(!scheduler.is_over(), "it has workers");
        scheduler.close(NOW, Close::Drain);
        assert!(scheduler.is_over());
        for corrupt in [
            |scheduler: &mut Scheduler| scheduler.lifecycle = Lifecycle::Draining,
            |scheduler: &mut Scheduler| {
                let late = WorkerState::Starting { deadline: NOW };
                scheduler.workers.set(WorkerId { slot: 0, generation: 1 }, late);
            },
            |scheduler: &mut Scheduler| {
                scheduler.jobs.push(spec(Custody::Kept));
            },
            |scheduler: &mut Scheduler| {
                scheduler.deadlines.strays.insert((NOW, JobId::FIRST));
            },
        ] {
            let mut scheduler = scheduler.clone();
            corrupt(&mut scheduler);
            assert!(!scheduler.is_over());
        }
    }
}
