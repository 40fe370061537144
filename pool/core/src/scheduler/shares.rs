//! How many small tasks of each kernel a worker may hold.

use alloc::vec::Vec;
use unjank_protocol::{KernelId, abi};

/// Tasks of a kernel that a worker may hold before it is known how long they take.
const FIRST: u16 = 32;

/// For each kernel, how many of its tasks a worker may hold when they share messages.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Shares {
    /// No share is more than this.
    most: u16,
    /// In the order of kernels. The last is never the first share, so that equal shares are equal.
    known: Vec<u16>,
}

impl Shares {
    pub(super) const fn new(most: u16) -> Self {
        Self { most, known: Vec::new() }
    }

    /// The share of a kernel.
    pub(super) fn of(&self, kernel: KernelId) -> u16 {
        self.known.get(usize::from(kernel.0)).copied().unwrap_or(self.first())
    }

    /// Sets the share of a kernel, which is at least 1, and says whether it was another. A module
    /// has at most [`abi::MAX_KERNELS`]: what is no kernel of one is left out.
    pub(super) fn set(&mut self, kernel: KernelId, tasks: u16) -> bool {
        // `clamp` can panic, and `core.wasm` would carry the text.
        let (place, tasks) = (usize::from(kernel.0), tasks.max(1).min(self.most));
        if place >= abi::MAX_KERNELS || tasks == self.of(kernel) {
            return false;
        }
        let first = self.first();
        self.known.resize(self.known.len().max(place + 1), first);
        if let Some(share) = self.known.get_mut(place) {
            *share = tasks;
        }
        let last = self.known.iter().rposition(|&share| share != first);
        self.known.truncate(last.map_or(0, |last| last + 1));
        true
    }

    /// The share of a kernel that nothing is known of.
    fn first(&self) -> u16 {
        self.most.min(FIRST)
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_map_in_which_every_kernel_has_a_share(
            most in 1_u16..100,
            steps in prop::collection::vec((0_u16..300, 0_u16..120), 1..60),
        ) {
            let first = most.min(FIRST);
            let (mut shares, mut all) = (Shares::new(most), BTreeMap::new());
            for (kernel, tasks) in steps {
                let before = shares.clone();
                let is_new = shares.set(KernelId(kernel), tasks);
                prop_assert_eq!(is_new, shares != before);
                if usize::from(kernel) < abi::MAX_KERNELS {
                    all.insert(kernel, tasks.clamp(1, most));
                }
                for kernel in 0..300 {
                    let known = all.get(&kernel).copied().unwrap_or(first);
                    prop_assert_eq!(shares.of(KernelId(kernel)), known);
                }
                // Set in another order, and from other shares, they are the same.
                let mut again = Shares::new(most);
                for (&kernel, &share) in all.iter().rev() {
                    again.set(KernelId(kernel), share + 1);
                    again.set(KernelId(kernel), share);
                }
                prop_assert_eq!(&again, &shares);
            }
        }
    }

    #[test]
    fn what_is_no_kernel_takes_no_memory() {
        let mut shares = Shares::new(512);
        assert!(!shares.set(KernelId(u16::MAX), 1));
        assert!(shares.set(KernelId(255), 1));
        assert_eq!(shares.known.len(), abi::MAX_KERNELS);
        assert!(shares.set(KernelId(255), FIRST));
        assert_eq!(shares, Shares::new(512), "what is forgotten leaves no trace");
    }
}
