//! The one queue: jobs that have tasks to send, in three lanes.
//!
//! Lanes take turns by weight. Each lane has a number of turns; the most urgent lane that has both
//! a job and a turn left goes next, and when no waiting lane has a turn left, all get theirs
//! again. A waiting lane thus sees at most twice the turns of the others before it is served: what
//! is left of this round, and the next round up to its own turn.

use std::collections::VecDeque;

use unjank_protocol::JobId;

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

    const fn index(self) -> usize {
        self as usize
    }
}

/// Jobs that have at least one task to send. Each stands in it once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Queue {
    lanes: [VecDeque<JobId>; 3],
    /// Turns each lane has at the start of a round.
    turns: [u8; 3],
    /// Turns each lane has left in this round.
    left: [u8; 3],
}

impl Queue {
    pub(super) fn new(turns: [u8; 3]) -> Self {
        Self { lanes: Default::default(), turns, left: turns }
    }

    pub(super) fn len(&self) -> usize {
        self.lanes.iter().map(VecDeque::len).sum()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = JobId> {
        self.lanes.iter().flatten().copied()
    }

    pub(super) fn push_back(&mut self, lane: Lane, job: JobId) {
        self.lanes[lane.index()].push_back(job);
    }

    /// Puts a job that is sent again before the others of its lane, unless it waits already.
    pub(super) fn put_first(&mut self, lane: Lane, job: JobId) {
        let lane = &mut self.lanes[lane.index()];
        if !lane.contains(&job) {
            lane.push_front(job);
        }
    }

    pub(super) fn remove(&mut self, lane: Lane, job: JobId) {
        let lane = &mut self.lanes[lane.index()];
        if lane.front() == Some(&job) {
            lane.pop_front();
        } else {
            lane.retain(|&queued| queued != job);
        }
    }

    pub(super) fn clear(&mut self) {
        self.lanes.iter_mut().for_each(VecDeque::clear);
    }

    /// The job whose turn it is.
    pub(super) fn peek(&self) -> Option<JobId> {
        self.lanes[self.lane_in_turn()?.index()].front().copied()
    }

    /// Spends a turn of the lane that [`Queue::peek`] chose.
    pub(super) fn spend_turn(&mut self) {
        let Some(lane) = self.lane_in_turn() else { return };
        if self.left[lane.index()] == 0 {
            self.left = self.turns;
        }
        self.left[lane.index()] -= 1;
    }

    fn lane_in_turn(&self) -> Option<Lane> {
        let mut waiting = Lane::ALL.into_iter().filter(|lane| !self.lanes[lane.index()].is_empty());
        let first = waiting.clone().next()?;
        Some(waiting.find(|lane| self.left[lane.index()] > 0).unwrap_or(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(id: u64) -> JobId {
        JobId::new(id).expect("a small id")
    }

    fn next_lane(queue: &mut Queue) -> Lane {
        let lane = queue.lane_in_turn().expect("a waiting lane");
        queue.spend_turn();
        lane
    }

    #[test]
    fn every_waiting_lane_is_served_within_one_round() {
        let mut queue = Queue::new([3, 2, 1]);
        for (id, lane) in (0..).zip(Lane::ALL) {
            queue.push_back(lane, job(id));
        }
        for _ in 0..5 {
            let mut round: Vec<Lane> = (0..6).map(|_| next_lane(&mut queue)).collect();
            assert!(round.is_sorted(), "the urgent go first: {round:?}");
            round.dedup();
            assert_eq!(round, Lane::ALL);
        }
    }

    #[test]
    fn a_lane_alone_never_waits_for_a_turn() {
        let mut queue = Queue::new([2, 2, 1]);
        queue.push_back(Lane::Background, job(7));
        for _ in 0..10 {
            assert_eq!(queue.peek(), Some(job(7)));
            queue.spend_turn();
        }
    }

    #[test]
    fn a_job_sent_again_goes_first_and_stands_once() {
        let mut queue = Queue::new([1, 1, 1]);
        queue.push_back(Lane::Normal, job(1));
        queue.put_first(Lane::Normal, job(2));
        queue.put_first(Lane::Normal, job(1));
        assert_eq!(queue.iter().collect::<Vec<_>>(), [job(2), job(1)]);
        queue.remove(Lane::Normal, job(2));
        assert_eq!(queue.len(), 1);
    }
}
