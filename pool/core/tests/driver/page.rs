//! A page without bytes: it does as effects say, and knows what they may say.

use std::collections::{BTreeMap, BTreeSet};

use unjank_core::{
    driver::{
        Accepted, Answer, Copy, Cut, Driver, Effect, Enclosed, KernelShape, Message, Occasion,
        Order, OutputShape, Ownership, ParamsKey, Progress, Refusal, Reply, Source,
    },
    scheduler::{Config, Lane, Loss, Outcome, Reason, Timestamp, Verdict},
};
use unjank_protocol::{Draft, JobId, KernelId, Onward, TaskId, Times, WorkerId};

/// Bytes of a payload that is transferred or copied.
pub(crate) const LARGE: usize = 9000;

/// More than is copied in two turns.
pub(crate) const HUGE: usize = 5 << 20;

pub(crate) const PARAMS: ParamsKey = ParamsKey { number: 7, length: 30 };

/// A job of so many bytes.
pub(crate) fn order(length: usize, ownership: Ownership) -> Order<'static> {
    Order {
        kernel: KernelId(0),
        lane: Lane::Normal,
        ownership,
        cut: Cut::Whole,
        stride: 1,
        params: PARAMS,
        deadline: None,
        place: None,
        length,
        others: &[],
    }
}

/// The same, cut into chunks of so many bytes.
pub(crate) fn chunks(length: usize, units: u32) -> Order<'static> {
    let cut = Cut::Chunks { units: Some(units), halo: 0, held: None };
    Order { cut, ..order(length, Ownership::Keep) }
}

pub(crate) struct Page {
    pub(crate) driver: Driver,
    pub(crate) now: Timestamp,
    /// What each worker was sent and has not answered.
    pub(crate) workers: BTreeMap<WorkerId, Vec<TaskId>>,
    /// How every message posted was, if it was not refused.
    pub(crate) posted: Vec<(WorkerId, Message)>,
    /// Of each copy under way, and of each that was not sent: bytes that are there, and bytes in the end.
    copies: BTreeMap<TaskId, (u32, u32)>,
    /// Bytes copied in the last turn.
    pub(crate) copied: u32,
    /// Inputs of jobs that left.
    moved: BTreeSet<(JobId, u8)>,
    /// What was submitted.
    orders: BTreeMap<JobId, Order<'static>>,
    pub(crate) settled: BTreeMap<JobId, Outcome>,
    pub(crate) terminated: Vec<(WorkerId, Reason)>,
    /// Workers that died before it was said that they are to end, or after.
    crashed: BTreeSet<WorkerId>,
    pub(crate) spawned: u32,
    /// How many posts are refused from now on.
    pub(crate) refuses: usize,
    /// What each answer of the last reply came to.
    pub(crate) told: Vec<Effect>,
}

impl Page {
    /// A page whose workers, the least there are, are ready.
    pub(crate) fn open(config: Config) -> Self {
        let now = Timestamp::ZERO;
        let mut page = Self {
            driver: Driver::new(config, now),
            now,
            workers: BTreeMap::new(),
            posted: Vec::new(),
            copies: BTreeMap::new(),
            copied: 0,
            moved: BTreeSet::new(),
            orders: BTreeMap::new(),
            settled: BTreeMap::new(),
            terminated: Vec::new(),
            crashed: BTreeSet::new(),
            spawned: 0,
            refuses: 0,
            told: Vec::new(),
        };
        let outputs = vec![OutputShape { unit: 1, in_place: Some(0) }];
        page.driver.describe(vec![KernelShape { grain: 0, pure: true, outputs }]);
        page.turn(Occasion::Shared);
        page.greet();
        page
    }

    /// All workers that are there say hello.
    pub(crate) fn greet(&mut self) {
        for worker in self.workers.keys().copied().collect::<Vec<_>>() {
            self.driver.handle_ready(self.now, worker);
        }
        self.turn(Occasion::Shared);
    }

    pub(crate) fn submit(&mut self, order: &Order<'static>) -> JobId {
        self.try_submit(order).expect("room").job
    }

    pub(crate) fn try_submit(&mut self, order: &Order<'static>) -> Result<Accepted, Refusal> {
        let accepted = self.driver.submit(self.now, order)?;
        self.orders.insert(accepted.job, *order);
        Ok(accepted)
    }

    pub(crate) fn abort(&mut self, jobs: impl IntoIterator<Item = JobId>) {
        self.driver.abort(self.now, jobs);
    }

    /// Turns until nothing was refused, as a face takes them.
    pub(crate) fn turn(&mut self, mut occasion: Occasion) -> Progress {
        self.copied = 0;
        loop {
            let progress = self.driver.turn(self.now, occasion);
            let mut refused = Vec::new();
            while let Some(effect) = self.driver.poll_effect() {
                refused.extend(self.perform(effect));
            }
            for &(worker, task) in &refused {
                self.driver.handle_refused(self.now, worker, task);
            }
            if refused.is_empty() {
                return progress;
            }
            occasion = Occasion::Shared;
        }
    }

    /// Takes turns until there is nothing more to do.
    pub(crate) fn settle_down(&mut self) {
        while self.turn(Occasion::Own) == Progress::Deferred || self.answer_first() {}
    }

    fn answer_first(&mut self) -> bool {
        self.greet();
        let busy = self.workers.iter().find(|(_, held)| !held.is_empty()).map(|(id, _)| *id);
        busy.map(|worker| self.answer(worker, Verdict::Completed)).is_some()
    }

    /// A worker answers the first of its tasks.
    pub(crate) fn answer(&mut self, worker: WorkerId, verdict: Verdict) {
        let task = self.workers.get_mut(&worker).expect("it lives").remove(0);
        self.reply(worker, &[Answer { task, verdict, times: Times::default() }], Onward::Goes);
    }

    pub(crate) fn reply(&mut self, worker: WorkerId, answers: &[Answer], onward: Onward) {
        self.told.clear();
        self.driver.handle_reply(self.now, worker, Reply { memory: 1 << 20, onward, answers });
        self.turn(Occasion::Shared);
    }

    pub(crate) fn crash(&mut self, worker: WorkerId) {
        self.workers.remove(&worker);
        self.crashed.insert(worker);
        self.driver.handle_lost(self.now, worker, Loss::Mendable);
        self.turn(Occasion::Shared);
    }

    /// Does as an effect says. Says what it could not do.
    fn perform(&mut self, effect: Effect) -> Vec<(WorkerId, TaskId)> {
        match effect {
            Effect::Spawn(worker) => {
                self.spawned += 1;
                assert!(self.workers.insert(worker, Vec::new()).is_none(), "it is there");
            }
            Effect::Terminate { worker, reason } => {
                let known =
                    self.workers.remove(&worker).is_some() || self.crashed.contains(&worker);
                assert!(known, "{worker} was never there");
                self.terminated.push((worker, reason));
            }
            Effect::Copy(step) => self.copy(step),
            Effect::Post { worker, message } => return self.post(worker, message),
            Effect::Settle { job, outcome } => {
                assert_eq!(self.settled.insert(job, outcome), None, "{job} has settled");
                self.copies.retain(|task, _| task.job != job);
            }
            Effect::Deliver(_) | Effect::Fail { .. } => self.told.push(effect),
        }
        Vec::new()
    }

    fn copy(&mut self, Copy { task, input, to, length, total, from }: Copy) {
        assert!(!self.settled.contains_key(&task.job), "its payload was given back");
        assert!(length > 0 && u64::from(to) + u64::from(length) <= total.into());
        assert!(from + length <= self.length_of(task.job, input), "the input has them");
        // The others are whole, and lie at the end.
        let behind = (input..).skip(1).take_while(|&other| other <= self.others_of(task.job));
        let behind: u32 = behind.map(|other| self.length_of(task.job, other)).sum();
        match input {
            0 => assert!(from >= to),
            _ => assert_eq!(total - behind - self.length_of(task.job, input), to - from),
        }
        let known = self.copies.insert(task, (to + length, total));
        if to > 0 {
            assert_eq!(known, Some((to, total)), "it goes on where it was left, to the same end");
        }
        self.copied += length;
    }

    fn post(&mut self, worker: WorkerId, message: Message) -> Vec<(WorkerId, TaskId)> {
        let tasks: Vec<TaskId> = message.tasks().map(|(task, _)| task).collect();
        assert!(!tasks.is_empty(), "a message is about something");
        self.check_words(&message);
        for parcel in &message.buffers {
            match parcel.buffer {
                Enclosed::Copy => {
                    let (done, total) = self.copies.remove(&parcel.task).expect("a copy");
                    assert_eq!(done, total, "it is whole");
                }
                Enclosed::Input(_) if self.refuses > 0 => {}
                Enclosed::Input(input) => {
                    assert!(self.moved.insert((parcel.task.job, input)), "it has left");
                }
            }
        }
        for part in message.parts.iter().filter(|part| part.of != Source::Params) {
            assert!(!self.settled.contains_key(&part.job), "its payload was given back");
        }
        if let Some(left) = self.refuses.checked_sub(1) {
            self.refuses = left;
            return tasks.into_iter().map(|task| (worker, task)).collect();
        }
        self.workers.get_mut(&worker).expect("it is ready").extend(tasks);
        self.posted.push((worker, message));
        Vec::new()
    }

    /// The words say as many tasks as are there, and are followed by as many bytes as there are parts of.
    fn check_words(&self, message: &Message) {
        let bytes: u32 = message.parts.iter().map(|part| part.length).sum();
        assert_eq!(message.bytes(), bytes);
        let request = page_bytes(message);
        let read = unjank_protocol::Request::read(&request).expect("a request");
        let named: Vec<TaskId> = read.tasks.iter().map(|task| task.id).collect();
        let tasks: Vec<TaskId> = Draft::tasks_in(&message.words).map(|(task, _)| task).collect();
        assert_eq!(named, tasks);
        for task in &read.tasks {
            let lengths: Vec<u32> =
                task.others.iter().map(|input| input.bytes.len() as u32).collect();
            assert_eq!(lengths, self.orders[&task.id.job].others, "it has all of each");
        }
    }

    fn others_of(&self, job: JobId) -> u8 {
        self.orders[&job].others.len().try_into().expect("a few")
    }

    /// Bytes of an input.
    fn length_of(&self, job: JobId, input: u8) -> u32 {
        let order = &self.orders[&job];
        match input {
            0 => order.length.try_into().expect("a payload"),
            _ => order.others[usize::from(input) - 1],
        }
    }

    /// The workers that hold something.
    pub(crate) fn busy(&self) -> Vec<WorkerId> {
        let busy = self.workers.iter().filter(|(_, held)| !held.is_empty());
        busy.map(|(worker, _)| *worker).collect()
    }
}

/// A message as it is sent: each byte that follows the words says of which part it is.
pub(crate) fn page_bytes(message: &Message) -> Vec<u8> {
    let words = message.words.iter().flat_map(|word| word.to_le_bytes());
    let parts = (0_u8..).zip(&message.parts);
    let bytes = parts.flat_map(|(number, part)| vec![number; part.length as usize]);
    words.chain(bytes).collect()
}
