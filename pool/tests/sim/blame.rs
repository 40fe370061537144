//! Stories of who pays when a worker is gone, and of payloads that never left.

use unjank_pool::{Close, JobError, JobHandle, Lane, scheduler::Config};

use crate::{
    kernels::Add,
    world::{Buffer, Caller, SimPort, World},
};

fn large() -> Buffer {
    Buffer::new([9; 9000])
}

/// More than is copied in three turns.
fn huge() -> Buffer {
    Buffer::new(vec![9; 9 << 20])
}

#[test]
fn the_innocent_survive_more_crashes_than_a_job_may_cause() {
    let world = World::open(Config { workers: 1, attempts: 1, depth: 2, ..Config::default() });
    let job = || world.pool().job::<Add>(&1, large()).keep();
    let mut culprit = job().lane(Lane::Interactive).submit().expect("room");
    let others = [(); 4].map(|()| job().submit().expect("room"));
    for _ in 0..5 {
        let worker = world.workers()[0];
        world.hello(worker);
        assert_eq!(world.pool().stats().in_flight, 2, "an innocent is behind the culprit");
        let next = job().lane(Lane::Interactive).submit().expect("room");
        world.crash(worker);
        let lost = Caller::new(std::mem::replace(&mut culprit, next)).result();
        let error = lost.expect_err("its fault").error;
        assert!(matches!(error, JobError::WorkerLost { attempts: 1, .. }), "{error:?}");
    }
    world.settle_down();
    for job in others {
        assert!(Caller::new(job).result().is_ok());
    }
}

#[test]
fn a_payload_that_waits_for_a_long_copy_is_not_lost_with_its_worker() {
    let config = Config { workers: 2, min_workers: 2, attempts: 1, ..Config::default() };
    let world = World::open(config);
    let [first, second] = world.workers()[..] else { panic!("two workers") };
    world.hello(second);
    let copied = world.pool().job::<Add>(&1, huge()).keep().submit().expect("room");
    let payload = large();
    let moved = world.pool().job::<Add>(&1, payload.clone()).submit().expect("room");
    assert_eq!(world.busy(), [], "the copy is under way, and the other stands behind it");
    world.crash(second);
    assert!(payload.bytes().is_some(), "it was not sent");
    world.crash(first);
    world.settle_down();
    assert!(world.fire(), "time for other workers");
    world.settle_down();
    for job in [copied, moved] {
        assert!(Caller::new(job).result().is_ok());
    }
}

#[test]
fn a_payload_that_never_left_comes_back_however_its_job_ends() {
    for close in [None, Some(Close::Abort)] {
        let world = World::open(Config { workers: 1, ..Config::default() });
        let running = world.pool().job::<Add>(&1, large()).submit().expect("room");
        let waiting = world.pool().job::<Add>(&1, large()).submit().expect("room");
        world.unwind();
        match close {
            Some(close) => drop(world.pool().close(close)),
            None => [&running, &waiting].into_iter().for_each(|job| job.abort()),
        }
        world.unwind();
        let payload =
            |job: JobHandle<SimPort>| Caller::new(job).result().expect_err("cancelled").payload;
        assert!(payload(running).is_none(), "it was moved to a worker");
        let came_back = payload(waiting).and_then(|payload| payload.bytes());
        assert_eq!(came_back, Some(vec![9; 9000]));
    }
}
