//! Long random walks through large worlds: four to eight workers, up to three spares, dozens of
//! jobs of up to forty tasks, in all lanes, with every kind of trouble. What the scheduler does is
//! compared with the reference model after each step; in the end honest workers answer, and every
//! job must settle within a bounded number of steps.
//!
//! A failing walk is printed step by step, made as short as proptest can, and its seed is kept
//! beside this file.

mod common;
#[path = "model/storm.rs"]
mod storm;
#[path = "model/transition.rs"]
mod transition;

use std::{collections::BTreeMap, time::Duration};

use common::{Broken, require, slice::Slice, step::Step, trace, world::World};
use proptest::{
    collection::vec,
    prelude::*,
    strategy::ValueTree,
    test_runner::{FileFailurePersistence, TestCaseError, TestRunner},
};
use storm::{LONGEST, Storm};
use transition::Transition;
use unjank_core::scheduler::{Config, Lane, Outcome, Tenure};

/// Pools of every size that a page may ask for, with times that are short enough to matter.
fn pools() -> impl Strategy<Value = Config> {
    let batch = prop_oneof![3 => 1..=8_u16, 1 => 1..=60_u16];
    let sizes = (4..=8_u16, 0..=8_u16, 0..=3_u16, 4..=40_usize, 1..=4_u8, batch);
    let bounds = (1..=3_u8, 1..=4_u8, [1..=4_u8, 1..=3, 1..=2]);
    let times = [20..200_u64, 10..100, 1..20, 1..100];
    (sizes, bounds, times).prop_map(|(sizes, bounds, times)| {
        let (workers, min_workers, spares, queue, depth, batch) = sizes;
        let (attempts, starts, turns) = bounds;
        let [start_timeout, idle_timeout, backoff, backoff_cap] = times.map(Duration::from_millis);
        Config {
            workers,
            min_workers: min_workers.min(workers),
            spares,
            queue,
            depth,
            batch,
            turns,
            attempts,
            starts,
            start_timeout,
            idle_timeout,
            backoff,
            backoff_cap,
        }
    })
}

/// A world, and the path that led to it.
struct Walk {
    start: World,
    world: World,
    path: Vec<Step>,
}

impl Walk {
    fn begin(config: Config) -> Result<Self, TestCaseError> {
        let world = World::new(config)
            .map_err(|broken| TestCaseError::fail(format!("law broken after 0 steps: {broken}")))?;
        Ok(Self { start: world.clone(), world, path: Vec::new() })
    }

    fn go(&mut self, step: Step) -> Result<(), TestCaseError> {
        self.path.push(step);
        let checked = self.world.apply(step).and_then(|()| self.world.probe());
        checked.map_err(|broken| self.told(&broken))
    }

    fn told(&self, broken: &Broken) -> TestCaseError {
        TestCaseError::fail(trace::tell(self.start.clone(), &self.path, broken))
    }

    /// Lets honest workers answer, consumers take what came, and timers fire until every job has
    /// settled. Each step ends a task, a start or a wait, or takes a result, and of those there is a
    /// bounded number.
    fn come_to_rest(&mut self) -> Result<(), TestCaseError> {
        let tasks = storm::unfinished_tasks(&self.world);
        let slots = usize::from(self.world.reference.config.slots());
        let results = storm::results_to_take(&self.world);
        let bound = 3 * tasks + results + 8 * slots + 8;
        for _ in 0..bound {
            if self.world.reference.ledger.live() == 0 {
                return Ok(());
            }
            if self.world.reference.is_paused {
                self.go(Step::Resume)?;
            }
            let fleet = &self.world.reference.fleet;
            let ready = fleet.starting().next().map(|(worker, _)| Step::Ready(worker));
            let answer = fleet.busy().next().map(|(worker, _)| Step::Reply(worker, Slice::ONE));
            let taken = self.world.reference.ledger.first_to_take().map(|job| Step::Take(job, 1));
            self.go(ready.or(answer).or(taken).unwrap_or(Step::Fire))?;
        }
        let left = self.world.reference.ledger.live();
        let rest = require(left == 0, "honest workers settle every job", || {
            format!("{left} jobs are left after {bound} steps")
        });
        rest.map_err(|broken| self.told(&broken))
    }
}

fn config() -> ProptestConfig {
    ProptestConfig {
        // A walk is short after a few thousand tries; each of them takes milliseconds.
        max_shrink_iters: 4000,
        max_shrink_time: 15_000,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_scheduler_does_what_the_model_allows(
        pool in pools(),
        script in transition::scripts(),
    ) {
        let mut walk = Walk::begin(pool)?;
        for transition in script.0 {
            if let Some(step) = transition.step(&walk.world) {
                walk.go(step)?;
            }
        }
        walk.come_to_rest()?;
    }

    #[test]
    fn whatever_crashes_the_walk_ends(
        pool in pools(),
        jobs in vec(transition::submits(), 1..40),
        storm in vec(storm::any(), 1..LONGEST),
    ) {
        let mut walk = Walk::begin(pool)?;
        for job in jobs {
            walk.go(Transition::Submit(job).step(&walk.world).expect("a submit can happen"))?;
        }
        let bound = storm::bound(&walk.world);
        let storm = storm.into_iter().chain([Storm::Deadly]);
        for storm in storm.cycle().take(bound) {
            match storm.step(&walk.world) {
                Some(step) => walk.go(step)?,
                None => break,
            }
        }
        let left = walk.world.reference.ledger.live();
        let ended = require(left == 0, "crashes come to an end", || {
            format!("{left} jobs are left after {bound} steps")
        });
        ended.map_err(|broken| walk.told(&broken))?;
    }
}

fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::Failed => "failed",
        Outcome::Cancelled => "cancelled",
        Outcome::DeadlineExceeded => "late",
        Outcome::WorkerLost { .. } => "lost",
        Outcome::PoolFailed => "the pool failed",
    }
}

/// Walks like those above, always the same; `look` sees every state of each.
fn some_walks(mut look: impl FnMut(&World)) -> Vec<World> {
    let mut runner = TestRunner::deterministic();
    let mut walk = || {
        let walks = (pools(), transition::scripts());
        let (pool, script) = walks.new_tree(&mut runner).expect("a walk").current();
        let mut walk = Walk::begin(pool).expect("a lawful start");
        for transition in script.0 {
            if let Some(step) = transition.step(&walk.world) {
                walk.go(step).unwrap_or_else(|broken| panic!("{broken}"));
                look(&walk.world);
            }
        }
        walk.world
    };
    (0..64).map(|_| walk()).collect()
}

/// The walks above would prove little if they never came to where jobs end: these are of the same
/// kind, and end jobs in every way, each way often.
#[test]
fn walks_meet_every_end() {
    let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
    for world in some_walks(|_| {}) {
        for (_, entry) in world.reference.ledger.iter() {
            *ends.entry(entry.settled.map_or("live", outcome_name)).or_default() += 1;
        }
    }
    println!("{ends:?}");
    assert_eq!(ends.len(), 7, "a way to end was never met: {ends:?}");
    assert!(ends.values().all(|&jobs| jobs >= 20), "a way to end is too rare: {ends:?}");
}

/// Nor would they if consumers always kept up, or were the only ones in their lanes.
#[test]
fn walks_meet_consumers_that_take_their_time() {
    let (mut held, mut turns) = (0, 0);
    some_walks(|world| {
        let ledger = &world.reference.ledger;
        let live = ledger.iter().filter(|(_, entry)| entry.is_live());
        held += live.filter(|(_, entry)| entry.waiting() == 0 && entry.awaits_consumer()).count();
        let begun = |lane| {
            let waiting = ledger.waiting().filter(|(_, entry)| entry.spec.lane == lane);
            waiting.filter(|(_, entry)| entry.was_sent()).count()
        };
        turns += Lane::ALL.into_iter().filter(|&lane| begun(lane) > 1).count();
    });
    println!("{held} times held, {turns} times turns of those that have begun");
    assert!(held >= 1000, "too few jobs are held: {held}");
    assert!(turns >= 1000, "too few jobs take turns: {turns}");
}

/// Nor if what one worker alone can do were seldom in the way of what any can, or never waited for a spare.
#[test]
fn walks_meet_workers_that_are_waited_for() {
    let (mut both, mut spares, mut kept) = (0, 0, 0);
    some_walks(|world| {
        let reference = &world.reference;
        let awaited = reference.ledger.awaited().next().is_some();
        both += usize::from(awaited && reference.ledger.open_tasks() > 0);
        spares += usize::from(reference.awaits_spare());
        kept += reference.fleet.idle().filter(|(_, hand)| hand.tenure == Tenure::Kept).count();
    });
    println!(
        "{both} times both kinds wait, {spares} times a spare is waited for, {kept} times kept"
    );
    assert!(both >= 1000, "the two kinds of jobs seldom meet: {both}");
    assert!(spares >= 50, "a spare is seldom waited for: {spares}");
    assert!(kept >= 100, "idle workers seldom keep anything: {kept}");
}
