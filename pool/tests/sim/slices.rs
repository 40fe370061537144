//! Stories of messages that are answered bit by bit.

use std::time::Duration;

use unjank_pool::{JobError, JobHandle, scheduler::Config};

use crate::{
    kernels::{Add, Panic, Trap},
    shell::Renewal,
    world::{Buffer, Caller, SimPort, World},
};

/// A payload that rides in the frame, and one that does not.
const LENGTHS: [usize; 2] = [64, 1 << 20];

fn add(world: &World, length: usize) -> JobHandle<SimPort> {
    world.pool().job::<Add>(&1, Buffer::new(vec![3; length])).keep().submit().expect("room")
}

#[track_caller]
fn expect_four(job: JobHandle<SimPort>, length: usize) {
    let result = Caller::new(job).result().expect("a result");
    assert!(result.with(|bytes| bytes == Some(&vec![4; length])), "each byte is one more");
}

fn alone() -> Config {
    Config { workers: 1, ..Config::default() }
}

#[test]
fn what_is_done_in_time_is_delivered_though_the_rest_of_its_message_is_late() {
    for length in LENGTHS {
        let world = World::open(alone());
        let worker = world.workers()[0];
        let job = || {
            let job = world.pool().job::<Add>(&1, Buffer::new(vec![3; length])).keep();
            job.deadline(Duration::from_secs(1)).submit().expect("room")
        };
        let jobs: Vec<_> = (0..8).map(|_| job()).collect();
        for _ in 0..3 {
            // A worker cannot be sent another while a copy is under way.
            while world.next_turn() {}
            world.pass(Duration::from_millis(300));
            assert!(world.answer_some(worker, 1));
        }
        world.pass(Duration::from_millis(300));
        let ends =
            jobs.into_iter().map(|job| Caller::new(job).result().map_err(|failed| failed.error));
        let ends: Vec<_> = ends.map(|end| end.map(drop)).collect();
        assert_eq!(ends[..3], [Ok(()), Ok(()), Ok(())]);
        assert!(ends[3..].iter().all(|end| *end == Err(JobError::DeadlineExceeded)), "{ends:?}");
    }
}

#[test]
fn a_trap_costs_no_neighbour_a_second_run() {
    for length in LENGTHS {
        let world = World::open(alone());
        let before: Vec<_> = (0..4).map(|_| add(&world, length)).collect();
        let traps = world.pool().job::<Trap>(&(), Buffer::new(vec![3; length])).keep();
        let traps = traps.submit().expect("room");
        let panics = world.pool().job::<Panic>(&(), Buffer::new(vec![3; length])).keep();
        let panics = panics.submit().expect("room");
        let after: Vec<_> = (0..4).map(|_| add(&world, length)).collect();
        world.settle_down();
        for job in before.into_iter().chain(after) {
            expect_four(job, length);
        }
        for (job, place) in [(traps, None), (panics, Some("a:1:2".to_owned()))] {
            let error = Caller::new(job).result().expect_err("a trap").error;
            let JobError::Panicked { location, .. } = error else { panic!("{error:?}") };
            assert_eq!(location, place);
        }
        assert_eq!(world.inner.spawned.get(), 1, "its worker healed in place");
        let stats = world.pool().stats();
        assert_eq!(stats.workers[0].tasks, 10, "each was answered once");
        let messages = world.inner.posts.borrow().len();
        // The last task of a queue is left to whoever is free.
        assert!(messages <= if length == 64 { 2 } else { 10 }, "{messages} messages");
    }
}

#[test]
fn who_cannot_renew_its_instance_is_replaced_and_only_the_guilty_notices() {
    for length in LENGTHS {
        let world = World::open(Config { attempts: 1, ..alone() });
        // The first worker was started before.
        world.inner.renewal.set(Renewal::Impossible);
        world.crash(world.workers()[0]);
        assert!(!world.workers().is_empty() || world.fire(), "another");
        world.settle_down();
        let mut traps = Vec::new();
        let mut others = Vec::new();
        for _ in 0..4 {
            others.push(add(&world, length));
            let trap = world.pool().job::<Trap>(&(), Buffer::new(vec![3; length])).keep();
            traps.push(trap.submit().expect("room"));
            others.push(add(&world, length));
        }
        world.settle_down();
        for trap in traps {
            let error = Caller::new(trap).result().expect_err("a trap").error;
            assert!(matches!(error, JobError::Panicked { .. }), "{error:?}");
        }
        for job in others {
            expect_four(job, length);
        }
        assert_eq!(world.inner.spawned.get(), 2 + 4, "a worker for each trap");
        assert_eq!(world.inner.warnings.borrow().len(), 1, "said once");
    }
}

#[test]
fn one_kernels_pace_says_nothing_of_another() {
    let world = World::open(Config { batch: 512, ..alone() });
    let worker = world.workers()[0];
    let tiny: Vec<_> = (0..600).map(|_| add(&world, 64)).collect();
    world.settle_down();
    tiny.into_iter().for_each(|job| expect_four(job, 64));
    let share = |world: &World| world.pool().stats().in_flight;
    let slow = || world.pool().job::<Panic>(&(), Buffer::new(vec![3; 64])).submit().expect("room");
    let _slow: Vec<_> = (0..600).map(|_| slow()).collect();
    assert!(world.next_turn());
    assert_eq!(share(&world), 32, "what a kernel starts with");
    assert!(world.answer_some(worker, 1));
    assert!(world.pool().stats().jobs.failed == 1, "the first was told at once");
    assert_eq!(share(&world), 32, "panics say nothing of how long it takes");
}

#[test]
fn params_of_chunked_work_are_sent_to_each_worker_once() {
    let params: Vec<u8> = vec![7; 10_000];
    for (stride, chunks) in [(64, 200), (5000, 40)] {
        let world = World::open(Config { workers: 2, min_workers: 2, ..Config::default() });
        let source = Buffer::new(vec![0; stride * chunks]);
        let written: std::rc::Rc<[u8]> =
            unjank_protocol::cbor::to_vec(&params).expect("bytes").into();
        let length = written.len();
        let stride = u32::try_from(stride).expect("a short stride");
        let work = world.pool().named_chunks("add_all", Ok(written), source, stride).chunk_units(1);
        let mut gathered = Caller::new(work.submit().expect("room").gather());
        while gathered.poll().is_none() {
            world.settle_down();
        }
        let payloads = if stride == 64 { stride as usize * chunks } else { 0 };
        let frames = world.inner.frame_bytes.get();
        let most = 2 * length + payloads + chunks * 200;
        assert!(frames <= most, "{frames} bytes of frames where {most} would do");
    }
}
