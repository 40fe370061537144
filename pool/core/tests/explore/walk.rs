//! The walk: breadth first, so that the first broken law has the shortest trace.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{
    common::{Broken, step::Step, trace},
    fingerprint::fingerprint,
    luck::{self, Luck},
    node::{Node, Setup},
};

/// What a walk has seen.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Report {
    pub(crate) states: usize,
    pub(crate) transitions: usize,
    /// States in which every job has settled and the pool has ended.
    ends: usize,
    /// The most steps from any state until all its jobs have settled, with patient luck.
    farthest: u32,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { states, transitions, ends, farthest } = self;
        write!(
            f,
            "{states} states, {transitions} transitions, {ends} ends, settled after at most \
             {farthest} steps"
        )
    }
}

/// Crashes are bounded, so a storm of them is over after this many steps of a small world.
const STORM: usize = 200;

/// The luck that leads from state to state inside the walk.
const KINDLY: [Luck; 2] = [Luck::Patient, Luck::Hasty];

/// One trace is enough: when a walk has failed, those beside it end.
static FAILED: AtomicBool = AtomicBool::new(false);

/// Every state is reached by one step from another; the first from itself.
struct Arrival {
    from: u32,
    step: Option<Step>,
    /// Where each kind of [`KINDLY`] luck leads from here: to itself when every job has settled.
    onward: [u32; 2],
}

struct Walk<'a> {
    setup: &'a Setup,
    /// States by fingerprint.
    seen: BTreeMap<u128, u32>,
    arrivals: Vec<Arrival>,
    frontier: VecDeque<(u32, Node)>,
    report: Report,
}

/// Walks through every state that can be reached, and checks every law in each.
///
/// # Panics
/// With the shortest trace to a broken law.
pub(crate) fn explore(setup: &Setup) -> Report {
    let first =
        Node::first(setup).unwrap_or_else(|broken| panic!("law broken after 0 steps: {broken}"));
    let mut walk = Walk {
        setup,
        seen: BTreeMap::new(),
        arrivals: Vec::new(),
        frontier: VecDeque::new(),
        report: Report::default(),
    };
    walk.arrive(0, None, first);
    while let Some((index, node)) = walk.frontier.pop_front() {
        walk.leave(index, &node);
        assert!(!FAILED.load(Ordering::Relaxed), "another walk has failed: this one was ended");
    }
    walk.check_arrivals();
    walk.report
}

impl Walk<'_> {
    /// The index of this state, which is new or was seen before.
    fn arrive(&mut self, from: u32, step: Option<Step>, node: Node) -> u32 {
        let fresh = u32::try_from(self.arrivals.len()).expect("fewer states than 2^32");
        let index = *self.seen.entry(fingerprint(&node)).or_insert(fresh);
        if index == fresh {
            self.arrivals.push(Arrival { from, step, onward: [fresh; 2] });
            self.frontier.push_back((index, node));
            self.report.states += 1;
        }
        index
    }

    /// Goes wherever a step leads from here.
    fn leave(&mut self, index: u32, node: &Node) {
        let probed = node.world.probe();
        probed.unwrap_or_else(|broken| self.fail(index, None, &broken));
        self.survive_storms(index, node);
        let wishes = KINDLY.map(|luck| luck.next(&node.world, node.fire()));
        let stuck = node.world.reference.ledger.live() > 0 && wishes.contains(&None);
        if stuck {
            self.fail(index, None, &never("nothing is to come, and jobs have not settled"));
        }
        let steps = node.steps(self.setup);
        self.report.ends += usize::from(node.world.reference.is_over());
        for step in steps {
            let mut next = node.clone();
            next.take(step).unwrap_or_else(|broken| self.fail(index, Some(step), &broken));
            let next = self.arrive(index, Some(step), next);
            self.report.transitions += 1;
            for (onward, wish) in self.arrivals[index as usize].onward.iter_mut().zip(wishes) {
                if wish == Some(step) {
                    *onward = next;
                }
            }
        }
    }

    /// From every eighth state: however many workers crash, every job settles; and when no start
    /// fails any more, all workers that are wanted are soon there.
    fn survive_storms(&self, index: u32, node: &Node) {
        if index.is_multiple_of(8) {
            for luck in [Luck::Stillborn, Luck::Deadly] {
                let settled = luck.settles(&node.world, STORM);
                settled.unwrap_or_else(|broken| self.fail(index, None, &broken));
            }
            let recovered = luck::recovers(&node.world);
            recovered.unwrap_or_else(|broken| self.fail(index, None, &broken));
        }
    }

    /// From every state, kindly luck leads to a state in which every job has settled. A path that
    /// comes back to where it was would go on for ever.
    fn check_arrivals(&mut self) {
        for (index, luck) in KINDLY.into_iter().enumerate() {
            let mut steps_left: Vec<Option<u32>> = vec![None; self.arrivals.len()];
            for start in 0..self.arrivals.len() {
                self.follow(index, start, &mut steps_left);
            }
            let farthest = steps_left.into_iter().flatten().max().unwrap_or(0);
            if luck == Luck::Patient {
                self.report.farthest = farthest;
            }
        }
    }

    fn follow(&self, luck: usize, start: usize, steps_left: &mut [Option<u32>]) {
        let mut path = Vec::new();
        let mut here = start;
        let mut left = loop {
            if let Some(left) = steps_left[here] {
                break left;
            }
            let onward = self.arrivals[here].onward[luck] as usize;
            if onward == here {
                steps_left[here] = Some(0);
                break 0;
            }
            path.push(here);
            if path.len() > self.arrivals.len() {
                let why = format!("{:?} luck goes round in circles from here", KINDLY[luck]);
                self.fail(u32::try_from(here).unwrap_or(0), None, &never(why));
            }
            here = onward;
        };
        for passed in path.into_iter().rev() {
            left += 1;
            steps_left[passed] = Some(left);
        }
    }

    /// Ends the walk with the trace to this state, and one step more.
    fn fail(&self, index: u32, last: Option<Step>, broken: &Broken) -> ! {
        let mut steps: Vec<Step> = last.into_iter().collect();
        let mut here = &self.arrivals[index as usize];
        while let Some(step) = here.step {
            steps.push(step);
            here = &self.arrivals[here.from as usize];
        }
        steps.reverse();
        let first = Node::first(self.setup).expect("the walk began here");
        FAILED.store(true, Ordering::Relaxed);
        panic!("{}", trace::tell(first.world, &steps, broken));
    }
}

fn never(detail: impl Into<String>) -> Broken {
    Broken { law: "every job settles in the end", detail: detail.into() }
}
