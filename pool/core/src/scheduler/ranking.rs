//! Who of a few comes first, without asking them all.

use alloc::{vec, vec::Vec};

/// Slots with a number each, or with none: the lowest number comes first, and of equal ones the
/// lowest slot. A tournament: a change is played out again on its way up, so it costs as many
/// rounds as the number of slots has bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ranking {
    /// The winner of all at 1, and those whom a winner comes from at twice its place and beside
    /// it. The last half are the slots themselves.
    places: Vec<Option<Standing>>,
    /// Slots that have a number.
    len: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Standing {
    number: u64,
    slot: u16,
}

impl Ranking {
    pub(super) fn new(slots: usize) -> Self {
        Self { places: vec![None; 2 * slots.next_power_of_two()], len: 0 }
    }

    /// Gives a slot a number, or takes it away.
    pub(super) fn set(&mut self, slot: u16, number: Option<u64>) {
        let mut place = self.places.len() / 2 + usize::from(slot);
        let standing = number.map(|number| Standing { number, slot });
        let Some(known) = self.places.get_mut(place).filter(|known| **known != standing) else {
            return;
        };
        self.len = self.len + usize::from(standing.is_some()) - usize::from(known.is_some());
        *known = standing;
        while place > 1 {
            place /= 2;
            let from = self.places.get(2 * place..2 * place + 2);
            let winner = from.into_iter().flatten().flatten().min().copied();
            if let Some(standing) = self.places.get_mut(place) {
                *standing = winner;
            }
        }
    }

    /// The slot that comes first, and its number.
    pub(super) fn first(&self) -> Option<(u16, u64)> {
        self.places.get(1)?.map(|Standing { number, slot }| (slot, number))
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_lowest_number_comes_first_and_of_equals_the_lowest_slot(
            slots in 1_u16..40,
            steps in prop::collection::vec((0_u16..40, prop::option::of(0_u64..5)), 1..200),
        ) {
            let (mut ranking, mut all) = (Ranking::new(usize::from(slots)), BTreeMap::new());
            for (slot, number) in steps {
                let slot = slot % slots;
                ranking.set(slot, number);
                match number {
                    Some(number) => all.insert(slot, number),
                    None => all.remove(&slot),
                };
                let first = all.iter().min_by_key(|&(_, number)| number);
                prop_assert_eq!(ranking.first(), first.map(|(&slot, &number)| (slot, number)));
                prop_assert_eq!(ranking.len(), all.len());
            }
        }
    }
}
