//! Stories.

use std::time::Duration;

use unjank_core::{
    driver::{
        Cut, Effect, Enclosed, Occasion, Order, Ownership, ParamsKey, Percentiles, Progress,
        Refusal, Source,
    },
    scheduler::{
        self, Close, Config, Lifecycle, Loss, Outcome, Reason, Tenure, Verdict, WorkerView,
    },
};
use unjank_protocol::{Onward, Params, Place, PlanError, Request, WorkerId};

use crate::page::{HUGE, LARGE, Page, chunks, order, page_bytes};

fn alone() -> Config {
    Config { workers: 1, ..Config::default() }
}

fn small() -> Order<'static> {
    order(10, Ownership::Move)
}

fn kept(length: usize) -> Order<'static> {
    order(length, Ownership::Keep)
}

fn moved() -> Order<'static> {
    order(LARGE, Ownership::Move)
}

#[test]
fn a_range_has_no_bytes_and_as_many_results_as_may_wait() {
    let mut page = Page::open(alone());
    // Its kernel makes a byte for each unit.
    let cut = |held| Cut::Range { total: 1000, units: Some(100), held };
    for (held, sent) in [(1, 1), (350, 3), (5000, 10)] {
        page.posted.clear();
        let job = page.submit(&Order { cut: cut(held), ..order(0, Ownership::Keep) });
        page.settle_down();
        let windows: Vec<_> = page.posted.iter().flat_map(|(_, message)| message.tasks()).collect();
        assert_eq!(windows.len(), sent, "of ten, if {held} bytes may wait");
        assert!(page.posted.iter().all(|(_, message)| message.buffers.is_empty()));
        for _ in 0..10 {
            page.driver.take(page.now, job, 10);
            page.settle_down();
        }
        assert_eq!(page.settled[&job], Outcome::Completed);
    }
}

#[test]
fn nothing_happens_between_turns() {
    let mut page = Page::open(alone());
    let job = page.submit(&moved());
    assert_eq!(page.driver.poll_effect(), None, "it was decided, and is not said");
    page.abort([job]);
    page.turn(Occasion::Shared);
    assert_eq!(page.settled.get(&job), Some(&Outcome::Cancelled));
    assert!(page.posted.is_empty() && page.terminated.is_empty(), "it was never sent");
}

#[test]
fn many_aborts_made_together_cost_the_workers_that_run_and_no_other() {
    let mut page = Page::open(Config { workers: 3, min_workers: 3, ..Config::default() });
    let running = page.submit(&moved());
    page.turn(Occasion::Shared);
    let [busy] = page.busy()[..] else { panic!("one is busy") };
    // As many as fill the others, and a queue behind them.
    let others: Vec<_> = (0..200).map(|_| page.submit(&small())).collect();
    let after = page.submit(&small());
    page.abort(others.iter().copied().chain([running]));
    page.turn(Occasion::Shared);
    assert_eq!(page.terminated, [(busy, Reason::Stopped)]);
    assert!(others.iter().all(|job| page.settled[job] == Outcome::Cancelled));
    assert_eq!(page.posted.len(), 1 + 1, "none of them was sent");
    page.settle_down();
    assert_eq!(page.settled[&after], Outcome::Completed);
}

#[test]
fn jobs_that_are_given_together_share_a_message_and_their_params_once() {
    let mut page = Page::open(alone());
    let other = Order { params: ParamsKey { number: 8, length: 5 }, ..small() };
    // The last task of a queue is left to whoever is free.
    for order in [small(), small(), other, Order { length: 0, ..other }, small()] {
        page.submit(&order);
    }
    page.turn(Occasion::Shared);
    let [(_, message)] = &page.posted[..] else { panic!("one message") };
    let parts: Vec<_> = message.parts.iter().map(|part| (part.of, part.length)).collect();
    let payload = (Source::Input(0), 10);
    let [ours, theirs] = [30, 5].map(|length| (Source::Params, length));
    assert_eq!(parts, [ours, payload, payload, theirs, payload, (Source::Input(0), 0)]);
    let bytes = page_bytes(message);
    let request = Request::read(&bytes).expect("a request");
    let params = request.tasks.iter().map(|task| task.params);
    let expected = [&[0; 30][..], &[0; 30], &[3; 5], &[3; 5]].map(Params::Here);
    assert!(params.eq(expected), "each task finds its own");
    let inputs: Vec<_> = request.tasks.iter().map(|task| task.input).collect();
    let first = [1; 10];
    assert_eq!(inputs[0], unjank_protocol::Bytes::Inline(&first));
}

#[test]
fn params_of_which_nobody_says_whether_they_are_the_same_are_not_shared() {
    for (key, parts) in [((0, 3), 2), ((0, 0), 1), ((4, 3), 1)] {
        let mut page = Page::open(alone());
        let params = ParamsKey { number: key.0, length: key.1 };
        for _ in 0..3 {
            page.submit(&Order { params, ..small() });
        }
        page.turn(Occasion::Shared);
        let parts_of = page.posted[0].1.parts.iter().filter(|part| part.of == Source::Params);
        assert_eq!(parts_of.count(), parts, "{key:?}");
    }
}

#[test]
fn a_copy_longer_than_a_turn_goes_on_in_turns_of_its_own() {
    let mut page = Page::open(Config { workers: 2, min_workers: 2, ..Config::default() });
    page.settle_down();
    let job = page.submit(&kept(HUGE));
    let behind = page.submit(&small());
    assert_eq!(page.turn(Occasion::Shared), Progress::Deferred);
    assert_eq!((page.copied, page.posted.len()), (2 << 20, 0));
    // Another turn in the same breath copies nothing, and carries nothing out.
    assert_eq!((page.turn(Occasion::Shared), page.copied), (Progress::Deferred, 0));
    assert_eq!((page.turn(Occasion::Own), page.copied), (Progress::Deferred, 2 << 20));
    assert_eq!((page.turn(Occasion::Own), page.copied), (Progress::Done, 1 << 20));
    assert_eq!(page.posted.len(), 2);
    page.settle_down();
    assert!([job, behind].iter().all(|job| page.settled[job] == Outcome::Completed));
}

#[test]
fn a_result_is_told_though_a_copy_is_under_way() {
    let mut page = Page::open(Config { workers: 2, min_workers: 2, ..Config::default() });
    page.greet();
    let quick = page.submit(&moved());
    page.turn(Occasion::Shared);
    page.submit(&kept(HUGE));
    assert_eq!(page.turn(Occasion::Shared), Progress::Deferred);
    let [worker] = page.busy()[..] else { panic!("one is busy") };
    page.answer(worker, Verdict::Completed);
    assert!(matches!(page.told[..], [Effect::Deliver(delivery)] if delivery.task.job == quick));
    assert!(!page.settled.contains_key(&quick), "its end waits");
    page.settle_down();
    assert_eq!(page.settled[&quick], Outcome::Completed);
}

#[test]
fn a_copy_whose_worker_is_gone_is_made_for_the_next() {
    let mut page = Page::open(Config { workers: 2, min_workers: 2, ..Config::default() });
    page.greet();
    let job = page.submit(&kept(HUGE));
    assert_eq!(page.turn(Occasion::Shared), Progress::Deferred);
    let first = *page.workers.keys().next().expect("two workers");
    page.crash(first);
    page.settle_down();
    assert_eq!(page.settled[&job], Outcome::Completed);
}

#[test]
fn a_copy_that_was_left_off_for_another_begins_anew() {
    let mut page = Page::open(alone());
    let slow = page.submit(&kept(HUGE));
    assert_eq!(page.turn(Occasion::Shared), Progress::Deferred);
    let urgent = Order { lane: scheduler::Lane::Interactive, ..kept(LARGE) };
    page.submit(&urgent);
    let worker = *page.workers.keys().next().expect("a worker");
    page.crash(worker);
    page.turn(Occasion::Own);
    // The page checks that what goes on is what was begun.
    for _ in 0..4 {
        page.now = page.now.after(Duration::from_secs(1));
        page.driver.handle_timeout(page.now);
        page.settle_down();
    }
    assert_eq!(page.settled[&slow], Outcome::Completed);
}

#[test]
fn a_job_that_cannot_be_sent_fails_and_its_worker_lives() {
    let mut page = Page::open(alone());
    page.refuses = usize::MAX;
    let jobs: Vec<_> =
        [moved(), kept(LARGE), small(), small()].iter().map(|order| page.submit(order)).collect();
    page.turn(Occasion::Shared);
    assert!(jobs.iter().all(|job| page.settled[job] == Outcome::Failed));
    assert_eq!((page.terminated.len(), page.spawned), (0, 1));
    page.refuses = 0;
    let next = page.submit(&moved());
    page.settle_down();
    assert_eq!(page.settled[&next], Outcome::Completed);
}

#[test]
fn chunked_work_sends_its_params_to_each_worker_once_unless_they_may_not_have_arrived() {
    let mut page = Page::open(alone());
    page.submit(&chunks(8 * LARGE, LARGE as u32));
    page.settle_down();
    let sent = |page: &Page| {
        let parts = page.posted.iter().flat_map(|(_, message)| &message.parts);
        parts.filter(|part| part.of == Source::Params).count()
    };
    assert_eq!((page.posted.len(), sent(&page)), (8, 1));
    assert!(page.posted.iter().all(|(_, message)| message.buffers[0].buffer == Enclosed::Copy));
    let work = page.submit(&chunks(8 * LARGE, LARGE as u32));
    page.turn(Occasion::Shared);
    assert_eq!(sent(&page), 2);
    page.refuses = 1;
    let urgent = page.submit(&Order { lane: scheduler::Lane::Interactive, ..small() });
    let [worker] = page.busy()[..] else { panic!("one is busy") };
    page.answer(worker, Verdict::Completed);
    assert_eq!(page.settled[&urgent], Outcome::Failed);
    page.settle_down();
    assert_eq!(page.settled.get(&work), Some(&Outcome::Completed));
    assert_eq!(sent(&page), 3, "what was refused may have had some to keep");
}

#[test]
fn what_cannot_be_accepted_is_refused_and_leaves_no_trace() {
    let mut page = Page::open(Config { queue: 1, ..alone() });
    let refused =
        |page: &mut Page, order: &Order<'static>| page.try_submit(order).expect_err("refused");
    let ragged = Order { stride: 3, ..small() };
    let plan = PlanError::Ragged { length: 10, stride: 3 };
    assert_eq!(refused(&mut page, &ragged), Refusal::Plan(plan));
    let place = Place { start: 5, total: 6, before: 0, after: 0 };
    let outside = Order { cut: Cut::Piece(place), ..small() };
    let plan = PlanError::Outside { units: 10, place };
    assert_eq!(refused(&mut page, &outside), Refusal::Plan(plan));
    let large = kept((1 << 30) + 1);
    assert_eq!(refused(&mut page, &large), Refusal::TaskTooLarge { bytes: (1 << 30) + 1 });
    let jobs = [(); 2].map(|()| page.submit(&moved()));
    assert_eq!(refused(&mut page, &moved()), Refusal::Pool(scheduler::Refusal::Full));
    assert!(!page.driver.has_room());
    page.settle_down();
    assert!(jobs.iter().all(|job| page.settled[job] == Outcome::Completed));
    page.driver.close(page.now, Close::Drain);
    assert_eq!(refused(&mut page, &moved()), Refusal::Pool(scheduler::Refusal::Closed));
    page.turn(Occasion::Shared);
    assert_eq!(page.driver.stats(page.now).jobs.submitted, 2);
}

#[test]
fn who_retires_is_replaced() {
    let mut page = Page::open(alone());
    for _ in 0..2 {
        let job = page.submit(&kept(LARGE));
        page.turn(Occasion::Shared);
        let [worker] = page.busy()[..] else { panic!("one is busy") };
        let task = page.workers[&worker][0];
        let answer = unjank_core::driver::Answer {
            task,
            verdict: Verdict::Failed,
            times: unjank_protocol::Times::default(),
        };
        page.reply(worker, &[answer], Onward::Retires);
        assert!(matches!(page.told[0], Effect::Fail { answer: 0, .. }));
        assert_eq!(page.terminated.last(), Some(&(worker, Reason::Retired)));
        assert_eq!(page.settled[&job], Outcome::Failed);
        page.greet();
    }
}

#[test]
fn a_pool_is_closed_once_everybody_was_told() {
    let mut page = Page::open(alone());
    let job = page.submit(&kept(HUGE));
    assert_eq!(page.turn(Occasion::Shared), Progress::Deferred);
    page.driver.close(page.now, Close::Abort);
    assert_eq!(page.turn(Occasion::Shared), Progress::Deferred);
    assert_eq!(page.driver.lifecycle(), Lifecycle::Draining, "its job has not heard of it");
    page.turn(Occasion::Own);
    assert_eq!(page.driver.lifecycle(), Lifecycle::Closed);
    assert_eq!(page.settled[&job], Outcome::Cancelled);
    assert_eq!(page.terminated.len(), 1);
}

#[test]
fn what_nobody_waits_for_goes_to_nobody() {
    let mut page = Page::open(alone());
    let job = page.submit(&kept(LARGE));
    page.turn(Occasion::Shared);
    let [worker] = page.busy()[..] else { panic!("one is busy") };
    page.driver.cancel(page.now, job);
    page.turn(Occasion::Shared);
    page.answer(worker, Verdict::Completed);
    assert_eq!(page.told, []);
    assert_eq!(page.driver.stats(page.now).workers[0].tasks, 1, "it was work all the same");
}

#[test]
fn numbers_are_kept_of_jobs_and_of_workers() {
    let mut page = Page::open(alone());
    page.submit(&small());
    let failing = page.submit(&kept(LARGE));
    page.turn(Occasion::Shared);
    page.now = page.now.after(Duration::from_millis(3));
    let stats = page.driver.stats(page.now);
    assert_eq!((stats.queued + stats.in_flight, stats.jobs.submitted), (2, 2));
    assert_eq!(stats.workers[0].ready_us, 3000);
    let [worker] = page.busy()[..] else { panic!("one is busy") };
    page.answer(worker, Verdict::Completed);
    page.answer(worker, Verdict::Failed);
    assert_eq!(page.settled[&failing], Outcome::Failed);
    let stats = page.driver.stats(page.now);
    assert_eq!((stats.jobs.completed, stats.jobs.failed), (1, 1));
    assert_eq!((stats.workers[0].tasks, stats.workers[0].memory), (2, 1 << 20));
    page.driver.close(page.now, Close::Abort);
    page.turn(Occasion::Shared);
    assert_eq!(page.driver.lifecycle(), Lifecycle::Closed);
    page.now = page.now.after(Duration::from_millis(9));
    let stats = page.driver.stats(page.now);
    assert_eq!((stats.workers[0].view, stats.workers[0].ready_us), (WorkerView::Vacant, 3000));
}

#[test]
fn a_job_waits_until_its_first_task_is_sent_and_only_once() {
    for order in [small(), kept(LARGE), chunks(4 * LARGE, 9000)] {
        let mut page = Page::open(alone());
        let waiting = |page: &Page| page.driver.stats(page.now).waiting;
        let unsent = page.submit(&order);
        page.abort([unsent]);
        page.turn(Occasion::Shared);
        assert_eq!(waiting(&page), Percentiles::default(), "what was never sent is not counted");
        page.driver.pause();
        page.submit(&order);
        page.now = page.now.after(Duration::from_micros(700));
        page.driver.resume(page.now);
        page.turn(Occasion::Shared);
        let [worker] = page.busy()[..] else { panic!("one is busy") };
        page.driver.handle_lost(page.now, worker, Loss::Mendable);
        page.now = page.now.after(Duration::from_secs(9));
        page.settle_down();
        let Percentiles { p50_us, max_us, .. } = waiting(&page);
        assert_eq!((p50_us, max_us), (700, 700), "neither later tasks nor replays are");
    }
}

#[test]
fn a_pool_that_is_paused_sends_nothing_until_it_goes_on() {
    for order in [small(), kept(LARGE), moved(), chunks(4 * LARGE, 9000)] {
        let mut page = Page::open(alone());
        page.driver.pause();
        let job = page.submit(&order);
        page.settle_down();
        assert!(page.posted.is_empty() && page.settled.is_empty(), "{order:?} waits");
        page.driver.resume(page.now);
        page.settle_down();
        assert_eq!(page.settled[&job], Outcome::Completed, "{order:?}");
    }
}

#[test]
fn a_pool_that_closes_is_not_paused() {
    for (close, outcome) in [(Close::Drain, Outcome::Completed), (Close::Abort, Outcome::Cancelled)]
    {
        let mut page = Page::open(alone());
        page.driver.pause();
        let job = page.submit(&moved());
        page.driver.close(page.now, close);
        page.driver.pause();
        page.settle_down();
        assert_eq!(page.settled[&job], outcome);
        assert_eq!(page.driver.lifecycle(), Lifecycle::Closed);
    }
}

#[test]
fn a_smaller_pool_lets_each_worker_end_what_it_has_and_sends_it_no_more() {
    let mut page = Page::open(Config { workers: 3, min_workers: 3, ..Config::default() });
    let jobs: Vec<_> = (0..12).map(|_| page.submit(&kept(LARGE))).collect();
    while page.turn(Occasion::Own) == Progress::Deferred {}
    assert_eq!(page.busy().len(), 3);
    page.driver.resize(page.now, 1);
    page.turn(Occasion::Shared);
    assert_eq!(page.terminated, [], "none is ended while it works");
    page.settle_down();
    assert!(jobs.iter().all(|job| page.settled[job] == Outcome::Completed));
    let idle = page.terminated.iter().all(|(_, reason)| *reason == Reason::Idle);
    assert!(idle && page.terminated.len() == 2, "{:?}", page.terminated);
    assert_eq!(page.workers.len(), 1);
}

#[test]
fn a_larger_pool_starts_workers_for_what_waits() {
    let mut page = Page::open(alone());
    for _ in 0..8 {
        page.submit(&moved());
    }
    page.turn(Occasion::Shared);
    assert_eq!(page.workers.len(), 1);
    page.driver.resize(page.now, 4);
    page.turn(Occasion::Shared);
    assert_eq!(page.workers.len(), 4, "{:?}", page.workers);
    page.greet();
    assert_eq!(page.busy().len(), 4);
    assert_eq!(page.driver.stats(page.now).workers.len(), 4, "each has its figures");
}

#[test]
fn what_only_one_worker_can_do_is_posted_to_it_and_lost_with_it() {
    let mut page = Page::open(Config { workers: 2, min_workers: 2, ..Config::default() });
    let [other, place] = [0, 1].map(|slot| WorkerId { slot, generation: 0 });
    page.driver.keep(page.now, place, Tenure::Kept);
    let only = Order { place: Some(place), ..moved() };
    let [runs, waits] = [(); 2].map(|()| page.submit(&only));
    let open = page.submit(&moved());
    page.turn(Occasion::Shared);
    let posted: Vec<_> = page.posted.iter().map(|(worker, _)| *worker).collect();
    assert_eq!(posted, [place, other], "nobody else has the one that waits");
    page.crash(place);
    let lost = |attempts| Some(Outcome::WorkerLost { attempts });
    assert_eq!([runs, waits].map(|job| page.settled.get(&job).copied()), [lost(1), lost(0)]);
    page.settle_down();
    assert_eq!(page.settled[&open], Outcome::Completed);
    let late = page.submit(&only);
    page.turn(Occasion::Shared);
    assert_eq!(page.settled.get(&late).copied(), lost(0), "whoever has its slot now is another");
    assert_eq!(page.posted.len(), 2);
}
