//! Deadlines that came out of order.
//!
//! They stand in order in a few blocks of bounded length, so that one that comes or goes moves the others of its
//! block, and seldom a list of blocks. A tree would do the same in several times the code.

use alloc::{vec, vec::Vec};
use core::hash::{Hash, Hasher};

use unjank_protocol::JobId;

use super::Timestamp;

/// Deadlines of a block, at most.
const BLOCK: usize = 64;

/// When, and whose.
type Stray = (Timestamp, JobId);

/// Deadlines in order. Two are equal when the same stand in them, in whatever blocks.
#[derive(Debug, Clone, Eq)]
pub(super) struct Strays {
    /// None is empty.
    blocks: Vec<Vec<Stray>>,
}

impl Strays {
    pub(super) const fn new() -> Self {
        Self { blocks: Vec::new() }
    }

    pub(super) fn first(&self) -> Option<Stray> {
        self.blocks.first()?.first().copied()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Stray> {
        self.blocks.iter().flatten().copied()
    }

    pub(super) fn insert(&mut self, stray: Stray) {
        let at = self.find(stray).min(self.blocks.len().saturating_sub(1));
        let Some(block) = self.blocks.get_mut(at) else {
            return self.blocks.push(vec![stray]);
        };
        let place = block.partition_point(|other| *other < stray);
        block.insert(place, stray);
        if block.len() > BLOCK {
            let later = block.split_off(BLOCK / 2);
            self.blocks.insert(at + 1, later);
        }
    }

    pub(super) fn remove(&mut self, stray: Stray) {
        let at = self.find(stray);
        let Some(block) = self.blocks.get_mut(at) else { return };
        if let Ok(place) = block.binary_search(&stray) {
            block.remove(place);
            if block.is_empty() {
                self.blocks.remove(at);
            }
        }
    }

    /// Of the blocks that do not end before it the first.
    fn find(&self, stray: Stray) -> usize {
        self.blocks.partition_point(|block| block.last().is_some_and(|last| *last < stray))
    }
}

impl PartialEq for Strays {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Hash for Strays {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.iter().for_each(|stray| stray.hash(state));
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_set_in_order(steps in prop::collection::vec((0_u64..90, 0_u64..9), 1..900)) {
            let (mut strays, mut set) = (Strays::new(), BTreeSet::new());
            for (deadline, id) in steps {
                let job = JobId::new(id).expect("a small id");
                let stray = (Timestamp::from_micros(deadline), job);
                // Some come again, and go.
                if set.remove(&stray) {
                    strays.remove(stray);
                } else {
                    set.insert(stray);
                    strays.insert(stray);
                }
                prop_assert_eq!(strays.first(), set.first().copied());
            }
            prop_assert!(strays.iter().eq(set.iter().copied()));
            prop_assert!(strays.blocks.iter().all(|block| (1..=BLOCK).contains(&block.len())));
            let mut again = Strays::new();
            set.iter().for_each(|&stray| again.insert(stray));
            prop_assert_eq!(&again, &strays);
            set.into_iter().for_each(|stray| strays.remove(stray));
            prop_assert!(strays.blocks.is_empty());
        }
    }

    #[test]
    fn what_is_not_there_is_not_removed() {
        let stray = |micros| (Timestamp::from_micros(micros), JobId::FIRST);
        let mut strays = Strays::new();
        strays.remove(stray(1));
        strays.insert(stray(2));
        [1, 3].into_iter().for_each(|micros| strays.remove(stray(micros)));
        assert!(strays.iter().eq([stray(2)]));
    }
}
