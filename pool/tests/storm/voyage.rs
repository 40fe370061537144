//! One pool's life, from its first worker to its closing.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    thread,
    time::Duration,
};

use fastrand::Rng;
use unjank_pool::{
    Close, Phase, Rejection, SpawnError,
    scheduler::{Config, WorkerView},
};
use unjank_protocol::WorkerId;

use crate::{
    books::Books,
    client::{Circumstances, Client, Closing},
    event::Event,
    laws,
    order::{Order, Work},
    shell::{Answer, Renewal},
    world::{Caller, Sight, World},
};

/// Answers remembered, to be heard again as those of a predecessor.
const MEMORY: usize = 8;

/// Callers who wait for room at most.
const WAITING: usize = 4;

pub(crate) struct Voyage {
    pub(crate) rng: Rng,
    pub(crate) world: World,
    pub(crate) config: Config,
    pub(crate) clients: Vec<Client>,
    /// Those who wait for room.
    pub(crate) waiting: Vec<Caller<'static, Result<(), Rejection>>>,
    /// Those who wait for the pool to open again.
    pub(crate) reopening: Vec<Caller<'static, Result<(), SpawnError>>>,
    /// Workers that hang.
    pub(crate) silent: BTreeSet<WorkerId>,
    pub(crate) heard: VecDeque<(WorkerId, Answer)>,
    pub(crate) closing: Closing,
    /// What each slot did after the last step.
    pub(crate) views: Vec<(WorkerId, WorkerView)>,
    pub(crate) books: Books,
    log: Log,
}

/// The seed and the last events, told when a voyage fails.
struct Log {
    seed: u64,
    events: VecDeque<Event>,
}

impl Drop for Log {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("UNJANK_SEED={} UNJANK_STEPS=1 sails this one again", self.seed);
            println!("the last events: {:?}", self.events);
        }
    }
}

/// Small pools of every kind, whose bounds are met often.
fn any_config(rng: &mut Rng) -> Config {
    let workers = rng.u16(1..=5);
    Config {
        workers,
        min_workers: rng.u16(0..=workers),
        spares: [0, 0, 1, 2][rng.usize(..4)],
        queue: rng.usize(1..=24),
        depth: rng.u8(1..=3),
        batch: rng.u16(1..=8),
        turns: [rng.u8(1..=8), rng.u8(1..=4), rng.u8(1..=2)],
        attempts: rng.u8(1..=3),
        starts: rng.u8(1..=5),
        start_timeout: Duration::from_millis(rng.u64(5..50)),
        idle_timeout: Duration::from_millis(rng.u64(5..100)),
        backoff: Duration::from_millis(rng.u64(1..5)),
        backoff_cap: Duration::from_millis(rng.u64(1..20)),
    }
}

impl Voyage {
    /// Sails through a storm to the end, and says what happened.
    pub(crate) fn sail(seed: u64) -> Books {
        let mut voyage = Self::begin(seed);
        for _ in 0..voyage.rng.u32(200..4000) {
            let event = Event::any(&mut voyage.rng);
            voyage.step(event);
        }
        // Some are closed in the middle of it.
        if voyage.rng.u8(..4) > 0 {
            voyage.come_to_full_strength();
        }
        voyage.close();
        voyage.books
    }

    fn begin(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let config = any_config(&mut rng);
        let sight = [Sight::Unseen, Sight::Charted][rng.usize(..2)];
        let world = World::open_in(sight, config.clone());
        // Below what a large task needs, for some.
        let limit = [None, Some((1 << 20) + 1000)][rng.usize(..2)];
        world.inner.memory_limit.set(limit);
        // Some have modules that cannot be renewed in place.
        let renewal = [Renewal::InPlace, Renewal::InPlace, Renewal::Impossible][rng.usize(..3)];
        world.inner.renewal.set(renewal);
        let mut voyage = Self {
            rng,
            world,
            config,
            clients: Vec::new(),
            waiting: Vec::new(),
            reopening: Vec::new(),
            silent: BTreeSet::new(),
            heard: VecDeque::new(),
            closing: Closing::Not,
            views: Vec::new(),
            books: Books { voyages: 1, ..Books::default() },
            log: Log { seed, events: VecDeque::new() },
        };
        voyage.look();
        voyage
    }

    /// Lets an event happen, asks all callers, and checks every law.
    pub(crate) fn step(&mut self, event: Event) {
        self.books.steps += 1;
        self.log.events.push_back(event);
        if self.log.events.len() > 20 {
            self.log.events.pop_front();
        }
        let faults = self.world.inner.spawn_faults.borrow().len();
        self.happen(event);
        self.world.unwind();
        let left = self.world.inner.spawn_faults.borrow().len();
        self.books.failed_starts += faults.saturating_sub(left) as u64;
        self.world.inner.posts.borrow_mut().clear();
        self.look();
        self.ask_all();
        self.look();
        laws::check(self, event);
    }

    pub(crate) fn around(&self) -> Circumstances {
        Circumstances {
            now: self.world.now(),
            attempts: self.config.attempts,
            starts: self.config.starts,
            refused_posts: self.world.inner.refused_posts.get(),
            failed_starts: self.books.failed_starts,
            closing: self.closing,
        }
    }

    /// Submits a job. Says whether it was accepted.
    pub(crate) fn submit(&mut self, order: Order) -> Result<(), Rejection> {
        let source = order.payload();
        let before = self.around();
        match order.submit(self.world.pool(), source.clone()) {
            Ok(accepted) => {
                self.books.jobs.submitted += 1;
                let client = Client::new(order, source, accepted, before);
                self.clients.push(client);
                Ok(())
            }
            Err(refused) => {
                self.books.refused += 1;
                assert!(order.is_payload(&refused.payload), "{order:?}: it came back changed");
                self.note_refusal(order, &refused.reason);
                Err(refused.reason)
            }
        }
    }

    fn note_refusal(&mut self, order: Order, reason: &Rejection) {
        if *reason == Rejection::QueueFull {
            assert!(self.clients.len() >= self.config.queue, "it was not full");
            if self.rng.u8(..4) == 0 {
                self.await_room();
            }
        } else if matches!(reason, Rejection::PoolFailed(_)) {
            // Those that were given up are ended in the turn to come, if there is one.
            let ended = self.world.workers().is_empty() || self.world.has_turn_to_come();
            assert!(ended, "it has a worker");
            if self.rng.u8(..4) == 0 {
                self.reopen();
            }
        } else {
            let unknown = matches!(reason, Rejection::UnknownKernel { .. });
            assert!(unknown && order.work == Work::Absent, "{order:?} was refused: {reason}");
        }
    }

    pub(crate) fn await_room(&mut self) {
        if self.waiting.len() < WAITING {
            let pool = self.world.pool().clone();
            self.waiting.push(Caller::new(async move { pool.ready().await }));
        }
    }

    pub(crate) fn reopen(&mut self) {
        self.books.reopened += 1;
        let reopened = self.world.pool().reopen();
        self.reopening.push(Caller::new(reopened));
    }

    pub(crate) fn remember(&mut self, worker: WorkerId, answer: Answer) {
        self.heard.push_back((worker, answer));
        if self.heard.len() > MEMORY {
            self.heard.pop_front();
        }
    }

    /// Asks those who were woken whether their result has come, and judges it.
    fn ask_all(&mut self) {
        // A handle that is dropped lets the engine go on, which may wake those who were asked.
        while self.ask_each() > 0 {}
        self.waiting.retain_mut(|caller| caller.poll().is_none());
        self.reopening.retain_mut(|caller| caller.poll().is_none());
    }

    /// Says how many have heard how their job ended.
    fn ask_each(&mut self) -> usize {
        let before = self.clients.len();
        let mut index = 0;
        while let Some(client) = self.clients.get_mut(index) {
            match client.poll() {
                None => index += 1,
                Some(result) => {
                    let client = self.clients.swap_remove(index);
                    let ending = client.judge(result, self.around());
                    self.books.settle(ending);
                }
            }
        }
        before - self.clients.len()
    }

    /// Looks at the workers. One that was starting and is gone was a failed start.
    fn look(&mut self) {
        let stats = self.world.pool().stats();
        let views = (0..)
            .zip(&stats.workers)
            .map(|(slot, worker)| (WorkerId { slot, generation: worker.generation }, worker.view));
        let before = std::mem::replace(&mut self.views, views.collect());
        let gone = before.iter().zip(&self.views).filter(|((before, view), (after, _))| {
            *view == WorkerView::Starting && before != after
        });
        self.books.failed_starts += gone.count() as u64;
        if !self.silent.is_empty() {
            let views = &self.views;
            self.silent.retain(|silent| views.iter().any(|(live, _)| live == silent));
        }
    }

    /// Closes the pool, in some way, with some work left.
    fn close(&mut self) {
        self.end_faults();
        for _ in 0..self.rng.u8(..8) {
            let order = Order::honest(&mut self.rng);
            // A queue may be full, and a pool may have failed.
            let _ = self.submit(order);
        }
        let close = if self.rng.bool() { Close::Drain } else { Close::Abort };
        if close == Close::Abort {
            self.closing = Closing::Aborts;
        }
        let mut closed = Caller::new(self.world.pool().close(close));
        self.step(Event::Turn);
        self.rest();
        closed.result();
        self.expect_nothing_left();
        let reopened = Caller::new(self.world.pool().reopen()).result();
        assert_eq!(reopened, Err(SpawnError::Closed));
    }

    fn expect_nothing_left(&mut self) {
        self.books.unsettled += self.clients.len() as u64;
        let jobs = self.world.pool().stats().jobs;
        let settled = Books::settled(&jobs);
        self.books.settled_twice += settled.saturating_sub(Books::settled(&self.books.jobs));
        assert_eq!(jobs, self.books.jobs, "what the pool counts is what its callers heard");
        assert!(self.waiting.is_empty() && self.reopening.is_empty(), "somebody still waits");
        assert!(self.world.workers().is_empty() && self.world.is_quiet(), "something is left");
        self.expect_every_span_ended();
    }

    /// A task that was drawn as sent is drawn as run or as lost, each time.
    fn expect_every_span_ended(&mut self) {
        let mut under_way = BTreeMap::new();
        for (_, span) in self.world.inner.drawn.take() {
            let count: &mut i64 = under_way.entry(span.task).or_default();
            match span.phase {
                Phase::Queued => *count += 1,
                Phase::Ran | Phase::Lost => *count -= 1,
                Phase::Posted
                | Phase::CopiedIn
                | Phase::Computed
                | Phase::CopiedOut
                | Phase::Returned => {}
            }
            self.books.drawn += 1;
        }
        // What was sent after its job had settled was not queued any more.
        let open = under_way.iter().find(|(_, count)| **count > 0);
        assert!(open.is_none(), "{open:?} has no end");
    }
}
