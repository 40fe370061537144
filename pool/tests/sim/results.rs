//! Stories of work that gets done.

use futures::{StreamExt, TryStreamExt};
use unjank_pool::{Close, Failed, Sequence, scheduler::Config};
use unjank_protocol::{Kernel, Place, Plan, run_alone, run_in_chunks};

use crate::{
    kernels::{Add, Mix, Neighbours, Numbers},
    world::{Buffer, Caller, World},
};

fn numbers(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 31 % 251) as u8).collect()
}

#[test]
fn a_large_payload_is_moved_there_and_back() {
    let world = World::open(Config::default());
    let payload = Buffer::new(numbers(10_000));
    let job = world.pool().job::<Add>(&1, payload.clone()).submit().expect("room");
    let mut job = Caller::new(job);
    assert!(job.poll().is_none());
    assert!(payload.bytes().is_some(), "nothing moves before the caller's stack has unwound");
    world.unwind();
    assert_eq!(payload.bytes(), None, "it was moved, not copied");
    assert_eq!(*world.inner.posts.borrow(), [(world.workers()[0], 1)]);
    world.settle_down();
    let result = job.result().expect("a result").bytes().expect("bytes");
    assert_eq!(result, numbers(10_000).iter().map(|byte| byte + 1).collect::<Vec<u8>>());
    assert_eq!(world.inner.copied.get(), 0);
}

#[test]
fn a_kept_payload_stays() {
    let world = World::open(Config::default());
    let payload = Buffer::new(numbers(10_000));
    let job = world.pool().job::<Add>(&1, payload.clone()).keep().submit().expect("room");
    let mut job = Caller::new(job);
    world.settle_down();
    assert_eq!(job.result().expect("a result").bytes().map(|bytes| bytes.len()), Some(10_000));
    assert_eq!(payload.bytes(), Some(numbers(10_000)));
}

#[test]
fn pieces_cut_elsewhere_make_the_whole_without_a_copy_on_the_page() {
    let world = World::open(Config { workers: 2, ..Config::default() });
    let whole = numbers(30_000);
    // Both those that ride in frames and those that are moved.
    for units in [1000, 7000] {
        let plan = Plan::new(whole.len(), 1, Some(units), Neighbours::halo(&1)).expect("a plan");
        let jobs = plan.chunks().map(|chunk| {
            let window = chunk.window;
            let (start, total) = (window.start, window.total);
            let place = Place { start, total, before: window.before, after: window.after };
            let piece = Buffer::new(&whole[chunk.input]);
            let job = world.pool().job::<Neighbours>(&1, piece).window(place);
            job.submit().expect("room")
        });
        let jobs: Vec<_> = jobs.collect();
        world.settle_down();
        let results = jobs.into_iter().map(|job| Caller::new(job).result().expect("a result"));
        let joined: Vec<u8> = results.flat_map(|result| result.bytes().expect("bytes")).collect();
        assert_eq!(Ok(joined), run_alone::<Neighbours>(&1, &whole, 1), "pieces of {units}");
    }
    assert_eq!(world.inner.copied.get(), 0);
}

#[test]
fn a_piece_tells_who_computed_it_and_where_it_stands() {
    let world = World::open(Config::default());
    let place = Place { start: 7, total: 20, before: 1, after: 2 };
    let job = world.pool().job::<Add>(&1, Buffer::new(numbers(12 * 1000))).stride(1000);
    let mut job = Caller::new(job.window(place).submit().expect("room").piece());
    world.settle_down();
    let piece = job.result().expect("a result");
    assert_eq!(piece.worker, world.workers()[0]);
    assert_eq!((piece.window.start, piece.window.core), (7, 9));
    assert_eq!(piece.bytes.bytes().map(|bytes| bytes.len()), Some(9000));
}

#[test]
fn a_kept_piece_stays() {
    let world = World::open(Config::default());
    let place = Place { start: 7, total: 20, before: 1, after: 1 };
    let payload = Buffer::new(numbers(12 * 1000));
    let job = world.pool().job::<Add>(&1, payload.clone()).stride(1000).window(place).keep();
    let mut job = Caller::new(job.submit().expect("room"));
    world.settle_down();
    assert_eq!(job.result().expect("a result").bytes().map(|bytes| bytes.len()), Some(10_000));
    assert_eq!(payload.bytes(), Some(numbers(12 * 1000)));
}

#[test]
fn small_jobs_share_a_message() {
    let world = World::open(Config { workers: 1, ..Config::default() });
    let first = world.pool().job::<Add>(&0, Buffer::new([0; 8])).submit().expect("room");
    let jobs: Vec<_> = (0..30)
        .map(|number| world.pool().job::<Add>(&number, Buffer::new([number; 8])).submit())
        .collect();
    world.settle_down();
    assert!(Caller::new(first).result().is_ok());
    for (number, job) in (0_u8..).zip(jobs) {
        let result = Caller::new(job.expect("room")).result().expect("a result");
        assert_eq!(result.bytes(), Some(vec![number * 2; 8]));
    }
    let messages = world.inner.posts.borrow().len();
    let why = "as many as are sent before their pace is known, the others but the last, and that one, \
               which is left for whoever is free first";
    assert_eq!(messages, 3, "{why}");
}

#[test]
fn chunks_arrive_in_source_order_whoever_finishes_first() {
    let config = Config { workers: 2, min_workers: 2, depth: 1, ..Config::default() };
    let world = World::open(config);
    let [left, right] = world.workers()[..] else { panic!("two workers") };
    world.hello(right);
    let source = numbers(5 * 5000);
    let chunks = |sequence| {
        let source = Buffer::new(source.clone());
        let work = world.pool().map_chunks::<Add>(&3, source, 5000).chunk_units(1).halo(1);
        work.sequence(sequence).submit().expect("room")
    };
    let mut ordered = chunks(Sequence::Source);
    let indices = |work: &mut unjank_pool::Chunks<_>| {
        let mut indices = Vec::new();
        while let Some(Some(Ok(piece))) = Caller::new(work.next()).poll() {
            indices.push(piece.index);
        }
        indices
    };
    assert!(world.answer(right));
    assert_eq!(indices(&mut ordered), [] as [u32; 0], "the second waits for the first");
    assert_eq!(ordered.progress().done, 1);
    assert!(world.answer(left));
    assert_eq!(indices(&mut ordered), [0, 1]);
    world.settle_down();
    assert_eq!(indices(&mut ordered), [2, 3, 4]);

    let mut eager = chunks(Sequence::Finish);
    assert!(world.answer(right));
    assert_eq!(indices(&mut eager), [1], "the second does not wait");
    world.settle_down();
    let mut rest = indices(&mut eager);
    rest.sort_unstable();
    assert_eq!(rest, [0, 2, 3, 4]);

    let gathered = Caller::new(chunks(Sequence::Finish).gather());
    let mut gathered = gathered;
    assert!(gathered.poll().is_none());
    world.settle_down();
    let gathered = gathered.result().expect("a result").bytes();
    assert_eq!(gathered, run_in_chunks::<Add>(&3, &source, 5000, Some(2)).ok());
}

#[test]
fn results_take_the_place_of_a_source_that_is_needed_no_more() {
    let world = World::open(Config { workers: 2, min_workers: 2, ..Config::default() });
    world.settle_down();
    let [left, right] = world.workers()[..] else { panic!("two workers") };
    let bytes = numbers(5 * 10_000);
    let source = Buffer::new(&bytes[..]);
    let work = world.pool().map_chunks::<Neighbours>(&1, source.clone(), 5000);
    let work = work.chunk_units(2).submit().expect("room");
    let mut gathered = Caller::new(work.gather_in_place());
    assert!(gathered.poll().is_none());
    // The worker of the first chunk is lost; the second is answered, and may not be replaced yet.
    assert!(world.answer(right));
    world.crash(left);
    assert!(gathered.poll().is_none());
    assert_eq!(source.bytes().as_ref(), Some(&bytes), "the first chunk needs it once more");
    world.settle_down();
    let result = gathered.result().expect("a result").bytes();
    assert_eq!(result, run_alone::<Neighbours>(&1, &bytes, 5000).ok());
    assert_eq!(source.bytes(), result, "it is the source");
}

#[test]
fn empty_input_is_computed_too() {
    let world = World::open(Config::default());
    let mut job = Caller::new(world.pool().job::<Add>(&1, Buffer::new([])).submit().expect("room"));
    let chunks = world.pool().map_chunks::<Add>(&1, Buffer::new([]), 16).submit().expect("room");
    let mut chunks = Caller::new(chunks.try_collect::<Vec<_>>());
    world.settle_down();
    assert_eq!(job.result().expect("a result").bytes(), Some(Vec::new()));
    assert_eq!(chunks.result().expect("results").len(), 1);
}

#[test]
fn a_turn_copies_a_bounded_number_of_bytes() {
    let world = World::open(Config { workers: 4, min_workers: 4, ..Config::default() });
    world.settle_down();
    let source = Buffer::new(vec![7; 24 << 20]);
    let work = world.pool().map_chunks::<Add>(&1, source, 1 << 20).chunk_units(1).submit();
    let mut gathered = Caller::new(work.expect("room").gather());
    world.unwind();
    let mut most = world.inner.copied.replace(0);
    while gathered.poll().is_none() {
        let busy = world.busy();
        assert!(world.next_turn() || world.answer(busy[0]));
        most = most.max(world.inner.copied.replace(0));
    }
    assert!(most <= 2 << 20, "{most} bytes were copied in one turn");
}

#[test]
fn a_pool_that_drains_finishes_what_it_accepted() {
    let world = World::open(Config::default());
    let job = world.pool().job::<Add>(&1, Buffer::new([1])).submit().expect("room");
    let mut closed = Caller::new(world.pool().close(Close::Drain));
    assert!(closed.poll().is_none(), "a job is open");
    world.settle_down();
    assert_eq!(Caller::new(job).result().expect("a result").bytes(), Some(vec![2]));
    closed.result();
    assert!(world.workers().is_empty());
}

#[test]
fn idle_workers_go_and_come_back() {
    let config = Config { workers: 3, min_workers: 1, ..Config::default() };
    let world = World::open(config);
    let burst = || -> Vec<_> {
        let payload = || Buffer::new(numbers(5000));
        (0..6).map(|_| world.pool().job::<Add>(&1, payload()).submit().expect("room")).collect()
    };
    for _ in 0..3 {
        let jobs = burst();
        assert_eq!(world.workers().len(), 3, "a burst brings all workers");
        world.settle_down();
        assert!(jobs.into_iter().all(|job| Caller::new(job).result().is_ok()));
        while world.fire() {}
        assert_eq!(world.workers().len(), 1, "one stays");
    }
}

#[test]
fn a_consumer_that_sleeps_holds_no_more_than_was_allowed() {
    let world = World::open(Config { workers: 2, ..Config::default() });
    for sequence in [Sequence::Finish, Sequence::Source] {
        let source = Buffer::new(numbers(40 * 5000));
        let work = world.pool().map_chunks::<Add>(&1, source, 5000).chunk_units(1);
        let work = work.sequence(sequence).high_water_mark(4 * 5000).submit();
        let mut chunks = work.expect("room");
        world.settle_down();
        assert_eq!(chunks.progress().done, 4);
        // Nobody waits for it.
        let other = world.pool().job::<Add>(&1, Buffer::new([1])).submit().expect("room");
        world.settle_down();
        assert_eq!(Caller::new(other).result().expect("a result").bytes(), Some(vec![2]));
        for taken in 1..=40 {
            let piece = Caller::new(chunks.next()).result().expect("one more").expect("a result");
            assert_eq!(piece.bytes.bytes().map(|bytes| bytes.len()), Some(5000));
            world.settle_down();
            assert!(chunks.progress().done <= (taken + 4).min(40), "{taken}");
        }
        assert!(Caller::new(chunks.next()).result().is_none());
    }
}

/// What comes of [`Mix`].
fn mixed(photo: &[u8], table: &[u8], more: u8) -> Vec<u8> {
    let add = |byte: &u8| byte.wrapping_add(table[usize::from(*byte) % table.len()]);
    photo.iter().map(|byte| add(byte).wrapping_add(more)).collect()
}

#[test]
fn further_inputs_go_the_way_of_the_payload() {
    let world = World::open(Config { workers: 2, ..Config::default() });
    for (length, of_table) in [(64, 16), (64, 9000), (1 << 20, 16), (1 << 20, 9000)] {
        let (photo, table) = (numbers(length), numbers(of_table));
        let inputs = || (Buffer::new(photo.clone()), Buffer::new(table.clone()));
        let is_small = length + of_table <= 4096;

        let (payload, other) = inputs();
        let job = world.pool().job::<Mix>(&(), payload.clone()).input(other.clone());
        let mut job = Caller::new(job.submit().expect("room"));
        world.settle_down();
        let result = job.result().expect("a result").bytes();
        assert_eq!(result, Some(mixed(&photo, &table, 0)));
        assert_eq!([payload, other].map(|left| left.bytes().is_some()), [is_small; 2]);

        let (payload, other) = inputs();
        let more = Buffer::new([5]);
        let job = world.pool().job::<Mix>(&(), payload.clone()).input(other.clone()).input(more);
        let mut job = Caller::new(job.keep().submit().expect("room"));
        world.settle_down();
        let result = job.result().expect("a result").bytes();
        assert_eq!(result, Some(mixed(&photo, &table, 5)));
        assert_eq!([payload, other].map(|left| left.bytes()), [Some(photo), Some(table)]);
    }
}

#[test]
fn every_chunk_has_all_of_the_second_input() {
    let world = World::open(Config { workers: 2, ..Config::default() });
    for units in [8, 4096] {
        let (photo, table) = (numbers(20 * units), numbers(200));
        let work = world.pool().map_chunks::<Mix>(&(), Buffer::new(photo.clone()), 1);
        let work = work.chunk_units(units as u32).input(Buffer::new(table.clone()));
        let mut gathered = Caller::new(Box::pin(work.submit().expect("room").gather()));
        world.settle_down();
        assert_eq!(gathered.result().expect("all").bytes(), Some(mixed(&photo, &table, 0)));
    }
}

#[test]
fn a_kernel_is_given_as_many_inputs_as_it_takes() {
    let world = World::open(Config::default());
    let buffer = || Buffer::new(numbers(10));
    let one = world.pool().job::<Mix>(&(), buffer()).submit().expect_err("one of two");
    assert_eq!(one.reason.code(), "not_a_buffer");
    assert!(one.reason.to_string().ends_with("photo, table, more"), "{one}");
    let two = world.pool().job::<Add>(&1, buffer()).input(buffer()).submit();
    assert_eq!(two.expect_err("two of one").payload.bytes(), Some(numbers(10)));
    let range = world.pool().map_range::<Add>(&1, 10).submit().expect_err("it has an input");
    assert_eq!(range.reason.code(), "bad_plan");
    let all = (0..3).fold(world.pool().job::<Mix>(&(), buffer()), |job, _| job.input(buffer()));
    assert!(all.submit().is_err(), "four of three");
}

/// What is gathered by somebody who looks again whenever nothing goes on.
fn taken(world: &World, gather: impl Future<Output = Result<Buffer, Failed<Buffer>>>) -> Vec<u8> {
    let mut gathered = Caller::new(Box::pin(gather));
    loop {
        world.settle_down();
        if let Some(whole) = gathered.poll() {
            return whole.expect("all").bytes().expect("bytes");
        }
    }
}

#[test]
fn what_is_made_of_numbers_alone_is_cut_as_a_source_is() {
    let world = World::open(Config { workers: 2, ..Config::default() });
    let expected: Vec<u8> = (0..1000_u32).flat_map(u32::to_le_bytes).collect();
    for (units, sequence) in
        [(1, Sequence::Source), (64, Sequence::Finish), (5000, Sequence::Source)]
    {
        let work = world.pool().map_range::<Numbers>(&(), 1000).chunk_units(units);
        let work = work.sequence(sequence).submit().expect("room");
        assert_eq!(work.progress().total, 1000_u32.div_ceil(units));
        assert_eq!(taken(&world, work.gather()), expected);
        let work = world.pool().map_range::<Numbers>(&(), 1000).chunk_units(units).halo(9);
        let work = work.submit().expect("room");
        assert_eq!(taken(&world, work.gather_in_place()), expected);
    }
    let nothing =
        world.pool().map_range::<Numbers>(&(), 0).submit().map(|work| work.progress().total);
    println!("a range of nothing: {nothing:?}");
}
