//! How long the small tasks of each kernel take, and how many of them make a message.

use alloc::vec::Vec;

use unjank_protocol::{KernelId, abi};

/// What a message of small tasks should take a worker, in microseconds: a result waits at most this
/// long for those that are answered together with it.
const MESSAGE_US: f32 = 1000.0;

/// Messages that a worker has: while it works on one, the next is at hand.
const MESSAGES: f32 = 2.0;

/// What is remembered of a kernel, at most: so much time of its tasks, in microseconds, and so many of
/// them if they are too fast to be seen.
const MEMORY_US: f32 = 4.0 * MESSAGE_US;
const MEMORY_TASKS: f32 = 2048.0;

/// Tasks that take so long, in microseconds, are believed at once, if they filled a message: one of many
/// cannot be taken back. Whatever a worker pauses for, among short ones, is shared by all that are
/// remembered.
const LONG_US: f32 = MESSAGE_US / 4.0;

/// How long the small tasks of each kernel take. Kernels differ by a factor of a million, so one says
/// nothing of another.
#[derive(Debug, Default)]
pub(super) struct Paces {
    /// By kernel.
    kernels: Vec<Pace>,
}

impl Paces {
    /// Some tasks of a kernel completed one after the other, and took so long together. Says how many a
    /// worker may hold.
    pub(super) fn learn(&mut self, kernel: KernelId, tasks: usize, total_us: u64) -> Option<u16> {
        let place = usize::from(kernel.0);
        if place >= abi::MAX_KERNELS {
            return None;
        }
        if self.kernels.len() <= place {
            self.kernels.resize(place + 1, Pace::default());
        }
        let pace = self.kernels.get_mut(place)?;
        pace.learn(tasks, total_us);
        pace.share()
    }
}

/// How long the small tasks of a kernel take, as far as they have been seen.
#[derive(Debug, Clone, Copy, Default)]
struct Pace {
    /// Tasks that are remembered; none before the first was answered.
    tasks: f32,
    /// Microseconds that they took together.
    total_us: f32,
}

impl Pace {
    fn learn(&mut self, tasks: usize, total_us: u64) {
        let (tasks, total_us) = (tasks.max(1) as f32, total_us as f32);
        if total_us >= MESSAGE_US && total_us / tasks >= LONG_US {
            *self = Self::default();
        }
        self.tasks += tasks;
        self.total_us += total_us;
        let kept = (MEMORY_US / self.total_us).min(MEMORY_TASKS / self.tasks).min(1.0);
        self.tasks *= kept;
        self.total_us *= kept;
    }

    /// How many tasks a worker may hold; none before the first was answered.
    fn share(self) -> Option<u16> {
        let task_us = (self.tasks > 0.0).then_some(self.total_us / self.tasks)?;
        // As a cast does: no more than fit, and at least one message of one.
        Some(((MESSAGES * MESSAGE_US / task_us) as u16).max(MESSAGES as u16))
    }
}

/// How many tasks share a message, where a worker may hold so many.
pub(super) fn per_message(share: u16) -> usize {
    usize::from(share / MESSAGES as u16).max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn learnt(messages: &[(usize, u64)]) -> Pace {
        let mut pace = Pace::default();
        messages.iter().for_each(|&(tasks, total_us)| pace.learn(tasks, total_us));
        pace
    }

    proptest! {
        #[test]
        fn a_message_takes_about_a_millisecond(task_us in 1..400_u64, tasks in 1..300_usize) {
            let share = learnt(&[(tasks, task_us * tasks as u64)]).share().expect("a share");
            let message_us = per_message(share) as u64 * task_us;
            prop_assert!((600..=1000).contains(&message_us), "{message_us}");
        }

        #[test]
        fn a_share_is_two_messages(tasks in 1..300_usize, total_us: u64) {
            let share = learnt(&[(tasks, total_us)]).share().expect("a share");
            prop_assert!(share >= 2);
            prop_assert!((share - 1..=share).contains(&(2 * per_message(share) as u16)));
        }
    }

    #[test]
    fn tasks_too_fast_to_be_seen_have_no_limit_of_their_own() {
        assert_eq!(learnt(&[(16, 0)]).share(), Some(u16::MAX));
        assert_eq!(Pace::default().share(), None);
    }

    #[test]
    fn a_kernel_says_nothing_of_another() {
        let mut paces = Paces::default();
        assert_eq!(paces.learn(KernelId(3), 10, 100), Some(200));
        assert_eq!(paces.learn(KernelId(1), 1, 20_000), Some(2));
        assert_eq!(paces.learn(KernelId(3), 10, 100), Some(200));
        assert_eq!(paces.learn(KernelId(u16::MAX), 1, 1), None, "no kernel of any module");
    }

    #[test]
    fn slow_tasks_are_believed_at_once_and_fast_ones_in_time() {
        let slow = learnt(&[(100, 1000), (10, 5000)]);
        assert_eq!(slow.share(), Some(4));
        let mut fast = slow;
        for _ in 0..40 {
            let tasks = per_message(fast.share().expect("a share"));
            fast.learn(tasks, 10 * tasks as u64);
        }
        assert!(fast.share() >= Some(190), "{fast:?}");
    }

    #[test]
    fn a_pause_among_short_tasks_is_not_taken_for_their_length() {
        let mut pace = learnt(&[(250, 1000), (250, 1000), (250, 1000)]);
        let before = pace.share().expect("a share");
        for (tasks, total_us) in [(50, 2000), (2, 900)] {
            pace.learn(tasks, total_us);
            let after = pace.share().expect("a share");
            assert!(3 * after >= before, "{before} before, {after} after");
        }
    }

    #[test]
    fn what_was_too_fast_to_be_seen_is_forgotten_when_it_is_not() {
        let mut pace = learnt(&[(500, 0); 1000]);
        (0..20).for_each(|_| pace.learn(500, 1000));
        assert!((900..=1100).contains(&pace.share().expect("a share")), "{pace:?}");
    }
}
