//! Replies: what the answers hold, and to whom it belongs.

use unjank_core::driver::{self, Delivery, Effect, Occasion};
use unjank_protocol::{Answer, Bytes, Onward, Reply, Verdict, WorkerId};

use super::{Engine, Piece};
use crate::{JobError, SpawnError, port::Port, scheduler};

/// What each answer of a reply holds, until it is known to whom it belongs.
type Results<B> = Vec<Option<Result<B, JobError>>>;

impl<P: Port> Engine<P> {
    /// A worker answered some of its tasks. `buffers` came with the frame, which refers to them by
    /// index; those it does not name are recycled.
    pub fn handle_reply(&self, worker: WorkerId, frame: &[u8], buffers: Vec<P::Buffer>) {
        let reply = match Reply::read(frame) {
            Ok(reply) => reply,
            Err(error) => {
                let message = format!("a worker sent a reply that cannot be read: {error}");
                return self.handle_lost(worker, SpawnError::InitFailed { message });
            }
        };
        self.chart(|timeline, now| timeline.answered(worker, &reply, now));
        let mut buffers: Vec<Option<P::Buffer>> = buffers.into_iter().map(Some).collect();
        self.book(worker, &reply, &mut buffers);
        for spare in buffers.into_iter().flatten() {
            self.port.recycle(spare);
        }
        self.turn(Occasion::Shared);
    }

    /// Tells the core of the answers, and does with each what it says.
    fn book(&self, worker: WorkerId, reply: &Reply<'_>, buffers: &mut [Option<P::Buffer>]) {
        let mut results = Results::with_capacity(reply.answers.len());
        let mut answers = Vec::with_capacity(reply.answers.len());
        for &Answer { id: task, ref verdict, times } in &reply.answers {
            let result = self.open(verdict, buffers);
            let verdict = match result {
                Ok(_) => scheduler::Verdict::Completed,
                Err(_) => scheduler::Verdict::Failed,
            };
            answers.push(driver::Answer { task, verdict, times });
            results.push(Some(result));
        }
        let told = driver::Reply { memory: reply.memory, onward: reply.onward, answers: &answers };
        self.with_driver(|driver, now| driver.handle_reply(now, worker, told));
        while let Some(effect) = self.next_effect() {
            self.give(effect, &mut results);
        }
        // Nobody waits for those that are left.
        for bytes in results.into_iter().flatten().flatten() {
            self.port.recycle(bytes);
        }
        if reply.onward == Onward::Retires {
            self.advise();
        }
    }

    /// What follows from a fact at once. What a turn gave is not among it: that was polled in one go.
    fn next_effect(&self) -> Option<Effect> {
        self.state.borrow_mut().driver.poll_effect()
    }

    /// Gives an answer to whom it belongs.
    fn give(&self, effect: Effect, results: &mut Results<P::Buffer>) {
        let mut take = |answer: usize| results.get_mut(answer).and_then(Option::take);
        match effect {
            Effect::Deliver(delivery) => {
                if let Some(Ok(bytes)) = take(delivery.answer) {
                    self.deliver(delivery, bytes);
                }
            }
            Effect::Fail { job, answer } => {
                if let Some(Err(error)) = take(answer) {
                    self.note_failure(job, error);
                }
            }
            other @ (Effect::Spawn(_)
            | Effect::Terminate { .. }
            | Effect::Copy(_)
            | Effect::Post { .. }
            | Effect::Settle { .. }) => self.perform(other),
        }
    }

    fn deliver(&self, delivery: Delivery, bytes: P::Buffer) {
        let Delivery { task, window, worker, times, .. } = delivery;
        let mut state = self.state.borrow_mut();
        let Some(record) = state.records.get(task.job) else { return };
        let piece = Piece { index: task.index, window, bytes, worker, times };
        let waker = record.mailbox.deliver(piece);
        state.due.extend(waker);
    }

    /// The output that a verdict names, or what went wrong.
    fn open(
        &self,
        verdict: &Verdict<'_>,
        buffers: &mut [Option<P::Buffer>],
    ) -> Result<P::Buffer, JobError> {
        Err(match *verdict {
            Verdict::Completed { output: Bytes::Inline(bytes), .. } => {
                return Ok(self.port.write(bytes));
            }
            Verdict::Completed { output: Bytes::Buffer { index, length, .. }, .. } => {
                match buffers.get_mut(index as usize).and_then(Option::take) {
                    Some(buffer) => return self.port.shorten(buffer, length as usize),
                    None => JobError::Undeliverable {
                        message: "the worker's reply lacks its buffer".into(),
                    },
                }
            }
            Verdict::Failed { code, message } => JobError::Kernel { code, message: message.into() },
            Verdict::BadParams { message } => JobError::BadParams { message: message.into() },
            Verdict::Panicked { message, location } => {
                JobError::Panicked { message: message.into(), location: location.map(Into::into) }
            }
            Verdict::Unreadable { message } => JobError::Undeliverable { message: message.into() },
            Verdict::Broken { message } => JobError::BrokenKernel { message: message.into() },
        })
    }
}
