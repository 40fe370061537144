//! The ledger: what each job may still become, given its history.

use unjank_core::scheduler::{Custody, JobSpec, Manner, Outcome, Timestamp};
use unjank_protocol::{JobId, TaskId, WorkerId};

use super::job;

/// Everything known about one accepted job. Sets of tasks are bit masks: at most 64 tasks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    pub(crate) spec: JobSpec,
    /// What happened to it: the outcome that it must have, once something decided on that.
    pub(crate) due: Option<Outcome>,
    pub(crate) settled: Option<Outcome>,
    /// What is to become of its tasks on workers.
    pub(crate) grip: Grip,
    /// How its tasks are to be sent.
    pub(crate) manner: Manner,
    /// Workers that it lost.
    pub(crate) losses: u8,
    /// Results that its consumer has taken.
    taken: u32,
    completed: u64,
    placed: u64,
    sent: u64,
}

/// Whether a job's running tasks may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Grip {
    Runs,
    MustStop,
}

const fn bit(index: u32) -> u64 {
    1 << index
}

impl Entry {
    fn new(spec: JobSpec) -> Self {
        assert!(spec.tasks.get() <= 64, "the ledger counts tasks in 64 bits");
        let manner = match spec.custody {
            Custody::Inline => Manner::Shared,
            Custody::Moved | Custody::Kept => Manner::Alone,
        };
        Self {
            spec,
            due: None,
            settled: None,
            grip: Grip::Runs,
            manner,
            losses: 0,
            taken: 0,
            completed: 0,
            placed: 0,
            sent: 0,
        }
    }

    pub(crate) fn is_live(&self) -> bool {
        self.settled.is_none()
    }

    /// Tasks that may be sent, while somebody waits: those that came back without a result, and of
    /// those never sent as many as its consumer has room for.
    pub(crate) fn waiting(&self) -> u32 {
        match self.settled.or(self.due) {
            Some(_) => 0,
            None => self.returned() + self.wanted(),
        }
    }

    /// Tasks that were sent, and have neither a result nor a worker.
    pub(crate) fn returned(&self) -> u32 {
        (self.sent & !self.completed & !self.placed).count_ones()
    }

    /// Tasks never sent whose results its consumer would have room for, were all others done.
    fn wanted(&self) -> u32 {
        let never = self.spec.tasks.get() - self.sent.count_ones();
        match self.spec.ahead {
            None => never,
            Some(room) => {
                let coming = (self.sent & !self.completed).count_ones();
                never.min(room.get().saturating_sub(coming + self.untaken()))
            }
        }
    }

    /// Results that came and were not taken.
    pub(crate) fn untaken(&self) -> u32 {
        self.completed.count_ones() - self.taken
    }

    /// Whether its consumer has results to take, and by that lets others be sent.
    pub(crate) fn awaits_consumer(&self) -> bool {
        let never = self.spec.tasks.get() > self.sent.count_ones();
        self.is_live() && self.spec.ahead.is_some() && self.untaken() > 0 && never
    }

    /// Its consumer takes so many results, or all that there are.
    pub(crate) fn take(&mut self, results: u32) {
        if self.is_live() {
            self.taken += results.min(self.untaken());
        }
    }

    /// Tasks without a result.
    pub(crate) fn unfinished(&self) -> u32 {
        self.spec.tasks.get() - self.completed.count_ones()
    }

    /// Whether every task has a result that came while somebody waited for it.
    pub(crate) fn is_computed(&self) -> bool {
        self.unfinished() == 0
    }

    pub(crate) fn was_sent(&self) -> bool {
        self.sent != 0
    }

    pub(crate) fn in_flight(&self) -> u32 {
        self.placed.count_ones()
    }

    /// Whether a worker has this task.
    pub(crate) fn is_placed(&self, index: u32) -> bool {
        self.placed & bit(index) != 0
    }

    /// Whether this task can be sent: it came back, or it is the next of the source and wanted.
    pub(crate) fn can_place(&self, index: u32) -> bool {
        if self.is_new(index) {
            return self.wanted() > 0 && index == self.sent.count_ones();
        }
        index < self.spec.tasks.get() && (self.completed | self.placed) & bit(index) == 0
    }

    /// Whether this task was never sent.
    pub(crate) fn is_new(&self, index: u32) -> bool {
        index < self.spec.tasks.get() && self.sent & bit(index) == 0
    }

    pub(crate) fn place(&mut self, index: u32) {
        self.placed |= bit(index);
        self.sent |= bit(index);
    }

    /// A task is off its worker, without a result.
    pub(crate) fn take_back(&mut self, index: u32) {
        self.placed &= !bit(index);
    }

    pub(crate) fn complete(&mut self, index: u32) {
        self.placed &= !bit(index);
        self.completed |= bit(index);
        if self.is_computed() {
            self.due_to(Outcome::Completed);
        }
    }

    /// A task may have killed its worker.
    pub(crate) fn lose(&mut self, index: u32, attempts: u8) {
        self.take_back(index);
        self.losses = self.losses.saturating_add(1);
        let is_over = self.losses >= attempts || self.spec.place.is_some();
        if self.spec.custody == Custody::Moved || is_over {
            self.due_to(Outcome::WorkerLost { attempts: self.losses });
        }
    }

    /// Decides how the job ends, unless that is decided.
    pub(crate) fn due_to(&mut self, outcome: Outcome) {
        if self.is_live() && self.due.is_none() {
            self.due = Some(outcome);
        }
    }

    /// The timer fires, or the job is submitted: if it is late, that is its end.
    pub(crate) fn note_time(&mut self, now: Timestamp) {
        if self.spec.deadline.is_some_and(|deadline| deadline <= now) {
            self.due_to(Outcome::DeadlineExceeded);
            self.grip = Grip::MustStop;
        }
    }
}

/// All accepted jobs, by id: a pool counts its jobs from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Ledger {
    entries: Vec<Entry>,
}

impl Ledger {
    /// Books an accepted job, and says which id it must have.
    pub(crate) fn accept(&mut self, spec: JobSpec) -> JobId {
        self.entries.push(Entry::new(spec));
        job(self.entries.len() as u64 - 1)
    }

    pub(crate) fn get(&self, id: JobId) -> Option<&Entry> {
        self.entries.get(usize::try_from(id.get()).ok()?)
    }

    pub(crate) fn get_mut(&mut self, id: JobId) -> Option<&mut Entry> {
        self.entries.get_mut(usize::try_from(id.get()).ok()?)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (JobId, &Entry)> {
        (0..).map(job).zip(&self.entries)
    }

    pub(crate) fn entries_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.entries.iter_mut()
    }

    pub(crate) fn live(&self) -> usize {
        self.entries.iter().filter(|entry| entry.is_live()).count()
    }

    /// Jobs with a task that may be sent.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (JobId, &Entry)> {
        self.iter().filter(|(_, entry)| entry.waiting() > 0)
    }

    /// Those of them that this worker alone can do, or that any can.
    pub(crate) fn waiting_for(
        &self,
        place: Option<WorkerId>,
    ) -> impl Iterator<Item = (JobId, &Entry)> {
        self.waiting().filter(move |(_, entry)| entry.spec.place == place)
    }

    /// Their tasks that any worker can do.
    pub(crate) fn open_tasks(&self) -> usize {
        self.waiting_for(None).map(|(_, entry)| entry.waiting() as usize).sum()
    }

    /// The workers that are waited for, since no other can do it.
    pub(crate) fn awaited(&self) -> impl Iterator<Item = WorkerId> {
        self.waiting().filter_map(|(_, entry)| entry.spec.place)
    }

    pub(crate) fn waiting_tasks(&self) -> usize {
        self.entries.iter().map(|entry| entry.waiting() as usize).sum()
    }

    /// The first job whose consumer has results to take.
    pub(crate) fn first_to_take(&self) -> Option<JobId> {
        self.iter().find(|(_, entry)| entry.awaits_consumer()).map(|(job, _)| job)
    }

    /// Whether the task belongs to a job that somebody waits for, and whose end is not decided.
    pub(crate) fn is_wanted(&self, task: TaskId) -> bool {
        self.get(task.job).is_some_and(|entry| entry.is_live() && entry.due.is_none())
    }

    /// Whether the task belongs to a job that must not go on.
    pub(crate) fn must_stop(&self, task: TaskId) -> bool {
        self.get(task.job).is_some_and(|entry| entry.grip == Grip::MustStop)
    }
}
