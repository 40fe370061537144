//! Every state of some small worlds: two workers, or one and a spare, three or four jobs, a few
//! deaths, traps, cancels, aborts and late timers, in every order. After each step every law is checked;
//! what breaks one is shown as the shortest trace that leads there.
//!
//! `cargo test --release -p unjank-core --test explore -- --ignored` walks a larger one.

mod common;
#[path = "explore/fingerprint.rs"]
mod fingerprint;
#[path = "explore/luck.rs"]
mod luck;
#[path = "explore/node.rs"]
mod node;
#[path = "explore/walk.rs"]
mod walk;

use std::{num::NonZeroU32, time::Duration};

use node::{Budget, Setup};
use unjank_core::scheduler::{Config, Custody, JobSpec, Lane, Timestamp};
use unjank_protocol::{KernelId, WorkerId};

/// Two workers whose times are few and far between.
fn small() -> Config {
    Config {
        workers: 2,
        min_workers: 1,
        spares: 0,
        queue: 2,
        depth: 1,
        batch: 1,
        turns: [2, 1, 1],
        attempts: 2,
        starts: 2,
        start_timeout: Duration::from_millis(20),
        idle_timeout: Duration::from_millis(20),
        backoff: Duration::from_millis(10),
        backoff_cap: Duration::from_millis(10),
    }
}

fn one(lane: Lane, custody: Custody) -> JobSpec {
    JobSpec {
        lane,
        kernel: KernelId(0),
        tasks: NonZeroU32::MIN,
        custody,
        deadline: None,
        ahead: None,
        place: None,
    }
}

fn two(lane: Lane, custody: Custody) -> JobSpec {
    JobSpec { tasks: NonZeroU32::MIN.saturating_add(1), ..one(lane, custody) }
}

/// Three tasks, of which so many may be ahead of the consumer.
fn three(ahead: u32, lane: Lane, custody: Custody) -> JobSpec {
    let ahead = NonZeroU32::new(ahead);
    JobSpec { tasks: NonZeroU32::MIN.saturating_add(2), ahead, ..one(lane, custody) }
}

fn of(kernel: KernelId, job: JobSpec) -> JobSpec {
    JobSpec { kernel, ..job }
}

/// A job that only the first worker of this slot can do.
fn only(slot: u16, job: JobSpec) -> JobSpec {
    JobSpec { place: Some(WorkerId { slot, generation: 0 }), ..job }
}

fn until(millis: u64, job: JobSpec) -> JobSpec {
    JobSpec { deadline: Some(Timestamp::from_micros(millis * 1000)), ..job }
}

/// Walks, prints what was seen, and makes sure that there was something to see.
fn walk(name: &str, setup: &Setup, least: usize) {
    let report = walk::explore(setup);
    println!("{name}: {report}");
    assert!(report.states >= least, "{name} shrank: {} states", report.states);
    assert!(report.transitions > report.states, "{name} has no choices");
}

/// Everything that can befall a job: it is cancelled, aborted, late, or dies with its worker.
#[test]
fn one_task_at_a_time() {
    let setup = Setup {
        config: small(),
        jobs: vec![
            one(Lane::Normal, Custody::Moved),
            two(Lane::Background, Custody::Kept),
            until(20, one(Lane::Interactive, Custody::Kept)),
        ],
        shares: Vec::new(),
        budget: Budget { deaths: 1, cancels: 1, aborts: 1, failures: 1, ..Budget::default() },
    };
    walk("one task at a time", &setup, 600_000);
}

/// Of a message that several tasks share any part is answered at a time, and any of them may trap.
#[test]
fn tasks_that_share_a_message() {
    let setup = Setup {
        config: Config { depth: 2, batch: 3, min_workers: 2, queue: 3, ..small() },
        jobs: vec![
            one(Lane::Normal, Custody::Inline),
            two(Lane::Normal, Custody::Inline),
            one(Lane::Normal, Custody::Moved),
        ],
        shares: Vec::new(),
        budget: Budget { timeouts: 3, deaths: 1, failures: 2, slices: 2, ..Budget::default() },
    };
    walk("tasks that share a message", &setup, 240_000);
}

/// What was computed in time is delivered, though the timer is late and others come or trap.
#[test]
fn results_before_a_late_timer() {
    let setup = Setup {
        config: Config { workers: 1, depth: 2, batch: 3, queue: 3, ..small() },
        jobs: vec![
            until(20, two(Lane::Normal, Custody::Inline)),
            until(20, one(Lane::Normal, Custody::Inline)),
            until(60, one(Lane::Normal, Custody::Kept)),
        ],
        shares: Vec::new(),
        budget: Budget {
            deaths: 1,
            aborts: 1,
            failures: 1,
            slices: 2,
            late: 1,
            ..Budget::default()
        },
    };
    walk("results before a late timer", &setup, 50_000);
}

/// Small tasks of a fast kernel and of a slow one, each sent ahead as far as its own pace allows.
#[test]
fn kernels_of_different_pace() {
    let [slow, fast] = [0, 1].map(KernelId);
    let setup = Setup {
        config: Config { workers: 1, batch: 3, queue: 3, turns: [1, 1, 1], ..small() },
        jobs: vec![
            of(slow, two(Lane::Normal, Custody::Inline)),
            of(fast, two(Lane::Normal, Custody::Inline)),
            of(fast, two(Lane::Interactive, Custody::Inline)),
        ],
        shares: vec![(slow, 1), (fast, 2)],
        budget: Budget { deaths: 1, cancels: 1, failures: 1, slices: 2, ..Budget::default() },
    };
    walk("kernels of different pace", &setup, 34_000);
}

/// Workers that take no more tasks are replaced, and cost nobody anything; only those that never
/// answered one count as failed starts.
#[test]
fn workers_that_retire() {
    let setup = Setup {
        config: Config { depth: 2, batch: 2, queue: 3, ..small() },
        jobs: vec![
            two(Lane::Normal, Custody::Inline),
            one(Lane::Normal, Custody::Moved),
            one(Lane::Interactive, Custody::Kept),
        ],
        shares: Vec::new(),
        budget: Budget { retires: 3, ..Budget::default() },
    };
    walk("workers that retire", &setup, 370_000);
}

/// What is sent ahead survives the end of its neighbour.
#[test]
fn tasks_sent_ahead() {
    let setup = Setup {
        config: Config { depth: 2, min_workers: 2, queue: 3, ..small() },
        jobs: vec![
            until(20, two(Lane::Normal, Custody::Kept)),
            two(Lane::Normal, Custody::Kept),
            one(Lane::Interactive, Custody::Moved),
        ],
        shares: Vec::new(),
        budget: Budget { timeouts: 3, deaths: 1, aborts: 1, ..Budget::default() },
    };
    walk("tasks sent ahead", &setup, 750_000);
}

#[test]
fn lanes_that_take_turns() {
    let setup = Setup {
        config: Config { depth: 2, min_workers: 2, queue: 3, turns: [1, 1, 1], ..small() },
        jobs: vec![
            two(Lane::Background, Custody::Kept),
            two(Lane::Normal, Custody::Kept),
            two(Lane::Interactive, Custody::Inline),
            one(Lane::Interactive, Custody::Moved),
        ],
        shares: Vec::new(),
        budget: Budget { timeouts: 3, cancels: 1, failures: 1, ..Budget::default() },
    };
    walk("lanes that take turns", &setup, 320_000);
}

#[test]
fn a_pool_that_closes() {
    let setup = Setup {
        config: Config { queue: 1, attempts: 1, ..small() },
        jobs: vec![
            one(Lane::Normal, Custody::Kept),
            until(10, one(Lane::Normal, Custody::Kept)),
            one(Lane::Background, Custody::Moved),
        ],
        shares: Vec::new(),
        budget: Budget {
            deaths: 1,
            cancels: 1,
            aborts: 1,
            closes: 2,
            late: 1,
            ..Budget::default()
        },
    };
    walk("a pool that closes", &setup, 170_000);
}

/// Many failures to start, or one that no other start can mend: the pool gives up, or goes on with
/// the worker it has.
#[test]
fn workers_that_do_not_start() {
    let setup = Setup {
        config: Config { queue: 3, ..small() },
        jobs: vec![
            one(Lane::Normal, Custody::Kept),
            one(Lane::Normal, Custody::Moved),
            one(Lane::Normal, Custody::Kept),
        ],
        shares: Vec::new(),
        budget: Budget { timeouts: 1, deaths: 5, finals: 1, ..Budget::default() },
    };
    walk("workers that do not start", &setup, 240_000);
}

/// A pool without workers that is reopened, closed, or both, with jobs that wait for it or come
/// after.
#[test]
fn a_pool_that_is_reopened() {
    let setup = Setup {
        config: Config { workers: 1, spares: 1, starts: 1, queue: 2, ..small() },
        jobs: vec![
            one(Lane::Normal, Custody::Kept),
            until(30, one(Lane::Normal, Custody::Moved)),
            one(Lane::Normal, Custody::Kept),
        ],
        shares: Vec::new(),
        budget: Budget {
            timeouts: 1,
            late: 1,
            deaths: 4,
            closes: 1,
            reopens: 2,
            ..Budget::default()
        },
    };
    walk("a pool that is reopened", &setup, 600_000);
}

/// A spare steps in for a worker that is lost or stopped, and goes when it is one too many.
#[test]
fn a_worker_with_a_spare() {
    let setup = Setup {
        config: Config { workers: 1, spares: 1, min_workers: 0, depth: 2, queue: 3, ..small() },
        jobs: vec![
            one(Lane::Normal, Custody::Moved),
            until(20, two(Lane::Normal, Custody::Kept)),
            one(Lane::Interactive, Custody::Kept),
        ],
        shares: Vec::new(),
        budget: Budget { deaths: 2, aborts: 1, ..Budget::default() },
    };
    walk("a worker with a spare", &setup, 200_000);
}

/// The replacements of a worker and of its spare fail: the pool goes on with whoever is left.
#[test]
fn spares_that_do_not_start() {
    let setup = Setup {
        config: Config { workers: 1, spares: 1, queue: 3, ..small() },
        jobs: vec![
            one(Lane::Normal, Custody::Kept),
            one(Lane::Normal, Custody::Moved),
            one(Lane::Normal, Custody::Kept),
        ],
        shares: Vec::new(),
        budget: Budget { timeouts: 3, deaths: 5, ..Budget::default() },
    };
    walk("spares that do not start", &setup, 780_000);
}

/// A consumer that takes one at a time, at once, late or never, beside jobs that need none.
#[test]
fn a_consumer_that_takes_its_time() {
    let setup = Setup {
        config: Config { queue: 1, ..small() },
        jobs: vec![
            until(30, three(1, Lane::Normal, Custody::Kept)),
            two(Lane::Normal, Custody::Kept),
            one(Lane::Normal, Custody::Moved),
        ],
        shares: Vec::new(),
        budget: Budget { timeouts: 1, aborts: 1, deaths: 1, ..Budget::default() },
    };
    walk("a consumer that takes its time", &setup, 250_000);
}

/// Two consumers whose jobs share a lane and a worker, in a pool that closes.
#[test]
fn consumers_that_take_turns() {
    let setup = Setup {
        config: Config { workers: 1, depth: 2, batch: 2, queue: 3, ..small() },
        jobs: vec![
            three(2, Lane::Normal, Custody::Inline),
            three(1, Lane::Normal, Custody::Kept),
            two(Lane::Normal, Custody::Kept),
        ],
        shares: Vec::new(),
        budget: Budget {
            timeouts: 1,
            deaths: 1,
            cancels: 1,
            closes: 1,
            slices: 1,
            ..Budget::default()
        },
    };
    walk("consumers that take turns", &setup, 180_000);
}

/// A pool that is paused, with jobs that wait, are late, or lose their worker meanwhile.
#[test]
fn a_pool_that_is_paused() {
    let setup = Setup {
        config: Config { queue: 3, ..small() },
        jobs: vec![
            two(Lane::Normal, Custody::Kept),
            until(30, one(Lane::Normal, Custody::Moved)),
            one(Lane::Interactive, Custody::Kept),
        ],
        shares: Vec::new(),
        budget: Budget { deaths: 1, closes: 1, pauses: 1, ..Budget::default() },
    };
    walk("a pool that is paused", &setup, 280_000);
}

/// A pool that is made smaller and larger, with tasks sent ahead.
#[test]
fn a_pool_of_changing_size() {
    let setup = Setup {
        config: Config { depth: 2, queue: 3, ..small() },
        jobs: vec![two(Lane::Normal, Custody::Kept), one(Lane::Normal, Custody::Kept)],
        shares: Vec::new(),
        budget: Budget { deaths: 1, resizes: 2, ..Budget::default() },
    };
    walk("a pool of changing size", &setup, 190_000);
}

/// Workers and spares that are too many all of a sudden, beside a consumer that takes its time.
#[test]
fn spares_of_a_pool_of_changing_size() {
    let setup = Setup {
        config: Config { workers: 1, spares: 1, queue: 3, ..small() },
        jobs: vec![three(1, Lane::Normal, Custody::Kept), one(Lane::Normal, Custody::Moved)],
        shares: Vec::new(),
        budget: Budget { aborts: 1, pauses: 1, resizes: 2, ..Budget::default() },
    };
    walk("spares of a pool of changing size", &setup, 780_000);
}

/// What each of two workers alone can do, beside what both can, while one of them dies or is stopped.
#[test]
fn jobs_that_only_one_worker_can_do() {
    let setup = Setup {
        config: Config { depth: 2, min_workers: 2, queue: 4, turns: [1, 1, 1], ..small() },
        jobs: vec![
            only(0, two(Lane::Normal, Custody::Kept)),
            one(Lane::Normal, Custody::Kept),
            only(1, one(Lane::Normal, Custody::Moved)),
            one(Lane::Background, Custody::Moved),
            only(0, until(20, one(Lane::Interactive, Custody::Kept))),
        ],
        shares: Vec::new(),
        budget: Budget { timeouts: 1, deaths: 1, aborts: 1, ..Budget::default() },
    };
    walk("jobs that only one worker can do", &setup, 95_000);
}

/// What a worker or its spare alone can do, one at a time, in a pool that changes its size, and of whose
/// workers one keeps something.
#[test]
fn a_worker_that_keeps_something() {
    let setup = Setup {
        config: Config { workers: 1, spares: 1, depth: 2, queue: 3, ..small() },
        jobs: vec![
            only(0, three(1, Lane::Normal, Custody::Kept)),
            two(Lane::Normal, Custody::Kept),
            only(1, one(Lane::Normal, Custody::Kept)),
        ],
        shares: Vec::new(),
        budget: Budget { timeouts: 0, deaths: 1, keeps: 1, resizes: 1, ..Budget::default() },
    };
    walk("a worker that keeps something", &setup, 125_000);
}

/// A pool that shrinks to nothing and comes back.
#[test]
fn workers_with_nothing_to_do() {
    let setup = Setup {
        config: Config { min_workers: 0, ..small() },
        jobs: vec![
            one(Lane::Normal, Custody::Kept),
            one(Lane::Normal, Custody::Moved),
            one(Lane::Normal, Custody::Kept),
        ],
        shares: Vec::new(),
        budget: Budget { deaths: 1, cancels: 1, late: 1, ..Budget::default() },
    };
    walk("workers with nothing to do", &setup, 530_000);
}

/// Four jobs of every kind.
#[test]
#[ignore = "large: minutes, and gigabytes"]
fn a_larger_world() {
    let setup = Setup {
        config: Config { depth: 2, batch: 2, min_workers: 2, queue: 3, ..small() },
        jobs: vec![
            one(Lane::Normal, Custody::Moved),
            until(20, two(Lane::Background, Custody::Kept)),
            two(Lane::Normal, Custody::Inline),
            one(Lane::Interactive, Custody::Kept),
        ],
        shares: Vec::new(),
        budget: Budget { deaths: 1, aborts: 1, failures: 1, slices: 1, ..Budget::default() },
    };
    walk("a larger world", &setup, 14_000_000);
}
