//! What is said across the seam of `pool/js/seam.d.ts`, word by word.

use std::time::Duration;

use unjank_core::{
    driver::Occasion,
    scheduler::{Close, Loss, Tenure, Timestamp},
    seam::Pools,
};
use unjank_protocol::{JobId, Onward, TaskId, WorkerId};

const NOW: Timestamp = Timestamp::from_micros(5_000_000);
const NONE: u32 = u32::MAX;
const WORKER: WorkerId = WorkerId { slot: 0, generation: 0 };

/// Of a turn without effects: there is no more to do, the pool is in this lifecycle, and has room.
fn quiet(lifecycle: u32) -> Vec<u32> {
    vec![8, 0, lifecycle, 1, NONE, NONE, 0, 0]
}

/// A pool of one worker with a queue of two, of which one kernel has an output of 3 bytes for each unit.
fn open(pools: &mut Pools) -> u32 {
    say(pools, &[1, 1, 0, 2, 2, 30_000, 10_000]);
    let pool = pools.open(NOW);
    say(pools, &[1, 0, 1, 1, 3, 1]);
    pools.describe(pool);
    assert_eq!(effects(pools, pool), [1, 0, 0], "the worker is started");
    pools.ready(pool, NOW, WORKER);
    assert_eq!(turn(pools, pool), quiet(1));
    pool
}

fn say(pools: &mut Pools, words: &[u32]) {
    pools.inbox(words.len()).copy_from_slice(words);
}

fn turn(pools: &mut Pools, pool: u32) -> Vec<u32> {
    let words = pools.turn(pool, NOW, Occasion::Shared).to_vec();
    assert_eq!(words.len(), words[0] as usize);
    words
}

/// A turn without its header.
fn effects(pools: &mut Pools, pool: u32) -> Vec<u32> {
    turn(pools, pool).split_off(8)
}

/// What jobs have in common: kept or moved, a shape and its numbers, and 9 bytes of parameters.
fn submission(keeps: u32, shape: [u32; 6], lengths: &[u32]) -> Vec<u32> {
    let mut words = vec![0, 1, keeps];
    words.extend(shape);
    words.extend([9, 4, NONE, NONE, NONE, 0, 0]);
    words.extend(lengths);
    words
}

/// How many were accepted, and what was said of them.
fn submit(pools: &mut Pools, pool: u32, words: &[u32], jobs: u32) -> (u32, Vec<u32>) {
    say(pools, words);
    let accepted = pools.submit(pool, NOW, jobs);
    (accepted, pools.said()[..7].to_vec())
}

const WHOLE: [u32; 6] = [0, 1, 0, 0, 0, 0];

fn answer(job: u32, index: u32, verdict: u32) -> [u32; 16] {
    [job, 0, index, verdict, 0, 10, 200, 30, 0, 0, 0, 0, 0, 0, 0, 0]
}

#[test]
fn small_jobs_go_in_one_message_of_which_the_page_has_the_bytes() {
    let mut pools = Pools::new();
    let pool = open(&mut pools);
    let words = submission(0, WHOLE, &[20, 30]);
    assert_eq!(submit(&mut pools, pool, &words, 2), (2, vec![0, 0, 1, 0, 0, 0, 1]));
    let said = effects(&mut pools, pool);
    // The last task of a queue is left to whoever is free: it goes alone, after the first.
    let frame = 8 + 4 + 16 + 8;
    assert_eq!(said[..7], [4, 0, 0, frame, 29, 2, 0], "a post, its frame, 29 bytes in 2 parts");
    let (words, rest) = said[7..].split_at(frame as usize);
    assert_eq!(words[..8], [0x0004_6a75, 2, 1, 1, 2, 0, 0, 0]);
    assert_eq!(words[8..12], [NONE, 0, 9, 0], "params");
    assert_eq!(words[12..28], [0, 0, 0, 0, 0, 1, 20, 0, 0, 20, 0, 0, 1, 1, 0, 0], "task");
    assert_eq!(words[28..], [NONE, 9, 20, 0, 60, 1, 0, 0], "input and output");
    assert_eq!(rest, [0, 0, 0, 0, 9, 0, 0, 1, 0, 20], "params, and then the payload");
}

#[test]
fn what_is_moved_goes_as_it_is_and_what_is_kept_is_copied() {
    for (keeps, whose, before) in [(0, 1, vec![]), (1, 0, vec![3, 0, 0, 0, 1, 0, 0, 5000, 5000])] {
        let mut pools = Pools::new();
        let pool = open(&mut pools);
        submit(&mut pools, pool, &submission(keeps, WHOLE, &[5000]), 1);
        let said = effects(&mut pools, pool);
        let (copy, post) = said.split_at(before.len());
        assert_eq!(copy, before);
        assert_eq!(post[..7], [4, 0, 0, 36, 9, 1, 1], "9 bytes in a part, and a buffer");
        assert_eq!(post[7 + 36 + 5..], [0, 0, 0, whose]);
    }
}

#[test]
fn chunks_are_copied_from_where_they_stand() {
    let mut pools = Pools::new();
    let pool = open(&mut pools);
    // Units of 1000 bytes, five a chunk, with one on either side.
    let words = submission(1, [2, 1000, 5, 1, 0, 0], &[15_000]);
    assert_eq!(submit(&mut pools, pool, &words, 1), (1, vec![0, 0, 3, 0, 0, 0, 1]));
    let said = effects(&mut pools, pool);
    assert_eq!(said[..9], [3, 0, 0, 0, 1, 0, 0, 6000, 6000], "the first");
    let second: Vec<_> = said.windows(9).filter(|words| words[..4] == [3, 0, 0, 1]).collect();
    assert_eq!(second, [[3, 0, 0, 1, 1, 4000, 0, 7000, 7000]], "with context on both sides");
}

/// A submission of one job with two inputs.
fn with_two(keeps: u32, lengths: [u32; 2]) -> Vec<u32> {
    let mut words = submission(keeps, WHOLE, &lengths);
    words[15] = 1;
    words
}

#[test]
fn further_inputs_go_the_way_of_the_first() {
    let post = |keeps, lengths, copies: &[u32]| {
        let mut pools = Pools::new();
        let pool = open(&mut pools);
        submit(&mut pools, pool, &with_two(keeps, lengths), 1);
        let said = effects(&mut pools, pool);
        let (copied, post) = said.split_at(copies.len());
        assert_eq!(copied, copies);
        let (frame, rest) = post[7..].split_at(post[3] as usize);
        assert_eq!(frame[24..26], [2, 1], "inputs and outputs");
        (frame[28..36].to_vec(), rest[5..].to_vec())
    };
    let (ports, rest) = post(0, [20, 30], &[]);
    assert_eq!(ports, [NONE, 9, 20, 0, NONE, 29, 30, 0], "in the frame, behind the params");
    assert_eq!(rest, [0, 0, 1, 0, 20, 0, 0, 2, 0, 30]);
    let (ports, rest) = post(0, [20, 5000], &[]);
    assert_eq!(ports, [0, 0, 20, 0, 1, 0, 5000, 0], "a buffer each");
    assert_eq!(rest, [0, 0, 0, 1, 0, 0, 0, 2]);
    let copies = [3, 0, 0, 0, 1, 0, 0, 20, 5020, 3, 0, 0, 0, 2, 0, 20, 5000, 5020];
    let (ports, rest) = post(1, [20, 5000], &copies);
    assert_eq!(ports, [0, 0, 20, 0, 0, 20, 5000, 0], "one behind the other in one buffer");
    assert_eq!(rest, [0, 0, 0, 0]);
}

#[test]
fn a_range_has_windows_and_no_bytes() {
    let mut pools = Pools::new();
    let pool = open(&mut pools);
    // A hundred units, forty a chunk, with results of a kilobyte waiting at most.
    let words = submission(1, [3, 0, 40, 100, 1000, 0], &[0]);
    assert_eq!(submit(&mut pools, pool, &words, 1), (1, vec![0, 0, 3, 0, 0, 0, 1]));
    let said = effects(&mut pools, pool);
    let (words, rest) = said[7..].split_at(said[3] as usize);
    assert_eq!(words[12..24], [0, 0, 0, 0, 0, 1, 100, 0, 0, 40, 0, 0], "task");
    assert_eq!(rest[..10], [0, 0, 0, 0, 9, 0, 0, 1, 0, 0], "params, and nothing");
}

#[test]
fn a_pool_is_paused_and_made_larger() {
    let mut pools = Pools::new();
    let pool = open(&mut pools);
    pools.pause(pool);
    submit(&mut pools, pool, &submission(0, WHOLE, &[5000, 5000]), 2);
    assert_eq!(effects(&mut pools, pool), [], "nothing is sent");
    pools.resize(pool, NOW, 2);
    assert_eq!(effects(&mut pools, pool), [1, 1, 0], "a worker is started for what waits");
    pools.resume(pool, NOW);
    assert_eq!(effects(&mut pools, pool)[..3], [4, 0, 0], "a post to the one that is ready");
}

/// Two workers, of which the first has the first of two jobs; the second is ready for the other.
fn two_workers(pools: &mut Pools) -> u32 {
    let pool = open(pools);
    pools.resize(pool, NOW, 2);
    submit(pools, pool, &submission(0, WHOLE, &[5000, 5000]), 2);
    turn(pools, pool);
    pools.ready(pool, NOW, WorkerId { slot: 1, ..WORKER });
    pool
}

#[test]
fn a_job_says_which_worker_alone_can_do_it() {
    let mut pools = Pools::new();
    let pool = two_workers(&mut pools);
    assert_eq!(
        effects(&mut pools, pool)[..3],
        [4, 1, 0],
        "the second is started, and has the other"
    );
    let only = |slot, generation| {
        let mut words = submission(0, WHOLE, &[5000]);
        words[13..15].copy_from_slice(&[slot, generation]);
        words
    };
    submit(&mut pools, pool, &only(1, 0), 1);
    assert_eq!(effects(&mut pools, pool), [], "it waits for the second");
    say(&mut pools, &answer(0, 0, 0));
    pools.replied(pool, NOW, WORKER, 1, Onward::Goes, 0);
    assert_eq!(effects(&mut pools, pool)[9..], [7, 0, 0, 0, 0], "though the first is free");
    pools.lost(pool, NOW, WorkerId { slot: 1, ..WORKER }, Loss::Mendable);
    let said = effects(&mut pools, pool);
    let ends: Vec<_> = said.chunks(5).filter(|words| words[0] == 7).collect();
    assert_eq!(ends, [[7, 1, 0, 4, 1], [7, 2, 0, 4, 0]], "both are lost, and one is charged");
    for (job, slot, generation) in [(3, 0, 1), (4, 9, 0)] {
        submit(&mut pools, pool, &only(slot, generation), 1);
        assert_eq!(effects(&mut pools, pool), [7, job, 0, 4, 0], "nobody is there");
    }
}

#[test]
fn a_worker_that_keeps_something_stays() {
    for (tenure, said) in [(Tenure::Idle, [2, 0, 0, 3]), (Tenure::Kept, [2, 1, 0, 3])] {
        let mut pools = Pools::new();
        let pool = two_workers(&mut pools);
        turn(&mut pools, pool);
        for slot in [0, 1] {
            say(&mut pools, &answer(slot, 0, 0));
            let worker = WorkerId { slot: slot as u16, ..WORKER };
            pools.replied(pool, NOW, worker, 1, Onward::Goes, 0);
        }
        turn(&mut pools, pool);
        pools.keep(pool, NOW, WORKER, tenure);
        pools.resize(pool, NOW, 1);
        assert_eq!(effects(&mut pools, pool), said, "{tenure:?}");
    }
}

#[test]
fn answers_are_given_to_whom_they_belong() {
    let mut pools = Pools::new();
    let pool = open(&mut pools);
    submit(&mut pools, pool, &submission(0, WHOLE, &[20]), 1);
    turn(&mut pools, pool);
    let answers = [answer(0, 0, 0), answer(9, 0, 0), answer(9, 0, 3)];
    say(&mut pools, answers.as_flattened());
    pools.replied(pool, NOW, WORKER, 3, Onward::Retires, 1 << 20);
    let said = effects(&mut pools, pool);
    assert_eq!(said[..9], [5, 0, 0, 0, 0, 0, 20, 0, 200], "deliver");
    assert_eq!(said[9..], [7, 0, 0, 0, 0, 2, 0, 0, 2, 1, 0, 1], "settle, terminate, spawn");
}

#[test]
fn a_failure_is_told_before_the_end_that_it_brings() {
    let mut pools = Pools::new();
    let pool = open(&mut pools);
    submit(&mut pools, pool, &submission(0, WHOLE, &[20]), 1);
    turn(&mut pools, pool);
    say(&mut pools, &answer(0, 0, 1));
    pools.replied(pool, NOW, WORKER, 1, Onward::Goes, 0);
    assert_eq!(effects(&mut pools, pool), [6, 0, 0, 0, 7, 0, 0, 1, 0]);
}

#[test]
fn the_first_that_is_refused_says_why() {
    let refusals = [
        (submission(0, [0, 3, 0, 0, 0, 0], &[20]), [5, 0, 0]),
        (submission(0, [0, 0, 0, 0, 0, 0], &[20]), [4, 0, 0]),
        (submission(1, [2, 1, 1, 0, 0, 0], &[2_000_000]), [6, 0, 0]),
        (submission(0, [1, 5, 0, 9, 2, 2], &[20]), [8, 4, 0]),
        (submission(0, [1, 5, 8, 9, 0, 0], &[20]), [9, 4, 0]),
        (submission(1, WHOLE, &[(1 << 30) + 7]), [10, (1 << 30) + 7, 0]),
        (with_two(1, [1 << 29, (1 << 29) + 7]), [10, (1 << 30) + 7, 0]),
    ];
    for (words, why) in refusals {
        let mut pools = Pools::new();
        let pool = open(&mut pools);
        let (accepted, said) = submit(&mut pools, pool, &words, 1);
        assert_eq!((accepted, &said[3..6]), (0, &why[..]));
    }
    let mut pools = Pools::new();
    let pool = open(&mut pools);
    let words = submission(0, WHOLE, &[5000; 9]);
    assert_eq!(submit(&mut pools, pool, &words, 9), (3, vec![0, 0, 1, 1, 0, 0, 0]), "it is full");
    pools.close(pool, NOW, Close::Abort);
    assert_eq!(submit(&mut pools, pool, &words, 9), (0, vec![0, 0, 0, 2, 0, 0, 1]));
    let said = turn(&mut pools, pool);
    assert_eq!(said[1..8], quiet(3)[1..]);
}

#[test]
fn a_pool_says_when_it_wants_to_hear_of_the_time() {
    let mut pools = Pools::new();
    let pool = open(&mut pools);
    let mut words = submission(0, WHOLE, &[20]);
    words[11..13].copy_from_slice(&[1500, 0]);
    submit(&mut pools, pool, &words, 1);
    assert_eq!(turn(&mut pools, pool)[4..6], [5_001_500, 0]);
    pools.timeout(pool, NOW.after(Duration::from_micros(1500)));
    assert_eq!(effects(&mut pools, pool)[..5], [7, 0, 0, 3, 0], "it is late");
}

#[test]
fn pools_know_nothing_of_each_other() {
    let mut pools = Pools::new();
    let [first, second] = [(); 2].map(|()| open(&mut pools));
    assert_ne!(first, second);
    let words = submission(0, WHOLE, &[5000]);
    assert_eq!(submit(&mut pools, first, &words, 1).0, 1);
    assert_eq!(turn(&mut pools, second), quiet(1));
    assert_eq!(submit(&mut pools, second, &words, 1).1[..2], [0, 0], "each counts its own jobs");
    let [one, other] = [first, second].map(|pool| effects(&mut pools, pool));
    assert_eq!(one, other);
    pools.lost(first, NOW, WORKER, Loss::Mendable);
    assert!(effects(&mut pools, first).starts_with(&[7, 0, 0, 4, 1]), "it was moved");
    assert_eq!(turn(&mut pools, second)[1..4], [0, 1, 1]);
    pools.forget(first);
    assert_eq!(pools.turn(first, NOW, Occasion::Own)[0], 8, "nobody is there");
    assert_eq!(open(&mut pools), first, "its number is free");
}

#[test]
fn a_word_that_is_missing_stops_nobody_elses_job() {
    let mut pools = Pools::new();
    let pool = open(&mut pools);
    submit(&mut pools, pool, &submission(0, WHOLE, &[5000]), 1);
    say(&mut pools, &[]);
    pools.abort(pool, NOW, u32::MAX);
    pools.replied(pool, NOW, WORKER, u32::MAX, Onward::Goes, 0);
    assert_eq!(effects(&mut pools, pool)[0], 4, "it is sent");
    say(&mut pools, &[NONE, 7, NONE]);
    pools.describe(pool);
    say(&mut pools, &[0, 0]);
    pools.abort(pool, NOW, 1);
    assert_eq!(effects(&mut pools, pool)[..5], [7, 0, 0, 2, 0]);
}

#[test]
fn a_task_that_was_not_sent_fails_its_job() {
    let mut pools = Pools::new();
    let pool = open(&mut pools);
    submit(&mut pools, pool, &submission(0, WHOLE, &[5000]), 1);
    turn(&mut pools, pool);
    pools.refused(pool, NOW, WORKER, TaskId { job: JobId::FIRST, index: 0 });
    assert_eq!(effects(&mut pools, pool), [7, 0, 0, 1, 0]);
}

#[test]
fn the_numbers_of_a_pool_are_doubles() {
    let mut pools = Pools::new();
    let pool = open(&mut pools);
    submit(&mut pools, pool, &submission(0, WHOLE, &[5000, 5000]), 2);
    turn(&mut pools, pool);
    say(&mut pools, &answer(0, 0, 0));
    pools.replied(pool, NOW, WORKER, 1, Onward::Goes, 1 << 33);
    turn(&mut pools, pool);
    let later = NOW.after(Duration::from_micros(70));
    let stats = pools.stats(pool, later);
    assert_eq!(stats[..9], [25.0, 0.0, 1.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
    let memory = f64::from(1 << 30) * 8.0;
    assert_eq!(stats[9..17], [0.0, 0.0, 0.0, 0.0, 200.0, 200.0, 200.0, 200.0], "waiting, running");
    assert_eq!(stats[17..], [3.0, 0.0, 1.0, 200.0, 40.0, memory, memory, 70.0]);
}
