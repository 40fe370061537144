//! What must hold after each step, seen from outside: the scheduler's word is compared with what
//! the workers hold and what the callers were told.

use std::{env, sync::LazyLock};

use unjank_core::scheduler::{Custody, Manner, Outcome, Timestamp};
use unjank_protocol::{KernelId, WorkerId};

use super::{
    Lawful,
    fleet::Life,
    ledger::{Entry, Grip},
    name,
    reference::Reference,
    require,
    world::World,
};

/// Checks every law. The scheduler's own come last, so that a fault is blamed on what callers see.
pub(crate) fn check(world: &World) -> Lawful {
    results_are_delivered(world)?;
    everyone_is_told(world)?;
    books_agree(world)?;
    workers_hold_what_they_may(world)?;
    consumers_keep_up(world)?;
    no_work_waits(world)?;
    timers_are_set(world)?;
    timers_have_a_reason(world)?;
    an_ended_pool_is_silent(world)?;
    own_laws(world)
}

/// Whoever still waits when the last of his results comes has them, however late the clock
/// says it is, whatever befell the tasks beside his.
fn results_are_delivered(world: &World) -> Lawful {
    for (job, entry) in world.reference.ledger.iter().filter(|(_, entry)| entry.is_computed()) {
        let law = "what was computed in time is delivered";
        let delivered = entry.settled == Some(Outcome::Completed);
        require(delivered, law, || format!("{job}: {:?}", entry.settled))?;
    }
    Ok(())
}

/// Law 1: what decided on the end of a job settles it in the same step, and nothing else does.
fn everyone_is_told(world: &World) -> Lawful {
    for (job, entry) in world.reference.ledger.iter() {
        let law = "a job settles as soon as its end is decided";
        let told = entry.due.is_none() || entry.settled.is_some();
        require(told, law, || format!("{job}: {:?}", entry.due))?;
        let law = "a job that has not settled waits, is on a worker, or has results to be taken";
        let somewhere = entry.waiting() + entry.in_flight() > 0 || entry.awaits_consumer();
        require(entry.settled.is_some() || somewhere, law, || job)?;
        let bounded = entry.losses <= world.reference.config.attempts;
        require(bounded, "a job loses so many workers at most", || job)?;
    }
    Ok(())
}

/// Law 4: results that nobody takes stop the work behind them. No consumer has more on its hands, or
/// on the way to them, than it said.
fn consumers_keep_up(world: &World) -> Lawful {
    for (job, entry) in world.reference.ledger.iter() {
        let coming = entry.in_flight() + entry.untaken();
        let bounded = entry.spec.ahead.is_none_or(|room| coming <= room.get());
        let law = "no more is under way than a consumer has room for";
        require(bounded, law, || format!("{job}: {coming}"))?;
    }
    Ok(())
}

/// The scheduler's counts are those that the ledger and the inboxes give.
fn books_agree(world: &World) -> Lawful {
    let World { scheduler, reference, .. } = world;
    let law = "accepted jobs are queued, in flight or settled";
    let waiting = reference.ledger.waiting_tasks();
    require(scheduler.queued_tasks() == waiting, law, || {
        format!("{} tasks queued, not {waiting}", scheduler.queued_tasks())
    })?;
    let live = reference.ledger.live();
    require(scheduler.live_jobs() == live, law, || {
        format!("{} jobs live, not {live}", scheduler.live_jobs())
    })?;
    let law = "the scheduler knows what each worker does";
    let views = || reference.fleet.iter().map(|(worker, life)| (worker, life.view()));
    require(scheduler.workers().eq(views()), law, || {
        format!("{:?}, not {:?}", Vec::from_iter(scheduler.workers()), Vec::from_iter(views()))
    })?;
    workers_hold_what_they_were_sent(world)?;
    let law = "who retires is ended";
    require(reference.retired.is_none(), law, || format!("{:?}", reference.retired))?;
    for kernel in reference.shares.keys().copied().chain([KernelId(u16::MAX)]) {
        let (told, share) = (scheduler.share(kernel), reference.share(kernel));
        let law = "each kernel has a share of its own";
        require(told == share, law, || format!("{kernel:?}: {told}, not {share}"))?;
    }
    let law = "there is room while fewer jobs wait than the queue is long";
    let waiting = reference.ledger.waiting().count();
    require(scheduler.has_room() == (waiting < reference.config.queue), law, || waiting)?;
    let law = "the life of a pool follows from its history";
    require(scheduler.lifecycle() == reference.lifecycle, law, || {
        format!("{:?}, not {:?}", scheduler.lifecycle(), reference.lifecycle)
    })
}

/// Each task is held by the worker that has it in its inbox, and by no other.
fn workers_hold_what_they_were_sent(world: &World) -> Lawful {
    let Reference { fleet, .. } = &world.reference;
    let mails = || fleet.hands().flat_map(|(_, hand)| &hand.inbox);
    for (worker, life) in fleet.iter() {
        let inbox = match life {
            Life::Ready(hand) => Some(&hand.inbox),
            Life::Vacant | Life::Starting { .. } => None,
        };
        for mail in mails() {
            let has = inbox.is_some_and(|inbox| inbox.contains(mail));
            let law = "the scheduler knows what each worker holds";
            let told = world.scheduler.holds(worker, mail.task);
            require(told == has, law, || format!("{} and {}", name(worker), mail.task))?;
        }
    }
    Ok(())
}

fn workers_hold_what_they_may(world: &World) -> Lawful {
    let Reference { config, ledger, fleet, .. } = &world.reference;
    let most = usize::from(config.batch.max(config.depth.into()));
    for (worker, hand) in fleet.hands() {
        require(hand.inbox.len() <= most, "inboxes are bounded", || name(worker))?;
        let custody = |mail| ledger.get(mail).map(|entry: &Entry| entry.spec.custody);
        let ahead = || hand.inbox.iter().skip(1).map(|mail| custody(mail.task.job));
        let law = "a moved payload is never behind another task";
        require(ahead().all(|custody| custody != Some(Custody::Moved)), law, || name(worker))?;
        let law = "a worker whose task must stop is ended";
        let must_stop = hand.front().iter().any(|mail| ledger.must_stop(mail.task));
        require(!must_stop, law, || name(worker))?;
    }
    let busy = fleet.busy().count();
    let law = "no more workers hold tasks than may, whatever spares there are";
    require(busy <= world.reference.most_busy, law, || format!("{busy} workers"))?;
    let law = "who is one too many in a pool that was made smaller is ended when it holds nothing";
    let surplus = world.reference.has_surplus() && busy < fleet.live();
    require(!surplus, law, || format!("{} workers", fleet.live()))?;
    // A job is accepted while fewer wait than the queue is long; all others were on workers then, or
    // waited for their consumers.
    let bound = config.queue + most * usize::from(config.workers);
    let free = ledger.iter().filter(|(_, entry)| entry.is_live() && entry.spec.ahead.is_none());
    let live = free.count();
    require(live <= bound, "queue and workers bound the number of jobs", || format!("{live} jobs"))
}

/// Work is conserved. Whose turn it is may bind a moved payload to wait for an idle worker; when none
/// of the waiting jobs is moved, every ready worker is filled as far as it may be: unless something waits
/// for a spare.
fn no_work_waits(world: &World) -> Lawful {
    let Reference { ledger, fleet, .. } = &world.reference;
    let waiting = ledger.open_tasks();
    if world.reference.holds_back() {
        return Ok(());
    }
    let spares_only = world.reference.is_at_work();
    let law = "nothing waits for a worker that is idle and no spare";
    require(spares_only || !world.reference.awaits_idle(), law, || "something does")?;
    let law = "no task waits while a ready worker is idle that is no spare";
    let nobody_idle = spares_only || fleet.idle().next().is_none();
    require(waiting == 0 || nobody_idle, law, || format!("{waiting} wait"))?;
    if world.reference.awaits_spare() {
        return Ok(());
    }
    let awaited = |worker| ledger.waiting_for(Some(worker)).next().is_some();
    let limit = least_limit(world, None);
    let working = fleet.hands().filter(|(_, hand)| !(spares_only && hand.inbox.is_empty()));
    let mut working = working.filter(|&(worker, _)| !awaited(worker));
    let has_room = working.any(|(_, hand)| hand.inbox.len() < limit);
    let law = "no task waits that can be sent ahead";
    let fetched = waiting <= world.reference.workers_to_fetch();
    require(fetched || !has_room, law, || format!("{waiting} wait"))?;
    for (worker, hand) in fleet.hands().filter(|&(worker, _)| awaited(worker)) {
        let full = hand.inbox.len() >= least_limit(world, Some(worker));
        let law = "nothing waits for a worker that can be sent ahead, unless others wait for any";
        require(waiting > 0 || full, law, || name(worker))?;
    }
    Ok(())
}

/// How many tasks a worker may hold, whichever of those that wait for it is the next.
fn least_limit(world: &World, place: Option<WorkerId>) -> usize {
    let Reference { config, ledger, .. } = &world.reference;
    let waiting = ledger.waiting_for(place);
    let limits = waiting.map(|(_, entry)| match (entry.spec.custody, entry.manner) {
        (Custody::Moved, _) => 1,
        (_, Manner::Alone) => config.depth.into(),
        (_, Manner::Shared) => world.reference.share(entry.spec.kernel),
    });
    limits.min().unwrap_or(0).into()
}

/// Whatever time will change has a timer, no later than it changes.
fn timers_are_set(world: &World) -> Lawful {
    let Reference { config, ledger, fleet, starts, .. } = &world.reference;
    let next = world.scheduler.poll_timeout();
    let set = |at: Timestamp, what: &'static str| {
        require(next.is_some_and(|next| next <= at), what, || format!("{at:?}, not {next:?}"))
    };
    if world.reference.is_over() {
        return Ok(());
    }
    for (_, entry) in ledger.iter() {
        let running = entry.is_live() || entry.in_flight() > 0 && !was_late(entry);
        if let Some(deadline) = entry.spec.deadline.filter(|_| running) {
            set(deadline, "every deadline has a timer")?;
        }
    }
    for (_, since) in fleet.starting() {
        set(since.after(config.start_timeout), "every start has a timer")?;
    }
    if world.reference.has_worker_too_many() {
        for (_, hand) in fleet.at_rest() {
            set(hand.idle_since.after(config.idle_timeout), "every idle worker has a timer")?;
        }
    }
    if world.reference.wants_worker() && world.reference.may_start() {
        set(starts.not_before, "every start to come has a timer")?;
    }
    if world.reference.wants_worker() && fleet.ready() > 0 {
        let in_time = world.now.after(config.backoff_cap);
        set(in_time, "a pool that works below its strength soon tries a start")?;
    }
    let stuck = ledger.waiting_tasks() > 0 && fleet.live() == 0 && next.is_none();
    require(!stuck, "jobs that wait have a worker or a timer", || "nothing is to come")
}

/// Nobody is woken for nothing: the timer is set for something that time will change.
fn timers_have_a_reason(world: &World) -> Lawful {
    let Reference { config, ledger, fleet, starts, .. } = &world.reference;
    let Some(next) = world.scheduler.poll_timeout() else { return Ok(()) };
    let kept = ledger.iter().filter(|(_, entry)| entry.is_live() || entry.in_flight() > 0);
    let late = kept.filter_map(|(_, entry)| entry.spec.deadline);
    let starting = fleet.starting().map(|(_, since)| since.after(config.start_timeout));
    let idle = fleet.at_rest().map(|(_, hand)| hand.idle_since.after(config.idle_timeout));
    let idle = idle.filter(|_| world.reference.has_worker_too_many());
    let start = world.reference.wants_worker().then_some(starts.not_before);
    let mut reasons = late.chain(starting).chain(idle).chain(start);
    require(reasons.any(|reason| reason == next), "every timer has a reason", || {
        format!("{next:?}")
    })
}

/// A job stopped for its deadline needs no timer for it any more.
fn was_late(entry: &Entry) -> bool {
    entry.settled == Some(Outcome::DeadlineExceeded) || entry.grip == Grip::MustStop
}

fn an_ended_pool_is_silent(world: &World) -> Lawful {
    if !world.reference.is_over() {
        return require(!world.scheduler.is_over(), "a pool is over when it has ended", || "early");
    }
    let gone = world.reference.fleet.iter().all(|(_, life)| *life == Life::Vacant);
    require(gone, "an ended pool has no workers", || "one lives")?;
    require(world.reference.ledger.live() == 0, "an ended pool has no jobs", || "one lives")?;
    require(world.scheduler.is_over(), "an ended pool is silent", || "something is left")
}

/// The scheduler's own view. `UNJANK_LAWS=outside` leaves it out, to see how much the others catch.
fn own_laws(world: &World) -> Lawful {
    static LEFT_OUT: LazyLock<bool> =
        LazyLock::new(|| env::var_os("UNJANK_LAWS").is_some_and(|laws| laws == "outside"));
    match world.scheduler.broken_law().filter(|_| !*LEFT_OUT) {
        None => Ok(()),
        Some(law) => require(false, law, || "the scheduler's own"),
    }
}
