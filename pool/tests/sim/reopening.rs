//! Stories of pools that had no worker left, and of those who try again.

use unjank_pool::{Close, JobError, Rejection, SpawnError, scheduler::Config};
use unjank_protocol::VERSION;

use crate::{
    kernels::{Add, others},
    world::{Buffer, Caller, World},
};

fn crashed() -> SpawnError {
    SpawnError::InitFailed { message: "it crashed".into() }
}

/// A pool of one worker that gives up at the first failed start, and has.
fn failed() -> World {
    let world = World::open(Config { workers: 1, starts: 1, queue: 2, ..Config::default() });
    world.crash(world.workers()[0]);
    assert!(world.workers().is_empty());
    world
}

fn submit(world: &World) -> Result<Buffer, Rejection> {
    let job = world.pool().job::<Add>(&1, Buffer::new([1])).submit();
    let mut job = Caller::new(job.map_err(|refused| refused.reason)?);
    world.settle_down();
    Ok(job.result().expect("a result"))
}

#[test]
fn a_pool_that_failed_works_again_once_it_is_reopened() {
    let world = failed();
    assert_eq!(submit(&world).err(), Some(Rejection::PoolFailed(crashed())));
    let mut reopened = Caller::new(world.pool().reopen());
    assert!(reopened.poll().is_none(), "a worker starts");
    let early = world.pool().job::<Add>(&1, Buffer::new([1])).submit().expect("room");
    world.hello(world.workers()[0]);
    assert_eq!(reopened.result(), Ok(()));
    world.settle_down();
    assert!(Caller::new(early).result().is_ok(), "it waited for the worker");
    assert_eq!(submit(&world).expect("room").bytes(), Some(vec![2]));
}

#[test]
fn a_pool_that_failed_begins_again_for_the_first_job_after_its_rest() {
    let world = failed();
    assert_eq!(submit(&world).err(), Some(Rejection::PoolFailed(crashed())), "it rests");
    assert!(!world.fire(), "and nothing hammers the server");
    let mut ready = {
        let pool = world.pool().clone();
        Caller::new(async move { pool.ready().await })
    };
    assert_eq!(ready.result(), Err(Rejection::PoolFailed(crashed())));
    world.pass(Config::default().backoff_cap);
    assert!(world.workers().is_empty(), "nobody asks for one");
    assert_eq!(submit(&world).expect("it begins again").bytes(), Some(vec![2]));
}

/// Whether the first worker does a job while the others start.
fn submit_to_first(world: &World) -> bool {
    let job = world.pool().job::<Add>(&1, Buffer::new([1])).submit().expect("room");
    let mut job = Caller::new(job);
    while world.next_turn() || world.answer(world.workers()[0]) {}
    job.result().is_ok()
}

#[test]
fn starts_that_fail_cost_time_and_no_worker() {
    let config = Config { workers: 2, min_workers: 2, ..Config::default() };
    let world = World::open(config.clone());
    for _ in 0..3 * config.starts {
        world.crash(world.workers()[1]);
        assert!(world.fire(), "another start is to come");
        assert!(submit_to_first(&world), "the first works meanwhile");
    }
    world.settle_down();
    assert_eq!(world.workers().len(), 2);
}

#[test]
fn what_makes_it_fail_again_is_told_and_it_can_be_tried_as_often_as_one_likes() {
    let world = failed();
    for cause in ["no memory", "still none"] {
        let mut reopened = Caller::new(world.pool().reopen());
        assert!(reopened.poll().is_none());
        let waits = world.pool().job::<Add>(&1, Buffer::new([1])).submit().expect("room");
        let cause = SpawnError::InitFailed { message: cause.into() };
        world.lose(world.workers()[0], cause.clone());
        assert_eq!(reopened.result(), Err(cause.clone()));
        let lost = Caller::new(waits).result().expect_err("no worker");
        assert_eq!(lost.error, JobError::PoolFailed(cause));
        assert!(lost.payload.is_some(), "it was never sent");
    }
    let at_once = SpawnError::ScriptUnavailable { url: "worker.js".into(), reason: None };
    world.inner.spawn_faults.borrow_mut().push_back(at_once.clone());
    let mut reopened = Caller::new(world.pool().reopen());
    world.unwind();
    assert_eq!(reopened.result(), Err(at_once));
}

#[test]
fn a_pool_that_works_is_open_already() {
    let world = World::open(Config::default());
    assert_eq!(Caller::new(world.pool().reopen()).result(), Ok(()));
    assert_eq!(world.inner.spawned.get(), 1);
}

#[test]
fn who_waits_for_the_opening_hears_of_it_though_the_queue_stays_full() {
    let world = failed();
    let mut reopened = Caller::new(world.pool().reopen());
    let mut room = {
        let pool = world.pool().clone();
        Caller::new(async move { pool.ready().await })
    };
    let source = || Buffer::new(vec![0; 4 * 5000]);
    let work = || world.pool().map_chunks::<Add>(&1, source(), 5000).chunk_units(1).submit();
    let _works = [work().expect("room"), work().expect("room")];
    assert!(reopened.poll().is_none() && room.poll().is_none(), "full, and without a worker");
    world.hello(world.workers()[0]);
    assert_eq!(reopened.result(), Ok(()));
    assert!(room.poll().is_none(), "both works wait for their turn");
}

#[test]
fn a_worker_with_other_kernels_does_not_reopen_a_pool() {
    let world = failed();
    let mut reopened = Caller::new(world.pool().reopen());
    assert!(reopened.poll().is_none());
    world.say(world.workers()[0], VERSION, &others().describe());
    let refused = reopened.result();
    assert!(matches!(refused, Err(SpawnError::VersionMismatch { .. })), "{refused:?}");
}

fn close_at_once(world: &World, close: Close) {
    let mut closed = Caller::new(world.pool().close(close));
    world.unwind();
    closed.result();
}

#[test]
fn a_failed_pool_is_closed_at_once_and_for_good() {
    for close in [Close::Drain, Close::Abort] {
        let world = failed();
        close_at_once(&world, close);
        assert_eq!(submit(&world).err(), Some(Rejection::Closed));
        assert_eq!(Caller::new(world.pool().reopen()).result(), Err(SpawnError::Closed));
        assert!(world.workers().is_empty() && !world.fire());
    }
}

#[test]
fn closing_ends_the_wait_for_a_pool_that_reopens() {
    for close in [Close::Drain, Close::Abort] {
        let world = failed();
        let mut reopened = Caller::new(world.pool().reopen());
        assert!(reopened.poll().is_none());
        close_at_once(&world, close);
        assert_eq!(reopened.result(), Err(SpawnError::Closed));
    }
}

#[test]
fn a_pool_that_fails_while_it_drains_is_closed() {
    let world = World::open(Config { workers: 1, starts: 1, ..Config::default() });
    let kept = world.pool().job::<Add>(&1, Buffer::new([1; 9000])).keep();
    let mut job = Caller::new(kept.submit().expect("room"));
    let mut closed = Caller::new(world.pool().close(Close::Drain));
    assert!(closed.poll().is_none() && job.poll().is_none());
    world.crash(world.workers()[0]);
    world.crash(world.workers()[0]);
    assert_eq!(job.result().expect_err("no worker").error, JobError::PoolFailed(crashed()));
    closed.result();
    assert_eq!(Caller::new(world.pool().reopen()).result(), Err(SpawnError::Closed));
}
