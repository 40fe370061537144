//! Random interleavings: whatever the workers do, every caller gets the right result or an error
//! that says why not.

use proptest::prelude::*;
use unjank_pool::{JobError, scheduler::Config};
use unjank_protocol::run_alone;

use crate::{
    kernels::{Add, Neighbours},
    world::{Buffer, Caller, World},
};

/// What may happen next in the world.
#[derive(Debug, Clone)]
enum Event {
    Hello(usize),
    Answer(usize),
    Crash(usize),
    Abort(usize),
    Drop(usize),
    Fire,
    NextTurn,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..4_usize).prop_map(Event::Hello),
        12 => (0..4_usize).prop_map(Event::Answer),
        1 => (0..4_usize).prop_map(Event::Crash),
        1 => (0..30_usize).prop_map(Event::Abort),
        1 => (0..30_usize).prop_map(Event::Drop),
        1 => Just(Event::Fire),
        3 => Just(Event::NextTurn),
    ]
}

/// Small, moved and kept payloads.
fn payloads() -> impl Strategy<Value = Vec<(usize, bool)>> {
    prop::collection::vec((prop_oneof![0..64_usize, 5000..6000_usize], any::<bool>()), 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_caller_hears_the_truth(
        payloads in payloads(),
        events in prop::collection::vec(event(), 0..200),
    ) {
        let world = World::open(Config { workers: 3, ..Config::default() });
        let mut jobs: Vec<Option<_>> = Vec::new();
        for (length, keep) in &payloads {
            let job = world.pool().job::<Add>(&1, Buffer::new(vec![3; *length]));
            let job = if *keep { job.keep() } else { job };
            jobs.push(Some(job.submit().expect("room")));
        }
        for event in events {
            happen(&world, &mut jobs, event);
        }
        while { world.settle_down(); world.pool().stats().queued > 0 } {
            prop_assert!(world.fire(), "jobs wait and nothing will happen");
        }
        for (job, (length, _)) in jobs.into_iter().zip(payloads) {
            let Some(job) = job else { continue };
            match Caller::new(job).result() {
                Ok(result) => prop_assert_eq!(result.bytes(), Some(vec![4; length])),
                Err(failed) => prop_assert!(
                    matches!(
                        failed.error,
                        JobError::Cancelled
                            | JobError::WorkerLost { .. }
                            | JobError::PoolFailed(_)
                    ),
                    "{}", failed
                ),
            }
        }
        let counts = world.pool().stats().jobs;
        prop_assert_eq!(counts.submitted, counts.completed + counts.cancelled + counts.lost);
    }

    #[test]
    fn what_is_gathered_in_place_is_what_would_have_been_anywhere(
        units in 1..4_u32,
        total in 0..30_u32,
        stride in prop_oneof![Just(1_u32), Just(3000)],
        distance in 0..8_u8,
        events in prop::collection::vec(event(), 0..200),
    ) {
        let world = World::open(Config { workers: 3, attempts: 200, ..Config::default() });
        let bytes: Vec<u8> = (0..total * stride).map(|index| (index % 251) as u8).collect();
        let source = Buffer::new(&bytes[..]);
        let work = world.pool().map_chunks::<Neighbours>(&distance, source.clone(), stride);
        let work = work.chunk_units(units).submit().expect("room");
        let mut gathered = Caller::new(work.gather_in_place());
        let mut result = None;
        for event in events {
            happen(&world, &mut [], event);
            result = result.or_else(|| gathered.poll());
        }
        while result.is_none() {
            world.settle_down();
            result = gathered.poll();
            prop_assert!(result.is_some() || world.fire(), "nothing will happen");
        }
        match result.expect("an end") {
            Ok(result) => {
                let whole = run_alone::<Neighbours>(&distance, &bytes, stride);
                prop_assert_eq!(result.bytes(), whole.ok());
                prop_assert_eq!(source.bytes(), result.bytes());
            }
            Err(failed) => prop_assert!(matches!(failed.error, JobError::PoolFailed(_)), "{}", failed),
        }
    }
}

type Job = unjank_pool::JobHandle<crate::world::SimPort>;

fn happen(world: &World, jobs: &mut [Option<Job>], event: Event) {
    let worker = |index: usize| world.workers().get(index).copied();
    match event {
        Event::Hello(index) => worker(index).into_iter().for_each(|worker| world.hello(worker)),
        Event::Answer(index) => {
            worker(index).map(|worker| world.answer(worker));
        }
        Event::Crash(index) => worker(index).into_iter().for_each(|worker| world.crash(worker)),
        Event::Abort(index) => jobs.get(index).into_iter().flatten().for_each(Job::abort),
        Event::Drop(index) => drop(jobs.get_mut(index).and_then(Option::take)),
        Event::Fire => {
            world.fire();
        }
        Event::NextTurn => {
            world.next_turn();
        }
    }
}
