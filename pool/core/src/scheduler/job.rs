//! A job's record: what is left to send, what is out, and who still wants to hear of it.

use alloc::{boxed::Box, vec::Vec};
use core::num::NonZeroU32;

use unjank_protocol::KernelId;

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
    pub(super) phase: Phase,
    /// Tasks on workers.
    pub(super) in_flight: u32,
    /// Workers that died while running one of its tasks.
    pub(super) losses: u8,
    /// Who stands beside it in each kind of row.
    neighbours: [Neighbours; 2],
    tasks: u32,
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
        let JobSpec { lane, kernel, tasks, custody, deadline } = spec;
        Self {
            lane,
            kernel,
            custody,
            deadline,
            phase: Phase::Live,
            in_flight: 0,
            losses: 0,
            neighbours: [Neighbours::default(); 2],
            tasks: tasks.get(),
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

    /// Tasks to send.
    pub(super) fn pending(&self) -> usize {
        (self.tasks - self.next) as usize + self.again.as_ref().map_or(0, |again| again.tasks.len())
    }

    /// Takes the next task to send: one to send again, if there is one.
    pub(super) fn take_next(&mut self) -> Option<u32> {
        let task = match self.take_again() {
            Some(task) => task,
            None if self.next < self.tasks => {
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
        let left = self.pending() + self.in_flight as usize;
        if left == 0 { Progress::Complete } else { Progress::Partial }
    }

    /// Sends no more: forgets what is pending.
    pub(super) fn stop(&mut self, phase: Phase) {
        self.phase = phase;
        self.next = self.tasks;
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
        let spec = JobSpec { lane, kernel, tasks, custody, deadline: None };
        let mut job = Job::new(spec);
        assert_eq!([job.take_next(), job.take_next()], [Some(0), Some(1)]);
        job.take_back(1);
        job.take_back(0);
        assert_eq!((job.pending(), job.in_flight), (3, 0));
        assert_eq!([(); 4].map(|()| job.take_next()), [Some(0), Some(1), Some(2), None]);
        assert_eq!((job.pending(), job.in_flight), (0, 3));
    }
}
