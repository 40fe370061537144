//! The core for JavaScript: pools by number, told things in words, telling them in words.
//!
//! `pool/js/seam.d.ts` says what each method of [`Pools`] does, and what words it reads and leaves: they are
//! the exports of `core.wasm`, less what makes them exports.

mod read;
mod write;

use alloc::vec::Vec;

use unjank_protocol::{JobId, Onward, TaskId, WorkerId};

use self::read::Words;
use crate::{
    driver::{Driver, Occasion, Order, Reply},
    scheduler::{Close, Loss, Timestamp},
};

/// No number.
const NONE: u32 = u32::MAX;

/// Words of a turn with many small jobs. To find them at once is better than to move on and on: what was left
/// behind lies between what stays.
const OUTBOX: usize = 16 << 10;

/// All pools of a page, and the words that are said to them and by them.
#[derive(Debug)]
pub struct Pools {
    pools: Vec<Option<Driver>>,
    inbox: Vec<u32>,
    outbox: Outbox,
}

/// What was said last.
#[derive(Debug)]
enum Outbox {
    Words(Vec<u32>),
    Doubles(Vec<f64>),
}

impl Default for Pools {
    fn default() -> Self {
        Self::new()
    }
}

impl Pools {
    /// None so far.
    #[must_use]
    pub const fn new() -> Self {
        Self { pools: Vec::new(), inbox: Vec::new(), outbox: Outbox::Words(Vec::new()) }
    }

    /// Room for so many words, to be filled before a call that reads them.
    pub fn inbox(&mut self, words: usize) -> &mut [u32] {
        self.inbox.clear();
        self.inbox.resize(words, 0);
        &mut self.inbox
    }

    /// What the last call left, if that was words.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        match &self.outbox {
            Outbox::Words(words) => words,
            Outbox::Doubles(_) => &[],
        }
    }

    /// What the last call left, if that was doubles.
    #[must_use]
    pub fn doubles(&self) -> &[f64] {
        match &self.outbox {
            Outbox::Words(_) => &[],
            Outbox::Doubles(doubles) => doubles,
        }
    }

    /// Where the outbox is.
    #[must_use]
    pub fn outbox(&self) -> *const u8 {
        match &self.outbox {
            Outbox::Words(words) => words.as_ptr().cast(),
            Outbox::Doubles(doubles) => doubles.as_ptr().cast(),
        }
    }

    /// Makes a pool, and says its number.
    pub fn open(&mut self, now: Timestamp) -> u32 {
        let driver = Driver::new(Words::new(&self.inbox).config(), now);
        if let Outbox::Words(words) = &mut self.outbox {
            words.reserve(OUTBOX);
        }
        let free = self.pools.iter().position(Option::is_none);
        let number = free.unwrap_or(self.pools.len());
        if number == self.pools.len() {
            self.pools.push(None);
        }
        self.pools[number] = Some(driver);
        number as u32
    }

    /// Forgets a pool. Its number may be given to another.
    pub fn forget(&mut self, pool: u32) {
        if let Some(pool) = self.pools.get_mut(pool as usize) {
            *pool = None;
        }
    }

    /// A pool that was not forgotten, and the words that are said to it.
    fn of(&mut self, pool: u32) -> Option<(&mut Driver, Words<'_>)> {
        let driver = self.pools.get_mut(pool as usize)?.as_mut()?;
        Some((driver, Words::new(&self.inbox)))
    }

    /// Does something with a pool, if it is there.
    fn with(&mut self, pool: u32, act: impl FnOnce(&mut Driver)) {
        if let Some((driver, _)) = self.of(pool) {
            act(driver);
        }
    }

    /// Says what the kernels are.
    pub fn describe(&mut self, pool: u32) {
        if let Some((driver, mut words)) = self.of(pool) {
            driver.describe(words.kernels());
        }
    }

    // ---- What happened

    /// A worker is ready.
    pub fn ready(&mut self, pool: u32, now: Timestamp, worker: WorkerId) {
        self.with(pool, |driver| driver.handle_ready(now, worker));
    }

    /// A worker is gone.
    pub fn lost(&mut self, pool: u32, now: Timestamp, worker: WorkerId, loss: Loss) {
        self.with(pool, |driver| driver.handle_lost(now, worker, loss));
    }

    /// A worker answered so many tasks.
    pub fn replied(
        &mut self,
        pool: u32,
        now: Timestamp,
        worker: WorkerId,
        answers: u32,
        onward: Onward,
        memory: u64,
    ) {
        if let Some((driver, mut words)) = self.of(pool) {
            let answers = words.answers(answers);
            driver.handle_reply(now, worker, Reply { memory, onward, answers: &answers });
        }
    }

    /// One task of a message was not sent.
    pub fn refused(&mut self, pool: u32, now: Timestamp, worker: WorkerId, task: TaskId) {
        self.with(pool, |driver| driver.handle_refused(now, worker, task));
    }

    /// Time has passed.
    pub fn timeout(&mut self, pool: u32, now: Timestamp) {
        self.with(pool, |driver| driver.handle_timeout(now));
    }

    // ---- What callers want

    /// Submits so many jobs; says how many were accepted.
    pub fn submit(&mut self, pool: u32, now: Timestamp, jobs: u32) -> u32 {
        let Some((driver, mut words)) = self.of(pool) else { return 0 };
        let order = words.order(now);
        let mut said = [0; 7];
        let mut accepted = 0;
        while accepted < jobs {
            let length = words.word() as usize;
            match driver.submit(now, &Order { length, ..order }) {
                Ok(job) if accepted == 0 => {
                    [said[0], said[1]] = write::number(job.job);
                    said[2] = job.plan.len().get();
                }
                Ok(_) => {}
                Err(refusal) => {
                    [said[3], said[4], said[5]] = write::refusal(refusal);
                    break;
                }
            }
            accepted += 1;
        }
        said[6] = driver.has_room().into();
        self.say(&said);
        accepted
    }

    /// Its consumer took so many results of chunked work.
    pub fn take(&mut self, pool: u32, now: Timestamp, job: JobId, results: u32) {
        self.with(pool, |driver| driver.take(now, job, results));
    }

    /// Its caller lost interest in a job.
    pub fn cancel(&mut self, pool: u32, now: Timestamp, job: JobId) {
        self.with(pool, |driver| driver.cancel(now, job));
    }

    /// Stops so many jobs.
    pub fn abort(&mut self, pool: u32, now: Timestamp, jobs: u32) {
        if let Some((driver, words)) = self.of(pool) {
            driver.abort(now, words.jobs(jobs));
        }
    }

    /// Takes no more jobs.
    pub fn close(&mut self, pool: u32, now: Timestamp, close: Close) {
        self.with(pool, |driver| driver.close(now, close));
    }

    /// Begins again.
    pub fn reopen(&mut self, pool: u32, now: Timestamp) {
        self.with(pool, |driver| driver.reopen(now));
    }

    // ---- What is to be done

    /// Takes a turn; says how many words there are.
    pub fn turn(&mut self, pool: u32, now: Timestamp, occasion: Occasion) -> u32 {
        let mut words = self.take_words();
        if let Some((driver, _)) = self.of(pool) {
            let progress = driver.turn(now, occasion);
            let (lifecycle, timeout) = (driver.lifecycle(), driver.poll_timeout());
            let header = write::header(progress, lifecycle, driver.has_room(), timeout);
            words.extend_from_slice(&header);
            while let Some(effect) = driver.poll_effect() {
                write::effect(&mut words, &effect);
            }
        }
        let count = words.len() as u32;
        self.outbox = Outbox::Words(words);
        count
    }

    /// The numbers of a pool; says how many doubles there are.
    pub fn stats(&mut self, pool: u32, now: Timestamp) -> u32 {
        let mut numbers = Vec::new();
        self.with(pool, |driver| write::stats(&mut numbers, &driver.stats(now)));
        let count = numbers.len() as u32;
        self.outbox = Outbox::Doubles(numbers);
        count
    }

    fn say(&mut self, said: &[u32]) {
        let mut words = self.take_words();
        words.extend_from_slice(said);
        self.outbox = Outbox::Words(words);
    }

    /// Room for words that were said before, emptied.
    fn take_words(&mut self) -> Vec<u32> {
        match core::mem::replace(&mut self.outbox, Outbox::Words(Vec::new())) {
            Outbox::Words(mut words) => {
                words.clear();
                words
            }
            Outbox::Doubles(_) => Vec::new(),
        }
    }
}
