//! The core for JavaScript: pools by number, told things in words, telling them in words.
//!
//! `pool/js/seam.d.ts` says what each method of [`Pools`] does, and what words it reads and leaves: they are
//! the exports of `core.wasm`, less what makes them exports.

mod read;
mod write;

use alloc::{vec, vec::Vec};

use unjank_protocol::{JobId, Onward, TaskId, WorkerId, abi::MAX_PORTS};

use self::read::Words;
use crate::{
    driver::{Driver, Occasion, Reply},
    scheduler::{Close, Loss, Tenure, Timestamp},
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
    /// What the last turn came to.
    outbox: Vec<u32>,
    /// The numbers that were asked for last.
    stats: Vec<f64>,
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
        Self { pools: Vec::new(), inbox: Vec::new(), outbox: Vec::new(), stats: Vec::new() }
    }

    /// Room for so many words, to be filled before calls that read them; it stays where it is until it is asked for
    /// again.
    pub fn inbox(&mut self, words: usize) -> &mut [u32] {
        self.inbox = vec![0; words];
        &mut self.inbox
    }

    /// What the last [`submit`](Self::submit) said, from the first word on.
    #[must_use]
    pub fn said(&self) -> &[u32] {
        &self.inbox
    }

    /// Makes a pool, and says its number.
    pub fn open(&mut self, now: Timestamp) -> u32 {
        let driver = Driver::new(Words::new(&self.inbox).config(), now);
        self.outbox.reserve(OUTBOX);
        let free = self.pools.iter().position(Option::is_none);
        let number = free.unwrap_or(self.pools.len());
        if number == self.pools.len() {
            self.pools.push(None);
        }
        if let Some(pool) = self.pools.get_mut(number) {
            *pool = Some(driver);
        }
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

    /// Submits so many jobs; says how many were accepted, and more of them where their words were.
    pub fn submit(&mut self, pool: u32, now: Timestamp, jobs: u32) -> u32 {
        let Some((driver, mut words)) = self.of(pool) else { return 0 };
        let mut order = words.order(now);
        let others = (words.word() as usize).min(MAX_PORTS - 1);
        let mut said = [0; 7];
        let mut accepted = 0;
        while accepted < jobs {
            order.length = words.word() as usize;
            order.others = words.slice(others);
            match driver.submit(now, &order) {
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
        if let Some(inbox) = self.inbox.first_chunk_mut() {
            *inbox = said;
        }
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

    /// Sends nothing until it is told to go on.
    pub fn pause(&mut self, pool: u32) {
        self.with(pool, Driver::pause);
    }

    /// Sends again.
    pub fn resume(&mut self, pool: u32, now: Timestamp) {
        self.with(pool, |driver| driver.resume(now));
    }

    /// Has another number of workers.
    pub fn resize(&mut self, pool: u32, now: Timestamp, workers: u16) {
        self.with(pool, |driver| driver.resize(now, workers));
    }

    /// A worker keeps something for its callers from here on, or nothing any more.
    pub fn keep(&mut self, pool: u32, now: Timestamp, worker: WorkerId, tenure: Tenure) {
        self.with(pool, |driver| driver.keep(now, worker, tenure));
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

    /// Takes a turn; says what it came to. What it says stays as it is until the next turn.
    pub fn turn(&mut self, pool: u32, now: Timestamp, occasion: Occasion) -> &[u32] {
        let mut words = core::mem::take(&mut self.outbox);
        words.clear();
        words.resize(write::HEADER, 0);
        if let Some((driver, _)) = self.of(pool) {
            let progress = driver.turn(now, occasion);
            let (lifecycle, timeout) = (driver.lifecycle(), driver.poll_timeout());
            if let Some(header) = words.first_chunk_mut() {
                *header = write::header(
                    progress,
                    lifecycle,
                    driver.has_room(),
                    driver.queued_tasks(),
                    timeout,
                );
            }
            while let Some(effect) = driver.poll_effect() {
                write::effect(&mut words, &effect);
            }
        }
        let count = words.len() as u32;
        if let Some(word) = words.first_mut() {
            *word = count;
        }
        self.outbox = words;
        &self.outbox
    }

    /// The numbers of a pool, behind the number of all of them.
    pub fn stats(&mut self, pool: u32, now: Timestamp) -> &[f64] {
        let mut numbers = core::mem::take(&mut self.stats);
        numbers.clear();
        numbers.push(0.0);
        self.with(pool, |driver| write::stats(&mut numbers, &driver.stats(now)));
        let count = numbers.len() as f64;
        if let Some(number) = numbers.first_mut() {
            *number = count;
        }
        self.stats = numbers;
        &self.stats
    }
}
