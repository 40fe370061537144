//! Counts how many records of jobs a step looks at: no step may look at more of them the more
//! jobs wait.

use core::cell::Cell;

thread_local! {
    static VISITS: Cell<usize> = const { Cell::new(0) };
}

/// A record was looked at.
pub(super) fn note() {
    VISITS.set(VISITS.get() + 1);
}

/// While it lives nothing is counted: the laws look at everything, and only in debug builds.
#[derive(Debug)]
pub(super) struct Uncounted {
    before: usize,
}

impl Uncounted {
    pub(super) fn begin() -> Self {
        Self { before: VISITS.get() }
    }
}

impl Drop for Uncounted {
    fn drop(&mut self) {
        VISITS.set(self.before);
    }
}

/// Records that this looks at.
fn during(work: impl FnOnce()) -> usize {
    VISITS.set(0);
    work();
    VISITS.get()
}

mod tests {
    use std::{hint::black_box, num::NonZeroU32};

    use unjank_protocol::{JobId, KernelId, TaskId, WorkerId};

    use super::*;
    use crate::scheduler::{Config, Custody, JobSpec, Lane, Scheduler, Timestamp, Verdict};

    const WORKER: WorkerId = WorkerId { slot: 0, generation: 0 };
    const NOW: Timestamp = Timestamp::ZERO;

    /// What happens to a scheduler in which so many jobs wait behind one that runs.
    type Step = fn(&mut Scheduler, usize);

    const STEPS: [(&str, Step); 8] = [
        ("submit", |scheduler, _| {
            submit(scheduler, None);
        }),
        ("submit, with a deadline", |scheduler, _| {
            submit(scheduler, Some(1000));
        }),
        ("answer, settle and post", |scheduler, _| {
            let task = TaskId { job: JobId::FIRST, index: 0 };
            scheduler.handle_reply(NOW, WORKER, &[(task, Verdict::Completed)]);
        }),
        ("cancel the first", |scheduler, _| scheduler.cancel(NOW, job(1))),
        ("cancel one in the middle", |scheduler, queued| scheduler.cancel(NOW, job(queued / 2))),
        ("abort the last", |scheduler, queued| scheduler.abort(NOW, job(queued))),
        ("expire", |scheduler, _| scheduler.handle_timeout(Timestamp::from_micros(1))),
        ("poll", |scheduler, _| {
            black_box((scheduler.poll_timeout(), scheduler.queued_tasks(), scheduler.live_jobs()));
        }),
    ];

    /// What happens to a scheduler in which so many jobs are held.
    const STEPS_BESIDE_HELD: [(&str, Step); 4] = [
        ("submit", |scheduler, _| submit(scheduler, None)),
        ("take", |scheduler, held| scheduler.take(NOW, job(held / 2), 1)),
        ("abort a held one", |scheduler, held| scheduler.abort(NOW, job(held / 2))),
        ("poll", |scheduler, _| {
            black_box((scheduler.poll_timeout(), scheduler.has_room(), scheduler.queued_tasks()));
        }),
    ];

    fn job(id: usize) -> JobId {
        JobId::new(id as u64).expect("a small id")
    }

    fn submit(scheduler: &mut Scheduler, until: Option<u64>) {
        let deadline = until.map(Timestamp::from_micros);
        let spec = JobSpec { deadline, ..simple(Custody::Moved) };
        scheduler.submit(NOW, spec).expect("there is room");
    }

    fn simple(custody: Custody) -> JobSpec {
        let (lane, kernel, tasks) = (Lane::Normal, KernelId(0), NonZeroU32::MIN);
        JobSpec { lane, kernel, tasks, custody, deadline: None, ahead: None, place: None }
    }

    /// So many jobs whose first result nobody has taken, and which may not send the second before.
    fn beside_held(held: usize) -> Scheduler {
        let mut scheduler = Scheduler::new(Config { workers: 1, ..Config::default() }, NOW);
        scheduler.handle_ready(NOW, WORKER);
        let one = NonZeroU32::MIN;
        let tasks = one.saturating_add(1);
        for _ in 0..held {
            let spec = JobSpec { tasks, ahead: Some(one), ..simple(Custody::Kept) };
            let job = scheduler.submit(NOW, spec).expect("who is held takes no room");
            let task = TaskId { job, index: 0 };
            scheduler.handle_reply(NOW, WORKER, &[(task, Verdict::Completed)]);
        }
        while scheduler.poll_action().is_some() {}
        assert_eq!((scheduler.live_jobs(), scheduler.queued_tasks()), (held, 0));
        scheduler
    }

    /// One job runs, and the first of those that wait has a deadline.
    fn scheduler(queued: usize) -> Scheduler {
        with_queue(queued, None)
    }

    /// The same, where only the worker that runs one can do them.
    fn one_place(queued: usize) -> Scheduler {
        with_queue(queued, Some(WORKER))
    }

    fn with_queue(queued: usize, place: Option<WorkerId>) -> Scheduler {
        let config = Config { workers: 1, queue: queued + 1, ..Config::default() };
        let mut scheduler = Scheduler::new(config, NOW);
        scheduler.handle_ready(NOW, WORKER);
        for number in 0..=queued {
            let deadline = (number == 1).then_some(Timestamp::from_micros(1));
            let spec = JobSpec { deadline, place, ..simple(Custody::Moved) };
            scheduler.submit(NOW, spec).expect("there is room");
        }
        while scheduler.poll_action().is_some() {}
        scheduler
    }

    #[test]
    fn no_step_looks_at_more_jobs_the_more_there_are() {
        compare(scheduler, &STEPS);
    }

    #[test]
    fn jobs_that_wait_for_one_worker_add_nothing() {
        compare(one_place, &STEPS);
    }

    #[test]
    fn jobs_that_are_held_add_nothing() {
        compare(beside_held, &STEPS_BESIDE_HELD);
    }

    #[track_caller]
    fn compare(scheduler: fn(usize) -> Scheduler, steps: &[(&str, Step)]) {
        let [few, many] = [10, 1000].map(|jobs| (scheduler(jobs), jobs));
        for (name, step) in steps {
            let [few, many] = [&few, &many].map(|(scheduler, jobs)| {
                let mut scheduler = scheduler.clone();
                during(|| step(&mut scheduler, *jobs))
            });
            assert_eq!(few, many, "{name}");
            assert!(few < 40, "{name} looks at records {few} times");
        }
    }

    #[test]
    fn a_look_at_all_is_counted() {
        let scheduler = scheduler(100);
        assert!(during(|| assert_eq!(scheduler.jobs.iter().count(), 101)) >= 101);
    }
}
