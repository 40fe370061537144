//! The one queue: jobs that have tasks to send, in three lanes.
//!
//! Lanes take turns by weight. Each lane has a number of turns; the most urgent lane that has both
//! a job and a turn left goes next, and when no waiting lane has a turn left, all get theirs
//! again. A waiting lane thus sees at most twice the turns of the others before it is served: what
//! is left of this round, and the next round up to its own turn.

use unjank_protocol::{JobId, TaskId};

use super::{
    jobs::Jobs,
    row::{Kind, Row},
};

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

/// Jobs that have at least one task to send. Each stands in it once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Queue {
    lanes: [Row; 3],
    /// Turns each lane has at the start of a round.
    turns: [u8; 3],
    /// Turns each lane has left in this round.
    left: [u8; 3],
    /// Jobs in all lanes.
    len: usize,
    /// Their tasks to send.
    tasks: usize,
}

impl Queue {
    pub(super) fn new(turns: [u8; 3]) -> Self {
        let lanes = [const { Row::new(Kind::Lane) }; 3];
        Self { lanes, turns, left: turns, len: 0, tasks: 0 }
    }

    /// Jobs that wait.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Tasks that wait.
    pub(super) fn tasks(&self) -> usize {
        self.tasks
    }

    /// The jobs, lane by lane.
    pub(super) fn iter(&self, jobs: &Jobs) -> impl Iterator<Item = JobId> {
        self.lanes.iter().flat_map(|lane| lane.iter(jobs))
    }

    /// Whether the jobs of each lane know who stands before them as well as who stands behind.
    pub(super) fn neighbours_agree(&self, jobs: &Jobs) -> bool {
        self.lanes.iter().all(|lane| lane.neighbours_agree(jobs))
    }

    /// Puts a job behind the others of its lane.
    pub(super) fn push_back(&mut self, jobs: &mut Jobs, id: JobId) {
        let Some(job) = jobs.get(id) else { return };
        self.len += 1;
        self.tasks += job.pending();
        self.lanes[job.lane.index()].push_back(jobs, id);
    }

    /// Takes a task to send again. Its job goes before the others of its lane, unless it waits
    /// already.
    pub(super) fn put_back(&mut self, jobs: &mut Jobs, task: TaskId) {
        let Some(job) = jobs.get_mut(task.job) else { return };
        let (waits, lane) = (job.pending() > 0, job.lane);
        job.take_back(task.index);
        self.tasks += 1;
        if !waits {
            self.len += 1;
            self.lanes[lane.index()].push_front(jobs, task.job);
        }
    }

    /// Takes a job out that has not sent all its tasks, wherever it stands.
    pub(super) fn remove(&mut self, jobs: &mut Jobs, id: JobId) {
        let Some(job) = jobs.get(id).filter(|job| job.pending() > 0) else { return };
        self.len -= 1;
        self.tasks -= job.pending();
        self.lanes[job.lane.index()].remove(jobs, id);
    }

    pub(super) fn clear(&mut self) {
        self.lanes = [const { Row::new(Kind::Lane) }; 3];
        (self.len, self.tasks) = (0, 0);
    }

    /// The job whose turn it is.
    pub(super) fn peek(&self) -> Option<JobId> {
        self.lanes[self.lane_in_turn()?.index()].first()
    }

    /// Takes the next task of the job whose turn it is, and spends the turn. With its last task the
    /// job leaves.
    pub(super) fn take(&mut self, jobs: &mut Jobs) -> Option<TaskId> {
        let id = self.peek()?;
        let job = jobs.get_mut(id)?;
        let task = TaskId { job: id, index: job.take_next()? };
        let (sent_all, lane) = (job.pending() == 0, job.lane);
        self.tasks -= 1;
        self.spend_turn();
        if sent_all {
            self.len -= 1;
            self.lanes[lane.index()].remove(jobs, id);
        }
        Some(task)
    }

    fn spend_turn(&mut self) {
        let Some(lane) = self.lane_in_turn() else { return };
        if self.left[lane.index()] == 0 {
            self.left = self.turns;
        }
        self.left[lane.index()] -= 1;
    }

    fn lane_in_turn(&self) -> Option<Lane> {
        let waits = |lane: &Lane| self.lanes[lane.index()].first().is_some();
        let mut waiting = Lane::ALL.into_iter().filter(waits);
        let first = waiting.clone().next()?;
        Some(waiting.find(|lane| self.left[lane.index()] > 0).unwrap_or(first))
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;
    use core::num::NonZeroU32;

    use unjank_protocol::KernelId;

    use super::*;
    use crate::scheduler::{Custody, JobSpec};

    fn push(queue: &mut Queue, jobs: &mut Jobs, lane: Lane, tasks: u32) -> JobId {
        let tasks = NonZeroU32::new(tasks).expect("at least one");
        let (kernel, custody) = (KernelId(0), Custody::Kept);
        let spec = JobSpec { lane, kernel, tasks, custody, deadline: None };
        let id = jobs.push(spec).expect("there are ids");
        queue.push_back(jobs, id);
        id
    }

    fn next_lane(queue: &mut Queue, jobs: &mut Jobs) -> Lane {
        let task = queue.take(jobs).expect("a waiting lane");
        jobs.get(task.job).expect("it was pushed").lane
    }

    #[test]
    fn every_waiting_lane_is_served_within_one_round() {
        let (mut queue, mut jobs) = (Queue::new([3, 2, 1]), Jobs::default());
        for lane in Lane::ALL {
            push(&mut queue, &mut jobs, lane, 100);
        }
        for _ in 0..5 {
            let mut round: Vec<Lane> = (0..6).map(|_| next_lane(&mut queue, &mut jobs)).collect();
            assert!(round.is_sorted(), "the urgent go first: {round:?}");
            round.dedup();
            assert_eq!(round, Lane::ALL);
        }
    }

    #[test]
    fn a_lane_alone_never_waits_for_a_turn() {
        let (mut queue, mut jobs) = (Queue::new([2, 2, 1]), Jobs::default());
        let alone = push(&mut queue, &mut jobs, Lane::Background, 10);
        for index in 0..10 {
            assert_eq!(queue.peek(), Some(alone));
            assert_eq!(queue.take(&mut jobs), Some(TaskId { job: alone, index }));
        }
        assert_eq!((queue.peek(), queue.len(), queue.tasks()), (None, 0, 0));
    }

    #[test]
    fn a_job_sent_again_goes_first_and_stands_once() {
        let (mut queue, mut jobs) = (Queue::new([1, 1, 1]), Jobs::default());
        let [one, other] = [2, 1].map(|tasks| push(&mut queue, &mut jobs, Lane::Normal, tasks));
        let sent = [(); 3].map(|()| queue.take(&mut jobs).expect("three tasks"));
        assert_eq!(sent.map(|task| task.job), [one, one, other]);
        for task in sent {
            queue.put_back(&mut jobs, task);
        }
        assert_eq!(queue.iter(&jobs).collect::<Vec<_>>(), [other, one]);
        assert_eq!((queue.len(), queue.tasks()), (2, 3));
    }

    #[test]
    fn a_job_leaves_from_wherever_it_stands() {
        for leaving in 0..3 {
            let (mut queue, mut jobs) = (Queue::new([1, 1, 1]), Jobs::default());
            let mut all = [(); 3].map(|()| push(&mut queue, &mut jobs, Lane::Normal, 2)).to_vec();
            let gone = all.remove(leaving);
            queue.remove(&mut jobs, gone);
            assert!(queue.iter(&jobs).eq(all.iter().copied()), "the others stand as they stood");
            assert_eq!((queue.len(), queue.tasks()), (2, 4));
            all.push(push(&mut queue, &mut jobs, Lane::Normal, 1));
            assert!(queue.iter(&jobs).eq(all), "the next goes last");
        }
    }
}
