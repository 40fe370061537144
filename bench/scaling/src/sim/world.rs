//! The events of one run.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use unjank_core::scheduler::{Action, Config, Custody, Manner, Scheduler, Timestamp, Verdict};
use unjank_protocol::{JobId, TaskId, WorkerId};

use super::{
    Figures, Nanos,
    figures::quantile,
    load::{Arrival, KERNEL, Load},
};
use crate::costs::Costs;

/// Jobs that a caller submits before it lets the page do other things.
const TOGETHER: usize = 500;

/// How long a message of small tasks may keep a worker.
const MESSAGE: Nanos = 1_000_000;

/// What the page is called for, in the order in which it happens and then in which it was booked.
type Calls = BinaryHeap<Reverse<(Nanos, u64, Call)>>;

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Call {
    /// A worker says hello.
    Ready(WorkerId),
    /// A caller submits what it has.
    Submit,
    /// A worker answers a message.
    Reply(WorkerId, Vec<TaskId>),
}

struct World<'a> {
    costs: &'a Costs,
    load: &'a Load,
    scheduler: Scheduler,
    calls: Calls,
    booked: u64,
    /// Jobs by id, for those that came; then those to come.
    arrivals: Vec<Arrival>,
    submitted: usize,
    /// When the page has done all that it began.
    page: Nanos,
    /// How long it worked.
    worked: Nanos,
    /// When each worker has done all that it was sent.
    workers: Vec<Nanos>,
    latencies: Vec<Nanos>,
    queued: usize,
}

/// Runs a load on so many workers, which are ready when it begins.
pub(crate) fn run(costs: &Costs, load: &Load, workers: u16, seed: u64) -> Figures {
    let mut world = World::open(costs, load, workers);
    world.begin(seed);
    while let Some(Reverse((at, _, call))) = world.calls.pop() {
        world.answer(at, call);
    }
    world.figures(workers)
}

impl<'a> World<'a> {
    fn open(costs: &'a Costs, load: &'a Load, workers: u16) -> Self {
        let config =
            Config { workers, min_workers: workers, queue: usize::MAX, ..Config::default() };
        let mut world = Self {
            costs,
            load,
            scheduler: Scheduler::new(config, Timestamp::ZERO),
            calls: Calls::new(),
            booked: 0,
            arrivals: Vec::new(),
            submitted: 0,
            page: 0,
            worked: 0,
            workers: vec![0; usize::from(workers)],
            latencies: Vec::new(),
            queued: 0,
        };
        world.carry_out();
        while let Some(Reverse((at, _, call))) = world.calls.pop() {
            world.answer(at, call);
        }
        world
    }

    /// All workers are ready, and time counts from here.
    fn begin(&mut self, seed: u64) {
        let beginning = self.page;
        self.arrivals = (self.load.stream)(&mut fastrand::Rng::with_seed(seed));
        self.arrivals.iter_mut().for_each(|arrival| arrival.at += beginning);
        self.worked = 0;
        self.book(beginning, Call::Submit);
    }

    fn book(&mut self, at: Nanos, call: Call) {
        self.calls.push(Reverse((at, self.booked, call)));
        self.booked += 1;
    }

    fn work(&mut self, time: Nanos) {
        self.page += time;
        self.worked += time;
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.page / 1000)
    }

    /// The page does what it is called for, when it is free.
    fn answer(&mut self, at: Nanos, call: Call) {
        self.page = self.page.max(at);
        match call {
            Call::Ready(worker) => {
                self.work(self.costs.receive);
                self.scheduler.handle_ready(self.now(), worker);
            }
            Call::Submit => self.submit(),
            Call::Reply(worker, tasks) => self.receive(worker, &tasks),
        }
        self.carry_out();
        self.queued = self.queued.max(self.scheduler.queued_tasks());
    }

    fn submit(&mut self) {
        for _ in 0..TOGETHER {
            let Some(arrival) = self.arrivals.get(self.submitted) else { return };
            if arrival.at > self.page {
                break;
            }
            let spec = arrival.spec();
            self.work(self.costs.submit);
            let id = self.scheduler.submit(self.now(), spec).expect("the queue has no end");
            debug_assert_eq!(id.get(), self.submitted as u64, "ids are in order");
            self.submitted += 1;
        }
        if let Some(arrival) = self.arrivals.get(self.submitted) {
            self.book(arrival.at.max(self.page), Call::Submit);
        }
    }

    fn receive(&mut self, worker: WorkerId, tasks: &[TaskId]) {
        self.work(self.costs.receive);
        for &task in tasks {
            self.work(self.costs.deliver);
            let arrival = *self.arrival(task.job);
            if arrival.lane == self.load.watched {
                self.latencies.push(self.page - arrival.at);
            }
        }
        let answers: Vec<_> = tasks.iter().map(|&task| (task, Verdict::Completed)).collect();
        self.learn(tasks);
        self.scheduler.handle_reply(self.now(), worker, &answers);
    }

    /// As the driver does, lets a worker hold as many small tasks as fill two messages of a
    /// millisecond each, going by those just answered.
    fn learn(&mut self, tasks: &[TaskId]) {
        let all = || tasks.iter().map(|task| self.arrival(task.job));
        if all().all(|arrival| arrival.spec().custody == Custody::Inline) {
            let time: Nanos = all().map(|arrival| self.costs.run(arrival)).sum();
            let share = 2 * MESSAGE * tasks.len() as u64 / time.max(1);
            self.scheduler.set_share(self.now(), KERNEL, share.clamp(2, u16::MAX.into()) as u16);
        }
    }

    /// Does what the scheduler asks for. What may share a message does.
    fn carry_out(&mut self) {
        let mut shared: BTreeMap<WorkerId, Vec<TaskId>> = BTreeMap::new();
        while let Some(action) = self.scheduler.poll_action() {
            match action {
                Action::Spawn(worker) => {
                    self.book(self.page + self.costs.start, Call::Ready(worker))
                }
                Action::Post { worker, task, manner: Manner::Shared } => {
                    let message = shared.entry(worker).or_default();
                    message.push(task);
                    if message.len() >= usize::from(self.scheduler.share(KERNEL) / 2).max(1) {
                        let tasks = std::mem::take(message);
                        self.post(worker, tasks);
                    }
                }
                Action::Post { worker, task, manner: Manner::Alone } => {
                    if let Some(before) = shared.remove(&worker).filter(|tasks| !tasks.is_empty()) {
                        self.post(worker, before);
                    }
                    self.post(worker, vec![task]);
                }
                Action::Terminate { .. } | Action::Settle { .. } => {}
            }
        }
        for (worker, tasks) in shared.into_iter().filter(|(_, tasks)| !tasks.is_empty()) {
            self.post(worker, tasks);
        }
    }

    /// Sends a message, and books its answer: what a worker does is known beforehand.
    fn post(&mut self, worker: WorkerId, tasks: Vec<TaskId>) {
        let costs = self.costs;
        let (mut copied, mut done) = (0, costs.turn);
        for arrival in tasks.iter().map(|task| self.arrival(task.job)) {
            copied += costs.copy(arrival.page_bytes());
            done += costs.run(arrival);
        }
        self.work(costs.post + copied);
        let arrives = self.page + costs.latency;
        let busy = &mut self.workers[usize::from(worker.slot)];
        *busy = arrives.max(*busy) + done;
        let answered = *busy + costs.latency;
        self.book(answered, Call::Reply(worker, tasks));
    }

    fn arrival(&self, job: JobId) -> &Arrival {
        &self.arrivals[job.get() as usize]
    }

    fn figures(mut self, workers: u16) -> Figures {
        assert_eq!(self.scheduler.live_jobs(), 0, "all jobs have settled");
        self.latencies.sort_unstable();
        let began = self.arrivals.first().map_or(0, |arrival| arrival.at);
        let time = self.page - began;
        Figures {
            workers,
            time,
            page_load: self.worked as f64 / time as f64,
            median: quantile(&self.latencies, 0.5),
            p99: quantile(&self.latencies, 0.99),
            queued: self.queued,
        }
    }
}
