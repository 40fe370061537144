//! What the page has to compute.

use std::num::NonZeroU32;

use fastrand::Rng;
use unjank_core::scheduler::{Custody, JobSpec, Lane};
use unjank_protocol::KernelId;

use super::Nanos;

/// What computes every job of a load.
pub(super) const KERNEL: KernelId = KernelId(0);

const MICRO: Nanos = 1000;
const MILLI: Nanos = 1000 * MICRO;

/// Some work, the same for any number of workers.
#[derive(Debug)]
pub(crate) struct Load {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// The lane whose latency is of interest.
    pub(crate) watched: Lane,
    /// How its jobs come.
    pub(crate) stream: fn(&mut Rng) -> Vec<Arrival>,
}

/// A job that comes at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arrival {
    pub(crate) at: Nanos,
    pub(crate) lane: Lane,
    pub(crate) custody: Custody,
    /// Bytes in, and as many out.
    pub(crate) bytes: u64,
    /// How long its kernel runs.
    pub(crate) kernel: Nanos,
}

impl Arrival {
    pub(crate) fn spec(&self) -> JobSpec {
        let Self { lane, custody, .. } = *self;
        JobSpec {
            lane,
            kernel: KERNEL,
            tasks: NonZeroU32::MIN,
            custody,
            deadline: None,
            ahead: None,
            place: None,
        }
    }

    /// Bytes that the page copies to send it.
    pub(crate) fn page_bytes(&self) -> u64 {
        match self.custody {
            Custody::Moved => 0,
            Custody::Kept | Custody::Inline => self.bytes,
        }
    }
}

/// Every load, from the smallest jobs to the largest.
pub(crate) const LOADS: [Load; 5] = [
    Load {
        name: "64-byte burst",
        about: "a million 64-byte jobs of about 2 µs, all at once",
        watched: Lane::Normal,
        stream: burst,
    },
    Load {
        name: "1 MiB, copied",
        about: "4,000 chunks of 1 MiB that stay with the page, about 2 ms each, all at once",
        watched: Lane::Normal,
        stream: |rng| chunks(rng, Custody::Kept),
    },
    Load {
        name: "1 MiB, moved",
        about: "the same 4,000 chunks, given to the pool",
        watched: Lane::Normal,
        stream: |rng| chunks(rng, Custody::Moved),
    },
    Load {
        name: "mixed lanes",
        about: "20,000 jobs of about 2 ms of which one in a hundred takes fifty times as long, \
                2,000 in the background of 10 ms, and an interactive one of 200 µs every 500 µs \
                for half a second, whose latency is shown",
        watched: Lane::Interactive,
        stream: mixed,
    },
    Load {
        name: "one long job",
        about: "one job of a second, then 100,000 of about 200 µs and 4 KiB, all at once",
        watched: Lane::Normal,
        stream: one_long,
    },
];

fn burst(rng: &mut Rng) -> Vec<Arrival> {
    let one = Arrival {
        at: 0,
        lane: Lane::Normal,
        custody: Custody::Inline,
        bytes: 64,
        kernel: 2 * MICRO,
    };
    (0..1_000_000).map(|_| about(one, rng)).collect()
}

fn chunks(rng: &mut Rng, custody: Custody) -> Vec<Arrival> {
    let one = Arrival { at: 0, lane: Lane::Normal, custody, bytes: 1 << 20, kernel: 2 * MILLI };
    (0..4000).map(|_| about(one, rng)).collect()
}

fn mixed(rng: &mut Rng) -> Vec<Arrival> {
    let (custody, bytes) = (Custody::Moved, 256 << 10);
    let normal = Arrival { at: 0, lane: Lane::Normal, custody, bytes, kernel: 2 * MILLI };
    let idle = Arrival { lane: Lane::Background, kernel: 10 * MILLI, ..normal };
    let touch = Arrival {
        lane: Lane::Interactive,
        custody: Custody::Inline,
        bytes: 1024,
        kernel: 200 * MICRO,
        ..normal
    };
    let mut all: Vec<Arrival> =
        (0..1000).map(|turn| Arrival { at: turn * MILLI / 2, ..touch }).collect();
    all.extend((0..2000).map(|_| idle));
    all.extend((0..20_000).map(|_| {
        let longer = if rng.u32(..100) == 0 { 50 } else { 1 };
        Arrival { kernel: normal.kernel * longer, ..normal }
    }));
    let mut all: Vec<Arrival> = all.into_iter().map(|one| about(one, rng)).collect();
    all.sort_by_key(|arrival| arrival.at);
    all
}

fn one_long(rng: &mut Rng) -> Vec<Arrival> {
    let (lane, custody) = (Lane::Normal, Custody::Kept);
    let short = Arrival { at: 0, lane, custody, bytes: 4096, kernel: 200 * MICRO };
    let long = Arrival { lane: Lane::Background, kernel: 1000 * MILLI, ..short };
    let others = (0..100_000).map(|_| about(short, rng));
    std::iter::once(long).chain(others).collect()
}

/// The same job, whose kernel takes up to a quarter more or less.
fn about(one: Arrival, rng: &mut Rng) -> Arrival {
    let kernel = one.kernel * 3 / 4 + rng.u64(..=one.kernel / 2);
    Arrival { kernel, ..one }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_is_the_same_each_time_and_in_order() {
        for load in &LOADS {
            let [one, other] = [(); 2].map(|()| (load.stream)(&mut Rng::with_seed(3)));
            assert!(one == other, "{}", load.name);
            assert!(one.is_sorted_by_key(|arrival| arrival.at), "{}", load.name);
            assert!(one.iter().any(|arrival| arrival.lane == load.watched), "{}", load.name);
        }
    }
}
