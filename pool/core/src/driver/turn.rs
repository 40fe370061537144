//! One turn of the driver: what the scheduler decided becomes effects.

use unjank_protocol::{JobId, TaskId, WorkerId};

use super::{
    Driver,
    effect::{Copy, Effect},
    pace,
};
use crate::scheduler::{Action, Custody, Manner, Outcome, Timestamp};

/// Bytes the page copies in one turn before it lets the browser breathe: about a millisecond's
/// worth into buffers that were used before, a few into fresh ones.
const COPY_BUDGET: u32 = 2 << 20;

/// When a turn is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// In a turn of the event loop that may have seen others.
    Shared,
    /// In one of its own, in which as much may be copied as in any.
    Own,
}

/// How far a turn went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// All that was decided is among the effects.
    Done,
    /// It copied as much as a turn may: there may be more to do, in one of its [own](Occasion::Own).
    Deferred,
}

/// The copy for a post that did not fit its turn. The post was put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unfinished {
    task: TaskId,
    /// Bytes copied.
    done: u32,
}

impl Driver {
    /// Makes effects of what was decided: of all of it, or of as much as fits one turn. Once a turn has copied
    /// as much as a turn may, nothing more is carried out before the next of its own.
    pub fn turn(&mut self, now: Timestamp, occasion: Occasion) -> Progress {
        if occasion == Occasion::Own || self.progress == Progress::Done {
            self.progress = self.carry_out(now);
        }
        self.progress
    }

    fn carry_out(&mut self, now: Timestamp) -> Progress {
        let mut left = COPY_BUDGET;
        while left > 0
            && let Some(action) = self.scheduler.poll_action()
        {
            left -= self.perform(now, action, left);
        }
        while let Some(effect) = self.outbox.send_first() {
            self.effects.push_back(effect);
        }
        if left > 0 { Progress::Done } else { Progress::Deferred }
    }

    /// Carries one action out, copying at most `most` bytes. Says how many it copies.
    fn perform(&mut self, now: Timestamp, action: Action, most: u32) -> u32 {
        match action {
            Action::Post { worker, task, manner } => {
                return self.post(now, worker, task, manner, most);
            }
            Action::Spawn(worker) => self.effects.push_back(Effect::Spawn(worker)),
            Action::Terminate { worker, reason } => {
                self.counts.end(worker, now);
                self.effects.push_back(Effect::Terminate { worker, reason });
            }
            Action::Settle { job, outcome } => self.settle(job, outcome),
        }
        0
    }

    fn settle(&mut self, job: JobId, outcome: Outcome) {
        self.counts.settle(outcome);
        self.records.remove(job);
        self.effects.push_back(Effect::Settle { job, outcome });
    }

    /// Puts a task into a message, or goes on with its copy and leaves the rest to the next turn. Says how
    /// many bytes it copies.
    fn post(
        &mut self,
        now: Timestamp,
        worker: WorkerId,
        task: TaskId,
        manner: Manner,
        most: u32,
    ) -> u32 {
        // If the worker of that post is gone, so is the post, and another stands here.
        let unfinished = self.unfinished.take().filter(|unfinished| unfinished.task == task);
        let Some(copy) = self.next_copy(task, unfinished, most) else {
            self.load(now, worker, task, manner);
            return 0;
        };
        self.effects.push_back(Effect::Copy(copy));
        let done = copy.to + copy.length;
        if done < copy.total {
            self.unfinished = Some(Unfinished { task, done });
            self.scheduler.put_back_action(Action::Post { worker, task, manner });
        } else {
            self.load(now, worker, task, manner);
        }
        copy.length
    }

    /// The next step of the copy that a task needs, if it needs one: of its inputs, one behind the other.
    fn next_copy(&self, task: TaskId, unfinished: Option<Unfinished>, most: u32) -> Option<Copy> {
        let record = self.records.get(task.job)?;
        if record.custody != Custody::Kept {
            return None;
        }
        let to = unfinished.map_or(0, |unfinished| unfinished.done);
        let payload = record.plan.chunk(task.index)?.input;
        let mut next = Copy { task, input: 0, from: 0, to, length: 0, total: 0 };
        let mut input = 0;
        while let Some(section) = record.section(input, &payload) {
            let done = to.saturating_sub(next.total);
            if next.length == 0 && done < section.length {
                (next.input, next.from) = (input, section.from + done);
                next.length = most.min(section.length - done);
            }
            next.total += section.length;
            input += 1;
        }
        Some(next)
    }

    fn load(&mut self, now: Timestamp, worker: WorkerId, task: TaskId, manner: Manner) {
        if manner == Manner::Alone {
            self.send(worker);
        }
        let Some(record) = self.records.get_mut(task.job) else { return };
        if let Some(since) = record.waits_since.take() {
            self.counts.send_first(since, now);
        }
        let place = record.keeps_params().then(|| self.places.find(worker, task.job));
        let unsent = self.outbox.of(worker);
        unsent.load(&self.kernels, record, task, place);
        let share = self.scheduler.share(record.kernel);
        if manner == Manner::Alone || unsent.is_full(pace::per_message(share)) {
            self.send(worker);
        }
    }

    /// Sends the message for a worker, if there is one.
    fn send(&mut self, worker: WorkerId) {
        if let Some(effect) = self.outbox.send(worker) {
            self.effects.push_back(effect);
        }
    }
}
