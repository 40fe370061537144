//! What answers mean.

use alloc::vec::Vec;

use unjank_protocol::{KernelId, Onward, TaskId, Times, WorkerId};

use super::{
    Driver,
    effect::{Delivery, Effect},
};
use crate::scheduler::{Receipt, Timestamp, Verdict};

/// What a worker said, as far as it decides anything.
#[derive(Debug, Clone, Copy)]
pub struct Reply<'a> {
    /// Size of the worker's linear memory after the last of the tasks, in bytes.
    pub memory: u64,
    /// Whether the worker goes on.
    pub onward: Onward,
    /// One for each task.
    pub answers: &'a [Answer],
}

/// What became of one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Which task.
    pub task: TaskId,
    /// How it ended.
    pub verdict: Verdict,
    /// How long its parts took.
    pub times: Times,
}

impl Driver {
    /// A worker answered some of its tasks. The effects that follow at once, without a turn, say to whom the
    /// answers belong; they name them by their place in this reply. Nobody waits for those that none names.
    pub fn handle_reply(&mut self, now: Timestamp, worker: WorkerId, reply: Reply<'_>) {
        self.learn(now, reply.answers);
        let verdicts = reply.answers.iter().map(|answer| (answer.task, answer.verdict));
        let verdicts: Vec<_> = verdicts.collect();
        let receipts = self.scheduler.handle_reply(now, worker, &verdicts);
        for (place, (receipt, answer)) in receipts.into_iter().zip(reply.answers).enumerate() {
            if receipt != Receipt::Stale {
                self.counts.answer(worker, answer.times, reply.memory);
            }
            if receipt == Receipt::Wanted {
                self.receive(worker, place, answer);
            }
        }
        // What it has not answered is sent again, to others.
        if reply.onward == Onward::Retires {
            self.scheduler.handle_retired(now, worker);
        }
    }

    /// Says what is to become of an answer that somebody waits for.
    fn receive(&mut self, worker: WorkerId, answer: usize, said: &Answer) {
        let Answer { task, verdict, times } = *said;
        let effect = match verdict {
            Verdict::Failed => Effect::Fail { job: task.job, answer },
            Verdict::Completed => {
                let record = self.records.get(task.job);
                let Some(chunk) = record.and_then(|record| record.plan.chunk(task.index)) else {
                    return;
                };
                let window = chunk.window;
                Effect::Deliver(Delivery { task, answer, window, worker, times })
            }
        };
        self.effects.push_back(effect);
    }

    /// Learns from small tasks that completed how many of their kernel make a message.
    fn learn(&mut self, now: Timestamp, answers: &[Answer]) {
        let mut run: Option<(KernelId, usize, u64)> = None;
        for answer in answers {
            let Some(record) = self.records.get(answer.task.job) else { continue };
            if answer.verdict != Verdict::Completed || !record.is_small() {
                continue;
            }
            let (kernel, time_us) = (record.kernel, answer.times.total());
            run = match run {
                Some((last, tasks, total_us)) if last == kernel => {
                    Some((kernel, tasks + 1, total_us + time_us))
                }
                other => {
                    self.learn_run(now, other);
                    Some((kernel, 1, time_us))
                }
            };
        }
        self.learn_run(now, run);
    }

    /// Learns from tasks of one kernel that were answered one after the other.
    fn learn_run(&mut self, now: Timestamp, run: Option<(KernelId, usize, u64)>) {
        let Some((kernel, tasks, total_us)) = run else { return };
        if let Some(share) = self.paces.learn(kernel, tasks, total_us) {
            self.scheduler.set_share(now, kernel, share);
        }
    }
}
