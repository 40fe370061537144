//! Messages that come too late or mean nobody: each must leave the scheduler as it was.

use std::num::NonZeroU32;

use unjank_core::scheduler::{
    Close, Custody, JobSpec, Lane, Lifecycle, Loss, Receipt, Scheduler, Tenure, Verdict,
};
use unjank_protocol::{JobId, KernelId, TaskId, WorkerId};

use super::{Lawful, fleet::Life, job, name, require, world::World};

/// Something that must change nothing.
#[derive(Debug, Clone, Copy)]
enum Probe {
    Ready(WorkerId),
    Lost(WorkerId),
    Retired(WorkerId),
    Done(WorkerId, TaskId),
    Pace(KernelId),
    Take(JobId),
    Cancel(JobId),
    Abort(JobId),
    Early,
    Pause,
    Resume,
    Resize,
    Keep(WorkerId, Tenure),
    Close(Close),
    Reopen,
    Submit,
}

const SOME_JOB: JobSpec = JobSpec {
    lane: Lane::Normal,
    kernel: KernelId(0),
    tasks: NonZeroU32::MIN,
    custody: Custody::Kept,
    deadline: None,
    ahead: None,
    place: None,
};

/// Sends everything that must be ignored. One clone takes them all; only when it has changed is
/// each tried alone, to name the one that did it.
pub(crate) fn check(world: &World) -> Lawful {
    let probes = all(world);
    let mut scheduler = world.scheduler.clone();
    let ignored = probes.iter().all(|&probe| send(world, &mut scheduler, probe));
    if ignored && scheduler == world.scheduler {
        return Ok(());
    }
    for probe in probes {
        let mut scheduler = world.scheduler.clone();
        let ignored = send(world, &mut scheduler, probe) && scheduler == world.scheduler;
        require(ignored, law(probe), || describe(probe))?;
    }
    require(false, "what is stale changes nothing", || "together they do")
}

fn all(world: &World) -> Vec<Probe> {
    let mut probes = Vec::new();
    let tasks = || world.reference.ledger.iter().map(|(job, _)| TaskId { job, index: 0 });
    let unknown = job(world.reference.ledger.iter().count() as u64 + 7);
    for (worker, life) in world.reference.fleet.iter() {
        let WorkerId { slot, generation } = worker;
        let others = [generation.checked_sub(1), Some(generation + 1)].into_iter().flatten();
        let others = others.map(|generation| WorkerId { slot, generation });
        for absent in others.chain((*life == Life::Vacant).then_some(worker)) {
            probes.extend([Probe::Ready(absent), Probe::Lost(absent), Probe::Retired(absent)]);
            probes.extend(tasks().map(|task| Probe::Done(absent, task)));
            probes.push(Probe::Keep(absent, Tenure::Kept));
        }
        probes.extend(unexpected(worker, life, tasks()));
    }
    match world.reference.lifecycle {
        Lifecycle::Opening | Lifecycle::Open => probes.push(Probe::Reopen),
        Lifecycle::Draining => probes.extend([Probe::Reopen, Probe::Submit, Probe::Pause]),
        Lifecycle::Closed => {
            let closes = [Close::Drain, Close::Abort].map(Probe::Close);
            let rest = [Probe::Reopen, Probe::Submit, Probe::Pause];
            probes.extend(closes.into_iter().chain(rest));
        }
        Lifecycle::Failed if world.now < world.reference.starts.not_before => {
            probes.push(Probe::Submit);
        }
        Lifecycle::Failed => {}
    }
    probes.push(if world.reference.is_paused { Probe::Pause } else { Probe::Resume });
    probes.push(Probe::Resize);
    let empty = world.reference.ledger.iter();
    let empty = empty.filter(|(_, entry)| !entry.is_live() || entry.untaken() == 0);
    probes.extend(empty.map(|(job, _)| job).chain([unknown]).map(Probe::Take));
    probes.extend([0, 1, u16::MAX].map(KernelId).map(Probe::Pace));
    // A late timer lets any call start a worker.
    if world.scheduler.poll_timeout().is_none_or(|next| next > world.now) {
        let gone = world.reference.ledger.iter();
        let gone = gone.filter(|(_, entry)| !entry.is_live() && entry.in_flight() == 0);
        let gone = gone.map(|(job, _)| job).chain([unknown]);
        probes.extend(gone.flat_map(|job| [Probe::Cancel(job), Probe::Abort(job)]));
        probes.push(Probe::Early);
    }
    probes
}

/// What cannot be meant of this worker: a second hello, an answer for what it does not hold, or that it keeps
/// what it keeps, or what it could not be given yet.
fn unexpected(
    worker: WorkerId,
    life: &Life,
    tasks: impl Iterator<Item = TaskId>,
) -> impl Iterator<Item = Probe> {
    let (ready, tenure) = match life {
        Life::Ready(hand) => (Some(Probe::Ready(worker)), hand.tenure),
        Life::Vacant | Life::Starting { .. } => (None, Tenure::Kept),
    };
    let held = move |task: &TaskId| match life {
        Life::Ready(hand) => hand.inbox.iter().any(|mail| mail.task == *task),
        Life::Vacant | Life::Starting { .. } => false,
    };
    let answers = tasks.filter(move |task| !held(task)).map(move |task| Probe::Done(worker, task));
    ready.into_iter().chain([Probe::Keep(worker, tenure)]).chain(answers)
}

/// Says whether the scheduler called it stale, where it can say so.
fn send(world: &World, scheduler: &mut Scheduler, probe: Probe) -> bool {
    match probe {
        Probe::Ready(worker) => scheduler.handle_ready(world.now, worker),
        Probe::Lost(worker) => scheduler.handle_lost(world.now, worker, Loss::Final),
        Probe::Retired(worker) => scheduler.handle_retired(world.now, worker),
        Probe::Done(worker, task) => {
            let answer = [(task, Verdict::Completed)];
            return scheduler.handle_reply(world.now, worker, &answer) == [Receipt::Stale];
        }
        Probe::Pace(kernel) => {
            scheduler.set_share(world.now, kernel, world.reference.share(kernel));
        }
        Probe::Take(job) => scheduler.take(world.now, job, u32::MAX),
        Probe::Cancel(job) => scheduler.cancel(world.now, job),
        Probe::Abort(job) => scheduler.abort(world.now, job),
        Probe::Early => scheduler.handle_timeout(world.now),
        Probe::Pause => scheduler.pause(),
        Probe::Resume => scheduler.resume(world.now),
        Probe::Resize => scheduler.resize(world.now, world.reference.config.workers),
        Probe::Keep(worker, tenure) => scheduler.keep(world.now, worker, tenure),
        Probe::Close(close) => scheduler.close(world.now, close),
        Probe::Reopen => scheduler.reopen(world.now),
        Probe::Submit => return scheduler.submit(world.now, SOME_JOB).is_err(),
    }
    true
}

fn law(probe: Probe) -> &'static str {
    match probe {
        Probe::Ready(_) | Probe::Lost(_) | Probe::Retired(_) | Probe::Done(..) => {
            "a message from or about nobody changes nothing"
        }
        Probe::Pace(_) => "a pace that is known is no news",
        Probe::Take(_) => "results that are not there cannot be taken",
        Probe::Cancel(_) | Probe::Abort(_) => "a job that is gone cannot be cancelled",
        Probe::Early => "a timer that fires early changes nothing",
        Probe::Pause => "a pool that is paused, closes or is closed cannot be paused",
        Probe::Resume => "only a pool that is paused is resumed",
        Probe::Resize => "a pool that has its size cannot be given it",
        Probe::Keep(..) => "who keeps something, or nothing, or is not there, cannot be told so",
        Probe::Close(_) => "a closed pool cannot be closed",
        Probe::Reopen => "only a pool that has failed is reopened",
        Probe::Submit => "a job that is refused changes nothing",
    }
}

fn describe(probe: Probe) -> String {
    match probe {
        Probe::Ready(worker) => format!("{} says hello", name(worker)),
        Probe::Lost(worker) => format!("{} is said to be lost", name(worker)),
        Probe::Retired(worker) => format!("{} is said to retire", name(worker)),
        Probe::Done(worker, task) => format!("{} answers for {task}", name(worker)),
        Probe::Pace(kernel) => format!("the share of kernel {}", kernel.0),
        Probe::Take(job) => format!("all of {job} is taken"),
        Probe::Cancel(job) => format!("cancel {job}"),
        Probe::Abort(job) => format!("abort {job}"),
        Probe::Early => "the timer".to_owned(),
        Probe::Pause => "pause".to_owned(),
        Probe::Resume => "resume".to_owned(),
        Probe::Resize => "resize to what it has".to_owned(),
        Probe::Keep(worker, tenure) => format!("{}: {tenure:?}", name(worker)),
        Probe::Close(close) => format!("close {close:?}"),
        Probe::Reopen => "reopen".to_owned(),
        Probe::Submit => "submit".to_owned(),
    }
}
