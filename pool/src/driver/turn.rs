//! One turn of the driver: what the scheduler decided is carried out here.

use std::{rc::Rc, task::Waker};

use unjank_protocol::{Bytes, Entry, JobId, Reply, TaskId, Times, Verdict, WorkerId};

use super::{
    Driver, Listener, Piece, Turn,
    outbox::Outbox,
    pace,
    record::{Parcel, Staged, pack},
    timeline::Timeline,
};
use crate::{
    Chart, Failed, JobError, SpawnError,
    port::Port,
    scheduler::{self, Action, Loss, Manner, Outcome, Reason, Receipt, Timestamp},
};

/// Bytes the page copies in one turn before it lets the browser breathe: about a millisecond's
/// worth into buffers that were used before, a few into fresh ones.
const COPY_BUDGET: usize = 2 << 20;

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
                    self.with_scheduler(|scheduler, now| {
                        scheduler.handle_lost(now, worker, Loss::Mendable)
                    });
                }
                0
            }
            Action::Post { worker, task, manner } => self.post(worker, task, manner, most, outbox),
            Action::Terminate { worker, reason } => {
                outbox.take(worker);
                self.terminate(worker);
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
        let staged = match self.stage(task, staged, most) {
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

    /// Goes on with the copy that a task needs, if it needs one; `None` when its job is gone.
    fn stage(
        &self,
        task: TaskId,
        staged: Option<Staged<P::Buffer>>,
        most: usize,
    ) -> Option<Result<Option<Staged<P::Buffer>>, JobError>> {
        let state = self.state.borrow();
        let record = state.records.get(task.job)?;
        Some(record.prepare(&self.port, task, staged, most))
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
            Manner::Shared => {
                let share = self.state.borrow().scheduler.share(parcel.kernel());
                let draft = outbox.draft(worker);
                draft.add(parcel);
                if draft.is_full(pace::per_message(share)) {
                    self.send_draft(worker, outbox);
                }
            }
            Manner::Alone => {
                self.send_draft(worker, outbox);
                self.send(worker, vec![parcel]);
            }
        }
    }

    fn send_all(&self, outbox: &mut Outbox<P>) {
        while let Some((worker, draft)) = outbox.pop() {
            self.send(worker, draft.into_parcels());
        }
    }

    fn send_draft(&self, worker: WorkerId, outbox: &mut Outbox<P>) {
        if let Some(draft) = outbox.take(worker) {
            self.send(worker, draft.into_parcels());
        }
    }

    fn send(&self, worker: WorkerId, mut parcels: Vec<Parcel<P>>) {
        let at = self.port.chart().map(Chart::now);
        let Err(error) = self.port.post(worker, pack(&parcels)) else {
            return self.chart_sent(worker, &parcels, at);
        };
        if let [parcel] = parcels.as_slice() {
            let task = parcel.id();
            if let Some(buffer) = parcels.pop().and_then(Parcel::into_buffer)
                && let Some(record) = self.state.borrow_mut().records.get_mut(task.job)
            {
                record.put_back(buffer);
            }
            return self.refuse(worker, task, error);
        }
        for task in parcels.iter().map(Parcel::id) {
            self.refuse(worker, task, error.clone());
        }
    }

    /// Tells the timeline, if there is one, what was sent when.
    fn chart_sent(&self, worker: WorkerId, parcels: &[Parcel<P>], at: Option<u64>) {
        if let Some(at) = at
            && let Some(timeline) = &mut self.state.borrow_mut().timeline
        {
            for parcel in parcels {
                timeline.sent(worker, parcel.id(), parcel.kernel(), at);
            }
        }
    }

    /// Fails a task that could not be sent.
    fn refuse(&self, worker: WorkerId, task: TaskId, error: JobError) {
        self.note_failure(task.job, error);
        self.with_scheduler(|scheduler, now| {
            scheduler.handle_reply(now, worker, &[(task, scheduler::Verdict::Failed)]);
        });
    }

    /// Learns from a reply to small tasks how many of them make a message.
    pub(super) fn learn(&self, now: Timestamp, entries: &[Entry<'_>]) {
        let mut state = self.state.borrow_mut();
        let Some(record) = entries.first().and_then(|entry| state.records.get(entry.id.job)) else {
            return;
        };
        let kernel = record.kernel;
        if record.is_small() {
            let total_us = entries.iter().map(|entry| entry.times.total()).sum();
            state.pace.learn(entries.len(), total_us);
        }
        if let Some(share) = state.pace.share() {
            state.scheduler.set_share(now, kernel, share);
        }
    }

    /// Books the entries of a reply.
    pub(super) fn book(
        &self,
        now: Timestamp,
        worker: WorkerId,
        reply: Reply<'_>,
        buffers: &mut [Option<P::Buffer>],
    ) {
        let memory = reply.memory;
        let mut answers = Vec::with_capacity(reply.entries.len());
        let mut results = Vec::with_capacity(reply.entries.len());
        for Entry { id, verdict, times } in reply.entries {
            let result = self.open(verdict, buffers);
            let verdict = match result {
                Some(Ok(_)) => scheduler::Verdict::Completed,
                Some(Err(_)) | None => scheduler::Verdict::Failed,
            };
            answers.push((id, verdict));
            results.push((times, result));
        }
        let mut state = self.state.borrow_mut();
        let receipts = state.scheduler.handle_reply(now, worker, &answers);
        drop(state);
        for ((receipt, (id, _)), (times, result)) in receipts.into_iter().zip(answers).zip(results)
        {
            self.receive(worker, id, receipt, result, times, memory);
        }
    }

    /// Does with a result what the scheduler said of it.
    fn receive(
        &self,
        worker: WorkerId,
        id: TaskId,
        receipt: Receipt,
        result: Option<Result<P::Buffer, JobError>>,
        times: Times,
        memory: u64,
    ) {
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
        let listener = record.mailbox.deliver(piece);
        state.due.extend(listener);
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
        if self.port.chart().is_some()
            && let Some(timeline) = &mut state.timeline
        {
            timeline.settled(job);
        }
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
        due.into_iter().for_each(Listener::tell);
        waiting.for_each(Waker::wake);
        if let Some(chart) = self.port.chart() {
            self.draw(chart);
        }
    }

    /// Draws, with nothing borrowed, what the timeline has.
    fn draw(&self, chart: &dyn Chart) {
        let mut state = self.state.borrow_mut();
        let spans = state.timeline.as_mut().map(Timeline::take_spans).unwrap_or_default();
        let kernels = state.kernels.clone().unwrap_or_default();
        drop(state);
        for span in &spans {
            let kernel = kernels.get(usize::from(span.kernel.0));
            chart.draw(kernel.map_or("", String::as_str), span);
        }
    }
}
