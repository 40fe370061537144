//! The one queue: jobs that have tasks that may be sent, those that any worker can do and those that only a
//! certain one can.

use alloc::vec::Vec;
use core::iter;

use unjank_protocol::{JobId, TaskId, WorkerId};

use super::{Job, Phase, jobs::Jobs, lanes::Lanes, waiting::Waiting};

/// Jobs that have at least one task that may be sent. Each stands in it once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Queue {
    /// Those that any worker can do.
    open: Lanes,
    /// Those that only one worker can do, by its slot, as far as there ever were any.
    placed: Vec<Placed>,
    /// The slot for which one of those went last.
    after: u16,
    /// Turns each lane has at the start of a round.
    turns: [u8; 3],
    /// Jobs in all lanes.
    len: usize,
    /// Their tasks that may be sent.
    tasks: Tasks,
}

/// Jobs that only the worker in a slot can do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Placed {
    lanes: Lanes,
    turn: Turn,
}

/// Who goes first where both could: by turns, so that neither kind waits for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Turn {
    /// What only this worker can do.
    Own,
    /// What any can do, since one of the others went after the last of those.
    Open,
}

/// Tasks that may be sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Tasks {
    open: usize,
    placed: usize,
}

impl Queue {
    pub(super) fn new(turns: [u8; 3]) -> Self {
        let (open, tasks) = (Lanes::new(turns), Tasks::default());
        Self { open, placed: Vec::new(), after: u16::MAX, turns, len: 0, tasks }
    }

    /// Jobs that wait.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Tasks that wait.
    pub(super) fn tasks(&self) -> usize {
        self.tasks.open + self.tasks.placed
    }

    /// Those of them that any worker can do.
    pub(super) fn open_tasks(&self) -> usize {
        self.tasks.open
    }

    /// The jobs, lane by lane; those of a worker of their own last.
    pub(super) fn iter(&self, jobs: &Jobs) -> impl Iterator<Item = JobId> {
        self.lanes().flat_map(|lanes| lanes.waiting.iter()).flat_map(|lane| lane.iter(jobs))
    }

    fn lanes(&self) -> impl Iterator<Item = &Lanes> {
        iter::once(&self.open).chain(self.placed.iter().map(|placed| &placed.lanes))
    }

    /// Whether the jobs of each lane know who stands before them as well as who stands behind.
    pub(super) fn neighbours_agree(&self, jobs: &Jobs) -> bool {
        self.lanes().flat_map(|lanes| &lanes.waiting).all(|lane| lane.neighbours_agree(jobs))
    }

    /// Whether the jobs of each lane stand in the order in which they are to be served, and where their
    /// worker is.
    pub(super) fn order_agrees(&self, jobs: &Jobs) -> bool {
        let slot = |id| jobs.get(id).and_then(|job| job.place).map(|worker| worker.slot);
        let stand = |slots: Option<u16>, lanes: &Lanes| {
            let mut all = lanes.waiting.iter().flat_map(|lane| lane.iter(jobs));
            all.all(|id| slot(id) == slots)
        };
        let mut placed = (0..).zip(&self.placed);
        self.lanes().flat_map(|lanes| &lanes.waiting).all(|lane| lane.order_agrees(jobs))
            && stand(None, &self.open)
            && placed.all(|(slot, placed)| stand(Some(slot), &placed.lanes))
    }

    /// Puts a job behind the others of its lane that are as it is: new, or begun.
    pub(super) fn push_back(&mut self, jobs: &mut Jobs, id: JobId) {
        if let Some(lane) = self.enter(jobs, id) {
            lane.push_back(jobs, id);
        }
    }

    /// Takes a task to send again. Its job goes before the others of its lane.
    pub(super) fn put_back(&mut self, jobs: &mut Jobs, task: TaskId) {
        self.leave(jobs, task.job);
        if let Some(job) = jobs.get_mut(task.job) {
            job.take_back(task.index);
        }
        self.push_front(jobs, task.job);
    }

    /// Puts a job that has begun before the others of its lane.
    fn push_front(&mut self, jobs: &mut Jobs, id: JobId) {
        if let Some(lane) = self.enter(jobs, id) {
            lane.push_front(jobs, id);
        }
    }

    /// Counts a job that comes, and says where it belongs.
    fn enter(&mut self, jobs: &Jobs, id: JobId) -> Option<&mut Waiting> {
        let job = jobs.get(id)?;
        self.len += 1;
        *self.tasks.of(job) += job.pending();
        let lanes = match job.place {
            None => &mut self.open,
            Some(WorkerId { slot, .. }) => {
                let (slot, lanes) = (usize::from(slot), Lanes::new(self.turns));
                let len = self.placed.len().max(slot + 1);
                self.placed.resize(len, Placed { lanes, turn: Turn::Own });
                &mut self.placed.get_mut(slot)?.lanes
            }
        };
        lanes.waiting.get_mut(job.lane.index())
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
            *self.tasks.of(job) += more;
        } else if more > 0 {
            self.push_back(jobs, id);
        }
        changes
    }

    /// Takes a job out that has a task that may be sent, wherever it stands.
    pub(super) fn remove(&mut self, jobs: &mut Jobs, id: JobId) {
        self.leave(jobs, id);
        self.tidy();
    }

    fn leave(&mut self, jobs: &mut Jobs, id: JobId) {
        let Some(job) = jobs.get(id).filter(|job| job.pending() > 0) else { return };
        let (lane, slot) = (job.lane.index(), job.place.map(|worker| worker.slot));
        self.len -= 1;
        *self.tasks.of(job) -= job.pending();
        if let Some(lane) = self.lanes_of(slot).and_then(|lanes| lanes.waiting.get_mut(lane)) {
            lane.remove(jobs, id);
        }
    }

    fn lanes_of(&mut self, slot: Option<u16>) -> Option<&mut Lanes> {
        let Some(slot) = slot else { return Some(&mut self.open) };
        self.placed.get_mut(usize::from(slot)).map(|placed| &mut placed.lanes)
    }

    pub(super) fn clear(&mut self) {
        let open = Lanes { left: self.open.left, ..Lanes::new(self.turns) };
        *self = Self { open, ..Self::new(self.turns) };
    }

    /// The job whose turn it is among those that any worker can do.
    pub(super) fn peek(&self) -> Option<JobId> {
        self.open.peek()
    }

    /// Of each slot that jobs wait for, the one whose turn it is there, in the order in which the slots
    /// have their turns.
    pub(super) fn placed(&self) -> Vec<(u16, JobId)> {
        let mut heads = Vec::new();
        if self.tasks.placed == 0 {
            return heads;
        }
        for turn in [Turn::Own, Turn::Open] {
            for is_behind in [true, false] {
                for (slot, placed) in (0..).zip(&self.placed) {
                    if placed.turn == turn
                        && (slot > self.after) == is_behind
                        && let Some(job) = placed.lanes.peek()
                    {
                        heads.push((slot, job));
                    }
                }
            }
        }
        heads
    }

    /// Whether jobs wait for the worker in a slot.
    pub(super) fn waits_for(&self, slot: u16) -> bool {
        self.of(slot).is_some_and(|placed| placed.lanes.peek().is_some())
    }

    /// Whether what only the worker in a slot can do lets what any worker can do go first.
    pub(super) fn was_served(&self, slot: u16) -> bool {
        self.of(slot).is_some_and(|placed| placed.turn == Turn::Open)
    }

    fn of(&self, slot: u16) -> Option<&Placed> {
        self.placed.get(usize::from(slot))
    }

    /// Takes the next task of the job whose turn it is, among those that any worker can do or that only
    /// the one in this slot can, and spends the turn. The job leaves with the last that may be sent, or
    /// goes behind the others that have begun, once it has none to send again.
    pub(super) fn take(&mut self, jobs: &mut Jobs, slot: Option<u16>) -> Option<TaskId> {
        let turns = self.turns;
        let lanes = self.lanes_of(slot)?;
        let id = lanes.peek()?;
        lanes.spend_turn(turns);
        match slot {
            None => self.pass_on(),
            Some(slot) => {
                self.after = slot;
                if let Some(placed) = self.placed.get_mut(usize::from(slot)) {
                    placed.turn = Turn::Open;
                }
            }
        }
        self.leave(jobs, id);
        let job = jobs.get_mut(id)?;
        let task = TaskId { job: id, index: job.take_next()? };
        if job.pending_again() > 0 {
            self.push_front(jobs, id);
        } else if job.pending() > 0 {
            self.push_back(jobs, id);
        }
        self.tidy();
        Some(task)
    }

    /// Forgets turns that nobody waits for.
    fn tidy(&mut self) {
        let is_open = self.open.peek().is_some();
        if !is_open {
            self.pass_on();
        }
        for placed in &mut self.placed {
            if placed.lanes.peek().is_none() {
                placed.lanes.left = self.turns;
            }
        }
        if self.tasks.placed == 0 {
            self.after = u16::MAX;
            if !is_open {
                self.placed.clear();
            }
        }
    }

    /// What only one worker can do goes first again.
    fn pass_on(&mut self) {
        for placed in &mut self.placed {
            placed.turn = Turn::Own;
        }
    }
}

impl Tasks {
    /// Those that this job is counted among.
    fn of(&mut self, job: &Job) -> &mut usize {
        if job.place.is_none() { &mut self.open } else { &mut self.placed }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;
    use core::num::NonZeroU32;

    use unjank_protocol::KernelId;

    use super::*;
    use crate::scheduler::{Custody, JobSpec, Lane};

    fn push(queue: &mut Queue, jobs: &mut Jobs, lane: Lane, tasks: u32) -> JobId {
        push_bounded(queue, jobs, lane, [tasks, tasks])
    }

    /// A job of so many tasks of which so many may be ahead.
    fn push_bounded(queue: &mut Queue, jobs: &mut Jobs, lane: Lane, numbers: [u32; 2]) -> JobId {
        let [tasks, ahead] = numbers.map(|number| NonZeroU32::new(number).expect("at least one"));
        let (kernel, custody, ahead) = (KernelId(0), Custody::Kept, Some(ahead));
        let spec = JobSpec { lane, kernel, tasks, custody, deadline: None, ahead, place: None };
        push_spec(queue, jobs, spec)
    }

    fn push_spec(queue: &mut Queue, jobs: &mut Jobs, spec: JobSpec) -> JobId {
        let id = jobs.push(spec).expect("there are ids");
        queue.push_back(jobs, id);
        id
    }

    /// A job of so many tasks that only the worker in this slot can do.
    fn push_placed(queue: &mut Queue, jobs: &mut Jobs, slot: u16, tasks: u32) -> JobId {
        let (lane, kernel, custody) = (Lane::Normal, KernelId(0), Custody::Kept);
        let tasks = NonZeroU32::new(tasks).expect("at least one");
        let place = Some(WorkerId { slot, generation: 0 });
        let spec = JobSpec { lane, kernel, tasks, custody, deadline: None, ahead: None, place };
        push_spec(queue, jobs, spec)
    }

    fn next_lane(queue: &mut Queue, jobs: &mut Jobs) -> Lane {
        let task = queue.take(jobs, None).expect("a waiting lane");
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
            assert_eq!(queue.take(&mut jobs, None), Some(TaskId { job: alone, index }));
        }
        assert_eq!((queue.peek(), queue.len(), queue.tasks()), (None, 0, 0));
    }

    #[test]
    fn a_job_sent_again_goes_first_and_stands_once() {
        let (mut queue, mut jobs) = (Queue::new([1, 1, 1]), Jobs::default());
        let [one, other] = [2, 1].map(|tasks| push(&mut queue, &mut jobs, Lane::Normal, tasks));
        let sent = [(); 3].map(|()| queue.take(&mut jobs, None).expect("three tasks"));
        assert_eq!(sent.map(|task| task.job), [one, one, other]);
        for task in sent {
            queue.put_back(&mut jobs, task);
        }
        assert_eq!(queue.iter(&jobs).collect::<Vec<_>>(), [other, one]);
        assert_eq!((queue.len(), queue.tasks()), (2, 3));
    }

    /// Sends as many tasks and says whose they were.
    fn send(queue: &mut Queue, jobs: &mut Jobs, tasks: usize) -> Vec<JobId> {
        (0..tasks).map(|_| queue.take(jobs, None).expect("a task").job).collect()
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

    /// The slots that jobs wait for, in the order of their turns.
    fn slots(queue: &Queue) -> Vec<u16> {
        queue.placed().into_iter().map(|(slot, _)| slot).collect()
    }

    #[test]
    fn what_only_one_worker_can_do_stands_apart() {
        let (mut queue, mut jobs) = (Queue::new([1, 1, 1]), Jobs::default());
        let placed = push_placed(&mut queue, &mut jobs, 3, 2);
        let open = push(&mut queue, &mut jobs, Lane::Normal, 1);
        assert_eq!((queue.len(), queue.tasks(), queue.open_tasks()), (2, 3, 1));
        assert!(queue.iter(&jobs).eq([open, placed]));
        assert_eq!(
            (queue.peek(), queue.placed().first().copied()),
            (Some(open), Some((3, placed)))
        );
        assert!(queue.waits_for(3) && !queue.waits_for(0));
        assert_eq!(queue.take(&mut jobs, Some(0)), None, "nobody waits for that one");
        for index in 0..2 {
            assert_eq!(queue.take(&mut jobs, Some(3)), Some(TaskId { job: placed, index }));
        }
        assert_eq!((queue.len(), queue.tasks(), queue.open_tasks()), (1, 1, 1));
        assert!(!queue.waits_for(3));
    }

    #[test]
    fn who_was_served_lets_what_any_worker_can_do_go_once() {
        let (mut queue, mut jobs) = (Queue::new([1, 1, 1]), Jobs::default());
        push_placed(&mut queue, &mut jobs, 0, 9);
        assert!(queue.take(&mut jobs, Some(0)).is_some());
        assert!(!queue.was_served(0), "there is nothing to let go");
        push(&mut queue, &mut jobs, Lane::Normal, 2);
        for _ in 0..2 {
            assert!(!queue.was_served(0));
            assert!(queue.take(&mut jobs, Some(0)).is_some());
            assert!(queue.was_served(0) && !queue.was_served(1));
            assert!(queue.take(&mut jobs, None).is_some());
        }
        assert!(!queue.was_served(0));
    }

    #[test]
    fn slots_take_turns() {
        let (mut queue, mut jobs) = (Queue::new([1, 1, 1]), Jobs::default());
        for slot in [2, 0, 1] {
            push_placed(&mut queue, &mut jobs, slot, 9);
        }
        assert_eq!(slots(&queue), [0, 1, 2]);
        for next in [[1, 2, 0], [2, 0, 1], [0, 1, 2]] {
            let first = slots(&queue)[0];
            assert!(queue.take(&mut jobs, Some(first)).is_some());
            assert_eq!(slots(&queue), next);
        }
        push(&mut queue, &mut jobs, Lane::Normal, 1);
        assert!(queue.take(&mut jobs, Some(1)).is_some());
        assert_eq!(slots(&queue), [2, 0, 1]);
        assert!(queue.take(&mut jobs, Some(0)).is_some());
        assert_eq!(slots(&queue), [2, 1, 0], "who was not served comes first");
        assert!(queue.take(&mut jobs, None).is_some());
        assert_eq!(slots(&queue), [1, 2, 0], "all have their turns again");
    }

    #[test]
    fn a_slot_that_nobody_waits_for_is_forgotten() {
        let (mut queue, mut jobs) = (Queue::new([1, 1, 1]), Jobs::default());
        let empty = queue.clone();
        let removed = push_placed(&mut queue, &mut jobs, 1, 2);
        push_placed(&mut queue, &mut jobs, 0, 1);
        assert!(queue.take(&mut jobs, Some(0)).is_some());
        assert_eq!(slots(&queue), [1]);
        queue.remove(&mut jobs, removed);
        assert_eq!(queue, empty);
        let [cleared, open] = [1, 1].map(|slot| push_placed(&mut queue, &mut jobs, slot, 1));
        assert!(queue.order_agrees(&jobs) && queue.iter(&jobs).eq([cleared, open]));
        queue.clear();
        assert_eq!(queue, empty);
    }

    #[test]
    fn a_job_of_a_worker_comes_back_when_its_consumer_takes() {
        let (mut queue, mut jobs) = (Queue::new([1, 1, 1]), Jobs::default());
        let [tasks, ahead] = [3, 1].map(|number| NonZeroU32::new(number).expect("at least one"));
        let (lane, kernel, custody) = (Lane::Normal, KernelId(0), Custody::Kept);
        let place = Some(WorkerId { slot: 0, generation: 0 });
        let (deadline, ahead) = (None, Some(ahead));
        let spec = JobSpec { lane, kernel, tasks, custody, deadline, ahead, place };
        let held = push_spec(&mut queue, &mut jobs, spec);
        assert_eq!((queue.tasks(), queue.open_tasks()), (1, 0));
        assert!(queue.take(&mut jobs, Some(0)).is_some());
        assert!(!queue.waits_for(0));
        complete(&mut jobs, held);
        assert!(queue.credit(&mut jobs, held, 1));
        assert_eq!(queue.placed().first().copied(), Some((0, held)));
        assert_eq!((queue.peek(), queue.tasks(), queue.open_tasks()), (None, 1, 0));
    }

    #[test]
    fn a_job_that_stands_where_it_does_not_belong_is_noticed() {
        let (mut queue, mut jobs) = (Queue::new([1, 1, 1]), Jobs::default());
        let placed = push_placed(&mut queue, &mut jobs, 1, 1);
        let open = push(&mut queue, &mut jobs, Lane::Normal, 1);
        assert!(queue.order_agrees(&jobs));
        let place = |slot| Some(WorkerId { slot, generation: 0 });
        for (job, place) in [(placed, None), (placed, place(0)), (open, place(1))] {
            let mut jobs = jobs.clone();
            jobs.get_mut(job).expect("it waits").place = place;
            assert!(!queue.order_agrees(&jobs), "{job} at {place:?}");
        }
    }
}
