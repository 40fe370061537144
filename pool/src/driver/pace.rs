//! How long the small tasks of each kernel take, and how many of them make a message.

use unjank_protocol::{KernelId, abi};

/// What a message of small tasks should take a worker, in microseconds: a result waits at most this
/// long for those that are answered together with it.
const MESSAGE_US: f32 = 1000.0;

/// Messages that a worker has: while it works on one, the next is at hand.
const MESSAGES: f32 = 2.0;

/// What the past counts for against one more message.
const PAST: f32 = 3.0;

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
        let pace = &mut self.kernels[place];
        pace.learn(tasks, total_us);
        pace.share()
    }
}

/// How long the small tasks of a kernel take, as far as they have been seen.
#[derive(Debug, Clone, Copy, Default)]
struct Pace {
    /// Microseconds; none before the first was answered.
    task_us: Option<f32>,
}

impl Pace {
    fn learn(&mut self, tasks: usize, total_us: u64) {
        let seen = total_us as f32 / tasks.max(1) as f32;
        self.task_us = Some(match self.task_us {
            // Slow ones are believed at once: a message that is too long cannot be taken back.
            Some(known) if seen < known => (known * PAST + seen) / (PAST + 1.0),
            Some(_) | None => seen,
        });
    }

    /// How many tasks a worker may hold; none before the first was answered.
    fn share(self) -> Option<u16> {
        let task_us = self.task_us?;
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
        (0..40).for_each(|_| fast.learn(4, 40));
        assert!(fast.share() >= Some(190), "{fast:?}");
    }
}
