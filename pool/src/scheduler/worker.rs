//! Worker slots: who lives in them, and what they hold.

use std::collections::VecDeque;

use unjank_protocol::{TaskId, WorkerId};

use super::{Manner, Timestamp};

/// What a slot holds.
///
/// ```text
///           1 spawn                2 handle_ready             3 post
///  Vacant ───────────▶ Starting ────────────────▶ Ready, idle ◀──────▶ Ready, busy
///    ▲                    │                            │     4 handle_done    │
///    ├── 5 handle_lost ───┴────────────────────────────┴──────────────────────┤
///    └── 6 terminate: start deadline · idle · aborted or late task · close ───┘
///                             (5 and 6: generation + 1)
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
    },
}

/// A task on a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Held {
    pub(super) task: TaskId,
    /// How it was sent: only what shared a message may come back without having run.
    pub(super) manner: Manner,
}

/// How many tasks, from the first, one of which runs: a message is answered as a whole, so of those
/// that may share one nobody can tell how far their worker has come.
pub(super) fn front(in_flight: &VecDeque<Held>) -> usize {
    let shared = in_flight.iter().take_while(|held| held.manner == Manner::Shared).count();
    shared.max(1).min(in_flight.len())
}

/// Whether a worker has shown that it can work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Trust {
    /// Started, but finished nothing so far: if it dies idle, that was a failed start.
    Untried,
    Proven,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Slot {
    generation: u32,
    state: WorkerState,
}

/// The slots of a pool. Their number never changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Workers {
    slots: Vec<Slot>,
}

impl Workers {
    pub(super) fn new(slots: u16) -> Self {
        let vacant = Slot { generation: 0, state: WorkerState::Vacant };
        Self { slots: vec![vacant; usize::from(slots)] }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (WorkerId, &WorkerState)> {
        (0..=u16::MAX).zip(&self.slots).map(|(slot, Slot { generation, state })| {
            (WorkerId { slot, generation: *generation }, state)
        })
    }

    /// The state of exactly this worker; `None` for a predecessor.
    pub(super) fn get_mut(&mut self, worker: WorkerId) -> Option<&mut WorkerState> {
        let slot = self.slots.get_mut(usize::from(worker.slot))?;
        (slot.generation == worker.generation).then_some(&mut slot.state)
    }

    /// The tasks of a ready worker, the running one first.
    pub(super) fn in_flight_mut(&mut self, worker: WorkerId) -> Option<&mut VecDeque<Held>> {
        match self.get_mut(worker)? {
            WorkerState::Ready { in_flight, .. } => Some(in_flight),
            WorkerState::Vacant | WorkerState::Starting { .. } => None,
        }
    }

    /// Takes a task off exactly this worker; `None` when it is not there.
    pub(super) fn take(&mut self, now: Timestamp, worker: WorkerId, task: TaskId) -> Option<Held> {
        let Some(WorkerState::Ready { in_flight, idle_since, .. }) = self.get_mut(worker) else {
            return None;
        };
        let place = in_flight.iter().position(|held| held.task == task)?;
        *idle_since = now;
        in_flight.remove(place)
    }

    /// Empties the slot of exactly this worker and says what it was. Its successor will be another
    /// generation.
    pub(super) fn vacate(&mut self, worker: WorkerId) -> Option<WorkerState> {
        let slot = self.slots.get_mut(usize::from(worker.slot))?;
        if slot.generation != worker.generation || slot.state == WorkerState::Vacant {
            return None;
        }
        slot.generation = slot.generation.wrapping_add(1);
        Some(std::mem::replace(&mut slot.state, WorkerState::Vacant))
    }

    pub(super) fn first_vacant(&self) -> Option<WorkerId> {
        self.iter().find(|(_, state)| **state == WorkerState::Vacant).map(|(worker, _)| worker)
    }

    /// Workers starting or ready.
    pub(super) fn live(&self) -> Vec<WorkerId> {
        let live = self.iter().filter(|(_, state)| **state != WorkerState::Vacant);
        live.map(|(worker, _)| worker).collect()
    }

    pub(super) fn count_live(&self) -> usize {
        self.iter().filter(|(_, state)| **state != WorkerState::Vacant).count()
    }

    /// Workers with something in flight.
    pub(super) fn count_busy(&self) -> usize {
        self.ready().filter(|(_, in_flight)| !in_flight.is_empty()).count()
    }

    /// Ready workers, and what each has in flight.
    pub(super) fn ready(&self) -> impl Iterator<Item = (WorkerId, &VecDeque<Held>)> {
        self.iter().filter_map(|(worker, state)| match state {
            WorkerState::Ready { in_flight, .. } => Some((worker, in_flight)),
            WorkerState::Vacant | WorkerState::Starting { .. } => None,
        })
    }

    /// Ready workers with nothing in flight, and since when.
    pub(super) fn idle(&self) -> impl Iterator<Item = (WorkerId, Timestamp)> {
        self.iter().filter_map(|(worker, state)| match state {
            WorkerState::Ready { in_flight, idle_since, .. } if in_flight.is_empty() => {
                Some((worker, *idle_since))
            }
            WorkerState::Ready { .. } | WorkerState::Vacant | WorkerState::Starting { .. } => None,
        })
    }

    /// Starting workers, and when they count as failed.
    pub(super) fn starting(&self) -> impl Iterator<Item = (WorkerId, Timestamp)> {
        self.iter().filter_map(|(worker, state)| match state {
            WorkerState::Starting { deadline } => Some((worker, *deadline)),
            WorkerState::Vacant | WorkerState::Ready { .. } => None,
        })
    }
}
