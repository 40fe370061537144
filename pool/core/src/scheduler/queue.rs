//! The one queue: jobs that have tasks that may be sent, in three lanes.
//!
//! Lanes take turns by weight. Each lane has a number of turns; the most urgent lane that has both
//! a job and a turn left goes next, and when no waiting lane has a turn left, all get theirs
//! again. A waiting lane thus sees at most twice the turns of the others before it is served: what
//! is left of this round, and the next round up to its own turn.

use unjank_protocol::{JobId, TaskId};

use super::{Phase, jobs::Jobs, waiting::Waiting};

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

/// Jobs that have at least one task that may be sent. Each stands in it once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Queue {
    lanes: [Waiting; 3],
    /// Turns each lane has at the start of a round.
    turns: [u8; 3],
    /// Turns each lane has left in this round.
    left: [u8; 3],
    /// Jobs in all lanes.
    len: usize,
    /// Their tasks that may be sent.
    tasks: usize,
}

impl Queue {
    pub(super) fn new(turns: [u8; 3]) -> Self {
        let lanes = [const { Waiting::new() }; 3];
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

    /// Whether the jobs of each lane stand in the order in which they are to be served.
    pub(super) fn order_agrees(&self, jobs: &Jobs) -> bool {
        self.lanes.iter().all(|lane| lane.order_agrees(jobs))
    }

    /// Puts a job behind the others of its lane that are as it is: new, or begun.
    pub(super) fn push_back(&mut self, jobs: &mut Jobs, id: JobId) {
        let Some(job) = jobs.get(id) else { return };
        self.len += 1;
        self.tasks += job.pending();
        self.lanes[job.lane.index()].push_back(jobs, id);
    }

    /// Takes a task to send again. Its job goes before the others of its lane.
    pub(super) fn put_back(&mut self, jobs: &mut Jobs, task: TaskId) {
        self.remove(jobs, task.job);
        if let Some(job) = jobs.get_mut(task.job) {
            job.take_back(task.index);
        }
        self.push_front(jobs, task.job);
    }

    /// Puts a job that has begun before the others of its lane.
    fn push_front(&mut self, jobs: &mut Jobs, id: JobId) {
        let Some(job) = jobs.get(id) else { return };
        self.len += 1;
        self.tasks += job.pending();
        self.lanes[job.lane.index()].push_front(jobs, id);
    }

    /// The consumer of a job took so many of its results. A job that was held waits again, if it may
    /// send more. Says whether anything changed: what a settled job left is no business of the queue.
    pub(super) fn credit(&mut self, jobs: &mut Jobs, id: JobId, results: u32) -> bool {
        let Some(job) = jobs.get_mut(id).filter(|job| job.phase == Phase::Live) else {
            return false;
        };
        let (pending, untaken) = (job.pending(), job.untaken());
        job.take(results);
        let (more, changes) = (job.pending() - pending, job.untaken() < untaken);
        if pending > 0 {
            self.tasks += more;
        } else if more > 0 {
            self.push_back(jobs, id);
        }
        changes
    }

    /// Takes a job out that has a task that may be sent, wherever it stands.
    pub(super) fn remove(&mut self, jobs: &mut Jobs, id: JobId) {
        let Some(job) = jobs.get(id).filter(|job| job.pending() > 0) else { return };
        self.len -= 1;
        self.tasks -= job.pending();
        self.lanes[job.lane.index()].remove(jobs, id);
    }

    pub(super) fn clear(&mut self) {
        self.lanes = [const { Waiting::new() }; 3];
        (self.len, self.tasks) = (0, 0);
    }

    /// The job whose turn it is.
    pub(super) fn peek(&self) -> Option<JobId> {
        self.lanes[self.lane_in_turn()?.index()].first()
    }

    /// Takes the next task of the job whose turn it is, and spends the turn. The job leaves with the
    /// last that may be sent, or goes behind the others that have begun, once it has none to send again.
    pub(super) fn take(&mut self, jobs: &mut Jobs) -> Option<TaskId> {
        let id = self.peek()?;
        self.spend_turn();
        self.remove(jobs, id);
        let job = jobs.get_mut(id)?;
        let task = TaskId { job: id, index: job.take_next()? };
        if job.pending_again() > 0 {
            self.push_front(jobs, id);
        } else if job.pending() > 0 {
            self.push_back(jobs, id);
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
        push_bounded(queue, jobs, lane, [tasks, tasks])
    }

    /// A job of so many tasks of which so many may be ahead.
    fn push_bounded(queue: &mut Queue, jobs: &mut Jobs, lane: Lane, numbers: [u32; 2]) -> JobId {
        let [tasks, ahead] = numbers.map(|number| NonZeroU32::new(number).expect("at least one"));
        let (kernel, custody, ahead) = (KernelId(0), Custody::Kept, Some(ahead));
        let spec = JobSpec { lane, kernel, tasks, custody, deadline: None, ahead };
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

    /// Sends as many tasks and says whose they were.
    fn send(queue: &mut Queue, jobs: &mut Jobs, tasks: usize) -> Vec<JobId> {
        (0..tasks).map(|_| queue.take(jobs).expect("a task").job).collect()
    }

    fn complete(jobs: &mut Jobs, id: JobId) {
        jobs.get_mut(id).expect("it lives").complete_one();
    }

    #[test]
    fn a_job_that_is_held_lets_the_next_pass() {
        let (mut queue, mut jobs) = (Queue::new([1, 1, 1]), Jobs::default());
        let held = push_bounded(&mut queue, &mut jobs, Lane::Normal, [9, 2]);
        let next = push(&mut queue, &mut jobs, Lane::Normal, 2);
        assert_eq!((queue.len(), queue.tasks()), (2, 4));
        assert_eq!(send(&mut queue, &mut jobs, 3), [held, held, next]);
        assert_eq!((queue.len(), queue.tasks()), (1, 1), "who is held does not wait");
        complete(&mut jobs, held);
        assert!(!queue.credit(&mut jobs, held, 0), "nothing was taken");
        assert_eq!(queue.peek(), Some(next));
    }

    #[test]
    fn jobs_that_have_begun_take_turns_before_all_others() {
        let (mut queue, mut jobs) = (Queue::new([1, 1, 1]), Jobs::default());
        let held = push_bounded(&mut queue, &mut jobs, Lane::Normal, [9, 2]);
        let [one, other] = [9, 1].map(|tasks| push(&mut queue, &mut jobs, Lane::Normal, tasks));
        assert_eq!(send(&mut queue, &mut jobs, 3), [held, held, one]);
        for _ in 0..2 {
            complete(&mut jobs, held);
            assert!(queue.credit(&mut jobs, held, 1));
        }
        assert!(queue.iter(&jobs).eq([one, held, other]));
        assert_eq!((queue.len(), queue.tasks()), (3, 11));
        assert_eq!(send(&mut queue, &mut jobs, 5), [one, held, one, held, one]);
    }

    #[test]
    fn what_is_sent_again_takes_no_turn() {
        let (mut queue, mut jobs) = (Queue::new([1, 1, 1]), Jobs::default());
        let [one, other] = [9, 9].map(|tasks| {
            let id = push_bounded(&mut queue, &mut jobs, Lane::Normal, [tasks, 2]);
            assert_eq!(send(&mut queue, &mut jobs, 2), [id; 2]);
            id
        });
        for id in [one, other] {
            complete(&mut jobs, id);
            queue.credit(&mut jobs, id, 1);
        }
        queue.put_back(&mut jobs, TaskId { job: other, index: 1 });
        assert_eq!((queue.len(), queue.tasks()), (2, 3), "nobody stands twice");
        assert_eq!(send(&mut queue, &mut jobs, 3), [other, one, other]);
        assert_eq!((queue.len(), queue.tasks()), (0, 0));
    }

    #[test]
    fn nobody_takes_results_of_a_job_that_has_settled() {
        let (mut queue, mut jobs) = (Queue::new([1, 1, 1]), Jobs::default());
        let held = push_bounded(&mut queue, &mut jobs, Lane::Normal, [9, 1]);
        assert_eq!(send(&mut queue, &mut jobs, 1), [held]);
        complete(&mut jobs, held);
        jobs.stop(held, Phase::Unheard);
        assert!(!queue.credit(&mut jobs, held, 1));
        assert!(!queue.credit(&mut jobs, JobId::new(7).expect("small"), 1));
        assert_eq!((queue.peek(), queue.len(), queue.tasks()), (None, 0, 0));
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
