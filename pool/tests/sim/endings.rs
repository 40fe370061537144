//! Stories of accepted work that ends otherwise than well.

use std::time::Duration;

use futures::TryStreamExt;
use unjank_pool::{JobError, SpawnError, scheduler::Config};

use crate::{
    kernels::{Add, Fail, Panic, Trap, Uneven},
    world::{Buffer, Caller, World},
};

fn large() -> Buffer {
    Buffer::new([9; 9000])
}

#[test]
fn a_kernels_error_is_the_jobs() {
    let world = World::open(Config::default());
    let job = world.pool().job::<Fail>(&42, Buffer::new([1])).submit().expect("room");
    let mut job = Caller::new(job);
    world.settle_down();
    let failed = job.result().expect_err("an error");
    let message = "as it was told to".into();
    assert_eq!(failed.error, JobError::Kernel { code: 42, message });
    assert_eq!(failed.payload.and_then(|payload| payload.bytes()), Some(vec![1]));
}

#[test]
fn a_panic_harms_only_its_own_job() {
    let world = World::open(Config { workers: 1, ..Config::default() });
    let add = || world.pool().job::<Add>(&1, Buffer::new([1])).submit().expect("room");
    let busy = world.pool().job::<Add>(&1, large()).submit().expect("room");
    let before: Vec<_> = (0..5).map(|_| add()).collect();
    let panicking = world.pool().job::<Panic>(&(), Buffer::new([1])).submit().expect("room");
    let after: Vec<_> = (0..5).map(|_| add()).collect();
    world.settle_down();
    assert!(Caller::new(busy).result().is_ok());
    let failed = Caller::new(panicking).result().expect_err("a panic");
    let location = Some("a:1:2".into());
    assert_eq!(failed.error, JobError::Panicked { message: "lost its head".into(), location });
    for job in before.into_iter().chain(after) {
        assert_eq!(Caller::new(job).result().expect("a result").bytes(), Some(vec![2]));
    }
    assert_eq!(world.inner.spawned.get(), 1, "its worker healed in place");
}

/// Nobody can tell which task of a message runs.
#[test]
fn a_late_job_is_stopped_although_it_shares_a_message() {
    let world = World::open(Config { workers: 1, ..Config::default() });
    let add = || world.pool().job::<Add>(&1, Buffer::new([1]));
    let before = add().submit().expect("room");
    let late = add().deadline(Duration::from_secs(1)).submit().expect("room");
    let after = add().submit().expect("room");
    assert!(world.next_turn(), "the three are sent together");
    world.pass(Duration::from_secs(1));
    let failed = Caller::new(late).result().expect_err("it is late");
    assert_eq!(failed.error, JobError::DeadlineExceeded);
    world.settle_down();
    for job in [before, after] {
        assert_eq!(Caller::new(job).result().expect("a result").bytes(), Some(vec![2]));
    }
    assert_eq!(world.inner.spawned.get(), 2, "the worker that hung was replaced");
}

/// A caller that changes its mind at once, as many user interfaces do.
#[test]
fn a_job_that_is_aborted_before_it_is_sent_costs_no_worker() {
    let world = World::open(Config { workers: 1, ..Config::default() });
    let add = || world.pool().job::<Add>(&1, Buffer::new([1])).submit().expect("room");
    let [aborted, kept] = [add(), add()];
    aborted.abort();
    world.unwind();
    let failed = Caller::new(aborted).result().expect_err("it was aborted");
    assert_eq!(failed.error, JobError::Cancelled);
    world.settle_down();
    assert!(Caller::new(kept).result().is_ok());
    assert_eq!(world.inner.spawned.get(), 1, "no worker was ended");
}

#[test]
fn a_message_that_kills_its_worker_is_charged_to_none_of_several() {
    let world = World::open(Config { workers: 1, attempts: 1, ..Config::default() });
    let add = || world.pool().job::<Add>(&1, Buffer::new([1])).submit().expect("room");
    let jobs = [add(), add(), add()];
    assert!(world.next_turn(), "the three are sent together");
    world.crash(world.workers()[0]);
    world.settle_down();
    for job in jobs {
        assert!(Caller::new(job).result().is_ok(), "each was sent once more, alone");
    }
}

#[test]
fn a_trap_is_told_from_a_panic_by_its_lack_of_a_place() {
    let world = World::open(Config::default());
    let job = world.pool().job::<Trap>(&(), Buffer::new([1])).submit().expect("room");
    world.settle_down();
    let failed = Caller::new(job).result().expect_err("a trap");
    let message = "unreachable".into();
    assert_eq!(failed.error, JobError::Panicked { message, location: None });
}

#[test]
fn a_crash_loses_what_was_moved_and_replays_what_was_kept() {
    let world = World::open(Config { workers: 1, ..Config::default() });
    let moved = world.pool().job::<Add>(&1, large()).submit().expect("room");
    let kept = world.pool().job::<Add>(&1, large()).keep().submit().expect("room");
    let more = world.pool().job::<Add>(&1, large()).keep().submit().expect("room");
    world.crash(world.workers()[0]);
    let lost = Caller::new(moved).result().expect_err("lost");
    let cause = SpawnError::InitFailed { message: "it crashed".into() };
    assert_eq!(lost.error, JobError::WorkerLost { attempts: 1, cause });
    assert!(lost.payload.is_none(), "it was moved");
    world.settle_down();
    for job in [kept, more] {
        assert!(Caller::new(job).result().is_ok());
    }
}

#[test]
fn a_job_that_kills_its_workers_is_given_up() {
    let world = World::open(Config { workers: 1, attempts: 3, ..Config::default() });
    let job = world.pool().job::<Add>(&1, large()).keep().submit().expect("room");
    let mut job = Caller::new(job);
    let mut crashes = 0;
    while job.poll().is_none() {
        let worker = world.workers()[0];
        world.hello(worker);
        world.crash(worker);
        crashes += 1;
    }
    assert_eq!(crashes, 3);
    let mut next = Caller::new(world.pool().job::<Add>(&1, large()).submit().expect("room"));
    world.settle_down();
    assert!(next.result().is_ok(), "the pool goes on");
}

#[test]
fn a_dropped_handle_frees_its_place_in_the_queue() {
    let world = World::open(Config { workers: 1, queue: 1, ..Config::default() });
    let submit = || world.pool().job::<Add>(&1, large()).submit();
    let running = submit().expect("an idle worker");
    let waiting = submit().expect("room for one");
    assert!(submit().is_err());
    drop(waiting);
    let next = submit().expect("room again");
    world.settle_down();
    assert!(Caller::new(running).result().is_ok() && Caller::new(next).result().is_ok());
    assert_eq!(world.pool().stats().jobs.cancelled, 1);
}

#[test]
fn a_dropped_handle_lets_what_runs_finish_unheard() {
    let world = World::open(Config { workers: 1, ..Config::default() });
    let worker = world.workers()[0];
    let job = world.pool().job::<Add>(&1, large()).submit().expect("room");
    world.unwind();
    drop(job);
    assert!(world.answer(worker), "it was running");
    assert_eq!(world.workers(), [worker]);
    assert_eq!(world.inner.recycled.get(), 2, "its result and the spare are used again");
}

#[test]
fn an_aborted_job_is_stopped_with_its_worker_and_nobody_else_notices() {
    let world = World::open(Config { workers: 1, ..Config::default() });
    let victim = world.pool().job::<Add>(&1, large()).submit().expect("room");
    let others = [(); 3].map(|()| world.pool().job::<Add>(&1, large()).keep().submit());
    let old = world.workers()[0];
    victim.abort();
    world.unwind();
    assert_eq!(Caller::new(victim).result().expect_err("aborted").error, JobError::Cancelled);
    assert!(!world.workers().contains(&old));
    world.settle_down();
    for job in others {
        assert!(Caller::new(job.expect("room")).result().is_ok());
    }
}

#[test]
fn a_spare_has_the_next_job_at_once_while_the_replacement_starts() {
    let world = World::open(Config { workers: 1, spares: 1, ..Config::default() });
    let [first, spare] = world.workers()[..] else { panic!("a worker and a spare") };
    world.hello(spare);
    assert_eq!(world.pool().stats().workers.len(), 2, "a slot for each");
    let victim = world.pool().job::<Add>(&1, large()).submit().expect("room");
    let next = world.pool().job::<Add>(&1, large()).submit().expect("room");
    assert_eq!(world.busy(), [first], "a spare takes no job while enough are busy");
    victim.abort();
    assert_eq!(world.busy(), [spare]);
    assert_eq!(world.workers().len(), 2, "the replacement starts");
    assert!(world.answer(spare));
    assert!(Caller::new(next).result().is_ok());
    world.settle_down();
    while world.fire() {}
    assert_eq!(world.workers().len(), 2, "spares outlast idleness");
}

#[test]
fn a_job_past_its_deadline_is_late_wherever_it_is() {
    let world = World::open(Config { workers: 1, ..Config::default() });
    let deadline = Duration::from_millis(50);
    let submit = || world.pool().job::<Add>(&1, large()).deadline(deadline).submit().expect("room");
    let (running, waiting) = (submit(), submit());
    let patient = world.pool().job::<Add>(&1, large()).submit().expect("room");
    world.pass(Duration::from_millis(49));
    let mut running = Caller::new(running);
    assert!(running.poll().is_none());
    assert!(world.fire());
    let late = running.result().expect_err("late");
    assert_eq!((late.error, late.payload.is_some()), (JobError::DeadlineExceeded, false));
    let late = Caller::new(waiting).result().expect_err("late");
    assert_eq!(late.error, JobError::DeadlineExceeded);
    let payload = late.payload.and_then(|payload| payload.bytes());
    assert_eq!(payload.map(|bytes| bytes.len()), Some(9000), "it was never sent");
    world.settle_down();
    assert!(Caller::new(patient).result().is_ok());
}

#[test]
fn a_message_the_browser_refuses_fails_its_job_and_keeps_the_payload() {
    let world = World::open(Config { workers: 1, ..Config::default() });
    world.inner.refuse_posts.set(true);
    let moved = world.pool().job::<Add>(&1, large()).submit().expect("room");
    let small = [(); 3].map(|()| world.pool().job::<Add>(&1, Buffer::new([1])).submit());
    world.unwind();
    let failed = Caller::new(moved).result().expect_err("undeliverable");
    assert!(matches!(failed.error, JobError::Undeliverable { .. }));
    assert_eq!(failed.payload.and_then(|payload| payload.bytes()), Some(vec![9; 9000]));
    world.settle_down();
    for job in small {
        let failed = Caller::new(job.expect("room")).result().expect_err("undeliverable");
        assert!(matches!(failed.error, JobError::Undeliverable { .. }));
    }
    world.inner.refuse_posts.set(false);
    let mut job = Caller::new(world.pool().job::<Add>(&1, large()).submit().expect("room"));
    world.settle_down();
    assert!(job.result().is_ok());
}

#[test]
fn a_worker_that_talks_nonsense_is_replaced() {
    let world = World::open(Config { workers: 1, ..Config::default() });
    let job = world.pool().job::<Add>(&1, large()).keep().submit().expect("room");
    let old = world.workers()[0];
    world.babble(old);
    assert!(!world.workers().contains(&old));
    world.settle_down();
    assert!(Caller::new(job).result().is_ok());
}

#[test]
fn a_failed_chunk_ends_the_stream_and_the_rest_is_dropped() {
    let world = World::open(Config { workers: 2, ..Config::default() });
    let source = Buffer::new(vec![0; 20 * 5000]);
    let work = world.pool().map_chunks::<Fail>(&7, source, 5000).chunk_units(1).submit();
    let mut results = Caller::new(work.expect("room").try_collect::<Vec<_>>());
    world.settle_down();
    let failed = results.result().expect_err("an error");
    assert!(matches!(failed.error, JobError::Kernel { code: 7, .. }));
    assert!(world.pool().stats().workers.iter().map(|worker| worker.tasks).sum::<u64>() < 20);
    assert_eq!(world.pool().stats().queued, 0);
}

#[test]
fn results_of_unequal_chunks_cannot_be_gathered() {
    let world = World::open(Config::default());
    let source = Buffer::new(vec![0; 4 * 5000]);
    let work = world.pool().map_chunks::<Uneven>(&(), source, 5000).chunk_units(1).submit();
    let mut gathered = Caller::new(work.expect("room").gather());
    while gathered_is_pending(&mut gathered, &world) {}
}

fn gathered_is_pending(
    gathered: &mut Caller<'_, Result<Buffer, unjank_pool::Failed<Buffer>>>,
    world: &World,
) -> bool {
    if let Some(result) = gathered.poll() {
        assert_eq!(result.expect_err("uneven").error, JobError::Uneven);
        return false;
    }
    world.settle_down();
    true
}
