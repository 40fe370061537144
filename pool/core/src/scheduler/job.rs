//! A job's record: what is left to send, what is out, and who still wants to hear of it.

use alloc::{boxed::Box, vec::Vec};
use core::num::NonZeroU32;

use unjank_protocol::{KernelId, WorkerId};

use super::{
    Lane, Timestamp,
    row::{Kind, Neighbours},
};

/// Who has the bytes of a job while it waits and runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Custody {
    /// The worker alone: the payload was transferred, and is gone if the worker dies. Such a task
    /// is sent only to a worker that holds nothing else.
    Moved,
    /// The page keeps the source and copies at dispatch: the task can be sent ahead and replayed.
    Kept,
    /// Kept, and so small that it rides in the frame and shares a message with others like it.
    Inline,
}

/// What the scheduler needs to know of a job. No byte of it is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct JobSpec {
    /// How urgent it is.
    pub lane: Lane,
    /// What computes it: how many of its tasks may share messages depends on that.
    pub kernel: KernelId,
    /// How many tasks it is sent as.
    pub tasks: NonZeroU32,
    /// Who has its bytes. A job of several tasks is never [`Custody::Moved`].
    pub custody: Custody,
    /// When it settles as late, wherever it is then.
    pub deadline: Option<Timestamp>,
    /// How many of its tasks may be ahead of its consumer: sent, and their results not yet
    /// [taken](super::Scheduler::take). More are not sent before some are. `None` where nobody needs
    /// to take them one by one: all may be.
    pub ahead: Option<NonZeroU32>,
    /// The only worker that can do it, since it keeps what the job is about; `None`: any can. If that
    /// worker is gone, or goes, the job is lost.
    pub place: Option<WorkerId>,
}

/// Who wants to hear of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// Its caller waits.
    Live,
    /// It has settled; what runs may finish, and nobody listens.
    Unheard,
    /// It has settled; what runs is stopped, at the latest when it comes to the front of its worker.
    Doomed,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Job {
    pub(super) lane: Lane,
    pub(super) kernel: KernelId,
    pub(super) custody: Custody,
    pub(super) deadline: Option<Timestamp>,
    pub(super) place: Option<WorkerId>,
    pub(super) phase: Phase,
    /// Tasks on workers.
    pub(super) in_flight: u32,
    /// Workers that died while running one of its tasks.
    pub(super) losses: u8,
    /// Who stands beside it in each kind of row.
    neighbours: [Neighbours; 2],
    /// Tasks that may be ahead of the consumer.
    pub(super) ahead: u32,
    tasks: u32,
    /// Results that the consumer has taken.
    taken: u32,
    /// The first task never sent.
    next: u32,
    /// Tasks to send again; few jobs have any.
    again: Option<Box<Again>>,
}

/// Tasks to send again, the first of them last. There is at least one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Again {
    tasks: Vec<u32>,
}

impl Job {
    pub(super) fn new(spec: JobSpec) -> Self {
        let JobSpec { lane, kernel, tasks, custody, deadline, ahead, place } = spec;
        Self {
            lane,
            kernel,
            custody,
            deadline,
            place,
            phase: Phase::Live,
            in_flight: 0,
            losses: 0,
            neighbours: [Neighbours::default(); 2],
            tasks: tasks.get(),
            ahead: ahead.unwrap_or(tasks).get(),
            taken: 0,
            next: 0,
            again: None,
        }
    }

    pub(super) fn neighbours(&self, kind: Kind) -> Neighbours {
        self.neighbours[kind as usize]
    }

    pub(super) fn neighbours_mut(&mut self, kind: Kind) -> &mut Neighbours {
        &mut self.neighbours[kind as usize]
    }

    /// Tasks that may be sent now. Those to send again always may: they are ahead already.
    pub(super) fn pending(&self) -> usize {
        (self.allowed().saturating_sub(self.next) + self.pending_again()) as usize
    }

    /// Tasks to send again.
    pub(super) fn pending_again(&self) -> u32 {
        let tasks = self.again.as_ref().map_or(0, |again| again.tasks.len());
        u32::try_from(tasks).unwrap_or(u32::MAX)
    }

    /// Whether a task of it was ever sent.
    pub(super) fn has_begun(&self) -> bool {
        self.next > 0
    }

    /// How many tasks, from the first, may have been sent.
    fn allowed(&self) -> u32 {
        self.taken.saturating_add(self.ahead).min(self.tasks)
    }

    /// Results that have come and were not taken.
    pub(super) fn untaken(&self) -> u32 {
        self.next.saturating_sub(self.in_flight + self.taken + self.pending_again())
    }

    /// Its consumer took so many results, or all that have come if those are fewer.
    pub(super) fn take(&mut self, results: u32) {
        self.taken += results.min(self.untaken());
    }

    /// Whether it is no further ahead of its consumer than it may be, and its consumer took no more
    /// than has come.
    pub(super) fn keeps_pace(&self) -> bool {
        let out = self.in_flight + self.pending_again();
        self.next.checked_sub(self.taken).is_some_and(|ahead| (out..=self.ahead).contains(&ahead))
    }

    /// Takes the next task to send: one to send again, if there is one.
    pub(super) fn take_next(&mut self) -> Option<u32> {
        let task = match self.take_again() {
            Some(task) => task,
            None if self.next < self.allowed() => {
                self.next += 1;
                self.next - 1
            }
            None => return None,
        };
        self.in_flight += 1;
        Some(task)
    }

    fn take_again(&mut self) -> Option<u32> {
        let again = self.again.as_mut()?;
        let task = again.tasks.pop();
        if again.tasks.is_empty() {
            self.again = None;
        }
        task
    }

    /// A task is off its worker without a result, and must be sent again.
    pub(super) fn take_back(&mut self, task: u32) {
        self.in_flight -= 1;
        let Again { tasks } = &mut **self.again.get_or_insert_default();
        let place = tasks.partition_point(|&other| other > task);
        tasks.insert(place, task);
    }

    /// A task of a live job is off its worker with its result. Says whether it was the last.
    pub(super) fn complete_one(&mut self) -> Progress {
        self.in_flight -= 1;
        let left = self.tasks - self.next + self.pending_again() + self.in_flight;
        if left == 0 { Progress::Complete } else { Progress::Partial }
    }

    /// Sends no more: forgets what is pending.
    pub(super) fn stop(&mut self, phase: Phase) {
        self.phase = phase;
        self.tasks = self.next;
        self.again = None;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    Partial,
    Complete,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_back_is_sent_before_what_never_was() {
        let tasks = NonZeroU32::MIN.saturating_add(2);
        let (lane, kernel, custody) = (Lane::Normal, KernelId(0), Custody::Kept);
        let spec =
            JobSpec { lane, kernel, tasks, custody, deadline: None, ahead: None, place: None };
        let mut job = Job::new(spec);
        assert_eq!([job.take_next(), job.take_next()], [Some(0), Some(1)]);
        job.take_back(1);
        job.take_back(0);
        assert_eq!((job.pending(), job.in_flight), (3, 0));
        assert_eq!([(); 4].map(|()| job.take_next()), [Some(0), Some(1), Some(2), None]);
        assert_eq!((job.pending(), job.in_flight), (0, 3));
    }

    fn bounded(tasks: u32, ahead: u32) -> Job {
        let [tasks, ahead] = [tasks, ahead].map(|number| NonZeroU32::new(number).expect("some"));
        let (lane, kernel, custody) = (Lane::Normal, KernelId(0), Custody::Kept);
        let spec =
            JobSpec { lane, kernel, tasks, custody, deadline: None, ahead: None, place: None };
        Job::new(JobSpec { ahead: Some(ahead), ..spec })
    }

    #[test]
    fn as_many_are_sent_as_were_taken() {
        let mut job = bounded(4, 2);
        assert_eq!([(); 3].map(|()| job.take_next()), [Some(0), Some(1), None]);
        job.take(1);
        assert_eq!((job.pending(), job.untaken()), (0, 0), "nothing has come that could be taken");
        assert_eq!([(); 2].map(|()| job.complete_one()), [Progress::Partial; 2]);
        assert_eq!((job.pending(), job.untaken()), (0, 2), "what has come was not taken");
        job.take(1);
        assert_eq!([(); 2].map(|()| job.take_next()), [Some(2), None]);
        job.take(u32::MAX);
        assert_eq!((job.pending(), job.untaken()), (1, 0), "one was left to take, and one to send");
        assert_eq!([(); 2].map(|()| job.take_next()), [Some(3), None]);
        assert_eq!([(); 2].map(|()| job.complete_one()), [Progress::Partial, Progress::Complete]);
    }

    #[test]
    fn what_is_sent_again_was_ahead_already() {
        let mut job = bounded(2, 1);
        assert_eq!(job.take_next(), Some(0));
        job.take_back(0);
        job.take(1);
        assert_eq!((job.pending(), job.untaken()), (1, 0));
        assert_eq!([(); 2].map(|()| job.take_next()), [Some(0), None]);
    }

    #[test]
    fn a_job_that_has_settled_sends_no_more() {
        let mut job = bounded(3, 1);
        assert_eq!(job.take_next(), Some(0));
        job.stop(Phase::Unheard);
        assert_eq!((job.pending(), job.take_next()), (0, None));
        let mut ample = bounded(2, 9);
        assert_eq!([(); 3].map(|()| ample.take_next()), [Some(0), Some(1), None]);
    }
}
