//! Worker slots: who lives in them, and what they hold.

use alloc::{collections::VecDeque, vec::Vec};
use core::{
    hash::{Hash, Hasher},
    mem,
};

use unjank_protocol::{TaskId, WorkerId};

use super::{Manner, Timestamp, ranking::Ranking};

/// What a slot holds.
///
/// ```text
///           1 spawn                2 handle_ready             3 post
///  Vacant ───────────▶ Starting ────────────────▶ Ready, idle ◀──────▶ Ready, busy
///    ▲                    │                            │     4 handle_reply   │
///    ├── 5 handle_lost ───┴────────────────────────────┴──────────────────────┤
///    └── 6 terminate: start deadline · idle · aborted or late task ───────────┘
///                     · retired · close   (5 and 6: generation + 1)
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum WorkerState {
    Vacant,
    Starting {
        /// When it counts as failed.
        deadline: Timestamp,
    },
    Ready {
        /// What it holds, in the order it was sent: one of those at the [`front`] runs.
        in_flight: VecDeque<Held>,
        /// Since when nothing is in flight; meaningless while something is.
        idle_since: Timestamp,
        trust: Trust,
        tenure: Tenure,
    },
}

/// A task on a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Held {
    pub(super) task: TaskId,
    /// How it was sent: of tasks that share a message, each may be the one that runs.
    pub(super) manner: Manner,
}

/// How many tasks, from the first, one of which runs: a worker says what it has done a slice of time
/// at a time, so of those that may share a message nobody can tell how far it has come since.
pub(super) fn front(in_flight: &VecDeque<Held>) -> usize {
    let shared = in_flight.iter().take_while(|held| held.manner == Manner::Shared).count();
    shared.max(1).min(in_flight.len())
}

/// Whether a worker has shown that it can work: that it answered a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Trust {
    /// Started, but answered nothing so far: if it dies idle or retires, that was a failed start.
    Untried,
    Proven,
}

/// How long a worker that has nothing to do may stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tenure {
    /// For the idle timeout, if there are more than are wanted.
    Idle,
    /// As long as it keeps what its callers gave it to keep.
    Kept,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Slot {
    generation: u32,
    state: WorkerState,
}

/// The slots of a pool. There are never fewer than there were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Workers {
    slots: Vec<Slot>,
    ranks: Ranks,
}

/// Who of the workers in each state comes first. This follows from the slots.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ranks {
    vacant: Ranking,
    /// By when they count as failed.
    starting: Ranking,
    idle: Ranking,
    /// Those of them that may go, by since when they are idle.
    rested: Ranking,
    /// The others of them.
    keeping: Ranking,
    /// By how much they hold.
    busy: Ranking,
}

impl Hash for Workers {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.slots.hash(state);
    }
}

impl Workers {
    pub(super) fn new(slots: u16) -> Self {
        let mut workers = Self { slots: Vec::new(), ranks: Ranks::of(&[]) };
        workers.grow(slots);
        workers
    }

    /// Makes room for so many workers.
    pub(super) fn grow(&mut self, slots: u16) {
        let vacant = || Slot { generation: 0, state: WorkerState::Vacant };
        let slots = usize::from(slots).max(self.slots.len());
        self.slots.resize_with(slots, vacant);
        self.ranks = Ranks::of(&self.slots);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (WorkerId, &WorkerState)> {
        (0..=u16::MAX).zip(&self.slots).map(|(slot, Slot { generation, state })| {
            (WorkerId { slot, generation: *generation }, state)
        })
    }

    /// The state of exactly this worker; `None` for a predecessor.
    pub(super) fn get(&self, worker: WorkerId) -> Option<&WorkerState> {
        let slot = self.slots.get(usize::from(worker.slot))?;
        (slot.generation == worker.generation).then_some(&slot.state)
    }

    fn get_mut(&mut self, worker: WorkerId) -> Option<&mut WorkerState> {
        let slot = self.slots.get_mut(usize::from(worker.slot))?;
        (slot.generation == worker.generation).then_some(&mut slot.state)
    }

    /// Puts exactly this worker into another state.
    pub(super) fn set(&mut self, worker: WorkerId, state: WorkerState) {
        if let Some(known) = self.get_mut(worker) {
            *known = state;
            self.rank(worker);
        }
    }

    /// The tasks of a ready worker, the running one first.
    pub(super) fn in_flight(&self, worker: WorkerId) -> Option<&VecDeque<Held>> {
        match self.get(worker)? {
            WorkerState::Ready { in_flight, .. } => Some(in_flight),
            WorkerState::Vacant | WorkerState::Starting { .. } => None,
        }
    }

    /// Whether a ready worker has shown that it can work.
    pub(super) fn trust_mut(&mut self, worker: WorkerId) -> Option<&mut Trust> {
        match self.get_mut(worker)? {
            WorkerState::Ready { trust, .. } => Some(trust),
            WorkerState::Vacant | WorkerState::Starting { .. } => None,
        }
    }

    /// Says how long a ready worker may stay, and whether that is news.
    pub(super) fn set_tenure(&mut self, worker: WorkerId, stays: Tenure) -> bool {
        match self.get_mut(worker) {
            Some(WorkerState::Ready { tenure, .. }) if *tenure != stays => {
                *tenure = stays;
                self.rank(worker);
                true
            }
            _ => false,
        }
    }

    /// Puts a task behind the others of a ready worker.
    pub(super) fn book(&mut self, worker: WorkerId, held: Held) {
        if let Some(WorkerState::Ready { in_flight, .. }) = self.get_mut(worker) {
            in_flight.push_back(held);
            self.rank(worker);
        }
    }

    /// Takes a task off exactly this worker; `None` when it is not there.
    pub(super) fn take(&mut self, now: Timestamp, worker: WorkerId, task: TaskId) -> Option<Held> {
        let Some(WorkerState::Ready { in_flight, idle_since, .. }) = self.get_mut(worker) else {
            return None;
        };
        let place = in_flight.iter().position(|held| held.task == task)?;
        *idle_since = now;
        // Who stands before it, seldom anybody, moves up: what the standard library has is much longer.
        let mut held = in_flight.pop_front()?;
        for before in in_flight.iter_mut().take(place) {
            mem::swap(before, &mut held);
        }
        self.rank(worker);
        Some(held)
    }

    /// Empties the slot of exactly this worker and says what it was. Its successor will be another
    /// generation.
    pub(super) fn vacate(&mut self, worker: WorkerId) -> Option<WorkerState> {
        let slot = self.slots.get_mut(usize::from(worker.slot))?;
        if slot.generation != worker.generation || slot.state == WorkerState::Vacant {
            return None;
        }
        slot.generation = slot.generation.wrapping_add(1);
        let state = core::mem::replace(&mut slot.state, WorkerState::Vacant);
        self.ranks.note(worker.slot, &WorkerState::Vacant);
        Some(state)
    }

    fn rank(&mut self, worker: WorkerId) {
        if let Some(Slot { state, .. }) = self.slots.get(usize::from(worker.slot)) {
            self.ranks.note(worker.slot, state);
        }
    }

    /// Who lives in this slot, or will next.
    fn resident(&self, slot: u16) -> Option<WorkerId> {
        let generation = self.slots.get(usize::from(slot))?.generation;
        Some(WorkerId { slot, generation })
    }

    pub(super) fn first_vacant(&self) -> Option<WorkerId> {
        self.resident(self.ranks.vacant.first()?.0)
    }

    /// Of the workers with nothing in flight the one in the first slot.
    pub(super) fn first_idle(&self) -> Option<WorkerId> {
        self.resident(self.ranks.idle.first()?.0)
    }

    /// Of the workers with something in flight the one that has the fewest tasks, and how many.
    pub(super) fn least_busy(&self) -> Option<(WorkerId, usize)> {
        let (slot, tasks) = self.ranks.busy.first()?;
        Some((self.resident(slot)?, usize::try_from(tasks).ok()?))
    }

    /// Of those that may go the worker that has been idle longest, and since when.
    pub(super) fn longest_idle(&self) -> Option<(WorkerId, Timestamp)> {
        let (slot, since) = self.ranks.rested.first()?;
        Some((self.resident(slot)?, Timestamp::from_micros(since)))
    }

    /// A worker that holds nothing: one that starts, or else the one that has been idle longest, before
    /// any that keeps something.
    pub(super) fn first_free(&self) -> Option<WorkerId> {
        let Ranks { starting, rested, keeping, .. } = &self.ranks;
        let (slot, _) = [starting, rested, keeping].into_iter().find_map(Ranking::first)?;
        self.resident(slot)
    }

    /// The starting worker that counts as failed before the others, and when.
    pub(super) fn first_late(&self) -> Option<(WorkerId, Timestamp)> {
        let (slot, deadline) = self.ranks.starting.first()?;
        Some((self.resident(slot)?, Timestamp::from_micros(deadline)))
    }

    /// How many slots there are.
    pub(super) fn slots(&self) -> u16 {
        self.slots.len() as u16
    }

    /// The worker of a slot, starting or ready.
    pub(super) fn live(&self, slot: u16) -> Option<WorkerId> {
        let Slot { generation, state } = self.slots.get(usize::from(slot))?;
        (*state != WorkerState::Vacant).then_some(WorkerId { slot, generation: *generation })
    }

    pub(super) fn count_live(&self) -> usize {
        self.slots.len() - self.ranks.vacant.len()
    }

    pub(super) fn count_ready(&self) -> usize {
        self.ranks.idle.len() + self.ranks.busy.len()
    }

    /// Workers with something in flight.
    pub(super) fn count_busy(&self) -> usize {
        self.ranks.busy.len()
    }

    /// Ready workers, and what each has in flight.
    pub(super) fn ready(&self) -> impl Iterator<Item = (WorkerId, &VecDeque<Held>)> {
        self.iter().filter_map(|(worker, state)| match state {
            WorkerState::Ready { in_flight, .. } => Some((worker, in_flight)),
            WorkerState::Vacant | WorkerState::Starting { .. } => None,
        })
    }

    /// Whether everybody is ranked by what they are.
    pub(super) fn ranks_agree(&self) -> bool {
        self.ranks == Ranks::of(&self.slots)
    }
}

impl Ranks {
    fn of(slots: &[Slot]) -> Self {
        let [vacant, starting, idle, rested, keeping, busy] =
            [(); 6].map(|()| Ranking::new(slots.len()));
        let mut ranks = Self { vacant, starting, idle, rested, keeping, busy };
        for (slot, Slot { state, .. }) in (0..=u16::MAX).zip(slots) {
            ranks.note(slot, state);
        }
        ranks
    }

    fn note(&mut self, slot: u16, state: &WorkerState) {
        let [mut vacant, mut starting, mut idle, mut rested, mut keeping, mut busy] = [None; 6];
        match state {
            WorkerState::Vacant => vacant = Some(0),
            WorkerState::Starting { deadline } => starting = Some(deadline.as_micros()),
            WorkerState::Ready { in_flight, idle_since, tenure, .. } if in_flight.is_empty() => {
                idle = Some(0);
                let goes = match tenure {
                    Tenure::Idle => &mut rested,
                    Tenure::Kept => &mut keeping,
                };
                *goes = Some(idle_since.as_micros());
            }
            WorkerState::Ready { in_flight, .. } => busy = Some(in_flight.len() as u64),
        }
        self.vacant.set(slot, vacant);
        self.starting.set(slot, starting);
        self.idle.set(slot, idle);
        self.rested.set(slot, rested);
        self.keeping.set(slot, keeping);
        self.busy.set(slot, busy);
    }
}
