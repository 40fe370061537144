//! Storms: nothing is ever completed. Starts fail, workers die of their work or without any, or take
//! no more of it. However they are mixed, every job settles, because each crash is charged to a job
//! or to the count of failed starts, and both are bounded.

use proptest::prelude::*;
use unjank_core::scheduler::Loss;

use crate::common::{step::Step, world::World};

/// What strikes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Storm {
    /// A start fails.
    Stillborn,
    /// A start fails, as any other would.
    Hopeless,
    /// A start succeeds, so that there is somebody to strike.
    Born,
    /// A busy worker dies.
    Deadly,
    /// A busy worker takes no more tasks.
    Retired,
    /// An idle worker dies.
    Idle,
    /// The timer fires.
    Slow,
}

pub(crate) fn any() -> impl Strategy<Value = Storm> {
    prop::sample::select(vec![
        Storm::Stillborn,
        Storm::Hopeless,
        Storm::Born,
        Storm::Deadly,
        Storm::Retired,
        Storm::Idle,
        Storm::Slow,
    ])
}

/// Tasks of live jobs that have no result.
pub(crate) fn unfinished_tasks(world: &World) -> usize {
    let live = world.reference.ledger.iter().filter(|(_, entry)| entry.is_live());
    live.map(|(_, entry)| entry.unfinished() as usize).sum()
}

/// Results of live jobs that nobody has taken.
pub(crate) fn results_to_take(world: &World) -> usize {
    let live = world.reference.ledger.iter().filter(|(_, entry)| entry.is_live());
    live.map(|(_, entry)| entry.untaken() as usize).sum()
}

/// What strikes, at most, before it begins again.
pub(crate) const LONGEST: usize = 20;

/// Steps that the longest storm takes: every loss of every job, every task once suspected among
/// others, and after each of them a full round of failed starts, each with a hello and a wait, and
/// whatever else strikes until the next busy worker dies. (Where one lives, others may fail to start for
/// ever: that is no crash of a job.)
pub(crate) fn bound(world: &World) -> usize {
    let config = &world.reference.config;
    let jobs = world.reference.ledger.live();
    let tasks = unfinished_tasks(world);
    let rounds = jobs * usize::from(config.attempts) + tasks + 1;
    rounds * (4 * usize::from(config.starts + 1) * usize::from(config.slots()) + LONGEST)
}

impl Storm {
    /// The step that this is in `world`, or whatever else can strike there; `None` when every job
    /// has settled.
    pub(crate) fn step(self, world: &World) -> Option<Step> {
        if world.reference.ledger.live() == 0 {
            return None;
        }
        let fleet = &world.reference.fleet;
        let starting = || fleet.starting().next().map(|(worker, _)| worker);
        let busy = || fleet.busy().next().map(|(worker, _)| worker);
        let idle = || fleet.idle().next().map(|(worker, _)| worker);
        let lost = |worker| Step::Lost(worker, Loss::Mendable);
        let preferred = match self {
            Self::Stillborn => starting().map(lost),
            Self::Hopeless => starting().map(|worker| Step::Lost(worker, Loss::Final)),
            Self::Born => starting().map(Step::Ready),
            Self::Deadly => busy().map(lost),
            Self::Retired => busy().map(Step::Retire),
            Self::Idle => idle().map(lost),
            Self::Slow => None,
        };
        let timer = world.scheduler.poll_timeout().map(|_| Step::Fire);
        preferred.or(timer).or_else(|| busy().map(lost))
    }
}
