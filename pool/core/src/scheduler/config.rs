//! The numbers that bound a pool.

use core::time::Duration;

/// Every bound of the scheduler. [`Config::default`] suits a page on two to eight cores.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Config {
    /// Workers that hold tasks at most. At least 1.
    pub workers: u16,
    /// Workers that stay when there is nothing to do. At most `workers`, however few those become.
    pub min_workers: u16,
    /// Workers beyond these that are kept ready and hold no task: when a worker is gone, the next
    /// task goes to a spare at once, while the replacement starts. At most 65,535 less `workers`.
    pub spares: u16,
    /// Jobs waiting for a worker at most. A job whose worker died goes back to the queue even when
    /// that is full, and so does one that was held and whose consumer took: the queue can exceed this
    /// by what was in flight or held.
    pub queue: usize,
    /// Tasks that one worker may hold when all but the first can be replayed. At least 1.
    pub depth: u8,
    /// The same for tasks so small that they share messages, at most: how many they really are
    /// depends on how long they take, see [`Scheduler::set_share`](super::Scheduler::set_share). At
    /// least 1.
    pub batch: u16,
    /// Dispatches in a row that each lane gets while the others wait, in the order of
    /// [`Lane`](super::Lane). At least 1 each: no lane starves.
    pub turns: [u8; 3],
    /// Workers that one job may lose before it settles as lost. At least 1.
    pub attempts: u8,
    /// Failed starts in a row before a pool gives up that has no worker; one that has goes on trying.
    /// At least 1.
    pub starts: u8,
    /// How long a worker may take to start.
    pub start_timeout: Duration,
    /// How long a worker above `min_workers` may be idle.
    pub idle_timeout: Duration,
    /// The wait after the first failed start; doubles with each.
    pub backoff: Duration,
    /// The longest such wait, and how long a pool rests that gave up.
    pub backoff_cap: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            workers: 4,
            min_workers: 1,
            spares: 0,
            queue: 1024,
            depth: 2,
            batch: 512,
            turns: [16, 4, 1],
            attempts: 3,
            starts: 4,
            start_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(30),
            backoff: Duration::from_millis(100),
            backoff_cap: Duration::from_secs(5),
        }
    }
}

impl Config {
    /// The nearest configuration that can work: zeros become ones, `min_workers` does not exceed
    /// `workers`, and all slots can be numbered.
    #[must_use]
    pub fn sane(mut self) -> Self {
        self.workers = self.workers.max(1);
        self.min_workers = self.min_workers.min(self.workers);
        self.spares = self.spares.min(u16::MAX - self.workers);
        self.queue = self.queue.max(1);
        self.depth = self.depth.max(1);
        self.batch = self.batch.max(1);
        self.turns = self.turns.map(|turns| turns.max(1));
        self.attempts = self.attempts.max(1);
        self.starts = self.starts.max(1);
        self
    }

    /// Workers that can live at a time.
    #[must_use]
    pub fn slots(&self) -> u16 {
        self.workers.saturating_add(self.spares)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_work_is_mended() {
        let nothing = Config {
            workers: 0,
            min_workers: 9,
            queue: 0,
            depth: 0,
            batch: 0,
            turns: [0, 5, 0],
            attempts: 0,
            starts: 0,
            ..Config::default()
        };
        let sane = nothing.sane();
        assert_eq!((sane.workers, sane.min_workers, sane.queue), (1, 1, 1));
        assert_eq!((sane.depth, sane.batch, sane.turns), (1, 1, [1, 5, 1]));
        assert_eq!((sane.attempts, sane.starts), (1, 1));
    }

    #[test]
    fn every_slot_can_be_numbered() {
        for (workers, spares, sane) in [(4, 2, 2), (65_530, 5, 5), (65_530, 9, 5), (65_535, 1, 0)] {
            let config = Config { workers, spares, ..Config::default() }.sane();
            assert_eq!((config.spares, config.slots()), (sane, workers + sane));
        }
    }

    #[test]
    fn what_can_work_is_left_alone() {
        let shrinks = Config { min_workers: 0, ..Config::default() };
        let spare = Config { spares: 1, ..Config::default() };
        for config in [Config::default(), shrinks, spare] {
            assert_eq!(config.clone().sane(), config);
        }
    }
}
