//! Who waits for a certain worker, and who for any: neither waits for ever for the other.

use std::collections::BTreeMap;

use unjank_protocol::WorkerId;

use super::{fleet::Fleet, ledger::Ledger};

/// What those that wait have seen go before them. It follows from the path, not from the state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Patience {
    /// Of each worker that jobs wait for which it alone can do: tasks for any worker that it was sent
    /// meanwhile, since the last of those.
    open: BTreeMap<WorkerId, u32>,
    /// Of each worker: tasks that it alone can do, sent while others waited for any worker, since the last
    /// of those.
    placed: BTreeMap<WorkerId, u32>,
    /// Of each worker that is waited for, and holds nothing: tasks sent to others.
    elsewhere: BTreeMap<WorkerId, usize>,
}

/// Who has waited too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Starved {
    /// What one worker alone can do.
    Placed,
    /// What any worker can do.
    Open,
    /// What a worker alone can do that holds nothing.
    Idle(WorkerId),
}

impl Patience {
    /// Nobody who waits no more has seen anything.
    pub(crate) fn note(&mut self, ledger: &Ledger, fleet: &Fleet) {
        let waits = |worker| ledger.waiting_for(Some(worker)).next().is_some();
        let is_idle = |worker| fleet.idle().any(|(idle, _)| idle == worker);
        self.open.retain(|&worker, _| waits(worker));
        self.elsewhere.retain(|&worker, _| waits(worker) && is_idle(worker));
        if ledger.open_tasks() == 0 {
            self.placed.clear();
        }
    }

    /// A task is sent to a worker, which alone can do it or not. Says who has seen too much of that.
    pub(crate) fn send(
        &mut self,
        worker: WorkerId,
        is_placed: bool,
        ledger: &Ledger,
        fleet: &Fleet,
    ) -> Option<Starved> {
        let awaited: Vec<_> = ledger.awaited().collect();
        let mut starved = None;
        if is_placed {
            self.open.remove(&worker);
            self.elsewhere.remove(&worker);
            let seen = self.placed.entry(worker).or_default();
            *seen += u32::from(ledger.open_tasks() > 0);
            starved = (*seen > 1).then_some(Starved::Open).or(starved);
        } else {
            self.placed.clear();
            let seen = self.open.entry(worker).or_default();
            *seen += u32::from(awaited.contains(&worker));
            starved = (*seen > 1).then_some(Starved::Placed).or(starved);
        }
        // Each of the others has its turn, and whoever any worker can do.
        let bound = 2 * fleet.iter().count();
        for (idle, _) in fleet.idle().filter(|&(idle, _)| idle != worker && awaited.contains(&idle))
        {
            let seen = self.elsewhere.entry(idle).or_default();
            *seen += 1;
            starved = (*seen > bound).then_some(Starved::Idle(idle)).or(starved);
        }
        starved
    }
}
