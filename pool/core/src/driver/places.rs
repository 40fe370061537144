//! Whose parameters each worker keeps, so that chunked work sends them once and not with each chunk.

use alloc::vec::Vec;

use unjank_protocol::{JobId, KEPT_PARAMS, WorkerId};

/// A worker's place for the parameters of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// They are to be put there.
    New(u8),
    /// They are there.
    Filled(u8),
}

/// The places of all workers, by slot.
#[derive(Debug, Default)]
pub(super) struct Places {
    workers: Vec<Shelf>,
}

/// The places of one worker. They are filled in turn: jobs whose chunks are sent now are few.
#[derive(Debug, Clone, Copy, Default)]
struct Shelf {
    generation: u32,
    jobs: [Option<JobId>; KEPT_PARAMS as usize],
    next: u8,
}

impl Places {
    /// Where a worker keeps, or is to keep, the parameters of a job. What is to be kept counts as kept
    /// from here on.
    pub(super) fn find(&mut self, worker: WorkerId, job: JobId) -> Place {
        let slot = usize::from(worker.slot);
        if self.workers.len() <= slot {
            self.workers.resize(slot + 1, Shelf::default());
        }
        let shelf = &mut self.workers[slot];
        if shelf.generation != worker.generation {
            *shelf = Shelf { generation: worker.generation, ..Shelf::default() };
        }
        if let Some(place) = shelf.jobs.iter().position(|kept| *kept == Some(job)) {
            return Place::Filled(place as u8);
        }
        let place = shelf.next % KEPT_PARAMS;
        shelf.jobs[usize::from(place)] = Some(job);
        shelf.next = place + 1;
        Place::New(place)
    }

    /// What was to be kept may not have arrived.
    pub(super) fn forget(&mut self, worker: WorkerId) {
        if let Some(shelf) = self.workers.get_mut(usize::from(worker.slot)) {
            shelf.jobs = [None; KEPT_PARAMS as usize];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKER: WorkerId = WorkerId { slot: 3, generation: 7 };

    fn job(id: u64) -> JobId {
        JobId::new(id).expect("a small id")
    }

    #[test]
    fn params_are_sent_once_while_few_jobs_take_turns() {
        let mut places = Places::default();
        let first: Vec<_> = (0..4).map(|id| places.find(WORKER, job(id))).collect();
        assert_eq!(first, [0, 1, 2, 3].map(Place::New));
        let again: Vec<_> = (0..4).map(|id| places.find(WORKER, job(id))).collect();
        assert_eq!(again, [0, 1, 2, 3].map(Place::Filled));
        assert_eq!(places.find(WORKER, job(9)), Place::New(0), "the oldest makes room");
        assert_eq!(places.find(WORKER, job(0)), Place::New(1));
    }

    #[test]
    fn a_new_worker_has_nothing() {
        let mut places = Places::default();
        places.find(WORKER, job(0));
        let next = WorkerId { generation: 8, ..WORKER };
        assert_eq!(places.find(next, job(0)), Place::New(0));
        places.forget(next);
        assert_eq!(places.find(next, job(0)), Place::New(1), "what was not sent is not there");
    }
}
