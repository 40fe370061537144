//! The reference model: what the page and the workers know. `actions.rs` says which actions that
//! allows.

use std::collections::BTreeMap;

use unjank_core::scheduler::{
    Close, Config, Custody, JobSpec, Lifecycle, Loss, Manner, Outcome, Receipt, Refusal, Timestamp,
    Verdict,
};
use unjank_protocol::{JobId, KernelId, TaskId, WorkerId};

use super::{
    Lawful,
    fleet::{Fleet, Life, Mail, Record},
    ledger::{Grip, Ledger},
    name,
    patience::Patience,
    require,
    rounds::Rounds,
    slice::Slice,
    starts::Starts,
    step::Step,
    turns::Turns,
};

/// What the scheduler answered to a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    Nothing,
    Submitted(Result<JobId, Refusal>),
    Received(Vec<Receipt>),
}

/// Small tasks that a worker is trusted with when nobody knows how long they take.
const FIRST_SHARE: u16 = 32;

/// The state of everything outside the scheduler.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub(crate) config: Config,
    pub(crate) ledger: Ledger,
    pub(crate) fleet: Fleet,
    /// Of the kernels whose pace is known.
    pub(crate) shares: BTreeMap<KernelId, u16>,
    /// Who said that it takes no more tasks, and was not ended yet.
    pub(crate) retired: Option<WorkerId>,
    pub(crate) starts: Starts,
    pub(crate) lifecycle: Lifecycle,
    /// Whether the page wants nothing sent.
    pub(crate) is_paused: bool,
    /// Workers that may hold tasks: as many as the page wants, or those that still do since it wants fewer.
    pub(crate) most_busy: usize,
    /// Of the jobs that any worker can do.
    pub(crate) turns: Turns,
    /// Of those that one alone can do, while some wait for it.
    pub(crate) placed_turns: BTreeMap<WorkerId, Turns>,
    /// Dispatches that each lane has watched in a row while it waited.
    pub(super) passed: [u32; 3],
    pub(super) rounds: Rounds,
    pub(super) patience: Patience,
}

impl Reference {
    pub(crate) fn new(config: Config, now: Timestamp) -> Self {
        Self {
            ledger: Ledger::default(),
            fleet: Fleet::new(config.workers + config.spares),
            shares: BTreeMap::new(),
            retired: None,
            starts: Starts::new(now),
            lifecycle: Lifecycle::Opening,
            is_paused: false,
            most_busy: config.workers.into(),
            turns: Turns::new(config.turns),
            placed_turns: BTreeMap::new(),
            passed: [0; 3],
            rounds: Rounds::default(),
            patience: Patience::default(),
            config,
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.lifecycle, Lifecycle::Closed | Lifecycle::Failed)
    }

    // ---- What happens

    /// Books a step and what the scheduler said to it, before any of its actions.
    pub(crate) fn note(&mut self, now: Timestamp, step: Step, said: &Said) -> Lawful {
        match step {
            Step::Submit(spec) => self.note_submit(now, spec, said)?,
            Step::Take(job, results) => {
                if let Some(entry) = self.ledger.get_mut(job) {
                    entry.take(results);
                }
            }
            Step::Cancel(job) => self.note_cancel(job, Grip::Runs),
            Step::Abort(job) => self.note_cancel(job, Grip::MustStop),
            Step::Pause if self.lifecycle == Lifecycle::Draining => {}
            Step::Pause => self.is_paused = true,
            Step::Resume => self.is_paused = false,
            Step::Resize(workers) => {
                self.config.workers = workers;
                self.fleet.grow(workers + self.config.spares);
            }
            Step::Keep(worker, tenure) => {
                if let Some(hand) = self.fleet.hand_mut(worker) {
                    hand.tenure = tenure;
                }
            }
            Step::Close(close) => self.note_close(close),
            Step::Reopen => self.note_reopen(now),
            Step::Ready(worker) => {
                if self.fleet.make_ready(worker, now) && self.lifecycle == Lifecycle::Opening {
                    self.lifecycle = Lifecycle::Open;
                }
            }
            Step::Lost(worker, loss) => self.note_lost(now, worker, loss),
            Step::Reply(worker, slice) => self.note_reply(now, worker, slice, said)?,
            Step::Retire(worker) => self.note_retired(now, worker),
            Step::Pace(kernel, tasks) => {
                self.shares.insert(kernel, tasks.clamp(1, self.config.batch));
            }
            Step::Late(_) => {}
            Step::Fire => self.note_time(now),
        }
        self.lose_orphans();
        self.note_who_waits();
        Ok(())
    }

    fn note_submit(&mut self, now: Timestamp, spec: JobSpec, said: &Said) -> Lawful {
        if self.lifecycle == Lifecycle::Failed && now >= self.starts.not_before {
            self.note_reopen(now);
        }
        let expected = match self.lifecycle {
            Lifecycle::Draining | Lifecycle::Closed => Err(Refusal::Closed),
            Lifecycle::Failed => Err(Refusal::Failed),
            Lifecycle::Opening | Lifecycle::Open => {
                if self.ledger.waiting().count() >= self.config.queue {
                    Err(Refusal::Full)
                } else {
                    let job = self.ledger.accept(spec);
                    self.lose_orphans();
                    if let Some(entry) = self.ledger.get_mut(job) {
                        entry.note_time(now);
                    }
                    Ok(job)
                }
            }
        };
        let law = "a submit is refused when the queue is full or the pool is closing or rests, and only then";
        require(said == &Said::Submitted(expected), law, || format!("{said:?}, not {expected:?}"))
    }

    fn note_cancel(&mut self, job: JobId, grip: Grip) {
        if let Some(entry) = self.ledger.get_mut(job) {
            entry.due_to(Outcome::Cancelled);
            if grip == Grip::MustStop {
                entry.grip = grip;
            }
        }
    }

    fn note_close(&mut self, close: Close) {
        if self.lifecycle == Lifecycle::Closed {
            return;
        }
        self.lifecycle = Lifecycle::Draining;
        self.is_paused = false;
        if close == Close::Abort {
            self.end(Lifecycle::Closed, Outcome::Cancelled);
        }
    }

    fn note_reopen(&mut self, now: Timestamp) {
        if self.lifecycle == Lifecycle::Failed {
            self.lifecycle = Lifecycle::Opening;
            self.starts.begin_again(now);
        }
    }

    fn end(&mut self, lifecycle: Lifecycle, outcome: Outcome) {
        self.lifecycle = lifecycle;
        self.ledger.entries_mut().for_each(|entry| entry.due_to(outcome));
    }

    fn note_lost(&mut self, now: Timestamp, worker: WorkerId, loss: Loss) {
        match self.fleet.remove(worker) {
            None | Some(Life::Vacant) => {}
            Some(Life::Starting { .. }) => self.fail_start(now, loss),
            Some(Life::Ready(hand)) => {
                match (hand.record, hand.front()) {
                    (Record::Untried, []) => self.fail_start(now, loss),
                    _ => self.forgive_if_deserted(),
                }
                match hand.front() {
                    [] => {}
                    [alone] => self.charge(alone.task),
                    shared => shared.iter().for_each(|mail| self.send_alone(mail.task)),
                }
                hand.behind().for_each(|mail| self.take_back(mail.task));
            }
        }
    }

    /// What a worker had not answered when it retired did it no harm, and is sent again; only bytes
    /// that it alone had are gone with it.
    fn note_retired(&mut self, now: Timestamp, worker: WorkerId) {
        let Some(life) = self.fleet.remove(worker) else { return };
        self.retired = Some(worker);
        match life {
            Life::Vacant => {}
            Life::Starting { .. } => self.fail_start(now, Loss::Mendable),
            Life::Ready(hand) => {
                match hand.record {
                    Record::Untried => self.fail_start(now, Loss::Mendable),
                    Record::Proven => self.forgive_if_deserted(),
                }
                for Mail { task, .. } in hand.inbox {
                    let spec = self.ledger.get(task.job).map(|entry| entry.spec);
                    // What is lost with its place is lost to nobody's charge.
                    let moves =
                        |spec: JobSpec| spec.custody == Custody::Moved && spec.place.is_none();
                    if spec.is_some_and(moves) {
                        self.charge(task);
                    } else {
                        self.take_back(task);
                    }
                }
            }
        }
    }

    fn note_reply(
        &mut self,
        now: Timestamp,
        worker: WorkerId,
        slice: Slice,
        said: &Said,
    ) -> Lawful {
        let Said::Received(receipts) = said else {
            return require(false, "a reply has receipts", || name(worker));
        };
        let mut receipts = receipts.iter();
        for verdict in slice.verdicts() {
            let Some(Mail { task, .. }) = self.fleet.answer(worker, now) else { break };
            self.note_answer(task, verdict, receipts.next().copied())?;
            self.prove(worker);
        }
        require(receipts.next().is_none(), "each answer has one receipt", || name(worker))
    }

    fn note_answer(&mut self, task: TaskId, verdict: Verdict, receipt: Option<Receipt>) -> Lawful {
        let wanted = self.ledger.is_wanted(task);
        let (expected, law) = if wanted {
            (Receipt::Wanted, "what was computed in time is delivered")
        } else {
            (Receipt::Unheard, "what nobody waits for is not delivered")
        };
        require(receipt == Some(expected), law, || format!("{task}: {receipt:?}"))?;
        let Some(entry) = self.ledger.get_mut(task.job) else { return Ok(()) };
        match verdict {
            Verdict::Completed if wanted => entry.complete(task.index),
            Verdict::Completed => entry.take_back(task.index),
            Verdict::Failed => {
                entry.take_back(task.index);
                entry.due_to(Outcome::Failed);
            }
        }
        Ok(())
    }

    fn prove(&mut self, worker: WorkerId) {
        if let Some(hand) = self.fleet.hand_mut(worker)
            && hand.record == Record::Untried
        {
            hand.record = Record::Proven;
            self.starts.forgive();
        }
    }

    fn note_time(&mut self, now: Timestamp) {
        self.ledger.entries_mut().for_each(|entry| entry.note_time(now));
    }

    fn charge(&mut self, task: TaskId) {
        let attempts = self.config.attempts;
        let wanted = self.ledger.is_wanted(task);
        match self.ledger.get_mut(task.job) {
            Some(entry) if wanted => entry.lose(task.index, attempts),
            Some(entry) => entry.take_back(task.index),
            None => {}
        }
    }

    /// A task may have killed its worker, or one that shared its message.
    fn send_alone(&mut self, task: TaskId) {
        self.take_back(task);
        if self.ledger.is_wanted(task)
            && let Some(entry) = self.ledger.get_mut(task.job)
        {
            entry.manner = Manner::Alone;
        }
    }

    pub(super) fn take_back(&mut self, task: TaskId) {
        if let Some(entry) = self.ledger.get_mut(task.job) {
            entry.take_back(task.index);
        }
    }

    /// What is to be sent to a worker that is gone, and can be sent to no other, is lost.
    pub(super) fn lose_orphans(&mut self) {
        for entry in self.ledger.entries_mut().filter(|entry| entry.waiting() > 0) {
            if entry.spec.place.is_some_and(|worker| !self.fleet.is_ready(worker)) {
                entry.due_to(Outcome::WorkerLost { attempts: 0 });
            }
        }
    }

    /// Turns and patience are for those that wait.
    pub(super) fn note_who_waits(&mut self) {
        let Self { ledger, placed_turns, patience, fleet, config, .. } = self;
        placed_turns.retain(|&worker, _| ledger.waiting_for(Some(worker)).next().is_some());
        for worker in ledger.awaited() {
            placed_turns.entry(worker).or_insert_with(|| Turns::new(config.turns));
        }
        patience.note(ledger, fleet);
    }

    pub(super) fn fail_start(&mut self, now: Timestamp, loss: Loss) {
        self.starts.fail(&self.config, now, loss);
        if self.starts.gave_up(&self.config) && self.fleet.live() == 0 {
            let closing = self.lifecycle == Lifecycle::Draining;
            let ended = if closing { Lifecycle::Closed } else { Lifecycle::Failed };
            self.starts.rest(&self.config, now);
            self.end(ended, Outcome::PoolFailed);
        }
    }

    /// Starts that failed while others worked say nothing once nobody does.
    pub(super) fn forgive_if_deserted(&mut self) {
        if self.fleet.ready() == 0 {
            self.starts.forgive();
        }
    }

    /// Whether a start may be tried: without a ready worker so many in a row may fail, and with one as
    /// many as will.
    pub(crate) fn may_start(&self) -> bool {
        self.fleet.ready() > 0 || !self.starts.gave_up(&self.config)
    }

    // ---- What follows

    /// Whether fewer workers live than there is work for and spares are kept, within bounds.
    pub(crate) fn wants_worker(&self) -> bool {
        self.fleet.live() < self.wanted()
    }

    /// Whether an idle worker may go.
    pub(crate) fn has_worker_too_many(&self) -> bool {
        self.fleet.live() > self.wanted()
    }

    fn wanted(&self) -> usize {
        let Config { workers, min_workers, spares, .. } = self.config;
        let (at_least, spares) = match self.lifecycle {
            Lifecycle::Opening => (min_workers.max(1), spares),
            Lifecycle::Open => (min_workers, spares),
            Lifecycle::Draining => (0, 0),
            Lifecycle::Closed | Lifecycle::Failed => return 0,
        };
        let work = self.fleet.busy().count() + self.ledger.open_tasks();
        work.max(usize::from(at_least)).min(usize::from(workers)) + usize::from(spares)
    }

    /// Tasks of a kernel that a worker may hold when they share messages.
    pub(crate) fn share(&self, kernel: KernelId) -> u16 {
        self.shares.get(&kernel).copied().unwrap_or(self.config.batch.min(FIRST_SHARE))
    }

    /// Whether as many workers hold tasks as may: idle ones are spares then.
    pub(crate) fn is_at_work(&self) -> bool {
        self.fleet.busy().count() >= usize::from(self.config.workers)
    }

    /// Whether something waits for a spare: it may be sent once another is done.
    pub(crate) fn awaits_spare(&self) -> bool {
        self.is_at_work() && self.awaits_idle()
    }

    /// Whether something waits for a worker that holds nothing.
    pub(crate) fn awaits_idle(&self) -> bool {
        let mut idle = self.fleet.idle();
        idle.any(|(worker, _)| self.ledger.waiting_for(Some(worker)).next().is_some())
    }

    /// Whether nothing is sent: the page wants so, or more workers are busy than it wants.
    pub(crate) fn holds_back(&self) -> bool {
        self.is_paused || self.fleet.busy().count() > usize::from(self.config.workers)
    }

    /// Workers that tasks may wait for: those that live, spares left out.
    pub(crate) fn workers_to_fetch(&self) -> usize {
        self.fleet.live().min(usize::from(self.config.workers))
    }

    /// Whether more workers live than the pool has room for.
    pub(crate) fn has_surplus(&self) -> bool {
        self.fleet.live() > usize::from(self.config.slots())
    }

    /// Books what follows from a step once its actions are carried out.
    pub(crate) fn conclude(&mut self) {
        let still_busy = self.most_busy.min(self.fleet.busy().count());
        self.most_busy = still_busy.max(self.config.workers.into());
        if self.lifecycle == Lifecycle::Draining && self.ledger.live() == 0 {
            self.lifecycle = Lifecycle::Closed;
        }
    }
}
