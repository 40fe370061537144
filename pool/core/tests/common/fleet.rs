//! Simulated workers: each has an inbox, runs what is at its head, and answers in order.

use std::collections::VecDeque;

use unjank_core::scheduler::{Manner, Tenure, Timestamp, WorkerView};
use unjank_protocol::{TaskId, WorkerId};

/// A task in an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Mail {
    pub(crate) task: TaskId,
    pub(crate) manner: Manner,
}

/// What lives in a slot.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Life {
    Vacant,
    Starting { since: Timestamp },
    Ready(Hand),
}

/// A worker that works.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Hand {
    pub(crate) inbox: VecDeque<Mail>,
    /// Since when the inbox is empty; zero while it is not, so that equal worlds are equal.
    pub(crate) idle_since: Timestamp,
    pub(crate) record: Record,
    /// Whether it keeps something for the page.
    pub(crate) tenure: Tenure,
}

/// Whether a worker has ever answered a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Record {
    Untried,
    Proven,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Slot {
    /// The generation that lives here, or the first that may come.
    generation: u32,
    life: Life,
}

/// The workers of a pool.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Fleet {
    slots: Vec<Slot>,
}

impl Fleet {
    pub(crate) fn new(slots: u16) -> Self {
        let vacant = Slot { generation: 0, life: Life::Vacant };
        Self { slots: vec![vacant; usize::from(slots)] }
    }

    /// Makes room for so many workers.
    pub(crate) fn grow(&mut self, slots: u16) {
        let vacant = Slot { generation: 0, life: Life::Vacant };
        self.slots.resize(usize::from(slots).max(self.slots.len()), vacant);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (WorkerId, &Life)> {
        (0..).zip(&self.slots).map(|(slot, Slot { generation, life })| {
            (WorkerId { slot, generation: *generation }, life)
        })
    }

    /// Brings a worker to life; `false` when its slot is taken or its generation was there before.
    pub(crate) fn spawn(&mut self, worker: WorkerId, now: Timestamp) -> bool {
        let Some(slot) = self.slots.get_mut(usize::from(worker.slot)) else { return false };
        let free = slot.life == Life::Vacant && worker.generation >= slot.generation;
        if free {
            *slot = Slot { generation: worker.generation, life: Life::Starting { since: now } };
        }
        free
    }

    /// Empties the slot of a live worker, and says what it was.
    pub(crate) fn remove(&mut self, worker: WorkerId) -> Option<Life> {
        let slot = self.slots.get_mut(usize::from(worker.slot))?;
        if slot.generation != worker.generation || slot.life == Life::Vacant {
            return None;
        }
        slot.generation += 1;
        Some(std::mem::replace(&mut slot.life, Life::Vacant))
    }

    pub(crate) fn get(&self, worker: WorkerId) -> Option<&Life> {
        let slot = self.slots.get(usize::from(worker.slot))?;
        (slot.generation == worker.generation).then_some(&slot.life)
    }

    fn get_mut(&mut self, worker: WorkerId) -> Option<&mut Life> {
        let slot = self.slots.get_mut(usize::from(worker.slot))?;
        (slot.generation == worker.generation).then_some(&mut slot.life)
    }

    pub(crate) fn hand_mut(&mut self, worker: WorkerId) -> Option<&mut Hand> {
        match self.get_mut(worker)? {
            Life::Ready(hand) => Some(hand),
            Life::Vacant | Life::Starting { .. } => None,
        }
    }

    pub(crate) fn make_ready(&mut self, worker: WorkerId, now: Timestamp) -> bool {
        match self.get_mut(worker) {
            Some(life @ Life::Starting { .. }) => {
                *life = Life::Ready(Hand {
                    inbox: VecDeque::new(),
                    idle_since: now,
                    record: Record::Untried,
                    tenure: Tenure::Idle,
                });
                true
            }
            Some(Life::Vacant | Life::Ready(_)) | None => false,
        }
    }

    /// Takes the head of a worker's inbox: it has been answered.
    pub(crate) fn answer(&mut self, worker: WorkerId, now: Timestamp) -> Option<Mail> {
        let hand = self.hand_mut(worker)?;
        let mail = hand.inbox.pop_front()?;
        if hand.inbox.is_empty() {
            hand.idle_since = now;
        }
        Some(mail)
    }

    /// What a worker holds, in the order in which it was sent.
    pub(crate) fn inbox(&self, worker: WorkerId) -> impl Iterator<Item = &Mail> {
        let hand = self.hands().find(|&(other, _)| other == worker);
        hand.into_iter().flat_map(|(_, hand)| &hand.inbox)
    }

    pub(crate) fn live(&self) -> usize {
        self.slots.iter().filter(|slot| slot.life != Life::Vacant).count()
    }

    pub(crate) fn ready(&self) -> usize {
        self.hands().count()
    }

    pub(crate) fn starting(&self) -> impl Iterator<Item = (WorkerId, Timestamp)> {
        self.iter().filter_map(|(worker, life)| match *life {
            Life::Starting { since } => Some((worker, since)),
            Life::Vacant | Life::Ready(_) => None,
        })
    }

    pub(crate) fn hands(&self) -> impl Iterator<Item = (WorkerId, &Hand)> {
        self.iter().filter_map(|(worker, life)| match life {
            Life::Ready(hand) => Some((worker, hand)),
            Life::Vacant | Life::Starting { .. } => None,
        })
    }

    pub(crate) fn busy(&self) -> impl Iterator<Item = (WorkerId, Mail)> {
        self.hands().filter_map(|(worker, hand)| Some((worker, *hand.inbox.front()?)))
    }

    /// Whether exactly this worker works.
    pub(crate) fn is_ready(&self, worker: WorkerId) -> bool {
        matches!(self.get(worker), Some(Life::Ready(_)))
    }

    /// Those that hold nothing, and keep nothing either.
    pub(crate) fn at_rest(&self) -> impl Iterator<Item = (WorkerId, &Hand)> {
        self.idle().filter(|(_, hand)| hand.tenure == Tenure::Idle)
    }

    pub(crate) fn idle(&self) -> impl Iterator<Item = (WorkerId, &Hand)> {
        self.hands().filter(|(_, hand)| hand.inbox.is_empty())
    }
}

impl Life {
    /// What the scheduler should say of it.
    pub(crate) fn view(&self) -> WorkerView {
        match self {
            Self::Vacant => WorkerView::Vacant,
            Self::Starting { .. } => WorkerView::Starting,
            Self::Ready(hand) => WorkerView::Ready { in_flight: hand.inbox.len() },
        }
    }
}

impl Hand {
    /// What it may be running: a task that was sent alone, or any of several that share messages.
    pub(crate) fn front(&self) -> &[Mail] {
        let (mails, rest) = self.inbox.as_slices();
        assert!(rest.is_empty(), "an inbox lies in one piece");
        let shared = mails.iter().position(|mail| mail.manner == Manner::Alone);
        let most = shared.unwrap_or(mails.len()).max(1);
        &mails[..most.min(mails.len())]
    }

    /// What waits behind that.
    pub(crate) fn behind(&self) -> impl Iterator<Item = &Mail> {
        self.inbox.iter().skip(self.front().len())
    }

    pub(crate) fn put(&mut self, mail: Mail) {
        self.inbox.push_back(mail);
        self.inbox.make_contiguous();
        self.idle_since = Timestamp::ZERO;
    }
}
