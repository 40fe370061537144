//! A walk by chance: whatever happens in whatever order, the page finds every effect in its place, and every
//! accepted job settles once.

use std::time::Duration;

use proptest::{collection::vec, prelude::*};
use unjank_core::{
    driver::{Answer, Occasion, Order, Ownership, ParamsKey, Progress},
    scheduler::{Close, Config, Lane, Verdict},
};
use unjank_protocol::{JobId, Onward, Times, WorkerId};

use crate::page::{HUGE, LARGE, Page, chunks, order};

#[derive(Debug, Clone)]
enum Step {
    Submit(Order<'static>),
    /// So many of the jobs that were submitted, from this one on.
    Abort(usize, usize),
    Cancel(usize),
    Take(usize, u32),
    Turn(Occasion),
    Hello,
    Answer(usize, Verdict, Onward),
    Crash(usize),
    Pass(u64),
    Refuse(usize),
}

/// Bytes of further inputs.
const OTHERS: [&[u32]; 5] = [&[10], &[0, 3000], &[9000], &[3 << 20, 7], &[0, 0, 4000]];

fn orders() -> impl Strategy<Value = Order<'static>> {
    let ownership = prop_oneof![Just(Ownership::Move), Just(Ownership::Keep)];
    let whole = (prop_oneof![0..5000_usize, Just(LARGE), Just(3 << 20)], ownership);
    let whole = whole.prop_map(|(length, ownership)| order(length, ownership));
    let cut = (prop_oneof![1..300_usize, Just(HUGE)], 1..9_u32).prop_map(|(length, parts)| {
        let units = u32::try_from(length).expect("it fits").div_ceil(parts);
        chunks(length, units)
    });
    let others = prop::option::of(prop::sample::select(&OTHERS[..]));
    let place = prop::option::weighted(0.3, 0..3_u16);
    let more = (0..3_usize, 0..3_u32, prop::option::of(0..9_000_u64), others, place);
    let either = (prop_oneof![4 => whole, 1 => cut], more);
    either.prop_map(|(order, (lane, number, deadline, others, place))| Order {
        place: place.map(|slot| WorkerId { slot, generation: 0 }),
        others: others.unwrap_or_default(),
        lane: Lane::ALL[lane],
        params: ParamsKey { number, length: if number == 0 { 0 } else { 5 } },
        deadline: deadline.map(unjank_core::scheduler::Timestamp::from_micros),
        ..order
    })
}

fn steps() -> impl Strategy<Value = Step> {
    let verdict = prop_oneof![4 => Just(Verdict::Completed), 1 => Just(Verdict::Failed)];
    let onward = prop_oneof![12 => Just(Onward::Goes), 1 => Just(Onward::Retires)];
    let occasion = prop_oneof![Just(Occasion::Shared), Just(Occasion::Own)];
    prop_oneof![
        8 => orders().prop_map(Step::Submit),
        2 => (any::<usize>(), 1..6_usize).prop_map(|(first, count)| Step::Abort(first, count)),
        1 => any::<usize>().prop_map(Step::Cancel),
        1 => (any::<usize>(), 0..3_u32).prop_map(|(job, results)| Step::Take(job, results)),
        8 => occasion.prop_map(Step::Turn),
        4 => Just(Step::Hello),
        8 => (any::<usize>(), verdict, onward)
            .prop_map(|(worker, verdict, onward)| Step::Answer(worker, verdict, onward)),
        1 => any::<usize>().prop_map(Step::Crash),
        2 => (0..3000_u64).prop_map(Step::Pass),
        1 => (0..3_usize).prop_map(Step::Refuse),
    ]
}

fn one_of(workers: Vec<WorkerId>, choice: usize) -> Option<WorkerId> {
    (!workers.is_empty()).then(|| workers[choice % workers.len()])
}

fn happen(page: &mut Page, jobs: &mut Vec<JobId>, step: Step) {
    match step {
        Step::Submit(order) => jobs.extend(page.try_submit(&order).map(|accepted| accepted.job)),
        Step::Abort(first, count) if !jobs.is_empty() => {
            let first = first % jobs.len();
            page.abort(jobs[first..].iter().take(count).copied().collect::<Vec<_>>());
        }
        Step::Cancel(job) if !jobs.is_empty() => {
            page.driver.cancel(page.now, jobs[job % jobs.len()])
        }
        Step::Take(job, results) if !jobs.is_empty() => {
            page.driver.take(page.now, jobs[job % jobs.len()], results);
        }
        Step::Abort(..) | Step::Cancel(_) | Step::Take(..) => {}
        Step::Turn(occasion) => drop(page.turn(occasion)),
        Step::Hello => page.greet(),
        Step::Answer(worker, verdict, onward) => {
            if let Some(worker) = one_of(page.busy(), worker) {
                let task = page.workers.get_mut(&worker).expect("it lives").remove(0);
                page.reply(worker, &[Answer { task, verdict, times: Times::default() }], onward);
            }
        }
        Step::Crash(worker) => {
            if let Some(worker) = one_of(page.workers.keys().copied().collect(), worker) {
                page.crash(worker);
            }
        }
        Step::Pass(micros) => {
            page.now = page.now.after(Duration::from_micros(micros));
            page.driver.handle_timeout(page.now);
            page.turn(Occasion::Shared);
        }
        Step::Refuse(posts) => page.refuses = posts,
    }
}

proptest! {
    #[test]
    fn every_effect_is_in_its_place_and_every_job_settles_once(
        workers in 1..4_u16,
        depth in 1..3_u8,
        queue in 1..40_usize,
        steps in vec(steps(), 1..120),
    ) {
        let backoff = Duration::from_millis(1);
        let config = Config { workers, depth, queue, backoff, ..Config::default() };
        let (mut page, mut jobs) = (Page::open(config), Vec::new());
        steps.into_iter().for_each(|step| happen(&mut page, &mut jobs, step));
        page.refuses = 0;
        page.driver.close(page.now, Close::Abort);
        while page.turn(Occasion::Own) == Progress::Deferred {}
        prop_assert!(jobs.iter().all(|job| page.settled.contains_key(job)), "some wait");
        prop_assert_eq!(page.settled.len(), jobs.len());
        prop_assert!(page.workers.is_empty(), "some workers live");
    }
}
