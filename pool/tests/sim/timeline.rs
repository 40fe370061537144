//! Stories of what is seen of the work.

use std::{collections::BTreeMap, time::Duration};

use unjank_pool::{Phase, Track, scheduler::Config};

use crate::{
    kernels::{Add, Panic},
    world::{Buffer, Caller, Sight, World},
};

/// What was drawn since the last look: phase, kernel, track, beginning and end.
fn drawn(world: &World) -> Vec<(Phase, String, Track, u64, u64)> {
    let drawn = world.inner.drawn.take().into_iter();
    drawn.map(|(kernel, span)| (span.phase, kernel, span.track(), span.start, span.end)).collect()
}

/// The one worker crashes, and another is started, at once or later.
fn crash(world: &World) {
    world.crash(world.workers()[0]);
    assert!(!world.workers().is_empty() || world.fire(), "there is nothing to wait for");
}

#[test]
fn a_job_is_drawn_from_its_submission_to_its_answer() {
    let world = World::open_in(Sight::Charted, Config { workers: 1, ..Config::default() });
    let [worker] = world.workers()[..] else { panic!("one worker") };
    let job = || world.pool().job::<Add>(&1, Buffer::new([0; 5000])).submit().expect("room");
    let (_first, second) = (job(), job());
    world.pass(Duration::from_micros(70));
    assert!(world.answer(worker));
    world.pass(Duration::from_micros(30));
    assert!(world.answer(worker));
    assert!(Caller::new(second).result().is_ok());
    let add = || "add".to_owned();
    assert_eq!(
        drawn(&world),
        [
            (Phase::Queued, add(), Track::Queue, 0, 0),
            (Phase::Ran, add(), Track::Worker(0), 0, 0),
            (Phase::Returned, add(), Track::Queue, 0, 70),
            (Phase::Queued, add(), Track::Queue, 0, 70),
            (Phase::Ran, add(), Track::Worker(0), 70, 70),
            (Phase::Returned, add(), Track::Queue, 70, 100),
        ]
    );
}

#[test]
fn nothing_is_drawn_for_nobody() {
    let world = World::open(Config::default());
    let job = world.pool().job::<Add>(&1, Buffer::new([0; 5000])).submit().expect("room");
    world.settle_down();
    assert!(Caller::new(job).result().is_ok());
    assert!(drawn(&world).is_empty());
}

#[test]
fn what_a_panic_or_a_crash_undid_is_shown_as_lost() {
    let world = World::open_in(Sight::Charted, Config { workers: 1, ..Config::default() });
    let panicking = world.pool().job::<Panic>(&(), Buffer::new([0; 5000])).submit().expect("room");
    world.settle_down();
    assert!(Caller::new(panicking).result().is_err());
    let lost = |world: &World| {
        let drawn = drawn(world).into_iter();
        drawn.filter(|span| span.0 == Phase::Lost).map(|span| span.1).collect::<Vec<_>>()
    };
    assert_eq!(lost(&world), ["panic"]);
    let kept = world.pool().job::<Add>(&1, Buffer::new([0; 5000])).keep().submit().expect("room");
    crash(&world);
    world.settle_down();
    assert!(Caller::new(kept).result().is_ok());
    let spans = drawn(&world);
    let mut counts = BTreeMap::new();
    spans.iter().for_each(|span| *counts.entry(span.0).or_insert(0) += 1);
    assert_eq!(counts.get(&Phase::Queued), Some(&2), "{spans:?}");
    assert_eq!((counts.get(&Phase::Lost), counts.get(&Phase::Ran)), (Some(&1), Some(&1)));
}

#[test]
fn the_use_of_a_worker_is_counted_from_when_it_is_ready_until_it_ends() {
    let world = World::open(Config { workers: 1, min_workers: 1, ..Config::default() });
    let ready = |world: &World| world.pool().stats().workers[0].ready_us;
    assert_eq!(ready(&world), 0);
    assert_eq!(world.pool().stats().workers[0].busy_share().to_bits(), 0.0_f64.to_bits());
    world.pass(Duration::from_micros(400));
    world.hello(world.workers()[0]);
    assert_eq!(ready(&world), 400, "a second hello changes nothing");
    crash(&world);
    world.pass(Duration::from_micros(50));
    assert_eq!(ready(&world), 400, "no worker is ready");
    world.settle_down();
    world.pass(Duration::from_micros(7));
    assert_eq!(ready(&world), 407);
}

#[test]
fn nothing_is_kept_once_all_have_settled() {
    let world = World::open_in(Sight::Charted, Config { workers: 1, ..Config::default() });
    let job = || world.pool().job::<Add>(&1, Buffer::new([0; 5000])).submit().expect("room");
    let timeline = |world: &World| {
        let shown = format!("{:?}", world.engine());
        let timeline = shown.split_once("timeline: Some(").expect("it has one").1.to_owned();
        timeline.split_once("due: ").expect("more follows").0.to_owned()
    };
    let (running, waiting, dropped) = (job(), job(), job());
    world.unwind();
    assert_eq!(timeline(&world).matches("TaskId").count(), 1, "one is on the worker");
    assert_eq!(timeline(&world).matches("JobId").count(), 3 + 1);
    drop(dropped);
    world.settle_down();
    drop((running, waiting));
    assert_eq!(timeline(&world).matches("JobId").count(), 0, "{}", timeline(&world));
}
