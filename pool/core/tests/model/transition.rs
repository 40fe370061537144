//! What may happen next, chosen without knowing the state: an index picks among those that can.

use std::{fmt, num::NonZeroU32, time::Duration};

use proptest::{collection::vec, prelude::*, sample::Index};
use unjank_core::scheduler::{Close, Custody, JobSpec, Lane, Loss, Tenure};
use unjank_protocol::{JobId, KernelId, WorkerId};

use crate::common::{slice::Slice, step::Step, world::World};

/// One thing that happens in a large world.
#[derive(Debug, Clone)]
pub(crate) enum Transition {
    Submit(Job),
    Take(Index, u32),
    Cancel(Index),
    Abort(Index),
    Pause,
    Resume,
    Resize(u16),
    Keep(Index, Tenure),
    Close(Close),
    Reopen,
    Ready(Index),
    FailStart(Index, Loss),
    Reply(Index, Slice),
    Retire(Index),
    Pace(KernelId, u16),
    Die(Index),
    Late(Duration),
    Fire,
}

/// What happens in a walk, one after the other. A trace tells it better than its parts would.
pub(crate) struct Script(pub(crate) Vec<Transition>);

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a script of {} transitions", self.0.len())
    }
}

/// A job to be submitted, with its deadline counted from then.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    lane: Lane,
    kernel: KernelId,
    custody: Custody,
    tasks: u32,
    ahead: Option<NonZeroU32>,
    deadline: Option<Duration>,
    place: Option<Place>,
}

/// Which of the workers alone can do a job.
#[derive(Debug, Clone, Copy)]
enum Place {
    Ready(Index),
    /// The predecessor of one that is ready, or whoever comes after.
    Gone(Index),
}

impl Job {
    fn spec(&self, world: &World) -> JobSpec {
        let Self { lane, kernel, custody, tasks, ahead, deadline, place } = *self;
        let place = place.and_then(|place| place.of(world));
        let deadline = deadline.map(|within| world.now.after(within));
        let tasks = NonZeroU32::new(tasks).unwrap_or(NonZeroU32::MIN);
        JobSpec { lane, kernel, tasks, custody, deadline, ahead, place }
    }
}

impl Place {
    fn of(self, world: &World) -> Option<WorkerId> {
        let ready = world.reference.fleet.hands().map(|(worker, _)| worker).collect();
        match self {
            Self::Ready(index) => pick(index, ready),
            Self::Gone(index) => pick(index, ready).map(|worker| WorkerId {
                generation: worker.generation.checked_sub(1).unwrap_or(1),
                ..worker
            }),
        }
    }
}

pub(crate) fn submits() -> impl Strategy<Value = Job> {
    let lanes = prop::sample::select(Lane::ALL.to_vec());
    let custody = || prop::sample::select(vec![Custody::Kept, Custody::Inline]);
    let ahead = || (1..=8_u32).prop_map(NonZeroU32::new);
    let work = prop_oneof![
        2 => Just((Custody::Moved, 1, None)),
        4 => custody().prop_map(|custody| (custody, 1, None)),
        2 => (custody(), 1..=40_u32).prop_map(|(custody, tasks)| (custody, tasks, None)),
        2 => (custody(), 1..=40_u32, ahead()),
    ];
    let deadlines = prop::option::weighted(0.3, (0..300_u64).prop_map(Duration::from_millis));
    (lanes, kernels(), work, deadlines, places()).prop_map(
        |(lane, kernel, work, deadline, place)| {
            let (custody, tasks, ahead) = work;
            Job { lane, kernel, custody, tasks, ahead, deadline, place }
        },
    )
}

fn places() -> impl Strategy<Value = Option<Place>> {
    let index = || prop::arbitrary::any::<Index>();
    prop_oneof![
        15 => Just(None),
        10 => index().prop_map(|index| Some(Place::Ready(index))),
        1 => index().prop_map(|index| Some(Place::Gone(index))),
    ]
}

/// Few, so that those of each meet often.
fn kernels() -> impl Strategy<Value = KernelId> {
    (0..3_u16).prop_map(KernelId)
}

/// Mostly work that succeeds, with a share of every kind of trouble.
pub(crate) fn scripts() -> impl Strategy<Value = Script> {
    vec(any(), 100..500).prop_map(Script)
}

fn any() -> impl Strategy<Value = Transition> {
    let close = prop::sample::select(vec![Close::Drain, Close::Abort]);
    let index = || prop::arbitrary::any::<Index>();
    prop_oneof![
        200 => submits().prop_map(Transition::Submit),
        150 => index().prop_map(|index| Transition::Take(index, 1)),
        20 => (index(), 1..=50_u32).prop_map(|(index, many)| Transition::Take(index, many)),
        20 => index().prop_map(Transition::Cancel),
        20 => index().prop_map(Transition::Abort),
        6 => Just(Transition::Pause),
        12 => Just(Transition::Resume),
        10 => (1..=10_u16).prop_map(Transition::Resize),
        20 => (index(), tenures()).prop_map(|(index, tenure)| Transition::Keep(index, tenure)),
        1 => close.prop_map(Transition::Close),
        10 => Just(Transition::Reopen),
        120 => index().prop_map(Transition::Ready),
        20 => index().prop_map(|index| Transition::FailStart(index, Loss::Mendable)),
        1 => index().prop_map(|index| Transition::FailStart(index, Loss::Final)),
        250 => index().prop_map(|index| Transition::Reply(index, Slice::ONE)),
        100 => (index(), slices()).prop_map(|(index, slice)| Transition::Reply(index, slice)),
        15 => index().prop_map(Transition::Retire),
        15 => (kernels(), 0..50_u16).prop_map(|(kernel, tasks)| Transition::Pace(kernel, tasks)),
        30 => index().prop_map(Transition::Die),
        20 => (1..50_u64).prop_map(|millis| Transition::Late(Duration::from_millis(millis))),
        60 => Just(Transition::Fire),
    ]
}

fn tenures() -> impl Strategy<Value = Tenure> {
    prop::sample::select(vec![Tenure::Idle, Tenure::Kept])
}

/// The first tasks of a worker are done, or one of them trapped.
fn slices() -> impl Strategy<Value = Slice> {
    let trap = prop::option::weighted(0.3, 0..8_u8);
    (1..=8_u8, trap).prop_map(|(tasks, trap)| Slice { tasks, trap: trap.filter(|&at| at < tasks) })
}

fn pick<T>(index: Index, mut from: Vec<T>) -> Option<T> {
    if from.is_empty() { None } else { Some(from.swap_remove(index.index(from.len()))) }
}

impl Transition {
    /// The step that this is in `world`; `None` when nothing there can do it.
    pub(crate) fn step(&self, world: &World) -> Option<Step> {
        let fleet = &world.reference.fleet;
        let starting = || fleet.starting().map(|(worker, _)| worker).collect();
        let busy = || fleet.busy().map(|(worker, _)| worker).collect();
        let hands = || fleet.hands().map(|(worker, _)| worker).collect();
        let step = match *self {
            Self::Submit(ref job) => Step::Submit(job.spec(world)),
            Self::Take(index, results) => Step::Take(pick(index, jobs_to_take(world))?, results),
            Self::Cancel(index) => Step::Cancel(pick(index, open_jobs(world))?),
            Self::Abort(index) => Step::Abort(pick(index, open_jobs(world))?),
            Self::Pause => Step::Pause,
            Self::Resume => Step::Resume,
            Self::Resize(workers) => Step::Resize(workers),
            Self::Keep(index, tenure) => Step::Keep(pick(index, hands())?, tenure),
            Self::Close(close) => Step::Close(close),
            Self::Reopen => Step::Reopen,
            Self::Ready(index) => Step::Ready(pick(index, starting())?),
            Self::FailStart(index, loss) => Step::Lost(pick(index, starting())?, loss),
            Self::Reply(index, slice) => Step::Reply(pick(index, busy())?, slice),
            Self::Retire(index) => Step::Retire(pick(index, hands())?),
            Self::Pace(kernel, tasks) => Step::Pace(kernel, tasks),
            Self::Die(index) => Step::Lost(pick(index, hands())?, Loss::Mendable),
            Self::Late(by) => Step::Late(by),
            Self::Fire => Step::Fire,
        };
        Some(step)
    }
}

/// Jobs whose consumers have something to take.
fn jobs_to_take(world: &World) -> Vec<JobId> {
    let jobs = world.reference.ledger.iter();
    let jobs = jobs.filter(|(_, entry)| entry.is_live() && entry.untaken() > 0);
    jobs.map(|(job, _)| job).collect()
}

/// Jobs that have not settled, or that still occupy a worker.
fn open_jobs(world: &World) -> Vec<JobId> {
    let jobs = world.reference.ledger.iter();
    jobs.filter(|(_, entry)| entry.is_live() || entry.in_flight() > 0).map(|(job, _)| job).collect()
}
