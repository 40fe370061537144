//! One turn of the driver: what the scheduler decided is carried out here.

use std::{collections::BTreeMap, rc::Rc, task::Waker};

use unjank_protocol::{Bytes, Entry, JobId, TaskId, Times, Verdict, WorkerId};

use super::{
    Driver, Piece, Turn,
    record::{Parcel, Staged, pack},
};
use crate::{
    Failed, JobError, SpawnError,
    port::Port,
    scheduler::{self, Action, Manner, Outcome, Reason, Receipt},
};

/// Bytes the page copies in one turn before it lets the browser breathe: about a millisecond's
/// worth into buffers that were used before, a few into fresh ones.
const COPY_BUDGET: usize = 2 << 20;

/// Parcels that may share a message, for each worker.
type Outbox<P> = BTreeMap<WorkerId, Vec<Parcel<P>>>;

impl<P: Port> Driver<P> {
    /// The turn that a port was asked for by [`Port::soon`] or [`Port::defer`].
    pub fn run(&self) {
        if self.turn.get() != Turn::Running {
            self.turn.set(Turn::Idle);
        }
        self.go_on();
    }

    /// Carries out what the scheduler decided, unless that must wait for a turn of its own; arms the
    /// timer, and wakes those who wait. Every other method ends with this.
    pub(super) fn go_on(&self) {
        match self.turn.get() {
            Turn::Running => return,
            Turn::Deferred => {}
            Turn::Idle | Turn::Asked => self.carry_out(),
        }
        let timer = self.state.borrow().scheduler.poll_timeout();
        self.port.set_timer(timer);
        self.wake();
    }

    /// Carries out what the scheduler decided: all of it, or what fits one turn.
    fn carry_out(&self) {
        self.turn.set(Turn::Running);
        let mut outbox = Outbox::new();
        let mut copied = 0;
        while copied < COPY_BUDGET {
            match self.next_action() {
                Some(action) => {
                    copied += self.perform(action, COPY_BUDGET - copied, &mut outbox);
                }
                // A message that cannot be sent leads to more actions.
                None if outbox.is_empty() => break,
                None => self.send_all(&mut outbox),
            }
        }
        self.send_all(&mut outbox);
        if copied < COPY_BUDGET {
            self.turn.set(Turn::Idle);
        } else {
            self.turn.set(Turn::Deferred);
            self.port.defer();
        }
    }

    /// Has [`Driver::run`] called once the caller's stack has unwound.
    pub(super) fn run_soon(&self) {
        if self.turn.get() == Turn::Idle {
            self.turn.set(Turn::Asked);
            self.port.soon();
        }
    }

    fn next_action(&self) -> Option<Action> {
        self.state.borrow_mut().scheduler.poll_action()
    }

    /// Carries one action out, copying at most `most` bytes. Says how many it copied.
    fn perform(&self, action: Action, most: usize, outbox: &mut Outbox<P>) -> usize {
        match action {
            Action::Spawn(worker) => {
                if let Err(cause) = self.port.spawn(worker) {
                    self.state.borrow_mut().cause = Some(cause);
                    self.with_scheduler(|scheduler, now| scheduler.handle_lost(now, worker));
                }
                0
            }
            Action::Post { worker, task, manner } => self.post(worker, task, manner, most, outbox),
            Action::Terminate { worker, reason } => {
                outbox.remove(&worker);
                self.port.terminate(worker);
                if reason == Reason::StartTimedOut {
                    self.state.borrow_mut().cause = Some(SpawnError::StartTimedOut);
                }
                0
            }
            Action::Settle { job, outcome } => {
                self.settle(job, outcome);
                0
            }
        }
    }

    /// Sends a task, or goes on with its copy and leaves the rest to the next turn. Says how many
    /// bytes it copied.
    fn post(
        &self,
        worker: WorkerId,
        task: TaskId,
        manner: Manner,
        most: usize,
        outbox: &mut Outbox<P>,
    ) -> usize {
        // If the worker of that post is gone, so is the post, and another stands here.
        let unfinished = self.state.borrow_mut().unfinished.take();
        let staged = unfinished.filter(|staged| staged.task() == task);
        let before = staged.as_ref().map_or(0, Staged::done);
        let staged = match self.stage(worker, task, staged, most) {
            Some(Ok(staged)) => staged,
            Some(Err(error)) => {
                self.refuse(worker, task, error);
                return 0;
            }
            None => return 0,
        };
        let copied = staged.as_ref().map_or(0, Staged::done) - before;
        match staged {
            Some(staged) if !staged.is_complete() => {
                let mut state = self.state.borrow_mut();
                state.unfinished = Some(staged);
                state.scheduler.put_back_action(Action::Post { worker, task, manner });
            }
            staged => self.prepare(worker, task, staged, manner, outbox),
        }
        copied
    }

    /// Goes on with the copy that a task needs, if it needs one; `None` when the post is void.
    fn stage(
        &self,
        worker: WorkerId,
        task: TaskId,
        staged: Option<Staged<P::Buffer>>,
        most: usize,
    ) -> Option<Result<Option<Staged<P::Buffer>>, JobError>> {
        let state = self.state.borrow();
        let record = state.records.get(task.job)?;
        let holds = state.scheduler.holds(worker, task);
        holds.then(|| record.prepare(&self.port, task, staged, most))
    }

    /// Makes a parcel of a task, and sends it or leaves it in the outbox.
    fn prepare(
        &self,
        worker: WorkerId,
        task: TaskId,
        staged: Option<Staged<P::Buffer>>,
        manner: Manner,
        outbox: &mut Outbox<P>,
    ) {
        let parcel = match self.state.borrow_mut().records.get_mut(task.job) {
            Some(record) => record.parcel(&self.port, task, staged),
            None => return,
        };
        let parcel = match parcel {
            Ok(parcel) => parcel,
            Err(error) => return self.refuse(worker, task, error),
        };
        match manner {
            Manner::Shared => outbox.entry(worker).or_default().push(parcel),
            Manner::Alone => {
                if let Some(parcels) = outbox.remove(&worker) {
                    self.send(worker, parcels);
                }
                self.send(worker, vec![parcel]);
            }
        }
    }

    fn send_all(&self, outbox: &mut Outbox<P>) {
        while let Some((worker, parcels)) = outbox.pop_first() {
            self.send(worker, parcels);
        }
    }

    fn send(&self, worker: WorkerId, mut parcels: Vec<Parcel<P>>) {
        let Err(error) = self.port.post(worker, pack(&parcels)) else { return };
        if let [parcel] = parcels.as_slice() {
            let task = parcel.id();
            if let Some(buffer) = parcels.pop().and_then(Parcel::into_buffer)
                && let Some(record) = self.state.borrow_mut().records.get_mut(task.job)
            {
                record.put_back(buffer);
            }
            return self.refuse(worker, task, error);
        }
        // One of them is to blame; alone, each shows whether it is the one.
        for task in parcels.iter().map(Parcel::id) {
            self.with_scheduler(|scheduler, now| {
                scheduler.handle_done(now, worker, task, scheduler::Verdict::Returned);
            });
        }
    }

    /// Fails a task that could not be sent.
    fn refuse(&self, worker: WorkerId, task: TaskId, error: JobError) {
        self.note_failure(task.job, error);
        self.with_scheduler(|scheduler, now| {
            scheduler.handle_done(now, worker, task, scheduler::Verdict::Failed);
        });
    }

    /// Books one entry of a reply.
    pub(super) fn handle_entry(
        &self,
        worker: WorkerId,
        entry: Entry<'_>,
        memory: u64,
        buffers: &mut [Option<P::Buffer>],
    ) {
        let Entry { id, verdict, times } = entry;
        let result = self.open(verdict, buffers);
        let verdict = match result {
            Some(Ok(_)) => scheduler::Verdict::Completed,
            Some(Err(_)) => scheduler::Verdict::Failed,
            None => scheduler::Verdict::Returned,
        };
        let now = self.port.now();
        let receipt = self.state.borrow_mut().scheduler.handle_done(now, worker, id, verdict);
        if receipt != Receipt::Stale
            && let Some(slot) = self.state.borrow_mut().slots.get_mut(usize::from(worker.slot))
        {
            slot.count_task(times, memory);
        }
        match (receipt, result) {
            (Receipt::Wanted, Some(Ok(bytes))) => {
                self.deliver(worker, id, bytes, times);
            }
            (Receipt::Wanted, Some(Err(error))) => self.note_failure(id.job, error),
            (Receipt::Unheard | Receipt::Stale, Some(Ok(bytes))) => self.port.recycle(bytes),
            (Receipt::Unheard | Receipt::Stale, Some(Err(_))) | (_, None) => {}
        }
    }

    /// The output that a verdict names, or what went wrong; `None` if the task did not run.
    fn open(
        &self,
        verdict: Verdict<'_>,
        buffers: &mut [Option<P::Buffer>],
    ) -> Option<Result<P::Buffer, JobError>> {
        Some(match verdict {
            Verdict::Returned => return None,
            Verdict::Completed(Bytes::Inline(bytes)) => Ok(self.port.write(bytes)),
            Verdict::Completed(Bytes::Buffer { index, length }) => {
                match buffers.get_mut(usize::from(index)).and_then(Option::take) {
                    Some(buffer) => self.port.shorten(buffer, length as usize),
                    None => Err(JobError::Undeliverable {
                        message: "the worker's reply lacks its buffer".into(),
                    }),
                }
            }
            Verdict::Failed { code, message } => {
                Err(JobError::Kernel { code, message: message.into() })
            }
            Verdict::BadParams { message } => Err(JobError::BadParams { message: message.into() }),
            Verdict::Panicked { message, location } => Err(JobError::Panicked {
                message: message.into(),
                location: location.map(Into::into),
            }),
            Verdict::Unreadable { message } => {
                Err(JobError::Undeliverable { message: message.into() })
            }
        })
    }

    fn deliver(&self, worker: WorkerId, task: TaskId, bytes: P::Buffer, times: Times) {
        let mut state = self.state.borrow_mut();
        let Some(record) = state.records.get(task.job) else { return };
        let Some(chunk) = record.plan.chunk(task.index) else { return };
        let piece = Piece { index: task.index, window: chunk.window, bytes, worker, times };
        let waker = record.mailbox.deliver(piece);
        state.due.extend(waker);
    }

    fn note_failure(&self, job: JobId, error: JobError) {
        if let Some(record) = self.state.borrow_mut().records.get_mut(job) {
            record.failure.get_or_insert(error);
        }
    }

    /// Tells the caller of a job how it ended, and gives back the payload if it is still here.
    fn settle(&self, job: JobId, outcome: Outcome) {
        let mut state = self.state.borrow_mut();
        state.jobs.count(outcome);
        let Some(mut record) = state.records.remove(job) else { return };
        let error = match outcome {
            Outcome::Completed => None,
            Outcome::Failed => Some(record.failure.take().unwrap_or(JobError::Cancelled)),
            Outcome::Cancelled => Some(JobError::Cancelled),
            Outcome::DeadlineExceeded => Some(JobError::DeadlineExceeded),
            Outcome::WorkerLost { attempts } => {
                Some(JobError::WorkerLost { attempts, cause: state.cause() })
            }
            Outcome::PoolFailed => Some(JobError::PoolFailed(state.cause())),
        };
        let mailbox = Rc::clone(&record.mailbox);
        let payload = record.into_payload();
        let end = error.map_or(Ok(()), |error| Err(Failed { error, payload }));
        state.due.extend(mailbox.close(end));
    }

    /// Wakes, with nothing borrowed, all whose results came and all who wait for the pool.
    fn wake(&self) {
        let mut state = self.state.borrow_mut();
        let due = std::mem::take(&mut state.due);
        let waiting = state.take_waiting();
        drop(state);
        due.into_iter().chain(waiting).for_each(Waker::wake);
    }
}
