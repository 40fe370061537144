//! Which actions the state of the world allows, and what they do to it.

use unjank_core::scheduler::{
    Action, Custody, JobSpec, Lane, Lifecycle, Loss, Manner, Outcome, Reason, Tenure, Timestamp,
};
use unjank_protocol::{JobId, TaskId, WorkerId};

use super::{
    Lawful,
    fleet::{Life, Mail},
    ledger::Entry,
    name,
    patience::Starved,
    reference::Reference,
    require,
};

impl Reference {
    /// Carries an action out, if the state allows it.
    pub(crate) fn carry_out(&mut self, now: Timestamp, action: Action) -> Lawful {
        match action {
            Action::Spawn(worker) => self.spawn(now, worker),
            Action::Post { worker, task, manner } => self.post(worker, Mail { task, manner }),
            Action::Terminate { worker, reason } => self.terminate(now, worker, reason),
            Action::Settle { job, outcome } => self.settle(job, outcome),
        }
    }

    fn spawn(&mut self, now: Timestamp, worker: WorkerId) -> Lawful {
        require(!self.is_over(), "an ended pool is silent", || name(worker))?;
        let failed = self.starts.failed();
        let law = "failed starts in a row are bounded where nobody works";
        require(self.may_start(), law, || format!("{failed} failed"))?;
        let law = "a start waits out the backoff of the failed one before";
        require(self.starts.not_before <= now, law, || name(worker))?;
        let law = "a worker is started only when there is work for it";
        require(self.wants_worker(), law, || name(worker))?;
        let leaves = self.retired.is_some_and(|retired| retired.slot == worker.slot);
        require(!leaves, "who retires is ended before its slot is filled", || name(worker))?;
        let law = "a worker is spawned into a vacant slot, as a new generation";
        require(self.fleet.spawn(worker, now), law, || name(worker))
    }

    fn post(&mut self, worker: WorkerId, mail: Mail) -> Lawful {
        let Mail { task, manner } = mail;
        let entry = self.ledger.get(task.job);
        let law = "a second worker gets a task only if the first died, retired or was stopped";
        require(entry.is_none_or(|entry| !entry.is_placed(task.index)), law, || task)?;
        let fits = entry.filter(|entry| entry.waiting() > 0 && entry.can_place(task.index));
        let law = "only a task that waits is sent, and never one that is done";
        let Some(entry) = fits else { return require(false, law, || task) };
        let law = "a task whose message may have killed a worker is sent alone";
        require(manner == entry.manner, law, || format!("{task} {manner:?}"))?;
        self.check_place(worker, task, entry)?;
        let (spec, is_new) = (entry.spec, entry.is_new(task.index));
        self.check_patience(worker, task, &spec)?;
        self.check_turn(task, &spec)?;
        self.check_round(task, &spec, is_new)?;
        if let Some(entry) = self.ledger.get_mut(task.job) {
            entry.place(task.index);
        }
        if let Some(hand) = self.fleet.hand_mut(worker) {
            hand.put(mail);
        }
        self.note_who_waits();
        Ok(())
    }

    /// Whether this worker may hold one task more.
    fn check_place(&self, worker: WorkerId, task: TaskId, entry: &Entry) -> Lawful {
        let at = || format!("{task} to {}", name(worker));
        require(!self.is_paused, "a pool that is paused sends nothing", at)?;
        let law = "while more workers are busy than may, none is sent a task";
        require(!self.holds_back(), law, at)?;
        let Some(Life::Ready(hand)) = self.fleet.get(worker) else {
            return require(false, "tasks are sent to ready workers", at);
        };
        let fits = entry.spec.place.is_none_or(|place| place == worker);
        require(fits, "what one worker alone can do is sent to no other", at)?;
        if hand.inbox.is_empty() {
            let law = "a spare holds no task";
            return require(!self.is_at_work(), law, at);
        }
        let limit = match entry.manner {
            Manner::Shared => self.share(entry.spec.kernel),
            Manner::Alone => self.config.depth.into(),
        };
        let moved = entry.spec.custody == Custody::Moved;
        require(!moved, "a moved payload is sent to an idle worker", at)?;
        let law = "no worker is sent more than depth or the share of the kernel allows";
        require(hand.inbox.len() < usize::from(limit), law, at)?;
        let law = "nothing is sent ahead while something waits for a spare";
        require(!self.awaits_spare(), law, at)?;
        if entry.spec.place.is_some() {
            return Ok(());
        }
        let law = "what any worker can do is not sent ahead to one that is waited for";
        require(self.ledger.waiting_for(Some(worker)).next().is_none(), law, at)?;
        let law = "tasks are sent ahead only while more wait than can be fetched";
        require(self.ledger.open_tasks() > self.workers_to_fetch(), law, at)
    }

    /// Whether nobody else has waited too long.
    fn check_patience(&mut self, worker: WorkerId, task: TaskId, spec: &JobSpec) -> Lawful {
        let Self { patience, ledger, fleet, .. } = self;
        let starved = patience.send(worker, spec.place.is_some(), ledger, fleet);
        let law = match starved {
            Some(Starved::Placed) => "what one worker alone can do lets one other go first at most",
            Some(Starved::Open) => {
                "what any worker can do lets one of each worker go first at most"
            }
            Some(Starved::Idle(_)) | None => "whoever waits for a certain worker has a turn soon",
        };
        require(starved.is_none(), law, || format!("{task} to {}: {starved:?}", name(worker)))
    }

    /// Whether it is this lane's turn, and this job's turn in its lane, among those that the same workers
    /// can do.
    fn check_turn(&mut self, task: TaskId, &JobSpec { lane, place, .. }: &JobSpec) -> Lawful {
        let waiting = || self.ledger.waiting_for(place);
        let waits = Lane::ALL.map(|lane| waiting().any(|(_, entry)| entry.spec.lane == lane));
        let turns =
            place.map_or(Some(&mut self.turns), |worker| self.placed_turns.get_mut(&worker));
        let turn = turns.and_then(|turns| turns.take(waits));
        let law = "lanes take turns";
        require(turn == Some(lane), law, || format!("{task} of {lane:?}, not {turn:?}"))?;
        for (index, waiting) in Lane::ALL.into_iter().enumerate().filter(|_| place.is_none()) {
            let passed_over = waits[index] && waiting != lane;
            self.passed[index] = if passed_over { self.passed[index] + 1 } else { 0 };
            let fair = self.passed[index] <= self.turns.patience(index);
            require(fair, "no lane starves", || format!("{waiting:?} waits"))?;
        }
        let others = || {
            let waiting = self.ledger.waiting_for(place).filter(|&(job, _)| job != task.job);
            waiting.filter(|(_, entry)| entry.spec.lane == lane)
        };
        let is_new = self.ledger.get(task.job).is_some_and(|entry| !entry.was_sent());
        let overtakes = others().any(|(job, entry)| entry.was_sent() || job < task.job);
        let law = "a lane is served first come, first served, what is sent again before all";
        require(!(is_new && overtakes), law, || task)
    }

    /// Whether a job may go on before the others of its lane that have begun: each has a consumer that
    /// waits for the rest of it.
    fn check_round(&mut self, task: TaskId, spec: &JobSpec, is_new: bool) -> Lawful {
        let &JobSpec { lane, place, .. } = spec;
        if !is_new {
            self.rounds.begin(task.job);
            return Ok(());
        }
        let waiting =
            || self.ledger.waiting_for(place).filter(|(_, entry)| entry.spec.lane == lane);
        let mut returned = waiting().filter(|(_, entry)| entry.returned() > 0);
        let returned = returned.next().map(|(job, _)| job);
        let law = "what is sent again goes before all that is new in its lane";
        require(returned.is_none(), law, || format!("{task} before {returned:?}"))?;
        let begun = waiting().filter(|&(job, entry)| job != task.job && entry.was_sent());
        let twice = self.rounds.serve(task.job, begun.map(|(job, _)| job));
        let law = "jobs that have begun take turns in their lane";
        require(twice.is_none(), law, || format!("{task} again before {twice:?}"))
    }

    fn terminate(&mut self, now: Timestamp, worker: WorkerId, reason: Reason) -> Lawful {
        if reason == Reason::Retired {
            let asked = self.retired.take();
            let law = "only who retires is ended as retired";
            return require(asked == Some(worker), law, || name(worker));
        }
        let why = self.may_end(now, worker, reason);
        require(why, "a worker is ended for a reason that holds", || {
            format!("{} {reason:?}", name(worker))
        })?;
        let removed = self.fleet.remove(worker);
        let Some(life) = removed else {
            return require(false, "only a live worker is ended", || name(worker));
        };
        if let Life::Ready(hand) = life {
            hand.inbox.into_iter().for_each(|mail| self.take_back(mail.task));
        }
        self.lose_orphans();
        self.note_who_waits();
        match reason {
            Reason::StartTimedOut => self.fail_start(now, Loss::Mendable),
            Reason::Stopped | Reason::Idle => self.forgive_if_deserted(),
            Reason::Retired | Reason::Closed => {}
        }
        Ok(())
    }

    fn may_end(&self, now: Timestamp, worker: WorkerId, reason: Reason) -> bool {
        let drained = self.lifecycle == Lifecycle::Draining && self.ledger.live() == 0;
        match (reason, self.fleet.get(worker)) {
            (Reason::StartTimedOut, Some(Life::Starting { since })) => {
                since.after(self.config.start_timeout) <= now
            }
            (Reason::Stopped, Some(Life::Ready(hand))) => {
                hand.front().iter().any(|mail| self.ledger.must_stop(mail.task))
            }
            (Reason::Idle, Some(Life::Starting { .. })) => self.has_surplus(),
            (Reason::Idle, Some(Life::Ready(hand))) if self.has_surplus() => {
                let others =
                    self.fleet.starting().next().is_some() || self.fleet.at_rest().next().is_some();
                hand.inbox.is_empty() && (hand.tenure == Tenure::Idle || !others)
            }
            (Reason::Idle, Some(Life::Ready(hand))) => {
                hand.inbox.is_empty()
                    && hand.tenure == Tenure::Idle
                    && self.has_worker_too_many()
                    && hand.idle_since.after(self.config.idle_timeout) <= now
            }
            (Reason::Closed, Some(Life::Starting { .. } | Life::Ready(_))) => {
                self.is_over() || drained
            }
            _ => false,
        }
    }

    fn settle(&mut self, job: JobId, outcome: Outcome) -> Lawful {
        let at = || format!("{job} {outcome:?}");
        let failed = outcome == Outcome::PoolFailed;
        require(!failed || self.is_over(), "a job fails with the pool, not alone", at)?;
        let Some(entry) = self.ledger.get_mut(job) else {
            return require(false, "only accepted jobs settle", at);
        };
        require(entry.is_live(), "a job settles once", at)?;
        let law = match outcome {
            Outcome::DeadlineExceeded => "a job is late when the timer says so, or comes late",
            Outcome::Failed => "a trap costs its own job and no other",
            Outcome::WorkerLost { .. } => "a job is lost with its own workers only",
            Outcome::Completed | Outcome::Cancelled | Outcome::PoolFailed => {
                "a job ends as its history says"
            }
        };
        let due = entry.due;
        require(due == Some(outcome), law, || format!("{}, not {due:?}", at()))?;
        entry.settled = Some(outcome);
        Ok(())
    }
}
