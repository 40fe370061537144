//! A state of a small world, and the steps that lead out of it.

use std::time::Duration;

use unjank_core::scheduler::{Close, Config, JobSpec, Lifecycle, Loss, Tenure};
use unjank_protocol::KernelId;

use crate::common::{Broken, Lawful, fleet::Hand, slice::Slice, step::Step, world::World};

/// How often each kind of trouble may happen, so that the world stays small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Budget {
    /// Workers that die, or fail to start with a word.
    pub(crate) deaths: u8,
    /// Starts that fail for a reason that no other can mend.
    pub(crate) finals: u8,
    /// Starts that take too long.
    pub(crate) timeouts: u8,
    /// Workers that take no more tasks.
    pub(crate) retires: u8,
    pub(crate) cancels: u8,
    pub(crate) aborts: u8,
    /// Tasks that trap.
    pub(crate) failures: u8,
    /// Replies that answer more tasks than one.
    pub(crate) slices: u8,
    /// Times that the pool is paused.
    pub(crate) pauses: u8,
    /// Times that it is made larger or smaller by one.
    pub(crate) resizes: u8,
    /// Times that a worker is given something to keep, or is rid of it.
    pub(crate) keeps: u8,
    pub(crate) closes: u8,
    pub(crate) reopens: u8,
    /// Times that the timer is late.
    pub(crate) late: u8,
}

/// No trouble but that the first starts may take too long.
impl Default for Budget {
    fn default() -> Self {
        Self {
            deaths: 0,
            finals: 0,
            timeouts: 2,
            retires: 0,
            cancels: 0,
            aborts: 0,
            failures: 0,
            slices: 0,
            pauses: 0,
            resizes: 0,
            keeps: 0,
            closes: 0,
            reopens: 0,
            late: 0,
        }
    }
}

/// A small world.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) config: Config,
    /// The jobs, in the order in which they are submitted.
    pub(crate) jobs: Vec<JobSpec>,
    /// The shares of kernels, where they are not the first.
    pub(crate) shares: Vec<(KernelId, u16)>,
    pub(crate) budget: Budget,
}

/// By how much the timer is late, when it is: past every deadline of these worlds.
const LATE: Duration = Duration::from_millis(40);

#[derive(Debug, Clone, Hash)]
pub(crate) struct Node {
    pub(crate) world: World,
    /// Jobs submitted so far.
    submitted: usize,
    left: Budget,
}

impl Node {
    pub(crate) fn first(setup: &Setup) -> Result<Self, Broken> {
        let mut world = World::new(setup.config.clone())?;
        for &(kernel, share) in &setup.shares {
            world.apply(Step::Pace(kernel, share))?;
        }
        Ok(Self { world, submitted: 0, left: setup.budget })
    }

    /// Everything that can happen next.
    pub(crate) fn steps(&self, setup: &Setup) -> Vec<Step> {
        let mut steps = Vec::with_capacity(16);
        match self.world.reference.lifecycle {
            Lifecycle::Opening | Lifecycle::Open | Lifecycle::Draining => {}
            Lifecycle::Closed => return steps,
            Lifecycle::Failed => {
                steps.extend(setup.jobs.get(self.submitted).map(|&spec| Step::Submit(spec)));
                steps.extend((self.left.late > 0).then_some(Step::Late(LATE)));
                self.add_closes(&mut steps);
                steps.extend((self.left.reopens > 0).then_some(Step::Reopen));
                return steps;
            }
        }
        steps.extend(setup.jobs.get(self.submitted).map(|&spec| Step::Submit(spec)));
        self.add_wishes(&mut steps);
        self.add_sizes(&mut steps);
        self.add_starts(&mut steps);
        self.add_answers(&mut steps);
        steps.extend(self.fire());
        steps.extend((self.left.late > 0).then_some(Step::Late(LATE)));
        self.add_closes(&mut steps);
        steps
    }

    /// The timer, unless it would end one start more than may take too long.
    pub(crate) fn fire(&self) -> Option<Step> {
        self.world.scheduler.poll_timeout()?;
        (self.left.timeouts > 0 || !self.ends_a_start()).then_some(Step::Fire)
    }

    /// Whether a start takes too long by the time the timer fires.
    fn ends_a_start(&self) -> bool {
        let World { scheduler, reference, now, .. } = &self.world;
        let fires = scheduler.poll_timeout().map_or(*now, |at| at.max(*now));
        let timeout = reference.config.start_timeout;
        reference.fleet.starting().any(|(_, since)| since.after(timeout) <= fires)
    }

    fn add_closes(&self, steps: &mut Vec<Step>) {
        if self.left.closes > 0 {
            steps.extend([Step::Close(Close::Drain), Step::Close(Close::Abort)]);
        }
    }

    fn add_wishes(&self, steps: &mut Vec<Step>) {
        for (job, entry) in self.world.reference.ledger.iter() {
            if entry.awaits_consumer() {
                steps.push(Step::Take(job, 1));
            }
            if self.left.cancels > 0 && entry.is_live() {
                steps.push(Step::Cancel(job));
            }
            if self.left.aborts > 0 && (entry.is_live() || entry.in_flight() > 0) {
                steps.push(Step::Abort(job));
            }
        }
    }

    fn add_sizes(&self, steps: &mut Vec<Step>) {
        let reference = &self.world.reference;
        if reference.is_paused {
            steps.push(Step::Resume);
        } else if self.left.pauses > 0 {
            steps.push(Step::Pause);
        }
        if self.left.resizes > 0 {
            let workers = reference.config.workers;
            steps.extend((workers > 1).then_some(Step::Resize(workers - 1)));
            steps.push(Step::Resize(workers + 1));
        }
    }

    fn add_starts(&self, steps: &mut Vec<Step>) {
        for (worker, _) in self.world.reference.fleet.starting() {
            steps.push(Step::Ready(worker));
            let losses = [(self.left.deaths, Loss::Mendable), (self.left.finals, Loss::Final)];
            let losses = losses.into_iter().filter(|&(left, _)| left > 0);
            steps.extend(losses.map(|(_, loss)| Step::Lost(worker, loss)));
        }
    }

    fn add_answers(&self, steps: &mut Vec<Step>) {
        for (worker, hand) in self.world.reference.fleet.hands() {
            steps.extend(self.replies(hand).map(|slice| Step::Reply(worker, slice)));
            let died = Step::Lost(worker, Loss::Mendable);
            steps.extend((self.left.deaths > 0).then_some(died));
            steps.extend((self.left.retires > 0).then_some(Step::Retire(worker)));
            let tenure = match hand.tenure {
                Tenure::Idle => Tenure::Kept,
                Tenure::Kept => Tenure::Idle,
            };
            steps.extend((self.left.keeps > 0).then_some(Step::Keep(worker, tenure)));
        }
    }

    /// What a worker can say that holds this: its first tasks are done, and any of them trapped.
    fn replies(&self, hand: &Hand) -> impl Iterator<Item = Slice> {
        let most = if self.left.slices > 0 { u8::MAX } else { 1 };
        let held = u8::try_from(hand.inbox.len()).unwrap_or(u8::MAX);
        let traps = self.left.failures > 0;
        (1..=held.min(most)).map(Slice::done).flat_map(move |done| {
            let trapped = (0..done.tasks).filter(move |_| traps);
            [done].into_iter().chain(trapped.map(move |place| Slice { trap: Some(place), ..done }))
        })
    }

    pub(crate) fn take(&mut self, step: Step) -> Lawful {
        self.pay(step);
        let accepted = self.world.reference.ledger.iter().count();
        self.world.apply(step)?;
        self.submitted += self.world.reference.ledger.iter().count() - accepted;
        Ok(())
    }

    fn pay(&mut self, step: Step) {
        let ends_a_start = step == Step::Fire && self.ends_a_start();
        let left = &mut self.left;
        left.timeouts -= u8::from(ends_a_start);
        if let Step::Reply(_, slice) = step {
            left.slices -= u8::from(slice.tasks > 1);
            left.failures -= u8::from(slice.trap.is_some());
        }
        let purse = match step {
            Step::Cancel(_) => &mut left.cancels,
            Step::Abort(_) => &mut left.aborts,
            Step::Pause => &mut left.pauses,
            Step::Resize(_) => &mut left.resizes,
            Step::Keep(..) => &mut left.keeps,
            Step::Close(_) => &mut left.closes,
            Step::Reopen => &mut left.reopens,
            Step::Lost(_, Loss::Mendable) => &mut left.deaths,
            Step::Lost(_, Loss::Final) => &mut left.finals,
            Step::Retire(_) => &mut left.retires,
            Step::Late(_) => &mut left.late,
            Step::Submit(_) | Step::Take(..) | Step::Resume | Step::Ready(_) | Step::Fire => return,
            Step::Reply(..) | Step::Pace(..) => return,
        };
        *purse -= 1;
    }
}
