//! What the storm does to the simulated browser that stories do not.

use std::time::Duration;

use unjank_pool::scheduler::Timestamp;
use unjank_protocol::{Request, TaskId, WorkerId, decode};

use crate::{
    shell::{Answer, Posted, Shell},
    world::World,
};

impl World {
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.inner.now.get())
    }

    /// Time passes, and the timer is late.
    pub(crate) fn drift(&self, duration: Duration) {
        self.inner.now.set(self.now().after(duration).as_micros());
    }

    /// What the driver asked for before anything else happens.
    pub(crate) fn unwind(&self) {
        while self.inner.soon.take() {
            self.driver().run();
        }
    }

    /// Whether nothing is to come by itself: no turn and no timer.
    pub(crate) fn is_quiet(&self) -> bool {
        !self.has_turn_to_come() && self.inner.timer.get().is_none()
    }

    /// Whether the driver asked for a turn.
    pub(crate) fn has_turn_to_come(&self) -> bool {
        self.inner.deferred.get() || self.inner.soon.get()
    }

    /// The task that a worker runs.
    pub(crate) fn head(&self, worker: WorkerId) -> Option<TaskId> {
        self.tasks(worker).first().copied()
    }

    /// All tasks that a worker was sent and has not answered.
    pub(crate) fn tasks(&self, worker: WorkerId) -> Vec<TaskId> {
        let workers = self.inner.workers.borrow();
        let inbox = workers.get(&worker).map(|shell: &Shell| shell.inbox.iter());
        let ids = |posted: &Posted| {
            let request = decode::<Request<'_>>(&posted.frame).expect("a request of the driver's");
            request.tasks.iter().map(|task| task.id).collect::<Vec<_>>()
        };
        inbox.into_iter().flatten().flat_map(ids).collect()
    }

    /// All that a worker can say by itself, the first `most` of it.
    pub(crate) fn compute_up_to(&self, worker: WorkerId, most: usize) -> Vec<Answer> {
        (0..most).map_while(|_| self.compute(worker)).collect()
    }
}
