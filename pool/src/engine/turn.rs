//! One turn of the engine: what the core decided is carried out here.

use std::{iter, rc::Rc, task::Waker};

use unjank_core::driver::{Copy, Effect, Occasion, Progress};
use unjank_protocol::{JobId, WorkerId};

use super::{Engine, State, record::Staged, timeline::Timeline};
use crate::{
    Chart, Failed, JobError, SpawnError,
    port::Port,
    scheduler::{Loss, Outcome, Reason},
};

/// Who carries out what was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nobody: nothing was.
    Idle,
    /// The port was asked to call soon.
    Asked,
    /// Somebody further up the stack.
    Running,
    /// The same, and something was decided meanwhile.
    Again,
}

/// Whether the port was asked for a turn of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deferral {
    None,
    Asked,
}

/// Whether it was said why workers are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Advice {
    Due,
    Given,
}

const REPLACES: &str = "unjank: a worker could not renew its instance, and another takes its place. \
    If the module is made with wasm-bindgen, have the glue generated with `reset_state_function`: \
    then workers heal in place";

impl<P: Port> Engine<P> {
    /// The turn that a port was asked for by [`Port::soon`], which is a shared one, or by [`Port::defer`].
    pub fn run(&self, occasion: Occasion) {
        match occasion {
            Occasion::Own => self.deferral.set(Deferral::None),
            // All that was to be done has been done in another turn.
            Occasion::Shared if self.phase.get() != Phase::Asked => return,
            Occasion::Shared => {}
        }
        self.turn(occasion);
    }

    /// Has [`Engine::run`] called once the caller's stack has unwound.
    pub(super) fn ask(&self) {
        match self.phase.get() {
            Phase::Idle => {
                self.phase.set(Phase::Asked);
                self.port.soon();
            }
            Phase::Running => self.phase.set(Phase::Again),
            Phase::Asked | Phase::Again => {}
        }
    }

    /// Carries out what was decided, unless that must wait for a turn of its own; arms the timer, and wakes
    /// those who wait.
    pub(super) fn turn(&self, mut occasion: Occasion) {
        if matches!(self.phase.get(), Phase::Running | Phase::Again) {
            return self.phase.set(Phase::Again);
        }
        let progress = loop {
            self.phase.set(Phase::Running);
            let progress = self.decide(occasion);
            // What could not be carried out, or was wanted meanwhile.
            if self.phase.get() == Phase::Running {
                break progress;
            }
            occasion = Occasion::Shared;
        };
        self.phase.set(Phase::Idle);
        if progress == Progress::Deferred
            && self.deferral.replace(Deferral::Asked) == Deferral::None
        {
            self.port.defer();
        }
        let timer = self.state.borrow().driver.poll_timeout();
        self.port.set_timer(timer);
        self.wake();
    }

    /// Has the core decide, and carries the effects out.
    fn decide(&self, occasion: Occasion) -> Progress {
        let now = self.port.now();
        let mut state = self.state.borrow_mut();
        let progress = state.driver.turn(now, occasion);
        let effects: Vec<Effect> = iter::from_fn(|| state.driver.poll_effect()).collect();
        drop(state);
        effects.into_iter().for_each(|effect| self.perform(effect));
        progress
    }

    pub(super) fn perform(&self, effect: Effect) {
        match effect {
            Effect::Spawn(worker) => self.spawn(worker),
            Effect::Terminate { worker, reason } => {
                self.terminate(worker);
                if reason == Reason::StartTimedOut {
                    self.state.borrow_mut().cause = Some(SpawnError::StartTimedOut);
                }
            }
            Effect::Copy(step) => self.copy(step),
            Effect::Post { worker, message } => self.post(worker, message),
            Effect::Settle { job, outcome } => self.settle(job, outcome),
            // They are about a reply, and carried out when it is booked.
            Effect::Deliver(_) | Effect::Fail { .. } => {}
        }
    }

    fn spawn(&self, worker: WorkerId) {
        if let Err(cause) = self.port.spawn(worker) {
            self.state.borrow_mut().cause = Some(cause);
            self.with_driver(|driver, now| driver.handle_lost(now, worker, Loss::Mendable));
            self.ask();
        }
    }

    fn copy(&self, step: Copy) {
        let mut state = self.state.borrow_mut();
        let State { staged, records, .. } = &mut *state;
        let Some(record) = records.get_mut(step.task.job) else { return };
        match Staged::go_on(staged.take(), &self.port, record.input(step.input), step) {
            Ok(copy) => *staged = Some(copy),
            // Its post will find none.
            Err(error) => {
                record.failure.get_or_insert(error);
            }
        }
    }

    /// Says, once, why a worker that retires is replaced.
    pub(super) fn advise(&self) {
        if self.advice.replace(Advice::Given) == Advice::Due {
            self.port.warn(REPLACES);
        }
    }

    pub(super) fn note_failure(&self, job: JobId, error: JobError) {
        if let Some(record) = self.state.borrow_mut().records.get_mut(job) {
            record.failure.get_or_insert(error);
        }
    }

    /// Tells the caller of a job how it ended, and gives back the payload if it is still here.
    fn settle(&self, job: JobId, outcome: Outcome) {
        let mut state = self.state.borrow_mut();
        let Some(mut record) = state.records.remove(job) else { return };
        if self.port.chart().is_some()
            && let Some(timeline) = &mut state.timeline
        {
            timeline.settled(job);
        }
        let error = match outcome {
            Outcome::Completed => None,
            Outcome::Failed => Some(record.failure.take().unwrap_or(JobError::Cancelled)),
            Outcome::Cancelled => Some(JobError::Cancelled),
            Outcome::DeadlineExceeded => Some(JobError::DeadlineExceeded),
            Outcome::WorkerLost { attempts } => {
                Some(JobError::WorkerLost { attempts, cause: state.cause() })
            }
            Outcome::PoolFailed => Some(JobError::PoolFailed(state.cause())),
        };
        let payload = record.inputs.drain(..).next();
        let end = error.map_or(Ok(()), |error| Err(Failed { error, payload }));
        state.due.extend(record.mailbox.close(end));
    }

    /// Wakes, with nothing borrowed, all whose results came and all who wait for the pool.
    fn wake(&self) {
        let mut state = self.state.borrow_mut();
        let due = std::mem::take(&mut state.due);
        let waiting = state.take_waiting();
        drop(state);
        due.into_iter().for_each(Waker::wake);
        waiting.for_each(Waker::wake);
        if let Some(chart) = self.port.chart() {
            self.draw(chart);
        }
    }

    /// Draws, with nothing borrowed, what the timeline has.
    fn draw(&self, chart: &dyn Chart) {
        let mut state = self.state.borrow_mut();
        let spans = state.timeline.as_mut().map(Timeline::take_spans).unwrap_or_default();
        let module = state.module.as_ref().map(Rc::clone);
        drop(state);
        for span in &spans {
            let name = module.as_ref().and_then(|module| module.name(span.kernel));
            chart.draw(name.unwrap_or_default(), span);
        }
    }
}

impl<P: Port> State<P> {
    /// Those who wait for the pool itself, if they may find what they wait for: another lifecycle,
    /// or room.
    fn take_waiting(&mut self) -> impl Iterator<Item = Waker> + use<P> {
        let lifecycle = self.driver.lifecycle();
        let turned = std::mem::replace(&mut self.announced, lifecycle) != lifecycle;
        let news = turned || self.driver.has_room();
        news.then(|| self.waiting.take_all()).into_iter().flatten()
    }
}
