//! How the world goes on when nobody chooses: four kinds of luck, each of which must settle every
//! job.

use unjank_core::scheduler::Loss;

use crate::common::{Lawful, require, slice::Slice, step::Step, world::World};

/// A fixed way for a world to go on without new jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Luck {
    /// Workers start and answer; consumers take when no worker has anything to say, and the timer
    /// fires only then.
    Patient,
    /// Every timer fires before anybody says a word, and consumers take whatever comes at once.
    Hasty,
    /// No worker that is started says hello.
    Stillborn,
    /// Workers start, take work, and die of it.
    Deadly,
}

impl Luck {
    /// What happens next, where `timer` is the timer if it can fire; `None` when every job has
    /// settled, or nothing more can happen.
    pub(crate) fn next(self, world: &World, timer: Option<Step>) -> Option<Step> {
        let fleet = &world.reference.fleet;
        if world.reference.ledger.live() == 0 {
            return None;
        }
        let starting = fleet.starting().next().map(|(worker, _)| worker);
        let busy = fleet.busy().next().map(|(worker, _)| worker);
        if world.reference.is_paused {
            return Some(Step::Resume);
        }
        let any = || fleet.hands().next().map(|(worker, _)| worker);
        let answer = busy.map(|worker| Step::Reply(worker, Slice::ONE));
        let ready = starting.map(Step::Ready);
        let take = world.reference.ledger.first_to_take().map(|job| Step::Take(job, 1));
        let lost = |worker| Step::Lost(worker, Loss::Mendable);
        match self {
            Self::Patient => ready.or(answer).or(take).or(timer),
            Self::Hasty => timer.or(take).or(ready).or(answer),
            Self::Stillborn => starting.or_else(any).map(lost).or(take).or(timer),
            Self::Deadly => ready.or_else(|| any().map(lost)).or(take).or(timer),
        }
    }

    /// Follows this luck until every job has settled, within `bound` steps.
    pub(crate) fn settles(self, world: &World, bound: usize) -> Lawful {
        let mut world = world.clone();
        for _ in 0..bound {
            let timer = world.scheduler.poll_timeout().map(|_| Step::Fire);
            match self.next(&world, timer) {
                Some(step) => world.apply(step)?,
                None => break,
            }
        }
        let left = world.reference.ledger.live();
        require(left == 0, "crashes come to an end", || {
            format!("{left} jobs have not settled after {bound} steps of {self:?} luck")
        })
    }
}

/// When no start fails any more a pool is as strong as it wants to be within the longest backoff,
/// though no worker answers a task meanwhile.
pub(crate) fn recovers(world: &World) -> Lawful {
    let mut world = world.clone();
    let in_time = world.now.after(world.reference.config.backoff_cap);
    loop {
        let starting = world.reference.fleet.starting().next();
        let fires = world.scheduler.poll_timeout().is_some_and(|at| at <= in_time);
        match starting {
            Some((worker, _)) => world.apply(Step::Ready(worker))?,
            None if fires => world.apply(Step::Fire)?,
            None => break,
        }
    }
    let law = "a transient failure costs time, never capacity";
    require(!world.reference.wants_worker(), law, || {
        format!("{} workers live within {in_time:?}", world.reference.fleet.live())
    })
}
