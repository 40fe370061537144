//! Stories of work that is not accepted, and of pools that do not open.

use std::rc::Rc;

use unjank_pool::{Close, JobError, Rejection, SpawnError, scheduler::Config};
use unjank_protocol::{Place, PlanError, VERSION};

use crate::{
    kernels::{Absent, Add, others, registry},
    world::{Buffer, Caller, World},
};

#[test]
fn a_refused_payload_comes_back_untouched() {
    let world = World::open(Config::default());
    let pool = world.pool();
    let payload = || Buffer::new([1, 2, 3]);
    let refused = pool.job::<Absent>(&(), payload()).submit().expect_err("no such kernel");
    assert_eq!(refused.reason, Rejection::UnknownKernel { name: "absent".into() });
    assert_eq!(refused.into_payload().bytes(), Some(vec![1, 2, 3]));
    let refused = pool.map_chunks::<Add>(&1, payload(), 2).submit().expect_err("a bad stride");
    assert_eq!(refused.reason, Rejection::Plan(PlanError::Ragged { length: 3, stride: 2 }));
    let refused = pool.job::<Add>(&1, payload()).stride(0).submit().expect_err("no stride");
    assert_eq!(refused.reason, Rejection::Plan(PlanError::Zero));
    let large = Buffer::new([0; 9000]);
    let _running = pool.job::<Add>(&1, large.clone()).submit().expect("room");
    world.unwind();
    let refused = pool.job::<Add>(&1, large).submit().expect_err("a detached buffer");
    assert_eq!(refused.reason, Rejection::Detached);
}

#[test]
fn a_piece_that_cannot_stand_in_its_whole_comes_back_untouched() {
    let world = World::open(Config::default());
    let refused = |place| {
        let payload = Buffer::new([7; 8000]);
        let job = world.pool().job::<Add>(&1, payload).stride(1000).window(place);
        let refused = job.submit().expect_err("no such piece");
        assert_eq!(refused.payload.bytes(), Some(vec![7; 8000]));
        refused.reason
    };
    let place = Place { start: 5, total: 20, before: 2, after: 6 };
    assert_eq!(refused(place), Rejection::Plan(PlanError::NoCore { units: 8, place }));
    let place = Place { start: 1, total: 20, before: 2, after: 2 };
    assert_eq!(refused(place), Rejection::Plan(PlanError::Outside { units: 8, place }));
    let place = Place { start: 15, total: 20, before: 2, after: 2 };
    assert_eq!(refused(place), Rejection::Plan(PlanError::Outside { units: 8, place }));
}

#[test]
fn a_full_queue_refuses_and_tells_when_there_is_room() {
    let world = World::open(Config { workers: 1, queue: 1, ..Config::default() });
    let submit = || world.pool().job::<Add>(&1, Buffer::new([5; 9000])).submit();
    let running = submit().expect("an idle worker");
    let waiting = submit().expect("room for one");
    let refused = submit().expect_err("no more room");
    assert!(refused.is_full());
    let mut ready = {
        let pool = world.pool().clone();
        Caller::new(async move { pool.ready().await })
    };
    assert!(ready.poll().is_none());
    assert!(world.answer(world.workers()[0]));
    ready.result().expect("room");
    let again = world.pool().job::<Add>(&1, refused.into_payload()).submit().expect("room");
    world.settle_down();
    for job in [running, waiting, again] {
        assert!(Caller::new(job).result().is_ok());
    }
}

#[test]
fn waiting_for_room_ends_when_the_pool_closes() {
    let world = World::open(Config { workers: 1, queue: 1, ..Config::default() });
    let submit = || world.pool().job::<Add>(&1, Buffer::new([5; 9000])).submit();
    let jobs = [submit().expect("an idle worker"), submit().expect("room for one")];
    let pool = world.pool().clone();
    let mut ready = Caller::new(async move { pool.ready().await });
    assert!(ready.poll().is_none());
    let mut closed = Caller::new(world.pool().close(Close::Abort));
    assert!(closed.poll().is_none(), "those who wait have not heard of it");
    world.unwind();
    closed.result();
    assert_eq!(ready.result(), Err(Rejection::Closed));
    for job in jobs {
        assert_eq!(Caller::new(job).result().expect_err("cancelled").error, JobError::Cancelled);
    }
    let refused = submit().expect_err("closed");
    assert_eq!(refused.reason, Rejection::Closed);
}

#[test]
fn a_script_that_is_missing_fails_the_pool_after_a_bounded_number_of_tries() {
    let missing = || SpawnError::ScriptUnavailable { url: "worker.js".into(), reason: None };
    let config = Config { starts: 3, ..Config::default() };
    let (world, mut opening) = World::opening(config);
    let mut tries = 1;
    while let [worker] = world.workers()[..] {
        world.lose(worker, missing());
        tries += u32::from(world.fire());
    }
    assert_eq!(tries, 3);
    assert_eq!(world.inner.spawned.get(), 3);
    assert_eq!(opening.result().err(), Some(missing()));
}

#[test]
fn a_start_that_fails_at_once_is_tried_again() {
    let (world, mut opening) = World::opening(Config::default());
    let fault = SpawnError::OutOfMemory { message: "no room".into() };
    world.inner.spawn_faults.borrow_mut().push_back(fault.clone());
    world.crash(world.workers()[0]);
    assert!(world.fire(), "the first retry, which fails at once");
    assert!(world.workers().is_empty());
    assert!(world.fire(), "the second, which does not");
    world.hello(world.workers()[0]);
    assert!(opening.result().is_ok());
}

#[test]
fn a_worker_that_stays_silent_is_a_failed_start() {
    let (world, mut opening) = World::opening(Config { starts: 1, ..Config::default() });
    assert!(world.fire(), "the start deadline");
    assert!(world.workers().is_empty());
    assert_eq!(opening.result().err(), Some(SpawnError::StartTimedOut));
}

#[test]
fn a_worker_of_another_build_is_refused() {
    let (world, mut opening) = World::opening(Config { starts: 1, ..Config::default() });
    world.say(world.workers()[0], VERSION + 1, &registry().describe());
    let refused = opening.result().err();
    assert!(matches!(refused, Some(SpawnError::VersionMismatch { .. })), "{refused:?}");
}

/// What is wrong with the module is wrong wherever it runs: no other start is tried.
#[test]
fn a_module_that_describes_itself_badly_fails_the_pool_at_once() {
    for description in [&b"garbage"[..], &[]] {
        let (world, mut opening) = World::opening(Config { starts: 4, ..Config::default() });
        world.say(world.workers()[0], VERSION, description);
        let refused = opening.result().err();
        assert!(matches!(refused, Some(SpawnError::BadKernels { .. })), "{refused:?}");
        assert_eq!(world.inner.spawned.get(), 1);
    }
}

#[test]
fn a_worker_with_other_kernels_than_the_first_is_not_used() {
    let world = World::open(Config { workers: 2, min_workers: 2, starts: 1, ..Config::default() });
    let [first, second] = world.workers()[..] else { panic!("two workers") };
    world.say(second, VERSION, &others().describe());
    assert_eq!(world.workers(), [first], "the pool goes on with the one it has");
    let mut job =
        Caller::new(world.pool().job::<Add>(&1, Buffer::new([1])).submit().expect("room"));
    world.settle_down();
    assert!(job.result().is_ok());
}

#[test]
fn a_factory_may_use_the_pool_while_it_is_called() {
    let world = World::open(Config { workers: 2, ..Config::default() });
    let pool = world.pool().clone();
    let inner = Rc::clone(&world.inner);
    let nested = Rc::new(std::cell::RefCell::new(None));
    let slot = Rc::clone(&nested);
    *world.inner.on_spawn.borrow_mut() = Some(Rc::new(move || {
        inner.on_spawn.borrow_mut().take();
        *slot.borrow_mut() = pool.job::<Add>(&1, Buffer::new([1])).submit().ok();
        let _ = pool.stats();
    }));
    let large = || Buffer::new([0; 9000]);
    let jobs = [(); 2].map(|()| world.pool().job::<Add>(&1, large()).submit().expect("room"));
    world.settle_down();
    for job in jobs {
        assert!(Caller::new(job).result().is_ok());
    }
    let nested = nested.borrow_mut().take().expect("the nested job was accepted");
    assert!(Caller::new(nested).result().is_ok());
}
