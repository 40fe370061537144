//! What must hold after each step, seen from outside.

use unjank_pool::{Stats, scheduler::WorkerView};

use crate::{event::Event, voyage::Voyage};

pub(crate) fn check(voyage: &Voyage, event: Event) {
    let stats = voyage.world.pool().stats();
    everyone_heard(voyage, &stats);
    nobody_is_late(voyage, event);
    nobody_waits_in_vain(voyage);
    crashes_are_bounded(voyage);
    bounds_hold(voyage, &stats);
    workers_are_who_they_should_be(voyage);
}

/// Every job that settled did so once, and its caller was told: who was not asked again has nothing
/// to hear.
fn everyone_heard(voyage: &Voyage, stats: &Stats) {
    assert_eq!(stats.jobs, voyage.books.jobs, "what the pool counts is what its callers heard");
}

/// Whose deadline has passed was told when the timer fired, or is told once a long copy is done.
fn nobody_is_late(voyage: &Voyage, event: Event) {
    if matches!(event, Event::Fire | Event::Pass) && !voyage.world.has_turn_to_come() {
        let now = voyage.world.now();
        let late = voyage.clients.iter().find(|client| client.due.is_some_and(|due| due <= now));
        assert!(late.is_none(), "a job is late and was not told");
    }
}

/// Those who wait for the pool hear when it opens, and when there is room.
fn nobody_waits_in_vain(voyage: &Voyage) {
    let ready = |view: &WorkerView| matches!(view, WorkerView::Ready { .. });
    let open = voyage.views.iter().any(|(_, view)| ready(view));
    assert!(!open || voyage.reopening.is_empty(), "it is open, and that was not told");
    let full = voyage.clients.len() >= voyage.config.queue;
    assert!(full || voyage.waiting.is_empty(), "there is room, and that was not told");
}

/// Who was charged with as many crashes as a job may cause has settled.
fn crashes_are_bounded(voyage: &Voyage) {
    if !voyage.world.has_turn_to_come() {
        let spared = voyage.clients.iter().find(|client| client.is_overdrawn(voyage.around()));
        assert!(spared.is_none(), "it kills on: {}", spared.expect("somebody"));
    }
}

fn bounds_hold(voyage: &Voyage, stats: &Stats) {
    let config = &voyage.config;
    assert_eq!(stats.workers.len(), usize::from(config.slots()), "slots come and go");
    let most = usize::from(config.batch.max(config.depth.into()));
    let held = stats.workers.iter().map(|worker| match worker.view {
        WorkerView::Vacant | WorkerView::Starting => 0,
        WorkerView::Ready { in_flight } => in_flight,
    });
    assert!(held.clone().all(|held| held <= most), "a worker holds too much");
    let busy = held.filter(|held| *held > 0).count();
    assert!(busy <= usize::from(config.workers), "a spare was put to work");
    let bound = config.queue + most * usize::from(config.workers);
    let live = voyage.clients.len();
    // Some have settled otherwise, and hear of it in the turn to come.
    assert!(live <= bound || voyage.world.has_turn_to_come(), "{live} jobs are live");
}

/// The workers that live are those the pool thinks do, and hold what it thinks they do.
fn workers_are_who_they_should_be(voyage: &Voyage) {
    if voyage.world.has_turn_to_come() {
        return;
    }
    let live = voyage.views.iter().filter(|(_, view)| *view != WorkerView::Vacant);
    let live: Vec<_> = live.map(|(worker, _)| *worker).collect();
    assert_eq!(voyage.world.workers(), live, "a worker is forgotten");
    // Reading all inboxes takes longer than most steps.
    if voyage.books.steps.is_multiple_of(8) {
        for (worker, view) in &voyage.views {
            if let WorkerView::Ready { in_flight } = view {
                let sent = voyage.world.messages(*worker).concat().len();
                assert_eq!(sent, *in_flight, "{worker} holds what it was not sent");
            }
        }
    }
}
