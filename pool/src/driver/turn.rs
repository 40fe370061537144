//! One turn of the driver: what the scheduler decided is carried out here.

use std::{rc::Rc, task::Waker};

use unjank_protocol::{Answer, Bytes, JobId, KernelId, Reply, TaskId, Times, Verdict, WorkerId};

use super::{
    Driver, Listener, Piece, State, Turn,
    outbox::{Outbox, Unsent},
    pace,
    record::Staged,
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
                    let loss = Loss::Mendable;
                    self.with_scheduler(|scheduler, now| scheduler.handle_lost(now, worker, loss));
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

    /// Puts a task into a message, and sends it or leaves it in the outbox.
    fn prepare(
        &self,
        worker: WorkerId,
        task: TaskId,
        staged: Option<Staged<P::Buffer>>,
        manner: Manner,
        outbox: &mut Outbox<P>,
    ) {
        if manner == Manner::Alone {
            self.send_unsent(worker, outbox);
        }
        let unsent = outbox.of(worker);
        let mut state = self.state.borrow_mut();
        let State { records, places, scheduler, module, .. } = &mut *state;
        // There are no jobs before it is known.
        let (Some(record), Some(module)) = (records.get_mut(task.job), module) else { return };
        let place = record.keeps_params().then(|| places.find(worker, task.job));
        let share = scheduler.share(record.kernel);
        let loaded = record.load(&self.port, module, task, staged, place, unsent);
        if loaded.is_err() {
            places.forget(worker);
        }
        drop(state);
        match loaded {
            Err(error) => self.refuse(worker, task, error),
            Ok(()) if manner == Manner::Alone || unsent.is_full(pace::per_message(share)) => {
                self.send_unsent(worker, outbox);
            }
            Ok(()) => {}
        }
    }

    fn send_all(&self, outbox: &mut Outbox<P>) {
        while let Some((worker, unsent)) = outbox.pop() {
            self.send(worker, unsent);
        }
    }

    fn send_unsent(&self, worker: WorkerId, outbox: &mut Outbox<P>) {
        if let Some(unsent) = outbox.take(worker) {
            self.send(worker, unsent);
        }
    }

    fn send(&self, worker: WorkerId, unsent: Unsent<P>) {
        let (tasks, message) = unsent.seal();
        if tasks.is_empty() {
            return;
        }
        let at = self.port.chart().map(Chart::now);
        let moved = message.buffers.first().cloned();
        let Err(error) = self.port.post(worker, message) else {
            return self.chart_sent(worker, &tasks, at);
        };
        let mut state = self.state.borrow_mut();
        state.places.forget(worker);
        // A message that moves anything is about one task.
        if let (&[(task, _)], Some(buffer)) = (tasks.as_slice(), moved)
            && let Some(record) = state.records.get_mut(task.job)
        {
            record.put_back(buffer);
        }
        drop(state);
        for (task, _) in tasks {
            self.refuse(worker, task, error.clone());
        }
    }

    /// Tells the timeline, if there is one, what was sent when.
    fn chart_sent(&self, worker: WorkerId, tasks: &[(TaskId, KernelId)], at: Option<u64>) {
        if let Some(at) = at
            && let Some(timeline) = &mut self.state.borrow_mut().timeline
        {
            for &(task, kernel) in tasks {
                timeline.sent(worker, task, kernel, at);
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

    /// Learns from small tasks that completed how many of their kernel make a message.
    pub(super) fn learn(&self, now: Timestamp, answers: &[Answer<'_>]) {
        let State { records, paces, scheduler, .. } = &mut *self.state.borrow_mut();
        let seen = answers.iter().filter_map(|answer| {
            let record = records.get(answer.id.job)?;
            let completed = matches!(answer.verdict, Verdict::Completed { .. });
            (completed && record.is_small()).then(|| (record.kernel, answer.times.total()))
        });
        let mut runs: Vec<(KernelId, usize, u64)> = Vec::new();
        for (kernel, time_us) in seen {
            match runs.last_mut() {
                Some((last, tasks, total_us)) if *last == kernel => {
                    *tasks += 1;
                    *total_us += time_us;
                }
                _ => runs.push((kernel, 1, time_us)),
            }
        }
        for (kernel, tasks, total_us) in runs {
            if let Some(share) = paces.learn(kernel, tasks, total_us) {
                scheduler.set_share(now, kernel, share);
            }
        }
    }

    /// Books the answers of a reply.
    pub(super) fn book(
        &self,
        now: Timestamp,
        worker: WorkerId,
        reply: Reply<'_>,
        buffers: &mut [Option<P::Buffer>],
    ) {
        let memory = reply.memory;
        let mut verdicts = Vec::with_capacity(reply.answers.len());
        let mut results = Vec::with_capacity(reply.answers.len());
        for Answer { id, verdict, times } in reply.answers {
            let result = self.open(verdict, buffers);
            let verdict = match result {
                Ok(_) => scheduler::Verdict::Completed,
                Err(_) => scheduler::Verdict::Failed,
            };
            verdicts.push((id, verdict));
            results.push((times, result));
        }
        let mut state = self.state.borrow_mut();
        let receipts = state.scheduler.handle_reply(now, worker, &verdicts);
        drop(state);
        let booked = receipts.into_iter().zip(verdicts).zip(results);
        for ((receipt, (id, _)), (times, result)) in booked {
            self.receive(worker, id, receipt, result, times, memory);
        }
    }

    /// Does with a result what the scheduler said of it.
    fn receive(
        &self,
        worker: WorkerId,
        id: TaskId,
        receipt: Receipt,
        result: Result<P::Buffer, JobError>,
        times: Times,
        memory: u64,
    ) {
        if receipt != Receipt::Stale
            && let Some(slot) = self.state.borrow_mut().slots.get_mut(usize::from(worker.slot))
        {
            slot.count_task(times, memory);
        }
        match (receipt, result) {
            (Receipt::Wanted, Ok(bytes)) => self.deliver(worker, id, bytes, times),
            (Receipt::Wanted, Err(error)) => self.note_failure(id.job, error),
            (Receipt::Unheard | Receipt::Stale, Ok(bytes)) => self.port.recycle(bytes),
            (Receipt::Unheard | Receipt::Stale, Err(_)) => {}
        }
    }

    /// The output that a verdict names, or what went wrong.
    fn open(
        &self,
        verdict: Verdict<'_>,
        buffers: &mut [Option<P::Buffer>],
    ) -> Result<P::Buffer, JobError> {
        Err(match verdict {
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
        let module = state.module.clone();
        drop(state);
        for span in &spans {
            let name = module.as_ref().and_then(|module| module.name(span.kernel));
            chart.draw(name.unwrap_or_default(), span);
        }
    }
}
