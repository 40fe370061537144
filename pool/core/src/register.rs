//! What is kept of each job, by its id.
//!
//! Ids are given out in order and jobs mostly leave in order, so what is kept lies in that order, in
//! blocks. To find, add or remove one thing takes the same few steps however many there are, and
//! nothing is ever moved. A block goes when all its places were filled and emptied: a job that
//! stays long keeps its block and little else.

use alloc::{collections::VecDeque, vec::Vec};
use core::iter;

use unjank_protocol::JobId;

/// Things in a leaf.
const LEAF: usize = 32;

/// Leaves in a branch.
const BRANCH: usize = 128;

/// One thing for each job that is kept. Two are equal when as many ids were given out and the same
/// things are kept under the same ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Register<T> {
    next: JobId,
    /// Branches that are gone, all before the first of those here.
    gone: u64,
    branches: VecDeque<Option<Block<Block<T>>>>,
}

/// Places that are filled in order, and each emptied once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Block<T> {
    kept: usize,
    places: Vec<Option<T>>,
}

/// Where to look for a job: the branch, the leaf, the place.
type Path = [usize; 3];

impl<T> Default for Register<T> {
    fn default() -> Self {
        Self { next: JobId::FIRST, gone: 0, branches: VecDeque::new() }
    }
}

impl<T> Register<T> {
    /// Keeps a thing under the id that comes next; `None` when all were given out.
    pub fn push(&mut self, thing: T) -> Option<JobId> {
        let id = self.next;
        // 2^53 jobs at a million a second are 285 years.
        self.next = id.next()?;
        let [branch, leaf, place] = self.path(id)?;
        if (leaf, place) == (0, 0) {
            self.branches.push_back(Some(Block::new(0)));
        }
        let branch = self.branches.get_mut(branch)?.as_mut()?;
        if place == 0 {
            branch.push(Block::new(LEAF));
        }
        branch.get_mut(leaf)?.push(thing);
        Some(id)
    }

    /// The thing of a job that is kept.
    pub fn get(&self, id: JobId) -> Option<&T> {
        let [branch, leaf, place] = self.path(id)?;
        self.branches.get(branch)?.as_ref()?.get(leaf)?.get(place)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, id: JobId) -> Option<&mut T> {
        let [branch, leaf, place] = self.path(id)?;
        self.branches.get_mut(branch)?.as_mut()?.get_mut(leaf)?.get_mut(place)
    }

    /// Takes out the thing of a job.
    pub fn remove(&mut self, id: JobId) -> Option<T> {
        let [branch, leaf, place] = self.path(id)?;
        let here = self.branches.get_mut(branch)?;
        let leaves = here.as_mut()?;
        let things = leaves.get_mut(leaf)?;
        let thing = things.take(place)?;
        if things.is_spent(LEAF) {
            leaves.take(leaf);
            if leaves.is_spent(BRANCH) {
                *here = None;
                self.trim();
            }
        }
        Some(thing)
    }

    fn trim(&mut self) {
        while let Some(None) = self.branches.front() {
            self.branches.pop_front();
            self.gone += 1;
        }
    }

    /// All that is kept, in the order of ids.
    pub fn iter(&self) -> impl Iterator<Item = (JobId, &T)> {
        iter::successors(self.first_from(Some(JobId::FIRST)), |(id, _)| self.first_from(id.next()))
    }

    /// The first thing that is kept of this job or a later one. What is gone is passed by in blocks.
    fn first_from(&self, id: Option<JobId>) -> Option<(JobId, &T)> {
        let mut at = id?.get().max(self.gone * (BRANCH * LEAF) as u64);
        while at < self.next.get() {
            let id = JobId::new(at)?;
            let [branch, leaf, place] = self.path(id)?;
            let size = match self.branches.get(branch)?.as_ref().map(|branch| branch.get(leaf)) {
                None => BRANCH * LEAF,
                Some(None) => LEAF,
                Some(Some(leaf)) => match leaf.get(place) {
                    Some(thing) => return Some((id, thing)),
                    None => 1,
                },
            };
            at = (at / size as u64 + 1) * size as u64;
        }
        None
    }

    fn path(&self, id: JobId) -> Option<Path> {
        let (leaf, place) = (id.get() / LEAF as u64, id.get() as usize % LEAF);
        let branch = usize::try_from((leaf / BRANCH as u64).checked_sub(self.gone)?).ok()?;
        Some([branch, leaf as usize % BRANCH, place])
    }
}

impl<T> Block<T> {
    fn new(capacity: usize) -> Self {
        Self { kept: 0, places: Vec::with_capacity(capacity) }
    }

    fn push(&mut self, thing: T) {
        self.places.push(Some(thing));
        self.kept += 1;
    }

    fn get(&self, place: usize) -> Option<&T> {
        self.places.get(place)?.as_ref()
    }

    fn get_mut(&mut self, place: usize) -> Option<&mut T> {
        self.places.get_mut(place)?.as_mut()
    }

    fn take(&mut self, place: usize) -> Option<T> {
        let thing = self.places.get_mut(place)?.take()?;
        self.kept -= 1;
        Some(thing)
    }

    /// Whether nothing is in it and nothing will be.
    fn is_spent(&self, capacity: usize) -> bool {
        self.kept == 0 && self.places.len() == capacity
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Blocks that are held, as a measure of memory.
    fn leaves<T>(register: &Register<T>) -> usize {
        register.branches.iter().flatten().map(|branch| branch.kept).sum()
    }

    fn fill(register: &mut Register<u64>, count: u64) -> Vec<JobId> {
        (0..count).map(|thing| register.push(thing).expect("there are ids")).collect()
    }

    #[test]
    fn what_leaves_in_order_takes_its_blocks_along() {
        let mut register = Register::default();
        let ids = fill(&mut register, 3 * (LEAF * BRANCH) as u64);
        assert_eq!((register.branches.len(), leaves(&register)), (3, 3 * BRANCH));
        assert!(ids.iter().all(|&id| register.remove(id) == Some(id.get())));
        assert_eq!((register.branches.len(), register.gone), (0, 3));
    }

    #[test]
    fn who_stays_keeps_its_block_and_little_else() {
        let mut register = Register::default();
        let [first, rest @ ..] = &*fill(&mut register, 100_001) else { unreachable!() };
        assert!(rest.iter().all(|&id| register.remove(id).is_some()));
        assert_eq!(register.get(*first), Some(&0));
        assert!(leaves(&register) <= 2, "{} leaves", leaves(&register));
        register.remove(*first);
        assert_eq!((register.branches.len(), leaves(&register)), (1, 1), "where the next one goes");
    }

    proptest! {
        #[test]
        fn it_is_a_map_whose_keys_only_grow(steps in prop::collection::vec(0_u64..6000, 1..800)) {
            let (mut register, mut map) = (Register::default(), BTreeMap::new());
            for (thing, step) in (0_u64..).zip(steps) {
                for more in 0..step % 64 {
                    let id = register.push(thing ^ more).expect("there are ids");
                    prop_assert_eq!(map.insert(id, thing ^ more), None);
                }
                for id in (step..step + 40).filter_map(JobId::new) {
                    prop_assert_eq!(register.get(id), map.get(&id));
                    prop_assert_eq!(register.get_mut(id), map.get_mut(&id));
                    prop_assert_eq!(register.remove(id), map.remove(&id));
                }
            }
            prop_assert!(register.iter().eq(map.iter().map(|(&id, thing)| (id, thing))));
        }

        #[test]
        fn it_tells_nothing_of_the_order_in_which_it_was_emptied(
            order in Just((0..300).collect::<Vec<usize>>()).prop_shuffle(),
            left in 0_usize..300,
        ) {
            let mut one = Register::default();
            let ids = fill(&mut one, 300);
            let mut other = one.clone();
            let mut leaving: Vec<usize> = order[left..].to_vec();
            leaving.iter().for_each(|&at| { one.remove(ids[at]); });
            leaving.sort_unstable();
            leaving.iter().for_each(|&at| { other.remove(ids[at]); });
            prop_assert_eq!(one, other);
        }
    }
}
