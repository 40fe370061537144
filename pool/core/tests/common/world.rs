//! The scheduler, everything around it, and a clock.

use std::{
    any::Any,
    hash::{Hash, Hasher},
    panic::{AssertUnwindSafe, catch_unwind},
};

use unjank_core::scheduler::{Action, Config, Lifecycle, Scheduler, Timestamp};

use super::{
    Broken, Lawful, laws, probes,
    reference::{Reference, Said},
    require,
    step::Step,
};

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) scheduler: Scheduler,
    pub(crate) reference: Reference,
    pub(crate) now: Timestamp,
    /// What the scheduler asked for in the last step.
    pub(crate) actions: Vec<Action>,
}

impl World {
    pub(crate) fn new(config: Config) -> Result<Self, Broken> {
        let now = Timestamp::ZERO;
        let config = config.sane();
        let reference = Reference::new(config.clone(), now);
        let mut world =
            Self { scheduler: Scheduler::new(config, now), reference, now, actions: Vec::new() };
        world.carry_out_all()?;
        let config = world.scheduler.config();
        require(config == &world.reference.config, "a sane wish is granted", || "another")?;
        laws::check(&world)?;
        Ok(world)
    }

    /// Lets a step happen, carries out what the scheduler asks for, and checks every law.
    pub(crate) fn apply(&mut self, step: Step) -> Lawful {
        self.actions.clear();
        let before = self.reference.lifecycle;
        let was_over = self.reference.is_over();
        let said = catch_unwind(AssertUnwindSafe(|| self.tell(step)))
            .map_err(|panic| Broken { law: "no call panics", detail: message(&*panic) })?;
        self.reference.note(self.now, step, &said)?;
        let reopens = before == Lifecycle::Failed && self.reference.lifecycle == Lifecycle::Opening;
        self.carry_out_all()?;
        let silent = reopens || !was_over || self.actions.is_empty();
        require(silent, "an ended pool is silent", || step)?;
        let begun = !reopens || !self.reference.wants_worker();
        require(begun, "a pool that is reopened starts workers at once", || step)?;
        if step == Step::Fire {
            self.check_time_advances()?;
        }
        laws::check(self)
    }

    /// Checks that nothing which ought to be ignored changes anything.
    pub(crate) fn probe(&self) -> Lawful {
        probes::check(self)
    }

    fn tell(&mut self, step: Step) -> Said {
        let now = self.now;
        match step {
            Step::Submit(spec) => return Said::Submitted(self.scheduler.submit(now, spec)),
            Step::Take(job, results) => self.scheduler.take(now, job, results),
            Step::Cancel(job) => self.scheduler.cancel(now, job),
            Step::Abort(job) => self.scheduler.abort(now, job),
            Step::Pause => self.scheduler.pause(),
            Step::Resume => self.scheduler.resume(now),
            Step::Resize(workers) => self.scheduler.resize(now, workers),
            Step::Keep(worker, tenure) => self.scheduler.keep(now, worker, tenure),
            Step::Close(close) => self.scheduler.close(now, close),
            Step::Reopen => self.scheduler.reopen(now),
            Step::Ready(worker) => self.scheduler.handle_ready(now, worker),
            Step::Lost(worker, loss) => self.scheduler.handle_lost(now, worker, loss),
            Step::Reply(worker, slice) => {
                let head = self.reference.fleet.inbox(worker).map(|mail| mail.task);
                let answers: Vec<_> = head.zip(slice.verdicts()).collect();
                return Said::Received(self.scheduler.handle_reply(now, worker, &answers));
            }
            Step::Retire(worker) => self.scheduler.handle_retired(now, worker),
            Step::Pace(kernel, tasks) => self.scheduler.set_share(now, kernel, tasks),
            Step::Late(by) => self.now = now.after(by),
            Step::Fire => {
                self.now = self.scheduler.poll_timeout().map_or(now, |at| at.max(now));
                self.scheduler.handle_timeout(self.now);
            }
        }
        Said::Nothing
    }

    fn carry_out_all(&mut self) -> Lawful {
        while let Some(action) = self.scheduler.poll_action() {
            self.actions.push(action);
            self.reference.carry_out(self.now, action)?;
        }
        self.reference.conclude();
        Ok(())
    }

    fn check_time_advances(&self) -> Lawful {
        let next = self.scheduler.poll_timeout();
        let law = "after the timer has fired, the next time is later";
        require(next.is_none_or(|next| next > self.now), law, || format!("{next:?}"))
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|&text| text.to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

/// Equal worlds have equal futures: the counts of patience follow from the path, and are left out.
impl Hash for World {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Reference { ledger, fleet, shares, starts, lifecycle, turns, .. } = &self.reference;
        let placed_turns = &self.reference.placed_turns;
        let Reference { is_paused, most_busy, .. } = self.reference;
        (&self.scheduler, self.now).hash(state);
        (ledger, fleet, shares, starts, lifecycle, turns, is_paused, most_busy).hash(state);
        placed_turns.hash(state);
    }
}
