//! A job's record: what is left to send, what is out, and who still wants to hear of it.

use std::num::NonZeroU32;

use super::{Lane, Timestamp, queue::Neighbours};

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
    pub(super) custody: Custody,
    pub(super) deadline: Option<Timestamp>,
    pub(super) phase: Phase,
    /// Who stands beside it in its lane, while it has a task to send.
    pub(super) neighbours: Neighbours,
    /// Tasks on workers.
    pub(super) in_flight: u32,
    /// Workers that died while running one of its tasks.
    pub(super) losses: u8,
    tasks: u32,
    /// The first task never sent.
    next: u32,
    /// Tasks to send again, the first of them last.
    again: Vec<u32>,
    done: u32,
}

impl Job {
    pub(super) fn new(spec: JobSpec) -> Self {
        let JobSpec { lane, tasks, custody, deadline } = spec;
        Self {
            lane,
            custody,
            deadline,
            phase: Phase::Live,
            neighbours: Neighbours::default(),
            in_flight: 0,
            losses: 0,
            tasks: tasks.get(),
            next: 0,
            again: Vec::new(),
            done: 0,
        }
    }

    /// Tasks to send.
    pub(super) fn pending(&self) -> usize {
        (self.tasks - self.next) as usize + self.again.len()
    }

    /// Takes the next task to send: one to send again, if there is one.
    pub(super) fn take_next(&mut self) -> Option<u32> {
        let task = match self.again.pop() {
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

    /// A task is off its worker without a result, and must be sent again.
    pub(super) fn take_back(&mut self, task: u32) {
        self.in_flight -= 1;
        let place = self.again.partition_point(|&other| other > task);
        self.again.insert(place, task);
    }

    /// A task is off its worker with its result. Says whether it was the last.
    pub(super) fn complete_one(&mut self) -> Progress {
        self.in_flight -= 1;
        self.done += 1;
        if self.done == self.tasks { Progress::Complete } else { Progress::Partial }
    }

    /// Sends no more: forgets what is pending.
    pub(super) fn stop(&mut self, phase: Phase) {
        self.phase = phase;
        self.next = self.tasks;
        self.again.clear();
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
        let spec = JobSpec { lane: Lane::Normal, tasks, custody: Custody::Kept, deadline: None };
        let mut job = Job::new(spec);
        assert_eq!([job.take_next(), job.take_next()], [Some(0), Some(1)]);
        job.take_back(1);
        job.take_back(0);
        assert_eq!((job.pending(), job.in_flight), (3, 0));
        assert_eq!([(); 4].map(|()| job.take_next()), [Some(0), Some(1), Some(2), None]);
        assert_eq!((job.pending(), job.in_flight), (0, 3));
    }
}
