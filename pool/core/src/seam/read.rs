//! What is said to the core.

use alloc::vec::Vec;
use core::time::Duration;

use unjank_protocol::{JobId, KernelId, Place, TaskId, Times, WorkerId};

use super::NONE;
use crate::{
    driver::{Answer, Cut, KernelShape, Order, OutputShape, Ownership, ParamsKey},
    scheduler::{Config, Lane, Timestamp, Verdict},
};

/// Words that are read one after the other. Those that are missing are 0.
#[derive(Debug, Clone)]
pub(super) struct Words<'a>(&'a [u32]);

impl<'a> Words<'a> {
    pub(super) fn new(words: &'a [u32]) -> Self {
        Self(words)
    }

    pub(super) fn word(&mut self) -> u32 {
        let [word] = self.words();
        word
    }

    fn words<const N: usize>(&mut self) -> [u32; N] {
        let mut words = [0; N];
        self.fill(&mut words);
        words
    }

    /// Apart, because it is the same however many they are.
    #[inline(never)]
    fn fill(&mut self, words: &mut [u32]) {
        let here = self.slice(words.len());
        words[..here.len()].copy_from_slice(here);
    }

    /// How many rows of `WORDS` words follow: no more than there are words.
    fn rows<const WORDS: usize>(&self, count: u32) -> usize {
        (count as usize).min(self.0.len() / WORDS)
    }

    pub(super) fn config(&mut self) -> Config {
        let [workers, min_workers, spares, queue, depth, idle_ms, start_ms] = self.words();
        let millis = |millis: u32| Duration::from_millis(millis.into());
        Config {
            workers: short(workers),
            min_workers: short(min_workers),
            spares: short(spares),
            queue: queue as usize,
            depth: u8::try_from(depth).unwrap_or(u8::MAX),
            idle_timeout: millis(idle_ms),
            start_timeout: millis(start_ms),
            ..Config::default()
        }
    }

    pub(super) fn kernels(&mut self) -> Vec<KernelShape> {
        let kernels = self.word();
        (0..self.rows::<3>(kernels)).map(|_| self.kernel()).collect()
    }

    fn kernel(&mut self) -> KernelShape {
        let [grain, pure, outputs] = self.words();
        let outputs = (0..self.rows::<2>(outputs)).map(|_| {
            let [unit, slot] = self.words();
            let in_place = slot.checked_sub(1).and_then(|input| u8::try_from(input).ok());
            OutputShape { unit, in_place }
        });
        KernelShape { grain, pure: pure != 0, outputs: outputs.collect() }
    }

    pub(super) fn answers(&mut self, count: u32) -> Vec<Answer> {
        (0..self.rows::<16>(count)).map(|_| self.answer()).collect()
    }

    /// An answer as it stands in a reply.
    fn answer(&mut self) -> Answer {
        let [low, high, index, verdict, _, copy_in, compute, copy_out, ..] = self.words::<16>();
        // No pool gets as far as the last job: an answer about it is about none.
        let job = JobId::new(long(low, high)).unwrap_or(JobId::LAST);
        let verdict = if verdict == 0 { Verdict::Completed } else { Verdict::Failed };
        let times = Times { copy_in, compute, copy_out };
        Answer { task: TaskId { job, index }, verdict, times }
    }

    /// As many jobs as were said, or as there are words of.
    pub(super) fn jobs(mut self, count: u32) -> impl Iterator<Item = JobId> {
        (0..self.rows::<2>(count)).filter_map(move |_| {
            let [low, high] = self.words();
            JobId::new(long(low, high))
        })
    }

    /// What jobs have in common that are submitted together: the order of one without a payload.
    pub(super) fn order(&mut self, now: Timestamp) -> Order<'a> {
        let [kernel, lane, keeps, shape, stride, numbers @ ..] = self.words::<9>();
        let [length, number, low, high, slot, generation] = self.words();
        let lane = match lane {
            0 => Lane::Interactive,
            1 => Lane::Normal,
            _ => Lane::Background,
        };
        Order {
            kernel: KernelId(short(kernel)),
            lane,
            ownership: if keeps == 0 { Ownership::Move } else { Ownership::Keep },
            cut: cut(shape, numbers),
            stride,
            params: ParamsKey { number, length },
            deadline: deadline(now, [low, high]),
            place: (slot != NONE).then_some(WorkerId { slot: short(slot), generation }),
            length: 0,
            others: &[],
        }
    }

    /// As many words as they are, or as there are.
    pub(super) fn slice(&mut self, count: usize) -> &'a [u32] {
        let (here, rest) = self.0.split_at(self.0.len().min(count));
        self.0 = rest;
        here
    }
}

fn cut(shape: u32, numbers: [u32; 4]) -> Cut {
    let [one, other, third, fourth] = numbers;
    let (units, held) = ((one != 0).then_some(one), long(third, fourth));
    match shape {
        0 => Cut::Whole,
        1 => Cut::Piece(Place { start: one, total: other, before: third, after: fourth }),
        2 => Cut::Chunks { units, halo: other, held: (held != 0).then_some(held) },
        _ => Cut::Range { total: other, units, held },
    }
}

fn deadline(now: Timestamp, [low, high]: [u32; 2]) -> Option<Timestamp> {
    let at = || now.as_micros().saturating_add(long(low, high));
    ([low, high] != [NONE; 2]).then(|| Timestamp::from_micros(at()))
}

fn long(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

/// What is too much is the most there can be.
fn short(word: u32) -> u16 {
    u16::try_from(word).unwrap_or(u16::MAX)
}
