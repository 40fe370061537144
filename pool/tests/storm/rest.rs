//! When the faults have stopped: every job settles, and the pool comes back to full strength.

use unjank_pool::{Rejection, scheduler::WorkerView};

use crate::{event::Event, order::Order, voyage::Voyage};

/// Steps after which a pool without faults must have come to rest.
const PATIENCE: u32 = 20_000;

impl Voyage {
    pub(crate) fn end_faults(&mut self) {
        self.world.inner.refuse_posts.set(false);
        self.world.inner.spawn_faults.borrow_mut().clear();
        for worker in std::mem::take(&mut self.silent) {
            self.charge(worker);
            self.world.crash(worker);
            self.step(Event::Turn);
        }
    }

    /// Lets everybody do what they can, until nobody can and no timer is set.
    pub(crate) fn rest(&mut self) {
        for _ in 0..PATIENCE {
            let starting = self.views.iter().any(|(_, view)| *view == WorkerView::Starting);
            let next = match () {
                () if self.world.has_turn_to_come() => Event::Turn,
                () if starting => Event::Hello,
                () if !self.world.busy().is_empty() => Event::Answer,
                () if !self.world.is_quiet() => Event::Fire,
                () => return,
            };
            self.step(next);
        }
        panic!("the pool does not come to rest");
    }

    /// All jobs settle, and all workers that are wanted are there.
    pub(crate) fn come_to_full_strength(&mut self) {
        self.end_faults();
        self.rest();
        self.work_again();
        assert_eq!(self.ready_workers(), self.wanted_workers(), "not at full strength");
        assert!(self.clients.is_empty(), "{} jobs have not settled", self.clients.len());
        assert!(self.waiting.is_empty() && self.reopening.is_empty(), "somebody still waits");
        let stats = self.world.pool().stats();
        assert_eq!((stats.queued, stats.in_flight), (0, 0), "a quiet pool holds nothing");
    }

    /// A job is done, in a pool that is reopened if it has failed.
    fn work_again(&mut self) {
        let order = Order::honest(&mut self.rng);
        if let Err(refusal) = self.submit(order) {
            assert!(matches!(refusal, Rejection::PoolFailed(_)), "an empty pool is full");
            self.reopen();
            self.submit(order).expect("a pool that is reopened takes jobs");
        }
        self.step(Event::Turn);
        let completed = self.books.jobs.completed;
        let waits = self.clients.len() as u64;
        self.rest();
        let done = self.books.jobs.completed - completed;
        assert_eq!(done, waits, "honest work is done when nothing is wrong");
    }

    fn ready_workers(&self) -> usize {
        let ready = self.views.iter().filter(|(_, view)| matches!(view, WorkerView::Ready { .. }));
        ready.count()
    }

    /// How many there are to be when there is nothing to do.
    fn wanted_workers(&self) -> usize {
        usize::from(self.config.min_workers + self.config.spares)
    }
}
