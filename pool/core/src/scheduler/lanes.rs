//! Jobs in three lanes.
//!
//! Lanes take turns by weight. Each lane has a number of turns; the most urgent lane that has both
//! a job and a turn left goes next, and when no waiting lane has a turn left, all get theirs
//! again. A waiting lane thus sees at most twice the turns of the others before it is served: what
//! is left of this round, and the next round up to its own turn.

use unjank_protocol::JobId;

use super::waiting::Waiting;

/// How urgent a job is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Somebody waits for it: what follows a finger or a slider.
    Interactive,
    /// Most work.
    #[default]
    Normal,
    /// Nobody waits for it: prefetching, indexing.
    Background,
}

impl Lane {
    /// All lanes, the most urgent first.
    pub const ALL: [Self; 3] = [Self::Interactive, Self::Normal, Self::Background];

    pub(super) const fn index(self) -> usize {
        self as usize
    }
}

/// Jobs by how urgent they are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Lanes {
    pub(super) waiting: [Waiting; 3],
    /// Turns each lane has left in this round.
    pub(super) left: [u8; 3],
}

impl Lanes {
    pub(super) const fn new(turns: [u8; 3]) -> Self {
        Self { waiting: [const { Waiting::new() }; 3], left: turns }
    }

    /// The job whose turn it is.
    pub(super) fn peek(&self) -> Option<JobId> {
        self.waiting[self.lane_in_turn()?.index()].first()
    }

    /// Spends the turn of that job's lane. `turns` are those that each has at the start of a round.
    pub(super) fn spend_turn(&mut self, turns: [u8; 3]) {
        let Some(lane) = self.lane_in_turn() else { return };
        if self.left[lane.index()] == 0 {
            self.left = turns;
        }
        self.left[lane.index()] -= 1;
    }

    fn lane_in_turn(&self) -> Option<Lane> {
        let waits = |lane: &Lane| self.waiting[lane.index()].first().is_some();
        let mut waiting = Lane::ALL.into_iter().filter(waits);
        let first = waiting.clone().next()?;
        Some(waiting.find(|lane| self.left[lane.index()] > 0).unwrap_or(first))
    }
}
