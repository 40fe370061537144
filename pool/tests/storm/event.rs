//! What may happen next, and how often it does.

use std::time::Duration;

use unjank_pool::{SpawnError, scheduler::WorkerView};
use unjank_protocol::{VERSION, WorkerId};

use crate::{kernels::others, order::Order, voyage::Voyage, world::World};

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// Callers submit up to three jobs in one go, and may abort others.
    Submit,
    /// A caller waits for room.
    AwaitRoom,
    Drop,
    Abort,
    Reopen,
    /// A starting worker says hello.
    Hello,
    /// A worker that is ready says it again.
    HelloAgain,
    /// A starting worker has other kernels, or makes no sense.
    WrongHello,
    Answer,
    /// A worker sends something that is no reply.
    Babble,
    /// A worker is terminated from outside.
    Crash,
    /// A worker hangs: whatever it is sent, it does not answer.
    Hang,
    /// What a worker's predecessor said arrives late.
    Stale,
    /// The next workers cannot be made.
    Faults,
    /// The browser refuses messages.
    Refuse,
    /// It takes them again.
    Relent,
    /// The page is away: workers go on, and what they say arrives when it is back. The clock stands.
    Away,
    /// Time passes.
    Pass,
    /// Time passes, and the timer is late.
    Drift,
    /// Time jumps to the timer.
    Fire,
    /// The turn that the engine asked for.
    Turn,
}

/// Events by weight.
const CHART: [(u32, Event); 21] = [
    (300, Event::Submit),
    (10, Event::AwaitRoom),
    (25, Event::Drop),
    (15, Event::Abort),
    (3, Event::Reopen),
    (150, Event::Hello),
    (5, Event::HelloAgain),
    (12, Event::WrongHello),
    (500, Event::Answer),
    (4, Event::Babble),
    (12, Event::Crash),
    (6, Event::Hang),
    (10, Event::Stale),
    (6, Event::Faults),
    (3, Event::Refuse),
    (100, Event::Relent),
    (3, Event::Away),
    (40, Event::Pass),
    (10, Event::Drift),
    (15, Event::Fire),
    (60, Event::Turn),
];

impl Event {
    pub(crate) fn any(rng: &mut fastrand::Rng) -> Self {
        let mut left = rng.u32(..CHART.iter().map(|&(weight, _)| weight).sum::<u32>());
        for (weight, event) in CHART {
            match left.checked_sub(weight) {
                Some(rest) => left = rest,
                None => return event,
            }
        }
        Self::Turn
    }
}

impl Voyage {
    /// Lets an event happen, to somebody whom it can happen to.
    pub(crate) fn happen(&mut self, event: Event) {
        match event {
            Event::Submit => self.submit_some(),
            Event::AwaitRoom => self.await_room(),
            Event::Drop => self.drop_one(),
            Event::Abort => self.abort_one(),
            Event::Reopen => self.reopen(),
            Event::Hello | Event::HelloAgain | Event::WrongHello => self.hear_hello(event),
            Event::Answer => self.hear_answer(),
            Event::Babble => self.lose_one(World::babble),
            Event::Crash => self.lose_one(World::crash),
            Event::Hang => {
                let live = self.any_of(|view| view != WorkerView::Vacant);
                self.silent.extend(live);
            }
            Event::Stale => self.hear_stale(),
            Event::Faults => {
                let fault = SpawnError::InitFailed { message: "no memory".into() };
                self.world.inner.spawn_faults.borrow_mut().push_back(fault);
            }
            Event::Refuse => self.world.inner.refuse_posts.set(true),
            Event::Relent => self.world.inner.refuse_posts.set(false),
            Event::Away => self.come_back(),
            Event::Pass => self.world.pass(Duration::from_micros(self.rng.u64(..3000))),
            Event::Drift => self.world.drift(Duration::from_micros(self.rng.u64(..3000))),
            Event::Fire => {
                self.world.fire();
            }
            Event::Turn => {
                self.world.next_turn();
            }
        }
    }

    /// One of the workers that look so and were spawned: the order to do so may wait for its turn.
    pub(crate) fn any_of(&mut self, looks: impl Fn(WorkerView) -> bool) -> Option<WorkerId> {
        let spawned = self.world.inner.workers.borrow();
        let workers: Vec<_> = self
            .views
            .iter()
            .filter(|(worker, view)| looks(*view) && spawned.contains_key(worker))
            .collect();
        Some(self.rng.choice(workers)?.0)
    }

    fn submit_some(&mut self) {
        for _ in 0..self.rng.u8(1..=3) {
            let order = Order::any(&mut self.rng);
            // A refusal has been looked at.
            let _ = self.submit(order);
            if self.rng.u8(..16) == 0 {
                self.abort_one();
            }
        }
    }

    fn drop_one(&mut self) {
        // Before a turn to come, some may have settled and not heard of it.
        if !self.clients.is_empty() && !self.world.has_turn_to_come() {
            let dropped = self.clients.swap_remove(self.rng.usize(..self.clients.len()));
            self.books.jobs.cancelled += 1;
            drop(dropped);
        }
    }

    fn abort_one(&mut self) {
        if let Some(client) = self.rng.choice(self.clients.iter_mut()) {
            client.abort();
        }
    }

    fn hear_hello(&mut self, event: Event) {
        let again = event == Event::HelloAgain;
        let starting = |view| view == WorkerView::Starting;
        let ready = |view| matches!(view, WorkerView::Ready { .. });
        let worker = self.any_of(|view| if again { ready(view) } else { starting(view) });
        let Some(worker) = worker.filter(|worker| !self.silent.contains(worker)) else { return };
        if event == Event::WrongHello {
            // Other kernels, or another build's words.
            let other = others().describe();
            let version = if self.rng.bool() { VERSION } else { VERSION + 1 };
            self.world.say(worker, version, &other);
        } else {
            self.world.hello(worker);
        }
    }

    fn hear_answer(&mut self) {
        let busy = self.world.busy();
        let able = busy.into_iter().filter(|worker| !self.silent.contains(worker));
        let Some(worker) = self.rng.choice(able.collect::<Vec<_>>()) else { return };
        // A whole message, or a slice of one.
        let most = if self.rng.bool() { usize::MAX } else { self.rng.usize(1..4) };
        if let Some(answer) = self.world.compute(worker, most) {
            self.remember(worker, answer.clone());
            self.world.deliver(worker, answer);
        }
    }

    fn lose_one(&mut self, end: impl FnOnce(&World, WorkerId)) {
        let Some(worker) = self.any_of(|view| view != WorkerView::Vacant) else { return };
        self.charge(worker);
        end(&self.world, worker);
    }

    /// Notes that a worker dies: the job that it runs is to blame, and if it runs none, its start
    /// may be.
    pub(crate) fn charge(&mut self, worker: WorkerId) {
        self.books.workers_lost += 1;
        if self.world.messages(worker).is_empty() {
            self.books.failed_starts += 1;
        }
        if let Some((task, certainty)) = self.world.suspect(worker) {
            let suspect = self.clients.iter_mut().find(|client| client.id == task.job);
            suspect.into_iter().for_each(|client| client.note_crash(certainty));
        }
    }

    /// Whatever an old generation says or suffers means nobody.
    fn hear_stale(&mut self) {
        let Some((worker, answer)) = self.rng.choice(&self.heard).cloned() else { return };
        let lives = self.views.iter().any(|&(live, _)| live == worker);
        let old = if lives { worker.generation.checked_sub(1) } else { Some(worker.generation) };
        let Some(generation) = old else { return };
        let ghost = WorkerId { generation, ..worker };
        match self.rng.u8(..3) {
            0 => self.world.hello(ghost),
            1 => self.world.crash(ghost),
            _ => self.world.deliver(ghost, answer),
        }
    }

    /// The page was away. Nobody was lost meanwhile, and what workers said is heard in turns.
    fn come_back(&mut self) {
        let mut said = Vec::new();
        for worker in self.world.busy() {
            if !self.silent.contains(&worker) {
                let most = self.rng.usize(..=4);
                let tasks = self.rng.usize(1..6);
                let answers = self.world.compute_up_to(worker, most, tasks);
                said.extend(answers.into_iter().map(|answer| (worker, answer)));
            }
        }
        // A stable shuffle of workers: what one says stays in order.
        let order: Vec<u8> = (0..self.config.slots()).map(|_| self.rng.u8(..)).collect();
        said.sort_by_key(|(worker, _)| order[usize::from(worker.slot)]);
        for (worker, answer) in said {
            self.world.deliver(worker, answer);
            self.world.unwind();
        }
    }
}
