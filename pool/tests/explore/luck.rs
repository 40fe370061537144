//! How the world goes on when nobody chooses: three kinds of luck, each of which must settle every
//! job.

use unjank_pool::scheduler::Loss;

use crate::common::{Lawful, require, slice::Slice, step::Step, world::World};

/// A fixed way for a world to go on without new jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Luck {
    /// Workers start and answer; the timer fires only when nobody has anything to say.
    Patient,
    /// Every timer fires before anybody says a word.
    Hasty,
    /// No worker that is started says hello.
    Stillborn,
    /// Workers start, take work, and die of it.
    Deadly,
}

impl Luck {
    /// What happens next; `None` when every job has settled, or nothing more can happen.
    pub(crate) fn next(self, world: &World) -> Option<Step> {
        let fleet = &world.reference.fleet;
        if world.reference.ledger.live() == 0 {
            return None;
        }
        let starting = fleet.starting().next().map(|(worker, _)| worker);
        let busy = fleet.busy().next().map(|(worker, _)| worker);
        let any = || fleet.hands().next().map(|(worker, _)| worker);
        let timer = world.scheduler.poll_timeout().map(|_| Step::Fire);
        let answer = busy.map(|worker| Step::Reply(worker, Slice::ONE));
        let ready = starting.map(Step::Ready);
        let lost = |worker| Step::Lost(worker, Loss::Mendable);
        match self {
            Self::Patient => ready.or(answer).or(timer),
            Self::Hasty => timer.or(ready).or(answer),
            Self::Stillborn => starting.or_else(any).map(lost).or(timer),
            Self::Deadly => ready.or_else(|| any().map(lost)).or(timer),
        }
    }

    /// Follows this luck until every job has settled, within `bound` steps.
    pub(crate) fn settles(self, world: &World, bound: usize) -> Lawful {
        let mut world = world.clone();
        for _ in 0..bound {
            match self.next(&world) {
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
