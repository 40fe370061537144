//! The scheduler's decisions as functions of plain numbers, each with its truth table.

use core::time::Duration;

use super::{Custody, Loss, config::Config};

/// How many workers should live: those that are busy and one for each task that waits, within the
/// pool's bounds, and the spares beside them. A task sent ahead of time is bound to its worker and
/// needs no other.
pub(super) fn workers_wanted(outstanding: usize, at_least: u16, at_most: u16, spares: u16) -> u16 {
    let working = u16::try_from(outstanding).unwrap_or(u16::MAX).max(at_least).min(at_most);
    working.saturating_add(spares)
}

/// Whether a ready worker that has `in_flight` tasks is a spare: idle, while as many are busy as
/// may be. Which one that is changes with who is busy.
pub(super) fn is_spare(config: &Config, in_flight: usize, busy_workers: usize) -> bool {
    in_flight == 0 && busy_workers >= usize::from(config.workers)
}

/// Whether tasks go to workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Flow {
    On,
    /// Not for now. What workers hold they go on with.
    Paused,
}

/// Whether tasks are sent at all: not while the pool is paused, and not while more workers hold some
/// than may, since it was made smaller.
pub(super) fn may_send(config: &Config, flow: Flow, busy_workers: usize) -> bool {
    flow == Flow::On && busy_workers <= usize::from(config.workers)
}

/// How many tasks a worker may hold once this one is among them, where `share` is that of its
/// kernel: only what can be replayed is sent ahead.
pub(super) fn limit(config: &Config, custody: Custody, share: u16) -> u16 {
    match custody {
        Custody::Moved => 1,
        Custody::Kept => config.depth.into(),
        Custody::Inline => share,
    }
}

/// Whether a task with this [`limit`] may go to a worker that is no spare and has `in_flight` tasks
/// already.
///
/// Leave each worker one task to fetch for itself: a task that waits behind a long one cannot be
/// taken back.
pub(super) fn has_room(config: &Config, limit: u16, in_flight: usize, others: Others) -> bool {
    if in_flight == 0 {
        return true;
    }
    let workers = others.live_workers.min(usize::from(config.workers));
    in_flight < usize::from(limit) && others.queued_tasks > workers
}

/// What else is going on, for [`has_room`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Others {
    /// Tasks waiting, the one in question among them; counted no further than is needed.
    pub(super) queued_tasks: usize,
    /// Workers starting or ready.
    pub(super) live_workers: usize,
}

/// Whether a job that lost its `losses`-th worker is sent again.
pub(super) fn may_retry(config: &Config, losses: u8) -> bool {
    losses < config.attempts
}

/// How many starts in a row count as failed after one more: as many as there are to be, if no other
/// can go better.
pub(super) fn count_failure(config: &Config, failures: u8, loss: Loss) -> u8 {
    let failures = failures.saturating_add(1);
    match loss {
        Loss::Mendable => failures,
        Loss::Final => failures.max(config.starts),
    }
}

/// Whether another start is tried after `failures` failed ones in a row: for ever while a worker is
/// ready, because a pool that works can wait for the others. Without one its jobs cannot.
pub(super) fn may_start(config: &Config, failures: u8, ready_workers: usize) -> bool {
    ready_workers > 0 || failures < config.starts
}

/// How long to wait after the `failures`-th failed start in a row: doubling, up to a cap.
pub(super) fn backoff(config: &Config, failures: u8) -> Duration {
    let doublings = u32::from(failures.saturating_sub(1)).min(16);
    config.backoff.saturating_mul(1 << doublings).min(config.backoff_cap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_worker_for_each_task_within_bounds() {
        for (outstanding, at_least, at_most, wanted) in
            [(0, 0, 4, 0), (0, 1, 4, 1), (3, 1, 4, 3), (9, 1, 4, 4), (usize::MAX, 0, 4, 4)]
        {
            assert_eq!(workers_wanted(outstanding, at_least, at_most, 0), wanted);
            assert_eq!(workers_wanted(outstanding, at_least, at_most, 2), wanted + 2);
        }
        assert_eq!(workers_wanted(9, 0, u16::MAX, u16::MAX), u16::MAX);
    }

    #[test]
    fn who_is_idle_while_enough_are_busy_is_a_spare() {
        let config = Config { workers: 2, spares: 1, ..Config::default() };
        for (in_flight, busy_workers, spare) in
            [(0, 0, false), (0, 1, false), (0, 2, true), (0, 3, true), (1, 2, false), (2, 3, false)]
        {
            assert_eq!(is_spare(&config, in_flight, busy_workers), spare);
        }
    }

    #[test]
    fn nothing_is_sent_while_paused_or_while_too_many_work() {
        let config = Config { workers: 2, ..Config::default() };
        for (flow, busy_workers, may) in [
            (Flow::On, 0, true),
            (Flow::On, 2, true),
            (Flow::On, 3, false),
            (Flow::Paused, 0, false),
        ] {
            assert_eq!(may_send(&config, flow, busy_workers), may, "{flow:?} {busy_workers}");
        }
    }

    #[test]
    fn only_what_can_be_replayed_is_sent_ahead() {
        let config = Config { depth: 2, ..Config::default() };
        for (custody, share, most) in [
            (Custody::Moved, 4, 1),
            (Custody::Kept, 4, 2),
            (Custody::Inline, 4, 4),
            (Custody::Inline, 1, 1),
        ] {
            assert_eq!(limit(&config, custody, share), most, "{custody:?}");
        }
    }

    #[test]
    fn a_worker_has_room_up_to_the_limit() {
        let config = Config::default();
        let busy = Others { queued_tasks: 9, live_workers: 2 };
        for (limit, in_flight, room) in
            [(1, 0, true), (1, 1, false), (2, 1, true), (2, 2, false), (4, 3, true), (4, 9, false)]
        {
            assert_eq!(has_room(&config, limit, in_flight, busy), room, "{in_flight} of {limit}");
        }
    }

    #[test]
    fn the_last_tasks_wait_for_whoever_is_free_first() {
        let config = Config::default();
        for (queued_tasks, live_workers, room) in [(1, 2, false), (2, 2, false), (3, 2, true)] {
            let others = Others { queued_tasks, live_workers };
            assert_eq!(has_room(&config, 2, 1, others), room);
            assert!(has_room(&config, 2, 0, others), "an idle worker always has room");
        }
    }

    #[test]
    fn spares_fetch_no_task() {
        let config = Config { workers: 2, spares: 3, ..Config::default() };
        for (queued_tasks, room) in [(2, false), (3, true)] {
            let others = Others { queued_tasks, live_workers: 5 };
            assert_eq!(has_room(&config, 2, 1, others), room);
        }
    }

    #[test]
    fn retries_end() {
        let config = Config { attempts: 3, ..Config::default() };
        assert_eq!([1, 2, 3].map(|losses| may_retry(&config, losses)), [true, true, false]);
    }

    #[test]
    fn only_a_pool_without_workers_gives_up() {
        let config = Config { starts: 2, ..Config::default() };
        for (failures, ready_workers, may) in
            [(0, 0, true), (1, 0, true), (2, 0, false), (2, 1, true), (u8::MAX, 3, true)]
        {
            assert_eq!(may_start(&config, failures, ready_workers), may, "{failures} failed");
        }
    }

    #[test]
    fn what_no_start_can_mend_counts_as_all_of_them() {
        let config = Config { starts: 3, ..Config::default() };
        for (failures, loss, counted) in [
            (0, Loss::Mendable, 1),
            (2, Loss::Mendable, 3),
            (u8::MAX, Loss::Mendable, u8::MAX),
            (0, Loss::Final, 3),
            (2, Loss::Final, 3),
            (3, Loss::Final, 4),
        ] {
            assert_eq!(count_failure(&config, failures, loss), counted, "{failures} {loss:?}");
        }
    }

    #[test]
    fn backoff_doubles_up_to_its_cap() {
        let config = Config {
            backoff: Duration::from_millis(100),
            backoff_cap: Duration::from_millis(350),
            ..Config::default()
        };
        let waits = [1, 2, 3, 255].map(|failures| backoff(&config, failures).as_millis());
        assert_eq!(waits, [100, 200, 350, 350]);
        let forever = Config { backoff: Duration::MAX, backoff_cap: Duration::MAX, ..config };
        assert_eq!(backoff(&forever, 2), Duration::MAX);
    }
}
